/*
 * salvage.c - a damaged index copied, as far as it can be read.
 *
 * Layer: index. The new index is written by an ordinary writer, which gets
 * whole segments as they are and single documents of the others.
 */
#include "index/salvage.h"

#include <string.h>

#include "index/salvage_impl.h"
#include "index/view.h"
#include "segment/dict.h"

int ik_salvage_canceled(ink_error *err)
{
	return ik_fail(err, INK_ECANCELED, "the salvage was canceled");
}

int ik_salvage_look(void *salvage, uint64_t bytes)
{
	struct ik_salvage *s = salvage;

	(void)bytes;
	return s->progress == NULL ? 0 : s->progress(s->user, &s->now);
}

int ik_salvage_step(struct ik_salvage *s, ink_error *err)
{
	return ik_salvage_look(s, 0) != 0 ? ik_salvage_canceled(err) : 0;
}

/* What a message says of a file or section: what stands behind its name, and perhaps a path. */
static const char *without_name(const char *message, const char *name)
{
	const char *at = strstr(message, name), *end;

	if (at == NULL || (at > message && at[-1] != '/'))
		return message;
	end = at + strlen(name);
	end += *end == ':';
	return *end == ' ' ? end + 1 : message;
}

int ik_salvage_lose(struct ik_salvage *s, const char *file, const char *section,
                    const char *message, uint64_t docs, ink_error *err)
{
	const ink_loss loss = {sizeof loss, file, section,
	                       without_name(without_name(message, file), section), docs};

	s->stats.losses++;
	s->stats.lost += docs;
	s->now.done += docs;
	return s->fn != NULL && s->fn(s->user, &loss) != 0 ? ik_salvage_canceled(err) : 0;
}

/* ---- keys ---- */

#define NO_DOC UINT32_MAX

/* Delete the documents of a key in one segment, all or all but one. */
static int drop_key(struct ik_writer *w, struct ik_wseg *s, const struct ik_term_info *term,
                    uint32_t keep, ink_error *err)
{
	uint32_t part = ik_part(w->schema->key, 0);
	/* What a list has depends on its term in parts with positions only. */
	struct ik_post_env env = ik_segment_env(s->seg, ik_segment_part(s->seg, part), NULL, 0);
	struct ik_post_iter it;
	int rc = ik_post_iter_open(&it, &env, term, err);

	while (rc == 0 && (rc = ik_post_iter_next(&it, err)) == 1)
		rc = it.doc == keep ? 0 : ik_wseg_delete(w, s, it.doc, err);
	ik_post_iter_free(&it);
	return rc;
}

/* Only the last document of the key that `it` stands at stays, if segment `at` has it. */
static int keep_newest(struct ik_writer *w, size_t at, const struct ik_dict_iter *it,
                       ink_error *err)
{
	const char *key = (const char *)it->term.data;
	size_t len = it->term.len;
	uint32_t part = ik_part(w->schema->key, 0), last;
	struct ik_wseg *s = w->segs.v[at];
	struct ik_term_info term;
	int rc = ik_view_find_key(s->seg, s->live, part, key, len, &last, err);

	if (rc <= 0)
		return rc;
	rc = it->info.df > 1 ? drop_key(w, s, &it->info, last, err) : 0;
	for (size_t i = 0; rc == 0 && i < at; i++) {
		rc = ik_segment_part(w->segs.v[i]->seg, part) == NULL
		         ? 0
		         : ik_dict_find(w->segs.v[i]->seg, part, key, len, &term, err);
		if (rc == 1)
			rc = drop_key(w, w->segs.v[i], &term, NO_DOC, err);
	}
	return rc;
}

