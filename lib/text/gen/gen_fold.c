/*
 * gen_fold.c - writes the folding tables, fold_table.c, to standard output.
 *
 * Build time only. Source: ICU's NFKC_Casefold normaliser, its
 * "Traditional-Simplified" transliterator (one character to one character)
 * and the Unicode character properties. Runs in about a second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include <unicode/uversion.h>

#include "text/fold.h"

#define MAX_CP 0x110000u
#define MAX_BLOCKS 4096u
#define MAX_SEQ 65536u

static const UNormalizer2 *nfkc_cf;
static UTransliterator *simplify;
static uint32_t blocks[MAX_BLOCKS][IK_FOLD_BLOCK];
static uint16_t pages[MAX_CP / IK_FOLD_BLOCK];
static uint32_t seq[MAX_SEQ];
static uint32_t n_blocks, n_seq;

static void die(const char *what)
{
	fprintf(stderr, "gen_fold: %s\n", what);
	exit(1);
}

static uint32_t simplify_once(uint32_t cp)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar buf[16];
	UChar32 out[16];
	int32_t n = 0, limit, count = 0;

	U16_APPEND_UNSAFE(buf, n, (UChar32)cp);
	limit = n;
	utrans_transUChars(simplify, buf, &n, 16, 0, &limit, &rc);
	u_strToUTF32(out, 16, &count, buf, n, &rc);
	if (U_FAILURE(rc))
		die("transliteration failed");
	return count == 1 ? (uint32_t)out[0] : cp;
}

/* A few characters lead to others that lead on or back: a chain becomes its last or smallest. */
static uint32_t to_simplified(uint32_t cp)
{
	uint32_t now = cp, least = cp;
	int step;

	for (step = 0; step < 8; step++) {
		uint32_t next = simplify_once(now);

		if (next == now)
			return now;
		now = next;
	}
	for (least = now, step = 0; step < 8; step++) {
		now = simplify_once(now);
		least = now < least ? now : least;
	}
	return least;
}

/* Typographic apostrophes and hyphens join words as the ASCII ones do. */
static uint32_t plain_joiner(uint32_t cp)
{
	if (cp == 0x2019 || cp == 0x02BC)
		return '\'';
	return cp == 0x2010 || cp == 0x2011 ? '-' : cp;
}

/*
 * Signs of JIS X 0208 that have two code points, as vendors convert them in two ways: no reader
 * sees which one a text has. NFKC makes one of the first two only.
 */
static uint32_t only_sign(uint32_t cp)
{
	switch (cp) {
	case 0x301C: return '~'; /* as U+FF5E */
	case 0x2015: return 0x2014;
	case 0x2225: return 0x2016;
	default: return cp;
	}
}

/* Signs behind a name, as (R) is: with the letters that NFKC makes of them it were another word. */
static int is_trade_mark(uint32_t cp)
{
	return cp == 0x2122 || cp == 0x2120;
}

static int is_thai_type(UScriptCode script)
{
	return script == USCRIPT_THAI || script == USCRIPT_LAO || script == USCRIPT_KHMER ||
	       script == USCRIPT_MYANMAR;
}

static uint32_t class_by_script(uint32_t cp)
{
	UErrorCode rc = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript((UChar32)cp, &rc);
	uint32_t mask = U_GET_GC_MASK((UChar32)cp);

	if (cp == 0x30FB)
		return IK_CLASS_MIDDOT;
	if (cp == 0x30FC || script == USCRIPT_KATAKANA)
		return IK_CLASS_KATA;
	if (script == USCRIPT_HIRAGANA)
		return IK_CLASS_HIRA;
	if (script == USCRIPT_HAN || script == USCRIPT_BOPOMOFO || cp == 0x3007 || cp == 0x3005)
		return mask & U_GC_M_MASK ? IK_CLASS_MARK : IK_CLASS_HAN;
	if (script == USCRIPT_HANGUL && mask & U_GC_L_MASK)
		return IK_CLASS_HANGUL;
	if (is_thai_type(script) && mask & (U_GC_L_MASK | U_GC_M_MASK))
		return IK_CLASS_THAI;
	return IK_CLASS_OTHER;
}

