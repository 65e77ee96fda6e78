/*
 * marks.h - what a query looks for in one field, and where a text has it.
 *
 * Layer: search, private to snippets: marks.c makes the marks of a query,
 * marks_text.c the terms of its texts, marks_find.c looks for them.
 */
#ifndef IK_SEARCH_MARKS_H
#define IK_SEARCH_MARKS_H

#include "query/automaton.h"
#include "search/snippet.h"

#define IK_MARK_PHRASE_MAX 64   /* tokens; longer ones are found in pieces */
#define IK_MARK_PHRASES_MAX 256 /* more of them are marked word by word */
#define IK_MARK_STEPS 64        /* what a token costs, in what ik_poll() counts */
#define IK_MARK_PATTERNS_MAX 64 /* more patterns, or one-character words, are not marked */

enum {
	IK_MARK_PLAIN = 1, /* wherever it stands, not only in a phrase */
	IK_MARK_WEAK = 2   /* a gram across two words: only together with one of them */
};

struct ik_mark_term {
	const char *term;
	uint32_t len;
	uint8_t part;
	uint8_t flags;
};

/* The beginnings of grams: a query of one character. */
struct ik_mark_prefix {
	const char *text;
	uint32_t len;
	uint32_t chars;
};

struct ik_mark_pattern {
	struct ik_automaton *automaton;
	uint8_t parts; /* 1 << part where it looks */
};

/* Terms at positions; one query text may be several pieces, with the same `whole`. */
struct ik_mark_phrase {
	uint32_t *terms;
	uint32_t *offsets; /* of their positions, from the first one's */
	uint32_t n;
	uint32_t slop;
	uint32_t whole;
	uint32_t string; /* 1 + number of the string that it is, too; 0: none */
	uint8_t strict; /* where it stands nowhere, its terms are not marked either */
};

/* A folded text that is marked where a text has it, whatever its tokens are. */
struct ik_mark_string {
	const char *text;
	size_t len;
};

/* Ids of what is marked: terms, then prefixes, then patterns, then strings. */
struct ik_marks {
	const struct ik_analyzer *analyzer; /* NULL: the field has none, nothing is marked */
	const struct ik_lexicon *lexicon;   /* the user's words; may be NULL */
	struct ik_mark_term *terms;
	uint32_t n_terms;
	uint32_t *slots;                    /* open addressing: 1 + number of a term, 0 for none */
	uint32_t mask;
	struct ik_mark_prefix prefixes[IK_MARK_PATTERNS_MAX];
	uint32_t n_prefixes;
	struct ik_mark_pattern patterns[IK_MARK_PATTERNS_MAX];
	uint32_t n_patterns;
	struct ik_mark_string strings[IK_MARK_PATTERNS_MAX];
	uint32_t n_strings;
	struct ik_mark_phrase *phrases;
	uint32_t n_phrases;
	struct ik_cut *cuts;                /* results.c: the snippets made so far, by hit */
};

/* A snippet that was made; text NULL when not. */
struct ik_cut {
	const char *text;
	size_t len;
};

/* How many ids there are. */
static inline size_t ik_marks_count(const struct ik_marks *m)
{
	return (size_t)m->n_terms + m->n_prefixes + m->n_patterns + m->n_strings;
}

/* The number of a term, or UINT32_MAX. */
uint32_t ik_marks_term(const struct ik_marks *marks, uint8_t part, const char *term, size_t len);

/* ---- collecting (marks.c, marks_text.c) ---- */

struct ik_mark_build {
	struct ik_marks *marks;
	struct ik_arena *arena;
	struct ik_analysis *analysis;
	const char *field;   /* its name */
	struct ik_map *seen; /* part and term -> number */
	IK_VEC(struct ik_mark_term) terms;
	IK_VEC(struct ik_mark_phrase) phrases;
	uint32_t wholes;
	uint32_t string;     /* 1 + its number where the next phrase is one, else 0 */
	uint8_t strict;      /* of phrases from now on */
	struct ik_poll *poll; /* may be NULL */
	ink_error *err;
};

/* A term that is looked for; flags IK_MARK_*. */
int ik_mark_add(struct ik_mark_build *b, uint8_t part, const char *term, size_t len, uint8_t flags,
                uint32_t *number);

/* The tokens of a text: of any, or in order. */
int ik_mark_match(struct ik_mark_build *b, const char *text, size_t len);
int ik_mark_phrase(struct ik_mark_build *b, const char *text, size_t len, uint32_t slop);

/* ---- finding (marks_find.c) ---- */

struct ik_hit {
	uint32_t start, end; /* bytes of the text */
	uint32_t id;
	uint32_t position;
	uint8_t part;
	uint8_t keep;
};

struct ik_hits {
	IK_VEC(struct ik_hit) list; /* by start, then end */
};

/*
 * All that is to be marked in a text. INK_ENOMEM, INK_ELIMIT, and what `poll`, which may be NULL,
 * fails with. Free the list also after an error.
 */
int ik_marks_find(const struct ik_marks *marks, const struct ik_snippet_text *text,
                  struct ik_poll *poll, struct ik_hits *out, ink_error *err);

#endif
