/*
 * analyze.c - what becomes of a text: the terms that stand in the index.
 *
 * A W is a word, with its position; a G is a gram or an exact form, whose
 * positions are counted apart and not shown. The range is where the token
 * stands in the original text, in bytes.
 */
#include "common.h"

static void analyze(const char *spec, const char *text)
{
	ink_analyzer *analyzer;
	ink_tokens *tokens;
	ink_error err;

	check(ink_analyzer_new(spec, &analyzer, &err), &err);
	check(ink_analyzer_run(analyzer, text, strlen(text), &tokens, &err), &err);
	printf("%s | %s\n", spec == NULL ? "default" : spec, text);
	while (ink_tokens_next(tokens)) {
		size_t len;
		const char *term = ink_tokens_text(tokens, &len);
		int is_word = ink_tokens_part(tokens) == INK_PART_WORD;
		unsigned start = (unsigned)ink_tokens_start(tokens);
		unsigned end = (unsigned)ink_tokens_end(tokens);

		if (is_word)
			printf("  W %2u", (unsigned)ink_tokens_position(tokens));
		else
			printf("  G  -");
		printf("  %2u..%-2u  %-10.*s  %.*s\n", start, end, (int)len, term,
		       (int)(end - start), text + start);
	}
	ink_tokens_free(tokens);
	ink_analyzer_free(analyzer);
}

int main(void)
{
	ink_analyzer *analyzer;
	ink_error err;
	int rc;

	analyze(NULL, "Running 機器學習");
	analyze(NULL, "DeepSeek-V3, C++");
	analyze(NULL, "ｶﾀｶﾅ");
	analyze("letters | lower", "Ink & Paper");
	analyze("letters | lower | stem:en", "inked papers");
	analyze("ngram:2", "墨と紙");

	/* A mistake in a spec is told with its place. */
	rc = ink_analyzer_new("letters | louder", &analyzer, &err);
	printf("%s at byte %d\n", ink_status_name(rc), (int)err.offset);
	ink_analyzer_free(analyzer);
	return 0;
}
