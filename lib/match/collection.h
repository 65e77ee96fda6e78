/*
 * collection.h - the segments that a search runs over, and their statistics.
 *
 * Layer: match. Made once per reader and shared by its searches, so that a
 * query computes no table of 256 norms itself.
 */
#ifndef IK_MATCH_COLLECTION_H
#define IK_MATCH_COLLECTION_H

#include "base/arena.h"
#include "model/schema.h"
#include "segment/segment.h"
#include "text/analyzer.h"

/* One part over all segments. */
struct ik_part_stats {
	uint64_t docs;      /* documents with a token in it, deleted ones included */
	uint64_t sum_len;
	uint32_t flags;     /* IK_PART_* of all segments */
	struct ik_bm25 bm25;
};

/* How the bounds stored in a segment relate to those of the collection. */
struct ik_part_fit {
	float up, down;
};

struct ik_collection {
	const struct ik_schema *schema;
	struct ik_analyzer *const *analyzers; /* by field; NULL where it is not text */
	int own;                              /* this version of the library made all tokens */
	struct ik_segment *const *segs;
	uint32_t n;
	uint32_t n_parts;
	struct ik_part_stats *parts;          /* by number */
	struct ik_part_fit *fits;             /* ik_collection_fit() */
};

/*
 * The part whose statistics count for one: the words' for pairs of words, which
 * are phrases.
 */
static inline uint32_t ik_part_stats_of(uint32_t part)
{
	return ik_part_is_pairs(part) ? ik_part(ik_part_field(part), 0) : part;
}

/* That of part `part`, which the schema has, in segment s. */
static inline struct ik_part_fit *ik_collection_fit(const struct ik_collection *c, uint32_t s,
                                                    uint32_t part)
{
	uint32_t at = ik_part_is_pairs(part) ? c->n_parts + ik_part_field(part) : part;

	return &c->fits[(size_t)s * (c->n_parts + c->schema->n) + at];
}

/* Fill in parts and fits, in the arena, from the fields before them. INK_ENOMEM. */
int ik_collection_init(struct ik_collection *c, double k1, double b, struct ik_arena *arena,
                       ink_error *err);

#endif
