/*
 * image.h - a small index of every kind of file and section as bytes in
 * memory, a folder that shows such bytes to readers in blocks of exactly
 * their length, so that reading past them is noticed, and everything that a
 * reader can be asked.
 */
#ifndef FAULT_IMAGE_H
#define FAULT_IMAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "base/sum.h"
#include "index/writer.h"
#include "inkstone/search.h"
#include "query/parse.h"
#include "search/results.h"
#include "segment/check.h"
#include "segment/dict.h"
#include "segment/format.h"
#include "segment/stored.h"

#define IMAGE_FILES 12
#define IMAGE_DOCS 271 /* alive in the small index */

struct image_file {
	char name[64];
	uint8_t *data;
	size_t len;
};

struct image {
	struct ik_dir base; /* a folder of these files, for readers only */
	struct image_file files[IMAGE_FILES];
	size_t n;
};

static inline void image_need(int yes, const char *what)
{
	if (!yes) {
		fprintf(stderr, "image: %s\n", what);
		abort();
	}
}

static inline void image_ok(int rc, const ink_error *err)
{
	image_need(rc == 0, err->message);
}

/* ---- the folder ---- */

static inline void image_close(struct ik_in *in)
{
	free((void *)(uintptr_t)in->data);
	free(in);
}

static inline int image_open(struct ik_dir *base, const char *name, struct ik_in **out,
                             ink_error *err)
{
	struct image *image = (struct image *)base;

	*out = NULL;
	for (size_t i = 0; i < image->n; i++) {
		const struct image_file *f = &image->files[i];
		void *data = NULL;

		if (strcmp(f->name, name) != 0)
			continue;
		*out = malloc(sizeof **out);
		if (f->len > 0) {
			image_need(*out != NULL && posix_memalign(&data, 64, f->len) == 0,
			           "no memory");
			memcpy(data, f->data, f->len);
		}
		**out = (struct ik_in){data, f->len, image_close};
		return 0;
	}
	return ik_fail(err, INK_ENOTFOUND, "image/%s does not exist", name);
}

static inline int image_list(struct ik_dir *base, int (*fn)(void *user, const char *name),
                             void *user, ink_error *err)
{
	const struct image *image = (const struct image *)base;
	int rc = 0;

	(void)err;
	for (size_t i = 0; rc == 0 && i < image->n; i++)
		rc = fn(user, image->files[i].name);
	return rc;
}

static const struct ik_dir_ops image_ops = {.open = image_open, .list = image_list};

static inline int image_take_file(void *user, const char *name)
{
	struct ik_dir **dirs = user;
	struct image *image = (struct image *)dirs[0];
	struct image_file *f = &image->files[image->n++];
	ink_error err;
	struct ik_in *in;

	image_need(image->n <= IMAGE_FILES, "too many files");
	image_ok(dirs[1]->ops->open(dirs[1], name, &in, &err), &err);
	snprintf(f->name, sizeof f->name, "%s", name);
	f->len = in->len;
	f->data = malloc(in->len + 1);
	memcpy(f->data, in->data, in->len);
	ik_in_close(in);
	return 0;
}

/* Add the files of a folder. */
static inline void image_take(struct image *image, struct ik_dir *dir)
{
	struct ik_dir *dirs[2] = {&image->base, dir};

	image->base = (struct ik_dir){&image_ops, "image"};
	image_need(dir->ops->list(dir, image_take_file, dirs, NULL) == 0, "list");
}

static inline int image_is_segment(const struct image_file *f)
{
	return strncmp(f->name, "seg-", 4) == 0 && strstr(f->name, ".ink") != NULL;
}

static inline void image_free(struct image *image)
{
	for (size_t i = 0; i < image->n; i++)
		free(image->files[i].data);
}

/* ---- the index ---- */

enum { I_ID, I_BODY, I_TITLE, I_NOTE, I_TAG, I_NUM, I_PRICE, I_DAY, I_RAW };

