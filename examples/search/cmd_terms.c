/* cmd_terms.c - search terms: the terms of a field. Part of: the search program. */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "msg.h"
#include "out.h"
#include "signals.h"

static void put_term(const ink_terms *terms, int as_json)
{
	size_t len;
	const char *text = ink_terms_text(terms, &len);
	uint64_t df = ink_terms_doc_freq(terms);
	json_t *line;

	if (as_json) {
		line = json_object();
		out_json_set(line, "type", json_string("term"));
		out_json_set(line, "term", out_json_text(text, len));
		out_json_set(line, "doc_freq", json_integer((json_int_t)df));
		out_json(line);
		return;
	}
	out_text(text, len, 0);
	out_printf("\t%" PRIu64 "\n", df);
}

static int walk(ink_terms *terms, const char *dir, uint64_t limit, int as_json)
{
	ink_error err;
	uint64_t n = 0;
	int rc = 0;

	if (as_json)
		out_json(json_pack("{s:s,s:i}", "type", "begin", "format_version", 1));
	while ((limit == 0 || n < limit) && !out_failed() && !signals_stop() &&
	       (rc = ink_terms_next(terms, &err)) > 0) {
		put_term(terms, as_json);
		n++;
	}
	if (rc < 0) {
		msg_ink(dir, &err);
		return STATUS_ERROR;
	}
	if (as_json)
		out_json(json_pack("{s:s,s:I}", "type", "end", "terms", (json_int_t)n));
	if (signals_stop())
		return STATUS_INTERRUPTED;
	return n > 0 ? STATUS_OK : STATUS_NONE;
}

int cmd_terms(const struct args *args)
{
	const char *prefix = args->n_operands > 2 ? args->operands[2] : "";
	struct reading reading;
	ink_terms *terms;
	uint64_t limit;
	ink_error err;
	int status;

	if (args_u64(args, "limit", 0, UINT64_MAX, &limit) < 0 ||
	    open_reading(args->operands[0], 0, &reading) != STATUS_OK)
		return STATUS_ERROR;
	if (ink_terms_open(reading.reader, args->operands[1],
	                   args_choice(args, "part") == 1 ? INK_PART_GRAM : INK_PART_WORD, prefix,
	                   strlen(prefix), &terms, &err) < 0) {
		msg_ink(args->operands[0], &err);
		status = STATUS_ERROR;
	} else {
		status = walk(terms, args->operands[0], limit,
		              args_choice(args, "format") == OUT_FORMAT_JSON);
		ink_terms_close(terms);
	}
	close_reading(&reading);
	return status;
}
