/*
 * api_query.c - inkstone/query.h: building queries.
 *
 * Layer: api.
 */
#include <stdint.h>
#include <string.h>

#include "api/handle.h"
#include "base/buf.h"
#include "base/mem.h"
#include "query/ast.h"
#include "query/parse.h"

#define RANGE_FLAGS (INK_OPEN_LO | INK_OPEN_HI | INK_NO_LO | INK_NO_HI)

int ink_query_parse(ink_index *index, const char *text, size_t len, uint32_t flags,
                    ink_query **out, ink_error *err)
{
	struct ik_shared_schema *schema;
	struct ik_query *query = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (index == NULL)
		return ik_null(err, "index");
	if (text == NULL && len > 0)
		return ik_null(err, "text");
	rc = ik_check_flags(flags, INK_PARSE_ALL | INK_PARSE_PLAIN, err);
	if (rc != 0)
		return rc;
	schema = ik_index_newest(index);
	rc = ik_query_parse(schema->schema, text == NULL ? "" : text, len, flags, &query, err);
	ik_shared_schema_unref(schema);
	if (rc == 0)
		*out = (ink_query *)query;
	return rc;
}

/* ---- the canonical text: its length and then the text itself, made once ---- */

#define TEXT_AT sizeof(uint64_t)

static char *make_text(struct ik_query *query)
{
	struct ik_buf buf;
	uint64_t len;

	ik_buf_init(&buf, SIZE_MAX);
	ik_buf_put_zeros(&buf, TEXT_AT);
	ik_query_print(query, &buf);
	if (ik_buf_str(&buf) == NULL) {
		ik_buf_free(&buf);
		return NULL;
	}
	len = buf.len - TEXT_AT;
	memcpy(buf.data, &len, sizeof len);
	return (char *)buf.data;
}

int ink_query_text(const ink_query *query, const char **out, size_t *len, ink_error *err)
{
	struct ik_query *q = ik_query_of(query);
	char *text, *expected = NULL;
	uint64_t text_len;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (len != NULL)
		*len = 0;
	if (query == NULL)
		return ik_null(err, "query");
	text = atomic_load_explicit(&q->canonical, memory_order_acquire);
	if (text == NULL) {
		text = make_text(q);
		if (text == NULL)
			return ik_fail_nomem(err);
		if (!atomic_compare_exchange_strong(&q->canonical, &expected, text)) {
			ik_free(text); /* another thread was faster */
			text = expected;
		}
	}
	memcpy(&text_len, text, sizeof text_len);
	*out = text + TEXT_AT;
	if (len != NULL)
		*len = (size_t)text_len;
	return INK_OK;
}

/* ---- leaves ---- */

static int leaf(enum ik_query_kind kind, const char *field, const char *text, size_t len,
                uint32_t number, ink_query **out, ink_error *err)
{
	struct ik_query *query = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (text == NULL && len > 0)
		return ik_null(err, kind == IK_Q_WILDCARD ? "pattern" : "text");
	rc = ik_query_leaf(kind, field, text == NULL ? "" : text, len, number, &query, err);
	if (rc == 0)
		*out = (ink_query *)query;
	return rc;
}

int ink_query_term(const char *field, const char *term, size_t len, ink_query **out,
                   ink_error *err)
{
	if (out != NULL)
		*out = NULL;
	if (field == NULL)
		return ik_null(err, "field");
	if (term == NULL && len > 0)
		return ik_null(err, "term");
	return leaf(IK_Q_TERM, field, term, len, 0, out, err);
}

int ink_query_match(const char *field, const char *text, size_t len, ink_query **out,
                    ink_error *err)
{
	return leaf(IK_Q_MATCH, field, text, len, 0, out, err);
}

int ink_query_phrase(const char *field, const char *text, size_t len, uint32_t slop,
                     ink_query **out, ink_error *err)
{
	return leaf(IK_Q_PHRASE, field, text, len, slop, out, err);
}

