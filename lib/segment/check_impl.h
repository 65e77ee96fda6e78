/* check_impl.h - between the files of the checker. Layer: segment. */
#ifndef IK_SEGMENT_CHECK_IMPL_H
#define IK_SEGMENT_CHECK_IMPL_H

#include "segment/check.h"
#include "segment/dict.h"

/* One run. */
struct ik_check {
	const struct ik_segment *seg;
	int (*step)(void *user, uint64_t bytes);
	void *user;
	uint64_t pending; /* bytes done and not yet told */
	uint64_t told;
	ink_error *err;
};

/* So many bytes more are done; INK_ECANCELED when the caller says stop. */
int ik_check_done(struct ik_check *c, uint64_t bytes);

int ik_check_terms(struct ik_check *c); /* dictionary and posting lists */
int ik_check_stored(struct ik_check *c);
int ik_check_columns(struct ik_check *c);

/* INK_ECORRUPT with a message, as ik_segment_corrupt(). */
int ik_check_fail(struct ik_check *c, const char *section, const char *what);

/* One posting list, walked and compared with what queries read: check_list.c. */
struct ik_check_list;

int ik_check_list_new(struct ik_check *c, struct ik_check_list **out);
void ik_check_list_free(struct ik_check_list *list);

/* Start a part, look at a list of it, and compare the part's totals. */
void ik_check_list_part(struct ik_check_list *list, const struct ik_part_info *part);
int ik_check_list_run(struct ik_check_list *list, const struct ik_dict_iter *it,
                      ink_error *err); /* messages without file and term */
int ik_check_list_totals(struct ik_check_list *list);

#endif
