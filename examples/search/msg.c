/* msg.c - what the program says on standard error. Part of: the search program. */
#include "msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "progress.h"
#include "utf8.h"
#include "xmem.h"

static int quiet;

static void say(const char *fmt, va_list ap)
{
	char text[2048];
	struct bytes line = { 0 };

	vsnprintf(text, sizeof text, fmt, ap);
	bytes_puts(&line, "search: ");
	out_clean(&line, text, strlen(text), 0);
	bytes_putc(&line, '\n');
	progress_clear();
	fwrite(line.data, 1, line.len, stderr);
	bytes_free(&line);
}

void msg_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void msg_set_quiet(int on)
{
	quiet = on;
}

void msg_info(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

/* How much of a path only says which backend is meant: "xapian:". */
static size_t backend_len(const char *path)
{
	size_t n = strcspn(path, ":/");

	return n >= 2 && path[n] == ':' ? n + 1 : 0;
}

void msg_ink(const char *what, const ink_error *err)
{
	const char *message = err->message[0] != '\0' ? err->message : ink_status_name(err->code);
	size_t len = what == NULL ? 0 : strlen(what), prefix = len == 0 ? 0 : backend_len(what);

	/* Most messages begin with the path, perhaps as the backend sees it: not twice. */
	if (strncmp(message, what == NULL ? "" : what, len) == 0)
		msg_error("%s", message);
	else if (prefix > 0 && strncmp(message, what + prefix, len - prefix) == 0 &&
	         message[len - prefix] == ':')
		msg_error("%.*s%s", (int)prefix, what, message);
	else
		msg_error("%s: %s", what, message);
}

/* The text in one line and a caret under its byte `offset`. */
static void point_at(const char *text, size_t offset)
{
	struct bytes line = { 0 };
	const char *p = text, *end = text + strlen(text);
	uint32_t c;

	bytes_puts(&line, "  ");
	out_clean(&line, text, strlen(text), 0);
	bytes_puts(&line, "\n  ");
	while (p < end && (size_t)(p - text) < offset) {
		p += utf8_next(p, end, &c);
		bytes_puts(&line, &"  "[2 - utf8_columns(c)]);
	}
	bytes_puts(&line, "^\n");
	fwrite(line.data, 1, line.len, stderr);
	bytes_free(&line);
}

void msg_ink_at(const char *what, const char *text, const ink_error *err)
{
	size_t len = strlen(text);

	msg_ink(what, err);
	if (err->offset >= 0 && (uint64_t)err->offset <= len && len <= 200)
		point_at(text, (size_t)err->offset);
}
