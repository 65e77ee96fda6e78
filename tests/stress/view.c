/* view.c - the reading side of a ledger. */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 500
#define HEAD "head"

/* ---- questions ---- */

int questions_make(struct questions *q, ink_index *index, ink_error *err)
{
	int rc = ink_query_all(&q->all, err);

	if (rc == 0)
		rc = ink_query_match("body", "boulder", 7, &q->synonym, err);
	for (uint32_t g = 0; rc == 0 && g < LEDGER_GROUPS; g++) {
		const char *name = ledger_group_name(g), *sign = ledger_group_sign(g),
		           *word = ledger_group_word(g);

		for (int way = BY_TERM; rc == 0 && way <= BY_FILTER; way++)
			rc = ink_query_term("group", name, strlen(name), &q->of[way][g], err);
		if (rc == 0)
			rc = ink_query_phrase("body", sign, strlen(sign), 0, &q->of[BY_SIGN][g],
			                      err);
		if (rc == 0)
			rc = ink_query_parse(index, word, strlen(word), 0, &q->of[BY_WORD][g],
			                     err);
	}
	return rc;
}

void questions_free(struct questions *q)
{
	ink_query_free(q->all);
	ink_query_free(q->synonym);
	for (int way = 0; way < LEDGER_WAYS; way++)
		for (uint32_t g = 0; g < LEDGER_GROUPS; g++)
			ink_query_free(q->of[way][g]);
	memset(q, 0, sizeof *q);
}

/* ---- counting ---- */

static int count(ink_reader *reader, const ink_query *query, const ink_query *filter,
                 uint64_t *total, ink_error *err)
{
	ink_results *results = NULL;
	ink_search *search = NULL;
	int rc = ink_search_new(reader, query, &search, err);

	if (rc == 0 && filter != NULL)
		rc = ink_search_set_filter(search, filter, err);
	if (rc == 0)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, err);
	if (rc == 0)
		rc = ink_search_run(search, &results, err);
	*total = rc == 0 ? ink_results_total(results, NULL) : 0;
	ink_results_free(results);
	ink_search_free(search);
	return rc;
}

static int take_facet(const ink_results *results, uint32_t of_group[LEDGER_GROUPS],
                      ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ink_results_facet_len(results, 0); i++) {
		const char *name;
		uint64_t n;
		size_t len;

		rc = ink_results_facet(results, 0, i, &name, &len, &n, err);
		for (uint32_t g = 0; rc == 0 && g < LEDGER_GROUPS; g++)
			if (strcmp(name, ledger_group_name(g)) == 0)
				of_group[g] = (uint32_t)n;
	}
	return rc;
}

static int count_by_facet(ink_reader *reader, const struct questions *q,
                          uint32_t of_group[LEDGER_GROUPS], ink_error *err)
{
	ink_results *results = NULL;
	ink_search *search = NULL;
	int rc = ink_search_new(reader, q->all, &search, err);

	if (rc == 0)
		rc = ink_search_add_facet(search, "group", LEDGER_GROUPS + 2, err);
	if (rc == 0)
		rc = ink_search_run(search, &results, err);
	if (rc == 0)
		rc = take_facet(results, of_group, err);
	ink_results_free(results);
	ink_search_free(search);
	return rc;
}

static int count_groups(ink_reader *reader, const struct questions *q, enum ledger_way way,
                        uint32_t of_group[LEDGER_GROUPS], ink_error *err)
{
	int rc = 0;

	memset(of_group, 0, LEDGER_GROUPS * sizeof *of_group);
	if (way == BY_FACET)
		return count_by_facet(reader, q, of_group, err);
	for (uint32_t g = 0; rc == 0 && g < LEDGER_GROUPS; g++) {
		const ink_query *query = q->of[way][g];
		uint64_t n;

		rc = way == BY_FILTER ? count(reader, q->all, query, &n, err)
		                      : count(reader, query, NULL, &n, err);
		of_group[g] = (uint32_t)n;
	}
	return rc;
}

int view_count(const struct view *v, const struct ledger *l, const struct questions *q,
               enum ledger_way way, ink_error *err)
{
	ink_stats stats = {.struct_size = sizeof stats};
	uint32_t of_group[LEDGER_GROUPS];
	uint64_t alike = 0;
	int rc = count_groups(v->reader, q, way, of_group, err);

