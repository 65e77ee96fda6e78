/*
 * peer.c - main() of the drivers in C and C++: documents, queries, the clock.
 *
 * Part of: bench/peers. README.md has the contract.
 */
#include "peer.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { WARM_UP_ROUNDS = 3, PATH_SIZE = 4096, INPUT_BUFFER = 1 << 20 };

static const char usage[] =
        "usage: DRIVER index DIR THREADS BUDGET_MB [ANALYSIS] < docs.tsv\n"
        "       DRIVER bench DIR queries.tsv ROUNDS [ANALYSIS]\n"
        "       DRIVER serve DIR [ANALYSIS]\n"
        "       DRIVER first DIR COMMAND QUERY [ANALYSIS]\n"
        "       DRIVER fetch DIR < keys\n";

struct set {
	char *data;
	struct peer_query *list;
	int64_t *hits;
	uint64_t *ns;
	size_t n;
};

void peer_die(const char *format, ...)
{
	va_list ap;

	fputs("driver: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

/* ---- measuring ---- */

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static long peak_rss_kb(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return used.ru_maxrss;
}

static uint64_t folder_bytes(const char *path)
{
	char name[PATH_SIZE];
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;
	uint64_t sum = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
	}
	if (dir != NULL)
		closedir(dir);
	return sum;
}

/* ---- documents ---- */

int peer_next_doc(struct peer_doc *out)
{
	static char *line;
	static size_t size;
	ssize_t len = getline(&line, &size, stdin);
	char *tab;

	if (len < 0)
		return 0;
	if (len > 0 && line[len - 1] == '\n')
		line[--len] = '\0';
	tab = memchr(line, '\t', (size_t)len);
	if (tab == NULL)
		peer_die("a line of the documents has no tab");
	*out = (struct peer_doc){ line, tab + 1, (size_t)(tab - line),
		                  (size_t)(line + len - tab - 1) };
	return 1;
}

static void run_index(const struct peer_job *job)
{
	uint64_t cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID), start = read_clock(CLOCK_MONOTONIC);
	double seconds, cpu_seconds;

	setvbuf(stdin, NULL, _IOFBF, INPUT_BUFFER);
	engine_index(job);
	seconds = (double)(read_clock(CLOCK_MONOTONIC) - start) / 1e9;
	cpu_seconds = (double)(read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e9;
	printf("{\"seconds\": %.3f, \"cpu_seconds\": %.3f, \"index_bytes\": %llu, "
	       "\"peak_rss_kb\": %ld}\n",
	       seconds, cpu_seconds, (unsigned long long)folder_bytes(job->dir), peak_rss_kb());
}

/* ---- queries ---- */

static struct peer_query make_query(const char *command, const char *text, size_t len)
{
	struct peer_query q = { command, text, len, 0, 1 };
	char *end;

	if (strncmp(command, "TOP_", 4) == 0) {
		q.limit = strtoull(command + 4, &end, 10);
		q.exact = strcmp(end, "_COUNT") == 0;
		if (q.limit > 0 && (q.exact || *end == '\0'))
			return q;
	} else if (strcmp(command, "COUNT") == 0) {
		return q;
	}
	peer_die("no such command: %s", command);
}

/* A clause ends at a blank, or with its phrase at the closing quote. */
size_t peer_parse(const struct peer_query *query, struct peer_clause out[PEER_WORDS])
{
	const char *p = query->text, *end = p + query->len;
	size_t n = 0;

	while (p < end && n < PEER_WORDS) {
		struct peer_clause c = { ' ', 0, NULL, 0 };

		if (*p == ' ') {
			p++;
			continue;
		}
		if (*p == '+' || *p == '-')
			c.occur = *p++;
		c.phrase = p < end && *p == '"';
		c.text = p += c.phrase;
		while (p < end && *p != (c.phrase ? '"' : ' '))
			p++;
		c.len = (size_t)(p - c.text);
		p += c.phrase;
		if (c.len > 0)
			out[n++] = c;
	}
	return n;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	size_t len = 0, size = 0;

	if (f == NULL)
		peer_die("cannot open %s", path);
	do {
		size = size * 2 + 65536;
		data = realloc(data, size);
		if (data == NULL)
			peer_die("out of memory");
		len += fread(data + len, 1, size - len - 1, f);
	} while (len == size - 1);
	data[len] = '\0';
	fclose(f);
	return data;
}

static void *must_have(void *p)
{
	if (p == NULL)
		peer_die("out of memory");
	return p;
}

static struct set read_queries(const char *path)
{
	struct set set = { read_file(path), NULL, NULL, NULL, 0 };
	size_t lines = 1;

	for (const char *p = set.data; *p != '\0'; p++)
		lines += *p == '\n';
	set.list = must_have(calloc(lines, sizeof(*set.list)));
	set.hits = must_have(calloc(lines, sizeof(*set.hits)));
	set.ns = must_have(calloc(lines, sizeof(*set.ns)));
	for (char *p = strtok(set.data, "\n"); p != NULL; p = strtok(NULL, "\n")) {
		char *tab = strchr(p, '\t');

		if (tab == NULL)
			peer_die("a line of the queries has no tab");
		*tab = '\0';
		set.list[set.n++] = make_query(p, tab + 1, strlen(tab + 1));
	}
	return set;
}

static void free_queries(struct set *set)
{
	free(set->data);
	free(set->list);
	free(set->hits);
	free(set->ns);
}

static void run_round(struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		uint64_t start = read_clock(CLOCK_MONOTONIC);

		set->hits[i] = engine_run(&set->list[i]);
		set->ns[i] = read_clock(CLOCK_MONOTONIC) - start;
	}
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void bench(const char *path, size_t rounds)
{
	struct set set = read_queries(path);
	uint64_t *all = must_have(calloc(set.n * rounds + 1, sizeof(*all)));

	for (size_t r = 0; r < WARM_UP_ROUNDS; r++)
		run_round(&set);
	for (size_t r = 0; r < rounds; r++) {
		run_round(&set);
		for (size_t i = 0; i < set.n; i++)
			all[i * rounds + r] = set.ns[i];
	}
	for (size_t i = 0; i < set.n; i++) {
		qsort(all + i * rounds, rounds, sizeof(*all), by_size);
		printf("%s\t%s\t%lld\t%.1f\t%.1f\n", set.list[i].command, set.list[i].text,
		       (long long)set.hits[i], (double)all[i * rounds] / 1e3,
		       (double)all[i * rounds + rounds / 2] / 1e3);
	}
	free(all);
	free_queries(&set);
}

/* One line in, one line out: "load FILE" and "round". */
static void serve(void)
{
	struct set set = { NULL, NULL, NULL, NULL, 0 };
	char *line = NULL;
	size_t size = 0;

	puts("ready");
	fflush(stdout);
	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "load ", 5) == 0) {
			free_queries(&set);
			set = read_queries(line + 5);
			printf("%zu", set.n);
		} else if (strcmp(line, "round") == 0) {
			run_round(&set);
			for (size_t i = 0; i < set.n; i++)
				printf("%lld %llu ", (long long)set.hits[i],
				       (unsigned long long)set.ns[i]);
		} else {
			peer_die("no such request: %s", line);
		}
		putchar('\n');
		fflush(stdout);
	}
	free(line);
	free_queries(&set);
}

