/*
 * cursor.c - where a hit stands, as text.
 *
 * Layer: search. Bytes, in lower-case hexadecimal: a version (1), the CRC-32
 * of the sorting (4), the snapshot's generation (8), the document (8), the
 * score (8), for each sort a key: 0 when the value is missing, else 1 and
 * eight bytes of a number or a length (4) and so many bytes; and the CRC-32
 * of all that (4). Numbers are little-endian.
 */
#include "search/cursor.h"

#include <string.h>

#include "base/bits.h"
#include "base/sum.h"

#define VERSION 1
#define HEAD (1 + 4 + 8 + 8 + 8)

/* Cursors of one sorting make no sense in another. */
static uint32_t fingerprint(const struct ik_request *request)
{
	uint32_t sum = ik_crc32(0, "sorts", 5);

	for (size_t i = 0; i < request->sorts.n; i++) {
		uint8_t sort[8];

		ik_store32(sort, request->sorts.v[i].field);
		ik_store32(sort + 4, request->sorts.v[i].flags);
		sum = ik_crc32(sum, sort, sizeof sort);
	}
	return sum;
}

static int is_text(const struct ik_request *request, size_t i)
{
	const struct ik_schema *schema = request->searcher->snap->schema;
	uint32_t field = request->sorts.v[i].field;

	return field < schema->n && schema->fields[field].type == INK_KEYWORD;
}

static void put_key(const struct ik_key *key, int text, struct ik_buf *out)
{
	ik_buf_put_u8(out, !key->missing);
	if (key->missing)
		return;
	if (!text) {
		ik_buf_put_u64(out, (uint64_t)key->number);
		return;
	}
	ik_buf_put_u32(out, key->len);
	ik_buf_put(out, key->text, key->len);
}

static void put_hex(const struct ik_buf *bytes, struct ik_buf *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes->len; i++) {
		ik_buf_put_u8(out, (uint8_t)digits[bytes->data[i] >> 4]);
		ik_buf_put_u8(out, (uint8_t)digits[bytes->data[i] & 15]);
	}
}

void ik_cursor_encode(const struct ik_request *request, uint64_t doc, int64_t score,
                      const struct ik_key *keys, size_t n_keys, struct ik_buf *out)
{
	struct ik_buf bytes;

	ik_buf_init(&bytes, out->max);
	ik_buf_put_u8(&bytes, VERSION);
	ik_buf_put_u32(&bytes, fingerprint(request));
	ik_buf_put_u64(&bytes, request->searcher->snap->generation);
	ik_buf_put_u64(&bytes, doc);
	ik_buf_put_u64(&bytes, (uint64_t)score);
	for (size_t i = 0; keys != NULL && i < n_keys && i < request->sorts.n; i++)
		put_key(&keys[i], is_text(request, i), &bytes);
	ik_buf_put_u32(&bytes, ik_crc32(0, bytes.data, bytes.len));
	if (bytes.err != 0)
		out->err = out->err != 0 ? out->err : bytes.err;
	else
		put_hex(&bytes, out);
	ik_buf_free(&bytes);
}

/* ---- decoding ---- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Keys point into the bytes, which stay in the arena. The byte after it, or NULL. */
static const uint8_t *get_key(const uint8_t *p, const uint8_t *end, int text, struct ik_key *out)
{
	memset(out, 0, sizeof *out);
	if (p == end || *p > 1)
		return NULL;
	out->missing = *p++ == 0;
	if (out->missing)
		return p;
	if ((size_t)(end - p) < (text ? 4u : 8u))
		return NULL;
	if (!text) {
		out->number = (int64_t)ik_load64(p);
		return p + 8;
	}
	out->len = ik_load32(p);
	p += 4;
	if (out->len > (size_t)(end - p))
		return NULL;
	out->text = (const char *)p;
	return p + out->len;
}

static int no_cursor(ink_error *err, const char *why)
{
	return ik_fail(err, INK_EINVAL, "not a cursor: %s", why);
}

/* The bytes behind the hexadecimal, in the arena; their checksum fits. */
static int get_bytes(const char *text, size_t len, struct ik_arena *arena, const uint8_t **out,
                     size_t *n, ink_error *err)
{
	uint8_t *bytes;

	if (len % 2 != 0 || len / 2 < HEAD + 4)
		return no_cursor(err, "wrong length");
	*n = len / 2 - 4;
	bytes = ik_arena_alloc(arena, len / 2);
	if (bytes == NULL)
		return ik_fail_nomem(err);
	for (size_t i = 0; i < len / 2; i++) {
		int hi = digit(text[2 * i]), lo = digit(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return no_cursor(err, "a character that is no hexadecimal digit");
		bytes[i] = (uint8_t)(hi << 4 | lo);
	}
	*out = bytes;
	return ik_load32(bytes + *n) == ik_crc32(0, bytes, *n) ? 0
	                                                       : no_cursor(err, "wrong checksum");
}

static int check_head(const struct ik_request *request, const uint8_t *p, ink_error *err)
{
	uint64_t generation = ik_load64(p + 5), here = request->searcher->snap->generation;

	if (p[0] != VERSION)
		return ik_fail(err, INK_EINVAL, "a cursor of version %u, not %u", p[0], VERSION);
	if (ik_load32(p + 1) != fingerprint(request))
		return ik_fail(err, INK_EINVAL, "the cursor is of another sorting");
	if (generation != here)
		return ik_fail(err, INK_EINVAL, "the cursor is of commit %llu, this is commit %llu",
		               (unsigned long long)generation, (unsigned long long)here);
	return 0;
}

int ik_cursor_decode(const struct ik_request *request, const char *text, size_t len, size_t n_keys,
                     struct ik_arena *arena, struct ik_cursor *out, ink_error *err)
{
	const uint8_t *bytes = NULL, *p, *end;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof *out);
	if (n_keys != request->sorts.n)
		return ik_fail(err, INK_EINVAL, "the cursor is of another sorting");
	rc = get_bytes(text, len, arena, &bytes, &n, err);
	if (rc == 0)
		rc = check_head(request, bytes, err);
	if (rc != 0)
		return rc;
	out->doc = ik_load64(bytes + 13);
	out->score = (int64_t)ik_load64(bytes + 21);
	out->keys = ik_arena_zalloc(arena, (n_keys + 1) * sizeof *out->keys);
	if (out->keys == NULL)
		return ik_fail_nomem(err);
	p = bytes + HEAD;
	end = bytes + n;
	for (size_t i = 0; p != NULL && i < n_keys; i++)
		p = get_key(p, end, is_text(request, i), &out->keys[i]);
	return p == end ? 0 : no_cursor(err, "keys that do not fit");
}
