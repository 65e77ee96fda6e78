/*
 * simple.c - tokenizers that need no dictionary: letters, whitespace, keyword, ngram.
 *
 * Layer: text.
 */
#include "text/analysis.h"
#include "text/ascii.h"

#include "base/bits.h"
#include "base/utf8.h"

static int is_letter(uint8_t cls)
{
	return cls != IK_CLASS_OTHER && cls != IK_CLASS_BLANK && cls != IK_CLASS_JOIN &&
	       cls != IK_CLASS_MIDDOT;
}

/* The class of a character that folds to several is that of the first. */
static uint8_t class_of(uint32_t cp)
{
	uint32_t entry = ik_fold_entry(cp);

	if (entry & IK_FOLD_MULTI) {
		const uint32_t *seq = &ik_fold_seq[entry & IK_FOLD_CP];

		return seq[0] > 0 ? ik_fold_class(ik_fold_entry(seq[1])) : IK_CLASS_MARK;
	}
	return ik_fold_class(entry);
}

static int belongs(enum ik_tokenizer tokenizer, uint32_t cp)
{
	uint8_t cls = class_of(cp);

	return tokenizer == IK_TOKENIZER_WHITESPACE ? cls != IK_CLASS_BLANK : is_letter(cls);
}

/* The ASCII characters at [p, end) that are (or are not) of a term: where they end. */
static const char *ascii_span(const char *p, const char *end, uint8_t bits, int inside)
{
	if (inside)
		for (; end - p >= 8; p += 8) {
			uint64_t v = ik_load64(p);
			uint64_t in = bits == IK_ASCII_INK
			                      ? ik_ascii_inks(v)
			                      : ik_ascii_letters(v) | ik_ascii_digits(v);

			if (in != IK_ASCII_HIGH)
				return p + ik_ctz64(in ^ IK_ASCII_HIGH) / 8;
		}
	while (p < end && (unsigned char)*p < 0x80 &&
	       ((ik_ascii[(unsigned char)*p] & bits) != 0) == inside)
		p++;
	return p;
}

/* From text[at] over characters that do (or do not) belong to a term; where that ends. */
static size_t span(const struct ik_analysis *a, size_t at, int inside, int *ascii)
{
	enum ik_tokenizer tokenizer = a->analyzer->tokenizer;
	uint8_t bits = tokenizer == IK_TOKENIZER_WHITESPACE ? IK_ASCII_INK
	                                                    : IK_ASCII_LETTER | IK_ASCII_DIGIT;
	const char *p = a->text + at, *end = a->text + a->len;

	for (*ascii = 1;;) {
		const char *next;
		uint32_t cp;

		p = ascii_span(p, end, bits, inside);
		if (p == end || (unsigned char)*p < 0x80)
			break;
		next = ik_utf8_next(p, end, &cp);
		if (belongs(tokenizer, cp) != inside)
			break;
		*ascii = 0;
		p = next;
	}
	return (size_t)(p - a->text);
}

static void emit(struct ik_analysis *a, size_t start, size_t end, int ascii)
{
	ik_filter_run(a, start, end, ascii);
	a->word_pos++;
}

/* Overlapping grams of text[start, end); a shorter run is one term. */
static void emit_grams(struct ik_analysis *a, size_t start, size_t end, int ascii)
{
	const char *lo = a->text + start, *hi = lo, *stop = a->text + end;
	uint32_t n = 0, cp;

	while (a->rc == 0 && hi < stop) {
		hi = ik_utf8_next(hi, stop, &cp);
		if (++n < a->analyzer->gram_len)
			continue;
		emit(a, (size_t)(lo - a->text), (size_t)(hi - a->text), ascii);
		lo = ik_utf8_next(lo, stop, &cp);
	}
	if (n < a->analyzer->gram_len)
		emit(a, start, end, ascii);
}

void ik_run_simple(struct ik_analysis *a)
{
	size_t start = 0, end;
	int ascii;

	if (a->analyzer->tokenizer == IK_TOKENIZER_KEYWORD) {
		if (a->len > 0)
			emit(a, 0, a->len, ik_is_ascii(a->text, a->len));
		return;
	}
	while (a->rc == 0) {
		if (a->analyzer->tokenizer != IK_TOKENIZER_NGRAM)
			start = ik_run_blocks(a, start);
		start = span(a, start, 0, &ascii);
		if (start == a->len || a->rc != 0)
			break;
		end = span(a, start, 1, &ascii);
		if (a->analyzer->tokenizer == IK_TOKENIZER_NGRAM)
			emit_grams(a, start, end, ascii);
		else
			emit(a, start, end, ascii);
		start = end;
	}
}
