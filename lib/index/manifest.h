/*
 * manifest.h - the commit point: which files make up the index.
 *
 * Layer: index. Format: FORMAT.md, "Manifest". The file "manifest" is
 * written aside as "manifest.new", synced, renamed, and the directory is
 * synced; so there is always one whole manifest.
 */
#ifndef IK_INDEX_MANIFEST_H
#define IK_INDEX_MANIFEST_H

#include "base/vec.h"
#include "model/schema.h"
#include "store/dir.h"

#define IK_MANIFEST_NAME "manifest"
#define IK_MANIFEST_NEW "manifest.new"
#define IK_LOCK_NAME "lock"

struct ik_manifest_segment {
	uint64_t id;        /* file "seg-%016x.ink" */
	uint32_t n_docs;
	uint32_t deleted;
	uint64_t live_gen;  /* file "seg-%016x-%x.del"; 0: nothing deleted */
	uint64_t bytes;     /* of the segment file */
};

/* The file of a user's words. */
struct ik_words_file {
	uint64_t id;        /* file "words-%016x.ink"; 0: there is none */
	uint64_t bytes;
	uint32_t crc;
};

struct ik_manifest {
	uint64_t generation;
	uint64_t next_id;   /* of segments and words; never used twice */
	char *stamp;        /* of all that made its tokens (stamp.h); NULL: "" */
	struct ik_schema *schema;
	struct ik_words_file words;
	IK_VEC(struct ik_manifest_segment) segments;
};

void ik_manifest_free(struct ik_manifest *m); /* its content, not the struct */
int ik_manifest_read(struct ik_dir *dir, struct ik_manifest *out, ink_error *err);
/* Durable when it returns 0. */
int ik_manifest_write(const struct ik_manifest *m, struct ik_dir *dir, ink_error *err);

#define IK_FILE_NAME_MAX 48
void ik_segment_name(uint64_t id, char name[IK_FILE_NAME_MAX]);
void ik_live_name(uint64_t id, uint64_t gen, char name[IK_FILE_NAME_MAX]);
void ik_words_name(uint64_t id, char name[IK_FILE_NAME_MAX]);

/* What the making of a segment sets aside; gone again before the segment is there. */
void ik_spill_name(const char *segment, char name[IK_FILE_NAME_MAX]);

/* What a file is by its name, which has to be spelled as above; *gen is 0 but for deletions. */
enum ik_file_kind {
	IK_FILE_OTHER,
	IK_FILE_SEGMENT,
	IK_FILE_SPILL,
	IK_FILE_LIVE,
	IK_FILE_WORDS
};
enum ik_file_kind ik_file_kind(const char *name, uint64_t *id, uint64_t *gen);

#endif
