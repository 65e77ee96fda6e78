/*
 * args.h - one command line, parsed after the tables of flags.h.
 *
 * Part of: the search program. Options and operands may be mixed; `--` ends the options. A value
 * is looked up by the option's name; what was not given has the default of the table.
 */
#ifndef SEARCH_ARGS_H
#define SEARCH_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "flags.h"

struct arg_value {
	const struct flag *flag;
	const char *text; /* NULL for a switch */
};

struct args {
	const struct command *cmd;
	struct arg_value *values; /* in the order given */
	size_t n_values;
	const char **operands;
	size_t n_operands;
	int help; /* 1 for -h, 2 for --help */
};

/* 0, or -1 after a message. Frees nothing of argv; args_free() in either case. */
int args_parse(struct args *args, const struct command *cmd, int argc, char **argv);
void args_free(struct args *args);

int args_has(const struct args *args, const char *name);

/* The last value given, or the default, or NULL. */
const char *args_text(const struct args *args, const char *name);

/* Every value given, in order: start with *at = 0; NULL at the end. */
const char *args_next(const struct args *args, const char *name, size_t *at);

/* Which of the choices of the option it is, from 0. */
int args_choice(const struct args *args, const char *name);

/* Numbers: 0, or -1 after a message. Sizes take K, M and G (powers of 1024). */
int args_u64(const struct args *args, const char *name, uint64_t lo, uint64_t hi, uint64_t *out);
int args_double(const struct args *args, const char *name, double *out);
int args_size(const struct args *args, const char *name, uint64_t *out);

/* --memory, which the library wants to be 8M or more. */
int args_memory(const struct args *args, uint64_t *out);

/* A whole decimal number, nothing around it: 0 or -1. */
int parse_u64(const char *s, uint64_t *out);
int parse_double(const char *s, double *out);

/* The operands from `first` on, joined by blanks; freed by the caller. */
char *args_join(const struct args *args, size_t first);

#endif
