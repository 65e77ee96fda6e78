/* plan.c - from a prepared query to the nodes of one segment. Layer: match. */
#include "match/plan.h"

#include <math.h>
#include <string.h>

#include "match/best.h"
#include "match/bool.h"
#include "match/phrase.h"
#include "match/prune.h"
#include "match/verify.h"

#define OPEN_STEPS 128 /* what a term costs, in what ik_poll() counts */
#define SCALE_MAX 127  /* a float has no greater power of two */

/* One segment being planned. */
struct planner {
	struct ik_plan *plan;
	const struct ik_collection *c;
	uint32_t s;
	int required; /* what is planned has to match */
	int scored;   /* somebody asks what it scores */
};

float ik_plan_scale(double total)
{
	int exponent = 0;

	if (!(total > 0))
		return 1.0f;
	frexp(total, &exponent); /* total < 2^exponent */
	return (float)ldexp(1.0, exponent > 30 - SCALE_MAX ? 30 - exponent : SCALE_MAX);
}

static int plan(struct planner *pl, const struct ik_prep *prep, struct ik_node **out);

/* Lists need not be scored when they are opened if nobody asks for it. */
static float weight_of(const struct planner *pl, const struct ik_prep *prep)
{
	return pl->scored ? prep->weight : 0;
}

/* ---- leaves ---- */

/* `placed`: its positions are wanted as well. */
static int plan_term(struct planner *pl, const struct ik_prep *prep, int placed,
                     struct ik_node **out)
{
	const struct ik_collection *c = pl->c;
	const struct ik_part_fit *fit = ik_collection_fit(c, pl->s, prep->part);
	struct ik_term_spec spec = { .part = prep->part,
		                     .field = c->schema->fields[ik_part_field(prep->part)].name,
		                     .text = prep->text, .len = prep->len,
		                     .weight = weight_of(pl, prep), .idf = prep->idf,
		                     .df = prep->df,
		                     .bm25 = &c->parts[ik_part_stats_of(prep->part)].bm25,
		                     .up = fit->up, .down = fit->down,
		                     .docs_only = !placed && !pl->scored,
		                     .required = pl->required };

	int rc = ik_poll(pl->plan->m.poll, OPEN_STEPS);

	*out = NULL;
	if (rc != 0 || prep->infos[pl->s].df == 0)
		return rc;
	return ik_term_open(&pl->plan->m, &spec, &prep->infos[pl->s], out);
}

/* Terms that are all in the segment. */
static int plan_terms(struct planner *pl, struct ik_prep *const *preps, size_t n,
                      struct ik_term **out)
{
	struct ik_node *node;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = plan_term(pl, preps[i], 1, &node);
		if (rc == 0)
			out[i] = ik_term_of(node);
	}
	return rc;
}

static int is_one_missing(struct ik_prep *const *preps, size_t n, uint32_t s)
{
	for (size_t i = 0; i < n; i++)
		if (preps[i]->infos[s].df == 0)
			return 1;
	return 0;
}

static int plan_phrase(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	struct ik_match *m = &pl->plan->m;
	size_t n = prep->n, n_more = prep->n_more;
	struct ik_phrase_spec spec = { .offsets = prep->offsets, .in_pair = prep->in_pair, .n = n,
		                       .n_more = n_more, .slop = prep->slop,
		                       .weight = weight_of(pl, prep) };
	int rc;

	*out = NULL;
	spec.terms = ik_arena_array(m->arena, n + n_more, sizeof *spec.terms);
	if (spec.terms == NULL)
		return ik_fail_nomem(m->err);
	if (is_one_missing(prep->kids, n + n_more, pl->s))
		return 0;
	rc = plan_terms(pl, prep->kids, n + n_more, spec.terms);
	return rc != 0 ? rc : ik_phrase_open(m, &spec, out);
}

static int plan_set(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	const struct ik_docset *set = prep->sets[pl->s];

	*out = NULL;
	if (set == NULL)
		return 0;
	return ik_docset_open(&pl->plan->m, set, weight_of(pl, prep),
	                      ik_segment_part(pl->plan->m.seg, prep->part),
	                      &pl->c->parts[prep->part].bm25,
	                      set->freqs != NULL ? "terms that start so" : "a term that fits", out);
}

