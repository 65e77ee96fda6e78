/*
 * bench_open.c - what it costs to open an index and ask it once.
 *
 * Part of: bench. First come child processes in which nothing of the library
 * was ever used: each opens the index and runs one query (the files are in the
 * page cache from the second on; starting a program is not counted). Then the
 * index is opened many times in this process, with its heap counted.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
        "usage: bench_open [-r REPETITIONS] [-q QUERY] DIR\n"
        "  -r N  times to open [100]; a tenth of it, child processes\n"
        "  -q Q  first query [the]\n";

struct opened {
	ink_index *index;
	ink_reader *reader;
};

struct cold {
	double open_us, query_us;
};

static struct opened open_all(const char *dir)
{
	struct opened o;
	ink_error err;

	bench_check(ink_index_open(dir, INK_OPEN_READONLY, &o.index, &err), &err);
	bench_check(ink_reader_open(o.index, &o.reader, &err), &err);
	return o;
}

static void close_all(struct opened o)
{
	ink_reader_close(o.reader);
	ink_index_close(o.index);
}

static void ask(struct opened o, const char *text)
{
	ink_query *query;
	ink_search *search;
	ink_results *results;
	ink_error err;

	bench_check(ink_query_parse(o.index, text, strlen(text), 0, &query, &err), &err);
	bench_check(ink_search_new(o.reader, query, &search, &err), &err);
	bench_check(ink_search_run(search, &results, &err), &err);
	ink_results_free(results);
	ink_search_free(search);
	ink_query_free(query);
}

static void run_child(int fd, const char *dir, const char *text)
{
	uint64_t start = bench_now_ns(), opened;
	struct opened o = open_all(dir);
	struct cold cold;

	opened = bench_now_ns();
	ask(o, text);
	cold.query_us = (double)(bench_now_ns() - opened) / 1e3;
	cold.open_us = (double)(opened - start) / 1e3;
	if (write(fd, &cold, sizeof(cold)) != (ssize_t)sizeof(cold))
		_exit(2);
	_exit(0);
}

static struct cold measure_child(const char *dir, const char *text)
{
	struct cold cold = { 0, 0 };
	int fds[2], status;
	pid_t child;

	if (pipe(fds) != 0)
		bench_die("no pipe");
	child = fork();
	if (child < 0)
		bench_die("no child process");
	if (child == 0)
		run_child(fds[1], dir, text);
	close(fds[1]);
	if (read(fds[0], &cold, sizeof(cold)) != (ssize_t)sizeof(cold))
		bench_die("the child process failed");
	close(fds[0]);
	waitpid(child, &status, 0);
	return cold;
}

static void measure_cold(const char *dir, const char *text, size_t n)
{
	double *opens = bench_alloc(n, sizeof(*opens)), *asks = bench_alloc(n, sizeof(*asks));
	struct bench_summary s;

	for (size_t i = 0; i < n; i++) {
		struct cold cold = measure_child(dir, text);

		opens[i] = cold.open_us;
		asks[i] = cold.query_us;
	}
	s = bench_summarise(opens, n);
	bench_json_f64("process_open_best_us", s.best);
	bench_json_f64("process_open_median_us", s.median);
	s = bench_summarise(asks, n);
	bench_json_f64("process_query_best_us", s.best);
	bench_json_f64("process_query_median_us", s.median);
	free(opens);
	free(asks);
}

static void measure_warm(const char *dir, const char *text, size_t n)
{
	double *us = bench_alloc(n, sizeof(*us));
	struct bench_heap before, after;
	struct bench_summary s;
	struct opened o;
	uint64_t start;

	for (size_t i = 0; i < n; i++) {
		start = bench_now_ns();
		o = open_all(dir);
		us[i] = (double)(bench_now_ns() - start) / 1e3;
		close_all(o);
	}
	s = bench_summarise(us, n);
	bench_json_f64("open_best_us", s.best);
	bench_json_f64("open_median_us", s.median);
	before = bench_heap_read();
	o = open_all(dir);
	after = bench_heap_read();
	bench_json_u64("heap_open", after.now - before.now);
	ask(o, text);
	bench_json_u64("heap_after_query", bench_heap_read().now - before.now);
	close_all(o);
	bench_json_u64("heap_peak", bench_heap_read().peak);
	bench_json_u64("heap_left", bench_heap_read().now);
	free(us);
}

static void print_stats(const char *dir)
{
	ink_stats stats = { .struct_size = sizeof(stats) };
	struct opened o = open_all(dir);
	ink_error err;

	bench_check(ink_reader_stats(o.reader, &stats, &err), &err);
	bench_json_u64("docs", stats.docs);
	bench_json_u64("segments", stats.segments);
	bench_json_u64("index_bytes", bench_folder_bytes(dir));
	bench_json_u64("peak_rss", bench_peak_rss());
	close_all(o);
}

int main(int argc, char **argv)
{
	const char *text = "the";
	uint64_t reps = 100;
	int c;

	while ((c = getopt(argc, argv, "r:q:")) != -1) {
		switch (c) {
		case 'r': reps = bench_number(optarg, "-r"); break;
		case 'q': text = optarg; break;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (argc - optind != 1 || reps == 0) {
		fputs(usage, stderr);
		return 2;
	}
	/* The allocator is only a table of functions: the library stays unused. */
	bench_heap_install();
	bench_json_begin("open");
	fflush(stdout); /* or a child that fails would print it again */
	measure_cold(argv[optind], text, (size_t)(reps / 10 + 1));
	measure_warm(argv[optind], text, (size_t)reps);
	print_stats(argv[optind]);
	bench_json_end();
	return 0;
}
