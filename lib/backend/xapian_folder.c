/*
 * xapian_folder.c - the folder of a new database.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Xapian makes the lock first, then the version under another name and tables
 * without a byte, and gives the version its name at last. That is a database
 * of revision 0, which the first commit makes revision 1. Until then there is
 * nobody's data in it, and what a creation that broke off leaves can be taken:
 * a database as it is, since a process may be killed here as well, and files
 * that are none yet are removed.
 *
 * Xapian looks for a database before it locks the folder, and would put a new
 * one over what another process has made in between. So there is a lock of our
 * own around all of it.
 */
#include <string.h>

#include "backend/xapian.h"
#include "store/dir.h"

#define LOCK "flintlock"
#define OWN_LOCK "inkstone.lock"

/* What is in a folder. */
enum {
	OTHERS = 1,   /* what no new database has */
	FILLED = 2,   /* a table with bytes in it */
	DATABASE = 4, /* the version */
	LEFT = 8      /* what is nothing by itself */
};

struct look {
	struct ik_dir *dir;
	unsigned kinds;
};

/* All tables are there where a first commit failed. */
static int is_table(const char *name)
{
	static const char *const tables[] = {"postlist.glass", "termlist.glass", "docdata.glass",
	                                     "position.glass", "spelling.glass", "synonym.glass"};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (strcmp(name, tables[i]) == 0)
			return 1;
	return 0;
}

static int is_no_lock(const char *name)
{
	return strcmp(name, LOCK) != 0 && strcmp(name, OWN_LOCK) != 0;
}

static int is_not_ours(const char *name)
{
	return strcmp(name, OWN_LOCK) != 0;
}

static int has_bytes(struct ik_dir *dir, const char *name)
{
	struct ik_in *in;
	int yes = dir->ops->open(dir, name, &in, NULL) != 0 || in->len > 0;

	ik_in_close(in);
	return yes;
}

static unsigned kind_of(struct ik_dir *dir, const char *name)
{
	if (strcmp(name, "iamglass") == 0)
		return DATABASE;
	if (is_table(name))
		return has_bytes(dir, name) ? FILLED : LEFT;
	if (strcmp(name, OWN_LOCK) == 0)
		return 0;
	return strcmp(name, LOCK) == 0 || strcmp(name, "v.tmp") == 0 ? LEFT : OTHERS;
}

static int look_at(void *user, const char *name)
{
	struct look *look = user;

	look->kinds |= kind_of(look->dir, name);
	return 0;
}

static int never_committed(const char *path)
{
	struct ik_xap_db *db;
	int yes = ik_xap_db_open(path, &db, NULL) == 0 && ik_xb_is_new(db);

	ik_xap_db_free(db);
	return yes;
}

/* Is there somebody's data in it? */
static int is_used(const struct look *look)
{
	if ((look->kinds & OTHERS) != 0)
		return 1;
	if ((look->kinds & DATABASE) != 0)
		return !never_committed(look->dir->path);
	return (look->kinds & FILLED) != 0;
}

/* What is in it, 0: nothing. INK_EEXISTS when it is used. */
static int check(struct ik_dir *dir, unsigned *kinds, ink_error *err)
{
	struct look look = {dir, 0};
	int rc = dir->ops->list(dir, look_at, &look, err);

	if (rc == 0 && is_used(&look))
		rc = ik_fail(err, INK_EEXISTS, "%s: not empty", dir->path);
	*kinds = look.kinds;
	return rc;
}

/* Under the lock of whoever writes. `all`: a new database goes too. */
static int clear(struct ik_dir *dir, int all, unsigned *kinds, ink_error *err)
{
	void *lock;
	int rc = dir->ops->lock(dir, LOCK, &lock, err);

	if (rc != 0)
		return rc;
	rc = check(dir, kinds, err);
	if (rc == 0 && (all || (*kinds & DATABASE) == 0))
		ik_dir_clear(dir, all ? is_not_ours : is_no_lock);
	dir->ops->unlock(dir, lock);
	return rc;
}

static void unlock(struct ik_xb_folder *f)
{
	if (f->lock == NULL)
		return;
	(void)f->dir->ops->remove(f->dir, OWN_LOCK, NULL);
	f->dir->ops->unlock(f->dir, f->lock);
	f->lock = NULL;
}

/* What is used gets no lock: it may be another's, or not to be written to. */
static int take(struct ik_xb_folder *f, ink_error *err)
{
	unsigned kinds;
	int rc = check(f->dir, &kinds, err);

	if (rc == 0)
		rc = f->dir->ops->lock(f->dir, OWN_LOCK, &f->lock, err);
	if (rc == 0)
		rc = check(f->dir, &kinds, err);
	if (rc == 0 && kinds != 0 && (kinds & DATABASE) == 0)
		rc = clear(f->dir, 0, &kinds, err);
	f->database = (kinds & DATABASE) != 0;
	return rc;
}

int ik_xb_folder_take(const char *path, struct ik_xb_folder *out, ink_error *err)
{
	int rc;

	memset(out, 0, sizeof *out);
	rc = ik_dir_fs(path, 1, &out->dir, err);
	if (rc == 0)
		rc = take(out, err);
	if (rc == 0)
		return 0;
	unlock(out);
	ik_dir_fs_undo(out->dir);
	out->dir = NULL;
	return rc;
}

/* What is locked, or is there already, was made by another program meanwhile. */
void ik_xb_folder_leave(struct ik_xb_folder *f, int rc)
{
	int undo = rc != 0 && rc != INK_ELOCKED && rc != INK_EEXISTS;
	unsigned kinds;

	if (f->dir == NULL)
		return;
	if (undo)
		(void)clear(f->dir, 1, &kinds, NULL);
	unlock(f);
	if (undo)
		ik_dir_fs_undo(f->dir);
	else
		ik_dir_free(f->dir);
}
