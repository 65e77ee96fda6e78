/*
 * salvage.c - what is copied out of a damaged index: every document that was
 * not hit, with the values it had, each once; and what is lost is counted and
 * named. Meant for the sanitizers.
 *
 * With --full: every byte and every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <unistd.h>

#include "image.h"
#include "index/flush.h"
#include "index/salvage.h"
#include "index/writer_impl.h"

static int full;
static struct image image;
static struct ik_buf stored[IMAGE_DOCS]; /* what each document stores */
static uint64_t tried, copied, lost;

/* The last loss of a salvage. */
static struct {
	char file[64], section[32], message[300];
	unsigned n;
} told;

static int note(void *user, const ink_loss *loss)
{
	assert_int_equal(loss->struct_size, sizeof *loss);
	if (strncmp(loss->message, loss->file, strlen(loss->file)) == 0 ||
	    (loss->section[0] != '\0' && strstr(loss->message, loss->section) != NULL))
		fail_msg("twice: %s: %s: %s", loss->file, loss->section, loss->message);
	snprintf(told.file, sizeof told.file, "%s", loss->file);
	snprintf(told.section, sizeof told.section, "%s", loss->section);
	snprintf(told.message, sizeof told.message, "%s", loss->message);
	told.n++;
	return user != NULL;
}

/* ---- what has to come out ---- */

static void check_doc(const struct ik_snapshot *snap, unsigned n, uint64_t number)
{
	struct ik_doc doc;
	struct ik_buf buf;
	ink_error err;

	ik_doc_init(&doc, snap->schema);
	ik_buf_init(&buf, 1 << 20);
	image_ok(ik_stored_doc(snap, number, &doc, &err), &err);
	ik_doc_encode(&doc, &buf);
	if (buf.len != stored[n].len || memcmp(buf.data, stored[n].data, buf.len) != 0)
		fail_msg("document d%u has other values", n);
	ik_buf_free(&buf);
	ik_doc_release(&doc);
}

/* The new index is sound; its documents are those of the old one, each once. How many. */
static uint64_t check_copy(struct ik_dir *dir)
{
	struct ik_snapshot *snap;
	uint64_t there = 0, docs;
	ink_error err;

	image_ok(ik_snapshot_open(dir, &snap, &err), &err);
	for (uint32_t i = 0; i < snap->n; i++)
		image_ok(ik_segment_check(snap->views[i].seg, NULL, NULL, &err), &err);
	for (unsigned n = 0; n < IMAGE_DOCS; n++) {
		char key[16];
		uint64_t number;

		snprintf(key, sizeof key, "d%u", n);
		if (ik_snapshot_find_key(snap, key, strlen(key), &number, &err) != 0)
			continue;
		check_doc(snap, n, number);
		there++;
	}
	docs = snap->docs;
	ik_snapshot_unref(snap);
	assert_int_equal(there, docs);
	return docs;
}

/* How many documents a query finds. */
static uint64_t count(struct ik_dir *dir, const char *text)
{
	struct ik_snapshot *snap;
	struct ik_searcher *searcher;
	struct ik_query *query;
	struct ik_results *results;
	struct ik_request r;
	uint64_t total;
	ink_error err;

	image_ok(ik_snapshot_open(dir, &snap, &err), &err);
	image_ok(ik_searcher_open(snap, &searcher, &err), &err);
	image_ok(ik_query_parse(snap->schema, text, strlen(text), 0, &query, &err), &err);
	ik_request_init(&r, searcher, query);
	r.exact = 1;
	image_ok(ik_search_run(&r, &results, &err), &err);
	total = results->total;
	ik_results_free(results);
	ik_request_release(&r);
	ik_query_unref(query);
	ik_searcher_unref(searcher);
	ik_snapshot_unref(snap);
	return total;
}

/* Salvage the image; the new index is the caller's, NULL when there was nothing to be had. */
static struct ik_dir *salvage(ink_salvage *out)
{
	struct ik_dir *dir;
	ink_error err = {0};
	int rc;

	memset(&told, 0, sizeof told);
	image_ok(ik_dir_mem(&dir, &err), &err);
	rc = image_said(ik_salvage(&image.base, dir, note, NULL, NULL, out, &err), &err);
	tried++;
	if (rc == 0) {
		assert_int_equal(check_copy(dir), out->docs);
		assert_int_equal(told.n, out->losses);
		copied += out->docs;
		lost += out->lost;
		return dir;
	}
	assert_true(rc == INK_ECORRUPT || rc == INK_ENOTFOUND);
	ik_dir_free(dir);
	return NULL;
}

