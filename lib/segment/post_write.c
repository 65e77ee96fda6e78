/*
 * post_write.c - building posting lists: collecting them, and the block form.
 *
 * Layer: segment. Format: FORMAT.md, "Postings".
 */
#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/varint.h"
#include "segment/pos.h"
#include "segment/post_build.h"

#define BLOB_MAX (SIZE_MAX / 2)

void ik_post_builder_init(struct ik_post_builder *b)
{
	memset(b, 0, sizeof *b);
	b->pack = ik_bitpack_choose(ik_cpu());
	ik_buf_init(&b->blob, BLOB_MAX);
	ik_buf_init(&b->tail, BLOB_MAX);
}

void ik_post_builder_free(struct ik_post_builder *b)
{
	ik_vec_free(&b->docs);
	ik_vec_free(&b->freqs);
	ik_vec_free(&b->gaps);
	ik_buf_free(&b->blob);
	ik_buf_free(&b->tail);
}

void ik_post_begin(struct ik_post_builder *b, uint32_t n_docs, uint32_t flags,
                   const uint8_t *norms, const struct ik_bm25 *bm25)
{
	b->n_docs = n_docs;
	b->flags = flags;
	b->norms = norms;
	b->bm25 = bm25;
	b->docs.n = 0;
	b->freqs.n = 0;
	b->gaps.n = 0;
	ik_buf_clear(&b->blob);
}

int ik_post_add(struct ik_post_builder *b, uint32_t doc, uint32_t tf, const uint32_t *gaps,
                ink_error *err)
{
	uint32_t *d, *f, *to;

	ik_assert(doc < b->n_docs && tf > 0);
	ik_assert(b->docs.n == 0 || b->docs.v[b->docs.n - 1] < doc);
	d = ik_vec_push(&b->docs);
	f = d != NULL ? ik_vec_push(&b->freqs) : NULL;
	if (f == NULL)
		return ik_fail_nomem(err);
	*d = doc;
	*f = (b->flags & IK_PART_FREQS) != 0 ? tf : 1;
	if ((b->flags & IK_PART_POSITIONS) == 0)
		return 0;
	if (ik_vec_reserve(&b->gaps, b->gaps.n + tf) != 0)
		return ik_fail_nomem(err);
	to = b->gaps.v + b->gaps.n;
	for (uint32_t i = 0; i < tf; i++)
		to[i] = gaps[i];
	b->gaps.n += tf;
	return 0;
}

int ik_post_add_many(struct ik_post_builder *b, const uint32_t *docs, const uint32_t *freqs, size_t n,
                     const uint32_t *gaps, size_t n_gaps, ink_error *err)
{
	size_t first = b->freqs.n;

	if (n == 0)
		return 0;
	ik_assert(docs[n - 1] < b->n_docs);
	ik_assert(b->docs.n == 0 || b->docs.v[b->docs.n - 1] < docs[0]);
	if (ik_vec_append(&b->docs, docs, n) != 0 || ik_vec_append(&b->freqs, freqs, n) != 0)
		return ik_fail_nomem(err);
	for (size_t i = first; (b->flags & IK_PART_FREQS) == 0 && i < b->freqs.n; i++)
		b->freqs.v[i] = 1;
	if ((b->flags & IK_PART_POSITIONS) != 0 && ik_vec_append(&b->gaps, gaps, n_gaps) != 0)
		return ik_fail_nomem(err);
	return 0;
}

/* A number of the list; of one byte or two without a branch, as no processor foresees which. */
static inline const uint8_t *get_number(const uint8_t *p, const uint8_t *end, uint32_t *v)
{
	uint32_t two;

	if (end - p < 2 || (p[0] & p[1]) >= 0x80)
		return ik_varint_get32(p, end, v);
	two = p[0] >> 7;
	*v = (p[0] & 0x7fu) | (p[1] & -two) << 7;
	return p + 1 + two;
}

int ik_post_add_list(struct ik_post_builder *b, const uint8_t *list, size_t len, ink_error *err)
{
	int freqs = (b->flags & IK_PART_FREQS) != 0;
	int positions = (b->flags & IK_PART_POSITIONS) != 0;
	const uint8_t *p = list, *end = list + len;
	uint32_t next = 0;

	/* No number takes less than a byte. */
	if (positions && ik_vec_reserve(&b->gaps, len) != 0)
		return ik_fail_nomem(err);
	while (p < end) {
		uint32_t code = 0, tf = 1;

		if (ik_vec_reserve(&b->docs, b->docs.n + 1) != 0 ||
		    ik_vec_reserve(&b->freqs, b->docs.n + 1) != 0)
			return ik_fail_nomem(err);
		p = get_number(p, end, &code);
		if (freqs && (code & 1) == 0) {
			p = get_number(p, end, &tf);
			tf += 2;
		}
		next += freqs ? code >> 1 : code;
		b->docs.v[b->docs.n] = next++;
		b->freqs.v[b->docs.n++] = tf;
		for (uint32_t i = 0; positions && i < tf; i++)
			p = get_number(p, end, &b->gaps.v[b->gaps.n++]);
	}
	b->freqs.n = b->docs.n;
	ik_assert(next <= b->n_docs);
	return 0;
}

float ik_post_u(const struct ik_post_builder *b, size_t i)
{
	if (b->norms == NULL)
		return 1.0f;
	return ik_bm25_u(b->bm25, b->freqs.v[i], b->norms[b->docs.v[i]]);
}

uint32_t ik_post_bits_up(float v)
{
	float up = nextafterf(v, INFINITY);
	uint32_t bits;

	memcpy(&bits, &up, sizeof bits);
	return bits;
}

