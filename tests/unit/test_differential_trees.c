/*
 * test_differential_trees.c - random trees of queries over both engines, beside
 * the trees evaluated by their definition: which documents match, what they
 * score, how many there are, and the best few. What a leaf matches follows from
 * the documents; what it scores is what it scores alone.
 */
#include "gen_papers.h"
#include "pair.h"

#include <math.h>

#define LEAVES 40
#define ALL_SEEN 300 /* documents: of more, Xapian may lose a hit of the best few (XAPIAN.md) */
#define KIDS_MAX 4

struct tree {
	ink_query *query;
	uint8_t match[DOCS_MAX];
	double score[2][DOCS_MAX], most[2]; /* by engine */
};

struct answer {
	size_t n;
	uint32_t doc[DOCS_MAX];
	double score[DOCS_MAX];
	uint64_t total;
	int32_t exact;
};

static struct pair both;
static struct paper papers[DOCS_MAX];
static struct tree leaves[LEAVES];
static uint64_t world;

/* ---- documents ---- */

/* Mostly few documents, where lists end soon; at times more than Xapian is made to look at. */
static void fill(struct place *p, struct gen *g)
{
	ink_schema *s = paper_schema();

	pair_create(p, s, &both);
	ink_schema_free(s);
	both.docs = gen_below(g, 3) == 0 ? 301 + gen_below(g, DOCS_MAX - 301) : 20 + gen_below(g, 180);
	for (uint32_t n = 0; n < both.docs; n++) {
		uint32_t gone = gen_below(g, n + 1);
		char id[16];

		make_paper(g, &papers[n]);
		snprintf(id, sizeof id, "%u", n);
		pair_add(&both, paper_doc(both.index[0], &papers[n], id),
		         paper_doc(both.index[1], &papers[n], id));
		if (gen_below(g, 30) == 0) {
			snprintf(id, sizeof id, "%u", gone);
			pair_delete(&both, id);
			papers[gone].gone = 1;
		}
		if (gen_below(g, 60) == 0)
			pair_commit(&both);
	}
	pair_open(&both);
}

static void ask(int k, const struct tree *t, const struct tree *filter, uint64_t limit, int exact,
                struct answer *out)
{
	ink_search *search;
	ink_results *r;

	OK(ink_search_new(both.reader[k], t->query, &search, &err));
	if (filter != NULL)
		OK(ink_search_set_filter(search, filter->query, &err));
	OK(ink_search_set_window(search, 0, limit, &err));
	OK(ink_search_set_total(search, exact ? INK_TOTAL_EXACT : INK_TOTAL_LOWER, &err));
	OK(ink_search_run(search, &r, &err));
	out->n = ink_results_len(r);
	out->total = ink_results_total(r, &out->exact);
	assert_true(out->n <= both.docs);
	for (size_t i = 0; i < out->n; i++) {
		ink_hit hit;

		OK(ink_results_hit(r, i, &hit, &err));
		out->doc[i] = (uint32_t)atoi(id_of(r, i));
		out->score[i] = hit.score;
	}
	ink_results_free(r);
	ink_search_free(search);
}

/* What a leaf scores is learned by asking for it alone. */
static void make_leaf(struct gen *g, enum paper_leaf kind, struct tree *t)
{
	static struct answer a;
	struct leaf l;

	pick_leaf(g, kind, &l);
	memset(t, 0, sizeof *t);
	t->query = leaf_query(&l);
	for (uint32_t d = 0; d < both.docs; d++)
		t->match[d] = !papers[d].gone && leaf_fits(&l, &papers[d]);
	for (int k = 0; k < 2; k++) {
		ask(k, t, NULL, both.docs, 1, &a);
		for (size_t i = 0; i < a.n; i++) {
			t->score[k][a.doc[i]] = a.score[i];
			t->most[k] = fmax(t->most[k], a.score[i]);
		}
	}
}

/* ---- trees ---- */

static void boost(struct gen *g, struct tree *t)
{
	static const double by[] = {1, 1, 1, 1, 0, 0.5, 2, 10};
	double factor = by[gen_below(g, N_OF(by))];
	ink_query *q;

	OK(ink_query_boost(t->query, factor, &q, &err));
	ink_query_free(t->query);
	t->query = q;
	for (int k = 0; k < 2; k++) {
		t->most[k] *= factor;
		for (uint32_t d = 0; d < both.docs; d++)
			t->score[k][d] *= factor;
	}
}

/* One clause more; should[d] counts those that may match and do. */
static void add_clause(struct tree *t, const struct tree *kid, int32_t occur, uint32_t *should)
{
	for (uint32_t d = 0; d < both.docs; d++) {
		if (occur == INK_SHOULD)
			should[d] += kid->match[d];
		else
			t->match[d] &= kid->match[d] == (occur != INK_MUST_NOT);
	}
	for (int k = 0; k < 2 && (occur == INK_MUST || occur == INK_SHOULD); k++) {
		t->most[k] += kid->most[k];
		for (uint32_t d = 0; d < both.docs; d++)
			t->score[k][d] += kid->match[d] ? kid->score[k][d] : 0;
	}
}

static void grow(struct gen *g, unsigned depth, struct tree *t);

