/*
 * merge_spill.c - stored documents on their way to another order.
 *
 * Layer: index. Packed blocks can be read in their own order only, unless
 * each is unpacked again and again. So all are unpacked once, into a file
 * that is kept by nobody. Its documents are gathered into buckets of
 * neighbours-to-be, each in stretches of a buffer; who then reads in the new
 * order stays within one bucket for a while, however large the file is.
 *
 * Documents may pack very well. Where they would take more space unpacked
 * than the segments that are merged, and the budget, only as many as fit are
 * set aside at a time, and all are unpacked again for the next ones.
 */
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "index/merge_impl.h"
#include "segment/stored.h"
#include "store/file.h"

#define BUCKETS 64
#define BUFFER_MIN 4096u
#define BUFFER_MAX 65536u
#define HEAD 8 /* document u32, length u32 */
#define NOWHERE UINT64_MAX
#define ROUNDS_MAX 1024u /* no honest file packs better than that */

struct bucket {
	uint8_t *v; /* BUFFER bytes, once needed */
	size_t used;
};

struct ik_merge_spill {
	struct ik_merge_job *job;
	struct ik_dir *dir;
	char name[IK_FILE_NAME_MAX];
	uint32_t first, end; /* new numbers of the documents that are set aside */
	uint32_t round;      /* how many at a time */
	uint64_t *at;        /* by new number; NOWHERE: nothing stored */
	struct ik_in *in;
	/* While it is written: */
	struct ik_file file;
	struct bucket buckets[BUCKETS];
	size_t buffer;
};

void ik_merge_spill_free(struct ik_merge_spill *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		ik_free(s->buckets[i].v);
	ik_in_close(s->in);
	ik_free(s->at);
	ik_free(s);
}

static void empty(struct ik_merge_spill *s, struct bucket *b)
{
	for (size_t i = 0; i < b->used; i += HEAD + ik_load32(b->v + i + 4))
		s->at[ik_load32(b->v + i)] = s->file.at + i;
	ik_file_put(&s->file, b->v, b->used);
	b->used = 0;
}

static int put(struct ik_merge_spill *s, uint32_t doc, const uint8_t *p, size_t len,
               ink_error *err)
{
	struct bucket *b = &s->buckets[(uint64_t)(doc - s->first) * BUCKETS / s->round];
	uint8_t head[HEAD];

	ik_store32(head, doc);
	ik_store32(head + 4, (uint32_t)len);
	if (len > s->buffer - HEAD) {
		s->at[doc] = s->file.at;
		ik_file_put(&s->file, head, HEAD);
		ik_file_put(&s->file, p, len);
	} else {
		if (b->v == NULL && (b->v = ik_alloc(s->buffer)) == NULL)
			return ik_fail_nomem(err);
		if (b->used + HEAD + len > s->buffer)
			empty(s, b);
		memcpy(b->v + b->used, head, HEAD);
		memcpy(b->v + b->used + HEAD, p, len);
		b->used += HEAD + len;
	}
	if (s->file.rc != 0 && err != NULL)
		*err = s->file.err;
	return s->file.rc;
}

static int put_source(struct ik_merge_spill *s, const struct ik_merge_source *src, ink_error *err)
{
	struct ik_stored_reader reader;
	int rc = 0;

	ik_stored_reader_init(&reader, src->seg);
	for (uint32_t doc = 0; rc == 0 && doc < src->seg->n_docs; doc++) {
		const uint8_t *p;
		uint32_t number;
		size_t len;

		if (!ik_live_has(src->live, doc))
			continue;
		number = ik_merge_doc(s->job, src, doc);
		if (number < s->first || number >= s->end)
			continue;
		rc = ik_stored_get(&reader, doc, &p, &len, err);
		if (rc == 0 && len > 0)
			rc = put(s, number, p, len, err);
		if (rc == 0)
			rc = ik_merge_step(s->job, IK_MERGE_STORED_WORK, err);
	}
	ik_stored_reader_free(&reader);
	return rc;
}

