/*
 * clause.c - one clause of a query string: word, phrase, range, comparison.
 *
 * Layer: query. Grammar: QUERY.md. What a word becomes depends on the type of
 * its field; a word of a text field stays a word until parse.c has seen what
 * stands beside it.
 */
#include <string.h>

#include "base/mem.h"
#include "model/wire.h"
#include "query/bound.h"
#include "query/lex.h"
#include "query/state.h"

/* A piece of the query string without its escapes, in ps->words. */
struct piece {
	const char *at; /* where it stands in the query string */
	size_t text;
	size_t len;
	int stars; /* live wildcards: how many `*` and `?` */
	int last;  /* ... and whether the last byte is a `*` */
};

static const struct ik_field *field_of(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? NULL : &ps->schema->fields[id];
}

static const char *name_of(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? NULL : ps->schema->fields[id].name;
}

static int32_t type_of(const struct ik_parser *ps, uint32_t id)
{
	return id == IK_NO_FIELD ? INK_TEXT : ps->schema->fields[id].type;
}

static const char *text_of(const struct ik_parser *ps, const struct piece *piece)
{
	return piece->len == 0 ? "" : ps->words.v + piece->text;
}

/* "~" with a number or nothing behind it, and then the end of the word. */
static int at_fuzzy(const struct ik_parser *ps, const char *p)
{
	if (p == ps->end || *p != '~')
		return 0;
	p++;
	p += ik_lex_number(p, ps->end);
	return ik_lex_word_end(p, ps->end) || *p == '^';
}

/* Whether there was memory is asked once, at the end of a piece. */
static void put(struct ik_parser *ps, const char *text, size_t len)
{
	ps->full |= ik_vec_reserve_in(&ps->arena, &ps->words, ps->words.n + len) != 0;
	if (ps->full || len == 0)
		return;
	memcpy(ps->words.v + ps->words.n, text, len);
	ps->words.n += len;
}

/* Forget the text of a piece that is in a query by now. */
static void drop(struct ik_parser *ps, const struct piece *piece)
{
	ps->words.n = piece->text;
}

/*
 * Read a bare word. As a pattern it keeps the escapes of `*`, `?` and `\`;
 * with `stop`, those bytes end it too.
 */
static int read_word(struct ik_parser *ps, struct piece *piece, int pattern, const char *stop)
{
	const char *p = ps->p;

	*piece = (struct piece){.at = p, .text = ps->words.n};
	for (;;) {
		size_t plain = ik_lex_plain(p, ps->end);
		int escaped, wild;

		put(ps, p, plain);
		p += plain;
		piece->last &= plain == 0;
		if (ik_lex_word_end(p, ps->end) || *p == '^' || at_fuzzy(ps, p))
			break;
		escaped = *p == '\\' && p + 1 < ps->end;
		wild = !escaped && (*p == '*' || *p == '?');
		if (stop != NULL && *p != '\0' && strchr(stop, *p) != NULL)
			break;
		p += escaped;
		if (pattern && !wild && (*p == '*' || *p == '?' || *p == '\\'))
			put(ps, "\\", 1);
		put(ps, p, 1);
		piece->stars += wild;
		piece->last = wild && *p == '*';
		p++;
	}
	ps->p = p;
	piece->len = ps->words.n - piece->text;
	put(ps, " ", 1);
	return ps->full ? ik_fail_nomem(ps->err) : INK_OK;
}

static int read_quoted(struct ik_parser *ps, struct piece *piece)
{
	const char *p = ps->p + 1;

	*piece = (struct piece){.at = ps->p, .text = ps->words.n};
	for (; p < ps->end && *p != '"'; p++) {
		p += *p == '\\' && p + 1 < ps->end;
		put(ps, p, 1);
	}
	if (p == ps->end)
		return ik_parser_fail(ps, ps->p, "a quote that is not closed");
	ps->p = p + 1;
	piece->len = ps->words.n - piece->text;
	put(ps, " ", 1);
	return ps->full ? ik_fail_nomem(ps->err) : INK_OK;
}

/* Read the boost behind a query and push both. */
static int push_boosted(struct ik_parser *ps, struct ik_query *query, const char *at)
{
	int rc = ik_parser_boost(ps, &query->boost);

	if (rc != INK_OK) {
		ik_query_unref(query);
		return rc;
	}
	return ik_parser_push(ps, query, at);
}

static int push_leaf(struct ik_parser *ps, enum ik_query_kind kind, uint32_t id,
                     const struct piece *piece, uint32_t number)
{
	struct ik_query *query;
	int rc = ik_query_leaf(kind, name_of(ps, id), text_of(ps, piece), piece->len, number,
	                       &query, ps->err);

	if (rc != INK_OK)
		return rc;
	drop(ps, piece);
	return push_boosted(ps, query, piece->at);
}

