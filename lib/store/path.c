/*
 * path.c - where a path leads, whatever the folder of the process is later.
 *
 * Layer: store. Apart from dir_fs.c, since databases of Xapian have paths too.
 */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "store/dir.h"

/* Room for the folder of the process and `more` bytes behind it, to be freed. */
static int get_cwd(size_t more, char **out)
{
	int sys = ERANGE;

	for (size_t room = 256; sys == ERANGE; room *= 2) {
		ik_free(*out);
		*out = ik_alloc(room + more);
		sys = *out != NULL ? ik_os_cwd(*out, room) : ENOMEM;
	}
	return sys;
}

int ik_dir_absolute(const char *path, char **out, ink_error *err)
{
	size_t len = strlen(path), at;
	char *whole = NULL;
	int sys;

	*out = NULL;
	if (path[0] == '/') {
		*out = ik_strndup(path, len);
		return *out != NULL ? 0 : ik_fail_nomem(err);
	}
	sys = get_cwd(len + 2, &whole);
	if (sys != 0) {
		ik_free(whole);
		return ik_fail_sys(err, sys, "cannot tell where %s is", path);
	}
	at = strlen(whole);
	whole[at] = '/';
	memcpy(whole + at + 1, path, len + 1);
	*out = whole;
	return 0;
}