static inline struct ik_schema *image_schema(void)
{
	static const struct {
		const char *name;
		int32_t type;
		uint32_t flags;
		const char *analyzer;
	} fields[] = {
		{"id", INK_KEYWORD, INK_STORED | INK_KEY, NULL},
		{"body", INK_TEXT, INK_STORED, NULL},
		{"title", INK_TEXT, INK_STORED | INK_MULTI, "whitespace | lower"},
		{"note", INK_TEXT, INK_NO_POSITIONS, "word | fold"},
		{"tag", INK_KEYWORD, INK_MULTI, NULL},
		{"num", INK_I64, INK_STORED | INK_MULTI, NULL},
		{"price", INK_F64, INK_STORED, NULL},
		{"day", INK_DATE, INK_STORED, NULL},
		{"raw", INK_BYTES, INK_STORED, NULL},
	};
	struct ik_schema *s;
	ink_error err;

	image_ok(ik_schema_new(&s, &err), &err);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		image_ok(ik_schema_add(s, fields[i].name, fields[i].type, fields[i].flags,
		                       fields[i].analyzer, &err), &err);
	return s;
}

static inline int image_doc(struct ik_doc *doc, unsigned n, ink_error *err)
{
	static const char *const bodies[] = {
		"ink stone",
		"the ink of a stone and a stone",
		"\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\xe7\xb4\xa2 ink",
		"GPT-4 \xed\x95\x9c\xea\xb5\xad\xec\x96\xb4\xeb\x8a\x94 ink",
	};
	char text[64];
	int rc;

	snprintf(text, sizeof text, "d%u", n);
	rc = ik_doc_add_text(doc, "id", text, strlen(text), err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "body", bodies[n % 4], strlen(bodies[n % 4]), err);
	snprintf(text, sizeof text, "w%u common w%u", n % 7, n % 3);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "title", text, strlen(text), err);
	if (rc == 0 && n % 5 == 0)
		rc = ik_doc_add_text(doc, "title", "second value", 12, err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "note", n % 2 == 0 ? "ink ink" : "stone",
		                     n % 2 == 0 ? 7 : 5, err);
	snprintf(text, sizeof text, "t%u", n % 6);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "tag", text, strlen(text), err);
	if (rc == 0 && n % 3 == 0)
		rc = ik_doc_add_text(doc, "tag", "t9", 2, err);
	for (unsigned i = 0; rc == 0 && i < n % 3; i++)
		rc = ik_doc_add_i64(doc, "num", (int64_t)n * 7 - (int64_t)i * 300, err);
	if (rc == 0 && n % 4 != 0)
		rc = ik_doc_add_f64(doc, "price", n / 8.0 - 3, err);
	if (rc == 0)
		rc = ik_doc_add_i64(doc, "day", (int64_t)n * 86400000, err);
	if (rc == 0 && n % 9 == 0)
		rc = ik_doc_add_bytes(doc, "raw", "\0\xff\x01", 3, err);
	return rc;
}

static inline void image_put(struct ik_writer *w, struct ik_schema *schema, unsigned from,
                             unsigned to)
{
	struct ik_doc doc;
	ink_error err;

	ik_doc_init(&doc, schema);
	for (unsigned n = from; n < to; n++) {
		ik_doc_clear(&doc);
		image_ok(image_doc(&doc, n, &err), &err);
		image_ok(ik_writer_update(w, &doc, &err), &err);
	}
	image_ok(ik_writer_commit(w, NULL, &err), &err);
	ik_doc_release(&doc);
}

/* Two segments, of `n` documents and of 12, with deletions; a dictionary and synonyms. */
static inline void image_make_of(struct image *image, unsigned n)
{
	static const char words[] = "ink stone 5\n\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\n";
	static const char synonyms[] = "gpt, llm\nstone => rock\n";
	struct ik_schema *schema = image_schema();
	struct ik_dir *dir;
	struct ik_writer *w;
	ink_error err;

	memset(image, 0, sizeof *image);
	image_ok(ik_dir_mem(&dir, &err), &err);
	image_ok(ik_index_init(dir, schema, &err), &err);
	image_ok(ik_writer_open(dir, &w, &err), &err);
	image_ok(ik_writer_set_dictionary(w, words, sizeof words - 1, &err), &err);
	image_ok(ik_writer_set_synonyms(w, synonyms, sizeof synonyms - 1, &err), &err);
	image_put(w, schema, 0, n);
	image_put(w, schema, n - 5, n + 7);
	ik_writer_close(w);
	image_take(image, dir);
	ik_schema_free(schema);
	ik_dir_free(dir);
}

