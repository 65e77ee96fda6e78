/*
 * test_xapian_remote.c - the shim beside servers: several as one, and servers
 * that are gone, that come back, that hang.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian.
 */
#include "../api/backends.h"

#include <time.h>

#include "backend/xapian_shim.h"

#define TIMEOUT_MS 500
#define N_SERVERS 2

struct world {
	struct place *place;
	struct server *servers;
	char names[N_SERVERS][32];
};

static int world_make(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char dir[128];
	void *place;

	assert_non_null(w);
	place_make(&place);
	w->place = place;
	w->servers = w->place->servers;
	for (int i = 0; i < N_SERVERS; i++) {
		snprintf(dir, sizeof dir, "%s/%d", w->place->dir, i);
		assert_int_equal(server_start(&w->servers[i], dir), 0);
		w->place->n_servers++;
		snprintf(w->names[i], sizeof w->names[i], "%s:%d: ", w->servers[i].host,
		         w->servers[i].port);
	}
	*state = w;
	return 0;
}

static int world_free(void **state)
{
	struct world *w = *state;
	void *place = w->place;

	place_free(&place);
	free(w);
	return 0;
}

static int open_one(const struct server *s, int write, struct ik_xap_db **db)
{
	return (write ? ik_xap_db_open_tcp_write : ik_xap_db_open_tcp)(
		s->host, (uint32_t)s->port, TIMEOUT_MS, TIMEOUT_MS, db, &err);
}

static void add_docs(struct ik_xap_db *db, int n, const char *term)
{
	struct ik_xap_doc *doc;

	for (int i = 0; i < n; i++) {
		OK(ik_xap_doc_new(&doc, &err));
		OK(ik_xap_doc_add_posting(doc, term, strlen(term), 1, 1, &err));
		OK(ik_xap_doc_add_posting(doc, "common", 6, 2, 1, &err));
		OK(ik_xap_doc_set_data(doc, term, strlen(term), &err));
		OK(ik_xap_db_add_doc(db, doc, NULL, &err));
		ik_xap_doc_free(doc);
	}
}

/* Ten documents on the first server and twenty on the second. */
static void fill(const struct world *w)
{
	struct ik_xap_db *db;

	for (int i = 0; i < N_SERVERS; i++) {
		OK(open_one(&w->servers[i], 1, &db));
		add_docs(db, 10 * (i + 1), i == 0 ? "first" : "second");
		OK(ik_xap_db_commit(db, &err));
		ik_xap_db_free(db);
	}
}

static void open_both(const struct world *w, struct ik_xap_db **both)
{
	struct ik_xap_db *db;

	OK(ik_xap_db_none(both, &err));
	for (int i = 0; i < N_SERVERS; i++) {
		OK(open_one(&w->servers[i], 0, &db));
		OK(ik_xap_db_add(*both, db, &err));
		ik_xap_db_free(db);
	}
}

static int run(struct ik_xap_db *db, const char *term, struct ik_xap_mset **out)
{
	struct ik_xap_query *q;
	struct ik_xap_enquire *e;
	int rc;

	OK(ik_xap_query_term(term, strlen(term), 1, 0, &q, &err));
	rc = ik_xap_enquire_new(db, &e, &err);
	if (rc == 0)
		rc = ik_xap_enquire_query(e, q, 0, &err);
	if (rc == 0)
		rc = ik_xap_enquire_run(e, 0, 100, 100, NULL, out, &err);
	ik_xap_enquire_free(e);
	ik_xap_query_free(q);
	return rc;
}

static size_t found(struct ik_xap_db *db, const char *term)
{
	struct ik_xap_mset *m = NULL;
	size_t n;

	OK(run(db, term, &m));
	n = ik_xap_mset_len(m);
	ik_xap_mset_free(m);
	return n;
}

static void test_two_servers_are_one_database(void **state)
{
	struct ik_xap_stats stats;
	struct ik_xap_db *both;
	uint64_t docs;

	fill(*state);
	open_both(*state, &both);
	OK(ik_xap_db_stats(both, &stats, &err));
	assert_int_equal(stats.docs, 30);
	assert_int_equal(stats.shards, N_SERVERS);
	OK(ik_xap_db_term(both, "common", 6, &docs, NULL, NULL, &err));
	assert_int_equal(docs, 30);
	assert_int_equal(found(both, "common"), 30);
	assert_int_equal(found(both, "second"), 20);
	ik_xap_db_free(both);
}

