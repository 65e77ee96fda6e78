/*
 * salvage.h - all documents of a damaged index that can still be read, into a new one.
 *
 * Layer: index. As ink_index_salvage() of inkstone/index.h says.
 */
#ifndef IK_INDEX_SALVAGE_H
#define IK_INDEX_SALVAGE_H

#include "inkstone/index.h"
#include "store/dir.h"

/* `src` is only read; `dst` becomes an index, or is empty again after a failure. */
int ik_salvage(struct ik_dir *src, struct ik_dir *dst, ink_loss_fn fn, ink_progress_fn progress,
               void *user, ink_salvage *out, ink_error *err);

#endif
