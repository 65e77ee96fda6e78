/*
 * standalone.c - the fuzzing harnesses without a fuzzer: replays
 * tests/fuzz/corpus/NAME/ and, from each file there, some hundred others
 * that follow from it by a seed.
 *
 *   standalone              as a test: everything, with counts
 *   standalone NAME FILE... one harness over files, to look into a finding
 *   standalone --make DIR   write the files of the corpus that are not text
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#define FUZZ(name) static int fuzz_##name(const uint8_t *data, size_t len)

#include "fuzz_analysis.c"
#if FUZZ_CLI
# include "fuzz_cli.c"
#endif
#include "fuzz_column.c"
#include "fuzz_cursor.c"
#include "fuzz_dict.c"
#include "fuzz_doc.c"
#include "fuzz_manifest.c"
#include "fuzz_masks.c"
#include "fuzz_parse.c"
#include "fuzz_post.c"
#include "fuzz_salvage.c"
#include "fuzz_schema.c"
#include "fuzz_search.c"
#include "fuzz_segment.c"
#include "fuzz_snippet.c"
#include "fuzz_stored.c"
#include "fuzz_words.c"

#include "../support/gen.h"
#include "segment/post.h"

#define REPLAY_MAX ((size_t)1 << 20)

static const struct harness {
	const char *name;
	int (*run)(const uint8_t *data, size_t len);
	uint32_t rounds; /* changed copies of each file */
} harnesses[] = {
	{"analysis", fuzz_analysis, 150},
#if FUZZ_CLI
	{"cli", fuzz_cli, 20},
#endif
	{"column", fuzz_column, 300}, {"cursor", fuzz_cursor, 200}, {"dict", fuzz_dict, 300},
	{"doc", fuzz_doc, 500}, {"manifest", fuzz_manifest, 300}, {"masks", fuzz_masks, 300},
	{"parse", fuzz_parse, 300}, {"post", fuzz_post, 500}, {"salvage", fuzz_salvage, 40},
	{"schema", fuzz_schema, 500}, {"search", fuzz_search, 100},
	{"segment", fuzz_segment, 60}, {"snippet", fuzz_snippet, 60}, {"stored", fuzz_stored, 200},
	{"words", fuzz_words, 200},
};

#define N_HARNESSES (sizeof harnesses / sizeof *harnesses)

static uint8_t *load_input(const char *path, size_t *len)
{
	uint8_t *data = malloc(REPLAY_MAX);
	FILE *in = fopen(path, "rb");

	if (data == NULL || in == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	*len = fread(data, 1, REPLAY_MAX, in);
	fclose(in);
	return data;
}

/* Some bytes changed, doubled, or left out. */
static size_t change(struct gen *g, uint8_t *data, size_t len, size_t cap)
{
	for (uint32_t n = 1 + gen_below(g, 4); n > 0 && len > 0; n--) {
		size_t at = gen_below(g, (uint32_t)len), some = 1 + gen_below(g, 8);

		switch (gen_below(g, 5)) {
		case 0:
			data[at] = (uint8_t)gen_next(g);
			break;
		case 1:
			data[at] ^= (uint8_t)(1u << gen_below(g, 8));
			break;
		case 2:
			data[at] = (uint8_t)(0xff * gen_below(g, 2));
			break;
		case 3:
			some = some < len - at ? some : len - at;
			memmove(data + at, data + at + some, len - at - some);
			len -= some;
			break;
		default:
			if (len + some <= cap && at + some <= len) {
				memmove(data + at + some, data + at, len - at);
				len += some;
			}
		}
	}
	return len;
}

static void replay(const struct harness *h, const char *path)
{
	struct gen g = {1};
	size_t len;
	uint8_t *data = load_input(path, &len), *copy = malloc(2 * len + 64);

	h->run(data, len);
	for (uint32_t r = 0; r < h->rounds; r++) {
		size_t n;

		memcpy(copy, data, len);
		n = change(&g, copy, len, 2 * len + 64);
		h->run(copy, n);
	}
	free(copy);
	free(data);
}

static void corpus_path(char path[1024], const char *harness, const char *name)
{
	const char *src = getenv("INK_SRCDIR");

	snprintf(path, 1024, "%s/tests/fuzz/corpus/%s/%s", src != NULL ? src : ".", harness, name);
}

static void test_corpus(void **state)
{
	const struct harness *h = *state;
	struct dirent *entry;
	char path[1024];
	unsigned files = 0;
	DIR *dir;

	corpus_path(path, h->name, "");
	dir = opendir(path);
	if (dir == NULL)
		fail_msg("%s is not there", path);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		corpus_path(path, h->name, entry->d_name);
		replay(h, path);
		files++;
	}
	closedir(dir);
	assert_true(files > 0);
}

