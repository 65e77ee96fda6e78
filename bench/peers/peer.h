/*
 * peer.h - what a driver in C or C++ shares: the contract of the peer benchmark.
 *
 * Part of: bench/peers. README.md has the contract. A driver defines the three
 * engine_ functions; peer.c has main(), reads documents and queries, and keeps
 * the time.
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	PEER_NOT_COUNTED = -1, /* the engine stopped early */
	PEER_UNSUPPORTED = -2, /* the engine has no such query */
	PEER_WORDS = 64        /* in a query */
};

struct peer_job {
	const char *dir;
	unsigned threads;
	uint64_t budget; /* bytes */
	const char *analysis; /* "whitespace", "zh", "ja" or "stored" */
};

struct peer_doc {
	const char *key, *text;
	size_t key_len, text_len;
};

struct peer_query {
	const char *command, *text;
	size_t len;
	uint64_t limit; /* hits wanted, 0 for COUNT */
	int exact;      /* all hits are counted */
};

/* One clause of a query: '+', '-' or ' ', and one word or the words of a phrase. */
struct peer_clause {
	char occur;
	int phrase;
	const char *text; /* without quotes */
	size_t len;
};

/* ---- the driver's ---- */

/* Reads all documents with peer_next_doc() and leaves one merged segment. */
void engine_index(const struct peer_job *job);
void engine_open(const char *dir, const char *analysis);
int64_t engine_run(const struct peer_query *query);
/* Reads the stored document of a key; 0 when there is none. NULL: not measured. */
extern int (*const engine_fetch)(const char *key, size_t len);

/* ---- for the driver ---- */

void peer_die(const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 1, 2), noreturn))
#endif
        ;

/* The next line of standard input; valid until the next call. 0 at the end. */
int peer_next_doc(struct peer_doc *out);

/* Take a query apart; how many clauses were put into `out`. */
size_t peer_parse(const struct peer_query *query, struct peer_clause out[PEER_WORDS]);

#ifdef __cplusplus
}
#endif
#endif
