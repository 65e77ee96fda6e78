/*
 * marks_find.c - where a text has what a query looks for.
 *
 * Layer: search. The text is analyzed as a document is; tokens that the
 * query has are kept with their offsets. Terms that are part of a phrase only
 * stay where the phrase stands, or, when it stands nowhere, everywhere. Strings
 * are looked for in the text itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/doc.h"
#include "search/marks.h"
#include "text/needle.h"

struct find {
	struct ik_sink sink;
	const struct ik_marks *marks;
	const char *text; /* the value that is looked at */
	uint32_t start;   /* of it in the whole text */
	uint32_t base;    /* of its positions */
	uint32_t last;    /* position so far */
	struct ik_poll *poll;
	struct ik_hits *out;
	uint32_t id; /* of the string that is looked for */
};

static int push(struct find *f, const struct ik_token *t, uint32_t end, uint32_t id)
{
	struct ik_hit *hit = ik_vec_push(&f->out->list);

	if (hit == NULL)
		return INK_ENOMEM;
	*hit = (struct ik_hit){ .start = f->start + t->start, .end = f->start + end, .id = id,
		                .position = f->base + t->position, .part = t->part };
	return 0;
}

/* The end of the first `chars` characters of a token in the text as it was written. */
static uint32_t end_of(const struct find *f, const struct ik_token *t, uint32_t chars)
{
	const char *p = f->text + t->start, *end = f->text + t->end;
	uint32_t cp;

	while (chars-- > 0 && p < end)
		p = ik_utf8_next(p, end, &cp);
	return (uint32_t)(p - f->text);
}

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct find *f = (struct find *)sink; /* the sink is its first member */
	const struct ik_marks *m = f->marks;
	uint32_t number = ik_marks_term(m, t->part, t->term, t->len);
	size_t dead;
	int rc = ik_poll(f->poll, IK_MARK_STEPS * (1 + m->n_patterns));

	if (f->base + t->position > f->last)
		f->last = f->base + t->position;
	if (rc == 0 && number != UINT32_MAX)
		rc = push(f, t, t->end, number);

	for (uint32_t i = 0; rc == 0 && t->part == INK_PART_GRAM && i < m->n_prefixes; i++) {
		const struct ik_mark_prefix *p = &m->prefixes[i];

		if (t->len >= p->len && memcmp(t->term, p->text, p->len) == 0)
			rc = push(f, t, end_of(f, t, p->chars), m->n_terms + i);
	}
	for (uint32_t i = 0; rc == 0 && i < m->n_patterns; i++) {
		const struct ik_mark_pattern *p = &m->patterns[i];

		if ((p->parts >> t->part & 1) != 0 &&
		    ik_automaton_match(p->automaton, t->term, t->len, &dead))
			rc = push(f, t, t->end, m->n_terms + m->n_prefixes + i);
	}
	return rc;
}

/* Each value by itself, as in a document: no word or phrase goes on in the next one. */
static int find_tokens(struct find *f, const struct ik_snippet_text *text, ink_error *err)
{
	const struct ik_marks *m = f->marks;
	struct ik_analysis *analysis;
	size_t start = 0, end;
	int rc = ik_analysis_new(&analysis, err);

	if (rc != 0)
		return rc;
	ik_analysis_set_lexicon(analysis, m->lexicon);
	for (size_t i = 0; rc == 0 && start <= text->len; i++, start = end + 1) {
		end = i < text->n && text->ends[i] < text->len ? text->ends[i] : text->len;
		f->text = text->p + start;
		f->start = (uint32_t)start;
		rc = ik_analyze(m->analyzer, analysis, IK_FOR_DOC, f->text, end - start, &f->sink,
		                err);
		f->base = f->last + 1 + IK_VALUE_GAP;
	}
	ik_analysis_free(analysis);
	f->start = f->base = 0;
	return rc;
}

/* ---- strings ---- */

static int take_place(void *user, size_t start, size_t end)
{
	struct find *f = user;
	const struct ik_token t = { .start = (uint32_t)start };
	int rc = ik_poll(f->poll, IK_MARK_STEPS);

	return rc != 0 ? rc : push(f, &t, (uint32_t)end, f->id);
}