/* From seeds that no reader takes a fuzzer gets nowhere: when this fails, --make them anew. */
static void test_seeds_are_of_this_format(void **state)
{
	static const char *const names[] = {"seg-0000000000000001.ink", "seg-0000000000000003.ink"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct image image = {.base = {&image_ops, "image"}, .n = 1};
		struct image_file *f = &image.files[0];
		struct ik_segment *seg;
		char path[1024];
		ink_error err;

		snprintf(f->name, sizeof f->name, "%s", names[i]);
		corpus_path(path, "segment", names[i]);
		f->data = load_input(path, &f->len);
		image_ok(ik_segment_open(&image.base, f->name, &seg, &err), &err);
		image_ok(ik_segment_check(seg, NULL, NULL, &err), &err);
		ik_segment_unref(seg);
		image_free(&image);
	}
}

/* ---- making the corpus ---- */

static void write_file(const char *dir, const char *harness, const char *name, const void *data,
                       size_t len)
{
	char path[1024];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s", dir, harness);
	mkdir(path, 0777);
	snprintf(path, sizeof path, "%s/%s/%s", dir, harness, name);
	out = fopen(path, "wb");
	if (out == NULL || fwrite(data, 1, len, out) != len || fclose(out) != 0)
		exit(2);
}

static void make_list(const char *dir, const char *name, uint32_t flags, uint32_t n_docs,
                      uint32_t df)
{
	struct ik_post_builder b;
	struct ik_bm25 bm25;
	struct ik_buf out;
	ink_error err;

	ik_bm25_init(&bm25, 0.9, 0.4, 10);
	ik_post_builder_init(&b);
	ik_post_begin(&b, n_docs, flags & ~(uint32_t)IK_PART_NORMS, NULL, &bm25);
	for (uint32_t i = 0; i < df; i++) {
		uint32_t gaps[300], tf = i % 50 == 7 ? 300 : 1 + i % 3;

		for (uint32_t k = 0; k < tf; k++)
			gaps[k] = k > 0 ? 1 + i % 5 : 0;
		image_ok(ik_post_add(&b, i * (n_docs / df), tf, gaps, &err), &err);
	}
	image_ok(ik_post_end(&b, &err), &err);
	ik_buf_init(&out, REPLAY_MAX);
	ik_buf_put_u8(&out, (uint8_t)flags);
	ik_buf_put_u32(&out, n_docs - 1);
	out.len--; /* three bytes of the number, then two of the postings */
	ik_buf_put_u16(&out, (uint16_t)(df - 1));
	ik_buf_put(&out, b.blob.data, b.blob.len);
	write_file(dir, "post", name, out.data, out.len);
	ik_buf_free(&out);
	ik_post_builder_free(&b);
}

/* Two lists of so many postings of the same documents: one in so many, or a run of neighbours. */
static void make_lists(const char *dir, const char *name, uint32_t n_docs, uint32_t few,
                       uint32_t many)
{
	const uint32_t df[2] = {few, many};
	struct ik_buf out;
	size_t first = 0;
	ink_error err;

	ik_buf_init(&out, REPLAY_MAX);
	ik_buf_put_u32(&out, n_docs - 1);
	out.len--;
	ik_buf_put_u16(&out, (uint16_t)(few - 1));
	ik_buf_put_u16(&out, (uint16_t)(many - 1));
	ik_buf_put_u16(&out, 0);
	for (size_t k = 0; k < 2; k++) {
		struct ik_post_builder b;
		uint32_t step = n_docs / df[k] - (n_docs > df[k]), doc = 0;

		ik_post_builder_init(&b);
		ik_post_begin(&b, n_docs, 0, NULL, NULL);
		for (uint32_t i = 0; i < df[k]; i++, doc += i % 20 < 10 ? 1 : step)
			image_ok(ik_post_add(&b, doc, 1, NULL, &err), &err);
		image_ok(ik_post_end(&b, &err), &err);
		ik_buf_put(&out, b.blob.data, b.blob.len);
		first = k == 0 ? b.blob.len : first;
		ik_post_builder_free(&b);
	}
	ik_store16(out.data + 7, (uint16_t)first);
	write_file(dir, "masks", name, out.data, out.len);
	ik_buf_free(&out);
}

