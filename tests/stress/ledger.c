/* ledger.c - what an account looks like in the index. */
#include "ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int ledger_wrong(ink_error *err, const char *format, ...)
{
	va_list args;

	memset(err, 0, sizeof *err);
	err->code = INK_EINTERNAL;
	va_start(args, format);
	(void)vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	return INK_EINTERNAL;
}

static const struct {
	const char *name, *word, *sign, *text;
} groups[LEDGER_GROUPS + 1] = {
	{"stone", "granite", "砚台", "granite 的硯台"},
	{"brush", "bamboo", "毛笔", "bamboo 的毛筆"},
	{"paper", "cotton", "宣纸", "cotton 的宣紙"},
	{"ink", "carbon", "墨锭", "carbon 的墨錠"},
	{"ghost", "", "", "nothing"},
};

const char *ledger_group_name(uint32_t group)
{
	return groups[group].name;
}

const char *ledger_group_word(uint32_t group)
{
	return groups[group].word;
}

const char *ledger_group_sign(uint32_t group)
{
	return groups[group].sign;
}

uint64_t ledger_digest(uint32_t id, uint32_t group, int64_t amount)
{
	struct gen g = {((uint64_t)id << 32 | group) ^ (uint64_t)amount << 8};

	return gen_next(&g);
}

/* A sentence of the group, and words of which a few are in many bodies and most in few. */
size_t ledger_body(const struct ledger *l, uint32_t id, uint32_t group, int64_t amount,
                   char out[LEDGER_BODY_MAX])
{
	struct gen g = {(uint64_t)id << 32 ^ (uint64_t)amount};
	int len = snprintf(out, LEDGER_BODY_MAX, "account a%u holds %lld of %s.", id,
	                   (long long)amount, groups[group].text);
	size_t n = (size_t)len, want = l->text < LEDGER_BODY_MAX - 32 ? l->text
	                                                              : LEDGER_BODY_MAX - 32;

	while (n < want) {
		uint64_t r = gen_next(&g);

		n += (size_t)snprintf(out + n, LEDGER_BODY_MAX - n, " w%u",
		                      (unsigned)((r >> 32) % (1 + r % 3000)));
	}
	return n;
}

int ledger_create(const char *path, ink_index **out, ink_error *err)
{
	static const struct {
		const char *name;
		int32_t type;
		uint32_t flags;
	} fields[] = {
		{"id", INK_KEYWORD, INK_KEY | INK_STORED},
		{"amount", INK_I64, INK_STORED},
		{"group", INK_KEYWORD, INK_STORED},
		{"body", INK_TEXT, INK_STORED},
	};
	ink_schema *schema = NULL;
	int rc = ink_schema_new(&schema, err);

	*out = NULL;
	for (size_t i = 0; rc == 0 && i < sizeof fields / sizeof *fields; i++)
		rc = ink_schema_add_field(schema, fields[i].name, fields[i].type, fields[i].flags,
		                          NULL, err);
	if (rc == 0)
		rc = ink_index_create(path, schema, 0, out, err);
	ink_schema_free(schema);
	return rc;
}
