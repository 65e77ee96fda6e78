/* actor.c - a thread that does this and that with handles which others use as well. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "inkstone/ext/tokenizer.h"

void stage_report(struct stage *s, const char *what, const ink_error *why)
{
	pthread_mutex_lock(&s->mutex);
	if (atomic_exchange(&s->bad, 1) == 0)
		snprintf(s->why, sizeof s->why, "%s: %s: %s", what, ink_status_name(why->code),
		         why->message);
	atomic_store(&s->over, 1);
	pthread_mutex_unlock(&s->mutex);
}

static enum ledger_way any_way(struct actor *a)
{
	return (enum ledger_way)(gen_below(&a->gen, LEDGER_WAYS));
}

/* ---- views ---- */

static int goes_on(struct actor *a, const struct view *v)
{
	if (v->commit < a->last)
		return ledger_wrong(&a->err, "commit %u after %u", v->commit, a->last);
	a->last = v->commit;
	return 0;
}

/* A new view takes the place of another one, which others may be searching. */
static int renew_slot(struct actor *a)
{
	struct stage *s = a->s;
	struct view v, old;
	int rc = view_open(&v, &s->ledger, s->index, &s->q, &a->err);

	if (rc == 0)
		rc = goes_on(a, &v);
	if (rc != 0)
		return rc;
	pthread_mutex_lock(&s->mutex);
	old = s->slots[a->last % STAGE_SLOTS];
	s->slots[a->last % STAGE_SLOTS] = v;
	pthread_mutex_unlock(&s->mutex);
	view_close(&old);
	return 0;
}

/* The search holds the reader, which another thread may close meanwhile. */
static int search_in_slot(struct actor *a)
{
	uint32_t g = gen_below(&a->gen, LEDGER_GROUPS);
	struct stage *s = a->s;
	ink_search *search = NULL;
	ink_terms *terms = NULL;
	struct view v;
	int rc = 0;

	pthread_mutex_lock(&s->mutex);
	v = s->slots[gen_below(&a->gen, STAGE_SLOTS)];
	if (v.reader != NULL)
		rc = ink_search_new(v.reader, s->q.of[BY_SIGN][g], &search, &a->err);
	if (v.reader != NULL && rc == 0)
		rc = ink_terms_open(v.reader, "group", INK_PART_WORD, NULL, 0, &terms, &a->err);
	pthread_mutex_unlock(&s->mutex);
	if (search != NULL && rc == 0)
		rc = ink_search_add_snippet(search, "body", 40, "[", "]", 0, &a->err);
	if (search != NULL && rc == 0)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, &a->err);
	ink_results_free(a->kept);
	a->kept = NULL;
	if (search != NULL && rc == 0)
		rc = ink_search_run(search, &a->kept, &a->err);
	if (a->kept != NULL && ink_results_total(a->kept, NULL) != v.of_group[g])
		rc = ledger_wrong(&a->err, "commit %u: a search in a closed reader finds %u, "
		                  "not %u", v.commit,
		                  (unsigned)ink_results_total(a->kept, NULL), v.of_group[g]);
	while (terms != NULL && rc == 0 && (rc = ink_terms_next(terms, &a->err)) == 1)
		rc = 0;
	ink_terms_close(terms);
	ink_search_free(search);
	return rc;
}

/* What a thread keeps to itself: its results are all that is left. */
int actor_look_at_kept(struct actor *a)
{
	const char *id, *text;
	size_t len;
	int rc;

	if (a->kept == NULL || ink_results_len(a->kept) == 0)
		return 0;
	rc = ink_results_stored(a->kept, 0, "id", &id, &len, &a->err);
	if (rc == 0)
		rc = ink_results_snippet(a->kept, 0, "body", &text, &len, &a->err);
	if (rc == 0 && strchr(text, '[') == NULL)
		return ledger_wrong(&a->err, "nothing is marked in \"%.60s\"", text);
	return rc == 0 ? ink_results_explain(a->kept, 0, &text, &len, &a->err) : rc;
}

static int count_again(struct actor *a)
{
	return view_count(&a->s->first, &a->s->ledger, &a->s->q, any_way(a), &a->err);
}

static int read_again(struct actor *a)
{
	return view_read(&a->s->first, &a->s->ledger, &a->err);
}

