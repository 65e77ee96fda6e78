/*
 * bench_ranks.c - do queries find the same with pruning and without?
 *
 * Part of: bench. Each query of the file is asked for its best 1, 10, 100 and
 * 1000, with and without the number of all, and the hits are compared with the
 * first of those that sorting all matches gives, where nothing is pruned. So
 * for each set of instructions of this processor; the scalar paths tell what
 * is right, and all others have to give the same bits.
 */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h" /* the only thing of the library's inside that a benchmark uses */

#define K_MAX 1000

static const char usage[] = "usage: bench_ranks DIR QUERIES\n";

struct answer {
	uint64_t total;
	size_t n;
	ink_hit hits[K_MAX];
};

struct opened {
	ink_index *index;
	ink_reader *reader;
};

static const struct {
	const char *name;
	uint32_t cpu;
} paths[] = {
	{ "scalar", 0 },
	{ "avx2", IK_CPU_SSE41 | IK_CPU_AVX2 },
	{ "all", UINT32_MAX },
};

enum how {
	PRUNED,
	PRUNED_COUNTED,
	SORTED
};

static void ask(const struct opened *o, const char *text, uint64_t k, enum how how,
                struct answer *out)
{
	ink_query *query;
	ink_search *search;
	ink_results *results;
	ink_error err;

	bench_check(ink_query_parse(o->index, text, strlen(text), 0, &query, &err), &err);
	bench_check(ink_search_new(o->reader, query, &search, &err), &err);
	bench_check(ink_search_set_window(search, 0, k, &err), &err);
	if (how == PRUNED_COUNTED)
		bench_check(ink_search_set_total(search, INK_TOTAL_EXACT, &err), &err);
	if (how == SORTED)
		bench_check(ink_search_add_sort(search, "_score", INK_SORT_DESC, &err), &err);
	bench_check(ink_search_run(search, &results, &err), &err);
	out->total = ink_results_total(results, NULL);
	out->n = ink_results_len(results);
	for (size_t i = 0; i < out->n; i++)
		bench_check(ink_results_hit(results, i, &out->hits[i], &err), &err);
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
}

/* Of k wanted. */
static int same(const struct answer *is, const struct answer *should, uint64_t k)
{
	size_t n = should->n < k ? should->n : (size_t)k;

	if (is->n != n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (is->hits[i].doc != should->hits[i].doc ||
		    memcmp(&is->hits[i].score, &should->hits[i].score,
		           sizeof(is->hits[i].score)) != 0)
			return 0;
	return 1;
}

/* One query by one path against what the scalar, exhaustive one found: differences. */
static size_t check(const struct opened *o, const char *text, const struct answer *truth)
{
	static const uint64_t wanted[] = { 1, 10, 100, K_MAX };
	static struct answer got;
	size_t wrong;

	ask(o, text, K_MAX, SORTED, &got);
	wrong = !same(&got, truth, K_MAX) || got.total != truth->total;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		ask(o, text, wanted[i], PRUNED, &got);
		wrong += !same(&got, truth, wanted[i]);
		ask(o, text, wanted[i], PRUNED_COUNTED, &got);
		wrong += !same(&got, truth, wanted[i]) || got.total != truth->total;
	}
	ask(o, text, 0, PRUNED_COUNTED, &got);
	wrong += got.total != truth->total;
	if (wrong > 0)
		printf("%zu answers differ: %s\n", wrong, text);
	return wrong;
}

static struct opened open_index(const char *dir)
{
	struct opened o;
	ink_error err;

	bench_check(ink_index_open(dir, 0, &o.index, &err), &err);
	bench_check(ink_reader_open(o.index, &o.reader, &err), &err);
	return o;
}

static void close_index(struct opened o)
{
	ink_reader_close(o.reader);
	ink_index_close(o.index);
}

/* Readers choose their instructions when they are opened. */
static size_t check_all(const char *dir, size_t path, char *const *lines, size_t n,
                        struct answer *truths)
{
	size_t wrong = 0;
	struct opened o;

	ik_cpu_limit(paths[path].cpu);
	o = open_index(dir);
	for (size_t i = 0; i < n; i++) {
		if (path == 0)
			ask(&o, lines[i], K_MAX, SORTED, &truths[i]);
		wrong += check(&o, lines[i], &truths[i]);
	}
	close_index(o);
	printf("%-8s %zu queries, 10 answers each: %zu differ from the exhaustive scalar one\n",
	       paths[path].name, n, wrong);
	return wrong;
}

/* Lines without what stands behind a tab: how many. */
static size_t split(char *text, char ***lines)
{
	size_t n = 0, room = 1;
	char *p;

	for (const char *c = text; *c != '\0'; c++)
		room += *c == '\n';
	*lines = bench_alloc(room, sizeof(**lines));
	for (p = strtok(text, "\n"); p != NULL; p = strtok(NULL, "\n")) {
		p[strcspn(p, "\t")] = '\0';
		(*lines)[n++] = p;
	}
	return n;
}

int main(int argc, char **argv)
{
	struct answer *truths;
	size_t n, len, wrong = 0;
	char *text, **lines;

	if (argc != 3) {
		fputs(usage, stderr);
		return 2;
	}
	text = bench_read_file(argv[2], &len);
	n = split(text, &lines);
	truths = bench_alloc(n + 1, sizeof(*truths));
	for (size_t path = 0; path < sizeof(paths) / sizeof(*paths); path++)
		wrong += check_all(argv[1], path, lines, n, truths);
	free(truths);
	free(lines);
	free(text);
	return wrong > 0;
}