	if (rc == 0)
		rc = ink_reader_stats(v->reader, &stats, err);
	if (rc == 0)
		rc = count(v->reader, q->synonym, NULL, &alike, err);
	if (rc != 0)
		return rc;
	for (uint32_t g = 0; g < LEDGER_GROUPS; g++)
		if (of_group[g] != v->of_group[g])
			return ledger_wrong(err, "commit %u, way %d: group %u has %u, not %u",
			                    v->commit, (int)way, g, of_group[g], v->of_group[g]);
	if (stats.docs != l->accounts + 1u)
		return ledger_wrong(err, "commit %u has %u documents, not %u", v->commit,
		                    (unsigned)stats.docs, l->accounts + 1);
	if (alike != (v->words != 0 ? v->of_group[0] : 0))
		return ledger_wrong(err, "commit %u: a synonym finds %u, not %u", v->commit,
		                    (unsigned)alike, v->words != 0 ? v->of_group[0] : 0);
	return 0;
}

/* ---- reading everything ---- */

/* The account of a hit, with its body as it should be; 1 for the document with the number. */
static int take_account(ink_results *results, size_t i, const struct ledger *l,
                        struct account *v, uint32_t *commit, ink_error *err)
{
	const char *id, *amount, *group, *body;
	char want[LEDGER_BODY_MAX];
	size_t len;
	uint32_t n, g = 0;
	int rc = ink_results_stored(results, i, "id", &id, &len, err);

	if (rc == 0)
		rc = ink_results_stored(results, i, "amount", &amount, &len, err);
	if (rc == 0 && strcmp(id, HEAD) == 0) {
		*commit = (uint32_t)strtoul(amount, NULL, 10);
		return 1;
	}
	if (rc == 0)
		rc = ink_results_stored(results, i, "group", &group, &len, err);
	if (rc == 0)
		rc = ink_results_stored(results, i, "body", &body, &len, err);
	if (rc != 0)
		return rc;
	n = (uint32_t)strtoul(id + 1, NULL, 10);
	while (g < LEDGER_GROUPS && strcmp(group, ledger_group_name(g)) != 0)
		g++;
	if (id[0] != 'a' || n >= 2 * l->accounts || g == LEDGER_GROUPS || v[n].alive)
		return ledger_wrong(err, "there should be no document \"%s\" of \"%s\"", id, group);
	v[n] = (struct account){1, (uint8_t)g, (int32_t)strtol(amount, NULL, 10)};
	if (ledger_body(l, n, g, v[n].amount, want) != len || memcmp(want, body, len) != 0)
		return ledger_wrong(err, "\"%s\" has another body", id);
	return 0;
}

/* The next page of them, in document order; how many, or an error. */
static int take_page(ink_search *search, const struct ledger *l, struct account *v,
                     uint32_t *commit, ink_error *err)
{
	ink_results *results = NULL;
	const char *cursor;
	size_t len, n = 0;
	int rc = ink_search_run(search, &results, err);

	if (rc == 0)
		n = ink_results_len(results);
	for (size_t i = 0; rc >= 0 && i < n; i++)
		rc = take_account(results, i, l, v, commit, err);
	if (rc >= 0 && n > 0)
		rc = ink_results_cursor(results, n - 1, &cursor, &len, err);
	if (rc == 0 && n > 0)
		rc = ink_search_set_after(search, cursor, len, err);
	ink_results_free(results);
	return rc < 0 ? rc : (int)n;
}

static int take_words(ink_reader *reader, uint32_t *words, ink_error *err)
{
	const char *dictionary, *synonyms;
	size_t len;
	int rc = ink_reader_dictionary(reader, &dictionary, &len, err);

	if (rc == 0)
		rc = ink_reader_synonyms(reader, &synonyms, &len, err);
	if (rc != 0)
		return rc;
	*words = dictionary[0] == '#' ? (uint32_t)strtoul(dictionary + 1, NULL, 10) : 0;
	if (*words != (synonyms[0] == '#' ? (uint32_t)strtoul(synonyms + 1, NULL, 10) : 0))
		return ledger_wrong(err, "the dictionary is of commit %u, the synonyms are not",
		                    *words);
	return 0;
}

