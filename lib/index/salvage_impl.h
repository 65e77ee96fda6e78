/*
 * salvage_impl.h - what the files of a salvage share.
 *
 * Layer: index. salvage.c: the order of it all, and keys. salvage_plan.c: which
 * files make up the index. salvage_segment.c: what of a segment is whole.
 * salvage_docs.c: documents indexed anew.
 */
#ifndef IK_INDEX_SALVAGE_IMPL_H
#define IK_INDEX_SALVAGE_IMPL_H

#include "index/manifest.h"
#include "index/salvage.h"
#include "index/writer_impl.h"

struct ik_salvage {
	struct ik_dir *src;
	struct ik_dir *dst;
	struct ik_writer *w; /* of dst */
	const char *stamp;   /* of src */
	ink_loss_fn fn;
	void *user;
	ink_salvage stats;
	int unsure; /* deletions were lost: a key may have several documents */
};

/* Tell of a loss; INK_ECANCELED. */
int ik_salvage_lose(struct ik_salvage *s, const char *file, const char *section,
                    const char *message, uint64_t docs, ink_error *err);

/*
 * A manifest of what there is: the last commit's or, where that cannot be read, what is in the
 * folder, n_docs 0 standing for unknown. INK_ENOTFOUND, INK_ECORRUPT.
 */
int ik_salvage_plan(struct ik_salvage *s, struct ik_manifest *out, ink_error *err);

/* One segment of the plan. */
int ik_salvage_segment(struct ik_salvage *s, const struct ik_manifest_segment *entry,
                       ink_error *err);

/* Index the documents anew that are not deleted in `live`; how many are lost in that. */
int ik_salvage_docs(struct ik_salvage *s, struct ik_segment *seg, const struct ik_live *live,
                    ink_error *err);

#endif
