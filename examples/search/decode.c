/*
 * decode.c - a page of HTML in whatever encoding as UTF-8.
 *
 * Part of: the search program. libxml2 ends a page at the first byte that its encoding lacks, or
 * takes what is behind it for Latin-1. Browsers go on, and take names for the larger encodings that
 * pages are really in: most that say gb2312 have characters of GBK.
 * Source: WHATWG, Encoding, section 4.2 (names); HTML, section 13.2.3.2 (where a page says it).
 */
#include "decode.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { LOOK_MAX = 1 << 16, NAME_MAX_LEN = 40 };

/* What is in the page between `p` and `end` behind `word` and a =: its length, or 0. */
static size_t find_value(const char *p, const char *end, const char *word, const char **value)
{
	size_t n = strlen(word);

	for (; (size_t)(end - p) > n; p++) {
		if (strncasecmp(p, word, n) != 0)
			continue;
		p += n;
		while (p < end && strchr(" \t\r\n", *p) != NULL)
			p++;
		if (p == end || *p != '=')
			continue;
		for (p++; p < end && strchr(" \t\r\n\"'", *p) != NULL; p++)
			;
		for (*value = p; p < end && strchr(" \t\r\n\"';/>?", *p) == NULL; p++)
			;
		return (size_t)(p - *value);
	}
	return 0;
}

/* The name that the page gives its encoding, "" when it gives none. */
static void find_name(const char *html, size_t len, char name[NAME_MAX_LEN])
{
	const char *end = html + (len < LOOK_MAX ? len : LOOK_MAX), *p = html, *close, *value;
	const char *word;
	size_t n = 0;

	for (; n == 0 && (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		if (end - p < 5)
			break;
		word = strncasecmp(p, "<meta", 5) == 0 ? "charset" :
		       memcmp(p, "<?xml", 5) == 0 ? "encoding" : NULL;
		close = word != NULL ? memchr(p, '>', (size_t)(end - p)) : NULL;
		if (close != NULL)
			n = find_value(p, close, word, &value);
	}
	n = n < NAME_MAX_LEN ? n : 0;
	if (n > 0)
		memcpy(name, value, n);
	name[n] = '\0';
}

/* What browsers take a name for. A page that could say so in ASCII is not UTF-16. */
static const char *meant(const char *name)
{
	static const char *const pairs[][2] = {
		{ "gb2312", "GB18030" },      { "gbk", "GB18030" },
		{ "big5", "BIG5-HKSCS" },     { "shift_jis", "CP932" },
		{ "shift-jis", "CP932" },     { "sjis", "CP932" },
		{ "x-sjis", "CP932" },        { "euc-kr", "CP949" },
		{ "ks_c_5601-1987", "CP949" }, { "tis-620", "CP874" },
		{ "iso-8859-1", "CP1252" },   { "us-ascii", "CP1252" },
		{ "iso-8859-9", "CP1254" },   { "utf-16", "UTF-8" },
		{ "utf8", "UTF-8" },          { "unicode", "UTF-8" },
	};
	size_t i;

	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (strcasecmp(name, pairs[i][0]) == 0)
			return pairs[i][1];
	return name;
}

/* Whether more of what is not ASCII is characters of UTF-8 than not. */
static int is_rather_utf8(const char *p, size_t len)
{
	const char *end = p + len;
	size_t good = 0, bad = 0, n;
	uint32_t c;

	for (; p < end; p += n) {
		n = utf8_next(p, end, &c);
		good += n > 1;
		bad += c == UTF8_BAD;
	}
	return good >= bad;
}

static void convert(iconv_t how, const char *html, size_t len, struct bytes *to)
{
	char buf[4096], *in = (char *)html, *out; /* POSIX has no const there; nothing is written */
	size_t left = len, room, rc;
	int more = 1;

	while (more) {
		out = buf;
		room = sizeof buf;
		more = left > 0; /* at the end, what was kept for a character that might follow */
		rc = iconv(how, more ? &in : NULL, &left, &out, &room);
		bytes_put(to, buf, sizeof buf - room);
		if (rc != (size_t)-1 || errno == E2BIG || left == 0)
			continue;
		bytes_puts(to, "\xef\xbf\xbd");
		in++;
		left--;
	}
}

int html_decode(const char *html, size_t len, int is_utf8, struct bytes *to)
{
	char name[NAME_MAX_LEN];
	iconv_t how = (iconv_t)-1;
	int is_unknown;

	find_name(html, len, name);
	if (is_utf8 || (name[0] == '\0' && is_rather_utf8(html, len)))
		strcpy(name, "UTF-8");
	if (name[0] != '\0')
		how = iconv_open("UTF-8", meant(name));
	is_unknown = how == (iconv_t)-1;
	if (is_unknown)
		how = iconv_open("UTF-8", "CP1252");
	if (how == (iconv_t)-1) {
		bytes_put(to, html, len); /* a system with UTF-8 alone; libxml2 does what it can */
		return 1;
	}
	convert(how, html, len, to);
	iconv_close(how);
	return is_unknown;
}
