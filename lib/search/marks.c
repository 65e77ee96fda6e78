/*
 * marks.c - what a query looks for in one field: walking its tree.
 *
 * Layer: search. Mirrors what lib/match does with each kind of node, so that
 * what is marked is why the document was found.
 */
#include "search/marks.h"

#include <string.h>

#include "base/map.h"

static uint64_t hash_of(uint8_t part, const char *term, size_t len)
{
	return ik_hash(term, len) ^ (uint64_t)part << 32;
}

uint32_t ik_marks_term(const struct ik_marks *marks, uint8_t part, const char *term, size_t len)
{
	uint32_t at;

	if (marks->n_terms == 0)
		return UINT32_MAX;
	at = (uint32_t)(hash_of(part, term, len) >> 7) & marks->mask;
	for (; marks->slots[at] != 0; at = (at + 1) & marks->mask) {
		const struct ik_mark_term *t = &marks->terms[marks->slots[at] - 1];

		if (t->part == part && t->len == len && memcmp(t->term, term, len) == 0)
			return marks->slots[at] - 1;
	}
	return UINT32_MAX;
}

int ik_mark_add(struct ik_mark_build *b, uint8_t part, const char *term, size_t len, uint8_t flags,
                uint32_t *number)
{
	char key[IK_TERM_MAX + 1];
	struct ik_mark_term *t;
	int added;

	*number = UINT32_MAX;
	if (len > IK_TERM_MAX) /* no term is that long */
		return 0;
	key[0] = (char)part;
	memcpy(key + 1, term, len);
	*number = ik_map_add(b->seen, key, len + 1, &added);
	if (*number == IK_MAP_NONE)
		return ik_fail_nomem(b->err);
	if (!added) { /* marked wherever one of the two would be */
		t = &b->terms.v[*number];
		if ((flags & IK_MARK_PLAIN) == 0)
			return 0;
		if ((t->flags & IK_MARK_PLAIN) != 0)
			flags &= (uint8_t)(t->flags | ~IK_MARK_WEAK);
		t->flags = flags;
		return 0;
	}
	t = ik_vec_push(&b->terms);
	if (t == NULL)
		return ik_fail_nomem(b->err);
	*t = (struct ik_mark_term){ .len = (uint32_t)len, .part = part, .flags = flags };
	t->term = ik_arena_strndup(b->arena, term, len);
	return t->term != NULL ? 0 : ik_fail_nomem(b->err);
}

/* ---- leaves ---- */

static int collect_term(struct ik_mark_build *b, const struct ik_query *q)
{
	uint32_t number;
	int rc = ik_mark_add(b, INK_PART_WORD, q->text, q->len, IK_MARK_PLAIN, &number);

	if (rc == 0)
		rc = ik_mark_add(b, INK_PART_GRAM, q->text, q->len, IK_MARK_PLAIN, &number);
	return rc;
}

static int compile(struct ik_mark_build *b, const struct ik_query *q, const char *text,
                   size_t len, struct ik_automaton **out)
{
	if (q->kind == IK_Q_PREFIX)
		return ik_automaton_prefix(b->arena, text, len, out, b->err);
	if (q->kind == IK_Q_WILDCARD)
		return ik_automaton_wildcard(b->arena, text, len, out, b->err);
	return ik_automaton_fuzzy(b->arena, text, len, q->number, out, b->err);
}

/* As lib/match: exact forms are grams where there are any; CJK patterns look at words too. */
static int add_pattern(struct ik_mark_build *b, const struct ik_query *q, const char *text,
                       size_t len)
{
	struct ik_marks *m = b->marks;
	int grams = ik_analyzer_has_grams(m->analyzer);
	struct ik_mark_pattern *pattern = &m->patterns[m->n_patterns];
	int rc = compile(b, q, text, len, &pattern->automaton);

	if (rc == INK_ELIMIT || rc == INK_EINVAL)
		return 0; /* a pattern that no search runs with */
	if (rc != 0)
		return rc;
	pattern->parts = (uint8_t)(1u << (grams ? INK_PART_GRAM : INK_PART_WORD));
	if (grams && q->kind != IK_Q_FUZZY && ik_text_has_grams(text, len))
		pattern->parts |= 1u << INK_PART_WORD;
	m->n_patterns++;
	return 0;
}

