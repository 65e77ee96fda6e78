/*
 * damage.h - what is done with a damaged index: it is opened, searched,
 * merged and salvaged, and each gives an answer or an error, with no absurd
 * allocation and in time.
 */
#ifndef FAULT_DAMAGE_H
#define FAULT_DAMAGE_H

#include <time.h>

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

static inline void *give(void *user, size_t size)
{
	(void)user;
	most = size > most ? size : most;
	return size > ABSURD ? NULL : malloc(size);
}

static inline void *resize(void *user, void *ptr, size_t size)
{
	(void)user;
	most = size > most ? size : most;
	return size > ABSURD ? NULL : realloc(ptr, size);
}

static inline void take(void *user, void *ptr)
{
	(void)user;
	free(ptr);
}

/* What there is of segments, in one; and what a salvage makes of the folder. */
static inline void merge_and_salvage(const char *what, size_t at)
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
	if (image_said(ik_salvage(&image.base, dir, NULL, NULL, NULL, &out, &err), &err) == 0)
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

/* Ask every `step`th query from `first` on of the image, in which `what` is damaged at `at`. */
static inline void damage_ask(size_t first, size_t step, const char *what, size_t at)
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

static inline int damage_set_up(void **state)
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

static inline int damage_tear_down(void **state)
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

#endif
