/*
 * needle.h - a text that is looked for in others, all of them folded.
 *
 * Layer: text.
 */
#ifndef IK_TEXT_NEEDLE_H
#define IK_TEXT_NEEDLE_H

#include "base/buf.h"
#include "text/analyzer.h"

struct ik_needle {
	const struct ik_analyzer *analyzer;
	const char *typed, *folded; /* borrowed */
	size_t typed_len, folded_len;
	int as_typed;               /* a text that holds it as typed holds it folded as well */
	struct ik_buf text;         /* the last text, folded */
};

/* `folded` is what ik_fold_text() makes of `typed`. */
void ik_needle_init(struct ik_needle *needle, const struct ik_analyzer *analyzer,
                    const char *typed, size_t typed_len, const char *folded, size_t folded_len);
void ik_needle_free(struct ik_needle *needle);

/* Is it in the text? 1, 0, INK_ENOMEM or what ik_fold_text() says. */
int ik_needle_in(struct ik_needle *needle, const char *text, size_t len, ink_error *err);

/* Can places be told? Not where texts become others before the analyzer's chain folds them. */
int ik_needle_has_places(const struct ik_analyzer *analyzer);

/*
 * Tell each place of a text that holds `folded`, those too that overlap the one before, by the
 * bytes of the text as it was written. Of an analyzer that has places. A non-zero answer ends it
 * and is returned; else 0 or INK_ENOMEM.
 */
int ik_needle_each(const char *folded, size_t folded_len, const char *text, size_t len,
                   int (*place)(void *user, size_t start, size_t end), void *user,
                   ink_error *err);

#endif
