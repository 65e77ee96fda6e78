/*
 * sortkey.h - comparing documents by fields.
 *
 * Layer: search. One sorter lives for one search; it is told which segment
 * comes next, makes the keys of documents, and compares keys. Keys of
 * keywords are bytes, so keys of different segments compare.
 */
#ifndef IK_SEARCH_SORTKEY_H
#define IK_SEARCH_SORTKEY_H

#include "search/request.h"

/* One field of one document. */
struct ik_key {
	int64_t number;    /* integer, date, mapped double; the integer score */
	const char *text;  /* keyword: bytes in the sorter's arena */
	uint32_t len;
	uint8_t missing;
};

struct ik_sorter;

/* INK_ESCHEMA (a field that cannot be sorted), INK_ENOMEM. In the arena. */
int ik_sorter_new(const struct ik_request *request, struct ik_arena *arena,
                  struct ik_sorter **out, ink_error *err);

/* How many keys a document has: one for each sort. */
size_t ik_sorter_len(const struct ik_sorter *s);

/* Does any sort use the score? */
int ik_sorter_scores(const struct ik_sorter *s);

/* From now on documents are those of view `view` of the snapshot. INK_ECORRUPT, INK_ENOMEM. */
int ik_sorter_segment(struct ik_sorter *s, uint32_t view, ink_error *err);

/* The keys of a document: ik_sorter_len() of them into out. INK_ECORRUPT, INK_ENOMEM. */
int ik_sorter_keys(struct ik_sorter *s, uint32_t local, int64_t score, struct ik_key *out,
                   ink_error *err);

/* < 0 when a comes first, 0 when the keys tie. */
int ik_sorter_compare(const struct ik_sorter *s, const struct ik_key *a, const struct ik_key *b);

#endif
