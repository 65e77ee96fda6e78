/*
 * passage.c - which part of a text to show.
 *
 * Layer: search. A window slides over the hits once; where it stays, its
 * ends are moved to places where a reader can begin and stop.
 */
#include "search/passage.h"

#include "base/mem.h"
#include "base/utf8.h"

int ik_is_blank(uint32_t cp)
{
	if (cp <= 0x20)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* The character before byte `at`, which is not 0, and where it starts. */
static size_t before(const char *text, size_t len, size_t at, uint32_t *cp)
{
	size_t start = ik_utf8_floor(text, len, at - 1);

	if (ik_utf8_next(text + start, text + at, cp) != text + at)
		start = at - 1; /* an invalid byte by itself */
	return start;
}

/* Characters of text[from, to), blanks in a row as one. */
static uint32_t measure(const char *text, size_t from, size_t to)
{
	const char *p = text + from, *end = text + to;
	uint32_t n = 0, cp;
	int was_blank = 0;

	while (p < end) {
		int blank;

		p = ik_utf8_next(p, end, &cp);
		blank = ik_is_blank(cp);
		n += !(blank && was_blank);
		was_blank = blank;
	}
	return n;
}

/* ---- where the hits are ---- */

/* A hit's place in characters. */
struct place {
	uint32_t from, to;
};

/*
 * How many characters of a text stand before each byte of it: tokens may be as long as the text,
 * one like another, so each of them is not gone through by itself.
 */
static uint32_t *count_chars(const char *text, size_t len)
{
	uint32_t *before_byte = ik_array(len + 1, sizeof *before_byte), n = 0, cp;
	const char *p = text, *end = text + len;
	int was_blank = 0;

	while (before_byte != NULL && p < end) {
		const char *next = ik_utf8_next(p, end, &cp);
		int blank = ik_is_blank(cp);

		for (; p < next; p++)
			before_byte[p - text] = n;
		n += !(blank && was_blank);
		was_blank = blank;
	}
	if (before_byte != NULL)
		before_byte[len] = n;
	return before_byte;
}

static struct place *find_places(const struct ik_hits *hits, const char *text)
{
	struct place *places = ik_array(hits->list.n, sizeof *places);
	uint32_t *chars, end = 0;

	for (size_t i = 0; i < hits->list.n; i++)
		end = hits->list.v[i].end > end ? hits->list.v[i].end : end;
	chars = count_chars(text, end);
	for (size_t i = 0; places != NULL && chars != NULL && i < hits->list.n; i++) {
		places[i].from = chars[hits->list.v[i].start];
		places[i].to = chars[hits->list.v[i].end];
	}
	if (chars == NULL) {
		ik_free(places);
		places = NULL;
	}
	ik_free(chars);
	return places;
}

/* The best run of hits [*first, *last) that fits. */
static void slide(const struct ik_hits *hits, const struct place *places, uint32_t max_chars,
                  uint32_t *counts, size_t *first, size_t *last)
{
	size_t best_terms = 0, terms = 0, to = 0, n = hits->list.n;

	*first = *last = 0;
	for (size_t from = 0; from < n; from++) {
		while (to < n && (to == from || places[to].to - places[from].from <= max_chars))
			terms += counts[hits->list.v[to++].id]++ == 0;
		if (terms > best_terms || (terms == best_terms && to - from > *last - *first)) {
			best_terms = terms;
			*first = from;
			*last = to;
		}
		terms -= --counts[hits->list.v[from].id] == 0;
	}
}

static int best_hits(const struct ik_hits *hits, size_t n_ids, uint32_t max_chars,
                     const char *text, size_t *first, size_t *last, ink_error *err)
{
	struct place *places = find_places(hits, text);
	uint32_t *counts = ik_zarray(n_ids, sizeof *counts);
	int rc = 0;

	if (places == NULL || counts == NULL)
		rc = ik_fail_nomem(err);
	else
		slide(hits, places, max_chars, counts, first, last);
	ik_free(places);
	ik_free(counts);
	return rc;
}

/* The span that byte `at` is in, or NULL. */
static const struct ik_span *span_at(const struct ik_spans *spans, size_t at)
{
	size_t lo = 0, hi = spans->list.n;

	while (lo < hi) { /* the first one that ends behind it */
		size_t mid = lo + (hi - lo) / 2;

		if (spans->list.v[mid].end <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < spans->list.n && spans->list.v[lo].start <= at ? &spans->list.v[lo] : NULL;
}

/* ---- where it may begin and end ---- */

static int is_word_char(const char *p, size_t len, uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
	return !ik_is_blank(cp) && !ik_text_has_grams(p, len);
}

/* Would a cut here leave half a word of a script with blanks? */
static int splits_word(const char *text, size_t len, size_t at)
{
	uint32_t a, b;
	const char *next;
	size_t start;

	if (at == 0 || at >= len)
		return 0;
	start = before(text, len, at, &a);
	next = ik_utf8_next(text + at, text + len, &b);
	return is_word_char(text + start, at - start, a) &&
	       is_word_char(text + at, (size_t)(next - (text + at)), b);
}

/* Does a sentence begin at byte `at`? */
static int begins_sentence(const char *text, size_t len, size_t at)
{
	uint32_t cp;
	size_t start;

	if (at == 0)
		return 1;
	start = before(text, len, at, &cp);
	if (cp == '\n' || cp == 0x3002 || cp == 0xFF0E || cp == 0xFF01 || cp == 0xFF1F ||
	    cp == 0xFF61)
		return 1;
	if (!ik_is_blank(cp) || start == 0)
		return 0;
	before(text, len, start, &cp);
	return cp == '.' || cp == '!' || cp == '?';
}

/* The first boundary between clusters at or after `at`. */
static size_t align(const char *text, size_t len, size_t at)
{
	size_t start = ik_text_cluster_start(text, len, at);

	return start < at ? ik_text_next_cluster(text, len, start) : at;
}

/*
 * At most `room` characters before `at`: the beginning of the text, or of the
 * nearest sentence, else of a word.
 */
static size_t find_start(const char *text, size_t len, size_t at, uint32_t room)
{
	size_t p = at, sentence = begins_sentence(text, len, at) ? at : SIZE_MAX;
	uint32_t cp;

	for (; room > 0 && p > 0; room--) {
		p = before(text, len, p, &cp);
		if (sentence == SIZE_MAX && begins_sentence(text, len, p))
			sentence = p;
	}
	if (p == 0 || sentence != SIZE_MAX)
		return p == 0 ? 0 : sentence;
	p = align(text, len, p);
	while (p < at && splits_word(text, len, p))
		p = ik_text_next_cluster(text, len, p);
	return p < at ? p : at;
}

/* At most `max_chars` characters on, between clusters. */
static size_t take_chars(const char *text, size_t len, size_t at, uint32_t max_chars)
{
	uint32_t n = 0;
	int was_blank = 0;

	while (at < len) {
		size_t next = ik_text_next_cluster(text, len, at);
		uint32_t cp, more = measure(text, at, next);
		int blank;

		ik_utf8_next(text + at, text + len, &cp);
		blank = ik_is_blank(cp);
		more = blank && was_blank ? 0 : more;
		if (more > max_chars - n && n > 0)
			break; /* but one is always taken */
		n = more < max_chars - n ? n + more : max_chars;
		at = next;
		was_blank = blank;
	}
	return at;
}

/*
 * Back from `end` to the end of a word, but not into a mark, and not before
 * `least`. A mark longer than the window is cut all the same.
 */
static size_t find_end(const struct ik_spans *spans, const char *text, size_t len, size_t least,
                       size_t end)
{
	const struct ik_span *span = end < len ? span_at(spans, end) : NULL;
	size_t p = end;
	uint32_t cp;

	if (span != NULL && span->start < end)
		return span->start > least ? span->start : end;
	while (p > least && splits_word(text, len, p)) {
		p = before(text, len, p, &cp);
		span = span_at(spans, p);
		if (span != NULL && span->start < p)
			return end;
	}
	return p > least && (p == end || align(text, len, p) == p) ? p : end;
}

int ik_passage_choose(const struct ik_hits *hits, size_t n_ids, const struct ik_spans *spans,
                      uint32_t max_chars, const char *text, size_t len, struct ik_span *out,
                      ink_error *err)
{
	size_t first = 0, last = 0, least = 0;

	out->start = 0;
	out->end = take_chars(text, len, 0, max_chars);
	if (out->end < len && hits->list.n > 0) {
		const struct ik_span *span;
		size_t at, to;
		uint32_t used, room;
		int rc = best_hits(hits, n_ids, max_chars, text, &first, &last, err);

		if (rc != 0)
			return rc;
		at = ik_text_cluster_start(text, len, hits->list.v[first].start);
		least = to = hits->list.v[last - 1].end;
		span = span_at(spans, at);
		if (span != NULL && measure(text, span->start, to > at ? to : at) <= max_chars)
			at = span->start;
		used = measure(text, at, to);
		room = used < max_chars ? max_chars - used : 0;
		room = room < max_chars / 3 ? room : max_chars / 3;
		out->start = find_start(text, len, at, room);
		out->end = take_chars(text, len, out->start, max_chars);
	}
	out->end = find_end(spans, text, len, least, out->end);
	return 0;
}
