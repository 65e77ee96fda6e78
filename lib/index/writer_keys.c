/*
 * writer_keys.c - unique keys.
 *
 * Layer: index. Operations are numbered. A delete takes the documents with
 * its key that came before it, so the latest number for each key is all that
 * has to be kept until deletes are applied; then every segment is older than
 * any delete to come, and the numbers start over.
 */
#include "index/writer_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "index/view.h"
#include "segment/dict.h"

#define SLOT_BYTES 32 /* of the map, for each of its places */

void ik_keys_clear(struct ik_keys *k)
{
	ik_map_free(&k->map);
	ik_vec_free(&k->v);
	ik_arena_free(&k->arena);
	k->deletes = 0;
}

size_t ik_keys_bytes(const struct ik_keys *k)
{
	return k->map.cap * SLOT_BYTES + k->map.keys.total + k->v.cap * sizeof *k->v.v +
	       k->arena.total;
}

int ik_keys_exists(struct ik_writer *w, const char *key, size_t len, ink_error *err)
{
	uint32_t number = ik_map_find(&w->keys.map, key, len);

	if (number != IK_MAP_NONE)
		return w->keys.v.v[number].alive;
	/* A segment that still has numbers was flushed since: its keys are in the map. */
	for (size_t i = w->segs.n; i-- > 0;) {
		const struct ik_wseg *s = w->segs.v[i];
		uint32_t doc;
		int rc;

		if (s->seqs != NULL)
			continue;
		rc = ik_view_find_key(s->seg, s->live, ik_part(w->schema->key, 0), key, len, &doc,
		                      err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int ik_keys_note(struct ik_keys *k, const char *key, size_t len, uint32_t seq, int alive,
                 int remove, ink_error *err)
{
	struct ik_pending_key *e;
	uint32_t number;

	/* Room first: the number of a key is its place in the array. */
	if (ik_vec_reserve(&k->v, k->v.n + 1) != 0)
		return ik_fail_nomem(err);
	number = ik_map_add(&k->map, key, len, NULL);
	if (number == IK_MAP_NONE)
		return ik_fail_nomem(err);
	e = &k->v.v[number];
	if (number == k->v.n) {
		*e = (struct ik_pending_key){NULL, (uint32_t)len, 0, 0};
		k->v.n++;
	}
	if (remove && e->bytes == NULL) {
		e->bytes = ik_arena_strndup(&k->arena, key, len);
		if (e->bytes == NULL)
			return ik_fail_nomem(err);
		k->deletes++;
	}
	if (remove)
		e->before = seq;
	e->alive = alive;
	return 0;
}

/* ---- applying deletes ---- */

static int compare(const void *a, const void *b)
{
	const struct ik_pending_key *x = *(const struct ik_pending_key *const *)a;
	const struct ik_pending_key *y = *(const struct ik_pending_key *const *)b;
	uint32_t len = x->len < y->len ? x->len : y->len;
	int c = len == 0 ? 0 : memcmp(x->bytes, y->bytes, len);

	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

/* Delete what one segment has of a key. */
static int delete_key(struct ik_writer *w, struct ik_wseg *s, const struct ik_part_info *part,
                      const struct ik_pending_key *key, ink_error *err)
{
	struct ik_post_env env = ik_segment_env(s->seg, part, key->bytes, key->len);
	struct ik_term_info term;
	struct ik_post_iter it;
	int rc = ik_dict_find(s->seg, part->part, key->bytes, key->len, &term, err);

	if (rc <= 0)
		return rc;
	rc = ik_post_iter_open(&it, &env, &term, err);
	if (rc == 0)
		while ((rc = ik_post_iter_next(&it, err)) == 1) {
			if (it.doc >= s->seg->n_docs) {
				rc = INK_ECORRUPT;
				break;
			}
			if (s->seqs != NULL && s->seqs[it.doc] >= key->before)
				continue;
			rc = ik_wseg_delete(w, s, it.doc, err);
			if (rc != 0)
				break;
		}
	ik_post_iter_free(&it);
	if (rc == INK_ECORRUPT)
		return ik_segment_corrupt(s->seg, err, "postings", "damaged list of a key");
	return rc;
}

/* Sorted, so that look-ups go through each dictionary in its order. */
static int apply_deletes(struct ik_writer *w, ink_error *err)
{
	const struct ik_pending_key **keys = ik_array(w->keys.deletes, sizeof *keys);
	size_t n = 0;
	int rc = 0;

	if (keys == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < w->keys.v.n; i++)
		if (w->keys.v.v[i].bytes != NULL && n < w->keys.deletes)
			keys[n++] = &w->keys.v.v[i];
	qsort(keys, n, sizeof *keys, compare);
	for (size_t i = 0; rc == 0 && i < w->segs.n; i++) {
		struct ik_wseg *s = w->segs.v[i];
		const struct ik_part_info *part =
			ik_segment_part(s->seg, ik_part(w->schema->key, 0));

		for (size_t j = 0; rc == 0 && part != NULL && j < n; j++)
			rc = delete_key(w, s, part, keys[j], err);
	}
	ik_free(keys);
	return rc;
}

int ik_keys_apply(struct ik_writer *w, ink_error *err)
{
	int rc = w->keys.deletes == 0 ? 0 : apply_deletes(w, err);

	if (rc != 0)
		return rc;
	ik_keys_clear(&w->keys);
	w->seq = 0;
	for (size_t i = 0; i < w->segs.n; i++) {
		ik_free(w->segs.v[i]->seqs);
		w->segs.v[i]->seqs = NULL;
	}
	return 0;
}
