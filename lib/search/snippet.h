/*
 * snippet.h - the best passage of a text, with the matches marked.
 *
 * Layer: search. The text is analyzed again; tokens that the query looked
 * for are marked at their offsets, so marks are right whatever folding,
 * stemming or segmentation did. Marks that touch or overlap are joined.
 */
#ifndef IK_SEARCH_SNIPPET_H
#define IK_SEARCH_SNIPPET_H

#include "search/request.h"

/* The terms of a query that can be marked in one field. */
struct ik_marks;

/*
 * Collect them: terms of MATCH, TERM and PHRASE nodes that are not excluded,
 * analyzed as the field is; prefix, wildcard and fuzzy patterns; quoted CJK strings as
 * whole substrings. In the arena. `poll` may be NULL, here and below. INK_ENOMEM, and what
 * it fails with.
 */
int ik_marks_new(const struct ik_request *request, uint32_t field, struct ik_arena *arena,
                 struct ik_poll *poll, struct ik_marks **out, ink_error *err);

/* All values of a field, with a byte between two. */
struct ik_snippet_text {
	const char *p;
	size_t len;
	const size_t *ends; /* where values end, but the last one */
	size_t n;           /* of ends: the values less one */
};

/*
 * Append the snippet of a text to `out`. With nothing to mark it is the
 * beginning of the text. Cut at word boundaries, or between grapheme
 * clusters in scripts without blanks; "…" where text is left out. INK_ENOMEM,
 * and what `poll` fails with.
 */
int ik_snippet_make(const struct ik_marks *marks, const struct ik_snippet_spec *spec,
                    const struct ik_snippet_text *text, struct ik_poll *poll,
                    struct ik_buf *out, ink_error *err);

#endif
