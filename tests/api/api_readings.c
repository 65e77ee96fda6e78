/* api_readings.c - a field of the spec "default | readings": Latin letters find Han and kana. */
#include "backends.h"

/* Documents a, b, c ... */
static const char *const bodies[] = {
	"我在北京大学读书", "とうきょうへいく", "トウキョウ", "上海交通大學", "Beijing is a city"
};

static int readings_make(void **state)
{
	struct place *p;
	ink_schema *s;
	ink_writer *w;

	place_make(state);
	p = *state;
	OK(ink_schema_new(&s, &err));
	OK(ink_schema_add_field(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, &err));
	OK(ink_schema_add_field(s, "body", INK_TEXT, INK_STORED, "default | readings", &err));
	OK(ink_index_create(p->path, s, 0, &p->index, &err));
	ink_schema_free(s);
	OK(ink_writer_open(p->index, &w, &err));
	for (size_t i = 0; i < N_OF(bodies); i++) {
		char id[2] = {(char)('a' + (int)i), '\0'};

		add(w, p->index, id, NULL, bodies[i]);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	return 0;
}

static void test_pinyin_finds_han(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_int_equal(count(index, "beijing"), 2);
	assert_int_equal(count(index, "beijingdaxue"), 1);
	assert_int_equal(count(index, "+beijing +daxue"), 1);
	assert_int_equal(count(index, "\"beijing daxue\""), 1);
	assert_int_equal(count(index, "daxue"), 2); /* 大学 and 大學 */
	assert_int_equal(count(index, "nanjing"), 0);
}

static void test_romaji_finds_kana(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_int_equal(count(index, "toukyou"), 2);
	assert_int_equal(count(index, "Tokyo"), 2);
}

static void test_prefixes_of_readings_are_found(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_int_equal(count(index, "beij*"), 2);
	assert_int_equal(count(index, "touky*"), 2);
	assert_int_equal(count(index, "shangh*"), 1);
}

static void test_han_and_kana_are_found_as_ever(void **state)
{
	ink_index *index = ((struct place *)*state)->index;

	assert_int_equal(count(index, "\"北京大\""), 1);
	assert_int_equal(count(index, "上海交通大学"), 2);
	assert_int_equal(count(index, "\"トウキョウ\""), 2); /* kana are folded in grams */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, readings_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_pinyin_finds_han),
	TEST(test_romaji_finds_kana),
	TEST(test_prefixes_of_readings_are_found),
	TEST(test_han_and_kana_are_found_as_ever),
};

RUN_SUITE(tests)
