/*
 * inkstone.c - driver: Inkstone through its public interface.
 *
 * Part of: bench/peers. A folder may have the prefix of a backend. Xapian keeps
 * in memory what is not committed, about five times its text, so there the
 * driver commits whenever that reaches the budget.
 */
#include "peer.h"

#include <string.h>

#include "inkstone.h"

static const unsigned PENDING_PER_TEXT_BYTE = 5;

static ink_index *index_;
static ink_reader *reader;

static void check(int code, const ink_error *err)
{
	if (code < 0)
		peer_die("%s: %s", ink_status_name(code), err->message);
}

/* ---- indexing ---- */

static ink_index *create(const struct peer_job *job)
{
	int stored = strcmp(job->analysis, "stored") == 0;
	int plain = stored || strcmp(job->analysis, "whitespace") == 0;
	int text = stored || strcmp(job->analysis, "default-stored") == 0;
	ink_schema *schema;
	ink_index *index;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_set_bm25(schema, 1.2, 0.75, &err), &err);
	check(ink_schema_add_field(schema, "id", INK_KEYWORD,
	                           INK_STORED | (stored ? INK_KEY : 0u), NULL, &err),
	      &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, text ? INK_STORED : 0u,
	                           plain ? "whitespace" : NULL, &err),
	      &err);
	check(ink_index_create(job->dir, schema, 0, &index, &err), &err);
	ink_schema_free(schema);
	return index;
}

void engine_index(const struct peer_job *job)
{
	ink_index *index = create(job);
	ink_writer *writer;
	ink_doc *doc;
	int to_xapian = strncmp(job->dir, "xapian:", 7) == 0;
	uint64_t pending = 0;
	struct peer_doc in;
	ink_error err;

	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_writer_set_memory(writer, job->budget, &err), &err);
	check(ink_writer_set_threads(writer, job->threads, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	while (peer_next_doc(&in)) {
		ink_doc_clear(doc);
		check(ink_doc_add_text(doc, "id", in.key, in.key_len, &err), &err);
		check(ink_doc_add_text(doc, "body", in.text, in.text_len, &err), &err);
		check(ink_writer_add(writer, doc, &err), &err);
		pending += in.text_len * PENDING_PER_TEXT_BYTE;
		if (to_xapian && pending > job->budget) {
			check(ink_writer_commit(writer, NULL, &err), &err);
			pending = 0;
		}
	}
	check(ink_writer_optimize(writer, 1, NULL, NULL, &err), &err);
	ink_doc_free(doc);
	ink_writer_close(writer);
	ink_index_close(index);
}

/* ---- searching ---- */

void engine_open(const char *dir, const char *analysis)
{
	ink_error err;

	(void)analysis; /* the schema has it */
	check(ink_index_open(dir, INK_OPEN_READONLY, &index_, &err), &err);
	check(ink_reader_open(index_, &reader, &err), &err);
}

int64_t engine_run(const struct peer_query *q)
{
	ink_query *query;
	ink_search *search;
	ink_results *results;
	int32_t exact;
	int64_t hits;
	ink_error err;

	check(ink_query_parse(index_, q->text, q->len, 0, &query, &err), &err);
	check(ink_search_new(reader, query, &search, &err), &err);
	check(ink_search_set_window(search, 0, q->limit, &err), &err);
	if (q->exact)
		check(ink_search_set_total(search, INK_TOTAL_EXACT, &err), &err);
	check(ink_search_run(search, &results, &err), &err);
	hits = (int64_t)ink_results_total(results, &exact);
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
	return q->exact ? hits : PEER_NOT_COUNTED;
}

static int fetch(const char *key, size_t len)
{
	uint64_t number;
	ink_doc *doc;
	ink_error err;

	if (ink_reader_find(reader, key, len, &number, &err) < 0)
		return 0;
	check(ink_reader_doc(reader, number, &doc, &err), &err);
	ink_doc_free(doc);
	return 1;
}

int (*const engine_fetch)(const char *key, size_t len) = fetch;