static int find_strings(struct find *f, const char *text, size_t len, ink_error *err)
{
	const struct ik_marks *m = f->marks;
	int rc = 0;

	f->id = (uint32_t)ik_marks_count(m) - m->n_strings;
	for (uint32_t i = 0; rc == 0 && i < m->n_strings; i++, f->id++) {
		rc = ik_poll(f->poll, len);
		if (rc == 0)
			rc = ik_needle_each(m->strings[i].text, m->strings[i].len, text, len,
			                    take_place, f, err);
	}
	return rc;
}

/* ---- phrases; hits are ordered by id and position meanwhile ---- */

static int by_position(const void *a, const void *b)
{
	const struct ik_hit *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* The first hit of `id` at or after a position; n when the list is over. */
static size_t seek(const struct ik_hits *hits, uint32_t id, uint64_t position)
{
	size_t lo = 0, hi = hits->list.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct ik_hit *h = &hits->list.v[mid];

		if (h->id < id || (h->id == id && h->position < position))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Does the phrase begin at this position? Then at[i] is the hit of its term i. */
static int begins_at(const struct ik_hits *hits, const struct ik_mark_phrase *p, uint32_t position,
                     size_t at[IK_MARK_PHRASE_MAX])
{
	for (uint32_t i = 0; i < p->n; i++) {
		uint64_t want = (uint64_t)position + p->offsets[i];

		at[i] = seek(hits, p->terms[i], i > 0 && want > p->slop ? want - p->slop
		                                 : i > 0 && p->slop > 0 ? 0
		                                                        : want);
		if (at[i] == hits->list.n || hits->list.v[at[i]].id != p->terms[i] ||
		    hits->list.v[at[i]].position > want + (i > 0 ? p->slop : 0))
			return 0;
	}
	return 1;
}

/* Which term of the phrase has the fewest hits. */
static uint32_t rarest(const struct ik_hits *hits, const struct ik_mark_phrase *p)
{
	size_t least = SIZE_MAX;
	uint32_t best = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		size_t n = seek(hits, p->terms[i] + 1, 0) - seek(hits, p->terms[i], 0);

		best = n < least ? i : best;
		least = n < least ? n : least;
	}
	return best;
}

/* From hit k of the first term on, the next one that the rarest is near enough to, or the end. */
static size_t next_near(const struct ik_hits *hits, const struct ik_mark_phrase *p, uint32_t one,
                        size_t k)
{
	const struct ik_hit *v = hits->list.v;

	while (k < hits->list.n && v[k].id == p->terms[0]) {
		uint64_t want = (uint64_t)v[k].position + p->offsets[one];
		size_t r = seek(hits, p->terms[one], want > p->slop ? want - p->slop : 0);

		if (r == hits->list.n || v[r].id != p->terms[one])
			break;
		if (v[r].position <= want + p->slop)
			return k;
		k = seek(hits, p->terms[0], v[r].position - p->offsets[one] - p->slop);
	}
	return hits->list.n;
}

static int find_phrase(struct ik_hits *hits, const struct ik_mark_phrase *p, struct ik_poll *poll,
                       int *found)
{
	uint32_t one = rarest(hits, p);
	size_t at[IK_MARK_PHRASE_MAX], k = next_near(hits, p, one, seek(hits, p->terms[0], 0));
	int rc = 0;

	for (; rc == 0 && k < hits->list.n; k = next_near(hits, p, one, k + 1)) {
		rc = ik_poll(poll, IK_MARK_STEPS * p->n);
		if (rc != 0 || !begins_at(hits, p, hits->list.v[k].position, at))
			continue;
		*found = 1;
		for (uint32_t i = 0; i < p->n; i++)
			hits->list.v[at[i]].keep = 1;
	}
	return rc;
}

static int keep_all(struct ik_hits *hits, const struct ik_mark_phrase *p, struct ik_poll *poll)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < p->n; i++) {
		size_t first = seek(hits, p->terms[i], 0), h = first;

		for (; h < hits->list.n && hits->list.v[h].id == p->terms[i]; h++)
			hits->list.v[h].keep = 1;
		rc = ik_poll(poll, IK_MARK_STEPS + h - first);
	}
	return rc;
}

