/*
 * pos.c - packed positions: distances at widths that follow from length and frequency.
 *
 * Layer: segment. Format: FORMAT.md, "Packed positions".
 *
 * The occurrences of a term lie about as if thrown at random, so distances
 * are geometric and Rice's code is the one for them (R. F. Rice, "Some
 * Practical Universal Noiseless Coding Techniques", JPL 79-22, 1979). Its two
 * halves stand apart: the low parts from the front of a chunk on, where
 * each is found by arithmetic, the high parts from its back on, where they are
 * found by counting ones.
 */
#include "segment/pos.h"

#include "base/bits.h"
#include "base/cpu.h"
#include "segment/format.h"
#include "segment/pos_bits.h"

/* floor(8 log2 v) but for the mantissa, which is taken as it is; of 0 as of 1. */
#define TOP(v) (31 - __builtin_clz((unsigned)(v) | ((v) == 0)))
#define LOG(v) ((uint8_t)(8 * TOP(v) + (int)((((uint64_t)(v) << 3) >> TOP(v)) & 7)))
#define LEN(n) ((n) < 32 ? (n) : 24 + ((8 + (uint64_t)(n) % 8) << ((n) < 32 ? 0 : (n) / 8 - 4)))
#define NORM(n) LOG(LEN(n))
#define LESS(v) ((uint8_t)((v) == 1 ? 6 : 3 + LOG(v)))
#define FOUR(f, v) f(v), f((v) + 1), f((v) + 2), f((v) + 3)
#define SIXTEEN(f, v) FOUR(f, v), FOUR(f, (v) + 4), FOUR(f, (v) + 8), FOUR(f, (v) + 12)
#define ALL(f) \
	SIXTEEN(f, 0), SIXTEEN(f, 16), SIXTEEN(f, 32), SIXTEEN(f, 48), SIXTEEN(f, 64), \
	SIXTEEN(f, 80), SIXTEEN(f, 96), SIXTEEN(f, 112), SIXTEEN(f, 128), SIXTEEN(f, 144), \
	SIXTEEN(f, 160), SIXTEEN(f, 176), SIXTEEN(f, 192), SIXTEEN(f, 208), SIXTEEN(f, 224), \
	SIXTEEN(f, 240)

const uint8_t ik_pos_log_norm[256] = { ALL(NORM) };
const uint8_t ik_pos_less[256] = { ALL(LESS) };

/* ---- packing ---- */

#define RUN 256 /* distances from which on a run ends */

/*
 * Distances of a chunk in a row, with the width of each: so the loops over them
 * need not know where a posting ends, which no processor foresees.
 */
struct run {
	const uint32_t *gaps;
	uint32_t n;
	uint32_t posting, passed; /* what follows is this one's, after so many distances of it */
	unsigned extra;
	uint8_t width[2 * RUN + 8];
};

/* Postings first .. last of the input, whose distances start at gaps. */
struct chunk {
	const struct ik_pos_input *in;
	uint32_t first, last;
	const uint32_t *gaps;
	unsigned extra; /* added to all widths */
	struct run run;
};

/* Lay out the distances behind those of the run. */
static void lay_out(struct chunk *c)
{
	const uint32_t *docs = c->in->docs, *freqs = c->in->freqs;
	const uint8_t *norms = c->in->norms;
	struct run *r = &c->run;
	uint32_t i = r->posting, passed = r->passed, n = 0;

	for (; i < c->last && n < RUN; i++) {
		unsigned width = ik_pos_width(ik_pos_log(norms, docs[i]), freqs[i], c->extra);
		uint32_t left = freqs[i] - passed;

		ik_store64(r->width + n, width * UINT64_C(0x0101010101010101));
		if (left > 8)
			memset(r->width + n, (int)width, left < RUN ? left : RUN);
		if (left > RUN) {
			passed += RUN;
			n += RUN;
			break;
		}
		passed = 0;
		n += left;
	}
	r->gaps += r->n;
	r->n = n;
	r->posting = i;
	r->passed = passed;
}

/* Go on with the next run; 0 when there is none. */
static inline int next_run(struct chunk *c)
{
	if (c->run.posting == c->last)
		return 0;
	lay_out(c);
	return 1;
}

/* Most chunks are one run, which is laid out already when it is wanted again. */
static inline void first_run(struct chunk *c)
{
	struct run *r = &c->run;

	if (r->gaps == c->gaps && r->extra == c->extra)
		return;
	r->gaps = c->gaps;
	r->n = 0;
	r->posting = c->first;
	r->passed = 0;
	r->extra = c->extra;
	lay_out(c);
}

