/*
 * fuzz_stored.c - blocks of stored documents: packed ones as they come and, since a fuzzer does not
 * guess checksums, any bytes packed here. Two bytes say which and how many documents.
 */
#include <libdeflate.h>

#include "fuzz.h"
#include "segment/meta.h"
#include "segment/stored.h"

#define STORED_DOCS 40

/* A block around the bytes: {raw length, zlib}; with `pack` 0 as they are. */
static uint8_t *stored_block(const uint8_t *data, size_t len, int pack, size_t *out_len)
{
	struct libdeflate_compressor *z;
	uint8_t *block;
	size_t room;

	if (!pack) {
		*out_len = len;
		return fuzz_copy(data, len, 64);
	}
	z = libdeflate_alloc_compressor(1);
	room = libdeflate_zlib_compress_bound(z, len);
	block = malloc(4 + room + 64);
	image_need(z != NULL && block != NULL, "cannot pack");
	ik_store32(block, (uint32_t)len);
	*out_len = 4 + libdeflate_zlib_compress(z, data, len, block + 4, room);
	image_need(*out_len > 4, "cannot pack");
	libdeflate_free_compressor(z);
	return block;
}

FUZZ(stored)
{
	uint8_t index[2 * IK_STORED_ENTRY] = {0}, *block;
	struct ik_segment seg = {0};
	struct ik_stored_reader reader;
	char name[] = "stored";
	size_t block_len;

	if (len < 2)
		return 0;
	block = stored_block(data + 2, len - 2, data[0] % 2, &block_len);
	seg.name = name;
	seg.n_docs = 1 + data[1] % STORED_DOCS;
	ik_store32(index + IK_STORED_ENTRY, seg.n_docs);
	ik_store64(index + IK_STORED_ENTRY + 4, block_len);
	seg.stored = (struct ik_section){block, block_len};
	seg.stored_index = (struct ik_section){index, sizeof index};
	ik_stored_reader_init(&reader, &seg);
	for (uint32_t doc = 0; doc < seg.n_docs; doc++) {
		const uint8_t *p;
		ink_error err = {0};
		unsigned sum = 0;
		size_t n;

		if (image_said(ik_stored_get(&reader, doc, &p, &n, &err), &err) != 0)
			break;
		for (size_t i = 0; i < n; i++)
			sum += p[i];
		image_need(sum <= 255 * n, "bytes of a document");
	}
	ik_stored_reader_free(&reader);
	free(block);
	return 0;
}
