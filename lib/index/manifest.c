/*
 * manifest.c - reading and writing the commit point.
 *
 * Layer: index. Format: FORMAT.md, "Manifest": magic, version u32, body
 * length u32, body, CRC-32 of everything before it.
 */
#include "index/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/sum.h"
#include "codec/varint.h"
#include "index/stamp.h"
#include "segment/format.h"
#include "store/file.h"

#define HEAD_LEN (IK_MAGIC_LEN + 8)
#define MANIFEST_MAX (1u << 30)

/* Numbers that go up by one are far from it; what is above would soon wrap around. */
#define COUNT_MAX (UINT64_C(1) << 63)

void ik_segment_name(uint64_t id, char name[IK_FILE_NAME_MAX])
{
	snprintf(name, IK_FILE_NAME_MAX, "seg-%016" PRIx64 ".ink", id);
}

void ik_live_name(uint64_t id, uint64_t gen, char name[IK_FILE_NAME_MAX])
{
	snprintf(name, IK_FILE_NAME_MAX, "seg-%016" PRIx64 "-%" PRIx64 ".del", id, gen);
}

void ik_words_name(uint64_t id, char name[IK_FILE_NAME_MAX])
{
	snprintf(name, IK_FILE_NAME_MAX, "words-%016" PRIx64 ".ink", id);
}

void ik_spill_name(const char *segment, char name[IK_FILE_NAME_MAX])
{
	snprintf(name, IK_FILE_NAME_MAX, "%.*s.tmp", IK_FILE_NAME_MAX - 5, segment);
}

/* Hexadecimal digits, at most 16; the byte after them, or NULL. */
static const char *get_hex(const char *p, uint64_t *out)
{
	uint64_t v = 0;
	int n = 0;

	for (; (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'f'); p++, n++)
		v = v << 4 | (uint64_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
	*out = v;
	return n >= 1 && n <= 16 ? p : NULL;
}

enum ik_file_kind ik_file_kind(const char *name, uint64_t *id, uint64_t *gen)
{
	enum ik_file_kind kind = IK_FILE_SEGMENT;
	char wanted[IK_FILE_NAME_MAX];
	const char *p;

	*id = *gen = 0;
	if (strncmp(name, "words-", 6) == 0)
		kind = IK_FILE_WORDS;
	else if (strncmp(name, "seg-", 4) != 0)
		return IK_FILE_OTHER;
	p = get_hex(name + (kind == IK_FILE_WORDS ? 6 : 4), id);
	if (p != NULL && kind == IK_FILE_SEGMENT && *p == '-') {
		kind = IK_FILE_LIVE;
		if (get_hex(p + 1, gen) == NULL || *gen == 0)
			return IK_FILE_OTHER;
	}
	if (kind == IK_FILE_SEGMENT)
		ik_segment_name(*id, wanted);
	else if (kind == IK_FILE_LIVE)
		ik_live_name(*id, *gen, wanted);
	else
		ik_words_name(*id, wanted);
	if (kind == IK_FILE_SEGMENT && strlen(name) > strlen(wanted)) {
		char segment[IK_FILE_NAME_MAX];

		kind = IK_FILE_SPILL;
		memcpy(segment, wanted, sizeof segment);
		ik_spill_name(segment, wanted);
	}
	return strcmp(name, wanted) == 0 ? kind : IK_FILE_OTHER;
}

void ik_manifest_free(struct ik_manifest *m)
{
	ik_free(m->stamp);
	ik_schema_free(m->schema);
	ik_vec_free(&m->segments);
	memset(m, 0, sizeof *m);
}

/* ---- writing ---- */

static void put_body(const struct ik_manifest *m, struct ik_buf *buf, struct ik_buf *schema)
{
	size_t stamp_len = m->stamp == NULL ? 0 : strlen(m->stamp);

	ik_schema_encode(m->schema, schema);
	ik_buf_put_varint(buf, m->generation);
	ik_buf_put_varint(buf, m->next_id);
	ik_buf_put_varint(buf, stamp_len);
	ik_buf_put(buf, m->stamp, stamp_len);
	ik_buf_put_varint(buf, schema->len);
	ik_buf_put(buf, schema->data, schema->len);
	ik_buf_put_varint(buf, m->words.id);
	if (m->words.id != 0) {
		ik_buf_put_varint(buf, m->words.bytes);
		ik_buf_put_varint(buf, m->words.crc);
	}
	ik_buf_put_varint(buf, m->segments.n);
	for (size_t i = 0; i < m->segments.n; i++) {
		const struct ik_manifest_segment *s = &m->segments.v[i];

		ik_buf_put_varint(buf, s->id);
		ik_buf_put_varint(buf, s->n_docs);
		ik_buf_put_varint(buf, s->deleted);
		ik_buf_put_varint(buf, s->live_gen);
		ik_buf_put_varint(buf, s->bytes);
	}
}

static int encode(const struct ik_manifest *m, struct ik_buf *buf, ink_error *err)
{
	struct ik_buf schema;
	int rc;

	ik_buf_init(&schema, MANIFEST_MAX);
	ik_buf_put(buf, IK_MANIFEST_MAGIC, IK_MAGIC_LEN);
	ik_buf_put_u32(buf, IK_FORMAT_VERSION);
	ik_buf_put_u32(buf, 0);
	put_body(m, buf, &schema);
	rc = schema.err != 0 ? schema.err : buf->err;
	ik_buf_free(&schema);
	if (rc == 0) {
		ik_store32(buf->data + IK_MAGIC_LEN + 4, (uint32_t)(buf->len - HEAD_LEN));
		ik_buf_put_u32(buf, ik_crc32(0, buf->data, buf->len));
		rc = buf->err;
	}
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc != 0)
		return ik_fail(err, rc, "%s: larger than %u bytes", IK_MANIFEST_NAME, MANIFEST_MAX);
	return 0;
}

