/* test_snapshot.c - opening a commit while files come and go. */
#include "gen_index.h"

static void test_locate_and_find(void **state)
{
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct place p;
	uint32_t view, local;
	uint64_t doc;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_snapshot_open(p.dir, &snap, err));
	assert_int_equal(snap->n, 0);
	assert_int_equal(ik_snapshot_locate(snap, 0, &view, &local, NULL), INK_ENOTFOUND);
	ik_snapshot_unref(snap);
	ok(ik_writer_open(p.dir, &w, err));
	for (uint64_t i = 0; i < 3; i++) {
		struct ik_schema *s = gen_schema(1);

		put_range(w, s, i * 10, i * 10 + 10);
		ok(ik_writer_commit(w, NULL, err));
		ik_schema_free(s);
	}
	ok(ik_snapshot_open(p.dir, &snap, err));
	assert_int_equal(snap->n, 3);
	for (uint64_t i = 0; i < 30; i++) {
		char id[32];

		gen_id(id, i);
		ok(ik_snapshot_locate(snap, i, &view, &local, err));
		assert_int_equal(view, i / 10);
		assert_int_equal(local, i % 10);
		ok(ik_snapshot_find_key(snap, id, strlen(id), &doc, err));
		assert_int_equal(doc, i);
	}
	assert_int_equal(ik_snapshot_locate(snap, 30, &view, &local, NULL), INK_ENOTFOUND);
	ik_writer_close(w);
	ik_snapshot_unref(ik_snapshot_ref(snap));
	assert_int_equal(snap->docs, 30);
	ik_snapshot_unref(snap);
	place_close(&p);
}

