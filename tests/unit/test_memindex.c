/* test_memindex.c - slices, terms and postings in memory, and their flush. */
#include "gen_index.h"

#include "index/flush.h"

#define SEED 20240501

static void test_streams_give_back_what_was_put(void **state)
{
	enum { N = 300, MAX = 3000 };
	static uint8_t want[N][MAX + IK_SLICE_WORD];
	struct ik_slices s = {0};
	struct ik_stream stream[N];
	struct ik_buf room;

	(void)state;
	ik_buf_init(&room, SIZE_MAX);
	for (int round = 0; round < 2; round++) {
		uint64_t seed = SEED + (uint64_t)round;
		size_t n[N] = {0}, len;

		for (int i = 0; i < N; i++)
			assert_int_equal(ik_stream_open(&s, &stream[i]), 0);
		for (int i = 0; i < 60000; i++) {
			uint64_t r = gen_next(&seed), v = gen_next(&seed) >> r % 64;
			size_t at = (r >> 8) % N, more = (r >> 20) % IK_SLICE_WORD + 1;

			if (n[at] > MAX || at == 7)
				continue;
			v &= UINT64_MAX >> (64 - 8 * more);
			ik_store64(want[at] + n[at], v);
			n[at] += more;
			assert_int_equal(ik_stream_put(&s, &stream[at], v, (unsigned)more), 0);
		}
		for (int i = 0; i < N; i++) {
			const uint8_t *p = ik_stream_bytes(&s, &stream[i], &room, &len);

			assert_int_equal(len, n[i]);
			assert_memory_equal(p, want[i], len);
		}
		assert_true(ik_slices_bytes(&s) > 200000);
		ik_slices_reset(&s);
	}
	ik_buf_free(&room);
	ik_slices_free(&s);
}

static void test_a_key_is_the_same_whatever_is_behind_the_term(void **state)
{
	char text[32];

	(void)state;
	for (uint32_t i = 0; i < sizeof text; i++)
		text[i] = (char)(200 + i);
	for (uint32_t len = 1; len <= IK_MEM_INLINE; len++) {
		struct ik_mem_key want = {.ptr = NULL}, key = {.ptr = NULL};
		char *alone = ik_strndup(text, len);

		assert_non_null(alone);
		ik_mem_key_init(&want, alone, len);
		ik_mem_key_wide(&key, text, len);
		assert_int_equal(key.len, want.len);
		assert_int_equal(key.hash, want.hash);
		assert_memory_equal(key.word, want.word, sizeof key.word);
		ik_free(alone);
	}
}

static struct ik_memindex *new_index(const struct ik_schema *schema)
{
	struct ik_memindex *m;

	ok(ik_memindex_new(schema, &m, err));
	return m;
}

static struct ik_segment *flush(struct ik_memindex *m, struct ik_dir *dir)
{
	struct ik_segment *seg;
	uint64_t bytes = 0;

	ok(ik_flush(m, dir, "seg", &bytes, err));
	assert_true(bytes > 0);
	ok(ik_segment_open(dir, "seg", &seg, err));
	ok(ik_segment_check(seg, NULL, NULL, err));
	return seg;
}

static void add_body(struct ik_memindex *m, struct ik_doc *doc, const char *a, const char *b)
{
	ik_doc_clear(doc);
	if (a != NULL)
		ok(ik_doc_add_text(doc, "body", a, strlen(a), err));
	if (b != NULL)
		ok(ik_doc_add_text(doc, "body", b, strlen(b), err));
	ok(ik_memindex_add(m, doc, 1, err));
}

#define NOWHERE UINT32_MAX

/*
 * One posting of a term, as positions, or NOWHERE where the list has none; the number of documents
 * it is in.
 */
static uint32_t look_up(const struct ik_segment *seg, uint32_t part, const char *term,
                        uint32_t doc, uint32_t *positions, uint32_t *tf)
{
	const struct ik_part_info *info = ik_segment_part(seg, part);
	struct ik_post_env env = ik_segment_env(seg, info, term, strlen(term));
	struct ik_term_info t;
	struct ik_post_iter it;

	*tf = 0;
	*positions = NOWHERE;
	if (ik_dict_find(seg, part, term, strlen(term), &t, NULL) != 1)
		return 0;
	ok(ik_post_iter_open(&it, &env, &t, err));
	while (ik_post_iter_next(&it, NULL) == 1)
		if (it.doc == doc) {
			*tf = it.tf;
			if ((env.flags & IK_PART_POSITIONS) == 0)
				continue;
			ok(ik_post_iter_positions(&it, err));
			memcpy(positions, it.positions.v, it.tf * sizeof *positions);
		}
	ik_post_iter_free(&it);
	return t.df;
}

