/*
 * xapian_slop.c - phrases with slop: terms near each other in any order.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Xapian's operators
 * want the order (PHRASE) or forget it (NEAR), where our slop is how far the
 * words were moved. So the posting lists are walked here, positions are
 * looked at as the native engine does, and what is left is a list of documents.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "match/slop.h"

#define DOC_STEPS 1024 /* what a document with all terms costs, in what ik_poll() counts */

struct near {
	struct ik_xb_build *b;
	struct ik_xb_offset *terms; /* the same ones side by side, in the order of their offsets */
	size_t n;
	uint32_t slop;
	struct ik_xap_posts **posts;
	struct ik_place *places;
	IK_VEC(uint32_t) room; /* positions of all terms in one document */
	IK_VEC(uint32_t) docs;
};

/* To the first document from `doc` on that has all terms: 1, 0 at the end, or an error. */
static int meet(struct near *k, uint64_t doc)
{
	for (size_t i = 0; i < k->n; i++) {
		int rc = ik_xap_posts_skip(k->posts[i], doc, k->b->err);

		if (rc != 1)
			return rc;
		if (ik_xap_posts_doc(k->posts[i]) > doc) {
			doc = ik_xap_posts_doc(k->posts[i]);
			i = SIZE_MAX; /* from the first term on */
		}
	}
	return 1;
}

/* The positions of term i in the current document, behind those of other terms before it. */
static int load(struct near *k, size_t i)
{
	struct ik_place *t = &k->places[i];
	struct ik_xap_positions *walk = NULL;
	int rc = ik_xap_posts_positions(k->posts[i], &walk, k->b->err);

	t->n = 0;
	while (rc == 0 && (rc = ik_xap_positions_next(walk, k->b->err)) == 1) {
		uint32_t *slot = ik_vec_push(&k->room);

		rc = slot == NULL ? ik_fail_nomem(k->b->err) : 0;
		if (slot == NULL)
			break;
		*slot = ik_xap_positions_at(walk);
		t->n++;
	}
	ik_xap_positions_free(walk);
	return rc;
}

/* Keep the current document if its positions are near enough. */
static int look_at(struct near *k)
{
	uint32_t *slot, at = 0, count = 0;
	int rc = 0;

	k->room.n = 0;
	for (size_t i = 0; rc == 0 && i < k->n; i++)
		if (!k->places[i].again)
			rc = load(k, i);
	for (size_t i = 0; rc == 0 && i < k->n; i++) { /* now that the room no longer moves */
		struct ik_place *t = &k->places[i];

		t->n = t->again ? t[-1].n : t->n;
		t->at = 0;
		t->pos = t->again ? t[-1].pos : k->room.v + at;
		at += t->again ? 0 : t->n;
	}
	if (rc == 0)
		rc = ik_slop_count(k->places, k->n, k->slop, k->b->poll, &count);
	if (rc != 0 || count == 0)
		return rc;
	slot = ik_vec_push(&k->docs);
	if (slot == NULL)
		return ik_fail_nomem(k->b->err);
	*slot = (uint32_t)ik_xap_posts_doc(k->posts[0]);
	return 0;
}

static int walk(struct near *k)
{
	int rc = meet(k, 1);

	while (rc == 1) {
		rc = look_at(k);
		if (rc == 0)
			rc = ik_poll(k->b->poll, DOC_STEPS);
		if (rc == 0)
			rc = meet(k, ik_xap_posts_doc(k->posts[0]) + 1);
	}
	return rc;
}

static int by_term(const void *a, const void *b)
{
	const struct ik_xb_offset *x = a, *y = b;
	int order = x->len == y->len ? memcmp(x->term, y->term, x->len) : x->len < y->len ? -1 : 1;

	return order != 0 ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static int take_terms(struct near *k, const struct ik_xb_offset *terms)
{
	k->terms = ik_arena_array(k->b->arena, k->n + 1, sizeof *k->terms);
	if (k->terms == NULL)
		return ik_fail_nomem(k->b->err);
	for (size_t i = 0; i < k->n; i++)
		k->terms[i] = terms[i];
	qsort(k->terms, k->n, sizeof *k->terms, by_term);
	return 0;
}

static int open_terms(struct near *k)
{
	struct ik_xb_build *b = k->b;
	uint32_t most = 0;
	int rc = 0;

	k->posts = ik_arena_zalloc(b->arena, k->n * sizeof(struct ik_xap_posts *));
	k->places = ik_arena_zalloc(b->arena, k->n * sizeof *k->places);
	if (k->posts == NULL || k->places == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < k->n; i++) {
		const struct ik_xb_offset *t = &k->terms[i];

		k->places[i].again = i > 0 && t[-1].len == t->len &&
		                     memcmp(t[-1].term, t->term, t->len) == 0;
		most = t->offset > most ? t->offset : most;
		rc = ik_xap_posts_open(b->db, t->term, t->len, &k->posts[i], b->err);
	}
	for (size_t i = 0; i < k->n; i++)
		k->places[i].shift = most - k->terms[i].offset;
	return rc;
}

int ik_xb_near(struct ik_xb_build *b, const struct ik_xb_offset *terms, size_t n, uint32_t slop,
               struct ik_xap_query **out)
{
	struct near k = {.b = b, .n = n, .slop = slop};
	struct ik_xap_query *made = NULL;
	int rc = take_terms(&k, terms);

	*out = NULL;
	if (rc == 0)
		rc = open_terms(&k);
	if (rc == 0)
		rc = walk(&k);
	if (rc == 0)
		rc = ik_xap_query_docs(k.docs.v, k.docs.n, &made, b->err);
	if (rc == 0)
		rc = ik_xb_keep(b, rc, made, out);
	for (size_t i = 0; k.posts != NULL && i < n; i++)
		ik_xap_posts_free(k.posts[i]);
	ik_vec_free(&k.room);
	ik_vec_free(&k.docs);
	return rc;
}
