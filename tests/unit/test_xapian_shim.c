/*
 * test_xapian_shim.c - libxapian from C, without the rest of Inkstone.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#define _XOPEN_SOURCE 700

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/xapian_shim.h"

/* Xapian 1.4's own check deletes a table by the size of its base class. */
INK_API const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "new_delete_type_mismatch=0";
}

/* And its match leaves copies of the weighting behind when it is stopped or fails. */
INK_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:Xapian::BM25Weight::clone";
}

static char dir[64];
static char path[96];
static ink_error err;

#define OK(call)                                    \
 do {                                               \
  int rc_ = (call);                                 \
  if (rc_ != 0)                                     \
   fail_msg("%s: %d: %s", #call, rc_, err.message); \
 } while (0)

#define FAILS(want, call)                                   \
 do {                                                       \
  int rc_;                                                  \
  memset(&err, 0, sizeof err);                              \
  rc_ = (call);                                             \
  if (rc_ != (want) || err.code != (want))                  \
   fail_msg("%s: %d: %s", #call, rc_, err.message);         \
  assert_true(err.message[0] != '\0');                      \
  assert_null(strchr(err.message, '\n'));                   \
  assert_true(err.message[strlen(err.message) - 1] != '.'); \
 } while (0)

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/inkstone-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/db", dir);
	return 0;
}

static int remove_one(const char *p, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(p);
}

static int remove_dir(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *const colors[] = {"red", "green", "blue"};

/* Documents 1 ... n: words at positions, a colour, a number; document i has "stone" i times. */
static void fill(struct ik_xap_db *db, uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		struct ik_xap_doc *doc;
		char text[32], number[16];
		uint64_t got;

		OK(ik_xap_doc_new(&doc, &err));
		OK(ik_xap_doc_add_posting(doc, "ink", 3, 1, 1, &err));
		for (uint32_t k = 0; k < i; k++)
			OK(ik_xap_doc_add_posting(doc, "stone", 5, 2 + k, 1, &err));
		snprintf(text, sizeof text, "Q%u", i);
		OK(ik_xap_doc_add_term(doc, text, strlen(text), 0, &err));
		snprintf(text, sizeof text, "K%s", colors[i % 3]);
		OK(ik_xap_doc_add_term(doc, text, strlen(text), 1, &err));
		OK(ik_xap_doc_set_value(doc, 0, colors[i % 3], strlen(colors[i % 3]), &err));
		OK(ik_xap_doc_set_value(doc, 1, number, ik_xap_sortable(i, number), &err));
		snprintf(text, sizeof text, "document %u", i);
		OK(ik_xap_doc_set_data(doc, text, strlen(text), &err));
		OK(ik_xap_db_add_doc(db, doc, &got, &err));
		assert_int_equal(got, i);
		ik_xap_doc_free(doc);
	}
}

static struct ik_xap_db *make_db(uint32_t n)
{
	struct ik_xap_db *db;

	OK(ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &err));
	fill(db, n);
	OK(ik_xap_db_commit(db, &err));
	return db;
}

static struct ik_xap_query *term(const char *text)
{
	struct ik_xap_query *q;

	OK(ik_xap_query_term(text, strlen(text), 1, 0, &q, &err));
	return q;
}

/* Run and free the query. */
static struct ik_xap_mset *run(struct ik_xap_db *db, struct ik_xap_query *q)
{
	struct ik_xap_enquire *e;
	struct ik_xap_mset *m;

	OK(ik_xap_enquire_new(db, &e, &err));
	OK(ik_xap_enquire_query(e, q, 0, &err));
	ik_xap_query_free(q);
	OK(ik_xap_enquire_run(e, 0, 1000, 1000, NULL, &m, &err));
	ik_xap_enquire_free(e); /* what it found lives on */
	return m;
}

static uint64_t nth(const struct ik_xap_mset *m, size_t i)
{
	struct ik_xap_hit hit;

	OK(ik_xap_mset_hit(m, i, &hit, &err));
	return hit.doc;
}

static size_t count(struct ik_xap_db *db, struct ik_xap_query *q)
{
	struct ik_xap_mset *m = run(db, q);
	size_t n = ik_xap_mset_len(m);

	ik_xap_mset_free(m);
	return n;
}

/* `op` over two queries, which it frees. */
static struct ik_xap_query *join(int op, struct ik_xap_query *a, struct ik_xap_query *b)
{
	const struct ik_xap_query *both[2] = {a, b};
	struct ik_xap_query *q;

	OK(ik_xap_query_join(op, both, 2, 0, &q, &err));
	ik_xap_query_free(a);
	ik_xap_query_free(b);
	return q;
}

