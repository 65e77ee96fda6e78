/* inkstone/index.h - creating, opening and checking an index. */
#ifndef INKSTONE_INDEX_H
#define INKSTONE_INDEX_H

#include "inkstone/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of ink_index_open(). */
enum {
	INK_OPEN_READONLY = 1, /* ink_writer_open() will fail with INK_EREADONLY */

	/*
	 * Search without the shards that do not answer; ink_results_missing()
	 * tells which. An index on this machine has one shard and misses none.
	 */
	INK_OPEN_PARTIAL = 2
};

/**
 * Make a new, empty index and open it.
 *
 * @param path    a folder that does not exist, or is empty but for what a
 *                process left that was killed while it made an index of this
 *                kind; its parent exists.
 *                A relative path is one of now: the index stays where it is
 *                when the process changes its folder.
 *                A prefix names another backend: "xapian:DIR", or
 *                "xapian+tcp://HOST:PORT,HOST:PORT" for databases that are
 *                there, empty, behind servers (XAPIAN.md)
 * @param schema  copied
 * @param flags   0
 * @param out     closed with ink_index_close(); may be shared by threads
 *
 * Errors: INK_EEXISTS (there is an index, or the folder is not empty),
 * INK_EINVAL (a schema without fields), INK_EIO, INK_EUNSUPPORTED (no such
 * backend), INK_ENOMEM. After a failure a folder that was not there is gone
 * again and one that was there is empty, as far as files can be removed; only
 * when the new index was made and cannot be opened, it stays. Durable when it
 * returns. Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_create(const char *path, const ink_schema *schema,
                                           uint32_t flags, ink_index **out, ink_error *err);

/**
 * Open an index that exists.
 *
 * @param path   as of ink_index_create()
 * @param flags  INK_OPEN_*
 *
 * Errors: INK_ENOTFOUND (no index there), INK_EFORMAT (another version),
 * INK_ECORRUPT (its manifest is damaged), INK_EIO, INK_ETIMEOUT (a server
 * that does not answer), INK_ENOMEM.
 * Cost: one small file is read. A child made by fork() may go on with the
 * index, its readers and queries, and all that comes of them, when no other
 * thread was in a call on them at that moment; not with a writer. Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_open(const char *path, uint32_t flags, ink_index **out,
                                         ink_error *err);

/**
 * A copy of the schema of the last commit.
 *
 * @param out  freed with ink_schema_free()
 *
 * Errors: as ink_index_open(). Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_schema(ink_index *index, ink_schema **out, ink_error *err);

/**
 * Read every byte of an index and verify all that a reader relies on.
 *
 * @param fn    told of the bytes done; NULL for silence
 *
 * Errors: INK_ECORRUPT, with a message that names the file, the section and
 * the number at fault; those of ink_index_open(); INK_ECANCELED.
 * Writers and readers may be at work meanwhile. Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_check(const char *path, ink_progress_fn fn, void *user,
                                          ink_error *err);

/**
 * The state of one shard. `status` is 0, or the INK_E* code of what keeps it
 * from answering, and `message` then says it in one line. Strings are
 * borrowed for the call. Since 0.1.
 */
typedef struct ink_shard {
	uint32_t struct_size;
	int32_t status;
	const char *name;       /* "host:port", or the path of a local index */
	const char *message;    /* "" when all is well */
	uint64_t docs;
	uint64_t generation;    /* of its last commit */
	uint64_t round_trip_us; /* to its server and back; 0 for a local index */
} ink_shard;

/** Told of one shard; non-zero stops with INK_ECANCELED. Since 0.1. */
typedef int (*ink_shard_fn)(void *user, const ink_shard *shard);

/**
 * Ask every shard of an index how it is, all at the same time. An index on
 * this machine has one. A shard that does not answer is told of like the
 * others and is no error.
 *
 * Errors: INK_EINVAL (not a path), INK_EUNSUPPORTED (no such backend),
 * INK_ECANCELED, INK_ENOMEM. Takes no longer than the timeouts of the path.
 * Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_shards(const char *path, ink_shard_fn fn, void *user,
                                           ink_error *err);

/** Something that ink_index_salvage() could not read; texts are borrowed. Since 0.1. */
typedef struct ink_loss {
	uint32_t struct_size;
	const char *file;    /* in the folder of the index */
	const char *section; /* of a segment, such as "stored documents"; "": the file */
	const char *message; /* what is wrong with it */
	uint64_t docs;       /* documents that are lost by it, as far as they can be counted */
} ink_loss;

/** Called for each loss, in the caller's thread. Non-zero stops with INK_ECANCELED. Since 0.1. */
typedef int (*ink_loss_fn)(void *user, const ink_loss *loss);

/** What ink_index_salvage() did. Set `struct_size` before asking. Since 0.1. */
typedef struct ink_salvage {
	uint32_t struct_size;
	uint32_t segments; /* looked at */
	uint32_t damaged;  /* of those, not whole */
	uint32_t losses;   /* told */
	uint64_t docs;     /* in the new index */
	uint64_t lost;     /* the sum of the losses' documents */
	uint64_t bare;     /* of `docs`, without some values or terms of fields that are not stored */
} ink_salvage;

/**
 * Copy every document of a damaged index that can still be read into a new one.
 *
 * Segments that are whole are copied as they are, and so are those in which
 * only stored documents are damaged, but for these. Of any other segment the
 * documents are indexed anew from their stored values and from columns that
 * are whole; what the fields that are not stored held beyond that is lost.
 * Without a readable manifest all segments of the folder are taken, which may
 * bring documents that were never committed, but for those that were merged
 * into another one, or that are damaged while those they were merged of are
 * there and whole; the schema is then that of the segments. Deleted documents
 * stay deleted where the file that says so can be read; of documents with the
 * same key the newest is taken.
 *
 * @param src  a folder, which is only read; no writer may be at work there
 * @param dst  as the path of ink_index_create()
 * @param fn   told of each loss; NULL for silence
 * @param progress  told of the documents copied or lost; NULL for silence
 * @param user given to both
 * @param out  may be NULL
 *
 * Errors: those of ink_index_create() about `dst`; INK_ENOTFOUND (no file of an
 * index in `src`), INK_ECORRUPT (nothing tells the schema any more),
 * INK_EINVAL (struct_size), INK_ECANCELED, INK_EIO, INK_ENOMEM, INK_EUNSUPPORTED
 * (another backend). After a failure `dst` is empty again, or gone if it was
 * not there, as far as files can be removed.
 * Cost: reads all of `src`. Since 0.1.
 */
INK_API INK_NODISCARD int ink_index_salvage(const char *src, const char *dst, ink_loss_fn fn,
                                            ink_progress_fn progress, void *user,
                                            ink_salvage *out, ink_error *err);

/** Close an index; its readers, writers and queries live on. Since 0.1. */
INK_API void ink_index_close(ink_index *index);

#ifdef __cplusplus
}
#endif
#endif
