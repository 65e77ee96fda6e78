/* args.c - parsing a command line after the tables. Part of: the search program. */
#include "args.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "xmem.h"

/* Of ink_writer_set_memory(); looked at before an index is created for nothing. */
enum { MEMORY_MIN = 8 << 20 };

static int is_choice(const char *choices, const char *text)
{
	size_t len = strlen(text);
	const char *p = choices;
	int i = 0;

	for (; *p != '\0'; i++) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, text, n) == 0)
			return i;
		p += n + (p[n] == ' ');
	}
	return -1;
}

static int store(struct args *args, const struct flag *flag, const char *text)
{
	if (strcmp(flag->name, "help") == 0 && args->help < 2)
		args->help = 2;
	if (flag->choices != NULL && text != NULL && is_choice(flag->choices, text) < 0) {
		msg_error("--%s takes one of %s, not \"%s\"", flag->name, flag->choices, text);
		return -1;
	}
	args->values[args->n_values].flag = flag;
	args->values[args->n_values].text = text;
	args->n_values++;
	return 0;
}

static int unknown(const struct args *args, const char *dashes, const char *name, size_t len)
{
	msg_error("%s has no option %s%.*s; try: search %s --help; what is no option but begins "
	          "with - goes behind --", args->cmd->name, dashes, len > 60 ? 60 : (int)len,
	          name, args->cmd->name);
	return -1;
}

/* --name, --name=value or --name value: how many further words were taken, or -1. */
static int parse_long(struct args *args, const char *word, const char *next)
{
	const char *name = word + 2, *eq = strchr(name, '=');
	size_t len = eq != NULL ? (size_t)(eq - name) : strlen(name);
	const struct flag *flag = flag_find(args->cmd, name, len);

	if (flag == NULL)
		return unknown(args, "--", name, len);
	if (flag->arg == NULL) {
		if (eq == NULL)
			return store(args, flag, NULL);
		msg_error("--%s takes no value", flag->name);
		return -1;
	}
	if (eq != NULL)
		return store(args, flag, eq + 1);
	if (next == NULL) {
		msg_error("--%s needs a value: --%s %s", flag->name, flag->name, flag->arg);
		return -1;
	}
	return store(args, flag, next) < 0 ? -1 : 1;
}

/* -x, -xy, -nVALUE or -n VALUE: how many further words were taken, or -1. */
static int parse_short(struct args *args, const char *word, const char *next)
{
	const char *p;

	for (p = word + 1; *p != '\0'; p++) {
		const struct flag *flag = flag_find_letter(args->cmd, *p);

		if (flag == NULL)
			return unknown(args, "-", p, 1);
		if (*p == 'h')
			args->help = args->help > 0 ? args->help : 1;
		else if (flag->arg == NULL)
			store(args, flag, NULL);
		else if (p[1] != '\0')
			return store(args, flag, p + 1);
		else if (next != NULL)
			return store(args, flag, next) < 0 ? -1 : 1;
		else {
			msg_error("-%c needs a value: -%c %s", *p, *p, flag->arg);
			return -1;
		}
	}
	return 0;
}

static int check_operands(const struct args *args)
{
	const struct command *cmd = args->cmd;

	if (args->help > 0)
		return 0;
	if (args->n_operands < (size_t)cmd->min_operands)
		msg_error("something is missing: search %s %s", cmd->name, cmd->operands);
	else if (cmd->max_operands >= 0 && args->n_operands > (size_t)cmd->max_operands)
		msg_error("\"%s\" is too much: search %s %s",
		          args->operands[cmd->max_operands], cmd->name, cmd->operands);
	else
		return 0;
	return -1;
}

int args_parse(struct args *args, const struct command *cmd, int argc, char **argv)
{
	int i, took, only_operands = 0;
	size_t room = (size_t)argc + 1;

	for (i = 0; i < argc; i++)
		room += strlen(argv[i]); /* -abc is three switches */
	memset(args, 0, sizeof *args);
	args->cmd = cmd;
	args->values = xmalloc(room * sizeof *args->values);
	args->operands = xmalloc(((size_t)argc + 1) * sizeof *args->operands);
	for (i = 0; i < argc; i++) {
		const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;

		took = 0;
		if (only_operands || word[0] != '-' || word[1] == '\0')
			args->operands[args->n_operands++] = word;
		else if (strcmp(word, "--") == 0)
			only_operands = 1;
		else if (word[1] == '-')
			took = parse_long(args, word, next);
		else
			took = parse_short(args, word, next);
		if (took < 0)
			return -1;
		i += took;
	}
	return check_operands(args);
}

