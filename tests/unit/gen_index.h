/*
 * gen_index.h - what the tests of the index layer share: directories of both
 * kinds, a schema, documents, and a listing of everything in a segment.
 */
#ifndef GEN_INDEX_H
#define GEN_INDEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/sum.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include "segment/check.h"
#include "segment/column.h"
#include "segment/dict.h"
#include "segment/stored.h"

#define GEN_TITLE "\xe5\x85\xa8\xe6\x96\x87\xe6\xa3\x80\xe7\xb4\xa2 engine" /* Han and Latin */

enum { F_ID, F_BODY, F_TAG, F_NUM, F_TITLE, F_COUNT };

#define ok(call)                                                    \
	do {                                                        \
		ink_error err_ = {0};                               \
		ink_error *err = &err_;                             \
		int rc_ = (call);                                   \
		if (rc_ != 0)                                       \
			print_error("%s: %s\n", #call, err_.message); \
		assert_int_equal(rc_, 0);                           \
	} while (0)

struct place {
	struct ik_dir *dir;
	char path[64]; /* "" in memory */
};

static inline void place_open(struct place *p, int on_disk)
{
	memset(p, 0, sizeof *p);
	if (on_disk) {
		strcpy(p->path, "/tmp/ik-test-XXXXXX");
		assert_non_null(mkdtemp(p->path));
		ok(ik_dir_fs(p->path, 0, &p->dir, err));
	} else {
		ok(ik_dir_mem(&p->dir, err));
	}
}

static inline int place_remove(void *user, const char *name)
{
	struct place *p = user;
	char path[256];

	snprintf(path, sizeof path, "%s/%s", p->path, name);
	return unlink(path);
}

static inline void place_close(struct place *p)
{
	if (p->path[0] != '\0') {
		for (int i = 0; i < 3; i++)
			p->dir->ops->list(p->dir, place_remove, p, NULL);
		assert_int_equal(rmdir(p->path), 0);
	}
	ik_dir_free(p->dir);
}

static inline int count_name(void *user, const char *name)
{
	if (strncmp(name, "seg-", 4) == 0)
		++*(int *)user;
	return 0;
}

/* Segment files and delete bitmaps in the directory. */
static inline int place_files(struct place *p)
{
	int n = 0;

	assert_int_equal(p->dir->ops->list(p->dir, count_name, &n, NULL), 0);
	return n;
}

static inline struct ik_schema *gen_schema(int with_key)
{
	struct ik_schema *s;

	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | (with_key ? INK_KEY : 0), NULL, err));
	ok(ik_schema_add(s, "body", INK_TEXT, INK_STORED, "whitespace | lower", err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, err));
	ok(ik_schema_add(s, "num", INK_I64, INK_STORED | INK_MULTI, NULL, err));
	ok(ik_schema_add(s, "title", INK_TEXT, 0, "default", err));
	return s;
}

static inline void place_init(struct place *p, int with_key)
{
	struct ik_schema *s = gen_schema(with_key);

	ok(ik_index_init(p->dir, s, err));
	ik_schema_free(s);
}

