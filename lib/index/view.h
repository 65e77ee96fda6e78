/*
 * view.h - building a snapshot out of opened segments.
 *
 * Layer: index. Shared by ik_snapshot_open() and the writer.
 */
#ifndef IK_INDEX_VIEW_H
#define IK_INDEX_VIEW_H

#include "index/snapshot.h"

/* An empty snapshot with room for `cap` segments and a copy of the schema. */
int ik_snapshot_new(const struct ik_schema *schema, uint64_t generation, uint32_t cap,
                    struct ik_snapshot **out, ink_error *err);

/* Append a segment; takes over the caller's reference and `live`, `bytes` is of its files. */
void ik_snapshot_push(struct ik_snapshot *snap, struct ik_segment *seg, struct ik_live *live,
                      uint64_t bytes);

/* INK_ECORRUPT when an opened file is not the one that a manifest's entry means. */
int ik_manifest_fits(const struct ik_segment *seg, const struct ik_manifest_segment *entry,
                     ink_error *err);

/* Open a manifest's segment and its delete bitmap; *live NULL when nothing is deleted. */
int ik_manifest_open(struct ik_dir *dir, const struct ik_manifest_segment *entry,
                     struct ik_segment **seg, struct ik_live **live, ink_error *err);

/* INK_ECORRUPT when it has a part of the dictionary that no field of the schema has. */
int ik_view_check_parts(const struct ik_segment *seg, const struct ik_schema *schema,
                        ink_error *err);

/*
 * Does the segment hold a live document with this key? 1 and *doc (the last one), 0, or INK_E*.
 * `part` is the key field's.
 */
int ik_view_find_key(const struct ik_segment *seg, const struct ik_live *live, uint32_t part,
                     const char *key, size_t len, uint32_t *doc, ink_error *err);

#endif
