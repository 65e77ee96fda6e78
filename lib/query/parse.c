/*
 * parse.c - from a query string to a tree: lists of clauses and operators.
 *
 * Layer: query. Grammar: QUERY.md. Clauses are pushed as items; at the end of
 * a list its items become one query: plain words beside each other are joined
 * into one, AND binds tighter than OR, and + and - hold for the whole list.
 * Linear in the length of the text; the stack is bounded by NESTING_MAX.
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

/* ---- from items to a query ---- */

/* The clause at byte `at`; takes the query over. */
static int add_clause(struct ik_parser *ps, struct ik_query *query, int32_t occur, size_t at)
{
	struct ik_clause *clause;

	if (ps->clauses + ps->made.n >= IK_QUERY_CLAUSES_MAX) {
		ik_query_unref(query);
		return ik_fail_at(ps->err, INK_ELIMIT, (int64_t)at,
		                  "a query of more than %d clauses", IK_QUERY_CLAUSES_MAX);
	}
	clause = ik_vec_push_in(&ps->arena, &ps->made);
	if (clause == NULL) {
		ik_query_unref(query);
		return ik_fail_nomem(ps->err);
	}
	*clause = (struct ik_clause){ query, occur };
	return INK_OK;
}

/* The clauses from `base` on as one boolean query; `at` is where it starts in the text. */
static int make_bool(struct ik_parser *ps, size_t base, uint32_t min_should, size_t at,
                     struct ik_query **out)
{
	size_t n = ps->made.n - base, i;
	int rc;

	for (i = base; i < ps->made.n; i++) {
		struct ik_clause *clause = &ps->made.v[i];

		if (clause->occur == INK_MUST && clause->query->boost == 0) {
			clause->query->boost = 1; /* required, without a score: a filter */
			clause->occur = INK_FILTER;
		}
	}
	ps->clauses += n;
	rc = ik_query_join(n > 0 ? &ps->made.v[base] : NULL, n, min_should, out, ps->err);
	if (rc == INK_ELIMIT && ps->err != NULL)
		ps->err->offset = (int64_t)at;
	if (rc == INK_OK)
		ps->made.n = base;
	return rc;
}

/* The only clause from `base` on. */
static struct ik_query *take_clause(struct ik_parser *ps, size_t base)
{
	ps->made.n = base;
	return ps->made.v[base].query;
}

/* Items [i, j), which are plain words or only one, as a query. */
static int make_item(struct ik_parser *ps, size_t i, size_t j, int all, struct ik_query **out)
{
	struct ik_item *first = &ps->items.v[i], *last = &ps->items.v[j - 1];
	const char *text;
	int rc;

	*out = first->query;
	first->query = NULL;
	if (*out != NULL)
		return INK_OK;
	text = ps->words.v + first->text;
	rc = ik_query_leaf(IK_Q_MATCH, first->field, text, last->text + last->len - first->text,
	                   0, out, ps->err);
	if (rc != INK_OK)
		return rc;
	(*out)->all = all || (ps->flags & INK_PARSE_ALL) != 0;
	(*out)->boost = first->boost;
	return INK_OK;
}

static int is_plain(const struct ik_item *item)
{
	return item->plain && !item->negative && !item->required;
}

/* The end of the plain words from i on that are joined by nothing but blanks. */
static size_t plain_end(const struct ik_parser *ps, size_t i, size_t end)
{
	const struct ik_item *v = ps->items.v;
	size_t j = i + 1;

	if (!is_plain(&v[i]))
		return j;
	while (j < end && v[j].join == IK_JOIN_BLANK && is_plain(&v[j]))
		j++;
	return j;
}

