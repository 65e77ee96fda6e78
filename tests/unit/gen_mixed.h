/*
 * gen_mixed.h - random documents and query strings of mixed scripts: words,
 * and pieces of sentences cut anywhere between two characters, so that some
 * are words, some are not, and queries find parts of words.
 */
#ifndef TESTS_UNIT_GEN_MIXED_H
#define TESTS_UNIT_GEN_MIXED_H

#include "../api/backends.h"
#include "../support/gen.h"

static inline const char *mixed_word(struct gen *g)
{
	static const char *const words[] = {
		"ink",     "stone",  "stones",    "brush",  "paper",   "the",     "GPT-4",
		"c++",     "墨",     "東京都",    "京都",   "芯片",    "黒い墨",  "서울",
		"writing", "written", "inkwell",  "и",      "чернила", "Straße",  "36氪",
		"A100芯片", "naïve",  "서울에서", "ｉｎｋ", "ภาษาไทย", "well-known"};

	return words[gen_below(g, N_OF(words))];
}

/* A piece of one to `most` characters. */
static inline void mixed_piece(struct gen *g, uint32_t most, char *out, size_t size)
{
	static const char *const sentences[] = {
		"墨要慢慢磨硯台要洗乾淨", "墨要慢慢磨砚台要洗干净紙筆墨硯",
		"東京都の古い町で硯と筆を買いました", "すずりとスズリは同じ言葉です",
		"서울에서벼루와먹을샀습니다", "หมึกและพู่กันอยู่บนโต๊ะไม้",
		"深度学习模型在GPU上跑得很快"};
	const char *p = sentences[gen_below(g, N_OF(sentences))], *start;
	uint32_t skip = gen_below(g, 12), n = 1 + gen_below(g, most);

	for (start = p; *p != '\0' && skip > 0; skip--)
		do
			p++;
		while (((unsigned char)*p & 0xc0) == 0x80);
	if (*p == '\0')
		p = start;
	for (start = p; *p != '\0' && n > 0; n--)
		do
			p++;
		while (((unsigned char)*p & 0xc0) == 0x80);
	snprintf(out, size, "%.*s", (int)(p - start), start);
}

static inline void mixed_text(struct gen *g, uint32_t n, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < n; i++) {
		char piece[64];

		if (gen_below(g, 3) == 0)
			mixed_piece(g, 8, piece, sizeof piece);
		else
			snprintf(piece, sizeof piece, "%s", mixed_word(g));
		at += (size_t)snprintf(text + at, size - at, "%s%s",
		                       i == 0 || gen_below(g, 8) == 0 ? "" : " ", piece);
	}
	assert_true(at < size);
}

/* Fields of every kind, some with several values. */
static inline ink_schema *mixed_schema(void)
{
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "title", INK_TEXT, INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, 0, "word | fold | stem:en", &err));
	OK(ink_schema_add_field(s, "tag", INK_KEYWORD, INK_MULTI, NULL, &err));
	OK(ink_schema_add_field(s, "year", INK_I64, 0, NULL, &err));
	OK(ink_schema_add_field(s, "size", INK_I64, INK_MULTI, NULL, &err));
	OK(ink_schema_add_field(s, "price", INK_F64, INK_MULTI, NULL, &err));
	return s;
}

static inline ink_doc *mixed_doc(ink_index *index, struct gen *g, const char *id)
{
	static const char *const tags[] = {"", "red", "green", "blue", "greenish", "墨"};
	char text[4096];
	ink_doc *doc;

	mixed_text(g, 1 + gen_below(g, 6), text, sizeof text);
	doc = make_doc(index, id, text, NULL);
	for (uint32_t n = gen_below(g, 3); n > 0; n--) {
		mixed_text(g, 1 + gen_below(g, 20), text, sizeof text);
		put(doc, "body", text);
	}
	for (uint32_t n = gen_below(g, 3); n > 0; n--)
		put(doc, "tag", tags[gen_below(g, N_OF(tags))]);
	if (gen_below(g, 3) > 0)
		OK(ink_doc_add_i64(doc, "year", (int64_t)gen_below(g, 40) - 20, &err));
	for (uint32_t n = gen_below(g, 3); n > 0; n--) {
		OK(ink_doc_add_i64(doc, "size", (int64_t)gen_below(g, 100), &err));
		OK(ink_doc_add_f64(doc, "price", (double)gen_below(g, 100) / 4 - 10, &err));
	}
	return doc;
}

/* ---- queries ---- */

static inline void mixed_number(struct gen *g, char *q, size_t size)
{
	int a = (int)gen_below(g, 60) - 20, b = a + (int)gen_below(g, 50);

	switch (gen_below(g, 4)) {
	case 0: snprintf(q, size, "year:[%d TO %d}", a, b); break;
	case 1: snprintf(q, size, "size:{%d TO %d]", a, b); break;
	case 2: snprintf(q, size, "price>%d.5", a); break;
	default: snprintf(q, size, "year:%d", a); break;
	}
}

static inline void mixed_pattern(struct gen *g, char *q, size_t size)
{
	static const char *const patterns[] = {"i*",     "st?ne",   "stome~1",   "title:墨*",
	                                       "body:s*", "body:*n", "tag:gre*", "title:*",
	                                       "tag:re?", "и*",     "tag:[b TO green]"};

	snprintf(q, size, "%s", patterns[gen_below(g, N_OF(patterns))]);
}

/* Text of one or two pieces: words, or cut anywhere. */
static inline void mixed_words(struct gen *g, char *q, size_t size)
{
	char piece[64];

	mixed_piece(g, 5, piece, sizeof piece);
	switch (gen_below(g, 4)) {
	case 0: snprintf(q, size, "%s", piece); break;
	case 1: snprintf(q, size, "%s%s", mixed_word(g), piece); break;
	default: snprintf(q, size, "%s", mixed_word(g)); break;
	}
}

static inline void mixed_clause(struct gen *g, char *q, size_t size)
{
	static const char *const before[] = {"", "", "", "+", "-", "title:", "body:", "+title:",
	                                     "-body:"};
	static const char *const between[] = {" ", " OR ", " AND ", " AND NOT "};
	char x[160], y[160];

	mixed_words(g, x, sizeof x);
	mixed_words(g, y, sizeof y);
	switch (gen_below(g, 10)) {
	case 0: mixed_number(g, q, size); break;
	case 1: mixed_pattern(g, q, size); break;
	case 2: snprintf(q, size, "%s\"%s %s\"", before[gen_below(g, 9)], x, y); break;
	case 3: snprintf(q, size, "%s\"%s\"", before[gen_below(g, 9)], x); break;
	case 4: snprintf(q, size, "(%s%s%s)", x, between[gen_below(g, 4)], y); break;
	case 5: snprintf(q, size, "tag:%s", gen_below(g, 2) ? "red" : "墨"); break;
	case 6: snprintf(q, size, "%s^%u", x, gen_below(g, 4)); break;
	default: snprintf(q, size, "%s%s", before[gen_below(g, 9)], x); break;
	}
}

static inline void mixed_query(struct gen *g, char *q, size_t size)
{
	size_t at = 0;

	for (uint32_t n = 1 + gen_below(g, 3), i = 0; i < n; i++) {
		char clause[400];

		mixed_clause(g, clause, sizeof clause);
		at += (size_t)snprintf(q + at, size - at, "%s%s", i > 0 ? " " : "", clause);
	}
	assert_true(at < size);
}

#endif
