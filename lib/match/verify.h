/* verify.h - candidates of a gram query, compared with the stored text. Layer: match. */
#ifndef IK_MATCH_VERIFY_H
#define IK_MATCH_VERIFY_H

#include "match/node.h"
#include "model/schema.h"
#include "text/analyzer.h"

/*
 * `candidates` finds, `proof` (may be NULL) proves some without a look at
 * the text; the rest is compared: the folded text of a stored field holds
 * `text`, which is folded.
 */
int ik_verify_open(struct ik_match *m, struct ik_node *candidates, struct ik_node *proof,
                   const struct ik_schema *schema, uint32_t field,
                   const struct ik_analyzer *analyzer, const char *text, size_t len,
                   struct ik_node **out);

/* Give back what the arena does not hold. */
void ik_verify_close(struct ik_node *node);

#endif
