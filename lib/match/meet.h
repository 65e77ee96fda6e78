/*
 * meet.h - which documents of a range several terms share, from packed records.
 *
 * Layer: match. For the many ranges where the terms of a
 * query hardly meet: no frequency is unpacked before it is needed.
 */
#ifndef IK_MATCH_MEET_H
#define IK_MATCH_MEET_H

#include "match/term.h"

#define IK_MEET_MAX 31 /* documents */

struct ik_meet {
	/* Ask for the records of the term in ranges `from` + places[i], n of them, which are read soon. */
	void (*fetch)(const struct ik_term *term, uint32_t from, const uint16_t *places, size_t n);

	/*
	 * Set `mask` to the documents of range r that all of the terms have: 0;
	 * IK_MEET_DENSE when the rarest there has more than IK_MEET_MAX; or INK_ECORRUPT.
	 */
	int (*docs)(struct ik_term *const *terms, size_t n, uint32_t r, uint64_t mask[4]);

	/*
	 * Add to acc[d] what document d of range r scores by the term, for n of them;
	 * nothing where it does not have it. INK_ECORRUPT.
	 */
	int (*points)(struct ik_term *term, uint32_t r, const uint8_t *docs, uint32_t n,
	              int32_t acc[256]);

	/* ik_term_place(), compiled for this processor. */
	int (*place)(struct ik_term *term, uint32_t r, uint32_t d, uint32_t *place, uint32_t *freq);

	/*
	 * Add to scores[k] what document docs[k] of the segment scores by the term, for n of
	 * them, ascending, all of which it has. INK_ECORRUPT.
	 */
	int (*scores)(struct ik_term *term, const uint32_t *docs, uint32_t n, int32_t *scores);

	/*
	 * Of the documents of range r that all of the terms have set `mask` to
	 * those of `live` that score more than least[n - 1], and acc[d] to their
	 * scores. No document whose first i + 1 terms score least[i] or less does.
	 * 0, IK_MEET_DENSE or INK_ECORRUPT.
	 */
	int (*rank)(struct ik_term *const *terms, size_t n, uint32_t r, const uint64_t live[4],
	            const int64_t *least, int32_t acc[256], uint64_t mask[4]);
};

#define IK_MEET_DENSE 256

const struct ik_meet *ik_meet_choose(uint32_t cpu);

extern const struct ik_meet ik_meet_scalar;
#if defined(__x86_64__)
extern const struct ik_meet ik_meet_avx2;
#endif

#endif
