/* generate.c - the manual page and the completion, from the tables. Part of: the search program. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "inkstone.h"

/* Text for troff: no line begins with a control character, dashes stay dashes. */
static void put_troff(FILE *f, const char *text)
{
	int at_line_start = 1;

	for (; *text != '\0'; text++) {
		if (at_line_start && (*text == '.' || *text == '\''))
			fputs("\\&", f);
		at_line_start = 0;
		if (*text == '\\')
			fputs("\\e", f);
		else if (*text == '-')
			fputs("\\-", f);
		else if (*text == '^')
			fputs("\\(ha", f);
		else if (*text == '~')
			fputs("\\(ti", f);
		else if (*text == '\'')
			fputs("\\(aq", f);
		else if (*text == '\n') {
			text += strspn(text, "\n") - 1;
			fputs("\n.PP\n", f);
			at_line_start = 1;
		} else
			fputc(*text, f);
	}
	fputc('\n', f);
}

static void man_flags(FILE *f, const struct flag *flag)
{
	for (; flag->name != NULL; flag++) {
		fputs(".TP\n", f);
		if (flag->letter != 0)
			fprintf(f, "\\fB\\-%c\\fR, ", flag->letter);
		fputs("\\fB\\-\\-", f);
		for (const char *p = flag->name; *p != '\0'; p++)
			fputs(*p == '-' ? "\\-" : (char[]){ *p, '\0' }, f);
		fputs("\\fR", f);
		if (flag->arg != NULL)
			fprintf(f, " \\fI%s\\fR", flag->arg);
		fputc('\n', f);
		put_troff(f, flag->help);
		if (flag->choices != NULL) {
			fputs(".br\nOne of: ", f);
			put_troff(f, flag->choices);
		}
		if (flag->def != NULL) {
			fputs(".br\nDefault: ", f);
			put_troff(f, flag->def);
		}
	}
}

void generate_man(FILE *f)
{
	const struct command *cmd;
	const char *const *section;

	fprintf(f, ".\\\" Made by search --generate man; do not edit.\n"
	           ".TH SEARCH 1 \"\" \"Inkstone %s\" \"User Commands\"\n"
	           ".SH NAME\nsearch \\- full\\-text search over an index in a folder\n"
	           ".SH SYNOPSIS\n", ink_version_string());
	for (cmd = commands; cmd->name != NULL; cmd++)
		fprintf(f, "%s.B search %s\n%s [\\fIOPTIONS\\fR]\n", cmd == commands ? "" : ".br\n",
		        cmd->name, cmd->operands);
	fputs(".SH DESCRIPTION\n", f);
	put_troff(f, "search keeps an index of documents in a folder and finds them by words, in "
	             "Chinese, Japanese, Korean and Thai too. Results go to standard output, "
	             "messages and progress to standard error.");
	fputs(".SH COMMANDS\n", f);
	for (cmd = commands; cmd->name != NULL; cmd++) {
		fprintf(f, ".SS search %s %s\n", cmd->name, cmd->operands);
		put_troff(f, cmd->summary);
		if (cmd->detail != NULL) {
			fputs(".PP\n", f);
			put_troff(f, cmd->detail);
		}
		man_flags(f, cmd->flags);
	}
	fputs(".SH OPTIONS OF ALL COMMANDS\n", f);
	man_flags(f, common_flags);
	for (section = manual_sections; *section != NULL; section += 2) {
		fprintf(f, ".SH %s\n", section[0]);
		put_troff(f, section[1]);
	}
}

static void bash_flags(FILE *f, const struct flag *flag)
{
	for (; flag->name != NULL; flag++) {
		fprintf(f, " --%s", flag->name);
		if (flag->letter != 0)
			fprintf(f, " -%c", flag->letter);
	}
}

static void bash_choices(FILE *f, const char *cmd, const struct flag *flag)
{
	for (; flag->name != NULL; flag++) {
		if (flag->choices == NULL)
			continue;
		fprintf(f, "\t%s:--%s", cmd, flag->name);
		if (flag->letter != 0)
			fprintf(f, " | %s:-%c", cmd, flag->letter);
		fprintf(f, ") words='%s' ;;\n", flag->choices);
	}
}

/* Options with a value that is no choice: nothing to offer. */
static void bash_values(FILE *f, const char *cmd, const struct flag *flag)
{
	for (; flag->name != NULL; flag++) {
		if (flag->arg == NULL || flag->choices != NULL)
			continue;
		fprintf(f, "\t%s:--%s", cmd, flag->name);
		if (flag->letter != 0)
			fprintf(f, " | %s:-%c", cmd, flag->letter);
		fputs(") return ;;\n", f);
	}
}

void generate_bash(FILE *f)
{
	const struct command *cmd;

	fputs("# Completion of search for bash. Made by search --generate bash; do not edit.\n"
	      "_search()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
	      "\tlocal cmd=${COMP_WORDS[1]}\n\n\tCOMPREPLY=()\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '", f);
	for (cmd = commands; cmd->name != NULL; cmd++)
		fprintf(f, "%s ", cmd->name);
	fputs("--help --version' -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $cmd:$before in\n", f);
	for (cmd = commands; cmd->name != NULL; cmd++) {
		bash_choices(f, cmd->name, cmd->flags);
		bash_values(f, cmd->name, cmd->flags);
	}
	bash_choices(f, "*", common_flags);
	fputs("\tesac\n\tif [ -n \"$words\" ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n\t\treturn\n\tfi\n"
	      "\tcase $word in\n\t-*) ;;\n\t*) return ;;\n\tesac\n\tcase $cmd in\n", f);
	for (cmd = commands; cmd->name != NULL; cmd++) {
		fprintf(f, "\t%s) words='", cmd->name);
		bash_flags(f, cmd->flags);
		bash_flags(f, common_flags);
		fputs("' ;;\n", f);
	}
	fputs("\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
	      "complete -o default -F _search search\n", f);
}
