/*
 * xapian_results.c - what Xapian found, behind the vtable.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Stored values,
 * snippets and cursors are those of lib/search/results.c, once the document
 * was fetched.
 */
#include <string.h>

#include "backend/xapian_find.h"
#include "base/mem.h"

static struct ik_xb_results *results_of(const struct ik_be_results *base)
{
	/* Results are made by us and never constant. */
	return (struct ik_xb_results *)(uintptr_t)base;
}

/* From now on lib/search finds the document of hit i where it looks for it. */
static int fetch(struct ik_xb_results *r, size_t i, ink_error *err)
{
	struct ik_doc *doc;
	uint64_t number;
	ink_error why;
	int rc;

	if (i >= r->found->n || r->found->hits[i].stored != NULL)
		return 0; /* whoever asks for a hit that is not there is told so below */
	number = r->found->hits[i].doc;
	doc = ik_arena_alloc(&r->found->arena, sizeof *doc);
	if (doc == NULL)
		return ik_fail_nomem(err);
	ik_doc_init(doc, r->shared->searcher->snap->schema);
	rc = ik_xb_enter(r->shared, err);
	if (rc == 0)
		rc = ik_xb_leave(r->shared, ik_xb_load(r->shared, number, doc, &why), &why,
		                 err);
	if (rc != 0) {
		ik_doc_release(doc);
		return rc;
	}
	r->found->hits[i].stored = doc;
	return 0;
}

static int hit(const struct ik_be_results *base, size_t i, ink_hit *out, ink_error *err)
{
	const struct ik_xb_results *r = results_of(base);

	(void)err;
	out->doc = r->found->hits[i].doc;
	out->score = r->scores[i];
	return 0;
}

static int doc(struct ik_be_results *base, size_t i, struct ik_doc *out, ink_error *err)
{
	struct ik_xb_results *r = results_of(base);
	const struct ik_doc *stored;
	int rc = fetch(r, i, err);

	if (rc == 0)
		rc = ik_results_doc(r->found, i, &stored, err);
	return rc == 0 ? ik_doc_copy(out, stored, err) : rc;
}

static int stored(struct ik_be_results *base, size_t i, const char *field, const char **value,
                  size_t *len, ink_error *err)
{
	struct ik_xb_results *r = results_of(base);
	int rc = fetch(r, i, err);

	return rc == 0 ? ik_results_stored(r->found, i, field, value, len, err) : rc;
}

static int snippet(struct ik_be_results *base, size_t i, const char *field, const char **text,
                   size_t *len, ink_error *err)
{
	struct ik_xb_results *r = results_of(base);
	int rc = fetch(r, i, err);

	return rc == 0 ? ik_results_snippet(r->found, i, field, text, len, err) : rc;
}

/* ---- explanations ---- */

/* The terms that matched; what each adds is Xapian's secret. */
static int put_terms(struct ik_xb_results *r, size_t i, struct ik_buf *out, ink_error *err)
{
	struct ik_xap_terms *t = NULL;
	int rc = ik_xap_terms_matching(r->enquire, r->found->hits[i].doc + 1, &t, err);

	while (rc == 0 && (rc = ik_xap_terms_next(t, err)) == 1) {
		uint64_t df = 0;
		size_t len;
		const char *term = ik_xap_terms_text(t, &len);

		rc = ik_xap_db_term(r->shared->db, term, len, &df, NULL, NULL, err);
		ik_buf_printf(out, "  term \"");
		ik_buf_put(out, term, len);
		ik_buf_printf(out, "\" in %llu documents\n", (unsigned long long)df);
	}
	ik_xap_terms_free(t);
	return rc;
}

static int explain(struct ik_be_results *base, size_t i, const char **text, size_t *len,
                   ink_error *err)
{
	struct ik_xb_results *r = results_of(base);
	struct ik_buf out;
	ink_error why;
	int rc;

	ik_buf_init(&out, SIZE_MAX / 4);
	ik_buf_printf(&out, "%.9g: BM25 over the terms of the document that match\n",
	              r->scores[i]);
	rc = ik_xb_enter(r->shared, err);
	if (rc == 0)
		rc = ik_xb_leave(r->shared, put_terms(r, i, &out, &why), &why, err);
	if (rc == 0) {
		*text = out.err != 0 ? NULL
		                     : ik_arena_strndup(&r->found->arena, (const char *)out.data,
		                                        out.len);
		*len = out.len;
		if (*text == NULL)
			rc = ik_fail_nomem(err);
	}
	ik_buf_free(&out);
	return rc;
}

