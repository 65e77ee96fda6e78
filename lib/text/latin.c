/*
 * latin.c - words of alphabets and numbers, and compounds of them.
 *
 * Layer: text. "DeepSeek-V3" is the words deepseek, v and 3 at three positions,
 * and the joined form deepseekv3 at the first one, so that every way of writing
 * it finds every other. ASCII words that are no compound take a short cut.
 */
#include "text/analysis.h"
#include "text/ascii.h"
#include "text/joined.h"
#include "text/stop.h"

#include <string.h>

#include "base/bits.h"

#define PARTS_MAX 16
#define JOINED_MAX 64 /* bytes; what is longer is no name that somebody writes in two ways */

struct part {
	uint32_t lo;
	uint32_t hi;
	uint8_t cls;
};

struct compound {
	struct part part[PARTS_MAX];
	uint32_t n;
	uint32_t end; /* behind the last part, and the signs of a word: "notepad++" */
	int digits;   /* only numbers in it */
};

/* ---- one word ---- */

/* May the stemmer have it? */
static int is_ascii_word(const char *term, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((term[i] >= 'a' && term[i] <= 'z') || term[i] == '\''))
			return 0;
	return 1;
}

/* The length without a possessive's ending. */
static size_t unpossessed(const char *term, size_t len)
{
	return len > 2 && term[len - 1] == 's' && term[len - 2] == '\'' ? len - 2 : len;
}

/* The two tokens of a document's word, past everything that only queries need. */
static void send_both(struct ik_analysis *a, const char *stem, size_t stem_len, const char *term,
                      size_t len, size_t start, size_t end, uint8_t flags)
{
	struct ik_token token = {stem, (uint32_t)stem_len, a->word_pos, (uint32_t)start,
	                         (uint32_t)end, INK_PART_WORD, flags, 0};

	a->rc = a->sink->token(a->sink, &token);
	if (a->rc != 0)
		return;
	token.term = term;
	token.len = (uint32_t)len;
	token.position = a->gram_pos;
	token.part = INK_PART_GRAM;
	a->rc = a->sink->token(a->sink, &token);
}

/*
 * The word part has stems, the gram part the exact form, neither a possessive's ending: the stem
 * is that of the exact form, so a document with one has the other (ik_qtokens_mark()).
 */
static void emit_stemmed(struct ik_analysis *a, const char *term, size_t len, size_t start,
                         size_t end, uint8_t flags, int stemmable)
{
	const char *stem = term;
	size_t stem_len;
	int function, ranked;

	if (a->rc != 0 || len == 0)
		return;
	ranked = a->purpose == IK_FOR_ANY && flags == 0;
	function = ranked && ik_stop_english(term, len);
	if (unpossessed(term, len) < len) {
		len -= 2;
		function |= ranked && ik_stop_english(term, len); /* how's, he's */
	}
	stem_len = len;
	if (a->whole && stemmable) {
		stem = ik_stem_run(a->english, term, len, &stem_len);
		if (stem == NULL) {
			a->rc = INK_ENOMEM;
			return;
		}
	}
	if (a->whole && a->purpose == IK_FOR_DOC) {
		send_both(a, stem, stem_len, term, len, start, end, flags);
		return;
	}
	ik_emit_word(a, stem, stem_len, start, end, flags, function);
	if (a->purpose != IK_FOR_PHRASE)
		ik_emit_gram(a, term, len, start, end, flags, function);
}

static void next_word(struct ik_analysis *a)
{
	a->word_pos++;
	a->gram_pos++;
}

/* ---- the short cut ---- */

/* Does what is behind a word, at text[at], make it more than a plain one? */
static int goes_on(const struct ik_analysis *a, size_t at)
{
	return at < a->len &&
	       ik_ascii_goes_on((unsigned char)a->text[at],
	                        at + 1 < a->len ? (unsigned char)a->text[at + 1] : 0);
}

/* Copy the letters, in lower case, or digits at the front of s, at most IK_TERM_MAX; how many. */
static size_t copy_word(char *out, const char *s, size_t len, int letters)
{
	uint64_t bit = letters ? IK_ASCII_ONES * 0x20 : 0;
	uint8_t kind = letters ? IK_ASCII_LETTER : IK_ASCII_DIGIT;
	size_t n = 0;

	if (len > IK_TERM_MAX)
		len = IK_TERM_MAX;
	while (n + 8 <= len) {
		uint64_t v = ik_load64(s + n);
		uint64_t in = letters ? ik_ascii_letters(v) : ik_ascii_digits(v);

		ik_store64(out + n, v | bit);
		if (in != IK_ASCII_HIGH)
			return n + ik_ctz64(in ^ IK_ASCII_HIGH) / 8;
		n += 8;
	}
	for (; n < len && ik_ascii[(unsigned char)s[n]] & kind; n++)
		out[n] = (char)(s[n] | (char)bit);
	return n;
}

