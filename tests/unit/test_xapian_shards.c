/*
 * test_xapian_shards.c - shards behind servers: what belongs together, and
 * what a writer that is gone leaves.
 *
 * Licence: GPL-2.0-or-later, since it is linked with libxapian. Servers that
 * fail while they are searched are in tests/api/api_shards.c.
 */
#include "../api/backends.h"

#include "backend/xapian_shim.h"

/* Three servers, with an index over them; `on` is what it was. */
static void make_shards(struct place *p, char *path, size_t size)
{
	ink_schema *s = every_field();

	on = &backends[2];
	new_path(p, "shard", path, size);
	on = &backends[0];
	OK(ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
}

static void fill(ink_index *index, int n)
{
	ink_writer *w;
	char id[16];

	OK(ink_writer_open(index, &w, &err));
	for (int i = 0; i < n; i++) {
		snprintf(id, sizeof id, "%d", i);
		add(w, index, id, "ink", NULL);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static uint64_t generation(ink_index *index)
{
	ink_stats stats = {.struct_size = sizeof stats};
	ink_reader *reader;

	OK(ink_reader_open(index, &reader, &err));
	OK(ink_reader_stats(reader, &stats, &err));
	ink_reader_close(reader);
	return stats.generation;
}

static void open_shard(const struct server *s, struct ik_xap_db **db)
{
	OK(ik_xap_db_open_tcp_write(s->host, (uint32_t)s->port, 10000, 5000, db, &err));
}

static void set_metadata(const struct server *s, const char *key, const char *value)
{
	struct ik_xap_db *db;

	open_shard(s, &db);
	OK(ik_xap_db_set_metadata(db, key, value, strlen(value), &err));
	OK(ik_xap_db_commit(db, &err));
	ik_xap_db_free(db);
}

static void test_a_commit_that_one_shard_alone_has_is_made_good_by_the_next(void **state)
{
	struct place *p = *state;
	char path[256];

	make_shards(p, path, sizeof path);
	fill(p->index, 9);
	assert_int_equal(generation(p->index), 2);
	set_metadata(&p->servers[1], "inkstone.generation", "3"); /* and the writer is gone */
	assert_int_equal(generation(p->index), 3);
	assert_int_equal(count(p->index, "ink"), 9);
	fill(p->index, 0);
	assert_int_equal(generation(p->index), 4);
}

static void test_shards_that_do_not_belong_together_are_refused(void **state)
{
	struct place *p = *state;
	struct server *s = p->servers;
	char path[256], other[256], name[32];
	ink_index *index;

	make_shards(p, path, sizeof path);
	snprintf(other, sizeof other, "xapian+tcp://%s:%d,%s:%d,%s:%d", s[0].host, s[0].port,
	         s[2].host, s[2].port, s[1].host, s[1].port);
	FAILS(INK_EINVAL, "is shard 3 of 3, but is named as number 2 of 3",
	      ink_index_open(other, 0, &index, &err));
	strrchr(other, ',')[0] = '\0';
	FAILS(INK_EINVAL, "is shard 1 of 3", ink_index_open(other, 0, &index, &err));
	set_metadata(&s[1], "inkstone.schema", "");
	snprintf(name, sizeof name, "%s:%d: ", s[1].host, s[1].port);
	FAILS(INK_ECORRUPT, name, ink_index_open(path, 0, &index, &err));
	set_metadata(&s[1], "inkstone.format", "");
	FAILS(INK_ESCHEMA, "has none", ink_index_open(path, 0, &index, &err));
	set_metadata(&s[1], "inkstone.format", "9");
	FAILS(INK_EFORMAT, name, ink_index_open(path, 0, &index, &err));
}

static void test_a_creation_that_broke_off_can_be_done_again(void **state)
{
	struct place *p = *state;
	ink_schema *s = every_field();
	char path[256];

	make_shards(p, path, sizeof path);
	ink_index_close(p->index);
	FAILS(INK_EEXISTS, "already", ink_index_create(path, s, 0, &p->index, &err));
	set_metadata(&p->servers[2], "inkstone.format", "");
	OK(ink_index_create(path, s, 0, &p->index, &err));
	fill(p->index, 3);
	ink_index_close(p->index);
	set_metadata(&p->servers[2], "inkstone.format", "");
	FAILS(INK_EEXISTS, "not empty", ink_index_create(path, s, 0, &p->index, &err));
	ink_schema_free(s);
}

/* A writer that is gone before it commits has changed nothing on any server. */
static void test_a_writer_that_is_killed_leaves_the_shards_as_they_were(void **state)
{
	struct place *p = *state;
	char path[256];
	int status;
	pid_t pid;

	make_shards(p, path, sizeof path);
	fill(p->index, 9);
	pid = fork();
	if (pid == 0) {
		ink_index *index;
		ink_writer *w;
		ink_doc *doc;

		OK(ink_index_open(path, 0, &index, &err));
		OK(ink_writer_open(index, &w, &err));
		for (char id = '0'; id <= '8'; id++) {
			doc = make_doc(index, (char[]){id, '\0'}, "changed", NULL);
			OK(ink_writer_update(w, doc, &err));
			ink_doc_free(doc);
		}
		add(w, index, "new", "ink", NULL);
		OK(ink_writer_delete(w, "1", 1, &err));
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(count(p->index, "ink"), 9);
	assert_int_equal(count(p->index, "changed"), 0);
	assert_int_equal(generation(p->index), 2);
}

/* A document that another program put there. */
static void add_foreign(const struct server *s)
{
	struct ik_xap_db *db;
	struct ik_xap_doc *doc;

	open_shard(s, &db);
	OK(ik_xap_doc_new(&doc, &err));
	OK(ik_xap_doc_add_posting(doc, "stone", 5, 1, 1, &err));
	OK(ik_xap_db_add_doc(db, doc, NULL, &err));
	OK(ik_xap_db_commit(db, &err));
	ik_xap_doc_free(doc);
	ik_xap_db_free(db);
}

static void test_what_is_behind_servers_without_a_schema(void **state)
{
	struct place *p = *state;
	char path[256];
	ink_index *index;
	ink_writer *w;

	on = &backends[2];
	new_path(p, "foreign", path, sizeof path);
	on = &backends[0];
	FAILS(INK_ENOTFOUND, "empty", ink_index_open(path, 0, &index, &err));
	for (int i = 0; i < N_SHARDS; i++)
		add_foreign(&p->servers[i]);
	OK(ink_index_open(path, 0, &index, &err));
	assert_int_equal(count(index, "stone"), N_SHARDS);
	FAILS(INK_EREADONLY, "another program", ink_writer_open(index, &w, &err));
	ink_index_close(index);
}

static void test_paths_that_name_no_servers(void **state)
{
	ink_index *index;

	(void)state;
	FAILS(INK_EINVAL, "timeout", ink_index_open("xapian+tcp://h:1?timeout=0", 0, &index, &err));
	FAILS(INK_EINVAL, "no value", ink_index_open("xapian+tcp://h:1?partial", 0, &index, &err));
	FAILS(INK_EINVAL, "HOST:PORT", ink_index_open("xapian+tcp://h", 0, &index, &err));
	FAILS(INK_EINVAL, "HOST:PORT", ink_index_open("xapian+tcp://h:99999", 0, &index, &err));
	FAILS(INK_EINVAL, "HOST:PORT", ink_index_open("xapian+tcp://h:1,", 0, &index, &err));
	FAILS(INK_EINVAL, "HOST:PORT", ink_index_open("xapian+tcp:h:1", 0, &index, &err));
}

#define IN_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_free)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_PLACE(test_a_commit_that_one_shard_alone_has_is_made_good_by_the_next),
		IN_PLACE(test_shards_that_do_not_belong_together_are_refused),
		IN_PLACE(test_a_creation_that_broke_off_can_be_done_again),
		IN_PLACE(test_a_writer_that_is_killed_leaves_the_shards_as_they_were),
		IN_PLACE(test_what_is_behind_servers_without_a_schema),
		cmocka_unit_test(test_paths_that_name_no_servers),
	};

	if (!servers_there()) {
		fprintf(stderr, "[  LEFT OUT ] no xapian-tcpsrv: install the package xapian-tools\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
