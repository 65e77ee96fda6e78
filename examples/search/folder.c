/*
 * folder.c - the folder of a new index that is given up again.
 *
 * Part of: the search program. Source of the names: lib/segment/FORMAT.md, and the databases of
 * Xapian.
 */
#include "folder.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xmem.h"

/* To be freed; NULL: behind servers. */
static char *folder_of(const char *index)
{
	static const char local[] = "xapian:", remote[] = "xapian+tcp:";
	const char *options;

	if (strncmp(index, remote, strlen(remote)) == 0)
		return NULL;
	if (strncmp(index, local, strlen(local)) != 0)
		return xstrdup(index);
	index += strlen(local);
	options = strrchr(index, '?');
	return options != NULL ? xstrndup(index, (size_t)(options - index)) : xstrdup(index);
}

static int is_of_an_index(const char *name)
{
	static const char *const patterns[] = {
		"manifest", "manifest.new", "lock", "seg-*.ink", "seg-*.ink.tmp", "seg-*.del",
		"words-*.ink", "flintlock", "inkstone.lock", "iamglass", "v.tmp", "*.glass",
	};
	size_t i;

	for (i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (fnmatch(patterns[i], name, 0) == 0)
			return 1;
	return 0;
}

int folder_is_there(const char *index)
{
	char *path = folder_of(index);
	struct stat st;
	int yes = path == NULL || lstat(path, &st) == 0;

	free(path);
	return yes;
}

void folder_clear(const char *index)
{
	char *path = folder_of(index);
	DIR *dir = path != NULL ? opendir(path) : NULL;
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (is_of_an_index(entry->d_name))
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
}

void folder_remove(const char *index)
{
	char *path = folder_of(index);

	if (path != NULL)
		(void)rmdir(path);
	free(path);
}
