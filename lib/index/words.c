/* words.c - writing and reading a user's words. Layer: index. */
#include "index/words.h"

#include <string.h>

#include "base/bits.h"
#include "base/sum.h"
#include "segment/format.h"
#include "store/file.h"

#define HEAD_LEN (IK_MAGIC_LEN + 16)

void ik_words_copy(const struct ik_words *from, struct ik_words *out)
{
	out->file = from->file;
	out->lexicon = ik_lexicon_ref(from->lexicon);
}

void ik_words_release(struct ik_words *words)
{
	ik_lexicon_unref(words->lexicon);
	memset(words, 0, sizeof *words);
}

int ik_words_write(const struct ik_lexicon *lexicon, struct ik_dir *dir, uint64_t id,
                   struct ik_words_file *out, ink_error *err)
{
	uint8_t head[HEAD_LEN] = {0}, crc[4];
	char name[IK_FILE_NAME_MAX];
	struct ik_file file;
	int rc;

	ik_words_name(id, name);
	rc = ik_file_create(&file, dir, name, err);
	if (rc != 0)
		return rc;
	memcpy(head, IK_WORDS_MAGIC, IK_MAGIC_LEN);
	ik_store32(head + 8, IK_FORMAT_VERSION);
	ik_store32(head + 12, (uint32_t)lexicon->words_len);
	ik_store32(head + 16, (uint32_t)lexicon->synonyms_len);
	ik_file_crc_start(&file);
	ik_file_put(&file, head, sizeof head);
	ik_file_put(&file, lexicon->words_text, lexicon->words_len);
	ik_file_put(&file, lexicon->synonyms_text, lexicon->synonyms_len);
	out->id = id;
	out->crc = file.crc;
	ik_store32(crc, file.crc);
	ik_file_put(&file, crc, sizeof crc);
	out->bytes = file.at;
	rc = ik_file_finish(&file, 1, err);
	if (rc != 0)
		dir->ops->remove(dir, name, NULL);
	return rc;
}

static int parse(const struct ik_in *in, const char *name, const struct ik_words_file *file,
                 struct ik_lexicon **out, ink_error *err)
{
	const uint8_t *p = in->data;
	const char *text = (const char *)p + HEAD_LEN;
	uint64_t words, synonyms;
	ink_error why = {0};
	int rc;

	if (in->len < HEAD_LEN + 4 || memcmp(p, IK_WORDS_MAGIC, IK_MAGIC_LEN) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: no words", name);
	if (ik_load32(p + 8) != IK_FORMAT_VERSION)
		return ik_fail(err, INK_EFORMAT, "%s: format version %u, this library reads %d",
		               name, (unsigned)ik_load32(p + 8), IK_FORMAT_VERSION);
	words = ik_load32(p + 12);
	synonyms = ik_load32(p + 16);
	if (in->len != file->bytes || in->len != HEAD_LEN + words + synonyms + 4)
		return ik_fail(err, INK_ECORRUPT, "%s: %zu bytes, the manifest says %llu", name,
		               in->len, (unsigned long long)file->bytes);
	if (ik_crc32(0, p, in->len - 4) != ik_load32(p + in->len - 4) ||
	    ik_load32(p + in->len - 4) != file->crc)
		return ik_fail(err, INK_ECORRUPT, "%s: wrong checksum", name);
	if (words + synonyms == 0)
		return ik_fail(err, INK_ECORRUPT, "%s: no words in it", name);
	if (ik_load32(p + 20) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: reserved bytes are not zero", name);
	rc = ik_lexicon_new(text, (size_t)words, text + words, (size_t)synonyms, out, &why);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	return rc == 0 ? 0 : ik_fail(err, INK_ECORRUPT, "%s: %s", name, why.message);
}

static int is_same(const struct ik_words_file *a, const struct ik_words_file *b)
{
	return a->id == b->id && a->bytes == b->bytes && a->crc == b->crc;
}

int ik_words_open(struct ik_dir *dir, const struct ik_words_file *file,
                  const struct ik_words *known, struct ik_words *out, ink_error *err)
{
	char name[IK_FILE_NAME_MAX];
	struct ik_in *in;
	int rc;

	memset(out, 0, sizeof *out);
	if (file->id == 0)
		return 0;
	if (known != NULL && is_same(&known->file, file)) {
		ik_words_copy(known, out);
		return 0;
	}
	ik_words_name(file->id, name);
	rc = dir->ops->open(dir, name, &in, err);
	if (rc != 0)
		return rc;
	rc = parse(in, name, file, &out->lexicon, err);
	ik_in_close(in);
	if (rc == 0)
		out->file = *file;
	return rc;
}
