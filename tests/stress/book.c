/* book.c - the writing side of a ledger. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 20
#define GHOSTS 7
#define HEAD "head"

static uint32_t below(struct book *b, uint32_t n)
{
	return gen_below(&b->gen, n);
}

/* A random account that is there, or that is not. */
static uint32_t pick(struct book *b, int alive)
{
	uint32_t i;

	do
		i = below(b, 2 * b->ledger->accounts);
	while (b->v[i].alive != alive);
	return i;
}

/* ---- documents ---- */

static int put_text(ink_doc *doc, const char *field, const char *text, ink_error *err)
{
	return ink_doc_add_text(doc, field, text, strlen(text), err);
}

static int fill(struct book *b, const char *id, int64_t amount, const char *group,
                ink_error *err)
{
	char note[24];
	int rc;

	ink_doc_clear(b->doc);
	rc = put_text(b->doc, "id", id, err);
	if (rc == 0)
		rc = ink_doc_add_i64(b->doc, "amount", amount, err);
	if (rc == 0)
		rc = put_text(b->doc, "group", group, err);
	snprintf(note, sizeof note, "note%u", b->fields);
	if (rc == 0 && b->fields > 0)
		rc = put_text(b->doc, note, "written on the margin", err);
	return rc;
}

static int fill_account(struct book *b, const char *prefix, uint32_t i, uint32_t group,
                        int64_t amount, ink_error *err)
{
	char id[24], body[LEDGER_BODY_MAX];
	size_t len = ledger_body(b->ledger, i, group, amount, body);
	int rc;

	snprintf(id, sizeof id, "%s%u", prefix, i);
	rc = fill(b, id, amount, ledger_group_name(group), err);
	return rc == 0 ? ink_doc_add_text(b->doc, "body", body, len, err) : rc;
}

static int put_account(struct book *b, uint32_t i, int is_new, ink_error *err)
{
	const struct account *a = &b->v[i];
	int rc = fill_account(b, "a", i, a->group, a->amount, err);

	if (rc != 0)
		return rc;
	return is_new ? ink_writer_add(b->writer, b->doc, err)
	              : ink_writer_update(b->writer, b->doc, err);
}

static int delete_account(struct book *b, uint32_t i, ink_error *err)
{
	char id[24];

	snprintf(id, sizeof id, "a%u", i);
	return ink_writer_delete(b->writer, id, strlen(id), err);
}

/* ---- moves ---- */

static int move_amount(struct book *b, ink_error *err)
{
	uint32_t from = pick(b, 1), to = pick(b, 1);
	int32_t amount = (int32_t)below(b, LEDGER_AMOUNT);
	int rc;

	b->v[from].amount -= amount;
	b->v[to].amount += amount;
	b->v[from].group = (uint8_t)below(b, LEDGER_GROUPS);
	rc = put_account(b, from, 0, err);
	return rc == 0 ? put_account(b, to, 0, err) : rc;
}

/* One account goes, and another one has what it had. */
static int move_account(struct book *b, ink_error *err)
{
	uint32_t from = pick(b, 1), to = pick(b, 0);
	int rc = delete_account(b, from, err);

	b->v[to] = b->v[from];
	b->v[from].alive = 0;
	return rc == 0 ? put_account(b, to, 1, err) : rc;
}

int book_moves(struct book *b, uint32_t n, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = below(b, 3) == 0 ? move_account(b, err) : move_amount(b, err);
	return rc;
}

int book_wasted(struct book *b, ink_error *err)
{
	size_t bytes = 2 * (size_t)b->ledger->accounts * sizeof *b->v;
	struct account *saved = malloc(bytes);
	uint32_t fields = b->fields, words = b->words;
	int rc;

	if (saved == NULL)
		return INK_ENOMEM;
	memcpy(saved, b->v, bytes);
	rc = book_moves(b, 1 + below(b, 40), err);
	if (rc == 0 && below(b, 4) == 0)
		rc = book_set_words(b, err);
	if (rc == 0 && below(b, 4) == 0 && fields < FIELDS_MAX)
		rc = book_add_field(b, err);
	if (rc == 0)
		rc = ink_writer_rollback(b->writer, err);
	memcpy(b->v, saved, bytes);
	free(saved);
	b->words = words;
	if (b->fields != fields) {
		b->fields = fields;
		ink_doc_free(b->doc);
		b->doc = NULL;
		if (rc == 0)
			rc = ink_doc_new(b->index, &b->doc, err);
	}
	return rc;
}

