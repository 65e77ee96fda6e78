/* cmd_add.c - search add: documents into an index. Part of: the search program. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "loader.h"
#include "msg.h"
#include "progress.h"
#include "reader.h"
#include "schema.h"
#include "signals.h"

static int parse_maps(struct loader *loader, const struct args *args)
{
	const char *text, *eq;
	size_t at = 0, cap = 0;

	while ((text = args_next(args, "map", &at)) != NULL) {
		eq = strchr(text, '=');
		if (eq == NULL || eq == text) {
			msg_error("--map %s: a mapping is NAME=FIELD, or NAME= to leave it out",
			          text);
			return -1;
		}
		loader->map = xgrow(loader->map, loader->n_map, &cap, sizeof *loader->map);
		loader->map[loader->n_map].from = text;
		loader->map[loader->n_map].from_len = (size_t)(eq - text);
		loader->map[loader->n_map].to = eq + 1;
		loader->n_map++;
	}
	return 0;
}

/* Every field that something is mapped to has to be there. */
static int check_maps(const struct loader *loader)
{
	struct bytes names = { 0 };
	size_t i;

	for (i = 0; i < loader->n_map; i++) {
		const char *to = loader->map[i].to;

		if (to[0] == '\0' || fields_find(&loader->fields, to, strlen(to)) != NULL)
			continue;
		fields_names(&loader->fields, &names);
		msg_error("--map %s: the index has no field \"%s\"; it has %s",
		          loader->map[i].from, to, bytes_str(&names));
		bytes_free(&names);
		return -1;
	}
	return 0;
}

static int collect(struct files *files, const struct args *args)
{
	struct stat st;
	size_t i;

	if (stat(args->operands[0], &st) == 0) {
		files->skip_dev = st.st_dev;
		files->skip_ino = st.st_ino;
		files->has_skip = 1;
	}
	if (args->n_operands < 2) {
		if (isatty(STDIN_FILENO)) {
			msg_error("nothing to add: name files or folders, or - for standard input");
			return -1;
		}
		files_add(files, "-");
	}
	for (i = 1; i < args->n_operands; i++)
		files_add(files, args->operands[i]);
	/* Nothing can be read: do not so much as create an index. */
	return files->n == 0 && files->n_failed > 0 ? -1 : 0;
}

/* Open the index, or make the schema of one to create: the fields are needed before that. */
static int open_or_plan(struct loader *loader, ink_schema **planned, ink_error *err)
{
	int rc = ink_index_open(loader->dir, 0, &loader->index, err);

	if (rc >= 0)
		return fields_load(&loader->fields, loader->index, err);
	if (rc == INK_ENOTFOUND && (rc = schema_new_default(planned, err)) >= 0)
		rc = fields_of_schema(&loader->fields, *planned, err);
	return rc;
}

static int open_writer(struct loader *loader, uint64_t memory, uint64_t threads, ink_error *err)
{
	ink_stats stats = { .struct_size = sizeof stats };
	int rc;

	if ((rc = ink_writer_open(loader->index, &loader->writer, err)) < 0 ||
	    (rc = ink_writer_set_memory(loader->writer, memory, err)) < 0 ||
	    (rc = ink_writer_set_threads(loader->writer, (uint32_t)threads, err)) < 0 ||
	    (rc = ink_doc_new(loader->index, &loader->doc, err)) < 0 ||
	    (rc = ink_reader_open(loader->index, &loader->before, err)) < 0 ||
	    (rc = ink_reader_stats(loader->before, &stats, err)) < 0)
		return rc;
	tell_versions(loader->dir, loader->before);
	loader->docs_before = stats.docs;
	if (stats.docs == 0) {
		ink_reader_close(loader->before);
		loader->before = NULL;
	}
	return 0;
}

