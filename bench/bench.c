/*
 * bench.c - clock, memory, statistics and output shared by the benchmarks.
 *
 * Part of: bench.
 */
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inkstone/ext/alloc.h"

enum { PATH_SIZE = 4096 };

/* ---- failing ---- */

void bench_die(const char *format, ...)
{
	va_list ap;

	fputs("bench: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

int bench_check(int code, const ink_error *err)
{
	if (code < 0)
		bench_die("%s: %s", ink_status_name(code), err->message);
	return code;
}

void *bench_alloc(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size);

	if (p == NULL)
		bench_die("out of memory");
	return p;
}

uint64_t bench_number(const char *text, const char *what)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *text == '-')
		bench_die("%s is not a number: %s", what, text);
	return value;
}

/* ---- measuring ---- */

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t bench_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t bench_cpu_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t bench_peak_rss(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_maxrss * 1024; /* Linux and the BSDs count in KiB */
}

/* A block is preceded by its size; 16 bytes keep the alignment of malloc. */
enum { HEAD = 16 };

static atomic_uint_least64_t heap_now, heap_peak, heap_calls;

static void heap_grow(uint64_t size)
{
	uint64_t now = atomic_fetch_add_explicit(&heap_now, size, memory_order_relaxed) + size;
	uint64_t peak = atomic_load_explicit(&heap_peak, memory_order_relaxed);

	while (now > peak && !atomic_compare_exchange_weak(&heap_peak, &peak, now))
		;
	atomic_fetch_add_explicit(&heap_calls, 1, memory_order_relaxed);
}

static void *put_size(void *block, size_t size)
{
	if (block == NULL)
		return NULL;
	memcpy(block, &size, sizeof(size));
	heap_grow(size);
	return (char *)block + HEAD;
}

/* Take a block out of the books and find its beginning. */
static void *take_size(void *ptr, size_t *size)
{
	void *block = (char *)ptr - HEAD;

	memcpy(size, block, sizeof(*size));
	atomic_fetch_sub_explicit(&heap_now, *size, memory_order_relaxed);
	return block;
}

static void *heap_alloc(void *user, size_t size)
{
	(void)user;
	return size > SIZE_MAX - HEAD ? NULL : put_size(malloc(size + HEAD), size);
}

static void *heap_resize(void *user, void *ptr, size_t size)
{
	size_t old;
	void *block, *moved;

	if (ptr == NULL)
		return heap_alloc(user, size);
	if (size > SIZE_MAX - HEAD)
		return NULL;
	block = take_size(ptr, &old);
	moved = realloc(block, size + HEAD);
	if (moved == NULL)
		atomic_fetch_add(&heap_now, old);
	return put_size(moved, size);
}

static void heap_release(void *user, void *ptr)
{
	size_t size;

	(void)user;
	if (ptr != NULL)
		free(take_size(ptr, &size));
}

void bench_heap_install(void)
{
	static const ink_allocator hooks = { heap_alloc, heap_resize, heap_release, NULL };
	ink_error err;

	bench_check(ink_set_allocator(&hooks, &err), &err);
}

struct bench_heap bench_heap_read(void)
{
	struct bench_heap heap;

	heap.now = atomic_load(&heap_now);
	heap.peak = atomic_load(&heap_peak);
	heap.calls = atomic_load(&heap_calls);
	return heap;
}

/* ---- statistics ---- */

static int compare_f64(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct bench_summary bench_summarise(double *v, size_t n)
{
	struct bench_summary s = { 0, 0, 0, 0, 0 };
	double sum = 0, logs = 0;

	if (n == 0)
		return s;
	qsort(v, n, sizeof(*v), compare_f64);
	for (size_t i = 0; i < n; i++) {
		sum += v[i];
		logs += log(v[i] > 1e-9 ? v[i] : 1e-9);
	}
	s.best = v[0];
	s.median = (v[(n - 1) / 2] + v[n / 2]) / 2;
	s.mean = sum / (double)n;
	s.geomean = exp(logs / (double)n);
	s.p99 = v[(n * 99 + 99) / 100 - 1];
	return s;
}

/* ---- files ---- */

char *bench_read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *text;

	if (f == NULL || fstat(fileno(f), &st) != 0)
		bench_die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		bench_die("%s: not a file", path);
	text = bench_alloc((size_t)st.st_size + 1, 1);
	*len = fread(text, 1, (size_t)st.st_size, f);
	if (ferror(f))
		bench_die("%s: %s", path, strerror(errno));
	fclose(f);
	return text;
}

/* Calls `fn` for each file of a folder; a folder that is not there has none. */
static void each_file(const char *path, void (*fn)(const char *file, void *user), void *user)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char file[PATH_SIZE];

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) >= PATH_SIZE)
			bench_die("%s: path too long", path);
		fn(file, user);
	}
	closedir(dir);
}

static void add_size(const char *file, void *user)
{
	struct stat st;

	if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
		*(uint64_t *)user += (uint64_t)st.st_size;
}

uint64_t bench_folder_bytes(const char *path)
{
	uint64_t sum = 0;

	each_file(path, add_size, &sum);
	return sum;
}

static void unlink_file(const char *file, void *user)
{
	(void)user;
	if (unlink(file) != 0)
		bench_die("%s: %s", file, strerror(errno));
}

void bench_remove_folder(const char *path)
{
	each_file(path, unlink_file, NULL);
	if (rmdir(path) != 0 && errno != ENOENT)
		bench_die("%s: %s", path, strerror(errno));
}

/* ---- output ---- */

static void put_quoted(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", (unsigned)(unsigned char)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void put_name(const char *name)
{
	fputs(", ", stdout);
	put_quoted(name);
	fputs(": ", stdout);
}

void bench_json_begin(const char *bench)
{
	fputs("{\"bench\": ", stdout);
	put_quoted(bench);
}

void bench_json_text(const char *name, const char *value)
{
	put_name(name);
	put_quoted(value);
}

void bench_json_u64(const char *name, uint64_t value)
{
	put_name(name);
	printf("%llu", (unsigned long long)value);
}

void bench_json_f64(const char *name, double value)
{
	put_name(name);
	printf("%.6g", value);
}

void bench_json_end(void)
{
	fputs("}\n", stdout);
	fflush(stdout);
}
