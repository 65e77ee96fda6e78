/*
 * segment_open.h - the steps of opening a segment, for what opens damaged ones.
 *
 * Layer: segment.
 */
#ifndef IK_SEGMENT_SEGMENT_OPEN_H
#define IK_SEGMENT_SEGMENT_OPEN_H

#include "segment/segment.h"

/* The bytes of a file, none of them looked at. */
int ik_segment_map(struct ik_dir *dir, const char *name, struct ik_segment **out, ink_error *err);

/* Sets n_docs. */
int ik_segment_read_header(struct ik_segment *seg, ink_error *err);

/* Footer and section table, of a file that is longer than header and footer. */
int ik_segment_read_table(struct ik_segment *seg, ink_error *err);

#endif