/* With one file or section damaged all documents are copied or counted. */
static void salvage_one(const char *file, size_t at, ink_salvage *out)
{
	struct ik_dir *dir = salvage(out);

	if (dir == NULL || out->docs + out->lost != IMAGE_DOCS)
		fail_msg("%s, byte %zu: %llu copied, %llu lost (%s: %s: %s)", file, at,
		         (unsigned long long)out->docs, (unsigned long long)out->lost, told.file,
		         told.section, told.message);
	ik_dir_free(dir);
}

static struct image_file *find(const char *part)
{
	for (size_t i = 0; i < image.n; i++)
		if (strstr(image.files[i].name, part) != NULL)
			return &image.files[i];
	fail_msg("no file %s", part);
	return NULL;
}

/* Show the folder without a file; bring_back() undoes it. */
static void hide(struct image_file *f)
{
	f->name[0] ^= 0x40;
}

/* ---- */

static void test_a_whole_index_is_copied_whole(void **state)
{
	static const char *const queries[] = {"ink", "note:ink", "tag:t1", "num>100", "price<5",
	                                      "\"ink stone\"", "title:\"common w2\""};
	ink_salvage out;
	struct ik_dir *dir = salvage(&out);

	(void)state;
	assert_int_equal(out.docs, IMAGE_DOCS);
	assert_int_equal(out.losses + out.lost + out.bare + out.damaged, 0);
	assert_int_equal(out.segments, 2);
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		if (count(dir, queries[i]) != count(&image.base, queries[i]))
			fail_msg("%s finds something else", queries[i]);
	ik_dir_free(dir);
}

/* A byte of every section of every segment: the loss names both, and only stored values go. */
static void test_every_section_damaged_in_turn(void **state)
{
	uint64_t tagged = count(&image.base, "tag:t1"), noted = count(&image.base, "note:ink");

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		const uint8_t *table;
		uint32_t n;

		if (!image_is_segment(f))
			continue;
		table = f->data + ik_load64(f->data + f->len - IK_FOOTER_LEN);
		n = ik_load32(f->data + f->len - IK_FOOTER_LEN + 8);
		for (uint32_t s = 0; s < n; s++, table += IK_SECTION_LEN) {
			uint32_t kind = ik_load32(table);
			uint8_t *at = f->data + ik_load64(table + 8) + ik_load64(table + 16) / 2;
			ink_salvage out;
			struct ik_dir *dir;

			*at ^= 0x5a;
			dir = salvage(&out);
			*at ^= 0x5a;
			assert_non_null(dir);
			assert_string_equal(told.file, f->name);
			assert_int_equal(out.damaged, 1);
			if (kind != IK_SECTION_META) /* it does not open without */
				assert_string_equal(told.section, ik_section_name(kind));
			assert_int_equal(out.docs + out.lost, IMAGE_DOCS);
			assert_true((out.lost > 0) == (kind == IK_SECTION_STORED));
			if (kind == IK_SECTION_STORED_INDEX || kind == IK_SECTION_ORIGIN)
				assert_int_equal(count(dir, "note:ink"), noted);
			if (kind == IK_SECTION_POSTINGS || kind == IK_SECTION_NORMS) {
				assert_int_equal(count(dir, "tag:t1"), tagged);
				assert_true(out.bare > 0);
			}
			ik_dir_free(dir);
		}
	}
}

static void test_every_byte_changed(void **state)
{
	size_t step = full ? 1 : 37;

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];

		for (size_t at = i % step; at < f->len; at += step) {
			ink_salvage out;

			f->data[at] ^= (uint8_t)(1u << at % 8);
			salvage_one(f->name, at, &out);
			f->data[at] ^= (uint8_t)(1u << at % 8);
		}
	}
}

static void test_every_file_cut_short(void **state)
{
	size_t step = full ? 1 : 97;

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		size_t whole = f->len;

		for (f->len = i; f->len < whole; f->len += step) {
			size_t len = f->len;
			ink_salvage out;

			salvage_one(f->name, len, &out);
		}
		f->len = whole;
	}
}

