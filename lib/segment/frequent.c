/*
 * frequent.c - terms with long lists, found by their hash.
 *
 * Layer: segment. Format: FORMAT.md, "Frequent terms". Open addressing with linear probing.
 * A slot has a few bits of the hash, so that strangers are told apart without a look at
 * their entries.
 */
#include "segment/frequent.h"

#include <string.h>

#include "base/bits.h"
#include "base/map.h"

#define HEAD 4    /* how many slots */
#define ALIGN 2   /* of entries */
#define FIXED 15  /* bytes of an entry before its term */
#define TAG_BITS 8
#define PLACES ((size_t)1 << (32 - TAG_BITS)) /* of entries, in units of ALIGN */
#define TERM_MAX 255
#define POST_BITS 40 /* of where a list is; above them stands df - 1 */

static uint64_t hash_of(uint32_t part, const char *term, size_t len)
{
	return ik_hash(term, len) + part * UINT64_C(0x9E3779B97F4A7C15);
}

/* Where to look first. */
static uint32_t first_slot(uint64_t hash, uint32_t slots)
{
	return (uint32_t)((hash >> 32) * slots >> 32);
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)hash & ((1u << TAG_BITS) - 1);
}

/* ---- writing ---- */

void ik_frequent_writer_init(struct ik_frequent_writer *w)
{
	memset(w, 0, sizeof *w);
	ik_buf_init(&w->entries, PLACES * ALIGN);
	ik_buf_init(&w->section, SIZE_MAX / 2);
}

void ik_frequent_writer_free(struct ik_frequent_writer *w)
{
	ik_buf_free(&w->entries);
	ik_buf_free(&w->section);
	ik_vec_free(&w->slots);
}

/* Where entries start, behind so many slots. */
static size_t entries_at(uint32_t slots)
{
	return HEAD + (size_t)slots * 4;
}

static uint32_t slots_for(size_t entries)
{
	return (uint32_t)(entries + entries / 4 + 1);
}

/* Is it one for the table, and is there room? Places are counted from the start of the section. */
static int is_wanted(const struct ik_frequent_writer *w, const struct ik_dict_entry *e)
{
	size_t end = entries_at(slots_for(w->slots.n + 1)) + w->entries.len + FIXED + e->len + ALIGN;

	return e->df >= IK_FREQUENT_MIN && !ik_dict_inline(e->post_len) && e->len <= TERM_MAX &&
	       e->post_len <= UINT32_MAX && e->post_at >> POST_BITS == 0 && end / ALIGN < PLACES;
}

int ik_frequent_add(struct ik_frequent_writer *w, const struct ik_dict_entry *e, ink_error *err)
{
	struct ik_frequent_slot *slot;

	if (!is_wanted(w, e))
		return 0;
	slot = ik_vec_push(&w->slots);
	if (slot == NULL)
		return ik_fail_nomem(err);
	slot->hash = hash_of(e->part, e->term, e->len);
	slot->at = w->entries.len;
	ik_buf_put_u64(&w->entries, (uint64_t)(e->df - 1) << POST_BITS | e->post_at);
	ik_buf_put_u32(&w->entries, (uint32_t)e->post_len);
	ik_buf_put_u16(&w->entries, (uint16_t)e->part);
	ik_buf_put_u8(&w->entries, (uint8_t)e->len);
	ik_buf_put(&w->entries, e->term, e->len);
	while (w->entries.len % ALIGN != 0 && w->entries.err == 0)
		ik_buf_put_u8(&w->entries, 0);
	return w->entries.err != 0 ? ik_fail_nomem(err) : 0;
}

static void put_slot(uint8_t *table, uint32_t slots, uint64_t hash, size_t place)
{
	uint32_t at = first_slot(hash, slots);

	while (ik_load32(table + (size_t)at * 4) != 0)
		at = at + 1 < slots ? at + 1 : 0;
	ik_store32(table + (size_t)at * 4,
	           tag_of(hash) << (32 - TAG_BITS) | (uint32_t)(place / ALIGN));
}

