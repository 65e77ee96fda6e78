/*
 * xapian_tokens.c - the tokens of a query text.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 */
#include <string.h>

#include "backend/xapian_tokens.h"
#include "match/prepare.h"

#define FEW 16 /* tokens are compared one by one, which is cheaper than a map of them */

static struct ik_xb_token *push_token(struct ik_xb_tokens *c)
{
	size_t n = c->list.n, cap = n > 0 ? 2 * n : 8;
	struct ik_xb_token *grown;

	if (n == c->list.cap) {
		grown = ik_arena_array(c->b->arena, cap, sizeof *grown);
		if (grown == NULL)
			return NULL;
		if (n > 0)
			memcpy(grown, c->list.v, n * sizeof *grown);
		c->list.v = grown;
		c->list.cap = cap;
	}
	return &c->list.v[c->list.n++];
}

int ik_xb_token_is(const struct ik_xb_token *a, const char *term, uint32_t len, uint8_t part,
                   uint8_t flags)
{
	return a->part == part && a->len == len && memcmp(a->term, term, len) == 0 &&
	       ((a->flags ^ flags) & IK_TOKEN_PREFIX) == 0;
}

/* Was the token there already? Then it is counted: 1, 0 or INK_ENOMEM. */
static int count_repeat(struct ik_xb_tokens *c, const struct ik_token *t)
{
	char key[IK_TERM_MAX + 2];
	int added = 1;
	uint32_t i;

	for (i = 0; i < c->list.n && i < FEW; i++)
		if (ik_xb_token_is(&c->list.v[i], t->term, t->len, t->part, t->flags)) {
			c->list.v[i].count++;
			return 1;
		}
	if (c->list.n < FEW)
		return 0;
	key[0] = (char)t->part;
	key[1] = (char)(t->flags & IK_TOKEN_PREFIX);
	memcpy(key + 2, t->term, t->len);
	i = ik_map_add(&c->seen, key, t->len + 2u, &added);
	if (i == IK_MAP_NONE)
		return ik_fail_nomem(c->b->err);
	if (!added)
		c->list.v[FEW + i].count++;
	return !added;
}

static int take_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct ik_xb_tokens *c = (struct ik_xb_tokens *)sink; /* the sink is its first member */
	struct ik_xb_token *to;
	int rc = c->join_repeats ? count_repeat(c, t) : 0;

	if (rc != 0)
		return rc < 0 ? rc : 0;
	to = push_token(c);
	if (to == NULL)
		return ik_fail_nomem(c->b->err);
	*to = (struct ik_xb_token){.len = t->len,
	                           .position = t->position,
	                           .start = t->start,
	                           .end = t->end,
	                           .count = 1,
	                           .part = t->part,
	                           .flags = t->flags};
	to->term = ik_arena_strndup(c->b->arena, t->term, t->len);
	return to->term != NULL ? 0 : ik_fail_nomem(c->b->err);
}

/* ---- as other programs cut text ---- */

struct piece {
	struct ik_xb_tokens *c;
	uint32_t start, end;  /* in the text */
	uint32_t before, next; /* the position of its first word, and behind its last one */
};

static int take_word(void *user, const char *word, size_t len, uint32_t position)
{
	struct piece *p = user;
	struct ik_token t = {.term = word, .len = (uint32_t)len, .part = INK_PART_WORD};

	t.start = p->start;
	t.end = p->end;
	t.position = p->before + position;
	p->next = t.position + 1;
	return take_token(&p->c->sink, &t);
}

/* Xapian does not say where a word stands, so it gets what is between two blanks. */
static int cut_as_xapian(const char *text, size_t len, struct ik_xb_tokens *c, ink_error *err)
{
	struct piece p = {.c = c};
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && at < len) {
		while (at < len && ik_prep_blank(text[at]))
			at++;
		p.start = (uint32_t)at;
		while (at < len && !ik_prep_blank(text[at]))
			at++;
		p.end = (uint32_t)at;
		p.before = p.next;
		rc = ik_xap_words(text + p.start, at - p.start, take_word, &p, err);
	}
	return rc;
}

int ik_xb_tokens_collect(struct ik_xb_build *b, uint32_t field, enum ik_purpose purpose,
                         const char *text, size_t len, int join_repeats, struct ik_xb_tokens *c)
{
	memset(c, 0, sizeof *c);
	c->sink.token = take_token;
	c->b = b;
	c->join_repeats = join_repeats;
	if (b->map.foreign != NULL)
		return cut_as_xapian(text, len, c, b->err);
	return ik_analyze(b->analyzers[field], b->analysis, purpose, text, len, &c->sink, b->err);
}

void ik_xb_tokens_release(struct ik_xb_tokens *c)
{
	ik_map_free(&c->seen);
}

size_t ik_xb_tokens_count(const struct ik_xb_tokens *c, uint8_t part)
{
	size_t n = 0;

	for (size_t i = 0; i < c->list.n; i++)
		n += c->list.v[i].part == part;
	return n;
}