/* Is the phrase a string that was found? */
static int is_found(const struct ik_marks *m, const struct ik_hits *hits,
                    const struct ik_mark_phrase *p)
{
	uint32_t id = (uint32_t)ik_marks_count(m) - m->n_strings + p->string - 1;
	size_t h = p->string > 0 ? seek(hits, id, 0) : hits->list.n;

	return h < hits->list.n && hits->list.v[h].id == id;
}

/* Pieces [from, to) are one phrase. */
static int find_whole(struct ik_hits *hits, const struct ik_mark_phrase *pieces, size_t n,
                      struct ik_poll *poll)
{
	int found = 0, rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = find_phrase(hits, &pieces[i], poll, &found);
	for (size_t i = 0; rc == 0 && !found && !pieces->strict && i < n; i++)
		rc = keep_all(hits, &pieces[i], poll);
	return rc;
}

static int find_phrases(const struct ik_marks *m, struct ik_hits *hits, struct ik_poll *poll)
{
	size_t from = 0, to, n = 0;
	int rc = 0;

	if (m->n_phrases == 0 || hits->list.n == 0)
		return 0;
	qsort(hits->list.v, hits->list.n, sizeof *hits->list.v, by_position);
	for (; rc == 0 && from < m->n_phrases; from = to) {
		for (to = from + 1; to < m->n_phrases; to++)
			if (m->phrases[to].whole != m->phrases[from].whole)
				break;
		if (!is_found(m, hits, m->phrases + from))
			rc = find_whole(hits, m->phrases + from, to - from, poll);
	}
	for (size_t i = 0; i < hits->list.n; i++) {
		const struct ik_hit *h = &hits->list.v[i];

		if (h->keep || h->id >= m->n_terms || (m->terms[h->id].flags & IK_MARK_PLAIN) != 0)
			hits->list.v[n++] = *h;
	}
	hits->list.n = n;
	return rc;
}

/* ---- grams across words ---- */

static int is_weak(const struct ik_marks *m, const struct ik_hit *h)
{
	return h->id < m->n_terms && !h->keep && (m->terms[h->id].flags & IK_MARK_WEAK) != 0;
}

/* Weak hits stay where they overlap one that is not, or when there are no others. */
static void drop_weak(const struct ik_marks *m, struct ik_hits *hits)
{
	uint32_t end = 0, start = UINT32_MAX;
	size_t strong = 0, n = 0;

	for (size_t i = 0; i < hits->list.n; i++) {
		struct ik_hit *h = &hits->list.v[i];

		if (!is_weak(m, h)) {
			strong++;
			end = h->end > end ? h->end : end;
			h->keep = 1;
		} else if (h->start < end) {
			h->keep = 2; /* not 1: it makes no other one strong */
		}
	}
	for (size_t i = hits->list.n; i-- > 0;) {
		struct ik_hit *h = &hits->list.v[i];

		if (h->keep == 1)
			start = h->start;
		else if (h->end > start)
			h->keep = 2;
	}
	for (size_t i = 0; i < hits->list.n; i++)
		if (strong == 0 || hits->list.v[i].keep)
			hits->list.v[n++] = hits->list.v[i];
	hits->list.n = n;
}

static int by_start(const void *a, const void *b)
{
	const struct ik_hit *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

int ik_marks_find(const struct ik_marks *marks, const struct ik_snippet_text *text,
                  struct ik_poll *poll, struct ik_hits *out, ink_error *err)
{
	struct find f = { .marks = marks, .poll = poll, .out = out };
	int rc;

	memset(out, 0, sizeof *out);
	if (marks->analyzer == NULL || ik_marks_count(marks) == 0)
		return 0;
	f.sink.token = take;
	rc = find_tokens(&f, text, err);
	if (rc == 0)
		rc = find_strings(&f, text->p, text->len, err);
	if (rc == 0)
		rc = find_phrases(marks, out, poll);
	if (rc != 0)
		return rc;
	if (out->list.n > 0)
		qsort(out->list.v, out->list.n, sizeof *out->list.v, by_start);
	drop_weak(marks, out);
	return 0;
}
