/* request.c - what a search was asked for: setting up, copying, letting go. Layer: search. */
#include "search/request.h"

#include <string.h>

#include "base/mem.h"
#include "base/os.h"

#define LIMIT_DEFAULT 10

static void release_cancel(struct ik_cancel *cancel)
{
	if (cancel != NULL &&
	    atomic_fetch_sub_explicit(&cancel->refs, 1, memory_order_acq_rel) == 1)
		ik_free(cancel);
}

void ik_request_init(struct ik_request *r, struct ik_searcher *searcher,
                     const struct ik_query *query)
{
	memset(r, 0, sizeof *r);
	r->searcher = ik_searcher_ref(searcher);
	r->query = ik_query_ref(query);
	r->limit = LIMIT_DEFAULT;
}

void ik_request_release(struct ik_request *r)
{
	ik_searcher_unref(r->searcher);
	ik_query_unref(r->query);
	ik_query_unref(r->filter);
	release_cancel(r->cancel);
	ik_vec_free(&r->sorts);
	ik_vec_free(&r->facets);
	ik_vec_free(&r->snippets);
	ik_arena_free(&r->arena);
	memset(r, 0, sizeof *r);
}

/* A text of the request in its own arena. -1 when memory is out. */
static int own_text(struct ik_request *r, const char **text, size_t len)
{
	*text = ik_arena_strndup(&r->arena, *text, len);
	return *text != NULL ? 0 : -1;
}

static int copy_sorts(const struct ik_request *from, struct ik_request *to)
{
	for (size_t i = 0; i < from->sorts.n; i++) {
		struct ik_sort *sort = ik_vec_push(&to->sorts);

		if (sort == NULL)
			return -1;
		*sort = from->sorts.v[i];
	}
	return 0;
}

static int copy_facets(const struct ik_request *from, struct ik_request *to)
{
	for (size_t i = 0; i < from->facets.n; i++) {
		struct ik_facet_spec *spec = ik_vec_push(&to->facets);
		const struct ik_facet_spec *old = &from->facets.v[i];

		if (spec == NULL)
			return -1;
		*spec = *old;
		if (old->bounds == NULL)
			continue;
		spec->bounds = ik_arena_array(&to->arena, old->n + 1, sizeof *spec->bounds);
		if (spec->bounds == NULL)
			return -1;
		memcpy(spec->bounds, old->bounds, (old->n + 1) * sizeof *spec->bounds);
	}
	return 0;
}

static int copy_snippets(const struct ik_request *from, struct ik_request *to)
{
	for (size_t i = 0; i < from->snippets.n; i++) {
		struct ik_snippet_spec *spec = ik_vec_push(&to->snippets);

		if (spec == NULL)
			return -1;
		*spec = from->snippets.v[i];
		if (spec->open != NULL && own_text(to, &spec->open, strlen(spec->open)) != 0)
			return -1;
		if (spec->close != NULL && own_text(to, &spec->close, strlen(spec->close)) != 0)
			return -1;
	}
	return 0;
}

static int ask(void *user, ink_error *err)
{
	const struct ik_deadline *deadline = user;
	const struct ik_request *request = deadline->request;

	if (request->cancel != NULL && atomic_load(&request->cancel->fired))
		return ik_fail(err, INK_ECANCELED, "the search was canceled");
	if (deadline->at_us != 0 && ik_os_now_us() >= deadline->at_us)
		return ik_fail(err, INK_ETIMEOUT, "the search took longer than %u ms",
		               request->timeout_ms);
	return 0;
}

struct ik_poll ik_deadline_start(struct ik_deadline *deadline, const struct ik_request *request,
                                 ink_error *err)
{
	deadline->request = request;
	deadline->at_us = ik_os_deadline_us(request->timeout_ms);
	return (struct ik_poll){ ask, deadline, err, 0 };
}

int ik_request_copy(const struct ik_request *from, struct ik_request *to, ink_error *err)
{
	ik_request_init(to, from->searcher, from->query);
	to->filter = from->filter != NULL ? ik_query_ref(from->filter) : NULL;
	to->offset = from->offset;
	to->limit = from->limit;
	to->exact = from->exact;
	to->k1 = from->k1;
	to->b = from->b;
	to->own_bm25 = from->own_bm25;
	to->timeout_ms = from->timeout_ms;
	to->cancel = from->cancel;
	if (to->cancel != NULL)
		atomic_fetch_add_explicit(&to->cancel->refs, 1, memory_order_relaxed);
	to->after = from->after;
	to->after_len = from->after_len;
	if ((from->after == NULL || own_text(to, &to->after, from->after_len) == 0) &&
	    copy_sorts(from, to) == 0 && copy_facets(from, to) == 0 && copy_snippets(from, to) == 0)
		return 0;
	ik_request_release(to);
	return ik_fail_nomem(err);
}
