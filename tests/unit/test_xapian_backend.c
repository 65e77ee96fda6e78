/*
 * test_xapian_backend.c - the xapian backend beside what other programs write
 * and read. test_differential.c has it beside the native one.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "backend/xapian_shim.h"

#define SEED 0x1CE57045u

static uint32_t state_of_random = SEED;

static uint32_t pick(uint32_t n)
{
	state_of_random = state_of_random * 1664525u + 1013904223u;
	return (state_of_random >> 8) % n;
}

/* ---- scores ---- */

#define N_SCORED 300

/* One text of one part, short enough that native keeps its length exactly. */
static ink_schema *schema_of_one_text(void)
{
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, 0, "word | fold", &err));
	return s;
}

/* 40 words, of which ba, be, bi and bo are in more than a third of the documents. */
static void put_skewed(char *text, size_t size, uint32_t n)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < n; i++) {
		uint32_t word = pick(3) == 0 ? pick(40) : pick(4);

		at += (size_t)snprintf(text + at, size - at, "%c%c ", "bdfgklmnpr"[word / 4],
		                       "aeio"[word % 4]);
	}
}

static ink_index *make_scored(const char *path)
{
	ink_schema *s = schema_of_one_text();
	char text[400], id[16];
	ink_index *index;
	ink_writer *w;
	ink_doc *doc;

	state_of_random = SEED + 3;
	OK(ink_index_create(path, s, 0, &index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(index, &w, &err));
	for (int i = 0; i < N_SCORED; i++) {
		snprintf(id, sizeof id, "%d", i);
		put_skewed(text, sizeof text, 1 + pick(35));
		doc = make_doc(index, id, NULL, text);
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	return index;
}

/* Scores by id, -1 where it does not match; ids in order. */
static size_t ranking(ink_index *index, const char *text, double *scores, int *ids)
{
	ink_query *q = parse(index, text);
	ink_reader *reader;
	ink_search *search;
	ink_results *r;
	ink_hit hit;
	size_t n;

	for (int i = 0; i < N_SCORED; i++)
		scores[i] = -1;
	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, q, &search, &err));
	OK(ink_search_set_window(search, 0, N_SCORED, &err));
	OK(ink_search_run(search, &r, &err));
	n = ink_results_len(r);
	for (size_t i = 0; i < n; i++) {
		OK(ink_results_hit(r, i, &hit, &err));
		ids[i] = atoi(id_of(r, i));
		scores[ids[i]] = hit.score;
	}
	ink_results_free(r);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(q);
	return n;
}

static int about(double a, double b, double precision)
{
	double distance = a > b ? a - b : b - a;

	return distance <= precision * (a > b ? a : b) || distance < precision;
}

/* The same score for every document, and no order that these scores contradict. */
static void check_ranking(ink_index *a, ink_index *b, const char *text, double precision)
{
	static double scores[2][N_SCORED];
	static int ids[2][N_SCORED];
	size_t n = ranking(a, text, scores[0], ids[0]);

	assert_int_equal(ranking(b, text, scores[1], ids[1]), n);
	assert_true(n > 0);
	for (int i = 0; i < N_SCORED; i++)
		if (!about(scores[0][i], scores[1][i], precision))
			fail_msg("%s: document %d: %.9g and %.9g", text, i, scores[0][i],
			         scores[1][i]);
	for (size_t i = 1; i < n; i++)
		if (scores[0][ids[1][i - 1]] < scores[0][ids[1][i]] &&
		    !about(scores[0][ids[1][i - 1]], scores[0][ids[1][i]], precision))
			fail_msg("%s: %d before %d", text, ids[1][i - 1], ids[1][i]);
}

