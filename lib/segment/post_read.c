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
#include "segment/pos.h"
#include "segment/post_read.h"

/* One posting of a short list; inlined, since decoding a list is a loop over little else. */
static inline const uint8_t *get_posting(const uint8_t *p, const uint8_t *end, uint32_t flags,
                                         uint32_t *next, uint32_t n_docs, uint32_t *doc,
                                         uint32_t *tf)
{
	uint64_t gap, more = 0;

	p = ik_varint_get(p, end, &gap);
	if (p == NULL)
		return NULL;
	*tf = 1;
	if ((flags & IK_PART_FREQS) != 0) {
		if ((gap & 1) == 0) {
			p = ik_varint_get(p, end, &more);
			if (p == NULL || more > INT32_MAX)
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

/* Past n varints; NULL when they are not there. */
static inline const uint8_t *skip_varints(const uint8_t *p, const uint8_t *end, uint32_t n)
{
	while (n > 0 && p < end)
		n -= *p++ < 0x80;
	return n == 0 ? p : NULL;
}

const uint8_t *ik_post_get(const uint8_t *p, const uint8_t *end, uint32_t flags, uint32_t *next,
                           uint32_t n_docs, uint32_t *doc, uint32_t *tf)
{
	return get_posting(p, end, flags, next, n_docs, doc, tf);
}

const uint8_t *ik_post_skip_varints(const uint8_t *p, const uint8_t *end, uint32_t n)
{
	return skip_varints(p, end, n);
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

/* The rest of a list. This is the reference. */
static int decode_short(const struct ik_post_env *env, const struct ik_short *list, uint32_t *docs,
                        uint32_t *freqs, uint32_t *pos_at)
{
	const uint8_t *p = list->p, *end = list->end;
	uint32_t next = list->next, tf;

	for (uint32_t i = 0; i < list->n; i++) {
		p = get_posting(p, end, env->flags, &next, env->n_docs, &docs[i], &tf);
		if (p != NULL && pos_at != NULL)
			pos_at[i] = (uint32_t)(p - list->start);
		if (p != NULL && (env->flags & IK_PART_POSITIONS) != 0)
			p = skip_varints(p, end, tf);
		if (p == NULL)
			return INK_ECORRUPT;
		if (freqs != NULL)
			freqs[i] = tf;
	}
	return 0;
}

int ik_post_decode(const struct ik_post_env *env, const struct ik_term_info *info, uint32_t *docs,
                   uint32_t *freqs, uint32_t *pos_at)
{
	struct ik_short list = { info->post, info->post, info->post + info->post_len, info->df, 0 };
	int positions = (env->flags & IK_PART_POSITIONS) != 0;
	uint32_t i = 0;

	if (ik_post_form(info->df, env->n_docs) == IK_FORM_BLOCKS)
		return decode_blocks(env, info, docs, freqs);
#if defined(__x86_64__)
	if ((ik_cpu() & IK_CPU_AVX2) != 0 && (env->flags & IK_PART_FREQS) != 0 && freqs != NULL &&
	    (!positions || pos_at != NULL)) {
		i = ik_post_decode_bmi2(env, &list, docs, freqs, positions ? pos_at : NULL);
		list.n -= i;
	}
#endif
	return decode_short(env, &list, docs + i, freqs != NULL ? freqs + i : NULL,
	                    pos_at != NULL ? pos_at + i : NULL);
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

static int short_positions(const struct ik_term_info *info, uint32_t at, uint32_t n, uint32_t pos,
                           uint32_t *out)
{
	const uint8_t *p = info->post + at, *end = info->post + info->post_len;
	uint64_t gap = 0;

	for (uint32_t k = 0; k < n; k++) {
		p = ik_varint_get(p, end, &gap);
		if (p == NULL)
			return INK_ECORRUPT;
		out[k] = pos += (uint32_t)gap;
	}
	return 0;
}

const uint8_t *ik_post_unit_data(const struct ik_post_blocks *b, uint32_t unit,
                                 const uint8_t **end)
{
	size_t len = (size_t)(b->pos_end - b->pos);
	size_t from = ik_load32(b->pos_at + (size_t)unit * 4);
	size_t to = unit + 1 < b->units ? ik_load32(b->pos_at + (size_t)(unit + 1) * 4) : len;

	if (from > to || to > len)
		return NULL;
	*end = b->pos + to;
	return b->pos + from;
}

int ik_post_positions(const struct ik_post_env *env, const struct ik_term_info *info,
                      const uint32_t *freqs, const uint32_t *pos_at, uint32_t i, uint32_t shift,
                      uint32_t *out)
{
	struct ik_post_blocks b;
	uint32_t first = i - i % IK_BLOCK, last;
	size_t before = 0, n = 0;
	const uint8_t *p, *end;
	int rc;

	if (ik_post_form(info->df, env->n_docs) == IK_FORM_SHORT)
		return short_positions(info, pos_at[i], freqs[i], shift, out);
	rc = ik_post_blocks_open(env, info, &b);
	if (rc != 0)
		return rc;
	last = info->df - first < IK_BLOCK ? info->df : first + IK_BLOCK;
	for (uint32_t k = first; k < last; k++) {
		before += k < i ? freqs[k] : 0;
		n += freqs[k];
	}
	p = ik_post_unit_data(&b, first / IK_BLOCK, &end);
	if (p == NULL || ik_pos_unpack(p, end, n, before, freqs[i], shift, out) != 0)
		return INK_ECORRUPT;
	return 0;
}
