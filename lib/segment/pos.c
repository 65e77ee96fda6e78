/*
 * pos.c - position gaps packed in chunks of 64, each at a width of its own.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions".
 */
#include "segment/pos.h"

#include "base/bits.h"
#include "codec/bitpack_small.h"
#include "segment/format.h"

static size_t chunk_len(size_t n, size_t chunk)
{
	size_t left = n - chunk * IK_POS_CHUNK;

	return left < IK_POS_CHUNK ? left : IK_POS_CHUNK;
}

static unsigned chunk_width(const uint32_t *gaps, size_t n)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= gaps[i];
	return ik_width32(all);
}

void ik_pos_pack(const uint32_t *gaps, size_t n, struct ik_buf *out)
{
	size_t chunks = (n + IK_POS_CHUNK - 1) / IK_POS_CHUNK;

	for (size_t c = 0; c < chunks; c++)
		ik_buf_put_u8(out, (uint8_t)chunk_width(gaps + c * IK_POS_CHUNK, chunk_len(n, c)));
	for (size_t c = 0; c < chunks; c++) {
		const uint32_t *at = gaps + c * IK_POS_CHUNK;
		size_t len = chunk_len(n, c);
		unsigned width = chunk_width(at, len);
		size_t bytes = ik_bits_bytes(len, width);
		uint8_t *room = ik_buf_room(out, bytes);

		if (room == NULL)
			return;
		ik_bits_pack(at, len, width, room);
		out->len += bytes;
	}
}

/* Bytes of the chunks before chunk c, which are all full: 8 bytes a bit of width. */
static size_t bytes_before(const uint8_t *widths, size_t c)
{
	const uint64_t low = 0x00ff00ff00ff00ffu;
	size_t sum = 0;

	for (; c >= 8; c -= 8, widths += 8) { /* eight at a time, in four 16-bit lanes */
		uint64_t v = ik_load64(widths);

		v = (v & low) + (v >> 8 & low);
		sum += (v * 0x0001000100010001u) >> 48;
	}
	for (; c > 0; c--)
		sum += *widths++;
	return sum * (IK_POS_CHUNK / 8);
}

/* How many of n values from value `at` on have eight bytes to be loaded from. */
static size_t loadable(const uint8_t *p, const uint8_t *end, unsigned width, size_t at, size_t n)
{
	size_t len = (size_t)(end - p);

	while (n > 0 && len < (at + n - 1) * width / 8 + 8)
		n--;
	return n;
}

/* Sum up gaps at .. at + count of a chunk, onto pos; the last position. */
static uint32_t sum_gaps(const uint8_t *p, const uint8_t *end, unsigned width, size_t at,
                         size_t count, uint32_t pos, uint32_t *out)
{
	uint32_t mask = (uint32_t)(((uint64_t)1 << width) - 1);
	size_t bit = at * width, fast = loadable(p, end, width, at, count), i = 0;

	for (; i < fast; i++, bit += width)
		out[i] = pos += (uint32_t)(ik_load64(p + bit / 8) >> bit % 8) & mask;
	for (; i < count; i++)
		out[i] = pos += ik_bits_get(p, end, at + i, width);
	return pos;
}

int ik_pos_unpack(const uint8_t *p, const uint8_t *end, size_t n, size_t first, size_t count,
                  uint32_t pos, uint32_t *out)
{
	size_t chunks = (n + IK_POS_CHUNK - 1) / IK_POS_CHUNK, at = first % IK_POS_CHUNK, skip;
	const uint8_t *data = p + chunks;

	if ((size_t)(end - p) < chunks || first + count > n)
		return -1;
	skip = bytes_before(p, first / IK_POS_CHUNK);
	if (skip > (size_t)(end - data))
		return -1;
	data += skip;
	for (size_t c = first / IK_POS_CHUNK; count > 0; c++, at = 0) {
		size_t len = chunk_len(n, c), bytes = ik_bits_bytes(len, p[c]);
		size_t take = len - at < count ? len - at : count;

		if (p[c] > 32 || (size_t)(end - data) < bytes)
			return -1;
		pos = sum_gaps(data, end, p[c], at, take, pos, out);
		out += take;
		count -= take;
		data += bytes;
	}
	return 0;
}

int ik_pos_gaps(const uint8_t *p, const uint8_t *end, size_t n, uint32_t *out)
{
	size_t chunks = (n + IK_POS_CHUNK - 1) / IK_POS_CHUNK;
	const uint8_t *data = p + chunks;

	if ((size_t)(end - p) < chunks)
		return -1;
	for (size_t c = 0; c < chunks; c++) {
		size_t len = chunk_len(n, c), bytes = ik_bits_bytes(len, p[c]);

		if (p[c] > 32 || (size_t)(end - data) < bytes)
			return -1;
		ik_bits_unpack(data, end, len, p[c], out + c * IK_POS_CHUNK);
		data += bytes;
	}
	return 0;
}