static int push_range(struct ik_parser *ps, uint32_t id, const struct ik_bound *lo,
                      const struct ik_bound *hi, const char *at)
{
	struct ik_query *query;
	int rc = ik_query_range(name_of(ps, id), lo, hi, &query, ps->err);

	return rc == INK_OK ? push_boosted(ps, query, at) : rc;
}

/* The values that a piece stands for; a fault is told at the piece. */
static int span_of(struct ik_parser *ps, uint32_t id, const struct piece *piece,
                   struct ik_span *span)
{
	const struct ik_field *field = field_of(ps, id);
	ink_error why;

	if (ik_span_parse(field, text_of(ps, piece), piece->len, span, &why) == INK_OK)
		return INK_OK;
	return ik_fail_at(ps->err, INK_ESYNTAX, piece->at - ps->text, "field \"%s\": %s",
	                  field->name, why.message);
}

/* A word or quoted text of a field that is not text: exactly this value. */
static int push_value(struct ik_parser *ps, uint32_t id, const struct piece *piece)
{
	struct ik_span span;
	int rc;

	if (type_of(ps, id) == INK_KEYWORD)
		return push_leaf(ps, IK_Q_TERM, id, piece, 0);
	rc = span_of(ps, id, piece, &span);
	drop(ps, piece);
	return rc == INK_OK ? push_range(ps, id, &span.first, &span.last, piece->at) : rc;
}

/* A word with live wildcards; ps->p is behind it. */
static int push_pattern(struct ik_parser *ps, uint32_t id, struct piece *piece)
{
	static const struct ik_bound none;
	int32_t type = type_of(ps, id);
	const char *end = ps->p;
	int rc;

	if (at_fuzzy(ps, ps->p))
		return ik_parser_fail(ps, ps->p, "wildcards and \"~\" in one word");
	if (piece->stars == 1 && piece->last && piece->len == 1) {
		if (id == IK_NO_FIELD)
			return push_leaf(ps, IK_Q_ALL, id, piece, 0);
		if (type != INK_TEXT && type != INK_KEYWORD) {
			drop(ps, piece);
			return push_range(ps, id, &none, &none, piece->at);
		}
	} else if (type != INK_TEXT && type != INK_KEYWORD) {
		return ik_parser_fail(ps, piece->at,
		                      "wildcards are for text and keywords; escape them with \\");
	} else if (piece->stars == 1 && piece->last) {
		piece->len--;
		return push_leaf(ps, IK_Q_PREFIX, id, piece, 0);
	}
	drop(ps, piece);
	ps->p = piece->at;
	rc = read_word(ps, piece, 1, NULL);
	ik_assert(rc != INK_OK || ps->p == end);
	(void)end;
	return rc == INK_OK ? push_leaf(ps, IK_Q_WILDCARD, id, piece, 0) : rc;
}

/* A short word stays recognisable after one edit, not after two. */
static uint32_t default_distance(const char *text, size_t len)
{
	size_t chars = 0;

	for (size_t i = 0; i < len; i++)
		chars += ((unsigned char)text[i] & 0xC0) != 0x80;
	return chars > 5 ? 2 : 1;
}

static int push_fuzzy(struct ik_parser *ps, uint32_t id, const struct piece *piece)
{
	uint32_t distance = default_distance(text_of(ps, piece), piece->len);
	int32_t type = type_of(ps, id);
	const char *at = ps->p++;
	int rc = INK_OK;

	if (type != INK_TEXT && type != INK_KEYWORD)
		return ik_parser_fail(ps, at,
		                      "\"~\" is for text and keywords; escape it with \\");
	if (!ik_lex_word_end(ps->p, ps->end) && *ps->p != '^')
		rc = ik_parser_count(ps, "an edit distance is 1 or 2", &distance);
	if (rc == INK_OK &&
	    (distance < 1 || distance > 2 || !(ik_lex_word_end(ps->p, ps->end) || *ps->p == '^')))
		rc = ik_parser_fail(ps, at, "an edit distance is 1 or 2");
	return rc == INK_OK ? push_leaf(ps, IK_Q_FUZZY, id, piece, distance) : rc;
}

/* `own`: the field stands right before the word. */
static int word(struct ik_parser *ps, uint32_t id, int own)
{
	struct ik_item *item;
	struct piece piece;
	double boost = 1;
	int rc = read_word(ps, &piece, 0, NULL);

	if (rc != INK_OK)
		return rc;
	if (piece.stars > 0)
		return push_pattern(ps, id, &piece);
	if (at_fuzzy(ps, ps->p))
		return push_fuzzy(ps, id, &piece);
	if (type_of(ps, id) != INK_TEXT)
		return push_value(ps, id, &piece);
	rc = ik_parser_boost(ps, &boost);
	if (rc == INK_OK)
		rc = ik_parser_push(ps, NULL, piece.at);
	if (rc != INK_OK)
		return rc;
	item = &ps->items.v[ps->items.n - 1];
	item->text = piece.text;
	item->len = piece.len;
	item->field = name_of(ps, id);
	item->boost = boost;
	item->plain = !own && boost == 1;
	return INK_OK;
}

