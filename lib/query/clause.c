/*
 * clause.c - one clause of a query string: word, phrase, pattern.
 *
 * Layer: query. Grammar: QUERY.md. What a word becomes depends on the type of
 * its field; a word of a text field stays a word until join.c has seen what
 * stands beside it.
 */
#include "query/clause.h"

#include <string.h>

#include "base/mem.h"
#include "query/lex.h"

int ik_parser_push_boosted(struct ik_parser *ps, struct ik_query *query, const char *at)
{
	int rc = ik_parser_boost(ps, &query->boost);

	if (rc != INK_OK) {
		ik_query_unref(query);
		return rc;
	}
	return ik_parser_push(ps, query, at);
}

static int push_leaf(struct ik_parser *ps, enum ik_query_kind kind, uint32_t id,
                     const struct ik_piece *piece, uint32_t number)
{
	struct ik_query *query;
	int rc = ik_query_leaf(kind, ik_parser_name(ps, id), ik_piece_text(ps, piece), piece->len,
	                       number, &query, ps->err);

	if (rc != INK_OK)
		return rc;
	ik_piece_drop(ps, piece);
	return ik_parser_push_boosted(ps, query, piece->at);
}

/* A word or quoted text of a field that is not text: exactly this value. */
static int push_value(struct ik_parser *ps, uint32_t id, const struct ik_piece *piece)
{
	if (ik_parser_type(ps, id) == INK_KEYWORD)
		return push_leaf(ps, IK_Q_TERM, id, piece, 0);
	return ik_parser_push_values(ps, id, piece);
}

