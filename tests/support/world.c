/* world.c - a random index in memory, and the oracle that holds the same documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "index/writer.h"
#include "segment/stored.h"
#include "must.h"
#include "world.h"

#define KEYS_MAX 200000

/* Which document of the corpus stands behind a key; 0: none, else the serial + 1. */
struct keys {
	uint64_t *now;
	uint32_t n;
};

static void key_text(uint32_t key, char out[16])
{
	snprintf(out, 16, "k%06u", key);
}

static void put(struct world *w, struct ik_writer *writer, struct keys *keys, uint32_t key,
                struct ik_doc *doc)
{
	char id[16];

	key_text(key, id);
	gen_corpus_doc(&w->corpus, w->serials, id, doc);
	if (keys->now[key] != 0)
		must(ik_writer_update(writer, doc, &err));
	else
		must(ik_writer_add(writer, doc, &err));
	keys->now[key] = ++w->serials;
}

static void delete_some(struct ik_writer *writer, struct keys *keys, struct gen *g, uint32_t n)
{
	for (; n > 0; n--) {
		uint32_t key = gen_below(g, keys->n);
		char id[16];

		key_text(key, id);
		must(ik_writer_delete(writer, id, strlen(id), &err));
		keys->now[key] = 0;
	}
}

static void batch(struct world *w, struct ik_writer *writer, struct keys *keys, struct gen *g,
                  uint32_t docs, int changes)
{
	struct ik_doc doc;

	ik_doc_init(&doc, w->schema);
	for (; docs > 0; docs--)
		if (changes && keys->n > 0 && gen_below(g, 20) == 0)
			put(w, writer, keys, gen_below(g, keys->n), &doc);
		else
			put(w, writer, keys, keys->n++, &doc);
	ik_doc_release(&doc);
	if (changes)
		delete_some(writer, keys, g, gen_below(g, keys->n / 8 + 1));
	must(ik_writer_commit(writer, NULL, &err));
}

static void fill(struct world *w, struct keys *keys, struct gen *g, enum world_kind kind)
{
	struct ik_writer *writer;
	uint32_t commits = 1 + gen_below(g, 5);

	must(ik_writer_open(w->dir, &writer, &err));
	must(ik_writer_set_threads(writer, 1, &err));
	if (kind == WORLD_LARGE) {
		batch(w, writer, keys, g, 70000, 0);
	} else {
		for (uint32_t i = 0; i < commits; i++)
			batch(w, writer, keys, g, 1 + gen_below(g, i % 2 == 0 ? 2500 : 600),
			      gen_below(g, 3) != 0);
		if (gen_below(g, 3) == 0) {
			must(ik_writer_optimize(writer, 1, NULL, NULL, &err));
			batch(w, writer, keys, g, gen_below(g, 300), (int)gen_below(g, 2));
		}
	}
	ik_writer_close(writer);
}

/* ---- the oracle gets what the segments hold, in their order ---- */

static uint64_t serial_at(struct world *w, struct ik_stored_reader *stored, uint32_t local,
                          char id[16])
{
	uint64_t serial = UINT64_MAX;
	const uint8_t *p;
	struct ik_doc doc;
	size_t len;

	ik_doc_init(&doc, w->schema);
	must(ik_stored_get(stored, local, &p, &len, &err));
	must(ik_doc_decode(p, p + len, &doc, &err));
	for (size_t i = 0; i < doc.values.n; i++) {
		if (doc.values.v[i].field == GEN_SERIAL)
			serial = (uint64_t)doc.values.v[i].i64;
		if (doc.values.v[i].field == GEN_ID)
			snprintf(id, 16, "%s", doc.values.v[i].text);
	}
	ik_doc_release(&doc);
	assert_true(serial < w->serials);
	return serial;
}

static void tell_view(struct world *w, const struct ik_view *view, const uint8_t *alive)
{
	struct ik_stored_reader stored;
	struct ik_doc doc;

	ik_doc_init(&doc, w->schema);
	ik_stored_reader_init(&stored, view->seg);
	for (uint32_t d = 0; d < view->seg->n_docs; d++) {
		char id[16] = "";
		uint64_t serial = serial_at(w, &stored, d, id);

		assert_int_equal(ik_live_has(view->live, d), alive[serial]);
		w->serial_of[view->base + d] = serial;
		gen_corpus_doc(&w->corpus, serial, id, &doc);
		oracle_add(w->oracle, &doc, alive[serial]);
	}
	ik_stored_reader_free(&stored);
	ik_doc_release(&doc);
}

