/* progress.c - a line on a terminal: how far a command has come. Part of: the search program. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "out.h"
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
	state.enabled = !quiet && isatty(STDERR_FILENO) && !out_is_dumb();
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

/* Cut to the terminal: of a line that goes on in the next row, only the last row is cleared. */
static void show(const char *line)
{
	struct winsize size;
	int width = 0;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	fprintf(stderr, "\r%.*s\033[K", width > 1 ? width - 1 : 79, line);
	fflush(stderr);
	state.drawn = 1;
}

static void draw(void)
{
	double seconds = progress_seconds(), mb = (double)state.bytes / 1e6, left;
	char line[256];
	int n;

	n = snprintf(line, sizeof line, "%" PRIu64 " documents, %.1f MB, %.1f MB/s", state.docs, mb,
	             seconds > 0 ? mb / seconds : 0.0);
	if (state.total > 0 && state.bytes > 0 && state.bytes <= state.total) {
		left = seconds * (double)(state.total - state.bytes) / (double)state.bytes;
		left = left < 3.6e7 ? left : 3.6e7;
		snprintf(line + n, sizeof line - (size_t)n, ", %.0f %%, %d:%02d left",
		         100.0 * (double)state.bytes / (double)state.total, (int)left / 60,
		         (int)left % 60);
	}
	show(line);
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

static void draw_of_library(const char *word, const ink_progress *progress)
{
	const char *unit = progress->phase == INK_PHASE_CHECK ? "bytes" : "documents";
	char line[256];

	if (progress->total > 0)
		snprintf(line, sizeof line, "%s: %" PRIu64 " of %" PRIu64 " %s, %.0f %%", word,
		         progress->done, progress->total, unit,
		         100.0 * (double)progress->done / (double)progress->total);
	else
		snprintf(line, sizeof line, "%s: %" PRIu64 " %s", word, progress->done, unit);
	show(line);
}

int progress_of_library(void *user, const ink_progress *progress)
{
	if (due())
		draw_of_library(user, progress);
	return signals_stop();
}
