/*
 * diacritics.c - letters without the marks on them: é as e, ø as o, ệ as e.
 *
 * Layer: text. What a mark is follows Unicode's canonical decomposition, and
 * only Latin and Greek letters lose theirs: in other scripts what decomposes
 * is another letter (が, й) or a vowel. Cyrillic loses stress marks and the
 * dots of ё, which writers leave out as they like. Letters that have a stroke
 * or are a ligature do not decompose; those in use are in a table.
 */
#include "text/diacritics.h"

#include <string.h>

#include "base/utf8.h"
#include "text/icu.h"

static const struct {
	uint32_t cp;
	char as[3];
} letters[] = {
	{0x00C6, "AE"}, {0x00D0, "D"}, {0x00D8, "O"}, {0x00DE, "TH"}, {0x00E6, "ae"},
	{0x00F0, "d"},  {0x00F8, "o"}, {0x00FE, "th"}, {0x0110, "D"}, {0x0111, "d"},
	{0x0126, "H"},  {0x0127, "h"}, {0x0131, "i"}, {0x0138, "q"},  {0x0141, "L"},
	{0x0142, "l"},  {0x014A, "N"}, {0x014B, "n"}, {0x0152, "OE"}, {0x0153, "oe"},
	{0x0166, "T"},  {0x0167, "t"}, {0x0180, "b"}, {0x0181, "B"},  {0x0186, "O"},
	{0x0187, "C"},  {0x0188, "c"}, {0x0189, "D"}, {0x018A, "D"},  {0x0190, "E"},
	{0x0192, "f"},  {0x0197, "I"}, {0x0198, "K"}, {0x0199, "k"},  {0x019A, "l"},
	{0x01B5, "Z"},  {0x01B6, "z"}, {0x01E4, "G"}, {0x01E5, "g"},  {0x023A, "A"},
	{0x023B, "C"},  {0x023C, "c"}, {0x0243, "B"}, {0x0246, "E"},  {0x0247, "e"},
	{0x0248, "J"},  {0x0249, "j"}, {0x024E, "Y"}, {0x024F, "y"},  {0x0253, "b"},
	{0x0254, "o"},  {0x0256, "d"}, {0x0257, "d"}, {0x025B, "e"},  {0x0268, "i"},
};

static int is_latin_or_greek(uint32_t cp)
{
	return (cp >= 0xC0 && cp <= 0x24F) || (cp >= 0x370 && cp <= 0x3FF) ||
	       (cp >= 0x1E00 && cp <= 0x1FFF) || (cp >= 'A' && cp <= 'Z') ||
	       (cp >= 'a' && cp <= 'z') || (cp >= 0x250 && cp <= 0x2AF);
}

static int is_mark(uint32_t cp)
{
	return cp >= 0x0300 && cp <= 0x036F;
}

static int is_cyrillic_vowel(uint32_t cp)
{
	static const uint32_t vowels[] = {0x430, 0x435, 0x438, 0x43E, 0x443, 0x44B,
	                                  0x44D, 0x44E, 0x44F, 0x456};
	size_t i;

	if (cp >= 0x410 && cp <= 0x42F)
		cp += 0x20;
	else if (cp == 0x406)
		cp = 0x456;
	for (i = 0; i < sizeof vowels / sizeof vowels[0]; i++)
		if (vowels[i] == cp)
			return 1;
	return 0;
}

/* Does a mark on this letter, itself stripped, go? */
static int goes(uint32_t base, uint32_t mark)
{
	if (is_latin_or_greek(base))
		return 1;
	return (mark <= 0x0301 && is_cyrillic_vowel(base)) ||
	       (mark == 0x0308 && (base == 0x415 || base == 0x435));
}

/* One character without its marks into at most four bytes; how many. */
static size_t strip(uint32_t cp, char *out, uint32_t *base)
{
	size_t lo = 0, hi = sizeof letters / sizeof letters[0];

	*base = cp;
	if (cp >= 0xC0 && cp < 0x2B0)
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (letters[mid].cp == cp) {
				*base = (unsigned char)letters[mid].as[0];
				memcpy(out, letters[mid].as, 2);
				return strlen(letters[mid].as);
			}
			if (letters[mid].cp < cp)
				lo = mid + 1;
			else
				hi = mid;
		}
	if (is_latin_or_greek(cp) && cp >= 0x80) {
		*base = ik_icu_base(cp);
		if (*base != cp && *base >= 0x80) { /* ǿ is ø and a mark */
			uint32_t again;

			return strip(*base, out, &again);
		}
	} else if (cp == 0x401 || cp == 0x451 || cp == 0x400 || cp == 0x450) { /* ё, ѐ */
		*base = cp == 0x401 || cp == 0x400 ? 0x415 : 0x435;
	} else if (cp == 0x40D || cp == 0x45D) { /* ѝ */
		*base = cp == 0x40D ? 0x418 : 0x438;
	}
	return ik_utf8_put(out, *base);
}

/*
 * The letter at p with all its marks: the byte behind them, and what stays of
 * it, `len` bytes of out[8]. A mark that stays is a character of its own.
 */
static const char *next_letter(const char *p, const char *end, char *out, size_t *len,
                               uint32_t *base)
{
	uint32_t cp;

	p = ik_utf8_next(p, end, &cp);
	*len = strip(cp, out, base);
	while (p < end) {
		const char *next = ik_utf8_next(p, end, &cp);

		if (!is_mark(cp) || !goes(*base, cp))
			break;
		p = next;
	}
	return p;
}

size_t ik_diacritics_term(char *s, size_t len)
{
	const char *p = s, *end = s + len;
	size_t n = 0;

	while (p < end) {
		char out[8];
		size_t more;
		uint32_t base;

		p = next_letter(p, end, out, &more, &base);
		/* Never more than was read: an invalid byte is none of a term. */
		memcpy(s + n, out, more);
		n += more;
	}
	return n;
}

int ik_diacritics_text(struct ik_normal *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	int rc = 0;

	while (rc == 0 && p < end) {
		const char *from = p;
		char letter[8];
		size_t n;
		uint32_t base;

		while (end - p >= 2 && (unsigned char)p[0] < 0x80 && (unsigned char)p[1] < 0x80)
			p++; /* ASCII that no mark follows */
		if (p > from) {
			rc = ik_normal_put(out, text, from, (size_t)(p - from),
			                   (size_t)(from - text), (size_t)(p - text));
			continue;
		}
		p = next_letter(from, end, letter, &n, &base);
		rc = ik_normal_put(out, text, letter, n, (size_t)(from - text),
		                   (size_t)(p - text));
	}
	return rc;
}