size_t ik_run_ascii(struct ik_analysis *a, size_t at)
{
	int letters = (ik_ascii[(unsigned char)a->text[at]] & IK_ASCII_LETTER) != 0;
	size_t len = copy_word(a->term, a->text + at, a->len - at, letters);

	if (len == IK_TERM_MAX || goes_on(a, at + len))
		return at;
	ik_run_begin(a, at, IK_RUN_WORD);
	emit_stemmed(a, a->term, len, at, at + len, 0, letters);
	next_word(a);
	a->run_end = at + len;
	return at + len;
}

/* ---- compounds ---- */

static int is_word_class(uint8_t cls)
{
	return cls == IK_CLASS_ALPHA || cls == IK_CLASS_DIGIT;
}

static uint32_t part_end(const struct ik_char *c, uint32_t n, uint32_t at)
{
	uint8_t cls = c[at].cls;

	while (at < n && (c[at].cls == cls || c[at].cls == IK_CLASS_MARK))
		at++;
	return at;
}

const char ik_contractions[IK_CONTRACTIONS][3] = {"s", "t", "d", "m", "re", "ve", "ll"};

/* Behind the letters c[0, at) and what stays with them. */
static uint32_t contraction_end(const struct ik_char *c, uint32_t n, uint32_t at)
{
	size_t i;

	if (at + 1 >= n || c[at].cp != '\'' || c[at + 1].cls != IK_CLASS_ALPHA)
		return at;
	for (i = 0; i < IK_CONTRACTIONS; i++) {
		const char *tail = ik_contractions[i];
		uint32_t len = (uint32_t)strlen(tail);

		if (part_end(c, n, at + 1) == at + 1 + len &&
		    c[at + 1].cp == (unsigned char)tail[0] &&
		    c[at + len].cp == (unsigned char)tail[len - 1])
			return at + 1 + len;
	}
	return at;
}

/* "1,234": a comma with exactly three digits behind it. */
static int is_thousands(const struct ik_char *c, uint32_t n, uint32_t at)
{
	return c[at].cp == ',' && at + 3 < n && part_end(c, n, at + 1) == at + 4 &&
	       c[at + 1].cls == IK_CLASS_DIGIT;
}

/*
 * "c++", "c#", "f#": the end of the part with its signs, which a letter has in it, and a longer
 * word only if it is the first one. Digits may follow ("C++20"); letters make something else of
 * it ("a++b", "a#b").
 */
static uint32_t sign(struct part *part, const struct ik_char *c, uint32_t n, int first)
{
	uint32_t at = part->hi;
	int letter = at - part->lo == 1;

	if (part->cls != IK_CLASS_ALPHA || !(letter || first))
		return at;
	if (at + 1 < n && c[at].cp == '+' && c[at + 1].cp == '+')
		at += 2;
	else if (letter && c[at].cp == '#')
		at += 1;
	if (at < n && (c[at].cls == IK_CLASS_ALPHA || c[at].cp == '+' || c[at].cp == '#'))
		return part->hi;
	part->hi = letter ? at : part->hi;
	return at;
}

static void parse(const struct ik_analysis *a, struct compound *k, const struct ik_char *c,
                  uint32_t n)
{
	uint32_t at = 0;

	k->n = 0;
	k->digits = 1;
	for (;;) {
		struct part *part = &k->part[k->n++];

		part->lo = at;
		part->cls = c[at].cls;
		at = ik_run_part(a, c, part_end(c, n, at), at);
		if (part->cls == IK_CLASS_ALPHA) {
			at = contraction_end(c, n, at);
			k->digits = 0;
		}
		part->hi = k->end = at;
		if (k->n == PARTS_MAX || at >= n)
			return;
		if (c[at].cls == IK_CLASS_OTHER) {
			k->end = at = sign(part, c, n, k->n == 1);
			if (at > part->hi || at == n || ik_is_dotnet(c + at, n - at))
				return;
		}
		if (is_word_class(c[at].cls))
			continue;
		if (at + 1 >= n || !is_word_class(c[at + 1].cls))
			return;
		if (c[at].cls != IK_CLASS_JOIN &&
		    !(part->cls == IK_CLASS_DIGIT && is_thousands(c, n, at)))
			return;
		at++;
	}
}

/* The joined form: the parts without what is between them, but for a number its point. */
static size_t join(const struct compound *k, const struct ik_char *c, char *out)
{
	size_t len = 0;
	uint32_t i;

	for (i = 0; i < k->n; i++) {
		const struct part *part = &k->part[i];

		if (i > 0 && k->digits && c[part->lo - 1].cp == '.' && len < JOINED_MAX)
			out[len++] = '.';
		len += ik_emit_put(out + len, JOINED_MAX + 4 - len, c + part->lo,
		                   part->hi - part->lo);
		if (len > JOINED_MAX)
			return 0;
	}
	return len;
}

