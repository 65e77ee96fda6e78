/*
 * fuzz_post.c - posting lists in all three forms: documents ascend and are in
 * bounds, and all decoders agree. Six bytes say flags, documents, postings.
 */
#include "fuzz.h"
#include "base/cpu.h"
#include "segment/post_read.h"
#include "segment/range.h"

#define TF_MAX 100000 /* positions of one posting that are worth reading here */

static void walk_list(const struct ik_post_env *env, const struct ik_term_info *info)
{
	struct ik_post_iter it;
	uint32_t last = 0, n = 0;
	ink_error err = {0};

	if (ik_post_iter_open(&it, env, info, &err) == 0)
		while (ik_post_iter_next(&it, &err) == 1) {
			image_need(it.doc < env->n_docs && (n == 0 || it.doc > last),
			           "documents do not ascend");
			image_need(it.tf > 0, "a posting without an occurrence");
			last = it.doc;
			n++;
			if ((env->flags & IK_PART_POSITIONS) != 0 && it.tf < TF_MAX && n % 3 != 0)
				(void)ik_post_iter_positions(&it, &err);
		}
	image_need(n <= info->df, "more postings than there are");
	n = 0;
	if (ik_post_iter_reopen(&it, env, info, &err) == 0)
		while (ik_post_iter_unit(&it, &err) == 1) {
			image_need(it.docs[it.n - 1] < env->n_docs, "a document out of bounds");
			n += it.n;
			if ((env->flags & IK_PART_POSITIONS) != 0)
				(void)ik_post_iter_unit_gaps(&it, &err);
		}
	image_need(n <= info->df, "more postings than there are");
	ik_post_iter_free(&it);
}

/* Read its positions, look for some of them, and for those of another. */
static void touch_posting(const struct ik_posting *posting, const struct ik_posting *other)
{
	uint32_t sought[] = {7, 8, 300, 70000}, n = 4, *out = malloc(posting->tf * sizeof *out + 1);
	struct ik_posting again = *posting, another = *other;

	(void)ik_pos_read(&again, 7, out);
	again = *posting;
	(void)ik_pos_keep(&again, 7, sought, &n);
	image_need(n <= 4, "more is kept than was sought");
	again = *posting;
	(void)ik_pos_may_meet(&again, 7, &another, 9);
	if (ik_pos_meet(&again, 7, &another, 9, out, &n) == 0)
		image_need(n <= posting->tf, "more meet than there are");
	free(out);
}

/* Of a short list: what came of it, and what the scalar code finds. */
static void compare_short(const struct ik_post_env *env, const struct ik_term_info *info, int rc,
                          const struct ik_post_arrays *found)
{
	uint32_t docs[IK_SHORT_MAX], freqs[IK_SHORT_MAX];
	uint64_t pos_at;
	size_t bytes = info->df * sizeof *docs;

	if (ik_post_form(info->df, env->n_docs) != IK_FORM_SHORT)
		return;
	image_need(ik_post_get_short_scalar(env, info, docs, freqs, &pos_at) == rc,
	           "damage is found by one and not by the other");
	image_need(rc != 0 || (memcmp(docs, found->docs, bytes) == 0 &&
	                       memcmp(freqs, found->freqs, bytes) == 0 && pos_at == found->pos_at),
	           "vectors read another list");
}

static void decode_list(const struct ik_post_env *env, const struct ik_term_info *info)
{
	uint32_t *docs = malloc(info->df * sizeof *docs);
	uint32_t *freqs = malloc(info->df * sizeof *freqs);
	struct ik_post_arrays arrays = {.docs = docs, .freqs = freqs};

	int rc = ik_post_decode(env, info, docs, freqs, &arrays.pos_at);

	(void)ik_post_umax(env, info);
	compare_short(env, info, rc, &arrays);
	if (rc == 0)
		for (uint32_t i = 0; i < info->df; i++) {
			struct ik_posting posting;

			image_need(docs[i] < env->n_docs, "a document out of bounds");
			image_need(i == 0 || docs[i] > docs[i - 1], "documents do not ascend");
			if ((env->flags & IK_PART_POSITIONS) == 0 || freqs[i] > TF_MAX ||
			    i % 16 != 0)
				continue;
			if (ik_post_posting(env, info, &arrays, i, &posting) == 0)
				touch_posting(&posting, &posting);
		}
	free(docs);
	free(freqs);
}

static void load_ranges(const struct ik_post_env *env, const struct ik_term_info *info)
{
	struct ik_arena arena = {0};
	struct ik_ranges list;
	struct ik_range range;
	uint64_t mask[4];

	if (ik_ranges_open(env, info, &arena, &list) == 0)
		for (uint32_t r = 0; r < list.n; r++) {
			struct ik_posting last, posting;
			uint8_t doc;
			int any = 0;

			if (!ik_ranges_has(&list, r))
				continue;
			(void)ik_range_mask(&list, r, mask);
			if (ik_range_load(&list, r, &range) != 0)
				continue;
			for (uint32_t d = r % 8; d < 256; d += 8) {
				doc = (uint8_t)d;
				if ((env->flags & IK_PART_POSITIONS) == 0 ||
				    ik_range_postings(&list, r, &range, &doc, 1, &posting) != 0 ||
				    ik_range_reach(&list, &range, &posting) != 0 ||
				    posting.tf > TF_MAX)
					continue;
				touch_posting(&posting, any++ ? &last : &posting);
				last = posting;
			}
		}
	ik_arena_free(&arena);
}

FUZZ(post)
{
	struct ik_post_env env = {0};
	struct ik_term_info info = {0};
	uint8_t *copy, *norms;

	if (len < 6)
		return 0;
	copy = fuzz_copy(data + 6, len - 6, 64);
	env.flags = data[0] % 8;
	if ((env.flags & IK_PART_FREQS) == 0)
		env.flags &= ~(uint32_t)IK_PART_POSITIONS;
	env.n_docs = 1 + (ik_load32(data + 1) & 0x7ffff);
	env.pack = ik_bitpack_choose(ik_cpu());
	norms = malloc(env.n_docs);
	memset(norms, 60, env.n_docs);
	if ((env.flags & IK_PART_NORMS) != 0)
		env.norms = norms;
	info.df = 1 + (uint32_t)(data[4] | data[5] << 8) % env.n_docs;
	info.post = copy;
	info.post_len = len - 6;
	walk_list(&env, &info);
	if (ik_post_form(info.df, env.n_docs) == IK_FORM_RANGES)
		load_ranges(&env, &info);
	else
		decode_list(&env, &info);
	free(norms);
	free(copy);
	return 0;
}