static int plan_numbers(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	struct ik_match *m = &pl->plan->m;
	struct ik_column column;
	int rc = ik_column_numbers(m->seg, prep->field, &column, m->err);

	*out = NULL;
	if (rc != 1)
		return rc;
	return ik_numbers_open(m, &column, prep->lo, prep->hi, weight_of(pl, prep), out);
}

static int plan_verify(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	struct ik_verify_spec spec = { .schema = pl->c->schema, .field = prep->field,
		                       .analyzer = prep->analyzer, .typed = prep->typed,
		                       .typed_len = prep->typed_len, .folded = prep->text,
		                       .folded_len = prep->len };
	struct ik_node **slot;
	int rc = plan(pl, prep->kids[0], &spec.candidates);

	*out = NULL;
	if (rc != 0 || spec.candidates == NULL)
		return rc;
	slot = ik_vec_push(&pl->plan->verifies);
	if (slot == NULL)
		return ik_fail_nomem(pl->plan->m.err);
	rc = ik_verify_open(&pl->plan->m, &spec, slot);
	if (rc != 0)
		pl->plan->verifies.n--;
	else
		*out = *slot;
	return rc;
}

/* ---- bools ---- */

/* How many documents of the segment a required clause leaves at most. */
static uint64_t cost_of(const struct ik_prep *prep, uint32_t s)
{
	uint64_t cost = UINT64_MAX;

	switch (prep->kind) {
	case IK_P_TERM:
		return prep->infos[s].df;
	case IK_P_SET:
		return prep->sets[s] != NULL ? prep->sets[s]->count : 0;
	case IK_P_BOOL:
		for (size_t i = 0; i < prep->n; i++)
			if (prep->occur[i] == INK_MUST || prep->occur[i] == INK_FILTER) {
				uint64_t kid = cost_of(prep->kids[i], s);

				cost = kid < cost ? kid : cost;
			}
		return cost;
	case IK_P_BEST:
		cost = 0;
		for (size_t i = 0; i < prep->n; i++) {
			uint64_t kid = cost_of(prep->kids[i], s);

			cost = kid > UINT64_MAX / 2 - cost ? UINT64_MAX / 2 : cost + kid;
		}
		return cost;
	case IK_P_PHRASE: /* positions and texts are read of what all others leave */
		return UINT64_MAX - 1;
	default:
		return cost;
	}
}

struct clause {
	const struct ik_prep *prep;
	int32_t occur;
	uint64_t cost;
};

/* The rarest first: stable, so that equal plans stay equal. */
static void sort_clauses(struct clause *v, struct clause *tmp, size_t n)
{
	size_t half = n / 2, i = 0, k = half, at = 0;

	if (n < 2)
		return;
	sort_clauses(v, tmp, half);
	sort_clauses(v + half, tmp, n - half);
	while (i < half || k < n)
		tmp[at++] = k == n || (i < half && v[i].cost <= v[k].cost) ? v[i++] : v[k++];
	memcpy(v, tmp, n * sizeof *v);
}

/* Do its optional clauses change nothing that anybody asks for? */
static int only_required(const struct planner *pl, const struct ik_prep *prep)
{
	return !pl->scored && prep->min_should == 0 &&
	       ik_prep_count(prep, INK_MUST) + ik_prep_count(prep, INK_FILTER) > 0;
}

/* The clauses that count for the plan: how many. */
static size_t take_clauses(const struct planner *pl, const struct ik_prep *prep, struct clause *out)
{
	int required = only_required(pl, prep);
	size_t n = 0;

	for (size_t i = 0; i < prep->n; i++)
		if (!required || prep->occur[i] != INK_SHOULD)
			out[n++] = (struct clause){ prep->kids[i], prep->occur[i],
				                    cost_of(prep->kids[i], pl->s) };
	return n;
}

