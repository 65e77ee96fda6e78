/* input.c - reading a file or standard input through a buffer. Part of: the search program. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "signals.h"
#include "utf8.h"

/* RAW bytes of UTF-16 become one and a half times as many, behind what was probed. */
enum { BUFFER = 1 << 16, PROBE = 8192, UTF8_PROBE = 1024, RAW = 1 << 15 };

/* A named pipe is not waited for here, where a signal just before would be lost, but in read_to(). */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return fd;
}

int input_open(struct input *in, const char *path, const char *name)
{
	memset(in, 0, sizeof *in);
	in->name = name;
	in->is_stdin = path == NULL;
	in->fd = path == NULL ? STDIN_FILENO : open_file(path);
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
	free(in->raw);
	in->buf = in->raw = NULL;
	in->fd = -1;
}

/* Append to `buf`, of which `len` bytes are used: INPUT_OK, INPUT_END or INPUT_ERROR. */
static int read_to(struct input *in, char *buf, size_t *len, size_t size)
{
	ssize_t n;

	if (in->at_end)
		return INPUT_END;
	if (signals_wait(in->fd) < 0)
		return INPUT_ERROR;
	do
		n = read(in->fd, buf + *len, size - *len);
	while (n < 0 && errno == EINTR && !signals_stop());
	if (n < 0)
		return INPUT_ERROR;
	in->at_end = n == 0;
	*len += (size_t)n;
	progress_add_bytes((uint64_t)n);
	return n > 0 ? INPUT_OK : INPUT_END;
}

/* Whether more bytes could make a byte order mark of these. */
static int is_part_of_mark(const char *p, size_t len)
{
	return (len < 2 && (len == 0 || *p == '\xff' || *p == '\xfe')) ||
	       (len < 3 && memcmp(p, "\xef\xbb\xbf", len) == 0);
}

/* The first bytes, without a mark; UTF-16 goes to `raw`. */
static int read_first(struct input *in)
{
	int rc;
	size_t mark = 0;

	do
		rc = read_to(in, in->buf, &in->len, RAW);
	while (rc == INPUT_OK && is_part_of_mark(in->buf, in->len));
	if (rc == INPUT_ERROR)
		return rc;
	in->begun = 1;
	if (in->len >= 3 && memcmp(in->buf, "\xef\xbb\xbf", 3) == 0)
		mark = 3;
	else if (in->len >= 2 && (memcmp(in->buf, "\xff\xfe", 2) == 0 ||
	                          memcmp(in->buf, "\xfe\xff", 2) == 0))
		mark = 2;
	in->has_mark = mark > 0;
	if (mark == 2) {
		in->is_big_endian = in->buf[0] == '\xfe';
		in->raw = xmalloc(RAW);
		in->raw_len = in->len - mark;
		memcpy(in->raw, in->buf + mark, in->raw_len);
		in->len = 0;
	} else {
		in->len -= mark;
		memmove(in->buf, in->buf + mark, in->len);
	}
	return rc;
}

/* Give what is in `raw`, but for the beginning of a character whose end is not there yet. */
static void take_raw(struct input *in)
{
	const char *p = in->raw, *end = p + in->raw_len;
	uint32_t c;
	size_t n;

	while (p < end) {
		n = utf16_next(p, end, in->is_big_endian, &c);
		if (n == 0 && !in->at_end)
			break;
		in->len += utf8_put(in->buf + in->len, n == 0 ? UTF8_BAD : c);
		p = n == 0 ? end : p + n;
	}
	in->raw_len = (size_t)(end - p);
	memmove(in->raw, p, in->raw_len);
}

/* Read behind what is there: INPUT_OK, INPUT_END or INPUT_ERROR. */
static int read_more(struct input *in)
{
	size_t before = in->len;
	int rc = INPUT_OK;

	while (rc == INPUT_OK && in->len == before) {
		if (!in->begun)
			rc = read_first(in);
		else if (in->raw != NULL)
			rc = read_to(in, in->raw, &in->raw_len, RAW);
		else
			rc = read_to(in, in->buf, &in->len, BUFFER);
		if (in->raw != NULL && rc != INPUT_ERROR)
			take_raw(in);
	}
	return in->len > before ? INPUT_OK : rc;
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

	while (rc == INPUT_OK && in->len < PROBE)
		rc = read_more(in);
	if (rc == INPUT_ERROR)
		return rc;
	/* A short PDF, or one that begins with its metadata, may have its NULs further on. */
	return (in->len >= 5 && memcmp(in->buf, "%PDF-", 5) == 0) ||
	       memchr(in->buf, '\0', in->len < PROBE ? in->len : PROBE) != NULL;
}

int input_first_line(struct input *in, const char **line, size_t *len)
{
	int rc = INPUT_OK;
	size_t n = 0;

	for (;;) {
		while (n < in->len && in->buf[n] != '\n' && in->buf[n] != '\r')
			n++;
		if (n < in->len || n >= PROBE || rc != INPUT_OK)
			break;
		rc = read_more(in);
	}
	*line = in->buf;
	*len = n;
	return rc;
}

int input_is_utf8(const struct input *in)
{
	size_t len = in->len < UTF8_PROBE ? in->len : UTF8_PROBE;

	/* The end may stand within a character, which is no fault. */
	if (!in->at_end || len < in->len) {
		while (len > 0 && ((unsigned char)in->buf[len - 1] & 0xc0) == 0x80)
			len--;
		len -= len > 0 && (unsigned char)in->buf[len - 1] >= 0xc0;
	}
	return utf8_is_valid(in->buf, len);
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
