/*
 * pair.c - two neighbouring words as one term.
 *
 * Layer: text. Format: FORMAT.md, "Pairs".
 */
#include "text/pair.h"

#include <string.h>

#define WORD_MAX 3 /* bytes of a word on the list, without its NUL */

/*
 * The words that cost phrases most, of English and of languages of its
 * letters, as stemmers leave them. The list is part of the format: a pair
 * that is not in the dictionary of a segment is nowhere in it.
 */
static const char words[][WORD_MAX + 1] = {
	"the", "of", "and", "in", "a", "to", /* English; "a" and "in" are of others, too */
	"de", "la", "el", "y", "le", "les", "et", "en", /* Spanish and French */
	"der", "die", "und", "das", /* German */
};

uint32_t ik_pair_number(const char *term, size_t len)
{
	char key[WORD_MAX + 1] = "";

	if (len == 0 || len > WORD_MAX)
		return 0;
	memcpy(key, term, len);
	for (uint32_t i = 0; i < sizeof words / sizeof *words; i++)
		if (memcmp(words[i], key, sizeof key) == 0)
			return key[len - 1] != '\0' ? i + 1 : 0;
	return 0;
}

size_t ik_pair_term(char out[IK_PAIR_MAX], const struct ik_pair_word *first,
                    const struct ik_pair_word *second)
{
	const struct ik_pair_word *other = first->number > 0 ? second : first;

	if (first->number == 0 && second->number == 0)
		return 0;
	out[0] = (char)(first->number > 0 ? 2 * first->number : 2 * second->number + 1);
	memcpy(out + 1, other->term, other->len);
	return other->len + 1;
}
