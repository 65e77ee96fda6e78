/*
 * sortkey.c - comparing documents by fields.
 *
 * Layer: search.
 *
 * Keywords are stored as ordinals. To compare over segments they become
 * bytes: a dictionary block (the smallest thing that can be decoded) at a
 * time, kept until the segment is over, so that no term is decoded twice.
 * Blocks that no match needs are never looked at.
 */
#include "search/sortkey.h"

#include <string.h>

#include "inkstone/search.h"
#include "segment/column.h"
#include "segment/dict.h"
#include "segment/format.h"

/* The terms of one dictionary block: term i is bytes[at[i], at[i + 1]). */
struct page {
	uint32_t at[IK_DICT_BLOCK + 1];
	char bytes[];
};

/* One sort in the segment at hand. */
struct by {
	struct ik_sort sort;
	int32_t type;            /* of the field; 0 for the score */
	int has;                 /* the segment has values of it */
	struct ik_column column;
	struct page **pages;     /* of a keyword; NULL where not decoded yet */
};

struct ik_sorter {
	const struct ik_snapshot *snap;
	const struct ik_segment *seg;
	struct ik_arena *arena;
	struct by *by;
	size_t n;
};

static int can_sort(int32_t type)
{
	return type == INK_KEYWORD || ik_type_is_number(type);
}

int ik_sorter_new(const struct ik_request *request, struct ik_arena *arena,
                  struct ik_sorter **out, ink_error *err)
{
	const struct ik_schema *schema = request->searcher->snap->schema;
	struct ik_sorter *s = ik_arena_zalloc(arena, sizeof *s);

	*out = NULL;
	if (s == NULL)
		return ik_fail_nomem(err);
	s->snap = request->searcher->snap;
	s->arena = arena;
	s->n = request->sorts.n;
	s->by = ik_arena_zalloc(arena, (s->n + 1) * sizeof *s->by);
	if (s->by == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t field = request->sorts.v[i].field;

		s->by[i].sort = request->sorts.v[i];
		if (field == IK_SORT_SCORE)
			continue;
		if (field >= schema->n)
			return ik_fail(err, INK_ESCHEMA, "field number %u of %u cannot be sorted",
			               field, schema->n);
		s->by[i].type = schema->fields[field].type;
		if (!can_sort(s->by[i].type))
			return ik_fail(err, INK_ESCHEMA,
			               "field \"%s\" is of type %s, which cannot be sorted",
			               schema->fields[field].name, ik_type_name(s->by[i].type));
	}
	*out = s;
	return 0;
}

size_t ik_sorter_len(const struct ik_sorter *s)
{
	return s->n;
}

int ik_sorter_scores(const struct ik_sorter *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->by[i].type == 0)
			return 1;
	return 0;
}

/* ---- keywords ---- */

static size_t page_of(const struct by *by, uint64_t ord)
{
	const struct ik_part_info *part = by->column.part;

	return (size_t)((part->first_term + ord) / IK_DICT_BLOCK -
	                part->first_term / IK_DICT_BLOCK);
}

static int open_pages(struct ik_sorter *s, struct by *by, ink_error *err)
{
	size_t n = page_of(by, by->column.part->terms - 1) + 1;

	by->pages = ik_arena_zalloc(s->arena, n * sizeof *by->pages);
	return by->pages != NULL ? 0 : ik_fail_nomem(err);
}

/* The terms from `first` to the block's end, appended to bytes; where each starts. */
static int read_terms(struct ik_dict_iter *it, struct ik_buf *bytes, uint32_t at[], size_t n,
                      ink_error *err)
{
	for (size_t i = 0; i < n; i++) {
		int rc = ik_dict_iter_next(it, err);

		if (rc < 0)
			return rc;
		if (rc == 1)
			ik_buf_put(bytes, it->term.data, it->term.len);
		at[i + 1] = (uint32_t)bytes->len;
	}
	return bytes->err == 0 ? 0 : ik_fail_nomem(err);
}

