/* test_segment.c - whole segments: what goes in comes out; what cannot be opened says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bits.h"
#include "base/sum.h"

#include "gen_segment.h"

static const struct gen all = {42, 3000, 70, 0, IK_DICT_KEY_MAX};
static const struct gen blocks = {43, 360000, 9, 300, 50};

static struct ik_segment *make(struct ik_dir *dir, const struct gen *g, const char *name)
{
	struct ik_segment *seg = NULL;
	uint64_t bytes = 0;
	ink_error err = {0};

	if (gen_write(g, dir, name, &bytes, &err) != 0 ||
	    ik_segment_open(dir, name, &seg, &err) != 0)
		fail_msg("seed %u: %s", (unsigned)g->seed, err.message);
	assert_int_equal(seg->in->len, bytes);
	return seg;
}

/* The list that `at` stands at, of term t. */
static void compare_list(const struct gen *g, const struct ik_dict_iter *at, uint32_t t)
{
	struct ik_post_env env = ik_dict_iter_env(at);
	uint32_t part = at->part->part;
	uint32_t positions[GEN_TF_MAX];
	struct ik_post_iter it;
	ink_error err;

	assert_int_equal(ik_post_iter_open(&it, &env, &at->info, &err), 0);
	for (uint32_t d = 0; d < g->n_docs; d++) {
		uint32_t tf = gen_tf(g, part, t, d);

		if (tf == 0)
			continue;
		assert_int_equal(ik_post_iter_next(&it, &err), 1);
		assert_int_equal(it.doc, d);
		assert_int_equal(it.tf, tf);
		if ((env.flags & IK_PART_POSITIONS) == 0)
			continue;
		gen_positions(g, part, t, d, tf, positions);
		assert_int_equal(ik_post_iter_positions(&it, &err), 0);
		assert_memory_equal(it.positions.v, positions, tf * sizeof positions[0]);
	}
	assert_int_equal(ik_post_iter_next(&it, &err), 0);
	ik_post_iter_free(&it);
}

/* All terms of a part; bits of the forms that were seen. */
static unsigned compare_part(const struct gen *g, const struct ik_segment *seg, size_t i)
{
	static char term[IK_DICT_KEY_MAX + 1];
	uint32_t part = gen_parts[i].part;
	struct ik_dict_iter it;
	unsigned forms = 0;
	ink_error err;

	ik_dict_iter_open(&it, seg, part);
	for (uint32_t t = 0; t < g->n_terms; t++) {
		size_t len = gen_term(g, t, term);
		struct ik_term_info info;
		int found = ik_dict_find(seg, part, term, len, &info, &err);
		uint32_t df = 0;

		for (uint32_t d = 0; d < g->n_docs; d++)
			df += gen_tf(g, part, t, d) > 0;
		assert_int_equal(found, df > 0);
		if (found == 0)
			continue;
		assert_int_equal(info.df, df);
		assert_int_equal(ik_dict_iter_next(&it, &err), 1);
		assert_int_equal(it.term.len, len);
		assert_int_equal(memcmp(it.term.data, term, len), 0);
		assert_ptr_equal(it.info.post, info.post);
		compare_list(g, &it, t);
		forms |= 1u << ik_post_form(df, g->n_docs);
	}
	assert_int_equal(ik_dict_iter_next(&it, &err), 0);
	ik_dict_iter_free(&it);
	return forms;
}

static void compare_meta(const struct gen *g, const struct ik_segment *seg, size_t i)
{
	const struct ik_part_info *part = ik_segment_part(seg, gen_parts[i].part);

	assert_non_null(part);
	assert_int_equal(part->flags, gen_parts[i].flags);
	assert_int_equal(part->docs, g->n_docs);
	assert_int_equal(part->sum_len, (uint64_t)g->n_docs * 30);
	assert_int_equal(part->norms != NULL, (part->flags & IK_PART_NORMS) != 0);
	for (uint32_t d = 0; part->norms != NULL && d < g->n_docs; d++)
		assert_int_equal(part->norms[d], gen_hash(g, 4000, i, d) % 60 + 1);
}

