/*
 * piece.h - a word or quoted text of a query string, read without its escapes.
 *
 * Layer: query. What it means depends on the field, and on what stands beside it.
 */
#ifndef IK_QUERY_PIECE_H
#define IK_QUERY_PIECE_H

#include "query/state.h"

/* A piece of the query string without its escapes, in ps->words. */
struct ik_piece {
	const char *at; /* where it stands in the query string */
	size_t text;
	size_t len;
	int stars; /* live wildcards: how many `*` and `?` */
	int last;  /* ... and whether the last byte is a `*` */
	int asks;  /* ... and how many `?` end the word */
};

static inline const char *ik_piece_text(const struct ik_parser *ps, const struct ik_piece *piece)
{
	return piece->len == 0 ? "" : ps->words.v + piece->text;
}

/* Read `len` letters and digits, which are a word as they are. INK_ENOMEM. */
int ik_piece_plain(struct ik_parser *ps, struct ik_piece *piece, size_t len);

/*
 * Read a bare word, in which `?` is no wildcard behind "://". As a pattern it has escapes of `*`
 * and `?` that are none, and of `\`; with `stop`, those bytes end it too. INK_ENOMEM.
 */
int ik_piece_word(struct ik_parser *ps, struct ik_piece *piece, int pattern, const char *stop);

/* Read text between quotes. INK_ESYNTAX when they are not closed, INK_ENOMEM. */
int ik_piece_quoted(struct ik_parser *ps, struct ik_piece *piece);

/* Read a value, quoted or not, that has to stand right here: `missing` is said where none does. */
int ik_piece_value(struct ik_parser *ps, struct ik_piece *piece, const char *missing);

/* Take the last n bytes off the piece that was read last. */
void ik_piece_cut(struct ik_parser *ps, struct ik_piece *piece, size_t n);

/* Forget the text of a piece that is in a query by now. */
void ik_piece_drop(struct ik_parser *ps, const struct ik_piece *piece);

/* "~" with a number or nothing behind it, and then the end of the word. */
int ik_piece_at_fuzzy(const struct ik_parser *ps, const char *p);

#endif