static void join(struct gen *g, unsigned depth, struct tree *t)
{
	static const int32_t occurs[] = {INK_SHOULD, INK_SHOULD, INK_SHOULD, INK_MUST,
	                                 INK_MUST,   INK_FILTER, INK_FILTER, INK_MUST_NOT};
	uint32_t n = 1 + gen_below(g, KIDS_MAX), count[4] = {0}, should[DOCS_MAX] = {0};
	uint32_t least = gen_below(g, 4) == 0 ? gen_below(g, 4) : 0;
	struct tree *kid = malloc(sizeof *kid);
	ink_query *kids[KIDS_MAX];
	int32_t occur[KIDS_MAX];

	assert_non_null(kid);
	memset(t, 0, sizeof *t);
	for (uint32_t d = 0; d < both.docs; d++)
		t->match[d] = !papers[d].gone;
	for (uint32_t i = 0; i < n; i++) {
		grow(g, depth - 1, kid);
		kids[i] = kid->query;
		occur[i] = occurs[gen_below(g, N_OF(occurs))];
		count[occur[i]]++;
		add_clause(t, kid, occur[i], should);
	}
	OK(ink_query_bool((const ink_query *const *)kids, occur, n, least, &t->query, &err));
	if (least == 0 && count[INK_MUST] + count[INK_FILTER] == 0 && count[INK_SHOULD] > 0)
		least = 1;
	for (uint32_t d = 0; d < both.docs; d++)
		t->match[d] &= should[d] >= least;
	for (uint32_t i = 0; i < n; i++)
		ink_query_free(kids[i]);
	free(kid);
}

static void grow(struct gen *g, unsigned depth, struct tree *t)
{
	if (depth > 0 && gen_below(g, 3) > 0) {
		join(g, depth, t);
	} else {
		*t = leaves[gen_below(g, LEAVES)];
		OK(ink_query_boost(t->query, 1, &t->query, &err));
	}
	boost(g, t);
}

/* ---- what they find ---- */

static void differs(int k, const struct tree *t, const struct tree *filter, const char *what,
                    double found, double wanted)
{
	const char *text, *rest = "*:*";

	OK(ink_query_text(t->query, &text, NULL, &err));
	if (filter != NULL)
		OK(ink_query_text(filter->query, &rest, NULL, &err));
	fail_msg("INK_DIFF_SEED=%llu, %s, %u documents: %s within %s: %s: %.9g, not %.9g",
	         (unsigned long long)world, k == 0 ? "native" : "Xapian", both.docs, text, rest,
	         what, found, wanted);
}

static int falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The hits are the first ones of what matches; their scores are best[], if that is given. */
static void check_hits(int k, const struct tree *t, const struct tree *filter,
                       const struct answer *a, size_t wanted, const double *best)
{
	double unit = t->most[k] * 2e-5 + 1e-12; /* our scores are whole numbers of one */

	if (a->n != wanted)
		differs(k, t, filter, "hits", (double)a->n, (double)wanted);
	for (size_t i = 0; i < a->n; i++) {
		uint32_t d = a->doc[i];

		if (!t->match[d] || (filter != NULL && !filter->match[d]))
			differs(k, t, filter, "a hit that does not match", d, -1);
		if (fabs(a->score[i] - t->score[k][d]) > unit)
			differs(k, t, filter, "a score", a->score[i], t->score[k][d]);
		if (best != NULL && fabs(a->score[i] - best[i]) > unit)
			differs(k, t, filter, "a better hit is lost", a->score[i], best[i]);
	}
}

static void check(int k, const struct tree *t, const struct tree *filter, size_t few)
{
	static struct answer a;
	double best[DOCS_MAX];
	size_t n = 0;

	for (uint32_t d = 0; d < both.docs; d++)
		if (t->match[d] && (filter == NULL || filter->match[d]))
			best[n++] = t->score[k][d];
	qsort(best, n, sizeof *best, falling);
	ask(k, t, filter, both.docs, 1, &a);
	if (a.total != n || !(a.exact || n == 0))
		differs(k, t, filter, "the total", (double)a.total, (double)n);
	check_hits(k, t, filter, &a, n, best);
	ask(k, t, filter, few, 0, &a);
	if (a.total > n || (a.exact && a.total != n))
		differs(k, t, filter, "a lower bound", (double)a.total, (double)n);
	check_hits(k, t, filter, &a, n < few ? n : few,
	           k == 1 && both.docs > ALL_SEEN ? NULL : best);
}

static void check_one(struct gen *g)
{
	static struct tree t, filter;
	int filtered = gen_below(g, 3) == 0;
	size_t few = gen_below(g, 12);

	grow(g, 1 + gen_below(g, 3), &t);
	if (filtered)
		grow(g, gen_below(g, 3), &filter);
	for (int k = 0; k < 2; k++)
		check(k, &t, filtered ? &filter : NULL, few);
	n_queries++;
	ink_query_free(t.query);
	if (filtered)
		ink_query_free(filter.query);
}

static void test_trees_find_what_their_leaves_say(void **state)
{
	for (unsigned r = 0; r < rounds; r++) {
		struct gen g = {seed + r};

		world = seed + r;
		memset(papers, 0, sizeof papers);
		fill(*state, &g);
		for (size_t i = 0; i < LEAVES; i++) {
			make_leaf(&g, (enum paper_leaf)(i % LEAF_KINDS), &leaves[i]);
			for (int k = 0; k < 2; k++)
				check(k, &leaves[i], NULL, 3);
		}
		for (int i = 0; i < QUERIES; i++)
			check_one(&g);
		for (size_t i = 0; i < LEAVES; i++)
			ink_query_free(leaves[i].query);
		pair_free(*state, &both);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_trees_find_what_their_leaves_say),
	};

	return cmocka_run_group_tests(tests, read_options, say_how_many);
}
