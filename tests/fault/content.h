/*
 * content.h - what the indexes of the fault tests hold: documents that follow
 * from their key and version, and all of an index read back, to be compared
 * with what has to be there.
 */
#ifndef FAULT_CONTENT_H
#define FAULT_CONTENT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/gen.h"
#include "base/mem.h"
#include "index/writer.h"
#include "index/writer_impl.h"
#include "segment/check.h"
#include "segment/stored.h"

#define KEYS 24
#define ok(call)                                                          \
	do {                                                              \
		ink_error err_ = {0};                                     \
		ink_error *err = &err_;                                   \
		int rc_ = (call);                                         \
		if (rc_ != 0)                                             \
			fail_msg("%s: %s", #call, err_.message);          \
	} while (0)

/* What an index holds: the version of each key, 0 when it is not there, the fields, the words. */
struct content {
	uint32_t version[KEYS];
	uint32_t fields;
	uint32_t words;    /* the number in its dictionary; 0: it has none */
	uint32_t synonyms; /* and in its synonyms */
	uint32_t bulk;     /* documents beside, which never change */
};

#define FIELDS 4 /* that a schema starts with */

static inline struct ik_schema *work_schema(void)
{
	struct ik_schema *s;

	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "id", INK_KEYWORD, INK_STORED | INK_KEY, NULL, err));
	ok(ik_schema_add(s, "version", INK_I64, INK_STORED, NULL, err));
	ok(ik_schema_add(s, "body", INK_TEXT, INK_STORED, "whitespace | lower", err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_MULTI, NULL, err));
	return s;
}

static inline void work_key(uint32_t key, char out[16])
{
	snprintf(out, 16, key < KEYS ? "key-%02u" : "bulk-%u", key);
}

static inline int work_doc(struct ik_doc *doc, uint32_t key, uint32_t version, ink_error *err)
{
	char id[16], body[256], tag[16];
	int len = 0, rc;

	work_key(key, id);
	for (uint32_t i = 0; i < 5 + version % 9; i++)
		len += snprintf(body + len, sizeof body - (size_t)len, "w%u ",
		                (key * 7 + version * i) % 53);
	snprintf(tag, sizeof tag, "t%u", version % 5);
	rc = ik_doc_add_text(doc, "id", id, strlen(id), err);
	if (rc == 0)
		rc = ik_doc_add_i64(doc, "version", version, err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "body", body, (size_t)len, err);
	if (rc == 0)
		rc = ik_doc_add_text(doc, "tag", tag, strlen(tag), err);
	return rc;
}

/* ---- looking ---- */

/* Document `at` of a snapshot, which is the only one of its key. */
static inline int content_doc(const struct ik_snapshot *snap, uint64_t at,
                              const struct ik_doc *doc, struct content *out, ink_error *err)
{
	const struct ik_value *id = doc->values.v;
	uint64_t found;
	uint32_t key;
	int rc;

	if (doc->values.n != 3 || (sscanf(id->text, "key-%u", &key) != 1 &&
	                           sscanf(id->text, "bulk-%u", &key) != 1))
		return ik_fail(err, INK_EINTERNAL, "not a document of ours");
	rc = ik_snapshot_find_key(snap, id->text, id->len, &found, err);
	if (rc == 0 && (found != at || (key < KEYS && out->version[key] != 0)))
		rc = ik_fail(err, INK_EINTERNAL, "%s is there twice", id->text);
	if (rc == 0 && key < KEYS)
		out->version[key] = (uint32_t)id[1].i64;
	else if (rc == 0)
		out->bulk++;
	return rc;
}

static inline int content_segment(const struct ik_snapshot *snap, const struct ik_view *view,
                                  struct content *out, ink_error *err)
{
	struct ik_stored_reader reader;
	int rc = ik_segment_check(view->seg, NULL, NULL, err);

	ik_stored_reader_init(&reader, view->seg);
	for (uint32_t i = 0; rc == 0 && i < view->seg->n_docs; i++) {
		struct ik_doc doc;
		const uint8_t *p;
		size_t len;

		if (!ik_live_has(view->live, i))
			continue;
		ik_doc_init(&doc, snap->schema);
		rc = ik_stored_get(&reader, i, &p, &len, err);
		if (rc == 0)
			rc = ik_doc_decode(p, p + len, &doc, err);
		if (rc == 0)
			rc = content_doc(snap, view->base + i, &doc, out, err);
		ik_doc_release(&doc);
	}
	ik_stored_reader_free(&reader);
	return rc;
}

/* All documents of a snapshot, through their stored values and through their keys. 0 or INK_E*. */
static inline int content_read(const struct ik_snapshot *snap, struct content *out,
                               ink_error *err)
{
	const struct ik_lexicon *lexicon = snap->words.lexicon;
	uint64_t seen = 0;
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->fields = snap->schema->n;
	if (lexicon != NULL &&
	    ((lexicon->words_len > 0 && sscanf(lexicon->words_text, "word %u", &out->words) != 1) ||
	     (lexicon->synonyms_len > 0 &&
	      sscanf(lexicon->synonyms_text, "w1, s%u", &out->synonyms) != 1)))
		return ik_fail(err, INK_EINTERNAL, "not a dictionary of ours");
	for (uint32_t v = 0; rc == 0 && v < snap->n; v++)
		rc = content_segment(snap, &snap->views[v], out, err);
	for (uint32_t k = 0; k < KEYS; k++)
		seen += out->version[k] != 0;
	if (rc == 0 && seen + out->bulk != snap->docs)
		rc = ik_fail(err, INK_EINTERNAL, "documents do not add up");
	return rc;
}

static inline int content_open(struct ik_dir *dir, struct content *out, ink_error *err)
{
	struct ik_snapshot *snap;
	int rc = ik_snapshot_open(dir, &snap, err);

	if (rc != 0)
		return rc;
	rc = content_read(snap, out, err);
	ik_snapshot_unref(snap);
	return rc;
}

static inline int content_same(const struct content *a, const struct content *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* Files of an index that no commit names. */
struct stray {
	const struct ik_manifest *m;
	char name[64]; /* the last one */
	int n;
};

static inline int count_stray(void *user, const char *name)
{
	struct stray *s = user;
	char wanted[IK_FILE_NAME_MAX];

	if (strcmp(name, IK_MANIFEST_NAME) == 0 || strcmp(name, IK_LOCK_NAME) == 0)
		return 0;
	ik_words_name(s->m->words.id, wanted);
	if (s->m->words.id != 0 && strcmp(name, wanted) == 0)
		return 0;
	for (size_t i = 0; i < s->m->segments.n; i++) {
		const struct ik_manifest_segment *e = &s->m->segments.v[i];

		ik_segment_name(e->id, wanted);
		if (strcmp(name, wanted) == 0)
			return 0;
		ik_live_name(e->id, e->live_gen, wanted);
		if (e->live_gen != 0 && strcmp(name, wanted) == 0)
			return 0;
	}
	snprintf(s->name, sizeof s->name, "%s", name);
	s->n++;
	return 0;
}

static inline void no_strays(struct ik_dir *dir, const char *when)
{
	struct ik_manifest m;
	struct stray s = {.m = &m};

	ok(ik_manifest_read(dir, &m, err));
	ok(dir->ops->list(dir, count_stray, &s, err));
	ik_manifest_free(&m);
	if (s.n > 0)
		fail_msg("%s: %d files that no commit names, such as %s", when, s.n, s.name);
}

#endif
