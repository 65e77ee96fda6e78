/*
 * flags.h - the commands and their options as data.
 *
 * Part of: the search program. The parser, -h, --help, the manual page and the completion are all
 * made of these tables; nothing about an option is written anywhere else.
 */
#ifndef SEARCH_FLAGS_H
#define SEARCH_FLAGS_H

#include <stddef.h>

struct args;

struct flag {
	const char *name;    /* without the dashes; NULL ends a table */
	char letter;         /* the short form, or 0 */
	const char *arg;     /* what it takes, such as "N"; NULL for a switch */
	const char *def;     /* the value when it is not given; NULL for none */
	const char *choices; /* the only values, separated by blanks; NULL for any */
	const char *help;    /* one line, no full stop */
};

struct command {
	const char *name; /* NULL ends the table */
	const char *operands;
	int min_operands;
	int max_operands; /* -1: any number */
	const char *summary;
	const char *detail; /* paragraphs separated by an empty line */
	const struct flag *flags;
	int (*run)(const struct args *args);
};

/* Taken by every command. */
extern const struct flag common_flags[];
extern const struct command commands[];

/* Sections of the manual page that belong to no command: titles and texts by turns, then NULL. */
extern const char *const manual_sections[];

const struct command *command_find(const char *name);

/* An option of a command or of all; NULL when unknown. */
const struct flag *flag_find(const struct command *cmd, const char *name, size_t len);
const struct flag *flag_find_letter(const struct command *cmd, char letter);

#endif