/* An index handle of its own, closed before what was opened from it. */
static int open_alone(struct actor *a)
{
	struct stage *s = a->s;
	ink_index *index;
	struct view v;
	int rc = ink_index_open(s->path, INK_OPEN_READONLY, &index, &a->err);

	if (rc != 0)
		return rc;
	rc = view_open(&v, &s->ledger, index, &s->q, &a->err);
	ink_index_close(index);
	if (rc != 0)
		return rc;
	rc = goes_on(a, &v);
	if (rc == 0)
		rc = view_count(&v, &s->ledger, &s->q, any_way(a), &a->err);
	if (rc == 0)
		rc = view_read(&v, &s->ledger, &a->err);
	view_close(&v);
	return rc;
}

/* ---- stopping searches ---- */

static int fire(struct actor *a)
{
	struct stage *s = a->s;
	ink_cancel *fresh, *old;
	int rc = ink_cancel_new(&fresh, &a->err);

	if (rc != 0)
		return rc;
	pthread_mutex_lock(&s->mutex);
	old = s->cancel;
	s->cancel = fresh;
	pthread_mutex_unlock(&s->mutex);
	ink_cancel_fire(old);
	ink_cancel_free(old);
	return 0;
}

static int search_until_stopped(struct actor *a)
{
	struct stage *s = a->s;
	ink_results *results = NULL;
	ink_search *search;
	int rc = ink_search_new(s->first.reader, s->q.of[BY_SIGN][0], &search, &a->err);

	if (rc != 0)
		return rc;
	pthread_mutex_lock(&s->mutex);
	rc = ink_search_set_cancel(search, s->cancel, &a->err);
	pthread_mutex_unlock(&s->mutex);
	if (rc == 0 && gen_below(&a->gen, 2) == 0)
		rc = ink_search_set_timeout(search, 1, &a->err);
	if (rc == 0)
		rc = ink_search_set_total(search, INK_TOTAL_EXACT, &a->err);
	for (int i = 0; rc == 0 && i < 200; i++) {
		rc = ink_search_run(search, &results, &a->err);
		if (rc == 0 && ink_results_total(results, NULL) != s->first.of_group[0])
			rc = ledger_wrong(&a->err, "half an answer");
		ink_results_free(results);
	}
	ink_search_free(search);
	if (rc != INK_ECANCELED && rc != INK_ETIMEOUT)
		return rc;
	atomic_fetch_add(&s->stopped, 1);
	return 0;
}

/* ---- shared handles that are no readers ---- */

static int share_queries(struct actor *a)
{
	uint64_t r = gen_next(&a->gen);
	const ink_query *shared = a->s->q.of[r % 2 ? BY_WORD : BY_SIGN][r / 2 % LEDGER_GROUPS];
	ink_query *again = NULL;
	const char *text, *back;
	size_t len, back_len;
	int rc = ink_query_text(shared, &text, &len, &a->err);

	if (rc == 0)
		rc = ink_query_parse(a->s->index, text, len, 0, &again, &a->err);
	if (rc == 0)
		rc = ink_query_text(again, &back, &back_len, &a->err);
	if (rc == 0 && (len != back_len || memcmp(text, back, len) != 0))
		rc = ledger_wrong(&a->err, "\"%.60s\" became \"%.60s\"", text, back);
	ink_query_free(again);
	return rc;
}

static int share_schema(struct actor *a)
{
	ink_schema *schema;
	ink_doc *doc = NULL;
	size_t n;
	int rc = ink_index_schema(a->s->index, &schema, &a->err);

	if (rc != 0)
		return rc;
	n = ink_schema_len(schema);
	if (n < a->fields)
		rc = ledger_wrong(&a->err, "%zu fields after %zu", n, a->fields);
	a->fields = n;
	ink_schema_free(schema);
	if (rc == 0)
		rc = ink_doc_new(a->s->index, &doc, &a->err);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "body", "ink", 3, &a->err);
	ink_doc_free(doc);
	return rc;
}

static const char *const specs[STAGE_ANALYZERS] = {
	"default | diacritics | readings",
	"word | fold | stop:en | stem:en",
	"ngram:2",
};

