/* loader.c - documents on their way from a reader into the index. Part of: the search program. */
#include "loader.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "msg.h"
#include "progress.h"
#include "signals.h"

enum { MESSAGES_MAX = 100, UNKNOWN_MAX = 1000 };

/* "FILE:LINE", or "FILE" for a document that is a file. */
static const char *where(const struct loader *loader, char *buf, size_t size)
{
	if (loader->line > 0)
		snprintf(buf, size, "%s:%" PRIu64, loader->source, loader->line);
	else
		snprintf(buf, size, "%s", loader->source);
	return buf;
}

void loader_bad(struct loader *loader, const char *why)
{
	char buf[1024];

	if (loader->is_bad)
		return;
	loader->is_bad = 1;
	if (loader->failed < MESSAGES_MAX)
		msg_error("%s: %s", where(loader, buf, sizeof buf), why);
	else if (loader->failed == MESSAGES_MAX)
		msg_error("more failed; no further ones are shown");
	loader->failed++;
	if (loader->strict)
		loader->status = STATUS_ERROR;
}

/* An error of the library: of the document's making, or the end. */
static void fail(struct loader *loader, const ink_error *err)
{
	switch (err->code) {
	case INK_EINVAL:
	case INK_ESCHEMA:
	case INK_EEXISTS:
	case INK_ELIMIT:
	case INK_ESYNTAX:
		loader_bad(loader, err->message);
		break;
	default:
		msg_ink(loader->dir, err);
		loader->is_bad = 1;
		loader->status = STATUS_ERROR;
	}
}

void loader_begin(struct loader *loader, const char *source, uint64_t line)
{
	ink_doc_clear(loader->doc);
	loader->source = source;
	loader->line = line;
	loader->is_bad = loader->has_key = 0;
	loader->spare_rank = 0;
}

static const struct mapping *find_mapping(const struct loader *loader, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < loader->n_map; i++)
		if (loader->map[i].from_len == len && memcmp(loader->map[i].from, name, len) == 0)
			return &loader->map[i];
	return NULL;
}