/* A commit that could not be read again is none. */
static int check_counts(const struct ik_manifest *m, ink_error *err)
{
	int over = m->generation > COUNT_MAX || m->next_id > COUNT_MAX;

	for (size_t i = 0; i < m->segments.n; i++)
		over |= m->segments.v[i].live_gen > COUNT_MAX;
	return over ? ik_fail(err, INK_ELIMIT, "%s: a number over 2^63", IK_MANIFEST_NAME) : 0;
}

int ik_manifest_write(const struct ik_manifest *m, struct ik_dir *dir, ink_error *err)
{
	struct ik_file file = {0};
	struct ik_buf buf;
	int rc;

	ik_buf_init(&buf, MANIFEST_MAX);
	rc = check_counts(m, err);
	if (rc == 0)
		rc = encode(m, &buf, err);
	if (rc == 0)
		rc = ik_file_create(&file, dir, IK_MANIFEST_NEW, err);
	if (rc == 0) {
		ik_file_put(&file, buf.data, buf.len);
		rc = ik_file_finish(&file, 1, err);
		if (rc == 0)
			rc = dir->ops->rename(dir, IK_MANIFEST_NEW, IK_MANIFEST_NAME, err);
		if (rc != 0)
			dir->ops->remove(dir, IK_MANIFEST_NEW, NULL);
	}
	if (rc == 0)
		rc = dir->ops->sync(dir, err);
	ik_buf_free(&buf);
	return rc;
}

/* ---- reading ---- */

/* What is being parsed; once a number cannot be read, `p` stays where it was and `bad` is set. */
struct cursor {
	const uint8_t *start, *p, *end;
	int bad;
};

static uint64_t get_varint(struct cursor *c)
{
	uint64_t v = 0;
	const uint8_t *p = c->bad ? NULL : ik_varint_get(c->p, c->end, &v);

	if (p != NULL) {
		c->p = p;
		return v;
	}
	c->bad = 1;
	return 0;
}

/* A length followed by as many bytes. */
static const uint8_t *get_bytes(struct cursor *c, size_t *len)
{
	const uint8_t *at = c->p;
	uint64_t n = get_varint(c);

	*len = 0;
	if (c->bad)
		return NULL;
	if (n > (uint64_t)(c->end - c->p)) {
		c->p = at;
		c->bad = 1;
		return NULL;
	}
	at = c->p;
	c->p += n;
	*len = (size_t)n;
	return at;
}

static int damaged(struct ik_dir *dir, size_t at, const char *what, ink_error *err)
{
	return ik_fail_at(err, INK_ECORRUPT, (int64_t)at, "%s/%s: byte %zu: %s", dir->path,
	                  IK_MANIFEST_NAME, at, what);
}

static int bad_at(struct ik_dir *dir, const struct cursor *c, const char *what, ink_error *err)
{
	return damaged(dir, (size_t)(c->p - c->start), what, err);
}

