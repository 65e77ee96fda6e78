/* cmd_create.c - search create: make an empty index. Part of: the search program. */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "msg.h"
#include "schema.h"

int schema_new_default(ink_schema **out, ink_error *err)
{
	static const struct {
		const char *name;
		int32_t type;
		uint32_t flags;
	} defaults[] = {
		{ "id", INK_KEYWORD, INK_KEY | INK_STORED },
		{ "path", INK_KEYWORD, INK_STORED },
		{ "title", INK_TEXT, INK_STORED },
		{ "body", INK_TEXT, INK_STORED },
		{ "type", INK_KEYWORD, INK_STORED },
		{ "modified", INK_DATE, INK_STORED },
		{ "digest", INK_KEYWORD, INK_STORED },
	};
	size_t i;
	int rc = ink_schema_new(out, err);

	for (i = 0; i < sizeof defaults / sizeof defaults[0] && rc >= 0; i++)
		rc = ink_schema_add_field(*out, defaults[i].name, defaults[i].type,
		                          defaults[i].flags, NULL, err);
	if (rc >= 0)
		rc = ink_schema_set_weight(*out, "title", 2.0, err);
	if (rc < 0) {
		ink_schema_free(*out);
		*out = NULL;
	}
	return rc;
}

/* NAME:TYPE[:FLAGS[:SPEC]]; a SPEC may hold colons itself. */
static int add_field(ink_schema *schema, const char *spec)
{
	const char *type = strchr(spec, ':'), *flags = NULL, *analyzer = NULL;
	size_t type_len, flags_len = 0;
	uint32_t flag_bits = 0;
	int32_t type_code;
	ink_error err;
	char *name;
	int rc;

	if (type == NULL) {
		msg_error("--field %s: a field is NAME:TYPE[:FLAGS[:SPEC]]", spec);
		return -1;
	}
	type++;
	type_len = strcspn(type, ":");
	if (type[type_len] == ':') {
		flags = type + type_len + 1;
		flags_len = strcspn(flags, ":");
		if (flags[flags_len] == ':' && flags[flags_len + 1] != '\0')
			analyzer = flags + flags_len + 1;
	}
	if (field_parse_type(type, type_len, &type_code) < 0) {
		msg_error("--field %s: the type is one of text, keyword, int, float, date, bytes",
		          spec);
		return -1;
	}
	if (field_parse_flags(flags, flags_len, &flag_bits) < 0) {
		msg_error("--field %s: flags are stored, multi, nopos, key and pairs", spec);
		return -1;
	}
	name = xstrndup(spec, (size_t)(type - 1 - spec));
	rc = ink_schema_add_field(schema, name, type_code, flag_bits, analyzer, &err);
	free(name);
	if (rc < 0)
		msg_ink_at(spec, analyzer != NULL ? analyzer : "", &err);
	return rc;
}

static int set_weight(ink_schema *schema, const char *text)
{
	const char *eq = strchr(text, '=');
	double weight;
	ink_error err;
	char *name;
	int rc;

	if (eq == NULL || parse_double(eq + 1, &weight) < 0) {
		msg_error("--weight %s: a weight is FIELD=NUMBER", text);
		return -1;
	}
	name = xstrndup(text, (size_t)(eq - text));
	rc = ink_schema_set_weight(schema, name, weight, &err);
	free(name);
	if (rc < 0)
		msg_ink("--weight", &err);
	return rc;
}

static int fill(ink_schema *schema, const struct args *args)
{
	const char *text;
	size_t at = 0;
	double k1, b;
	ink_error err;

	while ((text = args_next(args, "field", &at)) != NULL)
		if (add_field(schema, text) < 0)
			return -1;
	at = 0;
	while ((text = args_next(args, "weight", &at)) != NULL)
		if (set_weight(schema, text) < 0)
			return -1;
	if (args_double(args, "k1", &k1) < 0 || args_double(args, "b", &b) < 0)
		return -1;
	if (ink_schema_set_bm25(schema, k1, b, &err) < 0) {
		msg_ink("--k1, --b", &err);
		return -1;
	}
	return 0;
}

int cmd_create(const struct args *args)
{
	int status = STATUS_ERROR;
	ink_schema *schema = NULL;
	ink_index *index = NULL;
	ink_error err;
	int rc;

	rc = args_has(args, "field") ? ink_schema_new(&schema, &err) :
	     schema_new_default(&schema, &err);
	if (rc < 0) {
		msg_ink(NULL, &err);
		return STATUS_ERROR;
	}
	if (fill(schema, args) == 0) {
		if (ink_index_create(args->operands[0], schema, 0, &index, &err) < 0)
			msg_ink(args->operands[0], &err);
		else
			status = STATUS_OK;
	}
	ink_index_close(index);
	ink_schema_free(schema);
	return status;
}
