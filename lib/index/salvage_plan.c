/*
 * salvage_plan.c - which files make up a damaged index.
 *
 * Layer: index. The manifest says so; without it, the names in the folder and
 * what segments say of themselves (origin.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "index/origin.h"
#include "index/salvage_impl.h"
#include "index/stamp.h"
#include "segment/check.h"
#include "segment/format.h"

/* A segment of the folder. */
struct found {
	struct ik_manifest_segment entry;
	uint64_t order;
	struct ik_origin origin;
	int whole;
	uint64_t alive; /* documents, of a whole one whose deletions can be read */
	int counted;    /* `alive` says so */
	int left_out;   /* its documents are in another one that is taken */
};

struct folder {
	IK_VEC(struct found) segs;
	struct ik_words_file words; /* the newest */
	struct ik_schema *schema;   /* with the most fields: they are only ever added */
};

static int note_file(void *user, const char *name)
{
	struct folder *f = user;
	struct found *found;
	uint64_t id, gen;
	enum ik_file_kind kind = ik_file_kind(name, &id, &gen);

	if (kind == IK_FILE_WORDS && id > f->words.id)
		f->words.id = id;
	if (kind != IK_FILE_SEGMENT)
		return 0;
	found = ik_vec_push(&f->segs);
	if (found == NULL)
		return INK_ENOMEM;
	*found = (struct found){.entry = {.id = id}, .order = id};
	return 0;
}

static struct found *find(const struct folder *f, uint64_t id)
{
	for (size_t i = 0; i < f->segs.n; i++)
		if (f->segs.v[i].entry.id == id)
			return &f->segs.v[i];
	return NULL;
}

static int note_live(void *user, const char *name)
{
	struct folder *f = user;
	struct found *found;
	uint64_t id, gen;

	if (ik_file_kind(name, &id, &gen) != IK_FILE_LIVE)
		return 0;
	found = find(f, id);
	if (found != NULL && gen > found->entry.live_gen)
		found->entry.live_gen = gen;
	return 0;
}

static int count_alive(struct ik_dir *dir, const struct ik_segment *seg, struct found *found)
{
	char name[IK_FILE_NAME_MAX];
	struct ik_live *live = NULL;
	int rc = 0;

	if (found->entry.live_gen != 0) {
		const struct ik_live_of of = {found->entry.id, found->entry.live_gen};

		ik_live_name(of.id, of.gen, name);
		rc = ik_live_read(dir, name, of, seg->n_docs, &live, NULL);
	}
	found->counted = rc == 0;
	found->alive = seg->n_docs - (live == NULL ? 0 : live->deleted);
	ik_live_free(live);
	return rc == INK_ENOMEM ? rc : 0;
}

/* What a segment says of itself, if it can still be read. */
static int ask_segment(struct folder *f, struct ik_salvage *s, struct found *found, ink_error *err)
{
	char name[IK_FILE_NAME_MAX];
	struct ik_segment *seg;
	struct ik_origin origin;
	int rc, opens;

	ik_segment_name(found->entry.id, name);
	rc = ik_segment_open(s->src, name, &seg, NULL);
	opens = rc == 0;
	if (rc != 0 && rc != INK_ENOMEM)
		rc = ik_segment_open_damaged(s->src, name, 0, &seg, NULL);
	if (rc != 0)
		return rc == INK_ENOMEM ? ik_fail_nomem(err) : 0;
	if (opens)
		rc = ik_segment_check(seg, ik_salvage_look, s, NULL);
	if (rc == INK_ECANCELED) {
		ik_segment_unref(seg);
		return ik_salvage_canceled(err);
	}
	found->whole = opens && rc == 0;
	if (found->whole)
		rc = count_alive(s->src, seg, found);
	if (rc != INK_ENOMEM && ik_segment_has_sound(seg, IK_SECTION_ORIGIN, 0))
		rc = ik_origin_read(seg, &origin, NULL);
	if (rc == 1 && ik_origin_check(seg, NULL) != 0)
		origin.from.n = 0; /* another file under its name would stand for itself */
	if (rc == 1) {
		found->order = origin.order;
		if (f->schema == NULL || f->schema->n < origin.schema->n) {
			ik_schema_free(f->schema);
			f->schema = origin.schema;
			origin.schema = NULL;
		}
		found->origin = origin;
	}
	ik_segment_unref(seg);
	return rc == INK_ENOMEM ? ik_fail_nomem(err) : 0;
}

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->entry.id > y->entry.id) - (x->entry.id < y->entry.id);
}

/* Length and checksum as the file itself has them: there is no other word on it. */
static void ask_words(struct ik_dir *dir, struct ik_words_file *words)
{
	char name[IK_FILE_NAME_MAX];
	struct ik_in *in;

	ik_words_name(words->id, name);
	if (words->id == 0 || dir->ops->open(dir, name, &in, NULL) != 0)
		return;
	words->bytes = in->len;
	words->crc = in->len < 4 ? 0 : ik_load32(in->data + in->len - 4);
	ik_in_close(in);
}

static int read_folder(struct folder *f, struct ik_salvage *s, ink_error *err)
{
	struct ik_dir *dir = s->src;
	int rc = dir->ops->list(dir, note_file, f, err);

	if (rc == 0)
		rc = dir->ops->list(dir, note_live, f, err);
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < f->segs.n; i++)
		rc = ask_segment(f, s, &f->segs.v[i], err);
	if (rc != 0)
		return rc;
	if (f->segs.n == 0)
		return ik_fail(err, INK_ENOTFOUND, "%s: no index here", dir->path);
	if (f->schema == NULL)
		return ik_fail(err, INK_ECORRUPT,
		               "%s: neither the manifest nor a segment tells the schema",
		               dir->path);
	ask_words(dir, &f->words);
	return 0;
}