static int count_tokens(const ink_analyzer *analyzer, size_t *n, ink_error *err)
{
	static const char text[] = "The stones of 研墨之前，硯台要洗乾淨。東京タワー 서울에서 "
	                           "ภาษาไทย Ink-4 naïve";
	ink_tokens *tokens;
	int rc = ink_analyzer_run(analyzer, text, sizeof text - 1, &tokens, err);

	*n = 0;
	if (rc != 0)
		return rc;
	while (ink_tokens_next(tokens) == 1)
		++*n;
	ink_tokens_free(tokens);
	return 0;
}

int stage_analyzers(struct stage *s, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < STAGE_ANALYZERS; i++) {
		rc = ink_analyzer_new(specs[i], &s->analyzers[i], err);
		if (rc == 0)
			rc = count_tokens(s->analyzers[i], &s->tokens[i], err);
	}
	return rc;
}

static int share_analyzers(struct actor *a)
{
	size_t i = gen_below(&a->gen, STAGE_ANALYZERS), n;
	int rc = count_tokens(a->s->analyzers[i], &n, &a->err);

	if (rc == 0 && n != a->s->tokens[i])
		rc = ledger_wrong(&a->err, "%s: %zu tokens, not %zu", specs[i], n,
		                  a->s->tokens[i]);
	return rc;
}

/* ---- the registry ---- */

static int keep_token(void *self, int32_t purpose, const ink_token *token, ink_emitter *out,
                      ink_error *err)
{
	(void)self;
	(void)purpose;
	(void)err;
	return ink_emit_token(out, token);
}

static void count_release(void *user)
{
	atomic_fetch_add(&((struct stage *)user)->released, 1);
}

/* Registered, used and forgotten by several threads at once. */
static int use_registry(struct actor *a)
{
	const ink_extension e = {.struct_size = sizeof e, .name = "keep_all", .user = a->s,
	                         .release = count_release, .filter = keep_token};
	ink_analyzer *analyzer = NULL;
	size_t n;
	int rc = ink_extension_register(&e, &a->err);

	if (rc == 0)
		atomic_fetch_add(&a->s->registered, 1);
	if (rc == 0 || rc == INK_EEXISTS)
		rc = ink_analyzer_new("letters | keep_all", &analyzer, &a->err);
	if (gen_below(&a->gen, 2) == 0)
		(void)!ink_extension_unregister("keep_all", &a->err);
	if (rc == 0)
		rc = count_tokens(analyzer, &n, &a->err);
	ink_analyzer_free(analyzer);
	/* Another thread may have forgotten the name before the analyzer was made. */
	return rc == INK_ESYNTAX ? 0 : rc;
}

/* ---- the writer's place, and the files ---- */

static int try_to_write(struct actor *a)
{
	ink_writer *w;
	int rc = ink_writer_open(a->s->index, &w, &a->err);

	if (rc == INK_ELOCKED)
		return 0;
	if (rc == 0)
		atomic_fetch_add(&a->s->opened, 1);
	ink_writer_close(w);
	return rc;
}

static int check_files(struct actor *a)
{
	return ink_index_check(a->s->path, NULL, NULL, &a->err);
}

/* ---- threads ---- */

static const struct {
	const char *name;
	int (*run)(struct actor *a);
	unsigned weight;
} steps[] = {
	{"renewing a view", renew_slot, 20},
	{"searching in a slot", search_in_slot, 40},
	{"looking at results", actor_look_at_kept, 10},
	{"counting the first view", count_again, 10},
	{"reading the first view", read_again, 1},
	{"an index of its own", open_alone, 4},
	{"firing", fire, 10},
	{"searching until stopped", search_until_stopped, 4},
	{"queries", share_queries, 10},
	{"schema and documents", share_schema, 10},
	{"analyzers", share_analyzers, 10},
	{"the registry", use_registry, 10},
	{"opening a second writer", try_to_write, 5},
	{"checking", check_files, 1},
};

void *actor_run(void *user)
{
	struct actor *a = user;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		sum += steps[i].weight;
	while (!atomic_load(&a->s->over)) {
		unsigned r = gen_below(&a->gen, sum);
		size_t i = 0;

		while (r >= steps[i].weight)
			r -= steps[i++].weight;
		if (steps[i].run(a) != 0)
			stage_report(a->s, steps[i].name, &a->err);
		atomic_fetch_add(&a->s->steps, 1);
	}
	return NULL;
}
