/* help.c - help on a terminal. Part of: the search program. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "inkstone.h"

enum { WIDTH = 79 };

/* A paragraph at a time, wrapped. */
static void put_wrapped(FILE *f, const char *text)
{
	size_t column = 0, n, gap;

	while (*text != '\0') {
		if (*text == '\n') {
			n = strspn(text, "\n");
			fputs(n > 1 ? "\n\n" : "\n", f);
			text += n;
			column = 0;
			continue;
		}
		gap = strspn(text, " ");
		n = strcspn(text + gap, " \n");
		if (column > 0 && column + gap + n > WIDTH) {
			fputc('\n', f);
			column = 0;
		} else if (column > 0) {
			fprintf(f, "%*s", (int)gap, "");
			column += gap;
		}
		fwrite(text + gap, 1, n, f);
		column += n;
		text += gap + n;
	}
	fputc('\n', f);
}

static int label_width(const struct flag *flag)
{
	return (int)(strlen(flag->name) + (flag->arg != NULL ? strlen(flag->arg) + 1 : 0));
}

static void put_flags(FILE *f, const struct flag *flag)
{
	int pad;

	for (; flag->name != NULL; flag++) {
		if (flag->letter != 0)
			fprintf(f, "  -%c, ", flag->letter);
		else
			fputs("      ", f);
		fprintf(f, "--%s%s%s", flag->name, flag->arg != NULL ? " " : "",
		        flag->arg != NULL ? flag->arg : "");
		pad = 22 - label_width(flag);
		if (pad < 2) {
			fputc('\n', f);
			pad = 30;
		}
		fprintf(f, "%*s%s", pad, "", flag->help);
		if (flag->def != NULL)
			fprintf(f, " [%s]", flag->def);
		if (flag->choices != NULL)
			fprintf(f, "\n%30s%s", "", flag->choices);
		fputc('\n', f);
	}
}

void help_command(FILE *f, const struct command *cmd, int full)
{
	fprintf(f, "search %s %s [OPTIONS] - %s\n\n", cmd->name, cmd->operands, cmd->summary);
	if (full && cmd->detail != NULL) {
		put_wrapped(f, cmd->detail);
		fputc('\n', f);
	}
	put_flags(f, cmd->flags);
	put_flags(f, common_flags);
	if (full)
		fputs("\nExit status: 0 done or found, 1 nothing found, 2 error, 130 interrupted.\n"
		      "The manual page search(1) has the rest.\n",
		      f);
}

void help_program(FILE *f)
{
	const struct command *cmd;

	fprintf(f, "search %s - full-text search over an index in a folder\n\n",
	        ink_version_string());
	for (cmd = commands; cmd->name != NULL; cmd++)
		fprintf(f, "  search %-8s %-20s %s\n", cmd->name, cmd->operands, cmd->summary);
	fputs("\nsearch COMMAND -h lists its options, search COMMAND --help explains them.\n"
	      "search --version prints the version.\n",
	      f);
}
