/*
 * writer.h - changing an index: documents in, commits out.
 *
 * Layer: index. One writer per index, held by the lock file. Documents go to
 * memory indexes, one for each indexing thread; full ones are flushed to
 * segments; segments are merged in the background; a commit writes a
 * manifest. One thread calls these functions at a time.
 */
#ifndef IK_INDEX_WRITER_H
#define IK_INDEX_WRITER_H

#include "index/snapshot.h"
#include "model/doc.h"

#define IK_MEMORY_MIN (8u << 20)
#define IK_MEMORY_DEFAULT (256u << 20)
#define IK_THREADS_MAX 64

struct ik_writer;

/* Make an empty index in an empty directory: a first manifest. INK_EEXISTS. */
int ik_index_init(struct ik_dir *dir, const struct ik_schema *schema, ink_error *err);

/* The directory stays the caller's and outlives the writer. */
int ik_writer_open(struct ik_dir *dir, struct ik_writer **out, ink_error *err);
int ik_writer_set_memory(struct ik_writer *w, uint64_t bytes, ink_error *err);
int ik_writer_set_threads(struct ik_writer *w, uint32_t threads, ink_error *err);
int ik_writer_set_reorder(struct ik_writer *w, int32_t when, ink_error *err); /* at any time */
int ik_writer_add_field(struct ik_writer *w, const char *name, int32_t type, uint32_t flags,
                        const char *analyzer, ink_error *err);

/* As ink_writer_set_dictionary() and ink_writer_set_synonyms(). */
int ik_writer_set_dictionary(struct ik_writer *w, const char *text, size_t len, ink_error *err);
int ik_writer_set_synonyms(struct ik_writer *w, const char *text, size_t len, ink_error *err);

/* As ink_writer_add() and ink_writer_update(). */
int ik_writer_add(struct ik_writer *w, const struct ik_doc *doc, ink_error *err);
int ik_writer_update(struct ik_writer *w, const struct ik_doc *doc, ink_error *err);
int ik_writer_delete(struct ik_writer *w, const char *key, size_t len, ink_error *err);

/*
 * For delete by query, which is done above this layer: flush all that is in
 * memory and give a snapshot of everything, uncommitted changes included;
 * then delete documents of it by number, all or none. No other call in
 * between; no merge takes effect in between.
 */
int ik_writer_snapshot(struct ik_writer *w, struct ik_snapshot **out, ink_error *err);
int ik_writer_delete_docs(struct ik_writer *w, const struct ik_snapshot *snap,
                          const uint64_t *docs, size_t n, ink_error *err);

int ik_writer_commit(struct ik_writer *w, uint64_t *generation, ink_error *err);
int ik_writer_rollback(struct ik_writer *w, ink_error *err);
int ik_writer_optimize(struct ik_writer *w, uint32_t max_segments, ink_progress_fn fn, void *user,
                       ink_error *err);

/* What merges in the background have met so far: 0, or INK_ECORRUPT. */
int ik_writer_damage(const struct ik_writer *w, ink_error *err);
void ik_writer_close(struct ik_writer *w); /* NULL is fine */

#endif
