/* test_check.c - the checker, and readers, on damaged and forged segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bits.h"
#include "base/sum.h"
#include "segment/check.h"

#include "gen_segment.h"

static const struct gen small = {7, 300, 11, 0, 80};

struct copy {
	struct ik_dir *dir;
	uint8_t *data; /* the whole file */
	size_t len;
};

static void put_file(struct ik_dir *dir, const char *name, const uint8_t *data, size_t len)
{
	struct ik_out *out;
	ink_error err;

	assert_int_equal(dir->ops->create(dir, name, &out, &err), 0);
	if (len > 0)
		assert_int_equal(out->write(out, data, len, &err), 0);
	assert_int_equal(out->sync(out, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
}

static int open_copy(void **state)
{
	struct copy *c = calloc(1, sizeof *c);
	struct ik_in *in;
	uint64_t bytes;
	ink_error err;

	assert_int_equal(ik_dir_mem(&c->dir, &err), 0);
	assert_int_equal(gen_write(&small, c->dir, "seg", &bytes, &err), 0);
	assert_int_equal(c->dir->ops->open(c->dir, "seg", &in, &err), 0);
	assert_int_equal(in->len, bytes);
	c->len = in->len;
	c->data = malloc(c->len);
	memcpy(c->data, in->data, c->len);
	ik_in_close(in);
	*state = c;
	return 0;
}

static int free_copy(void **state)
{
	struct copy *c = *state;

	ik_dir_free(c->dir);
	free(c->data);
	free(c);
	return 0;
}

/* Open, read and check a changed file; what the check, or opening, said. */
static int try_file(struct copy *c, const uint8_t *data, size_t len, int touch, ink_error *err)
{
	struct ik_segment *seg;
	int rc;

	put_file(c->dir, "bad", data, len);
	rc = ik_segment_open(c->dir, "bad", &seg, err);
	if (rc != 0)
		return rc;
	if (touch)
		gen_touch(seg);
	rc = ik_segment_check(seg, NULL, NULL, err);
	ik_segment_unref(seg);
	return rc;
}

static void test_a_sound_segment_passes(void **state)
{
	struct gen big = {3, 100000, 9, 400, IK_DICT_KEY_MAX};
	struct copy *c = *state;
	struct ik_segment *seg;
	uint64_t bytes;
	ink_error err = {0};

	if (try_file(c, c->data, c->len, 1, &err) != 0)
		fail_msg("%s", err.message);
	assert_int_equal(gen_write(&big, c->dir, "big", &bytes, &err), 0);
	assert_int_equal(ik_segment_open(c->dir, "big", &seg, &err), 0);
	if (ik_segment_check(seg, NULL, NULL, &err) != 0)
		fail_msg("%s", err.message);
	ik_segment_unref(seg);
}

static void test_every_truncation_is_an_error(void **state)
{
	struct copy *c = *state;
	ink_error err;

	for (size_t len = 0; len < c->len; len += len < 200 || c->len - len < 1200 ? 1 : 37) {
		int rc = try_file(c, c->data, len, 0, &err);

		if (rc != INK_ECORRUPT)
			fail_msg("cut to %zu bytes: %d", len, rc);
	}
}

static void test_every_flipped_byte_is_found(void **state)
{
	struct copy *c = *state;
	ink_error err;

	for (size_t i = 0; i < c->len; i++) {
		uint8_t flip = (uint8_t)(i % 3 == 0 ? 0xFFu : 1u << (i % 8));
		int rc;

		c->data[i] ^= flip;
		rc = try_file(c, c->data, c->len, i % 16 == 0, &err);
		c->data[i] ^= flip;
		if (rc != INK_ECORRUPT && rc != INK_EFORMAT)
			fail_msg("byte %zu ^ %02x: %d", i, flip, rc);
		assert_null(strstr(err.message, "\n"));
		assert_memory_equal(err.message, "bad: ", 5);
	}
}

/* Make all checksums right again, so that damage gets past them. */
static void forge_sums(uint8_t *data, size_t len)
{
	uint8_t *footer = data + len - IK_FOOTER_LEN;
	uint64_t table = ik_load64(footer), n = ik_load32(footer + 8);

	if (table > len - IK_FOOTER_LEN || n > (len - IK_FOOTER_LEN - table) / IK_SECTION_LEN)
		return;
	for (uint64_t i = 0; i < n; i++) {
		uint8_t *entry = data + table + i * IK_SECTION_LEN;
		uint64_t at = ik_load64(entry + 8), size = ik_load64(entry + 16);

		if (at <= len && size <= len - at)
			ik_store32(entry + 24, ik_crc32(0, data + at, (size_t)size));
	}
	ik_store32(footer + 12, ik_crc32(0, data + table, (size_t)(n * IK_SECTION_LEN)));
	ik_store32(data + IK_HEADER_LEN - 4, ik_crc32(0, data, IK_HEADER_LEN - 4));
}

/* Readers and checker survive whatever stands behind right checksums. */
static void test_forged_segments_do_no_harm(void **state)
{
	struct copy *c = *state;
	uint8_t *data = malloc(c->len);
	size_t refused = 0;
	ink_error err;

	for (uint64_t i = 0; i < 1500; i++) {
		uint64_t h = gen_mix(i + 12345);
		int rc;

		memcpy(data, c->data, c->len);
		for (uint64_t k = 0; k <= h % 3; k++) {
			uint64_t v = gen_mix(h + k);
			size_t at = (size_t)(v >> 16) % c->len;

			/* Half of the damage goes to the table, the meta section and their like. */
			if (k == 0 && h % 2 == 0)
				at = c->len - 1 - (size_t)(v >> 16) % 1800;
			data[at] = v % 4 == 0 ? 0xFF : v % 4 == 1 ? 0 : (uint8_t)(v >> 8);
		}
		forge_sums(data, c->len);
		rc = try_file(c, data, c->len, 1, &err);
		refused += rc != 0;
		if (rc != 0 && rc != INK_ECORRUPT && rc != INK_EFORMAT)
			fail_msg("mutation %u: %d %s", (unsigned)i, rc, err.message);
	}
	assert_true(refused > 750);
	free(data);
}

/* Where in the file a list in range form has a maximum that is not near the highest. */
static size_t find_maximum(const struct ik_segment *seg)
{
	struct ik_dict_iter it;
	size_t at = 0;
	ink_error err;

	for (size_t i = 0; at == 0 && i < seg->n_parts; i++) {
		ik_dict_iter_open(&it, seg, seg->parts[i].part);
		while (at == 0 && ik_dict_iter_next(&it, &err) == 1) {
			const uint8_t *p = it.info.post;
			const uint8_t *max = p + 22;

			if (ik_post_form(it.info.df, seg->n_docs) != IK_FORM_RANGES)
				continue;
			max += p[20] != 0 ? 8 : 0; /* sparse: behind the bits of up to 64 ranges */
			max += max[0] > 253; /* a list has its best in one of two ranges */
			if (max[0] > 0 && max[0] < 254)
				at = (size_t)(max - seg->in->data);
		}
		ik_dict_iter_free(&it);
	}
	return at;
}

/* A search takes a maximum as a score that some document of the range has. */
static void test_a_maximum_above_its_scores_is_found(void **state)
{
	struct copy *c = *state;
	uint8_t *data = malloc(c->len);
	struct ik_segment *seg;
	size_t at;
	ink_error err;

	assert_int_equal(ik_segment_open(c->dir, "seg", &seg, &err), 0);
	at = find_maximum(seg);
	ik_segment_unref(seg);
	assert_true(at > 0);
	for (int up = 0; up <= 2; up++) {
		memcpy(data, c->data, c->len);
		data[at] = (uint8_t)(data[at] + up);
		forge_sums(data, c->len);
		assert_int_equal(try_file(c, data, c->len, 0, &err), up > 0 ? INK_ECORRUPT : 0);
		assert_true(up == 0 || strstr(err.message, "above its scores") != NULL);
	}
	free(data);
}

/* Change a byte and make the checksums right again: the checker says where it is. */
static void check_lie(struct copy *c, uint8_t *data, size_t at, const char *section)
{
	ink_error err;
	int rc;

	memcpy(data, c->data, c->len);
	data[at] ^= (uint8_t)(1u << at % 8);
	forge_sums(data, c->len);
	rc = try_file(c, data, c->len, 0, &err);
	if (rc != INK_ECORRUPT || strstr(err.message, section) == NULL)
		fail_msg("byte %zu: %d %s", at, rc, rc != 0 ? err.message : "");
}

/* What is found by hash is what the dictionary has. */
static void test_lies_of_the_table_of_frequent_terms_are_found(void **state)
{
	struct copy *c = *state;
	uint8_t *data = malloc(c->len);
	struct ik_segment *seg;
	size_t table, slots, entries = 0;
	ink_error err;

	assert_int_equal(ik_segment_open(c->dir, "seg", &seg, &err), 0);
	slots = seg->frequent_slots;
	assert_true(slots > 0);
	table = (size_t)(seg->frequent.p - seg->in->data);
	ik_segment_unref(seg);
	for (size_t i = 0; i < slots; i++) {
		size_t slot = table + 4 + i * 4;
		size_t entry = table + (ik_load32(c->data + slot) & 0xffffff) * 2;

		check_lie(c, data, slot + i % 4, "frequent terms: ");
		if (ik_load32(c->data + slot) == 0)
			continue;
		check_lie(c, data, entry + i % (15u + c->data[entry + 14]), "frequent terms: ");
		entries++;
	}
	assert_true(entries > 10);
	free(data);
}

static int count_bytes(void *user, uint64_t bytes)
{
	*(uint64_t *)user += bytes;
	return 0;
}

static int stop_at_once(void *user, uint64_t bytes)
{
	(void)user;
	(void)bytes;
	return 1;
}

static void test_progress_adds_up_and_can_stop(void **state)
{
	struct copy *c = *state;
	struct ik_segment *seg;
	uint64_t done = 0;
	ink_error err;

	assert_int_equal(ik_segment_open(c->dir, "seg", &seg, &err), 0);
	assert_int_equal(ik_segment_check(seg, count_bytes, &done, &err), 0);
	assert_int_equal(done, c->len);
	assert_int_equal(ik_segment_check(seg, stop_at_once, NULL, &err), INK_ECANCELED);
	assert_int_equal(err.code, INK_ECANCELED);
	ik_segment_unref(seg);
}

static void test_every_failed_allocation_is_reported(void **state)
{
	struct copy *c = *state;
	struct ik_segment *seg;
	int64_t before = ik_mem_live(), n = 0;
	ink_error err;
	int rc = INK_ENOMEM;

	for (; rc == INK_ENOMEM; n++) {
		ik_mem_fail_after(n, 0);
		rc = ik_segment_open(c->dir, "seg", &seg, &err);
		if (rc == 0) {
			rc = ik_segment_check(seg, NULL, NULL, &err);
			ik_segment_unref(seg);
		}
		ik_mem_fail_after(-1, 0);
		assert_int_equal(ik_mem_live(), before);
		if (n > 100000)
			break;
	}
	assert_int_equal(rc, 0);
	assert_true(n > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sound_segment_passes),
		cmocka_unit_test(test_every_truncation_is_an_error),
		cmocka_unit_test(test_every_flipped_byte_is_found),
		cmocka_unit_test(test_forged_segments_do_no_harm),
		cmocka_unit_test(test_a_maximum_above_its_scores_is_found),
		cmocka_unit_test(test_lies_of_the_table_of_frequent_terms_are_found),
		cmocka_unit_test(test_progress_adds_up_and_can_stop),
		cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, open_copy, free_copy);
}
