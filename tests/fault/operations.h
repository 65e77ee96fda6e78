/*
 * operations.h - everything that an application can ask of an index that
 * exists, each as a function that can be run again after it failed; and what
 * the index holds, so that before and after can be told apart.
 */
#ifndef FAULT_OPERATIONS_H
#define FAULT_OPERATIONS_H

#include "../api/backends.h"

#include "base/sum.h"

#define DOCS 400
#define HAN "\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\xe7\xb4\xa2"

/* Handles that an operation opens where they are missing, and leaves open. */
struct session {
	const char *path;
	size_t i; /* which of the operation's variants */
	ink_index *index;
	ink_writer *w;
	uint32_t sum; /* of all that was answered */
};

struct operation {
	const char *name;
	int (*run)(struct session *s);
	size_t n; /* variants */
};

static inline void session_close(struct session *s)
{
	ink_writer_close(s->w);
	ink_index_close(s->index);
	s->w = NULL;
	s->index = NULL;
}

static inline int need_index(struct session *s)
{
	s->sum = 0;
	return s->index != NULL ? 0 : ink_index_open(s->path, 0, &s->index, &err);
}

static inline int need_writer(struct session *s)
{
	int rc = need_index(s);

	if (rc != 0 || s->w != NULL)
		return rc;
	rc = ink_writer_open(s->index, &s->w, &err);
	if (rc == 0 && s->i % 2 == 1)
		rc = ink_writer_set_threads(s->w, 2, &err);
	return rc;
}

static inline void answer(struct session *s, const char *text, size_t len)
{
	s->sum = ik_crc32(s->sum, text, len);
}

/* ---- reading ---- */

static inline int run_open(struct session *s)
{
	ink_schema *schema = NULL;
	ink_reader *r = NULL;
	ink_stats stats = {.struct_size = sizeof stats};
	ink_doc *doc = NULL;
	const char *text;
	uint64_t number;
	size_t len;
	int rc = need_index(s);

	if (rc == 0)
		rc = ink_index_schema(s->index, &schema, &err);
	for (size_t i = 0; rc == 0 && i <= s->i; i++) {
		ink_reader_close(r);
		rc = ink_reader_open(s->index, &r, &err);
	}
	if (rc == 0)
		rc = ink_reader_stats(r, &stats, &err);
	if (rc == 0)
		rc = ink_reader_find(r, "d17", 3, &number, &err);
	if (rc == 0)
		rc = ink_reader_doc(r, number, &doc, &err);
	if (rc == 0)
		rc = ink_doc_text(doc, 0, &text, &len, &err);
	if (rc == 0)
		answer(s, text, len);
	if (rc == 0)
		rc = ink_reader_dictionary(r, &text, &len, &err);
	if (rc == 0)
		answer(s, text, len);
	answer(s, (const char *)&stats.docs, sizeof stats.docs);
	ink_doc_free(doc);
	ink_reader_close(r);
	ink_schema_free(schema);
	return rc;
}

static inline int run_check(struct session *s)
{
	return ink_index_check(s->path, NULL, NULL, &err);
}

static inline int run_terms(struct session *s)
{
	static const char *const fields[] = {"title", "body", "tag", "id"};
	ink_reader *r = NULL;
	ink_terms *terms = NULL;
	const char *text;
	size_t len;
	int rc = need_index(s);

	if (rc == 0)
		rc = ink_reader_open(s->index, &r, &err);
	if (rc == 0)
		rc = ink_terms_open(r, fields[s->i], 0, NULL, 0, &terms, &err);
	while (rc == 0 && (rc = ink_terms_next(terms, &err)) == 1) {
		text = ink_terms_text(terms, &len);
		answer(s, text, len);
		rc = 0;
	}
	ink_terms_close(terms);
	ink_reader_close(r);
	return rc;
}

static const char *const queries[] = {
	"ink", "ink stone", "+ink -stone", "\"ink stone\"", "\"ink paper\"~3", "sto*", "s?on*",
	"stene~1", "year>100", "year:[3 TO 90]", "tag:t1", "tag:[t1 TO t3]",
	"title:\xe5\x85\xa8\xe6\x96\x87", "\"\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\"",
	"(ink OR paper) AND NOT (stone^2 water)", "*:*", "loose:ink id:d7", "day>2001-01-01",
};