static uint32_t class_of(uint32_t cp)
{
	uint32_t mask = U_GET_GC_MASK((UChar32)cp);
	uint32_t cls;

	if (cp < 0x80 && cp > 0x20 && strchr("-._'&/", (int)cp))
		return IK_CLASS_JOIN;
	cls = class_by_script(cp);
	if (cls != IK_CLASS_OTHER)
		return cls;
	if (mask & U_GC_L_MASK)
		return IK_CLASS_ALPHA;
	if (mask & U_GC_M_MASK)
		return IK_CLASS_MARK;
	if (mask & U_GC_N_MASK)
		return IK_CLASS_DIGIT;
	return mask & (U_GC_Z_MASK | U_GC_CC_MASK) ? IK_CLASS_BLANK : IK_CLASS_OTHER;
}

/*
 * Emoji are words. Signs that also punctuate, count or point in any text (a copyright sign, an
 * arrow, a bullet) are so only where the text asks for the picture: all that Unicode draws as
 * text by itself, but for its two blocks of pictures and what lies beyond the plane of scripts.
 * What folds to letters is no emoji, nor are two signs of Japanese punctuation, U+3030 and U+303D,
 * in any style. Code points kept for emoji to come are emoji.
 */
static uint32_t emoji_of(uint32_t cp)
{
	UBlockCode block = ublock_getCode((UChar32)cp);
	int kept = u_charType((UChar32)cp) == U_UNASSIGNED &&
	           u_hasBinaryProperty((UChar32)cp, UCHAR_EXTENDED_PICTOGRAPHIC);

	if (!ik_may_be_emoji(cp) || class_of(cp) != IK_CLASS_OTHER ||
	    (!kept && !u_hasBinaryProperty((UChar32)cp, UCHAR_EMOJI)))
		return 0;
	if (u_hasBinaryProperty((UChar32)cp, UCHAR_EMOJI_PRESENTATION) || cp >= 0x10000 ||
	    block == UBLOCK_MISCELLANEOUS_SYMBOLS || block == UBLOCK_DINGBATS)
		return IK_FOLD_EMOJI;
	return IK_FOLD_SIGN;
}

static int is_of_word(uint32_t cp)
{
	return class_of(cp) == IK_CLASS_ALPHA || class_of(cp) == IK_CLASS_DIGIT;
}

/*
 * Does it part words? U+200B does, to UAX #29 (Word_Break is Other, not Format), and is typed for
 * that in scripts without blanks. So do signs and numbers that are no letters, however NFKC
 * writes them: a unit, a superscript, a number in a circle. Else "1990" were not found with a
 * footnote's number behind it. And so does what is several words, as U+FDFA behind a name.
 */
static int is_apart(uint32_t cp, const uint32_t *out, uint32_t n)
{
	uint32_t signs = U_GC_S_MASK | U_GC_NO_MASK, i;
	int apart = (U_GET_GC_MASK((UChar32)cp) & signs) != 0 &&
	            !u_hasBinaryProperty((UChar32)cp, UCHAR_ALPHABETIC);

	for (i = 0; i < n; i++)
		apart |= n > 1 && class_of(out[i]) == IK_CLASS_BLANK;
	return cp == 0x200B || (apart && n > 0 && (out[0] != cp || n > 1) &&
	                        (is_of_word(out[0]) || is_of_word(out[n - 1])));
}

static int may_compose(const UChar *s, int32_t len)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar32 c[64];
	int32_t n = 0, i;

	u_strToUTF32(c, 64, &n, s, len, &rc);
	for (i = 0; i < n; i++)
		if (u_getIntPropertyValue(c[i], UCHAR_NFKC_QUICK_CHECK) == UNORM_MAYBE)
			return 1;
	return 0;
}

/* Fold one code point into out; how many came of it. */
static uint32_t fold(uint32_t cp, uint32_t *out, uint32_t *flags)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar src[2], dst[64];
	UChar32 wide[64];
	int32_t n = 0, len, i, count = 0;

	U16_APPEND_UNSAFE(src, n, (UChar32)cp);
	len = unorm2_normalize(nfkc_cf, src, n, dst, 64, &rc);
	if (U_FAILURE(rc))
		die("normalising failed");
	*flags = 0;
	if (!unorm2_hasBoundaryBefore(nfkc_cf, (UChar32)cp) && len > 0)
		*flags = IK_FOLD_ATTACH | (may_compose(dst, len) ? IK_FOLD_COMPOSE : 0);
	if (ik_is_nikhahit(cp)) /* may be half of AM, which stays undivided: fold.h */
		*flags = IK_FOLD_ATTACH;
	if (ik_is_am(cp) || is_trade_mark(cp)) {
		out[0] = cp;
		return 1;
	}
	u_strToUTF32(wide, 64, &count, dst, len, &rc);
	for (i = 0; i < count; i++) {
		uint32_t c = (uint32_t)wide[i];

		c = class_by_script(c) == IK_CLASS_HAN ? to_simplified(c) : c;
		out[i] = only_sign(plain_joiner(c));
	}
	return (uint32_t)count;
}

