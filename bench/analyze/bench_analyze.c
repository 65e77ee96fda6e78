/*
 * bench_analyze.c - MB/s of each stage of the default chain on one core, beside ICU.
 *
 *   bench_analyze [-r ROUNDS] [-s STAGE] NAME FILE ...     a document a line, UTF-8
 *
 * Part of: bench. The one benchmark that looks below the public API: stages
 * are no functions of it. ICU's word break runs on the same texts in the same
 * process, its conversion to UTF-16 included, in turn with the stages, so that
 * whatever else the machine does meets all of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "../bench.h"
#include "base/mem.h"
#include "text/analyzer.h"
#include "text/fold.h"
#include "text/viterbi.h"

enum stage { FOLD, SEGMENT, BOTH, WORDS, CHAIN, RANKED, ICU, N_STAGES };

static const char *const names[N_STAGES] = {
	"fold", "segment", "fold_segment", "words", "chain", "chain_query", "icu"
};

struct doc {
	const char *text;
	size_t len;
};

struct corpus {
	char *text;
	struct doc *docs;
	size_t n, bytes, han_bytes;
	struct ik_char *chars; /* the characters of all runs of Han and kana, one behind another */
	uint32_t *runs;        /* their lengths */
	size_t n_chars, n_runs;
};

struct bench {
	struct ik_window window;
	struct ik_viterbi viterbi;
	struct ik_analyzer *chain, *words;
	struct ik_analysis *analysis;
	UBreakIterator *breaks;
	UChar *units;
	uint64_t tokens; /* so that nothing is optimised away, and to see that rounds agree */
};

struct counter {
	struct ik_sink sink;
	uint64_t tokens;
};

static int is_han(uint8_t cls)
{
	return cls >= IK_CLASS_HAN && cls <= IK_CLASS_KATA;
}

/* ---- stages: each goes over all documents ---- */

static uint64_t fold_all(struct bench *b, const struct corpus *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		int done = 0;

		ik_window_init(&b->window, c->docs[i].text, c->docs[i].len, 0);
		while (!done) {
			done = ik_window_fill(&b->window, 0);
			n += b->window.n;
			ik_window_drop(&b->window, b->window.n);
		}
	}
	return n;
}

static uint64_t segment_all(struct bench *b, const struct corpus *c)
{
	const struct ik_char *at = c->chars;
	uint64_t n = 0;

	for (size_t i = 0; i < c->n_runs; i++) {
		n += ik_viterbi_run(&b->viterbi, NULL, at, c->runs[i]);
		at += c->runs[i];
	}
	return n;
}

/* The run of Han and kana at the front of c[0, n). */
static uint32_t run_len(const struct ik_char *c, uint32_t n)
{
	uint32_t len = 0;

	while (len < n && is_han(c[len].cls))
		len++;
	return len;
}

/* UTF-8 to word boundaries, as ICU does it; a run that the window cuts counts as two. */
static uint64_t fold_segment_all(struct bench *b, const struct corpus *c)
{
	struct ik_window *w = &b->window;
	uint64_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		int done = 0;

		ik_window_init(w, c->docs[i].text, c->docs[i].len, 0);
		while (!done) {
			done = ik_window_fill(w, 0);
			for (uint32_t at = 0, len; at < w->n; at += len + 1) {
				len = run_len(w->c + at, w->n - at);
				if (len > 0)
					n += ik_viterbi_run(&b->viterbi, NULL, w->c + at, len);
			}
			ik_window_drop(w, w->n);
		}
	}
	return n;
}

static int count(struct ik_sink *sink, const struct ik_token *token)
{
	(void)token;
	((struct counter *)sink)->tokens++; /* the sink is its first member */
	return 0;
}

static uint64_t analyze_all(struct bench *b, const struct corpus *c,
                            const struct ik_analyzer *analyzer, enum ik_purpose purpose)
{
	struct counter counter = { { count }, 0 };
	ink_error err;

	for (size_t i = 0; i < c->n; i++)
		bench_check(ik_analyze(analyzer, b->analysis, purpose, c->docs[i].text,
		                       c->docs[i].len, &counter.sink, &err), &err);
	return counter.tokens;
}

static uint64_t icu_all(struct bench *b, const struct corpus *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		UErrorCode rc = U_ZERO_ERROR;
		int32_t units = 0, capacity = (int32_t)c->docs[i].len + 1;

		u_strFromUTF8(b->units, capacity, &units, c->docs[i].text,
		              (int32_t)c->docs[i].len, &rc);
		ubrk_setText(b->breaks, b->units, units, &rc);
		if (U_FAILURE(rc))
			bench_die("ICU: %s", u_errorName(rc));
		while (ubrk_next(b->breaks) != UBRK_DONE)
			n += ubrk_getRuleStatus(b->breaks) != UBRK_WORD_NONE;
	}
	return n;
}

static uint64_t run_stage(struct bench *b, const struct corpus *c, enum stage stage)
{
	switch (stage) {
	case FOLD:
		return fold_all(b, c);
	case SEGMENT:
		return segment_all(b, c);
	case BOTH:
		return fold_segment_all(b, c);
	case WORDS:
		return analyze_all(b, c, b->words, IK_FOR_DOC);
	case CHAIN:
		return analyze_all(b, c, b->chain, IK_FOR_DOC);
	case RANKED:
		return analyze_all(b, c, b->chain, IK_FOR_ANY);
	default:
		return icu_all(b, c);
	}
}

