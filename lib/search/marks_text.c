/*
 * marks_text.c - the terms of query texts, and which of them have to stand together.
 *
 * Layer: search.
 */
#include <string.h>

#include "base/utf8.h"
#include "search/marks.h"
#include "text/cover.h"
#include "text/lexicon.h"
#include "text/needle.h"

/* A token of a query text; its term is in the arena. */
struct token {
	const char *term;
	uint32_t len, position, start, end;
	uint8_t part, flags;
};

struct tokens {
	struct ik_sink sink;
	struct ik_mark_build *b;
	IK_VEC(struct token) list;
};

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct tokens *to = (struct tokens *)sink; /* the sink is its first member */
	struct token *token = ik_vec_push(&to->list);
	int rc = token != NULL ? ik_poll(to->b->poll, IK_MARK_STEPS) : INK_ENOMEM;

	if (rc != 0)
		return rc;
	*token = (struct token){ .len = t->len, .position = t->position, .start = t->start,
		                 .end = t->end, .part = t->part, .flags = t->flags };
	token->term = ik_arena_strndup(to->b->arena, t->term, t->len);
	return token->term != NULL ? 0 : INK_ENOMEM;
}

static int tokenize(struct ik_mark_build *b, enum ik_purpose purpose, const char *text, size_t len,
                    struct tokens *out)
{
	memset(out, 0, sizeof *out);
	out->sink.token = take;
	out->b = b;
	return ik_analyze(b->marks->analyzer, b->analysis, purpose, text, len, &out->sink, b->err);
}

static int add_prefix(struct ik_mark_build *b, const struct token *t)
{
	struct ik_marks *m = b->marks;

	for (uint32_t i = 0; i < m->n_prefixes; i++)
		if (m->prefixes[i].len == t->len &&
		    memcmp(m->prefixes[i].text, t->term, t->len) == 0)
			return 0;
	if (m->n_prefixes == IK_MARK_PATTERNS_MAX)
		return 0;
	m->prefixes[m->n_prefixes].text = t->term;
	m->prefixes[m->n_prefixes].len = t->len;
	m->prefixes[m->n_prefixes++].chars = (uint32_t)ik_utf8_count(t->term, t->len);
	return 0;
}

static int add_token(struct ik_mark_build *b, const struct token *t, uint8_t flags)
{
	uint32_t number;

	if ((t->flags & IK_TOKEN_PREFIX) != 0)
		return add_prefix(b, t);
	return ik_mark_add(b, t->part, t->term, t->len, flags, &number);
}

/* The words of a text in order, without joined forms: an array of n tokens in the arena. */
static int list_words(struct ik_mark_build *b, const struct tokens *tokens,
                      const struct token ***out, size_t *n)
{
	*n = 0;
	*out = ik_arena_array(b->arena, tokens->list.n + 1, sizeof **out);
	if (*out == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; i < tokens->list.n; i++) {
		const struct token *t = &tokens->list.v[i];

		if (t->part == INK_PART_WORD && (t->flags & IK_TOKEN_JOINED) == 0)
			(*out)[(*n)++] = t;
	}
	return 0;
}

