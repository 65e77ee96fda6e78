/*
 * cmd_copy.c - search copy: all documents of an index into another. Part of: the search program.
 *
 * What tells documents apart is the key: the target refuses one that it has, and so a copy that
 * was stopped goes on where it was when it is run again. Without a key it is the order: what the
 * target has must be the first documents of the source, value by value.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "folder.h"
#include "msg.h"
#include "out.h"
#include "progress.h"
#include "signals.h"
#include "values.h"

enum { MESSAGES_MAX = 100 };

struct copy {
	const char *from, *to;
	struct reading source;
	ink_docs *walk;
	ink_index *index; /* the target */
	struct fields fields;
	ink_writer *writer;
	ink_doc *doc;
	ink_docs *behind; /* the target's documents, when there is no key */
	uint64_t batch, memory;
	uint64_t total;   /* documents of the source */
	int is_made;      /* the target, by us, and nothing committed yet */
	int had_folder;   /* even so */
	uint64_t put, bytes;          /* since the last commit */
	uint64_t copied;              /* and committed */
	uint64_t skipped, failed;
	int status; /* STATUS_OK, or why to stop */
};

static int fail(struct copy *copy, const char *dir, const ink_error *err)
{
	msg_ink(dir, err);
	copy->status = STATUS_ERROR;
	return -1;
}

/* ---- documents ---- */

static int commit(struct copy *copy)
{
	ink_error err;

	if (ink_writer_commit(copy->writer, NULL, &err) < 0)
		return fail(copy, copy->to, &err);
	copy->is_made = 0;
	copy->copied += copy->put;
	copy->put = copy->bytes = 0;
	return 0;
}

/* The source's document as one of the target. */
static int convert(struct copy *copy, const ink_doc *from, const char **key, size_t *key_len,
                   ink_error *err)
{
	struct value v;
	size_t i;
	int rc = 0;

	*key = NULL;
	*key_len = 0;
	ink_doc_clear(copy->doc);
	for (i = 0; i < ink_doc_len(from); i++) {
		if ((rc = value_get(from, i, &v, err)) < 0 ||
		    (rc = value_put(copy->doc, &v, err)) < 0)
			return rc;
		copy->bytes += v.len;
		if (copy->fields.key != NULL && strcmp(v.name, copy->fields.key->name) == 0) {
			*key = v.data;
			*key_len = v.len;
		}
	}
	return rc;
}

/* A document that the target cannot hold is told and left out. */
static void leave_out(struct copy *copy, const char *key, size_t len, const ink_error *err)
{
	if (copy->failed == MESSAGES_MAX)
		msg_error("more failed; no further ones are shown");
	else if (copy->failed < MESSAGES_MAX && key != NULL)
		msg_error("%s: document with key \"%.*s\": %s", copy->from,
		          len < 200 ? (int)len : 200, key, err->message);
	else if (copy->failed < MESSAGES_MAX)
		msg_error("%s: document %" PRIu64 ": %s", copy->from, ink_docs_number(copy->walk),
		          err->message);
	copy->failed++;
}

static void add(struct copy *copy, const ink_doc *from)
{
	const char *key;
	size_t len;
	ink_error err;
	int rc = convert(copy, from, &key, &len, &err);

	if (rc >= 0)
		rc = ink_writer_add(copy->writer, copy->doc, &err);
	if (rc >= 0)
		copy->put++;
	else if (rc == INK_EEXISTS)
		copy->skipped++;
	else if (rc == INK_ELIMIT || rc == INK_ESCHEMA || rc == INK_EINVAL)
		leave_out(copy, key, len, &err);
	else
		fail(copy, copy->to, &err);
	if (copy->status == STATUS_OK && (copy->put >= copy->batch || copy->bytes >= copy->memory))
		commit(copy);
}

/* Without a key: 1 when the target has this document at this place, 0 past its last. */
static int is_behind(struct copy *copy, const ink_doc *doc)
{
	ink_doc *there = NULL;
	ink_error err;
	int rc = ink_docs_next(copy->behind, &err);

	if (rc > 0 && (rc = ink_docs_get(copy->behind, &there, &err)) >= 0)
		rc = docs_same(doc, there, &err);
	else if (rc == 0) {
		ink_docs_close(copy->behind);
		copy->behind = NULL;
		return 0;
	}
	ink_doc_free(there);
	if (rc < 0)
		return fail(copy, copy->to, &err);
	if (rc == 0) {
		msg_error("%s: what it has is not the beginning of %s (document %" PRIu64
		          " differs), and there is no key to tell documents apart",
		          copy->to, copy->from, copy->skipped);
		copy->status = STATUS_ERROR;
		return -1;
	}
	copy->skipped++;
	return 1;
}

