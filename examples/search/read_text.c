/*
 * read_text.c - whole documents: plain text, Markdown and HTML; and choosing the reader.
 *
 * Part of: the search program. The key of such a document is its path. A digest of the content is
 * kept with it, so that a file that did not change is passed over the next time.
 * Source of the digest: FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo).
 */
#include "reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "msg.h"
#include "signals.h"

static const char *const format_names[] = { "", "text", "markdown", "html" };

enum format format_of(const char *path)
{
	static const struct {
		const char *suffix;
		enum format format;
	} suffixes[] = {
		{ ".md", FORMAT_MARKDOWN },  { ".markdown", FORMAT_MARKDOWN },
		{ ".html", FORMAT_HTML },    { ".htm", FORMAT_HTML },
		{ ".xhtml", FORMAT_HTML },   { ".jsonl", FORMAT_JSONL },
		{ ".ndjson", FORMAT_JSONL }, { ".csv", FORMAT_CSV },
		{ ".tsv", FORMAT_TSV },      { ".tab", FORMAT_TSV },
	};
	size_t len = strlen(path), i, n;

	for (i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		n = strlen(suffixes[i].suffix);
		if (len > n && strcasecmp(path + len - n, suffixes[i].suffix) == 0)
			return suffixes[i].format;
	}
	return FORMAT_TEXT;
}

/* The format counts as well: the same bytes read as something else are another document. */
static void digest(enum format format, const char *text, size_t len, char out[17])
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)format;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
	snprintf(out, 17, "%016" PRIx64, hash);
}

/* ---- the title of a Markdown text ---- */

static size_t line_len(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? (size_t)(nl - p) : (size_t)(end - p);
}

static void trim(const char **p, size_t *len, const char *what)
{
	while (*len > 0 && memchr(what, **p, strlen(what)) != NULL) {
		(*p)++;
		(*len)--;
	}
	while (*len > 0 && memchr(what, (*p)[*len - 1], strlen(what)) != NULL)
		(*len)--;
}

/* A line of = or - and nothing else makes a heading of the line before it. */
static int is_underline(const char *p, size_t len)
{
	size_t i;

	trim(&p, &len, " \t\r");
	if (len == 0 || (p[0] != '=' && p[0] != '-'))
		return 0;
	for (i = 1; i < len; i++)
		if (p[i] != p[0])
			return 0;
	return 1;
}

/* Past a leading block of metadata between lines of ---, or p. */
static const char *skip_metadata(const char *p, const char *end)
{
	const char *at = p;
	size_t n;

	if (end - p < 4 || memcmp(p, "---", 3) != 0 || !is_underline(p, line_len(p, end)))
		return p;
	for (at += line_len(at, end) + 1; at < end; at += n + 1) {
		n = line_len(at, end);
		if (n >= 3 && n <= 4 && (memcmp(at, "---", 3) == 0 || memcmp(at, "...", 3) == 0))
			return at + n < end ? at + n + 1 : end;
	}
	return p;
}

/* The level of a heading such as "## x", or 0. CommonMark: one to six marks, then a blank. */
static size_t heading_level(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] == '#')
		n++;
	return n >= 1 && n <= 6 && n < len && (p[n] == ' ' || p[n] == '\t') ? n : 0;
}

/* The text of a heading; marks at its end are closing ones only behind a blank: "# C#". */
static void put_heading(struct bytes *title, const char *p, size_t len)
{
	size_t n;

	while (len > 0 && *p == '#') {
		p++;
		len--;
	}
	for (n = len; n > 0 && p[n - 1] == '#'; )
		n--;
	if (n == 0 || p[n - 1] == ' ' || p[n - 1] == '\t')
		len = n;
	trim(&p, &len, " \t");
	bytes_put(title, p, len);
}

