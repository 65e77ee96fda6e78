/*
 * column_write.c - encoding a column.
 *
 * Layer: segment. Format: FORMAT.md, "Columns".
 */
#include "segment/column_write.h"

#include "base/bits.h"
#include "segment/format.h"

/* The numbers of the head. */
struct shape {
	uint32_t flags;
	unsigned width;
	int64_t base;
};

static int64_t value_at(const struct ik_column_input *in, size_t i)
{
	return in->values != NULL ? in->values[i] : (int64_t)in->ords[i];
}

/* Bytes that hold every difference up to `span`. */
static unsigned byte_width(uint64_t span)
{
	if (span == 0)
		return 0;
	if (span <= UINT8_MAX)
		return 1;
	if (span <= UINT16_MAX)
		return 2;
	return span <= UINT32_MAX ? 4 : 8;
}

static struct shape measure(const struct ik_column_input *in)
{
	int64_t min = value_at(in, 0), max = min;
	struct shape shape = {0, 0, 0};

	ik_assert(in->docs[0] < in->n_docs);
	for (size_t i = 1; i < in->n; i++) {
		int64_t v = value_at(in, i);

		ik_assert(in->docs[i] < in->n_docs && in->docs[i] >= in->docs[i - 1]);
		if (in->docs[i] == in->docs[i - 1])
			shape.flags = IK_COLUMN_MULTI;
		min = v < min ? v : min;
		max = v > max ? v : max;
	}
	if (shape.flags == 0 && in->n < in->n_docs)
		shape.flags = IK_COLUMN_PRESENT;
	shape.base = min;
	shape.width = byte_width((uint64_t)max - (uint64_t)min);
	return shape;
}

static void put_value(struct ik_buf *out, uint64_t v, unsigned width)
{
	uint8_t bytes[8];

	ik_store64(bytes, v);
	ik_buf_put(out, bytes, width);
}

static void put_present(const struct ik_column_input *in, struct ik_buf *out)
{
	size_t bytes = ((size_t)in->n_docs + 63) / 64 * 8;
	uint8_t *room = ik_buf_room(out, bytes);

	if (room == NULL)
		return;
	ik_buf_put_zeros(out, bytes);
	for (size_t i = 0; i < in->n; i++)
		room[in->docs[i] / 8] |= (uint8_t)(1u << (in->docs[i] % 8));
}

static void put_starts(const struct ik_column_input *in, struct ik_buf *out)
{
	size_t i = 0;

	for (uint32_t doc = 0; doc < in->n_docs; doc++) {
		ik_buf_put_u32(out, (uint32_t)i);
		while (i < in->n && in->docs[i] == doc)
			i++;
	}
	ik_buf_put_u32(out, (uint32_t)i);
	ik_buf_align(out, 8);
}

/* One value for each document, 0 where there is none; or all values. */
static void put_values(const struct ik_column_input *in, const struct shape *shape,
                       struct ik_buf *out)
{
	size_t i = 0;

	if ((shape->flags & IK_COLUMN_MULTI) != 0)
		for (; i < in->n; i++)
			put_value(out, (uint64_t)value_at(in, i) - (uint64_t)shape->base,
			          shape->width);
	else
		for (uint32_t doc = 0; doc < in->n_docs; doc++) {
			uint64_t v = 0;

			if (i < in->n && in->docs[i] == doc)
				v = (uint64_t)value_at(in, i++) - (uint64_t)shape->base;
			put_value(out, v, shape->width);
		}
	ik_buf_align(out, 8);
}

static void put_zones(const struct ik_column_input *in, struct ik_buf *out)
{
	size_t i = 0;

	for (uint32_t r = 0; r < ik_range_count(in->n_docs); r++) {
		int64_t lo = INT64_MAX, hi = INT64_MIN;

		for (; i < in->n && in->docs[i] / IK_RANGE == r; i++) {
			lo = in->values[i] < lo ? in->values[i] : lo;
			hi = in->values[i] > hi ? in->values[i] : hi;
		}
		ik_buf_put_u64(out, (uint64_t)lo);
		ik_buf_put_u64(out, (uint64_t)hi);
	}
}

int ik_column_encode(const struct ik_column_input *in, struct ik_buf *out, ink_error *err)
{
	struct shape shape;

	ik_assert(in->n > 0 && out->len == 0);
	if (in->n > UINT32_MAX)
		return ik_fail(err, INK_ELIMIT, "%zu values of one field in a segment", in->n);
	shape = measure(in);
	ik_buf_put_u32(out, shape.flags);
	ik_buf_put_u32(out, shape.width);
	ik_buf_put_u64(out, (uint64_t)shape.base);
	ik_buf_put_u64(out, in->n);
	ik_buf_put_u64(out, 0);
	if ((shape.flags & IK_COLUMN_PRESENT) != 0)
		put_present(in, out);
	if ((shape.flags & IK_COLUMN_MULTI) != 0)
		put_starts(in, out);
	put_values(in, &shape, out);
	if (in->values != NULL)
		put_zones(in, out);
	return out->err != 0 ? ik_fail_nomem(err) : 0;
}
