/*
 * mempostings.c - from tokens to the posting lists of a memory index.
 *
 * Layer: index. The tokens of a document are sorted by term (a counting sort
 * over the terms of the document), so each list is appended to once a
 * document. Lists are varints, as ik_post_add_list() takes them. One thing
 * differs: a posting of a document too long for one tally is in several
 * pieces, of which all but the first have the gap PIECE and count their
 * positions from 0 again.
 */
#include "index/memindex.h"

#include <string.h>

#include "codec/varint.h"
#include "segment/format.h"

#define PIECE IK_DOCS_MAX /* greater than any gap */

#if defined(__GNUC__)
# define FETCH(p) __builtin_prefetch(p)
#else
# define FETCH(p) ((void)(p))
#endif

/* ---- appending ---- */

/* Numbers on their way to a list, gathered in a word. */
struct pen {
	struct ik_slices *slices;
	struct ik_stream *list;
	uint64_t word;
	unsigned n; /* bytes in it */
};

static unsigned varint_word(uint32_t v, uint64_t *word)
{
	unsigned n = 1;

	*word = v & 0x7f;
	for (v >>= 7; v != 0; v >>= 7, n++)
		*word |= UINT64_C(0x80) << (8 * n - 8) | (uint64_t)(v & 0x7f) << 8 * n;
	return n;
}

static inline int pen_write(struct pen *pen)
{
	return ik_stream_put(pen->slices, pen->list, pen->word, pen->n);
}

static inline int pen_put(struct pen *pen, uint32_t v)
{
	unsigned two = v >= 0x80; /* bytes or one: no processor foresees which */
	uint64_t word = (v & 0x7f) | two << 7 | (uint64_t)(v >> 7) << 8;
	unsigned n = v < 0x4000 ? 1 + two : varint_word(v, &word);

	if (pen->n + n > IK_SLICE_WORD) {
		if (pen_write(pen) != 0)
			return -1;
		pen->word = 0;
		pen->n = 0;
	}
	pen->word |= word << 8 * pen->n;
	pen->n += n;
	return 0;
}

int ik_mem_occur(struct ik_memindex *m, struct ik_mem_term *t, uint32_t doc)
{
	struct pen pen = {&m->slices, &t->list, 0, 0};

	pen_put(&pen, doc - t->next); /* the word has room for one number */
	t->next = (doc + 1) & INT32_MAX;
	return pen_write(&pen);
}

/* tf occurrences of a term in the current document. */
static int put_posting(struct ik_memindex *m, struct ik_mem_term *t, uint32_t tf,
                       const uint32_t *positions)
{
	struct pen pen = {&m->slices, &t->list, 0, 0};
	uint32_t gap = m->n_docs - t->next, last = 0;

	if (t->next > m->n_docs) {
		gap = PIECE;
		t->pieces = 1;
	}
	t->next = (m->n_docs + 1) & INT32_MAX;
	if (pen_put(&pen, gap << 1 | (tf == 1)) != 0 || (tf > 1 && pen_put(&pen, tf - 2) != 0))
		return -1;
	for (uint32_t i = 0; positions != NULL && i < tf; i++) {
		if (pen_put(&pen, positions[i] - last) != 0)
			return -1;
		last = positions[i];
	}
	return pen_write(&pen);
}

/* ---- tallying ---- */

static inline struct ik_mem_term *term_of(struct ik_mem_part *const *parts, uint32_t code)
{
	return &parts[code & 3]->terms[code >> 2];
}

/* Does the list of a term have positions? */
static int has_positions(const struct ik_mem_part *part, const struct ik_mem_term *term)
{
	return (ik_list_flags(part->flags, ik_mem_term_key(term), term->len) &
	        IK_PART_POSITIONS) != 0;
}

static void sort_positions(struct ik_mem_tally *t)
{
	uint32_t at = 0;

	for (uint32_t k = 0; k < t->n_terms; k++) {
		uint32_t count = t->count[k];

		t->count[k] = at;
		at += count;
	}
	for (uint32_t i = 0; i < t->n; i++)
		t->sorted[t->count[t->local[i]]++] = t->position[i];
}

