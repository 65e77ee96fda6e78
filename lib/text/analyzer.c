/*
 * analyzer.c - analyzers, analyses, and running one over a text.
 *
 * Layer: text. An analyzer is a tokenizer and its filters as data; everything
 * that changes is in the analysis.
 */
#include "text/analyzer.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "text/analysis.h"
#include "text/extend.h"
#include "text/icu.h"
#include "text/spec.h"

static void free_analyzer(struct ik_analyzer *analyzer)
{
	uint32_t i;

	for (i = 0; i < analyzer->n_normalizers; i++)
		ik_extend_close(&analyzer->normalizer[i]);
	ik_extend_close(&analyzer->own);
	for (i = 0; i < analyzer->n_filters; i++)
		ik_extend_close(&analyzer->filter[i].use);
	ik_free(analyzer);
}

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
		free_analyzer(analyzer);
		return rc;
	}
	*out = analyzer;
	return INK_OK;
}

int ik_analyzer_try(const char *spec, ink_error *err)
{
	struct ik_analyzer *analyzer;
	int rc = ik_analyzer_new(spec, &analyzer, err);

	ik_analyzer_unref(analyzer);
	return rc;
}

int ik_analyzer_of_field(const char *field, const char *spec, struct ik_analyzer **out,
                         ink_error *err)
{
	ink_error why = {0};
	int rc = ik_analyzer_new(spec != NULL && spec[0] != '\0' ? spec : NULL, out, &why);

	return rc == INK_OK ? INK_OK
	                    : ik_fail_at(err, rc, why.offset, "the analyzer of field \"%s\": %s",
	                                 field, why.message);
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
		free_analyzer(analyzer);
}

int ik_analyzer_has_grams(const struct ik_analyzer *analyzer)
{
	return analyzer->tokenizer == IK_TOKENIZER_DEFAULT;
}

const char *ik_analyzer_stamp(void)
{
	return ik_fold_source;
}

static int has_entry(struct ik_buf *stamp, const char *entry)
{
	const char *at = ik_buf_str(stamp);
	size_t len = strlen(entry);

	for (; at != NULL && (at = strstr(at, entry)) != NULL; at++)
		if (at[len] == ';' || at[len] == '\0')
			return 1;
	return 0;
}

void ik_analyzer_stamp_add(const char *spec, struct ik_buf *stamp)
{
	const char *name, *version, *next = spec;
	size_t len;

	while (next != NULL) {
		char entry[IK_EXTENSION_NAME_MAX + IK_EXTENSION_VERSION_MAX + 8];
		struct ik_extension *extension;

		next = ik_spec_name(next, &name, &len);
		if (len > IK_EXTENSION_NAME_MAX || ik_spec_is_builtin(name, len))
			continue;
		extension = ik_registry_find(name, len);
		version = extension != NULL ? extension->version : "?";
		snprintf(entry, sizeof entry, "; %.*s%s%s", (int)len, name, *version ? " " : "",
		         version);
		ik_extension_unref(extension);
		if (stamp->len + strlen(entry) < stamp->max && !has_entry(stamp, entry))
			ik_buf_put_str(stamp, entry);
	}
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
	ik_extend_free(analysis->ext);
	ik_free(analysis);
}

size_t ik_analysis_bytes(const struct ik_analysis *analysis)
{
	size_t bytes = sizeof *analysis + ik_extend_bytes(analysis->ext);
	uint32_t i;

	for (i = 0; i < analysis->n_stemmers; i++)
		bytes += ik_stem_bytes(analysis->stemmer[i]);
	return bytes;
}

void ik_analysis_set_lexicon(struct ik_analysis *analysis, const struct ik_lexicon *lexicon)
{
	analysis->lexicon = lexicon;
}

const struct ik_lexicon *ik_analysis_lexicon(const struct ik_analysis *analysis)
{
	return analysis->lexicon;
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
	a->last_run = IK_RUN_WORD;
	a->gram_pos = 0;
	a->number_end = 0;
	a->number_len = 0;
	a->user_next = 0;
	a->user_end = 0;
	if (a->analyzer->tokenizer <= IK_TOKENIZER_WORD)
		ik_run_text(a);
	else if (a->analyzer->tokenizer != IK_TOKENIZER_OWN)
		ik_run_simple(a);
	else
		ik_extend_tokenize(a);
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
	a->rc = a->told = 0;
	a->err = err;
	a->whole = analyzer->tokenizer == IK_TOKENIZER_DEFAULT;
	a->english = a->whole ? ik_analysis_stemmer(a, "english") : NULL;
	if (a->whole && a->english == NULL)
		return ik_fail_nomem(err);
	if (analyzer->extended)
		ik_extend_begin(a);
	if (a->rc != 0)
		;
	else if (purpose == IK_FOR_ANY && a->whole)
		run_ranked(a);
	else
		run_once(a);
	if (analyzer->extended)
		ik_extend_end(a);
	return a->rc == INK_ENOMEM && !a->told ? ik_fail_nomem(err) : a->rc;
}