static void emit_part(struct ik_analysis *a, const struct ik_char *c, uint32_t lo, uint32_t hi)
{
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c + lo, hi - lo);

	emit_stemmed(a, a->term, len, c[lo].start, c[hi - 1].end, 0, is_ascii_word(a->term, len));
}

/*
 * "boundary-layer", "GPT-4": parts that are words, with something between them. Not "A380",
 * which nobody takes for two words, and not "U.S." or "0.9", whose parts say nothing.
 */
static int is_of_words(const struct compound *k, const struct ik_char *c)
{
	uint32_t i, letters = 0, gaps = 0, points = 0;

	for (i = 0; i < k->n; i++) {
		const struct part *part = &k->part[i];

		letters += part->cls == IK_CLASS_ALPHA && part->hi - part->lo == 1;
		if (i == 0 || part->lo == k->part[i - 1].hi)
			continue;
		gaps++;
		points += c[part->lo - 1].cp == '.' || c[part->lo - 1].cp == ',';
	}
	return gaps > 0 && letters < k->n && !(k->digits && points == gaps);
}

static void emit_joined(struct ik_analysis *a, const struct compound *k, const struct ik_char *c,
                        const char *joined, size_t len, int as_word)
{
	size_t start = c[0].start, end = c[k->end - 1].end;

	if (as_word)
		emit_stemmed(a, joined, len, start, end, IK_TOKEN_JOINED,
		             is_ascii_word(joined, len));
	else
		ik_emit_gram(a, joined, unpossessed(joined, len), start, end, IK_TOKEN_JOINED, 0);
}

/* A part that a ranked query has besides the joined form. */
static void emit_part_gram(struct ik_analysis *a, const struct ik_char *c, uint32_t lo, uint32_t hi)
{
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c + lo, hi - lo);

	ik_emit_gram(a, a->term, len, c[lo].start, c[hi - 1].end, 0, ik_stop_english(a->term, len));
}

/*
 * Documents have parts and joined form alike. To a ranked query they are two
 * sights of one thing: the one that says less counts as a gram.
 */
static void emit_compound(struct ik_analysis *a, const struct compound *k, const struct ik_char *c)
{
	char joined[JOINED_MAX + 8];
	size_t len = a->whole ? join(k, c, joined) : 0;
	int ranked = a->purpose == IK_FOR_ANY && len > 0;
	int of_words = ranked && is_of_words(k, c);
	uint32_t i;

	for (i = 0; i < k->n && a->rc == 0; i++) {
		if (i > 0 && k->part[i].lo > k->part[i - 1].hi)
			ik_user_joined(a, c[k->part[i].lo].start);
		if (ranked && !of_words)
			emit_part_gram(a, c, k->part[i].lo, k->part[i].hi);
		else
			emit_part(a, c, k->part[i].lo, k->part[i].hi);
		if (i == 0 && len > 0)
			emit_joined(a, k, c, joined, len, !of_words);
		next_word(a);
	}
}

/* "notepad++": the word, and with its signs as the joined form. */
static uint32_t emit_signed(struct ik_analysis *a, const struct ik_char *c, uint32_t word,
                            uint32_t end)
{
	char joined[JOINED_MAX];
	size_t len = ik_emit_put(joined, sizeof joined, c, end);

	emit_part(a, c, 0, word);
	if (a->whole)
		emit_stemmed(a, joined, len, c[0].start, c[end - 1].end, IK_TOKEN_JOINED, 0);
	next_word(a);
	return end;
}

static void remember_number(struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	size_t len = ik_emit_put(a->number, sizeof a->number, c, n);

	a->number_len = n < sizeof a->number ? (uint32_t)len : 0;
	a->number_start = c[0].start;
	a->number_end = c[n - 1].end;
}

uint32_t ik_run_latin(struct ik_analysis *a, struct ik_char *c, uint32_t n)
{
	struct compound k;

	if (ik_is_dotnet(c, n)) {
		emit_part(a, c, 0, 4);
		next_word(a);
		return 4;
	}
	parse(a, &k, c, n);
	if (k.end > k.part[k.n - 1].hi)
		return emit_signed(a, c, k.part[0].hi, k.end);
	if (k.n > 1) {
		emit_compound(a, &k, c);
		return k.end;
	}
	emit_part(a, c, 0, k.end);
	if (k.digits)
		remember_number(a, c, k.end);
	next_word(a);
	return k.end;
}

int ik_is_dotnet(const struct ik_char *c, uint32_t n)
{
	return n >= 4 && c[0].cp == '.' && c[1].cp == 'n' && c[2].cp == 'e' && c[3].cp == 't' &&
	       (n == 4 || c[4].cls != IK_CLASS_ALPHA); /* ".NET 8", ".NET8" */
}
