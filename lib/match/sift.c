/* sift.c - ranges in which the terms that a score needs do not meet. Layer: match. */
#include "match/sift.h"

#include <string.h>

#include "base/cpu.h"

static int open(struct ik_sift *sift, struct ik_match *m)
{
	int rc = ik_masks_open(m, &sift->masks);

	if (rc != 0)
		return rc;
	sift->ops = ik_masks_choose(ik_cpu());
	sift->places = ik_arena_array(m->arena, sift->masks.room, sizeof *sift->places);
	return sift->places != NULL ? 0 : ik_fail_nomem(m->err);
}

/* The ranges in question, any document of which may do so far: how many. */
static uint32_t take_places(struct ik_sift *sift, const uint16_t *sums)
{
	const struct ik_masks *m = &sift->masks;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		sift->places[n] = m->list[i];
		n += sums[m->list[i]] < UINT16_MAX; /* else a sum may be more than that */
		memset(m->docs[m->list[i]], 255, IK_MASK);
	}
	return n;
}

/* Where the others do not add up to enough, leave the documents that have the term. */
static int keep_term(struct ik_sift *sift, struct ik_term *term, const uint16_t *bounds,
                     uint32_t n, uint16_t least, const uint16_t *sums)
{
	struct ik_masks *m = &sift->masks;

	m->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t place = sift->places[i];

		m->list[m->n] = place;
		m->n += sums[place] - bounds[place] < least;
	}
	return sift->ops->keep(m, term);
}

static int is_empty(const uint8_t docs[IK_MASK])
{
	return (ik_load64(docs) | ik_load64(docs + 8) | ik_load64(docs + 16) |
	        ik_load64(docs + 24)) == 0;
}

/* Of IK_MASKS_MAX ranges at most, the first of which is the at-th that there are bounds of. */
static int sift_some(struct ik_sift *sift, struct ik_match *m, uint32_t from, uint32_t at,
                     uint32_t n, uint16_t least, uint16_t *sums)
{
	uint32_t taken;
	int rc = 0;

	ik_masks_list(&sift->masks, m, from + at, sums, n, least);
	taken = take_places(sift, sums);
	for (size_t i = 0; rc == 0 && taken > 0 && i < sift->n; i++)
		if (sift->terms[i] != NULL)
			rc = keep_term(sift, sift->terms[i], sift->bounds + i * m->chunk + at,
			               taken, least, sums);
	for (uint32_t i = 0; i < taken; i++)
		if (is_empty(sift->masks.docs[sift->places[i]]))
			sums[sift->places[i]] = 0;
	return rc;
}

int ik_sift(struct ik_sift *sift, struct ik_match *m, uint32_t from, uint32_t n, uint16_t least,
            uint16_t *sums)
{
	int rc = 0;

	if (sift->masks.docs == NULL)
		rc = open(sift, m);
	for (uint32_t at = 0; rc == 0 && at < n; at += IK_MASKS_MAX)
		rc = sift_some(sift, m, from, at, n - at < IK_MASKS_MAX ? n - at : IK_MASKS_MAX,
		               least, sums + at);
	return rc;
}
