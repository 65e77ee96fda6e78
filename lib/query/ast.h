/*
 * ast.h - queries as trees: immutable, counted, shared between threads.
 *
 * Layer: query. Built by the query-string parser and by the functions of
 * inkstone/query.h alike. Text in a tree is as the user wrote it: analysis
 * happens when a search is prepared, since it depends on the field.
 */
#ifndef IK_QUERY_AST_H
#define IK_QUERY_AST_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"
#include "inkstone/query.h"

#define IK_QUERY_DEPTH_MAX 100
#define IK_QUERY_CLAUSES_MAX 100000

enum ik_query_kind {
	IK_Q_ALL,      /* every document */
	IK_Q_TERM,     /* one exact term or value */
	IK_Q_MATCH,    /* analyzed text: any of its terms, or all of its words */
	IK_Q_PHRASE,   /* analyzed text in order */
	IK_Q_PREFIX,
	IK_Q_WILDCARD,
	IK_Q_FUZZY,
	IK_Q_RANGE,
	IK_Q_BOOL
};

struct ik_clause {
	struct ik_query *query;
	int32_t occur; /* INK_SHOULD ... */
};

struct ik_bound {
	int32_t type; /* as given: 0 none, INK_KEYWORD text, INK_I64, INK_F64 */
	int open;     /* the bound itself is outside */
	const char *text;
	size_t len;
	int64_t i64;
	double f64;
};

struct ik_query {
	atomic_uint refs;
	enum ik_query_kind kind;
	double boost;
	char *field;       /* NULL: every text field */
	char *text;        /* kinds TERM to FUZZY; NUL-terminated */
	size_t len;
	uint32_t number;   /* PHRASE: slop; FUZZY: distance; BOOL: min_should as given */
	int all;           /* MATCH: every word is required */
	int parsed;        /* MATCH: by the parser, so of text, where (a b) is one text */
	struct ik_bound lo, hi; /* RANGE */
	struct ik_clause *clauses; /* BOOL; they and all texts stand behind the node */
	size_t n;
	uint32_t depth;    /* of the tree below, 1 for a leaf */
	uint32_t size;     /* nodes in it, capped */
	_Atomic(char *) canonical; /* made when first asked for */
};

/* Leaves. `field` may be NULL where the kind is PHRASE, MATCH, PREFIX, WILDCARD or FUZZY. */
int ik_query_leaf(enum ik_query_kind kind, const char *field, const char *text, size_t len,
                  uint32_t number, struct ik_query **out, ink_error *err);
int ik_query_range(const char *field, const struct ik_bound *lo, const struct ik_bound *hi,
                   struct ik_query **out, ink_error *err);

/* Of clauses whose references it takes over, unless it fails. */
int ik_query_join(const struct ik_clause *clauses, size_t n, uint32_t min_should,
                  struct ik_query **out, ink_error *err);

/* Takes references of its own to the clauses, but leaves out those that say nothing. */
int ik_query_bool(const struct ik_query *const *clauses, const int32_t *occur, size_t n,
                  uint32_t min_should, struct ik_query **out, ink_error *err);

/* A copy of the top node, its boost multiplied; the nodes below are shared. */
int ik_query_boosted(const struct ik_query *query, double boost, struct ik_query **out,
                     ink_error *err);

/* Is it the WILDCARD `*`, any value at all? What else fits every term is made that. */
int ik_query_is_any(const struct ik_query *query);

/* A BOOL without clauses says nothing: as a clause it takes no part. */
int ik_query_is_void(const struct ik_query *query);

struct ik_query *ik_query_ref(const struct ik_query *query);
/* NULL is fine; recursive, no deeper than the depth limit. */
void ik_query_unref(struct ik_query *query);

/* The canonical query string (print.c). */
void ik_query_print(const struct ik_query *query, struct ik_buf *out);

#endif