/* An index is created only when nothing is wrong with the mappings: 0, or -1 after a message. */
static int open_all(struct loader *loader, uint64_t memory, uint64_t threads)
{
	ink_schema *planned = NULL;
	ink_error err;
	int rc = open_or_plan(loader, &planned, &err);

	if (rc >= 0 && check_maps(loader) < 0) {
		ink_schema_free(planned);
		return -1;
	}
	if (rc >= 0 && planned != NULL)
		rc = ink_index_create(loader->dir, planned, 0, &loader->index, &err);
	if (rc >= 0)
		rc = open_writer(loader, memory, threads, &err);
	if (rc < 0)
		msg_ink(loader->dir, &err);
	ink_schema_free(planned);
	return rc < 0 ? -1 : 0;
}

static int start(struct loader *loader, const struct args *args)
{
	uint64_t memory, threads;

	if (args_memory(args, &memory) < 0 ||
	    args_u64(args, "threads", 1, 64, &threads) < 0 ||
	    args_u64(args, "commit-every", 0, UINT64_MAX, &loader->commit_every) < 0)
		return -1;
	loader->dir = args->operands[0];
	loader->strict = args_has(args, "strict");
	loader->force = args_has(args, "force");
	return open_all(loader, memory, threads);
}

/* How many documents there are now. */
static uint64_t docs_now(const struct loader *loader)
{
	ink_stats stats = { .struct_size = sizeof stats };
	ink_reader *reader = NULL;

	if (ink_reader_open(loader->index, &reader, NULL) < 0 ||
	    ink_reader_stats(reader, &stats, NULL) < 0)
		stats.docs = loader->docs_before + loader->committed;
	ink_reader_close(reader);
	return stats.docs;
}

static void summary(const struct loader *loader)
{
	uint64_t now = docs_now(loader), added, updated;
	double seconds = progress_seconds(), mb = (double)progress_bytes() / 1e6;

	/* The writer was ours alone, so what did not make the index larger was replaced. */
	added = now > loader->docs_before ? now - loader->docs_before : 0;
	if (added > loader->committed)
		added = loader->committed;
	updated = loader->committed - added;
	if (loader->status == STATUS_INTERRUPTED)
		msg_error("interrupted; the index is as after the last commit");
	if (loader->put > loader->committed)
		msg_error("%" PRIu64 " documents were not committed",
		          loader->put - loader->committed);
	msg_info("added %" PRIu64 ", updated %" PRIu64 ", skipped %" PRIu64 ", failed %" PRIu64
	         ", in %.2f s (%.1f MB/s)",
	         added, updated, loader->skipped, loader->failed, seconds,
	         seconds > 0 ? mb / seconds : 0.0);
}

static int load(struct loader *loader, const struct files *files, enum format format)
{
	int go = LOADER_GO_ON;
	size_t i;

	loader->failed = files->n_failed;
	loader->some_failed = files->n_failed > 0;
	if (loader->strict && files->n_failed > 0)
		loader->status = STATUS_ERROR;
	for (i = 0; i < files->n && go == LOADER_GO_ON && loader->status == STATUS_OK; i++)
		go = read_file(loader, &files->list[i], format);
	/* --strict keeps nothing after the last commit; neither does Ctrl-C. */
	if (loader->status == STATUS_OK && loader->put > loader->committed)
		loader_commit(loader);
	progress_stop();
	summary(loader);
	if (loader->status == STATUS_OK && loader->some_failed)
		return STATUS_ERROR;
	return loader->status;
}

int cmd_add(const struct args *args)
{
	struct loader loader = { 0 };
	struct files files = { 0 };
	int quiet = args_has(args, "quiet"), status = STATUS_ERROR;

	msg_set_quiet(quiet);
	if (parse_maps(&loader, args) == 0 && collect(&files, args) == 0 &&
	    start(&loader, args) == 0) {
		progress_start(files.is_endless ? 0 : files.bytes, quiet);
		status = load(&loader, &files, (enum format)args_choice(args, "format"));
	} else if (signals_stop()) {
		status = STATUS_INTERRUPTED;
	}
	loader_free(&loader);
	files_free(&files);
	return status;
}
