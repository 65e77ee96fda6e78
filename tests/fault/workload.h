/*
 * workload.h - what the fault tests share: lists of changes that follow from
 * a seed, run against a writer and against a plain array that says what has
 * to be there.
 */
#ifndef FAULT_WORKLOAD_H
#define FAULT_WORKLOAD_H

#include "content.h"

enum step_kind {
	STEP_ADD, STEP_UPDATE, STEP_DELETE, STEP_DELETE_DOC, STEP_FLUSH, STEP_COMMIT,
	STEP_ROLLBACK, STEP_FIELD, STEP_WORDS, STEP_SYNONYMS, STEP_OPTIMIZE, STEP_REOPEN,
	STEP_BULK /* many documents; not in random workloads */
};

static const char *const step_names[] = {
	"add", "update", "delete", "delete by number", "flush", "commit",
	"rollback", "add a field", "set words", "set synonyms", "optimize", "reopen",
	"add many",
};

struct step {
	enum step_kind kind;
	uint32_t key, version;
};

#define STEPS_MAX 512

struct workload {
	uint64_t seed;
	struct step steps[STEPS_MAX];
	size_t n;
};

static inline void work_make(struct workload *work, uint64_t seed, size_t n)
{
	static const uint32_t share[] = {15, 28, 9, 4, 9, 22, 3, 2, 2, 2, 2, 2}; /* of 100 */
	struct gen g = {seed};

	work->seed = seed;
	work->n = n;
	for (size_t i = 0; i < n; i++) {
		uint32_t r = gen_below(&g, 100), kind = 0;

		while (r >= share[kind])
			r -= share[kind++];
		work->steps[i] = (struct step){(enum step_kind)kind, gen_below(&g, KEYS),
		                               (uint32_t)i + 1};
	}
	work->steps[n - 1].kind = STEP_COMMIT;
}

/* So many documents that an optimize puts them in another order, by a file that it sets aside. */
static inline void work_reorder(struct workload *work)
{
	static const struct step steps[] = {
		{STEP_UPDATE, 0, 1}, {STEP_BULK, 0, 200}, {STEP_COMMIT, 0, 0},
		{STEP_UPDATE, 1, 2}, {STEP_BULK, 0, 200}, {STEP_COMMIT, 0, 0},
		{STEP_DELETE, 1, 0}, {STEP_OPTIMIZE, 0, 0},
	};

	work->seed = 1;
	work->n = sizeof steps / sizeof *steps;
	memcpy(work->steps, steps, sizeof steps);
}

/* A writer, and what is and what will be in its index. */
struct job {
	struct ik_dir *dir;
	struct ik_writer *w;
	struct content pending, committed;
	uint32_t threads;
};

static inline int job_open(struct job *job, ink_error *err)
{
	int rc = ik_writer_open(job->dir, &job->w, err);

	if (rc == 0 && job->threads > 1)
		rc = ik_writer_set_threads(job->w, job->threads, err);
	return rc;
}

static inline int job_close(struct job *job)
{
	ik_writer_close(job->w);
	job->w = NULL;
	job->pending = job->committed;
	return 0;
}

static inline int put_doc(struct job *job, const struct step *step, ink_error *err)
{
	uint32_t *version = &job->pending.version[step->key];
	int update = step->kind == STEP_UPDATE, rc;
	struct ik_doc doc;

	ik_doc_init(&doc, job->w->schema);
	rc = work_doc(&doc, step->key, step->version, err);
	if (rc == 0)
		rc = update ? ik_writer_update(job->w, &doc, err)
		            : ik_writer_add(job->w, &doc, err);
	ik_doc_release(&doc);
	if (rc == INK_EEXISTS && !update && *version != 0)
		return 0; /* as it should be */
	if (rc == 0) {
		assert_true(update || *version == 0);
		*version = step->version;
	}
	return rc;
}

