/*
 * analysis.h - the working memory of one analysis and how tokens leave it.
 *
 * Layer: text, private to it. run.c cuts a text into runs of one kind;
 * latin.c, han.c, hangul.c and thai.c make tokens of a run, emoji.c of what is
 * none; emit.c hands them on.
 */
#ifndef IK_TEXT_ANALYSIS_H
#define IK_TEXT_ANALYSIS_H

#include "text/analyzer.h"
#include "text/fold.h"
#include "text/lexicon.h"
#include "text/registry.h"
#include "text/stem.h"
#include "text/viterbi.h"

#define IK_FILTERS_MAX 8
#define IK_NORMALIZERS_MAX 4
#define IK_NUMBER_MAX 32
#define IK_TAIL 64 /* characters of an endless run kept back, for words that go on */

enum ik_tokenizer {
	IK_TOKENIZER_DEFAULT,
	IK_TOKENIZER_WORD,
	IK_TOKENIZER_LETTERS,
	IK_TOKENIZER_WHITESPACE,
	IK_TOKENIZER_KEYWORD,
	IK_TOKENIZER_NGRAM,
	IK_TOKENIZER_OWN /* the application's */
};

enum ik_filter_kind {
	IK_FILTER_FOLD,
	IK_FILTER_LOWER,
	IK_FILTER_STOP,
	IK_FILTER_STEM,
	IK_FILTER_LENGTH,
	IK_FILTER_DIACRITICS,
	IK_FILTER_READINGS, /* of the default chain only */
	IK_FILTER_OWN
};

/* An instance of what the application registered; without an extension: none. */
struct ik_use {
	struct ik_extension *extension;
	void *self;
};

struct ik_filter {
	enum ik_filter_kind kind;
	uint32_t min, max;    /* length: characters */
	const void *language; /* stop: a list of stop.h; stem: an algorithm's name */
	struct ik_use use;
};

struct ik_extending; /* extend.c: what registered parts and normalisers need */

/* thai.c: for each place in a run the fewest words behind it, and the next one. */
struct ik_thai {
	uint32_t cost[IK_WINDOW + IK_WINDOW_SLACK + 1];
	uint16_t next[IK_WINDOW + IK_WINDOW_SLACK];
	uint16_t code[IK_WINDOW + IK_WINDOW_SLACK];
	uint8_t known[IK_WINDOW + IK_WINDOW_SLACK]; /* the next word is in the dictionary */
};

struct ik_analyzer {
	_Atomic uint32_t refs;
	enum ik_tokenizer tokenizer;
	uint32_t gram_len;
	int readings; /* default: Han and kana can be found in Latin letters, too */
	uint32_t n_filters;
	uint32_t n_plain; /* filters before diacritics and those of the application */
	struct ik_filter filter[IK_FILTERS_MAX];
	int extended; /* has anything of what follows, or a filter of the application */
	struct ik_use own; /* the tokenizer */
	uint32_t n_normalizers;
	struct ik_use normalizer[IK_NORMALIZERS_MAX]; /* without an extension: diacritics */
};

enum ik_run_kind {
	IK_RUN_WORD,    /* without grams */
	IK_RUN_GRAMS,   /* and with blanks between words */
	IK_RUN_UNBROKEN /* and without */
};

struct ik_analysis {
	const struct ik_analyzer *analyzer;
	enum ik_purpose purpose;
	const char *text;
	size_t len;
	struct ik_sink *sink;
	int rc;            /* what stopped the run */
	int told;          /* why is in err already */
	ink_error *err;
	struct ik_extending *ext; /* NULL until one is needed */
	const struct ik_lexicon *lexicon; /* the user's words; NULL: none */
	size_t user_next;  /* up to here joined words were looked for */
	size_t user_end;   /* a ranked query: up to here a joined word stands for its parts */
	int whole;         /* the default chain: grams, exact and joined forms */
	int counting;      /* ANY, first pass: only count terms that say something */
	int dropping;      /* ANY, second pass: leave out function terms */
	uint32_t content;  /* that count */
	uint32_t word_pos; /* of the next word, gram */
	uint32_t gram_pos;
	size_t run_end;    /* where what follows the last run directly begins */
	enum ik_run_kind last_run;
	size_t number_end;   /* where a number that is the last word ends, and begins; its digits */
	size_t number_start;
	uint32_t number_len;
	char number[IK_NUMBER_MAX];
	struct ik_stemmer *english; /* the default chain's; one of these */
	struct ik_stemmer *stemmer[IK_FILTERS_MAX];
	uint32_t n_stemmers;
	struct ik_window window;
	struct ik_window folding; /* of the fold filter, which runs inside the other */
	struct ik_viterbi viterbi;
	struct ik_thai thai;
	char term[IK_TERM_MAX + 9]; /* written in steps of eight */
};

