/*
 * bm25.h - BM25, and how far its parameters may drift from stored bounds.
 *
 * Layer: score (pure arithmetic). The score of a term in a document is
 * boost * idf * u with u = tf / (tf + k1 * (1 - b + b * len / avg)), without
 * the factor k1 + 1 that does not change any order.
 * Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework:
 * BM25 and Beyond", Foundations and Trends in Information Retrieval 3 (2009).
 *
 * The same input must give the same bits in every function and on every path,
 * so nothing here may be contracted into a fused multiply-add; the build sets
 * -ffp-contract=off as well.
 */
#ifndef IK_SCORE_BM25_H
#define IK_SCORE_BM25_H

#include <stdint.h>

/* For one field: 1 / (k1 * (1 - b + b * len / avg)) for the 256 lengths of codec/norm.h. */
struct ik_bm25 {
	float inv[256];
};

/* ln(1 + (n - df + 0.5) / (df + 0.5)); df above n counts as n. Always positive. */
float ik_bm25_idf(uint64_t df, uint64_t n);

/* k1 >= 0, b in [0, 1], lengths in terms. An average that is not positive counts as 1. */
void ik_bm25_init(struct ik_bm25 *s, double k1, double b, double avg_len);

/* tf / (tf + k1 * ...) in [0, 1]: 0 for tf 0, rising with tf, falling with the length. */
static inline float ik_bm25_u(const struct ik_bm25 *s, uint32_t tf, uint8_t norm)
{
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif
	float x = (float)tf * s->inv[norm];

	return 1.0f - 1.0f / (1.0f + x);
}

/*
 * How u may have changed since a maximum of it was stored under other
 * parameters: u_now <= *up * u_stored and u_now >= *down * u_stored for every
 * tf and length, but for the rounding of u itself. *up >= 1 and *down <= 1.
 * It holds as u(f * x) <= max(1, f) * u(x) and >= min(1, f) * u(x).
 */
void ik_bm25_ratio(const struct ik_bm25 *now, const struct ik_bm25 *stored, float *up,
                   float *down);

/*
 * The part of an integer score that a term of scaled weight ws has with
 * frequency tf: every path that scores, SIMD included, does just this.
 */
static inline int32_t ik_bm25_points(float ws, uint32_t tf, float inv)
{
	float x = (float)tf * inv;

	return (int32_t)(ws - ws / (1.0f + x));
}

#endif
