/*
 * broken.c - damaged files: every byte of a small index changed, every file
 * cut at every length, sections moved, garbage, other versions. What is
 * opened, checked, searched, merged and salvaged gives an answer or an error,
 * with no absurd allocation and in time; the checker finds every changed byte
 * and says where it is. Meant for the sanitizers.
 *
 * With --full: all bits, all queries for each byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "image.h"
#include "index/merge.h"
#include "index/salvage.h"
#include "inkstone/ext/alloc.h"

#define ABSURD ((size_t)16 << 20) /* of memory at once, for an index of a few kilobytes */
#define TOO_LONG 10               /* seconds of processor time */

static int full;
static struct image image;
static size_t most;
static struct {
	uint64_t bytes, asked, copied, forged, lengths;
} tried;

/* ---- no absurd allocations ---- */

static void *give(void *user, size_t size)
{
	(void)user;
	most = size > most ? size : most;
	return size > ABSURD ? NULL : malloc(size);
}

static void *resize(void *user, void *ptr, size_t size)
{
	(void)user;
	most = size > most ? size : most;
	return size > ABSURD ? NULL : realloc(ptr, size);
}

static void take(void *user, void *ptr)
{
	(void)user;
	free(ptr);
}

/* What there is of segments, in one; and what a salvage makes of the folder. */
static void merge_and_salvage(const char *what, size_t at)
{
	const struct ik_merge_order how = {.memory = 1 << 20, .threads = 1};
	struct ik_merge_input inputs[2];
	struct ik_merge_result merged;
	struct ik_snapshot *snap;
	struct ik_dir *dir;
	ink_salvage out;
	ink_error err = {0};
	int rc;

	image_ok(ik_dir_mem(&dir, &err), &err);
	if (ik_snapshot_open(&image.base, &snap, &err) == 0) {
		for (uint32_t i = 0; i < snap->n; i++)
			inputs[i] = (struct ik_merge_input){snap->views[i].seg, snap->views[i].live};
		rc = ik_merge(inputs, snap->n, dir, "merged", snap->schema, &how, NULL, &merged,
		              &err);
		image_said(rc, &err);
		if (rc == 0) {
			ik_free(merged.new_of);
			assert_int_equal(dir->ops->remove(dir, "merged", &err), 0);
		}
		ik_snapshot_unref(snap);
	}
	if (image_said(ik_salvage(&image.base, dir, NULL, NULL, &out, &err), &err) == 0)
		image_ok(ik_snapshot_open(dir, &snap, &err), &err);
	else
		snap = NULL;
	for (uint32_t i = 0; snap != NULL && i < snap->n; i++)
		if (ik_segment_check(snap->views[i].seg, NULL, NULL, &err) != 0)
			fail_msg("%s, byte %zu: salvaged into %s", what, at, err.message);
	ik_snapshot_unref(snap);
	ik_dir_free(dir);
	tried.copied++;
}

/* The best `limit` documents of a query: 0 or why not. */
static int find_best(const char *text, uint32_t limit, ink_error *err)
{
	struct ik_searcher *searcher;
	struct ik_snapshot *snap;
	struct ik_results *results;
	struct ik_query *query;
	struct ik_request r;
	int rc;

	image_ok(ik_snapshot_open(&image.base, &snap, err), err);
	image_ok(ik_searcher_open(snap, &searcher, err), err);
	image_ok(ik_query_parse(snap->schema, text, strlen(text), 0, &query, err), err);
	ik_request_init(&r, searcher, query);
	r.limit = limit;
	rc = ik_search_run(&r, &results, err);
	if (rc == 0)
		ik_results_free(results);
	ik_request_release(&r);
	ik_query_unref(query);
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	return rc;
}

static void ask(size_t first, size_t step, const char *what, size_t at)
{
	clock_t start = clock();
	ink_error err = {0};

	(void)image_ask(&image, first, step, &err);
	if (full || tried.asked % 8 == 0)
		merge_and_salvage(what, at);
	if (most > ABSURD)
		fail_msg("%s, byte %zu: %zu bytes of memory asked for", what, at, most);
	if (clock() - start > TOO_LONG * CLOCKS_PER_SEC)
		fail_msg("%s, byte %zu: took too long", what, at);
	tried.asked++;
}

