/*
 * test_differential_scores.c - with the same weights of terms the native
 * engine and Xapian give the same scores, up to the rounding of lengths. Their
 * forms of BM25 differ in the idf and in a factor, which boosts make up for.
 */
#include "pair.h"

#include <math.h>

#include "codec/norm.h"

#define SPEC "word | fold"
#define TERMS_MAX 2000

/* Documents of one text each, so that the length of a document is that of its field. */
struct ranked {
	struct pair both;
	uint32_t len[DOCS_MAX]; /* in terms */
	double avg;
	char *term[TERMS_MAX];
	uint64_t df[TERMS_MAX];
	uint32_t n_terms;
};

static uint32_t count_terms(ink_analyzer *analyzer, const char *text)
{
	ink_tokens *tokens;
	uint32_t n = 0;

	OK(ink_analyzer_run(analyzer, text, strlen(text), &tokens, &err));
	while (ink_tokens_next(tokens) == 1)
		n++;
	ink_tokens_free(tokens);
	return n;
}

/* Both have the same terms in the same numbers of documents. */
static void read_terms(struct ranked *w)
{
	ink_terms *t[2];

	for (int i = 0; i < 2; i++)
		OK(ink_terms_open(w->both.reader[i], "body", INK_PART_WORD, "", 0, &t[i], &err));
	for (w->n_terms = 0; ink_terms_next(t[0], &err) == 1; w->n_terms++) {
		assert_int_equal(ink_terms_next(t[1], &err), 1);
		assert_string_equal(ink_terms_text(t[0], NULL), ink_terms_text(t[1], NULL));
		assert_int_equal(ink_terms_doc_freq(t[0]), ink_terms_doc_freq(t[1]));
		assert_true(w->n_terms < TERMS_MAX);
		w->term[w->n_terms] = strdup(ink_terms_text(t[0], NULL));
		w->df[w->n_terms] = ink_terms_doc_freq(t[0]);
	}
	assert_int_equal(ink_terms_next(t[1], &err), 0);
	ink_terms_close(t[0]);
	ink_terms_close(t[1]);
}

static void ranked_make(struct place *p, struct gen *g, struct ranked *w)
{
	ink_analyzer *analyzer;
	uint64_t sum = 0;
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, 0, SPEC, &err));
	OK(ink_analyzer_new(SPEC, &analyzer, &err));
	pair_create(p, s, &w->both);
	w->both.docs = 50 + gen_below(g, DOCS_MAX - 50);
	for (uint32_t n = 0; n < w->both.docs; n++) {
		char text[8192], id[16];

		mixed_text(g, 1 + gen_below(g, gen_below(g, 2) ? 20 : 150), text, sizeof text);
		snprintf(id, sizeof id, "%u", n);
		w->len[n] = count_terms(analyzer, text);
		assert_true(w->len[n] > 0);
		sum += w->len[n];
		pair_add(&w->both, make_doc(w->both.index[0], id, NULL, text),
		         make_doc(w->both.index[1], id, NULL, text));
		if (gen_below(g, 100) == 0)
			pair_commit(&w->both);
	}
	w->avg = (double)sum / w->both.docs;
	pair_open(&w->both);
	ink_analyzer_free(analyzer);
	ink_schema_free(s);
	read_terms(w);
}

static void ranked_free(struct place *p, struct ranked *w)
{
	for (uint32_t i = 0; i < w->n_terms; i++)
		free(w->term[i]);
	pair_free(p, &w->both);
}

/* What a term weighs in both. */
static double weight_of(double n, double df)
{
	return log(1 + (n - df + 0.5) / (df + 0.5));
}

static ink_query *term_query(const char *term, double boost)
{
	ink_query *bare, *q;

	OK(ink_query_term("body", term, strlen(term), &bare, &err));
	OK(ink_query_boost(bare, boost, &q, &err));
	ink_query_free(bare);
	return q;
}

