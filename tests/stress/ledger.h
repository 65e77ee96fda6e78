/*
 * ledger.h - an index whose every commit can be told right from wrong.
 *
 * Its documents are accounts: a key, an amount, a group. Each commit moves
 * amounts between accounts and accounts between groups, so that the number
 * of accounts and the sum of their amounts stay as they are. What a commit
 * holds is noted before it is made, under its number, which one more
 * document carries. So whoever shares the notes, in a thread or through a
 * shared mapping, can check a view to the last byte.
 *
 * ledger.c has the rules, book.c writes, view.c reads. Nothing here uses
 * cmocka: it runs in threads and processes that cannot. Functions return 0
 * or a negative INK_E* code with a message in *err; INK_EINTERNAL means that
 * the index is wrong.
 */
#ifndef TESTS_STRESS_LEDGER_H
#define TESTS_STRESS_LEDGER_H

#include <stdatomic.h>

#include "../support/gen.h"
#include "inkstone.h"

#define LEDGER_GROUPS 4
#define LEDGER_NOTES 4096   /* kept, of the last commits */
#define LEDGER_AMOUNT 1000  /* of each account on average */
#define LEDGER_BODY_MAX 4096
#define BOOK_MEMORY (8u << 20) /* of the writer */

/* What a commit holds. */
struct ledger_note {
	_Atomic uint32_t commit;
	_Atomic uint32_t words; /* the commit that set dictionary and synonyms; 0: there are none */
	_Atomic uint32_t of_group[LEDGER_GROUPS];
	_Atomic uint64_t digest;
};

struct ledger {
	uint32_t accounts; /* in each commit */
	uint32_t text;     /* bytes of the body of each, about */
	_Atomic uint32_t told; /* the last commit that was acknowledged */
	struct ledger_note notes[LEDGER_NOTES];
};

struct account {
	uint8_t alive, group;
	int32_t amount;
};

/* ---- the rules ---- */

int ledger_wrong(ink_error *err, const char *format, ...); /* INK_EINTERNAL */

const char *ledger_group_name(uint32_t group);
const char *ledger_group_word(uint32_t group); /* is in the body of each account of it */
const char *ledger_group_sign(uint32_t group); /* the same in Chinese, as users type it */
uint64_t ledger_digest(uint32_t id, uint32_t group, int64_t amount); /* summed over accounts */
size_t ledger_body(const struct ledger *l, uint32_t id, uint32_t group, int64_t amount,
                   char out[LEDGER_BODY_MAX]);

/* An empty index at a path. */
int ledger_create(const char *path, ink_index **out, ink_error *err);

/* ---- the writing side; for one thread ---- */

struct book {
	struct ledger *ledger;
	ink_index *index;   /* the caller's */
	ink_writer *writer;
	ink_doc *doc;
	struct account *v;  /* 2 * ledger->accounts, half of them alive */
	struct gen gen;
	uint32_t commit;    /* the last one */
	uint32_t words;     /* set in which one */
	uint32_t fields;    /* added so far */
};

/* Load what is there; the first commit is made when there is nothing. */
int book_open(struct book *b, struct ledger *l, ink_index *index, uint64_t seed, ink_error *err);
void book_close(struct book *b);

/* Open a writer with random settings; INK_ELOCKED as it is. */
int book_take_writer(struct book *b, ink_error *err);
void book_drop_writer(struct book *b); /* what was not committed is forgotten */

int book_moves(struct book *b, uint32_t n, ink_error *err);
int book_ghosts(struct book *b, ink_error *err);   /* documents that come and go within a commit */
int book_wasted(struct book *b, ink_error *err);   /* moves that are rolled back */
int book_set_words(struct book *b, ink_error *err);
int book_add_field(struct book *b, ink_error *err);

/* Commit, by optimizing when `segments` is not 0; a callback may then cancel the merge. */
int book_commit(struct book *b, uint32_t segments, ink_progress_fn fn, void *user,
                ink_error *err);

/* A commit with some of all that, at random. */
int book_step(struct book *b, ink_progress_fn fn, void *user, ink_error *err);

/* ---- the reading side ---- */

enum ledger_way { BY_FACET, BY_TERM, BY_FILTER, BY_SIGN, BY_WORD, LEDGER_WAYS };

/* Queries, to be shared. */
struct questions {
	ink_query *all;
	ink_query *of[LEDGER_WAYS][LEDGER_GROUPS]; /* those of BY_FACET are not used */
	ink_query *synonym;
};

int questions_make(struct questions *q, ink_index *index, ink_error *err);
void questions_free(struct questions *q);

/* A reader, and what its commit is known to hold. */
struct view {
	ink_reader *reader;
	uint32_t commit, words;
	uint32_t of_group[LEDGER_GROUPS];
	uint64_t digest;
};

/* Open the last commit, which is none before those told of, and compare it with its note. */
int view_open(struct view *v, struct ledger *l, ink_index *index, const struct questions *q,
              ink_error *err);
void view_close(struct view *v);

/* Is it still what it was? Counted in one way, or all documents are read. */
int view_count(const struct view *v, const struct ledger *l, const struct questions *q,
               enum ledger_way way, ink_error *err);
int view_read(const struct view *v, const struct ledger *l, ink_error *err);

/* All accounts of a reader, into v[2 * ledger->accounts]. */
int view_load(ink_reader *reader, const struct ledger *l, struct account *v, uint32_t *commit,
              uint32_t *words, ink_error *err);

#endif