/* Sections of a segment as the harnesses of their decoders take them. */
static void make_sections(const char *dir, struct image *image)
{
	struct ik_segment *seg;
	struct ik_section at;
	struct ik_buf buf;
	ink_error err;

	image_ok(ik_segment_open(&image->base, "seg-0000000000000003.ink", &seg, &err), &err);
	ik_buf_init(&buf, REPLAY_MAX);
	ik_buf_put_u8(&buf, 7); /* flags of a text's words; half of the terms are in each part */
	ik_buf_put_u16(&buf, (uint16_t)(seg->terms - 1));
	ik_buf_put(&buf, seg->dict_index.p, seg->dict_index.len);
	ik_buf_put(&buf, seg->dict.p, seg->dict.len);
	write_file(dir, "dict", "all-parts", buf.data, buf.len);
	for (uint32_t field = I_TAG; field <= I_DAY; field++) {
		char name[32];

		at = ik_segment_section(seg, field == I_TAG ? IK_SECTION_ORDINALS
		                                            : IK_SECTION_NUMBERS, field);
		ik_buf_clear(&buf);
		ik_buf_put_u8(&buf, field == I_TAG);
		ik_buf_put_u16(&buf, (uint16_t)(seg->n_docs - 1));
		ik_buf_put(&buf, at.p, at.len);
		snprintf(name, sizeof name, "field-%u", field);
		write_file(dir, "column", name, buf.data, buf.len);
	}
	ik_buf_clear(&buf);
	ik_buf_put_u16(&buf, (uint16_t)((seg->n_docs - 1) << 8));
	ik_buf_put(&buf, seg->stored.p, seg->stored.len);
	write_file(dir, "stored", "packed", buf.data, buf.len);
	write_file(dir, "stored", "lengths", "\1\3\2\0\1\0abc", 9);
	ik_buf_free(&buf);
	ik_segment_unref(seg);
}

/* The files of the index that fuzz_salvage.c damages, each behind the byte that says where. */
static void make_damaged(const char *dir)
{
	struct image image;

	image_make_of(&image, SALVAGE_DOCS);
	for (size_t i = 0; i < image.n; i++) {
		const struct image_file *f = &image.files[i];
		struct ik_buf buf;

		ik_buf_init(&buf, REPLAY_MAX);
		ik_buf_put_u8(&buf, (uint8_t)(128 + i));
		ik_buf_put(&buf, f->data, f->len);
		write_file(dir, "salvage", f->name, buf.data, buf.len);
		ik_buf_free(&buf);
	}
	image_free(&image);
}

static int make_corpus(const char *dir)
{
	struct ik_schema *schema = image_schema();
	struct ik_doc doc;
	struct ik_buf buf;
	struct image image;
	ink_error err;

	image_make(&image);
	for (size_t i = 0; i < image.n; i++) {
		const struct image_file *f = &image.files[i];

		write_file(dir, image_is_segment(f)             ? "segment"
		                : strncmp(f->name, "words", 5) == 0 ? "words"
		                                                : "manifest",
		           f->name, f->data, f->len);
	}
	make_damaged(dir);
	make_sections(dir, &image);
	ik_buf_init(&buf, REPLAY_MAX);
	ik_schema_encode(schema, &buf);
	write_file(dir, "schema", "every-type", buf.data, buf.len);
	ik_doc_init(&doc, schema);
	for (unsigned n = 1; n < 20; n += 4) {
		char name[32];

		ik_buf_clear(&buf);
		ik_doc_clear(&doc);
		image_ok(image_doc(&doc, n, &err), &err);
		ik_doc_encode(&doc, &buf);
		snprintf(name, sizeof name, "doc-%u", n);
		write_file(dir, "doc", name, buf.data, buf.len);
	}
	make_list(dir, "short", 3, 1000, 30);
	make_list(dir, "short-plain", 0, 1000, 100);
	make_list(dir, "blocks", 3, 400000, 300);
	make_list(dir, "blocks-plain", 1, 400000, 380);
	make_list(dir, "ranges", 3, 2000, 500);
	make_list(dir, "ranges-sparse", 3, 100000, 260);
	make_list(dir, "ranges-plain", 0, 3000, 3000);
	make_lists(dir, "two-ranges", 3000, 400, 900);
	make_lists(dir, "two-sparse", 100000, 260, 1000);
	make_lists(dir, "list-and-ranges", 20000, 30, 2000);
	make_lists(dir, "two-lists", 20000, 20, 35);
	ik_doc_release(&doc);
	ik_buf_free(&buf);
	ik_schema_free(schema);
	image_free(&image);
	return 0;
}

static int run_files(const char *name, char **files, int n)
{
	for (size_t i = 0; i < N_HARNESSES; i++)
		for (int k = 0; strcmp(harnesses[i].name, name) == 0 && k < n; k++) {
			size_t len;
			uint8_t *data = load_input(files[k], &len);

			harnesses[i].run(data, len);
			free(data);
		}
	return 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[N_HARNESSES + 1] = {
		cmocka_unit_test(test_seeds_are_of_this_format),
	};

	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make_corpus(argv[2]);
	if (argc > 2)
		return run_files(argv[1], argv + 2, argc - 2);
	for (size_t i = 0; i < N_HARNESSES; i++)
		tests[i + 1] = (struct CMUnitTest){harnesses[i].name, test_corpus, NULL, NULL,
		                                   (void *)(uintptr_t)&harnesses[i]};
	return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