static void markdown_title(const char *text, size_t text_len, struct bytes *title)
{
	const char *end = text + text_len, *p = skip_metadata(text, end), *before = NULL, *s;
	size_t n, len, before_len = 0;
	int fenced = 0;

	for (; p < end && title->len == 0; p += n + 1) {
		n = line_len(p, end);
		s = p;
		len = n;
		trim(&s, &len, " \t\r");
		if (len >= 3 && (memcmp(s, "```", 3) == 0 || memcmp(s, "~~~", 3) == 0)) {
			fenced = !fenced;
			before_len = 0;
		} else if (fenced) {
			continue;
		} else if (heading_level(s, len) > 0) {
			put_heading(title, s, len);
		} else if (before_len > 0 && is_underline(s, len)) {
			bytes_put(title, before, before_len);
		} else {
			before = s;
			before_len = len;
		}
		if ((size_t)(end - p) <= n)
			break;
	}
}

/* ---- the title of a plain text ---- */

#define TITLE_MAX 120 /* bytes; a longer first line is rather a paragraph */

/* A short first line with an empty line below it, unless it ends as a sentence does. */
static void text_title(const char *text, size_t text_len, struct bytes *title)
{
	static const char *const ends[] = { ".", ",", ":", ";", "\xe3\x80\x82", "\xef\xbc\x8c" };
	const char *end = text + text_len, *p = text, *below, *s;
	size_t len, below_len, i, n;

	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	len = line_len(p, end);
	below = p + len < end ? p + len + 1 : end;
	below_len = line_len(below, end);
	s = below;
	trim(&s, &below_len, " \t\r");
	s = p;
	trim(&s, &len, " \t\r");
	if (len == 0 || len > TITLE_MAX || below == end || below_len > 0)
		return;
	for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		n = strlen(ends[i]);
		if (len >= n && memcmp(s + len - n, ends[i], n) == 0)
			return;
	}
	bytes_put(title, s, len);
}

/* ---- whole documents ---- */

/*
 * The text without the title that it begins with, when that is a field of its own: it would count
 * twice, and every snippet would say it again. Returns how many bytes to leave out.
 */
static size_t title_line(const struct bytes *title, const char *text, size_t len)
{
	const char *end = text + len, *p = text, *s;
	size_t n, line;

	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	line = n = line_len(p, end);
	s = p;
	trim(&s, &n, "# \t\r");
	if (n == 0 || n != title->len || memcmp(s, title->data, n) != 0)
		return 0;
	p += line;
	p += p < end;
	if (p < end && is_underline(p, line_len(p, end)))
		p += line_len(p, end);
	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	return (size_t)(p - text);
}

int read_failed(struct loader *loader, const struct input *in, int rc)
{
	if (rc == INPUT_ERROR && errno == EINTR && signals_stop())
		loader->status = STATUS_INTERRUPTED;
	else
		loader_unreadable(loader, in->name,
		                  rc == INPUT_TOO_LONG ? "over 1 GB, which is the limit" :
		                  strerror(errno));
	return loader->status == STATUS_OK ? LOADER_GO_ON : LOADER_STOP;
}

