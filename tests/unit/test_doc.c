/* test_doc.c - values of a document: what is taken, stored and read back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/doc.h"

static struct ik_schema *example(void)
{
	struct ik_schema *s;

	assert_int_equal(ik_schema_new(&s, NULL), 0);
	assert_int_equal(ik_schema_add(s, "id", INK_KEYWORD, INK_KEY | INK_STORED, NULL, NULL),
	                 0);
	assert_int_equal(ik_schema_add(s, "body", INK_TEXT, INK_STORED, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "year", INK_I64, INK_MULTI | INK_STORED, NULL, NULL),
	                 0);
	assert_int_equal(ik_schema_add(s, "price", INK_F64, INK_STORED, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "date", INK_DATE, INK_STORED, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "blob", INK_BYTES, INK_STORED, NULL, NULL), 0);
	assert_int_equal(ik_schema_add(s, "quiet", INK_KEYWORD, 0, NULL, NULL), 0);
	return s;
}

static void fill(struct ik_doc *d)
{
	assert_int_equal(ik_doc_add_text(d, "id", "k1", 2, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "body", "one", 3, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "body", "two", 3, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "year", "-5", 2, NULL), 0);
	assert_int_equal(ik_doc_add_i64(d, "year", INT64_MIN, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "price", "0.1", 3, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "date", "2024-05", 7, NULL), 0);
	assert_int_equal(ik_doc_add_bytes(d, "blob", "\0\1", 2, NULL), 0);
	assert_int_equal(ik_doc_add_text(d, "quiet", "x", 1, NULL), 0);
}

static void test_values_must_fit_their_fields(void **state)
{
	static char big[IK_KEYWORD_MAX + 1];
	struct ik_schema *s = example();
	struct ik_doc d;

	(void)state;
	ik_doc_init(&d, s);
	assert_int_equal(ik_doc_add_text(&d, "nope", "x", 1, NULL), INK_ENOTFOUND);
	assert_int_equal(ik_doc_add_text(&d, "year", "x", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_text(&d, "date", "x", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_text(&d, "price", "nan", 3, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_f64(&d, "price", NAN, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_f64(&d, "year", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_i64(&d, "price", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_text(&d, "blob", "x", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_bytes(&d, "body", "x", 1, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_text(&d, "id", big, sizeof big, NULL), INK_ELIMIT);
	assert_int_equal(ik_doc_add_text(&d, "body", big, (size_t)1 << 31, NULL), INK_ELIMIT);
	assert_int_equal(d.values.n, 0);
	fill(&d);
	assert_int_equal(ik_doc_add_text(&d, "id", "k2", 2, NULL), INK_ESCHEMA);
	assert_int_equal(ik_doc_add_text(&d, "date", "2024", 4, NULL), INK_ESCHEMA);
	assert_string_equal(ik_doc_key(&d)->text, "k1");
	ik_doc_release(&d);
	ik_schema_free(s);
}

static void test_stored_values_round_trip_and_damage_is_refused(void **state)
{
	struct ik_schema *s = example();
	struct ik_doc d, copy, back;
	struct ik_buf a, b;
	uint32_t seed = 5;
	const char *text;
	size_t len;

	(void)state;
	ik_buf_init(&a, 1 << 20);
	ik_buf_init(&b, 1 << 20);
	ik_doc_init(&d, s);
	ik_doc_init(&copy, s);
	ik_doc_init(&back, s);
	ik_doc_encode(&d, &a);
	assert_int_equal(a.len, 0);
	fill(&d);
	assert_int_equal(ik_doc_copy(&copy, &d, NULL), 0);
	assert_int_equal(copy.bytes, d.bytes);
	ik_doc_encode(&copy, &a);
	assert_int_equal(ik_doc_decode(a.data, a.data + a.len, &back, NULL), 0);
	assert_int_equal(back.values.n, d.values.n - 1); /* all but "quiet" */
	assert_true(back.values.v[4].i64 == INT64_MIN);
	ik_doc_encode(&back, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_int_equal(ik_value_text(&back, &back.values.v[6], &text, &len, NULL), 0);
	assert_string_equal(text, "2024-05-01T00:00:00Z");
	assert_int_equal(ik_value_text(&back, &back.values.v[5], &text, &len, NULL), 0);
	assert_string_equal(text, "0.1");
	for (int i = 0; i < 20000; i++) {
		size_t cut;

		seed = seed * 1103515245 + 12345;
		cut = 1 + (seed >> 8) % a.len;
		memcpy(b.data, a.data, a.len);
		seed = seed * 1103515245 + 12345;
		b.data[(seed >> 8) % cut] = (uint8_t)(seed >> 20);
		if (ik_doc_decode(b.data, b.data + cut, &back, NULL) != 0)
			assert_int_equal(back.values.n, 0);
	}
	b.data[0] = 6; /* a field that is not stored */
	assert_int_equal(ik_doc_decode(b.data, b.data + a.len, &back, NULL), INK_ECORRUPT);
	ik_buf_free(&a);
	ik_buf_free(&b);
	ik_doc_release(&d);
	ik_doc_release(&copy);
	ik_doc_release(&back);
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_must_fit_their_fields),
		cmocka_unit_test(test_stored_values_round_trip_and_damage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
