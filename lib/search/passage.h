/*
 * passage.h - which part of a text to show.
 *
 * Layer: search, private to snippets.
 */
#ifndef IK_SEARCH_PASSAGE_H
#define IK_SEARCH_PASSAGE_H

#include "search/marks.h"

/* Bytes of a text that are marked together. Ends lie between grapheme clusters. */
struct ik_span {
	size_t start, end;
};

struct ik_spans {
	IK_VEC(struct ik_span) list; /* ascending, never touching */
};

/* White space and what acts as such; runs of it count, and are shown, as one blank. */
int ik_is_blank(uint32_t cp);

/*
 * The best `max_chars` characters of a text, given its hits and the spans
 * made of them: the most different terms, then the most hits, then the first.
 */
int ik_passage_choose(const struct ik_hits *hits, size_t n_ids, const struct ik_spans *spans,
                      uint32_t max_chars, const char *text, size_t len, struct ik_span *out,
                      ink_error *err);

#endif
