/*
 * spec.c - reading an analyzer's spec string, "tokenizer | filter | filter".
 *
 * Layer: text. Grammar: names, each with an argument behind a colon where it
 * takes one; blanks around names do not count. Normalisers may stand before
 * the tokenizer. Built-in names come first, then those in the registry.
 */
#include "text/spec.h"

#include <string.h>

#include "text/extend.h"
#include "text/registry.h"
#include "text/stop.h"

struct name {
	const char *text;
	int kind;
};

static const struct name tokenizers[] = {
	{"default", IK_TOKENIZER_DEFAULT}, {"word", IK_TOKENIZER_WORD},
	{"letters", IK_TOKENIZER_LETTERS}, {"whitespace", IK_TOKENIZER_WHITESPACE},
	{"keyword", IK_TOKENIZER_KEYWORD}, {"ngram", IK_TOKENIZER_NGRAM},
};

static const struct name filters[] = {
	{"fold", IK_FILTER_FOLD}, {"lower", IK_FILTER_LOWER},   {"stop", IK_FILTER_STOP},
	{"stem", IK_FILTER_STEM}, {"length", IK_FILTER_LENGTH},
	{"diacritics", IK_FILTER_DIACRITICS}, {"readings", IK_FILTER_READINGS},
};

#define TOKENIZER_NAMES "default, word, letters, whitespace, keyword, ngram:N"
#define FILTER_NAMES "fold, lower, diacritics, stop:LANG, stem:LANG, length:MIN-MAX"

/* One item of the spec, blanks around it left out. */
struct item {
	const char *spec;
	const char *name;
	size_t name_len;
	const char *arg; /* NULL: none */
	size_t arg_len;
};

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Read the item at p; the character behind it, '|' or NUL. */
static const char *read_item(const char *spec, const char *p, struct item *item)
{
	const char *end, *colon;
	size_t len = strcspn(p, "|");
	const char *next = p + len;

	end = next;
	while (p < end && is_blank(*p))
		p++;
	while (end > p && is_blank(end[-1]))
		end--;
	colon = memchr(p, ':', (size_t)(end - p));
	item->spec = spec;
	item->name = p;
	item->name_len = (size_t)((colon ? colon : end) - p);
	item->arg = colon ? colon + 1 : NULL;
	item->arg_len = colon ? (size_t)(end - colon - 1) : 0;
	return next;
}

static int find(const struct name *names, size_t n, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(names[i].text) == len && memcmp(names[i].text, name, len) == 0)
			return names[i].kind;
	return -1;
}

static int find_tokenizer(const char *name, size_t len)
{
	return find(tokenizers, sizeof tokenizers / sizeof tokenizers[0], name, len);
}

static int find_filter(const char *name, size_t len)
{
	return find(filters, sizeof filters / sizeof filters[0], name, len);
}

const char *ik_spec_name(const char *p, const char **name, size_t *len)
{
	struct item item;

	p = read_item(p, p, &item);
	*name = item.name;
	*len = item.name_len;
	return *p == '|' ? p + 1 : NULL;
}

int ik_spec_is_builtin(const char *name, size_t len)
{
	return find_tokenizer(name, len) >= 0 || find_filter(name, len) >= 0;
}

static int fail_name(const struct item *item, const char *what, const char *list, ink_error *err)
{
	int len = item->name_len < 40 ? (int)item->name_len : 40;

	return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
	                  "no %s \"%.*s\": it is none of %s, and one of the application "
	                  "has to be registered first", what, len, item->name, list);
}

static int fail_arg(const struct item *item, const char *want, ink_error *err)
{
	const char *at = item->arg ? item->arg : item->name + item->name_len;

	return ik_fail_at(err, INK_ESYNTAX, at - item->spec, "%.*s takes %s", (int)item->name_len,
	                  item->name, want);
}

