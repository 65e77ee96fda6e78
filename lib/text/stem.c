/*
 * stem.c - stemmers behind two caches.
 *
 * Layer: text. A few thousand words make up most of any text, and looking one
 * up costs a fraction of stemming it. Words of up to 15 bytes are kept with
 * their stems, longer ones with what their stems have of them and in place of
 * the rest. The algorithms are libstemmer's; English words go to english.c.
 */
#include "text/stem.h"

#include <libstemmer.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"
#include "text/english.h"

#define SHORT_BITS 15
#define LONG_BITS 13
#define WORD_MAX 23u /* IK_STEM_READ and one byte for the length */
#define TAIL_MAX 6u
#define CACHE_AFTER 200u /* words: a query never pays for a cache */

/*
 * The word as numbers, zeros behind it and its length in the last byte. Its
 * stem is the word's first `keep` bytes and a tail. Two slots a cache line.
 */
struct slot {
	uint64_t key[3];
	uint8_t keep;
	uint8_t n_tail;
	char tail[TAIL_MAX];
};

/* The one used last in front. */
struct line {
	struct slot slot[2];
};

struct short_line {
	struct ik_stemmed slot[2];
};

struct cache {
	struct short_line short_line[1 << SHORT_BITS];
	struct line line[1 << LONG_BITS];
};

struct ik_stemmer {
	const char *algorithm;
	struct sb_stemmer *snowball;
	char stem[WORD_MAX + 1 + 8];
	char english[IK_ENGLISH_MAX + 1];
	int is_english;
	uint32_t kept_finals; /* bit 0 for a: words that end so are their own stems */
	uint32_t asked;       /* words that Snowball was asked for while there is no cache */
	struct cache *cache;  /* once a text is long enough */
};

static const struct {
	const char *code;
	const char *algorithm;
} codes[] = {
	{"ar", "arabic"},     {"ca", "catalan"},    {"da", "danish"},    {"de", "german"},
	{"el", "greek"},      {"en", "english"},    {"es", "spanish"},   {"eu", "basque"},
	{"fi", "finnish"},    {"fr", "french"},     {"ga", "irish"},     {"hi", "hindi"},
	{"hu", "hungarian"},  {"hy", "armenian"},   {"id", "indonesian"}, {"it", "italian"},
	{"lt", "lithuanian"}, {"ne", "nepali"},     {"nl", "dutch"},     {"no", "norwegian"},
	{"pt", "portuguese"}, {"ro", "romanian"},   {"ru", "russian"},   {"sr", "serbian"},
	{"sv", "swedish"},    {"ta", "tamil"},      {"tr", "turkish"},   {"yi", "yiddish"},
};

const char *ik_stem_find(const char *language, size_t len)
{
	const char **list = sb_stemmer_list();
	size_t i;

	for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (len == 2 && memcmp(codes[i].code, language, 2) == 0) {
			language = codes[i].algorithm;
			len = strlen(language);
			break;
		}
	for (; *list != NULL; list++)
		if (strlen(*list) == len && memcmp(*list, language, len) == 0)
			return *list;
	return NULL;
}

void ik_stem_list(struct ik_buf *out)
{
	const char **list = sb_stemmer_list();

	for (; *list != NULL; list++) {
		size_t i;

		ik_buf_put_str(out, out->len > 0 ? " " : "");
		for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
			if (strcmp(codes[i].algorithm, *list) == 0)
				break;
		ik_buf_put_str(out, i < sizeof codes / sizeof codes[0] ? codes[i].code : *list);
	}
}

/*
 * Every suffix that the English stemmer changes, before or after its own
 * replacements, ends in one of c d e g i l m n r s t y; words of one or two
 * letters it leaves alone.
 */
static uint32_t english_kept(void)
{
	uint32_t changed = 0;
	const char *p;

	for (p = "cdegilmnrsty"; *p != 0; p++)
		changed |= (uint32_t)1 << (*p - 'a');
	return ~changed & 0x3FFFFFF;
}

