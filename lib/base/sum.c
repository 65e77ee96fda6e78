/* sum.c - CRC-32 (ISO 3309) by zlib. Layer: base. */
#include "base/sum.h"

#include <zlib.h>

uint32_t ik_crc32(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;

	/* zlib takes an unsigned int; NULL would make it start anew. */
	while (len > 0) {
		unsigned n = len < (1u << 30) ? (unsigned)len : 1u << 30;

		sum = (uint32_t)crc32(sum, p, n);
		p += n;
		len -= n;
	}
	return sum;
}
