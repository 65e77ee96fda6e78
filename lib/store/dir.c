/* dir.c - what all directories share. Layer: store. */
#include "store/dir.h"

void ik_dir_free(struct ik_dir *dir)
{
	if (dir != NULL)
		dir->ops->free(dir);
}

void ik_in_close(struct ik_in *in)
{
	if (in != NULL)
		in->close(in);
}
