/*
 * workload.h - what the fault tests share: lists of changes that follow from
 * a seed, run against a writer and against a plain array that says what has
 * to be there, and a comparison of the two.
 */
#ifndef FAULT_WORKLOAD_H
#define FAULT_WORKLOAD_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "base/mem.h"
#include "index/writer.h"
#include "index/writer_impl.h"
#include "segment/check.h"
#include "segment/stored.h"

#define KEYS 24
#define ok(call)                                                          \
	do {                                                              \
		ink_error err_ = {0};                                     \
		ink_error *err = &err_;                                   \
		int rc_ = (call);                                         \
		if (rc_ != 0)                                             \
			fail_msg("%s: %s", #call, err_.message);          \
	} while (0)

/* What an index holds: the version of each key, 0 when it is not there, the fields, the words. */
struct content {
	uint32_t version[KEYS];
	uint32_t fields;
	uint32_t words;    /* the number in its dictionary; 0: it has none */
	uint32_t synonyms; /* and in its synonyms */
	uint32_t bulk;     /* documents beside, which never change */
};

#define FIELDS 4 /* that a schema starts with */

static inline struct ik_schema *work_schema(void)
{
	struct ik_schema *s;

	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | INK_KEY, NULL, err));
	ok(ik_schema_add(s, "version", INK_I64, INK_STORED, NULL, err));
	ok(ik_schema_add(s, "body", INK_TEXT, INK_STORED, "whitespace | lower", err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, err));
	return s;
}

static inline void work_key(uint32_t key, char out[16])
{
	snprintf(out, 16, key < KEYS ? "key-%02u" : "bulk-%u", key);
}

static inline int work_doc(struct ik_doc *doc, uint32_t key, uint32_t version, ink_error *err)
{
	char id[16], body[256], tag[16];
	int len = 0, rc;

	work_key(key, id);
	for (uint32_t i = 0; i < 5 + version % 9; i++)
		len += snprintf(body + len, sizeof body - (size_t)len, "w%u ",
		                (key * 7 + version * i) % 53);
	snprintf(tag, sizeof tag, "t%u", version % 5);
	rc = ik_doc_add_text(doc, "id", id, strlen(id), err);
	if (rc == 0)
		rc = ik_doc_add_i64(doc, "version", version, err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "body", body, (size_t)len, err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "tag", tag, strlen(tag), err);
	return rc;
}

/* ---- steps ---- */

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

/* ---- looking ---- */

/* Document `at` of a snapshot, which is the only one of its key. */
static inline int content_doc(const struct ik_snapshot *snap, uint64_t at,
                              const struct ik_doc *doc, struct content *out, ink_error *err)
{
	const struct ik_value *id = doc->values.v;
	uint64_t found;
	uint32_t key;
	int rc;

	if (doc->values.n != 3 || (sscanf(id->text, "key-%u", &key) != 1 &&
	                           sscanf(id->text, "bulk-%u", &key) != 1))
		return ik_fail(err, INK_EINTERNAL, "not a document of ours");
	rc = ik_snapshot_find_key(snap, id->text, id->len, &found, err);
	if (rc == 0 && (found != at || (key < KEYS && out->version[key] != 0)))
		rc = ik_fail(err, INK_EINTERNAL, "%s is there twice", id->text);
	if (rc == 0 && key < KEYS)
		out->version[key] = (uint32_t)id[1].i64;
	else if (rc == 0)
		out->bulk++;
	return rc;
}

static inline int content_segment(const struct ik_snapshot *snap, const struct ik_view *view,
                                  struct content *out, ink_error *err)
{
	struct ik_stored_reader reader;
	int rc = ik_segment_check(view->seg, NULL, NULL, err);

	ik_stored_reader_init(&reader, view->seg);
	for (uint32_t i = 0; rc == 0 && i < view->seg->n_docs; i++) {
		struct ik_doc doc;
		const uint8_t *p;
		size_t len;

		if (!ik_live_has(view->live, i))
			continue;
		ik_doc_init(&doc, snap->schema);
		rc = ik_stored_get(&reader, i, &p, &len, err);
		if (rc == 0)
			rc = ik_doc_decode(p, p + len, &doc, err);
		if (rc == 0)
			rc = content_doc(snap, view->base + i, &doc, out, err);
		ik_doc_release(&doc);
	}
	ik_stored_reader_free(&reader);
	return rc;
}

/* All documents of a snapshot, through their stored values and through their keys. 0 or INK_E*. */
static inline int content_read(const struct ik_snapshot *snap, struct content *out,
                               ink_error *err)
{
	const struct ik_lexicon *lexicon = snap->words.lexicon;
	uint64_t seen = 0;
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->fields = snap->schema->n;
	if (lexicon != NULL &&
	    ((lexicon->words_len > 0 && sscanf(lexicon->words_text, "word %u", &out->words) != 1) ||
	     (lexicon->synonyms_len > 0 &&
	      sscanf(lexicon->synonyms_text, "w1, s%u", &out->synonyms) != 1)))
		return ik_fail(err, INK_EINTERNAL, "not a dictionary of ours");
	for (uint32_t v = 0; rc == 0 && v < snap->n; v++)
		rc = content_segment(snap, &snap->views[v], out, err);
	for (uint32_t k = 0; k < KEYS; k++)
		seen += out->version[k] != 0;
	if (rc == 0 && seen + out->bulk != snap->docs)
		rc = ik_fail(err, INK_EINTERNAL, "documents do not add up");
	return rc;
}

static inline int content_open(struct ik_dir *dir, struct content *out, ink_error *err)
{
	struct ik_snapshot *snap;
	int rc = ik_snapshot_open(dir, &snap, err);

	if (rc != 0)
		return rc;
	rc = content_read(snap, out, err);
	ik_snapshot_unref(snap);
	return rc;
}

static inline int content_same(const struct content *a, const struct content *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* Files of an index that no commit names. */
struct stray {
	const struct ik_manifest *m;
	char name[64]; /* the last one */
	int n;
};

static inline int count_stray(void *user, const char *name)
{
	struct stray *s = user;
	char wanted[IK_FILE_NAME_MAX];

	if (strcmp(name, IK_MANIFEST_NAME) == 0 || strcmp(name, IK_LOCK_NAME) == 0)
		return 0;
	ik_words_name(s->m->words.id, wanted);
	if (s->m->words.id != 0 && strcmp(name, wanted) == 0)
		return 0;
	for (size_t i = 0; i < s->m->segments.n; i++) {
		const struct ik_manifest_segment *e = &s->m->segments.v[i];

		ik_segment_name(e->id, wanted);
		if (strcmp(name, wanted) == 0)
			return 0;
		ik_live_name(e->id, e->live_gen, wanted);
		if (e->live_gen != 0 && strcmp(name, wanted) == 0)
			return 0;
	}
	snprintf(s->name, sizeof s->name, "%s", name);
	s->n++;
	return 0;
}

static inline void no_strays(struct ik_dir *dir, const char *when)
{
	struct ik_manifest m;
	struct stray s = {.m = &m};

	ok(ik_manifest_read(dir, &m, err));
	ok(dir->ops->list(dir, count_stray, &s, err));
	ik_manifest_free(&m);
	if (s.n > 0)
		fail_msg("%s: %d files that no commit names, such as %s", when, s.n, s.name);
}

#endif
