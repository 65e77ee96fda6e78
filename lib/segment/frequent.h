/*
 * frequent.h - terms with long lists, found by their hash.
 *
 * Layer: segment. Format: FORMAT.md, "Frequent terms". What queries ask for is mostly among
 * a few thousand terms: these are here as well as in the dictionary, where a search for
 * them and a walk along a block take several times as long.
 */
#ifndef IK_SEGMENT_FREQUENT_H
#define IK_SEGMENT_FREQUENT_H

#include "base/buf.h"
#include "base/vec.h"
#include "segment/dict.h"
#include "segment/dict_write.h"

/* ---- writing ---- */

struct ik_frequent_slot {
	uint64_t hash;
	size_t at; /* of its entry */
};

struct ik_frequent_writer {
	struct ik_buf entries;
	IK_VEC(struct ik_frequent_slot) slots;
	struct ik_buf section; /* in the end; empty without entries */
};

void ik_frequent_writer_init(struct ik_frequent_writer *w);
void ik_frequent_writer_free(struct ik_frequent_writer *w);

/* Take the next term of the dictionary, if it is one for this table. INK_ENOMEM. */
int ik_frequent_add(struct ik_frequent_writer *w, const struct ik_dict_entry *entry,
                    ink_error *err);

/* No more terms: make the section. INK_ENOMEM. */
int ik_frequent_end(struct ik_frequent_writer *w, ink_error *err);

/* ---- reading ---- */

/* Look at the section when a segment is opened. INK_ECORRUPT. */
int ik_frequent_open(struct ik_segment *seg, ink_error *err);

/* How many terms the table has, by its slots; for the checker. */
uint64_t ik_frequent_count(const struct ik_segment *seg);

/*
 * Three steps to a term of a segment that has the table, each of which asks for what the
 * next one reads: for several terms they are taken side by side.
 */
uint64_t ik_frequent_hash(const struct ik_segment *seg, const struct ik_dict_lookup *term);
void ik_frequent_fetch(const struct ik_segment *seg, uint64_t hash);

/* 1 and *term->info; 0 when it is not in the table, but perhaps in the dictionary; INK_ECORRUPT. */
int ik_frequent_find(const struct ik_segment *seg, uint64_t hash,
                     const struct ik_dict_lookup *term, ink_error *err);

#endif
