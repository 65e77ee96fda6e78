/*
 * count.c - how many documents match, without finding out which.
 *
 * Layer: match. A term knows. Of a union the most frequent term is not read
 * but to see which documents of the others it does not have; for an exclusion
 * the documents of both are taken from those of the required terms.
 */
#include "match/count.h"

#include "base/cpu.h"
#include "match/bool.h"
#include "match/meet.h"

#define TERMS_MAX 64

/* Terms in the order in which they are asked. */
struct terms {
	struct ik_term *v[TERMS_MAX];
	size_t n;
};

/* 0 when there are too many or one is no term. */
static int take_terms(struct terms *to, struct ik_node *const *nodes, size_t n)
{
	if (to->n + n > TERMS_MAX)
		return 0;
	for (size_t i = 0; i < n; i++) {
		to->v[to->n] = ik_term_of(nodes[i]);
		if (to->v[to->n++] == NULL)
			return 0;
	}
	return 1;
}

/* In which of n ranges all of the terms, or any of terms `first` and up, may match. */
static void mark_ranges(const struct terms *t, size_t first, int all, uint32_t from, uint32_t n,
                        uint16_t *bounds)
{
	struct ik_match *m = t->v[0]->node.m;
	uint16_t *child = m->scratch;

	for (size_t i = first; i < t->n; i++) {
		struct ik_node *node = &t->v[i]->node;

		node->ops->bounds(node, from, n, i == first ? bounds : child);
		if (i > first)
			(all ? m->kernel->both : m->kernel->add)(bounds, child, n);
	}
}

/* Sum up what `each` counts in the ranges that matter. */
static int sum_ranges(const struct terms *t, size_t first, int all,
                      int (*each)(struct ik_term *const *, size_t, uint32_t), uint16_t *bounds,
                      uint64_t *sum)
{
	const struct ik_match *m = t->v[0]->node.m;

	*sum = 0;
	for (uint32_t from = 0; from < m->n_ranges; from += IK_CHUNK) {
		uint32_t left = m->n_ranges - from, n = left < IK_CHUNK ? left : IK_CHUNK;
		size_t i;

		mark_ranges(t, first, all, from, n, bounds);
		for (i = m->kernel->find(bounds, 0, n, 1); i < n;
		     i = m->kernel->find(bounds, i + 1, n, 1)) {
			int count = each(t->v, t->n, from + (uint32_t)i);

			if (count < 0)
				return count;
			*sum += (uint64_t)count;
		}
	}
	return 1;
}

static int count_all(const struct terms *t, const struct ik_meet *meet, uint16_t *bounds,
                     uint64_t *total)
{
	*total = t->v[0]->info.df;
	return t->n == 1 ? 1 : sum_ranges(t, 0, 1, meet->common, bounds, total);
}

static int count_any(struct terms *t, const struct ik_meet *meet, uint16_t *bounds,
                     uint64_t *total)
{
	struct ik_term *most = t->v[0];
	uint64_t sum = 0;
	int rc;

	for (size_t i = 1; i < t->n; i++)
		if (t->v[i]->info.df > t->v[0]->info.df) {
			t->v[0] = t->v[i];
			t->v[i] = most;
			most = t->v[0];
		}
	rc = sum_ranges(t, 1, 0, meet->added, bounds, &sum);
	*total = most->info.df + sum;
	return rc;
}

/* Of two terms, those that have both are counted twice: there are fewer of them to find. */
static int count_either(const struct terms *t, const struct ik_meet *meet, uint16_t *bounds,
                        uint64_t *total)
{
	uint64_t both = 0;
	int rc = count_all(t, meet, bounds, &both);

	*total = (uint64_t)t->v[0]->info.df + t->v[1]->info.df - both;
	return rc;
}

static int count_union(const struct ik_bool_clauses *c, const struct ik_meet *meet,
                       uint16_t *bounds, uint64_t *total)
{
	struct terms t = { .n = 0 };

	if (c->n_should < 2 || !take_terms(&t, c->should, c->n_should))
		return 0;
	if (t.n == 2)
		return count_either(&t, meet, bounds, total);
	return count_any(&t, meet, bounds, total);
}

/* Required terms, perhaps less those documents that have one more. */
static int count_required(const struct ik_bool_clauses *c, const struct ik_meet *meet,
                          uint16_t *bounds, uint64_t *total)
{
	struct terms t = { .n = 0 };
	uint64_t without = 0;
	int rc;

	if (c->n_required == 0 || c->min_should > 0 || c->n_must_not > 1 ||
	    !take_terms(&t, c->must, c->n_required) ||
	    !take_terms(&t, c->must_not, c->n_must_not))
		return 0;
	t.n -= c->n_must_not;
	rc = count_all(&t, meet, bounds, total);
	if (rc != 1 || c->n_must_not == 0)
		return rc;
	t.n++;
	rc = count_all(&t, meet, bounds, &without);
	*total -= without;
	return rc;
}

int ik_count(struct ik_plan *plan, uint16_t *bounds, uint64_t *total)
{
	const struct ik_bool_clauses *c = ik_bool_clauses(plan->tree);
	const struct ik_meet *meet = ik_meet_choose(ik_cpu());
	const struct ik_term *term = ik_term_of(plan->tree);

	if (term != NULL) {
		*total = term->info.df;
		return 1;
	}
	if (c == NULL)
		return 0;
	if (c->n_required == 0 && c->n_must_not == 0 && c->min_should == 1)
		return count_union(c, meet, bounds, total);
	return count_required(c, meet, bounds, total);
}