static void test_every_file_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct image_file *f = &image.files[i];
		int is_lock = strcmp(f->name, IK_LOCK_NAME) == 0;
		ink_salvage out;

		hide(f);
		salvage_one(f->name, 0, &out);
		hide(f);
		assert_int_equal(out.losses, !is_lock);
	}
}

/* Lengths of none, with right checksums, for a document that has terms: the copy is sound. */
static void test_forged_lengths_get_into_no_copy(void **state)
{
	struct image_file *f = find("seg-0000000000000001.ink");
	const uint8_t *footer = f->data + f->len - IK_FOOTER_LEN;
	unsigned forged = 0;

	(void)state;
	for (const uint8_t *at = f->data + ik_load64(footer); at < footer; at += IK_SECTION_LEN) {
		uint8_t *norm = f->data + ik_load64(at + 8) + 100, was = *norm;
		ink_salvage out;

		if (ik_load32(at) != IK_SECTION_NORMS)
			continue;
		*norm = 0;
		image_forge(f);
		salvage_one(f->name, (size_t)(norm - f->data), &out);
		*norm = was;
		image_forge(f);
		forged++;
	}
	assert_true(forged > 2);
}

/* Nothing says what was deleted, and nothing is in the manifest: the newest of a key is there. */
static void test_the_newest_of_a_key_without_manifest_and_deletions(void **state)
{
	struct image_file *manifest = find(IK_MANIFEST_NAME), *deletions = find(".del");
	ink_salvage out;
	struct ik_dir *dir;

	(void)state;
	hide(manifest);
	hide(deletions);
	dir = salvage(&out);
	assert_non_null(dir);
	assert_int_equal(out.docs, IMAGE_DOCS);
	assert_int_equal(out.lost, 0);
	ik_dir_free(dir);
	hide(manifest);
	hide(deletions);
}

/* One file in the place of another one: what it stands for is lost, and its keys stand once. */
static void test_a_segment_in_the_place_of_another(void **state)
{
	struct image_file *manifest = find(IK_MANIFEST_NAME);
	struct image_file *first = find("seg-0000000000000001.ink");
	struct image_file *second = find("seg-0000000000000003.ink"), was = *second;

	(void)state;
	for (int gone = 0; gone < 2; gone++) {
		ink_salvage out;
		struct ik_dir *dir;

		second->data = first->data;
		second->len = first->len;
		if (gone)
			hide(manifest);
		dir = salvage(&out);
		if (gone)
			hide(manifest);
		*second = was;
		assert_non_null(dir);
		if (out.damaged == 0 || out.docs != IMAGE_DOCS - 7)
			fail_msg("%d: %u damaged, %llu documents: %s", gone, (unsigned)out.damaged,
			         (unsigned long long)out.docs, told.message);
		ik_dir_free(dir);
	}
}

/* Two segments, the one that they were merged into, and no manifest. */
static void make_leftovers(struct image *all)
{
	struct ik_schema *schema = image_schema();
	struct ik_writer *w;
	struct ik_dir *dir;
	ink_error err;

	image_ok(ik_dir_mem(&dir, &err), &err);
	image_ok(ik_index_init(dir, schema, &err), &err);
	image_ok(ik_writer_open(dir, &w, &err), &err);
	image_put(w, schema, 0, IMAGE_DOCS - 7);
	image_put(w, schema, IMAGE_DOCS - 12, IMAGE_DOCS);
	image_take(all, dir);
	image_ok(ik_writer_optimize(w, 1, NULL, NULL, &err), &err);
	ik_writer_close(w);
	image_take(all, dir);
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->files[i].name, IK_MANIFEST_NAME) == 0)
			hide(&all->files[i]);
	ik_dir_free(dir);
	ik_schema_free(schema);
}

/* Files of segments that were merged meanwhile are no documents twice. */
static void test_segments_that_were_merged_count_once(void **state)
{
	struct image all = {.n = 0}, was = image;
	struct ik_dir *dir;
	ink_salvage out;

	(void)state;
	make_leftovers(&all);
	image = all;
	dir = salvage(&out);
	assert_non_null(dir);
	assert_int_equal(out.docs, IMAGE_DOCS);
	assert_int_equal(out.segments, 1);
	ik_dir_free(dir);
	image = was;
	image_free(&all);
}

