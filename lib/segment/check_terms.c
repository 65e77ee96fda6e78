/*
 * check_terms.c - the checker: the dictionary, term by term.
 *
 * Layer: segment.
 */
#include "segment/check_impl.h"

#include <string.h>

#include "base/bits.h"
#include "segment/dict.h"
#include "segment/dict_write.h"
#include "segment/frequent.h"

#define SHOW_MAX 60 /* bytes of a term in a message */

/* A walk over all terms. */
struct walk {
	struct ik_check *c;
	struct ik_check_list *list;
	struct ik_buf last; /* the term before */
	uint64_t post_at;   /* where the next list of POSTINGS has to start */
	uint64_t frequent;  /* terms that the table of frequent ones has */
};

/* Failures of one list get the term in front. */
static int name_term(struct walk *w, const struct ik_dict_iter *it, int rc, const ink_error *why)
{
	int n = it->term.len < SHOW_MAX ? (int)it->term.len : SHOW_MAX;

	return ik_fail(w->c->err, rc, "%s: postings of part %u, term \"%.*s\": %s",
	               w->c->seg->name, (unsigned)it->part->part, n,
	               n > 0 ? (const char *)it->term.data : "", why->message);
}

static int check_order(struct walk *w, const struct ik_dict_iter *it)
{
	size_t n = it->term.len < w->last.len ? it->term.len : w->last.len;
	int order = n == 0 ? 0 : memcmp(it->term.data, w->last.data, n);

	if (it->ord > 0 && (order < 0 || (order == 0 && it->term.len <= w->last.len)))
		return ik_check_fail(w->c, "dictionary", "terms do not ascend");
	ik_buf_clear(&w->last);
	ik_buf_put(&w->last, it->term.data, it->term.len);
	return w->last.err != 0 ? ik_fail_nomem(w->c->err) : 0;
}

/* Short lists stand in the dictionary, the others one after another in POSTINGS. */
static int check_place(struct walk *w, const struct ik_term_info *info)
{
	const struct ik_section *postings = &w->c->seg->postings;

	if (ik_dict_inline(info->post_len)) {
		const struct ik_section *dict = &w->c->seg->dict;

		if (info->post < dict->p || info->post > dict->p + dict->len)
			return ik_check_fail(w->c, "dictionary", "a short list is not in it");
		return 0;
	}
	if (postings->p == NULL || info->post != postings->p + w->post_at)
		return ik_check_fail(w->c, "postings", "lists do not follow each other");
	w->post_at += info->post_len;
	return 0;
}

/* The index has the first bytes of every block's first term. */
static int check_head(struct walk *w, const struct ik_dict_iter *it)
{
	const uint8_t *index = w->c->seg->dict_index.p;
	uint64_t ord = it->part->first_term + it->ord;

	if (ord % IK_DICT_BLOCK == 0 &&
	    ik_load64(index + ord / IK_DICT_BLOCK * IK_DICT_INDEX) !=
	            ik_dict_head((const char *)it->term.data, it->term.len))
		return ik_check_fail(w->c, "dictionary index", "the start of a term is wrong");
	return 0;
}

/* The table of frequent terms says the same of a term that it has. */
static int check_frequent(struct walk *w, const struct ik_dict_iter *it)
{
	const struct ik_segment *seg = w->c->seg;
	struct ik_term_info info;
	const struct ik_dict_lookup term = { it->part->part, (const char *)it->term.data,
		                             it->term.len, &info };
	int rc = 0;

	if (seg->frequent_slots > 0)
		rc = ik_frequent_find(seg, ik_frequent_hash(seg, &term), &term, w->c->err);
	if (rc <= 0)
		return rc;
	w->frequent++;
	if (info.df != it->info.df || info.post != it->info.post ||
	    info.post_len != it->info.post_len)
		return ik_check_fail(w->c, "frequent terms", "not what the dictionary says");
	return 0;
}

static int check_term(struct walk *w, const struct ik_dict_iter *it)
{
	ink_error why = {0};
	int rc = check_order(w, it);

	if (rc == 0)
		rc = check_head(w, it);
	if (rc == 0)
		rc = check_place(w, &it->info);
	if (rc == 0)
		rc = check_frequent(w, it);
	if (rc != 0)
		return rc;
	rc = ik_check_list_run(w->list, it, &why);
	return rc != 0 ? name_term(w, it, rc, &why) : 0;
}

static int check_part(struct walk *w, const struct ik_part_info *part)
{
	struct ik_check *c = w->c;
	struct ik_dict_iter it;
	uint64_t n = 0;
	int rc = 0;

	ik_check_list_part(w->list, part);
	ik_dict_iter_open(&it, c->seg, part->part);
	while (rc == 0) {
		rc = ik_dict_iter_next(&it, c->err);
		if (rc != 1)
			break;
		n++;
		rc = check_term(w, &it);
		if (rc == 0)
			rc = ik_check_done(c, it.info.post_len);
	}
	if (rc == 0 && n != part->terms)
		rc = ik_check_fail(c, "dictionary", "terms are missing");
	/* A block has to end where the next one starts; the walk looked at the others. */
	if (rc == 0 && part->first_term + n == c->seg->terms && n > 0 && it.p != it.end)
		rc = ik_check_fail(c, "dictionary", "bytes after the last term");
	ik_dict_iter_free(&it);
	return rc == 0 ? ik_check_list_totals(w->list) : rc;
}

int ik_check_terms(struct ik_check *c)
{
	struct walk w = {c, NULL, {0}, 0, 0};
	int rc = ik_check_list_new(c, &w.list);

	ik_buf_init(&w.last, IK_DICT_KEY_MAX);
	for (size_t i = 0; i < c->seg->n_parts && rc == 0; i++)
		rc = check_part(&w, &c->seg->parts[i]);
	if (rc == 0 && w.post_at != c->seg->postings.len)
		rc = ik_check_fail(c, "postings", "bytes after the last list");
	if (rc == 0 && w.frequent != ik_frequent_count(c->seg))
		rc = ik_check_fail(c, "frequent terms", "not all are in the dictionary");
	ik_buf_free(&w.last);
	ik_check_list_free(w.list);
	return rc;
}
