/*
 * xapian_run.c - a request as one match by Xapian.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Cursors hold the rank of a hit: on a snapshot the ranking never changes,
 * so going on after it is a window further down.
 *
 * Scores are BM25 as lib/score/bm25.h has it, but for lengths: one a document,
 * joined forms included, and not one a field, is what Xapian knows. Servers
 * know only Xapian's own formulas. The nearest one is BM25+ without its plus:
 * k1 + 1 times ours, with the idf ln((N + 1) / df) for ln((N + 1) / (df + 0.5)).
 */
#include <string.h>

#include "backend/xapian_find.h"
#include "base/mem.h"
#include "search/cursor.h"

#define POLL_MASK 255 /* candidates between two looks at the clock */
#define FEW_DOCS 300

struct running {
	struct ik_xb_results *r;
	const struct ik_request *request;
	struct ik_xb_facet *facets;
	size_t n_facets;
	struct ik_deadline deadline;
	struct ik_poll poll; /* cancel and time-out */
	uint64_t polls;
	uint64_t first; /* rank of the window */
	uint64_t docs;  /* in the index */
	int all;        /* matches are to be looked at */
	double k1, b;
	struct ik_key *keys;
	ink_error *err;
};

/* ---- stopping ---- */

/* Now, however little was done since. */
static int ask(struct running *run, ink_error *err)
{
	return run->poll.ask(run->poll.user, err);
}

static int decide(void *user, struct ik_xap_doc *doc)
{
	struct running *run = user;
	int rc = (run->polls++ & POLL_MASK) == 0 ? ask(run, NULL) : 0;

	(void)doc;
	return rc != 0 ? rc : 1;
}

/* ---- sorting ---- */

static void key_of(const struct running *run, const struct ik_sort *sort, struct ik_xap_key *out)
{
	out->descending = (sort->flags & INK_SORT_DESC) != 0;
	out->missing_first = (sort->flags & INK_SORT_MISSING_FIRST) != 0;
	out->slot = ik_xb_sort_slot(&run->r->shared->map, sort);
}

/* Xapian sorts by the score before all keys or after them. */
static int set_sorts(struct running *run, struct ik_xap_enquire *e)
{
	const struct ik_request *q = run->request;
	struct ik_xap_key keys[IK_SORTS_MAX];
	int relevance = 0;
	size_t n = 0;

	if (q->sorts.n > 0 && run->r->shared->map.foreign)
		return ik_fail(run->err, INK_EUNSUPPORTED,
		               "a database of another program has no values to sort by");
	if (run->r->shared->map.remote)
		return 0; /* xapian_sorted.c does it */
	for (size_t i = 0; i < q->sorts.n && i < IK_SORTS_MAX; i++) {
		if (q->sorts.v[i].field != IK_SORT_SCORE && relevance <= 0) {
			key_of(run, &q->sorts.v[i], &keys[n++]);
			continue;
		}
		if (q->sorts.v[i].field != IK_SORT_SCORE)
			return ik_fail(
				run->err, INK_EUNSUPPORTED,
				"Xapian sorts by the score before all fields or after them");
		if (relevance == 0)
			relevance = n == 0 ? -1 : 1;
	}
	if (n == 0)
		return 0; /* by the score, or nothing was asked for */
	return ik_xap_enquire_sort_keys(e, keys, n, relevance, run->err);
}

/* ---- the window ---- */

static int find_window(struct running *run)
{
	const struct ik_request *q = run->request;
	struct ik_arena arena = {0};
	struct ik_cursor cursor;
	int rc = 0;

	run->first = q->offset;
	if (q->after != NULL) {
		rc = ik_cursor_decode(q, q->after, q->after_len, q->sorts.n, &arena, &cursor,
		                      run->err);
		if (rc == 0)
			run->first += (uint64_t)cursor.score + 1;
	}
	ik_arena_free(&arena);
	return rc;
}

/* ---- facets ---- */

static int open_facets(struct running *run, struct ik_xap_enquire *e)
{
	const struct ik_request *q = run->request;
	int rc = 0;

	if (q->facets.n == 0)
		return 0;
	run->facets = ik_zarray(q->facets.n, sizeof *run->facets);
	if (run->facets == NULL)
		return ik_fail_nomem(run->err);
	while (rc == 0 && run->n_facets < q->facets.n) {
		size_t i = run->n_facets++;

		rc = ik_xb_facet_open(&run->facets[i], &q->facets.v[i], &run->r->shared->map,
		                      &run->r->found->arena, run->err);
		if (rc == 0)
			rc = ik_xap_enquire_spy(e, run->facets[i].spy, run->err);
	}
	return rc;
}

