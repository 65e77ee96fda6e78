/*
 * main.c - the search program: which command, and how it ends.
 *
 * The program shows what the library does, over its public header alone. A command is a row of the
 * table in flags.c and a file cmd_*.c.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "help.h"
#include "inkstone.h"
#include "msg.h"
#include "out.h"
#include "signals.h"

/*
 * The first file that is opened gets the place of a standard descriptor that is closed: messages
 * would go into the lock of an index, and input come from the pipe of signals.c. Opened the other
 * way round, so that to read or to write still fails.
 */
static int open_standard(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -1;
	return 0;
}

static int generate(const char *what)
{
	if (what != NULL && strcmp(what, "man") == 0)
		generate_man(stdout);
	else if (what != NULL && strcmp(what, "bash") == 0)
		generate_bash(stdout);
	else {
		msg_error("--generate takes man or bash");
		return STATUS_ERROR;
	}
	return STATUS_OK;
}

static int run_command(const struct command *cmd, int argc, char **argv)
{
	struct args args;
	int status = STATUS_ERROR;

	if (args_parse(&args, cmd, argc, argv) == 0) {
		out_init(args_choice(&args, "color"));
		if (args.help > 0) {
			help_command(stdout, cmd, args.help > 1);
			status = STATUS_OK;
		} else {
			status = cmd->run(&args);
		}
	}
	args_free(&args);
	return status;
}

static int no_command(const char *word)
{
	msg_error("there is no command \"%s\"; try: search --help", word);
	return STATUS_ERROR;
}

/* What is not a command: search --help, search --version, search help COMMAND. */
static int run_other(const char *word, int argc, char **argv)
{
	const struct command *cmd;

	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		printf("search %s\n", ink_version_string());
		return STATUS_OK;
	}
	if (strcmp(word, "--generate") == 0)
		return generate(argc > 0 ? argv[0] : NULL);
	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "help") == 0) {
		cmd = argc > 0 ? command_find(argv[0]) : NULL;
		if (cmd != NULL)
			help_command(stdout, cmd, 1);
		else if (argc > 0 && strcmp(word, "help") == 0)
			return no_command(argv[0]);
		else
			help_program(stdout);
		return STATUS_OK;
	}
	return no_command(word);
}

int main(int argc, char **argv)
{
	const struct command *cmd;
	int status;

	if (open_standard() < 0)
		return STATUS_ERROR;
	signals_init();
	if (argc < 2) {
		help_program(stderr);
		return STATUS_ERROR;
	}
	cmd = command_find(argv[1]);
	if (cmd != NULL)
		status = run_command(cmd, argc - 2, argv + 2);
	else
		status = run_other(argv[1], argc - 2, argv + 2);
	return out_finish(status);
}
