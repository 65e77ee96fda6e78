/* fuzz_manifest.c - manifests and delete bitmaps with right checksums. */
#include "fuzz.h"

FUZZ(manifest)
{
	struct image image = {{&image_ops, "image"}, {{IK_MANIFEST_NAME, NULL, len}}, 1};
	struct ik_manifest m;
	struct ik_live *live = NULL;
	ink_error err = {0};

	image.files[0].data = fuzz_copy(data, len, 0);
	image_forge(&image.files[0]);
	if (image_said(ik_manifest_read(&image.base, &m, &err), &err) == 0) {
		image_need(m.schema != NULL && m.stamp != NULL, "half a manifest");
		ik_manifest_free(&m);
	}
	if (len >= 40) {
		const struct ik_live_of of = {ik_load64(data + 24), ik_load64(data + 32)};

		image_said(ik_live_read(&image.base, IK_MANIFEST_NAME, of, ik_load32(data + 12),
		                        &live, &err), &err);
	}
	ik_live_free(live);
	image_free(&image);
	return 0;
}