/* Are all that it was merged of there, and whole? */
static int can_be_replaced(const struct folder *f, const struct found *merged)
{
	for (size_t i = 0; i < merged->origin.from.n; i++) {
		const struct found *part = find(f, merged->origin.from.v[i]);

		if (part == NULL || !part->whole)
			return 0;
	}
	return merged->origin.from.n > 0;
}

/* A damaged segment is left out for what it was merged of, which brings back later deletions. */
static int leave_out(struct ik_salvage *s, struct found *merged, ink_error *err)
{
	char name[IK_FILE_NAME_MAX];

	merged->left_out = 1;
	s->stats.segments++;
	s->stats.damaged++;
	ik_segment_name(merged->entry.id, name);
	return ik_salvage_lose(s, name, "",
	                       "damaged; the segments that it was merged of are taken instead, "
	                       "and deleted documents may be back",
	                       0, err);
}

/* Documents alive in all that it was merged of; -1 when not all are there, whole. */
static int64_t alive_before(const struct folder *f, const struct found *merged)
{
	int64_t alive = 0;

	if (!can_be_replaced(f, merged))
		return -1;
	for (size_t i = 0; i < merged->origin.from.n; i++) {
		const struct found *part = find(f, merged->origin.from.v[i]);

		if (!part->counted)
			return -1;
		alive += (int64_t)part->alive;
	}
	return alive;
}

/*
 * A merged segment that no commit took over stands beside its inputs, which
 * are what was committed. One that was taken over may do so as well, after a
 * crash. Deletions only grow, and those after the merge began get into a file
 * of the merged one in the commit that takes it over. So with such a file it
 * was taken over; without one, the same documents are alive in both or it was
 * not, unless it knows of more deletions than its inputs: then it began with
 * some that were not committed yet. They may have been committed with it, but
 * there is hardly time for a crash between that and the inputs' removal.
 */
static int leave_out_uncommitted(struct ik_salvage *s, struct found *merged, int64_t before,
                                 ink_error *err)
{
	char name[IK_FILE_NAME_MAX];

	merged->left_out = 1;
	if (before <= (int64_t)merged->alive)
		return 0;
	ik_segment_name(merged->entry.id, name);
	return ik_salvage_lose(s, name, "",
	                       "merged, but perhaps of no commit; the segments that it was merged "
	                       "of are taken instead, and deleted documents may be back",
	                       0, err);
}

static int newest_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->entry.id < y->entry.id) - (x->entry.id > y->entry.id);
}

/* Is a merged segment left out for its inputs? */
static int prefer_inputs(struct ik_salvage *s, const struct folder *f, struct found *merged,
                         ink_error *err)
{
	int64_t before;

	if (!merged->whole)
		return can_be_replaced(f, merged) ? leave_out(s, merged, err) : 0;
	before = merged->entry.live_gen == 0 ? alive_before(f, merged) : -1;
	return before < 0 || before == (int64_t)merged->alive
	           ? 0
	           : leave_out_uncommitted(s, merged, before, err);
}

/* Which segments are taken: each document is to come once. A merge is newer than its inputs. */
static int choose(struct ik_salvage *s, struct folder *f, ink_error *err)
{
	int rc = 0;

	qsort(f->segs.v, f->segs.n, sizeof *f->segs.v, newest_first);
	for (size_t k = 0; rc == 0 && k < f->segs.n; k++) {
		struct found *at = &f->segs.v[k];
		int was_out = at->left_out;

		if (!was_out)
			rc = prefer_inputs(s, f, at, err);
		if (at->left_out != was_out)
			continue;
		for (size_t i = 0; i < at->origin.from.n; i++) {
			struct found *part = find(f, at->origin.from.v[i]);

			if (part != NULL)
				part->left_out = 1;
		}
	}
	qsort(f->segs.v, f->segs.n, sizeof *f->segs.v, by_order);
	return rc;
}

static void folder_free(struct folder *f)
{
	for (size_t i = 0; i < f->segs.n; i++)
		ik_origin_free(&f->segs.v[i].origin);
	ik_vec_free(&f->segs);
	ik_schema_free(f->schema);
}

static int plan_by_folder(struct ik_salvage *s, struct ik_manifest *out, ink_error *err)
{
	struct folder f = {0};
	int rc = read_folder(&f, s, err);

	if (rc == 0)
		rc = choose(s, &f, err);
	if (rc == 0 && ik_vec_reserve(&out->segments, f.segs.n) != 0)
		rc = ik_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < f.segs.n; i++)
		if (!f.segs.v[i].left_out)
			out->segments.v[out->segments.n++] = f.segs.v[i].entry;
	if (rc == 0 && (out->stamp = ik_strndup(IK_STAMP_UNKNOWN, strlen(IK_STAMP_UNKNOWN))) == NULL)
		rc = ik_fail_nomem(err);
	if (rc == 0) {
		out->schema = f.schema;
		out->words = f.words;
		f.schema = NULL;
	}
	folder_free(&f);
	return rc;
}

int ik_salvage_plan(struct ik_salvage *s, struct ik_manifest *out, ink_error *err)
{
	ink_error why;
	int rc = ik_manifest_read(s->src, out, &why);

	if (rc == 0)
		return 0;
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	rc = plan_by_folder(s, out, err);
	if (rc != 0)
		return rc;
	s->unsure = 1;
	return ik_salvage_lose(s, IK_MANIFEST_NAME, "", why.message, 0, err);
}
