/*
 * segment_write.h - writing a segment, from front to back.
 *
 * Layer: segment. Used by flush and merge. The order of calls is:
 *
 *     ik_segment_create
 *     ik_segment_put_stored_block ...      (ascending documents)
 *     ik_segment_put_numbers / _ordinals   (any order; ordinals need the terms: after them)
 *     for each part, ascending:
 *         ik_segment_begin_part            (with its norms)
 *         for each term, ascending in bytes:
 *             ik_segment_begin_term, ik_segment_posting ... or ik_segment_put_list,
 *             ik_segment_end_term
 *     ik_segment_finish
 *
 * A term without postings leaves no trace. The dictionary is kept in memory
 * until the end; nothing else is larger than one posting list.
 */
#ifndef IK_SEGMENT_SEGMENT_WRITE_H
#define IK_SEGMENT_SEGMENT_WRITE_H

#include "segment/post.h"
#include "store/dir.h"

struct ik_segment_writer;

/* Norms are the caller's and stay valid until the part is over. */
struct ik_part_desc {
	uint32_t part;
	uint32_t flags;       /* IK_PART_* */
	uint32_t docs;
	uint64_t sum_len;
	const uint8_t *norms; /* n_docs bytes when IK_PART_NORMS */
};

int ik_segment_create(struct ik_dir *dir, const char *name, uint32_t n_docs, double k1, double b,
                      struct ik_segment_writer **out, ink_error *err);

/* The segment is one to keep: write it so that it is searched fast, at the cost of 2 MiB. */
void ik_segment_set_lasting(struct ik_segment_writer *w);

/* Documents are not in the order in which they came: note that. */
void ik_segment_set_reordered(struct ik_segment_writer *w);

/* The bytes of the origin section (lib/index/origin.h), copied. INK_ENOMEM. */
int ik_segment_set_origin(struct ik_segment_writer *w, const void *data, size_t len,
                          ink_error *err);

int ik_segment_begin_part(struct ik_segment_writer *w, const struct ik_part_desc *part,
                          ink_error *err);
int ik_segment_begin_term(struct ik_segment_writer *w, const char *term, size_t len,
                          ink_error *err);

/* As ik_post_add(). */
int ik_segment_posting(struct ik_segment_writer *w, uint32_t doc, uint32_t tf,
                       const uint32_t *gaps, ink_error *err);

/* As ik_post_add_many(). */
int ik_segment_postings(struct ik_segment_writer *w, const uint32_t *docs, const uint32_t *freqs,
                        size_t n, const uint32_t *gaps, size_t n_gaps, ink_error *err);

/* In place of single postings: the list as a memory index has it. As ik_post_add_list(). */
int ik_segment_put_list(struct ik_segment_writer *w, const uint8_t *list, size_t len,
                        ink_error *err);
int ik_segment_end_term(struct ik_segment_writer *w, ink_error *err);

/* Terms written in the current part so far: the ordinal (within the part) of the next one. */
uint64_t ik_segment_part_terms(const struct ik_segment_writer *w);

/*
 * A packed block of stored documents (stored.h makes it): `n` documents
 * follow those put before. Every document belongs to a block, those without
 * stored values as zero bytes; none at all if no field is stored.
 */
int ik_segment_put_stored_block(struct ik_segment_writer *w, const void *data, size_t len,
                                uint32_t n, ink_error *err);

/*
 * A numeric column: docs[i] has values[i], ascending by document, values of
 * one document ascending. Doubles come as ik_column_from_f64().
 */
int ik_segment_put_numbers(struct ik_segment_writer *w, uint32_t field, const uint32_t *docs,
                           const int64_t *values, size_t n, ink_error *err);

/* A keyword column: ords are ordinals within the field's word part, ascending within a document. */
int ik_segment_put_ordinals(struct ik_segment_writer *w, uint32_t field, const uint32_t *docs,
                            const uint32_t *ords, size_t n, ink_error *err);

/* Write what is left; sync; close. *bytes is the file's size. Frees the writer, also on failure. */
int ik_segment_finish(struct ik_segment_writer *w, uint64_t *bytes, ink_error *err);

/* Close without finishing; the caller removes the file. NULL is fine. */
void ik_segment_abort(struct ik_segment_writer *w);

#endif
