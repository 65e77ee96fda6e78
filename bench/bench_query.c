/*
 * bench_query.c - how long queries take, parsing included.
 *
 * Part of: bench. The queries run one after the other in one thread, round
 * after round, so that a query never finds its own data warmed by itself. A
 * first round is not counted. A line of the file is a query and, after a tab,
 * perhaps a command; COMMAND is TOP_10 (or another number), COUNT,
 * or TOP_10_COUNT.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
        "usage: bench_query [options] DIR QUERIES\n"
        "  -c COMMAND  for lines without one [TOP_10]   -r N  rounds [10]\n"
        "  -v          print each query                 -j    print JSON lines\n"
        "COMMAND: TOP_N, TOP_N_COUNT or COUNT. Times are in microseconds.\n";

enum class {
	TERM,
	UNION,
	INTERSECTION,
	PHRASE,
	MIXED,
	CLASSES
};

static const char *const class_names[CLASSES] = { "term", "union", "intersection", "phrase",
	                                          "mixed" };

struct query {
	const char *text, *command;
	size_t len;
	enum class class;
	uint64_t limit;
	int exact;
	uint64_t total, scored, postings;
	double *us; /* one a round; afterwards sorted */
	struct bench_summary summary;
};

struct options {
	const char *command, *dir, *file;
	uint64_t rounds;
	int each, json;
};

struct queries {
	char *data;
	struct query *list;
	size_t n;
};

static struct options read_options(int argc, char **argv)
{
	struct options o = { "TOP_10", NULL, NULL, 10, 0, 0 };
	int c;

	while ((c = getopt(argc, argv, "c:r:vj")) != -1) {
		switch (c) {
		case 'c': o.command = optarg; break;
		case 'r': o.rounds = bench_number(optarg, "-r"); break;
		case 'v': o.each = 1; break;
		case 'j': o.json = 1; break;
		default: fputs(usage, stderr); exit(2);
		}
	}
	if (argc - optind != 2 || o.rounds == 0) {
		fputs(usage, stderr);
		exit(2);
	}
	o.dir = argv[optind];
	o.file = argv[optind + 1];
	return o;
}

/* ---- reading queries ---- */

static enum class classify(const char *text)
{
	size_t words = 0, musts = 0, nots = 0;

	if (*text == '"' && strchr(text + 1, '"') == text + strlen(text) - 1)
		return PHRASE;
	if (strpbrk(text, "\"()") != NULL)
		return MIXED;
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == ' ' || (p > text && p[-1] != ' '))
			continue;
		words++;
		musts += *p == '+';
		nots += *p == '-';
	}
	if (nots > 0 || (musts > 0 && musts < words))
		return MIXED;
	return words < 2 ? TERM : musts > 0 ? INTERSECTION : UNION;
}

static void read_command(struct query *q)
{
	const char *p = q->command;
	char *end;

	q->exact = 1;
	if (strcmp(p, "COUNT") == 0)
		return;
	if (strncmp(p, "TOP_", 4) != 0)
		bench_die("no such command: %s", p);
	q->limit = strtoull(p + 4, &end, 10);
	q->exact = strcmp(end, "_COUNT") == 0;
	if (q->limit == 0 || (!q->exact && *end != '\0'))
		bench_die("no such command: %s", p);
}

static struct queries read_queries(const struct options *o)
{
	struct queries qs = { NULL, NULL, 0 };
	size_t len, lines = 1;
	char *p, *tab;

	qs.data = bench_read_file(o->file, &len);
	for (size_t i = 0; i < len; i++)
		lines += qs.data[i] == '\n';
	qs.list = bench_alloc(lines, sizeof(*qs.list));
	for (p = strtok(qs.data, "\n"); p != NULL; p = strtok(NULL, "\n")) {
		struct query *q = &qs.list[qs.n++];

		q->text = p;
		q->command = o->command;
		tab = strchr(p, '\t');
		if (tab != NULL) {
			*tab = '\0';
			q->command = tab + 1;
		}
		q->len = strlen(p);
		q->class = classify(p);
		read_command(q);
		q->us = bench_alloc(o->rounds, sizeof(*q->us));
	}
	return qs;
}

/* ---- running ---- */

static double run_query(ink_index *index, ink_reader *reader, struct query *q)
{
	uint64_t start = bench_now_ns();
	ink_query *query;
	ink_search *search;
	ink_results *results;
	ink_error err;

	bench_check(ink_query_parse(index, q->text, q->len, 0, &query, &err), &err);
	bench_check(ink_search_new(reader, query, &search, &err), &err);
	bench_check(ink_search_set_window(search, 0, q->limit, &err), &err);
	if (q->exact)
		bench_check(ink_search_set_total(search, INK_TOTAL_EXACT, &err), &err);
	bench_check(ink_search_run(search, &results, &err), &err);
	q->total = ink_results_total(results, NULL);
	ink_results_work(results, &q->scored, &q->postings);
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
	return (double)(bench_now_ns() - start) / 1e3;
}

