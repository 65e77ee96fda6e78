/*
 * spec.c - reading an analyzer's spec string, "tokenizer | filter | filter".
 *
 * Layer: text. Grammar: names of lower-case letters, each with an argument
 * behind a colon where it takes one; blanks around names do not count.
 */
#include "text/spec.h"

#include <string.h>

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
};

#define TOKENIZER_NAMES "default, word, letters, whitespace, keyword, ngram:N"
#define FILTER_NAMES "fold, lower, stop:LANG, stem:LANG, length:MIN-MAX"

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

static int find(const struct name *names, size_t n, const struct item *item)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(names[i].text) == item->name_len &&
		    memcmp(names[i].text, item->name, item->name_len) == 0)
			return names[i].kind;
	return -1;
}

static int fail_name(const struct item *item, const char *what, const char *list, ink_error *err)
{
	int len = item->name_len < 40 ? (int)item->name_len : 40;

	return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec, "no %s \"%.*s\"; there are %s",
	                  what, len, item->name, list);
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

static int read_tokenizer(const struct item *item, struct ik_analyzer *analyzer, ink_error *err)
{
	int kind = find(tokenizers, sizeof tokenizers / sizeof tokenizers[0], item);
	const char *p = item->arg, *end = p != NULL ? p + item->arg_len : NULL;

	if (kind < 0)
		return fail_name(item, "tokenizer", TOKENIZER_NAMES, err);
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

static int read_filter(const struct item *item, struct ik_analyzer *analyzer, ink_error *err)
{
	int kind = find(filters, sizeof filters / sizeof filters[0], item);
	struct ik_filter *f;

	if (kind < 0)
		return fail_name(item, "filter", FILTER_NAMES, err);
	if (analyzer->tokenizer == IK_TOKENIZER_DEFAULT)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "default is a whole chain and takes no filters");
	if (analyzer->n_filters == IK_FILTERS_MAX)
		return ik_fail_at(err, INK_ESYNTAX, item->name - item->spec,
		                  "more than %d filters", IK_FILTERS_MAX);
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
	int rc = read_tokenizer(&item, analyzer, err);

	while (rc == INK_OK && *p == '|') {
		p = read_item(spec, p + 1, &item);
		rc = read_filter(&item, analyzer, err);
	}
	return rc;
}