/* Without a key, at the end: the target may not have more than the source. */
static void check_end(struct copy *copy)
{
	ink_error err;
	int rc = ink_docs_next(copy->behind, &err);

	if (rc < 0)
		fail(copy, copy->to, &err);
	if (rc <= 0)
		return;
	msg_error("%s: it has more documents than %s", copy->to, copy->from);
	copy->status = STATUS_ERROR;
}

static void draw(struct copy *copy)
{
	ink_progress now = { sizeof now, INK_PHASE_MERGE,
		             copy->copied + copy->put + copy->skipped + copy->failed, copy->total };

	if (progress_of_library("copying", &now) != 0)
		copy->status = STATUS_INTERRUPTED;
}

static void walk(struct copy *copy)
{
	ink_doc *doc;
	ink_error err;
	int rc;

	while (copy->status == STATUS_OK && (rc = ink_docs_next(copy->walk, &err)) != 0) {
		if (rc < 0 || (rc = ink_docs_get(copy->walk, &doc, &err)) < 0) {
			fail(copy, copy->from, &err);
			break;
		}
		if (copy->behind == NULL || is_behind(copy, doc) == 0)
			add(copy, doc);
		ink_doc_free(doc);
		draw(copy);
	}
	if (copy->status == STATUS_OK && copy->behind != NULL)
		check_end(copy);
}

/* ---- the two indexes ---- */

/* Whether all fields of the source can be read back. */
static int check_stored(const struct copy *copy, int stored_only)
{
	const struct fields *fields = &copy->source.fields;
	struct bytes names = { 0 };
	size_t i;
	int rc = 0;

	if (fields->key != NULL && (fields->key->flags & INK_STORED) == 0) {
		msg_error("%s: the key field \"%s\" is not stored, so documents cannot be copied",
		          copy->from, fields->key->name);
		return -1;
	}
	for (i = 0; i < fields->n && !stored_only; i++)
		if ((fields->list[i].flags & INK_STORED) == 0) {
			bytes_puts(&names, names.len > 0 ? ", " : "");
			bytes_puts(&names, fields->list[i].name);
		}
	if (names.len > 0) {
		msg_error("%s: not stored, so they cannot be copied: %s; --stored-only copies the "
		          "others", copy->from, bytes_str(&names));
		rc = -1;
	}
	bytes_free(&names);
	return rc;
}

/* Whether the target has a place for all values of the source. */
static int check_fields(const struct copy *copy)
{
	size_t i;

	for (i = 0; i < copy->source.fields.n; i++) {
		const struct field *f = &copy->source.fields.list[i];
		const struct field *to = fields_find(&copy->fields, f->name, strlen(f->name));

		if (to != NULL && to->type == f->type && ((to->flags ^ f->flags) & INK_KEY) == 0)
			continue;
		msg_error("%s: it has no field \"%s\" of type %s%s, as %s", copy->to, f->name,
		          field_type_name(f->type), (f->flags & INK_KEY) != 0 ? " as key" : "",
		          copy->from);
		return -1;
	}
	return 0;
}

/* Make the target, or open the one that is there. */
static int open_target(struct copy *copy, ink_error *err)
{
	ink_schema *schema;
	ink_error why;
	int rc = ink_index_schema(copy->source.index, &schema, err);

	if (rc < 0)
		return rc;
	copy->had_folder = folder_is_there(copy->to);
	rc = ink_index_create(copy->to, schema, 0, &copy->index, err);
	copy->is_made = rc >= 0;
	ink_schema_free(schema);
	/* A folder of other files is told by the first of the two errors. */
	if (rc == INK_EEXISTS && (rc = ink_index_open(copy->to, 0, &copy->index, &why)) < 0 &&
	    rc != INK_ENOTFOUND)
		*err = why;
	return rc < 0 ? rc : fields_load(&copy->fields, copy->index, err);
}

/* The dictionary and the synonyms of the source. */
static int copy_words(struct copy *copy, ink_error *err)
{
	const char *text;
	size_t len;
	int rc = ink_reader_dictionary(copy->source.reader, &text, &len, err);

	if (rc >= 0 && len > 0)
		rc = ink_writer_set_dictionary(copy->writer, text, len, err);
	if (rc >= 0 && (rc = ink_reader_synonyms(copy->source.reader, &text, &len, err)) >= 0 &&
	    len > 0)
		rc = ink_writer_set_synonyms(copy->writer, text, len, err);
	if (rc == INK_EUNSUPPORTED)
		msg_error("--no-words copies without the dictionary and the synonyms");
	return rc;
}

