/*
 * prune_rank.c - the documents of a range that a bool brings above a threshold.
 *
 * Layer: match. The bounds of the clauses in this range say which of them a document
 * has to match. Those it cannot do without are intersected first, the rarest before
 * the others. Where there are none, the clauses that reach the threshold only together
 * with others bring in no document by themselves (MAXSCORE: Turtle and Flood,
 * "Query evaluation: strategies and optimizations", Information Processing
 * and Management 31(6), 1995; here within a range of 256 documents): scores of
 * the essential ones are added up without asking which documents match, and
 * what passes is looked up in the rest. Optional phrases and whatever else is
 * no term wait: who ranks many ranges takes the terms of several first, since
 * what these score raises the threshold that the phrases have to reach.
 */
#include "match/prune_impl.h"

#include <string.h>

#define FEW 12 /* documents; from here on whole records are cheaper */

/* The sum of the bounds of clauses from .. to - 1 in range r. */
static uint64_t sum_bounds(const struct ik_pruned *u, uint32_t r, size_t from, size_t to)
{
	const uint16_t *kept = u->kept + from * u->node.m->chunk + (r - u->kept_from);
	uint64_t sum = 0;

	for (size_t i = from; i < to; i++, kept += u->node.m->chunk)
		sum += *kept;
	return sum;
}

/* Of clauses from .. to - 1 those that may match in range r: how many. */
static size_t find_parts(struct ik_pruned *u, uint32_t r, size_t from, size_t to)
{
	const uint16_t *kept = u->kept + from * u->node.m->chunk + (r - u->kept_from);
	size_t n = 0;

	for (size_t i = from; i < to; i++, kept += u->node.m->chunk) {
		u->parts[n] = u->clauses[i];
		u->parts[n].bound = *kept;
		n += *kept != 0;
	}
	return n;
}

/* The greatest bound first. */
static void sort_parts(struct ik_prune_part *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct ik_prune_part part = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1].bound < part.bound; k--)
			v[k] = v[k - 1];
		v[k] = part;
	}
}

/*
 * Those that are scored now. Terms stand as they are, the rarest first: these are the cheapest to
 * score, and to sort terms in each range costs more than it saves.
 */
static size_t find_parts_now(struct ik_pruned *u, uint32_t r)
{
	size_t n = find_parts(u, r, 0, u->n_now);

	if (!u->terms_only)
		sort_parts(u->parts, n);
	return n;
}

/* Filters and exclusions. */
static int narrow_all(struct ik_pruned *u, uint32_t r, uint64_t mask[4])
{
	int rc = ik_node_narrow_all(u->filters, u->n_filters, r, 0, mask);

	return rc != 0 ? rc : ik_node_narrow_all(u->must_not, u->n_must_not, r, 1, mask);
}

/* Is it a term without which `need` is not reached? `sum` is that of all bounds. */
static int is_needed(const struct ik_prune_part *p, uint64_t bound, uint64_t need, uint64_t sum)
{
	return (p->term != NULL) & (p->must | (sum - bound < need));
}

/*
 * The terms without which `need` is not reached: how many. *others: clauses
 * that are no terms and are required; they are looked at last, as they may
 * have to read positions or texts. *rest: the bounds of what is not needed.
 * least[i] becomes the bound of the i-th of them.
 */
static size_t find_needed(struct ik_pruned *u, uint32_t r, uint64_t need, uint64_t sum, int *others,
                          uint64_t *rest)
{
	const uint16_t *kept = u->kept + (r - u->kept_from);
	size_t n = 0;

	*others = 0;
	*rest = sum;
	for (size_t i = 0; i < u->n_now; i++, kept += u->node.m->chunk) {
		const struct ik_prune_part *p = &u->clauses[i];
		uint32_t needed = (uint32_t)is_needed(p, *kept, need, sum);

		/* Written whether it counts or not, which no processor foresees. */
		u->least[n] = (int64_t)*kept << IK_UNIT_SHIFT;
		u->needed[n] = p->term;
		n += needed;
		*rest -= needed * *kept;
		*others |= (p->term == NULL) & p->must;
	}
	return n;
}

/* Leave the documents that have all the terms. */
static int match_needed(struct ik_pruned *u, uint32_t r, size_t needed, uint64_t mask[4])
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < needed && !ik_mask_empty(mask); i++)
		rc = ik_node_narrow(&u->needed[i]->node, r, 0, mask);
	return rc;
}

/* Keep the documents that `rest`, in units of bounds, may still lift over theta. */
static void keep_above(const struct ik_pruned *u, uint64_t rest, const int32_t acc[256],
                       uint64_t mask[4])
{
	int64_t least = u->node.m->theta - ((int64_t)rest << IK_UNIT_SHIFT);

	if (least >= 0)
		u->node.m->kernel->above(acc, (int32_t)least, mask);
}

