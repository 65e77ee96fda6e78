/*
 * xapian_where.h - which databases a path names, and holding them open.
 *
 * Layer: backend. Private to xapian*.c. Licence: GPL-2.0-or-later, as
 * libxapian.
 *
 * A path is a folder, or "//HOST:PORT,HOST:PORT" behind "xapian+tcp:", and
 * may end in options: "?timeout=2000&connect=500&partial=1" for servers, and
 * "?NAME=PREFIX&stem=en" for a database that another program made.
 */
#ifndef IK_BACKEND_XAPIAN_WHERE_H
#define IK_BACKEND_XAPIAN_WHERE_H

#include "backend/xapian_shim.h"
#include "base/arena.h"
#include "base/vec.h"
#include "index/stamp.h"
#include "model/schema.h"
#include "store/dir.h"

#define IK_XB_TIMEOUT_MS 10000 /* of a server, for one answer */
#define IK_XB_CONNECT_MS 5000
#define IK_XB_SERVERS_MAX 256

/* ---- xapian_path.c ---- */

struct ik_xb_server {
	const char *host;
	const char *name; /* "host:port", as the shim says it in messages */
	uint32_t port;
};

/* A field of a database of another program. */
struct ik_xb_field {
	const char *name;
	const char *prefix; /* of its terms */
	int32_t type;       /* 0: what the prefix is used for elsewhere */
};

struct ik_xb_where {
	const char *path;                  /* as it was given, for messages */
	const char *dir;                   /* NULL for servers */
	IK_VEC(struct ik_xb_server) servers; /* none for a folder */
	IK_VEC(struct ik_xb_field) fields; /* of the options */
	const char *stem;                  /* of the options: the algorithm; NULL for none */
	uint32_t timeout_ms, connect_ms;
	int partial; /* go on without the servers that do not answer */
	struct ik_arena arena;
};

/* `remote`: servers. `out` is released in any case. INK_EINVAL, INK_ENOMEM. */
int ik_xb_where(const char *path, int remote, struct ik_xb_where *out, ink_error *err);
void ik_xb_where_release(struct ik_xb_where *w);

/* ---- xapian_folder.c ---- */

/* One that an index is being created in. */
struct ik_xb_folder {
	struct ik_dir *dir; /* NULL: none */
	void *lock;         /* keeps out all that would create one there, too */
	int database;       /* there is one already, to which nothing was committed */
};

/*
 * Make the folder, or see that it is empty but for what a creation that broke
 * off left. INK_EEXISTS, INK_ELOCKED, and of ik_dir_fs().
 */
int ik_xb_folder_take(const char *path, struct ik_xb_folder *out, ink_error *err);

/* Let go of it; when `rc` says that no index was made, remove what there is of one. */
void ik_xb_folder_leave(struct ik_xb_folder *f, int rc);

/* ---- xapian_head.c ---- */

/* What the metadata of a database says. */
struct ik_xb_head {
	struct ik_schema *schema;
	uint64_t generation;
	uint32_t shard, shards; /* which one of how many; 0 of 0: it does not say */
	int foreign;          /* made by another program */
	char stamp[IK_STAMP_MAX + 1]; /* of what made its tokens (index/stamp.h) */
};

/* Read and write the metadata of one database; messages do not say which. */
int ik_xb_head_read(struct ik_xap_db *db, const struct ik_xb_where *w, struct ik_xb_head *out,
                    ink_error *err);
int ik_xb_head_write(struct ik_xap_db *db, const struct ik_xb_head *head, ink_error *err);

/* Add to the stamp. INK_ENOMEM. */
int ik_xb_head_stamp(struct ik_xb_head *head, const char *more, ink_error *err);

/* ---- xapian_shards.c ---- */

/* One database of several, or the only one. */
struct ik_xb_shard {
	const struct ik_xb_where *where;
	size_t number;
	uint32_t flags; /* IK_XB_* */
	struct ik_xap_db *db;
	struct ik_xb_head head;
	uint64_t round_trip_us; /* with IK_XB_TIMED */
	int rc;                 /* not 0: why it is missing */
	ink_error why;
};

enum {
	IK_XB_WRITE = 1,
	IK_XB_BARE = 2, /* a new one: the metadata is not looked at */
	IK_XB_TIMED = 4
};

struct ik_xb_shards {
	struct ik_xap_db *db; /* all of them as one; of a single one, the same */
	struct ik_xb_shard *list;
	size_t n;
};

/*
 * Open all, at the same time. On failure the error names the shard; with
 * `partial` those that fail are left out (shard->rc says why) as long as one
 * is there. Release it in any case.
 */
int ik_xb_shards_open(const struct ik_xb_where *w, uint32_t flags, struct ik_xb_shards *out,
                     ink_error *err);

/* The same without giving up over any of them, and without joining them. */
int ik_xb_shards_try(const struct ik_xb_where *w, uint32_t flags, struct ik_xb_shards *out,
                    ink_error *err);
void ik_xb_shards_release(struct ik_xb_shards *shards);

/*
 * A commit goes from one shard to the next. Wait for those that are behind, so
 * that a reader sees all of it; a second at most, since a writer may have died
 * in the middle.
 */
int ik_xb_shards_settle(struct ik_xb_shards *shards, ink_error *err);

/* Of all shards that are there: do they agree? The schema is copied. */
int ik_xb_shards_head(const struct ik_xb_shards *shards, struct ik_xb_head *out, ink_error *err);

/* Is it one, in a folder, to which nothing has been committed ever? */
int ik_xb_is_new(const struct ik_xap_db *db);

/* Put the name of the server that failed before the message, where it is missing. */
void ik_xb_name_lost(const struct ik_xb_where *w, const struct ik_xb_shards *shards,
                     ink_error *why);

/* Has a server failed to answer, by the message? */
int ik_xb_is_lost(const struct ik_xb_where *w, const ink_error *err);

/* The path in front of what Xapian says, unless a server's name is there. */
int ik_xb_blame(const struct ik_xb_where *w, int rc, const ink_error *why, ink_error *err);

#endif
