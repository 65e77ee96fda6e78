/* test_languages.c - a stemmer for each language of Snowball, and what the default does to them. */
#include "tokens.h"

#include <libstemmer.h>

/* Two forms of one word that have to meet, in every language that libstemmer may have. */
static const struct pair {
	const char *language;
	const char *code; /* "": none */
	const char *one;
	const char *other;
} pairs[] = {
	{"arabic", "ar", "كتاب", "الكتاب"},
	{"armenian", "hy", "քաղաք", "քաղաքներ"},
	{"basque", "eu", "mendian", "mendietan"},
	{"catalan", "ca", "cantar", "cantava"},
	{"danish", "da", "hund", "hunden"},
	{"dutch", "nl", "boek", "boeken"},
	{"english", "en", "connect", "connections"},
	{"esperanto", "eo", "libro", "librojn"},
	{"estonian", "et", "raamatud", "raamatute"},
	{"finnish", "fi", "talossa", "talosta"},
	{"french", "fr", "continuer", "continuation"},
	{"german", "de", "Haus", "Häuser"},
	{"greek", "el", "δρόμος", "δρόμου"},
	{"hindi", "hi", "लड़का", "लड़के"},
	{"hungarian", "hu", "könyv", "könyvben"},
	{"indonesian", "id", "makan", "makanan"},
	{"irish", "ga", "bliana", "mbliana"},
	{"italian", "it", "parlare", "parlato"},
	{"lithuanian", "lt", "namas", "namai"},
	{"nepali", "ne", "घर", "घरहरू"},
	{"norwegian", "no", "hus", "huset"},
	{"porter", "", "relate", "relational"},
	{"portuguese", "pt", "menino", "meninos"},
	{"romanian", "ro", "copil", "copilul"},
	{"russian", "ru", "книга", "книгами"},
	{"serbian", "sr", "knjiga", "knjige"},
	{"spanish", "es", "libro", "libros"},
	{"swedish", "sv", "flicka", "flickorna"},
	{"tamil", "ta", "வீடு", "வீடுகள்"},
	{"turkish", "tr", "evler", "evlerde"},
	{"yiddish", "yi", "שרייבן", "שרייבט"},
};

#define N_PAIRS (sizeof pairs / sizeof pairs[0])

static int is_there(const char *language)
{
	const char **list = sb_stemmer_list();

	for (; *list != NULL; list++)
		if (strcmp(*list, language) == 0)
			return 1;
	return 0;
}

static void stem(const char *language, const char *word, char *out, size_t size)
{
	char spec[64];

	snprintf(spec, sizeof spec, "word | fold | stem:%s", language);
	snprintf(out, size, "%s",
	         tokens_run(spec, IK_FOR_DOC, word, strlen(word), INK_PART_WORD, 0));
}

static void test_two_forms_of_a_word_meet_in_every_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_PAIRS; i++) {
		const struct pair *p = &pairs[i];
		char one[300], other[300];

		if (!is_there(p->language))
			continue;
		stem(p->language, p->one, one, sizeof one);
		stem(p->language, p->other, other, sizeof other);
		if (strcmp(one, other) != 0)
			fail_msg("%s: %s is %s, %s is %s", p->language, p->one, one, p->other,
			         other);
		if (p->code[0] == '\0')
			continue;
		stem(p->code, p->other, other, sizeof other); /* the code says the same */
		assert_string_equal(one, other);
	}
}

static void test_the_table_has_every_language_that_there_is(void **state)
{
	const char **list = sb_stemmer_list();

	(void)state;
	for (; *list != NULL; list++) {
		size_t i = 0;

		while (i < N_PAIRS && strcmp(pairs[i].language, *list) != 0)
			i++;
		if (i == N_PAIRS)
			fail_msg("libstemmer has %s, the table has not", *list);
	}
}

/*
 * The default stems words of a to z as English ones, whatever they are. That
 * may join words that have nothing to do with each other, but a word that is
 * in a text is found by that word: the same on both sides, and exact beside it.
 */
static void test_the_default_never_loses_a_word_of_another_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * N_PAIRS; i++) {
		const char *word = i % 2 ? pairs[i / 2].one : pairs[i / 2].other;
		char want[300], text[300];
		const char *found;

		for (int part = INK_PART_WORD; part <= INK_PART_GRAM; part++) {
			snprintf(want, sizeof want, "%s",
			         tokens_run("default", IK_FOR_ANY, word, strlen(word), part, 0));
			snprintf(text, sizeof text, "%s.", word);
			found = tokens_run("default", IK_FOR_DOC, text, strlen(text), part, 0);
			assert_true(want[0] != '\0' || part == INK_PART_GRAM);
			if (strstr(found, want) == NULL)
				fail_msg("%s: %s, not %s", word, found, want);
		}
	}
}

static void test_the_default_keeps_exact_forms_beside_stems(void **state)
{
	static const char *const words[] = {"leben", "changes", "parlare", "minister", "книгами",
	                                    "mangées", "evlerde"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		char want[64];

		snprintf(want, sizeof want, "0:%s", words[i]);
		assert_string_equal(tokens_grams(IK_FOR_DOC, words[i]), want);
		assert_string_equal(tokens_grams(IK_FOR_ANY, words[i]), want);
	}
	/* letters outside a to z: no English word, left as it is */
	assert_string_equal(tokens_words(IK_FOR_DOC, "mangées Häusern книгами"),
	                    "0:mangées 1:häusern 2:книгами");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_forms_of_a_word_meet_in_every_language),
		cmocka_unit_test(test_the_table_has_every_language_that_there_is),
		cmocka_unit_test(test_the_default_never_loses_a_word_of_another_language),
		cmocka_unit_test(test_the_default_keeps_exact_forms_beside_stems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