static void test_scores_of_one_text_are_those_of_the_native_engine(void **state)
{
	static const char *const queries[] = {"ba",      "ka",          "ba do",   "na ne ni no",
	                                      "be +ga", "fa^3 fe", "de -ba"};
	struct place *p = *state;
	ink_index *both[2];
	char path[160];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s/%d", i ? "xapian:" : "", p->dir, i);
		both[i] = make_scored(path);
	}
	for (size_t i = 0; i < N_OF(queries); i++)
		check_ranking(both[0], both[1], queries[i], 1e-4);
	ink_index_close(both[0]);
	ink_index_close(both[1]);
}

/* Statistics are those of all shards; servers have another idf than we for terms this frequent. */
static void test_three_shards_score_like_one_database(void **state)
{
	static const char *const queries[] = {"ba", "do", "ka", "fa fe fi", "na +ne", "\"be bi\""};
	struct place *p = *state;
	ink_index *here, *one, *three;
	char path[256];

	if (!servers_there())
		skip();
	snprintf(path, sizeof path, "xapian:%s/here", p->dir);
	here = make_scored(path);
	on = &backends[2];
	new_path(p, "shard", path, sizeof path);
	three = make_scored(path);
	new_path(p, "single", path, sizeof path);
	on = &backends[0];
	strchr(path, ',')[0] = '\0';
	one = make_scored(path);
	for (size_t i = 0; i < N_OF(queries); i++)
		check_ranking(one, three, queries[i], 1e-6);
	for (size_t i = 1; i < N_OF(queries) - 1; i++)
		check_ranking(here, three, queries[i], 0.02);
	ink_index_close(here);
	ink_index_close(one);
	ink_index_close(three);
}

/* ---- other programs ---- */

static void test_what_we_write_others_can_read(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	struct ik_xap_db *db;
	uint64_t errors, docs;
	const char *text;
	ink_writer *w;
	char path[160];
	size_t len;

	snprintf(path, sizeof path, "xapian:%s/ours", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "k1", "Inkstones", "ink");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(path, sizeof path, "%s/ours", p->dir);
	OK(ik_xap_db_open(path, &db, &err));
	OK(ik_xap_db_term(db, "Qk1", 3, &docs, NULL, NULL, &err));
	assert_int_equal(docs, 1);
	OK(ik_xap_db_term(db, "XGB:inkstones", 13, &docs, NULL, NULL, &err));
	assert_int_equal(docs, 1);
	OK(ik_xap_db_metadata(db, "inkstone.generation", &text, &len, &err));
	assert_string_equal(text, "2");
	ik_xap_db_free(db);
	OK(ik_xap_check(path, IK_XAP_CHECK_FULL, NULL, NULL, &errors, &err));
	assert_int_equal(errors, 0);
}

