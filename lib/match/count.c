/*
 * count.c - how many documents match, without finding out which.
 *
 * Layer: match. A term knows. Of a union the most frequent term is not read
 * but to see which documents of the others it has as well; for an exclusion
 * the documents of both are taken from those of the required terms.
 */
#include "match/count.h"

#include "base/cpu.h"
#include "match/bool.h"
#include "match/masks.h"

#define TERMS_MAX 64

/* A query of terms, the rarest first. */
struct terms {
	struct ik_term *v[TERMS_MAX];
	size_t n;
	struct ik_term *without; /* documents that have it do not count; NULL: none */
	const struct ik_masks_ops *ops;
	struct ik_masks masks;
};

/* 0 when there are too many or one is no term. */
static int take_terms(struct terms *t, struct ik_node *const *nodes, size_t n)
{
	t->without = NULL;
	t->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct ik_term *term = ik_term_of(nodes[i]);

		if (nodes[i]->implied)
			continue;
		if (term == NULL || t->n == TERMS_MAX)
			return 0;
		ik_term_insert(t->v, t->n++, term);
	}
	return 1;
}

/* Documents that have all of the terms, and not the other. */
static int count_all(struct terms *t, uint32_t from, uint32_t n, uint64_t *count)
{
	uint64_t met = 0;
	int rc;

	if (t->without == NULL)
		return t->ops->count_all(&t->masks, from, n, t->v, t->n, count);
	rc = t->ops->all(&t->masks, from, n, t->v, t->n);
	if (rc == 0)
		rc = t->ops->meet(&t->masks, t->without, &met);
	*count = t->ops->count(&t->masks) - met;
	return rc;
}

/* Documents that have any of the terms but not the last one. */
static int count_added(struct terms *t, uint32_t from, uint32_t n, uint64_t *count)
{
	size_t last = t->n - 1;
	uint64_t met = 0;
	int rc;

	t->ops->occupied(&t->masks, from, n, t->v, last, 0);
	rc = t->ops->set(&t->masks, t->v[0]);
	for (size_t i = 1; rc == 0 && i < last; i++)
		rc = t->ops->add(&t->masks, t->v[i]);
	if (rc == 0)
		rc = t->ops->meet(&t->masks, t->v[last], &met);
	*count = t->ops->count(&t->masks) - met;
	return rc;
}

/* Sum up what `count` says of all ranges. 1 or a negative code. */
static int sum_ranges(struct terms *t,
                      int (*count)(struct terms *, uint32_t, uint32_t, uint64_t *), uint64_t *sum)
{
	struct ik_match *m = t->v[0]->node.m;
	int rc = ik_masks_open(m, &t->masks);

	*sum = 0;
	for (uint32_t from = 0; rc == 0 && from < m->n_ranges; from += IK_MASKS_MAX) {
		uint32_t left = m->n_ranges - from;
		uint64_t some = 0;

		rc = count(t, from, left < IK_MASKS_MAX ? left : IK_MASKS_MAX, &some);
		*sum += some;
	}
	return rc == 0 ? 1 : rc;
}

static int count_union(const struct ik_bool_clauses *c, struct terms *t, uint64_t *total)
{
	uint64_t sum;
	int rc;

	if (!take_terms(t, c->should, c->n_should) || t->n == 0)
		return 0;
	if (t->n == 1) {
		*total = t->v[0]->info.df;
		return 1;
	}
	if (t->n > 2) {
		rc = sum_ranges(t, count_added, &sum);
		*total = t->v[t->n - 1]->info.df + sum;
		return rc;
	}
	/* Of two terms, those that have both are counted twice: there are fewer of them to find. */
	rc = sum_ranges(t, count_all, &sum);
	*total = (uint64_t)t->v[0]->info.df + t->v[1]->info.df - sum;
	return rc;
}

/* Required terms, perhaps less those documents that have one more. */
static int count_required(const struct ik_bool_clauses *c, struct terms *t, uint64_t *total)
{
	if (c->n_required == 0 || c->min_should > 0 || c->n_must_not > 1 ||
	    !take_terms(t, c->must, c->n_required))
		return 0;
	if (c->n_must_not == 1)
		t->without = ik_term_of(c->must_not[0]);
	if (t->without == NULL && c->n_must_not == 1)
		return 0;
	if (t->without == NULL && t->n == 1) {
		*total = t->v[0]->info.df;
		return 1;
	}
	return sum_ranges(t, count_all, total);
}

int ik_count(struct ik_plan *plan, uint64_t *total)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(plan->tree);
	const struct ik_term *term = ik_term_of(plan->tree);
	struct terms t;

	if (term != NULL) {
		*total = term->info.df;
		return 1;
	}
	if (c == NULL)
		return 0;
	t.ops = ik_masks_choose(ik_cpu());
	if (c->n_required == 0 && c->n_must_not == 0 && c->min_should == 1)
		return count_union(c, &t, total);
	return count_required(c, &t, total);
}
