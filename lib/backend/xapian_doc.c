/*
 * xapian_doc.c - a document of ours as one of Xapian's.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. xapian.h says
 * where everything goes.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "index/pretoken.h"

struct making {
	struct ik_sink sink;
	struct ik_xb_maker *m;
	const struct ik_doc *doc;
	struct ik_xap_doc *to;
	uint32_t field;
	uint32_t base[2]; /* positions of the next value's parts start there */
	uint32_t next[2];
	ink_error *err;
};

/* Xapian's positions start at 1. */
static int take_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct making *k = (struct making *)sink; /* the sink is its first member */
	const struct ik_field *f = &k->m->map.schema->fields[k->field];
	int gram = t->part == INK_PART_GRAM;
	uint32_t position = k->base[gram] + t->position + 1;
	char term[IK_XB_TERM_MAX];
	size_t len = ik_xb_term(&k->m->map, k->field, gram ? IK_XB_GRAM : IK_XB_WORD, t->term,
	                        t->len, term);

	if (position > k->next[gram])
		k->next[gram] = position;
	if ((f->flags & INK_NO_POSITIONS) != 0)
		return ik_xap_doc_add_term(k->to, term, len, 1, k->err);
	return ik_xap_doc_add_posting(k->to, term, len, position, 1, k->err);
}

static int add_text(struct making *k, const struct ik_value *v)
{
	struct ik_analyzer *analyzer = k->m->analyzers[v->field];
	int rc = v->tokens != NULL ? ik_pretoken_run(v, &k->sink)
	                           : ik_analyze(analyzer, k->m->analysis, IK_FOR_DOC, v->text,
	                                        v->len, &k->sink, k->err);

	for (int gram = 0; gram < 2; gram++)
		k->base[gram] = k->next[gram] + IK_VALUE_GAP;
	return rc;
}

static int add_keyword(struct making *k, const struct ik_value *v)
{
	const struct ik_xb_map *map = &k->m->map;
	char term[IK_XB_TERM_MAX];
	size_t len;

	if (!ik_xb_fits(map, v->field, IK_XB_KEYWORD, v->text, v->len))
		return ik_fail(k->err, INK_ELIMIT,
		               "field \"%s\": a keyword of %zu bytes is too long for Xapian",
		               map->schema->fields[v->field].name, v->len);
	len = ik_xb_term(map, v->field, IK_XB_KEYWORD, v->text, v->len, term);
	/* A key says which document it is, and adds nothing to scores and lengths. */
	return ik_xap_doc_add_term(k->to, term, len, v->field != map->schema->key, k->err);
}

static int add_number(struct making *k, const struct ik_value *v)
{
	const struct ik_xb_map *map = &k->m->map;
	char number[IK_XB_SORTED], term[IK_XB_TERM_MAX];

	if ((map->schema->fields[v->field].flags & INK_MULTI) == 0)
		return 0; /* the value slot is enough */
	ik_xb_put_number(ik_xb_number_of(v), number);
	return ik_xap_doc_add_term(
		k->to, term, ik_xb_term(map, v->field, IK_XB_NUMBER, number, sizeof number, term),
		0, k->err);
}

/* ---- values ---- */

struct bytes {
	const char *text;
	size_t len;
	char number[IK_XB_SORTED];
};

static int compare(const void *a, const void *b)
{
	const struct bytes *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order = least > 0 ? memcmp(x->text, y->text, least) : 0;

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* An empty keyword is a value too, and Xapian takes "" for none. */
static int set_value(struct making *k, uint32_t slot, const struct bytes *v)
{
	return v->len > 0 ? ik_xap_doc_set_value(k->to, slot, v->text, v->len, k->err)
	                  : ik_xap_doc_set_value(k->to, slot, "", 1, k->err);
}

/* All values of a field once each, with their lengths before them. */
static int set_all(struct making *k, uint32_t field, struct bytes *v, size_t n)
{
	struct ik_buf all;
	int rc;

	ik_buf_init(&all, SIZE_MAX / 4);
	qsort(v, n, sizeof *v, compare);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare(&v[i - 1], &v[i]) == 0)
			continue;
		ik_buf_put_varint(&all, v[i].len);
		ik_buf_put(&all, v[i].text, v[i].len);
	}
	rc = all.err != 0 ? ik_fail_nomem(k->err)
	                  : ik_xap_doc_set_value(k->to, ik_xb_slot_all(field), all.data, all.len,
	                                         k->err);
	ik_buf_free(&all);
	if (rc == 0)
		rc = set_value(k, ik_xb_slot_max(field), &v[n - 1]);
	return rc != 0 ? rc : set_value(k, ik_xb_slot(field), &v[0]);
}

