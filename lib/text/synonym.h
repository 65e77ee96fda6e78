/*
 * synonym.h - words that a query may find in place of those it has.
 *
 * Layer: text, part of a lexicon (lexicon.h). The text is of lines such as
 *
 *	laptop, notebook, portable computer     each finds the others
 *	notebook => exercise book               the left one finds the right one
 *
 * with a backslash before a comma, =, # or backslash that is meant. Rules are
 * applied to queries only, so a new file needs no document read again. They
 * are looked for among the words that the default analyzer makes of a query
 * (folded, stemmed, segmented in context), whatever the analyzer of a field.
 */
#ifndef IK_TEXT_SYNONYM_H
#define IK_TEXT_SYNONYM_H

#include "base/err.h"
#include "base/map.h"
#include "text/analyzer.h"
#include "text/trie.h"

#define IK_ALTERNATIVES_MAX 64u /* of one word */
#define IK_SYNONYM_GAP (IK_MAP_NONE - 1) /* what parts words of CJK: a sign or a blank */

struct ik_lexicon;

/* One side of a rule as it was written; `node` is where its words end in the trie. */
struct ik_synonym {
	uint32_t at, len; /* in `pool` */
	uint32_t node;
};

/* Neighbours in `words`: what a line offers. */
struct ik_synonym_group {
	uint32_t first, n;
};

/* A list for each node: groups that its words lead to. */
struct ik_synonym_link {
	uint32_t group;
	uint32_t next;  /* 1 + number of the next link; 0: the last */
};

/* A zeroed one is empty. */
struct ik_synonyms {
	struct ik_analyzer *analyzer; /* the default one; NULL: no rules */
	struct ik_map terms;
	struct ik_trie rules;         /* over numbers of terms and gaps; a value is 1 + number of a link */
	IK_VEC(struct ik_synonym) words;
	IK_VEC(struct ik_synonym_group) groups;
	IK_VEC(struct ik_synonym_link) links;
	char *pool;
	size_t pool_len;
};

/* From the lexicon's text, when its words are there. INK_ESYNTAX, INK_ELIMIT, INK_ENOMEM. */
int ik_synonyms_read(struct ik_lexicon *lexicon, ink_error *err);
void ik_synonyms_free(struct ik_synonyms *synonyms);

/* ---- asking ---- */

/* Words of a query text that have synonyms: bytes [start, end). */
struct ik_synonym_match {
	uint32_t start, end;
	uint32_t node;
};

struct ik_synonym_matches {
	IK_VEC(struct ik_synonym_match) list; /* ascending, none overlapping */
};

/*
 * The longest from the left. `lexicon` may be NULL; `analysis` is used for
 * the time of the call. INK_ELIMIT, INK_ENOMEM. Free the list also after an error.
 */
int ik_synonyms_find(const struct ik_lexicon *lexicon, struct ik_analysis *analysis,
                     const char *text, size_t len, struct ik_synonym_matches *out, ink_error *err);

/* What a match may be replaced by, as it was written, each once and never itself; how many. */
uint32_t ik_synonyms_list(const struct ik_lexicon *lexicon, const struct ik_synonym_match *match,
                          const char *text[IK_ALTERNATIVES_MAX], size_t len[IK_ALTERNATIVES_MAX]);

#endif