static void test_readers_keep_what_the_writer_removed(void **state)
{
	(void)state;
	for (int on_disk = 0; on_disk < 2; on_disk++) {
		struct ik_schema *s = gen_schema(1);
		struct ik_snapshot *snap;
		struct dump before, after;
		struct ik_writer *w;
		struct place p;

		place_open(&p, on_disk);
		place_init(&p, 1);
		ok(ik_writer_open(p.dir, &w, err));
		put_range(w, s, 0, 40);
		ok(ik_writer_commit(w, NULL, err));
		ok(ik_snapshot_open(p.dir, &snap, err));
		dump_all(&before, snap);
		put_range(w, s, 40, 80);
		ok(ik_writer_delete(w, "doc-000001", 10, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		assert_int_equal(docs_in(p.dir), 79);
		ik_writer_close(w);
		place_close(&p); /* all files are gone */
		dump_all(&after, snap);
		dump_equal(&before, &after);
		assert_int_equal(snap->docs, 40);
		dump_free(&before);
		dump_free(&after);
		ik_snapshot_unref(snap);
		ik_schema_free(s);
	}
}

/*
 * A directory that runs a commit and an optimize between the reader's look
 * at the manifest and its opening of the files.
 */
struct racing {
	struct ik_dir dir;
	struct ik_dir *real;
	struct ik_writer *w;
	struct ik_schema *s;
	uint64_t next;
	int races;
};

static int racing_open(struct ik_dir *dir, const char *name, struct ik_in **out,
                       ink_error *why)
{
	struct racing *r = (struct racing *)dir;
	int rc = r->real->ops->open(r->real, name, out, why);

	if (strcmp(name, IK_MANIFEST_NAME) == 0 && r->races > 0) {
		r->races--;
		put_range(r->w, r->s, r->next, r->next + 5);
		r->next += 5;
		ok(ik_writer_optimize(r->w, 1, NULL, NULL, err));
	}
	return rc;
}

static void test_a_vanished_file_leads_to_the_next_commit(void **state)
{
	struct ik_dir_ops ops;
	struct racing r = {.races = 5};
	struct ik_snapshot *snap;
	struct place p;
	ink_error why;
	char name[IK_FILE_NAME_MAX];

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	r.s = gen_schema(1);
	r.real = p.dir;
	ops = *p.dir->ops;
	ops.open = racing_open;
	r.dir.ops = &ops;
	r.dir.path = p.dir->path;
	ok(ik_writer_open(p.dir, &r.w, err));
	put_range(r.w, r.s, 0, 5);
	r.next = 5;
	ok(ik_writer_commit(r.w, NULL, err));
	ok(ik_snapshot_open(&r.dir, &snap, err));
	assert_int_equal(snap->docs, 30);
	assert_int_equal(r.races, 0);
	ik_snapshot_unref(snap);
	/* Lost for good: damage, not an endless loop. */
	for (uint64_t id = 0; id < 64; id++) {
		ik_segment_name(id, name);
		p.dir->ops->remove(p.dir, name, NULL);
	}
	assert_int_equal(ik_snapshot_open(p.dir, &snap, &why), INK_ECORRUPT);
	assert_null(snap);
	assert_non_null(strstr(why.message, "seg-"));
	ik_writer_close(r.w);
	ik_schema_free(r.s);
	place_close(&p);
}

/* Commits of 10 documents each, whose segments are 1 to `n`. */
static void make_segments(struct place *p, uint64_t n)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;

	place_open(p, 0);
	place_init(p, 1);
	ok(ik_writer_open(p->dir, &w, err));
	for (uint64_t i = 0; i < n; i++) {
		put_range(w, s, i * 10, i * 10 + 10);
		ok(ik_writer_commit(w, NULL, err));
	}
	ik_writer_close(w);
	ik_schema_free(s);
}

/* Put one file in the place of another one. */
static void copy_file(struct ik_dir *dir, const char *from, const char *to)
{
	struct ik_out *out;
	struct ik_in *in;

	ok(dir->ops->open(dir, from, &in, err));
	dir->ops->remove(dir, to, NULL);
	ok(dir->ops->create(dir, to, &out, err));
	ok(out->write(out, in->data, in->len, err));
	ok(out->close(out, err));
	ik_in_close(in);
}

static void copy_segment(struct ik_dir *dir, uint64_t from, uint64_t to)
{
	char names[2][IK_FILE_NAME_MAX];

	ik_segment_name(from, names[0]);
	ik_segment_name(to, names[1]);
	copy_file(dir, names[0], names[1]);
}

/* Neither readers nor a writer take the index; the message says as much as `what`. */
static void must_refuse(struct ik_dir *dir, const char *what)
{
	struct ik_snapshot *snap;
	struct ik_writer *w;
	ink_error why;

	assert_int_equal(ik_snapshot_open(dir, &snap, &why), INK_ECORRUPT);
	assert_non_null(strstr(why.message, what));
	assert_int_equal(ik_writer_open(dir, &w, &why), INK_ECORRUPT);
	assert_non_null(strstr(why.message, what));
}

static void test_a_segment_of_another_length_is_noticed(void **state)
{
	struct ik_manifest m;
	struct place p;
	char what[100];

	(void)state;
	make_segments(&p, 2);
	ok(ik_manifest_read(p.dir, &m, err));
	assert_true(m.segments.v[0].bytes != m.segments.v[1].bytes);
	snprintf(what, sizeof what, "seg-0000000000000002.ink: %llu bytes, the manifest says %llu",
	         (unsigned long long)m.segments.v[0].bytes,
	         (unsigned long long)m.segments.v[1].bytes);
	copy_segment(p.dir, 1, 2);
	must_refuse(p.dir, what);
	ik_manifest_free(&m);
	place_close(&p);
}

/* Also where their lengths are the same, of flushed segments and of merged ones. */
static void test_a_segment_under_another_name_is_noticed(void **state)
{
	struct ik_manifest m;
	struct ik_writer *w;
	struct place p;

	(void)state;
	make_segments(&p, 2);
	ok(ik_manifest_read(p.dir, &m, err));
	copy_segment(p.dir, 1, 2);
	m.segments.v[1].bytes = m.segments.v[0].bytes;
	ok(ik_manifest_write(&m, p.dir, err));
	must_refuse(p.dir, "seg-0000000000000002.ink: origin: written as seg-0000000000000001.ink");
	ik_manifest_free(&m);
	place_close(&p);

	make_segments(&p, 3);
	ok(ik_writer_open(p.dir, &w, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ik_writer_close(w);
	ok(ik_manifest_read(p.dir, &m, err));
	copy_segment(p.dir, m.segments.v[0].id, 2);
	m.segments.v[0].id = 2;
	ok(ik_manifest_write(&m, p.dir, err));
	must_refuse(p.dir, "seg-0000000000000002.ink: origin: merged of seg-0000000000000002.ink");
	ik_manifest_free(&m);
	place_close(&p);
}

/* Of as many documents and deletions; of another segment, or of a commit before. */
static void test_deletions_under_another_name_are_noticed(void **state)
{
	char names[3][IK_FILE_NAME_MAX];
	struct ik_writer *w;
	struct place p;

	(void)state;
	make_segments(&p, 2);
	ik_live_name(1, 1, names[0]);
	ik_live_name(2, 1, names[1]);
	ik_live_name(2, 2, names[2]);
	ok(ik_writer_open(p.dir, &w, err));
	ok(ik_writer_delete(w, "doc-000001", 10, err));
	ok(ik_writer_delete(w, "doc-000011", 10, err));
	ok(ik_writer_commit(w, NULL, err));
	ik_writer_close(w);
	copy_file(p.dir, names[1], "aside");
	copy_file(p.dir, names[0], names[1]);
	must_refuse(p.dir, "seg-0000000000000002-1.del: written for segment 0000000000000001 as "
	                   "generation 1: another file under this name");
	copy_file(p.dir, "aside", names[1]);
	ok(ik_writer_open(p.dir, &w, err));
	ok(ik_writer_delete(w, "doc-000012", 10, err));
	ok(ik_writer_commit(w, NULL, err));
	ik_writer_close(w);
	copy_file(p.dir, "aside", names[2]);
	must_refuse(p.dir, "seg-0000000000000002-2.del: written for segment 0000000000000002 as "
	                   "generation 1: another file under this name");
	place_close(&p);
}

static void test_no_key_field(void **state)
{
	struct ik_snapshot *snap;
	struct place p;
	uint64_t doc;

	(void)state;
	place_open(&p, 0);
	place_init(&p, 0);
	ok(ik_snapshot_open(p.dir, &snap, err));
	assert_int_equal(ik_snapshot_find_key(snap, "a", 1, &doc, NULL), INK_ESCHEMA);
	ik_snapshot_unref(snap);
	ik_snapshot_unref(NULL);
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_locate_and_find),
		cmocka_unit_test(test_readers_keep_what_the_writer_removed),
		cmocka_unit_test(test_a_vanished_file_leads_to_the_next_commit),
		cmocka_unit_test(test_a_segment_of_another_length_is_noticed),
		cmocka_unit_test(test_a_segment_under_another_name_is_noticed),
		cmocka_unit_test(test_deletions_under_another_name_are_noticed),
		cmocka_unit_test(test_no_key_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