static int open_writer(struct copy *copy, int words, ink_error *err)
{
	ink_stats stats = { .struct_size = sizeof stats };
	ink_reader *there = NULL;
	int rc;

	if ((rc = ink_writer_open(copy->index, &copy->writer, err)) >= 0 &&
	    (rc = ink_writer_set_memory(copy->writer, copy->memory, err)) >= 0 &&
	    (rc = ink_writer_set_reorder(copy->writer, INK_REORDER_NONE, err)) >= 0 &&
	    (rc = ink_doc_new(copy->index, &copy->doc, err)) >= 0 &&
	    (rc = ink_reader_open(copy->index, &there, err)) >= 0 &&
	    (rc = ink_reader_stats(there, &stats, err)) >= 0) {
		copy->is_made &= stats.docs == 0;
		if (stats.docs == 0)
			rc = words ? copy_words(copy, err) : 0;
		else if (copy->fields.key == NULL)
			rc = ink_docs_open(there, &copy->behind, err);
	}
	ink_reader_close(there);
	return rc;
}

static int start(struct copy *copy, const struct args *args)
{
	ink_stats stats = { .struct_size = sizeof stats };
	ink_error err;

	if (args_u64(args, "batch", 1, UINT64_MAX, &copy->batch) < 0 ||
	    args_memory(args, &copy->memory) < 0 ||
	    open_reading(copy->from, 0, &copy->source) != STATUS_OK ||
	    check_stored(copy, args_has(args, "stored-only")) < 0)
		return -1;
	if (ink_reader_stats(copy->source.reader, &stats, &err) < 0 ||
	    ink_docs_open(copy->source.reader, &copy->walk, &err) < 0)
		return fail(copy, copy->from, &err);
	copy->total = stats.docs;
	if (open_target(copy, &err) < 0)
		return fail(copy, copy->to, &err);
	if (check_fields(copy) < 0)
		return -1;
	if (open_writer(copy, !args_has(args, "no-words"), &err) < 0) {
		copy->is_made &= err.code != INK_ELOCKED; /* another one has it already */
		return fail(copy, copy->to, &err);
	}
	return 0;
}

/* ---- the command ---- */

static void summary(const struct copy *copy, int as_json)
{
	json_t *object;

	if (copy->status == STATUS_INTERRUPTED)
		msg_error("interrupted; to go on, give the same command again");
	else if (copy->status == STATUS_ERROR && copy->copied > 0)
		msg_info("%s keeps what was copied; once that is mended, the same command goes on",
		         copy->to);
	if (as_json) {
		object = json_pack("{s:s,s:i}", "type", "copy", "format_version", 1);
		out_json_set(object, "copied", json_integer((json_int_t)copy->copied));
		out_json_set(object, "skipped", json_integer((json_int_t)copy->skipped));
		out_json_set(object, "failed", json_integer((json_int_t)copy->failed));
		out_json_set(object, "elapsed_ms", json_real(progress_seconds() * 1000));
		out_json(object);
	}
	msg_info("copied %" PRIu64 ", skipped %" PRIu64 ", failed %" PRIu64 ", in %.2f s",
	         copy->copied, copy->skipped, copy->failed, progress_seconds());
}

/* An index without a document that nobody asked for. No other writer gets in before it is gone. */
static void discard_target(struct copy *copy)
{
	if (copy->writer != NULL && ink_writer_rollback(copy->writer, NULL) < 0)
		return;
	folder_clear(copy->to);
	ink_writer_close(copy->writer);
	copy->writer = NULL;
	if (!copy->had_folder)
		folder_remove(copy->to);
}

static void copy_free(struct copy *copy)
{
	if (copy->is_made)
		discard_target(copy);
	ink_docs_close(copy->walk);
	ink_docs_close(copy->behind);
	ink_doc_free(copy->doc);
	ink_writer_close(copy->writer);
	ink_index_close(copy->index);
	fields_free(&copy->fields);
	close_reading(&copy->source);
}

int cmd_copy(const struct args *args)
{
	struct copy copy = { .from = args->operands[0], .to = args->operands[1] };
	int as_json = args_choice(args, "format") == OUT_FORMAT_JSON;
	int quiet = args_has(args, "quiet") || as_json;

	msg_set_quiet(quiet);
	progress_start(0, quiet);
	if (start(&copy, args) < 0) {
		copy_free(&copy);
		return STATUS_ERROR;
	}
	walk(&copy);
	if (copy.status == STATUS_OK)
		commit(&copy);
	progress_stop();
	summary(&copy, as_json);
	copy_free(&copy);
	return copy.status == STATUS_OK && copy.failed > 0 ? STATUS_ERROR : copy.status;
}
