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
		cmocka_unit_test(test_no_key_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
