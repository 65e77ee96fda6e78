/*
 * stored.h - stored documents in zlib blocks of up to 8 KiB, or of one document.
 *
 * Layer: segment. Format: FORMAT.md, "Stored documents".
 */
#ifndef IK_SEGMENT_STORED_H
#define IK_SEGMENT_STORED_H

#include "base/buf.h"
#include "segment/segment.h"

struct libdeflate_compressor;
struct libdeflate_decompressor;

/* Collects documents into packed blocks. */
struct ik_stored_builder {
	struct ik_buf docs;    /* room for lengths, then the documents of the open block */
	IK_VEC(uint32_t) ends; /* where each of them ends in it */
	struct ik_buf packed;  /* the last block that was packed */
	uint32_t packed_docs;  /* documents in it */
	struct libdeflate_compressor *deflate; /* reused */
};

int ik_stored_builder_init(struct ik_stored_builder *b, ink_error *err);
void ik_stored_builder_free(struct ik_stored_builder *b);

/*
 * Add an encoded document: 1 when those before it, without it, are now packed in b->packed;
 * 0; INK_ENOMEM, INK_ELIMIT, and then it was not added.
 */
int ik_stored_add(struct ik_stored_builder *b, const void *doc, size_t len, ink_error *err);

/* Pack what is left: 1 when there was something, 0, or INK_ENOMEM. */
int ik_stored_flush(struct ik_stored_builder *b, ink_error *err);

/* Reads documents; keeps the last unpacked block. One thread at a time. */
struct ik_stored_reader {
	const struct ik_segment *seg;
	struct ik_buf block;
	uint32_t first, n;  /* documents of the block */
	size_t text_at;     /* where the first of them starts in it */
	uint32_t bad;       /* 1 + number of the block that failed last; 0: none */
	struct libdeflate_decompressor *inflate; /* NULL before the first block; reused */
};

void ik_stored_reader_init(struct ik_stored_reader *r, const struct ik_segment *seg);
void ik_stored_reader_free(struct ik_stored_reader *r);

/* The encoded document, valid until the next call; *len 0 when it stored nothing. INK_ECORRUPT, INK_ENOMEM. */
int ik_stored_get(struct ik_stored_reader *r, uint32_t doc, const uint8_t **p, size_t *len,
                  ink_error *err);

/*
 * Find the blocks without the index, as far as they follow each other unharmed, and use what was
 * found in its place. INK_ECORRUPT: there is none.
 */
int ik_stored_rebuild(struct ik_segment *seg, ink_error *err);

/* Blocks as they are, for merging segments without deletions. */
uint32_t ik_stored_blocks(const struct ik_segment *seg);
int ik_stored_block(const struct ik_segment *seg, uint32_t i, const uint8_t **p, size_t *len,
                    uint32_t *n_docs, ink_error *err);

/* Add what the documents take when they are unpacked, by what their blocks say. INK_ECORRUPT. */
int ik_stored_raw_bytes(const struct ik_segment *seg, uint64_t *bytes, ink_error *err);

#endif
