/* child.c - a process that writes whatever there is to write, and one that looks at it. */
#include "child.h"

#include <time.h>
#include <unistd.h>

#define HELD 3 /* views at once */

static int goes_on(const struct common *c)
{
	return !atomic_load(&c->over) && getppid() == c->parent;
}

/* ---- the writer ---- */

int child_write(const char *path, struct common *c, uint64_t seed, ink_error *err)
{
	ink_index *index;
	struct book b;
	int rc = ink_index_open(path, 0, &index, err);

	if (rc != 0)
		return rc;
	rc = book_open(&b, &c->ledger, index, seed, err);
	while (rc == 0 && goes_on(c)) {
		if (gen_below(&b.gen, 64) == 0) {
			book_drop_writer(&b);
			rc = book_take_writer(&b, err);
		}
		if (rc == 0)
			rc = book_step(&b, NULL, NULL, err);
	}
	book_close(&b);
	ink_index_close(index);
	return rc;
}

/* ---- a reader ---- */

struct reading {
	struct common *c;
	const char *path;
	ink_index *index;
	struct questions q;
	struct view held[HELD];
	struct gen gen;
	uint32_t last; /* greatest commit seen */
};

static int look_at_next(struct reading *r, struct view *v, ink_error *err)
{
	int rc = 0;

	view_close(v);
	if (gen_below(&r->gen, 8) == 0) {
		ink_index_close(r->index);
		r->index = NULL;
		rc = ink_index_open(r->path, INK_OPEN_READONLY, &r->index, err);
	}
	if (rc == 0)
		rc = view_open(v, &r->c->ledger, r->index, &r->q, err);
	if (rc == 0 && v->commit < r->last)
		rc = ledger_wrong(err, "commit %u after %u", v->commit, r->last);
	r->last = v->commit;
	atomic_fetch_add(&r->c->views, 1);
	return rc;
}

static int read_once(struct reading *r, ink_error *err)
{
	struct view *v = &r->held[gen_below(&r->gen, HELD)];

	if (v->reader == NULL || gen_below(&r->gen, 4) == 0)
		return look_at_next(r, v, err);
	if (gen_below(&r->gen, 32) == 0) {
		atomic_fetch_add(&r->c->reads, 1);
		return view_read(v, &r->c->ledger, err);
	}
	atomic_fetch_add(&r->c->counts, 1);
	return view_count(v, &r->c->ledger, &r->q,
	                  (enum ledger_way)gen_below(&r->gen, LEDGER_WAYS), err);
}

int child_read(const char *path, struct common *c, uint64_t seed, ink_error *err)
{
	struct reading r = {.c = c, .path = path, .gen = {seed}};
	int rc = ink_index_open(path, INK_OPEN_READONLY, &r.index, err);

	if (rc == 0)
		rc = questions_make(&r.q, r.index, err);
	while (rc == 0 && goes_on(c)) {
		rc = read_once(&r, err);
		nanosleep(&(struct timespec){0, 1000000}, NULL); /* the writer wants its turn, too */
	}
	for (int i = 0; i < HELD; i++)
		view_close(&r.held[i]);
	questions_free(&r.q);
	ink_index_close(r.index);
	return rc;
}