static void test_positions_and_lengths(void **state)
{
	struct ik_schema *schema = gen_schema(0);
	struct ik_memindex *m = new_index(schema);
	const struct ik_part_info *part;
	struct ik_segment *seg;
	struct ik_doc doc;
	struct place p;
	uint32_t pos[8], tf;

	(void)state;
	place_open(&p, 0);
	ik_doc_init(&doc, schema);
	add_body(m, &doc, "a b A", "b c");
	add_body(m, &doc, NULL, NULL);
	add_body(m, &doc, "  ", "c a-term-longer-than-its-entry");
	assert_int_equal(m->n_docs, 3);
	seg = flush(m, p.dir);
	part = ik_segment_part(seg, ik_part(F_BODY, 0));
	assert_int_equal(part->docs, 2);
	assert_int_equal(part->sum_len, 7);
	assert_int_equal(part->terms, 4);
	assert_int_equal(part->norms[0], 5);
	assert_int_equal(part->norms[1], 0);
	assert_int_equal(part->norms[2], 2);
	assert_int_equal(look_up(seg, part->part, "a", 0, pos, &tf), 1);
	assert_int_equal(tf, 2);
	assert_true(pos[0] == 0 && pos[1] == 2);
	/* The second value starts 100 positions after the end of the first. */
	assert_int_equal(look_up(seg, part->part, "b", 0, pos, &tf), 1);
	assert_true(tf == 2 && pos[0] == 1 && pos[1] == 103);
	assert_int_equal(look_up(seg, part->part, "c", 0, pos, &tf), 2);
	assert_true(tf == 1 && pos[0] == 104);
	assert_int_equal(look_up(seg, part->part, "c", 2, pos, &tf), 2);
	assert_true(tf == 1 && pos[0] == 100);
	assert_int_equal(look_up(seg, part->part, "d", 2, pos, &tf), 0);
	assert_null(ik_segment_part(seg, ik_part(F_TAG, 0)));
	ik_segment_unref(seg);
	ik_doc_release(&doc);
	ik_memindex_free(m);
	ik_schema_free(schema);
	place_close(&p);
}

/* Where grams stand is kept, but not where exact forms do; also where a posting has pieces. */
static void test_positions_of_grams(void **state)
{
	enum { TIMES = 20000 };
	uint32_t grams = ik_part(0, 1), pos[2 * TIMES], tf;
	char *text = malloc(TIMES * 16 + 16), *p = text;
	struct ik_schema *schema;
	struct ik_memindex *m;
	struct ik_segment *seg;
	struct place at;
	struct ik_doc doc;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < TIMES; i++)
		p += sprintf(p, "dogs 中国人 ");
	ok(ik_schema_new(&schema, err));
	ok(ik_schema_add(schema, "body", INK_TEXT, INK_STORED, NULL, err));
	m = new_index(schema);
	place_open(&at, 0);
	ik_doc_init(&doc, schema);
	add_body(m, &doc, "中国人 dogs 国人", NULL);
	add_body(m, &doc, text, NULL);
	seg = flush(m, at.dir);
	assert_int_equal(look_up(seg, grams, "dogs", 0, pos, &tf), 2);
	assert_true(tf == 1 && pos[0] == NOWHERE);
	assert_int_equal(look_up(seg, grams, "国人", 0, pos, &tf), 2);
	assert_true(tf == 2 && pos[0] == 1 && pos[1] == 4);
	assert_int_equal(look_up(seg, grams, "dogs", 1, pos, &tf), 2);
	assert_true(tf == TIMES && pos[0] == NOWHERE);
	assert_int_equal(look_up(seg, grams, "中国", 1, pos, &tf), 2);
	assert_int_equal(tf, TIMES);
	for (uint32_t i = 0; i < TIMES; i++)
		assert_int_equal(pos[i], 4 * i + 1);
	ik_segment_unref(seg);
	ik_doc_release(&doc);
	ik_memindex_free(m);
	ik_schema_free(schema);
	place_close(&at);
	free(text);
}