int ink_query_prefix(const char *field, const char *text, size_t len, ink_query **out,
                     ink_error *err)
{
	return leaf(IK_Q_PREFIX, field, text, len, 0, out, err);
}

int ink_query_wildcard(const char *field, const char *pattern, size_t len, ink_query **out,
                       ink_error *err)
{
	return leaf(IK_Q_WILDCARD, field, pattern, len, 0, out, err);
}

int ink_query_fuzzy(const char *field, const char *text, size_t len, uint32_t distance,
                    ink_query **out, ink_error *err)
{
	return leaf(IK_Q_FUZZY, field, text, len, distance, out, err);
}

int ink_query_all(ink_query **out, ink_error *err)
{
	return leaf(IK_Q_ALL, NULL, NULL, 0, 0, out, err);
}

/* ---- ranges ---- */

static int range(const char *field, struct ik_bound *lo, struct ik_bound *hi, uint32_t flags,
                 ink_query **out, ink_error *err)
{
	static const struct ik_bound none = {0};
	struct ik_query *query = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (field == NULL)
		return ik_null(err, "field");
	rc = ik_check_flags(flags, RANGE_FLAGS, err);
	if (rc != 0)
		return rc;
	lo->open = (flags & INK_OPEN_LO) != 0;
	hi->open = (flags & INK_OPEN_HI) != 0;
	if ((flags & INK_NO_LO) != 0)
		*lo = none;
	if ((flags & INK_NO_HI) != 0)
		*hi = none;
	if ((lo->type == INK_KEYWORD && lo->text == NULL && lo->len > 0))
		return ik_null(err, "lo");
	if ((hi->type == INK_KEYWORD && hi->text == NULL && hi->len > 0))
		return ik_null(err, "hi");
	rc = ik_query_range(field, lo, hi, &query, err);
	if (rc == 0)
		*out = (ink_query *)query;
	return rc;
}

int ink_query_range_i64(const char *field, int64_t lo, int64_t hi, uint32_t flags,
                        ink_query **out, ink_error *err)
{
	struct ik_bound from = {.type = INK_I64, .i64 = lo};
	struct ik_bound to = {.type = INK_I64, .i64 = hi};

	return range(field, &from, &to, flags, out, err);
}

int ink_query_range_f64(const char *field, double lo, double hi, uint32_t flags, ink_query **out,
                        ink_error *err)
{
	struct ik_bound from = {.type = INK_F64, .f64 = lo};
	struct ik_bound to = {.type = INK_F64, .f64 = hi};

	return range(field, &from, &to, flags, out, err);
}

int ink_query_range_text(const char *field, const char *lo, size_t lo_len, const char *hi,
                         size_t hi_len, uint32_t flags, ink_query **out, ink_error *err)
{
	struct ik_bound from = {.type = INK_KEYWORD, .text = lo, .len = lo_len};
	struct ik_bound to = {.type = INK_KEYWORD, .text = hi, .len = hi_len};

	return range(field, &from, &to, flags, out, err);
}

/* ---- inner nodes ---- */

int ink_query_bool(const ink_query *const *clauses, const int32_t *occur, size_t n,
                   uint32_t min_should, ink_query **out, ink_error *err)
{
	struct ik_query *query = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (clauses == NULL && n > 0)
		return ik_null(err, "clauses");
	if (occur == NULL && n > 0)
		return ik_null(err, "occur");
	rc = ik_query_bool((const struct ik_query *const *)clauses, occur, n, min_should, &query,
	                   err);
	if (rc == 0)
		*out = (ink_query *)query;
	return rc;
}

int ink_query_boost(const ink_query *query, double boost, ink_query **out, ink_error *err)
{
	struct ik_query *boosted = NULL;
	int rc;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	if (query == NULL)
		return ik_null(err, "query");
	rc = ik_query_boosted(ik_query_of(query), boost, &boosted, err);
	if (rc == 0)
		*out = (ink_query *)boosted;
	return rc;
}

void ink_query_free(ink_query *query)
{
	ik_query_unref(ik_query_of(query));
}
