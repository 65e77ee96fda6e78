/* test_reorder.c - documents in a better order: the same content, every number mapped. */
#include "gen_index.h"

#include "index/reorder.h"
#include "index/writer_impl.h"
#include "../support/fault_dir.h"

#define SEED 20260815u

/* ---- the bisection itself ---- */

#define TOPICS 16
#define TOPIC_TERMS 200
#define COMMON_TERMS 100
#define LINKS 24

/* Documents of a few topics, shuffled: most of a document's terms are its topic's. */
static void make_graph(struct ik_reorder_graph *g, uint32_t n_docs, uint32_t *topics)
{
	uint64_t seed = SEED;

	g->n_docs = n_docs;
	g->n_terms = TOPICS * TOPIC_TERMS + COMMON_TERMS;
	g->start = ik_array(n_docs + 1, sizeof *g->start);
	g->terms = ik_array((size_t)n_docs * LINKS, sizeof *g->terms);
	g->start[0] = 0;
	for (uint32_t d = 0; d < n_docs; d++) {
		uint16_t *terms = g->terms + g->start[d];
		uint32_t n = 0;

		topics[d] = (uint32_t)(gen_next(&seed) % TOPICS);
		for (uint32_t i = 0; i < LINKS; i++) {
			uint32_t r = (uint32_t)(gen_next(&seed) >> 33), term, k = 0;

			term = i % 4 == 0 ? TOPICS * TOPIC_TERMS + r % COMMON_TERMS
			                  : topics[d] * TOPIC_TERMS + r % TOPIC_TERMS;
			while (k < n && terms[k] != term)
				k++;
			if (k == n)
				terms[n++] = (uint16_t)term;
		}
		g->start[d + 1] = g->start[d] + n;
	}
}

/* Neighbours of different topics. */
static uint32_t seams(const uint32_t *order, const uint32_t *topics, uint32_t n)
{
	uint32_t seams = 0;

	for (uint32_t i = 1; i < n; i++)
		seams += topics[order[i]] != topics[order[i - 1]];
	return seams;
}

static void assert_permutation(const uint32_t *order, uint32_t n)
{
	uint8_t *seen = ik_zalloc(n);

	for (uint32_t i = 0; i < n; i++) {
		assert_true(order[i] < n);
		assert_false(seen[order[i]]);
		seen[order[i]] = 1;
	}
	ik_free(seen);
}

static void test_documents_of_a_topic_come_together(void **state)
{
	static const uint32_t sizes[] = {1, 2, 33, 256, 257, 5000, 20000};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint32_t n = sizes[i], *topics = ik_array(n, sizeof *topics);
		uint32_t *one = ik_array(n, sizeof *one), *two = ik_array(n, sizeof *two);
		struct ik_reorder_graph g;

		make_graph(&g, n, topics);
		ok(ik_reorder(&g, 1, NULL, one, err));
		ok(ik_reorder(&g, 2, NULL, two, err));
		assert_permutation(one, n);
		assert_memory_equal(one, two, n * sizeof *one);
		/* At random 15 of 16 neighbours differ. */
		if (n >= 5000)
			assert_true(seams(one, topics, n) < n / 8);
		ik_reorder_graph_free(&g);
		ik_free(topics);
		ik_free(one);
		ik_free(two);
	}
}

struct stop {
	int64_t left;
	uint64_t work;
};

static int stop_after(void *user, uint64_t work)
{
	struct stop *s = user;

	s->work += work;
	return s->left-- == 0;
}

static void test_it_can_be_stopped_anywhere_and_says_how_far_it_is(void **state)
{
	uint32_t n = 9000, *topics = ik_array(n, sizeof *topics);
	uint32_t *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g;
	int rc = INK_ECANCELED;

	(void)state;
	make_graph(&g, n, topics);
	for (int64_t calls = 0; rc == INK_ECANCELED; calls += 1 + calls / 2)
		for (uint32_t threads = 1; threads <= 2; threads++) {
			struct stop s = {calls, 0};
			struct ik_reorder_watch watch = {stop_after, &s};

			rc = ik_reorder(&g, threads, &watch, order, NULL);
			assert_true(rc == 0 || rc == INK_ECANCELED);
			assert_true(rc == 0 || s.left == -1);
			if (rc == 0 && threads == 1)
				assert_in_range(s.work, ik_reorder_work(n, g.start[n]) * 3 / 4,
				                ik_reorder_work(n, g.start[n]) * 5 / 4);
		}
	assert_int_equal(rc, 0);
	ik_reorder_graph_free(&g);
	ik_free(topics);
	ik_free(order);
}