static int collect_pattern(struct ik_mark_build *b, const struct ik_query *q)
{
	const struct ik_analyzer *analyzer = b->marks->analyzer;
	struct ik_buf folded;
	int rc;

	/* `field:*` finds every text and says nothing about any word in it. */
	if (ik_query_is_any(q) || b->marks->n_patterns == IK_MARK_PATTERNS_MAX)
		return 0;
	ik_buf_init(&folded, SIZE_MAX / 4);
	rc = ik_fold_term(analyzer, q->text, q->len, &folded, b->err);
	if (rc == 0 && folded.len > 0) {
		const char *text = (const char *)folded.data;

		if (q->kind == IK_Q_PREFIX && ik_analyzer_has_grams(analyzer) &&
		    ik_text_has_grams(text, folded.len)) /* no beginning of words: a substring */
			rc = ik_mark_phrase(b, q->text, q->len, 0);
		else
			rc = add_pattern(b, q, text, folded.len);
	}
	ik_buf_free(&folded);
	return rc;
}

/* ---- the tree ---- */

static int collect(struct ik_mark_build *b, const struct ik_query *q)
{
	int rc = 0;

	if (q->kind == IK_Q_BOOL) { /* no deeper than IK_QUERY_DEPTH_MAX */
		for (size_t i = 0; rc == 0 && i < q->n; i++)
			if (q->clauses[i].occur != INK_MUST_NOT)
				rc = collect(b, q->clauses[i].query);
		return rc;
	}
	if ((q->field != NULL && strcmp(q->field, b->field) != 0) || q->len == 0)
		return 0;
	switch (q->kind) {
	case IK_Q_TERM:
		return collect_term(b, q);
	case IK_Q_MATCH:
		return ik_mark_match(b, q->text, q->len);
	case IK_Q_PHRASE:
		return ik_mark_phrase(b, q->text, q->len, q->number);
	case IK_Q_PREFIX:
	case IK_Q_WILDCARD:
	case IK_Q_FUZZY:
		return collect_pattern(b, q);
	default:
		return 0;
	}
}

/* The terms and a table to find them in, in the arena: marks are never freed by themselves. */
static int settle(struct ik_mark_build *b)
{
	struct ik_marks *m = b->marks;
	size_t cap = 16;

	while (cap < b->terms.n * 2)
		cap *= 2;
	m->n_terms = (uint32_t)b->terms.n;
	m->n_phrases = (uint32_t)b->phrases.n;
	m->mask = (uint32_t)(cap - 1);
	m->terms = ik_arena_array(b->arena, b->terms.n + 1, sizeof *m->terms);
	m->phrases = ik_arena_array(b->arena, b->phrases.n + 1, sizeof *m->phrases);
	m->slots = ik_arena_zalloc(b->arena, cap * sizeof *m->slots);
	if (m->terms == NULL || m->phrases == NULL || m->slots == NULL)
		return ik_fail_nomem(b->err);
	if (m->n_phrases > 0)
		memcpy(m->phrases, b->phrases.v, b->phrases.n * sizeof *m->phrases);
	for (uint32_t i = 0; i < m->n_terms; i++) {
		const struct ik_mark_term *t = &b->terms.v[i];
		uint32_t at = (uint32_t)(hash_of(t->part, t->term, t->len) >> 7) & m->mask;

		m->terms[i] = *t;
		while (m->slots[at] != 0)
			at = (at + 1) & m->mask;
		m->slots[at] = i + 1;
	}
	return 0;
}

int ik_marks_new(const struct ik_request *request, uint32_t field, struct ik_arena *arena,
                 struct ik_poll *poll, struct ik_marks **out, ink_error *err)
{
	struct ik_searcher *searcher = request->searcher;
	struct ik_map seen = { 0 };
	struct ik_mark_build b = { .arena = arena, .seen = &seen, .poll = poll,
		                   .err = err };
	int rc = 0;

	*out = NULL;
	b.marks = ik_arena_zalloc(arena, sizeof *b.marks);
	if (b.marks == NULL)
		return ik_fail_nomem(err);
	b.marks->analyzer = searcher->analyzers[field];
	b.marks->lexicon = searcher->snap->words.lexicon;
	b.field = searcher->snap->schema->fields[field].name;
	if (b.marks->analyzer != NULL)
		rc = ik_analysis_new(&b.analysis, err);
	if (rc == 0 && b.analysis != NULL) {
		ik_analysis_set_lexicon(b.analysis, b.marks->lexicon);
		rc = collect(&b, request->query);
	}
	if (rc == 0)
		rc = settle(&b);
	ik_analysis_free(b.analysis);
	ik_map_free(&seen);
	ik_vec_free(&b.terms);
	ik_vec_free(&b.phrases);
	if (rc == 0)
		*out = b.marks;
	return rc;
}
