/* api_threads.c - readers in several threads while a writer commits. */
#include "backends.h"

#include <pthread.h>
#include <stdatomic.h>

#define N_READERS 4
#define N_COMMITS 25
#define EACH 8

struct shared {
	struct place *place;
	ink_query *query;   /* shared by all */
	ink_reader *reader; /* the same, of the first commit */
	atomic_int over;
	atomic_int bad;     /* cmocka's asserts are for the main thread only */
};

static int total(ink_reader *reader, const ink_query *query, uint64_t *n)
{
	ink_results *r = NULL;
	ink_search *s = NULL;
	ink_error why;
	int rc = ink_search_new(reader, query, &s, &why);

	if (rc == 0)
		rc = ink_search_set_total(s, INK_TOTAL_EXACT, &why);
	if (rc == 0)
		rc = ink_search_run(s, &r, &why);
	if (rc == 0)
		*n = ink_results_total(r, NULL);
	else
		fprintf(stderr, "search: %s\n", why.message);
	ink_results_free(r);
	ink_search_free(s);
	return rc;
}

/* Every snapshot holds whole commits, and later ones never hold less. */
static void *read_on(void *user)
{
	struct shared *sh = user;
	uint64_t last = 0;
	int rounds = 0;

	while (!atomic_load(&sh->over) || rounds == 0) {
		ink_stats stats = {.struct_size = sizeof stats};
		ink_reader *reader = NULL;
		const char *text;
		ink_error why;
		uint64_t n = 0, first = 0;
		int rc = ink_reader_open(sh->place->index, &reader, &why);

		if (rc != 0)
			fprintf(stderr, "reader: %s\n", why.message);
		if (rc == 0)
			rc = ink_reader_stats(reader, &stats, &why);
		if (rc == 0)
			rc = total(reader, sh->query, &n);
		if (rc == 0)
			rc = total(sh->reader, sh->query, &first);
		if (rc == 0)
			rc = ink_query_text(sh->query, &text, NULL, &why);
		if (rc != 0 || n % EACH != 0 || n < last || n != stats.docs || first != EACH)
			atomic_fetch_add(&sh->bad, 1);
		last = n;
		ink_reader_close(reader);
		rounds++;
	}
	return NULL;
}

static void add_some(struct place *p, ink_writer *w, int from)
{
	char id[16];

	for (int i = 0; i < EACH; i++) {
		snprintf(id, sizeof id, "%d", from + i);
		add(w, p->index, id, "ink", "stone");
	}
	OK(ink_writer_commit(w, NULL, &err));
}

static void test_readers_see_whole_commits_while_a_writer_works(void **state)
{
	struct place *p = *state;
	struct shared sh = {.place = p};
	pthread_t threads[N_READERS];
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add_some(p, w, 0);
	OK(ink_reader_open(p->index, &sh.reader, &err));
	sh.query = parse(p->index, "title:ink");
	for (int i = 0; i < N_READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &sh), 0);
	for (int c = 1; c < N_COMMITS; c++)
		add_some(p, w, c * EACH);
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	atomic_store(&sh.over, 1);
	for (int i = 0; i < N_READERS; i++)
		pthread_join(threads[i], NULL);
	if (!on->remote) /* shards commit one after the other */
		assert_int_equal(atomic_load(&sh.bad), 0);
	assert_int_equal(count(p->index, "ink"), N_COMMITS * EACH);
	ink_writer_close(w);
	ink_reader_close(sh.reader);
	ink_query_free(sh.query);
}

/* Each thread works on an index of its own: nothing is shared behind the scenes. */
static void *index_alone(void *user)
{
	char path[160];
	ink_schema *s = NULL;
	ink_index *index = NULL;
	ink_writer *w = NULL;
	ink_doc *doc = NULL;
	ink_error why;
	int rc = ink_schema_new(&s, &why);

	snprintf(path, sizeof path, "%s", (const char *)user);
	if (rc == 0)
		rc = ink_schema_add_field(s, "t", INK_TEXT, 0, NULL, &why);
	if (rc == 0)
		rc = ink_index_create(path, s, 0, &index, &why);
	if (rc == 0)
		rc = ink_writer_open(index, &w, &why);
	if (rc == 0)
		rc = ink_doc_new(index, &doc, &why);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "t", "墨 ink", strlen("墨 ink"), &why);
	for (int i = 0; rc == 0 && i < 100; i++)
		rc = ink_writer_add(w, doc, &why);
	if (rc == 0)
		rc = ink_writer_commit(w, NULL, &why);
	if (rc != 0)
		fprintf(stderr, "%s: %s\n", path, why.message);
	ink_doc_free(doc);
	ink_writer_close(w);
	ink_index_close(index);
	ink_schema_free(s);
	return rc == 0 ? user : NULL;
}

static void test_indexes_in_several_threads_do_not_meet(void **state)
{
	struct place *p = *state;
	pthread_t threads[N_READERS];
	char paths[N_READERS][256], name[12];

	for (int i = 0; i < N_READERS; i++) {
		snprintf(name, sizeof name, "%d", i);
		new_path(p, name, paths[i], sizeof paths[i]);
		assert_int_equal(pthread_create(&threads[i], NULL, index_alone, paths[i]), 0);
	}
	for (int i = 0; i < N_READERS; i++) {
		void *done;

		pthread_join(threads[i], &done);
		assert_non_null(done);
		check_bytes(paths[i]);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_readers_see_whole_commits_while_a_writer_works,
	                                index_make, place_free),
	cmocka_unit_test_setup_teardown(test_indexes_in_several_threads_do_not_meet, place_make,
	                                place_free),
};

RUN_SUITE(tests)
