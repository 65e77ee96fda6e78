/*
 * merge.c - one segment out of several: the order of the work, and document
 * numbers.
 *
 * Layer: index. Everything streams but norms, ordinals and one posting list.
 */
#include "index/merge.h"

#include <errno.h>

#include "base/bits.h"
#include "base/mem.h"
#include "index/merge_impl.h"
#include "index/origin.h"

#define STEP_WORK 65536 /* postings between two looks at the watcher */

int ik_merge_step(struct ik_merge_job *job, uint64_t work, ink_error *err)
{
	job->work_done += work;
	return job->work_done - job->reported < STEP_WORK ? 0 : ik_merge_look(job, err);
}

int ik_merge_look(struct ik_merge_job *job, ink_error *err)
{
	double part;

	job->reported = job->work_done;
	if (job->watch == NULL)
		return 0;
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
			job->work += (uint64_t)s->n_live * IK_MERGE_STORED_WORK;
		for (size_t p = 0; p < s->seg->n_parts; p++) {
			job->work += s->seg->parts[p].postings;
			if (add_part(job, s->seg->parts[p].part) != 0)
				return ik_fail_nomem(err);
		}
	}
	job->n_docs = (uint32_t)total;
	return total == 0 ? ik_fail(err, INK_EINVAL, "merge: no document is left") : 0;
}

/* What depends on the order of documents: they have the old one again. */
static void forget_order(struct ik_merge_job *job)
{
	for (size_t i = 0; i < job->ords.n; i++)
		ik_free(job->ords.v[i].map);
	ik_vec_free(&job->ords);
	ik_merge_spill_free(job->spill);
	job->spill = NULL;
	ik_free(job->new_of);
	job->new_of = NULL;
}

static void release(struct ik_merge_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		ik_free(job->src[i].rank);
	forget_order(job);
	ik_vec_free(&job->parts);
	ik_free(job->src);
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

static int put_origin(struct ik_merge_job *job, const char *name, const struct ik_schema *schema,
                      int foreign, ink_error *err)
{
	struct ik_segment **inputs = ik_array(job->n, sizeof *inputs);
	int rc;

	if (inputs == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < job->n; i++)
		inputs[i] = job->src[i].seg;
	rc = ik_origin_put(job->w, name, inputs, foreign ? 0 : job->n, schema, err);
	ik_free(inputs);
	return rc;
}

static int merge_all(struct ik_merge_job *job, uint32_t fields, ink_error *err)
{
	int rc = ik_merge_stored(job, err);

	ik_merge_spill_free(job->spill);
	job->spill = NULL;
	for (uint32_t f = 0; rc == 0 && f < fields; f++)
		rc = ik_merge_numbers(job, f, err);
	for (size_t i = 0; rc == 0 && i < job->parts.n; i++)
		rc = merge_part(job, job->parts.v[i], err);
	for (uint32_t f = 0; rc == 0 && f < fields; f++)
		rc = ik_merge_ordinals(job, f, err);
	return rc;
}

/*
 * A better order, if there is to be one. Whatever goes wrong with it, damage
 * that a plain merge does not look at or a full disk, the old order will do.
 */
static int find_order(struct ik_merge_job *job, struct ik_dir *dir, const char *name,
                      const struct ik_merge_order *how, ink_error *err)
{
	int rc = ik_merge_reorder(job, how, err);

	if (rc == 0 && job->new_of != NULL && ik_merge_has_stored(job))
		rc = ik_merge_spill_new(job, dir, name, how->memory, err);
	if (rc == 0)
		return 0;
	forget_order(job);
	return rc == INK_ECANCELED ? rc : 0;
}

static int write_all(struct ik_merge_job *job, struct ik_dir *dir, const char *name,
                     const struct ik_schema *schema, int foreign, uint64_t *bytes,
                     ink_error *err)
{
	int rc = ik_segment_create(dir, name, job->n_docs, schema->k1, schema->b, &job->w, err);

	if (rc == 0) {
		ik_segment_set_lasting(job->w);
		if (job->new_of != NULL || (job->n == 1 && job->src[0].seg->reordered))
			ik_segment_set_reordered(job->w);
		rc = put_origin(job, name, schema, foreign, err);
		if (rc == 0)
			rc = merge_all(job, schema->n, err);
		if (rc == 0)
			rc = ik_segment_finish(job->w, bytes, err);
		else
			ik_segment_abort(job->w);
	}
	if (rc != 0)
		dir->ops->remove(dir, name, NULL);
	return rc;
}

int ik_merge_lacks_room(int rc, const ink_error *why)
{
	int sys = why->sys_errno;

	return rc == INK_ENOMEM ||
	       (rc == INK_EIO && (sys == ENOSPC || sys == EDQUOT || sys == EFBIG ||
	                          sys == EMFILE || sys == ENFILE));
}

/* A new order takes memory and space up to the end, which the old one may do without. */
static int write_in_order(struct ik_merge_job *job, struct ik_dir *dir, const char *name,
                          const struct ik_schema *schema, const struct ik_merge_order *how,
                          uint64_t *bytes, ink_error *err)
{
	if (job->new_of != NULL) {
		ink_error why = {0};
		int rc = write_all(job, dir, name, schema, how->foreign, bytes, &why);

		if (rc != 0 && err != NULL)
			*err = why;
		if (rc == 0 || !ik_merge_lacks_room(rc, &why))
			return rc;
		forget_order(job);
	}
	return how->or_nothing ? 1 : write_all(job, dir, name, schema, how->foreign, bytes, err);
}

int ik_merge(const struct ik_merge_input *inputs, size_t n, struct ik_dir *dir, const char *name,
             const struct ik_schema *schema, const struct ik_merge_order *how,
             const struct ik_merge_watch *watch, struct ik_merge_result *out, ink_error *err)
{
	struct ik_merge_job job = {.watch = watch, .threads = how->threads};
	int rc = prepare(&job, inputs, n, err);

	*out = (struct ik_merge_result){0};
	if (rc == 0)
		rc = find_order(&job, dir, name, how, err);
	if (rc == 0)
		rc = write_in_order(&job, dir, name, schema, how, &out->bytes, err);
	if (rc == 0) {
		out->new_of = job.new_of;
		job.new_of = NULL;
	}
	release(&job);
	return rc;
}
