/*
 * mempairs.c - which words of a document are neighbours, for a field with INK_PAIRS.
 *
 * Layer: index. Several words may stand at one place, and each of them is a
 * neighbour of each at the next. A word that stands at one place twice counts
 * once, as it does in a phrase.
 */
#include "index/memindex.h"

#include <string.h>

/* 1 when the word is at the place already, -1 when memory is out. */
static int add_word(struct ik_mem_place *at, const char *term, uint32_t len)
{
	struct ik_mem_word *w;

	for (size_t i = 0; i < at->n; i++)
		if (at->v[i].len == len && memcmp(at->v[i].bytes, term, len) == 0)
			return 1;
	w = ik_vec_push(at);
	if (w == NULL)
		return -1;
	w->len = len;
	w->number = ik_pair_number(term, len);
	memcpy(w->bytes, term, len);
	return 0;
}

static struct ik_pair_word pair_word(const struct ik_mem_word *w)
{
	return (struct ik_pair_word){w->bytes, w->len, w->number};
}

void ik_mem_pairs_begin(struct ik_mem_pairs *pairs)
{
	pairs->now.n = 0;
	pairs->before.n = 0;
}

void ik_mem_pairs_free(struct ik_mem_pairs *pairs)
{
	ik_vec_free(&pairs->now);
	ik_vec_free(&pairs->before);
}

/* The words at `position` come next: what stands at the place before it stays. */
static void move_on(struct ik_mem_pairs *pairs, uint32_t position)
{
	struct ik_mem_place spare = pairs->before;

	pairs->before = pairs->now;
	pairs->now = spare;
	pairs->now.n = 0;
	if (position != pairs->position + 1)
		pairs->before.n = 0;
	pairs->position = position;
}

int ik_mem_pairs_add(struct ik_mem_sink *s, const char *term, uint32_t len, uint32_t position)
{
	struct ik_mem_pairs *pairs = &s->m->pairs;
	struct ik_pair_word word;
	int rc;

	if (pairs->now.n == 0 || position != pairs->position)
		move_on(pairs, position);
	rc = add_word(&pairs->now, term, len);
	if (rc != 0)
		return rc < 0 ? ik_fail_nomem(s->err) : 0;
	word = pair_word(&pairs->now.v[pairs->now.n - 1]);
	for (size_t i = 0; rc == 0 && i < pairs->before.n; i++) {
		struct ik_pair_word first = pair_word(&pairs->before.v[i]);
		char pair[IK_PAIR_MAX];
		size_t n = ik_pair_term(pair, &first, &word);

		if (n > 0)
			rc = ik_mem_push(s, IK_MEM_PAIRS, pair, (uint32_t)n, position);
	}
	return rc;
}
