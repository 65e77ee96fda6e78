/*
 * verify.c - candidates of a gram query, compared with the stored text.
 *
 * Layer: match. Grams in order are a string unless something stands between
 * them that is in no gram, or the field has no positions. Then the text is
 * unpacked, folded and searched.
 */
#include "match/verify.h"

#include <string.h>

#include "model/doc.h"
#include "segment/stored.h"
#include "text/needle.h"

#define READ_STEPS 1024 /* what a document costs, in what ik_poll() counts; and its bytes */

struct verify {
	struct ik_node node;
	struct ik_node *candidates;
	int met;                 /* who asks knows that documents are candidates */
	const struct ik_schema *schema;
	uint32_t field;
	struct ik_needle needle;
	struct ik_stored_reader stored;
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

int ik_verify_stored(struct ik_needle *needle, const struct ik_schema *schema, uint32_t field,
                     const uint8_t *p, const uint8_t *end, ink_error *err)
{
	int rc = 0;

	while (rc == 0 && p < end) {
		struct ik_value value;

		rc = ik_doc_next(schema, &p, end, &value, err);
		if (rc == 0 && value.field == field)
			rc = ik_needle_in(needle, value.text, value.len, err);
	}
	return rc;
}

/* Does the document hold the text? 1, 0 or an error. */
static int holds(struct verify *v, uint32_t doc)
{
	ink_error *err = v->node.m->err;
	const uint8_t *p;
	size_t len;
	int rc = ik_stored_get(&v->stored, doc, &p, &len, err);

	if (rc == 0)
		rc = ik_poll(v->node.m->poll, READ_STEPS + len);
	return rc != 0 ? rc : ik_verify_stored(&v->needle, v->schema, v->field, p, p + len, err);
}

static int match(struct ik_node *node, uint32_t r, const uint64_t within[4])
{
	struct verify *v = verify_of(node);
	int rc = 0;

	memcpy(node->mask, within, sizeof node->mask);
	if (!v->met)
		rc = ik_node_narrow(v->candidates, r, 0, node->mask);
	for (uint32_t d = 0; rc == 0 && d < IK_RANGE; d++) {
		uint64_t bit = (uint64_t)1 << (d % 64);

		if ((node->mask[d / 64] & bit) == 0)
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
	size_t len = v->needle.folded_len;

	ik_explain_line(out, indent, "the text holds \"%.*s\"", (int)(len > 200 ? 200 : len),
	                v->needle.folded);
	return v->candidates->ops->explain(v->candidates, r, d, indent + 1, out);
}

static const struct ik_node_ops verify_ops = { bounds, match, score, explain, NULL };

int ik_verify_open(struct ik_match *m, const struct ik_verify_spec *spec, struct ik_node **out)
{
	struct verify *v = ik_arena_zalloc(m->arena, sizeof *v);

	*out = NULL;
	if (v == NULL)
		return ik_fail_nomem(m->err);
	ik_node_init(&v->node, &verify_ops, m);
	v->candidates = spec->candidates;
	v->schema = spec->schema;
	v->field = spec->field;
	ik_needle_init(&v->needle, spec->analyzer, spec->typed, spec->typed_len, spec->folded,
	               spec->folded_len);
	ik_stored_reader_init(&v->stored, m->seg);
	*out = &v->node;
	return 0;
}

struct ik_node *ik_verify_candidates(const struct ik_node *node)
{
	return node->ops == &verify_ops ? ((const struct verify *)node)->candidates : NULL;
}

void ik_verify_met(struct ik_node *node)
{
	verify_of(node)->met = 1;
}

void ik_verify_close(struct ik_node *node)
{
	struct verify *v = verify_of(node);

	ik_stored_reader_free(&v->stored);
	ik_needle_free(&v->needle);
}
