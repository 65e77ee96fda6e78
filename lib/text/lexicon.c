/*
 * lexicon.c - a user's words: their life, and finding them in text.
 *
 * Layer: text. lexicon_words.c reads them.
 */
#include "text/lexicon.h"

#include <stdatomic.h>
#include <string.h>

#include "base/utf8.h"
#include "text/lexicon_words.h"

static int check_length(const char *what, size_t len, size_t max, ink_error *err)
{
	return len <= max ? INK_OK : ik_fail(err, INK_ELIMIT, "%s of %zu bytes, %zu are allowed",
	                                     what, len, max);
}

int ik_lexicon_new(const char *words, size_t words_len, const char *synonyms, size_t synonyms_len,
                   struct ik_lexicon **out, ink_error *err)
{
	struct ik_lexicon *lexicon;
	int rc;

	*out = NULL;
	rc = check_length("a dictionary", words_len, IK_WORDS_MAX, err);
	if (rc == 0)
		rc = check_length("a list of synonyms", synonyms_len, IK_SYNONYMS_MAX, err);
	if (rc != 0)
		return rc;
	lexicon = ik_zalloc(sizeof *lexicon);
	if (lexicon == NULL)
		return ik_fail_nomem(err);
	atomic_init(&lexicon->refs, 1);
	lexicon->words_text = ik_strndup(words_len > 0 ? words : "", words_len);
	lexicon->words_len = words_len;
	lexicon->synonyms_text = ik_strndup(synonyms_len > 0 ? synonyms : "", synonyms_len);
	lexicon->synonyms_len = synonyms_len;
	if (lexicon->words_text == NULL || lexicon->synonyms_text == NULL)
		rc = ik_fail_nomem(err);
	else
		rc = ik_lexicon_read_words(lexicon, err);
	if (rc == 0)
		rc = ik_synonyms_read(lexicon, err);
	if (rc != 0) {
		ik_lexicon_unref(lexicon);
		return rc;
	}
	*out = lexicon;
	return INK_OK;
}

struct ik_lexicon *ik_lexicon_ref(struct ik_lexicon *lexicon)
{
	if (lexicon != NULL)
		atomic_fetch_add_explicit(&lexicon->refs, 1, memory_order_relaxed);
	return lexicon;
}

void ik_lexicon_unref(struct ik_lexicon *lexicon)
{
	if (lexicon == NULL ||
	    atomic_fetch_sub_explicit(&lexicon->refs, 1, memory_order_acq_rel) != 1)
		return;
	ik_synonyms_free(&lexicon->synonyms);
	ik_trie_free(&lexicon->words);
	ik_free(lexicon->words_text);
	ik_free(lexicon->synonyms_text);
	ik_free(lexicon);
}

int ik_lexicon_has(const struct ik_lexicon *lexicon, enum ik_word_kind kind,
                   const struct ik_char *c, uint32_t n)
{
	return ik_lexicon_longest(lexicon, kind, c, n) == n;
}

uint32_t ik_lexicon_longest(const struct ik_lexicon *lexicon, enum ik_word_kind kind,
                            const struct ik_char *c, uint32_t n)
{
	uint32_t node = IK_TRIE_ROOT, longest = 0, i;

	if (!ik_lexicon_has_kind(lexicon, kind))
		return 0;
	for (i = 0; i < n; i++) {
		node = ik_trie_child(&lexicon->words, node, c[i].cp);
		if (node == 0)
			break;
		if (ik_word_kind(lexicon->words.values.v[node]) == kind)
			longest = i + 1;
	}
	return longest;
}

/* ---- joined words, in text as it is written ---- */

/* A character folded by itself: how many symbols, blanks as one kind of blank. */
static uint32_t fold_one(uint32_t cp, const uint32_t **symbols, uint32_t *room)
{
	uint32_t entry = ik_fold_entry(cp);

	if (entry & IK_FOLD_MULTI) {
		const uint32_t *seq = &ik_fold_seq[entry & IK_FOLD_CP];

		*symbols = seq + 1;
		return seq[0];
	}
	*room = ik_fold_one(entry, cp);
	if (ik_fold_class(entry) == IK_CLASS_BLANK)
		*room = ' ';
	*symbols = room;
	return 1;
}

static int in_word(uint8_t cls)
{
	return cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT || cls == IK_CLASS_MARK;
}

/* Would a word that ends in this symbol go on with what stands at p? */
static int goes_on(uint32_t last, const char *p, const char *stop)
{
	const uint32_t *symbols;
	uint32_t cp, room;

	if (p == stop || !in_word(ik_fold_class(ik_fold_entry(last))))
		return 0;
	ik_utf8_next(p, stop, &cp);
	return fold_one(cp, &symbols, &room) > 0 &&
	       in_word(ik_fold_class(ik_fold_entry(symbols[0])));
}

size_t ik_lexicon_joined(const struct ik_lexicon *lexicon, const char *text, size_t len, size_t at,
                         char *term, size_t *term_len)
{
	const struct ik_trie *t = &lexicon->words;
	const char *p = text + at, *stop = text + len, *end = p;
	uint32_t node = IK_TRIE_ROOT, last = 0, i;
	size_t written = 0;

	*term_len = 0;
	if ((lexicon->first[(unsigned char)*p / 32] >> ((unsigned char)*p % 32) & 1) == 0)
		return at;
	while (p < stop) {
		const uint32_t *symbols;
		uint32_t cp, room, n;

		p = ik_utf8_next(p, stop, &cp);
		n = fold_one(cp, &symbols, &room);
		for (i = 0; i < n; i++) {
			if (symbols[i] == ' ' && last == ' ')
				continue;
			last = symbols[i];
			node = ik_trie_child(t, node, last);
			if (node == 0)
				return (size_t)(end - text);
			written += ik_utf8_put(term + written, last);
		}
		if (ik_word_kind(t->values.v[node]) == IK_WORD_JOINED && !goes_on(last, p, stop)) {
			end = p;
			*term_len = written;
		}
	}
	return (size_t)(end - text);
}