/* The larger one. */
static struct image_file *find_segment(void)
{
	size_t i = 0;

	while (strcmp(image.files[i].name, "seg-0000000000000001.ink") != 0)
		i++;
	return &image.files[i];
}

/* ---- */

static void test_a_whole_index_is_whole(void **state)
{
	ink_error err = {0};

	(void)state;
	if (image_check(&image, &err) != 0)
		fail_msg("%s", err.message);
	assert_int_equal(image_ask(&image, 0, 1, &err), 0);
}

/* A form that the index does not have is not tried by what follows. */
static void test_the_index_has_lists_in_ranges(void **state)
{
	struct ik_segment *seg;
	unsigned short_lists = 0, ranges = 0;
	ink_error err;

	(void)state;
	image_ok(ik_segment_open(&image.base, find_segment()->name, &seg, &err), &err);
	for (size_t p = 0; p < seg->n_parts; p++) {
		struct ik_dict_iter it;

		ik_dict_iter_open(&it, seg, seg->parts[p].part);
		while (ik_dict_iter_next(&it, &err) == 1) {
			int form = ik_post_form(it.info.df, seg->n_docs);

			short_lists += form == IK_FORM_SHORT;
			ranges += form == IK_FORM_RANGES;
		}
		ik_dict_iter_free(&it);
	}
	ik_segment_unref(seg);
	assert_true(short_lists > 0 && ranges > 2);
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
			ask(full ? 0 : turn % 6, full ? 1 : 6, f->name, at);
			f->data[at] = was;
			turn++;
		}
	}
}

/* The same with right checksums: the decoders themselves have to look. */
static void test_checking_and_searching_forged_files(void **state)
{
	struct gen g = {full ? 5 : 6};

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t *was = malloc(f->len + 1);
		uint32_t rounds = full ? 10000 : f->len > 2000 ? 800 : 300;

		memcpy(was, f->data, f->len);
		for (uint32_t r = 0; r < rounds && f->len > 0; r++) {
			uint32_t at = gen_below(&g, (uint32_t)f->len);
			uint32_t changes = 1 + gen_below(&g, 3);
			ink_error err = {0};

			for (uint32_t c = 0; c < changes; c++) {
				uint32_t there = c == 0 ? at : gen_below(&g, (uint32_t)f->len);

				f->data[there] = gen_below(&g, 3) == 0
				                     ? (uint8_t)(0xff * gen_below(&g, 2))
				                     : (uint8_t)gen_next(&g);
			}
			image_forge(f);
			(void)image_check(&image, &err);
			ask(full ? 0 : r % 8, full ? 1 : 8, f->name, at);
			memcpy(f->data, was, f->len);
			tried.forged++;
		}
		free(was);
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
				ask(0, 4, f->name, f->len);
			tried.lengths++;
		}
	}
}

/* One file in the place of another one, and sections that changed places. */
static void test_files_and_sections_in_the_wrong_place(void **state)
{
	struct gen g = {9};

	(void)state;
	for (size_t i = 0; i < image.n; i++)
		for (size_t j = 0; j < image.n; j++) {
			struct image_file was = image.files[i];
			ink_error err = {0};

			if (i == j)
				continue;
			image.files[i].data = image.files[j].data;
			image.files[i].len = image.files[j].len;
			assert_int_not_equal(image_check(&image, &err), 0);
			ask(0, 3, image.files[i].name, 0);
			image.files[i] = was;
		}
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t *was, *table;
		uint32_t n;

		if (!image_is_segment(f))
			continue;
		was = malloc(f->len);
		memcpy(was, f->data, f->len);
		table = f->data + ik_load64(f->data + f->len - IK_FOOTER_LEN);
		n = ik_load32(f->data + f->len - IK_FOOTER_LEN + 8);
		for (unsigned r = 0; r < (full ? 2000 : 150); r++) {
			uint8_t *a = table + gen_below(&g, n) * IK_SECTION_LEN + 8;
			uint8_t *b = table + gen_below(&g, n) * IK_SECTION_LEN + 8;
			uint8_t t[16];
			ink_error err = {0};

			memcpy(t, a, 16);
			memmove(a, b, 16);
			memcpy(b, t, 16);
			image_forge(f);
			(void)image_check(&image, &err);
			ask(r % 4, 4, f->name, 0);
			memcpy(f->data, was, f->len);
			tried.forged++;
		}
		free(was);
	}
}

