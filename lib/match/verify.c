/*
 * verify.c - candidates of a gram query, compared with the stored text.
 *
 * Layer: match. Grams have no positions: on paragraphs an AND of them is
 * right in 98 of 100 cases, and word positions prove most of those. What is
 * left is unpacked, folded and searched.
 */
#include "match/verify.h"

#include <string.h>

#include "model/doc.h"
#include "segment/stored.h"

struct verify {
	struct ik_node node;
	struct ik_node *candidates, *proof;
	struct ik_schema *schema;
	uint32_t field;
	const struct ik_analyzer *analyzer;
	const char *text;
	size_t len;
	struct ik_stored_reader stored;
	struct ik_doc doc;
	struct ik_buf folded;
};

static struct verify *verify_of(struct ik_node *node)
{
	return (struct verify *)node; /* the node is its first member */
}

static void bounds(struct ik_node *node, uint32_t from, uint32_t n, uint16_t *out)
{
	struct ik_node *c = verify_of(node)->candidates;

	c->ops->bounds(c, from, n, out);
}

static const uint8_t *find(const uint8_t *text, size_t len, const char *want, size_t want_len)
{
	const uint8_t *end = text + len;

	while (want_len > 0 && (size_t)(end - text) >= want_len) {
		text = memchr(text, want[0], (size_t)(end - text) - want_len + 1);
		if (text == NULL || memcmp(text, want, want_len) == 0)
			return text;
		text++;
	}
	return NULL;
}

/* 1 when one of the field's values holds the text, 0 when not, or an error. */
static int holds(struct verify *v, uint32_t doc)
{
	ink_error *err = v->node.m->err;
	const uint8_t *p;
	size_t len;
	int rc = ik_stored_get(&v->stored, doc, &p, &len, err);

	ik_doc_clear(&v->doc);
	if (rc == 0)
		rc = ik_doc_decode(p, p + len, &v->doc, err);
	for (size_t i = 0; rc == 0 && i < v->doc.values.n; i++) {
		const struct ik_value *value = &v->doc.values.v[i];

		if (value->field != v->field)
			continue;
		ik_buf_clear(&v->folded);
		rc = ik_fold_text(v->analyzer, value->text, value->len, &v->folded, err);
		if (rc == 0 && find(v->folded.data, v->folded.len, v->text, v->len) != NULL)
			return 1;
	}
	return rc;
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct verify *v = verify_of(node);
	uint64_t proven[4] = { 0 };
	int rc = ik_node_match(v->candidates, r, within);

	for (unsigned w = 0; w < 4; w++)
		node->mask[w] = v->candidates->mask[w] & within[w];
	if (rc == 0 && v->proof != NULL && !ik_mask_empty(node->mask)) {
		rc = ik_node_match(v->proof, r, node->mask);
		memcpy(proven, v->proof->mask, sizeof proven);
	}
	for (uint32_t d = 0; rc == 0 && d < IK_RANGE; d++) {
		uint64_t bit = (uint64_t)1 << (d % 64);

		if ((node->mask[d / 64] & ~proven[d / 64] & bit) == 0)
			continue;
		rc = holds(v, r * IK_RANGE + d);
		if (rc == 0)
			node->mask[d / 64] &= ~bit;
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

static int score(struct ik_node *node, uint32_t r, const uint64_t mask[4], int32_t acc[256])
{
	struct ik_node *c = verify_of(node)->candidates;

	return c->ops->score(c, r, mask, acc);
}

static int explain(struct ik_node *node, uint32_t r, uint32_t d, unsigned indent,
                   struct ik_buf *out)
{
	struct verify *v = verify_of(node);

	ik_explain_line(out, indent, "the text holds \"%.*s\"", (int)(v->len > 200 ? 200 : v->len),
	                v->text);
	return v->candidates->ops->explain(v->candidates, r, d, indent + 1, out);
}

static const struct ik_node_ops verify_ops = { bounds, match, score, explain, NULL };

int ik_verify_open(struct ik_match *m, struct ik_node *candidates, struct ik_node *proof,
                   const struct ik_schema *schema, uint32_t field,
                   const struct ik_analyzer *analyzer, const char *text, size_t len,
                   struct ik_node **out)
{
	struct verify *v = ik_arena_zalloc(m->arena, sizeof *v);
	int rc;

	*out = NULL;
	if (v == NULL)
		return ik_fail_nomem(m->err);
	rc = ik_schema_copy(schema, &v->schema, m->err);
	if (rc != 0)
		return rc;
	ik_node_init(&v->node, &verify_ops, m);
	v->candidates = candidates;
	v->proof = proof;
	v->field = field;
	v->analyzer = analyzer;
	v->text = text;
	v->len = len;
	ik_stored_reader_init(&v->stored, m->seg);
	ik_doc_init(&v->doc, v->schema);
	ik_buf_init(&v->folded, SIZE_MAX / 4);
	*out = &v->node;
	return 0;
}

void ik_verify_close(struct ik_node *node)
{
	struct verify *v = verify_of(node);

	ik_stored_reader_free(&v->stored);
	ik_doc_release(&v->doc);
	ik_buf_free(&v->folded);
	ik_schema_free(v->schema);
}
