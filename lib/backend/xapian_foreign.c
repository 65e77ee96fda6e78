/*
 * xapian_foreign.c - databases of other programs, for reading.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * They have no schema of ours, but the Xapian world agrees on prefixes
 * (xapian-omega's "term prefixes"): these become fields. Texts were taken
 * apart by Xapian's TermGenerator into lower-case words with positions, and so
 * are those of queries (xapian_tokens.c). The schema says "letters | lower",
 * which comes near, for patterns and snippets. Stemmed forms ("Z") are looked
 * for where the path says in which language, by stem=LANG; they have a field of
 * their own as well. The data is a stored text.
 * Options of the path name other fields: they take the place of all but the
 * first three.
 */
#include "backend/xapian.h"

#include <string.h>

struct row {
	const char *name;
	const char *prefix;
	int32_t type;
	uint32_t flags;
};

static const struct row usual[] = {
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

#define N_USUAL (sizeof usual / sizeof *usual)
#define N_ALWAYS 3

static int is_named(const struct ik_xb_where *w, const char *name)
{
	for (size_t i = 0; i < w->fields.n; i++)
		if (strcmp(w->fields.v[i].name, name) == 0)
			return 1;
	return 0;
}

/* A field that the path names: its type follows from the prefix, where that is a usual one. */
static struct row of_option(const struct ik_xb_field *f)
{
	struct row row = {f->name, f->prefix, f->type, 0};

	for (size_t i = 0; i < N_USUAL; i++)
		if (row.type == 0 && strcmp(usual[i].prefix, f->prefix) == 0)
			row.type = usual[i].type;
	if (row.type == 0)
		row.type = INK_TEXT;
	if (row.type == INK_KEYWORD)
		row.flags = INK_MULTI;
	return row;
}

/* Field number `field`: 1, or 0 when there are fewer. */
static int row_of(const struct ik_xb_where *w, uint32_t field, struct row *out)
{
	size_t n = w->fields.n > 0 ? N_ALWAYS : N_USUAL;
	uint32_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_named(w, usual[i].name))
			continue;
		*out = usual[i];
		if (at++ == field)
			return 1;
	}
	if (field - at >= w->fields.n)
		return 0;
	*out = of_option(&w->fields.v[field - at]);
	return 1;
}

const char *ik_xb_foreign_prefix(const struct ik_xb_where *w, uint32_t field)
{
	struct row row;

	return row_of(w, field, &row) ? row.prefix : "XNONE:";
}

int ik_xb_foreign_schema(const struct ik_xb_where *w, struct ik_schema **out, ink_error *err)
{
	struct row row;
	int rc = ik_schema_new(out, err);

	for (uint32_t i = 0; rc == 0 && row_of(w, i, &row); i++)
		rc = ik_schema_add(*out, row.name, row.type, row.flags,
		                   row.type == INK_TEXT ? "letters | lower" : NULL, err);
	if (rc != 0) {
		ik_schema_free(*out);
		*out = NULL;
	}
	return rc;
}