/* Items that all have to hold: one query, or a boolean one. */
static int make_chain(struct ik_parser *ps, size_t i, size_t j, struct ik_query **out)
{
	size_t base = ps->made.n, at = ps->items.v[i].at;
	int rc = INK_OK;

	*out = NULL;
	while (i < j && rc == INK_OK) {
		size_t next = plain_end(ps, i, j);
		int32_t occur = ps->items.v[i].negative ? INK_MUST_NOT : INK_MUST;

		rc = make_item(ps, i, next, 1, out);
		if (rc == INK_OK)
			rc = add_clause(ps, *out, occur, ps->items.v[i].at);
		*out = NULL;
		i = next;
	}
	if (rc == INK_OK && ps->made.n == base + 1 && ps->made.v[base].occur == INK_MUST) {
		*out = take_clause(ps, base);
		return INK_OK;
	}
	return rc == INK_OK ? make_bool(ps, base, 0, at, out) : rc;
}

/* One clause of a list with its mark; beside an OR, an exclusion stands for all the rest. */
static int add_single(struct ik_parser *ps, size_t i, size_t j, int beside_or)
{
	const struct ik_item *item = &ps->items.v[i];
	int negative = item->negative, required = item->required;
	struct ik_query *q;
	int rc;

	if (negative && beside_or) {
		rc = make_chain(ps, i, j, &q);
		return rc == INK_OK ? add_clause(ps, q, INK_SHOULD, item->at) : rc;
	}
	rc = make_item(ps, i, j, negative || required, &q);
	if (rc != INK_OK)
		return rc;
	return add_clause(ps, q, negative ? INK_MUST_NOT : required ? INK_MUST : INK_SHOULD,
	                  item->at);
}

/* Where the element of a list that starts at i ends: what binds tighter than OR. */
static size_t element_end(const struct ik_parser *ps, size_t i, int by_and)
{
	const struct ik_item *v = ps->items.v;
	size_t n = ps->items.n, j = i + 1;

	while (j < n && (v[j].join == IK_JOIN_AND || (by_and && v[j].join == IK_JOIN_BLANK)))
		j++;
	return j;
}

/* The same for plain words in a row, none of them part of an AND. */
static size_t words_end(const struct ik_parser *ps, size_t i)
{
	const struct ik_item *v = ps->items.v;
	size_t j = plain_end(ps, i, ps->items.n);

	if (j > i + 1 && j < ps->items.n && v[j].join == IK_JOIN_AND)
		j--;
	return j;
}

/* Join the items from `base` on; `count` is the N of (...)~N or 0. */
static int make_list(struct ik_parser *ps, size_t base, uint32_t count, struct ik_query **out)
{
	int by_and = (ps->flags & INK_PARSE_ALL) != 0 && count == 0;
	size_t made = ps->made.n, at = base < ps->items.n ? ps->items.v[base].at : 0;
	int rc = INK_OK;

	for (size_t i = base, j; i < ps->items.n && rc == INK_OK; i = j) {
		int before = i > base && ps->items.v[i].join == IK_JOIN_OR;

		j = element_end(ps, i, by_and);
		if (j > i + 1) {
			rc = make_chain(ps, i, j, out);
			if (rc == INK_OK)
				rc = add_clause(ps, *out, INK_SHOULD, ps->items.v[i].at);
			continue;
		}
		if (count == 0)
			j = words_end(ps, i);
		rc = add_single(ps, i, j,
		                before || (j < ps->items.n && ps->items.v[j].join == IK_JOIN_OR));
	}
	*out = NULL;
	if (rc != INK_OK)
		return rc;
	ps->items.n = base;
	if (count == 0 && ps->made.n == made + 1 && ps->made.v[made].occur != INK_MUST_NOT) {
		*out = take_clause(ps, made);
		return INK_OK;
	}
	return make_bool(ps, made, count, at, out);
}

/* ---- lists and groups ---- */

/* AND OR NOT && || as words of their own: 'A', 'O', 'N' or 0. */
static char read_operator(struct ik_parser *ps)
{
	const char *p = ps->p;
	size_t n = 0;

	if (p == ps->end || strchr("ANO&|", *p) == NULL)
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
		rc = make_list(ps, base, count, &query);
	if (rc != INK_OK)
		return rc;
	rc = ik_parser_boost(ps, &query->boost);
	if (rc == INK_OK)
		return ik_parser_push(ps, query, at);
	ik_query_unref(query);
	return rc;
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
		rc = make_list(&ps, 0, 0, out);
	release(&ps);
	return rc;
}
