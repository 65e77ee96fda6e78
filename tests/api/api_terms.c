/* api_terms.c - walking over terms. */
#include "backends.h"

/* Terms of a part, joined by blanks, each with its number of documents. */
static const char *walk(struct place *p, const char *field, int32_t part, const char *prefix)
{
	static char text[4096];
	ink_reader *reader;
	ink_terms *t;
	size_t at = 0;
	int rc;

	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_terms_open(reader, field, part, prefix, strlen(prefix), &t, &err));
	ink_reader_close(reader); /* the walk lives on */
	text[0] = '\0';
	while ((rc = ink_terms_next(t, &err)) == 1) {
		size_t len;
		const char *term = ink_terms_text(t, &len);

		assert_int_equal(strlen(term), len);
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s=%d", at ? " " : "", term,
		                       (int)ink_terms_doc_freq(t));
		assert_true(at < sizeof text);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(ink_terms_next(t, &err), 0);
	assert_string_equal(ink_terms_text(t, NULL), "");
	ink_terms_close(t);
	return text;
}

static void put_tags(struct place *p, ink_writer *w, const char *id, const char *const *tags)
{
	ink_doc *doc = make_doc(p->index, id, NULL, NULL);

	for (; *tags != NULL; tags++)
		put(doc, "tag", *tags);
	OK(ink_writer_add(w, doc, &err));
	ink_doc_free(doc);
}

static void test_terms_of_all_segments_come_merged_in_byte_order(void **state)
{
	static const char *const first[] = {"b", "a", "abc", NULL};
	static const char *const second[] = {"b", "c", "\xc3\xa9t\xc3\xa9", NULL};
	static const char *const third[] = {"ab", "b", NULL};
	struct place *p = *state;
	ink_writer *w;

	assert_string_equal(walk(p, "tag", INK_PART_WORD, ""), ""); /* no segment */
	OK(ink_writer_open(p->index, &w, &err));
	put_tags(p, w, "1", first);
	OK(ink_writer_commit(w, NULL, &err));
	put_tags(p, w, "2", second);
	OK(ink_writer_commit(w, NULL, &err));
	put_tags(p, w, "3", third);
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(walk(p, "tag", INK_PART_WORD, ""),
	                    "a=1 ab=1 abc=1 b=3 c=1 \xc3\xa9t\xc3\xa9=1");
	assert_string_equal(walk(p, "tag", INK_PART_WORD, "a"), "a=1 ab=1 abc=1");
	assert_string_equal(walk(p, "tag", INK_PART_WORD, "ab"), "ab=1 abc=1");
	assert_string_equal(walk(p, "tag", INK_PART_WORD, "abcd"), "");
	assert_string_equal(walk(p, "tag", INK_PART_WORD, "z"), "");
	assert_string_equal(walk(p, "id", INK_PART_WORD, ""), "1=1 2=1 3=1");
	/* A deleted document still takes up space. */
	OK(ink_writer_delete(w, "1", 1, &err));
	put_tags(p, w, "4", third);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static void test_many_terms_over_many_segments(void **state)
{
	struct place *p = *state;
	ink_reader *reader;
	char id[16], last[32] = "";
	uint64_t sum = 0, n = 0;
	ink_writer *w;
	ink_terms *t;

	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < 600; i++) {
		const char *tags[3] = {NULL, NULL, NULL};
		char one[16], two[16];

		snprintf(id, sizeof id, "%d", i);
		snprintf(one, sizeof one, "t%d", i % 97);
		snprintf(two, sizeof two, "u%d", i);
		tags[0] = one;
		tags[1] = two;
		put_tags(p, w, id, tags);
		if (i % 100 == 99)
			OK(ink_writer_commit(w, NULL, &err));
	}
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &reader, &err));
	OK(ink_terms_open(reader, "tag", INK_PART_WORD, NULL, 0, &t, &err));
	while (ink_terms_next(t, &err) == 1) {
		const char *term = ink_terms_text(t, NULL);

		assert_true(strcmp(last, term) < 0);
		snprintf(last, sizeof last, "%s", term);
		sum += ink_terms_doc_freq(t);
		n++;
	}
	assert_int_equal(n, 97 + 600);
	assert_int_equal(sum, 1200);
	ink_terms_close(t);
	ink_reader_close(reader);
}

static void test_words_and_grams_are_apart(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	OK(ink_writer_open(p->index, &w, &err));
	add(w, p->index, "1", "東京都", NULL);
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_non_null(strstr(walk(p, "title", INK_PART_GRAM, ""), "京"));
	assert_true(strlen(walk(p, "title", INK_PART_WORD, "")) > 0);
}

static void test_fields_without_terms_are_refused(void **state)
{
	struct place *p = *state;
	ink_terms *t = (ink_terms *)&err;
	ink_reader *r;

	OK(ink_reader_open(p->index, &r, &err));
	FAILS(INK_ENOTFOUND, "title", ink_terms_open(r, "nope", 0, "", 0, &t, &err));
	assert_null(t);
	FAILS(INK_ESCHEMA, "year", ink_terms_open(r, "year", 0, "", 0, &t, &err));
	FAILS(INK_ESCHEMA, "raw", ink_terms_open(r, "raw", 0, "", 0, &t, &err));
	FAILS(INK_ESCHEMA, "tag", ink_terms_open(r, "tag", INK_PART_GRAM, "", 0, &t, &err));
	FAILS(INK_EINVAL, "2", ink_terms_open(r, "tag", 2, "", 0, &t, &err));
	FAILS(INK_EINVAL, "prefix", ink_terms_open(r, "tag", 0, NULL, 1, &t, &err));
	FAILS(INK_EINVAL, "field", ink_terms_open(r, NULL, 0, "", 0, &t, &err));
	FAILS(INK_EINVAL, "reader", ink_terms_open(NULL, "tag", 0, "", 0, &t, &err));
	FAILS(INK_EINVAL, "terms", ink_terms_next(NULL, &err));
	ink_terms_close(NULL);
	ink_reader_close(r);
}

#define IN_INDEX(name) cmocka_unit_test_setup_teardown(name, index_make, place_free)

static const struct CMUnitTest tests[] = {
	IN_INDEX(test_terms_of_all_segments_come_merged_in_byte_order),
	IN_INDEX(test_many_terms_over_many_segments),
	IN_INDEX(test_words_and_grams_are_apart),
	IN_INDEX(test_fields_without_terms_are_refused),
};

RUN_SUITE(tests)