static void run_rounds(ink_index *index, ink_reader *reader, struct queries *qs, uint64_t rounds)
{
	for (size_t i = 0; i < qs->n; i++)
		run_query(index, reader, &qs->list[i]);
	for (uint64_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < qs->n; i++)
			qs->list[i].us[r] = run_query(index, reader, &qs->list[i]);
	for (size_t i = 0; i < qs->n; i++)
		qs->list[i].summary = bench_summarise(qs->list[i].us, (size_t)rounds);
}

/* ---- printing ---- */

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static void print_query(const struct query *q, int json)
{
	if (!json) {
		printf("%-12s %-13s %10.1f %10.1f %10llu %6.2f%%  %s\n", q->command,
		       class_names[q->class], q->summary.best, q->summary.median,
		       (unsigned long long)q->total, 100 * share(q->scored, q->postings), q->text);
		return;
	}
	bench_json_begin("query");
	bench_json_text("query", q->text);
	bench_json_text("command", q->command);
	bench_json_text("class", class_names[q->class]);
	bench_json_u64("hits", q->total);
	bench_json_u64("exact", (uint64_t)q->exact);
	bench_json_f64("best_us", q->summary.best);
	bench_json_f64("median_us", q->summary.median);
	bench_json_u64("scored", q->scored);
	bench_json_u64("postings", q->postings);
	bench_json_end();
}

struct totals {
	struct bench_summary summary;
	size_t n;
	uint64_t scored, postings;
};

static struct totals sum_up(const struct queries *qs, const char *command, enum class class,
                            double *scratch)
{
	struct totals t = { { 0, 0, 0, 0, 0 }, 0, 0, 0 };

	for (size_t i = 0; i < qs->n; i++) {
		const struct query *q = &qs->list[i];

		if (strcmp(q->command, command) != 0 || (class != CLASSES && q->class != class))
			continue;
		scratch[t.n++] = q->summary.median;
		t.scored += q->scored;
		t.postings += q->postings;
	}
	t.summary = bench_summarise(scratch, t.n);
	return t;
}

static void print_totals(struct totals t, const char *command, const char *class, int json)
{
	if (!json) {
		printf("%-12s %-13s %6zu %9.1f %9.1f %9.1f %9.1f %9.2f%%\n", command, class, t.n,
		       t.summary.mean, t.summary.geomean, t.summary.median, t.summary.p99,
		       100 * share(t.scored, t.postings));
		return;
	}
	bench_json_begin("class");
	bench_json_text("command", command);
	bench_json_text("class", class);
	bench_json_u64("queries", t.n);
	bench_json_f64("mean_us", t.summary.mean);
	bench_json_f64("geomean_us", t.summary.geomean);
	bench_json_f64("p50_us", t.summary.median);
	bench_json_f64("p99_us", t.summary.p99);
	bench_json_f64("scored_share", share(t.scored, t.postings));
	bench_json_end();
}

/* A block of lines for each command, in the order in which they first occur. */
static void print_summary(const struct queries *qs, int json)
{
	double *scratch = bench_alloc(qs->n, sizeof(*scratch));
	struct totals t;

	if (!json)
		printf("%-12s %-13s %6s %9s %9s %9s %9s %10s\n", "command", "class", "n", "mean",
		       "geomean", "p50", "p99", "scored");
	for (size_t i = 0; i < qs->n; i++) {
		const char *command = qs->list[i].command;
		size_t first = 0;

		while (strcmp(qs->list[first].command, command) != 0)
			first++;
		if (first < i)
			continue;
		for (int class = 0; class <= CLASSES; class++) {
			t = sum_up(qs, command, (enum class)class, scratch);
			if (t.n > 0)
				print_totals(t, command,
				             class < CLASSES ? class_names[class] : "all", json);
		}
	}
	free(scratch);
}

static void free_queries(struct queries *qs)
{
	for (size_t i = 0; i < qs->n; i++)
		free(qs->list[i].us);
	free(qs->list);
	free(qs->data);
}

int main(int argc, char **argv)
{
	struct options o = read_options(argc, argv);
	struct queries qs = read_queries(&o);
	ink_index *index;
	ink_reader *reader;
	ink_error err;

	bench_check(ink_index_open(o.dir, INK_OPEN_READONLY, &index, &err), &err);
	bench_check(ink_reader_open(index, &reader, &err), &err);
	run_rounds(index, reader, &qs, o.rounds);
	if (o.each)
		for (size_t i = 0; i < qs.n; i++)
			print_query(&qs.list[i], o.json);
	print_summary(&qs, o.json);
	ink_reader_close(reader);
	ink_index_close(index);
	free_queries(&qs);
	return 0;
}
