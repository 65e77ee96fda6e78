/*
 * segment.c - open, map, share and close one segment.
 *
 * Layer: segment. Format: FORMAT.md, "Segment".
 *
 * Nothing in the file is believed before its checksum or its bounds have
 * been looked at; after ik_segment_open() every section is known to lie in
 * the map, to overlap no other one and to have a guard behind it.
 */
#include "segment/segment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "base/mem.h"
#include "base/sum.h"
#include "segment/frequent.h"
#include "segment/meta.h"
#include "segment/segment_open.h"

int ik_segment_corrupt(const struct ik_segment *seg, ink_error *err, const char *section,
                       const char *what)
{
	return ik_fail(err, INK_ECORRUPT, "%s: %s: %s", seg->name, section, what);
}

static int all_zero(const uint8_t *p, size_t len)
{
	uint8_t any = 0;

	while (len-- > 0)
		any |= *p++;
	return any == 0;
}

int ik_segment_read_header(struct ik_segment *seg, ink_error *err)
{
	const uint8_t *p = seg->in->data;
	uint32_t version;

	if (seg->in->len < IK_HEADER_LEN + IK_FOOTER_LEN)
		return ik_fail(err, INK_ECORRUPT, "%s: only %zu bytes long", seg->name,
		               seg->in->len);
	if (memcmp(p, IK_SEGMENT_MAGIC, IK_MAGIC_LEN) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: not a segment file", seg->name);
	version = ik_load32(p + 8);
	if (version != IK_FORMAT_VERSION)
		return ik_fail(err, INK_EFORMAT, "%s: format version %u, this Inkstone reads %d",
		               seg->name, (unsigned)version, IK_FORMAT_VERSION);
	if (ik_load32(p + IK_HEADER_LEN - 4) != ik_crc32(0, p, IK_HEADER_LEN - 4))
		return ik_segment_corrupt(seg, err, "header", "wrong checksum");
	seg->n_docs = ik_load32(p + 12);
	if (seg->n_docs == 0 || seg->n_docs > IK_DOCS_MAX)
		return ik_fail(err, INK_ECORRUPT, "%s: header: %u documents", seg->name,
		               (unsigned)seg->n_docs);
	if (!all_zero(p + 16, IK_HEADER_LEN - 20))
		return ik_segment_corrupt(seg, err, "header", "reserved bytes are not zero");
	return 0;
}

static int check_footer(struct ik_segment *seg, ink_error *err)
{
	size_t len = seg->in->len, room = len - IK_HEADER_LEN - IK_FOOTER_LEN, table_len;
	const uint8_t *p = seg->in->data + len - IK_FOOTER_LEN;
	uint64_t n = ik_load32(p + 8);

	if (memcmp(p + 24, IK_SEGMENT_MAGIC, IK_MAGIC_LEN) != 0)
		return ik_segment_corrupt(seg, err, "footer", "missing, the file is cut short");
	if (ik_load64(p + 16) != len)
		return ik_fail(err, INK_ECORRUPT, "%s: footer: a file of %llu bytes is %zu long",
		               seg->name, (unsigned long long)ik_load64(p + 16), len);
	if (n > room / IK_SECTION_LEN)
		return ik_fail(err, INK_ECORRUPT, "%s: footer: %llu sections in %zu bytes",
		               seg->name, (unsigned long long)n, len);
	table_len = (size_t)n * IK_SECTION_LEN;
	if (ik_load64(p) != len - IK_FOOTER_LEN - table_len)
		return ik_segment_corrupt(seg, err, "footer", "section table is elsewhere");
	seg->table = p - table_len;
	seg->n_sections = (uint32_t)n;
	if (ik_load32(p + 12) != ik_crc32(0, seg->table, table_len))
		return ik_segment_corrupt(seg, err, "section table", "wrong checksum");
	return 0;
}

/* Where a section starts and ends in the file. */
struct span {
	uint64_t start, end;
};

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static uint64_t table_key(const uint8_t *entry)
{
	return (uint64_t)ik_load32(entry) << 32 | ik_load32(entry + 4);
}

/* One entry of the table: aligned, in the file, with a guard behind it, in order. */
static int check_entry(const struct ik_segment *seg, uint32_t i, struct span *span,
                       ink_error *err)
{
	const uint8_t *entry = seg->table + (size_t)i * IK_SECTION_LEN;
	uint64_t at = ik_load64(entry + 8), len = ik_load64(entry + 16);
	uint64_t table_at = (uint64_t)(seg->table - seg->in->data);

	if (at % IK_SECTION_ALIGN != 0 || at < IK_HEADER_LEN || at > table_at || len == 0 ||
	    len > table_at - at || table_at - at - len < IK_SECTION_GUARD)
		return ik_fail_at(err, INK_ECORRUPT, entry - seg->in->data,
		                  "%s: section \"%s\" lies outside the file", seg->name,
		                  ik_section_name(ik_load32(entry)));
	if (ik_load32(entry + 28) != 0)
		return ik_segment_corrupt(seg, err, "section table",
		                          "reserved bytes are not zero");
	if (i > 0 && table_key(entry - IK_SECTION_LEN) >= table_key(entry))
		return ik_segment_corrupt(seg, err, "section table", "not in order");
	span->start = at;
	span->end = at + len;
	return 0;
}

static int check_table(const struct ik_segment *seg, ink_error *err)
{
	struct span *spans = ik_array(seg->n_sections, sizeof *spans);
	int rc = 0;

	if (spans == NULL)
		return ik_fail_nomem(err);
	for (uint32_t i = 0; i < seg->n_sections && rc == 0; i++)
		rc = check_entry(seg, i, &spans[i], err);
	if (rc == 0 && seg->n_sections > 1)
		qsort(spans, seg->n_sections, sizeof *spans, by_start);
	for (uint32_t i = 1; i < seg->n_sections && rc == 0; i++)
		if (spans[i].start < spans[i - 1].end)
			rc = ik_segment_corrupt(seg, err, "section table", "sections overlap");
	ik_free(spans);
	return rc;
}

int ik_segment_read_table(struct ik_segment *seg, ink_error *err)
{
	int rc = check_footer(seg, err);

	return rc == 0 ? check_table(seg, err) : rc;
}

/* The table's entry of a section, or NULL. */
static const uint8_t *find_entry(const struct ik_segment *seg, uint32_t kind, uint32_t id)
{
	uint64_t key = (uint64_t)kind << 32 | id;
	uint32_t lo = 0, hi = seg->n_sections;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const uint8_t *entry = seg->table + (size_t)mid * IK_SECTION_LEN;

		if (table_key(entry) == key)
			return entry;
		if (table_key(entry) < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

struct ik_section ik_segment_section(const struct ik_segment *seg, uint32_t kind, uint32_t id)
{
	const uint8_t *entry = find_entry(seg, kind, id);
	struct ik_section section = {NULL, 0};

	if (entry != NULL) {
		section.p = seg->in->data + ik_load64(entry + 8);
		section.len = (size_t)ik_load64(entry + 16);
	}
	return section;
}

static double load_f64(const uint8_t *p)
{
	uint64_t bits = ik_load64(p);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* Positions need frequencies, and only parts with positions can leave them out of some lists. */
static int go_together(uint32_t flags)
{
	return (flags & IK_PART_POSITIONS) != 0 ? (flags & IK_PART_FREQS) != 0
	                                        : (flags & IK_PART_UNBROKEN) == 0;
}

/* One part of the meta section; `first` is the ordinal of its first term. */
static int read_part(struct ik_segment *seg, const uint8_t *p, uint64_t first,
                     struct ik_part_info *part, ink_error *err)
{
	struct ik_section norms;

	part->part = ik_load32(p);
	part->flags = ik_load32(p + 4);
	part->docs = ik_load32(p + 8);
	part->sum_len = ik_load64(p + 16);
	part->first_term = ik_load64(p + 24);
	part->terms = ik_load64(p + 32);
	part->postings = ik_load64(p + 40);
	if (part->part > IK_PART_MAX || (part != seg->parts && part[-1].part >= part->part))
		return ik_segment_corrupt(seg, err, "meta", "parts are not in order");
	if (part->flags >= 2 * IK_PART_FREE || !go_together(part->flags) ||
	    part->docs > seg->n_docs || ik_load32(p + 12) != 0)
		return ik_segment_corrupt(seg, err, "meta", "a part makes no sense");
	/* terms <= dictionary bytes < 2^32 and documents <= 2^24, so the product fits. */
	if (part->first_term != first || part->terms > seg->terms - first ||
	    part->postings < part->terms || part->postings > part->terms * seg->n_docs)
		return ik_segment_corrupt(seg, err, "meta", "terms do not add up");
	norms = ik_segment_section(seg, IK_SECTION_NORMS, part->part);
	if ((part->flags & IK_PART_NORMS) != 0) {
		if (norms.p == NULL || norms.len != seg->n_docs)
			return ik_segment_corrupt(seg, err, "norms", "not one for each document");
		part->norms = norms.p;
	}
	ik_bm25_init(&part->bm25, seg->k1, seg->b, ik_part_avg(part->docs, part->sum_len));
	return 0;
}

static int read_parts(struct ik_segment *seg, struct ik_section meta, ink_error *err)
{
	uint64_t first = 0;

	seg->parts = ik_zarray(seg->n_parts, sizeof *seg->parts);
	if (seg->parts == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < seg->n_parts; i++) {
		int rc = read_part(seg, meta.p + IK_META_HEAD + i * IK_META_PART, first,
		                   &seg->parts[i], err);

		if (rc != 0)
			return rc;
		first += seg->parts[i].terms;
	}
	if (first != seg->terms)
		return ik_segment_corrupt(seg, err, "meta", "terms do not add up");
	return 0;
}

static int read_meta(struct ik_segment *seg, ink_error *err)
{
	const uint8_t *entry = find_entry(seg, IK_SECTION_META, 0);
	struct ik_section meta = ik_segment_section(seg, IK_SECTION_META, 0);

	if (meta.p == NULL || meta.len < IK_META_HEAD)
		return ik_segment_corrupt(seg, err, "meta", "missing");
	if (ik_load32(entry + 24) != ik_crc32(0, meta.p, meta.len))
		return ik_segment_corrupt(seg, err, "meta", "wrong checksum");
	seg->k1 = load_f64(meta.p);
	seg->b = load_f64(meta.p + 8);
	seg->terms = ik_load64(meta.p + 16);
	seg->n_parts = ik_load32(meta.p + 24);
	seg->reordered = ik_load32(meta.p + 28) == IK_META_REORDERED;
	if (!isfinite(seg->k1) || seg->k1 < 0 || !(seg->b >= 0 && seg->b <= 1))
		return ik_segment_corrupt(seg, err, "meta", "k1 or b makes no sense");
	if ((meta.len - IK_META_HEAD) % IK_META_PART != 0 ||
	    (meta.len - IK_META_HEAD) / IK_META_PART != seg->n_parts ||
	    ik_load32(meta.p + 28) > IK_META_REORDERED)
		return ik_segment_corrupt(seg, err, "meta", "wrong length");
	return 0;
}

/* The dictionary and the stored documents: lengths that their readers rely on. */
static int check_lengths(struct ik_segment *seg, ink_error *err)
{
	uint64_t blocks;

	seg->postings = ik_segment_section(seg, IK_SECTION_POSTINGS, 0);
	seg->dict = ik_segment_section(seg, IK_SECTION_DICT, 0);
	seg->dict_index = ik_segment_section(seg, IK_SECTION_DICT_INDEX, 0);
	seg->stored = ik_segment_section(seg, IK_SECTION_STORED, 0);
	seg->stored_index = ik_segment_section(seg, IK_SECTION_STORED_INDEX, 0);
	if (seg->terms > seg->dict.len || seg->dict.len > UINT32_MAX)
		return ik_segment_corrupt(seg, err, "meta",
		                          "more terms than the dictionary holds");
	blocks = seg->terms / IK_DICT_BLOCK + (seg->terms % IK_DICT_BLOCK != 0);
	if (seg->dict_index.len != blocks * IK_DICT_INDEX ||
	    (seg->terms == 0 && seg->dict.len != 0))
		return ik_segment_corrupt(seg, err, "dictionary index", "wrong length");
	if ((seg->stored.p == NULL) != (seg->stored_index.p == NULL) ||
	    seg->stored_index.len % IK_STORED_ENTRY != 0 ||
	    (seg->stored.p != NULL && seg->stored_index.len < 2 * IK_STORED_ENTRY))
		return ik_segment_corrupt(seg, err, "stored index", "wrong length");
	return ik_frequent_open(seg, err);
}

static int open_all(struct ik_segment *seg, ink_error *err)
{
	struct ik_section meta;
	int rc = ik_segment_read_header(seg, err);

	if (rc == 0)
		rc = ik_segment_read_table(seg, err);
	if (rc == 0)
		rc = read_meta(seg, err);
	if (rc == 0)
		rc = check_lengths(seg, err);
	if (rc != 0)
		return rc;
	meta = ik_segment_section(seg, IK_SECTION_META, 0);
	return read_parts(seg, meta, err);
}

int ik_segment_map(struct ik_dir *dir, const char *name, struct ik_segment **out, ink_error *err)
{
	struct ik_segment *seg;
	int rc;

	*out = NULL;
	seg = ik_zalloc(sizeof *seg);
	if (seg == NULL)
		return ik_fail_nomem(err);
	atomic_init(&seg->refs, 1);
	seg->pack = ik_bitpack_choose(ik_cpu());
	seg->name = ik_strndup(name, strlen(name));
	rc = seg->name == NULL ? ik_fail_nomem(err) : dir->ops->open(dir, name, &seg->in, err);
	if (rc != 0) {
		ik_segment_unref(seg);
		return rc;
	}
	*out = seg;
	return 0;
}

int ik_segment_open(struct ik_dir *dir, const char *name, struct ik_segment **out, ink_error *err)
{
	int rc = ik_segment_map(dir, name, out, err);

	if (rc == 0)
		rc = open_all(*out, err);
	if (rc != 0) {
		ik_segment_unref(*out);
		*out = NULL;
	}
	return rc;
}

struct ik_segment *ik_segment_ref(struct ik_segment *seg)
{
	atomic_fetch_add_explicit(&seg->refs, 1, memory_order_relaxed);
	return seg;
}

void ik_segment_unref(struct ik_segment *seg)
{
	if (seg == NULL || atomic_fetch_sub_explicit(&seg->refs, 1, memory_order_acq_rel) != 1)
		return;
	ik_in_close(seg->in);
	ik_free(seg->parts);
	ik_free(seg->rebuilt);
	ik_free(seg->name);
	ik_free(seg);
}

const struct ik_part_info *ik_segment_part(const struct ik_segment *seg, uint32_t part)
{
	size_t lo = 0, hi = seg->n_parts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (seg->parts[mid].part == part)
			return &seg->parts[mid];
		if (seg->parts[mid].part < part)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

struct ik_post_env ik_segment_env(const struct ik_segment *seg, const struct ik_part_info *part,
                                  const char *term, size_t len)
{
	return (struct ik_post_env){seg->n_docs, ik_list_flags(part->flags, term, len), part->norms,
	                            seg->pack};
}