static int phrase(struct ik_parser *ps, uint32_t id)
{
	struct piece piece;
	uint32_t slop = 0;
	int rc = read_quoted(ps, &piece);

	if (rc != INK_OK)
		return rc;
	if (ps->p < ps->end && *ps->p == '~') {
		if (type_of(ps, id) != INK_TEXT)
			return ik_parser_fail(ps, ps->p, "slop is for text");
		ps->p++;
		rc = ik_parser_count(ps, "\"~\" behind a phrase needs a number of positions",
		                     &slop);
	}
	if (rc != INK_OK)
		return rc;
	if (type_of(ps, id) != INK_TEXT)
		return push_value(ps, id, &piece);
	return push_leaf(ps, IK_Q_PHRASE, id, &piece, slop);
}

/* The value behind '=', as it stands in the index. */
static int exact(struct ik_parser *ps, uint32_t id)
{
	struct piece piece;
	int rc;

	ps->p++;
	if (ps->p < ps->end && *ps->p == '"')
		rc = read_quoted(ps, &piece);
	else if (ik_lex_word_end(ps->p, ps->end))
		return ik_parser_fail(ps, ps->p, "\"=\" needs a value right behind it");
	else
		rc = read_word(ps, &piece, 0, NULL);
	return rc == INK_OK ? push_leaf(ps, IK_Q_TERM, id, &piece, 0) : rc;
}

static void skip_blanks(struct ik_parser *ps)
{
	size_t n;

	while ((n = ik_lex_blank(ps->p, ps->end)) > 0)
		ps->p += n;
}

static int can_range(struct ik_parser *ps, uint32_t id)
{
	if (type_of(ps, id) != INK_TEXT)
		return INK_OK;
	if (id == IK_NO_FIELD)
		return ik_parser_fail(ps, ps->p,
		                      "a range needs a field before it, as in year:[1 TO 2]; "
		                      "a bracket as text is \\[ or \\{");
	return ik_parser_fail(ps, ps->p,
	                      "a range over a text field; a bracket as text is \\[ or \\{");
}

/* One end of a range: `span` stays zeroed for `*`. */
static int range_end(struct ik_parser *ps, uint32_t id, struct piece *piece, struct ik_span *span)
{
	int rc;

	memset(span, 0, sizeof *span);
	skip_blanks(ps);
	if (ps->p < ps->end && *ps->p == '"') {
		rc = read_quoted(ps, piece);
	} else {
		rc = read_word(ps, piece, 0, "]}");
		if (rc == INK_OK && piece->len == 0)
			return ik_parser_fail(ps, ps->p,
			                      "expected a value or * as a bound of a range");
		if (rc == INK_OK && piece->len == 1 && piece->stars == 1 && piece->last)
			return INK_OK;
	}
	return rc == INK_OK ? span_of(ps, id, piece, span) : rc;
}

/* The buffer of texts may have moved since a bound was read. */
static void settle(const struct ik_parser *ps, struct ik_span *span, const struct piece *piece)
{
	if (span->first.type == INK_KEYWORD)
		span->first.text = span->last.text = text_of(ps, piece);
}

static int range(struct ik_parser *ps, uint32_t id)
{
	const char *at = ps->p;
	struct piece lo_piece, hi_piece;
	struct ik_span lo, hi;
	struct ik_bound from, to;
	int rc = can_range(ps, id);

	if (rc != INK_OK)
		return rc;
	ps->p++;
	rc = range_end(ps, id, &lo_piece, &lo);
	skip_blanks(ps);
	if (rc == INK_OK && (ps->end - ps->p < 2 || memcmp(ps->p, "TO", 2) != 0))
		rc = ik_parser_fail(ps, ps->p, "expected TO between the bounds of a range");
	if (rc != INK_OK)
		return rc;
	ps->p += 2;
	rc = range_end(ps, id, &hi_piece, &hi);
	skip_blanks(ps);
	if (rc == INK_OK && (ps->p == ps->end || (*ps->p != ']' && *ps->p != '}')))
		rc = ik_parser_fail(ps, ps->p, "expected ] or } at the end of a range");
	if (rc != INK_OK)
		return rc;
	settle(ps, &lo, &lo_piece);
	settle(ps, &hi, &hi_piece);
	from = *at == '{' ? lo.last : lo.first;
	from.open = from.type != 0 && *at == '{';
	to = *ps->p == '}' ? hi.first : hi.last;
	to.open = to.type != 0 && *ps->p == '}';
	ps->p++;
	rc = push_range(ps, id, &from, &to, at);
	drop(ps, &lo_piece);
	return rc;
}

