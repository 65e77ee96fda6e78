/* api_lexicon.c - dictionaries and synonyms of an index: set, kept; words that are found. */
#include "words.h"

#include <dirent.h>

/* How many files of words are in the index's folder? */
static int count_files(const struct place *p)
{
	char path[80];
	struct dirent *e;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof path, "%s/index", p->dir);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL)
		n += strncmp(e->d_name, "words-", 6) == 0;
	closedir(dir);
	return n;
}

/* ---- setting and keeping ---- */

static void test_a_commit_makes_them_durable(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_reader *before;
	const char *text;
	size_t len;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, "深度求索\n", 13, &err));
	OK(ink_writer_set_synonyms(w, "a, b", 4, &err));
	assert_string_equal(dictionary_of(p->index), "");
	OK(ink_reader_open(p->index, &before, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(dictionary_of(p->index), "深度求索\n");
	assert_string_equal(synonyms_of(p->index), "a, b");
	assert_int_equal(count_files(p), 1);
	/* a reader is of its commit */
	OK(ink_reader_dictionary(before, &text, &len, &err));
	assert_int_equal(len, 0);
	ink_reader_close(before);
	ink_writer_close(w);
	/* another process's view */
	ink_index_close(p->index);
	OK(ink_index_open(p->path, 0, &p->index, &err));
	assert_string_equal(dictionary_of(p->index), "深度求索\n");
	OK(ink_index_check(p->path, NULL, NULL, &err));
}

static void test_one_is_replaced_without_the_other(void **state)
{
	struct place *p = *state;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	set_synonyms(p->index, "a, b");
	set_dictionary(p->index, "two");
	assert_string_equal(dictionary_of(p->index), "two");
	assert_string_equal(synonyms_of(p->index), "a, b");
	assert_int_equal(count_files(p), 1);
	set_dictionary(p->index, "");
	assert_string_equal(dictionary_of(p->index), "");
	assert_string_equal(synonyms_of(p->index), "a, b");
	set_synonyms(p->index, "");
	assert_string_equal(synonyms_of(p->index), "");
	assert_int_equal(count_files(p), 0);
}

static void test_rollback_and_closing_forget_them(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, NULL, 0, &err));
	OK(ink_writer_rollback(w, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(dictionary_of(p->index), "one");
	OK(ink_writer_set_dictionary(w, "two", 3, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "one");
	assert_int_equal(count_files(p), 1);
}

static void test_a_bad_text_changes_nothing(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_ESYNTAX, "line 2, byte 3: not UTF-8",
	      ink_writer_set_dictionary(w, "ab\n\xFF", 4, &err));
	assert_int_equal(err.offset, 3);
	FAILS(INK_ESYNTAX, "line 1, byte 0", ink_writer_set_synonyms(w, "alone", 5, &err));
	FAILS(INK_EINVAL, "text", ink_writer_set_synonyms(w, NULL, 5, &err));
	FAILS(INK_EINVAL, "writer", ink_writer_set_synonyms(NULL, "", 0, &err));
	add(w, p->index, "x", NULL, "still alive");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "one");
	assert_string_equal(found(p->index, "alive"), "x");
}

static void test_damage_is_found(void **state)
{
	struct place *p = *state;
	char path[100];
	FILE *f;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one two");
	snprintf(path, sizeof path, "%s/index/words-%016x.ink", p->dir, 1u);
	f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, 30, SEEK_SET);
	fputc('x', f);
	fclose(f);
	FAILS(INK_ECORRUPT, "words-0000000000000001.ink: wrong checksum",
	      ink_index_check(p->path, NULL, NULL, &err));
	assert_int_equal(remove(path), 0);
	FAILS(INK_ECORRUPT, "words-0000000000000001.ink",
	      ink_index_check(p->path, NULL, NULL, &err));
}

/* ---- words of the dictionary ---- */

