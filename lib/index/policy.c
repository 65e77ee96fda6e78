/*
 * policy.c - which segments to merge next.
 *
 * Layer: index. Segments of about the same size are merged IK_MERGE_FACTOR at
 * a time, so that every document is rewritten once for each tier of sizes.
 * Only neighbours are merged, which keeps the order of documents; a small
 * segment between large ones is drawn into their merge.
 * Source: the logarithmic merging of Cutting and Pedersen, "Optimizations for
 * Dynamic Inverted Index Maintenance" (SIGIR 1990), with the level rule of
 * Lucene's LogMergePolicy.
 */
#include "index/policy.h"

#include "segment/format.h"

static uint32_t alive(const struct ik_candidate *c)
{
	return c->docs - c->deleted;
}

/* Bytes that a merge will have to write for it. */
static uint64_t live_bytes(const struct ik_candidate *c)
{
	return c->docs == 0 ? 0 : (uint64_t)((double)c->bytes * alive(c) / c->docs);
}

/* Tiers are IK_MERGE_FACTOR apart; in quarters, for the rule "about the same". */
static unsigned level(const struct ik_candidate *c)
{
	double size = (double)live_bytes(c), step = (double)IK_MERGE_FLOOR;
	unsigned quarters = 0;

	while (size > step) {
		step *= 1.681792830507429; /* IK_MERGE_FACTOR to the power of 1/4 */
		quarters++;
	}
	return quarters;
}

struct pick {
	size_t first, n;
	uint64_t bytes;
};

static void consider(struct pick *best, const struct ik_candidate *v, size_t first, size_t n)
{
	uint64_t bytes = 0, docs = 0;

	for (size_t i = first; i < first + n; i++) {
		bytes += live_bytes(&v[i]);
		docs += alive(&v[i]);
	}
	if (docs == 0 || docs > IK_DOCS_MAX)
		return;
	if (best->n == 0 || bytes < best->bytes)
		*best = (struct pick){first, n, bytes};
}

/*
 * How many of the first `n` fit into one segment, at least 1. Not two and more if one of them has
 * more than half of the documents: it would be rewritten again and again for little.
 */
static size_t fitting(const struct ik_candidate *v, size_t n)
{
	uint64_t docs = 0, most = 0;
	size_t i;

	for (i = 0; i < n && docs + alive(&v[i]) <= IK_DOCS_MAX; i++) {
		docs += alive(&v[i]);
		most = alive(&v[i]) > most ? alive(&v[i]) : most;
	}
	return i == n || (i > 1 && most <= docs / 2) ? i : 1;
}

/*
 * Merges of whole tiers within v[from .. to), where nothing is busy. Of a tier that is too large
 * for one segment as many as fit, or segments would be ever more.
 */
static void pick_tiers(struct pick *best, const struct ik_candidate *v, size_t from, size_t to)
{
	while (from < to) {
		unsigned top = 0;
		size_t end = to;

		for (size_t i = from; i < to; i++)
			if (level(&v[i]) > top)
				top = level(&v[i]);
		/* The last one that is about as large ends the tier. */
		while (level(&v[end - 1]) + 3 < top)
			end--;
		for (size_t n; end - from >= IK_MERGE_FACTOR; from += n) {
			n = fitting(v + from, IK_MERGE_FACTOR);
			if (n > 1)
				consider(best, v, from, n);
		}
		from = end;
	}
}

/* The segment whose deletions take up the most bytes, of those where they are too many. */
static void pick_deleted(struct pick *best, const struct ik_candidate *v, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t dead = v[i].bytes - live_bytes(&v[i]);

		if (!v[i].busy && alive(&v[i]) > 0 && dead > most &&
		    (uint64_t)v[i].deleted * 100 > (uint64_t)v[i].docs * IK_MERGE_DELETED_PERCENT) {
			most = dead;
			*best = (struct pick){i, 1, live_bytes(&v[i])};
		}
	}
}

size_t ik_policy_pick(const struct ik_candidate *v, size_t n, size_t *first)
{
	struct pick best = {0, 0, 0};

	for (size_t from = 0, to; from < n; from = to + 1) {
		for (to = from; to < n && !v[to].busy;)
			to++;
		pick_tiers(&best, v, from, to);
	}
	/* Under updates there is always a small one to rewrite, after which there are as many. */
	if (best.n == 0)
		pick_deleted(&best, v, n);
	*first = best.first;
	return best.n;
}

int ik_policy_reorder(const struct ik_candidate *v, size_t n, uint32_t min_docs)
{
	uint64_t docs = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		docs += alive(&v[i]);
		if (v[i].reordered && alive(&v[i]) > most)
			most = alive(&v[i]);
	}
	return n > 0 && docs >= min_docs && most <= docs / 2;
}

size_t ik_policy_shrink(const struct ik_candidate *v, size_t n, size_t max, size_t *first)
{
	struct pick best = {0, 0, 0};

	*first = 0;
	if (n <= max)
		return 0;
	for (size_t want = n - max + 1; want >= 2 && best.n == 0; want--)
		for (size_t i = 0; i + want <= n; i++)
			consider(&best, v, i, want);
	*first = best.first;
	return best.n;
}
