/*
 * print.c - a query tree as the canonical query string.
 *
 * Layer: query. What the parser made prints to text that parses (without
 * flags) to an equal tree. For trees built by hand the meaning is the same,
 * whatever the types of their fields, which a tree does not know: a filter
 * prints as a required clause of boost 0, blanks of a text to match with
 * escapes, so that it is one value too, and a clause that says nothing not at
 * all. What has no text is in inkstone/query.h. Grammar: QUERY.md.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "model/date.h"
#include "query/ast.h"
#include "query/lex.h"

/* Where a clause stands: alone or between OR; after a mark; inside parentheses of its own. */
enum place { FREE, MARKED };

static void put_char(struct ik_buf *out, char c)
{
	ik_buf_put_u8(out, (uint8_t)c);
}

static void put_boost(struct ik_buf *out, double boost)
{
	char text[32];

	if (boost == 1)
		return;
	ik_number_put_f64(boost, text);
	put_char(out, '^');
	ik_buf_put_str(out, text);
}

/* In brackets, what no field can be called: that is no query, whatever stands in it. */
static void put_field(struct ik_buf *out, const char *field)
{
	size_t len = field == NULL ? 0 : strlen(field);
	int good = len > 0 && ik_lex_name(field, field + len) == len;

	if (field == NULL)
		return;
	ik_buf_put_str(out, good ? "" : "[");
	ik_buf_put(out, field, len);
	ik_buf_put_str(out, good ? ":" : "]:");
}

/* The field of a word, where "field::" and "field://" would be text. */
static void put_field_of_word(struct ik_buf *out, const struct ik_query *q)
{
	put_field(out, q->field);
	if (q->field != NULL && (q->text[0] == ':' || strncmp(q->text, "//", 2) == 0))
		put_char(out, '\\');
}

/* Syntax wherever it stands in a word, or only as its first character. */
static int is_special(char c, int first)
{
	return (c != '\0' && strchr("\\\"()~^*?", c) != NULL) ||
	       (first && c != '\0' && strchr("+-!<>=[{&|", c) != NULL);
}

/* Bytes from p on that would be read as a field's name, up to the ':' or '<' or '>' behind it. */
static const char *name_mark(const char *p, const char *end)
{
	size_t n = ik_lex_name(p, end);
	const char *mark = p + n;

	if (n == 0 || mark == end || (*mark != ':' && *mark != '<' && *mark != '>'))
		return NULL;
	if (*mark == ':' && ik_lex_text_colon(mark, end))
		return NULL;
	return mark;
}

/*
 * One or several words. With `bare`, a single blank between words stays as it
 * is, and the parser joins the words again; other blanks are escaped.
 */
static void put_words(struct ik_buf *out, const char *text, size_t len, int bare)
{
	const char *p = text, *end = text + len, *mark = NULL;
	int first = 1;

	while (p < end && out->err == 0) {
		size_t blank = ik_lex_blank(p, end);

		if (first) {
			const char *q = p;

			mark = name_mark(p, end);
			while (q - p < 4 && !ik_lex_word_end(q, end))
				q++;
			if (ik_lex_is_operator(p, (size_t)(q - p)))
				put_char(out, '\\');
		}
		if (bare && !first && *p == ' ' && p + 1 < end && ik_lex_blank(p + 1, end) == 0) {
			put_char(out, *p++);
			first = 1;
			continue;
		}
		if (blank > 0 || p == mark || is_special(*p, first))
			put_char(out, '\\');
		ik_buf_put(out, p, blank > 0 ? blank : 1);
		p += blank > 0 ? blank : 1;
		first = 0;
	}
}

static void put_quoted(struct ik_buf *out, const char *text, size_t len)
{
	put_char(out, '"');
	for (size_t i = 0; i < len && out->err == 0; i++) {
		if (text[i] == '"' || text[i] == '\\')
			put_char(out, '\\');
		put_char(out, text[i]);
	}
	put_char(out, '"');
}

static int has_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ik_lex_blank(text + i, text + len) > 0)
			return 1;
	return 0;
}

static void put_term(struct ik_buf *out, const struct ik_query *q)
{
	put_field(out, q->field);
	put_char(out, '=');
	if (q->len == 0 || has_blank(q->text, q->len))
		put_quoted(out, q->text, q->len);
	else
		put_words(out, q->text, q->len, 0);
	put_boost(out, q->boost);
}

