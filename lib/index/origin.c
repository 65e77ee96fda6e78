/*
 * origin.c - the origin section of a segment.
 *
 * Layer: index. Format: FORMAT.md, "Origin".
 */
#include "index/origin.h"

#include <stdio.h>
#include <string.h>

#include "codec/varint.h"
#include "index/manifest.h"
#include "segment/format.h"

#define ORIGIN_MAX ((size_t)1 << 30)

/* The id that a segment's name says; 0 for a name of another form, as in tests. */
static uint64_t id_of(const char *name)
{
	uint64_t id, gen;

	return ik_file_kind(name, &id, &gen) == IK_FILE_SEGMENT ? id : 0;
}

static uint64_t order_of(const struct ik_segment *seg)
{
	struct ik_section s = ik_segment_section(seg, IK_SECTION_ORIGIN, 0);
	uint64_t order;

	return s.p != NULL && ik_varint_get(s.p, s.p + s.len, &order) != NULL ? order
	                                                                      : id_of(seg->name);
}

int ik_origin_put(struct ik_segment_writer *w, const char *name, struct ik_segment *const *inputs,
                  size_t n, const struct ik_schema *schema, ink_error *err)
{
	struct ik_buf buf;
	int rc;

	ik_buf_init(&buf, ORIGIN_MAX);
	ik_buf_put_varint(&buf, n == 0 ? id_of(name) : order_of(inputs[0]));
	ik_buf_put_varint(&buf, n);
	for (size_t i = 0; i < n; i++)
		ik_buf_put_varint(&buf, id_of(inputs[i]->name));
	ik_schema_encode(schema, &buf);
	rc = buf.err != 0 ? ik_fail_nomem(err)
	                  : ik_segment_set_origin(w, buf.data, buf.len, err);
	ik_buf_free(&buf);
	return rc;
}

void ik_origin_free(struct ik_origin *o)
{
	ik_vec_free(&o->from);
	ik_schema_free(o->schema);
	memset(o, 0, sizeof *o);
}

/* The order, and of how many segments it was merged, whose ids are what follows; NULL when cut. */
static const uint8_t *read_head(struct ik_section s, uint64_t *order, uint64_t *n)
{
	const uint8_t *end = s.p + s.len, *p = ik_varint_get(s.p, end, order);

	return p != NULL ? ik_varint_get(p, end, n) : NULL;
}

static int read_all(struct ik_section s, struct ik_origin *out, ink_error *err)
{
	uint64_t n = 0;
	const uint8_t *end = s.p + s.len, *p = read_head(s, &out->order, &n);

	if (p == NULL || n > (uint64_t)(end - p))
		return INK_ECORRUPT;
	if (ik_vec_reserve(&out->from, (size_t)n) != 0)
		return ik_fail_nomem(err);
	for (; n > 0 && p != NULL; n--)
		p = ik_varint_get(p, end, &out->from.v[out->from.n++]);
	return p == NULL ? INK_ECORRUPT : ik_schema_decode(p, end, &out->schema, err);
}

int ik_origin_read(const struct ik_segment *seg, struct ik_origin *out, ink_error *err)
{
	struct ik_section s = ik_segment_section(seg, IK_SECTION_ORIGIN, 0);
	int rc;

	memset(out, 0, sizeof *out);
	if (s.p == NULL)
		return 0;
	rc = read_all(s, out, err);
	if (rc == 0)
		return 1;
	ik_origin_free(out);
	return rc == INK_ECORRUPT ? ik_segment_corrupt(seg, err, "origin", "malformed") : rc;
}

static int another(const struct ik_segment *seg, const char *how, uint64_t id, ink_error *err)
{
	char name[IK_FILE_NAME_MAX], what[IK_FILE_NAME_MAX + 64];

	ik_segment_name(id, name);
	snprintf(what, sizeof what, "%s %s: another file under this name", how, name);
	return ik_segment_corrupt(seg, err, "origin", what);
}

int ik_origin_check(const struct ik_segment *seg, ink_error *err)
{
	struct ik_section s = ik_segment_section(seg, IK_SECTION_ORIGIN, 0);
	const uint8_t *p;
	uint64_t own = id_of(seg->name), order, from, n = 0;

	if (own == 0 || s.p == NULL || !ik_segment_has_sound(seg, IK_SECTION_ORIGIN, 0))
		return 0;
	p = read_head(s, &order, &n);
	if (p != NULL && n == 0 && order != own)
		return another(seg, "written as", order, err);
	/* An id is given when a merge begins, so those of its inputs are smaller. */
	for (; p != NULL && n > 0; n--) {
		p = ik_varint_get(p, s.p + s.len, &from);
		if (p != NULL && from >= own)
			return another(seg, "merged of", from, err);
	}
	return 0;
}
