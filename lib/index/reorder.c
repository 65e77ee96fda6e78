/*
 * reorder.c - recursive graph bisection.
 *
 * Layer: index. The documents are cut into halves, and documents change sides
 * as long as that brings the occurrences of terms together; then each half
 * is cut in the same way, down to single ranges, which keep their order.
 * Source: L. Dhulipala et al., "Compressing Graphs and Indexes with Recursive
 * Graph Bisection" (KDD 2016), in the fast form of J. Mackenzie, M. Petri and
 * A. Moffat, "Faster Index Reordering with Bipartite Graph Partitioning"
 * (SIGIR 2021): logarithms from a table, selection in place of sorting, and
 * an end to the rounds once they stop to pay.
 *
 * What a document would gain by going to the right is taken as the sum of
 * log2(right) - log2(left) over its terms, where those are the numbers of
 * documents on either side with the term: the derivative of the cost in
 * bits. So one number a term serves both sides, and all documents are
 * compared with each other by one key.
 */
#include "index/reorder.h"

#include <math.h>
#include <stdatomic.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/os.h"
#include "index/select.h"
#include "segment/format.h"

#define LEAF IK_RANGE  /* so many documents are not divided: a query looks at all or at none */
#define ROUNDS 20      /* at most, for one bisection */
#define ONE 256        /* a bit of cost: keys are whole numbers, so that all machines agree */
#define LOG_BITS 12
#define LOG_SIZE (1u << LOG_BITS)
#define FORK_DOCS 1024 /* smaller halves are not worth a thread */
#define LOOK_DOCS 4096 /* from here on it is asked after each round whether to stop */

struct degree {
	uint32_t side[2]; /* documents of this part with the term, left and right */
};

/* What one thread needs, by term; all zero between two bisections. */
struct scratch {
	struct degree *degree;
	int32_t *bias;
	uint16_t *present; /* the terms of this part */
	uint32_t n_present;
};

struct bisection {
	const struct ik_reorder_graph *g;
	const struct ik_reorder_watch *watch;
	uint32_t *docs;  /* in the order so far; ascending within the part that is in hand */
	uint64_t *keys;  /* by place in docs: gain, then document */
	uint8_t *side;   /* by document */
	struct scratch scratch[2];
	uint32_t threads;    /* as many scratches may be lent */
	atomic_int free[2];  /* those that nobody has */
	atomic_int stop;
	_Atomic uint64_t work; /* done, and the caller not told of it */
	int32_t log2[LOG_SIZE];
};

/* A part of the documents. */
struct task {
	struct bisection *b;
	struct scratch *s;
	uint32_t first, n;
	int is_caller; /* in the caller's thread */
};

void ik_reorder_graph_free(struct ik_reorder_graph *g)
{
	ik_free(g->start);
	ik_free(g->terms);
	g->start = NULL;
	g->terms = NULL;
}

static uint32_t levels(uint32_t n_docs)
{
	uint32_t n = 0;

	for (; n_docs > LEAF; n_docs -= n_docs / 2)
		n++;
	return n;
}

uint64_t ik_reorder_bytes(uint32_t n_docs, uint32_t n_terms, uint32_t threads)
{
	uint64_t by_term = sizeof(struct degree) + sizeof(int32_t) + sizeof(uint16_t);
	uint64_t by_doc = sizeof(uint32_t) + sizeof(uint64_t) + sizeof(uint8_t);

	if (threads > 1)
		by_term *= 2;
	return sizeof(struct bisection) + n_docs * by_doc + n_terms * by_term;
}

uint64_t ik_reorder_work(uint32_t n_docs, uint64_t postings)
{
	return postings * levels(n_docs);
}

/* log2(v) in units of 1 / ONE, within one of them; 0 for 0. */
static int32_t log2_of(const struct bisection *b, uint32_t v)
{
	unsigned shift;

	if (v < LOG_SIZE)
		return b->log2[v];
	shift = ik_width32(v) - LOG_BITS;
	return b->log2[v >> shift] + (int32_t)shift * ONE;
}

/* ---- one bisection ---- */

/* Non-zero when it is time to stop. */
static int step(struct task *t, uint64_t work)
{
	struct bisection *b = t->b;

	if (atomic_load_explicit(&b->stop, memory_order_relaxed))
		return 1;
	atomic_fetch_add_explicit(&b->work, work, memory_order_relaxed);
	if (!t->is_caller || b->watch == NULL)
		return 0;
	work = atomic_exchange_explicit(&b->work, 0, memory_order_relaxed);
	if (b->watch->step(b->watch->user, work) == 0)
		return 0;
	atomic_store_explicit(&b->stop, 1, memory_order_relaxed);
	return 1;
}