static void compare_columns(const struct gen *g, const struct ik_segment *seg)
{
	uint32_t terms = (uint32_t)ik_segment_part(seg, 2)->terms, ords[2];
	struct ik_column column;
	int64_t values[4];
	uint64_t first;
	ink_error err;

	for (uint32_t f = 10; f < 13; f++) {
		assert_int_equal(ik_column_numbers(seg, f, &column, &err), 1);
		for (uint32_t d = 0; d < g->n_docs; d++) {
			uint32_t n = gen_numbers(g, f, d, values);

			assert_int_equal(ik_column_span(&column, d, &first), n);
			for (uint32_t k = 0; k < n; k++)
				assert_true(ik_column_at(&column, first + k) == values[k]);
		}
	}
	assert_int_equal(ik_column_ordinals(seg, 1, &column, &err), 1);
	for (uint32_t d = 0; d < g->n_docs; d++) {
		uint32_t n = gen_ords(g, terms, d, ords);

		assert_int_equal(ik_column_span(&column, d, &first), n);
		for (uint32_t k = 0; k < n; k++)
			assert_int_equal(ik_column_at(&column, first + k), ords[k]);
	}
}

static void test_everything_written_is_read_back(void **state)
{
	const struct gen *gens[2] = {&all, &blocks};
	unsigned forms = 0;

	for (int k = 0; k < 2; k++) {
		struct ik_segment *seg = make(*state, gens[k], "seg");

		assert_int_equal(seg->n_docs, gens[k]->n_docs);
		assert_true(seg->k1 == 0.9 && seg->b == 0.4);
		for (size_t i = 0; i < GEN_PARTS; i++) {
			compare_meta(gens[k], seg, i);
			forms |= compare_part(gens[k], seg, i);
		}
		assert_null(ik_segment_part(seg, 5));
		compare_columns(gens[k], seg);
		ik_segment_unref(seg);
	}
	assert_int_equal(forms,
	                 1u << IK_FORM_SHORT | 1u << IK_FORM_BLOCKS | 1u << IK_FORM_RANGES);
}

static void test_the_same_input_gives_the_same_bytes(void **state)
{
	struct ik_segment *a = make(*state, &all, "a"), *b = make(*state, &all, "b");

	assert_int_equal(a->in->len, b->in->len);
	assert_memory_equal(a->in->data, b->in->data, a->in->len);
	ik_segment_unref(a);
	ik_segment_unref(b);
}

static void test_sections_are_aligned_and_guarded(void **state)
{
	struct ik_segment *seg = make(*state, &all, "a");

	for (uint32_t i = 0; i < seg->n_sections; i++) {
		const uint8_t *entry = seg->table + (size_t)i * IK_SECTION_LEN;

		assert_int_equal(ik_load64(entry + 8) % IK_SECTION_ALIGN, 0);
		assert_true(ik_load64(entry + 8) + ik_load64(entry + 16) + 64 <= seg->in->len);
	}
	ik_segment_unref(seg);
}

static void test_a_segment_lives_until_its_last_reference(void **state)
{
	int64_t before = ik_mem_live();
	struct ik_segment *seg = make(*state, &all, "a");

	assert_ptr_equal(ik_segment_ref(seg), seg);
	ik_segment_unref(seg);
	assert_int_equal(seg->n_docs, all.n_docs);
	ik_segment_unref(seg);
	ik_segment_unref(NULL);
	assert_true(ik_mem_live() <= before + 8); /* the file of the memory folder */
}

static void put_file(struct ik_dir *dir, const uint8_t *data, size_t len)
{
	struct ik_out *out;
	ink_error err;

	assert_int_equal(dir->ops->create(dir, "bad", &out, &err), 0);
	assert_int_equal(out->write(out, data, len, &err), 0);
	assert_int_equal(out->close(out, &err), 0);
}

static void expect_message(struct ik_dir *dir, int rc, const char *message)
{
	struct ik_segment *seg;
	ink_error err;

	assert_int_equal(ik_segment_open(dir, "bad", &seg, &err), rc);
	assert_null(seg);
	assert_string_equal(err.message, message);
}

