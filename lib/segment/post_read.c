/*
 * post_read.c - decoding short and block lists whole, for queries.
 *
 * Layer: segment. Format: FORMAT.md, "Postings". Nothing a list says is
 * trusted: documents have to ascend below n_docs, and no byte outside the
 * list is used (blocks are unpacked only where all their bytes are there).
 */
#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/varint.h"
#include "segment/pos_bits.h"
#include "segment/post_read.h"

const uint8_t *ik_post_get(const uint8_t *p, const uint8_t *end, uint32_t flags, uint32_t *next,
                           uint32_t n_docs, uint32_t *doc, uint32_t *tf)
{
	uint64_t gap, more = 0;

	p = ik_varint_get(p, end, &gap);
	if (p == NULL)
		return NULL;
	*tf = 1;
	if ((flags & IK_PART_FREQS) != 0) {
		if ((gap & 1) == 0) {
			p = ik_varint_get(p, end, &more);
			if (p == NULL || more > INT32_MAX - 2)
				return NULL;
			*tf = (uint32_t)more + 2;
		}
		gap >>= 1;
	}
	if (gap >= n_docs - *next)
		return NULL;
	*doc = *next + (uint32_t)gap;
	*next = *doc + 1;
	return p;
}

int ik_post_blocks_open(const struct ik_post_env *env, const struct ik_term_info *info,
                        struct ik_post_blocks *out)
{
	const uint8_t *p = info->post;
	size_t units = (info->df + IK_BLOCK - 1) / IK_BLOCK, head;

	out->n = info->df / IK_BLOCK;
	out->units = (uint32_t)units;
	head = 8 + ((env->flags & IK_PART_POSITIONS) != 0 ? units * 4 : 0) + (size_t)out->n * 6;
	if (info->post_len < head)
		return INK_ECORRUPT;
	out->umax = ik_load32(p);
	out->pos_at = p + 8;
	out->heads = p + head - (size_t)out->n * 6;
	out->data = p + head;
	out->pos_end = p + info->post_len;
	if (ik_load32(p + 4) < head || ik_load32(p + 4) > info->post_len)
		return INK_ECORRUPT;
	out->pos = p + ik_load32(p + 4);
	return 0;
}

const uint8_t *ik_post_block(const struct ik_post_env *env, const struct ik_post_blocks *b,
                             uint32_t i, const uint8_t *p, uint32_t *next, uint32_t *docs,
                             uint32_t *freqs)
{
	const uint8_t *head = b->heads + (size_t)i * 6;
	unsigned wd = head[4], wf = head[5];
	uint32_t last = ik_load32(head);

	if (wd > 32 || wf > 31 || (size_t)(b->pos - p) < 16 * (size_t)(wd + wf))
		return NULL;
	if (last >= env->n_docs || last < *next)
		return NULL;
	env->pack->unpack_delta(p, wd, *next - 1, docs);
	for (unsigned k = 0; k < IK_BLOCK; k++) /* wide gaps of a damaged block may wrap around */
		if (docs[k] > last || (k > 0 && docs[k] <= docs[k - 1]) || docs[k] < *next)
			return NULL;
	if (docs[IK_BLOCK - 1] != last)
		return NULL;
	p += (size_t)16 * wd;
	if (freqs != NULL) {
		env->pack->unpack(p, wf, freqs);
		for (unsigned k = 0; k < IK_BLOCK; k++)
			freqs[k]++;
		for (unsigned k = 0; wf == 31 && k < IK_BLOCK; k++)
			if (freqs[k] > INT32_MAX)
				return NULL;
	}
	*next = last + 1;
	return p + (size_t)16 * wf;
}

static int decode_blocks(const struct ik_post_env *env, const struct ik_term_info *info,
                         uint32_t *docs, uint32_t *freqs)
{
	struct ik_post_blocks b;
	const uint8_t *p;
	uint32_t next = 0, tf, i;
	int rc = ik_post_blocks_open(env, info, &b);

	if (rc != 0)
		return rc;
	p = b.data;
	for (i = 0; i < b.n; i++) {
		p = ik_post_block(env, &b, i, p, &next, docs + i * IK_BLOCK,
		                  freqs != NULL ? freqs + i * IK_BLOCK : NULL);
		if (p == NULL)
			return INK_ECORRUPT;
	}
	for (i = b.n * IK_BLOCK; i < info->df; i++) {
		p = ik_post_get(p, b.pos, env->flags, &next, env->n_docs, &docs[i], &tf);
		if (p == NULL)
			return INK_ECORRUPT;
		if (freqs != NULL)
			freqs[i] = tf;
	}
	return 0;
}

