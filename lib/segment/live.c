/*
 * live.c - which documents of a segment are deleted.
 *
 * Layer: segment. Format: FORMAT.md, "Delete bitmaps".
 */
#include "segment/live.h"

#include <inttypes.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/sum.h"
#include "segment/format.h"
#include "store/file.h"

#define HEAD_LEN 40

/* Words of the file: enough for every document. */
static size_t file_words(uint32_t n_docs)
{
	return n_docs / 64 + (n_docs % 64 != 0);
}

static struct ik_live *alloc_live(uint32_t n_docs)
{
	size_t words = (size_t)ik_range_count(n_docs) * (IK_RANGE / 64);
	struct ik_live *live = ik_zalloc(sizeof *live + words * sizeof live->words[0]);

	if (live != NULL)
		live->n_docs = n_docs;
	return live;
}

int ik_live_new(uint32_t n_docs, struct ik_live **out, ink_error *err)
{
	*out = alloc_live(n_docs);
	return *out == NULL ? ik_fail_nomem(err) : 0;
}

int ik_live_copy(const struct ik_live *live, struct ik_live **out, ink_error *err)
{
	struct ik_live *copy = alloc_live(live->n_docs);

	*out = copy;
	if (copy == NULL)
		return ik_fail_nomem(err);
	copy->deleted = live->deleted;
	memcpy(copy->words, live->words, file_words(live->n_docs) * sizeof live->words[0]);
	return 0;
}

void ik_live_free(struct ik_live *live)
{
	ik_free(live);
}

int ik_live_delete(struct ik_live *live, uint32_t doc)
{
	uint64_t bit = (uint64_t)1 << (doc % 64);

	ik_assert(doc < live->n_docs);
	if ((live->words[doc / 64] & bit) != 0)
		return 0;
	live->words[doc / 64] |= bit;
	live->deleted++;
	return 1;
}

int ik_live_write(const struct ik_live *live, struct ik_dir *dir, const char *name,
                  struct ik_live_of of, uint64_t *bytes, ink_error *err)
{
	struct ik_file file;
	uint8_t head[HEAD_LEN] = {0}, word[8];
	size_t n = file_words(live->n_docs);
	int rc;

	*bytes = 0;
	rc = ik_file_create(&file, dir, name, err);
	if (rc != 0)
		return rc;
	memcpy(head, IK_LIVE_MAGIC, IK_MAGIC_LEN);
	ik_store32(head + 8, IK_FORMAT_VERSION);
	ik_store32(head + 12, live->n_docs);
	ik_store32(head + 16, live->deleted);
	ik_store64(head + 24, of.id);
	ik_store64(head + 32, of.gen);
	ik_file_crc_start(&file);
	ik_file_put(&file, head, sizeof head);
	for (size_t i = 0; i < n; i++) {
		ik_store64(word, live->words[i]);
		ik_file_put(&file, word, sizeof word);
	}
	ik_store32(word, file.crc);
	ik_file_put(&file, word, 4);
	*bytes = file.at;
	return ik_file_finish(&file, 1, err);
}

static int check_file(const struct ik_in *in, const char *name, struct ik_live_of of,
                      uint32_t n_docs, ink_error *err)
{
	const uint8_t *p = in->data;
	size_t need = HEAD_LEN + file_words(n_docs) * 8 + 4;

	if (in->len < HEAD_LEN || memcmp(p, IK_LIVE_MAGIC, IK_MAGIC_LEN) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: not a delete bitmap", name);
	if (ik_load32(p + 8) != IK_FORMAT_VERSION)
		return ik_fail(err, INK_EFORMAT, "%s: format version %u, this Inkstone reads %d",
		               name, (unsigned)ik_load32(p + 8), IK_FORMAT_VERSION);
	if (ik_load32(p + 12) != n_docs)
		return ik_fail(err, INK_ECORRUPT, "%s: for %u documents, the segment has %u",
		               name, (unsigned)ik_load32(p + 12), (unsigned)n_docs);
	if (in->len != need)
		return ik_fail(err, INK_ECORRUPT, "%s: %zu bytes instead of %zu", name, in->len,
		               need);
	if (ik_load32(p + need - 4) != ik_crc32(0, p, need - 4))
		return ik_fail(err, INK_ECORRUPT, "%s: wrong checksum", name);
	if (ik_load32(p + 20) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: reserved bytes are not zero", name);
	if (ik_load64(p + 24) != of.id || ik_load64(p + 32) != of.gen)
		return ik_fail(err, INK_ECORRUPT, "%s: written for segment %016" PRIx64
		               " as generation %" PRIx64 ": another file under this name", name,
		               ik_load64(p + 24), ik_load64(p + 32));
	return 0;
}

/* Take the words over and compare them with the number of deletions. */
static int read_words(const struct ik_in *in, const char *name, struct ik_live *live,
                      ink_error *err)
{
	size_t n = file_words(live->n_docs);
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++) {
		live->words[i] = ik_load64(in->data + HEAD_LEN + i * 8);
		count += ik_popcount64(live->words[i]);
	}
	live->deleted = ik_load32(in->data + 16);
	if (live->n_docs % 64 != 0 && live->words[n - 1] >> (live->n_docs % 64) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: documents after the last one are deleted",
		               name);
	if (count != live->deleted)
		return ik_fail(err, INK_ECORRUPT, "%s: %llu documents are deleted instead of %u",
		               name, (unsigned long long)count, (unsigned)live->deleted);
	return 0;
}

int ik_live_read(struct ik_dir *dir, const char *name, struct ik_live_of of, uint32_t n_docs,
                 struct ik_live **out, ink_error *err)
{
	struct ik_live *live;
	struct ik_in *in;
	int rc;

	*out = NULL;
	rc = dir->ops->open(dir, name, &in, err);
	if (rc != 0)
		return rc;
	rc = check_file(in, name, of, n_docs, err);
	if (rc == 0)
		rc = ik_live_new(n_docs, &live, err);
	if (rc == 0) {
		rc = read_words(in, name, live, err);
		if (rc != 0)
			ik_live_free(live);
		else
			*out = live;
	}
	ik_in_close(in);
	return rc;
}