static void test_a_lock_that_cannot_be_made_is_no_lock(void **state)
{
	struct ik_xap_db *db;
	char lock[160];

	(void)state;
	ik_xap_db_free(make_db(1));
	snprintf(lock, sizeof lock, "%s/flintlock", path);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkdir(lock, 0700), 0);
	FAILS(INK_EIO, ik_xap_db_open_write(path, IK_XAP_OPEN, &db, &err));
	assert_non_null(strstr(err.message, "Is a directory"));
}

static void test_messages_are_utf8_whatever_a_path_holds(void **state)
{
	struct ik_xap_db *db;
	char odd[200];

	(void)state;
	snprintf(odd, sizeof odd, "%s/caf\xE9\x7F \xE5\xA2\xA8\xFF", path);
	FAILS(INK_ENOTFOUND, ik_xap_db_open(odd, &db, &err));
	assert_non_null(strstr(err.message, "caf?? \xE5\xA2\xA8?"));
}

static void test_databases_are_made_opened_and_refused(void **state)
{
	struct ik_xap_db *db, *second = NULL, *reading;
	struct ik_xap_stats stats;
	const char *text;
	size_t len;
	int changed;

	(void)state;
	assert_true(strcmp(ik_xap_version(), "1.4") > 0);
	FAILS(INK_ENOTFOUND, ik_xap_db_open(path, &db, &err));
	assert_null(db);
	FAILS(INK_ENOTFOUND, ik_xap_db_open_write(path, IK_XAP_OPEN, &db, &err));
	db = make_db(5);
	FAILS(INK_ELOCKED, ik_xap_db_open_write(path, IK_XAP_OPEN, &second, &err));
	assert_null(second);
	OK(ik_xap_db_open(path, &reading, &err));
	FAILS(INK_EREADONLY, ik_xap_db_commit(reading, &err));
	FAILS(INK_EREADONLY, ik_xap_db_set_metadata(reading, "k", "v", 1, &err));
	OK(ik_xap_db_stats(reading, &stats, &err));
	assert_int_equal(stats.docs, 5);
	assert_int_equal(stats.last_doc, 5);
	assert_int_equal(stats.shards, 1);
	assert_int_equal(stats.total_length, 5 + 15 + 5);
	assert_int_equal(stats.longest, 7);
	assert_true(stats.has_positions);
	OK(ik_xap_db_delete_doc(db, 3, &err));
	OK(ik_xap_db_commit(db, &err));
	OK(ik_xap_db_stats(reading, &stats, &err));
	assert_int_equal(stats.docs, 5); /* still the old revision */
	OK(ik_xap_db_reopen(reading, &changed, &err));
	assert_true(changed);
	OK(ik_xap_db_stats(reading, &stats, &err));
	assert_int_equal(stats.docs, 4);
	OK(ik_xap_db_uuid(reading, &text, &len, &err));
	assert_int_equal(len, 36);
	OK(ik_xap_db_keep_alive(reading, &err));
	OK(ik_xap_db_locked(reading, &changed, &err));
	assert_true(changed);
	OK(ik_xap_db_close(reading, &err));
	FAILS(INK_EINVAL, ik_xap_db_metadata(reading, "k", &text, &len, &err));
	ik_xap_db_free(reading);
	ik_xap_db_free(db);
	ik_xap_db_free(NULL);
}

/* Every document anew, a kilobyte each: more than the block that a reader holds on to. */
static void rewrite(struct ik_xap_db *db, int round)
{
	uint32_t random = 0x1CE57045u + (uint32_t)round;
	char text[1024];

	for (uint64_t i = 1; i <= 300; i++) {
		struct ik_xap_doc *doc;

		for (size_t k = 0; k < sizeof text; k++) { /* nothing that could be compressed */
			random = random * 1664525u + 1013904223u;
			text[k] = (char)(random >> 24);
		}
		OK(ik_xap_doc_new(&doc, &err));
		OK(ik_xap_doc_add_term(doc, "ink", 3, 1, &err));
		OK(ik_xap_doc_set_data(doc, text, sizeof text, &err));
		OK(ik_xap_db_replace_doc(db, i, doc, &err));
		ik_xap_doc_free(doc);
	}
	OK(ik_xap_db_commit(db, &err));
}