static uint32_t entry_of(uint32_t cp)
{
	uint32_t out[64], flags, n, i, entry, apart;

	if (U_IS_SURROGATE(cp))
		return 0;
	if (cp == 0)
		return IK_CLASS_BLANK << IK_FOLD_CLASS_SHIFT | ' ';
	n = fold(cp, out, &flags);
	apart = is_apart(cp, out, n) ? IK_FOLD_APART : 0;
	if (n == 1 && !apart) {
		entry = out[0] == cp ? emoji_of(cp) : out[0];
		return entry | class_of(out[0]) << IK_FOLD_CLASS_SHIFT | flags;
	}
	if (n_seq + n + 1 > MAX_SEQ)
		die("too many sequences");
	entry = n_seq | IK_FOLD_MULTI | apart | flags;
	seq[n_seq++] = n;
	for (i = 0; i < n; i++)
		seq[n_seq++] = out[i];
	return entry;
}

static void build(void)
{
	uint32_t page, i;

	for (page = 0; page < MAX_CP / IK_FOLD_BLOCK; page++) {
		uint32_t *block = blocks[n_blocks];

		if (n_blocks + 1 >= MAX_BLOCKS)
			die("too many blocks");
		for (i = 0; i < IK_FOLD_BLOCK; i++)
			block[i] = entry_of(page * IK_FOLD_BLOCK + i);
		for (i = 0; i < n_blocks; i++)
			if (memcmp(blocks[i], block, sizeof blocks[i]) == 0)
				break;
		pages[page] = (uint16_t)i;
		if (i == n_blocks)
			n_blocks++;
	}
}

/* Folding what is folded must change nothing, or documents and queries could differ. */
static void check(void)
{
	uint32_t cp, i;

	for (cp = 0; cp < MAX_CP; cp++) {
		uint32_t e = blocks[pages[cp / IK_FOLD_BLOCK]][cp % IK_FOLD_BLOCK];
		uint32_t self = cp, n = 1;
		const uint32_t *out = &self;

		if (e & IK_FOLD_MULTI) {
			n = seq[e & IK_FOLD_CP];
			out = &seq[(e & IK_FOLD_CP) + 1];
		} else if (e & IK_FOLD_CP) {
			self = e & IK_FOLD_CP;
		}
		for (i = 0; i < n; i++) {
			e = blocks[pages[out[i] / IK_FOLD_BLOCK]][out[i] % IK_FOLD_BLOCK];
			if (e & IK_FOLD_MULTI ||
			    ((e & IK_FOLD_CP) != 0 && (e & IK_FOLD_CP) != out[i])) {
				fprintf(stderr, "U+%04X -> U+%04X\n", cp, out[i]);
				die("folding is not idempotent");
			}
		}
	}
}

static void print_array(const char *type, const char *name, const uint32_t *v, uint32_t n)
{
	uint32_t i;

	printf("\nconst %s %s[] = {", type, name);
	for (i = 0; i < n; i++)
		printf("%s0x%x,", i % 12 == 0 ? "\n" : "", (unsigned)v[i]);
	printf("\n};\n");
}

int main(void)
{
	static uint32_t wide[MAX_CP / IK_FOLD_BLOCK];
	UErrorCode rc = U_ZERO_ERROR;
	UChar id[32];
	uint32_t i;

	nfkc_cf = unorm2_getNFKCCasefoldInstance(&rc);
	u_uastrcpy(id, "Traditional-Simplified");
	simplify = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &rc);
	if (U_FAILURE(rc))
		die(u_errorName(rc));
	build();
	check();
	for (i = 0; i < MAX_CP / IK_FOLD_BLOCK; i++)
		wide[i] = pages[i];
	printf("/* Made by lib/text/gen/gen_fold.c from the data of ICU %s; do not edit. */\n"
	       "#include \"text/fold.h\"\n\n"
	       "const char ik_fold_source[] = IK_FOLD_CHAIN \"; icu %s; unicode %s\";\n",
	       U_ICU_VERSION, U_ICU_VERSION, U_UNICODE_VERSION);
	print_array("uint16_t", "ik_fold_page", wide, MAX_CP / IK_FOLD_BLOCK);
	print_array("uint32_t", "ik_fold_block", &blocks[0][0], n_blocks * IK_FOLD_BLOCK);
	print_array("uint32_t", "ik_fold_seq", seq, n_seq);
	utrans_close(simplify);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
