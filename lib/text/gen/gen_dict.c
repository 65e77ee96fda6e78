/*
 * gen_dict.c - writes the segmenters' dictionaries and readings, dict_table.c, to standard output.
 *
 * Build time only. Source: the dictionaries of ICU's break iterators, and its
 * transliterators. The values of "cjdict" are costs, small for frequent words;
 * the others have none, so that words can share their ends. Licences: see NOTICE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uversion.h>

#include "text/dict.h"
#include "text/fold.h"
#include "text/gen/icu_dict.h"
#include "text/gen/icu_readings.h"

#define MAX_SLOTS (1u << 22)
#define MAX_WORDS 600000u

struct word {
	uint16_t ch[IK_DICT_WORD_MAX];
	uint16_t len;
	uint16_t cost;
};

static struct word *words;
static uint32_t n_words, n_skipped;
static uint16_t code_of[0x10000];
static uint32_t n_codes;
static uint32_t *base, *check;
static uint16_t *cost;
static uint8_t *base_used;
static uint32_t first_free = 2, top_slot = 1;

static int is_segmented(uint8_t cls)
{
	return cls == IK_CLASS_HAN || cls == IK_CLASS_HIRA || cls == IK_CLASS_KATA ||
	       cls == IK_CLASS_THAI;
}

/* Fold as the segmenters' input is folded; 0 when the word can never be met in a run. */
static int fold_word(const uint16_t *s, uint32_t len, struct word *out)
{
	uint32_t i, k;

	out->len = 0;
	for (i = 0; i < len; i++) {
		uint32_t e = ik_fold_entry(s[i]);
		uint32_t self = e & IK_FOLD_CP ? e & IK_FOLD_CP : s[i], n = 1;
		const uint32_t *p = &self;

		if (e & IK_FOLD_MULTI) {
			n = ik_fold_seq[e & IK_FOLD_CP];
			p = &ik_fold_seq[(e & IK_FOLD_CP) + 1];
		}
		for (k = 0; k < n; k++) {
			uint8_t cls = ik_fold_class(ik_fold_entry(p[k]));

			if (p[k] > 0xFFFF || out->len == IK_DICT_WORD_MAX || !is_segmented(cls))
				return 0;
			out->ch[out->len++] = (uint16_t)p[k];
		}
	}
	return out->len > 0;
}

static void add_word(const uint16_t *s, uint32_t len, int32_t value)
{
	if (n_words == MAX_WORDS || value < 0 || value >= (int32_t)IK_DICT_NONE)
		gen_die("a dictionary unlike any known");
	words[n_words].cost = (uint16_t)value;
	if (fold_word(s, len, &words[n_words]))
		n_words++;
	else
		n_skipped++;
}

/* ---- codes by frequency, so that the common children lie close together ---- */

static uint32_t counts[0x10000];

static int by_count(const void *a, const void *b)
{
	uint32_t x = counts[*(const uint16_t *)a], y = counts[*(const uint16_t *)b];

	if (x != y)
		return x < y ? 1 : -1;
	return *(const uint16_t *)a < *(const uint16_t *)b ? -1 : 1;
}

static void make_codes(void)
{
	static uint16_t order[0x10000];
	uint32_t i, k;

	for (i = 0; i < n_words; i++)
		for (k = 0; k < words[i].len; k++)
			counts[words[i].ch[k]]++;
	for (i = 0; i < 0x10000; i++)
		if (counts[i])
			order[n_codes++] = (uint16_t)i;
	qsort(order, n_codes, sizeof order[0], by_count);
	for (i = 0; i < n_codes; i++)
		code_of[order[i]] = (uint16_t)(i + 1);
	for (i = 0; i < n_words; i++)
		for (k = 0; k < words[i].len; k++)
			words[i].ch[k] = code_of[words[i].ch[k]];
}

static int by_codes(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	uint32_t i;

	for (i = 0; i < x->len && i < y->len; i++)
		if (x->ch[i] != y->ch[i])
			return x->ch[i] < y->ch[i] ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->cost < y->cost ? -1 : x->cost > y->cost;
}

/* ---- the double array ---- */

static uint32_t find_base(const uint16_t *codes, uint32_t n)
{
	uint32_t at, i;

	while (check[first_free])
		first_free++;
	for (at = first_free;; at++) {
		uint32_t b = at - codes[0];

		if (check[at] || at <= codes[0])
			continue;
		if (at + 0x10000 > MAX_SLOTS)
			gen_die("the array is too small");
		for (i = 1; i < n && !check[b + codes[i]]; i++)
			;
		if (i == n)
			return b;
	}
}

