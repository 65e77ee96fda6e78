/*
 * automaton.h - which terms of a dictionary does a pattern match?
 *
 * Layer: query. A pattern is compiled once and asked about terms in byte
 * order; what it knows about prefixes lets the caller skip.
 */
#ifndef IK_QUERY_AUTOMATON_H
#define IK_QUERY_AUTOMATON_H

#include "base/arena.h"
#include "base/err.h"

struct ik_automaton;

/* In the arena. Patterns and terms are UTF-8; `?` and edit distances count code points. */
int ik_automaton_prefix(struct ik_arena *arena, const char *text, size_t len,
                        struct ik_automaton **out, ink_error *err);
int ik_automaton_wildcard(struct ik_arena *arena, const char *pattern, size_t len,
                          struct ik_automaton **out, ink_error *err);
int ik_automaton_fuzzy(struct ik_arena *arena, const char *text, size_t len, uint32_t distance,
                       struct ik_automaton **out, ink_error *err);

/* Every term that matches starts with these bytes; *len may be 0. */
const char *ik_automaton_common(const struct ik_automaton *a, size_t *len);

/*
 * Does the term match? When it does not, *dead is the length of a prefix of
 * it that no matching term starts with, or 0 when none is known: the caller
 * may skip all terms with that prefix. Not thread-safe: one automaton a search.
 */
int ik_automaton_match(struct ik_automaton *a, const char *term, size_t len, size_t *dead);

#endif
