/* common.h - the few helpers that the examples share; hello.c does without most of them. */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#ifndef _POSIX_C_SOURCE
# define _POSIX_C_SOURCE 200809L /* mkdtemp() */
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inkstone.h>

/* Pass on what a call returned; print why and leave when it failed. */
static inline int check(int rc, const ink_error *err)
{
	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", ink_status_name(rc), err->message);
		exit(1);
	}
	return rc;
}

/* A path for a new index: in the folder argv[1], or in a fresh temporary one. */
static inline const char *new_path(int argc, char **argv, const char *name)
{
	static char path[1024];
	char fresh[] = "/tmp/inkstone-XXXXXX";
	const char *folder = argc > 1 ? argv[1] : mkdtemp(fresh);
	int len;

	if (folder == NULL) {
		perror("mkdtemp");
		exit(1);
	}
	len = snprintf(path, sizeof path, "%s/%s.ink", folder, name);
	if (len < 0 || (size_t)len >= sizeof path) {
		fprintf(stderr, "%s: the path is too long\n", folder);
		exit(1);
	}
	return path;
}

/* Give a field of a document a value. */
static inline void put(ink_doc *doc, const char *field, const char *value)
{
	ink_error err;

	check(ink_doc_add_text(doc, field, value, strlen(value), &err), &err);
}

/* A search for what a person typed, with the query language. */
static inline ink_search *prepare(ink_index *index, ink_reader *reader, const char *text)
{
	ink_query *query;
	ink_search *search;
	ink_error err;

	check(ink_query_parse(index, text, strlen(text), 0, &query, &err), &err);
	check(ink_search_new(reader, query, &search, &err), &err);
	ink_query_free(query); /* the search keeps what it needs */
	return search;
}

/* The stored value of a field of hit `i`. */
static inline const char *stored(ink_results *results, size_t i, const char *field)
{
	const char *value;
	size_t len;
	ink_error err;

	check(ink_results_stored(results, i, field, &value, &len, &err), &err);
	return value;
}

/* What most examples end with; any order would do. */
static inline void close_all(ink_reader *reader, ink_doc *doc, ink_writer *writer,
                             ink_index *index, ink_schema *schema)
{
	ink_reader_close(reader);
	ink_doc_free(doc);
	ink_writer_close(writer);
	ink_index_close(index);
	ink_schema_free(schema);
}

#endif
