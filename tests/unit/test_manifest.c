/* test_manifest.c - the commit point: round trip, every kind of damage. */
#include "gen_index.h"

#include "base/bits.h"
#include "base/buf.h"
#include "base/sum.h"
#include "index/stamp.h"
#include "segment/format.h"

static void put_file(struct ik_dir *dir, const uint8_t *data, size_t len)
{
	struct ik_out *out;

	ok(dir->ops->create(dir, IK_MANIFEST_NAME, &out, err));
	if (len > 0)
		ok(out->write(out, data, len, err));
	ok(out->close(out, err));
}

static void write_sample(struct ik_dir *dir)
{
	struct ik_manifest m = {.generation = 77, .next_id = 1000};
	struct ik_manifest_segment *s;

	m.stamp = ik_strndup("stamp 1", 7);
	m.schema = gen_schema(1);
	s = ik_vec_push(&m.segments);
	*s = (struct ik_manifest_segment){999, 5, 2, 3, 12345678901};
	s = ik_vec_push(&m.segments);
	*s = (struct ik_manifest_segment){0, IK_DOCS_MAX, 0, 0, 1};
	ok(ik_manifest_write(&m, dir, err));
	ik_manifest_free(&m);
}

static void test_it_comes_back_as_written(void **state)
{
	(void)state;
	for (int on_disk = 0; on_disk < 2; on_disk++) {
		struct ik_manifest m;
		struct place p;

		place_open(&p, on_disk);
		write_sample(p.dir);
		ok(ik_manifest_read(p.dir, &m, err));
		assert_int_equal(m.generation, 77);
		assert_int_equal(m.next_id, 1000);
		assert_string_equal(m.stamp, "stamp 1");
		assert_int_equal(m.schema->n, F_COUNT);
		assert_int_equal(m.schema->key, F_ID);
		assert_int_equal(m.segments.n, 2);
		assert_int_equal(m.segments.v[0].id, 999);
		assert_int_equal(m.segments.v[0].deleted, 2);
		assert_int_equal(m.segments.v[0].live_gen, 3);
		assert_int_equal(m.segments.v[0].bytes, 12345678901);
		assert_int_equal(m.segments.v[1].n_docs, IK_DOCS_MAX);
		ik_manifest_free(&m);
		place_close(&p);
	}
}

static void test_a_stamp_without_bound_is_refused(void **state)
{
	struct ik_manifest m = {.generation = 1, .next_id = 1}, read;
	struct place p;
	ink_error why;

	(void)state;
	place_open(&p, 0);
	m.schema = gen_schema(1);
	m.stamp = ik_zalloc(IK_STAMP_MAX + 2);
	assert_non_null(m.stamp);
	memset(m.stamp, 'x', IK_STAMP_MAX + 1);
	ok(ik_manifest_write(&m, p.dir, err));
	assert_int_equal(ik_manifest_read(p.dir, &read, &why), INK_ECORRUPT);
	assert_non_null(strstr(why.message, "stamp too long"));
	ik_manifest_free(&m);
	place_close(&p);
}

static void test_file_names(void **state)
{
	char name[IK_FILE_NAME_MAX];

	(void)state;
	ik_segment_name(0x1f, name);
	assert_string_equal(name, "seg-000000000000001f.ink");
	ik_live_name(UINT64_MAX, UINT64_MAX, name);
	assert_string_equal(name, "seg-ffffffffffffffff-ffffffffffffffff.del");
}

static void test_a_missing_one_is_no_index(void **state)
{
	struct ik_manifest m;
	struct place p;
	ink_error err;

	(void)state;
	place_open(&p, 0);
	assert_int_equal(ik_manifest_read(p.dir, &m, &err), INK_ENOTFOUND);
	assert_non_null(strstr(err.message, "no index here"));
	place_close(&p);
}

/* The sample's bytes; freed by the caller. */
static uint8_t *sample_bytes(struct ik_dir *dir, size_t *len)
{
	struct ik_in *in;
	uint8_t *copy;

	write_sample(dir);
	ok(dir->ops->open(dir, IK_MANIFEST_NAME, &in, err));
	*len = in->len;
	copy = malloc(in->len);
	assert_non_null(copy);
	memcpy(copy, in->data, in->len);
	ik_in_close(in);
	return copy;
}

static void test_every_flipped_byte_and_every_cut_is_noticed(void **state)
{
	struct ik_manifest m;
	struct place p;
	uint8_t *data;
	size_t len;

	(void)state;
	place_open(&p, 0);
	data = sample_bytes(p.dir, &len);
	for (size_t i = 0; i < len; i++) {
		ink_error err;
		int rc;

		data[i] ^= 0x41;
		put_file(p.dir, data, len);
		rc = ik_manifest_read(p.dir, &m, &err);
		assert_int_equal(rc, i >= 8 && i < 12 ? INK_EFORMAT : INK_ECORRUPT);
		assert_non_null(strstr(err.message, IK_MANIFEST_NAME));
		data[i] ^= 0x41;
		put_file(p.dir, data, i);
		assert_int_equal(ik_manifest_read(p.dir, &m, NULL), INK_ECORRUPT);
	}
	free(data);
	place_close(&p);
}

