/*
 * xapian.h - the objects of the xapian backend, and how our data lies in a
 * Xapian database.
 *
 * Layer: backend. Private to xapian*.c. Licence: GPL-2.0-or-later, as
 * libxapian, since these files are linked with it.
 *
 * Terms. The key is "Q" and its bytes, as everywhere in the Xapian world.
 * Else: "X", a letter, the field's number in letters, ":" and the term:
 *
 *     XW  words of a text field, with positions
 *     XG  its grams and exact forms, with positions unless the field has none
 *     XK  keywords
 *     XN  numbers of a field that may hold several, eight bytes each
 *     XH  nothing behind it: the document has a value in the field
 *
 * A term that Xapian cannot hold is cut and ends in a hash.
 *
 * Values. Field f has slots 4f: its value, the least of several; 4f + 1: the
 * greatest, and 4f + 2: all of them (of a field that may hold several). A
 * number is eight big-endian bytes with the sign turned, a keyword its bytes.
 * Data is the stored values (lib/segment/FORMAT.md, "stored document").
 *
 * Metadata: inkstone.format, inkstone.schema, inkstone.generation,
 * inkstone.analysis; of several shards also inkstone.shard, such as "2/3".
 * A database without them was made by another program and is read under a
 * schema of its own (xapian_foreign.c).
 */
#ifndef IK_BACKEND_XAPIAN_H
#define IK_BACKEND_XAPIAN_H

#include "backend/xapian_module.h"
#include "backend/xapian_where.h"
#include "base/map.h"
#include "base/os.h"
#include "query/ast.h"
#include "search/results.h"
#include "text/analyzer.h"

#define IK_XB_TERM_MAX 245 /* bytes of a term, each NUL in it counted twice */
#define IK_XB_PREFIX_MAX 16
#define IK_XB_SORTED 8 /* bytes of a number */

enum ik_xb_kind {
	IK_XB_WORD = 'W',
	IK_XB_GRAM = 'G',
	IK_XB_KEYWORD = 'K',
	IK_XB_NUMBER = 'N',
	IK_XB_ANY = 'H',
	IK_XB_STEM = 'Z' /* in databases of other programs */
};

/* How the fields of a schema lie in the database. */
struct ik_xb_map {
	const struct ik_schema *schema;
	const struct ik_xb_where *foreign; /* NULL, or made by another program: no values of ours */
	int remote; /* servers, which call nothing back */
};

/* ---- xapian_map.c ---- */

/* The prefix of a field's terms into out[IK_XB_PREFIX_MAX]; its length. */
size_t ik_xb_prefix(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind, char *out);

/*
 * What stands before the terms that begin with a text: the prefix, and with other
 * programs a ':' between one of several letters and a keyword that begins with a
 * capital or ':'. Into out[IK_XB_PREFIX_MAX]; its length.
 */
size_t ik_xb_head(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
                  const char *text, size_t len, char *out);

/*
 * The text in a term that begins with a field's prefix, of `skip` bytes; *len is
 * the term's length and becomes the text's. NULL where a capital says that the
 * prefix goes on: the term is one of another field.
 */
const char *ik_xb_text(const struct ik_xb_map *map, enum ik_xb_kind kind, const char *term,
                       size_t skip, size_t *len);

/* The whole term into out[IK_XB_TERM_MAX]; its length. */
size_t ik_xb_term(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
                  const char *text, size_t len, char *out);

/* Does a text fit behind the field's prefix without being cut? */
int ik_xb_fits(const struct ik_xb_map *map, uint32_t field, enum ik_xb_kind kind,
               const char *text, size_t len);

static inline uint32_t ik_xb_slot(uint32_t field)
{
	return field * 4;
}
static inline uint32_t ik_xb_slot_max(uint32_t field)
{
	return field * 4 + 1;
}
static inline uint32_t ik_xb_slot_all(uint32_t field)
{
	return field * 4 + 2;
}

