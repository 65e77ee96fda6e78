/*
 * pair.h - the same documents in the native engine and in Xapian, and whether
 * the same ones match.
 *
 * INK_DIFF_ROUNDS=N: random tests make so many worlds of 250 queries each,
 * not 3; INK_DIFF_SEED=S: others.
 */
#ifndef TESTS_UNIT_PAIR_H
#define TESTS_UNIT_PAIR_H

#include "gen_mixed.h"

#define QUERIES 250 /* a round */
#define DOCS_MAX 400

static uint64_t seed = 0x1CE57045;
static unsigned rounds = 3;
static unsigned long n_queries;

/* An index of both, and a snapshot of each. */
struct pair {
	ink_index *index[2]; /* native, xapian */
	ink_writer *writer[2];
	ink_reader *reader[2];
	uint32_t docs;
};

static inline void pair_create(struct place *p, const ink_schema *schema, struct pair *both)
{
	char path[160];

	memset(both, 0, sizeof *both);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s/%d", i ? "xapian:" : "", p->dir, i);
		OK(ink_index_create(path, schema, 0, &both->index[i], &err));
		OK(ink_writer_open(both->index[i], &both->writer[i], &err));
	}
}

/* The same document twice; the documents' own numbers are their keys. */
static inline void pair_add(struct pair *both, ink_doc *native, ink_doc *xapian)
{
	OK(ink_writer_add(both->writer[0], native, &err));
	OK(ink_writer_add(both->writer[1], xapian, &err));
	ink_doc_free(native);
	ink_doc_free(xapian);
}

static inline void pair_commit(struct pair *both)
{
	for (int i = 0; i < 2; i++)
		OK(ink_writer_commit(both->writer[i], NULL, &err));
}

static inline void pair_delete(struct pair *both, const char *key)
{
	for (int i = 0; i < 2; i++)
		OK(ink_writer_delete(both->writer[i], key, strlen(key), &err));
}

static inline void pair_open(struct pair *both)
{
	pair_commit(both);
	for (int i = 0; i < 2; i++) {
		ink_writer_close(both->writer[i]);
		OK(ink_reader_open(both->index[i], &both->reader[i], &err));
	}
}

static inline void pair_free(struct place *p, struct pair *both)
{
	char path[160];

	for (int i = 0; i < 2; i++) {
		ink_reader_close(both->reader[i]);
		ink_index_close(both->index[i]);
		snprintf(path, sizeof path, "%s/%d", p->dir, i);
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

static inline ink_results *run(ink_reader *reader, const ink_query *q, uint64_t limit, double k1,
                        double b)
{
	ink_search *search;
	ink_results *r;

	OK(ink_search_new(reader, q, &search, &err));
	OK(ink_search_set_window(search, 0, limit, &err));
	OK(ink_search_set_total(search, INK_TOTAL_EXACT, &err));
	if (k1 >= 0)
		OK(ink_search_set_bm25(search, k1, b, &err));
	OK(ink_search_run(search, &r, &err));
	ink_search_free(search);
	return r;
}

/* Which ids match, as flags; how many. */
static inline size_t matches(ink_reader *reader, const ink_query *q, uint8_t *found)
{
	ink_results *r = run(reader, q, DOCS_MAX, -1, 0);
	size_t n = ink_results_len(r);

	memset(found, 0, DOCS_MAX);
	assert_int_equal(ink_results_total(r, NULL), n);
	for (size_t i = 0; i < n; i++)
		found[atoi(id_of(r, i))] = 1;
	ink_results_free(r);
	return n;
}

/* How many documents match; fails where the two do not agree. */
static inline size_t check_match(struct pair *both, const ink_query *native,
                                 const ink_query *xapian, uint64_t world, int number)
{
	uint8_t found[2][DOCS_MAX];
	size_t n[2] = {matches(both->reader[0], native, found[0]),
	               matches(both->reader[1], xapian, found[1])};
	const char *text;
	size_t len;
	int i = 0;

	n_queries++;
	if (n[0] == n[1] && memcmp(found[0], found[1], DOCS_MAX) == 0)
		return n[0];
	while (found[0][i] == found[1][i])
		i++;
	OK(ink_query_text(native, &text, &len, &err));
	fail_msg("INK_DIFF_SEED=%llu, query %d: %s: %zu documents, Xapian %zu; %s finds %d",
	         (unsigned long long)world, number, text, n[0], n[1],
	         found[0][i] ? "only native" : "only Xapian", i);
	return 0;
}

/* ---- a group of tests ---- */

static inline int read_options(void **state)
{
	const char *text = getenv("INK_DIFF_ROUNDS");

	(void)state;
	if (text != NULL)
		rounds = (unsigned)strtoul(text, NULL, 10);
	text = getenv("INK_DIFF_SEED");
	if (text != NULL)
		seed = strtoull(text, NULL, 10);
	return 0;
}

static inline int say_how_many(void **state)
{
	(void)state;
	fprintf(stderr, "%lu queries over both\n", n_queries);
	return 0;
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

#endif
