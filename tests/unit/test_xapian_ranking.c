/*
 * test_xapian_ranking.c - the best hits of Xapian's pruned match beside those of all.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#define SEED 0x1CE57046u
#define N_DOCS 120
#define N_WORDS 12
#define N_BEST 3

static uint32_t state_of_random = SEED;

static uint32_t pick(uint32_t n)
{
	state_of_random = state_of_random * 1664525u + 1013904223u;
	return (state_of_random >> 8) % n;
}

/* The lower its number, the more often a word comes. */
static uint32_t pick_word(void)
{
	uint32_t a = pick(N_WORDS), b = pick(N_WORDS);

	return a < b ? a : b;
}

static void fill(struct place *p)
{
	char id[12], text[400];
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < N_DOCS; i++) {
		uint32_t n = 1 + pick(pick(3) > 0 ? 12 : 80);

		text[0] = '\0';
		for (uint32_t at = 0; n > 0; n--)
			at += (uint32_t)sprintf(text + at, "w%c ", 'a' + (int)pick_word());
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, NULL, text);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

/* A database of that name with the documents in it: p->index, and what reads it. */
static ink_reader *open_filled(struct place *p, const char *name)
{
	ink_schema *s = every_field();
	ink_reader *reader;
	char path[160];

	snprintf(path, sizeof path, "xapian:%s/%s", p->dir, name);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	fill(p);
	OK(ink_reader_open(p->index, &reader, &err));
	return reader;
}

/* The scores of the best of them. */
static size_t best(ink_reader *reader, const ink_query *query, const ink_query *filter,
                   uint32_t limit, double *scores)
{
	ink_search *search;
	ink_results *r;
	ink_hit hit;
	size_t n;

	OK(ink_search_new(reader, query, &search, &err));
	if (filter != NULL)
		OK(ink_search_set_filter(search, filter, &err));
	OK(ink_search_set_window(search, 0, limit, &err));
	OK(ink_search_run(search, &r, &err));
	n = ink_results_len(r);
	for (size_t i = 0; i < n && i < N_BEST; i++) {
		OK(ink_results_hit(r, i, &hit, &err));
		scores[i] = hit.score;
	}
	ink_results_free(r);
	ink_search_free(search);
	return n < N_BEST ? n : N_BEST;
}

static void test_few_hits_are_the_best_of_all_hits(void **state)
{
	struct place *p = *state;
	double few[N_BEST], all[N_BEST];
	ink_reader *reader = open_filled(p, "best");
	char text[160];

	for (uint32_t i = 0; i < 2 * N_WORDS * N_WORDS * N_WORDS; i++) {
		uint32_t a = i / 2 % N_WORDS, b = i / 2 / N_WORDS;
		ink_query *q;
		size_t n;

		snprintf(text, sizeof text, "%sbody:w%c body:w%c body:w%c", i % 2 ? "+" : "",
		         'a' + (int)a, 'a' + (int)(b % N_WORDS), 'a' + (int)(b / N_WORDS));
		q = parse(p->index, text);
		n = best(reader, q, NULL, N_DOCS, all);
		assert_int_equal(best(reader, q, NULL, N_BEST, few), n);
		for (size_t k = 0; k < n; k++)
			if (few[k] < all[k] - 1e-6)
				fail_msg("%s: hit %zu has %.9g, and another has %.9g", text, k, few[k],
				         all[k]);
		ink_query_free(q);
	}
	ink_reader_close(reader);
}

static void same_scores(const double *a, const double *b, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] > b[i] + 1e-6 || a[i] < b[i] - 1e-6)
			fail_msg("%s: %.9g and %.9g", what, a[i], b[i]);
}

static void check_filter(ink_index *index, ink_reader *reader, const char *text)
{
	ink_query *query = parse(index, text), *some = parse(index, "+body:wa body:wb");
	ink_query *same = parse(index, "+body:wa");
	double a[N_BEST], b[N_BEST];

	assert_int_equal(best(reader, query, some, N_DOCS, a), N_BEST);
	assert_int_equal(best(reader, query, same, N_DOCS, b), N_BEST);
	same_scores(a, b, N_BEST, text);
	ink_query_free(query);
	ink_query_free(some);
	ink_query_free(same);
}

static void test_what_a_filter_need_not_have_changes_no_score(void **state)
{
	struct place *p = *state;
	ink_reader *reader = open_filled(p, "filter");
	char text[160];

	for (int i = 0; i < N_WORDS * N_WORDS; i++) {
		snprintf(text, sizeof text, "+*:* body:\"wa w%c w%c\"", 'a' + i % N_WORDS,
		         'a' + i / N_WORDS);
		check_filter(p->index, reader, text);
	}
	ink_reader_close(reader);
}

/* Hits without the phrase score as if it had not been asked for. */
static void check_phrase(ink_index *index, ink_reader *reader, const char *phrase,
                         const char *other)
{
	char text[160];
	ink_query *with, *plain, *none;
	double a[N_BEST], b[N_BEST];
	size_t n;

	snprintf(text, sizeof text, "+body:wa body:%s %s", other, phrase);
	with = parse(index, text);
	snprintf(text, sizeof text, "+body:wa body:%s", other);
	plain = parse(index, text);
	snprintf(text, sizeof text, "-%s", phrase);
	none = parse(index, text);
	n = best(reader, plain, none, N_DOCS, b);
	assert_int_equal(best(reader, with, none, N_DOCS, a), n);
	snprintf(text, sizeof text, "%s %s", phrase, other);
	same_scores(a, b, n, text);
	ink_query_free(with);
	ink_query_free(plain);
	ink_query_free(none);
}

static void test_a_phrase_that_may_match_scores_where_it_is(void **state)
{
	static const char *const others[] = {"wb", "(+wb wc)", "\"wc wb\""};
	struct place *p = *state;
	ink_reader *reader = open_filled(p, "phrase");
	char text[64];

	for (int i = 0; i < N_WORDS * N_WORDS; i++) {
		snprintf(text, sizeof text, "body:\"w%c w%c\"", 'a' + i % N_WORDS,
		         'a' + i / N_WORDS);
		check_phrase(p->index, reader, text, others[i % (int)N_OF(others)]);
	}
	ink_reader_close(reader);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_few_hits_are_the_best_of_all_hits,
		                                place_make_in_memory, place_free),
		cmocka_unit_test_setup_teardown(
			test_what_a_filter_need_not_have_changes_no_score,
			place_make_in_memory, place_free),
		cmocka_unit_test_setup_teardown(
			test_a_phrase_that_may_match_scores_where_it_is,
			place_make_in_memory, place_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
