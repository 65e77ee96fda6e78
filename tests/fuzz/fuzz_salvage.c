/*
 * fuzz_salvage.c - the small index with one of its files replaced: what is copied out of it is
 * sound. The first byte says which file, and whether its checksums are made right.
 */
#include "fuzz.h"
#include "index/salvage.h"

#define SALVAGE_DOCS 30 /* few: a salvage reads all that was not replaced as well */

static void salvage_image(struct image *image)
{
	struct ik_snapshot *snap;
	struct ik_dir *dir;
	ink_salvage out;
	ink_error err = {0};

	image_ok(ik_dir_mem(&dir, &err), &err);
	if (image_said(ik_salvage(&image->base, dir, NULL, NULL, NULL, &out, &err), &err) == 0) {
		image_ok(ik_snapshot_open(dir, &snap, &err), &err);
		image_need(snap->docs == out.docs, "another number of documents");
		for (uint32_t i = 0; i < snap->n; i++)
			image_ok(ik_segment_check(snap->views[i].seg, NULL, NULL, &err), &err);
		ik_snapshot_unref(snap);
	}
	ik_dir_free(dir);
}

FUZZ(salvage)
{
	static struct image image;
	struct image_file *f, was;

	if (len == 0)
		return 0;
	if (image.n == 0)
		image_make_of(&image, SALVAGE_DOCS);
	f = &image.files[data[0] % 16 % image.n];
	was = *f;
	f->data = fuzz_copy(data + 1, len - 1, 0);
	f->len = len - 1;
	if (data[0] >= 128)
		image_forge(f);
	salvage_image(&image);
	free(f->data);
	*f = was;
	return 0;
}