void ik_xb_put_number(int64_t value, char out[IK_XB_SORTED]);
int64_t ik_xb_get_number(const char *bytes, size_t len);
int64_t ik_xb_number_of(const struct ik_value *value); /* doubles in their own order */

/* ---- xapian_doc.c ---- */

/* What making documents needs, kept from one to the next. */
struct ik_xb_maker {
	struct ik_xb_map map;
	struct ik_analyzer **analyzers; /* by field */
	struct ik_analysis *analysis;
};

/* A document of ours as one of Xapian's. */
int ik_xb_make_doc(struct ik_xb_maker *m, const struct ik_doc *doc, struct ik_xap_doc **out,
                   ink_error *err);

/*
 * ---- xapian_query.c, xapian_leaf.c, xapian_pieces.c, xapian_text.c, xapian_pattern.c,
 * xapian_verify.c ----
 */

struct ik_xb_build {
	struct ik_xb_map map;
	struct ik_analyzer *const *analyzers;
	struct ik_xap_db *db; /* for patterns */
	struct ik_analysis *analysis;
	struct ik_stemmer *stemmer; /* of a database of another program, once it is needed */
	struct ik_arena *arena;
	double unit; /* a factor on weights of text: of servers, 1 / (k1 + 1) */
	IK_VEC(struct ik_xap_query *) made; /* all of them, freed at the end */
	size_t nodes;
	struct ik_map ordered; /* of them, those with phrases, of which Xapian sees to the order last */
	struct ik_xap_query *within; /* NULL, or what all that is joined has to match as well */
	int unscored; /* within a condition: what may match says nothing */
	struct ik_poll *poll; /* cancel and time-out */
	ink_error *err;
};

/* A query below is owned by the build; NULL: it says nothing. */

/* The query of a search; *out is the caller's. It matches nothing where it says nothing. */
int ik_xb_query(struct ik_xb_build *b, const struct ik_query *query,
                const struct ik_query *filter, struct ik_xap_query **out);

/* Between the files. Joining leaves out what says nothing. */
int ik_xb_keep(struct ik_xb_build *b, int rc, struct ik_xap_query *made,
               struct ik_xap_query **out);
int ik_xb_join(struct ik_xb_build *b, int op, struct ik_xap_query *const *kids, size_t n,
               uint32_t number, struct ik_xap_query **out);
int ik_xb_join2(struct ik_xb_build *b, int op, struct ik_xap_query *x, struct ik_xap_query *y,
                struct ik_xap_query **out);
int ik_xb_scale(struct ik_xb_build *b, struct ik_xap_query *q, double factor,
                struct ik_xap_query **out);

/* From now on within q as well, if that is soon said; what it was before. */
struct ik_xap_query *ik_xb_within(struct ik_xb_build *b, struct ik_xap_query *q);

/* Every document that matches q, each with that weight. */
int ik_xb_constant(struct ik_xb_build *b, struct ik_xap_query *q, double weight,
                   struct ik_xap_query **out);
int ik_xb_one_term(struct ik_xb_build *b, uint32_t field, enum ik_xb_kind kind, const char *text,
                   size_t len, double weight, struct ik_xap_query **out);

/* No document, and all of them. */
int ik_xb_nothing(struct ik_xb_build *b, struct ik_xap_query **out);
int ik_xb_everything(struct ik_xb_build *b, double weight, struct ik_xap_query **out);

/* A query of any kind but IK_Q_BOOL. */
int ik_xb_leaf(struct ik_xb_build *b, const struct ik_query *q, double boost,
               struct ik_xap_query **out);
int ik_xb_match(struct ik_xb_build *b, uint32_t field, const char *text, size_t len, double boost,
                struct ik_xap_query **out);
int ik_xb_required(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                   double boost, struct ik_xap_query **out);
int ik_xb_phrase(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                 uint32_t slop, double boost, struct ik_xap_query **out);
int ik_xb_kept(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
               uint8_t *kept);
int ik_xb_pattern(struct ik_xb_build *b, uint32_t field, const struct ik_query *q, double boost,
                  struct ik_xap_query **out);

