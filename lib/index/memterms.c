/*
 * memterms.c - the terms of a memory index.
 *
 * Layer: index. An open-addressing table of stored hashes leads to entries
 * that hold short terms inline as two words, so that a token costs two cache
 * lines and a term is compared without a loop.
 */
#include "index/memindex.h"

#include <string.h>

#include "base/mem.h"

#define SLOTS_MIN 32u
#define TERMS_MAX (1u << 30)

uint32_t ik_mem_hash_long(const char *p, uint32_t len)
{
	uint64_t h = len * IK_MEM_MIX_A;

	for (uint32_t i = 0; i + 8 < len; i += 8) {
		h = (h ^ ik_load64(p + i)) * IK_MEM_MIX_B;
		h ^= h >> 29;
	}
	return ik_mem_hash_end((h ^ ik_load64(p + len - 8)) * IK_MEM_MIX_C);
}

static uint32_t hash_of(const struct ik_mem_term *t)
{
	struct ik_mem_key key;

	ik_mem_key_init(&key, ik_mem_term_key(t), t->len);
	return key.hash;
}

/* A slot for a term that is not in the table. */
static void put_slot(struct ik_mem_part *part, uint32_t term, uint32_t hash)
{
	uint32_t at = hash & part->mask;

	while (part->slots[at] != 0)
		at = (at + 1) & part->mask;
	part->slots[at] = (hash & ~part->mask) | (term + 1);
}

static int grow_slots(struct ik_mem_part *part)
{
	uint32_t n = part->mask == 0 ? SLOTS_MIN : (part->mask + 1) * 2;
	uint32_t *slots = ik_zarray(n, sizeof *slots);

	if (slots == NULL)
		return -1;
	ik_free(part->slots);
	part->slots = slots;
	part->mask = n - 1;
	for (uint32_t i = 0; i < part->n_terms; i++)
		put_slot(part, i, hash_of(&part->terms[i]));
	return 0;
}

static int grow_terms(struct ik_mem_part *part)
{
	enum { ALIGN = sizeof(struct ik_mem_term) };
	uint32_t cap = part->terms_cap + part->terms_cap / 2 + 16;
	void *room = ik_array((size_t)cap + 1, sizeof *part->terms);
	struct ik_mem_term *terms;

	if (room == NULL)
		return -1;
	terms = (void *)(((uintptr_t)room + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
	if (part->n_terms > 0)
		memcpy(terms, part->terms, part->n_terms * sizeof *terms);
	ik_free(part->terms_room);
	part->terms_room = room;
	part->terms = terms;
	part->terms_cap = cap;
	return 0;
}

static int add_term(struct ik_memindex *m, struct ik_mem_part *part, const struct ik_mem_key *key)
{
	struct ik_mem_term t = {.len = (uint16_t)key->len};

	if (part->n_terms >= TERMS_MAX ||
	    (part->n_terms == part->terms_cap && grow_terms(part) != 0))
		return -1;
	if (key->len > IK_MEM_INLINE) {
		t.key.ptr = ik_arena_strndup(&m->arena, key->ptr, key->len);
		if (t.key.ptr == NULL)
			return -1;
	} else {
		ik_store64(t.key.bytes, key->word[0]);
		ik_store64(t.key.bytes + 8, key->word[1]);
	}
	if (ik_stream_open(&m->slices, &t.list) != 0)
		return -1;
	part->terms[part->n_terms] = t;
	put_slot(part, part->n_terms++, key->hash);
	return 0;
}

uint32_t ik_mem_intern(struct ik_memindex *m, struct ik_mem_part *part,
                       const struct ik_mem_key *key)
{
	uint32_t mask, slot;

	if (part->n_terms >= part->mask / 8 * 5 && grow_slots(part) != 0)
		return IK_MEM_NONE;
	mask = part->mask;
	for (uint32_t at = key->hash & mask; (slot = part->slots[at]) != 0; at = (at + 1) & mask)
		if (((slot ^ key->hash) & ~mask) == 0 &&
		    ik_mem_is(&part->terms[(slot & mask) - 1], key))
			return (slot & mask) - 1;
	return add_term(m, part, key) == 0 ? part->n_terms - 1 : IK_MEM_NONE;
}