static inline uint64_t gen_next(uint64_t *seed)
{
	uint64_t v = *seed += UINT64_C(0x9E3779B97F4A7C15);

	v = (v ^ (v >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94D049BB133111EB);
	return v ^ (v >> 31);
}

/* A document that follows from its number: words, tags, numbers, two values, some fields empty. */
static inline void gen_doc(struct ik_doc *doc, uint64_t n, const char *id)
{
	uint64_t seed = n * 977 + 5;
	char text[2048];
	size_t len;

	ik_doc_clear(doc);
	ok(ik_doc_add_text(doc, "id", id, strlen(id), err));
	for (unsigned value = 0; value < 1 + n % 2; value++) {
		unsigned words = (unsigned)(gen_next(&seed) % 30);

		len = 0;
		for (unsigned i = 0; i < words; i++) {
			uint64_t r = gen_next(&seed);

			len += (size_t)snprintf(text + len, sizeof text - len, "w%llu%s ",
			                        (unsigned long long)((r >> 20) % (1 + r % 997)),
			                        r % 11 == 0 ? "-longer-than-inline" : "");
		}
		ok(ik_doc_add_text(doc, "body", text, len, err));
	}
	for (uint64_t i = 0; i < n % 4; i++) {
		len = (size_t)snprintf(text, sizeof text, "t%llu",
		                       (unsigned long long)(gen_next(&seed) % 50));
		ok(ik_doc_add_text(doc, "tag", text, len, err));
		ok(ik_doc_add_i64(doc, "num", (int64_t)(gen_next(&seed) % 1000) - 500, err));
	}
	if (n % 3 == 0)
		ok(ik_doc_add_text(doc, "title", GEN_TITLE, strlen(GEN_TITLE), err));
}

static inline void gen_id(char id[32], uint64_t n)
{
	snprintf(id, 32, "doc-%06llu", (unsigned long long)n);
}

static inline int put(struct ik_writer *w, struct ik_doc *doc, uint64_t n, const char *id,
                      int update, ink_error *err)
{
	gen_doc(doc, n, id);
	return update ? ik_writer_update(w, doc, err) : ik_writer_add(w, doc, err);
}

/* Add documents from .. to - 1 with keys of their numbers. */
static inline void put_range(struct ik_writer *w, const struct ik_schema *schema, uint64_t from,
                             uint64_t to)
{
	struct ik_doc doc;
	char id[32];

	ik_doc_init(&doc, (struct ik_schema *)schema);
	for (; from < to; from++) {
		gen_id(id, from);
		ok(put(w, &doc, from, id, 0, err));
	}
	ik_doc_release(&doc);
}

/* ---- everything alive in a snapshot as text, numbered as if nothing were deleted ---- */

struct dump {
	char **lines;
	size_t n, cap;
};

static inline void dump_line(struct dump *d, const char *line)
{
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 1024 : d->cap * 2;
		d->lines = realloc(d->lines, d->cap * sizeof *d->lines);
		assert_non_null(d->lines);
	}
	d->lines[d->n++] = strdup(line);
}

static inline void dump_free(struct dump *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->lines[i]);
	free(d->lines);
}

static inline int dump_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void dump_postings(struct dump *d, const struct ik_view *v, const uint64_t *number,
                                 const struct ik_dict_iter *it)
{
	struct ik_post_env env = ik_dict_iter_env(it);
	struct ik_post_iter post;
	static char line[65536];

	ok(ik_post_iter_open(&post, &env, &it->info, err));
	while (ik_post_iter_next(&post, NULL) == 1) {
		int len;

		if (!ik_live_has(v->live, post.doc))
			continue;
		len = snprintf(line, sizeof line, "p%u %.*s %08llu n%u tf%u", it->part->part,
		               (int)it->term.len, (const char *)it->term.data,
		               (unsigned long long)number[post.doc],
		               it->part->norms == NULL ? 0u : it->part->norms[post.doc], post.tf);
		if (env.flags & IK_PART_POSITIONS) {
			ok(ik_post_iter_positions(&post, err));
			for (uint32_t i = 0; i < post.tf; i++)
				len += snprintf(line + len, sizeof line - (size_t)len, " %u",
				                post.positions.v[i]);
		}
		dump_line(d, line);
	}
	ik_post_iter_free(&post);
}

static inline void dump_columns(struct dump *d, const struct ik_view *v, const uint64_t *number,
                                uint32_t field)
{
	struct ik_column c;
	struct ik_dict_iter it;
	char line[256];

	for (int kind = 0; kind < 2; kind++) {
		int rc = kind == 0 ? ik_column_numbers(v->seg, field, &c, NULL)
		                   : ik_column_ordinals(v->seg, field, &c, NULL);

		assert_true(rc >= 0);
		for (uint32_t doc = 0; rc == 1 && doc < v->seg->n_docs; doc++) {
			uint64_t first;
			uint32_t n = ik_column_span(&c, doc, &first);

			for (uint32_t i = 0; ik_live_has(v->live, doc) && i < n; i++) {
				int64_t value = ik_column_at(&c, first + i);

				snprintf(line, sizeof line, "c%u %08llu %u %lld", field,
				         (unsigned long long)number[doc], i, (long long)value);
				if (kind == 1) {
					ik_dict_iter_open(&it, v->seg, ik_part(field, 0));
					ok(ik_dict_iter_seek_ord(&it, (uint64_t)value, err));
					assert_int_equal(ik_dict_iter_next(&it, NULL), 1);
					snprintf(line, sizeof line, "c%u %08llu %u %.*s", field,
					         (unsigned long long)number[doc], i,
					         (int)it.term.len, (const char *)it.term.data);
					ik_dict_iter_free(&it);
				}
				dump_line(d, line);
			}
		}
	}
}

