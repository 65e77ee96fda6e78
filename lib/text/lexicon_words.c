/*
 * lexicon_words.c - reading a user's list of words.
 *
 * Layer: text. Words are folded as text is. What a word of Han or kana costs
 * the segmenter is "just enough": the cheapest cut of it without the word,
 * less its weight. Shorter words go first, so that a longer one is preferred
 * to those that it is made of.
 */
#include "text/lexicon_words.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/analysis.h"
#include "text/lines.h"

#define WORD_BYTES_MAX 1000 /* as written; a window holds it whole */

struct entry {
	uint32_t at; /* of its symbols */
	uint16_t n;
	uint16_t weight;
	uint8_t kind;
};

struct reading {
	struct ik_lexicon *lexicon;
	struct ik_analyzer *analyzer; /* the default one */
	struct ik_analysis *analysis;
	struct ik_lines lines;
	IK_VEC(struct entry) entries;
	IK_VEC(uint32_t) symbols;
	ink_error *err;
};

/* ---- one line ---- */

static int has_letters(uint8_t cls)
{
	return cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT ||
	       (cls >= IK_CLASS_HAN && cls != IK_CLASS_MIDDOT);
}

static enum ik_word_kind kind_of_char(uint8_t cls)
{
	switch (cls) {
	case IK_CLASS_HAN:
	case IK_CLASS_HIRA:
	case IK_CLASS_KATA:
		return IK_WORD_HAN;
	case IK_CLASS_HANGUL:
		return IK_WORD_HANGUL;
	case IK_CLASS_THAI:
		return IK_WORD_THAI;
	default:
		return IK_WORD_JOINED;
	}
}

/* Add the symbols of a folded character; blanks once and not at the front. */
static int add_symbol(struct reading *r, struct entry *e, const struct ik_char *c)
{
	int blank = c->cls == IK_CLASS_BLANK;
	uint32_t *symbol;

	if (blank && (e->n == 0 || r->symbols.v[r->symbols.n - 1] == ' '))
		return 0;
	symbol = ik_vec_push(&r->symbols);
	if (symbol == NULL)
		return ik_fail_nomem(r->err);
	*symbol = blank ? ' ' : c->cp;
	if (e->n == 0)
		e->kind = (uint8_t)kind_of_char(c->cls);
	else if (c->cls != IK_CLASS_MARK && kind_of_char(c->cls) != e->kind)
		e->kind = IK_WORD_JOINED;
	e->n++;
	return 0;
}

static int add_word(struct reading *r, const char *p, const char *end, uint32_t weight)
{
	struct ik_window *w = &r->analysis->window;
	struct entry e = {(uint32_t)r->symbols.n, 0, (uint16_t)weight, IK_WORD_NONE}, *slot;
	uint32_t letters = 0, i;
	int rc = 0;

	if (*p == '\\')
		p++;
	if (end - p > WORD_BYTES_MAX)
		return ik_lines_fail(&r->lines, p, r->err, "a word of %zu bytes",
		                     (size_t)(end - p));
	ik_window_init(w, p, (size_t)(end - p), 0);
	ik_window_fill(w, 0);
	for (i = 0; rc == 0 && i < w->n && e.n <= IK_WORD_CHARS_MAX; i++) {
		letters += (uint32_t)has_letters(w->c[i].cls);
		rc = add_symbol(r, &e, &w->c[i]);
	}
	if (rc != 0)
		return rc;
	if (e.n > 0 && r->symbols.v[r->symbols.n - 1] == ' ') {
		r->symbols.n--;
		e.n--;
	}
	if (letters == 0)
		return ik_lines_fail(&r->lines, p, r->err, "no letter or digit in the word");
	if (e.n > IK_WORD_CHARS_MAX)
		return ik_lines_fail(&r->lines, p, r->err, "a word of more than %u characters",
		                     IK_WORD_CHARS_MAX);
	slot = ik_vec_push(&r->entries);
	if (slot == NULL)
		return ik_fail_nomem(r->err);
	*slot = e;
	return 0;
}

static int read_weight(const struct reading *r, const char *p, const char *end, uint32_t *out)
{
	const char *from = p;
	uint32_t v = 0;

	for (; p < end && *p >= '0' && *p <= '9' && v <= IK_WEIGHT_MAX; p++)
		v = v * 10 + (uint32_t)(*p - '0');
	*out = v;
	if (p == end && p > from && v >= 1 && v <= IK_WEIGHT_MAX)
		return 0;
	return ik_lines_fail(&r->lines, from, r->err,
	                     "a weight is a number from 1 to %u, not \"%.*s\"", IK_WEIGHT_MAX,
	                     end - from < 20 ? (int)(end - from) : 20, from);
}

