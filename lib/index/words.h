/*
 * words.h - the file of a user's dictionary and synonyms.
 *
 * Layer: index. Format: FORMAT.md, "Words". Written whole when one of the two
 * changes and named in the manifest with its checksum; readers of several
 * commits share one lexicon as long as the file is the same.
 */
#ifndef IK_INDEX_WORDS_H
#define IK_INDEX_WORDS_H

#include "index/manifest.h"
#include "text/lexicon.h"

/* A lexicon and the file it is from; zeroed: there is none. */
struct ik_words {
	struct ik_words_file file;
	struct ik_lexicon *lexicon;
};

/* *out is `from` with a reference of its own. */
void ik_words_copy(const struct ik_words *from, struct ik_words *out);
void ik_words_release(struct ik_words *words);

/* Write and sync file number `id`. INK_EIO. */
int ik_words_write(const struct ik_lexicon *lexicon, struct ik_dir *dir, uint64_t id,
                   struct ik_words_file *out, ink_error *err);

/*
 * What a manifest names: from `known` (may be NULL) when that is the same,
 * else read. INK_ENOTFOUND, INK_EFORMAT, INK_ECORRUPT, INK_EIO, INK_ENOMEM.
 */
int ik_words_open(struct ik_dir *dir, const struct ik_words_file *file,
                  const struct ik_words *known, struct ik_words *out, ink_error *err);

#endif
