/*
 * xapian_change.c - documents that come to and go from Xapian databases.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * With several servers a hash of the key says which one has a document, and
 * those without a key go round. Changes wait for the commit, so that a
 * program that is killed before it has changed nothing.
 */
#include "backend/xapian_writer.h"
#include "base/mem.h"

#define WAITING_COST 500  /* bytes of memory that a document takes up, and */
#define WAITING_FACTOR 16 /* those of each byte of it, with its terms: rough */

static struct ik_xb_writer *writer_of(struct ik_be_writer *w)
{
	return (struct ik_xb_writer *)w;
}

/* ---- documents ---- */

static int check_doc(const struct ik_xb_writer *w, const struct ik_doc *doc, ink_error *err)
{
	if (doc->bytes > w->memory / 2)
		return ik_fail(err, INK_ELIMIT,
		               "a document of %zu bytes, over half the memory: %llu", doc->bytes,
		               (unsigned long long)w->memory / 2);
	if (w->schema->key == IK_NO_FIELD)
		return 0;
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == w->schema->key)
			return 0;
	return ik_fail(err, INK_ESCHEMA, "field \"%s\": a document needs its key",
	               w->schema->fields[w->schema->key].name);
}

static int no_key(const struct ik_xb_writer *w, const char *what, ink_error *err)
{
	if (w->schema->key != IK_NO_FIELD)
		return 0;
	return ik_fail(err, INK_ESCHEMA, "%s: the schema has no key field", what);
}

/* The key of a document; its schema may know fewer fields than ours. */
static const struct ik_value *key_of(const struct ik_xb_writer *w, const struct ik_doc *doc)
{
	for (size_t i = 0; i < doc->values.n; i++)
		if (doc->values.v[i].field == w->schema->key)
			return &doc->values.v[i];
	return NULL;
}

/* ---- what servers are to be told ---- */

static size_t shard_of(const struct ik_xb_writer *w, const char *term, size_t len)
{
	return (size_t)(ik_hash(term, len) % w->shards.n);
}

/* Remember whether a key has a document now. */
static int set_there(struct ik_xb_writer *w, const char *term, size_t len, int there,
                     ink_error *err)
{
	int added = 0;
	uint32_t i = ik_map_add(&w->keys, term, len, &added);
	uint8_t *slot = i == IK_MAP_NONE ? NULL : added ? ik_vec_push(&w->there) : &w->there.v[i];

	if (slot == NULL)
		return ik_fail_nomem(err);
	*slot = (uint8_t)there;
	return 0;
}

static void release(struct ik_xb_change *c)
{
	ik_xap_doc_free(c->doc);
	ik_free(c->key);
}

/* Takes the document over, on failure too. `replace`: the key may be there. */
static int wait_for(struct ik_xb_writer *w, const char *term, size_t len, int replace,
                    struct ik_xap_doc *doc, uint64_t bytes, ink_error *err)
{
	struct ik_xb_change c = {.doc = doc, .len = len}, *slot;
	int rc = 0;

	c.shard = term != NULL ? shard_of(w, term, len) : (size_t)(w->next++ % w->shards.n);
	if (replace)
		c.key = ik_strndup(term, len);
	if (replace && c.key == NULL)
		rc = ik_fail_nomem(err);
	if (rc == 0 && term != NULL)
		rc = set_there(w, term, len, doc != NULL, err);
	slot = rc == 0 ? ik_vec_push(&w->waiting) : NULL;
	if (slot == NULL) {
		release(&c);
		return rc == 0 ? ik_fail_nomem(err) : rc;
	}
	*slot = c;
	w->waiting_bytes += WAITING_COST + bytes * WAITING_FACTOR;
	return w->waiting_bytes > w->memory ? ik_xb_send(w, err) : 0;
}

static int tell(struct ik_xap_db *db, const struct ik_xb_change *c, ink_error *err)
{
	if (c->doc == NULL)
		return ik_xap_db_delete_term(db, c->key, c->len, err);
	if (c->key == NULL)
		return ik_xap_db_add_doc(db, c->doc, NULL, err);
	return ik_xap_db_replace_term(db, c->key, c->len, c->doc, NULL, err);
}

int ik_xb_send(struct ik_xb_writer *w, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < w->waiting.n; i++)
		rc = tell(w->shards.list[w->waiting.v[i].shard].db, &w->waiting.v[i], err);
	if (rc == 0)
		ik_xb_forget(w);
	return rc;
}

void ik_xb_forget(struct ik_xb_writer *w)
{
	for (size_t i = 0; i < w->waiting.n; i++)
		release(&w->waiting.v[i]);
	w->waiting.n = 0;
	w->waiting_bytes = 0;
	ik_map_free(&w->keys);
	w->there.n = 0;
}

/* ---- documents by key ---- */

static int is_free(struct ik_xb_writer *w, const char *term, size_t len,
                   const struct ik_value *key, ink_error *err)
{
	uint32_t i = ik_map_find(&w->keys, term, len);
	int there = i != IK_MAP_NONE && w->there.v[i], rc = 0;

	if (i == IK_MAP_NONE)
		rc = ik_xap_db_has_term(w->shards.list[shard_of(w, term, len)].db, term, len,
		                        &there, err);
	if (rc == 0 && there)
		rc = ik_fail(err, INK_EEXISTS, "a document with key \"%.*s\" is there already",
		             key->len < 100 ? (int)key->len : 100, key->text);
	return rc;
}

