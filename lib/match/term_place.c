/* term_place.c - where documents are in a term's postings, and their positions. Layer: match. */
#include "match/term_impl.h"

/* The place of document d of the current range in the list; t->end where it is not there. */
static uint32_t list_place(const struct ik_term *t, uint32_t d)
{
	uint32_t doc = t->rec_range * IK_RANGE + d, i = ik_term_pass(t, t->at, doc);

	return t->docs[i] == doc ? i : t->end;
}

int ik_term_place(struct ik_term *t, uint32_t r, uint32_t d, uint32_t *place, uint32_t *freq)
{
	int32_t i;

	if (!t->ranged) {
		*place = list_place(t, d);
		if (*place == t->end)
			return ik_term_damaged(t);
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

int ik_term_positions_damaged(const struct ik_term *t)
{
	return ik_match_corrupt(t->node.m, "postings: positions are damaged");
}

static int list_postings(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                         struct ik_posting *out)
{
	struct ik_post_env env = ik_term_env(t);

	ik_term_seek(t, r);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = list_place(t, docs[k]);

		/* A pair has a document that its words do not have. */
		if (i == t->end || ik_post_posting(&env, &t->info, &t->list, i, &out[k]) != 0)
			return INK_ECORRUPT;
	}
	return 0;
}

int ik_term_postings(struct ik_term *t, uint32_t r, const uint8_t *docs, uint32_t n,
                     struct ik_posting *out)
{
	int rc;

	if (!t->ranged)
		rc = list_postings(t, r, docs, n, out);
	else if (ik_term_load(t, r) == 0)
		rc = ik_range_postings(&t->ranges, r, &t->loaded, docs, n, out);
	else
		return INK_ECORRUPT;
	return rc == 0 ? 0 : ik_term_positions_damaged(t);
}

int ik_term_reach(struct ik_term *t, struct ik_posting *posting)
{
	/* More positions than a list has bytes can hold are damage. */
	if (posting->tf / IK_POS_PER_BYTE > t->info.post_len ||
	    (t->ranged && ik_range_reach(&t->ranges, &t->loaded, posting) != 0))
		return ik_term_positions_damaged(t);
	return 0;
}