/* A number from min to max at *p, which moves behind it; 0 when there is none. */
static int read_number(const char **p, const char *end, uint32_t min, uint32_t max, uint32_t *out)
{
	const char *from = *p;
	uint32_t v = 0;

	for (; *p < end && **p >= '0' && **p <= '9' && v <= max; ++*p)
		v = v * 10 + (uint32_t)(**p - '0');
	*out = v;
	return *p > from && v >= min && v <= max;
}

/* ---- what the application registered ---- */

/* An instance for the item; takes over the reference. */
static int open_own(const struct item *item, struct ik_extension *extension,
                    struct ik_analyzer *analyzer, struct ik_use *out, ink_error *err)
{
	ink_error why = {0};
	int rc = ik_extend_open(extension, item->arg, item->arg_len, out, &why);

	analyzer->extended = 1;
	return rc == INK_OK ? INK_OK
	                    : ik_fail_at(err, rc, (item->arg ? item->arg : item->name) - item->spec,
	                                 "%s", why.message);
}

static int fail_kind(const struct item *item, struct ik_extension *extension, const char *where,
                     ink_error *err)
{
	int rc = ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
	                    "%s is a %s, which does not stand %s the tokenizer", extension->name,
	                    ik_extension_kind(extension), where);

	ik_extension_unref(extension);
	return rc;
}

static int read_own_tokenizer(const struct item *item, struct ik_analyzer *analyzer,
                              ink_error *err)
{
	struct ik_extension *extension = ik_registry_find(item->name, item->name_len);

	if (extension == NULL)
		return fail_name(item, "tokenizer", TOKENIZER_NAMES, err);
	if (extension->calls.tokenize == NULL)
		return fail_kind(item, extension, "in place of", err);
	analyzer->tokenizer = IK_TOKENIZER_OWN;
	return open_own(item, extension, analyzer, &analyzer->own, err);
}

static int read_own_filter(const struct item *item, struct ik_analyzer *analyzer, ink_error *err)
{
	struct ik_extension *extension = ik_registry_find(item->name, item->name_len);
	struct ik_filter *f = &analyzer->filter[analyzer->n_filters];

	if (extension == NULL)
		return fail_name(item, "filter", FILTER_NAMES, err);
	if (extension->calls.filter == NULL)
		return fail_kind(item, extension, "behind", err);
	analyzer->n_filters++;
	f->kind = IK_FILTER_OWN;
	return open_own(item, extension, analyzer, &f->use, err);
}

/* Normalisers at the front; the item is then the tokenizer's. */
static int read_normalizers(const char **p, struct item *item, struct ik_analyzer *analyzer,
                            ink_error *err)
{
	int rc = INK_OK;

	while (rc == INK_OK && **p == '|') {
		struct ik_extension *extension = ik_registry_find(item->name, item->name_len);

		if (extension == NULL || extension->calls.normalize == NULL) {
			ik_extension_unref(extension);
			break;
		}
		if (analyzer->n_normalizers == IK_NORMALIZERS_MAX) {
			ik_extension_unref(extension);
			return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
			                  "more than %d normalisers", IK_NORMALIZERS_MAX);
		}
		rc = open_own(item, extension, analyzer,
		              &analyzer->normalizer[analyzer->n_normalizers++], err);
		*p = read_item(item->spec, *p + 1, item);
	}
	return rc;
}

/* ---- the items ---- */

static int read_tokenizer(const struct item *item, struct ik_analyzer *analyzer, ink_error *err)
{
	int kind = find_tokenizer(item->name, item->name_len);
	const char *p = item->arg, *end = p != NULL ? p + item->arg_len : NULL;

	if (kind < 0)
		return read_own_tokenizer(item, analyzer, err);
	analyzer->tokenizer = (enum ik_tokenizer)kind;
	if (kind != IK_TOKENIZER_NGRAM)
		return item->arg ? fail_arg(item, "no argument", err) : INK_OK;
	if (p == NULL || !read_number(&p, end, 1, 16, &analyzer->gram_len) || p != end)
		return fail_arg(item, "a length from 1 to 16, such as ngram:2", err);
	return INK_OK;
}