int book_ghosts(struct book *b, ink_error *err)
{
	ink_query *query = NULL;
	uint64_t deleted = 0;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < GHOSTS; i++) {
		rc = fill_account(b, "g", i, LEDGER_GROUPS, 0, err);
		if (rc == 0)
			rc = ink_writer_add(b->writer, b->doc, err);
	}
	if (rc == 0)
		rc = ink_query_term("group", ledger_group_name(LEDGER_GROUPS), 5, &query, err);
	if (rc == 0)
		rc = ink_writer_delete_query(b->writer, query, &deleted, err);
	ink_query_free(query);
	if (rc == 0 && deleted != GHOSTS)
		rc = ledger_wrong(err, "%u of %d ghosts were deleted", (unsigned)deleted, GHOSTS);
	return rc;
}

/* ---- words and fields ---- */

int book_set_words(struct book *b, ink_error *err)
{
	uint32_t c = b->commit + 1;
	char text[200];
	int rc;

	if (b->words != 0 && below(b, 4) == 0) {
		b->words = 0;
		rc = ink_writer_set_dictionary(b->writer, NULL, 0, err);
		return rc == 0 ? ink_writer_set_synonyms(b->writer, NULL, 0, err) : rc;
	}
	b->words = c;
	snprintf(text, sizeof text, "# %u\n硯台架\t%u\nw1 w%u\n36氪\nNode.js\n", c, 1 + c % 9,
	         c % 50);
	rc = ink_writer_set_dictionary(b->writer, text, strlen(text), err);
	snprintf(text, sizeof text, "# %u\nboulder => granite\ncobalt%u, w7\n", c, c);
	return rc == 0 ? ink_writer_set_synonyms(b->writer, text, strlen(text), err) : rc;
}

int book_add_field(struct book *b, ink_error *err)
{
	char name[24];
	int rc;

	snprintf(name, sizeof name, "note%u", b->fields + 1);
	rc = ink_writer_add_field(b->writer, name, INK_TEXT, 0,
	                          b->fields % 2 == 0 ? NULL : "word | fold | stem:en", err);
	if (rc != 0)
		return rc;
	b->fields++;
	ink_doc_free(b->doc);
	b->doc = NULL;
	return ink_doc_new(b->index, &b->doc, err);
}

/* ---- commits ---- */

static void note(struct book *b, uint32_t c)
{
	struct ledger_note *n = &b->ledger->notes[c % LEDGER_NOTES];
	uint32_t of_group[LEDGER_GROUPS] = {0};
	uint64_t digest = 0;

	for (uint32_t i = 0; i < 2 * b->ledger->accounts; i++)
		if (b->v[i].alive) {
			of_group[b->v[i].group]++;
			digest += ledger_digest(i, b->v[i].group, b->v[i].amount);
		}
	/* Who reads it looks at the number before and behind. */
	atomic_store(&n->commit, 0);
	for (uint32_t g = 0; g < LEDGER_GROUPS; g++)
		atomic_store(&n->of_group[g], of_group[g]);
	atomic_store(&n->digest, digest);
	atomic_store(&n->words, b->words);
	atomic_store(&n->commit, c);
}

