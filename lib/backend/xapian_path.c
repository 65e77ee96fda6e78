/*
 * xapian_path.c - which databases a path names.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 */
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "model/date.h"
#include "store/dir.h"
#include "text/stem.h"

/* ---- options ---- */

static int number(const struct ik_xb_where *w, const char *name, const char *text, size_t len,
                  int32_t min, int32_t max, uint32_t *out, ink_error *err)
{
	int64_t value;

	if (ik_number_i64(text, len, &value, NULL) != 0 || value < min || value > max)
		return ik_fail(err, INK_EINVAL, "%s: \"%s=%.*s\" is not a number from %d to %d",
		               w->path, name, (int)len, text, (int)min, (int)max);
	*out = (uint32_t)value;
	return 0;
}

/* A field of a database of another program: PREFIX, PREFIX:text or PREFIX:keyword. */
static int add_field(struct ik_xb_where *w, const char *name, size_t name_len, const char *text,
                     size_t len, ink_error *err)
{
	static const struct {
		const char *ending;
		int32_t type;
	} types[] = {{":text", INK_TEXT}, {":keyword", INK_KEYWORD}};
	struct ik_xb_field *f = ik_vec_push(&w->fields);
	const char *colon;

	if (f == NULL)
		return ik_fail_nomem(err);
	*f = (struct ik_xb_field){NULL, NULL, 0};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t n = strlen(types[i].ending);

		if (f->type == 0 && len > n && memcmp(text + len - n, types[i].ending, n) == 0) {
			f->type = types[i].type;
			len -= n;
		}
	}
	colon = memchr(text, ':', len); /* the last byte of a prefix, or a type that there is not */
	if (name_len == 0 || len + 2 > IK_XB_PREFIX_MAX ||
	    (colon != NULL && colon + 1 < text + len))
		return ik_fail(err, INK_EINVAL, "%s: \"%.*s=%.*s\" is not NAME=PREFIX[:TYPE]",
		               w->path, (int)name_len, name, (int)len, text);
	f->name = ik_arena_strndup(&w->arena, name, name_len);
	f->prefix = ik_arena_strndup(&w->arena, text, len);
	return f->name == NULL || f->prefix == NULL ? ik_fail_nomem(err) : 0;
}

static int set_stemmer(struct ik_xb_where *w, const char *text, size_t len, ink_error *err)
{
	w->stem = ik_stem_find(text, len);
	if (w->stem != NULL)
		return 0;
	return ik_fail(err, INK_EINVAL, "%s: no stemmer for the language \"%.*s\"", w->path,
	               len < 40 ? (int)len : 40, text);
}

static int is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(text, word, len) == 0;
}

static int option(struct ik_xb_where *w, const char *text, size_t len, ink_error *err)
{
	const char *value = memchr(text, '=', len);
	size_t name_len = value == NULL ? len : (size_t)(value - text);
	uint32_t flag = 0;
	int rc;

	if (value == NULL)
		return ik_fail(err, INK_EINVAL, "%s: the option \"%.*s\" has no value", w->path,
		               (int)len, text);
	value++;
	len -= name_len + 1;
	if (w->dir == NULL && is(text, name_len, "timeout"))
		return number(w, "timeout", value, len, 1, INT32_MAX, &w->timeout_ms, err);
	if (w->dir == NULL && is(text, name_len, "connect"))
		return number(w, "connect", value, len, 1, INT32_MAX, &w->connect_ms, err);
	if (is(text, name_len, "stem"))
		return set_stemmer(w, value, len, err);
	if (w->dir != NULL || !is(text, name_len, "partial"))
		return add_field(w, text, name_len, value, len, err);
	rc = number(w, "partial", value, len, 0, 1, &flag, err);
	w->partial = (int)flag;
	return rc;
}

static int options(struct ik_xb_where *w, const char *p, ink_error *err)
{
	int rc = 0;

	while (rc == 0 && *p != '\0') {
		size_t len = strcspn(p, "&");

		rc = option(w, p, len, err);
		p += len + (p[len] == '&');
	}
	return rc;
}

