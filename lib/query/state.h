/*
 * state.h - what the parts of the query-string parser share.
 *
 * Layer: query. parse.c reads lists of clauses, clause.c one clause, which it pushes
 * as an item, and join.c makes a query of the items of a list.
 */
#ifndef IK_QUERY_STATE_H
#define IK_QUERY_STATE_H

#include "base/vec.h"
#include "model/schema.h"
#include "query/ast.h"

#define IK_PARSER_ROOM 1024 /* bytes: most queries are parsed in that */

enum ik_join {
	IK_JOIN_BLANK, /* nothing but a blank before it */
	IK_JOIN_AND,
	IK_JOIN_OR
};

/* A clause that waits for its neighbours: a finished query, or still a word. */
struct ik_item {
	struct ik_query *query; /* NULL: a word */
	size_t text;            /* the word in ik_parser.words, a blank behind it */
	size_t len;
	const char *field;
	double boost;
	int plain; /* may be joined with plain words beside it */
	int negative;
	int required;
	enum ik_join join;
	size_t at; /* in the query string */
};

struct ik_parser {
	const struct ik_schema *schema;
	const char *text;
	const char *p;
	const char *end;
	uint32_t flags;
	int nesting;
	size_t clauses;                 /* in all boolean queries made so far */
	struct ik_arena arena;          /* of what follows */
	IK_VEC(char) words;             /* texts without their escapes */
	int full;                       /* there was no memory for one */
	IK_VEC(struct ik_item) items;   /* of all groups that are open */
	IK_VEC(struct ik_clause) made;  /* clauses of the boolean queries being made */
	ink_error *err;
	_Alignas(IK_ARENA_ALIGN) uint8_t room[IK_PARSER_ROOM]; /* of the arena; not cleared */
};

static inline const struct ik_field *ik_parser_field(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? NULL : &ps->schema->fields[id];
}

static inline const char *ik_parser_name(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? NULL : ps->schema->fields[id].name;
}

static inline int32_t ik_parser_type(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? INK_TEXT : ps->schema->fields[id].type;
}

/* INK_ESYNTAX at a byte of the query string. */
int ik_parser_fail(struct ik_parser *ps, const char *at, const char *message);

/*
 * Read one clause; `field` is that of the group around it or IK_NO_FIELD. The item is
 * new in ps->items.
 */
int ik_parser_clause(struct ik_parser *ps, uint32_t field);

/* Read a group from its '(' on: the item is new in ps->items (parse.c). */
int ik_parser_group(struct ik_parser *ps, uint32_t field);

/* Join the items from `base` on; `count` is the N of (...)~N or 0 (join.c). */
int ik_parser_join(struct ik_parser *ps, size_t base, uint32_t count, struct ik_query **out);

/* Read "^2.5" if it is there and multiply. */
int ik_parser_boost(struct ik_parser *ps, double *boost);

/* Read decimal digits, at least one: what is meant by them is for the message. */
int ik_parser_count(struct ik_parser *ps, const char *what, uint32_t *out);

/* An item that is a query, or with NULL still a word; takes the query over. */
int ik_parser_push(struct ik_parser *ps, struct ik_query *query, const char *at);

#endif
