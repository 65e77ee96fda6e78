/* piece.c - reading words and quoted texts of a query string. Layer: query. */
#include "query/piece.h"

#include <string.h>

#include "query/lex.h"

int ik_piece_at_fuzzy(const struct ik_parser *ps, const char *p)
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

void ik_piece_drop(struct ik_parser *ps, const struct ik_piece *piece)
{
	ps->words.n = piece->text;
}

void ik_piece_cut(struct ik_parser *ps, struct ik_piece *piece, size_t n)
{
	if (n == 0)
		return;
	piece->len -= n;
	ps->words.n = piece->text + piece->len;
	put(ps, " ", 1); /* no longer than before */
}

int ik_piece_word(struct ik_parser *ps, struct ik_piece *piece, int pattern, const char *stop)
{
	const char *p = ps->p;
	int address = 0;

	*piece = (struct ik_piece){.at = p, .text = ps->words.n};
	for (;;) {
		size_t plain = ik_lex_plain(p, ps->end);
		int escaped, wild;

		put(ps, p, plain);
		p += plain;
		piece->last &= plain == 0;
		piece->asks = plain == 0 ? piece->asks : 0;
		if (ik_lex_word_end(p, ps->end) || *p == '^' || ik_piece_at_fuzzy(ps, p))
			break;
		escaped = *p == '\\' && p + 1 < ps->end;
		address |= ik_lex_is_address(p, ps->end);
		wild = !escaped && (*p == '*' || (*p == '?' && !address));
		if (stop != NULL && *p != '\0' && strchr(stop, *p) != NULL)
			break;
		p += escaped;
		if (pattern && !wild && (*p == '*' || *p == '?' || *p == '\\'))
			put(ps, "\\", 1);
		put(ps, p, 1);
		piece->stars += wild;
		piece->last = wild && *p == '*';
		piece->asks = wild && *p == '?' ? piece->asks + 1 : 0;
		p++;
	}
	ps->p = p;
	piece->len = ps->words.n - piece->text;
	put(ps, " ", 1);
	return ps->full ? ik_fail_nomem(ps->err) : INK_OK;
}

int ik_piece_plain(struct ik_parser *ps, struct ik_piece *piece, size_t len)
{
	*piece = (struct ik_piece){.at = ps->p, .text = ps->words.n, .len = len};
	put(ps, ps->p, len);
	put(ps, " ", 1);
	ps->p += len;
	return ps->full ? ik_fail_nomem(ps->err) : INK_OK;
}

int ik_piece_quoted(struct ik_parser *ps, struct ik_piece *piece)
{
	const char *p = ps->p + 1, *from = p;

	*piece = (struct ik_piece){.at = ps->p, .text = ps->words.n};
	for (; p < ps->end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < ps->end) {
			put(ps, from, (size_t)(p - from));
			from = ++p;
		}
	put(ps, from, (size_t)(p - from));
	if (p == ps->end)
		return ik_parser_fail(ps, ps->p,
		                      "a quote that is not closed; a quote as text is \\\"");
	ps->p = p + 1;
	piece->len = ps->words.n - piece->text;
	put(ps, " ", 1);
	return ps->full ? ik_fail_nomem(ps->err) : INK_OK;
}

int ik_piece_value(struct ik_parser *ps, struct ik_piece *piece, const char *missing)
{
	if (ps->p < ps->end && *ps->p == '"')
		return ik_piece_quoted(ps, piece);
	if (ik_lex_word_end(ps->p, ps->end))
		return ik_parser_fail(ps, ps->p, missing);
	return ik_piece_word(ps, piece, 0, NULL);
}
