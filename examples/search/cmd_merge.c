/* cmd_merge.c - search merge and search check: the long ones. Part of: the search program. */
#include "cmd.h"
#include "fields.h"
#include "msg.h"
#include "out.h"
#include "progress.h"

static int failed(const char *dir, int rc, const ink_error *err)
{
	progress_stop();
	if (rc >= 0)
		return STATUS_OK;
	if (rc == INK_ECANCELED) {
		msg_error("interrupted");
		return STATUS_INTERRUPTED;
	}
	msg_ink(dir, err);
	return STATUS_ERROR;
}

int cmd_merge(const struct args *args)
{
	const char *dir = args->operands[0];
	uint64_t segments = 1, memory;
	ink_index *index = NULL;
	ink_writer *writer = NULL;
	ink_error err;
	int rc;

	if (args->n_operands > 1 && (parse_u64(args->operands[1], &segments) < 0 ||
	                             segments < 1 || segments > UINT32_MAX)) {
		msg_error("N is a number of segments, at least 1, not \"%s\"", args->operands[1]);
		return STATUS_ERROR;
	}
	if (args_memory(args, &memory) < 0)
		return STATUS_ERROR;
	progress_start(0, args_has(args, "quiet"));
	if ((rc = ink_index_open(dir, 0, &index, &err)) >= 0 &&
	    (rc = ink_writer_open(index, &writer, &err)) >= 0 &&
	    (rc = ink_writer_set_memory(writer, memory, &err)) >= 0 &&
	    (!args_has(args, "no-reorder") ||
	     (rc = ink_writer_set_reorder(writer, INK_REORDER_NONE, &err)) >= 0))
		rc = ink_writer_optimize(writer, (uint32_t)segments, progress_of_library, "merging",
		                         &err);
	ink_writer_close(writer);
	ink_index_close(index);
	return failed(dir, rc, &err);
}

int cmd_check(const struct args *args)
{
	const char *dir = args->operands[0];
	int quiet = args_has(args, "quiet"), status;
	struct reading reading;
	ink_error err;

	progress_start(0, quiet);
	status = failed(dir, ink_index_check(dir, progress_of_library, "checking", &err), &err);
	if (status != STATUS_OK || quiet)
		return status;
	out_printf("ok\n");
	status = open_reading(dir, 0, &reading);
	if (status == STATUS_OK)
		tell_versions(dir, reading.reader);
	close_reading(&reading);
	return status;
}
