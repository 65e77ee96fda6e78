/*
 * snapshot.h - one commit, opened: its schema, its segments, what is deleted.
 *
 * Layer: index. Immutable and counted. A reader needs no lock: segment files
 * are opened right after the manifest was read, and when the writer has
 * removed one meanwhile, the next manifest is there already and is read.
 */
#ifndef IK_INDEX_SNAPSHOT_H
#define IK_INDEX_SNAPSHOT_H

#include <stdatomic.h>

#include "index/words.h"
#include "segment/live.h"
#include "segment/segment.h"

/* One segment as the snapshot sees it. */
struct ik_view {
	struct ik_segment *seg;
	struct ik_live *live; /* NULL: nothing deleted; owned by the snapshot */
	uint64_t base;        /* number of its first document in the snapshot */
};

struct ik_snapshot {
	atomic_uint refs;
	struct ik_schema *schema;
	struct ik_words words; /* the user's */
	char *stamp;           /* of what made its tokens (stamp.h); NULL: "" */
	uint64_t generation;
	struct ik_view *views;
	uint32_t n;
	uint64_t docs;    /* alive */
	uint64_t deleted;
	uint64_t bytes;   /* of all its files */
};

/* The last commit of a directory. INK_ENOTFOUND, INK_EFORMAT, INK_ECORRUPT, INK_EIO, INK_ENOMEM. */
int ik_snapshot_open(struct ik_dir *dir, struct ik_snapshot **out, ink_error *err);

/* The same, with the words of an earlier one when they have not changed; `known` may be NULL. */
int ik_snapshot_reopen(struct ik_dir *dir, const struct ik_words *known, struct ik_snapshot **out,
                       ink_error *err);
struct ik_snapshot *ik_snapshot_ref(struct ik_snapshot *snap);
void ik_snapshot_unref(struct ik_snapshot *snap); /* NULL is fine */

/* Which view holds document `doc`: its index and the number within it. INK_ENOTFOUND. */
int ik_snapshot_locate(const struct ik_snapshot *snap, uint64_t doc, uint32_t *view,
                       uint32_t *local, ink_error *err);

/* The live document with a key; INK_ENOTFOUND, INK_ESCHEMA (no key field). */
int ik_snapshot_find_key(const struct ik_snapshot *snap, const char *key, size_t len,
                         uint64_t *doc, ink_error *err);

#endif
