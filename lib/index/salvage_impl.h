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

#define IK_SALVAGE_LOOK 256 /* documents or keys between two looks at the callback */

struct ik_salvage {
	struct ik_dir *src;
	struct ik_dir *dst;
	struct ik_writer *w; /* of dst */
	const char *stamp;   /* of src */
	ink_loss_fn fn;
	ink_progress_fn progress;
	void *user;
	ink_progress now;    /* documents copied or lost */
	ink_salvage stats;
	int unsure; /* deletions were lost: a key may have several documents */
};

int ik_salvage_canceled(ink_error *err); /* INK_ECANCELED */

/* Tell how far it has come, and ask whether to go on; INK_ECANCELED. */
int ik_salvage_step(struct ik_salvage *s, ink_error *err);

/* The same for what takes a while: a step function of ik_segment_check(). */
int ik_salvage_look(void *salvage, uint64_t bytes);

/* Tell of a loss; INK_ECANCELED. The message is told without both names. */
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
