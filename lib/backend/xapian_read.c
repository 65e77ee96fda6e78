/*
 * xapian_read.c - one revision of a Xapian database.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Our document n is Xapian's n + 1. A reader holds a searcher of an empty
 * index in memory: it has the schema and the analyzers, and requests, marks
 * and cursors ask it for nothing else. Xapian overwrites a revision two
 * commits later; what then fails says so.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "index/writer.h"
#include "search/cursor.h"

/* ---- what readers, results and walks share ---- */

struct ik_xb_shared *ik_xb_shared_ref(struct ik_xb_shared *s)
{
	atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}

void ik_xb_shared_unref(struct ik_xb_shared *s)
{
	if (s == NULL || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	ik_xb_shards_release(&s->shards);
	ik_searcher_unref(s->searcher);
	ik_mutex_free(s->mutex);
	ik_free(s);
}

/* ---- the database ---- */

/* Document numbers and the snapshot stay what they were, or this fails. */
static int connect_again(struct ik_xb_shared *s, ink_error *err)
{
	struct ik_xb_shards shards;
	struct ik_xb_head head = {0};
	int rc = ik_xb_shards_open(s->where, 0, &shards, err);

	if (rc == 0)
		rc = ik_xb_shards_settle(&shards, err);
	if (rc == 0)
		rc = ik_xb_shards_head(&shards, &head, err);
	ik_schema_free(head.schema);
	if (rc == 0 && head.generation != s->searcher->snap->generation)
		rc = ik_fail(err, INK_EBACKEND,
		             "%s: commit %llu is gone, %llu is there now; reopen", s->where->path,
		             (unsigned long long)s->searcher->snap->generation,
		             (unsigned long long)head.generation);
	if (rc != 0) {
		ik_xb_shards_release(&shards);
		return rc;
	}
	ik_xb_shards_release(&s->shards);
	s->shards = shards;
	s->db = shards.db;
	s->lost = 0;
	return 0;
}

int ik_xb_enter(struct ik_xb_shared *s, ink_error *err)
{
	int rc;

	ik_mutex_lock(s->mutex);
	rc = s->lost ? connect_again(s, err) : 0;
	if (rc != 0)
		ik_mutex_unlock(s->mutex);
	return rc;
}

/* After a failure answers are on the way that nobody waits for: no connection can be used. */
int ik_xb_leave(struct ik_xb_shared *s, int rc, ink_error *why, ink_error *err)
{
	if (rc < 0)
		ik_xb_name_lost(s->where, &s->shards, why);
	if (rc < 0 && ik_xb_is_lost(s->where, why))
		s->lost = 1;
	ik_mutex_unlock(s->mutex);
	if (rc < 0 && err != NULL)
		*err = *why;
	return rc;
}

/* A document of another program: its data is the text of the field "data". */
static int load_foreign(const char *data, size_t len, struct ik_doc *out, ink_error *err)
{
	return len == 0 ? 0 : ik_doc_add_text(out, "data", data, len, err);
}

int ik_xb_load(const struct ik_xb_shared *s, uint64_t doc, struct ik_doc *out, ink_error *err)
{
	struct ik_xap_doc *stored = NULL;
	const char *data;
	ink_error why;
	size_t len;
	int rc = ik_xap_db_get_doc(s->db, doc + 1, &stored, &why);

	if (rc == 0)
		rc = ik_xap_doc_data(stored, &data, &len, &why);
	if (rc == 0 && s->map.foreign)
		rc = load_foreign(data, len, out, &why);
	else if (rc == 0)
		rc = ik_doc_decode((const uint8_t *)data, (const uint8_t *)data + len, out, &why);
	ik_xap_doc_free(stored);
	if (rc == INK_ENOTFOUND)
		return ik_fail(err, rc, "no document %llu", (unsigned long long)doc);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc == INK_EIO || rc == INK_ETIMEOUT) /* of a server, which is named or will be */
		return ik_fail(err, rc, "%s", why.message);
	return rc == 0 ? 0
	               : ik_fail(err, rc, "document %llu: %s", (unsigned long long)doc,
	                         why.message);
}