int view_load(ink_reader *reader, const struct ledger *l, struct account *v, uint32_t *commit,
              uint32_t *words, ink_error *err)
{
	ink_search *search = NULL;
	ink_query *all = NULL;
	int rc = ink_query_all(&all, err);

	*commit = 0;
	memset(v, 0, 2 * (size_t)l->accounts * sizeof *v);
	if (rc == 0)
		rc = ink_search_new(reader, all, &search, err);
	if (rc == 0)
		rc = ink_search_set_window(search, 0, PAGE, err);
	if (rc == 0)
		while ((rc = take_page(search, l, v, commit, err)) > 0)
			;
	if (rc == 0)
		rc = take_words(reader, words, err);
	ink_search_free(search);
	ink_query_free(all);
	return rc;
}

int view_read(const struct view *v, const struct ledger *l, ink_error *err)
{
	struct account *accounts = calloc(2 * (size_t)l->accounts, sizeof *accounts);
	uint32_t commit, words;
	uint64_t digest = 0;
	int64_t sum = 0;
	int rc = accounts == NULL ? INK_ENOMEM
	                          : view_load(v->reader, l, accounts, &commit, &words, err);

	for (uint32_t i = 0; rc == 0 && i < 2 * l->accounts; i++)
		if (accounts[i].alive) {
			digest += ledger_digest(i, accounts[i].group, accounts[i].amount);
			sum += accounts[i].amount;
		}
	free(accounts);
	if (rc != 0)
		return rc;
	if (commit != v->commit || words != v->words || digest != v->digest)
		return ledger_wrong(err, "commit %u (words %u) reads as commit %u (words %u)%s",
		                    v->commit, v->words, commit, words,
		                    digest != v->digest ? ", with other accounts" : "");
	if (sum != (int64_t)l->accounts * LEDGER_AMOUNT)
		return ledger_wrong(err, "commit %u: amounts add up to %lld", v->commit,
		                    (long long)sum);
	return 0;
}

/* ---- opening ---- */

static int head_of(ink_reader *reader, uint32_t *commit, ink_error *err)
{
	ink_doc *doc = NULL;
	uint64_t number;
	int64_t value = 0;
	int rc = ink_reader_find(reader, HEAD, strlen(HEAD), &number, err);

	if (rc == 0)
		rc = ink_reader_doc(reader, number, &doc, err);
	if (rc == 0)
		rc = ink_doc_i64(doc, 1, &value, err);
	ink_doc_free(doc);
	*commit = (uint32_t)value;
	return rc;
}

/* What is noted of a commit; 0 when the note is for another one by now. */
static int get_note(const struct ledger *l, struct view *v)
{
	const struct ledger_note *n = &l->notes[v->commit % LEDGER_NOTES];

	if (atomic_load(&n->commit) != v->commit)
		return 0;
	for (uint32_t g = 0; g < LEDGER_GROUPS; g++)
		v->of_group[g] = atomic_load(&n->of_group[g]);
	v->words = atomic_load(&n->words);
	v->digest = atomic_load(&n->digest);
	return atomic_load(&n->commit) == v->commit;
}

int view_open(struct view *v, struct ledger *l, ink_index *index, const struct questions *q,
              ink_error *err)
{
	uint32_t told = atomic_load(&l->told);
	int rc;

	memset(v, 0, sizeof *v);
	rc = ink_reader_open(index, &v->reader, err);
	if (rc == 0)
		rc = head_of(v->reader, &v->commit, err);
	if (rc == 0 && v->commit < told)
		rc = ledger_wrong(err, "commit %u is there, %u was told of", v->commit, told);
	if (rc == 0 && !get_note(l, v))
		rc = ledger_wrong(err, "commit %u has no note", v->commit);
	if (rc == 0)
		rc = view_count(v, l, q, BY_FACET, err);
	if (rc != 0)
		view_close(v);
	return rc;
}

void view_close(struct view *v)
{
	ink_reader_close(v->reader);
	memset(v, 0, sizeof *v);
}