/* >x  >=x  <x  <=x */
static int comparison(struct ik_parser *ps, uint32_t id)
{
	static const struct ik_bound none;
	const char *at = ps->p;
	int less = *ps->p++ == '<', equal = ps->p < ps->end && *ps->p == '=';
	struct ik_span span;
	struct piece piece;
	struct ik_bound b;
	int rc;

	ps->p += equal;
	if (ps->p < ps->end && *ps->p == '"')
		rc = read_quoted(ps, &piece);
	else if (ik_lex_word_end(ps->p, ps->end))
		return ik_parser_fail(ps, ps->p, "a comparison needs a value right behind it");
	else
		rc = read_word(ps, &piece, 0, NULL);
	if (rc == INK_OK)
		rc = span_of(ps, id, &piece, &span);
	if (rc != INK_OK)
		return rc;
	b = less == equal ? span.last : span.first;
	b.open = !equal;
	rc = push_range(ps, id, less ? &none : &b, less ? &b : &none, at);
	drop(ps, &piece);
	return rc;
}

/* What stands right behind "field:". */
static int fielded(struct ik_parser *ps, uint32_t id)
{
	int32_t type = type_of(ps, id);

	if (type == INK_BYTES)
		return ik_parser_fail(ps, ps->p, "a field of type bytes cannot be searched");
	if (ps->p == ps->end || *ps->p == ')' || ik_lex_blank(ps->p, ps->end) > 0)
		return ik_parser_fail(ps, ps->p, "a field needs a value right behind its \":\"");
	switch (*ps->p) {
	case '(': return ik_parser_group(ps, id);
	case '"': return phrase(ps, id);
	case '=': return exact(ps, id);
	case '[':
	case '{': return range(ps, id);
	case '<':
	case '>':
		if (type == INK_TEXT)
			return ik_parser_fail(ps, ps->p, "a comparison over a text field");
		return comparison(ps, id);
	case '^':
	case '~':
		if (*ps->p == '^' || at_fuzzy(ps, ps->p))
			return ik_parser_fail(ps, ps->p, "a value is missing here");
		return word(ps, id, 1);
	default: return word(ps, id, 1);
	}
}

/* "name:" and comparisons; *done stays 0 when the text at ps->p is neither. */
static int prefixed(struct ik_parser *ps, int *done)
{
	size_t n = ik_lex_name(ps->p, ps->end);
	const char *mark = ps->p + n;
	uint32_t id;
	int rc;

	if (n == 0 || mark == ps->end || (*mark != ':' && *mark != '<' && *mark != '>'))
		return INK_OK;
	if (*mark != ':') {
		id = ik_schema_find(ps->schema, ps->p, n);
		if (id == IK_NO_FIELD || type_of(ps, id) == INK_TEXT ||
		    type_of(ps, id) == INK_BYTES)
			return INK_OK;
		*done = 1;
		ps->p = mark;
		return comparison(ps, id);
	}
	if (ik_lex_text_colon(mark, ps->end))
		return INK_OK;
	rc = ik_schema_need(ps->schema, ps->p, n, &id, ps->err);
	if (rc != INK_OK && (mark + 1 == ps->end || ik_lex_blank(mark + 1, ps->end) > 0))
		return INK_OK; /* "Note: this" asks nothing of a field */
	*done = 1;
	if (rc != INK_OK && ps->err != NULL)
		ps->err->offset = ps->p - ps->text;
	if (rc != INK_OK)
		return rc;
	ps->p = mark + 1;
	return fielded(ps, id);
}

static int match_all(struct ik_parser *ps)
{
	const struct piece piece = {.at = ps->p, .text = ps->words.n};

	ps->p += 3;
	return push_leaf(ps, IK_Q_ALL, IK_NO_FIELD, &piece, 0);
}

int ik_parser_clause(struct ik_parser *ps, uint32_t field)
{
	const char *p = ps->p;
	int done = 0, rc;

	if (*p == '(')
		return ik_parser_group(ps, field);
	if (*p == '"')
		return phrase(ps, field);
	if (*p == '[' || *p == '{')
		return range(ps, field);
	if (*p == '^')
		return ik_parser_fail(ps, p, "\"^\" needs a clause right before it");
	if (*p == '~')
		return ik_parser_fail(ps, p,
		                      "\"~\" needs a word, phrase or group right before it");
	if ((*p == '<' || *p == '>') && type_of(ps, field) != INK_TEXT)
		return comparison(ps, field);
	if (ps->end - p >= 3 && memcmp(p, "*:*", 3) == 0 &&
	    (ik_lex_word_end(p + 3, ps->end) || p[3] == '^'))
		return match_all(ps);
	rc = prefixed(ps, &done);
	return rc != INK_OK || done ? rc : word(ps, field, 0);
}
