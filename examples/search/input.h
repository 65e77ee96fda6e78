/*
 * input.h - reading a file or standard input through a buffer.
 *
 * Part of: the search program. Not stdio: a wait for slow input has to end with Ctrl-C, and a line
 * may be a gigabyte long. A byte order mark is never seen: what begins with one of UTF-16 is given
 * as UTF-8, with U+FFFD for what is no character.
 */
#ifndef SEARCH_INPUT_H
#define SEARCH_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "xmem.h"

/* The longest line, row or whole document. */
#define INPUT_MAX ((size_t)1 << 30)

enum {
	INPUT_OK = 1,
	INPUT_END = 0,
	INPUT_ERROR = -1,      /* see errno; EINTR: asked to stop */
	INPUT_TOO_LONG = -2    /* over INPUT_MAX; the rest of the line is skipped */
};

struct input {
	const char *name; /* as it is told to people */
	int fd;
	int is_stdin;
	int at_end;
	int begun;         /* the first bytes were looked at for a mark */
	int has_mark;      /* and there was one */
	int is_big_endian;
	char *raw;         /* UTF-16 that was read, but not given yet; NULL for all else */
	size_t raw_len;
	char *buf;
	size_t pos;
	size_t len;
	uint64_t line; /* line ends passed so far */
};

/* Open a file, or standard input for NULL: 0, or -1 with errno. */
int input_open(struct input *in, const char *path, const char *name);
void input_close(struct input *in);

/* The next byte (0 to 255), INPUT_EOF or INPUT_ERROR. */
enum { INPUT_EOF = -3 };
int input_getc(struct input *in);
/* The byte after it, left where it is. */
int input_peekc(struct input *in);

/* The next line without its end; `line` is then its number. */
int input_line(struct input *in, struct bytes *line);

/* All that is left. */
int input_all(struct input *in, struct bytes *all);

/* Whether it is a PDF or its first 8 KB hold a NUL: 1, 0, INPUT_ERROR. Before anything is read. */
int input_is_binary(struct input *in);

/* The first line, or what there is of one over 8 KB; it is still to be read. Or INPUT_ERROR. */
int input_first_line(struct input *in, const char **line, size_t *len);

/* Whether the first KB is UTF-8. After that, and before anything is read. */
int input_is_utf8(const struct input *in);

#endif
