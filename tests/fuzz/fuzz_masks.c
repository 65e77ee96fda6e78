/*
 * fuzz_masks.c - two posting lists, whose documents are set, kept and counted
 * in many ranges at once: whatever the bytes are, the versions for newer
 * processors say what the scalar one does. Nine bytes say documents, postings
 * of either, and how long the first list is.
 */
#include "fuzz.h"
#include "base/cpu.h"
#include "match/masks.h"

#define LISTS_HEAD 9

struct lists {
	struct ik_match match;
	struct ik_segment segment;
	struct ik_arena arena;
	struct ik_term a, b; /* the rarer first */
	uint32_t n_ranges;
};

/* What came of everything that masks are asked for. */
struct told {
	int rc[6];
	uint64_t met, both, have_all, left;
	uint32_t listed[2];
};

/* 0, or INK_ECORRUPT when the list cannot be opened. */
static int open_term(struct lists *l, struct ik_term *t, uint32_t n_docs, uint32_t df,
                     const uint8_t *post, size_t len)
{
	struct ik_post_env env = {n_docs, 0, NULL, ik_bitpack_choose(ik_cpu())};

	t->info = (struct ik_term_info){.df = df, .post = post, .post_len = len};
	t->node.m = &l->match;
	t->rec_range = t->loaded_range = UINT32_MAX;
	t->ranged = ik_post_form(df, n_docs) == IK_FORM_RANGES;
	if (t->ranged)
		return ik_ranges_open(&env, &t->info, &l->arena, &t->ranges);
	t->docs = ik_arena_array(&l->arena, (size_t)df + IK_TERM_PAD, sizeof *t->docs);
	image_need(t->docs != NULL, "no memory");
	memset(t->docs + df, 0xff, IK_TERM_PAD * sizeof *t->docs);
	return ik_post_decode(&env, &t->info, t->docs, NULL, NULL);
}

/* From the first range on, as the plan of a query does it: at most as many as there is room for. */
static struct told ask(struct lists *l, const struct ik_masks_ops *ops)
{
	struct ik_term *both[2] = {&l->a, &l->b};
	struct told told = {0};
	struct ik_masks m;
	uint32_t n;

	image_need(ik_masks_open(&l->match, &m) == 0, "no memory");
	n = l->n_ranges < m.room ? l->n_ranges : m.room;
	l->a.rec_range = l->b.rec_range = UINT32_MAX;
	told.rc[0] = ops->count_all(&m, 0, n, both, 2, &told.both);
	told.rc[5] = ops->all(&m, 0, n, both, 2);
	if (told.rc[5] == 0)
		told.have_all = ops->count(&m);
	ops->occupied(&m, 0, n, both, 2, 1);
	told.listed[0] = m.n;
	ops->occupied(&m, 0, n, both, 2, 0);
	told.listed[1] = m.n;
	for (uint32_t i = 0; i < m.n; i++)
		image_need(m.list[i] < n && (i == 0 || m.list[i] > m.list[i - 1]),
		           "ranges do not ascend");
	told.rc[1] = ops->set(&m, both[0]);
	if (told.rc[1] != 0)
		return told;
	told.rc[2] = ops->meet(&m, both[1], &told.met);
	told.rc[3] = ops->keep(&m, both[1]);
	if (told.rc[3] != 0)
		return told;
	told.rc[4] = ops->add(&m, both[0]);
	if (told.rc[4] == 0)
		told.left = ops->count(&m);
	return told;
}

static void compare(const struct told *a, const struct told *b)
{
	for (size_t i = 0; i < 6; i++)
		image_need(a->rc[i] == b->rc[i], "damage is found by one and not by the other");
	image_need(a->listed[0] == b->listed[0] && a->listed[1] == b->listed[1],
	           "other ranges are listed");
	image_need(a->rc[0] != 0 || a->both == b->both, "two terms are counted differently");
	image_need(a->have_all == b->have_all, "other documents have both");
	image_need(a->rc[2] != 0 || a->met == b->met, "a mask meets differently");
	image_need(a->left == b->left, "other documents are left");
}

static void ask_all(struct lists *l)
{
	static char name[] = "lists";
	static ink_error err;
	struct told told, again;

	l->segment.name = name;
	l->match.seg = &l->segment;
	l->match.arena = &l->arena;
	l->match.n_ranges = l->n_ranges;
	l->match.err = &err;
	told = ask(l, &ik_masks_scalar);
	again = ask(l, ik_masks_choose(ik_cpu() & ~(uint32_t)IK_CPU_AVX512));
	compare(&told, &again);
	again = ask(l, ik_masks_choose(ik_cpu()));
	compare(&told, &again);
}

FUZZ(masks)
{
	struct lists *l = calloc(1, sizeof *l);
	uint32_t n_docs, df[2];
	size_t at;
	uint8_t *copy[2];

	image_need(l != NULL, "no memory");
	if (len < LISTS_HEAD) {
		free(l);
		return 0;
	}
	n_docs = 1 + (ik_load32(data) & 0x7ffff);
	df[0] = 1 + (uint32_t)ik_load16(data + 3) % n_docs;
	df[1] = 1 + (uint32_t)ik_load16(data + 5) % n_docs;
	at = ik_load16(data + 7) % (len - LISTS_HEAD + 1);
	copy[0] = fuzz_copy(data + LISTS_HEAD, at, 64);
	copy[1] = fuzz_copy(data + LISTS_HEAD + at, len - LISTS_HEAD - at, 64);
	l->n_ranges = ik_range_count(n_docs);
	if (df[0] <= df[1] && open_term(l, &l->a, n_docs, df[0], copy[0], at) == 0 &&
	    open_term(l, &l->b, n_docs, df[1], copy[1], len - LISTS_HEAD - at) == 0)
		ask_all(l);
	ik_arena_free(&l->arena);
	free(copy[0]);
	free(copy[1]);
	free(l);
	return 0;
}