static void test_equal_and_empty_documents_keep_their_order(void **state)
{
	uint32_t n = 3000, *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g = {n, 1, ik_zarray(n + 1, sizeof *g.start), ik_zarray(n, 2)};

	(void)state;
	ok(ik_reorder(&g, 1, NULL, order, err)); /* none has a term */
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(order[i], i);
	for (uint32_t i = 0; i <= n; i++)
		g.start[i] = i; /* each has the only term */
	ok(ik_reorder(&g, 1, NULL, order, err));
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(order[i], i);
	ik_reorder_graph_free(&g);
	ik_free(order);
}

static void test_every_allocation_of_it_may_fail(void **state)
{
	uint32_t n = 2000, *topics = ik_array(n, sizeof *topics);
	uint32_t *order = ik_array(n, sizeof *order);
	struct ik_reorder_graph g;
	int rc = INK_ENOMEM;

	(void)state;
	make_graph(&g, n, topics);
	for (int64_t at = 0; rc != 0; at++) {
		int64_t live = ik_mem_live();

		ik_mem_fail_after(at, 0);
		rc = ik_reorder(&g, 2, NULL, order, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		assert_int_equal(ik_mem_live(), live);
	}
	ik_reorder_graph_free(&g);
	ik_free(topics);
	ik_free(order);
}

/* ---- whole indexes, looked at by key ---- */

/* Document n: words of one of a few topics, by turns, so that the order of keys is a bad one. */
static void topic_doc(struct ik_doc *doc, uint64_t n, unsigned version)
{
	uint64_t seed = n * 31 + version;
	char text[1024], id[32];
	size_t len = 0;

	gen_id(id, n);
	gen_doc(doc, n, id);
	for (int i = 0; i < 20; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "topic%llux%llu ",
		                        (unsigned long long)(n % 8),
		                        (unsigned long long)(gen_next(&seed) % 12));
	len += (size_t)snprintf(text + len, sizeof text - len, "version%u", version);
	ok(ik_doc_add_text(doc, "body", text, len, err));
}

static void put_topics(struct ik_writer *w, const struct ik_schema *s, uint64_t from, uint64_t to,
                       unsigned version)
{
	struct ik_doc doc;

	ik_doc_init(&doc, (struct ik_schema *)s);
	for (; from < to; from++) {
		topic_doc(&doc, from, version);
		ok(ik_writer_update(w, &doc, err));
	}
	ik_doc_release(&doc);
}

/* number[doc] is the number in the key of document doc. */
static void number_by_key(const struct ik_view *v, uint64_t *number)
{
	const struct ik_part_info *part = ik_segment_part(v->seg, ik_part(F_ID, 0));
	struct ik_post_env env = ik_segment_env(v->seg, part);
	struct ik_dict_iter it;

	ik_dict_iter_open(&it, v->seg, part->part);
	while (ik_dict_iter_next(&it, NULL) == 1) {
		char key[32] = "";
		struct ik_post_iter post;

		memcpy(key, it.term.data, it.term.len);
		ok(ik_post_iter_open(&post, &env, &it.info, err));
		while (ik_post_iter_next(&post, NULL) == 1)
			number[post.doc] = strtoull(key + 4, NULL, 10);
		ik_post_iter_free(&post);
	}
	ik_dict_iter_free(&it);
}

/* Everything in the last commit by key; *steps: how often a key is less than the one before. */
static void dump_keys(struct dump *d, struct ik_dir *dir, uint32_t *steps)
{
	struct ik_snapshot *snap;

	memset(d, 0, sizeof *d);
	*steps = 0;
	ok(ik_snapshot_open(dir, &snap, err));
	for (uint32_t i = 0; i < snap->n; i++) {
		const struct ik_view *v = &snap->views[i];
		uint64_t *number = calloc(v->seg->n_docs, sizeof *number);

		ok(ik_segment_check(v->seg, NULL, NULL, err));
		number_by_key(v, number);
		for (uint32_t doc = 1; doc < v->seg->n_docs; doc++)
			*steps += number[doc] < number[doc - 1];
		for (size_t p = 0; p < v->seg->n_parts; p++) {
			struct ik_dict_iter it;

			ik_dict_iter_open(&it, v->seg, v->seg->parts[p].part);
			while (ik_dict_iter_next(&it, NULL) == 1)
				dump_postings(d, v, number, &it);
			ik_dict_iter_free(&it);
		}
		for (uint32_t f = 0; f < F_COUNT; f++)
			dump_columns(d, v, number, f);
		dump_stored(d, v, number);
		free(number);
	}
	ik_snapshot_unref(snap);
	if (d->n > 0)
		qsort(d->lines, d->n, sizeof *d->lines, dump_order);
}

static int is_reordered(struct ik_dir *dir)
{
	struct ik_snapshot *snap;
	int reordered;

	ok(ik_snapshot_open(dir, &snap, err));
	assert_int_equal(snap->n, 1);
	reordered = snap->views[0].seg->reordered;
	ik_snapshot_unref(snap);
	return reordered;
}

/* Three segments, with deletions in the first. */
static struct ik_writer *make(struct place *p, const struct ik_schema *s)
{
	struct ik_writer *w;

	place_init(p, 1);
	ok(ik_writer_open(p->dir, &w, err));
	for (uint64_t i = 0; i < 3; i++) {
		put_topics(w, s, i * 1000, i * 1000 + 300 + i * 100, 0);
		ok(ik_writer_commit(w, NULL, err));
	}
	for (uint64_t n = 0; n < 300; n += 3) {
		char id[32];

		gen_id(id, n);
		ok(ik_writer_delete(w, id, strlen(id), err));
	}
	ok(ik_writer_commit(w, NULL, err));
	return w;
}

static void test_optimize_changes_the_order_and_nothing_else(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct dump before, after;
	struct ik_writer *w;
	uint64_t gen, again;
	uint32_t down;

	(void)state;
	for (int on_disk = 0; on_disk < 2; on_disk++) {
		struct place p;

		place_open(&p, on_disk);
		w = make(&p, s);
		dump_keys(&before, p.dir, &down);
		assert_int_equal(down, 0);
		ok(ik_writer_set_reorder(w, INK_REORDER_NONE, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		dump_keys(&after, p.dir, &down);
		assert_int_equal(down, 0);
		assert_false(is_reordered(p.dir));
		dump_equal(&before, &after);
		dump_free(&after);

		/* One segment without deletions, and yet there is something to do: once. */
		ok(ik_writer_set_reorder(w, INK_REORDER_OPTIMIZE, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		dump_keys(&after, p.dir, &down);
		assert_true(down > 8);
		assert_true(is_reordered(p.dir));
		dump_equal(&before, &after);
		dump_free(&after);
		dump_free(&before);
		assert_int_equal(place_files(&p), 1);
		ok(ik_writer_commit(w, &gen, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		ok(ik_writer_commit(w, &again, err));
		assert_int_equal(gen, again);
		ik_writer_close(w);
		place_close(&p);
	}
	ik_schema_free(s);
}

static void test_a_reordered_index_goes_on_living(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct dump one, two;
	struct ik_writer *w;
	struct place p, q;
	uint32_t down;
	char id[32];

	(void)state;
	for (int reorder = 0; reorder < 2; reorder++) {
		place_open(reorder ? &p : &q, 0);
		w = make(reorder ? &p : &q, s);
		ok(ik_writer_set_reorder(w, reorder ? INK_REORDER_LARGE : INK_REORDER_NONE, err));
		ok(ik_writer_optimize(w, 1, NULL, NULL, err));
		put_topics(w, s, 1100, 1300, 1); /* updates, some twice */
		put_topics(w, s, 1200, 1210, 2);
		for (uint64_t n = 2000; n < 2500; n += 7) {
			gen_id(id, n);
			ok(ik_writer_delete(w, id, strlen(id), err));
		}
		ok(ik_writer_commit(w, NULL, err));
		ik_writer_close(w);
		/* Deletions of a reordered segment, in it and out of it again. */
		for (int again = 0; again < 2; again++) {
			struct ik_dir *dir = reorder ? p.dir : q.dir;

			dump_keys(again ? &two : &one, dir, &down);
			assert_int_equal(down > 8, reorder);
			if (again)
				break;
			ok(ik_writer_open(dir, &w, err));
			ok(ik_writer_set_reorder(w, reorder ? INK_REORDER_LARGE : INK_REORDER_NONE,
			                         err));
			ok(ik_writer_optimize(w, 1, NULL, NULL, err));
			ik_writer_close(w);
		}
		dump_equal(&one, &two);
		dump_free(&one);
		dump_free(&two);
		gen_id(id, 2007);
		assert_false(has_key(reorder ? p.dir : q.dir, id));
		gen_id(id, 2008);
		assert_true(has_key(reorder ? p.dir : q.dir, id));
	}
	dump_keys(&one, q.dir, &down);
	dump_keys(&two, p.dir, &down);
	dump_equal(&one, &two);
	dump_free(&one);
	dump_free(&two);
	place_close(&p);
	place_close(&q);
	ik_schema_free(s);
}

/* Wait for the merge in the background, without publishing it. */
static void wait_for_merge(const struct ik_writer *w)
{
	assert_non_null(w->merge);
	while (!atomic_load(&w->merge->done))
		;
}

/* What is deleted while a merge moves it somewhere else stays deleted, and nothing else goes. */
static void test_deletions_during_a_merge_hit_the_same_documents(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_snapshot *snap;
	struct ik_writer *w;
	struct place p;
	char id[32];

	(void)state;
	place_open(&p, 0);
	place_init(&p, 1);
	ok(ik_writer_open(p.dir, &w, err));
	w->reorder_docs = 500;
	for (uint64_t i = 0; i < 8; i++) {
		put_topics(w, s, i * 100, i * 100 + 100, 0);
		if (i == 5)
			for (uint64_t n = 0; n < 20; n++) {
				gen_id(id, n);
				ok(ik_writer_delete(w, id, strlen(id), err));
			}
		ok(ik_writer_commit(w, NULL, err));
	}
	assert_non_null(w->merge);
	assert_int_equal(w->merge->n, 8);
	/* By number, while it runs; by key and by update, before it is published. */
	{
		uint64_t docs[] = {41, 150, 151, 700};

		ok(ik_writer_snapshot(w, &snap, err));
		ok(ik_writer_delete_docs(w, snap, docs, 4, err));
		ik_snapshot_unref(snap);
	}
	wait_for_merge(w);
	assert_non_null(w->merge->result.new_of);
	for (uint64_t n = 300; n < 400; n += 2) {
		uint64_t doc = n;

		ok(ik_writer_snapshot(w, &snap, err));
		ok(ik_writer_delete_docs(w, snap, &doc, 1, err));
		ik_snapshot_unref(snap);
	}
	put_topics(w, s, 500, 510, 1);
	ok(ik_writer_commit(w, NULL, err));
	assert_null(w->merge);
	assert_true(w->segs.v[0]->seg->reordered);
	ik_writer_close(w);

	assert_int_equal(docs_in(p.dir), 800 - 20 - 4 - 50);
	for (uint64_t n = 0; n < 800; n++) {
		int gone = n < 20 || n == 41 || n == 150 || n == 151 || n == 700 ||
		           (n >= 300 && n < 400 && n % 2 == 0);

		gen_id(id, n);
		assert_int_equal(has_key(p.dir, id), !gone);
	}
	place_close(&p);
	ik_schema_free(s);
}

static void test_closing_and_rolling_back_stop_a_reordering_merge(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_writer *w;
	struct place p;

	(void)state;
	for (int rollback = 0; rollback < 2; rollback++) {
		place_open(&p, 1);
		place_init(&p, 1);
		ok(ik_writer_open(p.dir, &w, err));
		w->reorder_docs = 500;
		for (uint64_t i = 0; i < 8; i++) {
			put_topics(w, s, i * 300, i * 300 + 300, 0);
			ok(ik_writer_commit(w, NULL, err));
		}
		assert_non_null(w->merge);
		if (rollback) {
			ok(ik_writer_rollback(w, err));
			ok(ik_writer_commit(w, NULL, err));
			assert_int_equal(place_files(&p), 8);
		}
		ik_writer_close(w);
		assert_int_equal(place_files(&p), 8);
		assert_int_equal(docs_in(p.dir), 2400);
		place_close(&p);
	}
	ik_schema_free(s);
}

/* ---- merges by hand ---- */

static int merge(struct place *p, uint64_t memory, uint32_t threads, const char *name,
                 struct ik_merge_result *out, const struct ik_schema *s)
{
	struct ik_merge_order how = {memory, threads, 0};
	struct ik_merge_input inputs[8];
	struct ik_snapshot *snap;
	int rc;

	ok(ik_snapshot_open(p->dir, &snap, err));
	for (uint32_t i = 0; i < snap->n; i++)
		inputs[i] = (struct ik_merge_input){snap->views[i].seg, snap->views[i].live};
	rc = ik_merge(inputs, snap->n, p->dir, name, s, &how, NULL, out, NULL);
	ik_snapshot_unref(snap);
	return rc;
}

static void test_the_same_input_gives_the_same_file(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_merge_result one, two;
	struct ik_in *a, *b;
	struct place p;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make(&p, s));
	assert_int_equal(merge(&p, 64u << 20, 1, "one", &one, s), 0);
	assert_int_equal(merge(&p, 64u << 20, 2, "two", &two, s), 0);
	assert_non_null(one.new_of);
	ok(p.dir->ops->open(p.dir, "one", &a, err));
	ok(p.dir->ops->open(p.dir, "two", &b, err));
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
	ik_in_close(a);
	ik_in_close(b);
	ik_free(one.new_of);
	ik_free(two.new_of);
	place_close(&p);
	ik_schema_free(s);
}

static void test_without_memory_the_order_stays(void **state)
{
	static const uint64_t memory[] = {0, 1, 20000, 64u << 20};
	struct ik_schema *s = gen_schema(1);
	struct place p;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make(&p, s));
	for (size_t i = 0; i < 4; i++) {
		struct ik_merge_result out;

		assert_int_equal(merge(&p, memory[i], 1, "out", &out, s), 0);
		assert_int_equal(out.new_of != NULL, i == 3);
		assert_true(out.bytes > 0);
		ik_free(out.new_of);
	}
	place_close(&p);
	ik_schema_free(s);
}

/* Where there is nothing to reorder by, optimize does not write a segment again and again. */
static void test_a_segment_without_words_is_left_alone(void **state)
{
	struct ik_schema *s;
	struct ik_writer *w;
	struct ik_doc doc;
	uint64_t gen, again;
	struct place p;

	(void)state;
	place_open(&p, 0);
	ok(ik_schema_new(&s, err));
	ok(ik_schema_add(s, "tag", INK_KEYWORD, INK_STORED, NULL, err));
	ok(ik_index_init(p.dir, s, err));
	ok(ik_writer_open(p.dir, &w, err));
	ik_doc_init(&doc, s);
	for (int i = 0; i < 1000; i++) {
		ik_doc_clear(&doc);
		ok(ik_doc_add_text(&doc, "tag", i % 3 == 0 ? "one" : "two", 3, err));
		ok(ik_writer_add(w, &doc, err));
	}
	ok(ik_writer_commit(w, &gen, err));
	ok(ik_writer_optimize(w, 1, NULL, NULL, err));
	ok(ik_writer_commit(w, &again, err));
	assert_int_equal(gen, again);
	assert_int_equal(place_files(&p), 1);
	ik_doc_release(&doc);
	ik_writer_close(w);
	ik_schema_free(s);
	place_close(&p);
}

static void test_every_allocation_may_fail(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_merge_result out = {0, NULL};
	uint64_t kept = 0;
	struct place p;
	int rc = INK_ENOMEM;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make(&p, s));
	/* One failure in the search for an order costs the order, one elsewhere the merge. */
	for (int64_t n = 0; out.new_of == NULL && n < 1000000; n += 1 + n / 15) {
		struct ik_merge_order how = {64u << 20, 2, 0};
		struct ik_merge_input inputs[3];
		struct ik_snapshot *snap;
		int64_t live;

		ok(ik_snapshot_open(p.dir, &snap, err));
		for (uint32_t i = 0; i < snap->n; i++)
			inputs[i] = (struct ik_merge_input){snap->views[i].seg,
			                                    snap->views[i].live};
		live = ik_mem_live();
		ik_mem_fail_after(n, 0);
		rc = ik_merge(inputs, snap->n, p.dir, "out", s, &how, NULL, &out, NULL);
		ik_mem_fail_after(-1, 0);
		assert_true(rc == 0 || rc == INK_ENOMEM);
		kept += rc == 0 && out.new_of == NULL;
		if (rc == 0)
			ok(p.dir->ops->remove(p.dir, "out", err));
		else
			assert_null(out.new_of);
		if (out.new_of == NULL)
			assert_int_equal(ik_mem_live(), live);
		ik_snapshot_unref(snap);
	}
	assert_int_equal(rc, 0);
	assert_true(kept > 0);
	ik_free(out.new_of);
	place_close(&p);
	ik_schema_free(s);
}

/* Documents set aside need space: without it the order stays, and the merge is none the worse. */
static void test_a_failing_disk_costs_the_order_or_the_merge(void **state)
{
	struct ik_schema *s = gen_schema(1);
	struct ik_snapshot *snap;
	struct ik_dir *faulty;
	uint64_t kept = 0, failed = 0;
	struct place p;
	int again = 1;

	(void)state;
	place_open(&p, 0);
	ik_writer_close(make(&p, s));
	faulty = fault_dir_new(p.dir);
	ok(ik_snapshot_open(p.dir, &snap, err));
	for (uint64_t at = 0; again; at++)
		for (int persist = 0; persist < 2; persist++) {
			struct ik_merge_order how = {64u << 20, 1, 0};
			struct ik_merge_input inputs[3];
			struct ik_merge_result out;
			int files = place_files(&p), rc;

			for (uint32_t i = 0; i < snap->n; i++)
				inputs[i] = (struct ik_merge_input){snap->views[i].seg,
				                                    snap->views[i].live};
			fault_dir_arm(faulty,
			              FAULT_CREATE | FAULT_WRITE | FAULT_OPEN | FAULT_CLOSE, at,
			              persist, 28 /* ENOSPC */);
			rc = ik_merge(inputs, snap->n, faulty, "seg-out", s, &how, NULL, &out,
			              NULL);
			again = fault_dir_failed(faulty) > 0;
			fault_dir_disarm(faulty);
			assert_true(rc == 0 || (rc == INK_EIO && again));
			assert_false(rc == 0 && persist && again);
			failed += rc != 0;
			kept += rc == 0 && out.new_of == NULL;
			if (rc == 0)
				ok(p.dir->ops->remove(p.dir, "seg-out", err));
			assert_int_equal(place_files(&p), files);
			ik_free(out.new_of);
		}
	assert_true(kept > 2);
	assert_true(failed > 2);
	ik_snapshot_unref(snap);
	faulty->ops->free(faulty);
	place_close(&p);
	ik_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_of_a_topic_come_together),
		cmocka_unit_test(test_it_can_be_stopped_anywhere_and_says_how_far_it_is),
		cmocka_unit_test(test_equal_and_empty_documents_keep_their_order),
		cmocka_unit_test(test_every_allocation_of_it_may_fail),
		cmocka_unit_test(test_optimize_changes_the_order_and_nothing_else),
		cmocka_unit_test(test_a_reordered_index_goes_on_living),
		cmocka_unit_test(test_deletions_during_a_merge_hit_the_same_documents),
		cmocka_unit_test(test_closing_and_rolling_back_stop_a_reordering_merge),
		cmocka_unit_test(test_the_same_input_gives_the_same_file),
		cmocka_unit_test(test_without_memory_the_order_stays),
		cmocka_unit_test(test_a_segment_without_words_is_left_alone),
		cmocka_unit_test(test_every_allocation_may_fail),
		cmocka_unit_test(test_a_failing_disk_costs_the_order_or_the_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