int ik_post_decode(const struct ik_post_env *env, const struct ik_term_info *info, uint32_t *docs,
                   uint32_t *freqs, uint64_t *pos_at)
{
	if (ik_post_form(info->df, env->n_docs) == IK_FORM_BLOCKS)
		return decode_blocks(env, info, docs, freqs);
	return ik_post_get_short(env, info, docs, freqs, pos_at);
}

float ik_post_umax(const struct ik_post_env *env, const struct ik_term_info *info)
{
	uint32_t bits;
	float v;

	if (ik_post_form(info->df, env->n_docs) == IK_FORM_SHORT || info->post_len < 4)
		return 1.0f;
	bits = ik_load32(info->post);
	memcpy(&v, &bits, sizeof v);
	return v > 0 && v <= 1.0f ? v : 1.0f; /* also when it is not a number */
}

struct ik_pos_unit ik_post_short_unit(const struct ik_term_info *info, uint64_t pos_at)
{
	const uint8_t *end = info->post + info->post_len, *p = end;

	if (pos_at / 8 < info->post_len)
		p = info->post + pos_at / 8;
	return (struct ik_pos_unit){ info->post, end, p, end, pos_at % 8, info->df,
	                             ik_pos_choose(ik_cpu()) };
}

int ik_post_block_unit(const struct ik_post_blocks *b, const struct ik_term_info *info,
                       uint32_t unit, struct ik_pos_unit *out)
{
	size_t len = (size_t)(b->pos_end - b->pos);
	size_t from = ik_load32(b->pos_at + (size_t)unit * 4);
	size_t to = unit + 1 < b->units ? ik_load32(b->pos_at + (size_t)(unit + 1) * 4) : len;

	if (from > to || to > len)
		return INK_ECORRUPT;
	*out = (struct ik_pos_unit){ info->post, b->pos_end, b->pos + from, b->pos + to, 0,
		                     unit < b->n ? IK_BLOCK : info->df % IK_BLOCK,
		                     ik_pos_choose(ik_cpu()) };
	return 0;
}

/* Start at the chunk that posting i is in. */
static int open_chunk(const struct ik_post_env *env, const struct ik_term_info *info,
                      struct ik_post_arrays *list, uint32_t i)
{
	struct ik_post_blocks b;
	struct ik_pos_unit unit;
	int rc = 0;

	list->passed = i - i % IK_POS_CHUNK;
	if (ik_post_form(info->df, env->n_docs) == IK_FORM_SHORT) {
		unit = ik_post_short_unit(info, list->pos_at);
	} else {
		rc = ik_post_blocks_open(env, info, &b);
		if (rc == 0)
			rc = ik_post_block_unit(&b, info, i / IK_BLOCK, &unit);
		i %= IK_BLOCK;
	}
	if (rc != 0 || ik_pos_open(&unit, i / IK_POS_CHUNK, &list->reader) != 0)
		return INK_ECORRUPT;
	return 0;
}

int ik_post_posting(const struct ik_post_env *env, const struct ik_term_info *info,
                    struct ik_post_arrays *list, uint32_t i, struct ik_posting *out)
{
	int rc = 0;

	if (list->passed > i || list->passed < i - i % IK_POS_CHUNK || list->passed == 0)
		rc = open_chunk(env, info, list, i);
	for (; rc == 0 && list->passed < i; list->passed++)
		ik_pos_skip(&list->reader, ik_pos_log(env->norms, list->docs[list->passed]),
		            list->freqs[list->passed]);
	if (rc != 0) {
		list->passed = 0;
		return rc;
	}
	out->reader = list->reader;
	out->tf = list->freqs[i];
	out->width = ik_pos_width(ik_pos_log(env->norms, list->docs[i]), out->tf, out->reader.extra);
	return 0;
}
