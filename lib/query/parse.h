/*
 * parse.h - from a query string to a tree.
 *
 * Layer: query. Grammar: QUERY.md. Recursive descent with a depth limit;
 * every error carries the byte offset.
 */
#ifndef IK_QUERY_PARSE_H
#define IK_QUERY_PARSE_H

#include "model/schema.h"
#include "query/ast.h"

int ik_query_parse(const struct ik_schema *schema, const char *text, size_t len, uint32_t flags,
                   struct ik_query **out, ink_error *err);

#endif
