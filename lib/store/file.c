/*
 * file.c - buffered writing with a running position and checksum.
 *
 * Layer: store.
 */
#include "store/file.h"

#include <string.h>

#include "base/mem.h"
#include "base/sum.h"

#define BUF_MIN ((size_t)64 << 10)
#define LARGE_PAGE ((size_t)2 << 20)

int ik_file_create(struct ik_file *file, struct ik_dir *dir, const char *name, ink_error *err)
{
	int rc;

	memset(file, 0, sizeof *file);
	file->cap = file->most = BUF_MIN;
	file->buf = ik_alloc(file->cap);
	if (file->buf == NULL)
		return ik_fail_nomem(err);
	rc = dir->ops->create(dir, name, &file->out, err);
	if (rc != 0) {
		ik_free(file->buf);
		memset(file, 0, sizeof *file);
	}
	return rc;
}

static void flush(struct ik_file *file)
{
	if (file->rc == 0 && file->used > 0)
		file->rc = file->out->write(file->out, file->buf, file->used, &file->err);
	file->used = 0;
}

void ik_file_in_large_pages(struct ik_file *file)
{
	file->most = LARGE_PAGE;
}

/* Without the memory for a larger buffer, one of this size will do. */
static void make_room(struct ik_file *file)
{
	uint8_t *buf = file->cap < file->most ? ik_realloc(file->buf, file->cap * 2) : NULL;

	if (buf == NULL) {
		flush(file);
		return;
	}
	file->buf = buf;
	file->cap *= 2;
}

void ik_file_put(struct ik_file *file, const void *data, size_t len)
{
	const uint8_t *p = data;

	if (file->rc != 0 || len == 0)
		return;
	file->crc = ik_crc32(file->crc, data, len);
	file->at += len;
	while (len > 0) {
		size_t n;

		if (file->used == file->cap)
			make_room(file);
		n = len < file->cap - file->used ? len : file->cap - file->used;
		memcpy(file->buf + file->used, p, n);
		file->used += n;
		p += n;
		len -= n;
	}
}

void ik_file_align(struct ik_file *file, size_t to)
{
	static const uint8_t zeros[64];
	size_t left = to > 1 && file->at % to != 0 ? to - (size_t)(file->at % to) : 0;

	while (left > 0) {
		size_t n = left < sizeof zeros ? left : sizeof zeros;

		ik_file_put(file, zeros, n);
		left -= n;
	}
}

void ik_file_crc_start(struct ik_file *file)
{
	file->crc = 0;
}

int ik_file_finish(struct ik_file *file, int sync, ink_error *err)
{
	int rc, close_rc;

	flush(file);
	if (sync && file->rc == 0)
		file->rc = file->out->sync(file->out, &file->err);
	rc = file->rc;
	close_rc = file->out->close(file->out, rc == 0 ? &file->err : NULL);
	if (rc == 0)
		rc = close_rc;
	if (rc != 0 && err != NULL)
		*err = file->err;
	ik_free(file->buf);
	memset(file, 0, sizeof *file);
	return rc;
}

void ik_file_abort(struct ik_file *file)
{
	if (file->out != NULL)
		(void)file->out->close(file->out, NULL);
	ik_free(file->buf);
	memset(file, 0, sizeof *file);
}