/* The file of the greatest id. */
static struct image_file *newest_segment(void)
{
	struct image_file *newest = NULL;

	for (size_t i = 0; i < image.n; i++)
		if (strstr(image.files[i].name, "seg-") == image.files[i].name &&
		    strstr(image.files[i].name, ".ink") != NULL &&
		    (newest == NULL || strcmp(image.files[i].name, newest->name) > 0))
			newest = &image.files[i];
	assert_non_null(newest);
	return newest;
}

/* The merged one under the name of an input: it does not stand for itself, and is taken. */
static void test_a_merged_segment_under_the_name_of_an_input(void **state)
{
	struct image all = {.n = 0}, was = image;
	struct image_file *input, *merged;
	struct ik_dir *dir;
	ink_salvage out;

	(void)state;
	make_leftovers(&all);
	image = all;
	merged = newest_segment();
	input = find("seg-0000000000000001.ink");
	free(input->data);
	*input = *merged;
	snprintf(input->name, sizeof input->name, "seg-0000000000000001.ink");
	merged->data = NULL;
	hide(merged);
	dir = salvage(&out);
	assert_non_null(dir);
	assert_int_equal(out.docs, IMAGE_DOCS);
	ik_dir_free(dir);
	all = image;
	image = was;
	image_free(&all);
}

/*
 * Wherever the merged one is damaged, nothing is lost while its inputs are
 * there. Behind its sections is the table, without which nothing tells that it
 * was merged: then its documents come as well, of each key the newest.
 */
static void test_whole_inputs_stand_in_for_a_damaged_merge(void **state)
{
	struct image all = {.n = 0}, was = image;
	struct image_file *merged, *input;
	uint64_t table;
	struct ik_dir *dir;
	ink_salvage out;

	(void)state;
	make_leftovers(&all);
	image = all;
	merged = newest_segment();
	table = ik_load64(merged->data + merged->len - 32);
	for (uint64_t at = 0; at < table; at += full ? 1 : table / 60) {
		merged->data[at] ^= 0xff;
		dir = salvage(&out);
		assert_non_null(dir);
		if (out.docs != IMAGE_DOCS || out.lost != 0 || out.bare != 0)
			fail_msg("byte %zu: %llu of %d, %llu lost, %llu bare", at,
			         (unsigned long long)out.docs, IMAGE_DOCS, (unsigned long long)out.lost,
			         (unsigned long long)out.bare);
		ik_dir_free(dir);
		merged->data[at] ^= 0xff;
	}
	/* One of them is damaged too: what is left of the merged one is all there is. */
	input = find("1.ink");
	input->data[input->len / 2] ^= 0xff;
	merged->data[merged->len / 2] ^= 0xff;
	dir = salvage(&out);
	assert_non_null(dir);
	assert_int_equal(out.segments, 1);
	assert_int_equal(out.docs + out.lost, IMAGE_DOCS);
	ik_dir_free(dir);
	image = was;
	image_free(&all);
}

/* ---- a merge that no commit took over ---- */

/* Delete the documents from `from` on in segment `at`, which become generation 1. */
static void delete_docs(struct ik_dir *dir, uint64_t id, uint32_t n_docs, uint32_t from,
                        uint32_t to)
{
	struct ik_live *live;
	char name[IK_FILE_NAME_MAX];
	uint64_t bytes;
	ink_error err;

	image_ok(ik_live_new(n_docs, &live, &err), &err);
	for (; from < to; from++)
		ik_live_delete(live, from);
	ik_live_name(id, 1, name);
	image_ok(ik_live_write(live, dir, name, (struct ik_live_of){id, 1}, &bytes, &err), &err);
	ik_live_free(live);
}

#define EACH 100 /* documents of each of the two segments */

/*
 * Segments 1 and 2 and what they were merged into, 3, without a manifest. In
 * segment 1 documents up to `known` were deleted when the merge began, and up
 * to `later` in the file of the last commit; in segment 3 those up to `taken`.
 */