/* What other programs call our default fields. */
static const char *alias_of(const char *name, size_t len)
{
	static const struct mapping aliases[] = {
		{ "text", 4, "body" },    { "content", 7, "body" },  { "contents", 8, "body" },
		{ "subject", 7, "title" }, { "name", 4, "title" },
	};
	size_t i;

	for (i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (aliases[i].from_len == len && memcmp(aliases[i].from, name, len) == 0)
			return aliases[i].to;
	return NULL;
}

const struct field *loader_field(const struct loader *loader, const char *name, size_t len)
{
	const struct mapping *mapping = find_mapping(loader, name, len);
	const struct field *field;
	const char *alias;

	if (mapping != NULL)
		return fields_find(&loader->fields, mapping->to, strlen(mapping->to));
	field = fields_find(&loader->fields, name, len);
	alias = field == NULL ? alias_of(name, len) : NULL;
	return alias != NULL ? fields_find(&loader->fields, alias, strlen(alias)) : field;
}

/* 1 to 3 for names that make a key when nothing else does, the first the best; else 0. */
static int key_rank(const char *name)
{
	return strcmp(name, "id") == 0 ? 1 : strcmp(name, "_id") == 0 ? 2 :
	       strcmp(name, "key") == 0 ? 3 : 0;
}

static void tell_unknown(struct loader *loader, const char *name)
{
	struct bytes text = { 0 };
	size_t i;

	if (loader->strict) {
		bytes_puts(&text, "the index has no field \"");
		bytes_puts(&text, name);
		bytes_puts(&text, "\"");
		loader_bad(loader, text.data);
		bytes_free(&text);
		return;
	}
	for (i = 0; i < loader->n_unknown; i++)
		if (strcmp(loader->unknown[i], name) == 0)
			return;
	if (loader->n_unknown == UNKNOWN_MAX)
		return;
	loader->unknown = xgrow(loader->unknown, loader->n_unknown, &loader->cap_unknown,
	                        sizeof *loader->unknown);
	loader->unknown[loader->n_unknown++] = xstrdup(name);
	msg_info("%s: \"%s\" is no field of the index and is left out; --map %s=FIELD",
	         loader->source, name, name);
}

/* The field for a value; NULL when it goes nowhere. A spare key is kept from `text`. */
static const struct field *target(struct loader *loader, const char *name, const char *text,
                                  size_t len)
{
	size_t name_len = strlen(name);
	const struct mapping *mapping;
	const struct field *field;
	int rank;

	if (loader->is_bad)
		return NULL;
	field = loader_field(loader, name, name_len);
	if (field != NULL) {
		loader->has_key |= field == loader->fields.key;
		return field;
	}
	mapping = find_mapping(loader, name, name_len);
	rank = mapping == NULL && loader->fields.key != NULL ? key_rank(name) : 0;
	if (rank > 0) {
		if (loader->spare_rank == 0 || rank < loader->spare_rank) {
			bytes_clear(&loader->spare_key);
			bytes_put(&loader->spare_key, text, len);
			loader->spare_rank = rank;
		}
	} else if (mapping == NULL) {
		tell_unknown(loader, name);
	}
	return NULL;
}

/* The library takes infinities, which JSON cannot hold: a column of numbers has none. */
static int is_infinity(const char *text, size_t len)
{
	size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');

	return len - sign == 3 && memcmp(text + sign, "inf", 3) == 0;
}

static void bad_number(struct loader *loader, const char *field, const char *text, size_t len)
{
	char why[512];

	snprintf(why, sizeof why, "field \"%s\": \"%.*s\" is not a number", field, (int)len, text);
	loader_bad(loader, why);
}

void loader_text(struct loader *loader, const char *name, const char *text, size_t len)
{
	const struct field *field = target(loader, name, text, len);
	ink_error err;
	int rc;

	if (field == NULL)
		return;
	if (field->type == INK_F64 && is_infinity(text, len)) {
		bad_number(loader, field->name, text, len);
		return;
	}
	if (field->type == INK_BYTES)
		rc = ink_doc_add_bytes(loader->doc, field->name, text, len, &err);
	else
		rc = ink_doc_add_text(loader->doc, field->name, text, len, &err);
	if (rc < 0)
		fail(loader, &err);
}

void loader_int(struct loader *loader, const char *name, int64_t value)
{
	const struct field *field;
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRId64, value);
	ink_error err;
	int rc;

	field = target(loader, name, digits, len);
	if (field == NULL)
		return;
	if (field->type == INK_I64 || field->type == INK_DATE)
		rc = ink_doc_add_i64(loader->doc, field->name, value, &err);
	else if (field->type == INK_F64)
		rc = ink_doc_add_f64(loader->doc, field->name, (double)value, &err);
	else {
		loader_text(loader, name, digits, len);
		return;
	}
	if (rc < 0)
		fail(loader, &err);
}

void loader_real(struct loader *loader, const char *name, double value)
{
	const struct field *field;
	char digits[32];
	ink_error err;
	int len, precision = 15;

	/* The shortest form that reads back as the same number. */
	do
		len = snprintf(digits, sizeof digits, "%.*g", precision, value);
	while (precision++ < 17 && strtod(digits, NULL) != value);
	if (value == floor(value) && fabs(value) < 9007199254740992.0) {
		field = loader_field(loader, name, strlen(name));
		if (field != NULL && (field->type == INK_I64 || field->type == INK_DATE)) {
			loader_int(loader, name, (int64_t)value);
			return;
		}
	}
	field = target(loader, name, digits, (size_t)len);
	if (field != NULL && field->type != INK_F64)
		loader_text(loader, name, digits, (size_t)len);
	else if (field != NULL && ink_doc_add_f64(loader->doc, field->name, value, &err) < 0)
		fail(loader, &err);
}

