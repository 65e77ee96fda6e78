/* lex.c - blanks, names, numbers and words of the query language. Layer: query. */
#include "query/lex.h"

#include <string.h>

#include "model/schema.h"

size_t ik_lex_blank(const char *p, const char *end)
{
	if (p == end)
		return 0;
	if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
		return 1;
	return end - p >= 3 && memcmp(p, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

int ik_lex_word_end(const char *p, const char *end)
{
	return p == end || *p == '(' || *p == ')' || *p == '"' || ik_lex_blank(p, end) > 0;
}

static int is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t ik_lex_plain(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && ((is_alpha(*p) && *p != '_') || is_digit(*p)))
		p++;
	return (size_t)(p - start);
}

size_t ik_lex_name(const char *p, const char *end)
{
	size_t n = 0;

	if (p == end || !is_alpha(*p))
		return 0;
	while (p + n < end && n <= IK_NAME_MAX &&
	       (is_alpha(p[n]) || is_digit(p[n]) || p[n] == '-' || p[n] == '.'))
		n++;
	return n <= IK_NAME_MAX ? n : 0;
}

size_t ik_lex_number(const char *p, const char *end)
{
	const char *start = p, *e;

	while (p < end && (is_digit(*p) || *p == '.'))
		p++;
	if (p == start || p == end || (*p != 'e' && *p != 'E'))
		return (size_t)(p - start);
	e = p + 1;
	if (e < end && (*e == '-' || *e == '+'))
		e++;
	if (e == end || !is_digit(*e))
		return (size_t)(p - start);
	while (e < end && is_digit(*e))
		e++;
	return (size_t)(e - start);
}

int ik_lex_is_operator(const char *p, size_t len)
{
	return (len == 3 && (memcmp(p, "AND", 3) == 0 || memcmp(p, "NOT", 3) == 0)) ||
	       (len == 2 && memcmp(p, "OR", 2) == 0);
}

int ik_lex_is_address(const char *p, const char *end)
{
	return end - p > 2 && p[0] == ':' && p[1] == '/' && p[2] == '/';
}

int ik_lex_text_colon(const char *mark, const char *end)
{
	return (end - mark > 1 && mark[1] == ':') || ik_lex_is_address(mark, end);
}
