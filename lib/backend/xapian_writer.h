/*
 * xapian_writer.h - a writer: what its files share.
 *
 * Layer: backend. Private to xapian_write.c and xapian_change.c. Licence:
 * GPL-2.0-or-later, as libxapian.
 */
#ifndef IK_BACKEND_XAPIAN_WRITER_H
#define IK_BACKEND_XAPIAN_WRITER_H

#include "backend/xapian.h"
#include "base/map.h"

/* Something to be told to a server: a document to add, or to put in the place of a key's. */
struct ik_xb_change {
	size_t shard;
	struct ik_xap_doc *doc; /* NULL: the key's goes */
	char *key;              /* its term; NULL: none, or none is there yet */
	size_t len;
};

struct ik_xb_writer {
	struct ik_be_writer base;
	const struct ik_xb_where *where;
	struct ik_xb_shards shards;
	struct ik_schema *schema; /* with the fields added */
	struct ik_xb_maker maker;
	uint32_t n_analyzers;
	uint64_t generation;
	uint64_t memory;
	int started;  /* there was a change; settings are over */
	int analyzed; /* documents came: the stamp of this process counts */
	int changing; /* there are changes to be committed */
	int open;     /* a transaction is, in a folder */
	int failed;   /* only rollback and close are left */
	ink_error why;

	/* Of servers: what they have not been told. */
	IK_VEC(struct ik_xb_change) waiting;
	uint64_t waiting_bytes;
	struct ik_map keys;    /* terms of keys that changes have touched */
	IK_VEC(uint8_t) there; /* by number in `keys`: is there a document now? */
	uint64_t next;         /* documents without a key go round */
};

/* ---- xapian_change.c ---- */

int ik_xb_add(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err);
int ik_xb_update(struct ik_be_writer *base, const struct ik_doc *doc, ink_error *err);
int ik_xb_delete(struct ik_be_writer *base, const char *key, size_t len, ink_error *err);
int ik_xb_delete_query(struct ik_be_writer *base, const struct ik_query *query,
                       uint64_t *deleted, ink_error *err);

/* Tell the servers what waits, or forget it. */
int ik_xb_send(struct ik_xb_writer *w, ink_error *err);
void ik_xb_forget(struct ik_xb_writer *w);

/* ---- xapian_write.c ---- */

/* Before a change: INK_E* when an earlier one has failed. */
int ik_xb_begin(struct ik_xb_writer *w, ink_error *err);

/* Pass a failure on; if it is not the document's, only a rollback helps. */
int ik_xb_note(struct ik_xb_writer *w, int rc, ink_error *why, ink_error *err);

#endif
