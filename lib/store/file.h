/*
 * file.h - buffered writing with a running position and checksum.
 *
 * Layer: store. The error is sticky: write as often as you like, and look at
 * what ik_file_finish() returns.
 */
#ifndef IK_STORE_FILE_H
#define IK_STORE_FILE_H

#include "store/dir.h"

struct ik_file {
	struct ik_out *out;
	uint8_t *buf;
	size_t used, cap; /* of it, 64 KiB at first */
	size_t most;      /* that it may grow to */
	uint64_t at;      /* bytes written so far, buffered ones included */
	uint32_t crc;     /* of all bytes since ik_file_crc_start() */
	int rc;           /* the first failure */
	ink_error err;    /* and its message */
};

int ik_file_create(struct ik_file *file, struct ik_dir *dir, const char *name, ink_error *err);

/*
 * Write 2 MiB at a time, for what will be read for long. Linux keeps in large pages what is
 * written so, where it has the memory (ext4 since 6.16, XFS and btrfs), and maps them whole: a
 * search that goes from list to list waits less for page tables.
 */
void ik_file_in_large_pages(struct ik_file *file);

void ik_file_put(struct ik_file *file, const void *data, size_t len);
void ik_file_align(struct ik_file *file, size_t to); /* zeros up to a multiple */
void ik_file_crc_start(struct ik_file *file);

/* Flush, sync if asked, close; the first failure of all. The struct is empty afterwards. */
int ik_file_finish(struct ik_file *file, int sync, ink_error *err);

/* Close without caring; for error paths. An empty (zeroed) struct is fine. */
void ik_file_abort(struct ik_file *file);

#endif
