/*
 * check.h - verify everything a reader relies on in one segment.
 *
 * Layer: segment. Reports, never repairs.
 */
#ifndef IK_SEGMENT_CHECK_H
#define IK_SEGMENT_CHECK_H

#include "segment/segment.h"

/*
 * Checksums of all sections; terms ascending; lists well formed, documents
 * ascending and in bounds, frequencies and counts as the dictionary says,
 * positions ascending; maxima and k-th values bounds of the real scores;
 * stored documents and columns readable. `step` (may be NULL) is told of
 * bytes done; non-zero stops with INK_ECANCELED.
 */
int ik_segment_check(const struct ik_segment *seg, int (*step)(void *user, uint64_t bytes),
                     void *user, ink_error *err);

#endif
