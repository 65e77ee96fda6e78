/*
 * backends.h - the backends that the tests of the public API run over, and
 * what these tests share: a folder of their own, an index with every type of
 * field, and calls that have to succeed or to fail.
 */
#ifndef TESTS_API_BACKENDS_H
#define TESTS_API_BACKENDS_H

#ifndef _XOPEN_SOURCE
# define _XOPEN_SOURCE 700 /* nftw(); so this header comes first */
# define _DEFAULT_SOURCE
#endif

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "inkstone.h"
#include "servers.h"

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
	return "leak:Weight::clone";
}

struct backend {
	const char *name;
	const char *prefix; /* of a path */
	int own_files;      /* a manifest and segments: tests change bytes of them */
	int remote;         /* shards behind servers: there are no folders of one's own */
};

static const struct backend backends[] = {
	{"native", "", 1, 0}, {"xapian", "xapian:", 0, 0}, {"xapian+tcp", "xapian+tcp:", 0, 1}};

#define N_SHARDS 3

/* The one in use, and the error of the last call. */
static const struct backend *on = &backends[0];
static ink_error err;

#define N_OF(array) (sizeof(array) / sizeof *(array))

/* A module that was not built is left out, aloud. */
static inline int is_there(const struct backend *b)
{
	ink_index *index = NULL;
	char path[64];
	int rc;

	snprintf(path, sizeof path, "%s/no/such/index", b->prefix);
	rc = ink_index_open(path, 0, &index, &err);
	ink_index_close(index);
	if (rc == INK_EUNSUPPORTED)
		fprintf(stderr, "[  LEFT OUT ] %s: %s\n", b->name, err.message);
	else if (b->remote && !servers_there())
		fprintf(stderr, "[  LEFT OUT ] %s: no xapian-tcpsrv: install the package "
		                "xapian-tools\n", b->name);
	return rc != INK_EUNSUPPORTED && (!b->remote || servers_there());
}

/* run_suite(): a suite once for each backend; the number of failures. */
#define SUITE(tests)                                                                  \
	static int run_suite(void)                                                    \
	{                                                                             \
		int bad_ = 0;                                                         \
		for (size_t b_ = 0; b_ < N_OF(backends); b_++) {                      \
			on = &backends[b_];                                           \
			if (!is_there(on))                                            \
				continue;                                             \
			bad_ += cmocka_run_group_tests_name(on->name, tests, NULL, NULL); \
		}                                                                     \
		return bad_;                                                          \
	}

#define RUN_SUITE(tests)                                                              \
	SUITE(tests)                                                                  \
	int main(void)                                                                \
	{                                                                             \
		return run_suite();                                                   \
	}

/* One line without a full stop; a '.' that stands alone is a character it speaks of. */
static inline int is_message(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && strchr(text, '\n') == NULL &&
	       (text[len - 1] != '.' || (len > 1 && text[len - 2] == ' '));
}

/* A call that succeeds. */
#define OK(call)                                                                      \
	do {                                                                          \
		int rc_ = (call);                                                     \
		if (rc_ != INK_OK)                                                    \
			fail_msg("%s: %s: %s", #call, ink_status_name(rc_), err.message); \
	} while (0)

/* A call that fails with a code and a message that holds a text. */
#define FAILS(want, text, call)                                                       \
	do {                                                                          \
		int rc_;                                                              \
		memset(&err, 0, sizeof err);                                          \
		rc_ = (call);                                                         \
		if (rc_ != (want))                                                    \
			fail_msg("%s: %s, not %s: %s", #call, ink_status_name(rc_),   \
			         ink_status_name(want), err.message);                 \
		assert_int_equal(err.code, (want));                                   \
		if (strstr(err.message, text) == NULL)                                \
			fail_msg("%s: the message is \"%s\", without \"%s\"", #call,  \
			         err.message, text);                                  \
		assert_true(is_message(err.message));                                 \
	} while (0)

/* A folder of a test, and the index in it. */
struct place {
	char dir[64];
	char path[256]; /* with the backend's prefix */
	ink_index *index;
	struct server servers[8 * N_SHARDS];
	size_t n_servers;
};

static inline int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/*
 * The path of an index that is not there yet, as ink_index_create() wants it:
 * a folder below the place's, or three servers of empty databases there.
 */
static inline void new_path(struct place *p, const char *name, char *path, size_t size)
{
	size_t at = (size_t)snprintf(path, size, "%s%s", on->prefix, on->remote ? "//" : "");
	char dir[128];

	if (!on->remote) {
		snprintf(path + at, size - at, "%s/%s", p->dir, name);
		return;
	}
	for (int i = 0; i < N_SHARDS; i++) {
		struct server *s = &p->servers[p->n_servers++];

		assert_true(p->n_servers <= N_OF(p->servers));
		snprintf(dir, sizeof dir, "%s/%s-%d", p->dir, name, i);
		assert_int_equal(server_start(s, dir), 0);
		at += (size_t)snprintf(path + at, size - at, "%s%s:%d", i > 0 ? "," : "", s->host,
		                       s->port);
	}
}

static inline void kill_servers(struct place *p)
{
	while (p->n_servers > 0)
		server_kill(&p->servers[--p->n_servers]);
}

static inline int place_make_at(void **state, const char *where)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	snprintf(p->dir, sizeof p->dir, "%s/inkstone-XXXXXX", where);
	if (mkdtemp(p->dir) == NULL)
		fail_msg("cannot make a folder in %s", where);
	new_path(p, "index", p->path, sizeof p->path);
	*state = p;
	return 0;
}