static int read_line(struct reading *r)
{
	const char *p = r->lines.p, *end = r->lines.end;
	const char *tab = memchr(p, '\t', (size_t)(end - p)), *from;
	uint32_t weight = 1;
	int rc = 0;

	if (tab != NULL) {
		from = tab + 1;
		ik_lines_trim(&from, &end);
		rc = read_weight(r, from, end, &weight);
		end = tab;
		ik_lines_trim(&p, &end);
	}
	return rc == 0 ? add_word(r, p, end, weight) : rc;
}

/* ---- into the trie ---- */

/* The cheapest cut of the word with what is in the trie so far. */
static int32_t cheapest(struct reading *r, const struct entry *e)
{
	struct ik_viterbi *v = &r->analysis->viterbi;
	struct ik_char *c = r->analysis->window.c;
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		c[i].cp = r->symbols.v[e->at + i];
		c[i].cls = ik_fold_class(ik_fold_entry(c[i].cp));
	}
	ik_viterbi_run(v, r->lexicon, c, e->n);
	return ik_viterbi_cost(v, e->n);
}

/* Does the default chain keep a text whole by itself? */
struct whole_sink {
	struct ik_sink sink;
	const struct ik_buf *word;
	int found;
};

static int look_for_whole(struct ik_sink *sink, const struct ik_token *t)
{
	struct whole_sink *s = (struct whole_sink *)sink; /* the sink is its first member */

	s->found |= t->part == INK_PART_WORD && t->len == s->word->len &&
	            memcmp(t->term, s->word->data, t->len) == 0;
	return 0;
}

static int is_whole_already(struct reading *r, const struct entry *e, int *out)
{
	struct ik_buf word;
	struct whole_sink s = {{look_for_whole}, &word, 0};
	uint32_t i;
	int rc;

	ik_buf_init(&word, IK_WORD_TERM_ROOM);
	for (i = 0; i < e->n; i++) {
		uint8_t *to = ik_buf_room(&word, 4);

		if (to != NULL)
			word.len += ik_utf8_put((char *)to, r->symbols.v[e->at + i]);
	}
	rc = word.err != 0 ? ik_fail_nomem(r->err)
	                   : ik_analyze(r->analyzer, r->analysis, IK_FOR_DOC,
	                                (const char *)word.data, word.len, &s.sink, r->err);
	ik_buf_free(&word);
	*out = s.found;
	return rc;
}

/* The first bytes of all characters that may fold to this one: beyond ASCII, any may. */
static void note_first(struct ik_lexicon *lexicon, uint32_t cp)
{
	uint32_t b;

	for (b = 0x80; b < 256; b++)
		lexicon->first[b / 32] |= 1u << (b % 32);
	if (cp >= 0x80)
		return;
	lexicon->first[cp / 32] |= 1u << (cp % 32);
	if (cp >= 'a' && cp <= 'z')
		lexicon->first[(cp - 0x20) / 32] |= 1u << ((cp - 0x20) % 32);
}

static int settle(struct reading *r, const struct entry *e)
{
	struct ik_lexicon *lexicon = r->lexicon;
	int32_t cost = 0;
	uint32_t node;
	int whole = 0, rc;

	if (e->kind == IK_WORD_JOINED) {
		rc = is_whole_already(r, e, &whole);
		if (rc != 0 || whole)
			return rc;
		note_first(lexicon, r->symbols.v[e->at]);
	}
	node = ik_trie_add(&lexicon->words, &r->symbols.v[e->at], e->n);
	if (node == 0)
		return ik_fail_nomem(r->err);
	if (e->kind == IK_WORD_HAN) {
		lexicon->words.values.v[node] = 0; /* of a line before */
		cost = cheapest(r, e) - (int32_t)e->weight;
	}
	lexicon->words.values.v[node] = (uint32_t)(cost + IK_WORD_COST_BIAS) << 3 | e->kind;
	lexicon->kinds |= 1u << e->kind;
	return 0;
}

static int read_all(struct reading *r)
{
	int rc = ik_lines_open(&r->lines, r->lexicon->words_text, r->lexicon->words_len,
	                       r->err);
	uint32_t n;
	size_t i;

	while (rc == 0 && ik_lines_next(&r->lines))
		rc = read_line(r);
	for (n = 1; rc == 0 && n <= IK_WORD_CHARS_MAX; n++)
		for (i = 0; rc == 0 && i < r->entries.n; i++)
			if (r->entries.v[i].n == n)
				rc = settle(r, &r->entries.v[i]);
	return rc;
}

int ik_lexicon_read_words(struct ik_lexicon *lexicon, ink_error *err)
{
	struct reading r = {.lexicon = lexicon, .err = err};
	int rc;

	if (lexicon->words_len == 0)
		return 0;
	rc = ik_analyzer_new(NULL, &r.analyzer, err);
	if (rc == 0)
		rc = ik_analysis_new(&r.analysis, err);
	if (rc == 0)
		rc = read_all(&r);
	ik_analyzer_unref(r.analyzer);
	ik_analysis_free(r.analysis);
	ik_vec_free(&r.entries);
	ik_vec_free(&r.symbols);
	return rc;
}
