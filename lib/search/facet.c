/* facet.c - counting the matches by value: all facets of a search. Layer: search. */
#include "base/bits.h"
#include "search/facet_impl.h"

struct ik_facets {
	const struct ik_snapshot *snap;
	struct ik_facet_run *run;
	size_t n;
};

static int is_ranges(const struct ik_facet_run *f)
{
	return f->spec->bounds != NULL;
}

static int check_field(const struct ik_schema *schema, const struct ik_facet_spec *spec,
                       ink_error *err)
{
	const struct ik_field *f;

	if (spec->field >= schema->n)
		return ik_fail(err, INK_ESCHEMA, "field number %u of %u cannot be counted",
		               spec->field, schema->n);
	f = &schema->fields[spec->field];
	if (spec->bounds == NULL && f->type != INK_KEYWORD)
		return ik_fail(err, INK_ESCHEMA,
		               "field \"%s\" is of type %s, values are counted of keywords",
		               f->name, ik_type_name(f->type));
	if (spec->bounds != NULL && !ik_type_is_number(f->type))
		return ik_fail(err, INK_ESCHEMA, "field \"%s\" is of type %s, which has no ranges",
		               f->name, ik_type_name(f->type));
	return 0;
}

int ik_facets_new(const struct ik_request *request, struct ik_arena *arena, struct ik_facets **out,
                  ink_error *err)
{
	const struct ik_snapshot *snap = request->searcher->snap;
	struct ik_facets *f = ik_arena_zalloc(arena, sizeof *f);
	int rc = 0;

	*out = NULL;
	if (f == NULL)
		return ik_fail_nomem(err);
	f->snap = snap;
	f->n = request->facets.n;
	f->run = ik_arena_zalloc(arena, (f->n + 1) * sizeof *f->run);
	if (f->run == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < f->n; i++) {
		struct ik_facet_run *run = &f->run[i];

		run->spec = &request->facets.v[i];
		run->alone = snap->n == 1;
		rc = check_field(snap->schema, run->spec, err);
		if (rc != 0)
			return rc;
		run->type = snap->schema->fields[run->spec->field].type;
		if (is_ranges(run))
			rc = ik_facet_range_new(run, arena, err);
	}
	if (rc == 0)
		*out = f;
	return rc;
}

int ik_facets_begin(struct ik_facets *f, uint32_t view, ink_error *err)
{
	for (size_t i = 0; i < f->n; i++) {
		struct ik_facet_run *run = &f->run[i];
		int rc;

		run->seg = f->snap->views[view].seg;
		rc = is_ranges(run)
		             ? ik_column_numbers(run->seg, run->spec->field, &run->column, err)
		             : ik_column_ordinals(run->seg, run->spec->field, &run->column, err);
		if (rc < 0)
			return rc;
		run->has = rc;
		if (!run->has)
			continue;
		rc = 0;
		if (is_ranges(run))
			ik_facet_range_begin(run);
		else
			rc = ik_facet_value_begin(run, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static void add_docs(struct ik_facet_run *run, uint32_t first, const uint64_t mask[4])
{
	for (uint32_t w = 0; w < 4; w++)
		for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
			uint32_t doc = first + w * 64 + ik_ctz64(bits);

			if (doc >= run->column.n_docs)
				return;
			if (is_ranges(run))
				ik_facet_range_add(run, doc);
			else
				ik_facet_value_add(run, doc);
		}
}

void ik_facets_add(struct ik_facets *f, uint32_t range, const uint64_t mask[4])
{
	for (size_t i = 0; i < f->n; i++)
		if (f->run[i].has)
			add_docs(&f->run[i], range * 256, mask);
}

int ik_facets_end(struct ik_facets *f, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < f->n; i++)
		if (f->run[i].has && !is_ranges(&f->run[i]))
			rc = ik_facet_value_end(&f->run[i], err);
	return rc;
}

int ik_facets_finish(struct ik_facets *f, struct ik_arena *results, struct ik_facet **out,
                     ink_error *err)
{
	int rc = 0;

	*out = ik_arena_zalloc(results, (f->n + 1) * sizeof **out);
	if (*out == NULL)
		rc = ik_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < f->n; i++)
		rc = is_ranges(&f->run[i])
		             ? ik_facet_range_finish(&f->run[i], results, &(*out)[i], err)
		             : ik_facet_value_finish(&f->run[i], results, &(*out)[i], err);
	ik_facets_free(f);
	return rc;
}

void ik_facets_free(struct ik_facets *f)
{
	for (size_t i = 0; f != NULL && i < f->n; i++)
		ik_facet_value_free(&f->run[i]);
}
