/*
 * merge_stored.c - stored documents of the inputs of a merge.
 *
 * Layer: index. In their old order, packed blocks are copied as they are if
 * nothing was deleted. In a new one they come from a spill.
 */
#include "index/merge_impl.h"
#include "segment/stored.h"

#define COPY_BLOCKS_MIN 4 /* fewer stored blocks are packed anew: the last may be nearly empty */

static int put_packed(struct ik_merge_job *job, const struct ik_stored_builder *b, ink_error *err)
{
	return ik_segment_put_stored_block(job->w, b->packed.data, b->packed.len, b->packed_docs,
	                                   err);
}

/* Whole blocks as they are, after what is still open. */
static int copy_blocks(struct ik_merge_job *job, const struct ik_merge_source *s,
                       struct ik_stored_builder *b, ink_error *err)
{
	uint32_t docs = 0;
	int rc = ik_stored_flush(b, err);

	if (rc == 1)
		rc = put_packed(job, b, err);
	for (uint32_t i = 0; rc == 0 && i < ik_stored_blocks(s->seg); i++) {
		const uint8_t *p;
		size_t len;
		uint32_t n;

		rc = ik_stored_block(s->seg, i, &p, &len, &n, err);
		if (rc == 0)
			rc = ik_segment_put_stored_block(job->w, p, len, n, err);
		if (rc == 0)
			rc = ik_merge_step(job, (uint64_t)n * IK_MERGE_STORED_WORK, err);
		docs += rc == 0 ? n : 0;
	}
	if (rc == 0 && docs != s->seg->n_docs)
		rc = ik_segment_corrupt(s->seg, err, "stored index", "documents are missing");
	return rc;
}

static int add_doc(struct ik_merge_job *job, struct ik_stored_builder *b, const uint8_t *p,
                   size_t len, ink_error *err)
{
	int rc = ik_stored_add(b, p, len, err);

	if (rc == 1)
		rc = put_packed(job, b, err);
	return rc != 0 ? rc : ik_merge_step(job, IK_MERGE_STORED_WORK, err);
}

/* One document after another, without the deleted ones. */
static int copy_docs(struct ik_merge_job *job, const struct ik_merge_source *s,
                     struct ik_stored_builder *b, ink_error *err)
{
	struct ik_stored_reader reader;
	int rc = 0;

	ik_stored_reader_init(&reader, s->seg);
	for (uint32_t doc = 0; rc == 0 && doc < s->seg->n_docs; doc++) {
		const uint8_t *p = NULL;
		size_t len = 0;

		if (!ik_live_has(s->live, doc))
			continue;
		if (s->seg->stored.p != NULL)
			rc = ik_stored_get(&reader, doc, &p, &len, err);
		if (rc == 0)
			rc = add_doc(job, b, p, len, err);
	}
	ik_stored_reader_free(&reader);
	return rc;
}

/* All of them in the new order. */
static int copy_spill(struct ik_merge_job *job, struct ik_stored_builder *b, ink_error *err)
{
	int rc = 0;

	for (uint32_t doc = 0; rc == 0 && doc < job->n_docs; doc++) {
		const uint8_t *p;
		size_t len;

		rc = ik_merge_spill_get(job->spill, doc, &p, &len, err);
		if (rc == 0)
			rc = add_doc(job, b, p, len, err);
	}
	return rc;
}

int ik_merge_has_stored(const struct ik_merge_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->src[i].seg->stored.p != NULL)
			return 1;
	return 0;
}

int ik_merge_stored(struct ik_merge_job *job, ink_error *err)
{
	struct ik_stored_builder b;
	int rc;

	if (!ik_merge_has_stored(job))
		return 0;
	rc = ik_stored_builder_init(&b, err);
	if (rc == 0 && job->spill != NULL)
		rc = copy_spill(job, &b, err);
	for (size_t i = 0; rc == 0 && job->spill == NULL && i < job->n; i++) {
		const struct ik_merge_source *s = &job->src[i];

		if (s->live == NULL && s->seg->stored.p != NULL &&
		    ik_stored_blocks(s->seg) >= COPY_BLOCKS_MIN)
			rc = copy_blocks(job, s, &b, err);
		else
			rc = copy_docs(job, s, &b, err);
	}
	if (rc == 0)
		rc = ik_stored_flush(&b, err);
	if (rc == 1)
		rc = put_packed(job, &b, err);
	ik_stored_builder_free(&b);
	return rc;
}