void loader_bool(struct loader *loader, const char *name, int value)
{
	const struct field *field = loader_field(loader, name, strlen(name));

	if (field != NULL && (field->type == INK_I64 || field->type == INK_F64))
		loader_int(loader, name, value != 0);
	else
		loader_text(loader, name, value ? "true" : "false", value ? 4 : 5);
}

/* A document without a key of its own is called by the spare one, or by where it stands. */
static void complete_key(struct loader *loader)
{
	const struct field *key = loader->fields.key;
	char buf[4200];
	const char *text;
	ink_error err;
	size_t len;

	if (key == NULL || loader->has_key || loader->is_bad)
		return;
	if (loader->spare_rank > 0) {
		text = bytes_str(&loader->spare_key);
		len = loader->spare_key.len;
	} else {
		text = where(loader, buf, sizeof buf);
		len = strlen(text);
	}
	if (ink_doc_add_text(loader->doc, key->name, text, len, &err) < 0)
		fail(loader, &err);
}

int loader_commit(struct loader *loader)
{
	ink_error err;

	if (ink_writer_commit(loader->writer, NULL, &err) < 0) {
		msg_ink(loader->dir, &err);
		loader->status = STATUS_ERROR;
		return -1;
	}
	loader->committed = loader->put;
	return 0;
}

int loader_end(struct loader *loader)
{
	ink_error err;
	int rc;

	complete_key(loader);
	if (!loader->is_bad) {
		rc = loader->fields.key != NULL ?
		     ink_writer_update(loader->writer, loader->doc, &err) :
		     ink_writer_add(loader->writer, loader->doc, &err);
		if (rc < 0) {
			fail(loader, &err);
		} else {
			loader->put++;
			progress_add_docs(1);
		}
	}
	if (loader->status == STATUS_OK && loader->commit_every > 0 &&
	    loader->put - loader->committed >= loader->commit_every)
		loader_commit(loader);
	if (loader->status == STATUS_OK && signals_stop())
		loader->status = STATUS_INTERRUPTED;
	return loader->status == STATUS_OK ? LOADER_GO_ON : LOADER_STOP;
}

void loader_unreadable(struct loader *loader, const char *name, const char *why)
{
	msg_error("%s: %s", name, why);
	loader->failed++;
	loader->some_failed = 1;
	if (loader->strict)
		loader->status = STATUS_ERROR;
}

int loader_is_unchanged(struct loader *loader, const char *key, const char *digest)
{
	const struct field *field = loader_field(loader, "digest", strlen("digest"));
	const char *name, *value;
	int same = 0;
	uint64_t number;
	size_t i, len;
	ink_doc *doc;

	if (loader->force || loader->before == NULL || field == NULL ||
	    ink_reader_find(loader->before, key, strlen(key), &number, NULL) < 0 ||
	    ink_reader_doc(loader->before, number, &doc, NULL) < 0)
		return 0;
	for (i = 0; i < ink_doc_len(doc) && !same; i++)
		same = ink_doc_field(doc, i, &name, NULL, NULL) >= 0 &&
		       strcmp(name, field->name) == 0 &&
		       ink_doc_text(doc, i, &value, &len, NULL) >= 0 &&
		       len == strlen(digest) && memcmp(value, digest, len) == 0;
	ink_doc_free(doc);
	return same;
}

void loader_free(struct loader *loader)
{
	size_t i;

	for (i = 0; i < loader->n_unknown; i++)
		free(loader->unknown[i]);
	free(loader->unknown);
	free(loader->map);
	bytes_free(&loader->spare_key);
	ink_doc_free(loader->doc);
	ink_reader_close(loader->before);
	ink_writer_close(loader->writer);
	ink_index_close(loader->index);
	fields_free(&loader->fields);
	memset(loader, 0, sizeof *loader);
}