struct ik_stemmer *ik_stem_new(const char *algorithm)
{
	struct ik_stemmer *stemmer = ik_zalloc(sizeof *stemmer);

	if (stemmer == NULL)
		return NULL;
	stemmer->algorithm = algorithm;
	stemmer->is_english = strcmp(algorithm, "english") == 0;
	stemmer->kept_finals = stemmer->is_english ? english_kept() : 0;
	stemmer->snowball = sb_stemmer_new(algorithm, NULL);
	if (stemmer->snowball == NULL) {
		ik_free(stemmer);
		return NULL;
	}
	return stemmer;
}

void ik_stem_free(struct ik_stemmer *stemmer)
{
	if (stemmer == NULL)
		return;
	sb_stemmer_delete(stemmer->snowball);
	ik_free(stemmer->cache);
	ik_free(stemmer);
}

const char *ik_stem_name(const struct ik_stemmer *stemmer)
{
	return stemmer->algorithm;
}

size_t ik_stem_bytes(const struct ik_stemmer *stemmer)
{
	return sizeof *stemmer + (stemmer->cache ? sizeof *stemmer->cache : 0);
}

/* What english.c takes; all else of an English text is libstemmer's. */
static int is_english_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((word[i] >= 'a' && word[i] <= 'z') || word[i] == '\''))
			return 0;
	return len <= IK_ENGLISH_MAX;
}

static const char *stem_slowly(struct ik_stemmer *stemmer, const char *word, size_t len,
                               size_t *out)
{
	const sb_symbol *stem;

	if (stemmer->is_english && is_english_word(word, len)) {
		*out = ik_english_stem(word, len, stemmer->english);
		return stemmer->english;
	}
	stem = sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)word, (int)len);
	if (stem == NULL)
		return NULL;
	*out = (size_t)sb_stemmer_length(stemmer->snowball);
	return (const char *)stem;
}

/* Eight bytes of a word from byte `at` on, zeros from its end on. */
static uint64_t load_part(const char *word, size_t len, size_t at)
{
	uint64_t v;

	if (at >= len)
		return 0;
	v = ik_load64(word + at);
	return len - at >= 8 ? v : v & (((uint64_t)1 << 8 * (len - at)) - 1);
}

static size_t common(const char *word, size_t len, const char *stem, size_t stem_len)
{
	size_t n = 0;

	while (n < len && n < stem_len && word[n] == stem[n])
		n++;
	return n;
}

static int may_remember(const char *word, size_t len, const char *stem, size_t stem_len)
{
	return stem_len - common(word, len, stem, stem_len) <= TAIL_MAX;
}

/* How the stem comes of the word. */
static void remember(struct slot *slot, const char *word, size_t len, const char *stem,
                     size_t stem_len)
{
	size_t keep = common(word, len, stem, stem_len);

	slot->keep = (uint8_t)keep;
	slot->n_tail = (uint8_t)(stem_len - keep);
	memcpy(slot->tail, stem + keep, stem_len - keep);
}

/* The stem by a slot; the word has IK_STEM_READ bytes. */
static const char *rebuild(struct ik_stemmer *stemmer, const struct slot *slot, const char *word,
                           size_t *out)
{
	*out = (size_t)slot->keep + slot->n_tail;
	if (slot->n_tail == 0)
		return word;
	memcpy(stemmer->stem, word, WORD_MAX + 1);
	memcpy(stemmer->stem + slot->keep, slot->tail, TAIL_MAX);
	return stemmer->stem;
}

static int is_kept(const struct ik_stemmer *stemmer, const char *word, size_t len)
{
	unsigned int final = (unsigned char)word[len - 1] - 'a';

	if (stemmer->kept_finals == 0)
		return 0;
	return len <= 2 || (final < 26 && stemmer->kept_finals >> final & 1);
}

