/*
 * memterms.c - the terms of a memory index and their postings.
 *
 * Layer: index. An open-addressing table of stored hashes leads to entries
 * that hold short terms inline, so that a token costs two cache lines. A
 * posting is written when the term's next document comes: until then its
 * frequency counts up in the entry.
 */
#include "index/memindex.h"

#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "segment/format.h"

#define SLOTS_MIN 32u
#define TERMS_MAX (1u << 30)

/* Mixes eight bytes a step by a 128-bit-free multiply and fold. */
static inline uint32_t hash_key(const char *key, uint32_t len)
{
	uint64_t h = len * UINT64_C(0x9E3779B97F4A7C15), a;

	while (len > 8) {
		h = (h ^ ik_load64(key)) * UINT64_C(0xBF58476D1CE4E5B9);
		h ^= h >> 29;
		key += 8;
		len -= 8;
	}
	if (len == 8)
		a = ik_load64(key);
	else if (len >= 4)
		a = (uint64_t)ik_load32(key) << 32 | ik_load32(key + len - 4);
	else if (len > 0)
		a = (uint64_t)(uint8_t)key[0] << 16 | (uint64_t)(uint8_t)key[len / 2] << 8 |
		    (uint8_t)key[len - 1];
	else
		a = 0;
	h = (h ^ a) * UINT64_C(0x94D049BB133111EB);
	return (uint32_t)(h >> 32) ^ (uint32_t)h >> 7;
}

static int grow_slots(struct ik_mem_part *part)
{
	uint32_t cap = part->cap == 0 ? SLOTS_MIN : part->cap * 2;
	struct ik_mem_slot *slots = ik_zarray(cap, sizeof *slots);

	if (slots == NULL)
		return -1;
	for (uint32_t i = 0; i < part->cap; i++) {
		uint32_t at = part->slots[i].hash & (cap - 1);

		if (part->slots[i].term == 0)
			continue;
		while (slots[at].term != 0)
			at = (at + 1) & (cap - 1);
		slots[at] = part->slots[i];
	}
	ik_free(part->slots);
	part->slots = slots;
	part->cap = cap;
	return 0;
}

static struct ik_mem_term *add_term(struct ik_mem_part *part, struct ik_arena *arena,
                                    const char *key, uint32_t len, uint32_t hash)
{
	struct ik_mem_term *t;
	const char *copy = NULL;

	if (part->terms.n >= TERMS_MAX)
		return NULL;
	if (len > IK_MEM_INLINE) {
		copy = ik_arena_strndup(arena, key, len);
		if (copy == NULL)
			return NULL;
	}
	t = ik_vec_push(&part->terms);
	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof *t);
	t->hash = hash;
	t->len = len;
	if (copy != NULL)
		t->key.ptr = copy;
	else if (len > 0)
		memcpy(t->key.bytes, key, len);
	t->docs.start = t->docs.at = IK_SLICE_NONE;
	t->positions.start = t->positions.at = IK_SLICE_NONE;
	t->doc = IK_MEM_NO_DOC;
	return t;
}

/* The number of a term whose hash is known. */
static uint32_t intern(struct ik_mem_part *part, struct ik_arena *arena, const char *key,
                       uint32_t len, uint32_t hash)
{
	uint32_t at;

	if (part->terms.n >= part->cap / 2 && grow_slots(part) != 0)
		return IK_MEM_NO_DOC;
	for (at = hash & (part->cap - 1); part->slots[at].term != 0;
	     at = (at + 1) & (part->cap - 1)) {
		const struct ik_mem_term *t;

		if (part->slots[at].hash != hash)
			continue;
		t = &part->terms.v[part->slots[at].term - 1];
		if (t->len == len && (len == 0 || memcmp(ik_mem_key(t), key, len) == 0))
			return part->slots[at].term - 1;
	}
	if (add_term(part, arena, key, len, hash) == NULL)
		return IK_MEM_NO_DOC;
	part->slots[at] = (struct ik_mem_slot){hash, (uint32_t)part->terms.n};
	return (uint32_t)part->terms.n - 1;
}

uint32_t ik_mem_intern(struct ik_mem_part *part, struct ik_arena *arena, const char *key,
                       uint32_t len)
{
	return intern(part, arena, key, len, hash_key(key, len));
}

/* The last document is over: write its posting. */
static int write_posting(struct ik_slices *s, uint32_t flags, struct ik_mem_term *t)
{
	if ((flags & IK_PART_FREQS) == 0)
		return ik_stream_put(s, &t->docs, t->delta);
	if (t->tf == 1)
		return ik_stream_put(s, &t->docs, t->delta << 1 | 1);
	if (ik_stream_put(s, &t->docs, t->delta << 1) != 0)
		return -1;
	return ik_stream_put(s, &t->docs, t->tf);
}

