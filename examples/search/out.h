/*
 * out.h - standard output: clean text, colour, and JSON, one object a line.
 *
 * Part of: the search program. Text of documents never reaches a terminal raw: control characters,
 * escape sequences, bidirectional overrides and bytes that are no UTF-8 become U+FFFD. A reader
 * that went away (EPIPE) is no error: what is left is dropped, and the program succeeds.
 */
#ifndef SEARCH_OUT_H
#define SEARCH_OUT_H

#include <jansson.h>
#include <stddef.h>

#include "xmem.h"

/* Put around the matches of a snippet: noncharacters that no text should hold. */
#define OUT_MARK_OPEN "\xef\xb7\x90"
#define OUT_MARK_CLOSE "\xef\xb7\x91"

enum { OUT_FORMAT_TEXT = 0, OUT_FORMAT_JSON = 1, OUT_FORMAT_IDS = 2 };
enum { OUT_COLOR_AUTO = 0, OUT_COLOR_ALWAYS = 1, OUT_COLOR_NEVER = 2 };
enum out_style { OUT_PLAIN, OUT_TITLE, OUT_PATH, OUT_DIM, OUT_HIT };

/* out_clean() and out_text(): keep line ends, which otherwise become blanks. */
enum { OUT_LINES = 1 };

void out_init(int color);

/* Whether TERM says that the terminal knows no escape sequences. */
int out_is_dumb(void);

/* Nobody reads on, or the disk is full: a command may as well stop. */
int out_failed(void);

/* Flush; the exit status of the program, given what the command wants it to be. */
int out_finish(int status);

void out_printf(const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 1, 2)))
#endif
	;
void out_style(enum out_style style);
void out_text(const char *text, size_t len, int flags);

/* A key for another program: as it is, unless a terminal would see it. */
void out_name(const char *name, size_t len);

/* A snippet: what stands between the marks is highlighted, when there is colour. */
void out_snippet(const char *text, size_t len);

/* Append a clean copy. */
void out_clean(struct bytes *to, const char *text, size_t len, int flags);

/* Write an object as one line; drops the reference. */
void out_json(json_t *object);

/* A JSON string, or {"bytes": BASE64} for what is no UTF-8. */
json_t *out_json_text(const char *text, size_t len);

/* A snippet as {"text", "marks": [[start, end], ...]}, in bytes of the text. */
json_t *out_json_snippet(const char *text, size_t len);

/* json_object_set_new() that cannot fail quietly. */
void out_json_set(json_t *object, const char *key, json_t *value);

#endif
