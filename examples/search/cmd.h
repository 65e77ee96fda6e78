/* cmd.h - the commands, one file each, and how they end. Part of: the search program. */
#ifndef SEARCH_CMD_H
#define SEARCH_CMD_H

#include "args.h"

/* Exit statuses. */
enum {
	STATUS_OK = 0,
	STATUS_NONE = 1,         /* nothing found */
	STATUS_ERROR = 2,        /* an error, or a wrong command line */
	STATUS_INTERRUPTED = 130 /* 128 + SIGINT, as shells count */
};

int cmd_create(const struct args *args);
int cmd_add(const struct args *args);
int cmd_query(const struct args *args);
int cmd_terms(const struct args *args);
int cmd_stats(const struct args *args);
int cmd_shards(const struct args *args);
int cmd_analyze(const struct args *args);
int cmd_explain(const struct args *args);
int cmd_delete(const struct args *args);
int cmd_merge(const struct args *args);
int cmd_check(const struct args *args);
int cmd_copy(const struct args *args);
int cmd_salvage(const struct args *args);
int cmd_dict(const struct args *args);
int cmd_synonyms(const struct args *args);

#endif
