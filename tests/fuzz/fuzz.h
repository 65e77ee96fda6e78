/*
 * fuzz.h - what the harnesses share.
 *
 * A harness is a file fuzz_NAME.c with one function FUZZ(NAME) over bytes. By
 * itself it is a program for libFuzzer (fuzz.sh builds and runs it);
 * standalone.c takes all of them in and replays tests/fuzz/corpus. A wrong
 * answer ends in abort(), which both report.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "../fault/image.h"

#ifndef FUZZ
# define FUZZ(name)                                                      \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);     \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
#endif

/* Bytes in a block of exactly their length, for the address sanitizer; `guard` zeros behind it. */
static inline uint8_t *fuzz_copy(const uint8_t *data, size_t len, size_t guard)
{
	uint8_t *copy = calloc(1, len + guard + 1);

	image_need(copy != NULL, "no memory");
	if (len > 0)
		memcpy(copy, data, len);
	copy = realloc(copy, len + guard > 0 ? len + guard : 1);
	image_need(copy != NULL, "no memory");
	return copy;
}

/* A searcher over the small index, made once. */
static inline struct ik_searcher *fuzz_searcher(void)
{
	static struct ik_searcher *searcher;
	static struct image image;
	struct ik_snapshot *snap;
	ink_error err;

	if (searcher == NULL) {
		image_make(&image);
		image_ok(ik_snapshot_open(&image.base, &snap, &err), &err);
		image_ok(ik_searcher_open(snap, &searcher, &err), &err);
		ik_snapshot_unref(snap);
	}
	return searcher;
}

#endif