/* Everything that can be asked of one hit. */
static inline int look_at(struct session *s, ink_results *results, size_t i)
{
	const char *text;
	size_t len;
	ink_doc *doc = NULL;
	int rc = ink_results_snippet(results, i, "body", &text, &len, &err);

	if (rc == 0)
		answer(s, text, len);
	if (rc == 0)
		rc = ink_results_explain(results, i, &text, &len, &err);
	if (rc == 0)
		answer(s, text, len);
	if (rc == 0)
		rc = ink_results_cursor(results, i, &text, &len, &err);
	if (rc == 0)
		rc = ink_results_stored(results, i, "day", &text, &len, &err);
	if (rc == 0)
		answer(s, text, len);
	if (rc == 0)
		rc = ink_results_doc(results, i, &doc, &err);
	ink_doc_free(doc);
	return rc;
}

static inline int ask(ink_search *search, size_t i)
{
	static const double bounds[] = {0, 10, 100, 1000};
	static const char *const sorts[] = {"year", "tag", "price", "day"};
	int rc = ink_search_add_facet(search, "tag", 3, &err);

	if (rc == 0)
		rc = ink_search_add_range_facet(search, "year", bounds, 3, &err);
	if (rc == 0)
		rc = ink_search_add_snippet(search, "body", 20, "<", ">", INK_SNIPPET_HTML, &err);
	if (rc == 0 && i % 3 != 0)
		rc = ink_search_add_sort(search, sorts[i % 4], i % 4, &err);
	if (rc == 0 && i % 3 == 2)
		rc = ink_search_set_bm25(search, 1.2, 0.75, &err);
	if (rc == 0)
		rc = ink_search_set_timeout(search, 60000, &err);
	if (rc == 0)
		rc = ink_search_set_window(search, i % 5, 4, &err);
	return rc;
}

static inline int run_search(struct session *s)
{
	ink_query *query = NULL, *filter = NULL;
	ink_search *search = NULL;
	ink_results *results = NULL, *next = NULL;
	ink_reader *reader = NULL; /* of its own: readers keep memory for their next search */
	const char *text;
	size_t len;
	int rc = need_index(s);

	if (rc == 0)
		rc = ink_query_parse(s->index, queries[s->i], strlen(queries[s->i]), 0, &query,
		                     &err);
	if (rc == 0)
		rc = ink_query_parse(s->index, "year<350 -tag:t4", 16, 0, &filter, &err);
	if (rc == 0)
		rc = ink_reader_open(s->index, &reader, &err);
	if (rc == 0)
		rc = ink_search_new(reader, query, &search, &err);
	if (rc == 0)
		rc = ask(search, s->i);
	if (rc == 0 && s->i % 2 == 1)
		rc = ink_search_set_filter(search, filter, &err);
	if (rc == 0)
		rc = ink_search_run(search, &results, &err);
	for (size_t h = 0; rc == 0 && h < ink_results_len(results); h++)
		rc = look_at(s, results, h);
	if (rc == 0 && ink_results_len(results) > 0) {
		rc = ink_results_cursor(results, 0, &text, &len, &err);
		if (rc == 0)
			rc = ink_search_set_window(search, 0, 3, &err);
		if (rc == 0)
			rc = ink_search_set_after(search, text, len, &err);
		if (rc == 0)
			rc = ink_search_run(search, &next, &err);
		if (rc == 0 && ink_results_len(next) > 0)
			rc = look_at(s, next, 0);
	}
	ink_results_free(next);
	ink_results_free(results);
	ink_search_free(search);
	ink_reader_close(reader);
	ink_query_free(filter);
	ink_query_free(query);
	return rc;
}

/* ---- writing: each ends in a commit, and does not mind being done twice ---- */

static inline int commit_or(struct session *s, int rc)
{
	return rc == 0 ? ink_writer_commit(s->w, NULL, &err) : rc;
}

static inline int put_one(struct session *s, const char *id, int64_t year, int update)
{
	ink_doc *doc = NULL;
	int rc = ink_doc_new(s->index, &doc, &err);

	if (rc == 0)
		rc = ink_doc_add_text(doc, "id", id, strlen(id), &err);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "title", HAN, strlen(HAN), &err);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "body", "ink and a quill", 15, &err);
	if (rc == 0)
		rc = ink_doc_add_i64(doc, "year", year, &err);
	if (rc == 0)
		rc = update ? ink_writer_update(s->w, doc, &err) : ink_writer_add(s->w, doc, &err);
	ink_doc_free(doc);
	return rc == INK_EEXISTS ? 0 : rc;
}