/* A searcher of an index without documents. */
static int open_searcher(const struct ik_xb_head *head, struct ik_searcher **out, ink_error *err)
{
	struct ik_snapshot *snap = NULL;
	struct ik_dir *dir = NULL;
	int rc = ik_dir_mem(&dir, err);

	if (rc == 0)
		rc = ik_index_init(dir, head->schema, err);
	if (rc == 0)
		rc = ik_snapshot_open(dir, &snap, err);
	if (rc == 0) {
		/* Nobody else has it yet; the generation is for cursors. */
		snap->generation = head->generation;
		ik_free(snap->stamp);
		snap->stamp = ik_strndup(head->stamp, strlen(head->stamp));
		rc = snap->stamp == NULL ? ik_fail_nomem(err) : ik_searcher_open(snap, out, err);
	}
	ik_snapshot_unref(snap);
	ik_dir_free(dir);
	return rc;
}

static int open_shared(const struct ik_xb_where *w, struct ik_xb_shared **out, ink_error *err)
{
	struct ik_xb_shared *s = ik_zalloc(sizeof *s);
	struct ik_xb_head head = {0};
	int rc, sys;

	*out = s;
	if (s == NULL)
		return ik_fail_nomem(err);
	atomic_init(&s->refs, 1);
	s->where = w;
	sys = ik_mutex_new(&s->mutex);
	if (sys != 0)
		return ik_fail_sys(err, sys, "cannot make a mutex");
	rc = ik_xb_shards_open(w, 0, &s->shards, err);
	s->db = s->shards.db;
	if (rc == 0)
		rc = ik_xb_shards_settle(&s->shards, err);
	if (rc == 0)
		rc = ik_xb_shards_head(&s->shards, &head, err);
	if (rc == 0)
		rc = open_searcher(&head, &s->searcher, err);
	ik_schema_free(head.schema);
	if (rc == 0)
		s->map = (struct ik_xb_map){s->searcher->snap->schema, head.foreign ? w : NULL,
		                             w->dir == NULL};
	return rc;
}

/* ---- the reader ---- */

static const struct ik_xb_reader *reader_of(const struct ik_be_reader *r)
{
	return (const struct ik_xb_reader *)r;
}

/* Xapian counts neither terms nor postings: a walk over all terms, once a reader. */
static int count_terms(struct ik_xb_reader *r, ink_error *err)
{
	struct ik_xap_terms *t = NULL;
	uint64_t docs;
	int rc = ik_xap_terms_all(r->shared->db, "", 0, &t, err);

	r->terms = r->postings = 0;
	while (rc == 0 && (rc = ik_xap_terms_next(t, err)) == 1) {
		rc = ik_xap_terms_docs(t, &docs, err);
		r->terms++;
		r->postings += rc == 0 ? docs : 0;
	}
	ik_xap_terms_free(t);
	r->counted = rc == 0;
	return rc;
}

static int stats(const struct ik_be_reader *base, ink_stats *out, ink_error *err)
{
	/* What is counted later is a part of the reader all the same. */
	struct ik_xb_reader *r = (struct ik_xb_reader *)(uintptr_t)base;
	struct ik_xap_stats found;
	ink_error why;
	int rc = ik_xb_enter(r->shared, err);

	if (rc != 0)
		return rc;
	rc = ik_xap_db_stats(r->shared->db, &found, &why);
	if (rc == 0 && !r->counted)
		rc = count_terms(r, &why);
	rc = ik_xb_leave(r->shared, rc, &why, err);
	if (rc != 0)
		return rc;
	out->segments = found.docs > 0 ? found.shards : 0;
	out->docs = found.docs;
	out->deleted_docs = 0;
	out->terms = r->terms;
	out->postings = r->postings;
	out->bytes_on_disk = r->bytes;
	out->generation = r->shared->searcher->snap->generation;
	return 0;
}

