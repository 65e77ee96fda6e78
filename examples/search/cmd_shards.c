/* cmd_shards.c - search shards: the state of each shard. Part of: the search program. */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"

struct told {
	int as_json;
	int down; /* shards that are */
};

static void put_text(const ink_shard *shard)
{
	const char *why = shard->message;
	size_t len = strlen(shard->name);

	out_text(shard->name, len, 0);
	if (shard->status == INK_OK) {
		out_printf(" up %" PRIu64 " docs, commit %" PRIu64 ", %.3f ms\n", shard->docs,
		           shard->generation, (double)shard->round_trip_us / 1e3);
		return;
	}
	out_printf(" down: ");
	if (strncmp(why, shard->name, len) == 0 && strncmp(why + len, ": ", 2) == 0)
		why += len + 2; /* it begins with the name: not twice */
	out_text(why, strlen(why), 0);
	out_printf("\n");
}

static void put_json(const ink_shard *shard)
{
	json_t *line = json_pack("{s:s}", "type", "shard");
	int up = shard->status == INK_OK;

	out_json_set(line, "name", out_json_text(shard->name, strlen(shard->name)));
	out_json_set(line, "up", json_boolean(up));
	if (up) {
		out_json_set(line, "docs", json_integer((json_int_t)shard->docs));
		out_json_set(line, "generation", json_integer((json_int_t)shard->generation));
		out_json_set(line, "round_trip_ms",
		             json_real((double)shard->round_trip_us / 1e3));
	} else {
		out_json_set(line, "status", json_string(ink_status_name(shard->status)));
		out_json_set(line, "message",
		             out_json_text(shard->message, strlen(shard->message)));
	}
	out_json(line);
}

static int tell(void *user, const ink_shard *shard)
{
	struct told *told = user;

	if (told->as_json)
		put_json(shard);
	else
		put_text(shard);
	told->down += shard->status != INK_OK;
	return 0;
}

int cmd_shards(const struct args *args)
{
	struct told told = { .as_json = args_choice(args, "format") == OUT_FORMAT_JSON };
	ink_error err;

	if (told.as_json)
		out_json(json_pack("{s:s,s:i}", "type", "begin", "format_version", 1));
	if (ink_index_shards(args->operands[0], tell, &told, &err) < 0) {
		msg_ink(args->operands[0], &err);
		return STATUS_ERROR;
	}
	return told.down > 0 ? STATUS_ERROR : STATUS_OK;
}