static void test_new_words_find_old_documents(void **state)
{
	static const char *const bodies[] = {"深度求索发布新模型", "深度学习与求索精神", "别的东西"};
	static const char *const later[] = {"我们使用深度求索"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	set_dictionary(p->index, "深度求索\n");
	ask(&a, p->index, "深度求索", 0);
	assert_int_equal(a.ids[0], 'a');
	done(&a);
	assert_string_equal(found(p->index, "\"深度求索\""), "a");
	assert_string_equal(found(p->index, "+深度求索"), "a");
	add_bodies(p->index, 'd', later, 1);
	ask(&a, p->index, "深度求索", 0);
	assert_true(strchr(a.ids, 'a') < strchr(a.ids, 'b'));
	assert_true(strchr(a.ids, 'd') < strchr(a.ids, 'b'));
	done(&a);
	assert_string_equal(found(p->index, "\"深度求索\""), "ad");
	assert_string_equal(found(p->index, "+深度求索"), "ad");
	assert_string_equal(marked(p->index, "+深度求索 -使用", 0), "[深度求索]发布新模型");
}

/* Once everything was added again, the score is that of a word the dictionary always had. */
static void test_a_word_in_two_ways_counts_once(void **state)
{
	static const char *const bodies[] = {"深度求索好", "深度求索坏"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 1);
	set_dictionary(p->index, "深度求索\n");
	add_bodies(p->index, 'b', bodies + 1, 1);
	ask(&a, p->index, "深度求索", 0);
	/* one has the term, the other its parts, and neither has both */
	assert_true(score(&a, 'b') < 1.5 * score(&a, 'a'));
	assert_true(score(&a, 'a') < 1.5 * score(&a, 'b'));
	done(&a);
}

static void test_words_of_letters(void **state)
{
	static const char *const bodies[] = {"Node.js server", "node and js", "a C* pointer",
		                             "plan c of ours", "machine learning",
		                             "learning a machine"};
	static const char *const later[] = {"Node.js client", "the C* language",
	                                    "Machine Learning"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 6);
	set_dictionary(p->index, "Node.js\nC*\nmachine learning\n");
	add_bodies(p->index, 'k', later, 3);
	ask(&a, p->index, "node.js", 0);
	assert_true(strchr(a.ids, 'a') < strchr(a.ids, 'b'));
	assert_true(strchr(a.ids, 'k') < strchr(a.ids, 'b'));
	done(&a);
	assert_string_equal(found(p->index, "+node.js"), "ak");
	/* the signs of a word are looked for in what is stored */
	assert_string_equal(found(p->index, "+\"C*\" +the +language"), "l");
	assert_string_equal(found(p->index, "+C\\*"), "cl");
	ask(&a, p->index, "machine learning", 0);
	assert_int_equal(strspn(a.ids, "em"), 2);
	done(&a);
	assert_string_equal(found(p->index, "\"machine learning\""), "em");
	assert_string_equal(marked(p->index, "+\"machine learning\"", 0), "[machine] [learning]");
}

static void test_korean_words(void **state)
{
	static const char *const bodies[] = {"김하나가 왔다", "김하나는 왔다", "김하나 왔다", "김하 왔다"};
	static const char *const later[] = {"김하나의 책", "김하나"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 4);
	set_dictionary(p->index, "김하나\n");
	add_bodies(p->index, 'e', later, 2);
	assert_string_equal(found(p->index, "+김하나"), "abcef");
	assert_string_equal(found(p->index, "\"김하나\""), "abcef");
}

/* Without stored text and gram positions a string is its words and grams: of either time. */
static void test_strings_of_fields_that_are_not_stored(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_doc *doc;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < 2; i++) {
		doc = make_doc(p->index, i == 0 ? "a" : "b", NULL, NULL);
		put(doc, "loose", "研究生命起源");
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
		OK(ink_writer_set_dictionary(w, "究生\t5000", strlen("究生\t5000"), &err));
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(found(p->index, "loose:\"研究生命\""), "ab");
	assert_string_equal(found(p->index, "+loose:研究生命"), "ab");
}

/* Without the dictionary the analyzer leaves nothing of the word, so there is one way to have it. */
static void test_words_that_are_too_short_without_the_dictionary(void **state)
{
	static const char *const bodies[] = {"我们使用深度求索", "深度学习与求索精神"};
	struct place *p = *state;
	ink_schema *s;
	ink_index *index;
	char path[100];

	if (is_left_out(p))
		return;
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, "word | length:3-9", &err));
	new_path(p, "short", path, sizeof path);
	OK(ink_index_create(path, s, 0, &index, &err));
	ink_schema_free(s);
	set_dictionary(index, "深度求索\n");
	add_bodies(index, 'a', bodies, 2);
	assert_string_equal(found(index, "深度求索"), "a");
	assert_string_equal(found(index, "\"深度求索\""), "a");
	assert_string_equal(found(index, "+深度求索"), "a");
	ink_index_close(index);
}

static void test_threads_use_the_words_of_their_time(void **state)
{
	struct place *p = *state;
	char id[8];
	ink_writer *w;
	ink_terms *t;
	ink_reader *r;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_threads(w, 3, &err));
	for (int i = 0; i < 60; i++) {
		if (i == 40)
			OK(ink_writer_set_dictionary(w, "深度求索", 12, &err));
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, NULL, "深度求索");
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &r, &err));
	OK(ink_terms_open(r, "body", INK_PART_WORD, "深度求索", 12, &t, &err));
	assert_int_equal(ink_terms_next(t, &err), 1);
	assert_int_equal(ink_terms_doc_freq(t), 20);
	ink_terms_close(t);
	ink_reader_close(r);
}

static void test_getters_check_their_arguments(void **state)
{
	struct place *p = *state;
	const char *text;
	ink_reader *r;
	size_t len;

	OK(ink_reader_open(p->index, &r, &err));
	FAILS(INK_EINVAL, "reader", ink_reader_dictionary(NULL, &text, &len, &err));
	FAILS(INK_EINVAL, "text", ink_reader_synonyms(r, NULL, &len, &err));
	OK(ink_reader_synonyms(r, &text, NULL, &err));
	assert_string_equal(text, "");
	ink_reader_close(r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, index_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_a_commit_makes_them_durable),
	TEST(test_one_is_replaced_without_the_other),
	TEST(test_rollback_and_closing_forget_them),
	TEST(test_a_bad_text_changes_nothing),
	TEST(test_damage_is_found),
	TEST(test_new_words_find_old_documents),
	TEST(test_a_word_in_two_ways_counts_once),
	TEST(test_words_of_letters),
	TEST(test_korean_words),
	TEST(test_strings_of_fields_that_are_not_stored),
	TEST(test_words_that_are_too_short_without_the_dictionary),
	TEST(test_threads_use_the_words_of_their_time),
	TEST(test_getters_check_their_arguments),
};

RUN_SUITE(tests)
