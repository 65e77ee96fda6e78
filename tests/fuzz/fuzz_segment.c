/* fuzz_segment.c - a segment file with right checksums: opened, checked, walked, searched. */
#include "fuzz.h"
#include "index/view.h"

FUZZ(segment)
{
	static struct ik_schema *schema;
	struct image image = {{&image_ops, "image"}, {{"seg-0000000000000001.ink", NULL, len}}, 1};
	struct ik_segment *seg = NULL;
	struct ik_snapshot *snap;
	struct ik_searcher *searcher;
	ink_error err = {0};

	if (schema == NULL)
		schema = image_schema();
	image.files[0].data = fuzz_copy(data, len, 0);
	image_forge(&image.files[0]);
	if (image_said(ik_segment_open(&image.base, image.files[0].name, &seg, &err), &err) == 0) {
		(void)image_said(ik_segment_check(seg, NULL, NULL, &err), &err);
		image_ok(ik_snapshot_new(schema, 1, 1, &snap, &err), &err);
		ik_snapshot_push(snap, seg, NULL, len);
		if (image_said(ik_searcher_open(snap, &searcher, &err), &err) == 0) {
			uint32_t pick = ik_crc32(0, data, len);

			for (unsigned i = 0; i < 4; i++, pick >>= 8)
				image_search(searcher, (pick & 0xff) % IMAGE_QUERIES);
			ik_searcher_unref(searcher);
		}
		if (snap->docs < 100000)
			image_walk(snap);
		ik_snapshot_unref(snap);
	}
	image_free(&image);
	return 0;
}
