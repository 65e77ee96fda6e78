/*
 * words.h - what the tests of dictionaries and synonyms share: setting them,
 * and asking what is found.
 */
#ifndef API_WORDS_H
#define API_WORDS_H

#include "backends.h"

static inline void set_dictionary(ink_index *index, const char *text)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_set_dictionary(w, text, strlen(text), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static inline void set_synonyms(ink_index *index, const char *text)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_set_synonyms(w, text, strlen(text), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

/* Documents named a, b, c ... with these bodies. */
static inline void add_bodies(ink_index *index, char first, const char *const *bodies, size_t n)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	for (size_t i = 0; i < n; i++) {
		char id[2] = {(char)(first + (int)i), '\0'};

		add(w, index, id, NULL, bodies[i]);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

struct answer {
	ink_reader *reader;
	ink_query *query;
	ink_search *search;
	ink_results *results;
	char ids[64]; /* in order of the score */
};

static inline void ask(struct answer *a, ink_index *index, const char *text, uint32_t flags)
{
	memset(a, 0, sizeof *a);
	OK(ink_reader_open(index, &a->reader, &err));
	OK(ink_query_parse(index, text, strlen(text), flags, &a->query, &err));
	OK(ink_search_new(a->reader, a->query, &a->search, &err));
	OK(ink_search_add_snippet(a->search, "body", 0, "[", "]", 0, &err));
	OK(ink_search_run(a->search, &a->results, &err));
	for (size_t i = 0; i < ink_results_len(a->results); i++)
		strcat(a->ids, id_of(a->results, i));
}

static inline void done(struct answer *a)
{
	ink_results_free(a->results);
	ink_search_free(a->search);
	ink_query_free(a->query);
	ink_reader_close(a->reader);
}

static inline int by_char(const void *x, const void *y)
{
	return *(const char *)x - *(const char *)y;
}

/* The documents that a query finds, in the order of their names. */
static inline const char *found(ink_index *index, const char *text)
{
	static char ids[64];
	struct answer a;

	ask(&a, index, text, 0);
	strcpy(ids, a.ids);
	qsort(ids, strlen(ids), 1, by_char);
	done(&a);
	return ids;
}

static inline const char *marked(ink_index *index, const char *text, size_t hit)
{
	static char out[256];
	const char *snippet;
	struct answer a;
	size_t len;

	ask(&a, index, text, 0);
	OK(ink_results_snippet(a.results, hit, "body", &snippet, &len, &err));
	assert_true(len < sizeof out);
	strcpy(out, snippet);
	done(&a);
	return out;
}

static inline double score(const struct answer *a, char id)
{
	const char *at = strchr(a->ids, id);
	ink_hit hit;

	assert_non_null(at);
	OK(ink_results_hit(a->results, (size_t)(at - a->ids), &hit, &err));
	return hit.score;
}

/* What the last commit has, by ink_reader_dictionary() or ink_reader_synonyms(). */
static inline const char *text_of(ink_index *index,
                           int (*fn)(const ink_reader *, const char **, size_t *, ink_error *))
{
	static char out[200];
	const char *text;
	ink_reader *r;
	size_t len;

	OK(ink_reader_open(index, &r, &err));
	OK(fn(r, &text, &len, &err));
	assert_int_equal(strlen(text), len);
	strcpy(out, text);
	ink_reader_close(r);
	return out;
}

static inline const char *dictionary_of(ink_index *index)
{
	return text_of(index, ink_reader_dictionary);
}

static inline const char *synonyms_of(ink_index *index)
{
	return text_of(index, ink_reader_synonyms);
}

/* What a backend without words says; 0 when it has them. */
static inline int is_left_out(const struct place *p)
{
	ink_writer *w;

	if (on->own_files)
		return 0;
	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_EUNSUPPORTED, "no dictionary", ink_writer_set_dictionary(w, "x", 1, &err));
	FAILS(INK_EUNSUPPORTED, "no synonyms", ink_writer_set_synonyms(w, "x,y", 3, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "");
	return 1;
}

#endif