struct size {
	uint64_t n, low, high; /* distances, bits of their low and of their high parts */
};

static struct size measure(struct chunk *c)
{
	struct size s = { 0, 0, c->extra + 1 };
	const struct run *r = &c->run;

	first_run(c);
	do {
		s.n += r->n;
		s.high += r->n;
		for (uint32_t i = 0; i < r->n; i++) {
			s.low += r->width[i];
			s.high += (uint64_t)r->gaps[i] >> r->width[i];
		}
	} while (next_run(c));
	return s;
}

/* Wider than expected, as long as that makes the chunk shorter. */
static struct size choose_extra(struct chunk *c)
{
	struct size best, next;

	c->extra = 0;
	c->run.gaps = NULL;
	best = measure(c);
	/* Another bit of width takes away a little more than half of the zeros, at most. */
	while (c->extra < 32 && best.high > 2 * best.n + c->extra) {
		c->extra++;
		next = measure(c);
		if (next.low + next.high >= best.low + best.high) {
			c->extra--;
			break;
		}
		best = next;
	}
	return best;
}

/* From the bit on, up to eight bytes too far: these become zeros. */
static void put_low(struct chunk *c, uint8_t *p, unsigned bit)
{
	const struct run *r = &c->run;
	uint64_t word = bit > 0 ? *p & ((1u << bit) - 1) : 0;

	first_run(c);
	do
		for (uint32_t i = 0; i < r->n; i++) {
			word |= (r->gaps[i] & (((uint64_t)1 << r->width[i]) - 1)) << bit;
			ik_store64(p, word);
			bit += r->width[i];
			p += bit / 8;
			word >>= bit & ~7u;
			bit %= 8;
		}
	while (next_run(c));
}

static void set_high(uint8_t *end, uint64_t at)
{
	end[-1 - (int64_t)(at / 8)] |= (uint8_t)(0x80u >> at % 8);
}

/* Back from the end on, into zeros. */
static void put_high(struct chunk *c, uint8_t *end)
{
	const struct run *r = &c->run;
	uint64_t at = c->extra;

	set_high(end, at++);
	first_run(c);
	do
		for (uint32_t i = 0; i < r->n; i++) {
			at += (uint64_t)r->gaps[i] >> r->width[i];
			set_high(end, at++);
		}
	while (next_run(c));
}

static void pack_chunk(struct chunk *c, unsigned bit, struct ik_buf *out)
{
	struct size s = choose_extra(c);
	size_t bytes = (size_t)((bit + s.low + s.high + 7) / 8) - (bit != 0);
	uint8_t *room;

	room = ik_buf_room(out, bytes + 8);
	if (room == NULL)
		return;
	memset(room, 0, bytes + 8);
	put_low(c, room - (bit != 0), bit);
	put_high(c, room + bytes);
	out->len += bytes;
}

/* Where the chunks after the first one start, in two bytes each if those do. */
static void put_starts(struct ik_buf *out, size_t at, size_t chunks, const uint32_t *starts)
{
	size_t table = (chunks - 1) * 2, data = out->len - at;
	uint8_t *room;

	if (table + data > UINT16_MAX)
		table *= 2;
	room = ik_buf_room(out, table);
	if (room == NULL)
		return;
	room = out->data + at;
	memmove(room + table, room, data);
	for (size_t c = 1; c < chunks; c++)
		if (table == (chunks - 1) * 2)
			ik_store16(room + (c - 1) * 2, (uint16_t)starts[c]);
		else
			ik_store32(room + (c - 1) * 4, starts[c]);
	out->len += table;
}

void ik_pos_pack(const struct ik_pos_input *in, unsigned bit, struct ik_buf *out)
{
	uint32_t starts[IK_POS_UNIT_MAX / IK_POS_CHUNK], chunks = 0;
	struct chunk c;
	size_t at = out->len;

	c.in = in;
	c.gaps = in->gaps;
	for (c.first = 0; c.first < in->n; c.first = c.last) {
		c.last = in->n - c.first > IK_POS_CHUNK ? c.first + IK_POS_CHUNK : in->n;
		starts[chunks++] = (uint32_t)(out->len - at);
		pack_chunk(&c, in->n <= IK_POS_CHUNK ? bit : 0, out);
		for (uint32_t i = c.first; i < c.last; i++)
			c.gaps += in->freqs[i];
	}
	if (chunks > 1 && out->err == 0)
		put_starts(out, at, chunks, starts);
}

/* ---- reading ---- */

const struct ik_pos_ops *ik_pos_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_pos_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_pos_avx2;
#endif
	(void)cpu;
	return &ik_pos_scalar;
}
