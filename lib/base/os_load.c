/*
 * os_load.c - loading shared objects.
 *
 * Layer: base. Beside os_posix.c, since dladdr() came to POSIX in 2024 only
 * and glibc shows it under the GNU switch, which changes strerror_r() there.
 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
# define _GNU_SOURCE
#endif

#include "base/os.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One line of what the loader says. */
static int explain(char *why, size_t size)
{
	const char *text = dlerror();

	snprintf(why, size, "%s", text != NULL ? text : "the loader says nothing");
	for (char *p = why; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	return ENOEXEC;
}

int ik_os_load(const char *path, const char *symbol, void (**out)(void), char *why, size_t size)
{
	void *handle, *function;
	int fd, rc;

	*out = NULL;
	snprintf(why, size, "%s", "");
	rc = ik_os_open_read(path, &fd); /* the loader's words for a missing file are many */
	if (rc == 0)
		(void)ik_os_close(fd);
	else if (rc == ENOENT || rc == ENOTDIR)
		return ENOENT;
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (handle == NULL)
		return explain(why, size);
	function = dlsym(handle, symbol);
	if (function == NULL)
		return explain(why, size);
	/* POSIX promises that the two kinds of pointers are alike; ISO C has no cast for it. */
	memcpy(out, &function, sizeof *out);
	return 0;
}

/*
 * The file that some code is in, as Linux knows it: a program is known to the loader by the words
 * that started it, a library by how it was found, and both may start from where the process was.
 */
static int mapped_file(const void *address, char *buf, size_t size)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uintptr_t at = (uintptr_t)address;
	const char *path = NULL;
	uintptr_t from, to;

	/* A line that is cut ends it: nobody's path shall be taken for the next one. */
	while (maps != NULL && path == NULL && fgets(buf, (int)size, maps) != NULL &&
	       strchr(buf, '\n') != NULL)
		if (sscanf(buf, "%" SCNxPTR "-%" SCNxPTR, &from, &to) == 2 && from <= at && at < to)
			path = strchr(buf, '/');
	if (maps != NULL)
		(void)fclose(maps);
	if (path == NULL)
		return ENOENT;
	memmove(buf, path, strlen(path) + 1);
	return 0;
}

int ik_os_load_folder(char *buf, size_t size)
{
	int (*self)(char *, size_t) = ik_os_load_folder;
	const char *file, *slash;
	void *address;
	Dl_info info;
	size_t len;

	memcpy(&address, &self, sizeof address);
	if (ik_os_is_privileged() || dladdr(address, &info) == 0 || info.dli_fname == NULL)
		return ENOENT;
	file = info.dli_fname;
	if (file[0] != '/' && mapped_file(address, buf, size) == 0)
		file = buf;
	slash = strrchr(file, '/');
	if (slash == NULL) /* a program found by PATH: its folder is not told */
		return ENOENT;
	len = (size_t)(slash - file);
	if (len == 0 || len >= size)
		return ENOENT;
	memmove(buf, file, len);
	buf[len] = '\0';
	return 0;
}