int ik_frequent_end(struct ik_frequent_writer *w, ink_error *err)
{
	uint32_t slots = slots_for(w->slots.n);
	size_t table = (size_t)slots * 4;
	uint8_t *room;

	if (w->slots.n == 0)
		return 0;
	ik_buf_put_u32(&w->section, slots);
	room = ik_buf_room(&w->section, table);
	if (room == NULL)
		return ik_fail_nomem(err);
	memset(room, 0, table);
	for (size_t i = 0; i < w->slots.n; i++)
		put_slot(room, slots, w->slots.v[i].hash, entries_at(slots) + w->slots.v[i].at);
	w->section.len += table;
	ik_buf_put(&w->section, w->entries.data, w->entries.len);
	return w->section.err != 0 ? ik_fail_nomem(err) : 0;
}

/* ---- reading ---- */

static int damaged(const struct ik_segment *seg, ink_error *err)
{
	return ik_segment_corrupt(seg, err, "frequent terms", "an entry is damaged");
}

int ik_frequent_open(struct ik_segment *seg, ink_error *err)
{
	seg->frequent = ik_segment_section(seg, IK_SECTION_FREQUENT, 0);
	seg->frequent_slots = 0;
	if (seg->frequent.p == NULL)
		return 0;
	if (seg->frequent.len >= HEAD)
		seg->frequent_slots = ik_load32(seg->frequent.p);
	if (seg->frequent_slots == 0 || seg->frequent_slots > (seg->frequent.len - HEAD) / 4)
		return ik_segment_corrupt(seg, err, "frequent terms", "wrong length");
	return 0;
}

static const uint8_t *slot_at(const struct ik_segment *seg, uint32_t slot)
{
	return seg->frequent.p + HEAD + (size_t)slot * 4;
}

uint64_t ik_frequent_count(const struct ik_segment *seg)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < seg->frequent_slots; i++)
		n += ik_load32(slot_at(seg, i)) != 0;
	return n;
}

uint64_t ik_frequent_hash(const struct ik_segment *seg, const struct ik_dict_lookup *term)
{
	uint64_t hash = hash_of(term->part, term->term, term->len);

	__builtin_prefetch(slot_at(seg, first_slot(hash, seg->frequent_slots)));
	return hash;
}

/*
 * From slot *at on, the next one that may be the term's: where its entry is, *at being the
 * slot behind it then; 0 when none comes. *left slots are looked at, at most.
 */
static size_t next_place(const struct ik_segment *seg, uint64_t hash, uint32_t *at, uint32_t *left)
{
	while (*left > 0) {
		uint32_t slot = ik_load32(slot_at(seg, *at));

		--*left;
		*at = *at + 1 < seg->frequent_slots ? *at + 1 : 0;
		if (slot == 0)
			return 0;
		if (slot >> (32 - TAG_BITS) == tag_of(hash))
			return (slot & (PLACES - 1)) * ALIGN;
	}
	return 0;
}

void ik_frequent_fetch(const struct ik_segment *seg, uint64_t hash)
{
	uint32_t at = first_slot(hash, seg->frequent_slots), left = seg->frequent_slots;
	size_t place = next_place(seg, hash, &at, &left);

	__builtin_prefetch(seg->frequent.p + place);
	__builtin_prefetch(seg->frequent.p + place + 31);
}

/* What the entry says of its term: 1, or INK_ECORRUPT. */
static int read_entry(const struct ik_segment *seg, const uint8_t *p, struct ik_term_info *info,
                      ink_error *err)
{
	uint64_t first = ik_load64(p), at = first & ((UINT64_C(1) << POST_BITS) - 1);
	uint32_t df = (uint32_t)(first >> POST_BITS) + 1, len = ik_load32(p + 8);

	if (df > seg->n_docs || len == 0 || at > seg->postings.len ||
	    len > seg->postings.len - at)
		return damaged(seg, err);
	*info = (struct ik_term_info){ df, seg->postings.p + at, len };
	return 1;
}

int ik_frequent_find(const struct ik_segment *seg, uint64_t hash,
                     const struct ik_dict_lookup *term, ink_error *err)
{
	uint32_t at = first_slot(hash, seg->frequent_slots), left = seg->frequent_slots;
	size_t place;

	while ((place = next_place(seg, hash, &at, &left)) != 0) {
		const uint8_t *p = seg->frequent.p + place;

		if (place + FIXED > seg->frequent.len ||
		    p[FIXED - 1] > seg->frequent.len - place - FIXED)
			return damaged(seg, err);
		if (p[FIXED - 1] == term->len && ik_load16(p + 12) == term->part &&
		    memcmp(p + FIXED, term->term, term->len) == 0)
			return read_entry(seg, p, term->info, err);
	}
	return 0;
}