/* The word that goes on across byte `at`, or NULL. */
static const struct token *word_across(const struct token **words, size_t n, uint32_t at)
{
	size_t lo = 0, hi = n;

	while (lo < hi) { /* the first word that ends behind it */
		size_t mid = lo + (hi - lo) / 2;

		if (words[mid]->end <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && words[lo]->start < at ? words[lo] : NULL;
}

/*
 * "学习" and "器学" are both grams of 机器学习, but the second one belongs to
 * no word of it: elsewhere it is chance.
 */
static int is_weak(const struct token **words, size_t n, const struct token *gram)
{
	const struct token *a = word_across(words, n, gram->start);
	const struct token *b = word_across(words, n, gram->end);

	return a != NULL && b != NULL && a != b;
}

static int match_words(struct ik_mark_build *b, const char *text, size_t len)
{
	struct tokens tokens;
	const struct token **words = NULL;
	size_t n = 0;
	int rc = tokenize(b, IK_FOR_ANY, text, len, &tokens);

	if (rc == 0)
		rc = list_words(b, &tokens, &words, &n);
	for (size_t i = 0; rc == 0 && i < tokens.list.n; i++) {
		const struct token *t = &tokens.list.v[i];
		int weak = t->part == INK_PART_GRAM && is_weak(words, n, t);

		rc = add_token(b, t, weak ? IK_MARK_PLAIN | IK_MARK_WEAK : IK_MARK_PLAIN);
	}
	ik_vec_free(&tokens.list);
	return rc;
}

/* ---- synonyms ---- */

/* The joined form of a whole text in the user's dictionary, or NULL. */
static const struct token *user_word(const struct tokens *tokens, size_t len)
{
	for (size_t i = 0; i < tokens->list.n; i++) {
		const struct token *t = &tokens->list.v[i];

		if ((t->flags & IK_TOKEN_USER) != 0 && t->start == 0 && t->end == len)
			return t;
	}
	return NULL;
}

/* As lib/match, which requires all of a synonym. */
static int mark_synonym(struct ik_mark_build *b, const char *text, size_t len)
{
	const struct token *word = NULL;
	struct tokens tokens;
	int rc = tokenize(b, IK_FOR_ANY, text, len, &tokens);

	if (rc == 0)
		word = user_word(&tokens, len);
	if (word != NULL)
		rc = add_token(b, word, IK_MARK_PLAIN);
	ik_vec_free(&tokens.list);
	if (rc != 0 || word != NULL)
		return rc;
	b->strict = 1;
	rc = ik_mark_phrase(b, text, len, 0);
	b->strict = 0;
	return rc;
}

static int match_synonyms(struct ik_mark_build *b, const char *text, size_t len)
{
	const struct ik_lexicon *lexicon = b->marks->lexicon;
	struct ik_synonym_matches found;
	int rc = ik_synonyms_find(lexicon, b->analysis, text, len, &found, b->err);

	for (size_t i = 0; rc == 0 && i < found.list.n; i++) {
		const char *other[IK_ALTERNATIVES_MAX];
		size_t other_len[IK_ALTERNATIVES_MAX];
		uint32_t n = ik_synonyms_list(lexicon, &found.list.v[i], other, other_len);

		for (uint32_t k = 0; rc == 0 && k < n; k++)
			rc = mark_synonym(b, other[k], other_len[k]);
	}
	ik_vec_free(&found.list);
	return rc;
}

int ik_mark_match(struct ik_mark_build *b, const char *text, size_t len)
{
	int rc = match_words(b, text, len);

	return rc == 0 ? match_synonyms(b, text, len) : rc;
}

/* ---- phrases ---- */

static size_t count_grams(const struct tokens *tokens)
{
	size_t n = 0;

	for (size_t i = 0; i < tokens->list.n; i++)
		n += tokens->list.v[i].part == INK_PART_GRAM;
	return n;
}

static int grams_prove(const struct tokens *tokens, size_t len)
{
	struct ik_cover cover = { 0, 0 };

	for (size_t i = 0; i < tokens->list.n; i++)
		if (tokens->list.v[i].part == INK_PART_GRAM)
			ik_cover_add(&cover, tokens->list.v[i].start, tokens->list.v[i].end);
	return ik_cover_is_whole(&cover, len);
}

/*
 * Which part has the whole phrase? Grams find a string of CJK wherever it
 * stands, however it was segmented; but they are only part of a phrase that
 * has words of alphabets in it too.
 */
static uint8_t part_of(const struct tokens *tokens, const char *text, size_t len, uint32_t slop)
{
	if (slop > 0 || count_grams(tokens) == 0)
		return INK_PART_WORD;
	if (grams_prove(tokens, len)) /* though a mark may be a word by itself */
		return INK_PART_GRAM;
	for (size_t i = 0; i < tokens->list.n; i++) {
		const struct token *t = &tokens->list.v[i];

		if (t->part == INK_PART_WORD &&
		    !ik_text_has_grams(text + t->start, t->end - t->start))
			return INK_PART_WORD;
	}
	return INK_PART_GRAM;
}

/* Tokens [from, to) of seq as one piece of a phrase. */
static int add_piece(struct ik_mark_build *b, const struct token **seq, size_t n, uint32_t slop)
{
	struct ik_mark_phrase *phrase = ik_vec_push(&b->phrases);

	if (phrase == NULL)
		return ik_fail_nomem(b->err);
	*phrase = (struct ik_mark_phrase){ .slop = slop, .whole = b->wholes,
	                                    .string = b->string, .strict = b->strict };
	phrase->terms = ik_arena_array(b->arena, n, sizeof *phrase->terms);
	phrase->offsets = ik_arena_array(b->arena, n, sizeof *phrase->offsets);
	if (phrase->terms == NULL || phrase->offsets == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; i < n; i++) {
		int rc = ik_mark_add(b, seq[i]->part, seq[i]->term, seq[i]->len, 0,
		                     &phrase->terms[i]);

		if (rc != 0)
			return rc;
		phrase->offsets[i] = seq[i]->position - seq[0]->position;
		phrase->n++;
	}
	return 0;
}

static int add_phrase(struct ik_mark_build *b, const struct tokens *tokens, uint8_t part,
                      uint32_t slop)
{
	const struct token **seq = ik_arena_array(b->arena, tokens->list.n + 1, sizeof *seq);
	size_t n = 0;
	int rc = 0;

	if (seq == NULL)
		return ik_fail_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < tokens->list.n; i++) {
		const struct token *t = &tokens->list.v[i];

		if ((t->flags & IK_TOKEN_PREFIX) != 0)
			rc = b->string > 0 ? 0 : add_prefix(b, t);
		else if (t->part == part)
			seq[n++] = t;
	}
	if ((n == 1 && b->string == 0) || b->phrases.n >= IK_MARK_PHRASES_MAX) {
		for (size_t i = 0; rc == 0 && i < n && (n == 1 || !b->strict); i++)
			rc = add_token(b, seq[i], IK_MARK_PLAIN);
		return rc;
	}
	for (size_t i = 0; rc == 0 && i < n; i += IK_MARK_PHRASE_MAX)
		rc = add_piece(b, seq + i, n - i < IK_MARK_PHRASE_MAX ? n - i : IK_MARK_PHRASE_MAX,
		               slop);
	b->wholes++;
	return rc;
}

/* ---- strings ---- */

/* Keep the text as a string, if it is one and there is room: b->string tells. */
static int add_string(struct ik_mark_build *b, const struct tokens *tokens, const char *text,
                      size_t len, uint32_t slop)
{
	struct ik_marks *m = b->marks;
	struct ik_buf folded;
	int rc;

	b->string = 0;
	if (slop > 0 || b->strict || m->n_strings == IK_MARK_PATTERNS_MAX ||
	    !ik_needle_has_places(m->analyzer) || count_grams(tokens) == 0 ||
	    grams_prove(tokens, len))
		return 0;
	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_text(m->analyzer, text, len, &folded, b->err);
	if (rc == 0) {
		struct ik_mark_string *s = &m->strings[m->n_strings];

		s->text = ik_arena_strndup(b->arena, (const char *)folded.data, folded.len);
		s->len = folded.len;
		b->string = ++m->n_strings;
		rc = s->text != NULL ? 0 : ik_fail_nomem(b->err);
	}
	ik_buf_free(&folded);
	return rc;
}

int ik_mark_phrase(struct ik_mark_build *b, const char *text, size_t len, uint32_t slop)
{
	struct tokens tokens;
	int rc = tokenize(b, IK_FOR_PHRASE, text, len, &tokens);

	if (rc == 0)
		rc = add_string(b, &tokens, text, len, slop);
	if (rc == 0)
		rc = add_phrase(b, &tokens, part_of(&tokens, text, len, slop), slop);
	ik_vec_free(&tokens.list);
	return rc;
}