/* Those documents that match `candidates` and whose stored text holds this one. */
int ik_xb_verified(struct ik_xb_build *b, uint32_t field, const char *text, size_t len,
                   const struct ik_xap_query *candidates, struct ik_xap_query **out);

/* One term of a phrase, with its prefix. */
struct ik_xb_offset {
	const char *term;
	size_t len;
	uint32_t offset;
};

/* Those documents in which the terms are near each other: lib/match/slop.h. */
int ik_xb_near(struct ik_xb_build *b, const struct ik_xb_offset *terms, size_t n, uint32_t slop,
               struct ik_xap_query **out);

/* Every document with a term of that kind from `lo` to `hi`; a bound of type 0 is none. */
int ik_xb_term_range(struct ik_xb_build *b, uint32_t field, enum ik_xb_kind kind,
                     const struct ik_bound *lo, const struct ik_bound *hi, double boost,
                     struct ik_xap_query **out);

/* ---- a database that several objects use ---- */

struct ik_xb_shared {
	atomic_uint refs;
	struct ik_mutex *mutex; /* Xapian's objects belong to one thread at a time */
	const struct ik_xb_where *where; /* of the index, which outlives all */
	struct ik_xb_shards shards;
	struct ik_xap_db *db; /* all of them */
	int lost;             /* a server failed: connect anew before the next use */
	struct ik_searcher
		*searcher; /* of an empty index: the schema, analyzers, the generation */
	struct ik_xb_map map;
};

struct ik_xb_shared *ik_xb_shared_ref(struct ik_xb_shared *s);
void ik_xb_shared_unref(struct ik_xb_shared *s); /* NULL is fine */

/*
 * Between these two the database is the caller's. Entering connects anew
 * where a server was lost, to the same commit: INK_EIO, INK_ETIMEOUT, or
 * INK_EBACKEND when there is a newer one. On failure nothing is held.
 * Leaving is told the outcome, with `why` when it is negative, and passes
 * both on.
 */
int ik_xb_enter(struct ik_xb_shared *s, ink_error *err);
int ik_xb_leave(struct ik_xb_shared *s, int rc, ink_error *why, ink_error *err);

/* Stored values of document `doc` into an empty one. The database is the caller's. */
int ik_xb_load(const struct ik_xb_shared *s, uint64_t doc, struct ik_doc *out, ink_error *err);

struct ik_xb_index {
	struct ik_be_index base;
	struct ik_xb_where where;
	_Atomic(struct ik_schema *) first; /* read when it was opened; whoever asks first has it */
};

struct ik_xb_reader {
	struct ik_be_reader base;
	struct ik_xb_shared *shared;
	int counted; /* by stats(), under the mutex */
	uint64_t terms, postings;
	uint64_t bytes;
};

/* ---- xapian_check.c ---- */

int ik_xb_check(const char *path, ink_progress_fn fn, void *user, ink_error *err);
int ik_xb_check_remote(const char *path, ink_progress_fn fn, void *user, ink_error *err);

/* Bytes of all files in the folder; 0 when it is none. */
uint64_t ik_xb_bytes(const char *path);

/* ---- the rest of the vtable ---- */

int ik_xb_writer_open(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err);
int ik_xb_reader_open(struct ik_be_index *index, struct ik_be_reader **out, ink_error *err);
int ik_xb_search(const struct ik_be_reader *r, const struct ik_request *request,
                 struct ik_be_results **out, ink_error *err);
int ik_xb_terms(const struct ik_be_reader *r, uint32_t field, int32_t part, const char *prefix,
                size_t len, struct ik_be_terms **out, ink_error *err);
int ik_xb_docs(const struct ik_be_reader *r, struct ik_be_docs **out, ink_error *err);

/* ---- xapian_foreign.c ---- */

/* The schema under which a database of another program is read. */
int ik_xb_foreign_schema(const struct ik_xb_where *w, struct ik_schema **out, ink_error *err);
const char *ik_xb_foreign_prefix(const struct ik_xb_where *w, uint32_t field);

#endif