static int write_file(struct ik_merge_spill *s, ink_error *err)
{
	int rc = ik_file_create(&s->file, s->dir, s->name, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < s->job->n; i++)
		if (s->job->src[i].seg->stored.p != NULL)
			rc = put_source(s, &s->job->src[i], err);
	for (size_t i = 0; rc == 0 && i < BUCKETS; i++)
		empty(s, &s->buckets[i]);
	if (rc == 0)
		rc = ik_file_finish(&s->file, 0, err);
	else
		ik_file_abort(&s->file);
	if (rc == 0)
		rc = s->dir->ops->open(s->dir, s->name, &s->in, err);
	s->dir->ops->remove(s->dir, s->name, NULL);
	return rc;
}

/* Set the documents from number `first` on aside, in place of those that are. */
static int fill(struct ik_merge_spill *s, uint32_t first, ink_error *err)
{
	uint32_t left = s->job->n_docs - first;
	int rc;

	ik_in_close(s->in);
	s->in = NULL;
	s->first = first;
	s->end = first + (left < s->round ? left : s->round);
	rc = write_file(s, err);
	for (size_t i = 0; i < BUCKETS; i++) {
		ik_free(s->buckets[i].v);
		s->buckets[i] = (struct bucket){NULL, 0};
	}
	return rc;
}

/* What all stored documents take when they are unpacked, and what their segments take. */
static int measure(const struct ik_merge_job *job, uint64_t *raw, uint64_t *bytes, ink_error *err)
{
	*raw = *bytes = 0;
	for (size_t i = 0; i < job->n; i++) {
		const struct ik_segment *seg = job->src[i].seg;
		int rc = seg->stored.p == NULL ? 0 : ik_stored_raw_bytes(seg, raw, err);

		if (rc != 0)
			return rc;
		*raw += (uint64_t)job->src[i].n_live * HEAD;
		*bytes += seg->in->len;
	}
	return 0;
}

static int plan_rounds(struct ik_merge_spill *s, uint64_t memory, ink_error *err)
{
	uint64_t raw, bytes, rounds;
	int rc = measure(s->job, &raw, &bytes, err);

	if (rc != 0)
		return rc;
	rounds = raw / (bytes + memory) + 1;
	rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
	s->round = s->job->n_docs / (uint32_t)rounds + 1;
	s->job->work += (uint64_t)s->job->n_docs * IK_MERGE_STORED_WORK;
	return 0;
}

int ik_merge_spill_new(struct ik_merge_job *job, struct ik_dir *dir, const char *name,
                       uint64_t memory, ink_error *err)
{
	struct ik_merge_spill *s = ik_zalloc(sizeof *s);
	uint64_t buffer = memory / (2 * BUCKETS);
	int rc;

	if (s == NULL)
		return ik_fail_nomem(err);
	s->job = job;
	s->dir = dir;
	ik_spill_name(name, s->name);
	buffer = buffer < BUFFER_MIN ? BUFFER_MIN : buffer > BUFFER_MAX ? BUFFER_MAX : buffer;
	s->buffer = (size_t)buffer;
	s->at = ik_array(job->n_docs, sizeof *s->at);
	rc = s->at == NULL ? ik_fail_nomem(err) : plan_rounds(s, memory, err);
	if (rc == 0) {
		memset(s->at, 0xff, job->n_docs * sizeof *s->at);
		rc = fill(s, 0, err);
	}
	if (rc != 0) {
		ik_merge_spill_free(s);
		return rc;
	}
	job->spill = s;
	return 0;
}

int ik_merge_spill_get(struct ik_merge_spill *s, uint32_t doc, const uint8_t **p, size_t *len,
                       ink_error *err)
{
	int rc = doc < s->end ? 0 : fill(s, doc, err);
	uint64_t at;

	*p = NULL;
	*len = 0;
	if (rc != 0)
		return rc;
	at = s->at[doc];
	if (at == NOWHERE)
		return 0;
	if (at > s->in->len || s->in->len - at < HEAD || ik_load32(s->in->data + at) != doc ||
	    ik_load32(s->in->data + at + 4) > s->in->len - at - HEAD)
		return ik_fail(err, INK_EIO, "stored documents set aside came back changed");
	*p = s->in->data + at + HEAD;
	*len = ik_load32(s->in->data + at + 4);
	return 0;
}