/* Such a document would be scored twice, and the sum be more than there can be. */
static void test_a_document_that_stands_twice_is_damage(void **state)
{
	static const uint8_t docs[] = {0, 1, 2, 3, 4, 5, 6, 7}; /* of the second range */
	struct image_file *f = find_segment();
	uint8_t *was = malloc(f->len);
	ink_error err = {0};

	(void)state;
	memcpy(was, f->data, f->len);
	for (size_t at = 0; at + sizeof docs <= f->len; at++)
		if (memcmp(f->data + at, docs, sizeof docs) == 0)
			memset(f->data + at, 4, sizeof docs);
	image_forge(f);
	assert_int_equal(find_best("title:common", 5, &err), INK_ECORRUPT);
	assert_non_null(strstr(err.message, f->name));
	memcpy(f->data, was, f->len);
	free(was);
}

/* Right checksums around numbers of the other byte order, or of a later version. */
static void test_files_of_other_versions_and_machines(void **state)
{
	static const uint8_t versions[][4] = {{2}, {0}, {0, 0, 0, 1}, {255, 255, 255, 255}};

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		uint8_t was[4];

		if (f->len == 0)
			continue;
		memcpy(was, f->data + 8, 4);
		for (size_t v = 0; v < sizeof versions / sizeof *versions; v++) {
			ink_error err = {0};

			memcpy(f->data + 8, versions[v], 4);
			image_forge(f);
			assert_int_equal(image_check(&image, &err), INK_EFORMAT);
			assert_non_null(strstr(err.message, f->name));
			assert_non_null(strstr(err.message, "version"));
			ask(0, 7, f->name, 8);
		}
		memcpy(f->data + 8, was, 4);
		for (size_t k = 0; k < 4; k++) /* of documents, or bytes */
			was[k] = f->data[12 + k];
		for (size_t k = 0; k < 4; k++)
			f->data[12 + k] = was[3 - k];
		image_forge(f);
		ask(0, 7, f->name, 12);
		memcpy(f->data + 12, was, 4);
		image_forge(f);
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

static int set_up(void **state)
{
	ink_allocator a = {give, resize, take, NULL};
	size_t total = 0;

	(void)state;
	ik_mem_set(&a);
	image_make(&image);
	most = 0;
	for (size_t i = 0; i < image.n; i++)
		total += image.files[i].len;
	print_message("%zu files, %zu bytes\n", image.n, total);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%llu changed bytes checked, %llu damaged indexes searched, %llu merged and "
	              "salvaged, %llu forged, %llu cut or made up; largest allocation %zu bytes\n",
	              (unsigned long long)tried.bytes, (unsigned long long)tried.asked,
	              (unsigned long long)tried.copied,
	              (unsigned long long)tried.forged, (unsigned long long)tried.lengths, most);
	image_free(&image);
	ik_mem_set(NULL);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_index_is_whole),
		cmocka_unit_test(test_the_index_has_lists_in_ranges),
		cmocka_unit_test(test_every_changed_byte_is_found),
		cmocka_unit_test(test_searching_with_any_byte_changed),
		cmocka_unit_test(test_checking_and_searching_forged_files),
		cmocka_unit_test(test_every_file_cut_at_every_length),
		cmocka_unit_test(test_files_and_sections_in_the_wrong_place),
		cmocka_unit_test(test_a_document_that_stands_twice_is_damage),
		cmocka_unit_test(test_files_of_other_versions_and_machines),
		cmocka_unit_test(test_garbage),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
