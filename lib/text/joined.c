/*
 * joined.c - a compound in a pattern, written as joined forms are.
 *
 * Layer: text. Of "foo-bar" an index has foo, bar and foobar (latin.c), so that
 * "foo-b*" as it stands would find nothing: the signs that joined forms have not
 * are taken out of patterns, too.
 */
#include "text/joined.h"

#include <string.h>

#include "base/utf8.h"
#include "text/fold.h"

static uint8_t class_at(const char *p, const char *end, const char **next)
{
	uint32_t cp;

	*next = ik_utf8_next(p, end, &cp);
	return ik_fold_class(ik_fold_entry(cp));
}

/* What stands at p: a letter or digit, a wildcard or anything else. */
enum side { OTHER, WILD, WORD };

static enum side side_of(const char *p, const char *end, const char **next)
{
	uint8_t cls = class_at(p, end, next);

	if (cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT || cls == IK_CLASS_MARK)
		return WORD;
	return *p == '*' || *p == '?' ? WILD : OTHER;
}

static int has_letters(const char *p, const char *end)
{
	while (p < end)
		if (class_at(p, end, &p) == IK_CLASS_ALPHA)
			return 1;
	return 0;
}

/* Do the letters at p, up to the end or a wildcard, begin what stays with a word, as in "don't"? */
static int may_contract(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && p[n] >= 'a' && p[n] <= 'z')
		n++;
	for (size_t i = 0; i < IK_CONTRACTIONS; i++)
		if (n <= strlen(ik_contractions[i]) && memcmp(p, ik_contractions[i], n) == 0)
			return 1;
	return 0;
}

/* Is it a sign at p, with `before` before it, that the word's joined form has not? */
static int goes(enum side before, const char *p, const char *end, int letters)
{
	const char *next;
	enum side behind;

	if (before == OTHER || class_at(p, end, &next) != IK_CLASS_JOIN)
		return 0;
	if ((*p == '\'' && may_contract(next, end)) || (*p == '.' && !letters))
		return 0;
	if (next == end)
		return before == WORD;
	behind = side_of(next, end, &next);
	/* Between two wildcards it is all that says something. */
	return behind == WORD || (behind == WILD && before == WORD);
}

size_t ik_joined_pattern(char *s, size_t len)
{
	const char *p = s, *end = s + len, *next;
	int letters = has_letters(p, end);
	enum side before = OTHER;
	size_t n = 0;

	for (; p < end; p = next) {
		if (goes(before, p, end, letters)) {
			next = p + 1;
			continue;
		}
		before = side_of(p, end, &next);
		memmove(s + n, p, (size_t)(next - p));
		n += (size_t)(next - p);
	}
	return n;
}