static uint64_t postings_of(const struct task *t)
{
	const uint32_t *start = t->b->g->start, *docs = t->b->docs + t->first;
	uint64_t n = 0;

	for (uint32_t i = 0; i < t->n; i++)
		n += start[docs[i] + 1] - start[docs[i]];
	return n;
}

/* Set sides and degrees as the documents stand: the first `left` are on the left. */
static void count(struct task *t, uint32_t left)
{
	struct bisection *b = t->b;
	struct scratch *s = t->s;

	s->n_present = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t doc = b->docs[t->first + i], end = b->g->start[doc + 1];
		int side = i >= left;

		b->side[doc] = (uint8_t)side;
		for (uint32_t at = b->g->start[doc]; at < end; at++) {
			struct degree *d = &s->degree[b->g->terms[at]];

			if ((d->side[0] | d->side[1]) == 0)
				s->present[s->n_present++] = b->g->terms[at];
			d->side[side]++;
		}
	}
}

static void clear(struct scratch *s)
{
	for (uint32_t i = 0; i < s->n_present; i++)
		s->degree[s->present[i]] = (struct degree){{0, 0}};
}

/* The keys of all documents; returns what the best exchange of two would gain. */
static int64_t weigh(struct task *t)
{
	const struct bisection *b = t->b;
	const uint16_t *terms = b->g->terms;
	struct scratch *s = t->s;
	int32_t most = INT32_MIN, least = INT32_MAX;

	for (uint32_t i = 0; i < s->n_present; i++) {
		const struct degree *d = &s->degree[s->present[i]];

		s->bias[s->present[i]] = log2_of(b, d->side[1]) - log2_of(b, d->side[0]);
	}
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t doc = b->docs[t->first + i], end = b->g->start[doc + 1];
		int32_t sum = 0; /* at most 2^16 terms of 24 * ONE */

		for (uint32_t at = b->g->start[doc]; at < end; at++)
			sum += s->bias[terms[at]];
		if (b->side[doc])
			least = sum < least ? sum : least;
		else
			most = sum > most ? sum : most;
		b->keys[t->first + i] = (uint64_t)((uint32_t)sum ^ 0x80000000u) << 32 | doc;
	}
	return (int64_t)most - least;
}

/* The documents with the smallest keys go left: how many changed sides. */
static uint32_t exchange(struct task *t, uint32_t left)
{
	struct bisection *b = t->b;
	uint64_t *keys = b->keys + t->first;
	uint32_t moved = 0;

	ik_select_smallest(keys, t->n, left);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t doc = (uint32_t)keys[i], end = b->g->start[doc + 1];
		int side = i >= left;

		if (b->side[doc] == side)
			continue;
		b->side[doc] = (uint8_t)side;
		moved++;
		for (uint32_t at = b->g->start[doc]; at < end; at++) {
			struct degree *d = &t->s->degree[b->g->terms[at]];

			d->side[!side]--;
			d->side[side]++;
		}
	}
	return moved;
}

/* The left ones to the front; both sides keep their order. */
static void part(struct task *t)
{
	struct bisection *b = t->b;
	uint32_t *docs = b->docs + t->first, left = 0, right = 0;
	uint64_t *aside = b->keys + t->first;

	for (uint32_t i = 0; i < t->n; i++) {
		if (b->side[docs[i]])
			aside[right++] = docs[i];
		else
			docs[left++] = docs[i];
	}
	for (uint32_t i = 0; i < right; i++)
		docs[left + i] = (uint32_t)aside[i];
}

static int bisect(struct task *t, uint32_t left)
{
	int stop = 0;

	count(t, left);
	/* A round has to be worth more than the one before: what is left over moves to and fro. */
	for (int round = 0; !stop && round < ROUNDS; round++) {
		if (weigh(t) <= (int64_t)round * ONE || exchange(t, left) == 0)
			break;
		stop = t->n >= LOOK_DOCS && step(t, 0);
	}
	clear(t->s);
	part(t);
	return stop || step(t, postings_of(t)) ? INK_ECANCELED : 0;
}

/* ---- all of them ---- */