/* A text of `n` words: w0 to w9 in turn, and "mark" in place of some. */
static char *long_text(uint32_t n)
{
	char *text = malloc((size_t)n * 5 + 1), *p = text;

	assert_non_null(text);
	for (uint32_t i = 0; i < n; i++)
		p += i % 1000 == 999 ? sprintf(p, "mark ") : sprintf(p, "w%u ", i % 10);
	return text;
}

static void test_a_document_longer_than_a_tally(void **state)
{
	enum { N = 5 * IK_MEM_TALLY / 2 };
	struct ik_schema *schema = gen_schema(0);
	struct ik_memindex *m = new_index(schema);
	char *text = long_text(N);
	uint32_t *pos = malloc(N * sizeof *pos), tf;
	struct ik_segment *seg;
	struct ik_doc doc;
	struct place p;

	(void)state;
	assert_non_null(pos);
	place_open(&p, 0);
	ik_doc_init(&doc, schema);
	add_body(m, &doc, "w1 mark mark", NULL);
	add_body(m, &doc, text, "mark w1");
	add_body(m, &doc, "w1", NULL);
	seg = flush(m, p.dir);
	assert_int_equal(look_up(seg, ik_part(F_BODY, 0), "mark", 1, pos, &tf), 2);
	assert_int_equal(tf, N / 1000 + 1);
	for (uint32_t i = 0; i + 1 < tf; i++)
		assert_int_equal(pos[i], i * 1000 + 999);
	assert_int_equal(pos[tf - 1], N + 100);
	assert_int_equal(look_up(seg, ik_part(F_BODY, 0), "w1", 1, pos, &tf), 3);
	assert_int_equal(tf, N / 10 + 1);
	for (uint32_t i = 0; i + 1 < tf; i++)
		assert_int_equal(pos[i], i * 10 + 1);
	assert_int_equal(look_up(seg, ik_part(F_BODY, 0), "w9", 1, pos, &tf), 1);
	assert_int_equal(tf, N / 10 - N / 1000);
	assert_int_equal(look_up(seg, ik_part(F_BODY, 0), "w1", 2, pos, &tf), 3);
	assert_int_equal(tf, 1);
	ik_segment_unref(seg);
	ik_doc_release(&doc);
	ik_memindex_free(m);
	ik_schema_free(schema);
	place_close(&p);
	free(text);
	free(pos);
}

static void test_flags_of_parts(void **state)
{
	const uint32_t all = IK_PART_FREQS | IK_PART_NORMS | IK_PART_POSITIONS;
	struct ik_schema *s;
	struct ik_memindex *m;

	(void)state;
	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "a", INK_TEXT, INK_STORED, NULL, err));
	ok(ik_schema_add(s, "b", INK_TEXT, 0, NULL, err));
	ok(ik_schema_add(s, "c", INK_TEXT, INK_NO_POSITIONS, NULL, err));
	ok(ik_schema_add(s, "d", INK_KEYWORD, 0, NULL, err));
	m = new_index(s);
	assert_int_equal(m->parts[0].flags, all);
	assert_int_equal(m->parts[1].flags, all | IK_PART_UNBROKEN);
	assert_int_equal(m->parts[2].flags, all);
	assert_int_equal(m->parts[3].flags, all | IK_PART_UNBROKEN);
	assert_int_equal(m->parts[4].flags, IK_PART_FREQS | IK_PART_NORMS);
	assert_int_equal(m->parts[5].flags, IK_PART_FREQS | IK_PART_NORMS);
	assert_int_equal(m->parts[6].flags, 0);
	ik_memindex_free(m);
	ik_schema_free(s);
}

static void add_some(struct ik_memindex *m, const struct ik_schema *schema, uint64_t n)
{
	struct ik_doc doc;
	char id[32];

	ik_doc_init(&doc, (struct ik_schema *)schema);
	for (uint64_t i = 0; i < n; i++) {
		gen_id(id, i);
		gen_doc(&doc, i, id);
		ok(ik_memindex_add(m, &doc, (uint32_t)i, err));
	}
	ik_doc_release(&doc);
}

