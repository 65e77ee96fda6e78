/* phrase_words.c - in which order the words of a phrase are looked at. Layer: match. */
#include "match/phrase_words.h"

#include <stdlib.h>

#define FEW_WORDS 8 /* sooner moved one by one than by qsort() */

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_list(const void *a, const void *b)
{
	const struct ik_phrase_word *x = a, *y = b;
	int order = compare((uintptr_t)x->term->info.post, (uintptr_t)y->term->info.post);

	return order != 0 ? order : compare(x->at, y->at);
}

static int by_rarity(const void *a, const void *b)
{
	const struct ik_phrase_word *x = a, *y = b;
	int order = compare(x->term->info.df, y->term->info.df);

	if (order == 0)
		order = compare(x->first, y->first);
	return order != 0 ? order : compare(x->at, y->at);
}

static void sort(struct ik_phrase_word *words, size_t n,
                 int (*order)(const void *a, const void *b))
{
	if (n > FEW_WORDS) {
		qsort(words, n, sizeof *words, order);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct ik_phrase_word word = words[i];
		size_t k = i;

		for (; k > 0 && order(&words[k - 1], &word) > 0; k--)
			words[k] = words[k - 1];
		words[k] = word;
	}
}

void ik_phrase_sort(struct ik_phrase_word *words, size_t n)
{
	sort(words, n, by_list);
	for (size_t i = 0; i < n; i++) {
		const struct ik_phrase_word *last = &words[i > 0 ? i - 1 : 0];
		int again = i > 0 && last->term->info.post == words[i].term->info.post;

		words[i].first = again ? last->first : words[i].at;
	}
	sort(words, n, by_rarity);
}
