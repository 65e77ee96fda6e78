/*
 * xapian.c - Xapian behind the vtable: the module's entry, creating and
 * opening an index.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian. Writers are in
 * xapian_write.c, readers in xapian_read.c, results in xapian_results.c.
 */
#include "backend/xapian.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "index/manifest.h"
#include "index/writer.h"
#include "model/date.h"
#include "store/dir.h"

#define FORMAT "1"
#define OPEN_TRIES 100

int ik_xb_blame(const char *path, int rc, const ink_error *why, ink_error *err)
{
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	/* Xapian's message may name the path already. */
	if (strstr(why->message, path) != NULL)
		return ik_fail(err, rc, "%s", why->message);
	return ik_fail(err, rc, "%s: %s", path, why->message);
}

/* ---- metadata ---- */

int ik_xb_schema(struct ik_xap_db *db, const char *path, struct ik_schema **out,
                 uint64_t *generation, int *foreign, ink_error *err)
{
	const char *text;
	ink_error why = {0};
	int64_t number = 0;
	size_t len;
	int rc = ik_xap_db_metadata(db, "inkstone.format", &text, &len, &why);

	*out = NULL;
	*generation = 0;
	if (foreign != NULL)
		*foreign = rc == 0 && len == 0;
	if (rc == 0 && len == 0)
		return ik_xb_foreign_schema(out, err);
	if (rc == 0 && strcmp(text, FORMAT) != 0)
		return ik_fail(err, INK_EFORMAT, "%s: format %.20s of our data, not " FORMAT,
		               path, text);
	if (rc == 0)
		rc = ik_xap_db_metadata(db, "inkstone.generation", &text, &len, &why);
	if (rc == 0 && ik_number_i64(text, len, &number, NULL) != 0)
		return ik_fail(err, INK_ECORRUPT, "%s: the number of the commit is \"%.30s\"",
		               path, text);
	*generation = (uint64_t)number;
	if (rc == 0)
		rc = ik_xap_db_metadata(db, "inkstone.schema", &text, &len, &why);
	if (rc == 0)
		rc = ik_schema_decode((const uint8_t *)text, (const uint8_t *)text + len, out,
		                      &why);
	if (rc != 0 && err != NULL)
		*err = why; /* the caller says whose it is */
	return rc;
}

int ik_xb_set_schema(struct ik_xap_db *db, const struct ik_schema *schema, uint64_t generation,
                     ink_error *err)
{
	char *stamp = ik_manifest_stamp(schema);
	struct ik_buf buf, number;
	int rc;

	ik_buf_init(&buf, SIZE_MAX / 4);
	ik_buf_init(&number, 32);
	ik_schema_encode(schema, &buf);
	ik_buf_printf(&number, "%llu", (unsigned long long)generation);
	if (stamp == NULL || buf.err != 0 || number.err != 0)
		rc = ik_fail_nomem(err);
	else
		rc = ik_xap_db_set_metadata(db, "inkstone.schema", buf.data, buf.len, err);
	if (rc == 0)
		rc = ik_xap_db_set_metadata(db, "inkstone.generation", number.data, number.len,
		                            err);
	if (rc == 0)
		rc = ik_xap_db_set_metadata(db, "inkstone.format", FORMAT, strlen(FORMAT), err);
	if (rc == 0)
		rc = ik_xap_db_set_metadata(db, "inkstone.analysis", stamp, strlen(stamp), err);
	ik_free(stamp);
	ik_buf_free(&buf);
	ik_buf_free(&number);
	return rc;
}

/*
 * Xapian opens a database file by file. A writer that commits meanwhile, and
 * once more, takes the revision away: then the newer one is there already.
 */
int ik_xb_open(const char *path, struct ik_xap_db **db, struct ik_schema **schema,
               uint64_t *generation, int *foreign, ink_error *err)
{
	ink_error why = {0};
	int rc = 0;

	*schema = NULL;
	for (int tries = 0; tries < OPEN_TRIES; tries++) {
		rc = ik_xap_db_open(path, db, &why);
		if (rc == 0)
			rc = ik_xb_schema(*db, path, schema, generation, foreign, &why);
		if (rc == 0)
			return 0;
		ik_xap_db_free(*db);
		*db = NULL;
		if (!ik_xap_is_stale(&why))
			break;
	}
	if (ik_os_is_dir(path) == ENOTDIR)
		return ik_fail_sys(err, ENOTDIR, "%s: no Xapian database", path);
	return ik_xb_blame(path, rc, &why, err);
}

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

static int count_name(void *user, const char *name)
{
	(void)name;
	++*(int *)user;
	return 0;
}

/* ---- an index ---- */

static struct ik_xb_index *index_of(struct ik_be_index *base)
{
	return (struct ik_xb_index *)base;
}

static void close_index(struct ik_be_index *base)
{
	ik_free(index_of(base)->path);
	ik_free(base);
}

static int schema_of(struct ik_be_index *base, struct ik_schema **out, ink_error *err)
{
	struct ik_xap_db *db = NULL;
	uint64_t generation;
	int rc = ik_xb_open(index_of(base)->path, &db, out, &generation, NULL, err);

	ik_xap_db_free(db);
	return rc;
}

static const struct ik_index_ops index_ops = {schema_of, ik_xb_writer_open, ik_xb_reader_open,
                                              close_index};

