/* sum.c - CRC-32 (ISO 3309) by libdeflate. Layer: base. */
#include "base/sum.h"

#include <libdeflate.h>

uint32_t ik_crc32(uint32_t sum, const void *data, size_t len)
{
	/* NULL would make it start anew. */
	return len > 0 ? libdeflate_crc32(sum, data, len) : sum;
}