static void make_merge(struct image *all, uint32_t known, uint32_t later, uint32_t taken)
{
	struct ik_schema *schema = image_schema();
	struct ik_merge_input in[2];
	struct ik_merge_order how = {.memory = 0};
	struct ik_merge_result result;
	struct ik_writer *w;
	struct ik_dir *dir;
	struct ik_live *then;
	char name[IK_FILE_NAME_MAX];
	ink_error err;

	image_ok(ik_dir_mem(&dir, &err), &err);
	image_ok(ik_index_init(dir, schema, &err), &err);
	image_ok(ik_writer_open(dir, &w, &err), &err);
	image_put(w, schema, 0, EACH);
	image_put(w, schema, EACH, 2 * EACH);
	image_ok(ik_live_new(EACH, &then, &err), &err);
	for (uint32_t i = 0; i < known; i++)
		ik_live_delete(then, i);
	in[0] = (struct ik_merge_input){w->segs.v[0]->seg, then};
	in[1] = (struct ik_merge_input){w->segs.v[1]->seg, NULL};
	ik_segment_name(3, name);
	image_ok(ik_merge(in, 2, dir, name, schema, &how, NULL, &result, &err), &err);
	ik_free(result.new_of);
	ik_live_free(then);
	if (later > 0)
		delete_docs(dir, 1, EACH, 0, later);
	if (taken > 0)
		delete_docs(dir, 3, 2 * EACH - known, 0, taken);
	image_take(all, dir);
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->files[i].name, IK_MANIFEST_NAME) == 0)
			hide(&all->files[i]);
	ik_writer_close(w);
	ik_dir_free(dir);
	ik_schema_free(schema);
}

static void test_deletions_after_a_merge_began_are_not_undone(void **state)
{
	static const struct {
		uint32_t known, later, taken; /* of make_merge() */
		uint32_t segments, docs;
		int noted; /* that deleted documents may be back */
	} cases[] = {
		{10, 10, 0, 1, 190, 0}, /* the same in both */
		{0, 30, 0, 2, 170, 0},  /* committed while it was merged, which no commit knows */
		{10, 30, 0, 2, 170, 0},
		{10, 30, 20, 1, 170, 0}, /* taken over, with the deletions since it began */
		{10, 30, 50, 1, 140, 0}, /* and with later ones */
		{0, 0, 5, 1, 195, 0},
		{10, 0, 0, 2, 200, 1}, /* begun with deletions that may never have been committed */
	};
	struct image was = image;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct image all = {.n = 0};
		struct ik_dir *dir;
		ink_salvage out;

		make_merge(&all, cases[i].known, cases[i].later, cases[i].taken);
		image = all;
		dir = salvage(&out);
		assert_non_null(dir);
		if (out.docs != cases[i].docs || out.segments != cases[i].segments ||
		    out.losses != 1u + (unsigned)cases[i].noted || out.damaged != 0)
			fail_msg("case %zu: %llu documents, %llu segments, %llu losses", i,
			         (unsigned long long)out.docs, (unsigned long long)out.segments,
			         (unsigned long long)out.losses);
		ik_dir_free(dir);
		image = was;
		image_free(&all);
	}
}

/* ---- many documents, of which some are there in two versions ---- */

#define MANY 12600u /* documents of a segment; of eight it is enough to look for another order */
#define TWICE 100u  /* of these, have a newer version in the last one */
#define REDONE 2000u

static struct ik_schema *versions_schema(void)
{
	struct ik_schema *s;
	ink_error err;

	image_ok(ik_schema_new(&s, &err), &err);
	image_ok(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | INK_KEY, NULL, &err), &err);
	image_ok(ik_schema_add(s, "body", INK_TEXT, INK_STORED, "whitespace", &err), &err);
	return s;
}

/* About a topic that follows from the key, and another one in the newer version. */
static void add_version(struct ik_memindex *mem, struct ik_doc *doc, uint32_t key, int newer)
{
	uint32_t topic = newer ? key * 3 + 1 : key;
	char id[16], body[128];
	int len = 0;
	ink_error err;

	snprintf(id, sizeof id, "d%u", (unsigned)key);
	for (uint32_t i = 0; i < 6; i++)
		len += snprintf(body + len, sizeof body - (size_t)len, "t%uw%u ",
		                (unsigned)(topic % 8), (unsigned)((key / 8 + i * i) % 40));
	snprintf(body + len, sizeof body - (size_t)len, "%s", newer ? "newer" : "older");
	ik_doc_clear(doc);
	image_ok(ik_doc_add_text(doc, "id", id, strlen(id), &err), &err);
	image_ok(ik_doc_add_text(doc, "body", body, strlen(body), &err), &err);
	image_ok(ik_memindex_add(mem, doc, 0, &err), &err);
}

