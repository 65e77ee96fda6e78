/*
 * native_reader.c - a snapshot made ready for searching, behind the vtable.
 *
 * Layer: backend.
 */
#include "backend/native.h"
#include "base/mem.h"
#include "search/cursor.h"
#include "search/results.h"

static const struct ik_native_reader *reader_of(const struct ik_be_reader *r)
{
	return (const struct ik_native_reader *)r;
}

static int stats(const struct ik_be_reader *r, ink_stats *out, ink_error *err)
{
	const struct ik_snapshot *snap = reader_of(r)->searcher->snap;

	(void)err;
	out->segments = snap->n;
	out->docs = snap->docs;
	out->deleted_docs = snap->deleted;
	out->terms = 0;
	out->postings = 0;
	out->bytes_on_disk = snap->bytes;
	out->generation = snap->generation;
	for (uint32_t i = 0; i < snap->n; i++) {
		const struct ik_segment *seg = snap->views[i].seg;

		out->terms += seg->terms;
		for (size_t k = 0; k < seg->n_parts; k++)
			out->postings += seg->parts[k].postings;
	}
	return 0;
}

static int find(const struct ik_be_reader *r, const char *key, size_t len, uint64_t *doc,
                ink_error *err)
{
	return ik_snapshot_find_key(reader_of(r)->searcher->snap, key, len, doc, err);
}

static int doc(const struct ik_be_reader *r, uint64_t number, struct ik_doc *out, ink_error *err)
{
	return ik_stored_doc(reader_of(r)->searcher->snap, number, out, err);
}

static int words(const struct ik_be_reader *r, enum ik_words_kind kind, const char **text,
                 size_t *len, ink_error *err)
{
	const struct ik_lexicon *lexicon = reader_of(r)->searcher->snap->words.lexicon;

	(void)err;
	*text = "";
	*len = 0;
	if (lexicon == NULL)
		return 0;
	*text = kind == IK_WORDS_DICTIONARY ? lexicon->words_text : lexicon->synonyms_text;
	*len = kind == IK_WORDS_DICTIONARY ? lexicon->words_len : lexicon->synonyms_len;
	return 0;
}

static void request(const struct ik_be_reader *r, const struct ik_query *query,
                    struct ik_request *out)
{
	ik_request_init(out, reader_of(r)->searcher, query);
}

static int check_cursor(const struct ik_be_reader *r, const struct ik_request *request,
                        const char *text, size_t len, ink_error *err)
{
	struct ik_arena arena = {0};
	struct ik_cursor cursor;
	int rc = ik_cursor_decode(request, text, len, request->sorts.n, &arena, &cursor, err);

	(void)r;
	ik_arena_free(&arena);
	return rc;
}

static void close_reader(struct ik_be_reader *r)
{
	ik_searcher_unref(reader_of(r)->searcher);
	ik_free(r);
}

static const struct ik_reader_ops reader_ops = {
	stats,        find,             doc,             words,       request,
	check_cursor, ik_native_search, ik_native_terms, ik_native_docs, close_reader,
};

/* The last commit; a lexicon is parsed once, not for each reader. */
static int open_snapshot(struct ik_native_index *index, struct ik_snapshot **out, ink_error *err)
{
	struct ik_words known, old;
	int rc;

	ik_mutex_lock(index->mutex);
	ik_words_copy(&index->words, &known);
	ik_mutex_unlock(index->mutex);
	rc = ik_snapshot_reopen(index->dir, &known, out, err);
	ik_words_release(&known);
	if (rc != 0)
		return rc;
	ik_mutex_lock(index->mutex);
	old = index->words;
	ik_words_copy(&(*out)->words, &index->words);
	ik_mutex_unlock(index->mutex);
	ik_words_release(&old);
	return 0;
}

int ik_native_reader_open(struct ik_be_index *index, struct ik_be_reader **out, ink_error *err)
{
	struct ik_native_reader *r = ik_zalloc(sizeof *r);
	struct ik_snapshot *snap = NULL;
	int rc;

	*out = NULL;
	if (r == NULL)
		return ik_fail_nomem(err);
	r->base.ops = &reader_ops;
	rc = open_snapshot((struct ik_native_index *)index, &snap, err);
	if (rc == 0)
		rc = ik_searcher_open(snap, &r->searcher, err);
	ik_snapshot_unref(snap); /* the searcher has its own reference */
	if (rc != 0) {
		ik_free(r);
		return rc;
	}
	r->base.schema = r->searcher->snap->schema;
	r->base.stamp = r->searcher->snap->stamp;
	*out = &r->base;
	return 0;
}