/* Decode the block that ordinal `ord` stands in. Ordinals of another part in it are left empty. */
static int load_page(struct ik_sorter *s, struct by *by, uint64_t ord, ink_error *err)
{
	const struct ik_part_info *part = by->column.part;
	uint64_t in_block = (part->first_term + ord) % IK_DICT_BLOCK;
	uint64_t first = ord > in_block ? ord - in_block : 0;
	size_t skip = (size_t)((part->first_term + first) % IK_DICT_BLOCK);
	uint64_t left = part->terms - first;
	size_t n = left < IK_DICT_BLOCK - skip ? (size_t)left : IK_DICT_BLOCK - skip;
	uint32_t at[IK_DICT_BLOCK + 1] = { 0 };
	struct ik_dict_iter it;
	struct page *page = NULL;
	struct ik_buf bytes;
	int rc;

	ik_buf_init(&bytes, (size_t)IK_DICT_BLOCK * IK_DICT_KEY_MAX);
	ik_dict_iter_open(&it, s->seg, part->part);
	rc = ik_dict_iter_seek_ord(&it, first, err);
	if (rc == 0)
		rc = read_terms(&it, &bytes, at + skip, n, err);
	for (size_t i = skip + n; i < IK_DICT_BLOCK; i++)
		at[i + 1] = at[i];
	if (rc == 0) {
		page = ik_arena_alloc(s->arena, sizeof *page + bytes.len);
		if (page == NULL)
			rc = ik_fail_nomem(err);
	}
	if (rc == 0) {
		memcpy(page->at, at, sizeof at);
		if (bytes.len > 0)
			memcpy(page->bytes, bytes.data, bytes.len);
		by->pages[page_of(by, ord)] = page;
	}
	ik_dict_iter_free(&it);
	ik_buf_free(&bytes);
	return rc;
}

static int keyword_key(struct ik_sorter *s, struct by *by, uint64_t ord, struct ik_key *out,
                       ink_error *err)
{
	struct page *const *page = &by->pages[page_of(by, ord)];
	size_t i = (size_t)((by->column.part->first_term + ord) % IK_DICT_BLOCK);

	if (*page == NULL) {
		int rc = load_page(s, by, ord, err);

		if (rc != 0)
			return rc;
	}
	out->text = (*page)->bytes + (*page)->at[i];
	out->len = (*page)->at[i + 1] - (*page)->at[i];
	return 0;
}

/* ---- documents ---- */

int ik_sorter_segment(struct ik_sorter *s, uint32_t view, ink_error *err)
{
	s->seg = s->snap->views[view].seg;
	for (size_t i = 0; i < s->n; i++) {
		struct by *by = &s->by[i];
		int rc;

		if (by->type == 0)
			continue;
		rc = by->type == INK_KEYWORD
		             ? ik_column_ordinals(s->seg, by->sort.field, &by->column, err)
		             : ik_column_numbers(s->seg, by->sort.field, &by->column, err);
		if (rc < 0)
			return rc;
		by->has = rc;
		if (by->has && by->type == INK_KEYWORD) {
			rc = open_pages(s, by, err);
			if (rc != 0)
				return rc;
		}
	}
	return 0;
}

/* Of several values the smallest, descending the greatest. */
static int64_t choose(const struct by *by, uint64_t first, uint32_t n)
{
	int64_t best = ik_column_at(&by->column, first);

	for (uint32_t i = 1; i < n; i++) {
		int64_t v = ik_column_at(&by->column, first + i);

		if ((by->sort.flags & INK_SORT_DESC) != 0 ? v > best : v < best)
			best = v;
	}
	return best;
}

int ik_sorter_keys(struct ik_sorter *s, uint32_t local, int64_t score, struct ik_key *out,
                   ink_error *err)
{
	for (size_t i = 0; i < s->n; i++) {
		struct by *by = &s->by[i];
		uint64_t first;
		uint32_t n;
		int rc = 0;

		out[i] = (struct ik_key){ .number = score };
		if (by->type == 0)
			continue;
		out[i].number = 0;
		n = by->has ? ik_column_span(&by->column, local, &first) : 0;
		out[i].missing = n == 0;
		if (n == 0)
			continue;
		if (by->type == INK_KEYWORD) /* ordinals are in the order of the bytes */
			rc = keyword_key(s, by, (uint64_t)choose(by, first, n), &out[i], err);
		else
			out[i].number = choose(by, first, n);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int compare_text(const struct ik_key *a, const struct ik_key *b)
{
	size_t least = a->len < b->len ? a->len : b->len;
	int order = least > 0 ? memcmp(a->text, b->text, least) : 0;

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* The score is best first with or without INK_SORT_DESC: nobody wants the worst hits. */
static int compare_one(const struct by *by, const struct ik_key *a, const struct ik_key *b)
{
	int order;

	if (a->missing || b->missing) {
		order = a->missing - b->missing;
		return (by->sort.flags & INK_SORT_MISSING_FIRST) != 0 ? -order : order;
	}
	order = by->type == INK_KEYWORD ? compare_text(a, b)
	                                : (a->number > b->number) - (a->number < b->number);
	return by->type == 0 || (by->sort.flags & INK_SORT_DESC) != 0 ? -order : order;
}

int ik_sorter_compare(const struct ik_sorter *s, const struct ik_key *a, const struct ik_key *b)
{
	int order = 0;

	for (size_t i = 0; order == 0 && i < s->n; i++)
		order = compare_one(&s->by[i], &a[i], &b[i]);
	return order;
}