static int put_postings(struct ik_memindex *m, struct ik_mem_part *const *parts)
{
	struct ik_mem_tally *t = &m->tally;
	uint32_t n = t->n_terms, first = 0;

	sort_positions(t);
	for (uint32_t k = 0; k < n; k++) {
		const uint32_t *positions = t->sorted + first;
		uint32_t tf = t->count[k] - first;
		struct ik_mem_term *term = term_of(parts, t->code[k]);

		if (!has_positions(parts[t->code[k] & 3], term))
			positions = NULL;
		if (put_posting(m, term, tf, positions) != 0)
			return -1;
		first = t->count[k];
	}
	t->n = 0;
	t->n_terms = 0;
	return 0;
}

/* A term of the document is new to the tally or not: no processor foresees which. */
static inline void tally(struct ik_memindex *m, struct ik_mem_term *term, uint32_t code,
                         uint32_t position)
{
	struct ik_mem_tally *t = &m->tally;
	uint32_t local = term->local;
	uint32_t known = (local < t->n_terms) & (t->code[local] == code);

	local = known ? local : t->n_terms;
	t->n_terms += 1 - known;
	t->code[local] = code;
	t->count[local] = (t->count[local] & -known) + 1;
	term->local = (uint16_t)local;
	FETCH(ik_slices_at(&m->slices, term->list.at)); /* for the end of the document */
	t->local[t->n] = (uint16_t)local;
	t->position[t->n++] = position;
}

/* The slot that a hash leads to at first sight is almost always the right one. */
static inline void fetch_term(const struct ik_mem_part *part, uint32_t hash)
{
	uint32_t slot = part->mask == 0 ? 0 : ik_mem_slot(part, hash);

	if (slot != 0)
		FETCH(&part->terms[(slot & part->mask) - 1]);
}

static inline uint32_t intern(struct ik_memindex *m, struct ik_mem_part *part,
                              const struct ik_mem_key *key)
{
	uint32_t slot = part->mask == 0 ? 0 : ik_mem_slot(part, key->hash);

	if (slot != 0 && ((slot ^ key->hash) & ~part->mask) == 0) {
		uint32_t term = (slot & part->mask) - 1;

		if (ik_mem_is(&part->terms[term], key))
			return term;
	}
	return ik_mem_intern(m, part, key);
}

static int take_batch(struct ik_memindex *m, struct ik_mem_part *const *parts, unsigned kind)
{
	struct ik_mem_batch *b = &m->batch[kind];
	struct ik_mem_part *part = parts[kind];
	uint32_t n = b->n;

	b->n = 0;
	b->used = 0;
	if (m->tally.n + n > IK_MEM_TALLY && put_postings(m, parts) != 0)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		fetch_term(part, b->key[i].hash);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t term = intern(m, part, &b->key[i]);

		if (term == IK_MEM_NONE)
			return -1;
		tally(m, &part->terms[term], term << 2 | kind, b->position[i]);
	}
	return 0;
}

static inline int push(struct ik_mem_sink *s, unsigned kind, const char *term, uint32_t len,
                       int wide, uint32_t position)
{
	struct ik_mem_batch *b = &s->m->batch[kind];
	const struct ik_mem_part *part = s->parts[kind];
	struct ik_mem_key *key = &b->key[b->n];

	if (wide && len <= IK_MEM_INLINE) {
		ik_mem_key_wide(key, term, len);
	} else {
		if (len > IK_MEM_INLINE) {
			term = memcpy(b->bytes + b->used, term, len);
			b->used += len;
		}
		ik_mem_key_init(key, term, len);
	}
	if (part->mask > 0)
		FETCH(&part->slots[key->hash & part->mask]);
	b->position[b->n++] = position;
	if (b->n < IK_MEM_BATCH && b->used <= IK_MEM_BATCH_BYTES - IK_PAIR_MAX)
		return 0;
	return take_batch(s->m, s->parts, kind) == 0 ? 0 : ik_fail_nomem(s->err);
}

