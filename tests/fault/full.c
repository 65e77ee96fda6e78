/*
 * full.c - a file system that is full in truth: a small tmpfs, filled up to
 * the last pages. Adding, committing, merging and optimizing say that there is
 * no space, the index stays whole and readable meanwhile, and the same writer
 * goes on when there is space again.
 *
 * Mounting needs Linux and root; without them it is left out, aloud. With
 * --full: every page.
 */
#if defined(__linux__)
# define _GNU_SOURCE /* unshare() */
#endif
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#if defined(__linux__)
# include <sched.h>
# include <sys/mount.h>
#endif

#include "../support/gen.h"
#include "tally.h"

#define PAGE 4096
#define DISK_PAGES 8192
#define BATCH 60    /* documents of a commit */
#define BATCHES 14  /* more than a merge takes */

static int full, mounted;
static char disk[128], ballast[128];
static struct {
	uint64_t points, told;
} tried;

/* ---- the disk ---- */

/* In a namespace of this process: nobody else sees it, and it goes when we do. 0 or an errno. */
static int mount_at(const char *where)
{
#if defined(__linux__)
	char size[32];

	snprintf(size, sizeof size, "size=%d", DISK_PAGES * PAGE);
	return unshare(CLONE_NEWNS) == 0 &&
	               mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	               mount("tmpfs", where, "tmpfs", 0, size) == 0
	           ? 0
	           : errno;
#else
	(void)where;
	return ENOSYS;
#endif
}

static void unmount(const char *where)
{
#if defined(__linux__)
	(void)umount(where);
#else
	(void)where;
#endif
}

static uint64_t free_pages(void)
{
	struct statvfs fs;

	assert_int_equal(statvfs(ballast, &fs), 0);
	return (uint64_t)fs.f_bavail * fs.f_frsize / PAGE;
}

static void leave_pages(uint64_t pages)
{
	static const char page[PAGE];
	int fd = open(ballast, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	assert_true(fd >= 0);
	for (uint64_t n = free_pages(); n > pages; n--)
		assert_int_equal(write(fd, page, PAGE), PAGE);
	close(fd);
}

static void make_space(void)
{
	assert_int_equal(unlink(ballast), 0);
}

/* ---- what has to be the case while it is full ---- */

static void must_be_told(int rc, const char *what, uint64_t pages)
{
	if (rc != INK_EIO || err.sys_errno != ENOSPC || !is_message(err.message) ||
	    strstr(err.message, place->path) == NULL)
		fail_msg("%s with %llu pages: %s, errno %d: %s", what, (unsigned long long)pages,
		         ink_status_name(rc), err.sys_errno, err.message);
	tried.told++;
}

static void must_hold(const struct holding *want, const struct holding *or, const char *what)
{
	struct holding now = holding_of(place->path);

	if (memcmp(&now, want, sizeof now) != 0 && memcmp(&now, or, sizeof now) != 0)
		fail_msg("%s: %llu documents, neither before nor after", what,
		         (unsigned long long)now.docs);
}

/* An operation with so many pages left; what it answered. */
static int run_with(const struct operation *op, size_t i, uint64_t pages,
                    const struct holding *before, const struct holding *after)
{
	struct session s = {.path = place->path, .i = i};
	int rc;

	start_again();
	leave_pages(pages);
	rc = op->run(&s);
	if (rc != 0) {
		must_be_told(rc, op->name, pages);
		must_hold(before, after, op->name);
	}
	make_space();
	if (rc != 0 && s.w != NULL)
		OK(ink_writer_rollback(s.w, &err));
	if (rc != 0)
		OK(op->run(&s));
	session_close(&s);
	must_hold(after, after, op->name);
	tried.points++;
	return rc;
}

static void test_each_operation_with_every_number_of_pages_left(void **state)
{
	(void)state;
	if (!mounted)
		skip();
	for (size_t k = 0; k < N_OF(operations); k++)
		for (size_t i = 0; i < operations[k].n; i++) {
			struct session s = {.path = place->path, .i = i};
			struct holding before, after;
			uint64_t pages = 0;

			start_again();
			before = holding_of(place->path);
			OK(operations[k].run(&s));
			session_close(&s);
			after = holding_of(place->path);
			while (run_with(&operations[k], i, pages, &before, &after) != 0)
				pages += full ? 1 : 1 + pages / 4;
		}
}

/* ---- an index that there is no space for ---- */

static ink_index *create_with(const char *prefix, const ink_schema *schema, uint64_t pages)
{
	char path[sizeof place->path + 16];
	ink_index *index;
	int rc;

	snprintf(path, sizeof path, "%s%s", prefix, place->path);
	leave_pages(pages);
	rc = ink_index_create(path, schema, 0, &index, &err);
	if (rc != 0 && *prefix == '\0')
		must_be_told(rc, "creating", pages);
	else if (rc != 0)
		assert_true(rc == INK_EIO || rc == INK_EBACKEND); /* as libxapian tells it */
	make_space();
	tried.points++;
	return index;
}

/* What is not there is gone again; a folder that was there stays, empty as it was. */
static void try_to_make(const char *prefix)
{
	ink_schema *schema = every_field();

	for (int was_there = 0; was_there < 2; was_there++) {
		ink_index *index;
		uint64_t pages = 0;

		nftw(place->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		if (was_there)
			assert_int_equal(mkdir(place->path, 0777), 0);
		while ((index = create_with(prefix, schema, pages)) == NULL) {
			if (was_there) {
				assert_int_equal(rmdir(place->path), 0);
				assert_int_equal(mkdir(place->path, 0777), 0);
			} else {
				assert_int_not_equal(access(place->path, F_OK), 0);
			}
			pages++;
		}
		assert_true(pages > 0);
		ink_index_close(index);
	}
	ink_schema_free(schema);
}

static void test_an_index_that_cannot_be_made_leaves_nothing(void **state)
{
	(void)state;
	if (!mounted)
		skip();
	try_to_make("");
	if (is_there(&backends[1]))
		try_to_make("xapian:");
}

/* ---- many commits, with merges in the background ---- */

static int add_batch(ink_index *index, ink_writer *w, uint32_t batch)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < BATCH; i++) {
		struct gen g = {batch * BATCH + i};
		char id[16], body[2048], *p = body;
		ink_doc *doc;

		snprintf(id, sizeof id, "b%u-%u", batch, i);
		for (int k = 0; k < 120; k++) {
			gen_word(gen_below(&g, 20000), p);
			p += strlen(p);
			*p++ = ' ';
		}
		*p = '\0';
		doc = make_doc(index, id, NULL, body);
		rc = ink_writer_update(w, doc, &err);
		ink_doc_free(doc);
	}
	return rc == 0 ? ink_writer_commit(w, NULL, &err) : rc;
}