static float greatest_u(const struct ik_post_builder *b)
{
	float max = 0;

	for (size_t i = 0; i < b->docs.n; i++) {
		float u = ik_post_u(b, i);

		max = u > max ? u : max;
	}
	return max;
}

void ik_post_pack_positions(const struct ik_post_builder *b, size_t first, size_t last,
                            size_t *gap, unsigned bit, struct ik_buf *out)
{
	struct ik_pos_input in = { b->docs.v + first, b->freqs.v + first, (uint32_t)(last - first),
		                   b->norms, b->gaps.v + *gap };

	ik_pos_pack(&in, bit, out);
	for (size_t i = first; i < last; i++)
		*gap += b->freqs.v[i];
}

/* One posting of varints: gap, with the lowest bit for "frequency 1"; then the frequency. */
static void put_posting(struct ik_post_builder *b, size_t i)
{
	uint64_t gap = b->docs.v[i] - (i > 0 ? b->docs.v[i - 1] + 1 : 0);
	uint32_t tf = b->freqs.v[i];

	if ((b->flags & IK_PART_FREQS) == 0) {
		ik_buf_put_varint(&b->blob, gap);
		return;
	}
	ik_buf_put_varint(&b->blob, gap << 1 | (tf == 1));
	if (tf != 1)
		ik_buf_put_varint(&b->blob, tf - 2);
}

/* The gaps and frequencies of a full block, less one each, and their widths. */
static void block_values(const struct ik_post_builder *b, size_t first, uint32_t *gaps,
                         uint32_t *freqs, unsigned width[2])
{
	uint32_t next = first > 0 ? b->docs.v[first - 1] + 1 : 0, all[2] = { 0, 0 };

	for (size_t i = 0; i < IK_BLOCK; i++) {
		gaps[i] = b->docs.v[first + i] - next;
		freqs[i] = b->freqs.v[first + i] - 1;
		next = b->docs.v[first + i] + 1;
		all[0] |= gaps[i];
		all[1] |= freqs[i];
	}
	width[0] = ik_width32(all[0]);
	width[1] = (b->flags & IK_PART_FREQS) != 0 ? ik_width32(all[1]) : 0;
}

static void put_packed(struct ik_post_builder *b, const uint32_t *v, unsigned width)
{
	uint8_t *room = ik_buf_room(&b->blob, (size_t)16 * width);

	if (room != NULL) {
		b->pack->pack(v, width, room);
		b->blob.len += (size_t)16 * width;
	}
}

static void put_block_headers(struct ik_post_builder *b, size_t blocks)
{
	uint32_t gaps[IK_BLOCK], freqs[IK_BLOCK];
	unsigned width[2];

	for (size_t i = 0; i < blocks; i++) {
		block_values(b, i * IK_BLOCK, gaps, freqs, width);
		ik_buf_put_u32(&b->blob, b->docs.v[i * IK_BLOCK + IK_BLOCK - 1]);
		ik_buf_put_u8(&b->blob, (uint8_t)width[0]);
		ik_buf_put_u8(&b->blob, (uint8_t)width[1]);
	}
}

static void put_block_data(struct ik_post_builder *b, size_t blocks)
{
	uint32_t gaps[IK_BLOCK], freqs[IK_BLOCK];
	unsigned width[2];

	for (size_t i = 0; i < blocks; i++) {
		block_values(b, i * IK_BLOCK, gaps, freqs, width);
		put_packed(b, gaps, width[0]);
		put_packed(b, freqs, width[1]);
	}
	for (size_t i = blocks * IK_BLOCK; i < b->docs.n; i++)
		put_posting(b, i);
}

/* Positions of each block, and of the rest, go to b->tail; where each starts, to the blob. */
static int put_block_positions(struct ik_post_builder *b, ink_error *err)
{
	size_t gap = 0;

	ik_buf_clear(&b->tail);
	for (size_t first = 0; first < b->docs.n; first += IK_BLOCK) {
		size_t last = first + IK_BLOCK < b->docs.n ? first + IK_BLOCK : b->docs.n;

		if (b->tail.len > UINT32_MAX)
			return ik_fail(err, INK_ELIMIT, "positions of one term over 4 GiB");
		ik_buf_put_u32(&b->blob, (uint32_t)b->tail.len);
		ik_post_pack_positions(b, first, last, &gap, 0, &b->tail);
	}
	return 0;
}

static int put_blocks(struct ik_post_builder *b, ink_error *err)
{
	size_t blocks = b->docs.n / IK_BLOCK, pos_start;
	int rc;

	ik_buf_put_u32(&b->blob, ik_post_bits_up(greatest_u(b)));
	ik_buf_put_u32(&b->blob, 0);
	if ((b->flags & IK_PART_POSITIONS) != 0) {
		rc = put_block_positions(b, err);
		if (rc != 0)
			return rc;
	}
	put_block_headers(b, blocks);
	put_block_data(b, blocks);
	pos_start = b->blob.len;
	if ((b->flags & IK_PART_POSITIONS) != 0)
		ik_buf_put(&b->blob, b->tail.data, b->tail.len);
	if (b->blob.err == 0)
		ik_store32(b->blob.data + 4, (uint32_t)pos_start);
	return 0;
}

int ik_post_end(struct ik_post_builder *b, ink_error *err)
{
	int rc = 0;

	if (b->docs.n == 0)
		return 0;
	switch (ik_post_form((uint32_t)b->docs.n, b->n_docs)) {
	case IK_FORM_SHORT:
		ik_post_put_short(b);
		break;
	case IK_FORM_BLOCKS:
		rc = put_blocks(b, err);
		break;
	case IK_FORM_RANGES:
		rc = ik_post_put_ranges(b, err);
		break;
	}
	if (rc == 0 && (b->blob.err != 0 || b->tail.err != 0))
		rc = ik_fail_nomem(err);
	return rc;
}
