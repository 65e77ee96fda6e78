/*
 * stem.h - the stemmers of Snowball with a cache of what they said.
 *
 * Layer: text. One object belongs to one thread at a time.
 */
#ifndef IK_TEXT_STEM_H
#define IK_TEXT_STEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct ik_stemmer;

/* The algorithm behind an ISO 639 code or a name, "en" or "english"; NULL when there is none. */
const char *ik_stem_find(const char *language, size_t len);

/* All algorithms' names, for messages. */
void ik_stem_list(struct ik_buf *out);

struct ik_stemmer *ik_stem_new(const char *algorithm);
void ik_stem_free(struct ik_stemmer *stemmer);
const char *ik_stem_name(const struct ik_stemmer *stemmer);
size_t ik_stem_bytes(const struct ik_stemmer *stemmer);

/*
 * A word and its stem, neither over IK_STEM_SHORT bytes, both with zeros up to their lengths: a
 * cache line has two.
 */
#define IK_STEM_SHORT 15

struct ik_stemmed {
	char word[IK_STEM_SHORT];
	uint8_t len;
	char stem[IK_STEM_SHORT];
	uint8_t stem_len;
};

/*
 * The stem of the word whose 16 bytes, its length the last, are two little-endian numbers. Good
 * until the next call; NULL when only ik_stem_run() can tell.
 */
const struct ik_stemmed *ik_stem_short(struct ik_stemmer *stemmer, uint64_t first, uint64_t second);

#define IK_STEM_READ 24 /* so many bytes are read at the front of a word, however short it is */

/* The stem of a word, good until the next call; NULL when memory is out. */
const char *ik_stem_run(struct ik_stemmer *stemmer, const char *word, size_t len, size_t *out);

#endif
