/* term_place.c - where documents are in a term's postings, and their positions. Layer: match. */
#include "match/term_impl.h"

/* The place of document d, which is there, in the list. */
static uint32_t list_place(const struct ik_term *t, uint32_t d)
{
	uint32_t i = t->at;

	while (t->docs[i] % IK_RANGE != d)
		i++;
	return i;
}

int ik_term_place(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *place, uint32_t *freq)
{
	int32_t i;

	if (!t->ranged) {
		*place = list_place(t, d);
		*freq = t->freqs[*place];
		return 0;
	}
	if (ik_term_record(t, r) != 0)
		return INK_ECORRUPT;
	i = t->ranges.unpack->find(&t->rec, d);
	if (i < 0 || ik_record_freq(&t->rec, (uint32_t)i, d, freq) != 0)
		return ik_term_damaged(t);
	*place = (uint32_t)i;
	return 0;
}

static int range_spots(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                       struct ik_spot *out)
{
	uint8_t places[IK_RANGE];
	int rc = ik_term_load(t, r);

	if (rc != 0)
		return rc;
	if (t->ranges.unpack->places(&t->loaded.rec, docs, n, places) != 0)
		return ik_term_damaged(t);
	for (uint32_t k = 0; k < n; k++) {
		out[k].place = places[k];
		out[k].tf = ik_range_freq(&t->loaded, places[k]);
	}
	return 0;
}

int ik_term_spots(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                  struct ik_spot *out)
{
	uint32_t i;

	if (t->ranged)
		return range_spots(t, r, docs, n, out);
	ik_term_seek(t, r);
	i = t->at;
	for (uint32_t k = 0; k < n; k++, out++) {
		while (i < t->end && t->docs[i] % IK_RANGE != docs[k])
			i++;
		if (i == t->end) /* a pair has a document that its words do not have */
			return ik_term_damaged(t);
		out->place = i;
		out->tf = t->freqs[i];
	}
	return 0;
}

static int positions_damaged(const struct ik_term *t)
{
	return ik_match_corrupt(t->node.m, "postings: positions are damaged");
}

int ik_term_positions(struct ik_term *t, uint32_t r, uint32_t place, uint32_t shift,
                      uint32_t *out)
{
	int rc;

	if (!t->ranged) {
		struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

		rc = ik_post_positions(&env, &t->info, &t->list, place, shift, out);
	} else {
		rc = ik_term_load(t, r);
		if (rc == 0)
			rc = ik_range_positions(&t->ranges, r, &t->loaded, place, shift, out);
	}
	return rc != 0 ? positions_damaged(t) : 0;
}

int ik_term_keep(struct ik_term *t, uint32_t r, uint32_t place, uint32_t shift, uint32_t *v,
                 uint32_t *n)
{
	int rc;

	if (!t->ranged) {
		struct ik_post_env env = ik_segment_env(t->node.m->seg, t->part);

		rc = ik_post_keep(&env, &t->info, &t->list, place, shift, v, n);
	} else {
		rc = ik_term_load(t, r);
		if (rc == 0)
			rc = ik_range_keep(&t->ranges, r, &t->loaded, place, shift, v, n);
	}
	return rc != 0 ? positions_damaged(t) : 0;
}