/* ---- emit.c: both return a->rc ---- */

/* A word at a->word_pos, which the caller moves on. Ranked queries leave out function words. */
int ik_emit_word(struct ik_analysis *a, const char *term, size_t len, size_t start, size_t end,
                 uint8_t flags, int function);

/* A gram or exact form at a->gram_pos. */
int ik_emit_gram(struct ik_analysis *a, const char *term, size_t len, size_t start, size_t end,
                 uint8_t flags, int function);

/* Write characters as UTF-8 into at most `room` bytes; how many bytes. */
size_t ik_emit_put(char *out, size_t room, const struct ik_char *c, uint32_t n);

/*
 * All grams of c[0, used) of a run of n characters, `size` characters each,
 * and the shorter ones at its end; `function` when the whole run is a function
 * word. Folds kana in place.
 */
int ik_emit_grams(struct ik_analysis *a, struct ik_char *c, uint32_t n, uint32_t used,
                  uint32_t size, int function);

/* ---- user.c ---- */

void ik_user_find_joined(struct ik_analysis *a, size_t at);

/* Where a word begins: emit the joined word of the user that begins there. */
static inline void ik_user_joined(struct ik_analysis *a, size_t at)
{
	if (ik_lexicon_has_kind(a->lexicon, IK_WORD_JOINED))
		ik_user_find_joined(a, at);
}

/* IK_TOKEN_USER when a query's word is one of the user's, else 0. */
static inline uint8_t ik_user_flag(const struct ik_analysis *a, enum ik_word_kind kind,
                                   const struct ik_char *c, uint32_t n)
{
	return a->lexicon != NULL && a->purpose != IK_FOR_DOC &&
	       ik_lexicon_has(a->lexicon, kind, c, n) ? IK_TOKEN_USER : 0;
}

/* ---- filter.c ---- */

/* Pass text[start, end) as a term through the analyzer's filters and on to the sink; a->rc. */
int ik_filter_run(struct ik_analysis *a, size_t start, size_t end, int ascii);

/* The same for a term of its own, from filter i on; all else is in `token`. */
int ik_filter_token(struct ik_analysis *a, uint32_t i, const char *term, size_t len,
                    struct ik_token *token);

/* ---- runs: c[0, n) is one; with `more` it goes on behind; how many characters are done ---- */

uint32_t ik_run_han(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more);
uint32_t ik_run_hangul(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more);
uint32_t ik_run_thai(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more);

/*
 * An emoji at c[0], which begins no run, as the word it is; none: 0. It is
 * looked for as far as n says, which is enough for any that is drawn.
 */
uint32_t ik_run_emoji(struct ik_analysis *a, const struct ik_char *c, uint32_t n);

/* A word or compound of alphabets and digits at the front of c[0, n). */
uint32_t ik_run_latin(struct ik_analysis *a, struct ik_char *c, uint32_t n);

/* A plain ASCII word at text[at]: the byte after it, or `at` when it is not plain. */
size_t ik_run_ascii(struct ik_analysis *a, size_t at);

/*
 * Plain words of a document of the default chain, the first one at text[at]: where something else
 * may begin, or the text's end is near; `at` when the first one is none.
 */
size_t ik_run_plain(struct ik_analysis *a, size_t at);

/* Where the characters of c[0, n) end that may be of one word with c[at]. */
static inline uint32_t ik_run_part(const struct ik_analysis *a, const struct ik_char *c, uint32_t n,
                                   uint32_t at)
{
	if (!a->window.parted)
		return n;
	while (at < n && !(c[at].flags & IK_CHAR_LAST))
		at++;
	return at < n ? at + 1 : n;
}

/* Does ".net", a word by itself, stand at the front? */
int ik_is_dotnet(const struct ik_char *c, uint32_t n);

/* ---- whole texts ---- */

/*
 * Before the words of a run. Where anything stands between two runs that have
 * grams, a position of grams is left out, and between two in scripts without
 * blanks one of words: there, neighbouring positions mean neighbouring
 * characters, which lets a phrase prove a substring. A blank between Latin and
 * Han means nothing: "A100 芯片" is written without it as often.
 */
void ik_run_begin(struct ik_analysis *a, size_t start, enum ik_run_kind kind);

void ik_run_text(struct ik_analysis *a);   /* default and word */
void ik_run_simple(struct ik_analysis *a); /* letters, whitespace, keyword, ngram */

/*
 * Letters and whitespace from text[at], which is not inside a term, as far as
 * the text is ASCII: the start of the first term that may not be, or the end.
 */
size_t ik_run_blocks(struct ik_analysis *a, size_t at);

/* The stemmer of an algorithm, made when it is first asked for; NULL when memory is out. */
struct ik_stemmer *ik_analysis_stemmer(struct ik_analysis *a, const char *algorithm);

#endif
