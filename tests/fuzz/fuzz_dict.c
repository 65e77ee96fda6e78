/*
 * fuzz_dict.c - a dictionary of any bytes: a walk, every term found again, searches for others.
 * Three bytes say the parts and the number of terms; then come the index and the blocks.
 */
#include "fuzz.h"

#define DICT_HEAD 3
#define DICT_STEPS 4096 /* terms that are worth walking over here */

static void dict_walk(const struct ik_segment *seg, uint32_t part)
{
	struct ik_dict_iter it;
	ink_error err = {0};
	unsigned n = 0;

	ik_dict_iter_open(&it, seg, part);
	while (n++ < DICT_STEPS && image_said(ik_dict_iter_next(&it, &err), &err) == 1) {
		struct ik_term_info info;

		image_need(it.term.len <= IK_DICT_KEY_MAX, "a term that is too long");
		image_need(it.info.df >= 1 && it.info.df <= seg->n_docs, "documents of a term");
		image_need(it.info.post_len == 0 || it.info.post != NULL, "a list that is nowhere");
		if (n % 5 == 0)
			image_said(ik_dict_find(seg, part, (char *)it.term.data, it.term.len,
			                        &info, &err), &err);
	}
	ik_dict_iter_free(&it);
}

static void dict_seek(const struct ik_segment *seg, uint32_t part, const uint8_t *p, size_t len)
{
	struct ik_dict_iter it;
	struct ik_term_info info;
	ink_error err = {0};

	image_said(ik_dict_find(seg, part, (const char *)p, len, &info, &err), &err);
	ik_dict_iter_open(&it, seg, part);
	if (image_said(ik_dict_iter_seek(&it, (const char *)p, len, &err), &err) == 0)
		image_said(ik_dict_iter_next(&it, &err), &err);
	for (uint64_t ord = 0; ord < 200; ord += 31)
		if (it.part != NULL && ord < it.part->terms &&
		    image_said(ik_dict_iter_seek_ord(&it, ord, &err), &err) == 0)
			image_said(ik_dict_iter_next(&it, &err), &err);
	ik_dict_iter_free(&it);
}

FUZZ(dict)
{
	struct ik_part_info parts[2] = {{.part = 0}, {.part = 3}};
	struct ik_segment seg = {.n_docs = 1000, .parts = parts, .n_parts = 2};
	char name[] = "dict";
	uint8_t *index, *dict, *post;
	uint64_t terms;
	size_t blocks;

	if (len < DICT_HEAD)
		return 0;
	terms = 1 + ik_load16(data + 1) % 300;
	blocks = (size_t)(terms + IK_DICT_BLOCK - 1) / IK_DICT_BLOCK;
	if (len - DICT_HEAD < blocks * IK_DICT_INDEX + terms)
		return 0;
	index = fuzz_copy(data + DICT_HEAD, blocks * IK_DICT_INDEX, 0);
	len -= DICT_HEAD + blocks * IK_DICT_INDEX;
	dict = fuzz_copy(data + DICT_HEAD + blocks * IK_DICT_INDEX, len, 64);
	post = fuzz_copy(NULL, 0, 264);
	parts[0].flags = data[0] % 8;
	parts[0].terms = data[0] % 3 == 0 ? terms : terms / 2;
	parts[1].first_term = parts[0].terms;
	parts[1].terms = terms - parts[0].terms;
	seg.name = name;
	seg.terms = terms;
	seg.dict = (struct ik_section){dict, len};
	seg.dict_index = (struct ik_section){index, blocks * IK_DICT_INDEX};
	seg.postings = (struct ik_section){post, 200};
	for (uint32_t part = 0; part <= 3; part += 3) {
		dict_walk(&seg, part);
		dict_seek(&seg, part, data, len < 5 ? len : 5);
		dict_seek(&seg, part, dict + len / 2, len / 2 < 40 ? len / 2 : 40);
	}
	free(post);
	free(dict);
	free(index);
	return 0;
}
