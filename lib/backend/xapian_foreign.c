/*
 * xapian_foreign.c - databases of other programs, for reading.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * They have no schema of ours, but the Xapian world agrees on prefixes
 * (xapian-omega's "term prefixes"): these become fields. Texts were taken
 * apart by Xapian's TermGenerator into lower-case words with positions, which
 * is what "letters | lower" makes of a query; stemmed forms ("Z") have a
 * field of their own, for whoever asks for them. The data is a stored text.
 */
#include "backend/xapian.h"

static const struct {
	const char *name;
	const char *prefix;
	int32_t type;
	uint32_t flags;
} fields[] = {
	{"text", "", INK_TEXT, 0},
	{"data", "XDATA:", INK_TEXT, INK_STORED}, /* no such terms */
	{"id", "Q", INK_KEYWORD, INK_KEY},
	{"title", "S", INK_TEXT, 0},
	{"author", "A", INK_TEXT, 0},
	{"stem", "Z", INK_KEYWORD, INK_MULTI},
	{"day", "D", INK_KEYWORD, INK_MULTI},
	{"extension", "E", INK_KEYWORD, INK_MULTI},
	{"group", "G", INK_KEYWORD, INK_MULTI},
	{"host", "H", INK_KEYWORD, INK_MULTI},
	{"tag", "K", INK_KEYWORD, INK_MULTI},
	{"language", "L", INK_KEYWORD, INK_MULTI},
	{"month", "M", INK_KEYWORD, INK_MULTI},
	{"path", "P", INK_KEYWORD, INK_MULTI},
	{"type", "T", INK_KEYWORD, INK_MULTI},
	{"url", "U", INK_KEYWORD, INK_MULTI},
	{"year", "Y", INK_KEYWORD, INK_MULTI},
};

const char *ik_xb_foreign_prefix(uint32_t field)
{
	return field < sizeof fields / sizeof *fields ? fields[field].prefix : "XNONE:";
}

int ik_xb_foreign_schema(struct ik_schema **out, ink_error *err)
{
	int rc = ik_schema_new(out, err);

	for (size_t i = 0; rc == 0 && i < sizeof fields / sizeof *fields; i++)
		rc = ik_schema_add(*out, fields[i].name, fields[i].type, fields[i].flags,
		                   fields[i].type == INK_TEXT ? "letters | lower" : NULL, err);
	if (rc != 0) {
		ik_schema_free(*out);
		*out = NULL;
	}
	return rc;
}
