/*
 * icu_dict.c - the words of ICU's break iterator dictionaries.
 *
 * Build time only, for gen_dict.c. The dictionaries are opened by ICU's public
 * data interface. Each is a UCharsTrie or a BytesTrie, which is walked as its
 * format is described in unicode/ucharstrie.h and unicode/bytestrie.h; the
 * bytes stand for characters of one block of Unicode.
 */
#include "text/gen/icu_dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/udata.h>
#include <unicode/uversion.h>

#define ICU_WORD_MAX 256u

/* A walk over one dictionary: the characters up to here, and who takes the words. */
struct icu_walk {
	uint16_t s[ICU_WORD_MAX];
	uint32_t first; /* BytesTrie: what byte 0 stands for */
	void (*take)(const uint16_t *s, uint32_t len, int32_t value);
};

void gen_die(const char *what)
{
	fprintf(stderr, "gen_dict: %s\n", what);
	exit(1);
}

/* ---- UCharsTrie ---- */

static int32_t units_value(const uint16_t *p, int32_t lead)
{
	if (lead < 0x4000)
		return lead;
	return lead < 0x7FFF ? (lead - 0x4000) << 16 | p[0] : p[0] << 16 | p[1];
}

static const uint16_t *units_after_value(const uint16_t *p, int32_t lead)
{
	return lead < 0x4000 ? p : lead < 0x7FFF ? p + 1 : p + 2;
}

static int32_t units_node_value(const uint16_t *p, int32_t lead)
{
	if (lead < 0x4040)
		return (lead >> 6) - 1;
	return lead < 0x7FC0 ? ((lead & 0x7FC0) - 0x4040) << 10 | p[0] : p[0] << 16 | p[1];
}

static const uint16_t *units_after_node_value(const uint16_t *p, int32_t lead)
{
	return lead < 0x4040 ? p : lead < 0x7FC0 ? p + 1 : p + 2;
}

static const uint16_t *units_delta(const uint16_t *p, uint32_t *delta)
{
	*delta = *p++;
	if (*delta == 0xFFFF) {
		*delta = (uint32_t)p[0] << 16 | p[1];
		return p + 2;
	}
	if (*delta >= 0xFC00)
		*delta = (*delta - 0xFC00) << 16 | *p++;
	return p;
}

static void walk_units(struct icu_walk *w, const uint16_t *p, uint32_t len);

static void walk_unit_branch(struct icu_walk *w, const uint16_t *p, uint32_t n, uint32_t len)
{
	uint32_t delta;

	while (n > 5) {
		p = units_delta(p + 1, &delta);
		walk_unit_branch(w, p + delta, n >> 1, len);
		n -= n >> 1;
	}
	for (; n > 1; n--) {
		int32_t lead, value;

		w->s[len] = *p++;
		lead = *p++;
		value = units_value(p, lead & 0x7FFF);
		p = units_after_value(p, lead & 0x7FFF);
		if (lead & 0x8000)
			w->take(w->s, len + 1, value);
		else
			walk_units(w, p + value, len + 1);
	}
	w->s[len] = *p++;
	walk_units(w, p, len + 1);
}

static void walk_units(struct icu_walk *w, const uint16_t *p, uint32_t len)
{
	int32_t lead = *p++;

	if (len > ICU_WORD_MAX / 2)
		gen_die("a word too long");
	if (lead >= 0x40) {
		if (lead & 0x8000) {
			w->take(w->s, len, units_value(p, lead & 0x7FFF));
			return;
		}
		w->take(w->s, len, units_node_value(p, lead));
		p = units_after_node_value(p, lead);
		lead &= 0x3F;
	}
	if (lead < 0x30) {
		walk_unit_branch(w, lead == 0 ? p + 1 : p, (lead == 0 ? *p : (uint32_t)lead) + 1,
		                 len);
		return;
	}
	lead -= 0x2F;
	memcpy(w->s + len, p, (size_t)lead * 2);
	walk_units(w, p + lead, len + (uint32_t)lead);
}

/* ---- BytesTrie ---- */