/* (words), with their field before it and their boost behind it where there are any. */
static void put_word_group(struct ik_buf *out, const struct ik_query *q)
{
	put_field(out, q->field);
	put_char(out, '(');
	put_words(out, q->text, q->len, 1);
	put_char(out, ')');
	put_boost(out, q->boost);
}

/* Does it print as (words)? Only of a text field it is sure that they are one text then. */
static int is_word_group(const struct ik_query *q, enum place place)
{
	int several = has_blank(q->text, q->len);

	if (q->field != NULL)
		return several && q->parsed;
	return place == MARKED || (several && q->boost != 1);
}

static void put_match(struct ik_buf *out, const struct ik_query *q, enum place place)
{
	int parens = q->all ? place == FREE : place == MARKED;

	if (q->len == 0) {
		put_field(out, q->field);
		ik_buf_put_str(out, "\"\"");
		put_boost(out, q->boost);
	} else if (!q->all && is_word_group(q, place)) {
		put_word_group(out, q);
	} else {
		ik_buf_put_str(out, !parens ? "" : q->all ? "(+" : "(");
		put_field_of_word(out, q);
		put_words(out, q->text, q->len, !q->all && q->field == NULL);
		ik_buf_put_str(out, parens ? ")" : "");
		put_boost(out, q->boost);
	}
}

/* What makes a pattern of it where the signs that it has do not. */
static const char *pattern_tail(const struct ik_query *q)
{
	const char *end = q->text + q->len;
	int signs = 0, last = 0, asks = 0, ascii = 1;

	for (const char *p = q->text; p < end; p++) {
		int escaped = *p == '\\' && p + 1 < end;

		p += escaped;
		last = !escaped && *p == '*';
		asks = !escaped && *p == '?' ? asks + 1 : 0;
		signs += !escaped && (*p == '*' || *p == '?');
		ascii &= (unsigned char)*p < 0x80;
	}
	/* Where the word would be one as it is spelled, or a question, "~0" keeps it a pattern. */
	if (signs == 0 || asks == signs)
		return "~0";
	/* One star behind it all makes a prefix, which is a substring in scripts without blanks. */
	return signs == 1 && last && (ik_query_is_any(q) ? q->field == NULL : !ascii) ? "*" : "";
}

/* A pattern: its own escapes are those of the query language too. */
static void put_pattern(struct ik_buf *out, const struct ik_query *q)
{
	const char *p = q->text, *end = p + q->len, *mark = name_mark(p, end);

	if (q->len == 3 && memcmp(p, "*:*", 3) == 0)
		mark = p + 1;
	put_field_of_word(out, q);
	while (p < end && out->err == 0) {
		int first = p == q->text, live = *p == '*' || *p == '?';
		int escaped = *p == '\\' && p + 1 < end, colon;
		size_t n;

		p += escaped;
		n = ik_lex_blank(p, end);
		colon = ik_lex_is_address(p, end) && !(first && q->field != NULL);
		if (escaped || n > 0 || p == mark || colon || (!live && is_special(*p, first)))
			put_char(out, '\\');
		n = n > 0 ? n : 1;
		ik_buf_put(out, p, n);
		p += n;
	}
	ik_buf_put_str(out, pattern_tail(q));
	put_boost(out, q->boost);
}

static void put_bound(struct ik_buf *out, const struct ik_bound *b)
{
	char text[32];

	if (b->type == 0) {
		put_char(out, '*');
	} else if (b->type == INK_KEYWORD) {
		put_quoted(out, b->text, b->len);
	} else if (b->text != NULL) {
		ik_buf_put(out, b->text, b->len);
	} else if (b->type == INK_F64) {
		ik_number_put_f64(b->f64, text);
		ik_buf_put_str(out, text);
	} else {
		ik_buf_printf(out, "%" PRId64, b->i64);
	}
}

static void put_range(struct ik_buf *out, const struct ik_query *q)
{
	put_field(out, q->field);
	put_char(out, q->lo.type != 0 && q->lo.open ? '{' : '[');
	put_bound(out, &q->lo);
	ik_buf_put_str(out, " TO ");
	put_bound(out, &q->hi);
	put_char(out, q->hi.type != 0 && q->hi.open ? '}' : ']');
	put_boost(out, q->boost);
}

