/* results.c - what a search found: values, snippets and cursors when asked for. Layer: search. */
#include "search/results.h"

#include <string.h>

#include "base/mem.h"
#include "search/cursor.h"
#include "search/marks.h"

void ik_results_free(struct ik_results *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].stored != NULL)
			ik_doc_release(r->hits[i].stored);
	ik_arena_free(&r->arena);
	ik_request_release(&r->request);
	ik_free(r);
}

static int need_hit(const struct ik_results *r, size_t i, ink_error *err)
{
	return i < r->n ? 0 : ik_fail(err, INK_ENOTFOUND, "hit %zu of %zu", i, r->n);
}

double ik_results_score(const struct ik_results *r, size_t i)
{
	return i < r->n && r->scored ? (double)r->hits[i].score / r->scale : 0;
}

/* ---- stored values ---- */

/* Damage of a document says which file it is in. */
static int decode(const struct ik_segment *seg, uint32_t local, const uint8_t *p, size_t len,
                  struct ik_doc *out, ink_error *err)
{
	ink_error why = { 0 };
	int rc = len > 0 ? ik_doc_decode(p, p + len, out, &why) : 0;

	if (rc == 0 || rc == INK_ENOMEM)
		return rc == 0 ? 0 : ik_fail_nomem(err);
	return ik_fail(err, rc, "%s: stored document %u: %s", seg->name, local, why.message);
}

int ik_stored_load(struct ik_stored_reader *r, uint32_t local, struct ik_doc *out, ink_error *err)
{
	const uint8_t *p = NULL;
	size_t len = 0;
	int rc = ik_stored_get(r, local, &p, &len, err);

	return rc == 0 ? decode(r->seg, local, p, len, out, err) : rc;
}

int ik_stored_doc(const struct ik_snapshot *snap, uint64_t doc, struct ik_doc *out, ink_error *err)
{
	struct ik_stored_reader reader;
	uint32_t view, local;
	int rc = ik_snapshot_locate(snap, doc, &view, &local, err);

	if (rc != 0)
		return rc;
	if (!ik_live_has(snap->views[view].live, local))
		return ik_fail(err, INK_ENOTFOUND, "document %llu is deleted",
		               (unsigned long long)doc);
	ik_stored_reader_init(&reader, snap->views[view].seg);
	rc = ik_stored_load(&reader, local, out, err);
	ik_stored_reader_free(&reader);
	return rc;
}

/* The document of hit i, which is there; unpacked when first asked for. */
static int need_stored(struct ik_results *r, size_t i, struct ik_doc **out, ink_error *err)
{
	struct ik_found *hit = &r->hits[i];
	struct ik_snapshot *snap = r->request.searcher->snap;
	struct ik_doc *doc;
	int rc;

	*out = hit->stored;
	if (hit->stored != NULL)
		return 0;
	doc = ik_arena_alloc(&r->arena, sizeof *doc);
	if (doc == NULL)
		return ik_fail_nomem(err);
	ik_doc_init(doc, snap->schema);
	rc = ik_stored_doc(snap, hit->doc, doc, err);
	if (rc != 0) {
		ik_doc_release(doc);
		return rc;
	}
	*out = hit->stored = doc;
	return 0;
}

int ik_results_doc(struct ik_results *r, size_t i, const struct ik_doc **out, ink_error *err)
{
	struct ik_doc *doc = NULL;
	int rc = need_hit(r, i, err);

	if (rc == 0)
		rc = need_stored(r, i, &doc, err);
	*out = doc;
	return rc;
}

int ik_results_stored(struct ik_results *r, size_t i, const char *field, const char **value,
                      size_t *len, ink_error *err)
{
	const struct ik_schema *schema = r->request.searcher->snap->schema;
	struct ik_doc *doc;
	uint32_t id;
	int rc = need_hit(r, i, err);

	*value = NULL;
	*len = 0;
	if (rc == 0)
		rc = ik_schema_need(schema, field, strlen(field), &id, err);
	if (rc == 0)
		rc = need_stored(r, i, &doc, err);
	if (rc != 0)
		return rc;
	for (size_t k = 0; k < doc->values.n; k++)
		if (doc->values.v[k].field == id)
			return ik_value_text(doc, &doc->values.v[k], value, len, err);
	return ik_fail(err, INK_ENOTFOUND, "document %llu has no stored value in field \"%s\"",
	               (unsigned long long)r->hits[i].doc, schema->fields[id].name);
}

/* ---- snippets ---- */

/* The snippet that was asked for with this field, or NULL. */
static const struct ik_snippet_spec *find_spec(const struct ik_results *r, const char *field)
{
	const struct ik_schema *schema = r->request.searcher->snap->schema;
	uint32_t id = ik_schema_find(schema, field, strlen(field));

	for (size_t k = 0; id != IK_NO_FIELD && k < r->request.snippets.n; k++)
		if (r->request.snippets.v[k].field == id)
			return &r->request.snippets.v[k];
	return NULL;
}