static inline void dump_stored(struct dump *d, const struct ik_view *v, const uint64_t *number)
{
	struct ik_stored_reader r;
	char line[4096];

	ik_stored_reader_init(&r, v->seg);
	for (uint32_t doc = 0; v->seg->stored.p != NULL && doc < v->seg->n_docs; doc++) {
		const uint8_t *p;
		unsigned long hash;
		size_t len;

		if (!ik_live_has(v->live, doc))
			continue;
		ok(ik_stored_get(&r, doc, &p, &len, err));
		hash = ik_crc32(0, p, len);
		snprintf(line, sizeof line, "s %08llu %zu %08lx",
		         (unsigned long long)number[doc], len,
		         hash);
		dump_line(d, line);
	}
	ik_stored_reader_free(&r);
}

/* Everything in a segment; its document doc is called number[doc]. */
static inline void dump_segment(struct dump *d, const struct ik_view *v, const uint64_t *number)
{
	for (size_t p = 0; p < v->seg->n_parts; p++) {
		struct ik_dict_iter it;

		ik_dict_iter_open(&it, v->seg, v->seg->parts[p].part);
		while (ik_dict_iter_next(&it, NULL) == 1)
			dump_postings(d, v, number, &it);
		ik_dict_iter_free(&it);
	}
	for (uint32_t f = 0; f < F_COUNT; f++)
		dump_columns(d, v, number, f);
	dump_stored(d, v, number);
}

/* The same, called by their place among the live documents; *next: of the first. */
static inline void dump_view(struct dump *d, const struct ik_view *v, uint64_t *next)
{
	uint64_t *number = malloc(v->seg->n_docs * sizeof *number);

	assert_non_null(number);
	for (uint32_t doc = 0; doc < v->seg->n_docs; doc++)
		number[doc] = ik_live_has(v->live, doc) ? (*next)++ : UINT64_MAX;
	dump_segment(d, v, number);
	free(number);
}

/* Everything in the index, sorted; each segment passes the checker. */
static inline void dump_all(struct dump *d, const struct ik_snapshot *snap)
{
	uint64_t next = 0;

	memset(d, 0, sizeof *d);
	for (uint32_t i = 0; i < snap->n; i++) {
		ok(ik_segment_check(snap->views[i].seg, NULL, NULL, err));
		dump_view(d, &snap->views[i], &next);
	}
	assert_int_equal(next, snap->docs);
	if (d->n > 0)
		qsort(d->lines, d->n, sizeof *d->lines, dump_order);
}

static inline void dump_equal(const struct dump *a, const struct dump *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		assert_string_equal(a->lines[i], b->lines[i]);
	assert_int_equal(a->n, b->n);
}

/* ---- looking at the last commit ---- */

static inline uint64_t docs_in(struct ik_dir *dir)
{
	struct ik_snapshot *snap;
	uint64_t n;

	ok(ik_snapshot_open(dir, &snap, err));
	n = snap->docs;
	ik_snapshot_unref(snap);
	return n;
}

static inline int has_key(struct ik_dir *dir, const char *key)
{
	struct ik_snapshot *snap;
	uint64_t doc;
	int rc;

	ok(ik_snapshot_open(dir, &snap, err));
	rc = ik_snapshot_find_key(snap, key, strlen(key), &doc, NULL);
	ik_snapshot_unref(snap);
	assert_true(rc == 0 || rc == INK_ENOTFOUND);
	return rc == 0;
}

#endif
