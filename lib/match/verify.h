/* verify.h - candidates of a gram query, compared with the stored text. Layer: match. */
#ifndef IK_MATCH_VERIFY_H
#define IK_MATCH_VERIFY_H

#include "match/node.h"
#include "model/schema.h"
#include "text/analyzer.h"

struct ik_verify_spec {
	struct ik_node *candidates;
	const struct ik_schema *schema;
	uint32_t field;             /* stored */
	const struct ik_analyzer *analyzer;
	const char *typed, *folded; /* what its text has to hold */
	size_t typed_len, folded_len;
};

struct ik_needle;

/* Does a value of the field hold the text, in a stored document from p to end? 1, 0 or an error. */
int ik_verify_stored(struct ik_needle *needle, const struct ik_schema *schema, uint32_t field,
                     const uint8_t *p, const uint8_t *end, ink_error *err);

/* Borrows what the spec points to. */
int ik_verify_open(struct ik_match *m, const struct ik_verify_spec *spec, struct ik_node **out);

/* What finds the candidates: a match has to match it. NULL when the node is of another kind. */
struct ik_node *ik_verify_candidates(const struct ik_node *node);

/* Who asks about documents knows that these are candidates. */
void ik_verify_met(struct ik_node *node);

/* Give back what the arena does not hold. */
void ik_verify_close(struct ik_node *node);

#endif