/* Put words[lo, hi), which agree in `depth` codes, below `node`. */
static void build(uint32_t node, uint32_t lo, uint32_t hi, uint32_t depth)
{
	uint16_t *codes;
	uint32_t n = 0, i, at, b;

	while (lo < hi && words[lo].len == depth) {
		if (cost[node] == IK_DICT_NONE)
			cost[node] = words[lo].cost;
		lo++;
	}
	if (lo == hi)
		return;
	codes = malloc((hi - lo) * sizeof *codes);
	if (!codes)
		gen_die("out of memory");
	codes[n++] = words[lo].ch[depth];
	for (i = lo + 1; i < hi; i++)
		if (codes[n - 1] != words[i].ch[depth])
			codes[n++] = words[i].ch[depth];
	b = find_base(codes, n);
	base[node] = b;
	for (i = 0; i < n; i++) {
		check[b + codes[i]] = node;
		top_slot = b + codes[i] > top_slot ? b + codes[i] : top_slot;
	}
	for (i = 0, at = lo; i < n; i++) {
		uint32_t to = at;

		while (to < hi && words[to].ch[depth] == codes[i])
			to++;
		build(b + codes[i], at, to, depth + 1);
		at = to;
	}
	free(codes);
}

static void print_codes(void)
{
	static uint16_t pages[0x10000 / IK_DICT_PAGE];
	uint32_t page, used = 1, i;

	printf("\nconst uint16_t ik_dict_page[0x10000 / IK_DICT_PAGE] = {");
	for (page = 0; page < 0x10000 / IK_DICT_PAGE; page++) {
		for (i = 0; i < IK_DICT_PAGE && !code_of[page * IK_DICT_PAGE + i]; i++)
			;
		pages[page] = (uint16_t)(i < IK_DICT_PAGE ? used++ : 0);
		printf("%s%u,", page % 16 == 0 ? "\n" : "", (unsigned)pages[page]);
	}
	printf("\n};\n\nconst uint16_t ik_dict_code[] = {\n");
	for (i = 0; i < IK_DICT_PAGE; i++)
		printf("0,");
	for (page = 0; page < 0x10000 / IK_DICT_PAGE; page++)
		for (i = 0; pages[page] && i < IK_DICT_PAGE; i++)
			printf("%s%u,", i % 16 == 0 ? "\n" : "",
			       (unsigned)code_of[page * IK_DICT_PAGE + i]);
	printf("\n};\n");
}

/* ---- scripts like Thai: a graph of edges, in which words share their ends ---- */

#define EDGE_HASH (1u << 20)

/* Edges out of one node, in `edge` from here on; found again by what they are. */
struct list {
	uint32_t base, at, n;
};

static struct list list_of[EDGE_HASH];
static uint32_t *edge, *slot, *pool;
static uint32_t n_pool, n_slots;

static void make_thai_codes(void)
{
	uint32_t i, k;

	for (i = 0; i < n_words; i++)
		for (k = 0; k < words[i].len; k++) {
			words[i].ch[k] = (uint16_t)ik_dict_thai_code(words[i].ch[k]);
			if (words[i].ch[k] == 0)
				gen_die("a character outside the scripts like Thai");
		}
}

/* A place in `slot` for the n edges in `e`; no two lists have the same base. */
static uint32_t place_edges(const uint32_t *e, uint32_t n)
{
	uint32_t b, i, tries = 0;

	for (b = first_free; b + IK_DICT_THAI_CODE < MAX_SLOTS; b++) {
		for (i = 0; i < n && !slot[b + (e[i] & IK_DICT_THAI_CODE)]; i++)
			;
		if (i == n && !base_used[b])
			break;
		if (++tries == 2000)
			first_free = b; /* what is left before is hardly of use */
	}
	if (b + IK_DICT_THAI_CODE >= MAX_SLOTS)
		gen_die("the array is too small");
	base_used[b] = 1;
	for (i = 0; i < n; i++)
		slot[b + (e[i] & IK_DICT_THAI_CODE)] = e[i];
	n_slots = b + IK_DICT_THAI_CODE > n_slots ? b + IK_DICT_THAI_CODE : n_slots;
	return b;
}