/* Averages: exact while nothing was merged away, a good estimate after that. */
static void tell_lengths(struct world *w, const struct ik_snapshot *snap)
{
	for (uint32_t part = 0; part < ik_part(w->schema->n, 0); part++) {
		double truth = oracle_sum_len(w->oracle, part), sum = 0;

		for (uint32_t v = 0; v < snap->n; v++) {
			const struct ik_part_info *info = ik_segment_part(snap->views[v].seg, part);

			sum += info != NULL ? (double)info->sum_len : 0;
		}
		if (oracle_len(w->oracle) == w->serials)
			assert_true(sum == truth);
		assert_true(sum >= truth * 0.9 - 100 && sum <= truth * 1.1 + 100);
		oracle_set_sum_len(w->oracle, part, sum);
	}
}

static void tell_oracle(struct world *w, const struct ik_snapshot *snap, const struct keys *keys)
{
	uint8_t *alive = calloc(w->serials + 1, 1);
	uint64_t n = 0, docs = snap->docs + snap->deleted;

	w->serial_of = calloc(docs + 1, sizeof *w->serial_of);
	assert_true(alive != NULL && w->serial_of != NULL);
	for (uint32_t key = 0; key < keys->n; key++)
		if (keys->now[key] != 0) {
			alive[keys->now[key] - 1] = 1;
			n++;
		}
	assert_int_equal(n, snap->docs);
	w->oracle = oracle_new(w->schema);
	for (uint32_t v = 0; v < snap->n; v++)
		tell_view(w, &snap->views[v], alive);
	assert_int_equal(oracle_len(w->oracle), docs);
	tell_lengths(w, snap);
	free(alive);
}

const uint32_t world_cpu[WORLD_SLOW] = { 0, ~(uint32_t)IK_CPU_AVX512 };

static struct ik_searcher *open_searcher(struct world *w, const struct keys *keys)
{
	struct ik_searcher *searcher;
	struct ik_snapshot *snap;

	must(ik_snapshot_open(w->dir, &snap, &err));
	if (keys != NULL)
		tell_oracle(w, snap, keys);
	must(ik_searcher_open(snap, &searcher, &err));
	ik_snapshot_unref(snap);
	return searcher;
}

void world_open(struct world *w, uint64_t seed, enum world_kind kind)
{
	struct gen g = { seed };
	struct keys keys = { calloc(KEYS_MAX, sizeof(uint64_t)), 0 };
	double k1 = gen_below(&g, 2) == 0 ? 0.9 : gen_unit(&g) * 3;

	assert_non_null(keys.now);
	memset(w, 0, sizeof *w);
	w->corpus.seed = gen_next(&g);
	w->corpus.words = kind == WORLD_LARGE ? 20000 : gen_below(&g, 3) == 0 ? 60 : 1500;
	w->corpus.length = kind == WORLD_LARGE ? 5 : gen_below(&g, 2) == 0 ? 60 : 8;
	w->corpus.big = gen_below(&g, 2) == 0;
	w->schema = gen_corpus_schema(k1, gen_below(&g, 2) == 0 ? 0.4 : gen_unit(&g));
	must(ik_dir_mem(&w->dir, &err));
	must(ik_index_init(w->dir, w->schema, &err));
	fill(w, &keys, &g, kind);
	w->fast = open_searcher(w, &keys);
	for (int i = 0; i < WORLD_SLOW; i++) {
		ik_cpu_limit(world_cpu[i]);
		w->slow[i] = open_searcher(w, NULL);
	}
	ik_cpu_limit(UINT32_MAX);
	free(keys.now);
}

void world_close(struct world *w)
{
	ik_searcher_unref(w->fast);
	for (int i = 0; i < WORLD_SLOW; i++)
		ik_searcher_unref(w->slow[i]);
	oracle_free(w->oracle);
	free(w->serial_of);
	ik_dir_free(w->dir);
	ik_schema_free(w->schema);
}
