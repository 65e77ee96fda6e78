/* lines.c - reading a text line by line. Layer: text. */
#include "text/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define BOM "\xEF\xBB\xBF"

void ik_lines_trim(const char **p, const char **end)
{
	while (*p < *end && (**p == ' ' || **p == '\t' || **p == '\r'))
		++*p;
	while (*end > *p && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r'))
		--*end;
}

int ik_lines_open(struct ik_lines *lines, const char *text, size_t len, ink_error *err)
{
	size_t bad;

	memset(lines, 0, sizeof *lines);
	lines->text = lines->next = text;
	lines->stop = text + len;
	if (!ik_utf8_valid(text, len, &bad)) {
		const char *p;

		lines->number = 1;
		for (p = text; p < text + bad; p++)
			lines->number += *p == '\n';
		return ik_lines_fail(lines, text + bad, err, "not UTF-8");
	}
	if (len >= 3 && memcmp(text, BOM, 3) == 0)
		lines->next += 3;
	return INK_OK;
}

int ik_lines_next(struct ik_lines *lines)
{
	while (lines->next < lines->stop) {
		size_t left = (size_t)(lines->stop - lines->next);
		const char *nl = memchr(lines->next, '\n', left);

		lines->number++;
		lines->p = lines->next;
		lines->end = nl != NULL ? nl : lines->stop;
		lines->next = nl != NULL ? nl + 1 : lines->stop;
		ik_lines_trim(&lines->p, &lines->end);
		if (lines->p < lines->end && *lines->p != '#')
			return 1;
	}
	return 0;
}

int ik_lines_fail(const struct ik_lines *lines, const char *at, ink_error *err, const char *fmt,
                  ...)
{
	char message[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	return ik_fail_at(err, INK_ESYNTAX, at - lines->text, "line %lu, byte %zu: %s",
	                  lines->number, (size_t)(at - lines->text), message);
}