static int find_term(const struct ik_xb_shared *s, const char *term, size_t len, uint64_t *doc,
                     ink_error *err)
{
	struct ik_xap_posts *posts = NULL;
	int rc = ik_xap_posts_open(s->db, term, len, &posts, err);

	if (rc == 0)
		rc = ik_xap_posts_next(posts, err);
	if (rc == 1)
		*doc = ik_xap_posts_doc(posts) - 1;
	ik_xap_posts_free(posts);
	return rc;
}

static int find(const struct ik_be_reader *base, const char *key, size_t len, uint64_t *doc,
                ink_error *err)
{
	struct ik_xb_shared *s = reader_of(base)->shared;
	char term[IK_XB_TERM_MAX];
	ink_error why;
	int rc = 0;

	if (s->map.schema->key == IK_NO_FIELD)
		return ik_fail(err, INK_ESCHEMA, "the schema has no key field");
	if (ik_xb_fits(&s->map, s->map.schema->key, IK_XB_KEYWORD, key, len)) {
		size_t n = ik_xb_term(&s->map, s->map.schema->key, IK_XB_KEYWORD, key, len, term);

		rc = ik_xb_enter(s, err);
		if (rc == 0)
			rc = ik_xb_leave(s, find_term(s, term, n, doc, &why), &why, err);
	}
	if (rc != 0)
		return rc < 0 ? rc : 0;
	return ik_fail(err, INK_ENOTFOUND, "no document with key \"%.*s\"",
	               len < 100 ? (int)len : 100, key);
}

static int doc(const struct ik_be_reader *base, uint64_t number, struct ik_doc *out,
               ink_error *err)
{
	struct ik_xb_shared *s = reader_of(base)->shared;
	ink_error why;
	int rc = ik_xb_enter(s, err);

	return rc == 0 ? ik_xb_leave(s, ik_xb_load(s, number, out, &why), &why, err) : rc;
}

static int words(const struct ik_be_reader *base, enum ik_words_kind kind, const char **text,
                 size_t *len, ink_error *err)
{
	(void)base;
	(void)kind;
	(void)err;
	*text = "";
	*len = 0;
	return 0;
}

static void request(const struct ik_be_reader *base, const struct ik_query *query,
                    struct ik_request *out)
{
	ik_request_init(out, reader_of(base)->shared->searcher, query);
}

static int check_cursor(const struct ik_be_reader *base, const struct ik_request *request_,
                        const char *text, size_t len, ink_error *err)
{
	struct ik_arena arena = {0};
	struct ik_cursor cursor;
	int rc = ik_cursor_decode(request_, text, len, request_->sorts.n, &arena, &cursor, err);

	(void)base;
	ik_arena_free(&arena);
	return rc;
}

static void close_reader(struct ik_be_reader *base)
{
	ik_xb_shared_unref(reader_of(base)->shared);
	ik_free(base);
}

static const struct ik_reader_ops reader_ops = {
	stats,        find,         doc,         words,      request,
	check_cursor, ik_xb_search, ik_xb_terms, ik_xb_docs, close_reader,
};

int ik_xb_reader_open(struct ik_be_index *index, struct ik_be_reader **out, ink_error *err)
{
	const struct ik_xb_where *w = &((struct ik_xb_index *)index)->where;
	struct ik_xb_reader *r = ik_zalloc(sizeof *r);
	int rc;

	*out = NULL;
	if (r == NULL)
		return ik_fail_nomem(err);
	r->base.ops = &reader_ops;
	rc = open_shared(w, &r->shared, err);
	if (rc != 0) {
		ik_xb_shared_unref(r->shared);
		ik_free(r);
		return rc;
	}
	r->base.schema = r->shared->searcher->snap->schema;
	r->base.stamp = r->shared->searcher->snap->stamp;
	r->bytes = w->dir != NULL ? ik_xb_bytes(w->dir) : 0;
	*out = &r->base;
	return 0;
}
