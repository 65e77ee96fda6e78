/*
 * dict.h - the word list of the Han and kana segmenter, as a double array trie.
 *
 * Layer: text. The arrays are const and made when Inkstone is built, by
 * gen/gen_dict.c from ICU's Chinese and Japanese dictionary, folded as text is.
 * Source: J. Aoe, "An efficient digital search algorithm by using a
 * double-array structure", IEEE TSE 15(9), 1989.
 */
#ifndef IK_TEXT_DICT_H
#define IK_TEXT_DICT_H

#include <stdint.h>

/* A node: 24 bits of base, 24 bits of check (the parent's slot), 16 bits of cost. */
#define IK_DICT_NONE 0xFFFFu /* no word ends here */
#define IK_DICT_PAGE 64u
#define IK_DICT_WORD_MAX 20u /* characters */

extern const uint64_t ik_dict_node[];
extern const uint32_t ik_dict_root;
extern const uint16_t ik_dict_page[0x10000 / IK_DICT_PAGE];
extern const uint16_t ik_dict_code[];

/* The code of a character, 0 when no word has it. */
static inline uint32_t ik_dict_code_of(uint32_t cp)
{
	if (cp > 0xFFFF)
		return 0;
	return ik_dict_code[ik_dict_page[cp / IK_DICT_PAGE] * IK_DICT_PAGE + cp % IK_DICT_PAGE];
}

/* The child of a node over a code that is not 0, or 0. The array reaches far enough for any. */
static inline uint32_t ik_dict_child(uint32_t node, uint32_t code)
{
	uint32_t next = (uint32_t)(ik_dict_node[node] >> 40) + code;

	return (ik_dict_node[next] >> 16 & 0xFFFFFF) == node ? next : 0;
}

static inline uint32_t ik_dict_cost(uint32_t node)
{
	return (uint32_t)(ik_dict_node[node] & 0xFFFF);
}

#endif
