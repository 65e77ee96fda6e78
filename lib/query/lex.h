/*
 * lex.h - what the bytes of a query string mean by themselves.
 *
 * Layer: query. Shared by the parser and the printer, so that what is printed
 * is escaped exactly where it would be read as syntax.
 */
#ifndef IK_QUERY_LEX_H
#define IK_QUERY_LEX_H

#include <stddef.h>

/* Length of the blank at p: 1 for ASCII, 3 for U+3000, 0 for none. */
size_t ik_lex_blank(const char *p, const char *end);

/* How many letters and digits of ASCII, which never mean anything else, stand at p. */
size_t ik_lex_plain(const char *p, const char *end);

/* Does a bare word end here: at a blank, a parenthesis, a quote or the end? */
int ik_lex_word_end(const char *p, const char *end);

/* Is the ':' at `mark` text in spite of a name before it, as in "http://" and "std::string"? */
int ik_lex_text_colon(const char *mark, const char *end);

/* Does "://" stand here, behind which a '?' begins the query of a web address? */
int ik_lex_is_address(const char *p, const char *end);

/* Length of the field name that starts at p; 0 when there is none or it is too long. */
size_t ik_lex_name(const char *p, const char *end);

/* Length of digits with a point and an exponent: the text of a boost. */
size_t ik_lex_number(const char *p, const char *end);

/* Is all of it AND, OR or NOT? */
int ik_lex_is_operator(const char *p, size_t len);

#endif