static void first(const char *dir, const char *analysis, const struct peer_query *query)
{
	uint64_t start = read_clock(CLOCK_MONOTONIC), opened;

	engine_open(dir, analysis);
	opened = read_clock(CLOCK_MONOTONIC);
	engine_run(query);
	printf("{\"open_us\": %.1f, \"query_us\": %.1f, \"peak_rss_kb\": %ld}\n",
	       (double)(opened - start) / 1e3,
	       (double)(read_clock(CLOCK_MONOTONIC) - opened) / 1e3, peak_rss_kb());
}

/* Keys on standard input, a line each; the better of two rounds, each key by itself. */
static void fetch(void)
{
	uint64_t *ns = NULL, start;
	char *line = NULL, *keys = NULL;
	size_t size = 0, used = 0, n = 0, found = 0, i;
	double sum = 0;

	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		keys = must_have(realloc(keys, used + strlen(line) + 1));
		memcpy(keys + used, line, strlen(line) + 1);
		used += strlen(line) + 1;
		n++;
	}
	ns = must_have(calloc(n + 1, sizeof(*ns)));
	for (int round = 0; round < 2; round++) {
		const char *p = keys;

		for (i = found = 0; i < n; i++, p += strlen(p) + 1) {
			start = read_clock(CLOCK_MONOTONIC);
			found += (size_t)engine_fetch(p, strlen(p));
			start = read_clock(CLOCK_MONOTONIC) - start;
			if (round == 0 || start < ns[i])
				ns[i] = start;
		}
	}
	qsort(ns, n, sizeof(*ns), by_size);
	for (i = 0; i < n; i++)
		sum += (double)ns[i];
	printf("{\"keys\": %zu, \"found\": %zu, \"mean_us\": %.2f, \"p50_us\": %.2f, "
	       "\"p99_us\": %.2f}\n",
	       n, found, sum / 1e3 / (double)(n > 0 ? n : 1), (double)ns[n / 2] / 1e3,
	       (double)ns[n * 99 / 100] / 1e3);
	free(line);
	free(keys);
	free(ns);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "", *dir = argc > 2 ? argv[2] : "";

	if (strcmp(mode, "index") == 0 && argc >= 5) {
		struct peer_job job = { dir, (unsigned)strtoul(argv[3], NULL, 10),
			                strtoull(argv[4], NULL, 10) << 20,
			                argc > 5 ? argv[5] : "whitespace" };

		run_index(&job);
	} else if (strcmp(mode, "bench") == 0 && argc >= 5 && atoi(argv[4]) > 0) {
		engine_open(dir, argc > 5 ? argv[5] : "whitespace");
		bench(argv[3], (size_t)atoi(argv[4]));
	} else if (strcmp(mode, "serve") == 0) {
		engine_open(dir, argc > 3 ? argv[3] : "whitespace");
		serve();
	} else if (strcmp(mode, "first") == 0 && argc >= 5) {
		struct peer_query q = make_query(argv[3], argv[4], strlen(argv[4]));

		first(dir, argc > 5 ? argv[5] : "whitespace", &q);
	} else if (strcmp(mode, "fetch") == 0 && engine_fetch != NULL) {
		engine_open(dir, "stored");
		fetch();
	} else {
		fputs(usage, stderr);
		return 2;
	}
	return 0;
}
