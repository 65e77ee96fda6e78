/*
 * api_shards.c - the state of an index's shards, and what is missing from
 * results, over each backend.
 */
#include "backends.h"

#include <time.h>

struct told {
	size_t n, up;
	uint64_t docs, generation;
	char names[256], messages[1024];
	int stop;
};

static int tell(void *user, const ink_shard *shard)
{
	struct told *t = user;
	size_t at = strlen(t->names), m = strlen(t->messages);

	assert_int_equal(shard->struct_size, sizeof *shard);
	t->n++;
	t->up += shard->status == INK_OK;
	assert_int_equal(shard->status == INK_OK, shard->message[0] == '\0');
	t->docs += shard->docs;
	t->generation = shard->generation > t->generation ? shard->generation : t->generation;
	snprintf(t->names + at, sizeof t->names - at, "%s%s", at > 0 ? "," : "", shard->name);
	snprintf(t->messages + m, sizeof t->messages - m, "%s\n", shard->message);
	return t->stop;
}

static void fill(struct place *p, int n)
{
	ink_writer *w;
	char id[16];

	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < n; i++) {
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, "ink stone", NULL);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static size_t n_shards(void)
{
	return on->remote ? N_SHARDS : 1;
}

static void test_each_shard_is_told_of(void **state)
{
	struct place *p = *state;
	struct told told = {0}, stop = {.stop = 1};

	fill(p, 10);
	OK(ink_index_shards(p->path, tell, &told, &err));
	assert_int_equal(told.n, n_shards());
	assert_int_equal(told.up, n_shards());
	assert_int_equal(told.docs, 10);
	assert_int_equal(told.generation, 2);
	assert_non_null(strstr(p->path, told.names));
	FAILS(INK_ECANCELED, "", ink_index_shards(p->path, tell, &stop, &err));
	assert_int_equal(stop.n, 1);
	FAILS(INK_EINVAL, "fn", ink_index_shards(p->path, NULL, NULL, &err));
	FAILS(INK_EINVAL, "path", ink_index_shards(NULL, tell, &told, &err));
	FAILS(INK_EINVAL, "empty", ink_index_shards("", tell, &told, &err));
	assert_int_equal(told.n, n_shards());
	FAILS(INK_EUNSUPPORTED, "nosuch", ink_index_shards("nosuch:x", tell, &told, &err));
}

static void test_nothing_is_missing_while_all_are_up(void **state)
{
	struct place *p = *state;
	ink_query *q = parse(p->index, "ink");
	ink_reader *reader;
	ink_results *r;
	ink_index *partial;
	const char *text;
	size_t len;

	fill(p, 10);
	OK(ink_index_open(p->path, INK_OPEN_PARTIAL, &partial, &err));
	OK(ink_reader_open(partial, &reader, &err));
	r = find(reader, q);
	assert_int_equal(ink_results_total(r, NULL), 10);
	assert_int_equal(ink_results_missing_len(r), 0);
	assert_int_equal(ink_results_missing_len(NULL), 0);
	FAILS(INK_ENOTFOUND, "0", ink_results_missing(r, 0, &text, &len, &err));
	assert_null(text);
	FAILS(INK_EINVAL, "text", ink_results_missing(r, 0, NULL, &len, &err));
	ink_results_free(r);
	ink_reader_close(reader);
	ink_index_close(partial);
	ink_query_free(q);
}

/* ---- servers that fail ---- */

static void test_a_dead_server_is_told_by_name(void **state)
{
	struct place *p = *state;
	struct told told = {0};
	char name[32];
	ink_reader *reader, *again;
	ink_search *search;
	ink_results *r;
	ink_query *q;
	ink_writer *w;

	if (!on->remote)
		skip();
	q = parse(p->index, "ink");
	fill(p, 30);
	snprintf(name, sizeof name, "%s:%d", p->servers[1].host, p->servers[1].port);
	OK(ink_reader_open(p->index, &reader, &err));
	server_kill(&p->servers[1]);
	OK(ink_search_new(reader, q, &search, &err));
	FAILS(INK_EIO, name, ink_search_run(search, &r, &err));
	FAILS(INK_EIO, name, ink_search_run(search, &r, &err)); /* and it stays so */
	FAILS(INK_EIO, name, ink_reader_open(p->index, &again, &err));
	FAILS(INK_EIO, name, ink_writer_open(p->index, &w, &err));
	OK(ink_index_shards(p->path, tell, &told, &err));
	assert_int_equal(told.n, N_SHARDS);
	assert_int_equal(told.up, N_SHARDS - 1);
	assert_non_null(strstr(told.messages, name));
	/* Once it is back, the same reader goes on, and so does a new one. */
	assert_int_equal(server_run(&p->servers[1]), 0);
	OK(ink_search_run(search, &r, &err));
	assert_int_equal(ink_results_len(r), 10);
	ink_results_free(r);
	assert_int_equal(count(p->index, "ink"), 30);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(q);
}

/* Before one of them commits all are told everything, so none has a part of it. */
static void test_a_commit_without_one_server_changes_none(void **state)
{
	struct place *p = *state;
	char name[32], id[16];
	ink_writer *w;

	if (!on->remote)
		skip();
	fill(p, 30);
	snprintf(name, sizeof name, "%s:%d", p->servers[2].host, p->servers[2].port);
	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < 30; i++) {
		snprintf(id, sizeof id, "new %d", i);
		add(w, p->index, id, "ink", NULL);
	}
	OK(ink_writer_delete(w, "7", 1, &err));
	server_kill(&p->servers[2]);
	FAILS(INK_EIO, name, ink_writer_commit(w, NULL, &err));
	FAILS(INK_EIO, name, ink_writer_delete(w, "8", 1, &err)); /* nor anything else */
	ink_writer_close(w);
	assert_int_equal(server_run(&p->servers[2]), 0);
	assert_int_equal(count(p->index, "ink"), 30);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_delete(w, "7", 1, &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_int_equal(count(p->index, "ink"), 29);
}

