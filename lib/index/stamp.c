/*
 * stamp.c - lists of the versions that made tokens: joined, compared.
 *
 * Layer: index. Format: FORMAT.md, "Manifest".
 */
#include "index/stamp.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/analyzer.h"

/* The entry at p; the start of the next one, or NULL behind the last. */
static const char *next_entry(const char *p, size_t *len)
{
	const char *end = strstr(p, "; ");

	*len = end == NULL ? strlen(p) : (size_t)(end - p);
	return end == NULL ? NULL : end + 2;
}

static int has_entry(const char *stamp, const char *entry, size_t len)
{
	size_t n;

	for (const char *p = stamp, *next; p != NULL; p = next) {
		next = next_entry(p, &n);
		if (n == len && memcmp(p, entry, n) == 0)
			return 1;
	}
	return 0;
}

/* The entries of `from` that `known` lacks. */
static void put_missing(struct ik_buf *out, const char *from, const char *known)
{
	size_t len;

	for (const char *p = from, *next; p != NULL; p = next) {
		next = next_entry(p, &len);
		if (len == 0 || has_entry(known, p, len) || out->len + len + 2 > out->max)
			continue;
		if (out->len > 0)
			ik_buf_put_str(out, "; ");
		ik_buf_put(out, p, len);
	}
}

static char *take(struct ik_buf *buf)
{
	char *out = buf->err != 0 ? NULL : ik_strndup((const char *)buf->data, buf->len);

	ik_buf_free(buf);
	return out;
}

char *ik_stamp_own(const struct ik_schema *schema)
{
	struct ik_buf buf;

	ik_buf_init(&buf, IK_STAMP_MAX);
	ik_buf_put_str(&buf, ik_analyzer_stamp());
	for (uint32_t i = 0; i < schema->n; i++)
		if (schema->fields[i].type == INK_TEXT)
			ik_analyzer_stamp_add(schema->fields[i].analyzer, &buf);
	return take(&buf);
}

char *ik_stamp_join(const char *stamp, const char *more)
{
	struct ik_buf buf;

	ik_buf_init(&buf, IK_STAMP_MAX);
	ik_buf_put_str(&buf, stamp);
	put_missing(&buf, more, stamp);
	return take(&buf);
}

char *ik_stamp_other(const char *stamp, const char *own)
{
	struct ik_buf buf;

	ik_buf_init(&buf, IK_STAMP_MAX);
	put_missing(&buf, stamp, own);
	return take(&buf);
}