/* Lists of all documents come in ranges, of which the second has few. */
static inline void image_make(struct image *image)
{
	image_make_of(image, IMAGE_DOCS - 7);
}

/* ---- asking ---- */

static const char *const image_queries[] = {
	"ink", "+ink -stone", "title:common", "title:(w1 w2 common)", "\"ink stone\"",
	"title:\"w1 common\"~2", "title:\"common w2\"", "sto*", "s?on*", "stene~1", "num>100",
	"num:[-300 TO 90]", "price<5", "tag:t1", "tag:[t1 TO t3]", "day>1970-02-01",
	"body:\xe5\x85\xa8\xe6\x96\x87", "\"\xe6\x96\x87\xe6\xa3\x80\"", "\xed\x95\x9c\xea\xb5\xad",
	"(ink OR stone) AND NOT (title:w1^2 note:ink)", "*:*", "id:d17", "gpt",
};

#define IMAGE_QUERIES (sizeof image_queries / sizeof *image_queries)

/* A result, or an error that says what it is. */
static inline int image_said(int rc, const ink_error *err)
{
	image_need(rc >= 0 || (err->code == rc && err->message[0] != '\0'),
	           "an error without a word");
	image_need(rc != INK_EINTERNAL && rc != INK_ENOMEM, err->message);
	return rc;
}

static inline void image_hits(struct ik_results *results)
{
	for (size_t i = 0; i < results->n; i++) {
		const struct ik_doc *doc;
		const char *text;
		ink_error err = {0};
		size_t len;

		(void)ik_results_score(results, i);
		image_said(ik_results_snippet(results, i, "body", &text, &len, &err), &err);
		image_said(ik_results_explain(results, i, &text, &len, &err), &err);
		image_said(ik_results_cursor(results, i, &text, &len, &err), &err);
		image_said(ik_results_stored(results, i, "id", &text, &len, &err), &err);
		image_said(ik_results_doc(results, i, &doc, &err), &err);
	}
}

/* A query with sorting, facets and snippets as `i` says, and all that its results can tell. */
static inline void image_run(struct ik_searcher *searcher, struct ik_query *query, size_t i)
{
	static double bounds[] = {-100, 0, 10, 200};
	static const uint32_t sorts[] = {I_NUM, I_TAG, I_PRICE, I_DAY, I_ID};
	struct ik_facet_spec facets[] = {{I_TAG, 5, NULL, 0}, {I_NUM, 0, bounds, 3}};
	struct ik_sort sort = {sorts[i % 5], (uint32_t)i % 4};
	struct ik_snippet_spec snippet = {I_BODY, 10, INK_SNIPPET_HTML, "<", ">"};
	struct ik_request r;
	struct ik_results *results;
	ink_error err = {0};

	ik_request_init(&r, searcher, query);
	r.limit = 5;
	r.exact = i % 2 == 0;
	r.facets.v = facets;
	r.facets.n = i % 3 == 0 && searcher->snap->schema->n > I_RAW ? 2 : 0;
	r.sorts.v = &sort;
	r.sorts.n = i % 3 == 1 && searcher->snap->schema->n > I_RAW ? 1 : 0;
	r.snippets.v = &snippet;
	r.snippets.n = searcher->snap->schema->n > I_RAW ? 1 : 0;
	if (image_said(ik_search_run(&r, &results, &err), &err) == 0) {
		image_hits(results);
		ik_results_free(results);
	}
	memset(&r.facets, 0, sizeof r.facets);
	memset(&r.sorts, 0, sizeof r.sorts);
	memset(&r.snippets, 0, sizeof r.snippets);
	ik_request_release(&r);
}

static inline void image_search(struct ik_searcher *searcher, size_t i)
{
	struct ik_query *query;
	ink_error err = {0};
	int rc = ik_query_parse(searcher->snap->schema, image_queries[i],
	                        strlen(image_queries[i]), 0, &query, &err);

	if (image_said(rc, &err) != 0)
		return;
	image_run(searcher, query, i);
	ik_query_unref(query);
}