/* `n` more documents that nothing changes, under keys of their own. */
static inline int job_bulk(struct job *job, uint32_t n, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct ik_doc doc;

		ik_doc_init(&doc, job->w->schema);
		rc = work_doc(&doc, KEYS + job->pending.bulk, i, err);
		if (rc == 0)
			rc = ik_writer_add(job->w, &doc, err);
		if (rc == 0)
			job->pending.bulk++;
		ik_doc_release(&doc);
	}
	return rc;
}

/* As a delete by query does it. */
static inline int delete_doc(struct job *job, const char *key, ink_error *err)
{
	struct ik_snapshot *snap;
	uint64_t doc;
	int rc = ik_writer_snapshot(job->w, &snap, err);

	if (rc == 0)
		rc = ik_snapshot_find_key(snap, key, strlen(key), &doc, err);
	if (rc == 0)
		rc = ik_writer_delete_docs(job->w, snap, &doc, 1, err);
	ik_snapshot_unref(snap);
	return rc == INK_ENOTFOUND ? 0 : rc;
}

/* The format of such a text is that of content_read(). */
static inline int set_words(struct job *job, const struct step *step, ink_error *err)
{
	uint32_t number = step->version % 4;
	char text[32];
	size_t len;
	int rc;

	snprintf(text, sizeof text, step->kind == STEP_WORDS ? "word %u" : "w1, s%u", number);
	len = number > 0 ? strlen(text) : 0;
	rc = step->kind == STEP_WORDS ? ik_writer_set_dictionary(job->w, text, len, err)
	                              : ik_writer_set_synonyms(job->w, text, len, err);
	if (rc == 0)
		*(step->kind == STEP_WORDS ? &job->pending.words : &job->pending.synonyms) =
			number;
	return rc;
}

/* One step; the error of the library, and `pending` and `committed` only changed without one. */
static inline int job_step(struct job *job, const struct step *step, ink_error *err)
{
	struct ik_snapshot *snap;
	char name[16];
	int rc = 0;

	switch (step->kind) {
	case STEP_ADD:
	case STEP_UPDATE:
		return put_doc(job, step, err);
	case STEP_DELETE:
	case STEP_DELETE_DOC:
		work_key(step->key, name);
		rc = step->kind == STEP_DELETE
		         ? ik_writer_delete(job->w, name, strlen(name), err)
		         : delete_doc(job, name, err);
		if (rc == 0)
			job->pending.version[step->key] = 0;
		return rc;
	case STEP_FLUSH:
		rc = ik_writer_snapshot(job->w, &snap, err);
		if (rc == 0)
			ik_snapshot_unref(snap);
		return rc;
	case STEP_COMMIT:
	case STEP_OPTIMIZE:
		rc = step->kind == STEP_COMMIT
		         ? ik_writer_commit(job->w, NULL, err)
		         : ik_writer_optimize(job->w, 1 + step->key % 3, NULL, NULL, err);
		if (rc == 0)
			job->committed = job->pending;
		return rc;
	case STEP_ROLLBACK:
		rc = ik_writer_rollback(job->w, err);
		if (rc == 0)
			job->pending = job->committed;
		return rc;
	case STEP_FIELD:
		snprintf(name, sizeof name, "more%u", job->pending.fields);
		rc = ik_writer_add_field(job->w, name, INK_TEXT, INK_STORED, "whitespace", err);
		if (rc == 0)
			job->pending.fields++;
		return rc;
	case STEP_WORDS:
	case STEP_SYNONYMS:
		return set_words(job, step, err);
	case STEP_BULK:
		return job_bulk(job, step->version, err);
	default:
		job_close(job);
		return job_open(job, err);
	}
}

static inline int job_init(struct job *job, struct ik_dir *dir, ink_error *err)
{
	struct ik_schema *schema = work_schema();
	int rc = ik_index_init(dir, schema, err);

	ik_schema_free(schema);
	job->dir = dir;
	job->w = NULL;
	memset(&job->pending, 0, sizeof job->pending);
	job->pending.fields = FIELDS;
	job->committed = job->pending;
	return rc == 0 ? job_open(job, err) : rc;
}

#endif