static int finish_facets(struct running *run)
{
	struct ik_results *found = run->r->found;
	int rc = 0;

	found->facets =
		ik_arena_zalloc(&found->arena, (run->n_facets + 1) * sizeof *found->facets);
	if (found->facets == NULL)
		return ik_fail_nomem(run->err);
	for (size_t i = 0; rc == 0 && i < run->n_facets; i++)
		rc = ik_xb_facet_finish(&run->facets[i], &found->facets[i]);
	return rc;
}

/* ---- the match ---- */

static int make_query(struct running *run, struct ik_xap_query **out)
{
	struct ik_xb_shared *s = run->r->shared;
	struct ik_scratch *scratch = NULL;
	struct ik_xb_build b = {.map = s->map,
	                        .analyzers = s->searcher->analyzers,
	                        .db = s->db,
	                        .unit = s->map.remote ? 1 / (run->k1 + 1) : 1,
	                        .poll = &run->poll,
	                        .err = run->err};
	int rc = ik_searcher_lend(s->searcher, &scratch, run->err);

	*out = NULL;
	if (rc != 0)
		return rc;
	b.analysis = scratch->analysis;
	b.arena = &scratch->prepared;
	rc = ik_xb_query(&b, run->request->query, run->request->filter, out);
	ik_searcher_give_back(s->searcher, scratch);
	return rc;
}

/* Nobody looks at scores where only matches are counted, or where fields alone sort. */
static int wants_scores(const struct ik_request *q)
{
	int wants = q->sorts.n == 0;

	for (size_t i = 0; i < q->sorts.n; i++)
		wants |= q->sorts.v[i].field == IK_SORT_SCORE;
	return wants && q->limit > 0;
}

/* Servers cannot ask back while they match: they are told when to stop. */
static int set_limit(struct running *run, struct ik_xap_enquire *e)
{
	uint64_t now = ik_os_now_us();

	if (run->deadline.at_us <= now)
		return 0; /* there is none, or ask() sees it */
	return ik_xap_enquire_time_limit(e, (double)(run->deadline.at_us - now) / 1e6, run->err);
}

static int set_weight(struct running *run, struct ik_xap_enquire *e)
{
	const double ours[2] = {run->k1, run->b}, xapians[6] = {run->k1, 0, 1, run->b, 0, 0};

	if (!wants_scores(run->request))
		return ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BOOL, NULL, 0, run->err);
	if (run->r->shared->map.remote)
		return ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BM25PLUS, xapians, 6, run->err);
	return ik_xap_enquire_weight(e, IK_XAP_WEIGHT_INK, ours, 2, run->err);
}

static int set_up(struct running *run, struct ik_xap_enquire *e, const struct ik_xap_query *query)
{
	const struct ik_request *q = run->request;
	int rc = ik_xap_enquire_query(e, query, 0, run->err);

	if (rc == 0)
		rc = set_weight(run, e);
	if (rc == 0)
		rc = set_sorts(run, e);
	if (rc == 0)
		rc = open_facets(run, e);
	if (rc == 0 && run->r->shared->map.remote)
		return set_limit(run, e);
	if (rc == 0 && (q->cancel != NULL || run->deadline.at_us != 0))
		rc = ik_xap_enquire_decider(e, decide, run, run->err);
	return rc;
}

/* Cursors want keys, which are not looked at: the rank says all. */
static struct ik_key *no_keys(struct ik_arena *arena, size_t n)
{
	struct ik_key *keys = ik_arena_zalloc(arena, (n + 1) * sizeof *keys);

	for (size_t i = 0; keys != NULL && i < n; i++)
		keys[i].missing = 1;
	return keys;
}

static int open_hits(struct running *run, size_t n)
{
	struct ik_results *found = run->r->found;

	run->keys = no_keys(&found->arena, run->request->sorts.n);
	found->n_keys = run->request->sorts.n;
	found->n = 0;
	found->hits = ik_arena_array(&found->arena, n + 1, sizeof *found->hits);
	run->r->scores = ik_arena_array(&found->arena, n + 1, sizeof *run->r->scores);
	return found->hits == NULL || run->r->scores == NULL || run->keys == NULL
	               ? ik_fail_nomem(run->err)
	               : 0;
}

static void put_hit(struct running *run, uint64_t doc, double score)
{
	struct ik_results *found = run->r->found;

	found->hits[found->n] = (struct ik_found){.doc = doc - 1,
	                                          .score = (int64_t)(run->first + found->n),
	                                          .keys = run->keys};
	run->r->scores[found->n++] = score;
}

static int take_hits(struct running *run, const struct ik_xap_mset *m)
{
	size_t n = ik_xap_mset_len(m);
	int rc = open_hits(run, n);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ik_xap_hit hit;

		rc = ik_xap_mset_hit(m, i, &hit, run->err);
		if (rc == 0)
			put_hit(run, hit.doc, hit.weight);
	}
	return rc;
}

