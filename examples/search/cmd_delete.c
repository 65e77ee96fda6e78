/* cmd_delete.c - search delete: documents by key or by query. Part of: the search program. */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "msg.h"

static int count_docs(ink_index *index, uint64_t *out, ink_error *err)
{
	ink_stats stats = { .struct_size = sizeof stats };
	ink_reader *reader;
	int rc = ink_reader_open(index, &reader, err);

	if (rc < 0)
		return rc;
	rc = ink_reader_stats(reader, &stats, err);
	ink_reader_close(reader);
	*out = stats.docs;
	return rc;
}

/* 0, or a status of the library after a message. */
static int delete_all(ink_index *index, ink_writer *writer, const struct args *args)
{
	const char *dir = args->operands[0], *text;
	ink_query *query;
	size_t at = 0;
	ink_error err;
	int rc = 0;

	while (rc >= 0 && (text = args_next(args, "key", &at)) != NULL) {
		rc = ink_writer_delete(writer, text, strlen(text), &err);
		if (rc < 0)
			msg_ink(dir, &err);
	}
	at = 0;
	while (rc >= 0 && (text = args_next(args, "query", &at)) != NULL) {
		rc = ink_query_parse(index, text, strlen(text), 0, &query, &err);
		if (rc < 0) {
			msg_ink_at("query", text, &err);
			break;
		}
		rc = ink_writer_delete_query(writer, query, NULL, &err);
		ink_query_free(query);
		if (rc < 0)
			msg_ink(dir, &err);
	}
	return rc;
}

static int run(ink_index *index, const struct args *args)
{
	const char *dir = args->operands[0];
	uint64_t before = 0, now = 0;
	ink_writer *writer = NULL;
	ink_error err;
	int rc;

	if ((rc = ink_writer_open(index, &writer, &err)) < 0 ||
	    (rc = count_docs(index, &before, &err)) < 0) {
		msg_ink(dir, &err);
	} else if ((rc = delete_all(index, writer, args)) >= 0) {
		if ((rc = ink_writer_commit(writer, NULL, &err)) < 0 ||
		    (rc = count_docs(index, &now, &err)) < 0)
			msg_ink(dir, &err);
	}
	ink_writer_close(writer);
	if (rc < 0)
		return STATUS_ERROR;
	msg_info("deleted %" PRIu64, before - now);
	return before > now ? STATUS_OK : STATUS_NONE;
}

int cmd_delete(const struct args *args)
{
	ink_index *index;
	ink_error err;
	int status;

	msg_set_quiet(args_has(args, "quiet"));
	if (!args_has(args, "key") && !args_has(args, "query")) {
		msg_error("what to delete? Give --key KEY or --query QUERY");
		return STATUS_ERROR;
	}
	if (ink_index_open(args->operands[0], 0, &index, &err) < 0) {
		msg_ink(args->operands[0], &err);
		return STATUS_ERROR;
	}
	status = run(index, args);
	ink_index_close(index);
	return status;
}
