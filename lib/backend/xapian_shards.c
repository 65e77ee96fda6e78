/*
 * xapian_shards.c - opening the databases that a path names.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Servers are asked all at the same time, a thread each, so that opening
 * takes as long as the slowest of them. One that is left out has an empty
 * database in its place: document numbers depend on the places.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "model/date.h"

#define OPEN_TRIES 100
#define SETTLE_MS 1000

/* ---- whose error it is ---- */

static const struct ik_xb_server *named(const struct ik_xb_where *w, const char *message)
{
	for (size_t i = 0; i < w->servers.n; i++) {
		size_t n = strlen(w->servers.v[i].name);

		if (strncmp(message, w->servers.v[i].name, n) == 0 && message[n] == ':')
			return &w->servers.v[i];
	}
	return NULL;
}

int ik_xb_is_lost(const struct ik_xb_where *w, const ink_error *err)
{
	return (err->code == INK_EIO || err->code == INK_ETIMEOUT) &&
	       named(w, err->message) != NULL;
}

/*
 * Xapian does not always say which server closed the connection. That one has
 * none any longer; the others may have answers on the way that they name.
 */
void ik_xb_name_lost(const struct ik_xb_where *w, const struct ik_xb_shards *shards,
                     ink_error *why)
{
	ink_error one, said = *why;

	if (w->dir != NULL || why->code != INK_EIO || named(w, why->message) != NULL)
		return;
	for (size_t i = 0; i < shards->n; i++)
		if (ik_xap_db_keep_alive(shards->list[i].db, &one) != 0 &&
		    (shards->n == 1 || named(w, one.message) == NULL)) {
			ik_fail(why, INK_EIO, "%s: %s", w->servers.v[i].name, said.message);
			return;
		}
}

/* `name` in front of it, unless Xapian's message says whose it is already. */
static int blame(const struct ik_xb_where *w, const char *name, int rc, const ink_error *why,
                 ink_error *err)
{
	if (rc == INK_ENOMEM)
		return ik_fail_nomem(err);
	if (named(w, why->message) != NULL ||
	    (w->dir != NULL && strstr(why->message, w->dir) != NULL))
		return ik_fail(err, rc, "%s", why->message);
	return ik_fail(err, rc, "%s: %s", name, why->message);
}

int ik_xb_blame(const struct ik_xb_where *w, int rc, const ink_error *why, ink_error *err)
{
	return blame(w, w->path, rc, why, err);
}

/* ---- one shard ---- */

static const char *name_of(const struct ik_xb_shard *p)
{
	return p->where->dir != NULL ? p->where->path : p->where->servers.v[p->number].name;
}

/* With `partial` there is a second try without the server, in the other half of the time. */
static uint32_t share(const struct ik_xb_where *w, uint32_t ms)
{
	ms = ms < w->timeout_ms ? ms : w->timeout_ms;
	return w->partial && ms > 1 ? ms / 2 : ms;
}

static int open_db(struct ik_xb_shard *p)
{
	const struct ik_xb_where *w = p->where;
	const struct ik_xb_server *s;

	if (w->dir != NULL && (p->flags & IK_XB_WRITE) != 0)
		return ik_xap_db_open_write(
			w->dir, (p->flags & IK_XB_BARE) != 0 ? IK_XAP_CREATE : IK_XAP_OPEN, &p->db,
			&p->why);
	if (w->dir != NULL)
		return ik_xap_db_open(w->dir, &p->db, &p->why);
	s = &w->servers.v[p->number];
	if ((p->flags & IK_XB_WRITE) != 0)
		return ik_xap_db_open_tcp_write(s->host, s->port, share(w, w->timeout_ms),
		                                share(w, w->connect_ms), &p->db, &p->why);
	return ik_xap_db_open_tcp(s->host, s->port, share(w, w->timeout_ms),
	                          share(w, w->connect_ms), &p->db, &p->why);
}

static int time_it(struct ik_xb_shard *p)
{
	uint64_t before = ik_os_now_us();
	int rc = ik_xap_db_keep_alive(p->db, &p->why);

	p->round_trip_us = ik_os_now_us() - before;
	return rc;
}

/*
 * Xapian opens a database file by file. A writer that commits meanwhile, and
 * once more, takes the revision away: then the newer one is there already.
 */
