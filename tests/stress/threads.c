/*
 * threads.c - one process: a writer with indexing threads and merges in the
 * background, beside threads that share everything that may be shared, while
 * handles are closed in any order.
 *
 * Bounded by the writer's commits: 60, with --full 3,000, or as many as the
 * next argument says; one more argument is the seed, which is printed.
 */
#include "../api/backends.h"

#include <sched.h>
#include <time.h>

#include "base/mem.h"
#include "inkstone/ext/tokenizer.h"
#include "stage.h"

#define THREADS 4
#define ACCOUNTS 300

static uint32_t commits = 60;
static uint64_t seed;

/* ---- the writer ---- */

static int stop_merge(void *user, const ink_progress *progress)
{
	return progress->done > 0 && gen_below(user, 4) == 0;
}

/* Leave the place for a while; a thread that only tried may have it then. */
static int change_writer(struct book *b, const struct stage *s)
{
	uint32_t from = atomic_load(&s->steps);
	int rc;

	book_drop_writer(b);
	while (atomic_load(&s->steps) - from < 20 && !atomic_load(&s->over))
		sched_yield();
	do
		rc = book_take_writer(b, &err);
	while (rc == INK_ELOCKED && !atomic_load(&s->over));
	return rc;
}

static int write_once(struct book *b, const struct stage *s)
{
	int rc = gen_below(&b->gen, 16) == 0 ? change_writer(b, s) : 0;

	return rc == 0 ? book_step(b, stop_merge, &b->gen, &err) : rc;
}

static void set_up(struct stage *s, struct book *b, const char *dir)
{
	s->ledger.accounts = ACCOUNTS;
	s->ledger.text = 400;
	snprintf(s->path, sizeof s->path, "%s/index", dir);
	pthread_mutex_init(&s->mutex, NULL);
	OK(ledger_create(s->path, &s->index, &err));
	OK(book_open(b, &s->ledger, s->index, seed, &err));
	OK(questions_make(&s->q, s->index, &err));
	OK(view_open(&s->first, &s->ledger, s->index, &s->q, &err));
	OK(ink_cancel_new(&s->cancel, &err));
	OK(stage_analyzers(s, &err));
}

static void tear_down(struct stage *s)
{
	(void)!ink_extension_unregister("keep_all", &err); /* it may be gone */
	ink_cancel_free(s->cancel);
	for (size_t i = 0; i < STAGE_ANALYZERS; i++)
		ink_analyzer_free(s->analyzers[i]);
	for (size_t i = 0; i < STAGE_SLOTS; i++)
		view_close(&s->slots[i]);
	view_close(&s->first);
	questions_free(&s->q);
	ink_index_close(s->index);
	pthread_mutex_destroy(&s->mutex);
}

