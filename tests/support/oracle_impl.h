/* oracle_impl.h - what the files of the oracle share: documents and definitions. */
#ifndef SUPPORT_ORACLE_IMPL_H
#define SUPPORT_ORACLE_IMPL_H

#include "base/map.h"
#include "base/vec.h"
#include "oracle.h"
#include "text/analyzer.h"

struct token {
	uint32_t part, term, position;
};

/* What a document has in one part. */
struct in_part {
	uint32_t length; /* tokens that count; 0 when it has nothing there */
};

struct document {
	int alive;
	struct token *tokens; /* by part, then as they came */
	size_t n;
	struct in_part *parts;
	struct ik_value *values; /* numbers; keywords, their text in the vocabulary */
	size_t n_values;
};

struct word {
	char *text;
	size_t len;
};

struct oracle {
	struct ik_schema *schema;
	struct ik_analyzer **analyzers;
	struct ik_analysis *analysis;
	IK_VEC(struct document) docs;
	IK_VEC(struct word) words; /* the vocabulary of all parts */
	struct ik_map map;         /* text -> number in it */
	double *sums;              /* by part: lengths, where they were set; else 0 */
	double k1, b;              /* of the search at hand */
};

/* Words of a query: terms may not be in the vocabulary, then `term` is UINT32_MAX. */
struct query_token {
	uint32_t part, term, position, count, start;
	int joined;
	size_t len;
};

/* Does a term match a pattern, by definition? Bytes are characters. */
int oracle_wildcard(const char *pattern, const char *end, const char *text, const char *text_end);
uint32_t oracle_distance(const char *a, size_t a_len, const char *b, size_t b_len);

/* Positions of a phrase's words in a document: how often it occurs. */
struct places {
	const uint32_t *pos;
	size_t n;
	uint32_t offset;
	uint32_t same; /* members with the same number are the same term */
};
uint32_t oracle_phrase(const struct places *v, size_t n, uint32_t slop);

#endif