int ik_mem_occur(struct ik_memindex *m, struct ik_mem_part *part, struct ik_mem_term *t,
                 uint32_t doc, uint32_t position)
{
	if (t->doc != doc) {
		if (t->doc == IK_MEM_NO_DOC) {
			t->delta = doc;
		} else {
			if (write_posting(&m->slices, part->flags, t) != 0)
				return -1;
			t->delta = doc - t->doc;
		}
		t->doc = doc;
		t->tf = 0;
		t->position = 0;
	}
	t->tf++;
	if ((part->flags & IK_PART_POSITIONS) == 0)
		return 0;
	if (ik_stream_put(&m->slices, &t->positions, position - t->position) != 0)
		return -1;
	t->position = position;
	return 0;
}

#if defined(__GNUC__)
# define FETCH(p) __builtin_prefetch(p)
#else
# define FETCH(p) ((void)(p))
#endif

/* The entry that a hash leads to at first sight, almost always the right one. */
static void fetch_entry(const struct ik_mem_part *part, uint32_t hash)
{
	uint32_t term = part->cap == 0 ? 0 : part->slots[hash & (part->cap - 1)].term;

	if (term != 0) {
		FETCH(&part->terms.v[term - 1]);
		FETCH((const char *)&part->terms.v[term - 1] + sizeof *part->terms.v - 1);
	}
}

static void fetch_streams(const struct ik_memindex *m, const struct ik_mem_term *t)
{
	if (t->positions.at != IK_SLICE_NONE)
		FETCH(ik_slices_at(&m->slices, t->positions.at));
	if (t->docs.at != IK_SLICE_NONE && t->doc != m->n_docs)
		FETCH(ik_slices_at(&m->slices, t->docs.at));
}

int ik_mem_take(struct ik_memindex *m, struct ik_mem_part *parts)
{
	struct ik_mem_batch *b = &m->batch;
	uint32_t n = b->n;

	b->n = 0;
	b->used = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct ik_mem_part *part = &parts[b->gram[i]];

		b->hash[i] = hash_key(b->bytes + b->at[i], b->len[i]);
		if (part->cap > 0)
			FETCH(&part->slots[b->hash[i] & (part->cap - 1)]);
	}
	for (uint32_t i = 0; i < n; i++)
		fetch_entry(&parts[b->gram[i]], b->hash[i]);
	for (uint32_t i = 0; i < n; i++) {
		struct ik_mem_part *part = &parts[b->gram[i]];

		b->term[i] = intern(part, &m->arena, b->bytes + b->at[i], b->len[i], b->hash[i]);
		if (b->term[i] == IK_MEM_NO_DOC)
			return -1;
		fetch_streams(m, &part->terms.v[b->term[i]]);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct ik_mem_part *part = &parts[b->gram[i]];

		if (ik_mem_occur(m, part, &part->terms.v[b->term[i]], m->n_docs,
		                 b->position[i]) != 0)
			return -1;
	}
	return 0;
}

void ik_mem_postings(struct ik_mem_postings *it, const struct ik_memindex *m,
                     const struct ik_mem_part *part, const struct ik_mem_term *term)
{
	it->term = term;
	it->flags = part->flags;
	it->doc = 0;
	it->tf = 0;
	it->last = 0;
	ik_stream_read(&it->docs, &m->slices, &term->docs);
	ik_stream_read(&it->positions, &m->slices, &term->positions);
}

int ik_mem_postings_next(struct ik_mem_postings *it)
{
	uint32_t code;

	if (ik_stream_done(&it->docs)) {
		if (it->last)
			return 0;
		it->last = 1;
		it->doc = it->term->doc;
		it->tf = it->flags & IK_PART_FREQS ? it->term->tf : 1;
		return 1;
	}
	code = ik_stream_get(&it->docs);
	it->tf = 1;
	if ((it->flags & IK_PART_FREQS) == 0) {
		it->doc += code;
		return 1;
	}
	it->doc += code >> 1;
	if ((code & 1) == 0)
		it->tf = ik_stream_get(&it->docs);
	return 1;
}

void ik_mem_postings_positions(struct ik_mem_postings *it, uint32_t *out)
{
	uint32_t position = 0;

	for (uint32_t i = 0; i < it->tf; i++) {
		position += ik_stream_get(&it->positions);
		out[i] = position;
	}
}
