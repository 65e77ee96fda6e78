/*
 * live.h - which documents of a segment are deleted.
 *
 * Layer: segment. Format: FORMAT.md, "Delete bitmaps". A bit is set for a
 * deleted document. Files are never changed: a commit with more deletions
 * writes the next generation.
 */
#ifndef IK_SEGMENT_LIVE_H
#define IK_SEGMENT_LIVE_H

#include "store/dir.h"

struct ik_live {
	uint32_t n_docs;
	uint32_t deleted;
	uint64_t words[]; /* ceil(n_docs / 64), padded with zero words to whole ranges of 256 documents */
};

int ik_live_new(uint32_t n_docs, struct ik_live **out, ink_error *err);
int ik_live_copy(const struct ik_live *live, struct ik_live **out, ink_error *err);
void ik_live_free(struct ik_live *live);

/* 1 when that deleted it, 0 when it was deleted before. */
int ik_live_delete(struct ik_live *live, uint32_t doc);

/* NULL means nothing is deleted. */
static inline int ik_live_has(const struct ik_live *live, uint32_t doc)
{
	return live == NULL || (live->words[doc / 64] >> (doc % 64) & 1) == 0;
}

/* Whose deletions a file holds: it says so itself, so that one in the place of another is noticed. */
struct ik_live_of {
	uint64_t id;  /* of the segment */
	uint64_t gen;
};

int ik_live_write(const struct ik_live *live, struct ik_dir *dir, const char *name,
                  struct ik_live_of of, uint64_t *bytes, ink_error *err); /* synced */
int ik_live_read(struct ik_dir *dir, const char *name, struct ik_live_of of, uint32_t n_docs,
                 struct ik_live **out, ink_error *err);

#endif
