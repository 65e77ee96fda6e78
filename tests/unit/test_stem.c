/* test_stem.c - the stemmer's cache and short cuts against Snowball itself. */
#include "tokens.h"

#include <libstemmer.h>

#include "text/stem.h"
#include "text/stop.h"

static uint32_t seed = 4711;

static uint32_t next_random(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Syllables and endings make words that the rules have something to do with. */
static size_t random_word(char *word)
{
	static const char *const piece[] = {
		"a",   "con", "nect", "hop", "happ", "y",  "ing", "ed",  "ies", "ation", "al",
		"ize", "b",   "er",   "ful", "ness", "es", "ly",  "s",   "li",  "'s",    "ogi",
		"'",   "tt",  "ive",  "v",   "e",    "o",  "ous", "gen", "x",   "ment",  "sk",
		"w",   "i",   "er",   "commun",
	};
	uint32_t n = 1 + next_random(5);

	for (*word = 0; n > 0; n--)
		strcat(word, piece[next_random(sizeof piece / sizeof piece[0])]);
	return strlen(word);
}

static void compare(const char *language, uint32_t rounds)
{
	struct ik_stemmer *stemmer = ik_stem_new(ik_stem_find(language, strlen(language)));
	struct sb_stemmer *snowball = sb_stemmer_new(language, NULL);
	uint32_t i;

	assert_non_null(stemmer);
	assert_non_null(snowball);
	for (i = 0; i < rounds; i++) {
		char word[128] = {0};
		size_t len = random_word(word), got_len;
		const char *want, *got;

		if (word[0] == '\'') /* never the first character of a word */
			continue;
		want = (const char *)sb_stemmer_stem(snowball, (const sb_symbol *)word, (int)len);
		got = ik_stem_run(stemmer, word, len, &got_len);
		if ((size_t)sb_stemmer_length(snowball) != got_len ||
		    memcmp(want, got, got_len) != 0)
			print_message("%s: %s\n", language, word);
		assert_int_equal(got_len, sb_stemmer_length(snowball));
		assert_memory_equal(got, want, got_len);
	}
	sb_stemmer_delete(snowball);
	ik_stem_free(stemmer);
}

static void test_stems_are_snowball_s(void **state)
{
	(void)state;
	compare("english", 300000);
	compare("german", 50000);
	compare("french", 50000);
	compare("turkish", 20000);
}

/* One stemmer for all, so that what a word leaves behind shows in the next. */
static void test_exceptions_are_snowball_s(void **state)
{
	static const char *const words[] = {
		"skis", "skies", "dying", "lying", "tying", "idly", "gently", "ugly", "early",
		"only", "singly", "sky", "news", "howe", "atlas", "cosmos", "bias", "andes",
		"inning", "innings", "outing", "canning", "herrings", "earring", "proceed",
		"proceeds", "exceed", "succeed", "arsenal", "arse", "arsenic", "general", "gene",
		"communism", "commune", "indeed", "agreedly", "feed", "speed", "gas", "this",
		"gaps", "ties", "cries", "s", "as", "yes", "say", "by", "enjoy", "yyyy", "ayyed",
		"hopped", "hoping", "bed", "sing", "controll", "roll", "adoption", "rate",
		"cease", "dog's", "dogs'", "dog's'", "x'", "apologli", "geologi", "king's",
		"rationalization", "internationalization", "internationalizations",
		"caf\xC3\xA9s", "na\xC3\xAFvely",
	};
	struct ik_stemmer *stemmer = ik_stem_new("english");
	struct sb_stemmer *snowball = sb_stemmer_new("english", NULL);
	size_t i, round, n = sizeof words / sizeof words[0];

	(void)state;
	assert_non_null(stemmer);
	for (round = 0; round < 10; round++) /* without the caches and with them */
		for (i = 0; i < n; i++) {
			char word[64] = {0};
			const char *got;
			size_t len;

			strcpy(word, words[i]);
			got = ik_stem_run(stemmer, word, strlen(word), &len);
			assert_non_null(sb_stemmer_stem(snowball, (const sb_symbol *)word,
			                                (int)strlen(word)));
			assert_int_equal(len, sb_stemmer_length(snowball));
			assert_memory_equal(got, sb_stemmer_stem(snowball, (const sb_symbol *)word,
			                                         (int)strlen(word)), len);
		}
	sb_stemmer_delete(snowball);
	ik_stem_free(stemmer);
}

static void test_every_algorithm_has_a_name_and_a_code(void **state)
{
	const char **list = sb_stemmer_list();
	struct ik_buf names;

	(void)state;
	for (; *list != NULL; list++)
		assert_string_equal(ik_stem_find(*list, strlen(*list)), *list);
	assert_string_equal(ik_stem_find("en", 2), "english");
	assert_string_equal(ik_stem_find("sv", 2), "swedish");
	assert_null(ik_stem_find("xx", 2));
	assert_null(ik_stem_find("", 0));
	ik_buf_init(&names, 4096);
	ik_stem_list(&names);
	assert_non_null(strstr(ik_buf_str(&names), "en"));
	ik_buf_free(&names);
}

static void test_stop_lists_know_their_words(void **state)
{
	static const char *const languages[] = {"en", "de", "fr", "es"};
	static const char *const words[] = {"the", "und", "être", "él"};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		const struct ik_stop *stop = ik_stop_find(languages[i], 2);

		assert_non_null(stop);
		assert_true(ik_stop_has(stop, words[i], strlen(words[i])));
		assert_false(ik_stop_has(stop, "index", 5));
		assert_false(ik_stop_has(stop, "", 0));
	}
	assert_true(ik_stop_english("yourselves", 10));
	assert_true(ik_stop_english("a", 1));
	assert_false(ik_stop_english("th", 2));
	assert_null(ik_stop_find("xx", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stems_are_snowball_s),
		cmocka_unit_test(test_exceptions_are_snowball_s),
		cmocka_unit_test(test_every_algorithm_has_a_name_and_a_code),
		cmocka_unit_test(test_stop_lists_know_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