int book_commit(struct book *b, uint32_t segments, ink_progress_fn fn, void *user,
                ink_error *err)
{
	uint32_t c = b->commit + 1;
	int rc = fill(b, HEAD, c, HEAD, err);

	if (rc == 0)
		rc = ink_writer_update(b->writer, b->doc, err);
	note(b, c);
	if (rc == 0 && segments > 0)
		rc = ink_writer_optimize(b->writer, segments, fn, user, err);
	else if (rc == 0)
		rc = ink_writer_commit(b->writer, NULL, err);
	/* A merge that was canceled comes after a commit. */
	if (rc == INK_ECANCELED && fn != NULL)
		rc = 0;
	if (rc == 0) {
		b->commit = c;
		atomic_store(&b->ledger->told, c);
	}
	return rc;
}

int book_step(struct book *b, ink_progress_fn fn, void *user, ink_error *err)
{
	/* Optimizing takes as long as there are accounts. */
	uint32_t segments = below(b, 16 + b->ledger->accounts / 100) == 0 ? 1 + below(b, 4) : 0;
	uint32_t moves = below(b, 16) == 0 ? 1 + below(b, b->ledger->accounts / 8)
	                                   : 1 + below(b, 30);
	int rc = 0;

	if (below(b, 8) == 0)
		rc = book_wasted(b, err);
	if (rc == 0 && below(b, 16) == 0)
		rc = book_set_words(b, err);
	if (rc == 0 && below(b, 32) == 0 && b->fields < FIELDS_MAX)
		rc = book_add_field(b, err);
	if (rc == 0 && below(b, 4) == 0)
		rc = book_ghosts(b, err);
	if (rc == 0)
		rc = book_moves(b, moves, err);
	if (rc == 0)
		rc = book_commit(b, segments, fn, user, err);
	return rc;
}

static int first_commit(struct book *b, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < b->ledger->accounts; i++) {
		b->v[i] = (struct account){1, (uint8_t)(i % LEDGER_GROUPS), LEDGER_AMOUNT};
		rc = put_account(b, i, 1, err);
	}
	return rc == 0 ? book_commit(b, 0, NULL, NULL, err) : rc;
}

/* ---- opening ---- */

int book_take_writer(struct book *b, ink_error *err)
{
	int rc = ink_writer_open(b->index, &b->writer, err);

	if (rc == 0)
		rc = ink_writer_set_memory(b->writer, BOOK_MEMORY, err);
	if (rc == 0)
		rc = ink_writer_set_threads(b->writer, 1 + below(b, 4), err);
	if (rc == 0)
		rc = ink_writer_set_reorder(b->writer, (int32_t)below(b, 3), err);
	return rc;
}

void book_drop_writer(struct book *b)
{
	ink_writer_close(b->writer);
	b->writer = NULL;
}

/* Fields that were added before; the schema has four of its own. */
static int count_fields(struct book *b, ink_error *err)
{
	ink_schema *schema;
	int rc = ink_index_schema(b->index, &schema, err);

	if (rc == 0)
		b->fields = (uint32_t)ink_schema_len(schema) - 4;
	if (rc == 0)
		ink_schema_free(schema);
	return rc;
}

int book_open(struct book *b, struct ledger *l, ink_index *index, uint64_t seed, ink_error *err)
{
	ink_reader *reader = NULL;
	int rc;

	memset(b, 0, sizeof *b);
	b->ledger = l;
	b->index = index;
	b->gen.state = seed;
	b->v = calloc(2 * (size_t)l->accounts, sizeof *b->v);
	rc = b->v == NULL ? INK_ENOMEM : book_take_writer(b, err);
	if (rc == 0)
		rc = count_fields(b, err);
	if (rc == 0)
		rc = ink_doc_new(index, &b->doc, err);
	if (rc == 0)
		rc = ink_reader_open(index, &reader, err);
	if (rc == 0)
		rc = view_load(reader, l, b->v, &b->commit, &b->words, err);
	ink_reader_close(reader);
	if (rc == 0 && b->commit == 0)
		return first_commit(b, err);
	/* One that was made and not told of, by a process that died, is told of now. */
	if (rc == 0)
		atomic_store(&l->told, b->commit);
	return rc;
}

void book_close(struct book *b)
{
	ink_doc_free(b->doc);
	ink_writer_close(b->writer);
	free(b->v);
	memset(b, 0, sizeof *b);
}
