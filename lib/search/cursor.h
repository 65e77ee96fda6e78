/*
 * cursor.h - where a hit stands, as text: for going on after it.
 *
 * Layer: search. Holds the sorting's fingerprint, the generation of the
 * snapshot, the keys and the document number, in hexadecimal with a CRC;
 * nothing in it is trusted.
 */
#ifndef IK_SEARCH_CURSOR_H
#define IK_SEARCH_CURSOR_H

#include "search/sortkey.h"

struct ik_cursor {
	uint64_t doc;
	int64_t score;         /* integer score, when sorted by score alone */
	struct ik_key *keys;   /* else; ik_sorter_len() of them, in the arena */
};

/* `keys` may be NULL when sorted by score alone. The error is in out. */
void ik_cursor_encode(const struct ik_request *request, uint64_t doc, int64_t score,
                      const struct ik_key *keys, size_t n_keys, struct ik_buf *out);

/* INK_EINVAL: not a cursor, of another sorting, of another snapshot. */
int ik_cursor_decode(const struct ik_request *request, const char *text, size_t len, size_t n_keys,
                     struct ik_arena *arena, struct ik_cursor *out, ink_error *err);

#endif
