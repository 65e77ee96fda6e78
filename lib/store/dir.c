/* dir.c - what all directories share. Layer: store. */
#include "store/dir.h"

struct clearing {
	struct ik_dir *dir;
	int (*is_one)(const char *name);
};

static int remove_one(void *user, const char *name)
{
	const struct clearing *c = user;

	if (c->is_one == NULL || c->is_one(name))
		c->dir->ops->remove(c->dir, name, NULL);
	return 0;
}

void ik_dir_clear(struct ik_dir *dir, int (*is_one)(const char *name))
{
	struct clearing c = {dir, is_one};

	dir->ops->list(dir, remove_one, &c, NULL);
}

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
