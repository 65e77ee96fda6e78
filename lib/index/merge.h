/*
 * merge.h - one segment out of several.
 *
 * Layer: index. Documents keep their order or get a better one (reorder.h);
 * deleted ones are dropped. Reads segments, writes one file, touches nothing
 * else: it may run in any thread.
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

/* Whether to look for a better order of documents, and what that may use. */
struct ik_merge_order {
	uint64_t memory;  /* bytes; 0: documents keep their order */
	uint32_t threads; /* for that and for the merge; more than 2 are of no use */
	int or_nothing;   /* without a better order there is no reason to merge */
	int foreign;      /* the inputs are of another folder: their ids mean nothing here */
};

struct ik_merge_result {
	uint64_t bytes;   /* of the file */
	/*
	 * The new number of the i-th live document of all inputs, when they
	 * got another order; else NULL, and it is i. The caller frees it.
	 */
	uint32_t *new_of;
};

/*
 * Merge `n` inputs, with IK_DOCS_MAX live documents at most and one at least,
 * into the file `name`, synced. On failure there is no file. Where reordering
 * is not possible, for want of memory or space, the order stays; with
 * `or_nothing` the answer is 1 then, and there is no file either.
 */
int ik_merge(const struct ik_merge_input *inputs, size_t n, struct ik_dir *dir, const char *name,
             const struct ik_schema *schema, const struct ik_merge_order *how,
             const struct ik_merge_watch *watch, struct ik_merge_result *out, ink_error *err);

/* Is it for want of memory or room that it failed: on the disk, in a file, of a descriptor? */
int ik_merge_lacks_room(int rc, const ink_error *why);

#endif