static void open_shard(void *user)
{
	struct ik_xb_shard *p = user;
	ink_error said;

	for (int tries = 0; tries < OPEN_TRIES; tries++) {
		p->rc = open_db(p);
		if (p->rc == 0 && (p->flags & IK_XB_BARE) == 0)
			p->rc = ik_xb_head_read(p->db, p->where, &p->head, &p->why);
		if (p->rc == 0 && (p->flags & IK_XB_TIMED) != 0)
			p->rc = time_it(p);
		if (p->rc == 0)
			return;
		ik_schema_free(p->head.schema);
		p->head.schema = NULL;
		ik_xap_db_free(p->db);
		p->db = NULL;
		if (!ik_xap_is_stale(&p->why))
			break;
	}
	said = p->why;
	(void)blame(p->where, name_of(p), p->rc, &said, &p->why);
}

/* ---- all of them ---- */

static void open_all(struct ik_xb_shards *shards)
{
	struct ik_thread **threads = ik_zarray(shards->n, sizeof(struct ik_thread *));

	/* The last one is opened here, and so is what no thread was to be had for. */
	for (size_t i = 0; threads != NULL && i + 1 < shards->n; i++)
		if (ik_thread_start(&threads[i], open_shard, &shards->list[i]) != 0)
			threads[i] = NULL;
	for (size_t i = 0; i < shards->n; i++)
		if (threads == NULL || threads[i] == NULL)
			open_shard(&shards->list[i]);
	for (size_t i = 0; threads != NULL && i < shards->n; i++)
		if (threads[i] != NULL)
			ik_thread_join(threads[i]);
	ik_free(threads);
}

int ik_xb_shards_try(const struct ik_xb_where *w, uint32_t flags, struct ik_xb_shards *out,
                    ink_error *err)
{
	memset(out, 0, sizeof *out);
	out->n = w->dir != NULL ? 1 : w->servers.n;
	out->list = ik_zarray(out->n, sizeof *out->list);
	if (out->list == NULL) {
		out->n = 0;
		return ik_fail_nomem(err);
	}
	for (size_t i = 0; i < out->n; i++)
		out->list[i] = (struct ik_xb_shard){.where = w, .number = i, .flags = flags};
	open_all(out);
	return 0;
}

/* One after the other as a single database. */
static int join(struct ik_xb_shards *shards, ink_error *err)
{
	int rc = 0;

	if (shards->n == 1 && shards->list[0].rc == 0) {
		shards->db = shards->list[0].db;
		return 0;
	}
	rc = ik_xap_db_none(&shards->db, err);
	for (size_t i = 0; rc == 0 && i < shards->n; i++) {
		struct ik_xb_shard *p = &shards->list[i];

		if (p->db == NULL)
			rc = ik_xap_db_memory(&p->db, err);
		if (rc == 0)
			rc = ik_xap_db_add(shards->db, p->db, err);
	}
	return rc;
}

static int not_there(const struct ik_xb_shard *p, ink_error *err)
{
	if (p->where->dir != NULL && ik_os_is_dir(p->where->dir) == ENOTDIR)
		return ik_fail_sys(err, ENOTDIR, "%s: no Xapian database", p->where->dir);
	return ik_fail(err, p->rc, "%s", p->why.message);
}

int ik_xb_shards_open(const struct ik_xb_where *w, uint32_t flags, struct ik_xb_shards *out,
                     ink_error *err)
{
	const struct ik_xb_shard *bad = NULL;
	size_t there = 0;
	int rc = ik_xb_shards_try(w, flags, out, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < out->n; i++) {
		const struct ik_xb_shard *p = &out->list[i];

		there += p->rc == 0;
		/* Only what does not answer is left out, not what is wrong. */
		if (p->rc != 0 && (bad == NULL || !ik_xb_is_lost(w, &p->why)))
			bad = p;
	}
	if (bad != NULL && (!w->partial || (flags & IK_XB_WRITE) != 0 || there == 0 ||
	                    !ik_xb_is_lost(w, &bad->why)))
		return not_there(bad, err);
	return join(out, err);
}

void ik_xb_shards_release(struct ik_xb_shards *shards)
{
	for (size_t i = 0; i < shards->n; i++) {
		if (shards->list[i].db != shards->db)
			ik_xap_db_free(shards->list[i].db);
		ik_schema_free(shards->list[i].head.schema);
	}
	ik_xap_db_free(shards->db);
	ik_free(shards->list);
	memset(shards, 0, sizeof *shards);
}

/* ---- the same commit in all of them ---- */

static uint64_t newest(const struct ik_xb_shards *shards)
{
	uint64_t generation = 0;

	for (size_t i = 0; i < shards->n; i++)
		if (shards->list[i].head.generation > generation)
			generation = shards->list[i].head.generation;
	return generation;
}

