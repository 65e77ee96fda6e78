/*
 * broken.c - damaged files: every byte of a small index changed, every file
 * cut at every length, garbage. The checker finds every changed byte and says
 * where it is. Meant for the sanitizers.
 *
 * With --full: all bits, all queries for each byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "damage.h"

static void test_a_whole_index_is_whole(void **state)
{
	ink_error err = {0};

	(void)state;
	if (image_check(&image, &err) != 0)
		fail_msg("%s", err.message);
	assert_int_equal(image_ask(&image, 0, 1, &err), 0);
}

/* What a message has to call the place of a byte of a segment; "": nothing more than the file. */
static const char *place_of(const struct image_file *f, size_t at)
{
	const uint8_t *footer = f->data + f->len - IK_FOOTER_LEN;
	size_t table = (size_t)ik_load64(footer);

	if (!image_is_segment(f) || at < 12)
		return "";
	if (at < IK_HEADER_LEN)
		return "header";
	if (at >= f->len - IK_FOOTER_LEN)
		return at < f->len - IK_FOOTER_LEN + 12 || at >= f->len - IK_FOOTER_LEN + 16
		           ? "footer"
		           : "section table";
	if (at >= table)
		return "section";
	for (const uint8_t *entry = f->data + table; entry < footer; entry += IK_SECTION_LEN)
		if (at - ik_load64(entry + 8) < ik_load64(entry + 16))
			return ik_section_name(ik_load32(entry));
	return "padding";
}

static void test_every_changed_byte_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];

		for (size_t k = 0; k < (full ? 8 : 1) * f->len; k++) {
			size_t at = full ? k / 8 : k;
			uint8_t was = f->data[at];
			const char *place = place_of(f, at);
			ink_error err = {0};

			f->data[at] = was ^ (uint8_t)(1u << k % 8);
			if (image_check(&image, &err) == 0)
				fail_msg("%s, byte %zu: not noticed", f->name, at);
			if (strstr(err.message, f->name) == NULL ||
			    strstr(err.message, place) == NULL)
				fail_msg("%s, byte %zu: \"%s\" does not name it and \"%s\"",
				         f->name, at, err.message, place);
			f->data[at] = was;
			tried.bytes++;
		}
	}
}

static void test_searching_with_any_byte_changed(void **state)
{
	size_t stride = full ? 1 : 13, turn = 0;

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];

		for (size_t at = i % stride; at < f->len; at += stride) {
			uint8_t was = f->data[at];

			f->data[at] = (uint8_t)(turn % 3 == 0 ? 0xff : was ^ 1u << at % 8);
			damage_ask(full ? 0 : turn % 6, full ? 1 : 6, f->name, at);
			f->data[at] = was;
			turn++;
		}
	}
}

static void test_every_file_cut_at_every_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		size_t whole = f->len;

		for (f->len = 0; f->len < whole; f->len++) {
			ink_error err = {0};

			if (image_check(&image, &err) == 0)
				fail_msg("%s, cut at %zu: not noticed", f->name, f->len);
			if (full || f->len % 50 == 0)
				damage_ask(0, 4, f->name, f->len);
			tried.lengths++;
		}
	}
}

static void test_garbage(void **state)
{
	struct gen g = {11};

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file was = image.files[i], *f = &image.files[i];

		f->data = malloc(5000);
		for (unsigned r = 0; r < (full ? 5000 : 200); r++) {
			ink_error err = {0};

			f->len = gen_below(&g, 5000);
			for (size_t k = 0; k < f->len; k++)
				f->data[k] = (uint8_t)gen_next(&g);
			if (r % 2 == 0 && f->len > 12)
				memcpy(f->data, was.data, 12); /* magic and version */
			if (r % 4 == 0)
				image_forge(f);
			assert_int_not_equal(image_check(&image, &err), 0);
			tried.lengths++;
		}
		free(f->data);
		*f = was;
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_index_is_whole),
		cmocka_unit_test(test_every_changed_byte_is_found),
		cmocka_unit_test(test_searching_with_any_byte_changed),
		cmocka_unit_test(test_every_file_cut_at_every_length),
		cmocka_unit_test(test_garbage),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, damage_set_up, damage_tear_down);
}