/* Lost deletions may have brought older documents back: of each key the newest stays. */
static int drop_doubles(struct ik_salvage *s, ink_error *err)
{
	struct ik_writer *w = s->w;
	int rc = ik_writer_settle(w, err);

	for (size_t at = w->segs.n; rc == 0 && at-- > 0;) {
		struct ik_dict_iter it;
		uint32_t n = 0;

		ik_dict_iter_open(&it, w->segs.v[at]->seg, ik_part(w->schema->key, 0));
		while (rc == 0 && (rc = ik_dict_iter_next(&it, err)) == 1) {
			rc = keep_newest(w, at, &it, err);
			if (rc == 0 && n++ % IK_SALVAGE_LOOK == 0)
				rc = ik_salvage_step(s, err);
		}
		ik_dict_iter_free(&it);
	}
	return rc;
}

/* ---- words ---- */

/* The user's dictionary and synonyms, before any document is analyzed. */
static int copy_words(struct ik_salvage *s, const struct ik_words_file *file, ink_error *err)
{
	struct ik_words words;
	char name[IK_FILE_NAME_MAX];
	ink_error why;
	int rc = ik_words_open(s->src, file, NULL, &words, &why);

	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (rc != 0) {
		ik_words_name(file->id, name);
		return ik_salvage_lose(s, name, "", why.message, 0, err);
	}
	if (words.lexicon != NULL) {
		rc = ik_writer_set_dictionary(s->w, words.lexicon->words_text,
		                              words.lexicon->words_len, err);
		if (rc == 0)
			rc = ik_writer_set_synonyms(s->w, words.lexicon->synonyms_text,
			                            words.lexicon->synonyms_len, err);
	}
	ik_words_release(&words);
	return rc;
}

/* ---- all of it ---- */

static int copy_all(struct ik_salvage *s, const struct ik_manifest *plan, ink_error *err)
{
	int rc = copy_words(s, &plan->words, err);

	s->stamp = plan->stamp;
	for (size_t i = 0; i < plan->segments.n; i++)
		s->now.total += plan->segments.v[i].n_docs - plan->segments.v[i].deleted;
	for (size_t i = 0; rc == 0 && i < plan->segments.n; i++)
		rc = ik_salvage_segment(s, &plan->segments.v[i], err);
	if (rc == 0 && s->unsure && plan->schema->key != IK_NO_FIELD)
		rc = drop_doubles(s, err);
	if (rc == 0)
		rc = ik_writer_commit(s->w, NULL, err);
	for (size_t i = 0; rc == 0 && i < s->w->segs.n; i++) {
		const struct ik_wseg *seg = s->w->segs.v[i];

		s->stats.docs += seg->seg->n_docs - (seg->live == NULL ? 0 : seg->live->deleted);
	}
	return rc;
}

static int is_own(const char *name)
{
	uint64_t id, gen;

	return ik_file_kind(name, &id, &gen) != IK_FILE_OTHER ||
	       strcmp(name, IK_LOCK_NAME) == 0 || strcmp(name, IK_MANIFEST_NEW) == 0;
}

/* Half an index looks like a whole one. What cannot be removed stays: the salvage failed anyhow. */
static void discard(struct ik_dir *dst)
{
	dst->ops->remove(dst, IK_MANIFEST_NAME, NULL);
	ik_dir_clear(dst, is_own);
}

int ik_salvage(struct ik_dir *src, struct ik_dir *dst, ink_loss_fn fn, ink_progress_fn progress,
               void *user, ink_salvage *out, ink_error *err)
{
	struct ik_salvage s = {.src = src, .dst = dst, .fn = fn, .progress = progress, .user = user,
	                       .now = {sizeof s.now, INK_PHASE_SALVAGE, 0, 0}};
	struct ik_manifest plan;
	int rc = ik_salvage_plan(&s, &plan, err), is_made = 0;

	if (rc == 0)
		rc = ik_index_init(dst, plan.schema, err);
	if (rc == 0) {
		is_made = 1;
		rc = ik_writer_open(dst, &s.w, err);
	}
	/* In their order, the last one of a key is the newest. */
	if (rc == 0)
		rc = ik_writer_set_reorder(s.w, INK_REORDER_NONE, err);
	if (rc == 0)
		rc = copy_all(&s, &plan, err);
	ik_writer_close(s.w);
	if (rc != 0 && is_made)
		discard(dst);
	ik_manifest_free(&plan);
	*out = s.stats;
	return rc;
}