/* The value behind a lead byte (without its last bit), and where it ends. */
static const uint8_t *bytes_value(const uint8_t *p, uint32_t lead, uint32_t *value)
{
	uint32_t more = lead < 0x51 ? 0 : lead < 0x6C ? 1 : lead < 0x7E ? 2 : lead - 0x7B;

	*value = lead < 0x51 ? lead - 0x10
	                     : lead < 0x6C ? lead - 0x51 : lead < 0x7E ? lead - 0x6C : 0;
	for (; more > 0; more--)
		*value = *value << 8 | *p++;
	return p;
}

static const uint8_t *bytes_delta(const uint8_t *p, uint32_t *delta)
{
	uint32_t lead = *p++;
	uint32_t more = lead < 0xC0 ? 0 : lead < 0xF0 ? 1 : lead < 0xFE ? 2 : lead - 0xFB;

	*delta = lead < 0xC0 ? lead : lead < 0xF0 ? lead - 0xC0 : lead < 0xFE ? lead - 0xF0 : 0;
	for (; more > 0; more--)
		*delta = *delta << 8 | *p++;
	return p;
}

/* The two joiners of Unicode have bytes of their own. */
static uint16_t byte_char(const struct icu_walk *w, uint8_t b)
{
	return (uint16_t)(b >= 0xFE ? 0x200Cu + (b & 1) : w->first + b);
}

static void walk_bytes(struct icu_walk *w, const uint8_t *p, uint32_t len);

static void walk_byte_branch(struct icu_walk *w, const uint8_t *p, uint32_t n, uint32_t len)
{
	uint32_t delta;

	while (n > 5) {
		p = bytes_delta(p + 1, &delta);
		walk_byte_branch(w, p + delta, n >> 1, len);
		n -= n >> 1;
	}
	for (; n > 1; n--) {
		uint32_t lead, value;

		w->s[len] = byte_char(w, *p++);
		lead = *p++;
		p = bytes_value(p, lead >> 1, &value);
		if (lead & 1)
			w->take(w->s, len + 1, (int32_t)value);
		else
			walk_bytes(w, p + value, len + 1);
	}
	w->s[len] = byte_char(w, *p++);
	walk_bytes(w, p, len + 1);
}

static void walk_bytes(struct icu_walk *w, const uint8_t *p, uint32_t len)
{
	uint32_t lead = *p++, value, i;

	if (len > ICU_WORD_MAX / 2)
		gen_die("a word too long");
	if (lead >= 0x20) {
		p = bytes_value(p, lead >> 1, &value);
		w->take(w->s, len, (int32_t)value);
		if (lead & 1)
			return;
		lead = *p++;
	}
	if (lead < 0x10) {
		walk_byte_branch(w, lead == 0 ? p + 1 : p, (lead == 0 ? *p : lead) + 1, len);
		return;
	}
	for (i = 0; i <= lead - 0x10; i++)
		w->s[len + i] = byte_char(w, p[i]);
	walk_bytes(w, p + i, len + i);
}

/* ---- both ---- */

void gen_icu_dict(const char *name, void (*take)(const uint16_t *s, uint32_t len, int32_t value))
{
	UErrorCode rc = U_ZERO_ERROR;
	struct icu_walk w;
	char package[32];
	UDataMemory *data;
	const int32_t *index;
	const void *trie;

	snprintf(package, sizeof package, "icudt%d%c-brkitr", U_ICU_VERSION_MAJOR_NUM,
	         U_IS_BIG_ENDIAN ? 'b' : 'l');
	data = udata_open(package, "dict", name, &rc);
	if (U_FAILURE(rc))
		gen_die(u_errorName(rc));
	index = udata_getMemory(data);
	trie = (const char *)index + index[0];
	w.take = take;
	w.first = (uint32_t)index[5] & 0x1FFFFF;
	if ((index[4] & 7) == 1)
		walk_units(&w, trie, 0);
	else if ((index[4] & 7) == 0 && (index[5] & 0x7F000000) == 0x1000000)
		walk_bytes(&w, trie, 0);
	else
		gen_die("the dictionary is in no known form");
	udata_close(data);
}