static void test_what_cannot_be_opened_says_why(void **state)
{
	struct ik_segment *seg = make(*state, &all, "a");
	size_t len = seg->in->len;
	uint8_t *data = malloc(len);
	ink_error err;

	memcpy(data, seg->in->data, len);
	ik_segment_unref(seg);
	data[8] = 7;
	put_file(*state, data, len);
	expect_message(*state, INK_EFORMAT, "bad: format version 7, this Inkstone reads 1");
	data[8] = 1;
	data[20] = 1;
	put_file(*state, data, len);
	expect_message(*state, INK_ECORRUPT, "bad: header: wrong checksum");
	data[20] = 0;
	put_file(*state, data, len - 100);
	expect_message(*state, INK_ECORRUPT, "bad: footer: missing, the file is cut short");
	put_file(*state, data, 50);
	expect_message(*state, INK_ECORRUPT, "bad: only 50 bytes long");
	data[len - IK_FOOTER_LEN - 3] ^= 1;
	put_file(*state, data, len);
	expect_message(*state, INK_ECORRUPT, "bad: section table: wrong checksum");
	data[0] = 'X';
	put_file(*state, data, len);
	expect_message(*state, INK_ECORRUPT, "bad: not a segment file");
	free(data);
	assert_int_equal(ik_segment_open(*state, "missing", &seg, &err), INK_ENOTFOUND);
}

static void test_limits_of_the_writer_are_errors(void **state)
{
	const struct ik_part_desc desc = {70000, 0, 1, 1, NULL}, fine = {1, 0, 1, 1, NULL};
	struct ik_segment_writer *w;
	char *term = calloc(1, IK_DICT_KEY_MAX + 1);
	ink_error err;

	assert_int_equal(ik_segment_create(*state, "w", 0, 1, 0, &w, &err), INK_ELIMIT);
	assert_int_equal(ik_segment_create(*state, "w", IK_DOCS_MAX + 1, 1, 0, &w, &err),
	                 INK_ELIMIT);
	assert_null(w);
	assert_int_equal(ik_segment_create(*state, "w", 1, 1, 0, &w, &err), 0);
	assert_int_equal(ik_segment_begin_part(w, &desc, &err), INK_ELIMIT);
	assert_int_equal(ik_segment_begin_part(w, &fine, &err), 0);
	assert_int_equal(ik_segment_begin_term(w, term, IK_DICT_KEY_MAX + 1, &err), INK_ELIMIT);
	assert_int_equal(ik_segment_begin_term(w, term, IK_DICT_KEY_MAX, &err), 0);
	ik_segment_abort(w);
	ik_segment_abort(NULL);
	free(term);
}

static void test_a_writer_survives_every_failed_allocation(void **state)
{
	struct gen tiny = {5, 300, 40, 0, 10};
	int64_t before, n = 0;
	uint64_t bytes;
	ink_error err;
	int rc;

	assert_int_equal(gen_write(&tiny, *state, "oom", &bytes, &err), 0);
	before = ik_mem_live();
	do {
		ik_mem_fail_after(n++, 0);
		rc = gen_write(&tiny, *state, "oom", &bytes, &err);
		ik_mem_fail_after(-1, 0);
		/* The folder may keep a file that was not finished. */
		assert_true(ik_mem_live() <= before + 4);
	} while (rc == INK_ENOMEM && n < 10000);
	assert_int_equal(rc, 0);
	assert_true(n > 50);
}

static int make_dir(void **state)
{
	return ik_dir_mem((struct ik_dir **)state, NULL);
}

static int free_dir(void **state)
{
	ik_dir_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_written_is_read_back),
		cmocka_unit_test(test_the_same_input_gives_the_same_bytes),
		cmocka_unit_test(test_sections_are_aligned_and_guarded),
		cmocka_unit_test(test_a_segment_lives_until_its_last_reference),
		cmocka_unit_test(test_what_cannot_be_opened_says_why),
		cmocka_unit_test(test_limits_of_the_writer_are_errors),
		cmocka_unit_test(test_a_writer_survives_every_failed_allocation),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, make_dir, free_dir);
}