static void test_documents_are_fetched_over_the_network(void **state)
{
	struct world *w = *state;
	struct ik_xap_doc *doc;
	struct ik_xap_mset *m = NULL;
	struct ik_xap_db *db;
	const char *data;
	size_t len;

	fill(w);
	OK(open_one(&w->servers[1], 0, &db));
	OK(run(db, "second", &m));
	OK(ik_xap_mset_fetch(m, 0, 7, &err));
	OK(ik_xap_mset_fetch(m, 7, ik_xap_mset_len(m) - 7, &err));
	OK(ik_xap_mset_fetch(m, ik_xap_mset_len(m), 1, &err)); /* nothing */
	for (size_t i = 0; i < ik_xap_mset_len(m); i++) {
		OK(ik_xap_mset_doc(m, i, &doc, &err));
		OK(ik_xap_doc_data(doc, &data, &len, &err));
		assert_string_equal(data, "second");
		ik_xap_doc_free(doc);
	}
	FAILS(INK_ENOTFOUND, w->names[1], ik_xap_db_get_doc(db, 1000, &doc, &err));
	ik_xap_mset_free(m);
	ik_xap_db_free(db);
}

static void test_what_servers_do_not_do_is_said(void **state)
{
	struct world *w = *state;
	struct ik_xap_db *db;
	uint64_t revision;

	OK(open_one(&w->servers[0], 0, &db));
	FAILS(INK_EUNSUPPORTED, "revision", ik_xap_db_revision(db, &revision, &err));
	FAILS(INK_EREADONLY, "reading", ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
}

static void test_one_writer_at_a_time_and_none_where_it_is_not_wanted(void **state)
{
	struct world *w = *state;
	struct ik_xap_db *db, *other;

	OK(open_one(&w->servers[0], 1, &db));
	FAILS(INK_ELOCKED, w->names[0], open_one(&w->servers[0], 1, &other));
	ik_xap_db_free(db);
	server_kill(&w->servers[0]);
	w->servers[0].readonly = 1;
	assert_int_equal(server_run(&w->servers[0]), 0);
	FAILS(INK_EREADONLY, w->names[0], open_one(&w->servers[0], 1, &db));
	OK(open_one(&w->servers[0], 0, &db));
	ik_xap_db_free(db);
}

static void test_a_killed_server_is_named_and_one_that_is_back_answers(void **state)
{
	struct world *w = *state;
	struct ik_xap_mset *m = NULL;
	struct ik_xap_db *both, *db;

	fill(w);
	open_both(w, &both);
	assert_int_equal(found(both, "common"), 30);
	server_kill(&w->servers[1]);
	FAILS(INK_EIO, "", run(both, "common", &m)); /* not always with a name */
	assert_null(m);
	ik_xap_db_free(both);
	FAILS(INK_EIO, w->names[1], open_one(&w->servers[1], 0, &db));
	assert_null(db);
	assert_int_equal(server_run(&w->servers[1]), 0);
	open_both(w, &both);
	assert_int_equal(found(both, "common"), 30);
	ik_xap_db_free(both);
}

/* Without a commit: what a server was told is lost with it. */
static void test_a_server_that_dies_has_its_last_commit(void **state)
{
	struct world *w = *state;
	struct ik_xap_db *db;

	fill(w);
	OK(open_one(&w->servers[0], 1, &db));
	add_docs(db, 5, "late");
	assert_int_equal(found(db, "late"), 5);
	server_kill(&w->servers[0]);
	FAILS(INK_EIO, "", ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
	assert_int_equal(server_run(&w->servers[0]), 0);
	OK(open_one(&w->servers[0], 0, &db));
	assert_int_equal(found(db, "late"), 0);
	assert_int_equal(found(db, "first"), 10);
	ik_xap_db_free(db);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void test_a_server_that_hangs_costs_the_timeout_and_no_more(void **state)
{
	struct world *w = *state;
	struct ik_xap_mset *m = NULL;
	struct ik_xap_db *both, *db;
	uint64_t begun;

	fill(w);
	open_both(w, &both);
	server_stop(&w->servers[0]);
	begun = now_ms();
	FAILS(INK_ETIMEOUT, w->names[0], run(both, "common", &m));
	assert_in_range(now_ms() - begun, TIMEOUT_MS / 2, 20 * TIMEOUT_MS);
	ik_xap_db_free(both);
	begun = now_ms();
	FAILS(INK_ETIMEOUT, w->names[0], open_one(&w->servers[0], 0, &db));
	assert_in_range(now_ms() - begun, TIMEOUT_MS / 2, 20 * TIMEOUT_MS);
	server_go_on(&w->servers[0]);
	open_both(w, &both);
	assert_int_equal(found(both, "common"), 30);
	ik_xap_db_free(both);
}

#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, world_make, world_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_WORLD(test_two_servers_are_one_database),
		IN_WORLD(test_documents_are_fetched_over_the_network),
		IN_WORLD(test_what_servers_do_not_do_is_said),
		IN_WORLD(test_one_writer_at_a_time_and_none_where_it_is_not_wanted),
		IN_WORLD(test_a_killed_server_is_named_and_one_that_is_back_answers),
		IN_WORLD(test_a_server_that_dies_has_its_last_commit),
		IN_WORLD(test_a_server_that_hangs_costs_the_timeout_and_no_more),
	};

	if (!servers_there()) {
		fprintf(stderr, "[  LEFT OUT ] no xapian-tcpsrv: install the package xapian-tools\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
