/*
 * commits.h - commits whose content is a function of their number, so that
 * any process can tell which one an index holds, and whether it is that one
 * exactly. The number is stored in a document of its own.
 */
#ifndef FAULT_COMMITS_H
#define FAULT_COMMITS_H

#include "../api/backends.h"

#define KEYS 40
#define BULK 2000 /* documents that stay, so that merges take their time */

/* ---- what commit number c does ---- */

static inline uint32_t updates(uint32_t c)
{
	return 1 + c % 7;
}

static inline uint32_t updated(uint32_t c, uint32_t i)
{
	return (c * 11 + i * (1 + c % 5)) % KEYS;
}

static inline uint32_t deleted(uint32_t c)
{
	return (c * 17 + 3) % KEYS;
}

/* What the last two commits but one wrote is deleted by a query. */
static inline int deletes_by_query(uint32_t c)
{
	return c % 19 == 7;
}

/* What becomes the dictionary; and its number, if it does. */
static inline void words_of(uint32_t number, char out[32])
{
	snprintf(out, 32, "word%u 1\n", number);
}

static inline int sets_words(uint32_t c)
{
	return c % 11 == 3;
}

struct content {
	uint32_t of[KEYS]; /* the commit that wrote it; 0: not there */
	uint32_t words;    /* and the dictionary */
};

static inline void advance(struct content *content, uint32_t c)
{
	for (uint32_t i = 0; i < updates(c); i++)
		content->of[updated(c, i)] = c;
	content->of[deleted(c)] = 0;
	for (uint32_t k = 0; k < KEYS; k++)
		if (deletes_by_query(c) && (content->of[k] == c - 2 || content->of[k] == c - 3))
			content->of[k] = 0;
	if (sets_words(c))
		content->words = c;
}

/* ---- making it ---- */

static inline void fill(ink_index *index)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	for (uint32_t i = 0; i < BULK; i++) {
		char id[16], body[128];

		snprintf(id, sizeof id, "bulk%u", i);
		snprintf(body, sizeof body, "topic%u number%u and more of topic%u", i % 20, i,
		         i % 7);
		add(w, index, id, NULL, body);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static inline int put_version(ink_writer *w, ink_doc *doc, const char *id, uint32_t c)
{
	char body[128];
	int len = snprintf(body, sizeof body, "commit w%u w%u w%u", c, c % 10, c % 3);
	int rc;

	ink_doc_clear(doc);
	rc = ink_doc_add_text(doc, "id", id, strlen(id), &err);
	if (rc == 0)
		rc = ink_doc_add_i64(doc, "year", c, &err);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "body", body, (size_t)len, &err);
	return rc == 0 ? ink_writer_update(w, doc, &err) : rc;
}

static inline int delete_old(ink_index *index, ink_writer *w, uint32_t c)
{
	ink_query *query;
	char text[64];
	int rc;

	snprintf(text, sizeof text, "year:[%u TO %u]", c - 3, c - 2);
	rc = ink_query_parse(index, text, strlen(text), 0, &query, &err);
	if (rc != 0)
		return rc;
	rc = ink_writer_delete_query(w, query, NULL, &err);
	ink_query_free(query);
	return rc;
}

static inline int make_commit(ink_index *index, ink_writer *w, ink_doc *doc, uint32_t c)
{
	char id[16], words[32];
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < updates(c); i++) {
		snprintf(id, sizeof id, "k%u", updated(c, i));
		rc = put_version(w, doc, id, c);
		/* Half of a commit is on the disk, and then taken back. */
		if (rc == 0 && c % 13 == 5 && i == 0)
			rc = ink_writer_rollback(w, &err);
		if (rc == 0 && c % 13 == 5 && i == 0)
			rc = put_version(w, doc, id, c);
	}
	snprintf(id, sizeof id, "k%u", deleted(c));
	if (rc == 0)
		rc = ink_writer_delete(w, id, strlen(id), &err);
	if (rc == 0 && deletes_by_query(c))
		rc = delete_old(index, w, c);
	words_of(c, words);
	if (rc == 0 && sets_words(c))
		rc = ink_writer_set_dictionary(w, words, strlen(words), &err);
	if (rc == 0)
		rc = put_version(w, doc, "head", c);
	if (rc == 0)
		rc = c % 29 == 28 ? ink_writer_optimize(w, 1, NULL, NULL, &err)
		                  : ink_writer_commit(w, NULL, &err);
	return rc;
}

/* ---- looking ---- */

static inline int find_version(ink_reader *reader, const char *id, uint32_t *out)
{
	ink_doc *doc;
	uint64_t number;
	int64_t value;
	int rc = ink_reader_find(reader, id, strlen(id), &number, &err);

	*out = 0;
	if (rc == INK_ENOTFOUND)
		return 0;
	if (rc == 0)
		rc = ink_reader_doc(reader, number, &doc, &err);
	if (rc != 0)
		return rc;
	rc = ink_doc_i64(doc, 1, &value, &err);
	ink_doc_free(doc);
	*out = (uint32_t)value;
	return rc;
}

static inline int verify_words(ink_reader *reader, uint32_t number)
{
	const char *text;
	char want[32];
	size_t len;
	int rc = ink_reader_dictionary(reader, &text, &len, &err);

	words_of(number, want);
	if (rc == 0 && strcmp(text, number > 0 ? want : "") != 0) {
		snprintf(err.message, sizeof err.message, "the dictionary is not of commit %u",
		         number);
		return INK_EINTERNAL;
	}
	return rc;
}

/* Which commit is it, and is it that one exactly? 0, or an error in err. */
static inline int verify(ink_index *index, ink_reader *reader, uint32_t *head)
{
	struct content want = {{0}, 0};
	ink_stats stats = {.struct_size = sizeof stats};
	ink_results *results = NULL;
	ink_search *search = NULL;
	ink_query *query = NULL;
	uint32_t alive = 1;
	int rc = find_version(reader, "head", head);

	for (uint32_t c = 1; c <= *head; c++)
		advance(&want, c);
	for (uint32_t k = 0; rc == 0 && k < KEYS; k++) {
		char id[16];
		uint32_t c;

		snprintf(id, sizeof id, "k%u", k);
		rc = find_version(reader, id, &c);
		if (rc == 0 && c != want.of[k]) {
			snprintf(err.message, sizeof err.message,
			         "at commit %u %s is of commit %u, not %u", *head, id, c,
			         want.of[k]);
			return INK_EINTERNAL;
		}
		alive += c != 0;
	}
	if (rc == 0)
		rc = verify_words(reader, want.words);
	if (rc == 0)
		rc = ink_query_parse(index, "commit", 6, 0, &query, &err);
	if (rc == 0)
		rc = ink_search_new(reader, query, &search, &err);
	if (rc == 0)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, &err);
	if (rc == 0)
		rc = ink_search_run(search, &results, &err);
	if (rc == 0)
		rc = ink_reader_stats(reader, &stats, &err);
	if (rc == 0 && *head > 0 &&
	    (ink_results_total(results, NULL) != alive || stats.docs != alive + BULK)) {
		snprintf(err.message, sizeof err.message, "at commit %u a search finds %u of %u",
		         *head, (unsigned)ink_results_total(results, NULL), alive);
		rc = INK_EINTERNAL;
	}
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
	return rc;
}

#endif
