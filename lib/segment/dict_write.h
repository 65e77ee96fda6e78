/*
 * dict_write.h - building the term dictionary in memory.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#ifndef IK_SEGMENT_DICT_WRITE_H
#define IK_SEGMENT_DICT_WRITE_H

#include "base/buf.h"
#include "base/err.h"
#include "segment/format.h"

struct ik_dict_writer {
	struct ik_buf blocks; /* the DICT section */
	struct ik_buf index;  /* the DICT_INDEX section */
	struct ik_buf last;   /* the last key: two bytes of part, then the term */
	struct ik_buf key;    /* scratch */
	uint64_t terms;
};

/* A term and its list. */
struct ik_dict_entry {
	uint32_t part;
	const char *term;
	size_t len;
	uint32_t df;
	const uint8_t *post;
	size_t post_len;
	uint64_t post_at; /* where the next list that is not inline starts in POSTINGS */
};

/* Whether a list is kept in the dictionary. */
static inline int ik_dict_inline(size_t post_len)
{
	return post_len <= IK_INLINE_MAX;
}

void ik_dict_writer_init(struct ik_dict_writer *w);
void ik_dict_writer_free(struct ik_dict_writer *w);

/* Add the next term: parts and terms ascend. INK_ELIMIT (over 4 GiB), INK_ENOMEM. */
int ik_dict_writer_add(struct ik_dict_writer *w, const struct ik_dict_entry *entry,
                       ink_error *err);

#endif
