/*
 * merge.h - one segment out of several.
 *
 * Layer: index. Documents keep their order; deleted ones are dropped. Reads
 * segments, writes one file, touches nothing else: it may run in any thread.
 */
#ifndef IK_INDEX_MERGE_H
#define IK_INDEX_MERGE_H

#include "model/schema.h"
#include "segment/live.h"
#include "segment/segment.h"

struct ik_merge_input {
	struct ik_segment *seg;
	const struct ik_live *live; /* NULL: nothing deleted */
};

/* Told now and then: `done` of `total` documents; non-zero stops with INK_ECANCELED. */
struct ik_merge_watch {
	int (*step)(void *user, uint64_t done, uint64_t total);
	void *user;
};

/*
 * Merge `n` inputs, with IK_DOCS_MAX live documents at most and one at least,
 * into the file `name`, synced. On failure there is no file.
 */
int ik_merge(const struct ik_merge_input *inputs, size_t n, struct ik_dir *dir, const char *name,
             const struct ik_schema *schema, const struct ik_merge_watch *watch, uint64_t *bytes,
             ink_error *err);

#endif
