/*
 * bench.h - clock, memory, statistics and output shared by the benchmarks.
 *
 * Part of: bench, which sees the public API alone.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "inkstone.h"

/* ---- failing: a benchmark has nothing to save, it says why and exits with 2 ---- */

void bench_die(const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 1, 2), noreturn))
#endif
        ;

/* Exits when `code` is negative; else gives it back. */
int bench_check(int code, const ink_error *err);

void *bench_alloc(size_t n, size_t size);
uint64_t bench_number(const char *text, const char *what);

/* ---- measuring ---- */

uint64_t bench_now_ns(void);

/* Time on the processor, of all threads: steadier than the clock on a busy machine. */
uint64_t bench_cpu_ns(void);

/* The most memory the process ever held, in bytes. */
uint64_t bench_peak_rss(void);

struct bench_heap {
	uint64_t now, peak; /* bytes asked for, without malloc's own */
	uint64_t calls;     /* alloc and resize */
};

/* Count what the library allocates; before the first handle is made. */
void bench_heap_install(void);
struct bench_heap bench_heap_read(void);

/* ---- statistics; `v` is sorted in place ---- */

struct bench_summary {
	double best, median, mean, geomean, p99;
};

struct bench_summary bench_summarise(double *v, size_t n);

/* ---- files ---- */

/* A whole file with a NUL after it. */
char *bench_read_file(const char *path, size_t *len);

/* Sum of the sizes of the files in a folder. */
uint64_t bench_folder_bytes(const char *path);

/* Delete a folder of plain files; only ever one that the benchmark made. */
void bench_remove_folder(const char *path);

/* ---- output: one JSON object a line ---- */

void bench_json_begin(const char *bench);
void bench_json_text(const char *name, const char *value);
void bench_json_u64(const char *name, uint64_t value);
void bench_json_f64(const char *name, double value);
void bench_json_end(void);

#endif