static void put_leaf(struct ik_buf *out, const struct ik_query *q, enum place place)
{
	switch (q->kind) {
	case IK_Q_ALL:
		ik_buf_put_str(out, "*:*");
		put_boost(out, q->boost);
		break;
	case IK_Q_TERM: put_term(out, q); break;
	case IK_Q_MATCH: put_match(out, q, place); break;
	case IK_Q_RANGE: put_range(out, q); break;
	case IK_Q_WILDCARD: put_pattern(out, q); break;
	case IK_Q_PHRASE:
		put_field(out, q->field);
		put_quoted(out, q->text, q->len);
		if (q->number > 0)
			ik_buf_printf(out, "~%" PRIu32, q->number);
		put_boost(out, q->boost);
		break;
	default:
		put_field_of_word(out, q);
		put_words(out, q->text, q->len, 0);
		if (q->kind == IK_Q_PREFIX)
			put_char(out, '*');
		if (q->kind == IK_Q_FUZZY)
			ik_buf_printf(out, "~%" PRIu32, q->number);
		put_boost(out, q->boost);
		break;
	}
}

static void put_group(struct ik_buf *out, const struct ik_query *q);

static void put_query(struct ik_buf *out, const struct ik_query *q, enum place place)
{
	if (q->kind == IK_Q_BOOL)
		put_group(out, q);
	else
		put_leaf(out, q, place);
}

/* A filter does not score whatever its boost is: it prints with boost 0. */
static void put_filter(struct ik_buf *out, const struct ik_query *q)
{
	struct ik_query silent;

	memcpy(&silent, q, sizeof silent);
	silent.boost = 0;
	put_query(out, &silent, MARKED);
}

/* Does it end in the filter that the parser adds to what only excludes? */
static int is_complement(const struct ik_query *q)
{
	int says = 0;

	if (q->n < 2 || q->number != 0 || q->clauses[q->n - 1].occur != INK_FILTER ||
	    q->clauses[q->n - 1].query->kind != IK_Q_ALL)
		return 0;
	for (size_t i = 0; i + 1 < q->n; i++) {
		if (q->clauses[i].occur != INK_MUST_NOT)
			return 0;
		says |= !ik_query_is_void(q->clauses[i].query);
	}
	return says;
}

/*
 * Before (...)~N, words beside each other are clauses of their own: several in one
 * need parentheses.
 */
static enum place place_of(const struct ik_query *q, const struct ik_clause *c)
{
	if (c->occur != INK_SHOULD)
		return MARKED;
	return q->number > 0 && c->query->kind == IK_Q_MATCH && !c->query->all &&
	                       has_blank(c->query->text, c->query->len)
	               ? MARKED
	               : FREE;
}

static void put_clauses(struct ik_buf *out, const struct ik_query *q)
{
	size_t n = is_complement(q) ? q->n - 1 : q->n;
	const struct ik_clause *before = NULL;

	for (size_t i = 0; i < n && out->err == 0; i++) {
		const struct ik_clause *c = &q->clauses[i];

		if (ik_query_is_void(c->query))
			continue;
		if (before != NULL)
			ik_buf_put_str(out, c->occur == INK_SHOULD && before->occur == INK_SHOULD
			                            ? " OR "
			                            : " ");
		before = c;
		if (c->occur != INK_SHOULD)
			put_char(out, c->occur == INK_MUST_NOT ? '-' : '+');
		if (c->occur == INK_FILTER)
			put_filter(out, c->query);
		else
			put_query(out, c->query, place_of(q, c));
	}
}

static void put_group(struct ik_buf *out, const struct ik_query *q)
{
	put_char(out, '(');
	put_clauses(out, q);
	put_char(out, ')');
	if (q->number > 0)
		ik_buf_printf(out, "~%" PRIu32, q->number);
	put_boost(out, q->boost);
}

void ik_query_print(const struct ik_query *query, struct ik_buf *out)
{
	if (query->kind == IK_Q_MATCH && query->all && query->len > 0) {
		put_char(out, '+');
		put_leaf(out, query, MARKED);
	} else if (query->kind != IK_Q_BOOL) {
		put_leaf(out, query, FREE);
	} else if (!ik_query_is_void(query) && (query->number > 0 || query->boost != 1)) {
		put_group(out, query);
	} else {
		put_clauses(out, query);
	}
}
