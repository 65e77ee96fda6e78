/*
 * post_short_read.c - posting lists in short form, read.
 *
 * Layer: segment. Format: FORMAT.md, "Short form". Compiled three times: as it
 * stands, which is the reference; by post_short_avx2.c for processors that have AVX2
 * and BMI2; by post_short_avx512.c with IK_HAVE_AVX512 as well.
 */
#include "base/cpu.h"
#include "codec/bitstream.h"
#include "segment/post_read.h"
#include "segment/post_short.h"

#if !defined(IK_HAVE_AVX2)
#define IK_SHORT_GET ik_post_get_short_scalar
#endif

/* A frequency after `run` zeros, IK_SHORT_RUN or more, and a one; *at, behind that, moves to its end. */
static int get_long_freq(struct ik_bits_in *in, uint64_t run, uint32_t *freq, uint64_t *at)
{
	unsigned width = (unsigned)(run - IK_SHORT_RUN);

	if (run > IK_SHORT_RUN + 30)
		return INK_ECORRUPT;
	*freq = IK_SHORT_RUN + ((uint32_t)1 << width | ik_bits_get(in, *at, width));
	*at += width;
	ik_bits_seek(in, *at);
	return *freq <= INT32_MAX ? 0 : INK_ECORRUPT;
}

/* The frequency from bit *at on, which moves behind it; its one is the next of the stream. */
static inline int get_freq(struct ik_bits_in *in, uint32_t *freq, uint64_t *at)
{
	uint64_t one, run;

	if (!ik_bits_next(in, &one))
		return INK_ECORRUPT;
	run = one - *at;
	*at = one + 1;
	*freq = (uint32_t)run + 1;
	return run < IK_SHORT_RUN ? 0 : get_long_freq(in, run, freq, at);
}

#if defined(IK_HAVE_AVX2)
#include "segment/post_short_wide.h"
#else

/*
 * The one behind the zeros of gap i is as many bits from the first as all gaps up to it say.
 * Documents ascend whatever the bytes are, so it is enough to look at the last of them.
 */
static int get_docs(struct ik_bits_in *in, const struct ik_post_env *env, uint32_t df,
                    uint32_t *docs, uint64_t *end)
{
	unsigned width = ik_short_width(env->n_docs, df);
	uint64_t start = (uint64_t)df * width;
	uint64_t one = 0, low = 0, lows = 0, high = 0, doc = 0;

	ik_bits_seek(in, start);
	for (uint32_t i = 0; i < df; i++, low += width) {
		if (!ik_bits_next(in, &one))
			return INK_ECORRUPT;
		high = one - start - i;
		lows += ik_bits_get(in, low, width);
		doc = (high << width) + lows + i;
		docs[i] = (uint32_t)doc;
	}
	*end = one + 1;
	return high < env->n_docs && doc < env->n_docs ? 0 : INK_ECORRUPT;
}

/* Frequencies from bit *at on, which moves behind them. */
static int get_freqs(struct ik_bits_in *in, uint32_t n, uint32_t *freqs, uint64_t *at)
{
	for (uint32_t i = 0; i < n; i++)
		if (get_freq(in, &freqs[i], at) != 0)
			return INK_ECORRUPT;
	return 0;
}
#endif

int IK_SHORT_GET(const struct ik_post_env *env, const struct ik_term_info *info, uint32_t *docs,
                 uint32_t *freqs, uint64_t *pos_at)
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

#if !defined(IK_HAVE_AVX2)
int ik_post_get_short(const struct ik_post_env *env, const struct ik_term_info *info,
                      uint32_t *docs, uint32_t *freqs, uint64_t *pos_at)
{
#if defined(__x86_64__)
	if ((ik_cpu() & IK_CPU_AVX512) != 0)
		return ik_post_get_short_avx512(env, info, docs, freqs, pos_at);
	if ((ik_cpu() & IK_CPU_AVX2) != 0)
		return ik_post_get_short_avx2(env, info, docs, freqs, pos_at);
#endif
	return ik_post_get_short_scalar(env, info, docs, freqs, pos_at);
}
#endif
