/* cmd_analyze.c - search analyze: how text becomes terms. Part of: the search program. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "input.h"
#include "msg.h"
#include "out.h"
#include "signals.h"

/* The operands, or all of standard input: 0, or a status after a message. */
static int get_text(const struct args *args, struct bytes *text)
{
	struct input in;
	char *joined;
	int rc;

	if (args->n_operands > 0) {
		joined = args_join(args, 0);
		bytes_puts(text, joined);
		free(joined);
		return STATUS_OK;
	}
	if (input_open(&in, NULL, "-") < 0)
		return STATUS_ERROR;
	rc = input_all(&in, text);
	input_close(&in);
	if (rc == INPUT_OK)
		return STATUS_OK;
	if (signals_stop())
		return STATUS_INTERRUPTED;
	msg_error("standard input: %s", rc == INPUT_TOO_LONG ? "over 1 GB" : strerror(errno));
	return STATUS_ERROR;
}

static void put_token(const ink_tokens *tokens, int as_json)
{
	size_t len;
	const char *text = ink_tokens_text(tokens, &len);
	const char *part = ink_tokens_part(tokens) == INK_PART_GRAM ? "gram" : "word";
	int joined = (ink_tokens_flags(tokens) & INK_TOKEN_JOINED) != 0;
	uint64_t start = ink_tokens_start(tokens), end = ink_tokens_end(tokens);
	json_t *line;

	if (as_json) {
		line = json_object();
		out_json_set(line, "type", json_string("token"));
		out_json_set(line, "term", out_json_text(text, len));
		out_json_set(line, "part", json_string(part));
		out_json_set(line, "position", json_integer(ink_tokens_position(tokens)));
		out_json_set(line, "start", json_integer((json_int_t)start));
		out_json_set(line, "end", json_integer((json_int_t)end));
		if (joined)
			out_json_set(line, "joined", json_true());
		out_json(line);
		return;
	}
	out_text(text, len, 0);
	out_printf("\t%s\t%" PRIu32 "\t%" PRIu64 "\t%" PRIu64 "%s\n", part,
	           ink_tokens_position(tokens), start, end, joined ? "\tjoined" : "");
}

static int run(const ink_analyzer *analyzer, const struct bytes *text, int as_json)
{
	ink_tokens *tokens;
	ink_error err;
	uint64_t n = 0;

	if (ink_analyzer_run(analyzer, bytes_str(text), text->len, &tokens, &err) < 0) {
		msg_ink(NULL, &err);
		return STATUS_ERROR;
	}
	if (as_json)
		out_json(json_pack("{s:s,s:i}", "type", "begin", "format_version", 1));
	for (; !out_failed() && !signals_stop() && ink_tokens_next(tokens) > 0; n++)
		put_token(tokens, as_json);
	if (as_json)
		out_json(json_pack("{s:s,s:I}", "type", "end", "tokens", (json_int_t)n));
	ink_tokens_free(tokens);
	return signals_stop() ? STATUS_INTERRUPTED : n > 0 ? STATUS_OK : STATUS_NONE;
}

int cmd_analyze(const struct args *args)
{
	const char *spec = args_text(args, "spec");
	struct bytes text = { 0 };
	ink_analyzer *analyzer;
	ink_error err;
	int status;

	if (ink_analyzer_new(spec, &analyzer, &err) < 0) {
		msg_ink_at("--spec", spec, &err);
		return STATUS_ERROR;
	}
	status = get_text(args, &text);
	if (status == STATUS_OK)
		status = run(analyzer, &text, args_choice(args, "format") == OUT_FORMAT_JSON);
	bytes_free(&text);
	ink_analyzer_free(analyzer);
	return status;
}
