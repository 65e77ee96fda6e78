/*
 * err.c - filling in an ink_error.
 *
 * Layer: base. Formats on the stack, so that a message may quote the error
 * it replaces and nothing is allocated.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/os.h"
#include "base/utf8.h"

/*
 * Messages quote file names and queries, which may hold anything; what
 * leaves here is one line of valid UTF-8, cut between two characters.
 */
static void copy_line(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);
	const char *p = text, *end;

	if (len > size - 1)
		len = ik_utf8_floor(text, len, size - 1);
	end = text + len;
	while (p < end) {
		uint32_t cp;
		const char *next = ik_utf8_next(p, end, &cp);
		size_t n = (size_t)(next - p);

		if (cp < 0x20 || cp == 0x7F || (n == 1 && cp == IK_UTF8_BAD))
			*out = '?';
		else
			memcpy(out, p, n);
		out += n;
		p = next;
	}
	*out = '\0';
}

static int fill(ink_error *err, int code, int sys, int64_t offset, const char *text)
{
	if (err == NULL)
		return code;
	err->code = code;
	err->sys_errno = sys;
	err->offset = offset;
	copy_line(err->message, sizeof err->message, text);
	return code;
}

int ik_fail(ink_error *err, int code, const char *fmt, ...)
{
	char text[512] = "";
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return fill(err, code, 0, -1, text);
}

int ik_fail_at(ink_error *err, int code, int64_t offset, const char *fmt, ...)
{
	char text[512] = "";
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return fill(err, code, 0, offset, text);
}

/* The reason has to be in the message, however long the path before it is. */
static void append_why(char *text, size_t size, int sys)
{
	char buf[96];
	const char *why = ik_os_error(sys, buf, sizeof buf);
	size_t room = sizeof ((ink_error *)0)->message - strlen(why) - sizeof "...: ";
	size_t len = strlen(text);
	int cut = len > room;

	if (cut)
		len = ik_utf8_floor(text, len, room);
	(void)snprintf(text + len, size - len, "%s: %s", cut ? "..." : "", why);
}

int ik_fail_sys(ink_error *err, int sys, const char *fmt, ...)
{
	int code = sys == ENOMEM ? INK_ENOMEM : INK_EIO;
	char text[512] = "";
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	append_why(text, sizeof text, sys);
	return fill(err, code, code == INK_EIO ? sys : 0, -1, text);
}

int ik_fail_nomem(ink_error *err)
{
	return fill(err, INK_ENOMEM, 0, -1, "out of memory");
}