/* In a folder; the document is made before anything is taken away. */
static int put_here(struct ik_xb_writer *w, const char *term, size_t len, int replace,
                    const struct ik_xap_doc *made, ink_error *err)
{
	int rc = replace ? ik_xap_db_delete_term(w->shards.db, term, len, err) : 0;

	return rc == 0 ? ik_xap_db_add_doc(w->shards.db, made, NULL, err) : rc;
}

static int put(struct ik_xb_writer *w, const struct ik_doc *doc, int replace, ink_error *err)
{
	const struct ik_value *key = key_of(w, doc);
	struct ik_xap_doc *made = NULL;
	char term[IK_XB_TERM_MAX];
	size_t len = 0;
	int rc = 0;

	if (key != NULL)
		len = ik_xb_term(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key->text,
		                 key->len, term);
	if (key != NULL && !replace)
		rc = is_free(w, term, len, key, err);
	if (rc == 0)
		rc = ik_xb_make_doc(&w->maker, doc, &made, err);
	w->analyzed |= rc == 0;
	if (rc == 0 && w->maker.map.remote)
		return wait_for(w, key != NULL ? term : NULL, len, replace, made, doc->bytes, err);
	if (rc == 0)
		rc = put_here(w, term, len, replace && key != NULL, made, err);
	ik_xap_doc_free(made);
	return rc;
}

static int delete_key(struct ik_xb_writer *w, const char *key, size_t len, ink_error *err)
{
	char term[IK_XB_TERM_MAX];

	if (!ik_xb_fits(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key, len))
		return 0; /* no document has a key that long */
	len = ik_xb_term(&w->maker.map, w->schema->key, IK_XB_KEYWORD, key, len, term);
	return w->maker.map.remote ? wait_for(w, term, len, 1, NULL, 0, err)
	                           : ik_xap_db_delete_term(w->shards.db, term, len, err);
}

int ik_xb_add(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	ink_error why;
	int rc = check_doc(w, doc, err);

	if (rc == 0)
		rc = ik_xb_begin(w, err);
	if (rc != 0)
		return rc;
	rc = put(w, doc, 0, &why);
	return ik_xb_note(w, rc, &why, err);
}

int ik_xb_update(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	ink_error why;
	int rc = no_key(w, "update", err);

	if (rc == 0)
		rc = check_doc(w, doc, err);
	if (rc == 0)
		rc = ik_xb_begin(w, err);
	if (rc != 0)
		return rc;
	rc = put(w, doc, 1, &why);
	return ik_xb_note(w, rc, &why, err);
}

int ik_xb_delete(struct ik_be_writer *base, const char *key, size_t len, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	ink_error why;
	int rc = no_key(w, "delete", err);

	if (rc == 0)
		rc = ik_xb_begin(w, err);
	if (rc != 0)
		return rc;
	rc = delete_key(w, key, len, &why);
	return ik_xb_note(w, rc, &why, err);
}

/* ---- delete by query ---- */

/* By its number in all shards together. */
static int delete_doc(struct ik_xb_writer *w, uint64_t doc, ink_error *err)
{
	uint64_t n = w->shards.n;

	return ik_xap_db_delete_doc(w->shards.list[(doc - 1) % n].db, (doc - 1) / n + 1, err);
}

static int delete_found(struct ik_xb_writer *w, struct ik_xap_enquire *e, uint64_t *deleted,
                        ink_error *err)
{
	struct ik_xap_mset *found = NULL;
	struct ik_xap_stats stats;
	size_t n = 0;
	int rc = ik_xap_db_stats(w->shards.db, &stats, err);

	if (rc == 0)
		rc = ik_xap_enquire_run(e, 0, stats.docs, 0, NULL, &found, err);
	if (rc == 0)
		n = ik_xap_mset_len(found);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ik_xap_hit hit;

		rc = ik_xap_mset_hit(found, i, &hit, err);
		if (rc == 0)
			rc = delete_doc(w, hit.doc, err);
	}
	ik_xap_mset_free(found);
	if (deleted != NULL)
		*deleted = n;
	return rc;
}

static int find_and_delete(struct ik_xb_writer *w, const struct ik_query *query, uint64_t *deleted,
                           ink_error *err)
{
	struct ik_arena arena = {0};
	struct ik_xb_build b = {.map = w->maker.map,
	                        .analyzers = w->maker.analyzers,
	                        .db = w->shards.db,
	                        .analysis = w->maker.analysis,
	                        .arena = &arena,
	                        .unit = 1,
	                        .err = err};
	struct ik_xap_enquire *e = NULL;
	struct ik_xap_query *q = NULL;
	int rc = ik_xb_query(&b, query, NULL, &q);

	if (rc == 0)
		rc = ik_xap_enquire_new(w->shards.db, &e, err);
	if (rc == 0)
		rc = ik_xap_enquire_query(e, q, 0, err);
	if (rc == 0)
		rc = ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BOOL, NULL, 0, err);
	if (rc == 0)
		rc = delete_found(w, e, deleted, err);
	ik_xap_enquire_free(e);
	ik_xap_query_free(q);
	ik_arena_free(&arena);
	return rc;
}

/* A query that cannot be run has changed nothing. Servers have to know all documents before. */
int ik_xb_delete_query(struct ik_be_writer *base, const struct ik_query *query,
                       uint64_t *deleted, ink_error *err)
{
	struct ik_xb_writer *w = writer_of(base);
	ink_error why;
	int rc = ik_xb_begin(w, err);

	if (rc != 0)
		return rc;
	rc = ik_xb_send(w, &why);
	if (rc == 0)
		rc = find_and_delete(w, query, deleted, &why);
	if (rc == INK_ENOTFOUND || rc == INK_ESYNTAX || rc == INK_EUNSUPPORTED) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	return ik_xb_note(w, rc, &why, err);
}