/*
 * How many matches have to be looked at. Once the best hits so far outweigh a part of the
 * query, Xapian 1.4 joins the others to it and may step over a document that is better
 * (AND_MAYBE; OR becomes one). Where there are few documents it may be one of those that
 * are wanted, and looking at all of them takes microseconds.
 */
static uint64_t look_at(const struct running *run)
{
	return run->all || run->docs <= FEW_DOCS ? run->docs : 0;
}

/* `first` and `limit` as far as there are documents. */
static int match(struct running *run, uint64_t first, uint64_t limit)
{
	struct ik_be_results *r = &run->r->base;
	struct ik_xap_mset *m = NULL;
	struct ik_xap_counts counts;
	int rc = ik_xap_enquire_run(run->r->enquire, first, limit, look_at(run), NULL, &m,
	                            run->err);

	if (rc == 0)
		rc = ik_xap_mset_counts(m, &counts, run->err);
	if (rc == 0)
		rc = take_hits(run, m);
	if (rc == 0) {
		r->total = counts.lower;
		r->exact = run->all || counts.lower == counts.upper;
	}
	ik_xap_mset_free(m);
	return rc;
}

/* By fields, on servers: count first, if all is to be counted, and then sort. */
static int match_sorted(struct running *run, uint64_t limit, const struct ik_xap_query *query)
{
	struct ik_xb_sorted s = {.results = run->r,
	                         .request = run->request,
	                         .query = query,
	                         .want = run->first + limit,
	                         .err = run->err};
	int rc = run->all ? match(run, 0, 0) : 0;

	if (rc == 0)
		rc = ik_xap_enquire_spy(run->r->enquire, NULL, run->err);
	if (rc == 0 && limit > 0)
		rc = ik_xb_sorted(&s);
	if (rc == 0)
		rc = open_hits(run, (size_t)limit);
	for (uint64_t i = run->first; rc == 0 && i < s.rows.n && i < s.want; i++)
		put_hit(run, s.rows.v[i].doc, s.rows.v[i].score);
	if (rc == 0 && !run->all)
		run->r->base.total = s.total;
	ik_vec_free(&s.rows);
	/* Explanations ask for its terms. */
	return rc == 0 ? ik_xap_enquire_query(run->r->enquire, query, 0, run->err) : rc;
}

static int find(struct running *run, const struct ik_xap_query *query)
{
	const struct ik_request *q = run->request;
	struct ik_xb_shared *shared = run->r->shared;
	struct ik_xap_stats stats;
	uint64_t limit = q->limit;
	int rc = ik_xap_db_stats(shared->db, &stats, run->err);

	if (rc != 0)
		return rc;
	run->docs = stats.docs;
	if (run->first > stats.docs)
		limit = 0; /* nothing is there, but the total may be wanted */
	else if (limit > stats.docs - run->first)
		limit = stats.docs - run->first;
	if (shared->map.remote && q->sorts.n > 0)
		rc = match_sorted(run, limit, query);
	else
		rc = match(run, limit > 0 ? run->first : 0, limit);
	if ((rc == INK_ECANCELED || rc == INK_ETIMEOUT) && !ik_xb_is_lost(shared->where, run->err))
		(void)ask(run, run->err); /* in our own words */
	if (rc == 0 && shared->map.remote)
		rc = ask(run, run->err); /* servers that were stopped do not say so */
	run->r->base.n = run->r->found->n;
	return rc;
}

int ik_xb_run(struct ik_xb_results *r, ink_error *err)
{
	struct running run = {.r = r, .request = &r->found->request, .err = err};
	struct ik_xap_query *query = NULL;
	int rc;

	run.all = run.request->exact || run.request->facets.n > 0;
	run.k1 = run.request->own_bm25 ? run.request->k1 : r->shared->map.schema->k1;
	run.b = run.request->own_bm25 ? run.request->b : r->shared->map.schema->b;
	run.poll = ik_deadline_start(&run.deadline, run.request, err);
	ik_xap_enquire_free(r->enquire);
	r->enquire = NULL;
	rc = ask(&run, err);
	if (rc == 0)
		rc = find_window(&run);
	if (rc == 0)
		rc = make_query(&run, &query);
	if (rc == 0)
		rc = ik_xap_enquire_new(r->shared->db, &r->enquire, err);
	if (rc == 0)
		rc = set_up(&run, r->enquire, query);
	if (rc == 0)
		rc = find(&run, query);
	if (rc == 0)
		rc = finish_facets(&run);
	if (r->enquire != NULL) /* it lives on; what the callback points to does not */
		(void)ik_xap_enquire_decider(r->enquire, NULL, NULL, NULL);
	for (size_t i = 0; i < run.n_facets; i++)
		ik_xb_facet_close(&run.facets[i]);
	ik_free(run.facets);
	ik_xap_query_free(query);
	return rc;
}