/* ---- the corpus ---- */

static void split(struct corpus *c, size_t len)
{
	char *at = c->text, *end = c->text + len;

	c->docs = bench_alloc(len / 2 + 1, sizeof *c->docs);
	while (at < end) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		if (stop > at) {
			c->docs[c->n++] = (struct doc){ at, (size_t)(stop - at) };
			c->bytes += (size_t)(stop - at);
		}
		at = stop + 1;
	}
}

/* Fold once and keep the runs, cut at the window's size. */
static void take_runs(struct bench *b, struct corpus *c)
{
	struct ik_window *w = &b->window;

	c->chars = bench_alloc(2 * c->bytes + 1, sizeof *c->chars);
	c->runs = bench_alloc(2 * c->bytes + 1, sizeof *c->runs);
	for (size_t i = 0; i < c->n; i++) {
		int done = 0;

		ik_window_init(w, c->docs[i].text, c->docs[i].len, 0);
		while (!done) {
			done = ik_window_fill(w, 0);
			for (uint32_t at = 0, len; at < w->n; at += len + 1) {
				len = run_len(w->c + at, w->n - at);
				if (len == 0)
					continue;
				memcpy(c->chars + c->n_chars, w->c + at, len * sizeof *w->c);
				c->n_chars += len;
				c->runs[c->n_runs++] = len;
				c->han_bytes += w->c[at + len - 1].end - w->c[at].start;
			}
			ik_window_drop(w, w->n);
		}
	}
}

/* ---- measuring ---- */

/* `only` is a stage, or N_STAGES for all. */
static void measure(struct bench *b, const char *name, const char *path, uint64_t rounds,
                    int only)
{
	struct corpus c = { 0 };
	uint64_t best[N_STAGES], tokens[N_STAGES];
	size_t len;
	int stage;

	c.text = bench_read_file(path, &len);
	split(&c, len);
	take_runs(b, &c);
	b->units = bench_alloc(len + 1, sizeof *b->units);
	for (stage = 0; stage < N_STAGES; stage++)
		best[stage] = UINT64_MAX;
	for (uint64_t round = 0; round <= rounds; round++) /* the first one warms up */
		for (stage = 0; stage < N_STAGES; stage++) {
			uint64_t began = bench_cpu_ns(), spent;

			if (only != N_STAGES && stage != only && stage != ICU)
				continue;
			tokens[stage] = run_stage(b, &c, (enum stage)stage);
			spent = bench_cpu_ns() - began;
			if (round > 0 && spent < best[stage])
				best[stage] = spent;
		}
	for (stage = 0; stage < N_STAGES; stage++) {
		size_t bytes = stage == SEGMENT ? c.han_bytes : c.bytes;

		if ((stage == SEGMENT || stage == BOTH) && c.han_bytes < c.bytes / 2)
			continue; /* not a script that it is for */
		if (best[stage] == UINT64_MAX)
			continue;
		bench_json_begin("analyze");
		bench_json_text("text", name);
		bench_json_text("stage", names[stage]);
		bench_json_f64("mb_per_s", (double)bytes / 1e6 / ((double)best[stage] / 1e9));
		bench_json_f64("times_icu", (double)best[ICU] / (double)best[stage] *
		                            (double)bytes / (double)c.bytes);
		bench_json_u64("units", tokens[stage]);
		bench_json_u64("bytes", bytes);
		bench_json_end();
	}
	free(b->units);
	free(c.text);
	free(c.docs);
	free(c.chars);
	free(c.runs);
}

static int stage_of(const char *name)
{
	for (int stage = 0; stage < N_STAGES; stage++)
		if (strcmp(names[stage], name) == 0)
			return stage;
	bench_die("no stage \"%s\"", name);
}

int main(int argc, char **argv)
{
	struct bench *b = bench_alloc(1, sizeof *b);
	UErrorCode rc = U_ZERO_ERROR;
	uint64_t rounds = 5;
	ink_error err;
	int i, only = N_STAGES;

	for (i = 1; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "-r") == 0)
			rounds = bench_number(argv[i + 1], "-r");
		else if (strcmp(argv[i], "-s") == 0)
			only = stage_of(argv[i + 1]);
	}
	if (i >= argc || (argc - i) % 2 != 0)
		bench_die("usage: bench_analyze [-r ROUNDS] [-s STAGE] NAME FILE ...");
	bench_check(ik_analyzer_new("default", &b->chain, &err), &err);
	bench_check(ik_analyzer_new("word|fold", &b->words, &err), &err);
	bench_check(ik_analysis_new(&b->analysis, &err), &err);
	b->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &rc);
	if (U_FAILURE(rc))
		bench_die("ICU: %s", u_errorName(rc));
	for (; i < argc; i += 2)
		measure(b, argv[i], argv[i + 1], rounds, only);
	ubrk_close(b->breaks);
	ik_analysis_free(b->analysis);
	ik_analyzer_unref(b->words);
	ik_analyzer_unref(b->chain);
	free(b);
	return 0;
}