/* The documents that `rest`, which does not reach theta by itself, may lift over it. */
static void pass(const struct ik_pruned *u, uint64_t rest, const uint64_t live[4],
                 const int32_t acc[256], uint64_t mask[4])
{
	int64_t least = u->node.m->theta - ((int64_t)rest << IK_UNIT_SHIFT);

	u->node.m->kernel->passing(acc, (int32_t)least, mask);
	for (unsigned w = 0; w < 4; w++)
		mask[w] &= live[w];
}

/* Score one part of what is left, `rest` being the bounds of those that follow. */
static int score_part(struct ik_pruned *u, const struct ik_prune_part *p, uint32_t r, uint64_t rest,
                      int32_t acc[256], uint64_t mask[4])
{
	int rc = ik_node_add(p->node, r, mask, acc);

	for (unsigned w = 0; p->must && w < 4; w++)
		mask[w] &= p->node->mask[w];
	keep_above(u, rest, acc, mask);
	return rc;
}

/* Part by part from the i-th on, `rest` being the sum of their bounds. */
static int score_parts(struct ik_pruned *u, uint32_t r, size_t i, size_t n, uint64_t rest,
                       int32_t acc[256], uint64_t mask[4])
{
	int rc = 0;

	for (; rc == 0 && i < n && !ik_mask_empty(mask); i++) {
		rest -= u->parts[i].bound;
		rc = score_part(u, &u->parts[i], r, rest, acc, mask);
	}
	return rc;
}

/* Of n documents keep those with more than `least`, which may be negative: how many. */
static uint32_t keep_docs(const int32_t acc[256], int64_t least, uint8_t *docs, uint32_t n)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < n; i++) {
		docs[k] = docs[i];
		k += acc[docs[i]] > least;
	}
	return k;
}

/* The same for terms and k documents: each term looks for those that may still get there. */
static int score_docs(struct ik_pruned *u, uint32_t r, size_t i, size_t n, uint64_t rest,
                      uint8_t *docs, uint32_t k, int32_t acc[256], uint64_t mask[4])
{
	int rc = 0;

	for (; rc == 0 && i < n && k > 0; i++) {
		rc = u->meet->points(u->parts[i].term, r, docs, k, acc);
		rest -= u->parts[i].bound;
		if (i + 1 < n)
			k = keep_docs(acc, u->node.m->theta - ((int64_t)rest << IK_UNIT_SHIFT), docs, k);
	}
	keep_above(u, rest, acc, mask);
	return rc;
}

/* Whichever is cheaper. */
static int add_parts(struct ik_pruned *u, uint32_t r, size_t i, size_t n, uint64_t rest,
                     int32_t acc[256], uint64_t mask[4])
{
	uint8_t docs[IK_DOCS_ROOM];

	if (i == n)
		return 0;
	if (!u->terms_only || ik_mask_count(mask) >= FEW)
		return score_parts(u, r, i, n, rest, acc, mask);
	return score_docs(u, r, i, n, rest, docs, u->node.m->kernel->docs(mask, docs), acc, mask);
}

/* All parts, terms first. */
static int score_all(struct ik_pruned *u, uint32_t r, uint64_t rest, int32_t acc[256],
                     uint64_t mask[4])
{
	size_t n = find_parts_now(u, r);
	int rc = 0;

	u->node.m->kernel->clear(acc);
	for (int terms = 1; terms >= 0; terms--)
		for (size_t i = 0; rc == 0 && i < n && !ik_mask_empty(mask); i++) {
			const struct ik_prune_part *p = &u->parts[i];

			if ((p->term != NULL) != terms)
				continue;
			rest -= p->bound;
			rc = score_part(u, p, r, rest, acc, mask);
		}
	return rc;
}

/* No clause is required: add up the essential ones. */
static int rank_union(struct ik_pruned *u, uint32_t r, uint64_t need, const uint64_t live[4],
                      int32_t acc[256], uint64_t mask[4])
{
	size_t n = find_parts_now(u, r), essential = n;
	uint64_t rest = u->late;
	int rc = 0;

	u->node.m->kernel->clear(acc);
	while (essential > 0 && rest + u->parts[essential - 1].bound < need)
		rest += u->parts[--essential].bound;
	for (size_t i = 0; rc == 0 && i < essential; i++) {
		const struct ik_prune_part *p = &u->parts[i];

		rc = p->term != NULL ? ik_term_gain(p->term, r, acc)
		                     : ik_node_add(p->node, r, live, acc);
	}
	if (rc != 0)
		return rc;
	pass(u, rest, live, acc, mask);
	rc = narrow_all(u, r, mask);
	return rc != 0 ? rc : add_parts(u, r, essential, n, rest, acc, mask);
}

/* Add what is not needed to the documents of the mask; `rest` is the sum of its bounds. */
static int add_rest(struct ik_pruned *u, uint32_t r, uint64_t need, uint64_t sum, uint64_t rest,
                    int32_t acc[256], uint64_t mask[4])
{
	size_t n = find_parts_now(u, r), k = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_needed(&u->parts[i], u->parts[i].bound, need, sum))
			u->parts[k++] = u->parts[i];
	return add_parts(u, r, 0, k, rest, acc, mask);
}