static void test_an_overwritten_revision_is_told_apart(void **state)
{
	struct ik_xap_db *db = make_db(300), *old;
	struct ik_xap_doc *doc;
	int stale = 0;

	(void)state;
	rewrite(db, 0);
	OK(ik_xap_db_open(path, &old, &err));
	for (int round = 1; round < 6; round++)
		rewrite(db, round);
	for (uint64_t i = 1; i <= 300 && !stale; i++) {
		const char *data;
		size_t len;
		int rc = ik_xap_db_get_doc(old, i, &doc, &err);

		if (rc == 0)
			rc = ik_xap_doc_data(doc, &data, &len, &err);
		ik_xap_doc_free(doc);
		stale = rc != 0 && ik_xap_is_stale(&err);
		assert_true(rc == 0 || stale);
	}
	assert_true(stale);
	assert_false(ik_xap_is_stale(NULL));
	OK(ik_xap_db_reopen(old, NULL, &err));
	assert_int_equal(count(old, term("ink")), 300);
	ik_xap_db_free(old);
	ik_xap_db_free(db);
}

static void test_documents_hold_terms_positions_values_and_data(void **state)
{
	struct ik_xap_db *db = make_db(4);
	struct ik_xap_positions *p;
	struct ik_xap_values *v;
	struct ik_xap_terms *t;
	struct ik_xap_doc *doc;
	const char *text;
	uint64_t n;
	size_t len;

	(void)state;
	FAILS(INK_ENOTFOUND, ik_xap_db_get_doc(db, 9, &doc, &err));
	FAILS(INK_ENOTFOUND, ik_xap_db_get_doc(db, 0, &doc, &err));
	FAILS(INK_ENOTFOUND, ik_xap_db_get_doc(db, (uint64_t)1 << 40, &doc, &err));
	OK(ik_xap_db_get_doc(db, 2, &doc, &err));
	OK(ik_xap_doc_number(doc, &n, &err));
	assert_int_equal(n, 2);
	OK(ik_xap_doc_data(doc, &text, &len, &err));
	assert_string_equal(text, "document 2");
	OK(ik_xap_doc_value(doc, 0, &text, &len, &err));
	assert_string_equal(text, "blue");
	OK(ik_xap_doc_value(doc, 7, &text, &len, &err));
	assert_int_equal(len, 0);
	OK(ik_xap_terms_of(doc, &t, &err));
	FAILS(INK_EINVAL, ik_xap_terms_wdf(t, &n, &err)); /* not at a term yet */
	assert_int_equal(ik_xap_terms_skip(t, "s", 1, &err), 1);
	assert_string_equal(ik_xap_terms_text(t, &len), "stone");
	OK(ik_xap_terms_wdf(t, &n, &err));
	assert_int_equal(n, 2);
	OK(ik_xap_terms_positions(t, &p, &err));
	assert_int_equal(ik_xap_positions_next(p, &err), 1);
	assert_int_equal(ik_xap_positions_at(p), 2);
	assert_int_equal(ik_xap_positions_skip(p, 3, &err), 1);
	assert_int_equal(ik_xap_positions_at(p), 3);
	assert_int_equal(ik_xap_positions_next(p, &err), 0);
	ik_xap_positions_free(p);
	assert_int_equal(ik_xap_terms_next(t, &err), 0);
	assert_int_equal(ik_xap_terms_next(t, &err), 0);
	ik_xap_terms_free(t);
	OK(ik_xap_values_of(doc, &v, &err));
	assert_int_equal(ik_xap_values_next(v, &err), 1);
	assert_int_equal(ik_xap_values_next(v, &err), 1);
	assert_int_equal(ik_xap_values_slot(v), 1);
	text = ik_xap_values_text(v, &len);
	assert_true(ik_xap_unsortable(text, len) == 2);
	assert_int_equal(ik_xap_values_next(v, &err), 0);
	ik_xap_values_free(v);
	OK(ik_xap_doc_remove_term(doc, "stone", 5, &err));
	FAILS(INK_EINVAL, ik_xap_doc_remove_term(doc, "stone", 5, &err));
	OK(ik_xap_doc_remove_posting(doc, "ink", 3, 1, 1, &err));
	OK(ik_xap_doc_clear_values(doc, &err));
	OK(ik_xap_db_replace_term(db, "Q2", 2, doc, &n, &err));
	assert_int_equal(n, 2);
	OK(ik_xap_doc_clear_terms(doc, &err));
	ik_xap_doc_free(doc);
	assert_int_equal(count(db, term("stone")), 3);
	OK(ik_xap_db_delete_term(db, "Q1", 2, &err));
	FAILS(INK_ENOTFOUND, ik_xap_db_delete_doc(db, 1, &err));
	assert_int_equal(count(db, term("stone")), 2);
	ik_xap_db_free(db);
}

