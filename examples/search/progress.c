/* progress.c - a line on a terminal: how far a command has come. Part of: the search program. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "signals.h"

enum { REDRAW_MS = 200 };

static struct {
	int enabled;
	int drawn;
	uint64_t docs;
	uint64_t bytes;
	uint64_t total;
	int64_t started_ms;
	int64_t next_ms;
} state;

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void progress_start(uint64_t total_bytes, int quiet)
{
	state.enabled = !quiet && isatty(STDERR_FILENO);
	state.drawn = 0;
	state.docs = state.bytes = 0;
	state.total = total_bytes;
	state.started_ms = now_ms();
	state.next_ms = state.started_ms + REDRAW_MS;
}

uint64_t progress_bytes(void)
{
	return state.bytes;
}

double progress_seconds(void)
{
	return (double)(now_ms() - state.started_ms) / 1000.0;
}

static void draw(void)
{
	double seconds = progress_seconds(), mb = (double)state.bytes / 1e6;
	double left;

	fprintf(stderr, "\r%" PRIu64 " documents, %.1f MB, %.1f MB/s", state.docs, mb,
	        seconds > 0 ? mb / seconds : 0.0);
	if (state.total > 0 && state.bytes > 0 && state.bytes <= state.total) {
		left = seconds * (double)(state.total - state.bytes) / (double)state.bytes;
		fprintf(stderr, ", %.0f %%, %d:%02d left",
		        100.0 * (double)state.bytes / (double)state.total,
		        left < 3.6e7 ? (int)(left / 60) : 600000,
		        left < 3.6e7 ? (int)left % 60 : 0);
	}
	fputs("\033[K", stderr);
	fflush(stderr);
	state.drawn = 1;
}

/* Whether it is time to draw again. */
static int due(void)
{
	int64_t now;

	if (!state.enabled)
		return 0;
	now = now_ms();
	if (now < state.next_ms)
		return 0;
	state.next_ms = now + REDRAW_MS;
	return 1;
}

void progress_add_bytes(uint64_t n)
{
	state.bytes += n;
	if (due())
		draw();
}

void progress_add_docs(uint64_t n)
{
	state.docs += n;
	if (due())
		draw();
}

void progress_clear(void)
{
	if (!state.drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	state.drawn = 0;
}

void progress_stop(void)
{
	progress_clear();
	state.enabled = 0;
}

int progress_of_library(void *user, const ink_progress *progress)
{
	const char *unit = progress->phase == INK_PHASE_CHECK ? "bytes" : "documents";

	if (due()) {
		fprintf(stderr, "\r%s: %" PRIu64, (const char *)user, progress->done);
		if (progress->total > 0)
			fprintf(stderr, " of %" PRIu64 " %s, %.0f %%", progress->total, unit,
			        100.0 * (double)progress->done / (double)progress->total);
		else
			fprintf(stderr, " %s", unit);
		fputs("\033[K", stderr);
		fflush(stderr);
		state.drawn = 1;
	}
	return signals_stop();
}