static inline int run_add(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = put_one(s, "new", 1, 0);
	return commit_or(s, rc);
}

static inline int run_update(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = put_one(s, "d17", 5017, 1);
	if (rc == 0)
		rc = put_one(s, "d18", 5018, 1);
	return commit_or(s, rc);
}

static inline int run_delete(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = ink_writer_delete(s->w, "d17", 3, &err);
	return commit_or(s, rc);
}

static inline int run_delete_query(struct session *s)
{
	ink_query *query = NULL;
	uint64_t n;
	int rc = need_writer(s);

	if (rc == 0)
		rc = ink_query_parse(s->index, queries[s->i * 4], strlen(queries[s->i * 4]), 0,
		                     &query, &err);
	if (rc == 0)
		rc = ink_writer_delete_query(s->w, query, &n, &err);
	ink_query_free(query);
	return commit_or(s, rc);
}

static inline int run_rollback(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = put_one(s, "d17", 6017, 1);
	if (rc == 0)
		rc = ink_writer_rollback(s->w, &err);
	return commit_or(s, rc);
}

static inline int run_add_field(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = ink_writer_add_field(s->w, "extra", INK_TEXT, INK_STORED, NULL, &err);
	return commit_or(s, rc == INK_EEXISTS ? 0 : rc);
}

static inline int run_dictionary(struct session *s)
{
	static const char *const words[] = {"quillpot 10\n" HAN " 20\n", ""};
	int rc = need_writer(s);

	if (rc == 0)
		rc = ink_writer_set_dictionary(s->w, words[s->i], strlen(words[s->i]), &err);
	return commit_or(s, rc);
}

static inline int run_synonyms(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = ink_writer_set_synonyms(s->w, "quill, pen\n", 11, &err);
	return commit_or(s, rc);
}

static inline int run_optimize(struct session *s)
{
	int rc = need_writer(s);

	if (rc == 0)
		rc = put_one(s, "d17", 5017, 1);
	if (rc == 0)
		rc = ink_writer_optimize(s->w, 1 + (uint32_t)s->i, NULL, NULL, &err);
	return rc;
}

static const struct operation operations[] = {
	{"open", run_open, 2},
	{"check", run_check, 1},
	{"terms", run_terms, 4},
	{"search", run_search, N_OF(queries)},
	{"add", run_add, 2},
	{"update", run_update, 2},
	{"delete", run_delete, 1},
	{"delete by query", run_delete_query, 4},
	{"roll back", run_rollback, 2},
	{"add a field", run_add_field, 2},
	{"set the dictionary", run_dictionary, 2},
	{"set synonyms", run_synonyms, 2},
	{"optimize", run_optimize, 2},
};

/* ---- what an index holds ---- */

struct holding {
	uint64_t docs, ink;
	size_t fields, dictionary, synonyms;
	int64_t year; /* of d17; 0: it is not there */
};

static inline struct holding holding_of(const char *path)
{
	struct holding h;
	ink_index *index;
	ink_schema *schema;
	ink_reader *r;
	ink_stats stats = {.struct_size = sizeof stats};
	uint64_t number;
	const char *text;
	ink_doc *doc;

	memset(&h, 0, sizeof h);
	OK(ink_index_check(path, NULL, NULL, &err));
	OK(ink_index_open(path, 0, &index, &err));
	OK(ink_reader_open(index, &r, &err));
	OK(ink_reader_stats(r, &stats, &err));
	OK(ink_reader_dictionary(r, &text, &h.dictionary, &err));
	OK(ink_reader_synonyms(r, &text, &h.synonyms, &err));
	OK(ink_index_schema(index, &schema, &err));
	h.fields = ink_schema_len(schema);
	h.docs = stats.docs;
	h.ink = count(index, "ink");
	if (ink_reader_find(r, "d17", 3, &number, &err) == 0) {
		OK(ink_reader_doc(r, number, &doc, &err));
		for (size_t i = 0; i < ink_doc_len(doc); i++)
			(void)(ink_doc_i64(doc, i, &h.year, &err) == 0 && h.year != 0);
		ink_doc_free(doc);
	}
	ink_schema_free(schema);
	ink_reader_close(r);
	ink_index_close(index);
	return h;
}

#endif