/* A word with live wildcards; ps->p is behind it. */
static int push_pattern(struct ik_parser *ps, uint32_t id, struct ik_piece *piece)
{
	static const struct ik_bound none;
	int32_t type = ik_parser_type(ps, id);
	const char *end = ps->p;
	int rc;

	if (piece->stars == 1 && piece->last && piece->len == 1) {
		if (id == IK_NO_FIELD)
			return push_leaf(ps, IK_Q_ALL, id, piece, 0);
		if (type != INK_TEXT && type != INK_KEYWORD) {
			ik_piece_drop(ps, piece);
			return ik_parser_push_range(ps, id, &none, &none, piece->at);
		}
	} else if (type != INK_TEXT && type != INK_KEYWORD) {
		return ik_parser_fail(ps, piece->at,
		                      "wildcards are for text and keywords; escape them with \\");
	} else if (piece->stars == 1 && piece->last) {
		piece->len--;
		return push_leaf(ps, IK_Q_PREFIX, id, piece, 0);
	}
	ik_piece_drop(ps, piece);
	ps->p = piece->at;
	rc = ik_piece_word(ps, piece, 1, NULL);
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

/*
 * Distance 0: the word as it is spelled, a pattern without a wildcard, or with those that would
 * be question marks. ps->p is behind it all.
 */
static int push_spelled(struct ik_parser *ps, uint32_t id, struct ik_piece *piece)
{
	const char *behind = ps->p;
	int rc;

	ik_piece_drop(ps, piece);
	ps->p = piece->at;
	rc = ik_piece_word(ps, piece, 1, NULL);
	ps->p = behind;
	return rc == INK_OK ? push_leaf(ps, IK_Q_WILDCARD, id, piece, 0) : rc;
}

static int push_fuzzy(struct ik_parser *ps, uint32_t id, struct ik_piece *piece)
{
	uint32_t distance = default_distance(ik_piece_text(ps, piece), piece->len);
	int32_t type = ik_parser_type(ps, id);
	const char *at = ps->p++;
	int rc = INK_OK;

	if (type != INK_TEXT && type != INK_KEYWORD)
		return ik_parser_fail(ps, at,
		                      "\"~\" is for text and keywords; escape it with \\");
	if (!ik_lex_word_end(ps->p, ps->end) && *ps->p != '^')
		rc = ik_parser_count(ps, "an edit distance is 0, 1 or 2", &distance);
	if (rc == INK_OK &&
	    (distance > 2 || !(ik_lex_word_end(ps->p, ps->end) || *ps->p == '^')))
		rc = ik_parser_fail(ps, at, "an edit distance is 0, 1 or 2");
	if (rc == INK_OK && piece->stars > 0 && (distance > 0 || piece->asks < piece->stars))
		rc = ik_parser_fail(ps, at, "wildcards and \"~\" in one word");
	if (rc != INK_OK)
		return rc;
	return distance == 0 ? push_spelled(ps, id, piece)
	                     : push_leaf(ps, IK_Q_FUZZY, id, piece, distance);
}

/* "~1" without a word before it is the distance from the empty one. */
static int at_distance(const struct ik_parser *ps)
{
	return ps->end - ps->p > 1 && ps->p[1] >= '0' && ps->p[1] <= '9' &&
	       ik_piece_at_fuzzy(ps, ps->p);
}

/*
 * A word of text with question marks behind it, as what is typed as a question ends: of a pattern
 * it would be the one word of the question that is not found as it stands.
 */
static int is_question(const struct ik_parser *ps, uint32_t id, const struct ik_piece *piece)
{
	return piece->asks == piece->stars && ik_parser_type(ps, id) == INK_TEXT;
}

/* A word of text, which stays one; `plain`: it may be joined with plain words beside it. */
static int push_word(struct ik_parser *ps, uint32_t id, const struct ik_piece *piece,
                     double boost, int plain)
{
	int rc = ik_parser_push(ps, NULL, piece->at);
	struct ik_item *item;

	if (rc != INK_OK)
		return rc;
	item = &ps->items.v[ps->items.n - 1];
	item->text = piece->text;
	item->len = piece->len;
	item->field = ik_parser_name(ps, id);
	item->boost = boost;
	item->plain = plain;
	return INK_OK;
}

/* `own`: the field stands right before the word. */
static int word(struct ik_parser *ps, uint32_t id, int own)
{
	struct ik_piece piece;
	double boost = 1;
	int rc = ik_piece_word(ps, &piece, 0, NULL);

	if (rc != INK_OK)
		return rc;
	if (ik_piece_at_fuzzy(ps, ps->p))
		return push_fuzzy(ps, id, &piece);
	if (piece.stars > 0 && !is_question(ps, id, &piece))
		return push_pattern(ps, id, &piece);
	if (piece.len > (size_t)piece.asks) /* a mark behind a blank stays, as a sign does */
		ik_piece_cut(ps, &piece, (size_t)piece.asks);
	if (ik_parser_type(ps, id) != INK_TEXT)
		return push_value(ps, id, &piece);
	rc = ik_parser_boost(ps, &boost);
	return rc != INK_OK ? rc : push_word(ps, id, &piece, boost, !own && boost == 1);
}

/* What most queries are made of: a word of `len` letters and digits alone. */
static int plain_word(struct ik_parser *ps, uint32_t id, size_t len)
{
	struct ik_piece piece;
	int rc = ik_piece_plain(ps, &piece, len);

	return rc != INK_OK ? rc : push_word(ps, id, &piece, 1, 1);
}

static int phrase(struct ik_parser *ps, uint32_t id)
{
	struct ik_piece piece;
	uint32_t slop = 0;
	int rc = ik_piece_quoted(ps, &piece);

	if (rc != INK_OK)
		return rc;
	if (ps->p < ps->end && *ps->p == '~') {
		ps->p++;
		rc = ik_parser_count(ps, "\"~\" behind a phrase needs a number of positions",
		                     &slop);
	}
	if (rc != INK_OK)
		return rc;
	if (ik_parser_type(ps, id) != INK_TEXT)
		return push_value(ps, id, &piece);
	return push_leaf(ps, IK_Q_PHRASE, id, &piece, slop);
}

/* The value behind '=', as it stands in the index. */
static int exact(struct ik_parser *ps, uint32_t id)
{
	struct ik_piece piece;
	int rc;

	ps->p++;
	rc = ik_piece_value(ps, &piece, "\"=\" needs a value right behind it");
	return rc == INK_OK ? push_leaf(ps, IK_Q_TERM, id, &piece, 0) : rc;
}

/* What stands right behind "field:". */
static int fielded(struct ik_parser *ps, uint32_t id)
{
	int32_t type = ik_parser_type(ps, id);

	if (type == INK_BYTES)
		return ik_parser_fail(ps, ps->p, "a field of type bytes cannot be searched");
	if (ps->p == ps->end || *ps->p == ')' || ik_lex_blank(ps->p, ps->end) > 0)
		return ik_parser_fail(ps, ps->p, "a field needs a value right behind its \":\"");
	switch (*ps->p) {
	case '(': return ik_parser_group(ps, id);
	case '"': return phrase(ps, id);
	case '=': return exact(ps, id);
	case '[':
	case '{': return ik_parser_range(ps, id);
	case '<':
	case '>':
		if (type == INK_TEXT)
			return ik_parser_fail(ps, ps->p, "a comparison over a text field");
		return ik_parser_comparison(ps, id);
	case '^':
	case '~':
		if (*ps->p == '^' || (ik_piece_at_fuzzy(ps, ps->p) && !at_distance(ps)))
			return ik_parser_fail(ps, ps->p, "a value is missing here");
		return word(ps, id, 1);
	default: return word(ps, id, 1);
	}
}

/* The message names the fields that there are; but "host:80" asks for none. */
static int no_field(struct ik_parser *ps, size_t n)
{
	ink_error why = {0};
	uint32_t id;
	int rc = ik_schema_need(ps->schema, ps->p, n, &id, &why);

	return ik_fail_at(ps->err, rc, ps->p - ps->text, "%s; a colon as text is \\:",
	                  why.message);
}

/* "name:" and comparisons; *done stays 0 when the text at ps->p is neither. */
static int prefixed(struct ik_parser *ps, int *done)
{
	size_t n = ik_lex_name(ps->p, ps->end);
	const char *mark = ps->p + n;
	uint32_t id;

	if (n == 0 || mark == ps->end || (*mark != ':' && *mark != '<' && *mark != '>'))
		return INK_OK;
	id = ik_schema_find(ps->schema, ps->p, n);
	if (*mark != ':') {
		if (id == IK_NO_FIELD || ik_parser_type(ps, id) == INK_TEXT ||
		    ik_parser_type(ps, id) == INK_BYTES)
			return INK_OK;
		*done = 1;
		ps->p = mark;
		return ik_parser_comparison(ps, id);
	}
	if (ik_lex_text_colon(mark, ps->end))
		return INK_OK;
	if (id == IK_NO_FIELD && (mark + 1 == ps->end || ik_lex_blank(mark + 1, ps->end) > 0))
		return INK_OK; /* "Note: this" asks nothing of a field */
	*done = 1;
	if (id == IK_NO_FIELD)
		return no_field(ps, n);
	ps->p = mark + 1;
	return fielded(ps, id);
}

static int match_all(struct ik_parser *ps)
{
	const struct ik_piece piece = {.at = ps->p, .text = ps->words.n};

	ps->p += 3;
	return push_leaf(ps, IK_Q_ALL, IK_NO_FIELD, &piece, 0);
}

int ik_parser_clause(struct ik_parser *ps, uint32_t field)
{
	const char *p = ps->p;
	size_t plain = ik_lex_plain(p, ps->end);
	int done = 0, rc;

	if (plain > 0 && ik_lex_word_end(p + plain, ps->end) &&
	    ik_parser_type(ps, field) == INK_TEXT)
		return plain_word(ps, field, plain);
	if (*p == '(')
		return ik_parser_group(ps, field);
	if (*p == '"')
		return phrase(ps, field);
	if (*p == '[' || *p == '{')
		return ik_parser_range(ps, field);
	if (*p == '^')
		return ik_parser_fail(ps, p, "\"^\" needs a clause right before it");
	if (ik_piece_at_fuzzy(ps, p) && !at_distance(ps))
		return ik_parser_fail(ps, p,
		                      "\"~\" needs a word, phrase or group right before it");
	if ((*p == '<' || *p == '>') && ik_parser_type(ps, field) != INK_TEXT)
		return ik_parser_comparison(ps, field);
	if (ps->end - p >= 3 && memcmp(p, "*:*", 3) == 0 &&
	    (ik_lex_word_end(p + 3, ps->end) || p[3] == '^'))
		return match_all(ps);
	rc = prefixed(ps, &done);
	return rc != INK_OK || done ? rc : word(ps, field, 0);
}
