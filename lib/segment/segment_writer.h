/*
 * segment_writer.h - the state of a segment being written.
 *
 * Layer: segment. Between segment_write.c, which streams, and
 * segment_finish.c, which writes what had to wait.
 */
#ifndef IK_SEGMENT_SEGMENT_WRITER_H
#define IK_SEGMENT_SEGMENT_WRITER_H

#include "segment/dict_write.h"
#include "segment/frequent.h"
#include "segment/segment_write.h"
#include "store/file.h"

/* An entry of the section table. */
struct ik_writer_section {
	uint32_t kind, id;
	uint64_t offset, len;
	uint32_t crc;
};

struct ik_writer_part {
	struct ik_part_desc desc;
	uint64_t first_term, terms, postings;
	uint8_t *norms; /* our copy, for the end */
};

struct ik_writer_column {
	uint32_t kind, field;
	struct ik_buf bytes;
};

struct ik_segment_writer {
	struct ik_file file;
	char *name;
	uint32_t n_docs;
	double k1, b;
	int reordered;
	IK_VEC(struct ik_writer_section) sections;
	IK_VEC(struct ik_writer_part) parts;
	IK_VEC(struct ik_writer_column) columns;
	struct ik_dict_writer dict;
	struct ik_frequent_writer frequent;
	struct ik_post_builder post;
	struct ik_bm25 bm25; /* of the open part */
	struct ik_buf term;  /* the open one */
	struct ik_buf stored_index;
	struct ik_buf origin;
	uint32_t stored_docs;
	struct ik_writer_section open; /* the streamed section, kind 0 when there is none */
};

/* Longer than any section that is kept in memory. */
#define IK_SECTION_MAX (SIZE_MAX / 2)

void ik_writer_begin_section(struct ik_segment_writer *w, uint32_t kind, uint32_t id);

/* Sections without a byte are left out. */
int ik_writer_end_section(struct ik_segment_writer *w, ink_error *err);

/* Close the stored documents, if they are open: the index ends with where they end. */
int ik_writer_end_stored(struct ik_segment_writer *w, ink_error *err);

void ik_writer_free(struct ik_segment_writer *w);

#endif
