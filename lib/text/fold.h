/*
 * fold.h - folding text for matching: NFKC_Casefold, then Traditional to
 * Simplified Chinese, one character at a time.
 *
 * Layer: text. The tables are const and made when Inkstone is built, by
 * gen/gen_fold.c from ICU's own data; ICU itself runs only where characters
 * combine (decomposed accents, conjoining jamo).
 */
#ifndef IK_TEXT_FOLD_H
#define IK_TEXT_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* What a folded character is to a tokenizer. The generator writes these numbers into the table. */
enum ik_class {
	IK_CLASS_OTHER = 0,  /* punctuation, symbols, U+FFFD: between words */
	IK_CLASS_BLANK = 1,  /* white space and controls */
	IK_CLASS_ALPHA = 2,  /* letters of alphabets */
	IK_CLASS_DIGIT = 3,
	IK_CLASS_MARK = 4,   /* combining marks: part of what they follow */
	IK_CLASS_JOIN = 5,   /* - . _ ' & / may hold the parts of a compound together */
	IK_CLASS_HAN = 6,
	IK_CLASS_HIRA = 7,
	IK_CLASS_KATA = 8,
	IK_CLASS_MIDDOT = 9, /* between kana words: in the run, but no word */
	IK_CLASS_HANGUL = 10,
	IK_CLASS_THAI = 11   /* Thai, Lao, Khmer, Burmese */
};

/* A table entry: 21 bits of code point (0: itself), the class, and what makes it special. */
#define IK_FOLD_CP 0x1FFFFFu
#define IK_FOLD_CLASS_SHIFT 21
#define IK_FOLD_MULTI (1u << 25)    /* not a code point but an index of ik_fold_seq: length, text */
#define IK_FOLD_ATTACH (1u << 26)   /* normalising it may depend on what stands before */
#define IK_FOLD_COMPOSE (1u << 27)  /* and it may become one with that */
#define IK_FOLD_EMOJI (1u << 28)    /* an emoji, and a word by itself */
#define IK_FOLD_SIGN (1u << 29)     /* an emoji where U+FE0F or U+200D makes it one, else a sign */
#define IK_FOLD_APART (1u << 30)    /* with IK_FOLD_MULTI: of no word that stands beside it */
#define IK_FOLD_BLOCK 64u

extern const uint16_t ik_fold_page[0x110000 / IK_FOLD_BLOCK];
extern const uint32_t ik_fold_block[];
extern const uint32_t ik_fold_seq[];
extern const char ik_fold_source[]; /* versions: the chain, ICU and Unicode behind the tables */

/* To be counted up whenever the default chain makes other tokens than before. */
#define IK_FOLD_CHAIN "default 5"

static inline uint32_t ik_fold_entry(uint32_t cp)
{
	return ik_fold_block[ik_fold_page[cp / IK_FOLD_BLOCK] * IK_FOLD_BLOCK +
	                     cp % IK_FOLD_BLOCK];
}

/*
 * Signs that make a keycap or may be emoji, without a look into the table, as commas and stops of
 * CJK text are asked as well: no others are emoji.
 */
static inline int ik_may_be_emoji(uint32_t cp)
{
	return cp - 0x20E3 < 0x2C00 - 0x20E3 || cp >= 0x1F000 || cp == 0xA9 || cp == 0xAE;
}

static inline uint8_t ik_fold_class(uint32_t entry)
{
	return (uint8_t)(entry >> IK_FOLD_CLASS_SHIFT & 15);
}

/* What cp, which has this entry and is folded to one character, is folded to. */
static inline uint32_t ik_fold_one(uint32_t entry, uint32_t cp)
{
	return entry & IK_FOLD_CP ? entry & IK_FOLD_CP : cp;
}

/* Invisible characters fold to nothing. */
static inline int ik_fold_is_empty(uint32_t entry)
{
	return (entry & IK_FOLD_MULTI) != 0 && ik_fold_seq[entry & IK_FOLD_CP] == 0;
}

/*
 * The vowel AM of Thai (U+0E33) and Lao (U+0EB3) is also typed as its two halves, NIKHAHIT and
 * AA, with a tone mark before or between them, and by mistake with one behind it, whole or in
 * halves. Dictionaries know it undivided, behind the tone.
 */
#define IK_LAO 0x80u /* Lao is laid out as Thai is, this much behind */
#define IK_NIKHAHIT 0x0E4Du
#define IK_SARA_AA 0x0E32u
#define IK_SARA_AM 0x0E33u

static inline int ik_is_nikhahit(uint32_t cp)
{
	return (cp | IK_LAO) == (IK_NIKHAHIT | IK_LAO);
}

static inline int ik_is_aa(uint32_t cp)
{
	return (cp | IK_LAO) == (IK_SARA_AA | IK_LAO);
}

static inline int ik_is_am(uint32_t cp)
{
	return (cp | IK_LAO) == (IK_SARA_AM | IK_LAO);
}

static inline int ik_is_tone(uint32_t cp)
{
	return (cp | IK_LAO) >= 0x0EC8 && (cp | IK_LAO) <= 0x0ECB;
}

/*
 * Hiragana as katakana, for the gram part: ぁ-ゖ and the iteration marks. Without a branch, as no
 * processor foresees where they stand between Han characters.
 */
static inline uint32_t ik_fold_kana(uint32_t cp)
{
	uint32_t is_hiragana = (uint32_t)(cp - 0x3041 <= 0x3096 - 0x3041) |
	                       (uint32_t)(cp - 0x309D <= 0x309E - 0x309D);

	return cp + is_hiragana * 0x60;
}

#define IK_CHAR_FUNCTION 1u /* says nothing of what a query is about: see stop.h */
#define IK_CHAR_LAST 2u     /* of a word: what is right behind it begins another one */

/* One folded character and the source bytes that it stands for. */
struct ik_char {
	uint32_t cp;
	uint32_t start;
	uint32_t end;
	uint8_t cls;
	uint8_t flags; /* IK_CHAR_* */
};

#define IK_WINDOW 2048 /* characters looked at together */
#define IK_WINDOW_SLACK 384

/* A window that slides over a text; characters not consumed stay at its front. */
struct ik_window {
	const char *text;
	size_t len;
	size_t at;       /* the first source byte not folded yet */
	uint32_t n;
	uint32_t base;   /* where in c the last character begins that another may combine with */
	uint32_t base_at; /* and its source offset */
	struct ik_char c[IK_WINDOW + IK_WINDOW_SLACK];
	int parted;      /* has any character been IK_CHAR_LAST? */
};

void ik_window_init(struct ik_window *w, const char *text, size_t len, size_t at);

/*
 * Fold on until the window is full (0) or, 1, up to the end of the text or,
 * with `to_blank`, up to an ASCII blank, which is left unread.
 */
int ik_window_fill(struct ik_window *w, int to_blank);

/* Drop the first n characters. */
void ik_window_drop(struct ik_window *w, uint32_t n);

#endif
