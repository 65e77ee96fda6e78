/*
 * stem.c - Snowball stemmers behind two caches.
 *
 * Layer: text. A few thousand words make up most of any text, and looking one
 * up costs a tenth of stemming it. The short ones of them have a cache of
 * their own that a processor's second level holds. Source of the algorithms:
 * libstemmer.
 */
#include "text/stem.h"

#include <libstemmer.h>
#include <string.h>

#include "base/bits.h"
#include "base/mem.h"

#define LINE_BITS 15
#define SHORT_BITS 12
#define SHORT_MAX 8u
#define SHORT_WAYS 4u
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

struct line {
	struct slot slot[2]; /* the one used last in front */
};

/* Words and stems of up to eight bytes, zeros behind them. A cache line. */
struct short_line {
	uint64_t word[SHORT_WAYS];
	uint64_t stem[SHORT_WAYS];
};

struct cache {
	struct line line[1 << LINE_BITS];
	struct short_line short_line[1 << SHORT_BITS];
};

struct ik_stemmer {
	const char *algorithm;
	struct sb_stemmer *snowball;
	char stem[WORD_MAX + 1 + 8];
	uint32_t kept_finals; /* bit 0 for a: words that end so are their own stems */
	uint32_t asked;       /* words that Snowball was asked for while there is no cache */
	uint32_t turn;        /* which of a short line's words goes next */
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
	stemmer->kept_finals = strcmp(algorithm, "english") == 0 ? english_kept() : 0;
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

static const char *stem_slowly(struct ik_stemmer *stemmer, const char *word, size_t len,
                               size_t *out)
{
	const sb_symbol *stem = sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)word,
	                                        (int)len);

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
	struct slot *slot = stemmer->cache->line[h >> (64 - LINE_BITS)].slot;
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

static const char *put_short(struct ik_stemmer *stemmer, uint64_t stem, size_t *out)
{
	ik_store64(stemmer->stem, stem);
	*out = (ik_width64(stem) + 7) / 8;
	return stemmer->stem;
}

/* Short words are looked up without a branch that a processor cannot foresee. */
static const char *stem_short(struct ik_stemmer *stemmer, const char *word, size_t len,
                              size_t *out)
{
	uint64_t key = load_part(word, len, 0);
	struct short_line *line =
		&stemmer->cache->short_line[key * 0xD6E8FEB86659FD93u >> (64 - SHORT_BITS)];
	unsigned int found = (line->word[0] == key) | (line->word[1] == key) << 1 |
	                     (line->word[2] == key) << 2 | (line->word[3] == key) << 3;
	const char *stem;
	uint32_t i;

	if (found != 0)
		return put_short(stemmer, line->stem[ik_ctz64(found)], out);
	stem = word;
	if (!is_kept(stemmer, word, len))
		stem = stem_long(stemmer, word, len, out);
	if (stem == NULL || *out > SHORT_MAX || *out == 0)
		return stem;
	i = stemmer->turn++ % SHORT_WAYS;
	line->word[i] = key;
	line->stem[i] = 0;
	memcpy(&line->stem[i], stem, *out);
	line->stem[i] = IK_LE64(line->stem[i]);
	return put_short(stemmer, line->stem[i], out);
}

const char *ik_stem_run(struct ik_stemmer *stemmer, const char *word, size_t len, size_t *out)
{
	*out = len;
	if (len - 1 < SHORT_MAX && stemmer->cache != NULL && word[len - 1] != 0)
		return stem_short(stemmer, word, len, out);
	if (len == 0 || is_kept(stemmer, word, len))
		return word;
	if (len > WORD_MAX || !has_cache(stemmer))
		return stem_slowly(stemmer, word, len, out);
	return stem_long(stemmer, word, len, out);
}
