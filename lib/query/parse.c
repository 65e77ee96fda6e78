/*
 * parse.c - from a query string to a tree: lists of clauses and operators.
 *
 * Layer: query. Grammar: QUERY.md. Clauses are pushed as items; at the end of
 * a list its items become one query (join.c). Linear in the length of the text;
 * the stack is bounded by NESTING_MAX.
 */
#include "query/parse.h"

#include <string.h>

#include "base/mem.h"
#include "model/date.h"
#include "query/lex.h"
#include "query/state.h"

#define BOOST_MAX 1e6

/* Parentheses: two more than the tree may be deep, for those that only carry a boost. */
#define NESTING_MAX (IK_QUERY_DEPTH_MAX + 2)

/* Operators read since the last clause. */
struct before {
	enum ik_join join;
	const char *join_at; /* NULL: none written */
	const char *mark_at;
	char mark; /* '+', '-' or 0 */
};

int ik_parser_fail(struct ik_parser *ps, const char *at, const char *message)
{
	return ik_fail_at(ps->err, INK_ESYNTAX, at - ps->text, "%s", message);
}

int ik_parser_push(struct ik_parser *ps, struct ik_query *query, const char *at)
{
	struct ik_item *item = ik_vec_push_in(&ps->arena, &ps->items);

	if (item == NULL) {
		ik_query_unref(query);
		return ik_fail_nomem(ps->err);
	}
	*item = (struct ik_item){.query = query, .at = (size_t)(at - ps->text)};
	return INK_OK;
}

int ik_parser_count(struct ik_parser *ps, const char *what, uint32_t *out)
{
	const char *at = ps->p;
	uint64_t v = 0;

	for (; ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9'; ps->p++) {
		v = v * 10 + (uint64_t)(*ps->p - '0');
		if (v > UINT32_MAX)
			return ik_parser_fail(ps, at, "a number that is too large");
	}
	*out = (uint32_t)v;
	return ps->p == at ? ik_parser_fail(ps, at, what) : INK_OK;
}

int ik_parser_boost(struct ik_parser *ps, double *boost)
{
	const char *at = ps->p;
	double factor;
	size_t n;

	if (at == ps->end || *at != '^')
		return INK_OK;
	n = ik_lex_number(at + 1, ps->end);
	if (n == 0 || ik_number_f64(at + 1, n, &factor, NULL) != INK_OK ||
	    !ik_lex_word_end(at + 1 + n, ps->end))
		return ik_parser_fail(ps, at, "\"^\" needs a number right behind it");
	*boost *= factor;
	if (!(*boost <= BOOST_MAX))
		return ik_parser_fail(ps, at, "a boost is at most 1000000");
	ps->p += 1 + n;
	return INK_OK;
}

/* AND OR NOT && || as words of their own: 'A', 'O', 'N' or 0. */
static char read_operator(struct ik_parser *ps)
{
	const char *p = ps->p;
	size_t n = 0;

	if (p == ps->end || (*p != 'A' && *p != 'N' && *p != 'O' && *p != '&' && *p != '|'))
		return 0;
	if (ps->end - p >= 2 && (memcmp(p, "&&", 2) == 0 || memcmp(p, "||", 2) == 0)) {
		ps->p += 2;
		return *p == '&' ? 'A' : 'O';
	}
	while (n < 4 && !ik_lex_word_end(p + n, ps->end))
		n++;
	if (!ik_lex_is_operator(p, n))
		return 0;
	ps->p += n;
	return *p;
}

/* + - ! right before a clause. */
static int at_mark(const struct ik_parser *ps)
{
	const char *p = ps->p;

	if (*p != '+' && *p != '-' && *p != '!')
		return 0;
	p++;
	if (p == ps->end || (*p != '\0' && strchr("+-!)", *p) != NULL))
		return 0;
	return ik_lex_blank(p, ps->end) == 0;
}

static int set_mark(struct ik_parser *ps, struct before *before, const char *at, char mark)
{
	if (before->mark != 0)
		return ik_parser_fail(ps, at, "a second + - ! or NOT before a clause");
	before->mark = mark;
	before->mark_at = at;
	return INK_OK;
}

/* Operators before a clause; *more is 0 when none was there. */
static int operators(struct ik_parser *ps, struct before *before, int first, int *more)
{
	const char *at = ps->p;
	char op = read_operator(ps);

	*more = op != 0;
	if (op == 'N')
		return set_mark(ps, before, at, '-');
	if (op != 0) {
		if (first)
			return ik_parser_fail(ps, at, "AND or OR needs a clause before it");
		if (before->join_at != NULL || before->mark != 0)
			return ik_parser_fail(ps, at, "an operator right behind another");
		before->join = op == 'A' ? IK_JOIN_AND : IK_JOIN_OR;
		before->join_at = at;
		return INK_OK;
	}
	if (!at_mark(ps))
		return INK_OK;
	ps->p++;
	return set_mark(ps, before, at, *at == '+' ? '+' : '-');
}

