/*
 * origin.h - what a segment says of itself, for the case that the manifest is lost.
 *
 * Layer: index. Format: FORMAT.md, "Origin".
 */
#ifndef IK_INDEX_ORIGIN_H
#define IK_INDEX_ORIGIN_H

#include "base/vec.h"
#include "model/schema.h"
#include "segment/segment.h"
#include "segment/segment_write.h"

struct ik_origin {
	uint64_t order;
	IK_VEC(uint64_t) from; /* ids of the segments that were merged into it */
	struct ik_schema *schema;
};

/* Say where a segment comes from: `name` is its own, the `n` inputs were merged; 0: a flush. */
int ik_origin_put(struct ik_segment_writer *w, const char *name, struct ik_segment *const *inputs,
                  size_t n, const struct ik_schema *schema, ink_error *err);

/* 1, 0 when the segment does not say, INK_ECORRUPT, INK_ENOMEM. */
int ik_origin_read(const struct ik_segment *seg, struct ik_origin *out, ink_error *err);
void ik_origin_free(struct ik_origin *o);

/*
 * INK_ECORRUPT when it says that it is another segment than its name does. What it does not
 * say, or a damaged section, is no reason; nothing is allocated.
 */
int ik_origin_check(const struct ik_segment *seg, ink_error *err);

#endif
