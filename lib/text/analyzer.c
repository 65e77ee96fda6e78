/*
 * analyzer.c - analyzers, analyses, and running one over a text.
 *
 * Layer: text. An analyzer is a tokenizer and its filters as data; everything
 * that changes is in the analysis.
 */
#include "text/analyzer.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "text/analysis.h"
#include "text/icu.h"
#include "text/spec.h"

int ik_analyzer_new(const char *spec, struct ik_analyzer **out, ink_error *err)
{
	struct ik_analyzer *analyzer;
	int rc;

	*out = NULL;
	analyzer = ik_zalloc(sizeof *analyzer);
	if (analyzer == NULL)
		return ik_fail_nomem(err);
	atomic_init(&analyzer->refs, 1);
	rc = ik_spec_parse(spec ? spec : "default", analyzer, err);
	if (rc != INK_OK) {
		ik_free(analyzer);
		return rc;
	}
	*out = analyzer;
	return INK_OK;
}

struct ik_analyzer *ik_analyzer_ref(struct ik_analyzer *analyzer)
{
	atomic_fetch_add_explicit(&analyzer->refs, 1, memory_order_relaxed);
	return analyzer;
}

void ik_analyzer_unref(struct ik_analyzer *analyzer)
{
	if (analyzer == NULL)
		return;
	if (atomic_fetch_sub_explicit(&analyzer->refs, 1, memory_order_acq_rel) == 1)
		ik_free(analyzer);
}

int ik_analyzer_has_grams(const struct ik_analyzer *analyzer)
{
	return analyzer->tokenizer == IK_TOKENIZER_DEFAULT;
}

const char *ik_analyzer_stamp(void)
{
	return ik_fold_source;
}

int ik_analysis_new(struct ik_analysis **out, ink_error *err)
{
	*out = ik_alloc(sizeof **out);
	if (*out == NULL)
		return ik_fail_nomem(err);
	/* What is behind is written before it is read: pages not needed are never touched. */
	memset(*out, 0, offsetof(struct ik_analysis, window));
	return INK_OK;
}

void ik_analysis_free(struct ik_analysis *analysis)
{
	uint32_t i;

	if (analysis == NULL)
		return;
	for (i = 0; i < analysis->n_stemmers; i++)
		ik_stem_free(analysis->stemmer[i]);
	ik_icu_words_free(analysis->words);
	ik_free(analysis);
}

size_t ik_analysis_bytes(const struct ik_analysis *analysis)
{
	size_t bytes = sizeof *analysis;
	uint32_t i;

	for (i = 0; i < analysis->n_stemmers; i++)
		bytes += ik_stem_bytes(analysis->stemmer[i]);
	return bytes;
}

struct ik_stemmer *ik_analysis_stemmer(struct ik_analysis *a, const char *algorithm)
{
	uint32_t i;

	for (i = 0; i < a->n_stemmers; i++)
		if (strcmp(ik_stem_name(a->stemmer[i]), algorithm) == 0)
			return a->stemmer[i];
	if (a->n_stemmers == IK_FILTERS_MAX) /* an analysis that served many analyzers */
		ik_stem_free(a->stemmer[--a->n_stemmers]);
	a->stemmer[a->n_stemmers] = ik_stem_new(algorithm);
	return a->stemmer[a->n_stemmers] ? a->stemmer[a->n_stemmers++] : NULL;
}

static void run_once(struct ik_analysis *a)
{
	a->word_pos = 0;
	a->run_unbroken = 0;
	a->gram_pos = 0;
	a->number_end = 0;
	a->number_len = 0;
	if (a->analyzer->tokenizer <= IK_TOKENIZER_WORD)
		ik_run_text(a);
	else
		ik_run_simple(a);
}

/* A ranked query is run twice: what may be left out depends on whether anything else is there. */
static void run_ranked(struct ik_analysis *a)
{
	a->counting = 1;
	a->content = 0;
	run_once(a);
	a->counting = 0;
	a->dropping = a->content > 0;
	if (a->rc == 0)
		run_once(a);
	a->dropping = 0;
}

int ik_analyze(const struct ik_analyzer *analyzer, struct ik_analysis *analysis,
               enum ik_purpose purpose, const char *text, size_t len, struct ik_sink *sink,
               ink_error *err)
{
	struct ik_analysis *a = analysis;

	if (len > INT32_MAX)
		return ik_fail(err, INK_ELIMIT, "a text of %zu bytes, more than 2147483647", len);
	a->analyzer = analyzer;
	a->purpose = purpose;
	a->text = text;
	a->len = len;
	a->sink = sink;
	a->rc = 0;
	a->whole = analyzer->tokenizer == IK_TOKENIZER_DEFAULT;
	a->english = a->whole ? ik_analysis_stemmer(a, "english") : NULL;
	if (a->whole && a->english == NULL)
		return ik_fail_nomem(err);
	if (purpose == IK_FOR_ANY && a->whole)
		run_ranked(a);
	else
		run_once(a);
	return a->rc == INK_ENOMEM ? ik_fail_nomem(err) : a->rc;
}
