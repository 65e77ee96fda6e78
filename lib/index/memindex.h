/*
 * memindex.h - documents inverted in memory, waiting for their segment.
 *
 * Layer: index. One for each indexing thread. Documents are numbered from 0
 * in the order they come.
 */
#ifndef IK_INDEX_MEMINDEX_H
#define IK_INDEX_MEMINDEX_H

#include "base/arena.h"
#include "index/memkey.h"
#include "index/slices.h"
#include "model/doc.h"
#include "segment/stored.h"
#include "text/analyzer.h"
#include "text/pair.h"

#define IK_MEM_NONE UINT32_MAX

/* One term of a part: half a cache line, which is all that a token touches of its term. */
struct ik_mem_term {
	union {
		char bytes[IK_MEM_INLINE]; /* zeros behind */
		const char *ptr;           /* when longer; in the arena */
	} key;
	struct ik_stream list; /* its postings, see mempostings.c */
	unsigned next : 31;    /* first document that may follow: the last one and 1; 0 at first */
	unsigned pieces : 1;   /* does a posting of several pieces occur? */
	uint16_t len;
	uint16_t local;        /* its number in the tally, if it is there */
};

/* The parts of a text field. */
enum {
	IK_MEM_WORDS,
	IK_MEM_GRAMS,
	IK_MEM_PAIRS,
	IK_MEM_KINDS
};

/* All of one part. */
struct ik_mem_part {
	uint32_t flags; /* IK_PART_* */
	uint32_t mask;  /* slots less one, a power of two less one; 0: no slots yet */
	uint32_t *slots;
	struct ik_mem_term *terms; /* aligned, so that none is in two cache lines */
	uint32_t n_terms, terms_cap;
	void *terms_room;          /* where they are */
	IK_VEC(uint8_t) norms;
	uint32_t docs;     /* with anything in it */
	uint64_t sum_len;
	/* the current document */
	int open;
	uint32_t length;   /* tokens that count */
	uint32_t base;     /* position where the current value starts */
	uint32_t next;     /* position after the last token */
};

/* Values by document, in the order they came: docs[i] has values[i] or the term terms[i]. */
struct ik_mem_column {
	IK_VEC(uint32_t) docs;
	IK_VEC(int64_t) values;
	IK_VEC(uint32_t) terms;
};

struct ik_mem_block {
	uint8_t *data;
	size_t len;
	uint32_t n;
};

/*
 * Tokens are collected and then taken in passes, each of which fetches what
 * the next one needs: a table slot, an entry, the end of a list. One after
 * the other, each token would wait for memory three times. There is a batch
 * for each kind, so that all of its tokens are of one part.
 */
#define IK_MEM_BATCH 64
#define IK_MEM_BATCH_BYTES 4096 /* of long terms; more than IK_PAIR_MAX */

struct ik_mem_batch {
	uint32_t n, used;
	struct ik_mem_key key[IK_MEM_BATCH];
	uint32_t position[IK_MEM_BATCH];
	char bytes[IK_MEM_BATCH_BYTES];
};

/*
 * The tokens of a document by term, so that each term's list is appended to
 * once. A longer document is tallied in pieces.
 */
#define IK_MEM_TALLY 32768 /* tokens; numbers of terms are 16 bits */

struct ik_mem_tally {
	uint32_t n, n_terms;
	uint16_t local[IK_MEM_TALLY];    /* of each token: the number of its term here */
	uint32_t position[IK_MEM_TALLY];
	uint32_t code[IK_MEM_TALLY];     /* of each term: its index << 2 | kind */
	uint32_t count[IK_MEM_TALLY];    /* of its tokens */
	uint32_t sorted[IK_MEM_TALLY];   /* positions, one term after another */
};

/* The words at one place of a document. */
struct ik_mem_word {
	uint32_t len, number; /* as in text/pair.h */
	char bytes[IK_TERM_MAX];
};

struct ik_mem_place {
	struct ik_mem_word *v;
	size_t n, cap;
};

/* Those at the current place of a field with pairs, and at the one before. */
struct ik_mem_pairs {
	uint32_t position;
	struct ik_mem_place now, before;
};

