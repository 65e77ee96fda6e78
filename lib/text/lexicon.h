/*
 * lexicon.h - the words and synonyms that a user gave an index.
 *
 * Layer: text. Immutable, counted and shared by threads: writers, readers
 * and searches hold the one they began with. Its source is two texts.
 *
 * Words: one a line, "word" or "word<TAB>weight". A word in a script without
 * blanks joins the dictionary's in the segmenter's Viterbi; a Korean one wins
 * over the stripping of particles; every other one ("Node.js", "C*", "machine
 * learning", "36氪") is one more term beside its parts, as joined forms are.
 * Synonyms are in synonym.h. Grams know nothing of either, so documents from
 * before a word was there are found all the same.
 */
#ifndef IK_TEXT_LEXICON_H
#define IK_TEXT_LEXICON_H

#include "base/err.h"
#include "text/fold.h"
#include "text/synonym.h"
#include "text/trie.h"

#define IK_WORDS_MAX ((size_t)16 << 20)   /* bytes of each text */
#define IK_SYNONYMS_MAX ((size_t)4 << 20)
#define IK_WORD_CHARS_MAX 60u             /* less than IK_TAIL of analysis.h */
#define IK_WEIGHT_MAX 10000u

enum ik_word_kind {
	IK_WORD_NONE,
	IK_WORD_HAN,    /* Han and kana only */
	IK_WORD_HANGUL,
	IK_WORD_THAI,
	IK_WORD_JOINED  /* of letters and digits, or of several scripts or parts */
};

struct ik_lexicon {
	_Atomic uint32_t refs;
	char *words_text;
	size_t words_len;
	char *synonyms_text;
	size_t synonyms_len;
	struct ik_trie words;   /* folded characters; a value has kind and cost */
	uint32_t kinds;         /* 1 << kind, of all that are there */
	uint32_t first[256 / 32]; /* bytes that a joined word may begin with */
	struct ik_synonyms synonyms;
};

/* Copies both texts; errors name line and byte. INK_ESYNTAX, INK_ELIMIT, INK_ENOMEM. */
int ik_lexicon_new(const char *words, size_t words_len, const char *synonyms, size_t synonyms_len,
                   struct ik_lexicon **out, ink_error *err);
struct ik_lexicon *ik_lexicon_ref(struct ik_lexicon *lexicon); /* NULL is fine */
void ik_lexicon_unref(struct ik_lexicon *lexicon);             /* NULL is fine */

static inline int ik_lexicon_has_kind(const struct ik_lexicon *lexicon, enum ik_word_kind kind)
{
	return lexicon != NULL && (lexicon->kinds >> kind & 1) != 0;
}

/* ---- what a value of the trie says ---- */

#define IK_WORD_COST_BIAS (1 << 20)

static inline enum ik_word_kind ik_word_kind(uint32_t value)
{
	return (enum ik_word_kind)(value & 7);
}

/* What the segmenter pays for it; may be below 0. */
static inline int32_t ik_word_cost(uint32_t value)
{
	return (int32_t)(value >> 3) - IK_WORD_COST_BIAS;
}

/* ---- finding words ---- */

/* Is c[0, n) a word of this kind? */
int ik_lexicon_has(const struct ik_lexicon *lexicon, enum ik_word_kind kind,
                   const struct ik_char *c, uint32_t n);

/* The length of the longest word of a kind at the front of c[0, n); 0 for none. */
uint32_t ik_lexicon_longest(const struct ik_lexicon *lexicon, enum ik_word_kind kind,
                            const struct ik_char *c, uint32_t n);

/*
 * The longest joined word that begins at text[at] and ends between two words:
 * the byte after it, or `at`. Its folded form goes to `term`, which has room
 * for IK_WORD_CHARS_MAX characters and one.
 */
size_t ik_lexicon_joined(const struct ik_lexicon *lexicon, const char *text, size_t len, size_t at,
                         char *term, size_t *term_len);

#define IK_WORD_TERM_ROOM (4 * (IK_WORD_CHARS_MAX + 1))

#endif
