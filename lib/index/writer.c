/*
 * writer.c - documents in, keys checked.
 *
 * Layer: index. See writer_impl.h for what is where.
 */
#include "index/writer.h"

#include "index/writer_impl.h"

#define SEQ_MAX (UINT32_MAX / 2)

/* For errors in the caller's thread, after which the writer's state is unknown. */
static int fatal(struct ik_writer *w, int rc, const ink_error *why, ink_error *err)
{
	if (err != NULL)
		*err = *why;
	return ik_writer_break(w, rc, why);
}

int ik_writer_settle(struct ik_writer *w, ink_error *err)
{
	int rc = ik_pool_flush(w, err);

	w->looked_at = SIZE_MAX; /* sizes may have changed as well: ask the policy again */
	return rc == 0 ? ik_keys_apply(w, err) : rc;
}

int ik_writer_add_field(struct ik_writer *w, const char *name, int32_t type, uint32_t flags,
                        const char *analyzer, ink_error *err)
{
	struct ik_schema *grown = NULL;
	ink_error why;
	int rc = ik_writer_ok(w, err);

	if (rc != 0)
		return rc;
	if (flags & INK_KEY)
		return ik_fail(err, INK_EINVAL, "field \"%s\": a key cannot be added later", name);
	rc = ik_schema_copy(w->schema, &grown, err);
	if (rc == 0 && type == INK_TEXT)
		rc = ik_analyzer_try(analyzer, err);
	if (rc == 0)
		rc = ik_schema_add(grown, name, type, flags, analyzer, err);
	if (rc != 0) {
		ik_schema_free(grown);
		return rc;
	}
	/* Memory indexes know one schema for all their life. */
	w->started = 1;
	rc = ik_writer_settle(w, &why);
	if (rc != 0) {
		ik_schema_free(grown);
		return fatal(w, rc, &why, err);
	}
	ik_pool_discard(w);
	ik_schema_free(w->schema);
	w->schema = grown;
	w->changed = 1;
	return 0;
}

/* Does it fit the schema and the limits? */
static int check_doc(const struct ik_writer *w, const struct ik_doc *doc, ink_error *err)
{
	size_t bytes = doc->bytes + doc->values.n * sizeof *doc->values.v;

	for (size_t i = 0; i < doc->values.n; i++) {
		const struct ik_value *v = &doc->values.v[i];

		if (v->field >= w->schema->n || w->schema->fields[v->field].type != v->type)
			return ik_fail(err, INK_ESCHEMA, "a document of another index: value %zu",
			               i + 1);
	}
	if (bytes > w->memory / 2)
		return ik_fail(err, INK_ELIMIT,
		               "a document of %zu bytes, %llu are allowed: half the memory", bytes,
		               (unsigned long long)(w->memory / 2));
	if (doc->bytes + doc->values.n * (IK_VALUE_GAP + 1) > INT32_MAX)
		return ik_fail(err, INK_ELIMIT, "a document of %zu bytes in %zu values, "
		               "over 2^31 positions", doc->bytes, doc->values.n);
	return 0;
}

static int key_exists(struct ik_writer *w, const struct ik_value *key, ink_error *err)
{
	ink_error why;
	int rc = ik_keys_exists(w, key->text, key->len, &why);

	if (rc < 0)
		return fatal(w, rc, &why, err);
	if (rc == 0)
		return 0;
	return ik_fail(err, INK_EEXISTS, "a document with key \"%.*s\" is there already",
	               (int)(key->len > 150 ? 150 : key->len), key->text);
}

/* After each change: keep what is pending within its share, and merges going. */
static int after_change(struct ik_writer *w, ink_error *err)
{
	int rc = 0;

	if (w->seq >= SEQ_MAX || ik_keys_bytes(&w->keys) > w->memory / 8)
		rc = ik_writer_settle(w, err);
	return rc == 0 ? ik_merge_poll(w, err) : rc;
}

/*
 * Tokenizers of the application have to be registered in this process as
 * well; without them an index can be merged and deleted from all the same.
 */
static int check_analyzers(struct ik_writer *w, ink_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && !w->analyzes && i < w->schema->n; i++) {
		const struct ik_field *f = &w->schema->fields[i];
		struct ik_analyzer *tried = NULL;

		if (f->type == INK_TEXT)
			rc = ik_analyzer_of_field(f->name, f->analyzer, &tried, err);
		ik_analyzer_unref(tried);
	}
	w->analyzes = rc == 0;
	return rc;
}

static int put_doc(struct ik_writer *w, const struct ik_doc *doc, int update, ink_error *err)
{
	const struct ik_value *key = NULL;
	ink_error why;
	int rc = ik_writer_ok(w, err);

	if (rc == 0)
		rc = check_doc(w, doc, err);
	if (rc == 0)
		rc = check_analyzers(w, err);
	if (rc != 0)
		return rc;
	w->started = 1;
	if (w->schema->key != IK_NO_FIELD) {
		key = ik_doc_key(doc);
		if (key == NULL)
			return ik_fail(err, INK_ESCHEMA, "field \"%s\": a document needs its key",
			               w->schema->fields[w->schema->key].name);
		if (!update)
			rc = key_exists(w, key, err);
		if (rc != 0)
			return rc;
	} else if (update) {
		return ik_fail(err, INK_ESCHEMA, "update: the schema has no key field");
	}
	w->seq++;
	if (key != NULL)
		rc = ik_keys_note(&w->keys, key->text, key->len, w->seq, 1, update, &why);
	if (rc == 0)
		rc = ik_pool_add(w, doc, w->seq, &why);
	if (rc == 0)
		rc = after_change(w, &why);
	return rc == 0 ? 0 : fatal(w, rc, &why, err);
}

int ik_writer_add(struct ik_writer *w, const struct ik_doc *doc, ink_error *err)
{
	return put_doc(w, doc, 0, err);
}

int ik_writer_update(struct ik_writer *w, const struct ik_doc *doc, ink_error *err)
{
	return put_doc(w, doc, 1, err);
}

int ik_writer_delete(struct ik_writer *w, const char *key, size_t len, ink_error *err)
{
	ink_error why;
	int rc = ik_writer_ok(w, err);

	if (rc != 0)
		return rc;
	if (w->schema->key == IK_NO_FIELD)
		return ik_fail(err, INK_ESCHEMA, "delete: the schema has no key field");
	if (len > IK_KEYWORD_MAX)
		return 0; /* no document has such a key */
	w->started = 1;
	rc = ik_keys_note(&w->keys, key, len, ++w->seq, 0, 1, &why);
	if (rc == 0)
		rc = after_change(w, &why);
	return rc == 0 ? 0 : fatal(w, rc, &why, err);
}
