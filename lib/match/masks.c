/*
 * masks.c - the documents of many ranges at once, one term after the other.
 *
 * Layer: match. Compiled three times: as it stands, which is the reference, by
 * masks_avx2.c with IK_HAVE_AVX2 for processors that have AVX2 and POPCNT, and by
 * masks_avx512.c with IK_HAVE_AVX512 as well.
 */
#include "match/masks.h"

#include "match/masks_ranges.h"
#include "match/masks_record.h"
#include "segment/range_open.h"

#if !defined(IK_HAVE_AVX2)
#define IK_MASKS ik_masks_scalar
#endif

/* ---- a term's documents in one range, as a record has them ---- */

/* Where the records of n of the places are. No loop over them asks twice of what form the list is. */
static inline void find_as(const struct ik_ranges *list, uint32_t from, const uint16_t *places,
                           uint32_t n, int sparse, unsigned dir_width, uint64_t *at)
{
	const struct ik_ranges as = { .present = sparse ? list->present : NULL,
		                      .rank = list->rank, .bases = list->bases,
		                      .dir = list->dir, .dir_width = dir_width };
	const uint8_t *records = list->records;

	for (uint32_t i = 0; i < n; i++) {
		at[i] = ik_range_at(&as, ik_range_slot(&as, from + places[i]));
		__builtin_prefetch(records + at[i]);
		__builtin_prefetch(records + at[i] + IK_RECORD_HEAD + IK_MASK - 1);
	}
}

/* Only in the last range may documents be past the end of the segment. */
static int check_last(const struct ik_term *t, uint32_t r, uint64_t at)
{
	struct ik_record rec;

	if (r + 1 < t->ranges.n || ik_range_open_docs(&t->ranges, r, at, &rec) == 0)
		return 0;
	return ik_term_damaged(t);
}

/*
 * Where the term's records are in n places, ascending, in which it has documents. No record
 * is read before all are asked for, so that they come from memory side by side.
 * INK_ECORRUPT.
 */
static inline int find_records(const struct ik_masks *m, const struct ik_term *t,
                               const uint16_t *places, uint32_t n, uint64_t *at)
{
	const struct ik_ranges *list = &t->ranges;

	if (!t->ranged || n == 0) {
		memset(at, 0, n * sizeof *at);
		return 0;
	}
	if (list->present == NULL && list->dir_width == 2)
		find_as(list, m->from, places, n, 0, 2, at);
	else if (list->present == NULL)
		find_as(list, m->from, places, n, 0, 4, at);
	else if (list->dir_width == 2)
		find_as(list, m->from, places, n, 1, 2, at);
	else
		find_as(list, m->from, places, n, 1, 4, at);
	return check_last(t, m->from + places[n - 1], at[n - 1]);
}

/* Put the places of the list where the term may have documents into m->places: how many. */
static inline uint32_t find_places(struct ik_masks *m, const struct ik_term *t)
{
	uint32_t found = 0;

	if (!t->ranged) {
		memcpy(m->places, m->list, m->n * sizeof *m->list);
		return m->n;
	}
	for (uint32_t i = 0; i < m->n; i++) {
		m->places[found] = m->list[i];
		found += ik_ranges_occupied(&t->ranges, m->from + m->list[i]);
	}
	return found;
}

/* A term whose documents are read range by range. */
struct reader {
	struct ik_term *t;
	const uint8_t *records;
	uint64_t whole; /* records before this have as many bytes behind them as any may need */
};

static inline struct reader reader_of(struct ik_term *t)
{
	const struct ik_ranges *list = &t->ranges;
	ptrdiff_t whole = list->records_end - list->records - (IK_RECORD_HEAD + IK_MASK - 1);

	return (struct reader){ t, list->records, t->ranged && whole > 0 ? (uint64_t)whole : 0 };
}

/* Of a list that is not in range form. */
static void read_list(struct ik_term *t, uint32_t r, uint8_t room[IK_MASK], struct ik_record *out)
{
	ik_term_seek(t, r);
	out->n = t->end - t->at;
	out->docs = room;
	memset(room, 0, IK_MASK);
	for (uint32_t i = 0; i < out->n; i++) {
		uint32_t d = t->docs[t->at + i] % IK_RANGE;

		if (ik_record_is_bitmap(out))
			add_doc(room, d);
		else
			room[i] = (uint8_t)d;
	}
}