static int plan_bool(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	struct ik_match *m = &pl->plan->m;
	struct clause *clauses = ik_arena_array(m->arena, prep->n * 2 + 1, sizeof *clauses);
	struct ik_node **nodes = ik_arena_array(m->arena, prep->n + 1, sizeof *nodes);
	int32_t *occur = ik_arena_array(m->arena, prep->n + 1, sizeof *occur);
	int required = pl->required, scored = pl->scored;
	size_t n;

	*out = NULL;
	if (clauses == NULL || nodes == NULL || occur == NULL)
		return ik_fail_nomem(m->err);
	n = take_clauses(pl, prep, clauses);
	sort_clauses(clauses, clauses + n, n);
	for (size_t i = 0; i < n; i++) {
		int rc;

		pl->required = required || clauses[i].occur == INK_MUST;
		pl->scored = scored && (clauses[i].occur == INK_MUST || clauses[i].occur == INK_SHOULD);
		rc = plan(pl, clauses[i].prep, &nodes[i]);
		if (rc != 0)
			return rc;
		occur[i] = clauses[i].occur;
		if (nodes[i] != NULL)
			nodes[i]->implied = occur[i] == INK_SHOULD && clauses[i].prep->implied;
	}
	pl->required = required;
	pl->scored = scored;
	return ik_bool_open(m, nodes, occur, n, prep->min_should, out);
}

static int plan_best(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	struct ik_match *m = &pl->plan->m;
	struct ik_node **nodes = ik_arena_array(m->arena, prep->n + 1, sizeof *nodes);
	int rc = 0;

	*out = NULL;
	if (nodes == NULL)
		return ik_fail_nomem(m->err);
	for (size_t i = 0; rc == 0 && i < prep->n; i++)
		rc = plan(pl, prep->kids[i], &nodes[i]);
	return rc != 0 ? rc : ik_best_open(m, nodes, prep->n, out);
}

static int plan(struct planner *pl, const struct ik_prep *prep, struct ik_node **out)
{
	*out = NULL;
	switch (prep->kind) {
	case IK_P_NONE:
		return 0;
	case IK_P_ALL:
		return ik_all_open(&pl->plan->m, weight_of(pl, prep), out);
	case IK_P_TERM:
		return plan_term(pl, prep, 0, out);
	case IK_P_PHRASE:
		return plan_phrase(pl, prep, out);
	case IK_P_SET:
		return plan_set(pl, prep, out);
	case IK_P_NUMBERS:
		return plan_numbers(pl, prep, out);
	case IK_P_VERIFY:
		return plan_verify(pl, prep, out);
	case IK_P_BOOL:
		return plan_bool(pl, prep, out);
	case IK_P_BEST:
		return plan_best(pl, prep, out);
	}
	return ik_fail(pl->plan->m.err, INK_EINTERNAL, "a query of kind %d", (int)prep->kind);
}

/* ---- the whole ---- */

static uint32_t depth_of(const struct ik_prep *prep)
{
	size_t n = prep->kind == IK_P_PHRASE ? 0 : prep->n;
	uint32_t depth = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t d = prep->kids[i] != NULL ? depth_of(prep->kids[i]) : 0;

		depth = d > depth ? d : depth;
	}
	return depth + 1;
}

int ik_plan_open(struct ik_plan *p, const struct ik_collection *c, uint32_t s,
                 const struct ik_prep *prep, const struct ik_kernel *kernel, float scale,
                 struct ik_arena *arena, struct ik_poll *poll, ink_error *err)
{
	struct planner pl = { p, c, s, 0, scale > 0 }; /* without a scale nobody asks */
	int rc;

	memset(p, 0, sizeof *p);
	p->m.seg = c->segs[s];
	p->m.kernel = kernel;
	p->m.arena = arena;
	p->m.n_ranges = ik_range_count(c->segs[s]->n_docs);
	p->m.chunk = p->m.n_ranges < IK_CHUNK ? p->m.n_ranges : IK_CHUNK;
	p->m.scale = scale;
	p->m.poll = poll;
	p->m.err = err;
	/* Two buffers for a bool, one for a phrase, at each depth. */
	p->m.scratch = ik_arena_array(arena, (size_t)depth_of(prep) * 2 + 1,
	                              p->m.chunk * sizeof *p->m.scratch);
	if (p->m.scratch == NULL)
		return ik_fail_nomem(err);
	p->m.theta = -1;
	rc = plan(&pl, prep, &p->tree);
	p->root = p->tree;
	if (rc == 0 && p->root != NULL)
		rc = ik_prune_open(&p->m, &p->root);
	p->m.root = p->root;
	return rc;
}

void ik_plan_close(struct ik_plan *p)
{
	for (size_t i = 0; i < p->verifies.n; i++)
		ik_verify_close(p->verifies.v[i]);
	ik_vec_free(&p->verifies);
}