static int read_language(const struct item *item, struct ik_filter *f, ink_error *err)
{
	struct ik_buf list;
	int rc = INK_OK;

	if (f->kind == IK_FILTER_STOP) {
		f->language = item->arg ? ik_stop_find(item->arg, item->arg_len) : NULL;
		if (f->language == NULL)
			rc = ik_fail_at(err, INK_ESYNTAX,
			                (item->arg ? item->arg : item->name) - item->spec,
			                "stop takes a language: %s", ik_stop_list);
		return rc;
	}
	f->language = item->arg ? ik_stem_find(item->arg, item->arg_len) : NULL;
	if (f->language != NULL)
		return INK_OK;
	ik_buf_init(&list, 1024);
	ik_stem_list(&list);
	rc = ik_fail_at(err, INK_ESYNTAX, (item->arg ? item->arg : item->name) - item->spec,
	                "stem takes a language: %s", list.err ? "en" : ik_buf_str(&list));
	ik_buf_free(&list);
	return rc;
}

static int read_length(const struct item *item, struct ik_filter *f, ink_error *err)
{
	const char *p = item->arg, *end = p != NULL ? p + item->arg_len : NULL;

	if (p == NULL || !read_number(&p, end, 0, IK_TERM_MAX, &f->min) || p == end ||
	    *p++ != '-' || !read_number(&p, end, f->min, 100000, &f->max) || p != end)
		return fail_arg(item, "numbers of characters, such as length:2-40", err);
	return INK_OK;
}

/* What the default chain takes behind it: it makes its tokens of text without diacritics. */
static int read_option(const struct item *item, int kind, struct ik_analyzer *analyzer,
                       ink_error *err)
{
	if (kind != IK_FILTER_DIACRITICS && kind != IK_FILTER_READINGS)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "default is a whole chain and takes no filters but diacritics "
		                  "and readings");
	if (item->arg != NULL)
		return fail_arg(item, "no argument", err);
	if (kind == IK_FILTER_READINGS) {
		analyzer->readings = 1;
		return INK_OK;
	}
	if (analyzer->n_normalizers == IK_NORMALIZERS_MAX)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "more than %d normalisers", IK_NORMALIZERS_MAX);
	analyzer->n_normalizers++; /* one without an extension */
	analyzer->extended = 1;
	return INK_OK;
}

static int read_filter(const struct item *item, struct ik_analyzer *analyzer, ink_error *err)
{
	int kind = find_filter(item->name, item->name_len);
	struct ik_filter *f;

	if (analyzer->tokenizer == IK_TOKENIZER_DEFAULT)
		return read_option(item, kind, analyzer, err);
	if (analyzer->n_filters == IK_FILTERS_MAX)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "more than %d filters", IK_FILTERS_MAX);
	if (kind < 0)
		return read_own_filter(item, analyzer, err);
	if (kind == IK_FILTER_READINGS)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "readings are made by the tokenizer default only");
	if (kind != IK_FILTER_DIACRITICS && analyzer->n_plain == analyzer->n_filters)
		analyzer->n_plain++;
	f = &analyzer->filter[analyzer->n_filters++];
	f->kind = (enum ik_filter_kind)kind;
	if (kind == IK_FILTER_STOP || kind == IK_FILTER_STEM)
		return read_language(item, f, err);
	if (kind == IK_FILTER_LENGTH)
		return read_length(item, f, err);
	return item->arg ? fail_arg(item, "no argument", err) : INK_OK;
}

int ik_spec_parse(const char *spec, struct ik_analyzer *analyzer, ink_error *err)
{
	struct item item;
	const char *p = read_item(spec, spec, &item);
	int rc = read_normalizers(&p, &item, analyzer, err);

	if (rc == INK_OK)
		rc = read_tokenizer(&item, analyzer, err);
	while (rc == INK_OK && *p == '|') {
		p = read_item(spec, p + 1, &item);
		rc = read_filter(&item, analyzer, err);
	}
	return rc;
}
