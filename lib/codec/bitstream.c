/* bitstream.c - numbers of any width and runs of zeros, one after another. Layer: codec. */
#include "codec/bitstream.h"

unsigned ik_bits_finish(struct ik_bits_out *out)
{
	unsigned used = out->n % 8;

	for (; out->n > 0; out->n -= out->n < 8 ? out->n : 8) {
		ik_buf_put_u8(out->to, (uint8_t)out->word);
		out->word >>= 8;
	}
	return used;
}
