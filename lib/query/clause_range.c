/* clause_range.c - ranges, comparisons and values of a query string. Layer: query. */
#include <string.h>

#include "query/bound.h"
#include "query/clause.h"
#include "query/lex.h"

int ik_parser_push_range(struct ik_parser *ps, uint32_t id, const struct ik_bound *lo,
                         const struct ik_bound *hi, const char *at)
{
	struct ik_query *query;
	int rc = ik_query_range(ik_parser_name(ps, id), lo, hi, &query, ps->err);

	return rc == INK_OK ? ik_parser_push_boosted(ps, query, at) : rc;
}

/* The values that a piece stands for, by itself or as a bound; a fault is told at the piece. */
static int span_of(struct ik_parser *ps, uint32_t id, const struct ik_piece *piece, int bound,
                   struct ik_span *span)
{
	const struct ik_field *field = ik_parser_field(ps, id);
	const char *text = ik_piece_text(ps, piece);
	ink_error why;

	if ((bound ? ik_span_bound : ik_span_parse)(field, text, piece->len, span, &why) == INK_OK)
		return INK_OK;
	return ik_fail_at(ps->err, INK_ESYNTAX, piece->at - ps->text, "field \"%s\": %s",
	                  field->name, why.message);
}

int ik_parser_push_values(struct ik_parser *ps, uint32_t id, const struct ik_piece *piece)
{
	struct ik_span span;
	int rc = span_of(ps, id, piece, 0, &span);

	ik_piece_drop(ps, piece);
	return rc == INK_OK ? ik_parser_push_range(ps, id, &span.first, &span.last, piece->at) : rc;
}

static void skip_blanks(struct ik_parser *ps)
{
	size_t n;

	while ((n = ik_lex_blank(ps->p, ps->end)) > 0)
		ps->p += n;
}

static int can_range(struct ik_parser *ps, uint32_t id)
{
	if (ik_parser_type(ps, id) != INK_TEXT)
		return INK_OK;
	if (id == IK_NO_FIELD)
		return ik_parser_fail(ps, ps->p,
		                      "a range needs a field before it, as in year:[1 TO 2]; "
		                      "a bracket as text is \\[ or \\{");
	return ik_parser_fail(ps, ps->p,
	                      "a range over a text field; a bracket as text is \\[ or \\{");
}

/* One end of a range: `span` stays zeroed for `*`. */
static int range_end(struct ik_parser *ps, uint32_t id, struct ik_piece *piece,
                     struct ik_span *span)
{
	int rc;

	memset(span, 0, sizeof *span);
	skip_blanks(ps);
	if (ps->p < ps->end && *ps->p == '"') {
		rc = ik_piece_quoted(ps, piece);
	} else {
		rc = ik_piece_word(ps, piece, 0, "]}");
		if (rc == INK_OK && piece->len == 0)
			return ik_parser_fail(ps, ps->p,
			                      "expected a value or * as a bound of a range");
		if (rc == INK_OK && piece->len == 1 && piece->stars == 1 && piece->last)
			return INK_OK;
	}
	return rc == INK_OK ? span_of(ps, id, piece, 1, span) : rc;
}

/* The buffer of texts may have moved since a bound was read. */
static void settle(const struct ik_parser *ps, struct ik_span *span, const struct ik_piece *piece)
{
	if (span->first.type == INK_KEYWORD)
		span->first.text = span->last.text = ik_piece_text(ps, piece);
}

int ik_parser_range(struct ik_parser *ps, uint32_t id)
{
	const char *at = ps->p;
	struct ik_piece lo_piece, hi_piece;
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
	rc = ik_parser_push_range(ps, id, &from, &to, at);
	ik_piece_drop(ps, &lo_piece);
	return rc;
}

int ik_parser_comparison(struct ik_parser *ps, uint32_t id)
{
	static const struct ik_bound none;
	const char *at = ps->p;
	int less = *ps->p++ == '<', equal = ps->p < ps->end && *ps->p == '=';
	struct ik_span span;
	struct ik_piece piece;
	struct ik_bound b;
	int rc;

	ps->p += equal;
	rc = ik_piece_value(ps, &piece, "a comparison needs a value right behind it");
	if (rc == INK_OK)
		rc = span_of(ps, id, &piece, 1, &span);
	if (rc != INK_OK)
		return rc;
	b = less == equal ? span.last : span.first;
	b.open = !equal;
	rc = ik_parser_push_range(ps, id, less ? &none : &b, less ? &b : &none, at);
	ik_piece_drop(ps, &piece);
	return rc;
}
