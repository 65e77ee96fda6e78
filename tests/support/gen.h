/*
 * gen.h - random numbers, documents and queries that follow from a seed.
 *
 * A corpus is a seed and a few sizes; document `serial` of it is made again
 * whenever somebody asks, so nobody has to keep documents. Words are short
 * strings over few letters with frequencies that fall as 1 / rank, and the
 * common words change slowly with the serial number, as they do in real
 * collections; so some terms are everywhere, some nearly nowhere, and ranges
 * of documents differ.
 */
#ifndef SUPPORT_GEN_H
#define SUPPORT_GEN_H

#include <stdint.h>

#include "model/doc.h"
#include "query/ast.h"

struct gen {
	uint64_t state;
};

uint64_t gen_next(struct gen *g);
uint32_t gen_below(struct gen *g, uint32_t n); /* 0 when n is 0 */
double gen_unit(struct gen *g);                /* [0, 1) */

struct gen_corpus {
	uint64_t seed;
	uint32_t words;    /* of the vocabulary */
	uint32_t length;   /* words of a body at most */
	int big;           /* now and then a word 300 times */
};

/* The fields of a corpus, in this order. */
enum {
	GEN_ID,     /* keyword, the key, stored */
	GEN_SERIAL, /* integer, stored: which document of the corpus it is */
	GEN_BODY,   /* text, one or two values, with pairs */
	GEN_TITLE,  /* text of a few words with weight 2.5, may be missing */
	GEN_NOTE,   /* text without positions */
	GEN_TAG,    /* keywords */
	GEN_NUM,    /* integers */
	GEN_PRICE,  /* double, may be missing */
	GEN_WHEN,   /* date */
	GEN_FIELDS
};

extern const char *const gen_field_names[GEN_FIELDS];

/* Word number `rank` of every vocabulary: 0 is the most common one. `out` holds 16 bytes. */
void gen_word(uint32_t rank, char *out);

struct ik_schema *gen_corpus_schema(double k1, double b);

/* Document `serial` into doc, which is cleared and belongs to gen_corpus_schema(). */
void gen_corpus_doc(const struct gen_corpus *c, uint64_t serial, const char *id,
                    struct ik_doc *doc);

/* A query of at most `depth` levels; words from the corpus, which has `docs` documents. */
struct ik_query *gen_query(const struct gen_corpus *c, struct gen *g, uint64_t docs,
                           unsigned depth);

#endif