static inline int place_make(void **state)
{
	return place_make_at(state, "/tmp");
}

/* In memory where that can be had: syncs cost nothing there. */
static inline int place_make_in_memory(void **state)
{
	return place_make_at(state, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
}

static inline int place_free(void **state)
{
	struct place *p = *state;

	ink_index_close(p->index);
	kill_servers(p);
	nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(p);
	return 0;
}

/* Every type of field. */
static inline ink_schema *every_field(void)
{
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "title", INK_TEXT, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "tag", INK_KEYWORD, INK_MULTI | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "year", INK_I64, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "price", INK_F64, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "day", INK_DATE, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "raw", INK_BYTES, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "loose", INK_TEXT, INK_NO_POSITIONS, NULL, &err));
	return s;
}

/* A place with an empty index of these fields. */
static inline int index_make(void **state)
{
	ink_schema *s = every_field();
	struct place *p;

	place_make(state);
	p = *state;
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	return 0;
}

static inline void put(ink_doc *doc, const char *field, const char *text)
{
	OK(ink_doc_add_text(doc, field, text, strlen(text), &err));
}

/* A document; NULL leaves a field out. */
static inline ink_doc *make_doc(ink_index *index, const char *id, const char *title,
                                const char *body)
{
	ink_doc *doc;

	OK(ink_doc_new(index, &doc, &err));
	if (id != NULL)
		put(doc, "id", id);
	if (title != NULL)
		put(doc, "title", title);
	if (body != NULL)
		put(doc, "body", body);
	return doc;
}

static inline void add(ink_writer *w, ink_index *index, const char *id, const char *title,
                       const char *body)
{
	ink_doc *doc = make_doc(index, id, title, body);

	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
}

static inline ink_query *parse(ink_index *index, const char *text)
{
	ink_query *query;

	OK(ink_query_parse(index, text, strlen(text), 0, &query, &err));
	return query;
}

/* All bytes are as they should be; servers do not look. */
static inline void check_bytes(const char *path)
{
	if (on->remote)
		FAILS(INK_EUNSUPPORTED, "servers", ink_index_check(path, NULL, NULL, &err));
	else
		OK(ink_index_check(path, NULL, NULL, &err));
}

/* Run a query with an exact total. */
static inline ink_results *find(ink_reader *reader, ink_query *query)
{
	ink_results *results;
	ink_search *search;

	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_set_total(search, INK_TOTAL_EXACT, &err));
	OK(ink_search_run(search, &results, &err));
	ink_search_free(search);
	return results;
}

/* How many documents of the last commit match a query string. */
static inline uint64_t count(ink_index *index, const char *text)
{
	ink_query *query = parse(index, text);
	ink_results *results;
	ink_reader *reader;
	int32_t exact = 0;
	uint64_t n;

	OK(ink_reader_open(index, &reader, &err));
	results = find(reader, query);
	n = ink_results_total(results, &exact);
	assert_int_equal(exact, 1);
	ink_results_free(results);
	ink_reader_close(reader);
	ink_query_free(query);
	return n;
}

/* The stored id of hit `i`. */
static inline const char *id_of(ink_results *results, size_t i)
{
	const char *id;
	size_t len;

	OK(ink_results_stored(results, i, "id", &id, &len, &err));
	assert_int_equal(strlen(id), len);
	return id;
}

/* The only hit's snippet of a field, marked with [ and ]. */
static inline void check_snippet(ink_index *index, const char *text, const char *field,
                                 const char *want)
{
	ink_query *query = parse(index, text);
	ink_results *results;
	ink_reader *reader;
	ink_search *search;
	const char *snippet;
	size_t len;

	OK(ink_reader_open(index, &reader, &err));
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_add_snippet(search, field, 80, "[", "]", 0, &err));
	OK(ink_search_run(search, &results, &err));
	assert_int_equal(ink_results_len(results), 1);
	OK(ink_results_snippet(results, 0, field, &snippet, &len, &err));
	assert_string_equal(snippet, want);
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(query);
}

#endif
