/*
 * needle.c - a text that is looked for in others, all of them folded.
 *
 * Layer: text. Folding takes most of the time, and most texts that are asked
 * about hold what is looked for just as it was typed. Characters are folded
 * one by one, but for those that may combine with what stands before them.
 */
#include "text/needle.h"

#include <string.h>

#include "base/utf8.h"
#include "text/analysis.h"

/* Is what is before `p` folded alike whatever stands there? Invisible characters fold to nothing. */
static int is_apart(const char *p, const char *end)
{
	uint32_t cp, entry = 0;
	int empty = 1;

	while (empty && p < end) {
		p = ik_utf8_next(p, end, &cp);
		entry = ik_fold_entry(cp);
		empty = ik_fold_is_empty(entry);
	}
	return (entry & IK_FOLD_ATTACH) == 0;
}

void ik_needle_init(struct ik_needle *needle, const struct ik_analyzer *analyzer,
                    const char *typed, size_t typed_len, const char *folded, size_t folded_len)
{
	needle->analyzer = analyzer;
	needle->typed = typed;
	needle->typed_len = typed_len;
	needle->folded = folded;
	needle->folded_len = folded_len;
	/* What an application's normaliser does is not known. */
	needle->as_typed = folded_len > 0 && analyzer->n_normalizers == 0 &&
	                   is_apart(typed, typed + typed_len);
	ik_buf_init(&needle->text, SIZE_MAX / 4);
}

void ik_needle_free(struct ik_needle *needle)
{
	ik_buf_free(&needle->text);
}

/*
 * Where `want` begins in the text, or NULL. By the last byte of its first character: all
 * characters of a script begin alike.
 */
static const char *find(const char *text, const char *end, const char *want, size_t len)
{
	size_t last = 0;

	while (last + 1 < len && ((unsigned char)want[last + 1] & 0xC0) == 0x80)
		last++;
	while (len > 0 && (size_t)(end - text) >= len) {
		text = memchr(text + last, want[last], (size_t)(end - text) - len + 1);
		if (text == NULL)
			return NULL;
		text -= last;
		if (memcmp(text, want, len) == 0)
			return text;
		text++;
	}
	return NULL;
}

/* Is it there as it was typed, and nothing behind it that may combine with it? */
static int is_as_typed(const struct ik_needle *needle, const char *text, const char *end)
{
	for (;; text++) {
		text = find(text, end, needle->typed, needle->typed_len);
		if (text == NULL || is_apart(text + needle->typed_len, end))
			return text != NULL;
	}
}

int ik_needle_in(struct ik_needle *needle, const char *text, size_t len, ink_error *err)
{
	const char *folded;
	int rc;

	if (needle->as_typed && is_as_typed(needle, text, text + len))
		return 1;
	ik_buf_clear(&needle->text);
	rc = ik_fold_text(needle->analyzer, text, len, &needle->text, err);
	if (rc != 0)
		return rc;
	folded = (const char *)needle->text.data;
	return find(folded, folded + needle->text.len, needle->folded, needle->folded_len) != NULL;
}
