/* masks_open.c - room for masks, and what code goes along them on this processor. Layer: match. */
#include "base/cpu.h"
#include "match/masks.h"

int ik_masks_open(struct ik_match *match, struct ik_masks *out)
{
	size_t n = match->n_ranges < IK_MASKS_MAX ? match->n_ranges : IK_MASKS_MAX;

	out->from = out->n = 0;
	out->room = (uint32_t)n;
	out->list = ik_arena_array(match->arena, n, sizeof *out->list);
	out->docs = ik_arena_array(match->arena, n, sizeof *out->docs);
	out->places = ik_arena_array(match->arena, n, sizeof *out->places);
	out->at[0] = ik_arena_array(match->arena, n, sizeof *out->at[0]);
	out->at[1] = ik_arena_array(match->arena, n, sizeof *out->at[1]);
	out->picked = ik_arena_array(match->arena, n, sizeof *out->picked);
	if (out->list == NULL || out->docs == NULL || out->places == NULL ||
	    out->at[0] == NULL || out->at[1] == NULL || out->picked == NULL)
		return ik_fail_nomem(match->err);
	return 0;
}

void ik_masks_list(struct ik_masks *m, struct ik_match *match, uint32_t from,
                   const uint16_t *bounds, uint32_t n, uint16_t least)
{
	m->from = from;
	m->n = (uint32_t)match->kernel->places(bounds, n, least, m->list);
}

const struct ik_masks_ops *ik_masks_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_masks_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_masks_avx2;
#endif
	(void)cpu;
	return &ik_masks_scalar;
}
