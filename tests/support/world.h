/*
 * world.h - a random index in memory, and the oracle that holds the same
 * documents: several commits, updates and deletions by key, now and then
 * merged into one segment.
 */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include "gen.h"
#include "oracle.h"
#include "search/searcher.h"

enum world_kind {
	WORLD_MIXED, /* up to a few thousand documents in one to five segments */
	WORLD_LARGE  /* short documents in one segment, so many that lists come in blocks, too */
};

#define WORLD_SLOW 2

/* Those, for ik_cpu_limit(): none at all; all but AVX-512. */
extern const uint32_t world_cpu[WORLD_SLOW];

struct world {
	struct gen_corpus corpus;
	struct ik_schema *schema;
	struct ik_dir *dir;
	struct ik_searcher *fast;
	struct ik_searcher *slow[WORLD_SLOW]; /* opened with fewer instruction sets */
	struct oracle *oracle;
	uint64_t serials;                /* documents of the corpus ever added */
	uint64_t *serial_of;             /* by document of the index */
};

void world_open(struct world *w, uint64_t seed, enum world_kind kind);
void world_close(struct world *w);

#endif
