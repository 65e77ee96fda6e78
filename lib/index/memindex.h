/*
 * memindex.h - documents inverted in memory, waiting for their segment.
 *
 * Layer: index. One for each indexing thread. Documents are numbered from 0
 * in the order they come.
 */
#ifndef IK_INDEX_MEMINDEX_H
#define IK_INDEX_MEMINDEX_H

#include "base/arena.h"
#include "index/slices.h"
#include "model/doc.h"
#include "segment/stored.h"
#include "text/analyzer.h"

#define IK_MEM_INLINE 16    /* longest term that lives in its entry */
#define IK_VALUE_GAP 100    /* positions between two values of a field */
#define IK_MEM_NO_DOC UINT32_MAX

/* One term of a part. The posting of its last document is still in here. */
struct ik_mem_term {
	uint32_t hash;
	uint32_t len;
	union {
		char bytes[IK_MEM_INLINE];
		const char *ptr; /* when longer; in the arena */
	} key;
	struct ik_stream docs;      /* (delta << 1 | tf is 1) and else tf, of all but the last */
	struct ik_stream positions; /* gaps, the last document's too */
	uint32_t doc;               /* the last one */
	uint32_t delta;             /* from the one before it */
	uint32_t tf;
	uint32_t position;          /* its last position */
};

struct ik_mem_slot {
	uint32_t hash;
	uint32_t term; /* index + 1; 0: empty */
};

/* All of one part (schema.h: ik_part()). */
struct ik_mem_part {
	struct ik_mem_slot *slots;
	uint32_t cap;   /* a power of two, or 0 */
	uint32_t flags; /* IK_PART_* */
	IK_VEC(struct ik_mem_term) terms;
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
 * the next one needs: a table slot, an entry, the end of a stream. One after
 * the other, each token would wait for memory three times.
 */
#define IK_MEM_BATCH 64
#define IK_MEM_BATCH_BYTES 4096 /* of terms; more than IK_TERM_MAX */

struct ik_mem_batch {
	uint32_t n, used;
	uint32_t hash[IK_MEM_BATCH];
	uint32_t position[IK_MEM_BATCH];
	uint16_t at[IK_MEM_BATCH], len[IK_MEM_BATCH];
	uint8_t gram[IK_MEM_BATCH];
	uint32_t term[IK_MEM_BATCH];
	char bytes[IK_MEM_BATCH_BYTES];
};

struct ik_memindex {
	struct ik_schema *schema; /* a copy */
	struct ik_analyzer **analyzers; /* by field; NULL unless text */
	struct ik_analysis *analysis;
	struct ik_mem_part *parts;      /* 2 * schema->n */
	struct ik_mem_column *columns;  /* schema->n */
	struct ik_mem_batch batch;
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

/* What it holds and what it has kept for reuse. */
size_t ik_memindex_bytes(const struct ik_memindex *m);

/* Of these, what stays however few documents there are: working memory of analysis and zlib. */
size_t ik_memindex_standing(const struct ik_memindex *m);

static inline const char *ik_mem_key(const struct ik_mem_term *t)
{
	return t->len <= IK_MEM_INLINE ? t->key.bytes : t->key.ptr;
}

/* memterms.c: find or add a term: its number in the part; IK_MEM_NO_DOC when memory is out. */
uint32_t ik_mem_intern(struct ik_mem_part *part, struct ik_arena *arena, const char *key,
                       uint32_t len);

/* memterms.c: take all tokens of the batch into the two parts of a field. 0 or -1. */
int ik_mem_take(struct ik_memindex *m, struct ik_mem_part *parts);

/* memterms.c: one more occurrence in `doc`, at a position if the part has them. 0 or -1. */
int ik_mem_occur(struct ik_memindex *m, struct ik_mem_part *part, struct ik_mem_term *term,
                 uint32_t doc, uint32_t position);

/* memterms.c: walk over a term's postings, after the last document. */
struct ik_mem_postings {
	struct ik_stream_reader docs, positions;
	const struct ik_mem_term *term;
	uint32_t flags;
	uint32_t doc, tf;
	int last;
};

void ik_mem_postings(struct ik_mem_postings *it, const struct ik_memindex *m,
                     const struct ik_mem_part *part, const struct ik_mem_term *term);
int ik_mem_postings_next(struct ik_mem_postings *it); /* 1, or 0 at the end */

/* The tf positions of the current posting: call it once for each, or for none. */
void ik_mem_postings_positions(struct ik_mem_postings *it, uint32_t *out);

#endif