/* A query, and the sum of the weights of its terms. */
static double ranked_query(const struct ranked *w, struct gen *g, ink_query **out)
{
	static const int32_t usual[] = {INK_SHOULD, INK_SHOULD, INK_SHOULD, INK_MUST,
	                                INK_MUST_NOT, INK_FILTER};
	uint32_t n = 1 + gen_below(g, 4), unions = gen_below(g, 2);
	ink_query *kids[4];
	int32_t occur[4];
	double total = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t t = gen_below(g, w->n_terms);
		double boost = gen_below(g, 3) == 0 ? 0.5 + gen_below(g, 4) : 1;

		total += boost * weight_of(w->both.docs, (double)w->df[t]);
		occur[i] = unions ? INK_SHOULD : usual[gen_below(g, N_OF(usual))];
		kids[i] = term_query(w->term[t], boost);
	}
	OK(ink_query_bool((const ink_query *const *)kids, occur, n, 0, out, &err));
	for (uint32_t i = 0; i < n; i++)
		ink_query_free(kids[i]);
	return total;
}

/* Scores by document, -1 for none; they fall, and the five best are those of a short list. */
static void scores(ink_reader *reader, const ink_query *q, double k1, double b, double *score)
{
	ink_results *all = run(reader, q, DOCS_MAX, k1, b), *best = run(reader, q, 5, k1, b);
	double last = INFINITY;

	for (int d = 0; d < DOCS_MAX; d++)
		score[d] = -1;
	for (size_t i = 0; i < ink_results_len(all); i++) {
		ink_hit hit, short_hit;

		OK(ink_results_hit(all, i, &hit, &err));
		assert_true(hit.score <= last);
		last = hit.score;
		score[atoi(id_of(all, i))] = hit.score;
		if (i >= ink_results_len(best))
			continue;
		OK(ink_results_hit(best, i, &short_hit, &err));
		assert_int_equal(short_hit.doc, hit.doc);
	}
	ink_results_free(all);
	ink_results_free(best);
}

/*
 * How much lower Xapian's score may be. A length L is R <= L in our one byte.
 * With K(l) = 1 - b + b * l / avg a term that occurs f times gives f / (f + k1
 * K(L)) there and f / (f + k1 K(R)) here; the ratio is least for f = 1, and
 * the same bound holds for the sum.
 */
static double least_ratio(const struct ranked *w, uint32_t doc, double k1, double b)
{
	double exact = w->len[doc], rounded = ik_norm_decode(ik_norm_encode(w->len[doc]));

	return (1 + k1 * (1 - b + b * rounded / w->avg)) / (1 + k1 * (1 - b + b * exact / w->avg));
}

static void check_scores(struct ranked *w, struct gen *g, uint64_t world, int number)
{
	static const double k1s[] = {0.4, 0.9, 1.2, 2}, bs[] = {0, 0.4, 0.75, 1};
	double k1 = k1s[gen_below(g, N_OF(k1s))], b = bs[gen_below(g, N_OF(bs))];
	double score[2][DOCS_MAX];
	ink_query *q;
	/* Our scores are whole numbers of at most 2^30, their terms floats. */
	double total = ranked_query(w, g, &q), unit = total * 1e-6;

	check_match(&w->both, q, q, world, number);
	for (int k = 0; k < 2; k++)
		scores(w->both.reader[k], q, k1, b, score[k]);
	ink_query_free(q);
	for (uint32_t d = 0; d < w->both.docs; d++) {
		double least = score[0][d] * least_ratio(w, d, k1, b) - unit;

		if (score[0][d] >= 0 &&
		    (score[1][d] > score[0][d] + unit || score[1][d] < least))
			fail_msg("INK_DIFF_SEED=%llu, query %d, k1 %g, b %g: document %u of %u "
			         "terms: %.9g, Xapian %.9g, at least %.9g",
			         (unsigned long long)world, number, k1, b, d, w->len[d],
			         score[0][d], score[1][d], least);
	}
}

static void test_scores_agree_up_to_the_rounding_of_lengths(void **state)
{
	for (unsigned r = 0; r < rounds; r++) {
		struct gen g = {seed + r};
		struct ranked w;

		ranked_make(*state, &g, &w);
		for (int i = 0; i < QUERIES; i++)
			check_scores(&w, &g, seed + r, i);
		ranked_free(*state, &w);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_scores_agree_up_to_the_rounding_of_lengths),
	};

	return cmocka_run_group_tests(tests, read_options, say_how_many);
}
