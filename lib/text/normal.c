/*
 * normal.c - normalised text as pieces in order, found by binary search.
 *
 * Layer: text. Pieces that are the same bytes and follow each other are one,
 * so a normaliser that changes little costs little.
 */
#include "text/normal.h"

#include <string.h>

#include "base/utf8.h"
#include "inkstone/error.h"

void ik_normal_init(struct ik_normal *n)
{
	memset(n, 0, sizeof *n);
	ik_buf_init(&n->text, INT32_MAX);
}

void ik_normal_clear(struct ik_normal *n)
{
	ik_buf_clear(&n->text);
	n->pieces.n = 0;
}

void ik_normal_free(struct ik_normal *n)
{
	ik_buf_free(&n->text);
	ik_vec_free(&n->pieces);
}

/* Does the piece go on where the last one ends, in both texts? */
static int joins(const struct ik_normal *n, size_t start)
{
	const struct ik_piece *last = n->pieces.n > 0 ? &n->pieces.v[n->pieces.n - 1] : NULL;

	return last != NULL && last->same && last->end == start;
}

int ik_normal_put(struct ik_normal *n, const char *from, const char *s, size_t len, size_t start,
                  size_t end)
{
	int same = len == end - start && memcmp(s, from + start, len) == 0;
	struct ik_piece *piece;

	if (len == 0)
		return 0;
	if (same && joins(n, start)) {
		n->pieces.v[n->pieces.n - 1].end = (uint32_t)end;
	} else {
		piece = ik_vec_push(&n->pieces);
		if (piece == NULL)
			return INK_ENOMEM;
		*piece = (struct ik_piece){(uint32_t)n->text.len, (uint32_t)start, (uint32_t)end,
		                           (uint32_t)same};
	}
	ik_buf_put(&n->text, s, len);
	return n->text.err;
}

/* The piece that has byte `at`, or the last one. */
static const struct ik_piece *piece_at(const struct ik_normal *n, uint32_t at)
{
	size_t lo = 0, hi = n->pieces.n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (n->pieces.v[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return &n->pieces.v[lo];
}

void ik_normal_map(const struct ik_normal *n, uint32_t *start, uint32_t *end)
{
	const struct ik_piece *first, *last;
	uint32_t from = *start, to = *end;

	if (n->pieces.n == 0) {
		*start = *end = 0;
		return;
	}
	first = piece_at(n, from);
	*start = first->same ? first->start + (from - first->at) : first->start;
	if (to <= from) { /* no bytes at all */
		*end = *start;
		return;
	}
	last = piece_at(n, to - 1);
	*end = last->same ? last->start + (to - last->at) : last->end;
}

int ik_normal_repair(struct ik_normal *n, const char *text, size_t len)
{
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && at < len) {
		size_t good = len - at;

		if (!ik_utf8_valid(text + at, len - at, &good) && good == 0) {
			rc = ik_normal_put(n, text, "\xEF\xBF\xBD", 3, at, at + 1);
			at++;
			continue;
		}
		rc = ik_normal_put(n, text, text + at, good, at, at + good);
		at += good;
	}
	return rc;
}
