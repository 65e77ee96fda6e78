/*
 * segment.h - one immutable segment, mapped and shared.
 *
 * Layer: segment. Format: FORMAT.md. Opening checks the header, the footer,
 * the section table and the meta section with their checksums and that every
 * section lies in the file; everything else is checked as it is read, and
 * wholly by check.h.
 */
#ifndef IK_SEGMENT_SEGMENT_H
#define IK_SEGMENT_SEGMENT_H

#include <stdatomic.h>

#include "segment/post.h"
#include "store/dir.h"

/* A section in the map; p NULL when the segment has none of that kind. */
struct ik_section {
	const uint8_t *p;
	size_t len;
};

/* Numbers of one part, from the meta section. */
struct ik_part_info {
	uint32_t part;
	uint32_t flags;      /* IK_PART_* */
	uint32_t docs;       /* documents with a token in it */
	uint64_t sum_len;    /* of their lengths: tokens that count */
	uint64_t first_term; /* ordinal of its first term in the dictionary */
	uint64_t terms;
	uint64_t postings;
	const uint8_t *norms; /* n_docs bytes, or NULL */
	struct ik_bm25 bm25;  /* at the segment's k1, b and average length: what its bounds were made with */
};

struct ik_segment {
	atomic_uint refs;
	struct ik_in *in;
	char *name;          /* file name, for messages */
	uint32_t n_docs;
	double k1, b;
	int reordered;       /* documents are not in the order in which they came */
	struct ik_part_info *parts; /* ascending */
	size_t n_parts;
	struct ik_section postings, dict, dict_index, stored, stored_index;
	struct ik_section frequent; /* frequent.h; no bytes when there is none */
	uint32_t frequent_slots;
	const uint8_t *table; /* the section table, for the checker and columns */
	uint32_t n_sections;
	uint64_t terms;
	_Atomic uint64_t checked; /* columns: 1 << field, for the first 64, once starts were looked at */
	uint8_t *rebuilt;    /* a stored index in place of one that is lost */
	const struct ik_bitpack *pack;
};

/* INK_ECORRUPT, INK_EFORMAT, INK_EIO, INK_ENOTFOUND, INK_ENOMEM; messages name the file. */
int ik_segment_open(struct ik_dir *dir, const char *name, struct ik_segment **out, ink_error *err);
/*
 * Open what does not open: a segment for its stored documents and, where the table is
 * whole, other sections by name; it has no parts and no terms. Its documents are counted by
 * `n_docs`, if that is not 0. For a salvage. INK_ECORRUPT: nothing can be made of it.
 */
int ik_segment_open_damaged(struct ik_dir *dir, const char *name, uint32_t n_docs,
                            struct ik_segment **out, ink_error *err);

/* What section `i` of the table is, one of IK_SECTION_*, or whatever number stands there. */
uint32_t ik_segment_kind(const struct ik_segment *seg, uint32_t i);

/* Is the checksum of section `i` of the table right, of one by name? 0 also when there is none. */
int ik_segment_is_sound(const struct ik_segment *seg, uint32_t i);
int ik_segment_has_sound(const struct ik_segment *seg, uint32_t kind, uint32_t id);

struct ik_segment *ik_segment_ref(struct ik_segment *seg);
void ik_segment_unref(struct ik_segment *seg); /* NULL is fine */

/* A part's numbers, or NULL when the segment has none of it. */
const struct ik_part_info *ik_segment_part(const struct ik_segment *seg, uint32_t part);

/* A section by kind and id. */
struct ik_section ik_segment_section(const struct ik_segment *seg, uint32_t kind, uint32_t id);

struct ik_post_env ik_segment_env(const struct ik_segment *seg, const struct ik_part_info *part,
                                  const char *term, size_t len);

/* INK_ECORRUPT with a message "FILE: SECTION: what". */
int ik_segment_corrupt(const struct ik_segment *seg, ink_error *err, const char *section,
                       const char *what);

#endif