static void test_terms_postings_and_values_can_be_walked(void **state)
{
	static const char zero[] = "a\0b";
	struct ik_xap_db *db = make_db(6);
	struct ik_xap_posts *posts;
	struct ik_xap_values *v;
	struct ik_xap_terms *t;
	struct ik_xap_doc *doc;
	uint64_t docs, times, most;
	const char *text;
	size_t len;
	int has;

	(void)state;
	OK(ik_xap_doc_new(&doc, &err));
	OK(ik_xap_doc_add_term(doc, zero, 3, 1, &err)); /* a term with a NUL in it */
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_db_has_term(db, zero, 3, &has, &err));
	assert_true(has);
	OK(ik_xap_terms_all(db, "K", 1, &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_string_equal(ik_xap_terms_text(t, &len), "Kblue");
	OK(ik_xap_terms_docs(t, &docs, &err));
	assert_int_equal(docs, 2);
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_int_equal(ik_xap_terms_next(t, &err), 0);
	assert_string_equal(ik_xap_terms_text(t, &len), "");
	ik_xap_terms_free(t);
	OK(ik_xap_posts_open(db, "stone", 5, &posts, &err));
	assert_int_equal(ik_xap_posts_doc(posts), 0);
	assert_int_equal(ik_xap_posts_next(posts, &err), 1);
	assert_int_equal(ik_xap_posts_doc(posts), 1);
	assert_int_equal(ik_xap_posts_skip(posts, 5, &err), 1);
	assert_int_equal(ik_xap_posts_doc(posts), 5);
	OK(ik_xap_posts_wdf(posts, &times, &err));
	assert_int_equal(times, 5);
	OK(ik_xap_posts_doc_length(posts, &times, &err));
	assert_int_equal(times, 7);
	assert_int_equal(ik_xap_posts_skip(posts, (uint64_t)1 << 40, &err), 0);
	ik_xap_posts_free(posts);
	OK(ik_xap_posts_open(db, "none", 4, &posts, &err));
	assert_int_equal(ik_xap_posts_skip(posts, 1, &err), 0);
	ik_xap_posts_free(posts);
	OK(ik_xap_db_term(db, "stone", 5, &docs, &times, &most, &err));
	assert_int_equal(docs, 6);
	assert_int_equal(times, 21);
	assert_int_equal(most, 6);
	OK(ik_xap_values_open(db, 0, &v, &err));
	assert_int_equal(ik_xap_values_skip(v, 3, &err), 1);
	assert_int_equal(ik_xap_values_doc(v), 3);
	assert_string_equal(ik_xap_values_text(v, &len), "red");
	ik_xap_values_free(v);
	OK(ik_xap_db_value(db, 0, &docs, &err));
	assert_int_equal(docs, 6);
	OK(ik_xap_db_value_lower(db, 0, &text, &len, &err));
	assert_string_equal(text, "blue");
	OK(ik_xap_db_value_upper(db, 0, &text, &len, &err));
	assert_string_equal(text, "red");
	ik_xap_db_free(db);
}

static void test_every_operator_finds_what_it_should(void **state)
{
	struct ik_xap_db *db = make_db(9);
	const char *words[] = {"ink", "stone"};
	const size_t lens[] = {3, 5};
	struct ik_xap_query *q, *scaled;
	char lo[16], hi[16];
	const char *text;
	size_t len, lo_len = ik_xap_sortable(3, lo), hi_len = ik_xap_sortable(5, hi);

	(void)state;
	assert_int_equal(count(db, join(IK_XAP_AND, term("ink"), term("Kred"))), 3);
	assert_int_equal(count(db, join(IK_XAP_OR, term("Q1"), term("Kred"))), 4);
	assert_int_equal(count(db, join(IK_XAP_AND_NOT, term("ink"), term("Kred"))), 6);
	assert_int_equal(count(db, join(IK_XAP_XOR, term("Q3"), term("Kred"))), 2);
	assert_int_equal(count(db, join(IK_XAP_AND_MAYBE, term("Kred"), term("ink"))), 3);
	assert_int_equal(count(db, join(IK_XAP_FILTER, term("ink"), term("Kred"))), 3);
	assert_int_equal(count(db, join(IK_XAP_NEAR, term("stone"), term("ink"))), 9);
	assert_int_equal(count(db, join(IK_XAP_PHRASE, term("ink"), term("stone"))), 9);
	assert_int_equal(count(db, join(IK_XAP_PHRASE, term("stone"), term("ink"))), 0);
	assert_int_equal(count(db, join(IK_XAP_SYNONYM, term("Q1"), term("Q2"))), 2);
	assert_int_equal(count(db, join(IK_XAP_MAX, term("Q1"), term("Q2"))), 2);
	OK(ik_xap_query_terms(IK_XAP_ELITE, words, lens, 2, 1, &q, &err));
	assert_int_equal(count(db, q), 9);
	OK(ik_xap_query_terms(IK_XAP_PHRASE, words, lens, 2, 2, &q, &err));
	OK(ik_xap_query_text(q, &text, &len, &err));
	assert_non_null(strstr(text, "PHRASE 2"));
	assert_int_equal(ik_xap_query_len(q), 2);
	assert_int_equal(count(db, q), 9);
	OK(ik_xap_query_values(1, lo, lo_len, hi, hi_len, &q, &err));
	assert_int_equal(count(db, q), 3);
	OK(ik_xap_query_values(1, lo, lo_len, NULL, 0, &q, &err));
	assert_int_equal(count(db, q), 7);
	OK(ik_xap_query_values(1, NULL, 0, hi, hi_len, &q, &err));
	assert_int_equal(count(db, q), 5);
	OK(ik_xap_query_all(&q, &err));
	assert_int_equal(count(db, q), 9);
	OK(ik_xap_query_nothing(&q, &err));
	assert_int_equal(count(db, q), 0);
	OK(ik_xap_query_wildcard("Q", 1, 0, IK_XAP_WILDCARD_ERROR, IK_XAP_SYNONYM, &q, &err));
	assert_int_equal(count(db, q), 9);
	OK(ik_xap_query_wildcard("Q", 1, 2, IK_XAP_WILDCARD_FIRST, IK_XAP_OR, &q, &err));
	assert_int_equal(count(db, q), 2);
	OK(ik_xap_query_fixed(2.5, &q, &err));
	OK(ik_xap_query_scale(q, 2, &scaled, &err));
	ik_xap_query_free(q);
	{
		struct ik_xap_mset *m = run(db, scaled);
		struct ik_xap_hit hit;

		OK(ik_xap_mset_hit(m, 8, &hit, &err));
		assert_true(hit.weight == 5);
		FAILS(INK_ENOTFOUND, ik_xap_mset_hit(m, 9, &hit, &err));
		ik_xap_mset_free(m);
	}
	FAILS(INK_EINVAL, ik_xap_query_join(99, NULL, 0, 0, &q, &err));
	FAILS(INK_EINVAL, ik_xap_query_fixed(-1, &q, &err));
	q = term("ink");
	FAILS(INK_EINVAL, ik_xap_query_scale(q, -1, &scaled, &err));
	ik_xap_query_free(q);
	ik_xap_db_free(db);
}

static void test_a_wildcard_over_its_limit_fails(void **state)
{
	struct ik_xap_db *db = make_db(9);
	struct ik_xap_enquire *e;
	struct ik_xap_query *q;
	struct ik_xap_mset *m;

	(void)state;
	OK(ik_xap_query_wildcard("Q", 1, 2, IK_XAP_WILDCARD_ERROR, IK_XAP_OR, &q, &err));
	OK(ik_xap_enquire_new(db, &e, &err));
	OK(ik_xap_enquire_query(e, q, 0, &err));
	FAILS(INK_ELIMIT, ik_xap_enquire_run(e, 0, 10, 0, NULL, &m, &err));
	assert_null(m);
	ik_xap_query_free(q);
	ik_xap_enquire_free(e);
	ik_xap_db_free(db);
}

static struct ik_xap_enquire *ask(struct ik_xap_db *db, const char *word)
{
	struct ik_xap_query *q = term(word);
	struct ik_xap_enquire *e;

	OK(ik_xap_enquire_new(db, &e, &err));
	OK(ik_xap_enquire_query(e, q, 0, &err));
	ik_xap_query_free(q);
	return e;
}

static struct ik_xap_mset *answer(struct ik_xap_enquire *e)
{
	struct ik_xap_mset *m;

	OK(ik_xap_enquire_run(e, 0, 100, 100, NULL, &m, &err));
	return m;
}

static void test_sorting_weighting_and_collapsing(void **state)
{
	static const double bm25[] = {1, 0, 1, 0, 0}, ink[] = {0.9, 0};
	static const struct ik_xap_key keys[] = {{0, 1, 0}, {1, 0, 0}}, gone[] = {{5, 0, 1}};
	struct ik_xap_db *db = make_db(9);
	struct ik_xap_enquire *e = ask(db, "stone");
	struct ik_xap_counts counts;
	struct ik_xap_mset *m;
	struct ik_xap_hit hit;
	const char *text;
	size_t len;

	(void)state;
	OK(ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BM25, bm25, 5, &err));
	m = answer(e);
	assert_int_equal(nth(m, 0), 9); /* without lengths the most frequent wins */
	OK(ik_xap_mset_counts(m, &counts, &err));
	assert_int_equal(counts.lower, 9);
	assert_int_equal(counts.upper, 9);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_weight(e, IK_XAP_WEIGHT_INK, ink, 2, &err));
	m = answer(e);
	OK(ik_xap_mset_hit(m, 0, &hit, &err));
	assert_int_equal(hit.doc, 9);
	/* ln(1 + 0.5 / 9.5) * 9 / (9 + 0.9) */
	assert_true(hit.weight > 0.046630 && hit.weight < 0.046631);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BOOL, NULL, 0, &err));
	m = answer(e);
	assert_int_equal(nth(m, 0), 1);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_order(e, IK_XAP_DESCENDING, &err));
	m = answer(e);
	assert_int_equal(nth(m, 0), 9);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_order(e, IK_XAP_ASCENDING, &err));
	OK(ik_xap_enquire_sort(e, IK_XAP_BY_VALUE, 1, 1, &err));
	m = answer(e);
	assert_int_equal(nth(m, 0), 9);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_sort_keys(e, keys, 2, 0, &err)); /* red first, then by number */
	m = answer(e);
	assert_int_equal(nth(m, 0), 3);
	assert_int_equal(nth(m, 8), 8);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_sort_keys(e, gone, 1, 1, &err));
	ik_xap_mset_free(answer(e));
	OK(ik_xap_enquire_sort(e, IK_XAP_BY_RELEVANCE, 0, 0, &err));
	OK(ik_xap_enquire_collapse(e, 0, 1, &err));
	m = answer(e);
	assert_int_equal(ik_xap_mset_len(m), 3);
	OK(ik_xap_mset_collapse_key(m, 0, &text, &len, &err));
	assert_string_equal(text, "green");
	OK(ik_xap_mset_hit(m, 0, &hit, &err));
	assert_int_equal(hit.collapsed, 2);
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_collapse(e, 0, 0, &err));
	m = answer(e);
	assert_int_equal(ik_xap_mset_len(m), 9);
	ik_xap_mset_free(m);
	FAILS(INK_EINVAL, ik_xap_enquire_weight(e, 42, NULL, 0, &err));
	FAILS(INK_EINVAL, ik_xap_enquire_sort(e, 42, 0, 0, &err));
	FAILS(INK_EINVAL, ik_xap_enquire_order(e, 42, &err));
	ik_xap_enquire_free(e);
	ik_xap_db_free(db);
}