/* Items up to a ')' or the end. */
static int read_list(struct ik_parser *ps, uint32_t field)
{
	size_t base = ps->items.n;
	struct before before = {IK_JOIN_BLANK, NULL, NULL, 0};

	for (;;) {
		size_t blank = ik_lex_blank(ps->p, ps->end);
		struct ik_item *item;
		int more, rc;

		ps->p += blank;
		if (blank > 0)
			continue;
		if (ps->p == ps->end || *ps->p == ')')
			break;
		rc = operators(ps, &before, ps->items.n == base, &more);
		if (rc == INK_OK && !more)
			rc = ik_parser_clause(ps, field);
		if (rc != INK_OK)
			return rc;
		if (more)
			continue;
		item = &ps->items.v[ps->items.n - 1];
		item->join = before.join;
		item->negative = before.mark == '-';
		item->required = before.mark == '+';
		before = (struct before){IK_JOIN_BLANK, NULL, NULL, 0};
	}
	if (before.mark_at != NULL)
		return ik_parser_fail(ps, before.mark_at, "NOT needs a clause behind it");
	if (before.join_at != NULL)
		return ik_parser_fail(ps, before.join_at, "AND or OR needs a clause behind it");
	return INK_OK;
}

/*
 * The boost behind a group. Where its only clause has one too, the group stays a query of its
 * own: both together may be more than one boost can be.
 */
static int boost_group(struct ik_parser *ps, struct ik_query **query)
{
	struct ik_clause only = { *query, INK_SHOULD };
	int own = only.query->boost != 1;
	double boost = 1;
	int rc = ik_parser_boost(ps, &boost);

	if (rc == INK_OK && own && boost != 1)
		rc = ik_query_join(&only, 1, 0, query, ps->err);
	if (rc == INK_OK && boost != 1)
		(*query)->boost = boost;
	if (rc != INK_OK)
		ik_query_unref(only.query);
	return rc;
}

int ik_parser_group(struct ik_parser *ps, uint32_t field)
{
	const char *at = ps->p++;
	size_t base = ps->items.n;
	struct ik_query *query;
	uint32_t count = 0;
	int rc;

	if (ps->nesting == NESTING_MAX)
		return ik_fail_at(ps->err, INK_ELIMIT, at - ps->text,
		                  "parentheses nested deeper than %d", IK_QUERY_DEPTH_MAX);
	ps->nesting++;
	rc = read_list(ps, field);
	ps->nesting--;
	if (rc == INK_OK && ps->p == ps->end)
		rc = ik_parser_fail(ps, at, "a parenthesis that is not closed");
	if (rc == INK_OK && ps->items.n == base)
		rc = ik_parser_fail(ps, at, "an empty group");
	if (rc != INK_OK)
		return rc;
	ps->p++;
	if (ps->p < ps->end && *ps->p == '~') {
		ps->p++;
		rc = ik_parser_count(ps, "\"~\" behind a group needs a number of clauses",
		                     &count);
	}
	if (rc == INK_OK)
		rc = ik_parser_join(ps, base, count, &query);
	if (rc == INK_OK)
		rc = boost_group(ps, &query);
	return rc == INK_OK ? ik_parser_push(ps, query, at) : rc;
}

/* The whole text as one match; blank text matches nothing. */
static int parse_plain(const char *text, size_t len, uint32_t flags, struct ik_query **out,
                       ink_error *err)
{
	const char *p = text, *end = text + len;
	size_t n;
	int rc;

	while ((n = ik_lex_blank(p, end)) > 0)
		p += n;
	if (p == end)
		return ik_query_bool(NULL, NULL, 0, 0, out, err);
	rc = ik_query_leaf(IK_Q_MATCH, NULL, text, len, 0, out, err);
	if (rc == INK_OK)
		(*out)->all = (flags & INK_PARSE_ALL) != 0;
	return rc;
}

static void release(struct ik_parser *ps)
{
	for (size_t i = 0; i < ps->items.n; i++)
		ik_query_unref(ps->items.v[i].query);
	for (size_t i = 0; i < ps->made.n; i++)
		ik_query_unref(ps->made.v[i].query);
	ik_arena_free(&ps->arena);
}

int ik_query_parse(const struct ik_schema *schema, const char *text, size_t len, uint32_t flags,
                   struct ik_query **out, ink_error *err)
{
	struct ik_parser ps;
	int rc;

	*out = NULL;
	if ((flags & ~(uint32_t)(INK_PARSE_ALL | INK_PARSE_PLAIN)) != 0)
		return ik_fail(err, INK_EINVAL, "unknown flags 0x%x", (unsigned)flags);
	if (text == NULL)
		len = 0;
	if (len == 0)
		text = "";
	if ((flags & INK_PARSE_PLAIN) != 0)
		return parse_plain(text, len, flags, out, err);
	memset(&ps, 0, offsetof(struct ik_parser, room));
	ps.schema = schema;
	ps.flags = flags;
	ps.err = err;
	ps.text = ps.p = text;
	ps.end = text + len;
	ik_arena_lend(&ps.arena, ps.room, sizeof ps.room);
	rc = read_list(&ps, IK_NO_FIELD);
	if (rc == INK_OK && ps.p < ps.end)
		rc = ik_parser_fail(&ps, ps.p, "a parenthesis that was never opened");
	if (rc == INK_OK)
		rc = ik_parser_join(&ps, 0, 0, out);
	release(&ps);
	return rc;
}