/*
 * All clauses that score are terms: the documents that have the needed ones
 * are met and scored in one go. 1; 0 when those are too many.
 */
static int rank_met(struct ik_pruned *u, uint32_t r, size_t needed, uint64_t need, uint64_t sum,
                    uint64_t rest, const uint64_t live[4], int32_t acc[256], uint64_t mask[4])
{
	int64_t least = u->node.m->theta - ((int64_t)rest << IK_UNIT_SHIFT);
	int rc;

	for (size_t i = needed; i-- > 0;) {
		int64_t bound = u->least[i];

		u->least[i] = least;
		least -= bound;
	}
	rc = u->meet->rank(u->needed, needed, r, live, u->least, acc, mask);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = narrow_all(u, r, mask);
	if (rc == 0 && rest > 0 && !ik_mask_empty(mask))
		rc = add_rest(u, r, need, sum, rest, acc, mask);
	return rc < 0 ? rc : 1;
}

/* One term is needed, and a document has to have some of its score: add all of that up. */
static int rank_one(struct ik_pruned *u, uint32_t r, uint64_t need, uint64_t sum, uint64_t rest,
                    const uint64_t live[4], int32_t acc[256], uint64_t mask[4])
{
	int rc;

	u->node.m->kernel->clear(acc);
	rc = ik_term_gain(u->needed[0], r, acc);
	if (rc != 0)
		return rc;
	pass(u, rest, live, acc, mask);
	rc = narrow_all(u, r, mask);
	return rc != 0 || ik_mask_empty(mask) ? rc : add_rest(u, r, need, sum, rest, acc, mask);
}

/* Documents that have all needed terms. */
static int rank_needed(struct ik_pruned *u, uint32_t r, size_t needed, uint64_t sum,
                       const uint64_t live[4], int32_t acc[256], uint64_t mask[4])
{
	int rc;

	memcpy(mask, live, 4 * sizeof *mask);
	rc = match_needed(u, r, needed, mask);
	if (rc == 0)
		rc = narrow_all(u, r, mask);
	return rc != 0 || ik_mask_empty(mask) ? rc : score_all(u, r, sum, acc, mask);
}

/* What the bounds of a document's clauses have to add up to. */
static uint64_t need_of(const struct ik_match *m)
{
	return m->theta < 0 ? 0 : ((uint64_t)m->theta >> IK_UNIT_SHIFT) + 1;
}

int ik_prune_rank(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                  uint64_t mask[4])
{
	struct ik_pruned *u = ik_pruned_of(node);
	uint64_t need = need_of(node->m), sum = sum_bounds(u, r, 0, u->n_now) + u->late, rest;
	int others, done = 0;
	size_t needed;

	if (need == 0 && !u->clauses[0].must)
		return ik_node_rank_all(node, r, live, acc, mask);
	needed = find_needed(u, r, need, sum, &others, &rest);
	if (!others && needed == 0)
		return rank_union(u, r, need, live, acc, mask);
	if (!others && needed == 1 && rest < need &&
	    !(u->terms_only && ik_term_is_sparse(u->needed[0])))
		return rank_one(u, r, need, sum, rest, live, acc, mask);
	if (u->terms_only)
		done = rank_met(u, r, needed, need, sum, rest, live, acc, mask);
	if (done != 0)
		return done < 0 ? done : 0;
	return rank_needed(u, r, needed, sum, live, acc, mask);
}

/* Nothing waits where it may bring in a document by itself. */
int ik_prune_early(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                   uint64_t mask[4])
{
	struct ik_pruned *u = ik_pruned_of(node);
	uint64_t late = sum_bounds(u, r, u->n_early, u->n);
	int wait = u->clauses[0].must || late < need_of(node->m), rc;

	u->terms_only = wait;
	u->late = wait ? late : 0;
	u->n_now = wait ? u->n_early : u->n;
	rc = ik_prune_rank(node, r, live, acc, mask);
	return rc != 0 ? rc : u->late == 0;
}

int ik_prune_late(struct ik_node *node, uint32_t r, int32_t acc[256], uint64_t mask[4])
{
	struct ik_pruned *u = ik_pruned_of(node);
	uint64_t rest = sum_bounds(u, r, u->n_early, u->n);
	size_t n;

	keep_above(u, rest, acc, mask);
	if (ik_mask_empty(mask))
		return 0;
	n = find_parts(u, r, u->n_early, u->n);
	sort_parts(u->parts, n);
	return score_parts(u, r, 0, n, rest, acc, mask);
}

int ik_prune_steps(struct ik_node *node, uint32_t r, const uint64_t live[4], int32_t acc[256],
                   uint64_t mask[4])
{
	int rc = ik_prune_early(node, r, live, acc, mask);

	if (rc == 0 && !ik_mask_empty(mask))
		rc = ik_prune_late(node, r, acc, mask);
	return rc < 0 ? rc : 0;
}