/* Without memory for a cache it goes on without one, and tries again later. */
static int has_cache(struct ik_stemmer *stemmer)
{
	if (stemmer->cache != NULL)
		return 1;
	if (++stemmer->asked % CACHE_AFTER == 0)
		stemmer->cache = ik_zalloc(sizeof *stemmer->cache);
	return stemmer->cache != NULL;
}

static int is_key(const struct slot *slot, const uint64_t key[3])
{
	return slot->key[0] == key[0] && slot->key[1] == key[1] && slot->key[2] == key[2];
}

static const char *stem_long(struct ik_stemmer *stemmer, const char *word, size_t len,
                             size_t *out)
{
	uint64_t key[3] = {load_part(word, len, 0), load_part(word, len, 8),
	                   load_part(word, len, 16) | (uint64_t)len << 56};
	uint64_t h = (key[0] ^ key[1] * 0x9E3779B97F4A7C15u ^ key[2] * 0xC2B2AE3D27D4EB4Fu) *
	             0xD6E8FEB86659FD93u;
	struct slot *slot = stemmer->cache->line[h >> (64 - LONG_BITS)].slot;
	const char *stem;

	if (is_key(&slot[0], key))
		return rebuild(stemmer, &slot[0], word, out);
	if (is_key(&slot[1], key)) {
		struct slot found = slot[1];

		slot[1] = slot[0];
		slot[0] = found;
		return rebuild(stemmer, &slot[0], word, out);
	}
	stem = stem_slowly(stemmer, word, len, out);
	if (stem == NULL || !may_remember(word, len, stem, *out))
		return stem;
	slot[1] = slot[0];
	memcpy(slot[0].key, key, sizeof key);
	remember(&slot[0], word, len, stem, *out);
	return stem;
}

/* ---- short words ---- */

static int is_word(const struct ik_stemmed *slot, uint64_t first, uint64_t second)
{
	return ik_load64(slot->word) == first && ik_load64(slot->word + 8) == second;
}

/* Not found: stem the word and put it in front. */
static const struct ik_stemmed *learn(struct ik_stemmer *stemmer, struct ik_stemmed slot[2],
                                      uint64_t first, uint64_t second)
{
	struct ik_stemmed made = {{0}, 0, {0}, 0};
	const char *stem = made.word;
	size_t len;

	memcpy(&made, &(uint64_t[2]){IK_LE64(first), IK_LE64(second)}, 16);
	len = made.len;
	if (!is_kept(stemmer, made.word, len))
		stem = stem_slowly(stemmer, made.word, made.len, &len);
	if (stem == NULL || len > IK_STEM_SHORT)
		return NULL;
	memcpy(made.stem, stem, len);
	made.stem_len = (uint8_t)len;
	slot[1] = slot[0];
	slot[0] = made;
	return slot;
}

const struct ik_stemmed *ik_stem_short(struct ik_stemmer *stemmer, uint64_t first, uint64_t second)
{
	uint64_t h = (first ^ second * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
	struct ik_stemmed *slot, found;

	if (stemmer->cache == NULL)
		return NULL;
	slot = stemmer->cache->short_line[h >> (64 - SHORT_BITS)].slot;
	if (is_word(&slot[0], first, second))
		return slot;
	if (!is_word(&slot[1], first, second))
		return learn(stemmer, slot, first, second);
	found = slot[1];
	slot[1] = slot[0];
	slot[0] = found;
	return slot;
}

const char *ik_stem_run(struct ik_stemmer *stemmer, const char *word, size_t len, size_t *out)
{
	*out = len;
	if (len == 0 || is_kept(stemmer, word, len))
		return word;
	if (len > WORD_MAX || !has_cache(stemmer))
		return stem_slowly(stemmer, word, len, out);
	if (len <= IK_STEM_SHORT) {
		const struct ik_stemmed *found = ik_stem_short(stemmer, load_part(word, len, 0),
			load_part(word, len, 8) | (uint64_t)len << 56);

		if (found == NULL)
			return stem_slowly(stemmer, word, len, out);
		*out = found->stem_len;
		return found->stem;
	}
	return stem_long(stemmer, word, len, out);
}
