/* out.c - standard output: clean text and colour. Part of: the search program. */
#include "out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "msg.h"
#include "signals.h"
#include "utf8.h"

static int use_color;
static int write_errno; /* of the first write that failed */

int out_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term != NULL && strcmp(term, "dumb") == 0;
}

void out_init(int color)
{
	const char *no_color = getenv("NO_COLOR");

	/* no-color.org: present and not empty, whatever its value. An option is stronger. */
	if (color == OUT_COLOR_AUTO)
		use_color = isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
		            !out_is_dumb();
	else
		use_color = color == OUT_COLOR_ALWAYS;
}

int out_failed(void)
{
	return write_errno != 0;
}

static void put(const void *data, size_t len)
{
	if (write_errno != 0 || len == 0)
		return;
	errno = 0;
	if (fwrite(data, 1, len, stdout) != len)
		write_errno = errno != 0 ? errno : EIO;
}

int out_finish(int status)
{
	errno = 0;
	if (write_errno == 0 && fflush(stdout) != 0)
		write_errno = errno != 0 ? errno : EIO;
	if (write_errno == 0)
		return status;
	if (write_errno == EPIPE)
		return status == STATUS_NONE ? STATUS_OK : status;
	if (write_errno == EINTR && signals_stop())
		return STATUS_INTERRUPTED; /* while a pager let us wait, say */
	msg_error("cannot write to standard output: %s", strerror(write_errno));
	return STATUS_ERROR;
}

void out_printf(const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (len > 0)
		put(text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void out_style(enum out_style style)
{
	static const char *const codes[] = { "\033[0m", "\033[1;34m", "\033[32m", "\033[2m",
		                             "\033[1m" };

	if (use_color)
		put(codes[style], strlen(codes[style]));
}

/*
 * What may change how a terminal shows the rest: C0 and C1 controls, DEL, and the bidirectional
 * embeddings, overrides and isolates, which can make a text read as another.
 */
static int is_hostile(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == UTF8_BAD;
}

void out_clean(struct bytes *to, const char *text, size_t len, int flags)
{
	const char *p = text, *end = text + len, *kept = text;
	uint32_t c;
	size_t n;

	while (p < end) {
		n = utf8_next(p, end, &c);
		if (is_hostile(c) && !(c == '\n' && (flags & OUT_LINES))) {
			bytes_put(to, kept, (size_t)(p - kept));
			if (c == '\n' || c == '\t' || c == '\r')
				bytes_putc(to, ' ');
			else
				bytes_puts(to, "\xef\xbf\xbd");
			kept = p + n;
		}
		p += n;
	}
	bytes_put(to, kept, (size_t)(end - kept));
}

void out_name(const char *name, size_t len)
{
	if (isatty(STDOUT_FILENO))
		out_text(name, len, 0);
	else
		put(name, len);
}

void out_text(const char *text, size_t len, int flags)
{
	struct bytes clean = { 0 };

	out_clean(&clean, text, len, flags);
	put(clean.data, clean.len);
	bytes_free(&clean);
}

/* The next mark at or after p, or end; *is_open says which. */
static const char *next_mark(const char *p, const char *end, int *is_open)
{
	for (; end - p >= 3; p++) {
		*is_open = memcmp(p, OUT_MARK_OPEN, 3) == 0;
		if (*is_open || memcmp(p, OUT_MARK_CLOSE, 3) == 0)
			return p;
	}
	return end;
}

void out_snippet(const char *text, size_t len)
{
	const char *p = text, *end = text + len, *mark;
	int is_open = 0;

	while (p < end) {
		mark = next_mark(p, end, &is_open);
		out_text(p, (size_t)(mark - p), 0);
		if (mark < end)
			out_style(is_open ? OUT_HIT : OUT_PLAIN);
		p = mark < end ? mark + 3 : end;
	}
	out_style(OUT_PLAIN); /* a mark may be missing when the text holds marks itself */
}

/* Append a text of a snippet, which is for reading, with what is no UTF-8 replaced. */
static void put_valid(struct bytes *to, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	uint32_t c;
	size_t n;

	for (; p < end; p += n) {
		n = utf8_next(p, end, &c);
		bytes_put(to, c == UTF8_BAD ? "\xef\xbf\xbd" : p, c == UTF8_BAD ? 3 : n);
	}
}

json_t *out_json_snippet(const char *text, size_t len)
{
	struct bytes plain = { 0 };
	const char *p = text, *end = text + len, *mark;
	json_t *object = json_object(), *marks = json_array();
	size_t start = 0;
	int is_open = 0, inside = 0;

	while (p < end) {
		mark = next_mark(p, end, &is_open);
		put_valid(&plain, p, (size_t)(mark - p));
		if (mark < end && is_open)
			start = plain.len;
		else if (mark < end && inside)
			json_array_append_new(marks, json_pack("[I,I]", (json_int_t)start,
			                                       (json_int_t)plain.len));
		inside = is_open;
		p = mark < end ? mark + 3 : end;
	}
	out_json_set(object, "text", out_json_text(bytes_str(&plain), plain.len));
	out_json_set(object, "marks", marks);
	bytes_free(&plain);
	return object;
}

/* RFC 4648, section 4. */
static void put_base64(struct bytes *to, const char *text, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)text;
	size_t i, k, n;
	uint32_t three;

	for (i = 0; i < len; i += 3) {
		n = len - i < 3 ? len - i : 3;
		for (k = 0, three = 0; k < 3; k++)
			three = three << 8 | (k < n ? s[i + k] : 0u);
		for (k = 0; k < 4; k++, three <<= 6)
			bytes_putc(to, k <= n ? digits[three >> 18 & 63] : '=');
	}
}

json_t *out_json_text(const char *text, size_t len)
{
	struct bytes base64 = { 0 };
	json_t *object;

	if (utf8_is_valid(text, len))
		return xchecked(json_stringn_nocheck(text, len));
	put_base64(&base64, text, len);
	object = xchecked(json_object());
	out_json_set(object, "bytes", json_string(base64.data));
	bytes_free(&base64);
	return object;
}

void out_json_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(object, key, value) != 0)
		xchecked(NULL);
}

/* json_dumps() escapes C0; DEL, C1 and bidirectional controls must not reach a terminal either. */
void out_json(json_t *object)
{
	char *line = xchecked(json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER));
	const char *p = line, *end, *kept = line;
	uint32_t c;
	size_t n;

	for (end = line + strlen(line); p < end; p += n) {
		n = utf8_next(p, end, &c);
		if (!is_hostile(c))
			continue;
		put(kept, (size_t)(p - kept));
		out_printf("\\u%04x", (unsigned)(c == UTF8_BAD ? 0xfffd : c));
		kept = p + n;
	}
	put(kept, (size_t)(end - kept));
	put("\n", 1);
	free(line);
	json_decref(object);
}
