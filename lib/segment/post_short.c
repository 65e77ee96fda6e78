/*
 * post_short.c - posting lists in short form, written and read.
 *
 * Layer: segment. Format: FORMAT.md, "Short form".
 */
#include "codec/bitstream.h"
#include "segment/pos.h"
#include "segment/post_build.h"
#include "segment/post_read.h"

#define RUN 16 /* zeros from which on a frequency has more bits behind its one */

/* The bits of a gap that are written as they are: those of 11 / 16 of the mean, less one. */
static unsigned gap_width(uint32_t n_docs, uint32_t df)
{
	unsigned width = ik_width32((uint32_t)((uint64_t)n_docs * 11 / ((uint64_t)df * 16)));

	return width > 0 ? width - 1 : 0;
}

/* ---- writing ---- */

static uint32_t gap_of(const struct ik_post_builder *b, size_t i)
{
	return b->docs.v[i] - (i > 0 ? b->docs.v[i - 1] + 1 : 0);
}

static void put_docs(struct ik_bits_out *out, const struct ik_post_builder *b)
{
	unsigned width = gap_width(b->n_docs, (uint32_t)b->docs.n);

	for (size_t i = 0; i < b->docs.n; i++)
		ik_bits_put(out, gap_of(b, i), width);
	for (size_t i = 0; i < b->docs.n; i++)
		ik_bits_put_run(out, gap_of(b, i) >> width);
}

static void put_freq(struct ik_bits_out *out, uint32_t tf)
{
	unsigned width;

	if (tf <= RUN) {
		ik_bits_put_run(out, tf - 1);
		return;
	}
	width = ik_width32(tf - RUN) - 1;
	ik_bits_put_run(out, RUN + width);
	ik_bits_put(out, tf - RUN, width); /* its highest bit is known */
}

void ik_post_put_short(struct ik_post_builder *b)
{
	struct ik_bits_out out = { &b->blob, 0, 0 };
	unsigned used;
	size_t gap = 0;

	put_docs(&out, b);
	for (size_t i = 0; (b->flags & IK_PART_FREQS) != 0 && i < b->docs.n; i++)
		put_freq(&out, b->freqs.v[i]);
	used = ik_bits_finish(&out);
	if ((b->flags & IK_PART_POSITIONS) != 0)
		ik_post_pack_positions(b, 0, b->docs.n, &gap, used, &b->blob);
}

/* ---- reading ---- */

/*
 * The one behind the zeros of gap i is as many bits from the first as all gaps up to it say.
 * Documents ascend whatever the bytes are, so it is enough to look at the last of them.
 */
static int get_docs(struct ik_bits_in *in, const struct ik_post_env *env, uint32_t df,
                    uint32_t *docs, uint64_t *end)
{
	unsigned width = gap_width(env->n_docs, df);
	uint64_t start = (uint64_t)df * width, mask = ((uint64_t)1 << width) - 1;
	uint64_t one = 0, low = 0, lows = 0, high = 0, doc = 0;
	int whole = start / 8 + 8 <= (uint64_t)(in->end - in->p);

	ik_bits_seek(in, start);
	for (uint32_t i = 0; i < df; i++, low += width) {
		if (!ik_bits_next(in, &one))
			return INK_ECORRUPT;
		high = one - start - i;
		lows += whole ? ik_load64(in->p + low / 8) >> low % 8 & mask
		              : ik_bits_get(in, low, width);
		doc = (high << width) + lows + i;
		docs[i] = (uint32_t)doc;
	}
	*end = one + 1;
	return high < env->n_docs && doc < env->n_docs ? 0 : INK_ECORRUPT;
}

/* A frequency above RUN, the one of whose run of zeros is at *one; that moves to its last bit. */
static int get_long_freq(struct ik_bits_in *in, uint64_t run, uint64_t *one, uint32_t *freq)
{
	unsigned width = (unsigned)(run - RUN);

	if (run > RUN + 30)
		return INK_ECORRUPT;
	*freq = RUN + ((uint32_t)1 << width | ik_bits_get(in, *one + 1, width));
	*one += width;
	ik_bits_seek(in, *one + 1);
	return 0;
}

/* Frequencies from bit *at on, which moves behind them. */
static int get_freqs(struct ik_bits_in *in, uint32_t n, uint32_t *freqs, uint64_t *at)
{
	uint64_t start = *at, one;

	for (uint32_t i = 0; i < n; i++, start = one + 1) {
		if (!ik_bits_next(in, &one))
			return INK_ECORRUPT;
		freqs[i] = (uint32_t)(one - start) + 1;
		if (one - start >= RUN && get_long_freq(in, one - start, &one, &freqs[i]) != 0)
			return INK_ECORRUPT;
	}
	*at = start;
	return 0;
}

int ik_post_get_short(const struct ik_post_env *env, const struct ik_term_info *info,
                      uint32_t *docs, uint32_t *freqs, uint64_t *pos_at)
{
	struct ik_bits_in in = { info->post, info->post + info->post_len, 0, 0 };
	uint64_t at = 0;
	int rc = get_docs(&in, env, info->df, docs, &at);

	if (rc == 0 && freqs != NULL && (env->flags & IK_PART_FREQS) != 0)
		rc = get_freqs(&in, info->df, freqs, &at);
	else if (freqs != NULL)
		for (uint32_t i = 0; i < info->df; i++)
			freqs[i] = 1;
	if (pos_at != NULL)
		*pos_at = at;
	return rc;
}
