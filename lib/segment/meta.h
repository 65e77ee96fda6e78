/*
 * meta.h - the bytes of the meta section, and what both sides derive from it.
 *
 * Layer: segment. Format: FORMAT.md, "Meta".
 */
#ifndef IK_SEGMENT_META_H
#define IK_SEGMENT_META_H

#include <stdint.h>

#define IK_META_HEAD 32     /* k1, b, terms, parts, flags */
#define IK_META_REORDERED 1 /* flags: documents are not in the order in which they came */
#define IK_META_PART 48     /* one part */
#define IK_PART_MAX 65535u  /* a part is two bytes of a dictionary key */
#define IK_SECTION_GUARD 64 /* bytes of the file after every section: decoders load wide */
/* Deflate's greatest ratio is 1032 (RFC 1951: 258 bytes by two bits). */
#define IK_STORED_RATIO 1032u
#define IK_STORED_SLACK 64u
#define IK_STORED_ENTRY 12  /* of the index of stored blocks */

/*
 * The average length that BM25 uses. The writer's bounds and the reader's
 * scores both come from here, so that they agree bit for bit.
 */
static inline double ik_part_avg(uint32_t docs, uint64_t sum_len)
{
	return docs == 0 || sum_len == 0 ? 1.0 : (double)sum_len / (double)docs;
}

#endif
