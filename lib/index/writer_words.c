/*
 * writer_words.c - the writer's dictionary and synonyms.
 *
 * Layer: index. See writer_impl.h for what is where. Both are one immutable
 * lexicon; changing one makes another. Analyses borrow it, so nothing that
 * analyzes is left when it is exchanged.
 */
#include "index/writer_impl.h"

/* Documents that came before are analyzed with the words of before. */
static int forget_analyses(struct ik_writer *w, ink_error *err)
{
	ink_error why;
	int rc;

	w->started = 1;
	rc = ik_writer_settle(w, &why);

	if (rc != 0) {
		if (err != NULL)
			*err = why;
		return ik_writer_break(w, rc, &why);
	}
	ik_pool_discard(w);
	return 0;
}

static int set(struct ik_writer *w, const char *words, size_t words_len, const char *synonyms,
               size_t synonyms_len, ink_error *err)
{
	struct ik_lexicon *lexicon = NULL;
	int rc = ik_writer_ok(w, err);

	if (rc == 0 && words_len + synonyms_len > 0)
		rc = ik_lexicon_new(words, words_len, synonyms, synonyms_len, &lexicon, err);
	if (rc == 0)
		rc = forget_analyses(w, err);
	if (rc != 0) {
		ik_lexicon_unref(lexicon);
		return rc;
	}
	ik_words_release(&w->words);
	w->words.lexicon = lexicon;
	w->words_dirty = 1;
	w->changed = 1;
	return 0;
}

int ik_writer_set_dictionary(struct ik_writer *w, const char *text, size_t len, ink_error *err)
{
	const struct ik_lexicon *now = w->words.lexicon;

	return set(w, text, len, now != NULL ? now->synonyms_text : "",
	           now != NULL ? now->synonyms_len : 0, err);
}

int ik_writer_set_synonyms(struct ik_writer *w, const char *text, size_t len, ink_error *err)
{
	const struct ik_lexicon *now = w->words.lexicon;

	return set(w, now != NULL ? now->words_text : "", now != NULL ? now->words_len : 0, text,
	           len, err);
}