/* The end of a segment file is lost. */
static void cut(struct ik_dir *dir, const char *name)
{
	struct ik_in *in;
	struct ik_out *out;
	ink_error err;

	image_ok(dir->ops->open(dir, name, &in, &err), &err);
	image_ok(dir->ops->create(dir, name, &out, &err), &err);
	image_ok(out->write(out, in->data, in->len - 8, &err), &err);
	image_ok(out->close(out, &err), &err);
	ik_in_close(in);
}

/* Eight segments, without the deletions of the first one, and a damaged one. */
static struct ik_dir *make_versions(void)
{
	struct ik_manifest m = {.generation = 2, .next_id = 10, .schema = versions_schema()};
	struct ik_memindex *mem;
	struct ik_doc doc;
	struct ik_dir *dir;
	ink_error err;

	image_ok(ik_dir_mem(&dir, &err), &err);
	image_ok(ik_memindex_new(m.schema, &mem, &err), &err);
	ik_doc_init(&doc, m.schema);
	for (uint32_t id = 1; id <= 9; id++) {
		uint32_t n = id == 9 ? REDONE : MANY, newer = id == 8 ? TWICE : 0;
		struct ik_manifest_segment *s = ik_vec_push(&m.segments);
		char name[IK_FILE_NAME_MAX];

		assert_non_null(s);
		*s = (struct ik_manifest_segment){.id = id, .n_docs = n};
		ik_segment_name(id, name);
		for (uint32_t i = 0; i < n; i++)
			add_version(mem, &doc, i < newer ? i : id * MANY + i, i < newer);
		for (uint32_t i = 0; id == 1 && i < TWICE; i++)
			add_version(mem, &doc, i, 0);
		s->n_docs = mem->n_docs;
		image_ok(ik_flush(mem, dir, name, &s->bytes, &err), &err);
		image_ok(ik_memindex_reset(mem, &err), &err);
		if (id == 9)
			cut(dir, name);
	}
	m.segments.v[0].deleted = TWICE;
	m.segments.v[0].live_gen = 1;
	image_ok(ik_manifest_write(&m, dir, &err), &err);
	ik_manifest_free(&m);
	ik_memindex_free(mem);
	ik_doc_release(&doc);
	return dir;
}

/* Once documents are indexed anew, wait for the merge that the eight segments before are worth. */
static int await_merge(void *user, const ink_progress *progress)
{
	struct ik_dir *dst = user;
	struct ik_segment *seg;
	char name[IK_FILE_NAME_MAX];

	if (progress->done <= 8 * MANY + TWICE) /* those that are back */
		return 0;
	ik_segment_name(9, name);
	while (ik_segment_open(dst, name, &seg, NULL) != 0)
		;
	ik_segment_unref(seg);
	return 0;
}

static void test_the_newest_of_a_key_after_a_large_merge(void **state)
{
	struct ik_dir *src = make_versions(), *dst;
	ink_salvage out;
	ink_error err;

	(void)state;
	image_ok(ik_dir_mem(&dst, &err), &err);
	alarm(120); /* that is how it fails when no merge begins */
	image_ok(ik_salvage(src, dst, NULL, await_merge, dst, &out, &err), &err);
	alarm(0);
	assert_int_equal(out.docs, 8 * MANY + REDONE);
	assert_int_equal(count(dst, "body:newer"), TWICE);
	ik_dir_free(src);
	ik_dir_free(dst);
}

/* ---- */

static void test_a_callback_stops_it(void **state)
{
	struct image_file *f = find(".del");
	struct ik_dir *dir;
	ink_salvage out;
	ink_error err;

	(void)state;
	image_ok(ik_dir_mem(&dir, &err), &err);
	f->data[0] ^= 1;
	assert_int_equal(ik_salvage(&image.base, dir, note, NULL, dir, &out, &err), INK_ECANCELED);
	f->data[0] ^= 1;
	ik_dir_free(dir);
}

static int stop_at(void *user, const ink_progress *progress)
{
	int64_t *left = user;

	assert_int_equal(progress->phase, INK_PHASE_SALVAGE);
	assert_true(progress->total == 0 || progress->done <= progress->total);
	return (*left)-- == 0;
}

static int count_file(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return 0;
}