static int set_values(struct making *k, uint32_t field)
{
	const struct ik_field *f = &k->m->map.schema->fields[field];
	struct bytes *list = ik_array(k->doc->values.n + 1, sizeof *list);
	size_t n = 0;
	int rc = 0;

	if (list == NULL)
		return ik_fail_nomem(k->err);
	for (size_t i = 0; i < k->doc->values.n; i++) {
		const struct ik_value *v = &k->doc->values.v[i];

		if (v->field != field)
			continue;
		list[n].text = v->text;
		list[n].len = v->len;
		n++;
		if (f->type == INK_KEYWORD)
			continue;
		ik_xb_put_number(ik_xb_number_of(v), list[n - 1].number);
		list[n - 1].len = IK_XB_SORTED;
	}
	for (size_t i = 0; f->type != INK_KEYWORD && i < n; i++)
		list[i].text = list[i].number;
	if (n > 0 && (f->flags & INK_MULTI) != 0) {
		/* Sorting moves the numbers, which the texts point to: give them a home. */
		struct bytes *home = ik_array(n, sizeof *home);

		if (home == NULL)
			rc = ik_fail_nomem(k->err);
		for (size_t i = 0; home != NULL && i < n; i++) {
			home[i] = list[i];
			if (f->type != INK_KEYWORD)
				list[i].text = home[i].number;
		}
		if (rc == 0)
			rc = set_all(k, field, list, n);
		ik_free(home);
	} else if (n > 0)
		rc = set_value(k, ik_xb_slot(field), &list[0]);
	ik_free(list);
	return rc;
}

/* ---- all of it ---- */

static int add_value(struct making *k, const struct ik_value *v)
{
	switch (v->type) {
	case INK_TEXT: return add_text(k, v);
	case INK_KEYWORD: return add_keyword(k, v);
	case INK_BYTES: return 0;
	default: return add_number(k, v);
	}
}

static int add_field(struct making *k, uint32_t field)
{
	int32_t type = k->m->map.schema->fields[field].type;
	char term[IK_XB_TERM_MAX];
	int rc = 0, any = 0;

	k->field = field;
	memset(k->base, 0, sizeof k->base);
	memset(k->next, 0, sizeof k->next);
	for (size_t i = 0; rc == 0 && i < k->doc->values.n; i++)
		if (k->doc->values.v[i].field == field) {
			any = 1;
			rc = add_value(k, &k->doc->values.v[i]);
		}
	/* A text of no terms is not found by `field:*` either. */
	if (rc == 0 && any && type != INK_BYTES &&
	    (type != INK_TEXT || k->next[0] + k->next[1] > 0))
		rc = ik_xap_doc_add_term(k->to, term,
		                         ik_xb_term(&k->m->map, field, IK_XB_ANY, "", 0, term), 0,
		                         k->err);
	if (rc == 0 && any && type != INK_TEXT && type != INK_BYTES)
		rc = set_values(k, field);
	return rc;
}

static int set_data(struct making *k)
{
	struct ik_buf data;
	int rc;

	ik_buf_init(&data, SIZE_MAX / 4);
	ik_doc_encode(k->doc, &data);
	rc = data.err != 0 ? ik_fail_nomem(k->err)
	                   : ik_xap_doc_set_data(k->to, data.data, data.len, k->err);
	ik_buf_free(&data);
	return rc;
}

int ik_xb_make_doc(struct ik_xb_maker *m, const struct ik_doc *doc, struct ik_xap_doc **out,
                   ink_error *err)
{
	struct making k = {.sink = {take_token}, .m = m, .doc = doc, .err = err};
	int rc = ik_xap_doc_new(&k.to, err);

	*out = NULL;
	for (uint32_t field = 0; rc == 0 && field < m->map.schema->n; field++)
		rc = add_field(&k, field);
	if (rc == 0)
		rc = set_data(&k);
	if (rc == 0)
		*out = k.to;
	else
		ik_xap_doc_free(k.to);
	return rc;
}
