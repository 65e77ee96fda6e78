/*
 * xapian_verify.c - candidates of a substring, compared with the stored text.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Xapian has no
 * operator that looks at documents, so candidates are found by a match of
 * their own, and what is left of them is a list of documents; on servers,
 * which know no such lists, one of their keys.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "match/verify.h"
#include "text/needle.h"

#define READ_STEPS 1024 /* what a document costs, in what ik_poll() counts */

struct verify {
	struct ik_xb_build *b;
	uint32_t field;
	struct ik_needle needle;
	IK_VEC(uint32_t) docs;
	IK_VEC(const char *) keys; /* on servers: terms, in the arena */
	IK_VEC(size_t) lens;
};

static int keep_doc(struct verify *v, uint64_t doc)
{
	uint32_t *slot = ik_vec_push(&v->docs);

	if (slot == NULL)
		return ik_fail_nomem(v->b->err);
	*slot = (uint32_t)doc;
	return 0;
}

static int push_key(struct verify *v, const char *term, size_t len)
{
	const char **key = ik_vec_push(&v->keys);
	size_t *key_len = ik_vec_push(&v->lens);

	if (key == NULL || key_len == NULL)
		return ik_fail_nomem(v->b->err);
	*key = ik_arena_strndup(v->b->arena, term, len);
	*key_len = len;
	return *key == NULL ? ik_fail_nomem(v->b->err) : 0;
}

static int keep_key(struct verify *v, const struct ik_xap_doc *doc)
{
	char prefix[IK_XB_PREFIX_MAX];
	size_t n = ik_xb_prefix(&v->b->map, v->b->map.schema->key, IK_XB_KEYWORD, prefix), len;
	struct ik_xap_terms *t = NULL;
	const char *term;
	int rc = ik_xap_terms_of(doc, &t, v->b->err);

	if (rc == 0)
		rc = ik_xap_terms_skip(t, prefix, n, v->b->err);
	if (rc == 1) {
		term = ik_xap_terms_text(t, &len);
		rc = len >= n && memcmp(term, prefix, n) == 0 ? push_key(v, term, len) : 0;
	}
	ik_xap_terms_free(t);
	return rc;
}

static int look_at(struct verify *v, const struct ik_xap_mset *found, size_t i)
{
	struct ik_xap_doc *doc = NULL;
	struct ik_xap_hit hit;
	const char *data;
	size_t len;
	int rc = ik_xap_mset_hit(found, i, &hit, v->b->err);

	if (rc == 0)
		rc = ik_xap_mset_doc(found, i, &doc, v->b->err);
	if (rc == 0)
		rc = ik_xap_doc_data(doc, &data, &len, v->b->err);
	if (rc == 0)
		rc = ik_verify_stored(&v->needle, v->b->map.schema, v->field,
		                      (const uint8_t *)data, (const uint8_t *)data + len,
		                      v->b->err);
	if (rc == 1)
		rc = v->b->map.remote ? keep_key(v, doc) : keep_doc(v, hit.doc);
	ik_xap_doc_free(doc);
	return rc == 0 ? ik_poll(v->b->poll, READ_STEPS) : rc;
}

/* Without weights Xapian gives documents in their order. */
static int look_at_all(struct verify *v, const struct ik_xap_query *candidates)
{
	struct ik_xap_enquire *e = NULL;
	struct ik_xap_mset *found = NULL;
	struct ik_xap_stats stats;
	ink_error *err = v->b->err;
	int rc = ik_xap_db_stats(v->b->db, &stats, err);

	if (rc == 0)
		rc = ik_xap_enquire_new(v->b->db, &e, err);
	if (rc == 0)
		rc = ik_xap_enquire_query(e, candidates, 0, err);
	if (rc == 0)
		rc = ik_xap_enquire_weight(e, IK_XAP_WEIGHT_BOOL, NULL, 0, err);
	if (rc == 0)
		rc = ik_xap_enquire_run(e, 0, stats.docs, 0, NULL, &found, err);
	for (size_t i = 0; rc == 0 && i < ik_xap_mset_len(found); i++)
		rc = look_at(v, found, i);
	ik_xap_mset_free(found);
	ik_xap_enquire_free(e);
	return rc;
}

int ik_xb_verified(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                   const struct ik_xap_query *candidates, struct ik_xap_query **out)
{
	struct verify v = {.b = b, .field = field};
	struct ik_buf folded;
	struct ik_xap_query *made = NULL;
	int rc;

	*out = NULL;
	if (b->map.remote && b->map.schema->key == IK_NO_FIELD)
		return ik_fail(b->err, INK_EUNSUPPORTED,
		               "field \"%s\": strings of several scripts cannot be found on "
		               "servers without a key field",
		               b->map.schema->fields[field].name);
	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_text(b->analyzers[field], text, len, &folded, b->err);
	ik_needle_init(&v.needle, b->analyzers[field], text, len, (const char *)folded.data,
	               folded.len);
	if (rc == 0)
		rc = look_at_all(&v, candidates);
	if (rc == 0 && b->map.remote)
		rc = ik_xap_query_terms(IK_XAP_OR, v.keys.v, v.lens.v, v.keys.n, 0, &made, b->err);
	else if (rc == 0)
		rc = ik_xap_query_docs(v.docs.v, v.docs.n, &made, b->err);
	if (rc == 0)
		rc = ik_xb_keep(b, rc, made, out);
	ik_needle_free(&v.needle);
	ik_buf_free(&folded);
	ik_vec_free(&v.docs);
	ik_vec_free(&v.keys);
	ik_vec_free(&v.lens);
	return rc;
}
