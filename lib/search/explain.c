/* explain.c - the arithmetic behind one hit. Layer: search. */
#include "search/results.h"
#include "search/prepared.h"

static int explain(const struct ik_results *r, const struct ik_found *hit, struct ik_prepared *p,
                   struct ik_poll *poll, struct ik_buf *out, ink_error *err)
{
	const struct ik_searcher *searcher = r->request.searcher;
	struct ik_arena arena = { 0 };
	struct ik_plan plan;
	const uint64_t all[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	uint32_t view, local;
	int rc = ik_snapshot_locate(searcher->snap, hit->doc, &view, &local, err);

	if (rc != 0)
		return rc;
	rc = ik_plan_open(&plan, p->c, view, p->prep, searcher->kernel, p->scale, &arena,
	                  poll, err);
	if (rc == 0 && plan.root != NULL)
		rc = ik_node_match(plan.root, local / IK_RANGE, all);
	if (rc == 0 && plan.root != NULL)
		rc = plan.root->ops->explain(plan.root, local / IK_RANGE, local % IK_RANGE, 0, out);
	ik_plan_close(&plan);
	ik_arena_free(&arena);
	return rc;
}

int ik_results_explain(struct ik_results *r, size_t i, const char **text, size_t *len,
                       ink_error *err)
{
	struct ik_deadline deadline;
	struct ik_prepared p;
	struct ik_poll poll;
	struct ik_buf out;
	int rc;

	*text = NULL;
	*len = 0;
	if (i >= r->n)
		return ik_fail(err, INK_ENOTFOUND, "hit %zu of %zu", i, r->n);
	ik_buf_init(&out, 64u << 20);
	poll = ik_deadline_start(&deadline, &r->request, err);
	rc = ik_prepared_open(&p, &r->request, &poll, err);
	if (rc == 0)
		rc = explain(r, &r->hits[i], &p, &poll, &out, err);
	ik_prepared_release(&p);
	if (rc == 0) {
		*text = ik_arena_strndup(&r->arena, (const char *)out.data, out.len);
		*len = out.len;
		if (*text == NULL || out.err != 0)
			rc = ik_fail_nomem(err);
	}
	ik_buf_free(&out);
	return rc;
}