static int only_even(void *user, struct ik_xap_doc *doc)
{
	uint64_t n = 0;

	(void)user;
	return ik_xap_doc_number(doc, &n, NULL) != 0 ? INK_EINTERNAL : n % 2 == 0;
}

static int stop_now(void *user, struct ik_xap_doc *doc)
{
	(void)user;
	(void)doc;
	return INK_ECANCELED;
}

static int sum_numbers(void *user, struct ik_xap_doc *doc, double weight)
{
	const char *value;
	size_t len;

	(void)weight;
	if (ik_xap_doc_value(doc, 1, &value, &len, NULL) != 0)
		return INK_EINTERNAL;
	*(double *)user += ik_xap_unsortable(value, len);
	return 0;
}

static void test_deciders_and_spies_look_at_matches(void **state)
{
	struct ik_xap_db *db = make_db(9);
	struct ik_xap_enquire *e = ask(db, "ink");
	struct ik_xap_spy *counts, *call;
	struct ik_xap_terms *t;
	struct ik_xap_mset *m;
	double sum = 0;
	uint64_t n;
	size_t len;

	(void)state;
	OK(ik_xap_spy_values(0, &counts, &err));
	OK(ik_xap_spy_call(sum_numbers, &sum, &call, &err));
	OK(ik_xap_enquire_spy(e, counts, &err));
	OK(ik_xap_enquire_spy(e, call, &err));
	OK(ik_xap_enquire_decider(e, only_even, NULL, &err));
	m = answer(e);
	assert_int_equal(ik_xap_mset_len(m), 4);
	assert_true(sum == 20);
	assert_int_equal(ik_xap_spy_total(counts), 4);
	assert_int_equal(ik_xap_spy_total(call), 4);
	OK(ik_xap_spy_top(counts, 1, &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1); /* 2 and 8 */
	assert_string_equal(ik_xap_terms_text(t, &len), "blue");
	OK(ik_xap_terms_docs(t, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(ik_xap_terms_next(t, &err), 0);
	ik_xap_terms_free(t);
	FAILS(INK_EINVAL, ik_xap_spy_top(call, 1, &t, &err));
	ik_xap_mset_free(m);
	OK(ik_xap_enquire_decider(e, stop_now, NULL, &err));
	FAILS(INK_ECANCELED, ik_xap_enquire_run(e, 0, 10, 10, NULL, &m, &err));
	assert_null(m);
	ik_xap_enquire_free(e);
	ik_xap_spy_free(counts);
	ik_xap_spy_free(call);
	ik_xap_db_free(db);
}

static void test_transactions_metadata_spelling_and_synonyms(void **state)
{
	struct ik_xap_db *db = make_db(1);
	struct ik_xap_terms *t;
	const char *text;
	size_t len;

	(void)state;
	OK(ik_xap_db_begin(db, 1, &err));
	FAILS(INK_EINVAL, ik_xap_db_begin(db, 1, &err));
	OK(ik_xap_db_set_metadata(db, "a", "1", 1, &err));
	OK(ik_xap_db_delete_doc(db, 1, &err));
	assert_int_equal(count(db, term("ink")), 0);
	OK(ik_xap_db_cancel_transaction(db, &err));
	assert_int_equal(count(db, term("ink")), 1);
	OK(ik_xap_db_begin(db, 1, &err));
	OK(ik_xap_db_set_metadata(db, "b", "x\0y", 3, &err));
	OK(ik_xap_db_commit_transaction(db, &err));
	OK(ik_xap_db_metadata(db, "a", &text, &len, &err));
	assert_int_equal(len, 0);
	OK(ik_xap_db_metadata(db, "b", &text, &len, &err));
	assert_int_equal(len, 3);
	assert_memory_equal(text, "x\0y", 4);
	OK(ik_xap_terms_metadata(db, "", &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_string_equal(ik_xap_terms_text(t, NULL), "b");
	ik_xap_terms_free(t);
	OK(ik_xap_db_add_spelling(db, "inkstone", 3, &err));
	OK(ik_xap_db_spelling(db, "inkstome", 2, &text, &len, &err));
	assert_string_equal(text, "inkstone");
	OK(ik_xap_terms_spellings(db, &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	ik_xap_terms_free(t);
	OK(ik_xap_db_remove_spelling(db, "inkstone", 3, &err));
	OK(ik_xap_db_spelling(db, "inkstome", 2, &text, &len, &err));
	assert_int_equal(len, 0);
	OK(ik_xap_db_add_synonym(db, "ink", "sumi", &err));
	OK(ik_xap_db_commit(db, &err));
	OK(ik_xap_terms_synonyms(db, "ink", &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_string_equal(ik_xap_terms_text(t, NULL), "sumi");
	ik_xap_terms_free(t);
	OK(ik_xap_terms_synonym_keys(db, "i", &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	ik_xap_terms_free(t);
	OK(ik_xap_db_remove_synonym(db, "ink", "sumi", &err));
	OK(ik_xap_db_clear_synonyms(db, "ink", &err));
	ik_xap_db_free(db);
}

static int listen(void *user, const char *text, size_t len)
{
	(void)text;
	*(size_t *)user += len;
	return 0;
}

static void test_checking_compacting_and_several_at_once(void **state)
{
	struct ik_xap_db *db = make_db(9), *small, *both, *memory;
	struct ik_xap_stats stats;
	uint64_t errors = 1;
	size_t heard = 0;
	char to[128];

	(void)state;
	ik_xap_db_free(db);
	OK(ik_xap_check(path, IK_XAP_CHECK_STATS, listen, &heard, &errors, &err));
	assert_int_equal(errors, 0);
	assert_true(heard > 0);
	FAILS(INK_ENOTFOUND, ik_xap_check(dir, 0, NULL, NULL, &errors, &err));
	snprintf(to, sizeof to, "%s/small", dir);
	OK(ik_xap_db_open(path, &db, &err));
	OK(ik_xap_compact(db, to, IK_XAP_COMPACT_FULLER, 0, &err));
	OK(ik_xap_db_open(to, &small, &err));
	OK(ik_xap_db_none(&both, &err));
	OK(ik_xap_db_add(both, db, &err));
	OK(ik_xap_db_add(both, small, &err));
	FAILS(INK_EINVAL, ik_xap_db_add(both, both, &err));
	ik_xap_db_free(db);
	ik_xap_db_free(small);
	OK(ik_xap_db_stats(both, &stats, &err));
	assert_int_equal(stats.docs, 18);
	assert_int_equal(stats.shards, 2);
	assert_int_equal(count(both, term("Kred")), 6);
	ik_xap_db_free(both);
	OK(ik_xap_db_memory(&memory, &err));
	fill(memory, 3);
	assert_int_equal(count(memory, term("ink")), 3);
	ik_xap_db_free(memory);
	FAILS(INK_EIO, ik_xap_db_open_tcp("127.0.0.1", 1, 1000, 1000, &db, &err));
	FAILS(INK_EIO, ik_xap_db_open_tcp_write("127.0.0.1", 1, 1000, 1000, &db, &err));
}

struct best {
	char term[16];
	int n;
};

static int first_term(void *user, const char *text, size_t len, double weight)
{
	struct best *best = user;

	assert_true(weight > 0);
	if (best->n++ == 0)
		snprintf(best->term, sizeof best->term, "%.*s", (int)len, text);
	return 0;
}

static void test_parsing_snippets_and_expansion(void **state)
{
	struct ik_xap_db *db = make_db(9);
	struct ik_xap_parser *parser;
	struct ik_xap_enquire *e;
	struct ik_xap_query *q;
	struct ik_xap_rset *rset;
	struct ik_xap_terms *t;
	struct ik_xap_mset *m;
	struct ik_xap_doc *doc;
	struct best best = {"", 0};
	const char *text;
	double weight;
	uint64_t docs;
	size_t len;

	(void)state;
	OK(ik_xap_parser_new(db, "none", IK_XAP_AND, &parser, &err));
	OK(ik_xap_parser_prefix(parser, "color", "K", 1, &err));
	OK(ik_xap_parser_prefix(parser, "key", "Q", 0, &err));
	OK(ik_xap_parser_parse(parser, "ink color:red", 13, 0, NULL, &q, &err));
	assert_int_equal(count(db, q), 3);
	FAILS(INK_ESYNTAX, ik_xap_parser_parse(parser, "ink AND", 7, 0, NULL, &q, &err));
	OK(ik_xap_parser_corrected(parser, &text, &len, &err));
	assert_int_equal(len, 0);
	ik_xap_parser_free(parser);
	FAILS(INK_EINVAL, ik_xap_parser_new(db, "klingon", IK_XAP_AND, &parser, &err));
	e = ask(db, "stone");
	m = answer(e);
	OK(ik_xap_mset_fetch(m, 0, 1000, &err));
	OK(ik_xap_mset_term(m, "stone", 5, &docs, &weight, &err));
	assert_int_equal(docs, 9);
	assert_true(weight > 0);
	OK(ik_xap_mset_snippet(m, "a stone for ink", 15, 100, NULL, "[", "]", "...", &text, &len,
	                       &err));
	assert_non_null(strstr(text, "[stone] for"));
	OK(ik_xap_mset_doc(m, 0, &doc, &err));
	ik_xap_doc_free(doc);
	OK(ik_xap_terms_matching(e, 4, &t, &err));
	assert_int_equal(ik_xap_terms_next(t, &err), 1);
	assert_string_equal(ik_xap_terms_text(t, NULL), "stone");
	ik_xap_terms_free(t);
	OK(ik_xap_rset_new(&rset, &err));
	OK(ik_xap_rset_add(rset, 3, &err));
	OK(ik_xap_rset_add(rset, 6, &err));
	OK(ik_xap_eset(e, rset, 5, first_term, &best, &err));
	assert_true(best.n > 0);
	assert_string_equal(best.term, "Kred");
	ik_xap_rset_free(rset);
	ik_xap_mset_free(m);
	ik_xap_enquire_free(e);
	ik_xap_db_free(db);
}

#define IN_DIR(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_DIR(test_databases_are_made_opened_and_refused),
		IN_DIR(test_a_lock_that_cannot_be_made_is_no_lock),
		IN_DIR(test_messages_are_utf8_whatever_a_path_holds),
		IN_DIR(test_an_overwritten_revision_is_told_apart),
		IN_DIR(test_documents_hold_terms_positions_values_and_data),
		IN_DIR(test_terms_postings_and_values_can_be_walked),
		IN_DIR(test_every_operator_finds_what_it_should),
		IN_DIR(test_a_wildcard_over_its_limit_fails),
		IN_DIR(test_sorting_weighting_and_collapsing),
		IN_DIR(test_deciders_and_spies_look_at_matches),
		IN_DIR(test_transactions_metadata_spelling_and_synonyms),
		IN_DIR(test_checking_compacting_and_several_at_once),
		IN_DIR(test_parsing_snippets_and_expansion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
