/*
 * gen_papers.h - random documents of which all is known that leaves of queries
 * ask for, and such leaves: which documents match follows from their definition.
 */
#ifndef TESTS_UNIT_GEN_PAPERS_H
#define TESTS_UNIT_GEN_PAPERS_H

#include "../api/backends.h"
#include "../support/gen.h"

#define N_WORDS 8
#define N_TAGS 6
#define LEN_MAX 40

/* ---- documents ---- */

struct paper {
	uint32_t words[LEN_MAX], n;
	uint32_t tags;  /* a bit each */
	uint32_t year;  /* 0: none */
	uint32_t price; /* in quarters; 0: none */
	uint32_t nums[2], n_nums;
	int gone;
};

/* The lower its number, the more often a word comes. */
static inline uint32_t pick_word(struct gen *g)
{
	uint32_t a = gen_below(g, N_WORDS), b = gen_below(g, N_WORDS);

	return a < b ? a : b;
}

static inline void make_paper(struct gen *g, struct paper *p)
{
	memset(p, 0, sizeof *p);
	p->n = 1 + gen_below(g, gen_below(g, 3) > 0 ? 8 : LEN_MAX);
	for (uint32_t i = 0; i < p->n; i++)
		p->words[i] = pick_word(g);
	for (uint32_t i = gen_below(g, 4); i > 0; i--)
		p->tags |= 1u << gen_below(g, N_TAGS);
	p->year = gen_below(g, 6) == 0 ? 0 : 1 + gen_below(g, 9);
	p->price = gen_below(g, 3) == 0 ? 0 : 1 + gen_below(g, 20);
	p->n_nums = gen_below(g, 3);
	for (uint32_t i = 0; i < p->n_nums; i++)
		p->nums[i] = gen_below(g, 10);
}

static inline ink_doc *paper_doc(ink_index *index, const struct paper *p, const char *id)
{
	char text[4 * LEN_MAX] = "";
	size_t at = 0;
	ink_doc *doc;

	for (uint32_t i = 0; i < p->n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "w%c ", 'a' + (int)p->words[i]);
	doc = make_doc(index, id, NULL, text);
	for (uint32_t i = 0; i < N_TAGS; i++)
		if ((p->tags >> i & 1) != 0) {
			snprintf(text, sizeof text, "t%u", i);
			put(doc, "tag", text);
		}
	if (p->year != 0)
		OK(ink_doc_add_i64(doc, "year", p->year, &err));
	if (p->price != 0)
		OK(ink_doc_add_f64(doc, "price", p->price / 4.0, &err));
	for (uint32_t i = 0; i < p->n_nums; i++)
		OK(ink_doc_add_i64(doc, "nums", p->nums[i], &err));
	return doc;
}

static inline ink_schema *paper_schema(void)
{
	ink_schema *s;

	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, 0, "letters | lower", &err));
	OK(ink_schema_add_field(s, "tag", INK_KEYWORD, INK_MULTI, NULL, &err));
	OK(ink_schema_add_field(s, "year", INK_I64, 0, NULL, &err));
	OK(ink_schema_add_field(s, "price", INK_F64, 0, NULL, &err));
	OK(ink_schema_add_field(s, "nums", INK_I64, INK_MULTI, NULL, &err));
	return s;
}

/* ---- leaves ---- */

enum paper_leaf {
	LEAF_WORD,
	LEAF_PHRASE,
	LEAF_NEAR,
	LEAF_TAG,
	LEAF_ANY_TAG,
	LEAF_YEAR,
	LEAF_PRICE,
	LEAF_NUMS,
	LEAF_ALL,
	LEAF_KINDS
};

struct leaf {
	enum paper_leaf kind;
	uint32_t a, b; /* words */
	uint32_t tag;
	uint32_t lo, hi; /* of a range */
	uint32_t flags;
};

/* Two words, moved by up to `slop` positions. */
static inline int has_words(const struct paper *p, const struct leaf *l, int slop)
{
	for (int i = 0; i < (int)p->n; i++)
		for (int j = 0; j < (int)p->n; j++)
			if (p->words[i] == l->a && p->words[j] == l->b && abs(j - i - 1) <= slop)
				return 1;
	return 0;
}

static inline int is_in(const struct leaf *l, uint32_t value)
{
	return ((l->flags & INK_NO_LO) != 0 || value >= l->lo) &&
	       ((l->flags & INK_NO_HI) != 0 || value <= l->hi);
}

/* Does the document match? */
static inline int leaf_fits(const struct leaf *l, const struct paper *p)
{
	int found = 0;

	switch (l->kind) {
	case LEAF_WORD:
		for (uint32_t i = 0; i < p->n; i++)
			found |= p->words[i] == l->a;
		return found;
	case LEAF_PHRASE: return has_words(p, l, 0);
	case LEAF_NEAR: return has_words(p, l, 2);
	case LEAF_TAG: return (p->tags >> l->tag & 1) != 0;
	case LEAF_ANY_TAG: return p->tags != 0;
	case LEAF_YEAR: return p->year != 0 && is_in(l, p->year);
	case LEAF_PRICE: return p->price != 0 && is_in(l, p->price);
	case LEAF_NUMS:
		for (uint32_t i = 0; i < p->n_nums; i++)
			found |= is_in(l, p->nums[i]);
		return found;
	default: return 1;
	}
}

static inline void pick_leaf(struct gen *g, enum paper_leaf kind, struct leaf *l)
{
	static const uint32_t open[] = {0, 0, INK_NO_LO, INK_NO_HI};

	*l = (struct leaf){.kind = kind, .a = pick_word(g), .tag = gen_below(g, N_TAGS + 1)};
	l->b = (l->a + 1 + gen_below(g, N_WORDS - 1)) % N_WORDS;
	l->lo = gen_below(g, kind == LEAF_PRICE ? 20 : 10);
	l->hi = l->lo + gen_below(g, 8);
	l->flags = open[gen_below(g, N_OF(open))];
}

static inline ink_query *leaf_query(const struct leaf *l)
{
	double lo = l->lo / 4.0, hi = l->hi / 4.0;
	char text[16], tag[16];
	ink_query *q;

	snprintf(text, sizeof text, "w%c w%c", 'a' + (int)l->a, 'a' + (int)l->b);
	snprintf(tag, sizeof tag, "t%u", l->tag);
	switch (l->kind) {
	case LEAF_WORD: OK(ink_query_term("body", text, 2, &q, &err)); break;
	case LEAF_PHRASE: OK(ink_query_phrase("body", text, 5, 0, &q, &err)); break;
	case LEAF_NEAR: OK(ink_query_phrase("body", text, 5, 2, &q, &err)); break;
	case LEAF_TAG: OK(ink_query_term("tag", tag, 2, &q, &err)); break;
	case LEAF_ANY_TAG: OK(ink_query_prefix("tag", "t", 1, &q, &err)); break;
	case LEAF_YEAR: OK(ink_query_range_i64("year", l->lo, l->hi, l->flags, &q, &err)); break;
	case LEAF_PRICE: OK(ink_query_range_f64("price", lo, hi, l->flags, &q, &err)); break;
	case LEAF_NUMS: OK(ink_query_range_i64("nums", l->lo, l->hi, l->flags, &q, &err)); break;
	default: OK(ink_query_all(&q, &err));
	}
	return q;
}

#endif
