/* help.h - what is made of the tables of flags.h. Part of: the search program. */
#ifndef SEARCH_HELP_H
#define SEARCH_HELP_H

#include <stdio.h>

#include "flags.h"

/* The commands. */
void help_program(FILE *f);

/* One command: its options, or with `full` also what there is to say. */
void help_command(FILE *f, const struct command *cmd, int full);

/* The manual page search(1), in the man macros; and completion for bash. */
void generate_man(FILE *f);
void generate_bash(FILE *f);

#endif