int ik_mem_push(struct ik_mem_sink *s, unsigned kind, const char *term, uint32_t len,
                uint32_t position)
{
	return push(s, kind, term, len, 0, position);
}

int ik_mem_token(struct ik_sink *sink, const struct ik_token *token)
{
	struct ik_mem_sink *s = (struct ik_mem_sink *)sink;
	unsigned kind = token->part == INK_PART_GRAM ? IK_MEM_GRAMS : IK_MEM_WORDS;
	struct ik_mem_part *part = s->parts[kind];
	uint32_t position = part->base + token->position;
	int rc;

	part->length += (token->flags & IK_TOKEN_JOINED) == 0;
	if (position >= part->next)
		part->next = position + 1;
	rc = push(s, kind, token->term, token->len, token->wide, position);
	if (rc == 0 && s->has_pairs && kind == IK_MEM_WORDS)
		rc = ik_mem_pairs_add(s, token->term, token->len, position);
	return rc;
}

int ik_mem_settle(struct ik_memindex *m, struct ik_mem_part *const *parts)
{
	for (unsigned kind = 0; kind < IK_MEM_KINDS; kind++)
		if (take_batch(m, parts, kind) != 0)
			return -1;
	return put_postings(m, parts);
}

/* ---- reading ---- */

/* The list's own numbers: all there and of 32 bits. */
static const uint8_t *get(const uint8_t *p, const uint8_t *end, uint32_t *v)
{
	p = ik_varint_get32(p, end, v);
	ik_assert(p != NULL);
	return p;
}

static const uint8_t *get_header(const uint8_t *p, const uint8_t *end, uint32_t *gap,
                                 uint32_t *tf)
{
	p = get(p, end, gap);
	*tf = 1;
	if ((*gap & 1) == 0) {
		p = get(p, end, tf);
		*tf += 2;
	}
	*gap >>= 1;
	return p;
}

static const uint8_t *skip(const uint8_t *p, const uint8_t *end, uint32_t n)
{
	uint32_t v;

	while (n-- > 0)
		p = get(p, end, &v);
	return p;
}

/* The frequency of a posting whose first piece has tf, and what follows that at p. */
static uint32_t whole_tf(const uint8_t *p, const uint8_t *end, uint32_t tf, int has_positions)
{
	uint32_t gap = PIECE, sum = 0;

	while (gap == PIECE) {
		sum += tf;
		p = skip(p, end, has_positions ? tf : 0);
		if (p == end)
			break;
		p = get_header(p, end, &gap, &tf);
	}
	return sum;
}

/* The positions of one piece; *last is that of the piece before. */
static const uint8_t *join_positions(const uint8_t *p, const uint8_t *end, uint32_t n,
                                     uint32_t *last, struct ik_buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t gap;

		p = get(p, end, &gap);
		if (i == 0)
			gap -= *last;
		ik_buf_put_varint(out, gap);
		*last += gap;
	}
	return p;
}

static void join_pieces(const uint8_t *p, const uint8_t *end, int has_positions,
                        struct ik_buf *out)
{
	uint32_t gap, tf, last = 0;

	ik_buf_clear(out);
	while (p < end) {
		p = get_header(p, end, &gap, &tf);
		if (gap != PIECE) {
			uint32_t all = whole_tf(p, end, tf, has_positions);

			ik_buf_put_varint(out, gap << 1 | (all == 1));
			if (all > 1)
				ik_buf_put_varint(out, all - 2);
			last = 0;
		}
		p = join_positions(p, end, has_positions ? tf : 0, &last, out);
	}
}

const uint8_t *ik_mem_list(const struct ik_memindex *m, const struct ik_mem_part *part,
                           const struct ik_mem_term *term, struct ik_buf room[2], size_t *len)
{
	const uint8_t *p = ik_stream_bytes(&m->slices, &term->list, &room[0], len);

	if (p == NULL || !term->pieces)
		return p;
	join_pieces(p, p + *len, has_positions(part, term), &room[1]);
	*len = room[1].len;
	return room[1].err == 0 ? room[1].data : NULL;
}
