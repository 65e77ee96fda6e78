/* input.c - reading a file or standard input through a buffer. Part of: the search program. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "signals.h"

enum { BUFFER = 1 << 16, BINARY_PROBE = 8192 };

int input_open(struct input *in, const char *path, const char *name)
{
	memset(in, 0, sizeof *in);
	in->name = name;
	in->is_stdin = path == NULL;
	in->fd = path == NULL ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0)
		return -1;
	in->buf = xmalloc(BUFFER);
	return 0;
}

void input_close(struct input *in)
{
	if (!in->is_stdin && in->fd >= 0)
		close(in->fd);
	free(in->buf);
	in->buf = NULL;
	in->fd = -1;
}

/* Read behind what is there: INPUT_OK, INPUT_END or INPUT_ERROR. */
static int read_more(struct input *in)
{
	ssize_t n;

	if (in->at_end)
		return INPUT_END;
	if (signals_wait(in->fd) < 0)
		return INPUT_ERROR;
	do
		n = read(in->fd, in->buf + in->len, BUFFER - in->len);
	while (n < 0 && errno == EINTR && !signals_stop());
	if (n < 0)
		return INPUT_ERROR;
	in->at_end = n == 0;
	in->len += (size_t)n;
	progress_add_bytes((uint64_t)n);
	return n > 0 ? INPUT_OK : INPUT_END;
}

/* Make sure that there is a byte at `pos`. */
static int fill(struct input *in)
{
	if (in->pos < in->len)
		return INPUT_OK;
	in->pos = in->len = 0;
	return read_more(in);
}

int input_is_binary(struct input *in)
{
	int rc = INPUT_OK;

	while (rc == INPUT_OK && in->len < BINARY_PROBE)
		rc = read_more(in);
	if (rc == INPUT_ERROR)
		return rc;
	return in->len > 0 &&
	       memchr(in->buf, '\0', in->len < BINARY_PROBE ? in->len : BINARY_PROBE) != NULL;
}

int input_peekc(struct input *in)
{
	int rc = fill(in);

	if (rc != INPUT_OK)
		return rc == INPUT_END ? INPUT_EOF : rc;
	return (unsigned char)in->buf[in->pos];
}

int input_getc(struct input *in)
{
	int c = input_peekc(in);

	if (c >= 0) {
		in->pos++;
		in->line += c == '\n';
	}
	return c;
}

int input_line(struct input *in, struct bytes *line)
{
	int rc, too_long = 0, any = 0;
	const char *at, *nl;
	size_t n;

	bytes_clear(line);
	while ((rc = fill(in)) == INPUT_OK) {
		any = 1;
		at = in->buf + in->pos;
		nl = memchr(at, '\n', in->len - in->pos);
		n = nl != NULL ? (size_t)(nl - at) : in->len - in->pos;
		too_long |= line->len + n > INPUT_MAX;
		if (too_long)
			bytes_free(line);
		else
			bytes_put(line, at, n);
		in->pos += n + (nl != NULL);
		if (nl != NULL)
			break;
	}
	if (rc == INPUT_ERROR || !any)
		return rc;
	in->line++;
	return too_long ? INPUT_TOO_LONG : INPUT_OK;
}

int input_all(struct input *in, struct bytes *all)
{
	int rc;

	bytes_clear(all);
	while ((rc = fill(in)) == INPUT_OK) {
		if (all->len + in->len - in->pos > INPUT_MAX)
			return INPUT_TOO_LONG;
		bytes_put(all, in->buf + in->pos, in->len - in->pos);
		in->pos = in->len;
	}
	return rc == INPUT_END ? INPUT_OK : rc;
}