static int index_new(const char *path, struct ik_be_index **out, ink_error *err)
{
	struct ik_xb_index *index = ik_zalloc(sizeof *index);

	*out = NULL;
	if (index == NULL)
		return ik_fail_nomem(err);
	index->base.ops = &index_ops;
	index->path = ik_strndup(path, strlen(path));
	if (index->path == NULL) {
		ik_free(index);
		return ik_fail_nomem(err);
	}
	*out = &index->base;
	return 0;
}

/* ---- creating and opening ---- */

static int check_schema(const struct ik_schema *schema, ink_error *err)
{
	if (schema->n == 0)
		return ik_fail(err, INK_EINVAL, "a schema without fields");
	for (uint32_t i = 0; i < schema->n; i++) {
		struct ik_analyzer *tried = NULL;
		int rc = 0;

		if (schema->fields[i].type == INK_TEXT)
			rc = ik_analyzer_new(schema->fields[i].analyzer, &tried, err);
		ik_analyzer_unref(tried);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Make the folder, or see that it is empty. */
static int take_folder(const char *path, ink_error *err)
{
	struct ik_dir *dir = NULL;
	int names = 0;
	int rc = ik_dir_fs(path, 1, &dir, err);

	if (rc == 0)
		rc = dir->ops->list(dir, count_name, &names, err);
	ik_dir_free(dir);
	if (rc == 0 && names > 0)
		return ik_fail(err, INK_EEXISTS, "%s: not empty", path);
	return rc;
}

static int create(const char *path, const struct ik_schema *schema, struct ik_be_index **out,
                  ink_error *err)
{
	struct ik_xap_db *db = NULL;
	ink_error why;
	int rc = check_schema(schema, err);

	*out = NULL;
	if (rc == 0)
		rc = take_folder(path, err);
	if (rc == 0)
		rc = index_new(path, out, err);
	if (rc != 0)
		return rc;
	rc = ik_xap_db_open_write(path, IK_XAP_CREATE, &db, &why);
	if (rc == 0)
		rc = ik_xb_set_schema(db, schema, 1, &why);
	if (rc == 0)
		rc = ik_xap_db_commit(db, &why);
	ik_xap_db_free(db);
	if (rc == 0)
		return 0;
	close_index(*out);
	*out = NULL;
	return ik_xb_blame(path, rc, &why, err);
}

static int open_index(const char *path, struct ik_be_index **out, ink_error *err)
{
	struct ik_schema *schema = NULL;
	int rc;

	*out = NULL;
	if (path[0] == '\0')
		return ik_fail(err, INK_EINVAL, "the path of the index is empty");
	rc = index_new(path, out, err);
	if (rc == 0)
		rc = schema_of(*out, &schema, err); /* is there one? */
	ik_schema_free(schema);
	if (rc != 0 && *out != NULL) {
		close_index(*out);
		*out = NULL;
	}
	return rc;
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
static int check_docs(struct ik_xap_db *db, const char *path, struct ik_schema *schema,
                      ink_error *err)
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
	return rc == 0 ? 0 : ik_xb_blame(path, rc, &why, err);
}

static int check_ours(const char *path, ink_error *err)
{
	struct ik_schema *schema = NULL;
	struct ik_xap_db *db = NULL;
	uint64_t generation;
	int foreign = 0;
	int rc = ik_xb_open(path, &db, &schema, &generation, &foreign, err);

	if (rc == 0 && !foreign)
		rc = check_docs(db, path, schema, err);
	ik_schema_free(schema);
	ik_xap_db_free(db);
	return rc;
}

int ik_xb_check(const char *path, ink_progress_fn fn, void *user, ink_error *err)
{
	ink_progress now = {sizeof now, INK_PHASE_CHECK, 0, ik_xb_bytes(path)};
	struct report report = {"", 0, 0};
	uint64_t errors = 0;
	ink_error why;
	int rc = check_ours(path, err);

	/* Xapian's own check cannot be stopped while it runs. */
	if (rc == 0 && fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "%s: the check was stopped", path);
	if (rc == 0) {
		rc = ik_xap_check(path, 0, hear, &report, &errors, &why);
		if (rc != 0)
			return ik_xb_blame(path, rc, &why, err);
	}
	if (rc == 0 && errors > 0)
		return ik_fail(err, INK_ECORRUPT, "%s: Xapian finds %llu errors%s%s", path,
		               (unsigned long long)errors, report.found ? ": " : "",
		               report.found ? report.line : "");
	now.done = now.total;
	if (rc == 0 && fn != NULL && fn(user, &now) != 0)
		return ik_fail(err, INK_ECANCELED, "%s: the check was stopped", path);
	return rc;
}

/* ---- the module ---- */

static const struct ik_backend backend = {"xapian", create, open_index, ik_xb_check};

INK_API const struct ik_backend *ink_xapian_backend(uint32_t abi, const ink_allocator *allocator,
                                                    ik_registry_find_fn find);

const struct ik_backend *ink_xapian_backend(uint32_t abi, const ink_allocator *allocator,
                                            ik_registry_find_fn find)
{
	static atomic_flag taken = ATOMIC_FLAG_INIT;
	static atomic_int ready;

	if (abi != IK_XAPIAN_ABI)
		return NULL;
	/* Every call brings the same two; threads may come together. */
	if (!atomic_flag_test_and_set(&taken)) {
		ik_mem_set(allocator);
		ik_registry_use(find);
		atomic_store(&ready, 1);
	}
	while (!atomic_load(&ready))
		;
	return &backend;
}
