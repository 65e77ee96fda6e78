/*
 * salvage_segment.c - what of a segment is whole, and the way its documents go.
 *
 * Layer: index. The segment as it is, where only stored documents are damaged
 * without those; or its documents anew (salvage_docs.c).
 */
#include <stdio.h>

#include "base/mem.h"
#include "index/origin.h"
#include "index/salvage_impl.h"
#include "index/view.h"
#include "segment/check.h"
#include "segment/format.h"
#include "segment/stored.h"

/* One segment being looked at. */
struct exam {
	struct ik_salvage *s;
	struct ik_segment *seg;
	struct ik_live *live; /* deleted documents and those that cannot be read; NULL: none */
	uint64_t unreadable;
	uint32_t bad;         /* 1 << kind of each section that is damaged */
	int opens;            /* it is more than its stored documents */
};

#define BAD(kind) (1u << (kind))

/* Damage that leaves all but stored documents, the origin and a short way to terms whole. */
#define BAD_STORED (BAD(IK_SECTION_STORED) | BAD(IK_SECTION_STORED_INDEX) | \
                    BAD(IK_SECTION_ORIGIN) | BAD(IK_SECTION_FREQUENT))

/* ---- deletions ---- */

/* INK_ENOMEM and INK_ECANCELED only: without the file nothing is deleted. */
static int read_live(struct exam *e, const struct ik_manifest_segment *entry, ink_error *err)
{
	const struct ik_live_of of = {entry->id, entry->live_gen};
	char name[IK_FILE_NAME_MAX], text[sizeof ((ink_error *)0)->message + 64];
	ink_error why;
	int rc;

	if (of.gen == 0)
		return 0;
	ik_live_name(of.id, of.gen, name);
	rc = ik_live_read(e->s->src, name, of, e->seg->n_docs, &e->live, &why);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc == 0)
		return 0;
	e->s->unsure = 1;
	snprintf(text, sizeof text, "%s; deleted documents may be back", why.message);
	return ik_salvage_lose(e->s, name, "", text, 0, err);
}

/* ---- sections ---- */

/* Sections whose checksums are wrong; then, if none is, what the checker says. */
static int find_damage(struct exam *e, ink_error *err)
{
	const struct ik_segment *seg = e->seg;
	ink_error why;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < seg->n_sections; i++) {
		uint32_t kind = ik_segment_kind(seg, i);

		if (ik_segment_is_sound(seg, i))
			continue;
		e->bad |= BAD(kind < 31 ? kind : 31);
		if (kind != IK_SECTION_STORED) /* try_docs() says how many it takes */
			rc = ik_salvage_lose(e->s, seg->name, ik_section_name(kind),
			                     "wrong checksum", 0, err);
	}
	if ((e->bad & BAD(IK_SECTION_FREQUENT)) != 0)
		e->seg->frequent_slots = 0; /* terms are found without it */
	if (rc != 0 || e->bad != 0 || !e->opens)
		return rc;
	rc = ik_segment_check(seg, ik_salvage_look, e->s, &why);
	if (rc == 0)
		rc = ik_view_check_parts(seg, e->s->w->schema, &why);
	if (rc == INK_ECANCELED || rc == INK_ENOMEM)
		return rc == INK_ENOMEM ? ik_fail_nomem(err) : ik_salvage_canceled(err);
	if (rc == 0)
		return 0;
	e->bad = BAD(31);
	return ik_salvage_lose(e->s, seg->name, "", why.message, 0, err);
}

/* ---- stored documents ---- */

/* Can the stored values of a document be read? 0, INK_ECORRUPT or INK_ENOMEM. */
static int try_doc(struct ik_stored_reader *reader, uint32_t i, struct ik_doc *doc, ink_error *why)
{
	const uint8_t *p;
	size_t len;
	int rc = ik_stored_get(reader, i, &p, &len, why);

	return rc == 0 && len > 0 ? ik_doc_decode(p, p + len, doc, why) : rc;
}

static int note_unreadable(struct exam *e, uint32_t doc, ink_error *err)
{
	int rc = e->live == NULL ? ik_live_new(e->seg->n_docs, &e->live, err) : 0;

	if (rc == 0 && ik_live_delete(e->live, doc))
		e->unreadable++;
	return rc;
}

/* Look at all documents; what cannot be read counts as deleted from here on. */
static int try_docs(struct exam *e, ink_error *err)
{
	struct ik_stored_reader reader;
	struct ik_doc doc;
	ink_error first = {0};
	int rc = 0;

	ik_doc_init(&doc, e->s->w->schema);
	ik_stored_reader_init(&reader, e->seg);
	for (uint32_t i = 0; rc == 0 && i < e->seg->n_docs; i++) {
		ink_error why;
		int failed;

		if (i % IK_SALVAGE_LOOK == 0 && (rc = ik_salvage_step(e->s, err)) != 0)
			break;
		failed = ik_live_has(e->live, i) ? try_doc(&reader, i, &doc, &why) : 0;
		if (failed == INK_ENOMEM)
			rc = ik_fail_nomem(err);
		else if (failed != 0)
			rc = note_unreadable(e, i, err);
		if (failed != 0 && first.message[0] == '\0')
			first = why;
	}
	ik_stored_reader_free(&reader);
	ik_doc_release(&doc);
	if (rc == 0 && e->unreadable > 0)
		rc = ik_salvage_lose(e->s, e->seg->name, ik_section_name(IK_SECTION_STORED),
		                     first.message, e->unreadable, err);
	return rc;
}