static uint64_t docs_of(ink_index *index)
{
	return count(index, "*:*");
}

/* Batch after batch until it is full, then space, and on; 1 when it never was. */
static int grow_with(uint64_t pages)
{
	uint64_t told = DOCS - 1, there;
	uint32_t batch = 0;
	ink_index *index;
	ink_writer *w;
	int rc = 0;

	start_again();
	OK(ink_index_open(place->path, 0, &index, &err));
	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_set_threads(w, 1 + (uint32_t)(pages % 2), &err));
	leave_pages(pages);
	for (; rc == 0 && batch < BATCHES; batch += rc == 0) {
		rc = add_batch(index, w, batch);
		told += rc == 0 ? BATCH : 0;
	}
	if (rc == 0)
		rc = ink_writer_optimize(w, 1, NULL, NULL, &err);
	if (rc != 0)
		must_be_told(rc, "growing", pages);
	OK(ink_index_check(place->path, NULL, NULL, &err));
	there = docs_of(index);
	if (there != told && !(rc != 0 && there == told + BATCH))
		fail_msg("%llu documents were told of, %llu are there",
		         (unsigned long long)told, (unsigned long long)there);
	make_space();
	if (rc != 0)
		OK(ink_writer_rollback(w, &err));
	for (; batch < BATCHES; batch++)
		OK(add_batch(index, w, batch));
	OK(ink_writer_optimize(w, 1, NULL, NULL, &err));
	assert_int_equal(docs_of(index), DOCS - 1 + BATCHES * BATCH);
	ink_writer_close(w);
	OK(ink_index_check(place->path, NULL, NULL, &err));
	ink_index_close(index);
	tried.points++;
	return rc == 0;
}

static void test_an_index_grows_until_the_disk_is_full(void **state)
{
	(void)state;
	if (!mounted)
		skip();
	for (uint64_t pages = 0; !grow_with(pages);)
		pages += full ? 2 : 5 + pages / 6;
}

static int set_up(void **state)
{
	int sys;

	if (start_make(state) != 0)
		return -1;
	snprintf(disk, sizeof disk, "%s/disk", place->dir);
	assert_int_equal(mkdir(disk, 0777), 0);
	sys = mount_at(disk);
	mounted = sys == 0;
	if (!mounted)
		fprintf(stderr, "[  LEFT OUT ] a full disk: cannot mount a tmpfs: %s\n",
		        strerror(sys));
	snprintf(place->path, sizeof place->path, "%s/disk/index", place->dir);
	snprintf(ballast, sizeof ballast, "%s/disk/ballast", place->dir);
	return 0;
}

static int tear_down(void **state)
{
	tally("a disk with so many pages left", tried.points);
	tally("such an error told", tried.told);
	if (mounted)
		unmount(disk);
	return place_free(state);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_operation_with_every_number_of_pages_left),
		cmocka_unit_test(test_an_index_that_cannot_be_made_leaves_nothing),
		cmocka_unit_test(test_an_index_grows_until_the_disk_is_full),
	};

	full = argc > 1 && strcmp(argv[1], "--full") == 0;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
