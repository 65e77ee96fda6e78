/*
 * date.c - ISO 8601 dates and milliseconds since 1970-01-01T00:00Z.
 *
 * Layer: model. Proleptic Gregorian calendar, no leap seconds, no locale, no
 * time zone database. Grammar:
 *
 *     date  = year [ "-" month [ "-" day [ ("T" | " ") time ] ] ]
 *     time  = hour ":" minute [ ":" second [ ("." | ",") digits ] ] [ zone ]
 *     zone  = "Z" | ("+" | "-") hour [ [":"] minute ]
 *
 * A year has four digits; one before year 0 is written as ik_date_format()
 * does, "-0044-03-15", and then needs its month and day. Digits beyond the
 * millisecond are dropped. Source of the day count: the era method of Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
 */
#include "model/date.h"

#include <stdio.h>

#include "model/period.h"
#include "model/wire.h"

#define MS_DAY INT64_C(86400000)
#define MS_MINUTE INT64_C(60000)

/* A text being read; `why` is set once something is wrong at `p`. */
struct scan {
	const char *text;
	const char *p;
	const char *end;
	const char *why;
};

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static int64_t month_days(int64_t year, int64_t month)
{
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static int at(const struct scan *s, char c)
{
	return s->why == NULL && s->p < s->end && *s->p == c;
}

static int at_digit(const struct scan *s)
{
	return s->why == NULL && s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

/* Exactly `width` digits, from lo to hi; on failure `p` is at the fault. */
static int64_t digits(struct scan *s, int width, int64_t lo, int64_t hi, const char *why)
{
	const char *start = s->p;
	int64_t v = 0;

	for (int i = 0; i < width && s->why == NULL; i++) {
		if (!at_digit(s))
			s->why = why;
		else
			v = v * 10 + (*s->p++ - '0');
	}
	if (s->why == NULL && (v < lo || v > hi)) {
		s->why = why;
		s->p = start;
	}
	return v;
}

/* The offset of local time from UTC in milliseconds. */
static int64_t zone(struct scan *s)
{
	int64_t sign, hour, minute = 0;

	if (at(s, 'Z') || at(s, 'z')) {
		s->p++;
		return 0;
	}
	if (!at(s, '+') && !at(s, '-'))
		return 0;
	sign = *s->p++ == '-' ? -1 : 1;
	hour = digits(s, 2, 0, 23, "expected the hours of a zone, 00 to 23");
	if (at(s, ':')) {
		s->p++;
		minute = digits(s, 2, 0, 59, "expected the minutes of a zone, 00 to 59");
	} else if (at_digit(s)) {
		minute = digits(s, 2, 0, 59, "expected the minutes of a zone, 00 to 59");
	}
	return sign * (hour * 60 + minute) * MS_MINUTE;
}

/* Milliseconds; at least one digit. */
static int64_t fraction(struct scan *s)
{
	int64_t ms = 0, unit = 100;

	if (!at_digit(s))
		s->why = "expected digits of a fraction of a second";
	for (; at_digit(s); s->p++, unit /= 10)
		ms += (*s->p - '0') * unit;
	return ms;
}

/* The time of day in UTC, in milliseconds, and how long the moment named lasts. */
static int64_t time_of_day(struct scan *s, int64_t *span)
{
	int64_t ms = digits(s, 2, 0, 23, "expected an hour, 00 to 23") * 60 * MS_MINUTE;

	if (s->why == NULL && !at(s, ':'))
		s->why = "expected \":\" and minutes after the hour";
	else if (s->why == NULL)
		s->p++;
	ms += digits(s, 2, 0, 59, "expected minutes, 00 to 59") * MS_MINUTE;
	*span = MS_MINUTE;
	if (at(s, ':')) {
		s->p++;
		ms += digits(s, 2, 0, 59, "expected seconds, 00 to 59") * 1000;
		*span = 1000;
		if (at(s, '.') || at(s, ',')) {
			s->p++;
			ms += fraction(s);
			*span = 1;
		}
	}
	return ms - zone(s);
}

/* The part before the time: its first millisecond and its span. */
static int64_t calendar(struct scan *s, int64_t *span)
{
	int negative = at(s, '-');
	int64_t year, month = 1, day = 1;

	s->p += negative;
	year = digits(s, 4, 0, 9999, "expected a year of four digits");
	if (negative)
		year = -year;
	*span = (days_of(year + 1, 1, 1) - days_of(year, 1, 1)) * MS_DAY;
	if (at(s, '-')) {
		s->p++;
		month = digits(s, 2, 1, 12, "expected a month, 01 to 12");
		if (s->why == NULL)
			*span = month_days(year, month) * MS_DAY;
	} else if (s->why == NULL && negative) {
		s->why = "a year before 0 needs its month and day";
	}
	if (at(s, '-')) {
		s->p++;
		day = digits(s, 2, 1, month_days(year, month), "expected a day of the month");
		*span = MS_DAY;
	} else if (s->why == NULL && negative) {
		s->why = "a year before 0 needs its month and day";
	}
	return s->why == NULL ? days_of(year, month, day) * MS_DAY : 0;
}

int ik_date_period(const char *text, size_t len, int64_t *first, int64_t *last, ink_error *err)
{
	char shown[IK_SHOW_MAX];
	struct scan s = {text, text, text + len, NULL};
	int64_t span, ms;

	*first = *last = 0;
	ms = calendar(&s, &span);
	if (span == MS_DAY && s.why == NULL && s.p < s.end &&
	    (*s.p == 'T' || *s.p == 't' || *s.p == ' ')) {
		s.p++;
		ms += time_of_day(&s, &span);
	}
	if (s.why == NULL && s.p < s.end)
		s.why = "unexpected text";
	if (s.why != NULL)
		return ik_fail_at(err, INK_ESYNTAX, s.p - text, "\"%s\" is not a date: %s",
		                  ik_show(shown, text, len), s.why);
	*first = ms;
	*last = ms + span - 1;
	return INK_OK;
}

int ik_date_parse(const char *text, size_t len, int64_t *out, ink_error *err)
{
	int64_t last;

	return ik_date_period(text, len, out, &last, err);
}

int ik_date_format(int64_t ms, char *buf, size_t size, ink_error *err)
{
	int64_t days = ms / MS_DAY, rest = ms % MS_DAY;
	int64_t year, month, day;
	int n;

	if (size < 32)
		return ik_fail(err, INK_EINVAL, "%zu bytes for a date, 32 are needed", size);
	if (rest < 0) {
		rest += MS_DAY;
		days--;
	}
	civil_of(days, &year, &month, &day);
	if (year < -9999 || year > 9999)
		return ik_fail(err, INK_EINVAL, "the year %lld cannot be written",
		               (long long)year);
	n = snprintf(buf, size, "%s%04d-%02d-%02dT%02d:%02d:%02d", year < 0 ? "-" : "",
	             (int)(year < 0 ? -year : year), (int)month, (int)day, (int)(rest / 3600000),
	             (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
	if (rest % 1000 != 0)
		n += snprintf(buf + n, size - (size_t)n, ".%03d", (int)(rest % 1000));
	snprintf(buf + n, size - (size_t)n, "Z");
	return INK_OK;
}
