/*
 * gen_dict.c - writes the segmenter's dictionary, dict_table.c, to standard output.
 *
 * Build time only. Source: "cjdict" of ICU's break iterator data, opened by
 * ICU's public data interface; the UCharsTrie inside it is walked as its
 * format is described in unicode/ucharstrie.h. Values are costs: small for
 * frequent words. Licence of the data: ICU's (with libtabe and IPADIC), see NOTICE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/udata.h>
#include <unicode/uversion.h>

#include "text/dict.h"
#include "text/fold.h"

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

static void die(const char *what)
{
	fprintf(stderr, "gen_dict: %s\n", what);
	exit(1);
}

/* Fold as the segmenter's input is folded; 0 when the word can never be met in a run. */
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

			if (p[k] > 0xFFFF || out->len == IK_DICT_WORD_MAX ||
			    (cls != IK_CLASS_HAN && cls != IK_CLASS_HIRA && cls != IK_CLASS_KATA))
				return 0;
			out->ch[out->len++] = (uint16_t)p[k];
		}
	}
	return out->len > 0;
}

static void add_word(const uint16_t *s, uint32_t len, int32_t value)
{
	if (n_words == MAX_WORDS || value < 0 || value >= (int32_t)IK_DICT_NONE)
		die("a dictionary unlike any known");
	words[n_words].cost = (uint16_t)value;
	if (fold_word(s, len, &words[n_words]))
		n_words++;
	else
		n_skipped++;
}

/* ---- the UCharsTrie ---- */

static int32_t read_value(const uint16_t *p, int32_t lead)
{
	if (lead < 0x4000)
		return lead;
	return lead < 0x7FFF ? (lead - 0x4000) << 16 | p[0] : p[0] << 16 | p[1];
}

static const uint16_t *skip_value(const uint16_t *p, int32_t lead)
{
	return lead < 0x4000 ? p : lead < 0x7FFF ? p + 1 : p + 2;
}

static int32_t read_node_value(const uint16_t *p, int32_t lead)
{
	if (lead < 0x4040)
		return (lead >> 6) - 1;
	return lead < 0x7FC0 ? ((lead & 0x7FC0) - 0x4040) << 10 | p[0] : p[0] << 16 | p[1];
}

static const uint16_t *skip_node_value(const uint16_t *p, int32_t lead)
{
	return lead < 0x4040 ? p : lead < 0x7FC0 ? p + 1 : p + 2;
}

static const uint16_t *read_delta(const uint16_t *p, uint32_t *delta)
{
	*delta = *p++;
	if (*delta == 0xFFFF) {
		*delta = (uint32_t)p[0] << 16 | p[1];
		return p + 2;
	}
	if (*delta >= 0xFC00)
		*delta = (*delta - 0xFC00) << 16 | *p++;
	return p;
}

static void walk_node(const uint16_t *p, uint16_t *s, uint32_t len);

static void walk_branch(const uint16_t *p, uint32_t n, uint16_t *s, uint32_t len)
{
	uint32_t delta;

	while (n > 5) {
		p = read_delta(p + 1, &delta);
		walk_branch(p + delta, n >> 1, s, len);
		n -= n >> 1;
	}
	for (; n > 1; n--) {
		int32_t lead, value;

		s[len] = *p++;
		lead = *p++;
		value = read_value(p, lead & 0x7FFF);
		p = skip_value(p, lead & 0x7FFF);
		if (lead & 0x8000)
			add_word(s, len + 1, value);
		else
			walk_node(p + value, s, len + 1);
	}
	s[len] = *p++;
	walk_node(p, s, len + 1);
}

static void walk_node(const uint16_t *p, uint16_t *s, uint32_t len)
{
	int32_t lead = *p++;

	if (len > 100)
		die("a word too long");
	if (lead >= 0x40) {
		if (lead & 0x8000) {
			add_word(s, len, read_value(p, lead & 0x7FFF));
			return;
		}
		add_word(s, len, read_node_value(p, lead));
		p = skip_node_value(p, lead);
		lead &= 0x3F;
	}
	if (lead < 0x30) {
		walk_branch(lead == 0 ? p + 1 : p, (lead == 0 ? *p : (uint32_t)lead) + 1, s, len);
		return;
	}
	lead -= 0x2F;
	memcpy(s + len, p, (size_t)lead * 2);
	walk_node(p + lead, s, len + (uint32_t)lead);
}

static void read_icu(void)
{
	UErrorCode rc = U_ZERO_ERROR;
	char package[32];
	UDataMemory *data;
	const int32_t *index;
	uint16_t s[256];

	snprintf(package, sizeof package, "icudt%d%c-brkitr", U_ICU_VERSION_MAJOR_NUM,
	         U_IS_BIG_ENDIAN ? 'b' : 'l');
	data = udata_open(package, "dict", "cjdict", &rc);
	if (U_FAILURE(rc))
		die(u_errorName(rc));
	index = udata_getMemory(data);
	if ((index[4] & 7) != 1)
		die("the dictionary is no UCharsTrie");
	walk_node((const uint16_t *)(const void *)((const char *)index + index[0]), s, 0);
	udata_close(data);
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

		if (check[at] || at <= codes[0] || base_used[b])
			continue;
		if (at + 0x10000 > MAX_SLOTS)
			die("the array is too small");
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
		die("out of memory");
	for (i = lo; i < hi; i++)
		if (n == 0 || codes[n - 1] != words[i].ch[depth])
			codes[n++] = words[i].ch[depth];
	b = find_base(codes, n);
	base[node] = b;
	base_used[b] = 1;
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

int main(void)
{
	uint32_t i, root = 1;

	words = calloc(MAX_WORDS, sizeof *words);
	base = calloc(MAX_SLOTS, sizeof *base);
	check = calloc(MAX_SLOTS, sizeof *check);
	cost = malloc(MAX_SLOTS * sizeof *cost);
	base_used = calloc(MAX_SLOTS, 1);
	if (!words || !base || !check || !cost || !base_used)
		die("out of memory");
	memset(cost, 0xFF, MAX_SLOTS * sizeof *cost);
	read_icu();
	make_codes();
	qsort(words, n_words, sizeof *words, by_codes);
	check[root] = root; /* taken; no child of itself, for codes start at 1 and bases at 1 */
	build(root, 0, n_words, 0);
	fprintf(stderr, "gen_dict: %u words, %u left out, %u codes, %u slots\n", (unsigned)n_words,
	        (unsigned)n_skipped, (unsigned)n_codes, (unsigned)top_slot + 1);
	printf("/* Made by lib/text/gen/gen_dict.c from cjdict of ICU %s; do not edit. */\n"
	       "#include \"text/dict.h\"\n\nconst uint32_t ik_dict_root = %u;\n",
	       U_ICU_VERSION, (unsigned)root);
	print_codes();
	printf("\nconst uint64_t ik_dict_node[] = {");
	/* So many free slots behind the last that no look-up leaves the array. */
	for (i = 0; i <= top_slot + n_codes; i++)
		printf("%s0x%llx,", i % 8 == 0 ? "\n" : "",
		       (unsigned long long)base[i] << 40 | (unsigned long long)check[i] << 16 |
		               cost[i]);
	printf("\n};\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