/* ---- where they go ---- */

/* How far a merge has come. */
struct merging {
	struct ik_salvage *s;
	uint64_t before; /* documents */
};

static int merge_step(void *user, uint64_t done, uint64_t total)
{
	struct merging *m = user;

	(void)total;
	m->s->now.done = m->before + done;
	return ik_salvage_look(m->s, 0);
}

/* The segment as it is, without what is deleted in `live`. INK_ECORRUPT: its documents may do. */
static int adopt(struct exam *e, ink_error *err)
{
	const struct ik_merge_order how = {.foreign = 1};
	const struct ik_merge_input input = {e->seg, e->live};
	struct merging merging = {e->s, e->s->now.done};
	const struct ik_merge_watch watch = {merge_step, &merging};
	struct ik_writer *w = e->s->w;
	struct ik_wseg *s = ik_zalloc(sizeof *s), **slot;
	struct ik_merge_result merged;
	char name[IK_FILE_NAME_MAX];
	int rc = s == NULL ? ik_fail_nomem(err) : ik_writer_settle(w, err);

	if (rc == 0) {
		s->id = ik_writer_new_id(w);
		ik_segment_name(s->id, name);
		rc = ik_merge(&input, 1, w->dir, name, w->schema, &how, &watch, &merged,
		              err);
	}
	if (rc == 0)
		rc = ik_segment_open(w->dir, name, &s->seg, err);
	/* Sections that were forged to contradict each other merge into what is not sound. */
	if (rc == 0)
		rc = ik_segment_check(s->seg, ik_salvage_look, e->s, err);
	if (rc == 0)
		rc = ik_writer_stamp(w, e->s->stamp, err);
	slot = rc == 0 ? ik_vec_push(&w->segs) : NULL;
	if (slot == NULL) {
		ik_wseg_free(s);
		e->s->now.done = merging.before;
		return rc == 0 ? ik_fail_nomem(err) : rc;
	}
	s->bytes = merged.bytes;
	*slot = s;
	e->s->now.done = merging.before + s->seg->n_docs;
	w->changed = w->started = 1;
	return 0;
}

static int copy_segment(struct exam *e, ink_error *err)
{
	uint32_t gone = e->live == NULL ? 0 : e->live->deleted;
	int rc = INK_ECORRUPT;

	if (gone == e->seg->n_docs)
		return 0;
	if (e->opens && (e->bad & ~BAD_STORED) == 0)
		rc = adopt(e, err);
	return rc == INK_ECORRUPT ? ik_salvage_docs(e->s, e->seg, e->live, err) : rc;
}

/* Another file under its name? Then its documents may come with another segment as well. */
static int check_file(struct exam *e, const struct ik_manifest_segment *entry, ink_error *err)
{
	ink_error why;
	int rc = 0;

	if (e->opens)
		rc = entry->n_docs == 0 ? ik_origin_check(e->seg, &why)
		                        : ik_manifest_fits(e->seg, entry, &why);
	if (rc == 0)
		return 0;
	e->s->unsure = 1;
	return ik_salvage_lose(e->s, e->seg->name, "", why.message, 0, err);
}

static int examine(struct exam *e, const struct ik_manifest_segment *entry, ink_error *err)
{
	int rc = check_file(e, entry, err);

	if (rc == 0)
		rc = read_live(e, entry, err);
	if (rc == 0)
		rc = find_damage(e, err);
	/* Without an index that can be trusted the blocks are found one by one. */
	if (rc == 0 && (e->bad & BAD(IK_SECTION_STORED_INDEX)) != 0 && e->opens &&
	    ik_stored_rebuild(e->seg, err) == INK_ENOMEM)
		rc = INK_ENOMEM;
	if (rc == 0)
		rc = try_docs(e, err);
	if (rc == 0)
		rc = copy_segment(e, err);
	return rc;
}

int ik_salvage_segment(struct ik_salvage *s, const struct ik_manifest_segment *entry,
                       ink_error *err)
{
	struct exam e = {.s = s, .opens = 1};
	uint32_t losses = s->stats.losses;
	char name[IK_FILE_NAME_MAX];
	ink_error why;
	int rc;

	s->stats.segments++;
	ik_segment_name(entry->id, name);
	rc = ik_segment_open(s->src, name, &e.seg, &why);
	if (rc != 0 && rc != INK_ENOMEM) {
		e.opens = 0;
		rc = ik_segment_open_damaged(s->src, name, entry->n_docs, &e.seg, NULL);
		if (rc != INK_ENOMEM)
			rc = ik_salvage_lose(s, name, "", why.message,
			                     rc == 0 ? 0 : entry->n_docs - entry->deleted, err);
	}
	if (rc == INK_ENOMEM)
		rc = ik_fail_nomem(err);
	if (rc == 0 && e.seg != NULL)
		rc = examine(&e, entry, err);
	ik_live_free(e.live);
	ik_segment_unref(e.seg);
	s->stats.damaged += s->stats.losses != losses;
	return rc;
}
