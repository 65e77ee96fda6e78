/* clause.h - what clause.c and clause_range.c ask of each other. Layer: query. */
#ifndef IK_QUERY_CLAUSE_H
#define IK_QUERY_CLAUSE_H

#include "query/piece.h"

/* Read the boost behind a query and push both; takes the query over. */
int ik_parser_push_boosted(struct ik_parser *ps, struct ik_query *query, const char *at);

/* What lies between two bounds of a field. */
int ik_parser_push_range(struct ik_parser *ps, uint32_t id, const struct ik_bound *lo,
                         const struct ik_bound *hi, const char *at);

/* The values of a field that is neither text nor keyword for which a piece stands. */
int ik_parser_push_values(struct ik_parser *ps, uint32_t id, const struct ik_piece *piece);

/* [1 TO 2]  {1 TO 2}: read it from its bracket on. */
int ik_parser_range(struct ik_parser *ps, uint32_t id);

/* >x  >=x  <x  <=x */
int ik_parser_comparison(struct ik_parser *ps, uint32_t id);

#endif
