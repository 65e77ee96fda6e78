/*
 * oracle.h - a search engine that is too simple to be wrong.
 *
 * Documents are lists of tokens; a query is evaluated by its definition over
 * every document, with BM25 in doubles. Shares with the engine the analyzers,
 * the query tree, the encoding of lengths and the schema, nothing of match
 * and search. Statistics count deleted documents that still take up space,
 * as the engine's do, so documents are added as the segments hold them.
 */
#ifndef SUPPORT_ORACLE_H
#define SUPPORT_ORACLE_H

#include "model/doc.h"
#include "query/ast.h"

struct oracle;

struct oracle_answer {
	uint8_t *match;  /* by document; deleted ones never match */
	double *score;   /* of those that match */
	size_t n;        /* documents, deleted ones included */
	size_t total;    /* matches */
	int said;        /* 0: the query says nothing, so nothing matches */
};

/* The schema is borrowed. */
struct oracle *oracle_new(struct ik_schema *schema);
void oracle_free(struct oracle *o);

/* The next document, in the order of the index. */
void oracle_add(struct oracle *o, const struct ik_doc *doc, int alive);

/*
 * The sum of lengths of a part, for averages. Merging away deleted documents
 * leaves the engine with an estimate of it, which the oracle is then given.
 */
double oracle_sum_len(const struct oracle *o, uint32_t part);
void oracle_set_sum_len(struct oracle *o, uint32_t part, double sum);

size_t oracle_len(const struct oracle *o);
int oracle_alive(const struct oracle *o, size_t doc);

/* `filter` may be NULL. */
void oracle_search(struct oracle *o, const struct ik_query *query, const struct ik_query *filter,
                   double k1, double b, struct oracle_answer *out);
void oracle_answer_free(struct oracle_answer *a);

/*
 * How documents a and b compare by one field: < 0, 0, > 0, as INK_SORT_*
 * flags say. For keyword and number fields.
 */
int oracle_order(const struct oracle *o, uint32_t field, uint32_t flags, size_t a, size_t b);

#endif
