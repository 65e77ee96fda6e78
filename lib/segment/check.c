/*
 * check.c - verify everything a reader relies on in one segment.
 *
 * Layer: segment.
 *
 * Checksums come first and cover every byte of the file that is not padding,
 * so what is found after them is a mistake of the writer or a forged file.
 */
#include "segment/check_impl.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/sum.h"

#define CHUNK ((size_t)1 << 20)    /* bytes summed between two looks at the caller */
#define TELL ((uint64_t)256 << 10) /* bytes done before the caller is told */

int ik_check_fail(struct ik_check *c, const char *section, const char *what)
{
	return ik_segment_corrupt(c->seg, c->err, section, what);
}

static int tell(struct ik_check *c)
{
	uint64_t bytes = c->pending;

	c->pending = 0;
	c->told += bytes;
	if (c->step != NULL && c->step(c->user, bytes) != 0)
		return ik_fail(c->err, INK_ECANCELED, "%s: the check was canceled", c->seg->name);
	return 0;
}

int ik_check_done(struct ik_check *c, uint64_t bytes)
{
	c->pending += bytes;
	return c->pending >= TELL ? tell(c) : 0;
}

/* A section in the order of the file. */
struct place {
	uint64_t start, end;
	uint32_t crc, kind;
};

static int by_start(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Padding: nothing may hide between sections. */
static int check_zero(struct ik_check *c, uint64_t start, uint64_t end)
{
	const uint8_t *p = c->seg->in->data;

	for (uint64_t i = start; i < end; i++)
		if (p[i] != 0)
			return ik_fail_at(c->err, INK_ECORRUPT, (int64_t)i,
			                  "%s: padding at byte %llu is not zero", c->seg->name,
			                  (unsigned long long)i);
	return 0;
}

static int check_sum(struct ik_check *c, const struct place *place)
{
	const uint8_t *p = c->seg->in->data + place->start;
	size_t left = (size_t)(place->end - place->start);
	uint32_t crc = 0;
	int rc;

	while (left > 0) {
		size_t n = left < CHUNK ? left : CHUNK;

		crc = ik_crc32(crc, p, n);
		p += n;
		left -= n;
		rc = tell(c);
		if (rc != 0)
			return rc;
	}
	if (crc != place->crc)
		return ik_fail_at(c->err, INK_ECORRUPT, (int64_t)place->start,
		                  "%s: section \"%s\" at byte %llu: wrong checksum",
		                  c->seg->name, ik_section_name(place->kind),
		                  (unsigned long long)place->start);
	return 0;
}

static int check_sections(struct ik_check *c)
{
	const struct ik_segment *seg = c->seg;
	struct place *places = ik_array(seg->n_sections, sizeof *places);
	uint64_t at = IK_HEADER_LEN;
	int rc = 0;

	if (places == NULL)
		return ik_fail_nomem(c->err);
	for (uint32_t i = 0; i < seg->n_sections; i++) {
		const uint8_t *entry = seg->table + (size_t)i * IK_SECTION_LEN;

		places[i].kind = ik_load32(entry);
		places[i].start = ik_load64(entry + 8);
		places[i].end = places[i].start + ik_load64(entry + 16);
		places[i].crc = ik_load32(entry + 24);
	}
	if (seg->n_sections > 1)
		qsort(places, seg->n_sections, sizeof *places, by_start);
	for (uint32_t i = 0; i < seg->n_sections && rc == 0; i++) {
		rc = check_zero(c, at, places[i].start);
		if (rc == 0)
			rc = check_sum(c, &places[i]);
		at = places[i].end;
	}
	ik_free(places);
	return rc != 0 ? rc : check_zero(c, at, (uint64_t)(seg->table - seg->in->data));
}

int ik_segment_check(const struct ik_segment *seg, int (*step)(void *user, uint64_t bytes),
                     void *user, ink_error *err)
{
	struct ik_check c = {seg, step, user, 0, 0, err};
	int rc = check_sections(&c);

	if (rc == 0)
		rc = ik_check_terms(&c);
	if (rc == 0)
		rc = ik_check_stored(&c);
	if (rc == 0)
		rc = ik_check_columns(&c);
	if (rc != 0)
		return rc;
	/* What was not counted on the way, so that the whole is the file's length. */
	if (c.told + c.pending < seg->in->len)
		c.pending = seg->in->len - c.told;
	return tell(&c);
}