/* A list, or a record near the end of the file. */
static int read_slowly(struct ik_term *t, uint32_t r, uint64_t at, uint8_t room[IK_MASK],
                       struct ik_record *out)
{
	if (!t->ranged) {
		read_list(t, r, room, out);
		return 0;
	}
	if (ik_range_open_docs(&t->ranges, r, at, out) != 0)
		return ik_term_damaged(t);
	if (out->end - out->docs < IK_MASK) {
		memcpy(room, out->docs, out->n);
		out->docs = room;
	}
	return 0;
}

/*
 * The documents of range r, perhaps none, and not whether they are in the segment.
 * IK_MASK bytes of them can be read, in `room` where that were too many. INK_ECORRUPT.
 */
static inline int read_docs(const struct reader *in, uint32_t r, uint64_t at,
                            uint8_t room[IK_MASK], struct ik_record *out)
{
	if (at >= in->whole)
		return read_slowly(in->t, r, at, room, out);
	ik_record_docs(in->records + at, out);
	return 0;
}

/* ---- all ranges ---- */

enum way {
	ADD,
	KEEP,
	MEET
};

/* The only loop over records, so that reading one is compiled into it. *met: of MEET. */
static int walk(struct ik_masks *m, struct ik_term *t, enum way way, uint64_t *met)
{
	uint32_t n = find_places(m, t), from = m->from, kept = 0;
	const struct reader in = reader_of(t);
	const uint16_t *places = m->places;
	const uint64_t *at = m->at[0];
	uint8_t room[IK_MASK], (*docs)[IK_MASK] = m->docs;
	struct ik_record rec;

	if (find_records(m, t, places, n, m->at[0]) != 0)
		return INK_ECORRUPT;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t place = places[i];

		if (read_docs(&in, from + place, at[i], room, &rec) != 0)
			return INK_ECORRUPT;
		if (way == ADD) {
			add_record(docs[place], &rec);
		} else if (way == MEET) {
			*met += meet_record(docs[place], &rec);
		} else {
			m->list[kept] = place;
			kept += (uint32_t)keep_record(docs[place], &rec);
		}
	}
	m->n = way == KEEP ? kept : m->n;
	return 0;
}

/* ---- two terms ---- */

/* How many documents both have, in the listed ranges. */
static int count_ranges(struct ik_masks *m, struct ik_term *a, struct ik_term *b, uint64_t *count)
{
	const struct reader in_a = reader_of(a), in_b = reader_of(b);
	const uint64_t *at_a = m->at[0], *at_b = m->at[1];
	uint8_t room_a[IK_MASK], room_b[IK_MASK];
	struct ik_record rec_a, rec_b;

	if (find_records(m, a, m->list, m->n, m->at[0]) != 0 ||
	    find_records(m, b, m->list, m->n, m->at[1]) != 0)
		return INK_ECORRUPT;
	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t r = m->from + m->list[i];

		if (read_docs(&in_a, r, at_a[i], room_a, &rec_a) != 0 ||
		    read_docs(&in_b, r, at_b[i], room_b, &rec_b) != 0)
			return INK_ECORRUPT;
		*count += count_both(&rec_a, &rec_b);
	}
	return 0;
}

/* ---- a list that is not in range form, and terms more frequent ---- */

/* Of the documents picked those that the other list has. *n: how many. */
static void keep_listed(struct ik_masks *m, const struct ik_term *t, uint32_t *n)
{
	uint32_t i = *n > 0 ? ik_term_list_from(t, m->picked[0]) : 0, kept = 0;

	for (uint32_t k = 0; k < *n; k++) {
		i = ik_term_pass(t, i, m->picked[k]);
		m->picked[kept] = m->picked[k];
		kept += t->docs[i] == m->picked[k];
	}
	*n = kept;
}

/* Those that the term has. INK_ECORRUPT. */
static int keep_picked(struct ik_masks *m, struct ik_term *t, uint32_t *n)
{
	const struct reader in = reader_of(t);
	uint8_t room[IK_MASK];
	struct ik_record rec;
	uint32_t kept = 0;

	if (!t->ranged) {
		keep_listed(m, t, n);
		return 0;
	}
	keep_occupied(m, &t->ranges, n);
	if (find_records(m, t, m->places, *n, m->at[0]) != 0)
		return INK_ECORRUPT;
	for (uint32_t k = 0; k < *n; k++) {
		uint32_t doc = m->picked[k];

		if (read_docs(&in, doc / IK_RANGE, m->at[0][k], room, &rec) != 0)
			return INK_ECORRUPT;
		m->picked[kept] = doc;
		kept += record_has(&rec, doc % IK_RANGE);
	}
	*n = kept;
	return 0;
}