/* Cut where a range ends, as long as there is more than one. */
static uint32_t middle(uint32_t n)
{
	uint32_t ranges = n / IK_RANGE + (n % IK_RANGE != 0);

	return ranges > 1 ? ranges / 2 * IK_RANGE : n / 2;
}

static void divide(struct task *t);

/* A scratch that nobody has; NULL: so many threads are at work. */
static struct scratch *lend(struct bisection *b)
{
	for (uint32_t i = 0; i < b->threads; i++)
		if (atomic_exchange_explicit(&b->free[i], 0, memory_order_acquire))
			return &b->scratch[i];
	return NULL;
}

static void give_back(struct bisection *b, const struct scratch *s)
{
	atomic_store_explicit(&b->free[s - b->scratch], 1, memory_order_release);
}

static void divide_in_thread(void *user)
{
	struct task *t = user;

	divide(t);
	give_back(t->b, t->s);
}

/*
 * Both halves at once, if there is a thread for the second. Who waits for another
 * lends it what it needs to go on with two.
 */
static void divide_halves(struct task *left, struct task *right)
{
	struct bisection *b = left->b;
	struct task other = *right;
	struct ik_thread *thread = NULL;

	other.is_caller = 0;
	other.s = right->n >= FORK_DOCS ? lend(b) : NULL;
	if (other.s != NULL && ik_thread_start(&thread, divide_in_thread, &other) != 0) {
		give_back(b, other.s);
		thread = NULL;
	}
	divide(left);
	if (thread == NULL) {
		right->s = left->s;
		divide(right);
		left->s = right->s;
		return;
	}
	give_back(b, left->s);
	ik_thread_join(thread);
	left->s = lend(b);
}

/* t->s may be another one afterwards: it was lent to others meanwhile. */
static void divide(struct task *t)
{
	struct task left = *t, right = *t;

	if (t->n <= LEAF)
		return;
	left.n = middle(t->n);
	right.first += left.n;
	right.n -= left.n;
	if (bisect(t, left.n) != 0)
		return;
	divide_halves(&left, &right);
	t->s = left.s;
}

static int scratch_init(struct scratch *s, uint32_t n_terms)
{
	s->degree = ik_zarray(n_terms, sizeof *s->degree);
	s->bias = ik_array(n_terms, sizeof *s->bias);
	s->present = ik_array(n_terms, sizeof *s->present);
	return s->degree == NULL || s->bias == NULL || s->present == NULL ? INK_ENOMEM : 0;
}

static int init(struct bisection *b, const struct ik_reorder_graph *g, uint32_t threads)
{
	int rc = 0;

	b->g = g;
	b->threads = threads > 1 ? 2 : 1;
	b->keys = ik_array(g->n_docs, sizeof *b->keys);
	b->side = ik_array(g->n_docs, sizeof *b->side);
	for (uint32_t i = 0; rc == 0 && i < b->threads; i++) {
		rc = scratch_init(&b->scratch[i], g->n_terms);
		atomic_init(&b->free[i], 1);
	}
	atomic_init(&b->work, 0);
	for (uint32_t i = 1; i < LOG_SIZE; i++)
		b->log2[i] = (int32_t)lrint(log2((double)i) * ONE);
	atomic_init(&b->stop, 0);
	return b->keys == NULL || b->side == NULL ? INK_ENOMEM : rc;
}

static void release(struct bisection *b)
{
	for (size_t i = 0; i < 2; i++) {
		ik_free(b->scratch[i].degree);
		ik_free(b->scratch[i].bias);
		ik_free(b->scratch[i].present);
	}
	ik_free(b->keys);
	ik_free(b->side);
	ik_free(b);
}

int ik_reorder(const struct ik_reorder_graph *g, uint32_t threads,
               const struct ik_reorder_watch *watch, uint32_t *order, ink_error *err)
{
	struct bisection *b = ik_zalloc(sizeof *b);
	struct task all = {b, NULL, 0, g->n_docs, 1};
	int rc;

	if (b == NULL)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < g->n_docs; i++)
		order[i] = i;
	b->watch = watch;
	b->docs = order;
	rc = init(b, g, threads);
	if (rc != 0) {
		rc = ik_fail_nomem(err);
	} else {
		all.s = lend(b);
		divide(&all);
	}
	if (rc == 0 && atomic_load(&b->stop))
		rc = ik_fail(err, INK_ECANCELED, "reordering stopped");
	release(b);
	return rc;
}