static void test_every_view_adds_up_while_everything_is_shared(void **state)
{
	const struct place *p = *state;
	struct stage *s = calloc(1, sizeof *s);
	struct actor actors[THREADS] = {0};
	struct book b;
	int rc = 0;

	assert_non_null(s);
	set_up(s, &b, p->dir);
	for (int i = 0; i < THREADS; i++) {
		actors[i].s = s;
		actors[i].gen.state = seed + 1 + (uint64_t)i;
		assert_int_equal(pthread_create(&actors[i].thread, NULL, actor_run, &actors[i]), 0);
	}
	while (rc == 0 && b.commit < commits && !atomic_load(&s->over))
		rc = write_once(&b, s);
	if (rc != 0)
		stage_report(s, "writing", &err);
	atomic_store(&s->over, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(actors[i].thread, NULL);
	if (atomic_load(&s->bad))
		fail_msg("seed %llu, commit %u: %s", (unsigned long long)seed, b.commit, s->why);
	book_close(&b);
	OK(view_read(&s->first, &s->ledger, &err));
	OK(ink_index_check(s->path, NULL, NULL, &err));
	print_message("%u commits, %u steps beside them, %u searches stopped, "
	              "%u times another writer, seed %llu\n", commits, atomic_load(&s->steps),
	              atomic_load(&s->stopped), atomic_load(&s->opened),
	              (unsigned long long)seed);
	tear_down(s);
	assert_int_equal(atomic_load(&s->released), atomic_load(&s->registered));
	for (int i = 0; i < THREADS; i++) {
		ink_results *kept = actors[i].kept;

		if (actor_look_at_kept(&actors[i]) != 0)
			fail_msg("results outlive all else: %s", actors[i].err.message);
		ink_results_free(kept);
	}
	free(s);
	assert_int_equal(ik_mem_live(), 0);
}

/* ---- one writer at a time ---- */

#define WRITERS 3
#define TURNS 25

struct rival {
	const char *path;
	pthread_t thread;
	ink_error err;
	int rc;
};

/* Add one to the number in the only document. */
static int add_one(ink_index *index, ink_writer *w, ink_error *why)
{
	ink_reader *reader = NULL;
	ink_doc *doc = NULL, *old = NULL;
	uint64_t number;
	int64_t value = 0;
	int rc = ink_reader_open(index, &reader, why);

	if (rc == 0)
		rc = ink_reader_find(reader, "head", 4, &number, why);
	if (rc == 0)
		rc = ink_reader_doc(reader, number, &old, why);
	if (rc == 0)
		rc = ink_doc_i64(old, 1, &value, why);
	if (rc == 0)
		rc = ink_doc_new(index, &doc, why);
	if (rc == 0)
		rc = ink_doc_add_text(doc, "id", "head", 4, why);
	if (rc == 0)
		rc = ink_doc_add_i64(doc, "amount", value + 1, why);
	if (rc == 0)
		rc = ink_writer_update(w, doc, why);
	if (rc == 0)
		rc = ink_writer_commit(w, NULL, why);
	ink_doc_free(doc);
	ink_doc_free(old);
	ink_reader_close(reader);
	return rc;
}

/* Whoever gets the place does its turn; nobody ever waits for it. */
static void *take_turns(void *user)
{
	struct rival *r = user;
	ink_index *index = NULL;
	ink_writer *w;
	int turns = 0;

	r->rc = ink_index_open(r->path, 0, &index, &r->err);
	while (r->rc == 0 && turns < TURNS) {
		r->rc = ink_writer_open(index, &w, &r->err);
		if (r->rc == INK_ELOCKED) {
			r->rc = 0;
			continue;
		}
		if (r->rc == 0)
			r->rc = add_one(index, w, &r->err);
		ink_writer_close(w);
		turns++;
	}
	ink_index_close(index);
	return NULL;
}

static void test_writers_that_take_turns_lose_nothing(void **state)
{
	const struct place *p = *state;
	struct rival rivals[WRITERS];
	struct ledger l = {.accounts = 4};
	struct book b;
	char path[128];
	ink_index *index;
	ink_reader *reader;
	struct account v[8];
	uint32_t head, words;

	snprintf(path, sizeof path, "%s/index", p->dir);
	OK(ledger_create(path, &index, &err));
	OK(book_open(&b, &l, index, seed, &err));
	book_close(&b);
	for (int i = 0; i < WRITERS; i++) {
		rivals[i] = (struct rival){.path = path};
		assert_int_equal(pthread_create(&rivals[i].thread, NULL, take_turns, &rivals[i]),
		                 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(rivals[i].thread, NULL);
		if (rivals[i].rc != 0)
			fail_msg("%s", rivals[i].err.message);
	}
	OK(ink_reader_open(index, &reader, &err));
	OK(view_load(reader, &l, v, &head, &words, &err));
	assert_int_equal(head, 1 + WRITERS * TURNS);
	ink_reader_close(reader);
	ink_index_close(index);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_view_adds_up_while_everything_is_shared, place_make, place_free),
		cmocka_unit_test_setup_teardown(test_writers_that_take_turns_lose_nothing,
		                                place_make, place_free),
	};

	if (argc > 1 && strcmp(argv[1], "--full") == 0)
		commits = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 3000;
	seed = argc > 3 ? strtoull(argv[3], NULL, 10) : (uint64_t)time(NULL);
	ik_mem_watch();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
