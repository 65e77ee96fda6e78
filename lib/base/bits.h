/* bits.h - little-endian loads and stores, bit counting and fetching. Layer: base. */
#ifndef IK_BASE_BITS_H
#define IK_BASE_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
# define IK_LE16(v) __builtin_bswap16(v)
# define IK_LE32(v) __builtin_bswap32(v)
# define IK_LE64(v) __builtin_bswap64(v)
#else
# define IK_LE16(v) (v)
# define IK_LE32(v) (v)
# define IK_LE64(v) (v)
#endif

/* For what does too little for a call, though it has several callers or is long. */
#if defined(__GNUC__)
# define IK_INLINE static inline __attribute__((always_inline))
#else
# define IK_INLINE static inline
#endif

static inline uint16_t ik_load16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return IK_LE16(v);
}

static inline uint32_t ik_load32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return IK_LE32(v);
}

static inline uint64_t ik_load64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return IK_LE64(v);
}

/* The first `n` of eight bytes, of which only these can be read; zeros behind them. */
static inline uint64_t ik_load_part(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	if (n >= 8)
		return ik_load64(p);
	if (n >= 4)
		return ik_load32(p) | (uint64_t)ik_load32(p + n - 4) << (8 * (n - 4));
	if (n == 0)
		return 0;
	return p[0] | (uint64_t)p[n / 2] << (8 * (n / 2)) | (uint64_t)p[n - 1] << (8 * (n - 1));
}

static inline void ik_store16(void *p, uint16_t v)
{
	v = IK_LE16(v);
	memcpy(p, &v, sizeof v);
}

static inline void ik_store32(void *p, uint32_t v)
{
	v = IK_LE32(v);
	memcpy(p, &v, sizeof v);
}

static inline void ik_store64(void *p, uint64_t v)
{
	v = IK_LE64(v);
	memcpy(p, &v, sizeof v);
}

#define IK_FETCH_MAX 768 /* bytes: more would take the place of others that are wanted */

/* Tell the processor that these bytes are read soon: it then waits for all of them at once. */
static inline void ik_fetch(const void *p, size_t len)
{
	if (len > IK_FETCH_MAX)
		len = IK_FETCH_MAX;
	for (size_t at = 0; at < len; at += 64)
		__builtin_prefetch((const uint8_t *)p + at);
}

/* Bits needed to write v: 0 for 0, 1 for 1, 2 for 2 and 3 ... */
static inline unsigned ik_width32(uint32_t v)
{
	return v == 0 ? 0 : 32 - (unsigned)__builtin_clz(v);
}

static inline unsigned ik_width64(uint64_t v)
{
	return v == 0 ? 0 : 64 - (unsigned)__builtin_clzll(v);
}

/* Sums in ever wider fields; the compiler's own form is a call where POPCNT may be missing. */
static inline unsigned ik_popcount64(uint64_t v)
{
#if defined(IK_HAVE_POPCNT)
	return (unsigned)__builtin_popcountll(v);
#endif
	v -= v >> 1 & 0x5555555555555555u;
	v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (unsigned)(v * 0x0101010101010101u >> 56);
}

/* Index of the lowest set bit of v, which is not 0. */
static inline unsigned ik_ctz64(uint64_t v)
{
	return (unsigned)__builtin_ctzll(v);
}

#endif