static int cursor(struct ik_be_results *base, size_t i, const char **text, size_t *len,
                  ink_error *err)
{
	return ik_results_cursor(results_of(base)->found, i, text, len, err);
}

/* ---- facets ---- */

static size_t facet_len(const struct ik_be_results *base, size_t facet)
{
	const struct ik_results *found = results_of(base)->found;

	return facet < found->request.facets.n ? found->facets[facet].n : 0;
}

static int facet(const struct ik_be_results *base, size_t facet_, size_t i, const char **value,
                 size_t *len, uint64_t *count, ink_error *err)
{
	const struct ik_facet_count *c = &results_of(base)->found->facets[facet_].counts[i];

	(void)err;
	*value = c->value;
	*len = c->len;
	*count = c->count;
	return 0;
}

static void free_results(struct ik_be_results *base)
{
	struct ik_xb_results *r = results_of(base);

	ik_mutex_lock(r->shared->mutex);
	ik_xap_enquire_free(r->enquire);
	ik_mutex_unlock(r->shared->mutex);
	ik_results_free(r->found);
	ik_xb_shared_unref(r->shared);
	ik_free(r);
}

static const struct ik_results_ops results_ops = {
	hit, doc, stored, snippet, explain, cursor, facet_len, facet, free_results,
};

/* ---- shards that are missing ---- */

static int note_missing(struct ik_xb_results *r, ink_error *err)
{
	const struct ik_xb_shards *shards = &r->shared->shards;
	const char **list = ik_arena_array(&r->found->arena, shards->n + 1, sizeof *list);

	if (list == NULL)
		return ik_fail_nomem(err);
	r->base.n_missing = 0;
	for (size_t i = 0; i < shards->n; i++) {
		const char *why = shards->list[i].why.message;

		if (shards->list[i].rc == 0)
			continue;
		list[r->base.n_missing] = ik_arena_strndup(&r->found->arena, why, strlen(why));
		if (list[r->base.n_missing++] == NULL)
			return ik_fail_nomem(err);
	}
	r->base.missing = list;
	return 0;
}

static int run_once(struct ik_xb_results *r, ink_error *err)
{
	ink_error why;
	int rc = ik_xb_enter(r->shared, err);

	if (rc != 0)
		return rc;
	rc = ik_xb_run(r, &why);
	if (rc == 0)
		rc = note_missing(r, &why);
	return ik_xb_leave(r->shared, rc, &why, err);
}

/* A second time without the shard that failed, where that is wanted. */
static int run(struct ik_xb_results *r, ink_error *err)
{
	ink_error why;
	int rc = run_once(r, &why);

	if (rc != 0 && r->shared->where->partial && ik_xb_is_lost(r->shared->where, &why))
		rc = run_once(r, &why);
	if (rc != 0 && err != NULL)
		*err = why;
	return rc;
}

int ik_xb_search(const struct ik_be_reader *reader, const struct ik_request *request,
                 struct ik_be_results **out, ink_error *err)
{
	struct ik_xb_results *r = ik_zalloc(sizeof *r);
	int rc;

	*out = NULL;
	if (r == NULL)
		return ik_fail_nomem(err);
	r->base.ops = &results_ops;
	r->found = ik_zalloc(sizeof *r->found);
	if (r->found == NULL) {
		ik_free(r);
		return ik_fail_nomem(err);
	}
	rc = ik_request_copy(request, &r->found->request, err);
	if (rc != 0) {
		ik_free(r->found);
		ik_free(r);
		return rc;
	}
	r->shared = ik_xb_shared_ref(((const struct ik_xb_reader *)reader)->shared);
	rc = run(r, err);
	if (rc != 0) {
		free_results(&r->base);
		return rc;
	}
	*out = &r->base;
	return 0;
}
