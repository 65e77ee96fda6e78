/* sum.h - checksums: CRC-32 (ISO 3309) by libdeflate. Layer: base. */
#ifndef IK_BASE_SUM_H
#define IK_BASE_SUM_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of `len` more bytes after those summed in `sum`; start with 0. */
uint32_t ik_crc32(uint32_t sum, const void *data, size_t len);

#endif
