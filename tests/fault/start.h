/*
 * start.h - the index that each run of the fault tests begins with: it is
 * made once, in a folder of its own, and copied from there.
 */
#ifndef FAULT_START_H
#define FAULT_START_H

#include "operations.h"

#include <sys/stat.h>

static struct place *place;
static char template[128];

static inline void start_fill(void)
{
	static const char words[] = "inkstone 5\n";
	ink_writer *w;

	OK(ink_writer_open(place->index, &w, &err));
	for (int i = 0; i < DOCS; i++) {
		ink_doc *doc;
		char text[64];

		snprintf(text, sizeof text, "d%d", i);
		doc = make_doc(place->index, text, i % 3 == 0 ? HAN " ink" : "stone",
		               i % 2 == 0 ? "an ink stone and paper" : "water and a stone, ink");
		snprintf(text, sizeof text, "t%d", i % 5);
		put(doc, "tag", text);
		put(doc, "loose", "ink");
		OK(ink_doc_add_i64(doc, "year", i, &err));
		OK(ink_doc_add_f64(doc, "price", i / 3.0, &err));
		snprintf(text, sizeof text, "%d-02-03", 1900 + i);
		put(doc, "day", text);
		OK(ink_writer_update(w, doc, &err));
		ink_doc_free(doc);
		if (i % 150 == 149)
			OK(ink_writer_commit(w, NULL, &err));
	}
	OK(ink_writer_delete(w, "d3", 2, &err));
	OK(ink_writer_set_dictionary(w, words, strlen(words), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static inline int start_make(void **state)
{
	ink_schema *s = every_field();

	place_make_in_memory(state);
	place = *state;
	OK(ink_index_create(place->path, s, 0, &place->index, &err));
	ink_schema_free(s);
	start_fill();
	ink_index_close(place->index);
	place->index = NULL;
	snprintf(template, sizeof template, "%s/template", place->dir);
	return rename(place->path, template);
}

static inline int start_copy_one(const char *path, const struct stat *st, int flag,
                                 struct FTW *ftw)
{
	char to[320], data[8192];
	size_t n;
	FILE *in, *out;

	(void)st;
	if (flag != FTW_F)
		return 0;
	snprintf(to, sizeof to, "%s/%s", place->path, path + ftw->base);
	in = fopen(path, "rb");
	out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(data, 1, sizeof data, in)) > 0)
		assert_int_equal(fwrite(data, 1, n, out), n);
	fclose(in);
	return fclose(out);
}

/* Make the index at place->path what it was at the start. */
static inline void start_again(void)
{
	nftw(place->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(mkdir(place->path, 0777), 0);
	assert_int_equal(nftw(template, start_copy_one, 16, FTW_PHYS), 0);
}

#endif