/* Where nothing is damaged, in a merge, while documents are indexed anew, without a manifest. */
static void test_every_call_can_stop_it_and_nothing_is_left(void **state)
{
	struct image_file *damaged[] = {NULL, find("2.ink"), find(IK_MANIFEST_NAME)};

	(void)state;
	for (size_t d = 0; d < sizeof damaged / sizeof *damaged; d++) {
		struct image_file *f = damaged[d];
		int rc = INK_ECANCELED;
		int64_t calls = 0;

		if (f != NULL)
			f->data[f->len / 2] ^= 1;
		for (; rc == INK_ECANCELED; calls++) {
			int64_t left = calls;
			struct ik_dir *dir;
			ink_salvage out;
			ink_error err = {0};
			int files = 0;

			image_ok(ik_dir_mem(&dir, &err), &err);
			rc = ik_salvage(&image.base, dir, NULL, stop_at, &left, &out, &err);
			image_ok(dir->ops->list(dir, count_file, &files, &err), &err);
			if (rc != 0)
				assert_int_equal(files, 0);
			ik_dir_free(dir);
		}
		assert_int_equal(rc, 0);
		assert_true(calls > 5);
		if (f != NULL)
			f->data[f->len / 2] ^= 1;
	}
}

/* With damage of several kinds at once, so that all ways are gone. */
static void test_every_allocation_failing(void **state)
{
	struct image_file *segment = find("2.ink"), *manifest = find(IK_MANIFEST_NAME);
	int64_t before = ik_mem_live();
	int rc = INK_ENOMEM;

	(void)state;
	segment->data[segment->len / 2] ^= 1;
	manifest->data[20] ^= 1;
	for (int64_t n = 0; rc != 0; n += full ? 1 : 7) {
		struct ik_dir *dir;
		ink_salvage out;
		ink_error err = {0};

		image_ok(ik_dir_mem(&dir, &err), &err);
		ik_mem_fail_after(n, 0);
		rc = ik_salvage(&image.base, dir, NULL, NULL, NULL, &out, &err);
		ik_mem_fail_after(-1, 0);
		if (rc != 0 && rc != INK_ENOMEM)
			fail_msg("allocation %lld: %s", (long long)n, err.message);
		ik_dir_free(dir);
		assert_int_equal(ik_mem_live(), before);
	}
	segment->data[segment->len / 2] ^= 1;
	manifest->data[20] ^= 1;
}

/* ---- */

static int set_up(void **state)
{
	struct ik_schema *schema = image_schema();
	struct ik_doc doc;
	ink_error err;

	(void)state;
	image_make(&image);
	ik_doc_init(&doc, schema);
	for (unsigned n = 0; n < IMAGE_DOCS; n++) {
		ik_doc_clear(&doc);
		image_ok(image_doc(&doc, n, &err), &err);
		ik_buf_init(&stored[n], 1 << 20);
		ik_doc_encode(&doc, &stored[n]);
	}
	ik_doc_release(&doc);
	ik_schema_free(schema);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%llu damaged indexes salvaged: %llu documents copied, %llu lost and "
	              "counted\n", (unsigned long long)tried, (unsigned long long)copied,
	              (unsigned long long)lost);
	for (unsigned n = 0; n < IMAGE_DOCS; n++)
		ik_buf_free(&stored[n]);
	image_free(&image);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_index_is_copied_whole),
		cmocka_unit_test(test_every_section_damaged_in_turn),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_every_file_cut_short),
		cmocka_unit_test(test_every_file_missing),
		cmocka_unit_test(test_forged_lengths_get_into_no_copy),
		cmocka_unit_test(test_the_newest_of_a_key_without_manifest_and_deletions),
		cmocka_unit_test(test_a_segment_in_the_place_of_another),
		cmocka_unit_test(test_segments_that_were_merged_count_once),
		cmocka_unit_test(test_a_merged_segment_under_the_name_of_an_input),
		cmocka_unit_test(test_whole_inputs_stand_in_for_a_damaged_merge),
		cmocka_unit_test(test_deletions_after_a_merge_began_are_not_undone),
		cmocka_unit_test(test_the_newest_of_a_key_after_a_large_merge),
		cmocka_unit_test(test_a_callback_stops_it),
		cmocka_unit_test(test_every_call_can_stop_it_and_nothing_is_left),
		cmocka_unit_test(test_every_allocation_failing),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	ik_mem_watch();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
