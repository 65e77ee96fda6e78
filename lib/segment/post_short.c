/*
 * post_short.c - posting lists in short form, written.
 *
 * Layer: segment. Format: FORMAT.md, "Short form".
 */
#include "codec/bitstream.h"
#include "segment/post_build.h"
#include "segment/post_short.h"

/* ---- writing ---- */

static uint32_t gap_of(const struct ik_post_builder *b, size_t i)
{
	return b->docs.v[i] - (i > 0 ? b->docs.v[i - 1] + 1 : 0);
}

static void put_docs(struct ik_bits_out *out, const struct ik_post_builder *b)
{
	unsigned width = ik_short_width(b->n_docs, (uint32_t)b->docs.n);

	for (size_t i = 0; i < b->docs.n; i++)
		ik_bits_put(out, gap_of(b, i), width);
	for (size_t i = 0; i < b->docs.n; i++)
		ik_bits_put_run(out, gap_of(b, i) >> width);
}

static void put_freq(struct ik_bits_out *out, uint32_t tf)
{
	unsigned width;

	if (tf <= IK_SHORT_RUN) {
		ik_bits_put_run(out, tf - 1);
		return;
	}
	width = ik_width32(tf - IK_SHORT_RUN) - 1;
	ik_bits_put_run(out, IK_SHORT_RUN + width);
	ik_bits_put(out, tf - IK_SHORT_RUN, width); /* its highest bit is known */
}

void ik_post_put_short(struct ik_post_builder *b)
{
	struct ik_bits_out out = { &b->blob, 0, 0 };
	unsigned used;
	size_t gap = 0;

	put_docs(&out, b);
	for (size_t i = 0; (b->flags & IK_PART_FREQS) != 0 && i < b->docs.n; i++)
		put_freq(&out, b->freqs.v[i]);
	used = ik_bits_finish(&out);
	if ((b->flags & IK_PART_POSITIONS) != 0)
		ik_post_pack_positions(b, 0, b->docs.n, &gap, used, &b->blob);
}
