/* synonym.c - finding the words of a query that have synonyms. Layer: text. */
#include "text/synonym.h"

#include "text/lexicon.h"

void ik_synonyms_free(struct ik_synonyms *s)
{
	ik_analyzer_unref(s->analyzer);
	ik_map_free(&s->terms);
	ik_trie_free(&s->rules);
	ik_vec_free(&s->words);
	ik_vec_free(&s->groups);
	ik_vec_free(&s->links);
	ik_free(s->pool);
	s->analyzer = NULL;
	s->pool = NULL;
}

/* ---- the words of a query ---- */

struct word {
	uint32_t term; /* IK_MAP_NONE: of no rule */
	uint32_t position, start, end;
};

struct words {
	struct ik_sink sink;
	const struct ik_synonyms *synonyms;
	IK_VEC(struct word) list;
};

static int take(struct ik_sink *sink, const struct ik_token *t)
{
	struct words *w = (struct words *)sink; /* the sink is its first member */
	struct word *word;

	if (t->part != INK_PART_WORD)
		return 0;
	word = ik_vec_push(&w->list);
	if (word == NULL)
		return INK_ENOMEM;
	*word = (struct word){ik_map_find(&w->synonyms->terms, t->term, t->len), t->position,
	                      t->start, t->end};
	return 0;
}

/* The words of the longest rule that word i begins, 0 when there is none; *node is its end. */
static size_t longest(const struct words *w, size_t i, uint32_t *node)
{
	const struct ik_trie *rules = &w->synonyms->rules;
	uint32_t at = IK_TRIE_ROOT;
	size_t k, best = 0;

	for (k = i; k < w->list.n; k++) {
		const struct word *word = &w->list.v[k];

		if (word->term == IK_MAP_NONE)
			break;
		if (k > i && word->position - word[-1].position > 1)
			at = ik_trie_child(rules, at, IK_SYNONYM_GAP);
		if (at != 0 || k == i)
			at = ik_trie_child(rules, at, word->term);
		if (at == 0)
			break;
		if (rules->values.v[at] != 0) {
			best = k + 1 - i;
			*node = at;
		}
	}
	return best;
}

static int find(const struct words *w, struct ik_synonym_matches *out)
{
	size_t i = 0;

	while (i < w->list.n) {
		struct ik_synonym_match *match;
		uint32_t node = 0;
		size_t n = longest(w, i, &node);

		if (n == 0) {
			i++;
			continue;
		}
		match = ik_vec_push(&out->list);
		if (match == NULL)
			return INK_ENOMEM;
		*match = (struct ik_synonym_match){w->list.v[i].start, w->list.v[i + n - 1].end,
		                                   node};
		i += n;
	}
	return 0;
}

int ik_synonyms_find(const struct ik_lexicon *lexicon, struct ik_analysis *analysis,
                     const char *text, size_t len, struct ik_synonym_matches *out, ink_error *err)
{
	const struct ik_lexicon *before = ik_analysis_lexicon(analysis);
	struct words w = {.sink = {take}};
	int rc;

	out->list.v = NULL;
	out->list.n = out->list.cap = 0;
	if (lexicon == NULL || lexicon->synonyms.analyzer == NULL)
		return 0;
	w.synonyms = &lexicon->synonyms;
	ik_analysis_set_lexicon(analysis, lexicon);
	rc = ik_analyze(w.synonyms->analyzer, analysis, IK_FOR_PHRASE, text, len, &w.sink, err);
	ik_analysis_set_lexicon(analysis, before);
	if (rc == 0 && find(&w, out) != 0)
		rc = ik_fail_nomem(err);
	ik_vec_free(&w.list);
	return rc;
}

/* ---- what they find ---- */

uint32_t ik_synonyms_list(const struct ik_lexicon *lexicon, const struct ik_synonym_match *match,
                          const char *text[IK_ALTERNATIVES_MAX], size_t len[IK_ALTERNATIVES_MAX])
{
	const struct ik_synonyms *s = &lexicon->synonyms;
	uint32_t nodes[IK_ALTERNATIVES_MAX], n = 0, link = s->rules.values.v[match->node], i, k;

	for (; link != 0; link = s->links.v[link - 1].next) {
		const struct ik_synonym_group *g = &s->groups.v[s->links.v[link - 1].group];

		for (i = 0; i < g->n && n < IK_ALTERNATIVES_MAX; i++) {
			const struct ik_synonym *word = &s->words.v[g->first + i];

			for (k = 0; k < n && nodes[k] != word->node; k++)
				;
			if (k < n || word->node == match->node)
				continue;
			nodes[n] = word->node;
			text[n] = s->pool + word->at;
			len[n++] = word->len;
		}
	}
	return n;
}
