/* fuzz_analysis.c - any bytes through any analyzer: tokens in bounds, positions never fall. */
#include "fuzz.h"
#include "text/analyzer.h"

struct watch {
	struct ik_sink base;
	size_t len, tokens;
	uint32_t last[2];
};

static int watch_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct watch *w = (struct watch *)sink;

	image_need(t->len >= 1 && t->len <= IK_TERM_MAX, "length of a term");
	image_need(t->start <= t->end && t->end <= w->len, "offsets of a token");
	image_need(t->part <= 1, "part of a token");
	image_need((t->flags & IK_TOKEN_JOINED) != 0 || t->position >= w->last[t->part],
	           "positions fall");
	if ((t->flags & IK_TOKEN_JOINED) == 0)
		w->last[t->part] = t->position;
	image_need(++w->tokens <= 16 * w->len + 16, "more tokens than a text can have");
	return 0;
}

FUZZ(analysis)
{
	static const char *const specs[] = {
		"default", "word | fold | stem:en", "letters | lower", "whitespace",
		"keyword | fold", "ngram:3",
		"word | fold | stop:en | length:2-9", "word | fold | stem:ru",
	};
	static struct ik_analyzer *analyzers[8];
	static struct ik_analysis *analysis;
	unsigned pick = len > 0 ? data[0] : 0, spec = pick % 8;
	struct watch w = {{watch_token}, len > 0 ? len - 1 : 0, 0, {0, 0}};
	struct ik_buf out;
	uint8_t *text = fuzz_copy(data + (len > 0), w.len, 0);
	ink_error err = {0};

	if (analyzers[spec] == NULL)
		image_ok(ik_analyzer_new(specs[spec], &analyzers[spec], &err), &err);
	if (analysis == NULL)
		image_ok(ik_analysis_new(&analysis, &err), &err);
	image_ok(ik_analyze(analyzers[spec], analysis, (enum ik_purpose)(pick / 8 % 3),
	                    (char *)text, w.len, &w.base, &err), &err);
	ik_buf_init(&out, 64 * len + 4096);
	image_ok(ik_fold_text(analyzers[spec], (char *)text, w.len, &out, &err), &err);
	for (size_t at = 0; at < w.len;) {
		size_t next = ik_text_next_cluster((char *)text, w.len, at);

		image_need(next > at && next <= w.len, "a cluster that ends nowhere");
		at = next;
	}
	ik_buf_free(&out);
	free(text);
	return 0;
}