void args_free(struct args *args)
{
	free(args->values);
	free(args->operands);
	memset(args, 0, sizeof *args);
}

const char *args_next(const struct args *args, const char *name, size_t *at)
{
	while (*at < args->n_values) {
		const struct arg_value *value = &args->values[(*at)++];

		if (strcmp(value->flag->name, name) == 0)
			return value->text != NULL ? value->text : "";
	}
	return NULL;
}

int args_has(const struct args *args, const char *name)
{
	size_t at = 0;

	return args_next(args, name, &at) != NULL;
}

const char *args_text(const struct args *args, const char *name)
{
	const struct flag *flag = flag_find(args->cmd, name, strlen(name));
	const char *text = flag != NULL ? flag->def : NULL, *given;
	size_t at = 0;

	while ((given = args_next(args, name, &at)) != NULL)
		text = given;
	return text;
}

int args_choice(const struct args *args, const char *name)
{
	const struct flag *flag = flag_find(args->cmd, name, strlen(name));
	const char *text = args_text(args, name);

	return flag != NULL && text != NULL ? is_choice(flag->choices, text) : -1;
}

int parse_u64(const char *s, uint64_t *out)
{
	char *end;
	unsigned long long v;

	if (s[0] < '0' || s[0] > '9')
		return -1;
	errno = 0;
	v = strtoull(s, &end, 10);
	*out = v;
	return errno == 0 && *end == '\0' ? 0 : -1;
}

int parse_double(const char *s, double *out)
{
	char *end;

	*out = strtod(s, &end);
	return end != s && *end == '\0' && isfinite(*out) ? 0 : -1;
}

int args_u64(const struct args *args, const char *name, uint64_t lo, uint64_t hi, uint64_t *out)
{
	const char *text = args_text(args, name);

	if (text != NULL && parse_u64(text, out) == 0 && *out >= lo && *out <= hi)
		return 0;
	msg_error("--%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", name,
	          lo, hi, text != NULL ? text : "");
	return -1;
}

int args_double(const struct args *args, const char *name, double *out)
{
	const char *text = args_text(args, name);

	if (text != NULL && parse_double(text, out) == 0)
		return 0;
	msg_error("--%s takes a number, not \"%s\"", name, text != NULL ? text : "");
	return -1;
}

int args_size(const struct args *args, const char *name, uint64_t *out)
{
	const char *text = args_text(args, name), *unit;
	size_t len = text != NULL ? strlen(text) : 0;
	char digits[24];
	unsigned shift = 0;

	if (len > 0 && len < sizeof digits) {
		memcpy(digits, text, len + 1);
		unit = strchr("KkMmGg", digits[len - 1]);
		if (unit != NULL) {
			shift = strchr("Kk", *unit) ? 10 : strchr("Mm", *unit) ? 20 : 30;
			digits[len - 1] = '\0';
		}
		if (parse_u64(digits, out) == 0 && *out <= UINT64_MAX >> shift) {
			*out <<= shift;
			return 0;
		}
	}
	msg_error("--%s takes a size such as 64M, not \"%s\"", name, text != NULL ? text : "");
	return -1;
}

int args_memory(const struct args *args, uint64_t *out)
{
	if (args_size(args, "memory", out) < 0)
		return -1;
	if (*out >= MEMORY_MIN)
		return 0;
	msg_error("--memory takes a size of at least 8M, not \"%s\"", args_text(args, "memory"));
	return -1;
}

char *args_join(const struct args *args, size_t first)
{
	struct bytes bytes = { 0 };
	size_t i;

	for (i = first; i < args->n_operands; i++) {
		if (i > first)
			bytes_putc(&bytes, ' ');
		bytes_puts(&bytes, args->operands[i]);
	}
	bytes_put(&bytes, "", 0);
	return bytes.data;
}
