/*
 * transliterate.c - standard input through an ICU transliterator, line by line.
 *
 *   transliterate ID      such as Simplified-Traditional
 *
 * Part of: bench, for crossing.py, which compiles it.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

static void die(const char *what)
{
	fprintf(stderr, "transliterate: %s\n", what);
	exit(1);
}

int main(int argc, char **argv)
{
	UErrorCode rc = U_ZERO_ERROR;
	UTransliterator *rules;
	UChar id[128], *units = NULL;
	char *line = NULL, *out = NULL;
	size_t room = 0;
	ssize_t len;

	if (argc != 2)
		die("usage: transliterate ID < IN > OUT");
	u_uastrncpy(id, argv[1], 128);
	rules = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &rc);
	if (U_FAILURE(rc))
		die(u_errorName(rc));
	while ((len = getline(&line, &room, stdin)) >= 0) {
		int32_t n, limit, capacity = 2 * (int32_t)len + 16, bytes;

		units = realloc(units, (size_t)capacity * sizeof *units);
		out = realloc(out, 3 * (size_t)capacity);
		if (units == NULL || out == NULL)
			die("out of memory");
		u_strFromUTF8(units, capacity, &n, line, (int32_t)len, &rc);
		limit = n;
		utrans_transUChars(rules, units, &n, capacity, 0, &limit, &rc);
		u_strToUTF8(out, 3 * capacity, &bytes, units, n, &rc);
		if (U_FAILURE(rc))
			die(u_errorName(rc));
		fwrite(out, 1, (size_t)bytes, stdout);
	}
	utrans_close(rules);
	free(units);
	free(line);
	free(out);
	return fflush(stdout) == 0 ? 0 : 1;
}
