/*
 * user.c - the user's words in a text that is being analyzed.
 *
 * Layer: text. A joined word is one more term at the position of the word
 * that it begins with; its parts stay what they are, so phrases and documents
 * from before it was there lose nothing. A ranked query takes the two for one
 * thing: it looks for the whole among words, for the parts among grams.
 */
#include "text/analysis.h"

void ik_user_find_joined(struct ik_analysis *a, size_t at)
{
	char term[IK_WORD_TERM_ROOM];
	size_t len, end;

	if (!a->whole || at < a->user_next)
		return;
	a->user_next = at + 1;
	end = ik_lexicon_joined(a->lexicon, a->text, a->len, at, term, &len);
	if (end == at)
		return;
	ik_emit_word(a, term, len, at, end,
	             IK_TOKEN_JOINED | (a->purpose == IK_FOR_DOC ? 0 : IK_TOKEN_USER), 0);
	if (end > a->user_end)
		a->user_end = end;
}