/* The base of the edges in `e`, which are in the pool already or are put there. */
static uint32_t share_edges(const uint32_t *e, uint32_t n)
{
	uint32_t hash = n, i;
	struct list *l;

	for (i = 0; i < n; i++)
		hash = (hash ^ e[i]) * 0x9E3779B1u, hash ^= hash >> 15;
	for (hash %= EDGE_HASH; (l = &list_of[hash])->base; hash = (hash + 1) % EDGE_HASH)
		if (l->n == n && memcmp(pool + l->at, e, n * sizeof *e) == 0)
			return l->base;
	l->n = n;
	l->at = n_pool;
	l->base = place_edges(e, n);
	memcpy(pool + n_pool, e, n * sizeof *e);
	n_pool += n;
	return l->base;
}

/* The base of what follows the first `depth` codes of words[lo, hi), which agree in them. */
static uint32_t build_edges(uint32_t lo, uint32_t hi, uint32_t depth, uint32_t *e)
{
	uint32_t n = 0;

	while (lo < hi) {
		uint32_t to = lo, code = words[lo].ch[depth], end = 0;

		for (; to < hi && words[to].ch[depth] == code; to++)
			if (words[to].len == depth + 1) {
				end = IK_DICT_THAI_END;
				lo = to + 1;
			}
		e[n] = code | end;
		if (lo < to)
			e[n] |= build_edges(lo, to, depth + 1, e + n + 1) << IK_DICT_THAI_SHIFT;
		n++;
		lo = to;
	}
	return share_edges(e, n);
}

static void print_thai(void)
{
	static const char *const names[] = {"thaidict", "laodict", "khmerdict", "burmesedict"};
	uint32_t i, root;

	for (n_words = i = 0; i < sizeof names / sizeof names[0]; i++)
		gen_icu_dict(names[i], add_word);
	make_thai_codes();
	qsort(words, n_words, sizeof *words, by_codes);
	edge = malloc(IK_DICT_WORD_MAX * IK_DICT_THAI_CODE * sizeof *edge);
	slot = calloc(MAX_SLOTS, sizeof *slot);
	pool = malloc(MAX_SLOTS * sizeof *pool);
	base_used = calloc(MAX_SLOTS, 1);
	if (!edge || !slot || !pool || !base_used)
		gen_die("out of memory");
	first_free = 1;
	root = build_edges(0, n_words, 0, edge);
	fprintf(stderr, "gen_dict: %u words like Thai, %u edges, %u slots\n", (unsigned)n_words,
	        (unsigned)n_pool, (unsigned)n_slots + 1);
	printf("\nconst uint32_t ik_dict_thai_root = %u;\n", (unsigned)root);
	printf("\nconst uint32_t ik_dict_thai_edge[] = {");
	for (i = 0; i <= n_slots; i++)
		printf("%s0x%x,", i % 12 == 0 ? "\n" : "", (unsigned)slot[i]);
	printf("\n};\n");
}

int main(void)
{
	uint32_t i, root = 1;

	words = calloc(MAX_WORDS, sizeof *words);
	base = calloc(MAX_SLOTS, sizeof *base);
	check = calloc(MAX_SLOTS, sizeof *check);
	cost = malloc(MAX_SLOTS * sizeof *cost);
	if (!words || !base || !check || !cost)
		gen_die("out of memory");
	memset(cost, 0xFF, MAX_SLOTS * sizeof *cost);
	gen_icu_dict("cjdict", add_word);
	make_codes();
	qsort(words, n_words, sizeof *words, by_codes);
	check[root] = root; /* taken; no child of itself, for codes start at 1 and bases at 1 */
	build(root, 0, n_words, 0);
	fprintf(stderr, "gen_dict: %u words, %u left out, %u codes, %u slots\n", (unsigned)n_words,
	        (unsigned)n_skipped, (unsigned)n_codes, (unsigned)top_slot + 1);
	printf("/* Made by lib/text/gen/gen_dict.c from data of ICU %s; do not edit. */\n"
	       "#include \"text/dict.h\"\n#include \"text/readings.h\"\n\n"
	       "const uint32_t ik_dict_root = %u;\n",
	       U_ICU_VERSION, (unsigned)root);
	print_codes();
	printf("\nconst uint64_t ik_dict_node[] = {");
	/* So many free slots behind the last that no look-up leaves the array. */
	for (i = 0; i <= top_slot + n_codes; i++)
		printf("%s0x%llx,", i % 8 == 0 ? "\n" : "",
		       (unsigned long long)base[i] << 40 | (unsigned long long)check[i] << 16 |
		               cost[i]);
	printf("\n};\n");
	print_thai();
	gen_readings();
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