/* Put n documents picked behind those that are there. */
static void put_picked(struct ik_masks *m, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		uint16_t place = (uint16_t)(m->picked[k] / IK_RANGE - m->from);

		if (m->n == 0 || m->list[m->n - 1] != place) {
			m->list[m->n++] = place;
			memset(m->docs[place], 0, IK_MASK);
		}
		add_doc(m->docs[place], m->picked[k] % IK_RANGE);
	}
}

/*
 * As all() where the first term is a list: its documents, as many at a time as there is room
 * for. How many are left is *met.
 */
static int meet_list(struct ik_masks *m, uint32_t from, uint32_t n, struct ik_term *const *terms,
                     size_t n_terms, uint64_t *met)
{
	const struct ik_term *list = terms[0];
	uint64_t first = (uint64_t)from * IK_RANGE;
	uint32_t at = ik_term_list_from(list, first), some;
	uint32_t end = ik_term_list_from(list, first + (uint64_t)n * IK_RANGE);
	int rc = 0;

	m->from = from;
	m->n = 0;
	*met = 0;
	for (; rc == 0 && at < end; at += some) {
		uint32_t kept = some = end - at < m->room ? end - at : m->room;

		memcpy(m->picked, list->docs + at, some * sizeof *m->picked);
		for (size_t i = 1; rc == 0 && i < n_terms; i++)
			rc = keep_picked(m, terms[i], &kept);
		if (rc == 0)
			put_picked(m, kept);
		*met += kept;
	}
	return rc;
}

/* ---- what masks.h offers ---- */

/* A list that is not in range form: whose masks are not listed does not matter. */
static void add_list(struct ik_masks *m, const struct ik_term *t)
{
	uint64_t first = (uint64_t)m->from * IK_RANGE, end = first + (uint64_t)m->room * IK_RANGE;

	for (uint32_t i = ik_term_list_from(t, first); i < t->info.df && t->docs[i] < end; i++)
		add_doc(m->docs[t->docs[i] / IK_RANGE - m->from], t->docs[i] % IK_RANGE);
}

static int add(struct ik_masks *m, struct ik_term *t)
{
	if (t->ranged)
		return walk(m, t, ADD, NULL);
	add_list(m, t);
	return 0;
}

static int set(struct ik_masks *m, struct ik_term *t)
{
	for (uint32_t i = 0; i < m->n; i++)
		memset(m->docs[m->list[i]], 0, IK_MASK);
	return add(m, t);
}

static int keep(struct ik_masks *m, struct ik_term *t)
{
	return walk(m, t, KEEP, NULL);
}

static int meet(struct ik_masks *m, struct ik_term *t, uint64_t *count)
{
	*count = 0;
	return walk(m, t, MEET, count);
}

/* In the listed ranges. */
static int keep_all(struct ik_masks *m, struct ik_term *const *terms, size_t n)
{
	int rc = set(m, terms[0]);

	for (size_t i = 1; rc == 0 && i < n; i++)
		rc = keep(m, terms[i]);
	return rc;
}

static int all(struct ik_masks *m, uint32_t from, uint32_t n, struct ik_term *const *terms,
               size_t n_terms)
{
	uint64_t met;

	if (!terms[0]->ranged)
		return meet_list(m, from, n, terms, n_terms, &met);
	list_occupied(m, from, n, terms, n_terms, 1);
	return keep_all(m, terms, n_terms);
}

static uint64_t count(const struct ik_masks *m)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < m->n; i++)
		sum += count_docs(m->docs[m->list[i]]);
	return sum;
}

static int count_all(struct ik_masks *m, uint32_t from, uint32_t n, struct ik_term *const *terms,
                     size_t n_terms, uint64_t *met)
{
	int rc;

	if (!terms[0]->ranged)
		return meet_list(m, from, n, terms, n_terms, met);
	*met = 0;
	list_occupied(m, from, n, terms, n_terms, 1);
	if (n_terms == 2)
		return count_ranges(m, terms[0], terms[1], met);
	rc = keep_all(m, terms, n_terms - 1);
	return rc == 0 ? walk(m, terms[n_terms - 1], MEET, met) : rc;
}

const struct ik_masks_ops IK_MASKS = { list_occupied, all,      count_all, set,  add,
	                               keep,          keep_all, meet,      count };
