/*
 * synonym_read.c - reading a user's synonyms.
 *
 * Layer: text. Each side of a rule is analyzed as queries will be; its terms
 * become a path of the trie, so sides that differ in spelling only are one.
 */
#include <string.h>

#include "text/lexicon.h"
#include "text/lines.h"

#define SIDE_BYTES_MAX 1000

struct reading {
	struct ik_synonyms *s;
	struct ik_analysis *analysis;
	struct ik_lines lines;
	ink_error *err;
};

/* ---- one side ---- */

struct path {
	struct ik_sink sink;
	struct ik_map *terms;
	uint32_t v[2 * IK_TERM_MAX]; /* words, and gaps between them */
	uint32_t n, words;
	uint32_t next; /* the position behind the last word */
};

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct path *path = (struct path *)sink; /* the sink is its first member */

	if (t->part != INK_PART_WORD)
		return 0;
	if (path->words++ == IK_TERM_MAX)
		return INK_ELIMIT;
	if (path->n > 0 && t->position > path->next)
		path->v[path->n++] = IK_SYNONYM_GAP;
	path->next = t->position + 1;
	path->v[path->n] = ik_map_add(path->terms, t->term, t->len, NULL);
	return path->v[path->n++] == IK_MAP_NONE ? INK_ENOMEM : 0;
}

/* [p, end) without its backslashes, in the pool: its place. The pool is as long as the text. */
static struct ik_synonym put_text(struct ik_synonyms *s, const char *p, const char *end)
{
	struct ik_synonym word = {(uint32_t)s->pool_len, 0, 0};

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		s->pool[s->pool_len++] = *p;
	}
	word.len = (uint32_t)(s->pool_len - word.at);
	return word;
}

static int add_side(struct reading *r, const char *p, const char *end)
{
	struct ik_synonyms *s = r->s;
	struct path path = {.sink = {take}, .terms = &s->terms};
	struct ik_synonym word, *slot;
	int rc;

	ik_lines_trim(&p, &end);
	if (p == end)
		return ik_lines_fail(&r->lines, p, r->err, "nothing on one side of a , or =>");
	if (end - p > SIDE_BYTES_MAX)
		return ik_lines_fail(&r->lines, p, r->err, "a synonym of %zu bytes",
		                     (size_t)(end - p));
	word = put_text(s, p, end);
	rc = ik_analyze(s->analyzer, r->analysis, IK_FOR_PHRASE, s->pool + word.at, word.len,
	                &path.sink, r->err);
	if (rc == INK_ELIMIT)
		return ik_lines_fail(&r->lines, p, r->err, "a synonym of more than %d words",
		                     IK_TERM_MAX);
	if (rc != 0)
		return rc;
	if (path.n == 0)
		return ik_lines_fail(&r->lines, p, r->err, "no letter or digit in the synonym");
	word.node = ik_trie_add(&s->rules, path.v, path.n);
	slot = word.node != 0 ? ik_vec_push(&s->words) : NULL;
	if (slot == NULL)
		return ik_fail_nomem(r->err);
	*slot = word;
	return 0;
}

/* ---- one line ---- */

/* The next comma or =>, not behind a backslash, or the end. */
static const char *next_mark(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == ',' || (*p == '=' && p + 1 < end && p[1] == '>'))
			return p;
	}
	return end;
}

/* The words up to the => or the end, as a group; where that is. */
static int read_group(struct reading *r, const char **p, struct ik_synonym_group *g)
{
	const char *end = r->lines.end, *mark;
	int rc;

	g->first = (uint32_t)r->s->words.n;
	for (;;) {
		mark = next_mark(*p, end);
		rc = add_side(r, *p, mark);
		if (rc != 0)
			return rc;
		*p = mark;
		if (mark == end || *mark == '=')
			break;
		++*p;
	}
	g->n = (uint32_t)r->s->words.n - g->first;
	return 0;
}

/* How many words a node leads to, were all of them different. */
static uint32_t count(const struct ik_synonyms *s, uint32_t node)
{
	uint32_t n = 0, link;

	for (link = s->rules.values.v[node]; link != 0; link = s->links.v[link - 1].next)
		n += s->groups.v[s->links.v[link - 1].group].n;
	return n;
}

/* From now on the words of `from` find those of group number `to`. */
static int link_group(struct reading *r, const struct ik_synonym_group *from, uint32_t to)
{
	struct ik_synonyms *s = r->s;
	uint32_t i;

	for (i = 0; i < from->n; i++) {
		uint32_t node = s->words.v[from->first + i].node;
		struct ik_synonym_link *link;

		if (s->rules.values.v[node] != 0 &&
		    s->links.v[s->rules.values.v[node] - 1].group == to)
			continue; /* twice on this line */
		if (count(s, node) + s->groups.v[to].n > IK_ALTERNATIVES_MAX)
			return ik_lines_fail(&r->lines, r->lines.p, r->err,
			                     "more than %u synonyms of one word",
			                     IK_ALTERNATIVES_MAX);
		link = ik_vec_push(&s->links);
		if (link == NULL)
			return ik_fail_nomem(r->err);
		*link = (struct ik_synonym_link){to, s->rules.values.v[node]};
		s->rules.values.v[node] = (uint32_t)s->links.n;
	}
	return 0;
}

static int read_line(struct reading *r)
{
	struct ik_synonym_group left, right, *slot;
	const char *p = r->lines.p, *arrow;
	int rc = read_group(r, &p, &left);

	arrow = p;
	right = left;
	if (rc == 0 && p < r->lines.end) {
		p += 2;
		rc = read_group(r, &p, &right);
		if (rc == 0 && p < r->lines.end)
			return ik_lines_fail(&r->lines, p, r->err, "a second =>");
	}
	if (rc != 0)
		return rc;
	if (arrow == r->lines.end && left.n == 1)
		return ik_lines_fail(&r->lines, r->lines.p, r->err, "a word alone has no synonym");
	slot = ik_vec_push(&r->s->groups);
	if (slot == NULL)
		return ik_fail_nomem(r->err);
	*slot = right;
	return link_group(r, &left, (uint32_t)(r->s->groups.n - 1));
}

int ik_synonyms_read(struct ik_lexicon *lexicon, ink_error *err)
{
	struct reading r = {.s = &lexicon->synonyms, .err = err};
	int rc = ik_lines_open(&r.lines, lexicon->synonyms_text, lexicon->synonyms_len,
	                       err);

	if (rc != 0 || lexicon->synonyms_len == 0)
		return rc;
	r.s->pool = ik_alloc(lexicon->synonyms_len);
	if (r.s->pool == NULL)
		return ik_fail_nomem(err);
	rc = ik_analyzer_new(NULL, &r.s->analyzer, err);
	if (rc == 0)
		rc = ik_analysis_new(&r.analysis, err);
	if (rc == 0)
		ik_analysis_set_lexicon(r.analysis, lexicon);
	while (rc == 0 && ik_lines_next(&r.lines))
		rc = read_line(&r);
	if (rc == 0 && r.s->rules.values.n == 0) { /* only comments */
		ik_analyzer_unref(r.s->analyzer);
		r.s->analyzer = NULL;
	}
	ik_analysis_free(r.analysis);
	return rc;
}
