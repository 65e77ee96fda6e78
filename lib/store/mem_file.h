/*
 * mem_file.h - the bytes of a file in memory, which readers hold while it grows.
 *
 * Layer: store. Bytes live in blobs that only grow at their end. A reader
 * holds a blob and the length of when it was opened, so neither later writes
 * (behind that length, or in a larger copy) nor a removal touch what it sees.
 */
#ifndef IK_STORE_MEM_FILE_H
#define IK_STORE_MEM_FILE_H

#include <stddef.h>
#include <stdint.h>

struct ik_mem_blob;

/* Shared by the entry of its name and by who writes it; used under the folder's mutex. */
struct ik_mem_file {
	size_t refs;
	struct ik_mem_blob *blob; /* NULL while empty */
	size_t len;
};

/* 0, or -1 when memory is out; then nothing has changed. */
int ik_mem_file_append(struct ik_mem_file *file, const void *data, size_t len);

/* One user less; the last one frees it. */
void ik_mem_file_drop(struct ik_mem_file *file);

/* Hold what is there now, aligned to 64; NULL (nothing to hold) when that is nothing. */
struct ik_mem_blob *ik_mem_file_hold(const struct ik_mem_file *file, const uint8_t **data,
                                     size_t *len);

/* Let go of it, from any thread without the mutex; NULL is fine. */
void ik_mem_blob_drop(struct ik_mem_blob *blob);

#endif
