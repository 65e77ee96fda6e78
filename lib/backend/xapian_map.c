/*
 * xapian_map.c - fields as Xapian's terms and values.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/bits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "segment/column.h"

#define HASH_LEN 18 /* what a term that was cut ends in */

size_t ik_xb_prefix(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind, char *out)
{
	char letters[8];
	size_t n = 0, k = 0;

	if (map->foreign) {
		const char *prefix = ik_xb_foreign_prefix(map->foreign, field);

		if (kind == IK_XB_STEM)
			out[n++] = 'Z';
		memcpy(out + n, prefix, strlen(prefix));
		return n + strlen(prefix);
	}
	if (kind == IK_XB_KEYWORD && field == map->schema->key) {
		out[0] = 'Q';
		return 1;
	}
	out[n++] = 'X';
	out[n++] = (char)kind;
	do
		letters[k++] = (char)('A' + field % 26);
	while ((field /= 26) > 0);
	while (k > 0)
		out[n++] = letters[--k];
	out[n++] = ':';
	return n;
}

static int is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Do other programs put a ':' behind that prefix where a keyword begins with a capital or ':'? */
static int takes_colon(const struct ik_xb_map *map, enum ik_xb_kind kind, const char *prefix,
                       size_t n)
{
	return map->foreign && kind == IK_XB_KEYWORD && n > 1 && prefix[n - 1] != ':';
}

size_t ik_xb_head(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
                  const char *text, size_t len, char *out)
{
	size_t n = ik_xb_prefix(map, field, kind, out);

	if (takes_colon(map, kind, out, n) && len > 0 && (is_capital(text[0]) || text[0] == ':'))
		out[n++] = ':';
	return n;
}

const char *ik_xb_text(const struct ik_xb_map *map, enum ik_xb_kind kind, const char *term,
                       size_t skip, size_t *len)
{
	const char *text = term + skip;
	int colon = takes_colon(map, kind, term, skip);

	*len -= skip;
	if (*len > 0 && is_capital(text[0]) && map->foreign && (colon || kind == IK_XB_WORD))
		return NULL;
	if (*len > 0 && text[0] == ':' && colon) {
		(*len)--;
		text++;
	}
	return text;
}

/* How much room a text takes: Xapian writes a NUL as two bytes. */
static size_t room_of(const char *text, size_t len)
{
	size_t n = len;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\0';
	return n;
}

int ik_xb_fits(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
               const char *text, size_t len)
{
	char prefix[IK_XB_PREFIX_MAX];

	return len <= IK_XB_TERM_MAX &&
	       ik_xb_head(map, field, kind, text, len, prefix) + room_of(text, len) <=
	               IK_XB_TERM_MAX;
}

size_t ik_xb_term(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
                  const char *text, size_t len, char *out)
{
	size_t n = ik_xb_head(map, field, kind, text, len, out), cut;
	uint64_t hash;

	if (ik_xb_fits(map, field, kind, text, len)) {
		if (len > 0)
			memcpy(out + n, text, len);
		return n + len;
	}
	cut = IK_XB_TERM_MAX - n - HASH_LEN;
	if (cut > len)
		cut = len;
	while (cut > 0 && n + room_of(text, cut) > IK_XB_TERM_MAX - HASH_LEN)
		cut--;
	cut = ik_utf8_floor(text, len, cut);
	memcpy(out + n, text, cut);
	n += cut;
	out[n++] = '#';
	hash = ik_hash(text, len);
	for (int i = 0; i < 16; i++)
		out[n++] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
	return n;
}

void ik_xb_put_number(int64_t value, char out[IK_XB_SORTED])
{
	uint64_t turned = (uint64_t)value ^ (uint64_t)1 << 63;

	for (int i = 0; i < IK_XB_SORTED; i++)
		out[i] = (char)(unsigned char)(turned >> (56 - 8 * i));
}

int64_t ik_xb_get_number(const char *bytes, size_t len)
{
	uint64_t turned = 0;

	for (size_t i = 0; i < IK_XB_SORTED; i++)
		turned = turned << 8 | (i < len ? (unsigned char)bytes[i] : 0u);
	return (int64_t)(turned ^ (uint64_t)1 << 63);
}

int64_t ik_xb_number_of(const struct ik_value *value)
{
	return value->type == INK_F64 ? ik_column_from_f64(value->f64) : value->i64;
}