static int read_again(struct ik_xb_shard *p, ink_error *err)
{
	ink_error why;
	int rc = ik_xap_db_reopen(p->db, NULL, &why);

	ik_schema_free(p->head.schema);
	p->head.schema = NULL;
	if (rc == 0)
		rc = ik_xb_head_read(p->db, p->where, &p->head, &why);
	return rc == 0 ? 0 : blame(p->where, name_of(p), rc, &why, err);
}

int ik_xb_shards_settle(struct ik_xb_shards *shards, ink_error *err)
{
	uint64_t until = ik_os_now_us() + (uint64_t)SETTLE_MS * 1000;
	int behind, rc = 0;

	do {
		uint64_t last = newest(shards);

		behind = 0;
		for (size_t i = 0; rc == 0 && i < shards->n; i++) {
			struct ik_xb_shard *p = &shards->list[i];

			if (p->rc != 0 || p->head.generation == last)
				continue;
			behind = 1;
			rc = read_again(p, err);
		}
	} while (rc == 0 && behind && ik_os_now_us() < until);
	return rc;
}

/* ---- do they agree? ---- */

static int same_schema(const struct ik_schema *a, const struct ik_schema *b, int *out,
                       ink_error *err)
{
	struct ik_buf x, y;
	int rc = 0;

	ik_buf_init(&x, SIZE_MAX / 4);
	ik_buf_init(&y, SIZE_MAX / 4);
	ik_schema_encode(a, &x);
	ik_schema_encode(b, &y);
	if (x.err != 0 || y.err != 0)
		rc = ik_fail_nomem(err);
	else
		*out = x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	ik_buf_free(&x);
	ik_buf_free(&y);
	return rc;
}

static int agree(const struct ik_xb_shard *a, const struct ik_xb_shard *b, ink_error *err)
{
	int same = 0, rc;

	if (a->head.foreign != b->head.foreign)
		return ik_fail(err, INK_ESCHEMA, "%s has a schema and %s has none",
		               name_of(a->head.foreign ? b : a), name_of(a->head.foreign ? a : b));
	rc = same_schema(a->head.schema, b->head.schema, &same, err);
	if (rc == 0 && !same)
		rc = ik_fail(err, INK_ESCHEMA, "%s has another schema than %s", name_of(b),
		             name_of(a));
	return rc;
}

/* Keys are looked for in the shard that they belong to: none may have changed its place. */
static int in_place(const struct ik_xb_shards *shards, const struct ik_xb_shard *p, ink_error *err)
{
	if (p->head.shards == 0 || p->where->dir != NULL ||
	    (p->head.shards == shards->n && p->head.shard == p->number + 1))
		return 0;
	return ik_fail(err, INK_EINVAL, "%s is shard %u of %u, but is named as number %zu of %zu",
	               name_of(p), (unsigned)p->head.shard, (unsigned)p->head.shards, p->number + 1,
	               shards->n);
}

int ik_xb_is_new(const struct ik_xap_db *db)
{
	uint64_t revision;

	return ik_xap_db_revision(db, &revision, NULL) == 0 && revision == 0;
}

/*
 * Servers make databases that do not exist: only what is in them makes them an
 * index. In a folder it may be what is left of a creation that broke off.
 */
static int is_nothing(const struct ik_xb_shards *shards, ink_error *err)
{
	const struct ik_xb_where *w = shards->list[0].where;
	struct ik_xap_stats stats;
	int rc = ik_xap_db_stats(shards->db, &stats, err);

	if (rc == 0 && w->dir == NULL && stats.docs == 0)
		rc = ik_fail(err, INK_ENOTFOUND, "%s: the databases are empty, there is no index",
		             w->path);
	if (rc == 0 && w->dir != NULL && ik_xb_is_new(shards->db))
		rc = ik_fail(err, INK_ENOTFOUND, "%s: the database is empty, there is no index",
		             w->path);
	return rc;
}

int ik_xb_shards_head(const struct ik_xb_shards *shards, struct ik_xb_head *out, ink_error *err)
{
	const struct ik_xb_shard *first = NULL;
	int rc = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; rc == 0 && i < shards->n; i++) {
		const struct ik_xb_shard *p = &shards->list[i];

		if (p->rc != 0)
			continue;
		rc = in_place(shards, p, err);
		if (rc == 0)
			rc = ik_xb_head_stamp(out, p->head.stamp, err);
		if (rc == 0 && first != NULL)
			rc = agree(first, p, err);
		if (first == NULL)
			first = p;
	}
	out->generation = newest(shards);
	if (rc != 0 || first == NULL)
		return rc;
	if (first->head.foreign)
		rc = is_nothing(shards, err);
	if (rc != 0)
		return rc;
	out->foreign = first->head.foreign;
	out->shards = first->head.shards;
	return ik_schema_copy(first->head.schema, &out->schema, err);
}
