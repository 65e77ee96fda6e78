/*
 * dict.h - the word lists of the segmenters, as double arrays.
 *
 * Layer: text. The arrays are const and made when Inkstone is built, by
 * gen/gen_dict.c from ICU's dictionaries, folded as text is: a trie with costs
 * for Han and kana, and a graph whose words share beginnings and ends for
 * Thai, Lao, Khmer and Burmese.
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

/* An edge: its code, whether a word ends behind it, and the base of the edges that follow. */
#define IK_DICT_THAI_CODE 0x3FFu
#define IK_DICT_THAI_END 0x400u
#define IK_DICT_THAI_SHIFT 11

extern const uint32_t ik_dict_thai_edge[];
extern const uint32_t ik_dict_thai_root; /* the base of first characters */

/* Thai and Lao, Burmese, Khmer one behind another; 0 for all others. */
static inline uint32_t ik_dict_thai_code(uint32_t cp)
{
	if (cp - 0x0E00 < 0x100)
		return cp - 0x0E00 + 1;
	if (cp - 0x1000 < 0xA0)
		return cp - 0x1000 + 0x101;
	return cp - 0x1780 < 0x80 ? cp - 0x1780 + 0x1A1 : 0;
}

/* The edge over a code from the edges at a base; 0 when there is none. */
static inline uint32_t ik_dict_thai_step(uint32_t from, uint32_t code)
{
	uint32_t to = ik_dict_thai_edge[from + code];

	return (to & IK_DICT_THAI_CODE) == code ? to : 0;
}

#endif