/* A value that an index may do without; true of all but the body. */
static void optional_text(struct loader *loader, const char *name, const char *text, size_t len)
{
	if (loader_field(loader, name, strlen(name)) != NULL)
		loader_text(loader, name, text, len);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static int emit(struct loader *loader, const char *name, const struct file *file,
                enum format format, const struct bytes *title, const struct bytes *body,
                const char *sum)
{
	const struct field *key = loader->fields.key;
	const char *path = file->path, *t = base_name(name);
	size_t t_len = strlen(t), skip = 0;

	if (title->len > 0) {
		t = title->data;
		t_len = title->len;
	}
	trim(&t, &t_len, " \t\r\n");
	loader_begin(loader, name, 0);
	if (key != NULL && loader_field(loader, "path", 4) != key)
		loader_text(loader, key->name, name, strlen(name));
	optional_text(loader, "path", name, strlen(name));
	optional_text(loader, "title", t, t_len);
	optional_text(loader, "type", format_names[format], strlen(format_names[format]));
	optional_text(loader, "digest", sum, strlen(sum));
	if (path != NULL && loader_field(loader, "modified", 8) != NULL)
		loader_int(loader, "modified", file->modified_ms);
	if (title->len > 0 && loader_field(loader, "title", 5) != NULL)
		skip = title_line(title, bytes_str(body), body->len);
	loader_text(loader, "body", bytes_str(body) + skip, body->len - skip);
	return loader_end(loader);
}

int read_whole(struct loader *loader, struct input *in, const struct file *file,
               enum format format)
{
	struct bytes all = { 0 }, title = { 0 }, body = { 0 };
	char sum[17];
	int rc = input_all(in, &all);

	if (rc != INPUT_OK) {
		rc = read_failed(loader, in, rc);
		goto done;
	}
	if (loader_field(loader, "body", 4) == NULL) {
		msg_error("%s: the index has no field \"body\" for the text; --map body=FIELD",
		          in->name);
		loader->status = STATUS_ERROR;
		rc = LOADER_STOP;
		goto done;
	}
	digest(format, bytes_str(&all), all.len, sum);
	rc = LOADER_GO_ON;
	if (loader_is_unchanged(loader, in->name, sum)) {
		loader->skipped++;
		goto done;
	}
	if (format == FORMAT_HTML) {
		if (html_extract(in->name, bytes_str(&all), all.len, in->has_mark, &title,
		                 &body) < 0) {
			loader_begin(loader, in->name, 0);
			loader_bad(loader, "nothing can be made of this HTML");
			rc = loader_end(loader);
			goto done;
		}
	} else {
		if (format == FORMAT_MARKDOWN)
			markdown_title(bytes_str(&all), all.len, &title);
		else
			text_title(bytes_str(&all), all.len, &title);
		bytes_put(&body, bytes_str(&all), all.len);
	}
	rc = emit(loader, in->name, file, format, &title, &body, sum);
done:
	bytes_free(&all);
	bytes_free(&title);
	bytes_free(&body);
	return rc;
}

/* ---- any file ---- */

/* HTML says how it is encoded, and a reader of JSON refuses what it cannot read. */
static void tell_encoding(struct input *in, enum format format)
{
	const char *line;
	size_t len;

	if (format == FORMAT_HTML || format == FORMAT_JSONL)
		return;
	if (input_first_line(in, &line, &len) != INPUT_ERROR && !input_is_utf8(in))
		msg_info("%s: not UTF-8, so not all of its words can be found; iconv converts it",
		         in->name);
}

static int read_open(struct loader *loader, struct input *in, const struct file *file,
                     enum format format)
{
	int rc = file->is_regular ? input_is_binary(in) : 0;

	if (rc < 0)
		return read_failed(loader, in, rc);
	if (rc > 0) {
		msg_info("%s: looks binary, passed over", in->name);
		loader->skipped++;
		return LOADER_GO_ON;
	}
	tell_encoding(in, format);
	switch (format) {
	case FORMAT_JSONL:
		return read_jsonl(loader, in);
	case FORMAT_CSV:
		return read_csv(loader, in, ',');
	case FORMAT_TSV:
		return read_csv(loader, in, '\t');
	default:
		return read_whole(loader, in, file, format);
	}
}

int read_file(struct loader *loader, const struct file *file, enum format format)
{
	struct input in;
	int rc;

	if (format == FORMAT_AUTO)
		format = file->path == NULL ? FORMAT_JSONL : format_of(file->path);
	if (input_open(&in, file->path, file->path != NULL ? file->path : "-") < 0)
		return read_failed(loader, &in, INPUT_ERROR);
	rc = read_open(loader, &in, file, format);
	input_close(&in);
	if (rc == LOADER_GO_ON && signals_stop()) {
		loader->status = STATUS_INTERRUPTED;
		rc = LOADER_STOP;
	}
	return rc;
}