/* ---- servers ---- */

static int no_server(const struct ik_xb_where *w, const char *text, size_t len, ink_error *err)
{
	return ik_fail(err, INK_EINVAL, "%s: \"%.*s\" is not HOST:PORT", w->path,
	               len < 100 ? (int)len : 100, text);
}

static int add_server(struct ik_xb_where *w, const char *text, size_t len, ink_error *err)
{
	struct ik_xb_server *s;
	int64_t port = 0;
	size_t host = len;
	struct ik_buf name;

	while (host > 0 && text[host - 1] != ':')
		host--;
	if (host < 2 || ik_number_i64(text + host, len - host, &port, NULL) != 0 || port < 1 ||
	    port > 65535)
		return no_server(w, text, len, err);
	host--;
	if (w->servers.n == IK_XB_SERVERS_MAX)
		return ik_fail(err, INK_ELIMIT, "%.100s...: more than %d servers", w->path,
		               IK_XB_SERVERS_MAX);
	s = ik_vec_push(&w->servers);
	if (s == NULL)
		return ik_fail_nomem(err);
	s->port = (uint32_t)port;
	if (text[0] == '[' && text[host - 1] == ']' && host > 2) /* [::1]:4001 */
		s->host = ik_arena_strndup(&w->arena, text + 1, host - 2);
	else
		s->host = ik_arena_strndup(&w->arena, text, host);
	ik_buf_init(&name, 1024);
	ik_buf_printf(&name, "%s:%u", s->host != NULL ? s->host : "", s->port);
	s->name = name.err != 0 ? NULL : ik_arena_strndup(&w->arena, (char *)name.data, name.len);
	ik_buf_free(&name);
	return s->host == NULL || s->name == NULL ? ik_fail_nomem(err) : 0;
}

static int servers(struct ik_xb_where *w, const char *p, const char *end, ink_error *err)
{
	int rc = 0;

	if (end - p < 2 || memcmp(p, "//", 2) != 0)
		return ik_fail(err, INK_EINVAL, "%s: is not //HOST:PORT,HOST:PORT", w->path);
	for (p += 2; rc == 0; p++) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		size_t len = (size_t)((comma != NULL ? comma : end) - p);

		rc = add_server(w, p, len, err);
		p += len;
		if (comma == NULL)
			break;
	}
	return rc;
}

/* ---- both ---- */

/* Readers open the folder again, wherever the process is by then. */
static int hold_dir(struct ik_xb_where *w, ink_error *err)
{
	char *path;
	int rc = ik_dir_absolute(w->dir, &path, err);

	if (rc == 0) {
		w->dir = ik_arena_strndup(&w->arena, path, strlen(path));
		rc = w->dir != NULL ? 0 : ik_fail_nomem(err);
	}
	ik_free(path);
	return rc;
}

int ik_xb_where(const char *path, int remote, struct ik_xb_where *out, ink_error *err)
{
	const char *end = strrchr(path, '?');
	size_t len = end == NULL ? strlen(path) : (size_t)(end - path);
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->timeout_ms = IK_XB_TIMEOUT_MS;
	out->connect_ms = IK_XB_CONNECT_MS;
	out->path = ik_arena_strndup(&out->arena, path, strlen(path));
	if (out->path != NULL && !remote)
		out->dir = ik_arena_strndup(&out->arena, path, len);
	if (out->path == NULL || (out->dir == NULL && !remote))
		return ik_fail_nomem(err);
	if (!remote && len == 0)
		return ik_fail(err, INK_EINVAL, "the path of the index is empty");
	rc = remote ? servers(out, out->path, out->path + len, err) : hold_dir(out, err);
	return rc == 0 && end != NULL ? options(out, out->path + len + 1, err) : rc;
}

void ik_xb_where_release(struct ik_xb_where *w)
{
	ik_vec_free(&w->servers);
	ik_vec_free(&w->fields);
	ik_arena_free(&w->arena);
}
