/*
 * xapian_check.c - verifying a Xapian database, and how large it is.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Xapian's own check
 * reads every block; here, that stored documents hold values of stored fields.
 */
#include <string.h>

#include "backend/xapian.h"

/* ---- the files ---- */

struct listing {
	const char *path;
	uint64_t bytes;
};

static int add_size(void *user, const char *name)
{
	struct listing *l = user;
	struct ik_buf path;
	uint64_t size = 0;
	int fd;

	ik_buf_init(&path, SIZE_MAX / 4);
	ik_buf_printf(&path, "%s/%s", l->path, name);
	if (ik_buf_str(&path) != NULL && ik_os_open_read((const char *)path.data, &fd) == 0) {
		if (ik_os_size(fd, &size) == 0)
			l->bytes += size;
		(void)ik_os_close(fd);
	}
	ik_buf_free(&path);
	return 0;
}

uint64_t ik_xb_bytes(const char *path)
{
	struct listing l = {path, 0};

	return ik_os_list(path, add_size, &l) == 0 ? l.bytes : 0;
}

/* ---- checking ---- */

/* The first line of Xapian's report that speaks of an error. */
struct report {
	char line[160];
	size_t len;
	int found;
};

static int hear(void *user, const char *text, size_t len)
{
	struct report *r = user;

	for (size_t i = 0; i < len && !r->found; i++) {
		if (text[i] != '\n') {
			if (r->len + 1 < sizeof r->line)
				r->line[r->len++] = text[i];
			continue;
		}
		r->line[r->len] = '\0';
		r->found = strstr(r->line, "rror") != NULL || strstr(r->line, "orrupt") != NULL;
		if (!r->found)
			r->len = 0;
	}
	return 0;
}

/* Stored documents hold values of stored fields. */
static int check_docs(struct ik_xap_db *db, const struct ik_xb_where *w,
                      struct ik_schema *schema, ink_error *err)
{
	struct ik_xap_posts *posts = NULL;
	struct ik_doc doc;
	ink_error why;
	int rc = ik_xap_posts_open(db, "", 0, &posts, &why);

	ik_doc_init(&doc, schema);
	while (rc == 0 && (rc = ik_xap_posts_next(posts, &why)) == 1) {
		struct ik_xap_doc *stored = NULL;
		const char *data;
		size_t len;

		rc = ik_xap_db_get_doc(db, ik_xap_posts_doc(posts), &stored, &why);
		if (rc == 0)
			rc = ik_xap_doc_data(stored, &data, &len, &why);
		if (rc == 0)
			rc = ik_doc_decode((const uint8_t *)data, (const uint8_t *)data + len,
			                   &doc, &why);
		ik_xap_doc_free(stored);
		ik_doc_clear(&doc);
	}
	ik_doc_release(&doc);
	ik_xap_posts_free(posts);
	return rc == 0 ? 0 : ik_xb_blame(w, rc, &why, err);
}

static int check_ours(const struct ik_xb_where *w, ink_error *err)
{
	struct ik_xb_head head = {0};
	struct ik_xb_shards shards;
	int rc = ik_xb_shards_open(w, 0, &shards, err);

	if (rc == 0)
		rc = ik_xb_shards_head(&shards, &head, err);
	if (rc == 0 && !head.foreign)
		rc = check_docs(shards.db, w, head.schema, err);
	ik_schema_free(head.schema);
	ik_xb_shards_release(&shards);
	return rc;
}

static int check_in(const struct ik_xb_where *w, ink_progress_fn fn, void *user, ink_error *err)
{
	ink_progress now = {sizeof now, INK_PHASE_CHECK, 0, ik_xb_bytes(w->dir)};
	struct report report = {"", 0, 0};
	uint64_t errors = 0;
	ink_error why;
	int rc = check_ours(w, err);

	/* Xapian's own check cannot be stopped while it runs. */
	if (rc == 0 && fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "%s: the check was stopped", w->path);
	if (rc == 0) {
		rc = ik_xap_check(w->dir, 0, hear, &report, &errors, &why);
		if (rc != 0)
			return ik_xb_blame(w, rc, &why, err);
	}
	if (rc == 0 && errors > 0)
		return ik_fail(err, INK_ECORRUPT, "%s: Xapian finds %llu errors%s%s", w->path,
		               (unsigned long long)errors, report.found ? ": " : "",
		               report.found ? report.line : "");
	now.done = now.total;
	if (rc == 0 && fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "%s: the check was stopped", w->path);
	return rc;
}

int ik_xb_check(const char *path, ink_progress_fn fn, void *user, ink_error *err)
{
	struct ik_xb_where w;
	int rc = ik_xb_where(path, 0, &w, err);

	if (rc == 0)
		rc = check_in(&w, fn, user, err);
	ik_xb_where_release(&w);
	return rc;
}

int ik_xb_check_remote(const char *path, ink_progress_fn fn, void *user, ink_error *err)
{
	(void)fn;
	(void)user;
	return ik_fail(err, INK_EUNSUPPORTED,
	               "%s: servers do not check; check each folder where it is", path);
}