static int get_segment(struct ik_dir *dir, struct cursor *c, struct ik_manifest *m, ink_error *err)
{
	struct ik_manifest_segment *s = ik_vec_push(&m->segments);
	uint64_t n_docs, deleted;

	if (s == NULL)
		return ik_fail_nomem(err);
	s->id = get_varint(c);
	n_docs = get_varint(c);
	deleted = get_varint(c);
	s->live_gen = get_varint(c);
	s->bytes = get_varint(c);
	if (c->bad)
		return bad_at(dir, c, "segment cut short", err);
	if (n_docs > IK_DOCS_MAX || deleted > n_docs || (deleted > 0) != (s->live_gen > 0))
		return bad_at(dir, c, "impossible number of documents before it", err);
	if (s->live_gen > COUNT_MAX)
		return bad_at(dir, c, "generation of deletions out of bounds before it", err);
	if (s->id >= m->next_id)
		return bad_at(dir, c, "segment number out of bounds before it", err);
	s->n_docs = (uint32_t)n_docs;
	s->deleted = (uint32_t)deleted;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Its documents would be found twice, and a merge of both be its own input. */
static int refuse_twins(struct ik_dir *dir, const struct cursor *c, const struct ik_manifest *m,
                        ink_error *err)
{
	uint64_t *ids;
	char what[64];
	int rc = 0;

	if (m->segments.n < 2)
		return 0;
	ids = ik_array(m->segments.n, sizeof *ids);
	if (ids == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < m->segments.n; i++)
		ids[i] = m->segments.v[i].id;
	qsort(ids, m->segments.n, sizeof *ids, by_number);
	for (size_t i = 1; rc == 0 && i < m->segments.n; i++) {
		if (ids[i] != ids[i - 1])
			continue;
		snprintf(what, sizeof what, "segment %016" PRIx64 " stands twice before it",
		         ids[i]);
		rc = bad_at(dir, c, what, err);
	}
	ik_free(ids);
	return rc;
}

static int get_words(struct ik_dir *dir, struct cursor *c, struct ik_manifest *m, ink_error *err)
{
	struct ik_words_file *words = &m->words;
	uint64_t crc;

	words->id = get_varint(c);
	if (!c->bad && words->id == 0)
		return 0;
	words->bytes = get_varint(c);
	crc = get_varint(c);
	words->crc = (uint32_t)crc;
	if (c->bad || crc > UINT32_MAX || words->id >= m->next_id)
		return bad_at(dir, c, "file of words", err);
	return 0;
}

static int get_body(struct ik_dir *dir, struct cursor *c, struct ik_manifest *m, ink_error *err)
{
	const uint8_t *p;
	uint64_t n;
	size_t len;
	int rc;

	m->generation = get_varint(c);
	if (m->generation > COUNT_MAX)
		return bad_at(dir, c, "generation out of bounds before it", err);
	m->next_id = get_varint(c);
	if (m->next_id > COUNT_MAX)
		return bad_at(dir, c, "next number out of bounds before it", err);
	p = get_bytes(c, &len);
	if (c->bad)
		return bad_at(dir, c, "head cut short", err);
	if (len > IK_STAMP_MAX)
		return bad_at(dir, c, "stamp too long before it", err);
	m->stamp = ik_strndup((const char *)p, len);
	if (m->stamp == NULL)
		return ik_fail_nomem(err);
	p = get_bytes(c, &len);
	if (c->bad)
		return bad_at(dir, c, "schema cut short", err);
	rc = ik_schema_decode(p, p + len, &m->schema, err);
	if (rc == INK_ECORRUPT)
		return bad_at(dir, c, "damaged schema before it", err);
	if (rc != 0)
		return rc;
	rc = get_words(dir, c, m, err);
	if (rc != 0)
		return rc;
	n = get_varint(c);
	if (c->bad || n > (uint64_t)(c->end - c->p))
		return bad_at(dir, c, "number of segments", err);
	while (rc == 0 && n-- > 0)
		rc = get_segment(dir, c, m, err);
	if (rc == 0 && c->p != c->end)
		rc = bad_at(dir, c, "bytes after the last segment", err);
	if (rc == 0)
		rc = refuse_twins(dir, c, m, err);
	return rc;
}

static int parse(struct ik_dir *dir, const struct ik_in *in, struct ik_manifest *out,
                 ink_error *err)
{
	struct cursor c = {in->data, in->data, in->data, 0};
	uint32_t version;

	if (in->len < HEAD_LEN + 4 || memcmp(in->data, IK_MANIFEST_MAGIC, IK_MAGIC_LEN) != 0)
		return damaged(dir, 0, "not a manifest", err);
	version = ik_load32(in->data + IK_MAGIC_LEN);
	if (version != IK_FORMAT_VERSION)
		return ik_fail(err, INK_EFORMAT, "%s/%s: format version %u, this library reads %d",
		               dir->path, IK_MANIFEST_NAME, version, IK_FORMAT_VERSION);
	if (ik_load32(in->data + IK_MAGIC_LEN + 4) != in->len - HEAD_LEN - 4)
		return damaged(dir, IK_MAGIC_LEN + 4, "wrong length", err);
	if (ik_crc32(0, in->data, in->len - 4) != ik_load32(in->data + in->len - 4))
		return damaged(dir, in->len - 4, "wrong checksum", err);
	c.p = in->data + HEAD_LEN;
	c.end = in->data + in->len - 4;
	return get_body(dir, &c, out, err);
}

int ik_manifest_read(struct ik_dir *dir, struct ik_manifest *out, ink_error *err)
{
	struct ik_in *in = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	rc = dir->ops->open(dir, IK_MANIFEST_NAME, &in, err);
	if (rc == INK_ENOTFOUND)
		return ik_fail(err, INK_ENOTFOUND, "%s: no index here", dir->path);
	if (rc != 0)
		return rc;
	rc = parse(dir, in, out, err);
	ik_in_close(in);
	if (rc != 0)
		ik_manifest_free(out);
	return rc;
}