/* Damage under a right checksum: nothing may be trusted even so. */
static void test_a_forged_body_is_never_trusted(void **state)
{
	struct ik_manifest m;
	struct place p;
	uint8_t *data;
	size_t len;

	(void)state;
	place_open(&p, 0);
	data = sample_bytes(p.dir, &len);
	for (size_t i = 16; i < len - 4; i++)
		for (unsigned v = 0; v < 256; v += 5) {
			uint8_t was = data[i];
			int rc;

			data[i] = (uint8_t)v;
			ik_store32(data + len - 4, ik_crc32(0, data, len - 4));
			put_file(p.dir, data, len);
			rc = ik_manifest_read(p.dir, &m, NULL);
			assert_true(rc == 0 || rc == INK_ECORRUPT || rc == INK_EFORMAT);
			if (rc == 0)
				ik_manifest_free(&m);
			data[i] = was;
		}
	free(data);
	place_close(&p);
}

static void test_a_segment_that_stands_twice_is_damage(void **state)
{
	static const uint64_t ids[] = {7, 3, 9, 7};
	struct ik_manifest m = {.generation = 2, .next_id = 10}, read;
	struct place p;
	ink_error why;

	(void)state;
	place_open(&p, 0);
	m.schema = gen_schema(1);
	for (size_t i = 0; i < 4; i++) {
		struct ik_manifest_segment *s = ik_vec_push(&m.segments);

		*s = (struct ik_manifest_segment){.id = ids[i], .n_docs = 1, .bytes = 1};
		ok(ik_manifest_write(&m, p.dir, err));
		if (i < 3) {
			ok(ik_manifest_read(p.dir, &read, err));
			ik_manifest_free(&read);
		}
	}
	assert_int_equal(ik_manifest_read(p.dir, &read, &why), INK_ECORRUPT);
	assert_non_null(strstr(why.message, "segment 0000000000000007 stands twice"));
	ik_manifest_free(&m);
	place_close(&p);
}

/* A manifest with a right checksum, which ik_manifest_write() does not make of all numbers. */
static void put_counts(struct ik_dir *dir, uint64_t generation, uint64_t next, uint64_t live_gen)
{
	struct ik_schema *schema = gen_schema(1);
	struct ik_buf buf, fields;

	ik_buf_init(&buf, 1 << 20);
	ik_buf_init(&fields, 1 << 20);
	ik_schema_encode(schema, &fields);
	ik_buf_put(&buf, IK_MANIFEST_MAGIC, IK_MAGIC_LEN);
	ik_buf_put_u32(&buf, IK_FORMAT_VERSION);
	ik_buf_put_u32(&buf, 0);
	ik_buf_put_varint(&buf, generation);
	ik_buf_put_varint(&buf, next);
	ik_buf_put_varint(&buf, 0);
	ik_buf_put_varint(&buf, fields.len);
	ik_buf_put(&buf, fields.data, fields.len);
	ik_buf_put_varint(&buf, 0);
	ik_buf_put_varint(&buf, 1);
	for (size_t i = 0; i < 5; i++)
		ik_buf_put_varint(&buf, i == 3 ? live_gen : 1);
	ik_store32(buf.data + 12, (uint32_t)(buf.len - 16));
	ik_buf_put_u32(&buf, ik_crc32(0, buf.data, buf.len));
	assert_int_equal(buf.err, 0);
	put_file(dir, buf.data, buf.len);
	ik_buf_free(&buf);
	ik_buf_free(&fields);
	ik_schema_free(schema);
}

/* The commits after it would wrap around, and leave an index that does not open. */
static void test_numbers_near_the_end_of_an_integer_are_damage(void **state)
{
	static const char *const what[] = {"generation out of bounds", "next number out of bounds",
	                                   "generation of deletions out of bounds"};
	const uint64_t max = UINT64_C(1) << 63;
	struct ik_manifest m;
	struct place p;
	ink_error why;

	(void)state;
	place_open(&p, 0);
	for (size_t i = 0; i < 3; i++)
		for (int all = 0; all < 2; all++) {
			uint64_t n[3] = {max, max, max};

			n[i] = all ? UINT64_MAX : max + 1;
			put_counts(p.dir, n[0], n[1], n[2]);
			assert_int_equal(ik_manifest_read(p.dir, &m, &why), INK_ECORRUPT);
			assert_non_null(strstr(why.message, "manifest: byte "));
			assert_non_null(strstr(why.message, what[i]));
		}
	/* The last that can be read is not followed by one that cannot. */
	put_counts(p.dir, max, max, max);
	ok(ik_manifest_read(p.dir, &m, err));
	ok(ik_manifest_write(&m, p.dir, err));
	m.generation++;
	assert_int_equal(ik_manifest_write(&m, p.dir, &why), INK_ELIMIT);
	ik_manifest_free(&m);
	ok(ik_manifest_read(p.dir, &m, err));
	assert_true(m.generation == max);
	ik_manifest_free(&m);
	place_close(&p);
}

static void test_another_version_names_both(void **state)
{
	struct ik_manifest m;
	struct place p;
	ink_error err;
	uint8_t *data;
	size_t len;

	(void)state;
	place_open(&p, 0);
	data = sample_bytes(p.dir, &len);
	ik_store32(data + 8, 41);
	put_file(p.dir, data, len);
	assert_int_equal(ik_manifest_read(p.dir, &m, &err), INK_EFORMAT);
	assert_non_null(strstr(err.message, "version 41"));
	assert_non_null(strstr(err.message, "reads 1"));
	free(data);
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_comes_back_as_written),
		cmocka_unit_test(test_a_stamp_without_bound_is_refused),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_a_missing_one_is_no_index),
		cmocka_unit_test(test_every_flipped_byte_and_every_cut_is_noticed),
		cmocka_unit_test(test_a_forged_body_is_never_trusted),
		cmocka_unit_test(test_a_segment_that_stands_twice_is_damage),
		cmocka_unit_test(test_numbers_near_the_end_of_an_integer_are_damage),
		cmocka_unit_test(test_another_version_names_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