struct ik_memindex {
	struct ik_schema *schema; /* a copy */
	struct ik_analyzer **analyzers; /* by field; NULL unless text */
	char *stamp;                    /* of these analyzers */
	struct ik_analysis *analysis;
	struct ik_mem_part *parts;      /* words and grams of each field; then pairs of each */
	struct ik_mem_column *columns;  /* schema->n */
	struct ik_mem_batch batch[IK_MEM_KINDS];
	struct ik_mem_tally tally;
	struct ik_mem_pairs pairs;
	struct ik_slices slices;
	struct ik_arena arena;          /* keys */
	uint32_t n_docs;
	IK_VEC(uint32_t) seqs;          /* by document, if the schema has a key */
	int stores;                     /* any field stored? */
	struct ik_stored_builder stored;
	struct ik_buf encoded;
	int unkept;                     /* the packed block still has to be copied to `blocks` */
	IK_VEC(struct ik_mem_block) blocks;
	size_t fixed;                   /* bytes of blocks, columns, tables */
};

int ik_memindex_new(const struct ik_schema *schema, struct ik_memindex **out, ink_error *err);
void ik_memindex_free(struct ik_memindex *m); /* NULL is fine */

/* Empty it; some memory is kept for the next documents. */
int ik_memindex_reset(struct ik_memindex *m, ink_error *err);

/* Add a document that fits the schema. After a failure it can only be reset or freed. */
int ik_memindex_add(struct ik_memindex *m, const struct ik_doc *doc, uint32_t seq, ink_error *err);

/* Pack the stored documents of the last, unfinished block: before the flush. */
int ik_memindex_pack(struct ik_memindex *m, ink_error *err);

/*
 * What it holds, and what it has kept for the next documents but for slices, which count again
 * when something is in them.
 */
size_t ik_memindex_bytes(const struct ik_memindex *m);

/* Of these, what stays however few documents there are: working memory of analysis and packing. */
size_t ik_memindex_standing(const struct ik_memindex *m);

/* ---- memterms.c ---- */

static inline const char *ik_mem_term_key(const struct ik_mem_term *t)
{
	return t->len <= IK_MEM_INLINE ? t->key.bytes : t->key.ptr;
}

static inline int ik_mem_is(const struct ik_mem_term *t, const struct ik_mem_key *key)
{
	if (t->len != key->len)
		return 0;
	if (key->len > IK_MEM_INLINE)
		return memcmp(t->key.ptr, key->ptr, key->len) == 0;
	return ik_load64(t->key.bytes) == key->word[0] &&
	       ik_load64(t->key.bytes + 8) == key->word[1];
}

/*
 * A slot is a term's number and 1, not above `mask`, and above these bits
 * those of its hash; 0 when it is empty. The hash leads to the first slot to look at.
 */
static inline uint32_t ik_mem_slot(const struct ik_mem_part *part, uint32_t hash)
{
	return part->slots[hash & part->mask];
}

/* Find or add a term: its number in the part; IK_MEM_NONE when memory is out. */
uint32_t ik_mem_intern(struct ik_memindex *m, struct ik_mem_part *part,
                       const struct ik_mem_key *key);

/* ---- mempostings.c ---- */

/* Takes tokens of the current document into the two parts of a field. */
struct ik_mem_sink {
	struct ik_sink sink;
	struct ik_memindex *m;
	struct ik_mem_part *parts[IK_MEM_KINDS];
	int has_pairs;
	ink_error *err;
};

/* The sink's function. */
int ik_mem_token(struct ik_sink *sink, const struct ik_token *token);

/* Write the postings of all tokens since the last call. 0 or -1. */
int ik_mem_settle(struct ik_memindex *m, struct ik_mem_part *const *parts);

/* One term of the current document. INK_ENOMEM. */
int ik_mem_push(struct ik_mem_sink *s, unsigned kind, const char *term, uint32_t len,
                uint32_t position);

/* Write a posting without frequency: of a keyword. 0 or -1. */
int ik_mem_occur(struct ik_memindex *m, struct ik_mem_term *term, uint32_t doc);

/*
 * A term's list in the short form of FORMAT.md, whatever its length: where it
 * lies, or in one of the two buffers. NULL when memory is out.
 */
const uint8_t *ik_mem_list(const struct ik_memindex *m, const struct ik_mem_part *part,
                           const struct ik_mem_term *term, struct ik_buf room[2], size_t *len);

/* ---- mempairs.c ---- */

/* Before the first word of a value. */
void ik_mem_pairs_begin(struct ik_mem_pairs *pairs);
void ik_mem_pairs_free(struct ik_mem_pairs *pairs);

/* The next word of a value; positions do not fall. Pushes its pairs. INK_ENOMEM. */
int ik_mem_pairs_add(struct ik_mem_sink *s, const char *term, uint32_t len, uint32_t position);

#endif
