/*
 * number.c - decimal numbers as text, the same in every locale.
 *
 * Layer: model. The C library converts; this file checks the syntax first and
 * swaps the decimal point of the locale in and out, so that neither hexadecimal
 * floats nor commas ever get through.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/date.h"
#include "model/wire.h"

#define NUMBER_MAX 1024 /* an exact double has at most 767 significant digits */

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int ik_number_i64(const char *text, size_t len, int64_t *out, ink_error *err)
{
	char shown[IK_SHOW_MAX];
	size_t i = 0;
	int negative = 0;
	uint64_t v = 0, max;

	*out = 0;
	if (len > 0 && (text[0] == '-' || text[0] == '+'))
		negative = text[i++] == '-';
	max = (uint64_t)INT64_MAX + (uint64_t)negative;
	if (i == len)
		return ik_fail_at(err, INK_ESYNTAX, (int64_t)i, "\"%s\" is not an integer",
		                  ik_show(shown, text, len));
	for (; i < len; i++) {
		uint64_t d = (uint64_t)(text[i] - '0');

		if (!is_digit(text[i]))
			return ik_fail_at(err, INK_ESYNTAX, (int64_t)i,
			                  "\"%s\" is not an integer", ik_show(shown, text, len));
		if (v > (max - d) / 10)
			return ik_fail_at(err, INK_ESYNTAX, (int64_t)i,
			                  "\"%s\" does not fit into 64 bits",
			                  ik_show(shown, text, len));
		v = v * 10 + d;
	}
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return INK_OK;
}

static size_t skip_digits(const char *text, size_t len, size_t i)
{
	while (i < len && is_digit(text[i]))
		i++;
	return i;
}

/* How much of the text is [+-] digits [. digits] [e [+-] digits], with a digit before the e. */
static size_t float_syntax(const char *text, size_t len)
{
	size_t i = 0, start, n;

	if (i < len && (text[i] == '-' || text[i] == '+'))
		i++;
	start = i;
	i = skip_digits(text, len, i);
	n = i - start;
	if (i < len && text[i] == '.') {
		start = i + 1;
		i = skip_digits(text, len, start);
		n += i - start;
	}
	if (n == 0)
		return 0;
	if (i < len && (text[i] == 'e' || text[i] == 'E')) {
		size_t e = i + 1;

		if (e < len && (text[e] == '-' || text[e] == '+'))
			e++;
		if (e < len && is_digit(text[e]))
			i = skip_digits(text, len, e);
	}
	return i;
}

/* Checked syntax to a double, through the decimal point of the thread's locale. */
static double convert(const char *text, size_t len)
{
	char copy[NUMBER_MAX + 16], half[16];
	size_t n = 0;
	int point;

	point = snprintf(half, sizeof half, "%.1f", 0.5) - 2;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '.') {
			copy[n++] = text[i];
		} else if (point > 0 && point < 12) {
			memcpy(copy + n, half + 1, (size_t)point);
			n += (size_t)point;
		}
	}
	copy[n] = '\0';
	return strtod(copy, NULL);
}

static int infinity(const char *text, size_t len, double *out)
{
	size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');

	if (len - sign != 3 || memcmp(text + sign, "inf", 3) != 0)
		return 0;
	*out = sign == 1 && text[0] == '-' ? -INFINITY : INFINITY;
	return 1;
}

int ik_number_f64(const char *text, size_t len, double *out, ink_error *err)
{
	char shown[IK_SHOW_MAX];
	size_t good;
	double v;

	*out = 0;
	if (infinity(text, len, out))
		return INK_OK;
	good = float_syntax(text, len);
	if (good < len || len == 0)
		return ik_fail_at(err, INK_ESYNTAX, (int64_t)good, "\"%s\" is not a number",
		                  ik_show(shown, text, len));
	if (len > NUMBER_MAX)
		return ik_fail_at(err, INK_ESYNTAX, NUMBER_MAX, "a number of %zu characters",
		                  len);
	v = convert(text, len);
	if (isinf(v))
		return ik_fail_at(err, INK_ESYNTAX, 0, "\"%s\" is too large for a double",
		                  ik_show(shown, text, len));
	*out = v;
	return INK_OK;
}

/* Make the one run of bytes that is no part of a number a plain point again. */
static size_t neutral(char *buf, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = buf[i];

		if (is_digit(c) || c == '-' || c == '+' || c == 'e')
			buf[n++] = c;
		else if (n > 0 && buf[n - 1] != '.')
			buf[n++] = '.';
	}
	buf[n] = '\0';
	return n;
}

size_t ik_number_put_f64(double value, char *buf)
{
	char text[48];
	size_t len = 0;

	if (isnan(value) || isinf(value)) {
		const char *name = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";

		len = strlen(name);
		memcpy(buf, name, len + 1);
		return len;
	}
	for (int digits = 15; digits <= 17; digits++) {
		double back;

		len = neutral(text, (size_t)snprintf(text, sizeof text, "%.*g", digits, value));
		if (ik_number_f64(text, len, &back, NULL) == INK_OK && back == value)
			break;
	}
	memcpy(buf, text, len + 1);
	return len;
}