static void test_a_database_of_ours_takes_no_prefixes(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	ink_index *other;
	char path[200];

	snprintf(path, sizeof path, "xapian:%s/ours", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	snprintf(path, sizeof path, "xapian:%s/ours?title=S", p->dir);
	FAILS(INK_EINVAL, "title", ink_index_open(path, 0, &other, &err));
}

static void test_a_keyword_that_xapian_cannot_hold_is_refused(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[160], text[300];
	ink_writer *w;
	ink_doc *doc;

	snprintf(path, sizeof path, "xapian:%s/long", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	memset(text, 'a', sizeof text);
	doc = make_doc(p->index, "1", NULL, NULL);
	OK(ink_doc_add_text(doc, "tag", text, sizeof text, &err));
	FAILS(INK_ELIMIT, "tag", ink_writer_add(w, doc, &err));
	ink_doc_clear(doc);
	OK(ink_doc_add_text(doc, "id", "1", 1, &err));
	OK(ink_doc_add_text(doc, "title", text, sizeof text, &err)); /* words are cut */
	OK(ink_writer_add(w, doc, &err));                            /* the failure did no harm */
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 1);
}

/* What a text scores in the only document. */
static double score_of(struct place *p, const char *text)
{
	ink_reader *reader;
	ink_results *r;
	ink_query *q;
	ink_hit hit;

	OK(ink_query_match("title", text, strlen(text), &q, &err));
	OK(ink_reader_open(p->index, &reader, &err));
	r = find(reader, q);
	assert_int_equal(ink_results_len(r), 1);
	OK(ink_results_hit(r, 0, &hit, &err));
	ink_results_free(r);
	ink_reader_close(reader);
	ink_query_free(q);
	return hit.score;
}

static void test_a_word_twice_in_a_query_counts_twice(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[160], text[400] = "ink", again[500];
	ink_writer *w;

	snprintf(path, sizeof path, "xapian:%s/twice", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(again, sizeof again, "%s ink", text);
	assert_true(fabs(score_of(p, again) - 2 * score_of(p, text)) < 1e-6);
	for (int i = 0; i < 40; i++) /* so many that they are no longer compared one by one */
		snprintf(text + strlen(text), sizeof text - strlen(text), " %cq%c", 'b' + i % 20,
		         'b' + i / 20);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_delete(w, "1", 1, &err));
	add(w, p->index, "1", "uqc", NULL); /* the last one */
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	snprintf(again, sizeof again, "%s uqc uqc", text);
	assert_true(fabs(score_of(p, again) - 3 * score_of(p, text)) < 1e-6);
}

/* Files may have that many bytes from now on. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* More than there is room for: it fails, and a rollback or a close is the end of it. */
static void commit_too_much(ink_index *index, ink_writer *w)
{
	char key[12], body[60];

	for (int i = 0; i < 2000; i++) {
		snprintf(key, sizeof key, "%d", i + 10);
		snprintf(body, sizeof body, "ink%d stone%d paper%d", i, i * 7, i * 31);
		add(w, index, key, body, NULL);
	}
	limit_files(100000);
	FAILS(INK_EIO, "File too large", ink_writer_commit(w, NULL, &err));
}

static void test_a_commit_that_fails_leaves_nothing_behind(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[160];
	ink_writer *w;

	signal(SIGXFSZ, SIG_IGN);
	snprintf(path, sizeof path, "xapian:%s/full", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	commit_too_much(p->index, w);
	OK(ink_writer_rollback(w, &err));
	limit_files(RLIM_INFINITY);
	add(w, p->index, "2", "ink", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	assert_int_equal(count(p->index, "*:*"), 2);
	commit_too_much(p->index, w);
	limit_files(RLIM_INFINITY);
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 2);
	OK(ink_index_check(path, NULL, NULL, &err));
}

/* Nobody can stop a query to delete by, however much of a document is looked at. */
static void test_a_long_document_is_deleted_by_words_near_each_other(void **state)
{
	static char text[4 * 50000 + 1];
	struct place *p = *state;
	ink_schema *s = schema_of_one_text();
	ink_query *q;
	ink_writer *w;
	ink_doc *doc;
	uint64_t deleted;
	char path[200];

	for (size_t i = 0; i + 4 < sizeof text; i += 4)
		memcpy(text + i, "a b ", 5);
	snprintf(path, sizeof path, "xapian:%s/near", p->dir);
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	doc = make_doc(p->index, "1", NULL, text);
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
	OK(ink_writer_commit(w, NULL, &err));
	q = parse(p->index, "\"a b\"~1");
	OK(ink_writer_delete_query(w, q, &deleted, &err));
	assert_int_equal(deleted, 1);
	OK(ink_writer_commit(w, NULL, &err));
	ink_query_free(q);
	ink_writer_close(w);
	assert_int_equal(count(p->index, "*:*"), 0);
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_scores_of_one_text_are_those_of_the_native_engine),
		IN_PLACE(test_three_shards_score_like_one_database),
		IN_PLACE(test_what_we_write_others_can_read),
		IN_PLACE(test_a_database_of_ours_takes_no_prefixes),
		IN_PLACE(test_a_keyword_that_xapian_cannot_hold_is_refused),
		IN_PLACE(test_a_word_twice_in_a_query_counts_twice),
		IN_PLACE(test_a_commit_that_fails_leaves_nothing_behind),
		IN_PLACE(test_a_long_document_is_deleted_by_words_near_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