/* What to mark, and room for the snippets of all hits. */
static int need_marks(struct ik_results *r, const struct ik_snippet_spec *spec,
                      struct ik_poll *poll, struct ik_marks **out, ink_error *err)
{
	size_t k = (size_t)(spec - r->request.snippets.v);
	struct ik_marks *marks;
	int rc;

	if (r->marks == NULL)
		r->marks = ik_arena_zalloc(&r->arena, r->request.snippets.n * sizeof *r->marks);
	if (r->marks == NULL)
		return ik_fail_nomem(err);
	*out = r->marks[k];
	if (*out != NULL)
		return 0;
	rc = ik_marks_new(&r->request, spec->field, &r->arena, poll, &marks, err);
	if (rc != 0)
		return rc;
	marks->cuts = ik_arena_zalloc(&r->arena, r->n * sizeof *marks->cuts);
	if (marks->cuts == NULL)
		return ik_fail_nomem(err);
	*out = r->marks[k] = marks;
	return 0;
}

/* Where the values of a field end, but the last one. */
struct ends {
	IK_VEC(size_t) at;
};

/* All values of a field, a line each: the best passage may be in any of them. */
static int join_values(const struct ik_doc *doc, uint32_t field, struct ik_buf *out,
                       struct ends *ends)
{
	int any = 0;

	for (size_t k = 0; k < doc->values.n; k++) {
		const struct ik_value *value = &doc->values.v[k];

		if (value->field != field || value->text == NULL)
			continue;
		if (any) {
			size_t *end = ik_vec_push(&ends->at);

			if (end == NULL)
				return INK_ENOMEM;
			*end = out->len;
			ik_buf_put_u8(out, '\n');
		}
		ik_buf_put(out, value->text, value->len);
		any = 1;
	}
	return out->err;
}

static int make_cut(struct ik_results *r, const struct ik_marks *marks,
                    const struct ik_snippet_spec *spec, const struct ik_doc *doc,
                    struct ik_poll *poll, struct ik_cut *cut, ink_error *err)
{
	struct ik_buf text, snippet;
	struct ik_snippet_text values;
	struct ends ends = { { NULL, 0, 0 } };
	int rc;

	ik_buf_init(&text, SIZE_MAX / 4);
	ik_buf_init(&snippet, SIZE_MAX / 4);
	rc = join_values(doc, spec->field, &text, &ends);
	values = (struct ik_snippet_text){ text.len > 0 ? (const char *)text.data : "", text.len,
		                           ends.at.v, ends.at.n };
	if (rc != 0)
		rc = ik_fail_nomem(err);
	else
		rc = ik_snippet_make(marks, spec, &values, poll, &snippet, err);
	if (rc == 0) {
		cut->text = ik_arena_strndup(&r->arena,
		                             snippet.len > 0 ? (const char *)snippet.data : "",
		                             snippet.len);
		cut->len = snippet.len;
		if (cut->text == NULL)
			rc = ik_fail_nomem(err);
	}
	ik_buf_free(&text);
	ik_buf_free(&snippet);
	ik_vec_free(&ends.at);
	return rc;
}

int ik_results_snippet(struct ik_results *r, size_t i, const char *field, const char **text,
                       size_t *len, ink_error *err)
{
	const struct ik_snippet_spec *spec = find_spec(r, field);
	struct ik_deadline deadline;
	struct ik_marks *marks;
	struct ik_poll poll;
	struct ik_doc *doc;
	int rc = need_hit(r, i, err);

	*text = NULL;
	*len = 0;
	if (rc != 0)
		return rc;
	if (spec == NULL)
		return ik_fail(err, INK_ENOTFOUND, "no snippet of field \"%s\" was asked for",
		               field);
	poll = ik_deadline_start(&deadline, &r->request, err);
	rc = need_marks(r, spec, &poll, &marks, err);
	if (rc == 0 && marks->cuts[i].text == NULL) {
		rc = need_stored(r, i, &doc, err);
		if (rc == 0)
			rc = make_cut(r, marks, spec, doc, &poll, &marks->cuts[i], err);
	}
	if (rc != 0)
		return rc;
	*text = marks->cuts[i].text;
	*len = marks->cuts[i].len;
	return 0;
}

/* ---- cursors ---- */

int ik_results_cursor(struct ik_results *r, size_t i, const char **text, size_t *len,
                      ink_error *err)
{
	const struct ik_found *hit;
	struct ik_buf out;
	int rc = need_hit(r, i, err);

	*text = NULL;
	*len = 0;
	if (rc != 0)
		return rc;
	hit = &r->hits[i];
	ik_buf_init(&out, SIZE_MAX / 4);
	ik_cursor_encode(&r->request, hit->doc, hit->score, hit->keys, r->n_keys, &out);
	if (out.err == 0)
		*text = ik_arena_strndup(&r->arena, (const char *)out.data, out.len);
	if (*text != NULL)
		*len = out.len;
	else
		rc = ik_fail_nomem(err);
	ik_buf_free(&out);
	return rc;
}
