/*
 * offsets.c - every token of texts against the bytes at its offsets, in the public API.
 *
 *   offsets SPEC < TEXTS      each text is its length in bytes, a line feed, and its bytes
 *
 * Characters are folded one by one. A token whose term is its folded source, or that with
 * katakana for hiragana, is right. All others come out for offsets.py to look at, each kind
 * once: count, part, joined, length of the term, of the source, a line feed, and both. The
 * first line has the tokens and those whose offsets are outside of the text or inside of a
 * character. Part of: bench, for offsets.py, which compiles it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inkstone.h"

#define CHARS 0x110000u
#define FOLDED_MAX 4096u /* bytes of a source that is folded here */

struct kind {
	uint64_t hash, count;
	char *key; /* part, joined, term, source */
	size_t term_len, source_len;
};

static ink_analyzer *folding;
static char *folds[CHARS]; /* byte 0 is the length */
static struct kind *kinds;
static size_t n_kinds, n_slots;
static uint64_t n_tokens, n_outside;

static void die(const char *what)
{
	fprintf(stderr, "offsets: %s\n", what);
	exit(2);
}

static void *need(void *p)
{
	if (p == NULL)
		die("out of memory");
	return p;
}

/* ---- folding ---- */

static size_t char_len(const unsigned char *p)
{
	return *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
}

static uint32_t code_point(const unsigned char *p, size_t n)
{
	uint32_t cp = n == 1 ? *p : *p & (0x7Fu >> n);

	for (size_t i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3Fu);
	return cp;
}

static const char *fold_char(const unsigned char *p, size_t n)
{
	uint32_t cp = code_point(p, n);
	ink_tokens *tokens;
	char joined[256];
	size_t len = 0;

	if (cp >= CHARS)
		die("a text is not UTF-8");
	if (folds[cp] != NULL)
		return folds[cp];
	if (ink_analyzer_run(folding, (const char *)p, n, &tokens, NULL) != 0)
		die("a character cannot be folded");
	while (ink_tokens_next(tokens) > 0) {
		size_t more;
		const char *term = ink_tokens_text(tokens, &more);

		if (len + more < 128) {
			memcpy(joined + len, term, more);
			len += more;
		}
	}
	ink_tokens_free(tokens);
	folds[cp] = need(malloc(len + 1));
	folds[cp][0] = (char)len;
	memcpy(folds[cp] + 1, joined, len);
	return folds[cp];
}

static size_t fold(const unsigned char *p, size_t len, char *out)
{
	size_t to = 0;

	for (size_t at = 0, n; at < len; at += n) {
		const char *folded;

		n = char_len(p + at);
		folded = fold_char(p + at, n);
		if (to + (size_t)folded[0] > FOLDED_MAX)
			return 0;
		memcpy(out + to, folded + 1, (size_t)folded[0]);
		to += (size_t)folded[0];
	}
	return to;
}

