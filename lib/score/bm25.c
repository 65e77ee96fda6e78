/*
 * bm25.c - BM25, computed in double and rounded once.
 *
 * Layer: score. Source: Robertson and Zaragoza 2009, see bm25.h.
 */
#include "score/bm25.h"

#include <math.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/* Instead of infinity, with k1 = 0: u is 1 for any tf, and no product overflows a float. */
#define INV_MAX 1e28

/* What codec/norm.h decodes, which this layer may not include; their tests compare the two. */
static double length_of(unsigned norm)
{
	if (norm < 32)
		return norm;
	return 24.0 + ldexp((double)(8 + norm % 8), (int)norm / 8 - 4);
}

float ik_bm25_idf(uint64_t df, uint64_t n)
{
	double rest = df < n ? (double)(n - df) : 0.0;

	return (float)log(1.0 + (rest + 0.5) / ((double)df + 0.5));
}

void ik_bm25_init(struct ik_bm25 *s, double k1, double b, double avg_len)
{
	double avg = avg_len > 0 ? avg_len : 1.0;
	unsigned norm;

	for (norm = 0; norm < 256; norm++) {
		double len = length_of(norm);
		double inv = 1.0 / (k1 * (1.0 - b + b * len / avg));

		/* Written so that infinity and NaN end there too. */
		s->inv[norm] = (float)(inv < INV_MAX ? inv : INV_MAX);
	}
}

void ik_bm25_ratio(const struct ik_bm25 *now, const struct ik_bm25 *stored, float *up, float *down)
{
	double most = 1.0, least = 1.0;
	unsigned norm;

	for (norm = 0; norm < 256; norm++) {
		double f = (double)now->inv[norm] / (double)stored->inv[norm];

		if (f > most)
			most = f;
		if (f < least)
			least = f;
	}
	/* Outwards, as they widen bounds. */
	*up = (float)most;
	if ((double)*up < most)
		*up = nextafterf(*up, INFINITY);
	*down = (float)least;
	if ((double)*down > least)
		*down = nextafterf(*down, 0.0f);
}
