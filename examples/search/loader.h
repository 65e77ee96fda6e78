/*
 * loader.h - documents on their way from a reader into the index.
 *
 * Part of: the search program. A reader calls loader_begin(), gives values by the names of its
 * source, and loader_end(). What is wrong with one document is told with FILE:LINE and drops that
 * document; what is wrong with the index ends the command.
 */
#ifndef SEARCH_LOADER_H
#define SEARCH_LOADER_H

#include <stdint.h>

#include "fields.h"

struct mapping {
	const char *from; /* not NUL-terminated */
	size_t from_len;
	const char *to; /* "" to leave it out */
};

struct loader {
	const char *dir;
	ink_index *index;
	ink_writer *writer;
	ink_reader *before; /* the index as it was; NULL when it was empty */
	ink_doc *doc;
	struct fields fields;
	struct mapping *map;
	size_t n_map;
	char **unknown; /* names reported already */
	size_t n_unknown, cap_unknown;
	int strict, force;
	uint64_t commit_every;

	const char *source; /* of the document at hand */
	uint64_t line;      /* 0: the document is a whole file */
	int is_bad;
	int has_key;
	struct bytes spare_key; /* from "id", "_id" or "key", for want of a mapped one */
	int spare_rank;

	uint64_t docs_before;
	uint64_t put;         /* documents given to the writer */
	uint64_t committed;   /* of those */
	uint64_t skipped, failed;
	int status;     /* STATUS_OK, or why to stop */
	int some_failed; /* a file could not be read: the status at the end */
};

enum { LOADER_GO_ON = 0, LOADER_STOP = 1 };

void loader_begin(struct loader *loader, const char *source, uint64_t line);

/* A value by the name of the source; a name that is mapped nowhere is told once. */
void loader_text(struct loader *loader, const char *name, const char *text, size_t len);
void loader_int(struct loader *loader, const char *name, int64_t value);
void loader_real(struct loader *loader, const char *name, double value);
void loader_bool(struct loader *loader, const char *name, int value);

/* The field that a source's name goes to; NULL when there is none. */
const struct field *loader_field(const struct loader *loader, const char *name, size_t len);

/* Something is wrong with this document: tell and drop it. */
void loader_bad(struct loader *loader, const char *why);

/* Hand the document over: LOADER_GO_ON or LOADER_STOP. */
int loader_end(struct loader *loader);

/* A whole file that could not be read, with errno's text or another. */
void loader_unreadable(struct loader *loader, const char *name, const char *why);

/* Whether a document with this key and digest is in the index already. */
int loader_is_unchanged(struct loader *loader, const char *key, const char *digest);

int loader_commit(struct loader *loader);

/* What remains of the loader; the index and writer as well. */
void loader_free(struct loader *loader);

#endif