static void test_after_a_reset_it_is_as_new(void **state)
{
	struct ik_schema *schema = gen_schema(1);
	struct ik_memindex *m = new_index(schema);
	struct dump a = {0}, b = {0};
	struct ik_segment *seg;
	struct place p;

	(void)state;
	place_open(&p, 0);
	add_some(m, schema, 700);
	for (int i = 0; i < 2; i++) {
		struct ik_view view = {0};
		uint64_t next = 0;

		ok(ik_memindex_reset(m, err));
		assert_int_equal(m->n_docs, 0);
		add_some(m, schema, 700);
		assert_int_equal(m->seqs.n, 700);
		assert_int_equal(m->seqs.v[699], 699);
		seg = view.seg = flush(m, p.dir);
		dump_view(i == 0 ? &a : &b, &view, &next);
		ik_segment_unref(seg);
	}
	assert_true(a.n > 10000);
	dump_equal(&a, &b);
	dump_free(&a);
	dump_free(&b);
	ik_memindex_free(m);
	ik_schema_free(schema);
	place_close(&p);
}

/* Live bytes, counted by an allocator of our own. */
static size_t allocated;

static void *count_alloc(void *user, size_t size)
{
	size_t *p = malloc(size + 16);

	(void)user;
	if (p == NULL)
		return NULL;
	allocated += size;
	*p = size;
	return p + 2;
}

static void *count_resize(void *user, void *ptr, size_t size)
{
	size_t *p = ptr == NULL ? NULL : (size_t *)ptr - 2;

	if (p == NULL)
		return count_alloc(user, size);
	allocated -= *p;
	p = realloc(p, size + 16);
	if (p == NULL)
		return NULL;
	allocated += size;
	*p = size;
	return p + 2;
}

static void count_release(void *user, void *ptr)
{
	(void)user;
	if (ptr == NULL)
		return;
	allocated -= *((size_t *)ptr - 2);
	free((size_t *)ptr - 2);
}

static void test_the_accounting_is_honest(void **state)
{
	const ink_allocator counter = {count_alloc, count_resize, count_release, NULL};
	struct ik_schema *schema;
	struct ik_memindex *m;

	(void)state;
	ik_mem_set(&counter);
	schema = gen_schema(1);
	m = new_index(schema);
	for (unsigned i = 0; i < 4; i++) {
		size_t bytes;

		add_some(m, schema, 3000);
		bytes = ik_memindex_bytes(m);
		print_message("counted %zu, allocated %zu\n", bytes, allocated);
		assert_true(bytes > allocated / 10 * 8);
		assert_true(bytes < allocated / 10 * 13);
	}
	ik_memindex_free(m);
	ik_schema_free(schema);
	assert_int_equal(allocated, 0);
	ik_mem_set(NULL);
}

static void test_every_allocation_may_fail(void **state)
{
	struct ik_schema *schema = gen_schema(1);
	struct place p;
	int64_t n;
	int rc = INK_ENOMEM;

	(void)state;
	place_open(&p, 0);
	for (n = 0; rc != 0 && n < 100000; n += 1 + n / 50) {
		struct ik_memindex *m = NULL;
		struct ik_doc doc;
		uint64_t bytes;

		ik_doc_init(&doc, schema);
		gen_doc(&doc, 7, "key");
		ik_mem_fail_after(n, 1);
		rc = ik_memindex_new(schema, &m, NULL);
		for (int i = 0; rc == 0 && i < 100; i++)
			rc = ik_memindex_add(m, &doc, 1, NULL);
		if (rc == 0)
			rc = ik_flush(m, p.dir, "seg", &bytes, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		ik_memindex_free(m);
		ik_doc_release(&doc);
	}
	assert_int_equal(rc, 0);
	ik_schema_free(schema);
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams_give_back_what_was_put),
		cmocka_unit_test(test_a_key_is_the_same_whatever_is_behind_the_term),
		cmocka_unit_test(test_positions_and_lengths),
		cmocka_unit_test(test_positions_of_grams),
		cmocka_unit_test(test_a_document_longer_than_a_tally),
		cmocka_unit_test(test_flags_of_parts),
		cmocka_unit_test(test_after_a_reset_it_is_as_new),
		cmocka_unit_test(test_the_accounting_is_honest),
		cmocka_unit_test(test_every_allocation_may_fail),
	};

	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