/* All documents of a segment, deleted ones as well. */
static inline void image_walk_docs(struct ik_segment *seg, struct ik_schema *schema)
{
	struct ik_stored_reader reader;

	ik_stored_reader_init(&reader, seg);
	for (uint32_t d = 0; d < seg->n_docs && d < 1000; d++) {
		struct ik_doc doc;
		ink_error err = {0};

		ik_doc_init(&doc, schema);
		image_said(ik_stored_load(&reader, d, &doc, &err), &err);
		ik_doc_release(&doc);
	}
	ik_stored_reader_free(&reader);
}

/* All terms of all parts with all their postings, and all documents. */
static inline void image_walk(const struct ik_snapshot *snap)
{
	for (uint32_t v = 0; v < snap->n; v++) {
		struct ik_segment *seg = snap->views[v].seg;
		ink_error err = {0};

		for (size_t p = 0; p < seg->n_parts; p++) {
			struct ik_dict_iter it;

			ik_dict_iter_open(&it, seg, seg->parts[p].part);
			while (image_said(ik_dict_iter_next(&it, &err), &err) == 1) {
				struct ik_post_env env = ik_dict_iter_env(&it);
				struct ik_post_iter post;
				int rc = ik_post_iter_open(&post, &env, &it.info, &err);

				while (rc == 0 && ik_post_iter_next(&post, &err) == 1)
					if (env.flags & IK_PART_POSITIONS)
						(void)ik_post_iter_positions(&post, &err);
				ik_post_iter_free(&post);
			}
			ik_dict_iter_free(&it);
		}
		image_walk_docs(seg, snap->schema);
	}
}

/* 0 when the whole index opens and passes the checker. */
static inline int image_check(struct image *image, ink_error *err)
{
	struct ik_snapshot *snap;
	int rc = image_said(ik_snapshot_open(&image->base, &snap, err), err);

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; rc == 0 && i < snap->n; i++)
		rc = image_said(ik_segment_check(snap->views[i].seg, NULL, NULL, err), err);
	ik_snapshot_unref(snap);
	return rc;
}

/* Ask queries `first`, `first` + `step` ...; 0 when it could be opened. */
static inline int image_ask(struct image *image, size_t first, size_t step, ink_error *err)
{
	struct ik_snapshot *snap;
	struct ik_searcher *searcher;
	uint64_t doc;
	int rc = image_said(ik_snapshot_open(&image->base, &snap, err), err);

	if (rc != 0)
		return rc;
	rc = image_said(ik_searcher_open(snap, &searcher, err), err);
	if (rc == 0) {
		for (size_t i = first; i < IMAGE_QUERIES; i += step)
			image_search(searcher, i);
		image_walk(snap);
		image_said(ik_snapshot_find_key(snap, "d7", 2, &doc, err), err);
		ik_searcher_unref(searcher);
	}
	ik_snapshot_unref(snap);
	return rc;
}

/* ---- checksums made right again, so that what is behind them is reached ---- */

static inline void image_forge_segment(uint8_t *data, size_t len)
{
	uint8_t *footer = data + len - IK_FOOTER_LEN;
	uint64_t at;
	uint32_t n;

	if (len < IK_HEADER_LEN + IK_FOOTER_LEN)
		return;
	ik_store32(data + IK_HEADER_LEN - 4, ik_crc32(0, data, IK_HEADER_LEN - 4));
	at = ik_load64(footer);
	n = ik_load32(footer + 8);
	if (at > len - IK_FOOTER_LEN || n != (len - IK_FOOTER_LEN - at) / IK_SECTION_LEN)
		return;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *entry = data + at + (size_t)i * IK_SECTION_LEN;
		uint64_t start = ik_load64(entry + 8), bytes = ik_load64(entry + 16);

		if (start <= len && bytes <= len - start)
			ik_store32(entry + 24, ik_crc32(0, data + start, (size_t)bytes));
	}
	ik_store32(footer + 12, ik_crc32(0, data + at, (size_t)n * IK_SECTION_LEN));
}

/* Of a file by its name: a segment, or one that ends in a checksum of the rest. */
static inline void image_forge(struct image_file *f)
{
	if (image_is_segment(f))
		image_forge_segment(f->data, f->len);
	else if (f->len >= 4)
		ik_store32(f->data + f->len - 4, ik_crc32(0, f->data, f->len - 4));
}

#endif
