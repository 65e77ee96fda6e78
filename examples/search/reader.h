/*
 * reader.h - the formats that documents come in, and the files to read.
 *
 * Part of: the search program. A reader takes an open input apart and gives documents to the
 * loader; it returns LOADER_GO_ON, or LOADER_STOP when the loader said so.
 */
#ifndef SEARCH_READER_H
#define SEARCH_READER_H

#include <stdint.h>
#include <sys/types.h>

#include "input.h"
#include "loader.h"

/* In the order of the choices of --format; FORMAT_AUTO is told from the name. */
enum format {
	FORMAT_AUTO,
	FORMAT_TEXT,
	FORMAT_MARKDOWN,
	FORMAT_HTML,
	FORMAT_JSONL,
	FORMAT_CSV,
	FORMAT_TSV
};

struct file {
	char *path; /* NULL for standard input */
	uint64_t size;
	int64_t modified_ms;
	int is_regular;
};

struct files {
	struct file *list;
	size_t n, cap;
	size_t n_failed;
	uint64_t bytes;
	int is_endless; /* one of them is a pipe or the like: how much will come is not known */
	dev_t skip_dev; /* the folder of the index itself */
	ino_t skip_ino;
	int has_skip;
};

/*
 * Add a path to the list: a file, or what is in a folder and below it, in byte order of the names.
 * Hidden files, symbolic links and special files in folders are passed over. What cannot be read
 * is told and counted. "-" is standard input.
 */
void files_add(struct files *files, const char *path);
void files_free(struct files *files);

enum format format_of(const char *path);

/* Read one file or standard input and give what is in it to the loader. */
int read_file(struct loader *loader, const struct file *file, enum format format);

/* The readers. */
int read_whole(struct loader *loader, struct input *in, const struct file *file,
               enum format format);
int read_jsonl(struct loader *loader, struct input *in);
/* A comma may be a semicolon or a tab as well, if the header says so. */
int read_csv(struct loader *loader, struct input *in, char separator);

/* After INPUT_ERROR or INPUT_TOO_LONG for a whole file: LOADER_GO_ON or LOADER_STOP. */
int read_failed(struct loader *loader, const struct input *in, int rc);

/* The title and the text of an HTML page: 0, or -1 when nothing can be made of it. */
int html_extract(const char *file, const char *html, size_t len, int is_utf8, struct bytes *title,
                 struct bytes *body);

#endif