/* Hiragana U+3041..3096 and U+309D..309E as katakana, three bytes each. */
static void to_katakana(char *text, size_t len)
{
	unsigned char *p = (unsigned char *)text;

	for (size_t at = 0, n; at + 3 <= len; at += n) {
		uint32_t cp;

		n = char_len(p + at);
		cp = n == 3 ? code_point(p + at, 3) : 0;
		if ((cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || cp == 0x309E) {
			cp += 0x60;
			p[at + 1] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
			p[at + 2] = (unsigned char)(0x80 | (cp & 0x3F));
		}
	}
}

static int is_folded(const char *term, size_t len, int32_t part, const char *source, size_t n)
{
	char folded[FOLDED_MAX];
	size_t to;

	if (n > FOLDED_MAX / 4)
		return 0;
	to = fold((const unsigned char *)source, n, folded);
	if (to == len && memcmp(term, folded, len) == 0)
		return 1;
	if (part != INK_PART_GRAM || to != len)
		return 0;
	to_katakana(folded, to);
	return memcmp(term, folded, len) == 0;
}

/* ---- kinds of tokens to look at ---- */

static void place(struct kind *slots, size_t n, struct kind kind)
{
	size_t i = (size_t)kind.hash & (n - 1);

	while (slots[i].key != NULL)
		i = (i + 1) & (n - 1);
	slots[i] = kind;
}

static void grow(void)
{
	size_t n = n_slots > 0 ? 2 * n_slots : 1u << 16;
	struct kind *slots = need(calloc(n, sizeof *slots));

	for (size_t i = 0; i < n_slots; i++)
		if (kinds[i].key != NULL)
			place(slots, n, kinds[i]);
	free(kinds);
	kinds = slots;
	n_slots = n;
}

static void note(const char *term, size_t len, int32_t part, int joined, const char *source,
                 size_t n)
{
	size_t size = 2 + len + n, i;
	char *key = need(malloc(size));
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	key[0] = (char)('0' + part);
	key[1] = (char)('0' + joined);
	memcpy(key + 2, term, len);
	memcpy(key + 2 + len, source, n);
	for (i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)key[i]) * 1099511628211u;
	hash ^= hash >> 29;
	if (2 * n_kinds >= n_slots)
		grow();
	for (i = (size_t)hash & (n_slots - 1); kinds[i].key != NULL; i = (i + 1) & (n_slots - 1))
		if (kinds[i].hash == hash && kinds[i].term_len == len &&
		    kinds[i].source_len == n && memcmp(kinds[i].key, key, size) == 0) {
			kinds[i].count++;
			free(key);
			return;
		}
	kinds[i] = (struct kind){ hash, 1, key, len, n };
	n_kinds++;
}

static void print_kinds(void)
{
	printf("%llu %llu\n", (unsigned long long)n_tokens, (unsigned long long)n_outside);
	for (size_t i = 0; i < n_slots; i++) {
		const struct kind *k = &kinds[i];

		if (k->key == NULL)
			continue;
		printf("%llu %c %c %zu %zu\n", (unsigned long long)k->count, k->key[0], k->key[1],
		       k->term_len, k->source_len);
		fwrite(k->key + 2, 1, k->term_len + k->source_len, stdout);
	}
}

/* ---- texts ---- */

static int inside_char(const char *text, size_t len, uint64_t at)
{
	return at < len && ((unsigned char)text[at] & 0xC0) == 0x80;
}

static void check_text(const ink_analyzer *analyzer, const char *text, size_t len)
{
	ink_tokens *tokens;
	ink_error err;

	if (ink_analyzer_run(analyzer, text, len, &tokens, &err) != 0)
		die("a text cannot be analyzed");
	while (ink_tokens_next(tokens) > 0) {
		uint64_t start = ink_tokens_start(tokens), end = ink_tokens_end(tokens);
		size_t term_len;
		const char *term = ink_tokens_text(tokens, &term_len);
		int32_t part = ink_tokens_part(tokens);

		n_tokens++;
		if (start >= end || end > len || inside_char(text, len, start) ||
		    inside_char(text, len, end))
			n_outside++;
		else if (!is_folded(term, term_len, part, text + start, (size_t)(end - start)))
			note(term, term_len, part, (ink_tokens_flags(tokens) & INK_TOKEN_JOINED) != 0,
			     text + start, (size_t)(end - start));
	}
	ink_tokens_free(tokens);
}

int main(int argc, char **argv)
{
	ink_analyzer *analyzer;
	size_t len, room = 0;
	char *text = NULL;

	if (argc != 2)
		die("usage: offsets SPEC < TEXTS");
	if (ink_analyzer_new(argv[1], &analyzer, NULL) != 0 ||
	    ink_analyzer_new("keyword | fold", &folding, NULL) != 0)
		die("no such analyzer");
	while (scanf("%zu", &len) == 1) {
		if (len >= room)
			text = need(realloc(text, room = 2 * len + 64));
		if (getchar() != '\n' || fread(text, 1, len, stdin) != len)
			die("a text is cut short");
		check_text(analyzer, text, len);
	}
	print_kinds();
	free(text);
	ink_analyzer_free(analyzer);
	ink_analyzer_free(folding);
	return fflush(stdout) == 0 ? 0 : 2;
}
