/*
 * icu_readings.c - Latin readings of Han and kana characters, by ICU's transliterators.
 *
 * Build time only, for gen_dict.c. Each character, and each kana with a small
 * one behind it, goes through "Han-Latin" or "Katakana-Latin" by itself; tone
 * marks and signs are taken off, u with dots becomes v as it is typed.
 */
#include "text/gen/icu_readings.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "text/gen/icu_dict.h"
#include "text/readings.h"

#define SYLLABLES_MAX 2048u

static char syllables[SYLLABLES_MAX][IK_READING_MAX + 1]; /* [0] is the empty one */
static uint32_t n_syllables = 1;

static UTransliterator *open_rules(const char *id)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar name[64];
	UTransliterator *t;

	u_uastrncpy(name, id, 64);
	t = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &rc);
	if (U_FAILURE(rc)) {
		fprintf(stderr, "gen_dict: %s: %s\n", id, u_errorName(rc));
		exit(1);
	}
	return t;
}

/* The number of what the characters read; 0 when that is not one word of Latin letters. */
static uint16_t number_of(UTransliterator *t, const uint16_t *s, int32_t n)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar units[64];
	char text[IK_READING_MAX + 1];
	int32_t len = 0, limit = n, i;
	uint32_t k;

	memcpy(units, s, (size_t)n * sizeof *s);
	utrans_transUChars(t, units, &n, 64, 0, &limit, &rc);
	for (i = 0; U_SUCCESS(rc) && i < n; i++) {
		UChar c = units[i];

		if (c == 0x0308 && len > 0 && text[len - 1] == 'u')
			text[len - 1] = 'v';
		if (c == '~' || c == '\'' || (c >= 0x0300 && c < 0x0370))
			continue;
		if (c < 'a' || c > 'z' || len == (int32_t)IK_READING_MAX)
			return 0;
		text[len++] = (char)c;
	}
	text[len] = 0;
	for (k = 0; k < n_syllables && strcmp(syllables[k], text) != 0; k++)
		;
	if (k == SYLLABLES_MAX)
		return 0;
	if (k == n_syllables)
		strcpy(syllables[n_syllables++], text);
	return (uint16_t)k;
}

static void print_numbers(const char *declaration, const uint16_t *v, uint32_t n)
{
	uint32_t i;

	printf("\nconst uint16_t %s = {", declaration);
	for (i = 0; i < n; i++)
		printf("%s%u,", i % 16 == 0 ? "\n" : "", (unsigned)v[i]);
	printf("\n};\n");
}

void gen_readings(void)
{
	static const uint16_t small[IK_READING_SMALL] = IK_READING_SMALLS;
	static uint16_t han[IK_READING_HAN_N], kana[IK_READING_KANA_N * IK_READING_SMALL];
	UTransliterator *t = open_rules("Han-Latin; NFD; Lower");
	uint32_t i, k;

	for (i = 0; i < IK_READING_HAN_N; i++) {
		uint16_t s = (uint16_t)(IK_READING_HAN + i);

		han[i] = number_of(t, &s, 1);
	}
	utrans_close(t);
	t = open_rules("Katakana-Latin; NFD; Lower");
	for (i = 0; i < IK_READING_KANA_N; i++)
		for (k = 0; k < IK_READING_SMALL; k++) {
			uint16_t s[2] = {(uint16_t)(IK_READING_KANA + i), small[k]};

			kana[i * IK_READING_SMALL + k] = number_of(t, s, small[k] ? 2 : 1);
		}
	utrans_close(t);
	fprintf(stderr, "gen_dict: %u syllables\n", (unsigned)n_syllables);
	print_numbers("ik_reading_han[IK_READING_HAN_N]", han, IK_READING_HAN_N);
	print_numbers("ik_reading_kana[IK_READING_KANA_N * IK_READING_SMALL]", kana,
	              IK_READING_KANA_N * IK_READING_SMALL);
	printf("\nconst char ik_reading_text[][IK_READING_MAX + 1] = {");
	for (i = 0; i < n_syllables; i++)
		printf("%s\"%s\",", i % 8 == 0 ? "\n" : " ", syllables[i]);
	printf("\n};\n");
}
