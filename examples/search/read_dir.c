/* read_dir.c - which files to read. Part of: the search program. */
#include "reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"
#include "signals.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that are not hidden, sorted, then NULL. NULL with errno on failure. */
static char **list_names(const char *path)
{
	DIR *dir = opendir(path);
	char **names = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;

	if (dir == NULL)
		return NULL;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		names = xgrow(names, n, &cap, sizeof *names);
		names[n++] = xstrdup(entry->d_name);
	}
	closedir(dir);
	names = xgrow(names, n, &cap, sizeof *names);
	qsort(names, n, sizeof *names, compare_names);
	names[n] = NULL;
	return names;
}

static void add_file(struct files *files, char *path, const struct stat *st)
{
	struct file *file;

	files->list = xgrow(files->list, files->n, &files->cap, sizeof *files->list);
	file = &files->list[files->n++];
	file->path = path;
	file->is_regular = st != NULL && S_ISREG(st->st_mode);
	file->size = file->is_regular && st->st_size > 0 ? (uint64_t)st->st_size : 0;
	file->modified_ms = 0;
	if (st != NULL)
		file->modified_ms = (int64_t)st->st_mtim.tv_sec * 1000 +
		                    st->st_mtim.tv_nsec / 1000000;
	files->bytes += file->size;
	files->is_endless |= !file->is_regular;
}

static void unreadable(struct files *files, const char *path)
{
	msg_error("%s: %s", path, strerror(errno));
	files->n_failed++;
}

static void add_dir(struct files *files, const char *path);

/* Something that was found in a folder. */
static void add_found(struct files *files, char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		unreadable(files, path);
	else if (S_ISDIR(st.st_mode)) {
		if (!files->has_skip || st.st_dev != files->skip_dev ||
		    st.st_ino != files->skip_ino)
			add_dir(files, path);
	} else if (S_ISREG(st.st_mode)) {
		add_file(files, path, &st);
		return;
	}
	free(path);
}

/* Recursion is as deep as the folders, which PATH_MAX bounds. */
static void add_dir(struct files *files, const char *path)
{
	char **names = list_names(path);
	struct bytes child = { 0 };
	size_t i;

	if (names == NULL) {
		unreadable(files, path);
		return;
	}
	for (i = 0; names[i] != NULL; i++) {
		if (!signals_stop()) {
			bytes_clear(&child);
			if (strcmp(path, ".") != 0) {
				bytes_puts(&child, path);
				if (child.data[child.len - 1] != '/')
					bytes_putc(&child, '/');
			}
			bytes_puts(&child, names[i]);
			add_found(files, xstrdup(child.data));
		}
		free(names[i]);
	}
	bytes_free(&child);
	free(names);
}

void files_add(struct files *files, const char *path)
{
	struct stat st;
	char *copy;
	size_t len;

	if (strcmp(path, "-") == 0) {
		add_file(files, NULL, fstat(STDIN_FILENO, &st) == 0 ? &st : NULL);
		return;
	}
	while (path[0] == '.' && path[1] == '/' && path[2] != '\0' && path[2] != '/')
		path += 2; /* ./a and a are one document */
	if (stat(path, &st) != 0) {
		unreadable(files, path);
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		add_file(files, xstrdup(path), &st);
		return;
	}
	len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	copy = xstrndup(path, len);
	add_dir(files, strcmp(copy, "./") == 0 ? "." : copy);
	free(copy);
}

void files_free(struct files *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->list[i].path);
	free(files->list);
	memset(files, 0, sizeof *files);
}
