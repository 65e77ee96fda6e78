/*
 * merge.c - one segment out of several: the order of the work, document
 * numbers, stored documents.
 *
 * Layer: index. Everything streams but norms, ordinals and one posting list.
 */
#include "index/merge.h"

#include "base/bits.h"
#include "base/mem.h"
#include "index/merge_impl.h"
#include "segment/stored.h"

#define STEP_WORK 65536   /* postings between two looks at the watcher */
#define STORED_WORK 32    /* a stored document costs as much as so many postings */
#define COPY_BLOCKS_MIN 4 /* fewer stored blocks are packed anew: the last may be nearly empty */

int ik_merge_step(struct ik_merge_job *job, uint64_t work, ink_error *err)
{
	double part;

	job->work_done += work;
	if (job->work_done - job->reported < STEP_WORK || job->watch == NULL)
		return 0;
	job->reported = job->work_done;
	part = job->work_done >= job->work ? 1 : (double)job->work_done / (double)job->work;
	if (job->watch->step(job->watch->user, (uint64_t)(part * job->n_docs), job->n_docs) != 0)
		return ik_fail(err, INK_ECANCELED, "merge stopped");
	return 0;
}

/* ---- document numbers ---- */

static int rank_documents(struct ik_merge_source *s, ink_error *err)
{
	uint32_t words = s->seg->n_docs / 64 + (s->seg->n_docs % 64 != 0), alive = 0;

	s->n_live = s->seg->n_docs;
	if (s->live == NULL || s->live->deleted == 0) {
		s->live = NULL;
		return 0;
	}
	s->rank = ik_array(words, sizeof *s->rank);
	if (s->rank == NULL)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < words; i++) {
		uint32_t in_word = i + 1 < words ? 64 : s->seg->n_docs - i * 64;

		s->rank[i] = alive;
		alive += in_word - ik_popcount64(s->live->words[i]);
	}
	s->n_live = alive;
	return 0;
}

static int add_part(struct ik_merge_job *job, uint32_t part)
{
	size_t i = job->parts.n;
	uint32_t *slot;

	while (i > 0 && job->parts.v[i - 1] > part)
		i--;
	if (i > 0 && job->parts.v[i - 1] == part)
		return 0;
	slot = ik_vec_push(&job->parts);
	if (slot == NULL)
		return -1;
	for (size_t j = job->parts.n - 1; j > i; j--)
		job->parts.v[j] = job->parts.v[j - 1];
	job->parts.v[i] = part;
	return 0;
}

static int prepare(struct ik_merge_job *job, const struct ik_merge_input *inputs, size_t n,
                   ink_error *err)
{
	uint64_t total = 0;

	job->src = ik_zarray(n, sizeof *job->src);
	if (job->src == NULL)
		return ik_fail_nomem(err);
	job->n = n;
	for (size_t i = 0; i < n; i++) {
		struct ik_merge_source *s = &job->src[i];
		int rc;

		s->seg = inputs[i].seg;
		s->live = inputs[i].live;
		s->base = (uint32_t)total;
		rc = rank_documents(s, err);
		if (rc != 0)
			return rc;
		total += s->n_live;
		if (total > IK_DOCS_MAX)
			return ik_fail(err, INK_ELIMIT, "merge: over %u documents", IK_DOCS_MAX);
		if (s->seg->stored.p != NULL)
			job->work += (uint64_t)s->n_live * STORED_WORK;
		for (size_t p = 0; p < s->seg->n_parts; p++) {
			job->work += s->seg->parts[p].postings;
			if (add_part(job, s->seg->parts[p].part) != 0)
				return ik_fail_nomem(err);
		}
	}
	job->n_docs = (uint32_t)total;
	return total == 0 ? ik_fail(err, INK_EINVAL, "merge: no document is left") : 0;
}

static void release(struct ik_merge_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		ik_free(job->src[i].rank);
	for (size_t i = 0; i < job->ords.n; i++)
		ik_free(job->ords.v[i].map);
	ik_vec_free(&job->ords);
	ik_vec_free(&job->parts);
	ik_free(job->src);
}

/* ---- stored documents ---- */

static int put_packed(struct ik_merge_job *job, const struct ik_stored_builder *b, ink_error *err)
{
	return ik_segment_put_stored_block(job->w, b->packed.data, b->packed.len, b->packed_docs,
	                                   err);
}

/* Whole blocks as they are, after what is still open. */
static int copy_blocks(struct ik_merge_job *job, const struct ik_merge_source *s,
                       struct ik_stored_builder *b, ink_error *err)
{
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
			rc = ik_merge_step(job, (uint64_t)n * STORED_WORK, err);
	}
	return rc;
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
			rc = ik_stored_add(b, p, len, err);
		if (rc == 1)
			rc = put_packed(job, b, err);
		if (rc == 0)
			rc = ik_merge_step(job, STORED_WORK, err);
	}
	ik_stored_reader_free(&reader);
	return rc;
}

static int merge_stored(struct ik_merge_job *job, ink_error *err)
{
	struct ik_stored_builder b;
	int any = 0, rc;

	for (size_t i = 0; i < job->n; i++)
		any |= job->src[i].seg->stored.p != NULL;
	if (!any)
		return 0;
	rc = ik_stored_builder_init(&b, err);
	for (size_t i = 0; rc == 0 && i < job->n; i++) {
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

/* ---- all of it ---- */

static int merge_part(struct ik_merge_job *job, uint32_t part, ink_error *err)
{
	struct ik_part_desc desc;
	uint8_t *norms = NULL;
	int rc = ik_merge_describe(job, part, &desc, &norms, err);

	if (rc == 0 && desc.docs > 0)
		rc = ik_merge_terms(job, &desc, err);
	ik_free(norms);
	return rc;
}

static int merge_all(struct ik_merge_job *job, uint32_t fields, ink_error *err)
{
	int rc = merge_stored(job, err);

	for (uint32_t f = 0; rc == 0 && f < fields; f++)
		rc = ik_merge_numbers(job, f, err);
	for (size_t i = 0; rc == 0 && i < job->parts.n; i++)
		rc = merge_part(job, job->parts.v[i], err);
	for (uint32_t f = 0; rc == 0 && f < fields; f++)
		rc = ik_merge_ordinals(job, f, err);
	return rc;
}

int ik_merge(const struct ik_merge_input *inputs, size_t n, struct ik_dir *dir, const char *name,
             const struct ik_schema *schema, const struct ik_merge_watch *watch, uint64_t *bytes,
             ink_error *err)
{
	struct ik_merge_job job = {.watch = watch};
	int rc = prepare(&job, inputs, n, err);

	if (rc == 0) {
		rc = ik_segment_create(dir, name, job.n_docs, schema->k1, schema->b, &job.w, err);
		if (rc == 0)
			rc = merge_all(&job, schema->n, err);
		if (rc == 0)
			rc = ik_segment_finish(job.w, bytes, err);
		else
			ik_segment_abort(job.w);
		if (rc != 0)
			dir->ops->remove(dir, name, NULL);
	}
	release(&job);
	return rc;
}
