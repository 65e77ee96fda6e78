/*
 * flush.h - from a memory index to a segment file.
 *
 * Layer: index.
 */
#ifndef IK_INDEX_FLUSH_H
#define IK_INDEX_FLUSH_H

#include "index/memindex.h"
#include "store/dir.h"

/*
 * Write the documents of `m`, at least one, as the segment file `name`,
 * synced. On failure the file is removed, and `m` is as before.
 */
int ik_flush(struct ik_memindex *m, struct ik_dir *dir, const char *name, uint64_t *bytes,
             ink_error *err);

#endif
