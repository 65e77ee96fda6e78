/* mem_file.c - the bytes of a file in memory, which readers hold while it grows. Layer: store. */
#include "store/mem_file.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"

#define ALIGN ((size_t)64)

struct ik_mem_blob {
	_Atomic size_t refs;
	size_t cap;
	uint8_t *data; /* within this allocation, aligned */
};

static struct ik_mem_blob *blob_new(size_t cap)
{
	struct ik_mem_blob *blob;
	uintptr_t start;

	if (cap > PTRDIFF_MAX - sizeof *blob - ALIGN)
		return NULL;
	blob = ik_alloc(sizeof *blob + ALIGN + cap);
	if (blob == NULL)
		return NULL;
	start = (uintptr_t)(blob + 1);
	atomic_init(&blob->refs, 1);
	blob->cap = cap;
	blob->data = (uint8_t *)(blob + 1) + (ALIGN - start % ALIGN) % ALIGN;
	return blob;
}

void ik_mem_blob_drop(struct ik_mem_blob *blob)
{
	if (blob != NULL && atomic_fetch_sub(&blob->refs, 1) == 1)
		ik_free(blob);
}

void ik_mem_file_drop(struct ik_mem_file *file)
{
	if (--file->refs > 0)
		return;
	ik_mem_blob_drop(file->blob);
	ik_free(file);
}

struct ik_mem_blob *ik_mem_file_hold(const struct ik_mem_file *file, const uint8_t **data,
                                     size_t *len)
{
	struct ik_mem_blob *blob = file->blob;

	*data = blob != NULL ? blob->data : NULL;
	*len = file->len;
	if (blob != NULL)
		atomic_fetch_add(&blob->refs, 1);
	return blob;
}

int ik_mem_file_append(struct ik_mem_file *file, const void *data, size_t len)
{
	size_t cap = file->blob != NULL ? file->blob->cap : 0, need;
	struct ik_mem_blob *more;

	if (len == 0)
		return 0;
	if (len > PTRDIFF_MAX - file->len)
		return -1;
	need = file->len + len;
	if (need > cap) {
		more = blob_new(need > cap * 2 ? need : cap * 2);
		if (more == NULL)
			return -1;
		if (file->len > 0)
			memcpy(more->data, file->blob->data, file->len);
		ik_mem_blob_drop(file->blob);
		file->blob = more;
	}
	memcpy(file->blob->data + file->len, data, len);
	file->len = need;
	return 0;
}
