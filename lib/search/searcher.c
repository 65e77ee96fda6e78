/* searcher.c - a snapshot made ready for searching. Layer: search. */
#include "search/searcher.h"

#include "base/cpu.h"
#include "base/mem.h"
#include "index/stamp.h"

#define SPARE_MAX (1u << 20) /* bytes of an arena that a reader keeps between searches */

/* The analyzers of text fields, as the schema spells them. */
static int open_analyzers(struct ik_searcher *s, ink_error *err)
{
	const struct ik_schema *schema = s->snap->schema;

	s->analyzers = ik_arena_zalloc(&s->arena, ((size_t)schema->n + 1) * sizeof *s->analyzers);
	if (s->analyzers == NULL)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < schema->n; i++) {
		const struct ik_field *f = &schema->fields[i];
		int rc = 0;

		if (f->type == INK_TEXT)
			rc = ik_analyzer_of_field(f->name, f->analyzer, &s->analyzers[i], err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Did this version of the library make all tokens? When memory is out, nobody knows. */
static int is_own(const struct ik_snapshot *snap)
{
	char *own = ik_stamp_own(snap->schema);
	char *other = own != NULL ? ik_stamp_other(snap->stamp != NULL ? snap->stamp : "", own) : NULL;
	int is = other != NULL && other[0] == '\0';

	ik_free(other);
	ik_free(own);
	return is;
}

static int open_collection(struct ik_searcher *s, ink_error *err)
{
	const struct ik_snapshot *snap = s->snap;

	s->segs = ik_arena_array(&s->arena, (size_t)snap->n + 1, sizeof *s->segs);
	if (s->segs == NULL)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < snap->n; i++)
		s->segs[i] = snap->views[i].seg;
	s->collection.schema = snap->schema;
	s->collection.analyzers = s->analyzers;
	s->collection.own = is_own(snap);
	s->collection.segs = s->segs;
	s->collection.n = snap->n;
	return ik_collection_init(&s->collection, snap->schema->k1, snap->schema->b, &s->arena,
	                          err);
}

int ik_searcher_open(struct ik_snapshot *snap, struct ik_searcher **out, ink_error *err)
{
	struct ik_searcher *s = ik_zalloc(sizeof *s);
	int rc;

	*out = NULL;
	if (s == NULL)
		return ik_fail_nomem(err);
	atomic_init(&s->refs, 1);
	atomic_init(&s->spare, NULL);
	s->snap = ik_snapshot_ref(snap);
	s->kernel = ik_kernel_choose(ik_cpu());
	rc = open_analyzers(s, err);
	if (rc == 0)
		rc = open_collection(s, err);
	if (rc != 0) {
		ik_searcher_unref(s);
		return rc;
	}
	*out = s;
	return 0;
}

static void free_scratch(struct ik_scratch *scratch)
{
	if (scratch == NULL)
		return;
	ik_analysis_free(scratch->analysis);
	ik_arena_free(&scratch->prepared);
	ik_arena_free(&scratch->segment);
	ik_free(scratch);
}

int ik_searcher_lend(struct ik_searcher *s, struct ik_scratch **out, ink_error *err)
{
	struct ik_scratch *scratch = atomic_exchange(&s->spare, NULL);
	int rc = 0;

	*out = scratch;
	if (scratch != NULL)
		return 0;
	scratch = ik_zalloc(sizeof *scratch);
	if (scratch == NULL)
		return ik_fail_nomem(err);
	rc = ik_analysis_new(&scratch->analysis, err);
	if (rc != 0) {
		free_scratch(scratch);
		return rc;
	}
	ik_analysis_set_lexicon(scratch->analysis, s->snap->words.lexicon);
	*out = scratch;
	return 0;
}

void ik_searcher_give_back(struct ik_searcher *s, struct ik_scratch *scratch)
{
	if (scratch == NULL)
		return;
	/* What a large query took is not worth holding. */
	if (scratch->prepared.total > SPARE_MAX)
		ik_arena_free(&scratch->prepared);
	if (scratch->segment.total > SPARE_MAX)
		ik_arena_free(&scratch->segment);
	ik_arena_reset(&scratch->prepared);
	ik_arena_reset(&scratch->segment);
	free_scratch(atomic_exchange(&s->spare, scratch));
}

struct ik_searcher *ik_searcher_ref(struct ik_searcher *s)
{
	atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}

void ik_searcher_unref(struct ik_searcher *s)
{
	if (s == NULL || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; s->analyzers != NULL && i < s->snap->schema->n; i++)
		ik_analyzer_unref(s->analyzers[i]);
	free_scratch(atomic_load(&s->spare));
	ik_snapshot_unref(s->snap);
	ik_arena_free(&s->arena);
	ik_free(s);
}
