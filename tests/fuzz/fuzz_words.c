/*
 * fuzz_words.c - a user's dictionary and synonyms of any bytes, a NUL between them, and what they
 * do to a text (their own lines). Also as the file of an index with a right checksum.
 */
#include "fuzz.h"

struct words_watch {
	struct ik_sink base;
	size_t len;
};

static int words_token(struct ik_sink *sink, const struct ik_token *t)
{
	struct words_watch *w = (struct words_watch *)sink;

	image_need(t->len >= 1 && t->start <= t->end && t->end <= w->len, "a token of words");
	return 0;
}

/* The lines are looked for in themselves. */
static void words_use(struct ik_lexicon *lexicon, const char *text, size_t len)
{
	static struct ik_analyzer *analyzer;
	static struct ik_analysis *analysis;
	struct ik_synonym_matches matches = {0};
	struct words_watch w = {{words_token}, len};
	ink_error err = {0};

	if (analyzer == NULL) {
		image_ok(ik_analyzer_new("default", &analyzer, &err), &err);
		image_ok(ik_analysis_new(&analysis, &err), &err);
	}
	ik_analysis_set_lexicon(analysis, lexicon);
	image_ok(ik_analyze(analyzer, analysis, IK_FOR_ANY, text, len, &w.base, &err), &err);
	if (image_said(ik_synonyms_find(lexicon, analysis, text, len, &matches, &err), &err) == 0)
		for (size_t i = 0; i < matches.list.n; i++) {
			const char *to[IK_ALTERNATIVES_MAX];
			size_t n[IK_ALTERNATIVES_MAX];

			image_need(matches.list.v[i].start < matches.list.v[i].end &&
			               matches.list.v[i].end <= len, "where a synonym is");
			(void)ik_synonyms_list(lexicon, &matches.list.v[i], to, n);
		}
	ik_vec_free(&matches.list);
	ik_analysis_set_lexicon(analysis, NULL);
}

static void words_file(const uint8_t *data, size_t len)
{
	struct image image = {{&image_ops, "image"}, {{"words-0000000000000001.ink", NULL, len}}, 1};
	struct ik_words_file file = {1, len, 0};
	struct ik_words words;
	ink_error err = {0};
	uint8_t *copy;

	if (len < 4)
		return;
	copy = fuzz_copy(data, len, 0);
	file.crc = ik_crc32(0, copy, len - 4);
	ik_store32(copy + len - 4, file.crc);
	image.files[0].data = copy;
	if (image_said(ik_words_open(&image.base, &file, NULL, &words, &err), &err) == 0)
		ik_words_release(&words);
	image_free(&image);
}

FUZZ(words)
{
	const uint8_t *nul = len > 0 ? memchr(data, 0, len) : NULL;
	size_t n = nul != NULL ? (size_t)(nul - data) : len, rest = nul != NULL ? len - n - 1 : 0;
	uint8_t *words = fuzz_copy(data, n, 0);
	uint8_t *synonyms = fuzz_copy(nul != NULL ? nul + 1 : data, rest, 0);
	struct ik_lexicon *lexicon;
	ink_error err = {0};

	words_file(data, len);
	if (image_said(ik_lexicon_new((char *)words, n, (char *)synonyms, rest, &lexicon, &err),
	               &err) == 0) {
		words_use(lexicon, (char *)words, n);
		words_use(lexicon, (char *)synonyms, rest);
		ik_lexicon_unref(lexicon);
	}
	free(synonyms);
	free(words);
	return 0;
}