/* Milliseconds that a call takes. */
static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

#define TIMEOUT_MS 600

#define PATH_SIZE 320

static void put_path(const struct place *p, const char *options, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s?timeout=%d&connect=%d%s", p->path, TIMEOUT_MS, TIMEOUT_MS,
	         options);
}

static void test_a_server_that_hangs_is_given_up_in_time(void **state)
{
	struct place *p = *state;
	char name[32], path[PATH_SIZE];
	ink_index *index;
	ink_reader *reader, *again;
	ink_results *r;
	ink_search *search;
	uint64_t begun;
	ink_query *q;

	if (!on->remote)
		skip();
	fill(p, 30);
	snprintf(name, sizeof name, "%s:%d", p->servers[2].host, p->servers[2].port);
	put_path(p, "", path);
	OK(ink_index_open(path, 0, &index, &err));
	q = parse(index, "ink");
	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, q, &search, &err));
	server_stop(&p->servers[2]);
	begun = now_ms();
	FAILS(INK_ETIMEOUT, name, ink_search_run(search, &r, &err));
	/* It fails because of its own clock; twice the time is for a busy machine. */
	assert_in_range(now_ms() - begun, TIMEOUT_MS / 2, 10 * TIMEOUT_MS);
	FAILS(INK_ETIMEOUT, name, ink_reader_open(index, &again, &err));
	server_go_on(&p->servers[2]);
	OK(ink_search_run(search, &r, &err));
	ink_results_free(r);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(q);
	ink_index_close(index);
}

/* The results without one server are those of the others. */
static void check_partial(ink_search *search, const char *name, uint64_t total)
{
	const char *text;
	ink_results *r;
	ink_hit hit;
	size_t len;

	OK(ink_search_run(search, &r, &err));
	assert_int_equal(ink_results_total(r, NULL), total);
	assert_int_equal(ink_results_missing_len(r), name != NULL);
	if (name != NULL) {
		OK(ink_results_missing(r, 0, &text, &len, &err));
		assert_int_equal(strlen(text), len);
		assert_memory_equal(text, name, strlen(name));
		assert_true(is_message(text));
	}
	for (size_t i = 0; i < ink_results_len(r); i++) {
		OK(ink_results_hit(r, i, &hit, &err));
		if (name != NULL)
			assert_int_not_equal(hit.doc % N_SHARDS, 1);
		assert_non_null(id_of(r, i));
	}
	ink_results_free(r);
}

static ink_search *new_search(ink_reader *reader, const ink_query *q)
{
	ink_search *search;

	OK(ink_search_new(reader, q, &search, &err));
	OK(ink_search_set_total(search, INK_TOTAL_EXACT, &err));
	OK(ink_search_set_window(search, 0, 100, &err));
	return search;
}

static void test_partial_results_name_the_shard_that_is_missing(void **state)
{
	struct place *p = *state;
	struct told told = {0};
	ink_index *index;
	ink_reader *reader, *late;
	ink_search *search;
	ink_writer *w;
	uint64_t begun, without;
	char name[32], path[PATH_SIZE];
	ink_query *q;

	if (!on->remote)
		skip();
	fill(p, 60);
	snprintf(name, sizeof name, "%s:%d: ", p->servers[1].host, p->servers[1].port);
	put_path(p, "&partial=1", path);
	OK(ink_index_open(path, 0, &index, &err));
	q = parse(index, "ink");
	OK(ink_reader_open(index, &reader, &err));
	search = new_search(reader, q);
	check_partial(search, NULL, 60);
	server_stop(&p->servers[1]);
	OK(ink_index_shards(path, tell, &told, &err));
	assert_int_equal(told.up, N_SHARDS - 1);
	without = told.docs;
	assert_in_range(without, 20, 59);
	begun = now_ms();
	check_partial(search, name, without);
	assert_in_range(now_ms() - begun, 0, 10 * TIMEOUT_MS);
	server_kill(&p->servers[1]);
	check_partial(search, name, without);
	/* A reader that comes late misses it from the start; a writer needs all. */
	OK(ink_reader_open(index, &late, &err));
	ink_search_free(search);
	search = new_search(late, q);
	check_partial(search, name, without);
	name[strlen(name) - 2] = '\0';
	FAILS(INK_EIO, name, ink_writer_open(index, &w, &err));
	ink_search_free(search);
	ink_reader_close(late);
	ink_reader_close(reader);
	/* Nobody there at all is an error. */
	server_kill(&p->servers[0]);
	server_kill(&p->servers[2]);
	FAILS(INK_EIO, "127.", ink_reader_open(index, &late, &err));
	ink_query_free(q);
	ink_index_close(index);
}

#define IN_INDEX(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

static const struct CMUnitTest tests[] = {
	IN_INDEX(test_each_shard_is_told_of),
	IN_INDEX(test_nothing_is_missing_while_all_are_up),
	IN_INDEX(test_a_dead_server_is_told_by_name),
	IN_INDEX(test_a_commit_without_one_server_changes_none),
	IN_INDEX(test_a_server_that_hangs_is_given_up_in_time),
	IN_INDEX(test_partial_results_name_the_shard_that_is_missing),
};

RUN_SUITE(tests)
