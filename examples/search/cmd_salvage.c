/* cmd_salvage.c - search salvage: what a damaged index still holds. Part of: the search program. */
#include <inttypes.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"
#include "progress.h"
#include "signals.h"

/* A line a loss, on standard error: FILE: SECTION: what, and how many documents went with it. */
static int tell(void *word, const ink_loss *loss)
{
	const char *colon = loss->section[0] != '\0' ? ": " : "";

	(void)word;
	if (loss->docs > 0)
		msg_error("%s%s%s: %s; %" PRIu64 " documents lost", loss->file, colon,
		          loss->section, loss->message, loss->docs);
	else
		msg_error("%s%s%s: %s", loss->file, colon, loss->section, loss->message);
	return signals_stop();
}

static void print_counts(const ink_salvage *s)
{
	out_printf("%" PRIu64 " documents copied, %" PRIu64 " lost; %" PRIu32
	           " of %" PRIu32 " segments damaged\n",
	           s->docs, s->lost, s->damaged, s->segments);
	if (s->bare > 0)
		out_printf("%" PRIu64 " of the copied documents lack what was not stored\n",
		           s->bare);
}

int cmd_salvage(const struct args *args)
{
	const char *src = args->operands[0], *dst = args->operands[1];
	ink_salvage done = { .struct_size = sizeof done };
	ink_error err;
	int rc, quiet = args_has(args, "quiet");
	char word[] = "salvaging";

	progress_start(0, quiet);
	rc = ink_index_salvage(src, dst, tell, progress_of_library, word, &done, &err);
	progress_stop();
	if (rc == INK_ECANCELED) {
		msg_error("interrupted");
		return STATUS_INTERRUPTED;
	}
	if (rc < 0) {
		msg_ink(NULL, &err);
		return STATUS_ERROR;
	}
	if (!quiet)
		print_counts(&done);
	return done.losses > 0 || done.damaged > 0 ? STATUS_NONE : STATUS_OK;
}
