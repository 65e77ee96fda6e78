/*
 * hangul.c - Korean words: particles stripped for the word part, bigrams of the whole.
 *
 * Layer: text. A Korean word between blanks (eojeol) is a noun with one or
 * more particles (josa) or the copula, or a verb with endings. Which form a particle takes
 * depends on whether the syllable before it ends in a consonant (batchim), and
 * that is checked, so that few nouns lose a last syllable of their own.
 */
#include "text/analysis.h"
#include "text/stop.h"

enum batchim {
	ANY,
	CLOSED,      /* after a consonant */
	OPEN,        /* after a vowel */
	OPEN_OR_R,   /* after a vowel or rieul */
	CLOSED_NOT_R
};

/* Particles, and the copula (ida) in the forms that nouns take it in. Longest first. */
static const struct josa {
	uint16_t text[7]; /* UTF-16 */
	uint8_t len;
	uint8_t after;
} josa[] = {
	{u"에서부터는", 5, ANY},
	{u"으로부터는", 5, CLOSED_NOT_R},
	{u"에서부터", 4, ANY},      {u"으로부터", 4, CLOSED_NOT_R}, {u"에게서는", 4, ANY},
	{u"으로서는", 4, CLOSED_NOT_R}, {u"으로써는", 4, CLOSED_NOT_R}, {u"로부터는", 4, OPEN_OR_R},
	{u"이었나요", 4, CLOSED},   {u"이었는가", 4, CLOSED},   {u"이었으며", 4, CLOSED},
	{u"에서는", 3, ANY},        {u"에서도", 3, ANY},        {u"에서의", 3, ANY},
	{u"에서만", 3, ANY},        {u"에게는", 3, ANY},        {u"에게도", 3, ANY},
	{u"에게서", 3, ANY},        {u"에게만", 3, ANY},        {u"께서는", 3, ANY},
	{u"한테서", 3, ANY},        {u"한테는", 3, ANY},        {u"까지는", 3, ANY},
	{u"까지도", 3, ANY},        {u"까지의", 3, ANY},        {u"까지만", 3, ANY},
	{u"부터는", 3, ANY},        {u"부터의", 3, ANY},        {u"부터도", 3, ANY},
	{u"보다는", 3, ANY},        {u"보다도", 3, ANY},        {u"처럼은", 3, ANY},
	{u"만으로", 3, ANY},        {u"만큼은", 3, ANY},        {u"으로는", 3, CLOSED_NOT_R},
	{u"으로도", 3, CLOSED_NOT_R}, {u"으로의", 3, CLOSED_NOT_R}, {u"으로만", 3, CLOSED_NOT_R},
	{u"으로서", 3, CLOSED_NOT_R}, {u"으로써", 3, CLOSED_NOT_R}, {u"로부터", 3, OPEN_OR_R},
	{u"로서의", 3, OPEN_OR_R},  {u"로서는", 3, OPEN_OR_R},  {u"이라는", 3, CLOSED},
	{u"이라고", 3, CLOSED},     {u"이라도", 3, CLOSED},     {u"이었다", 3, CLOSED},
	{u"입니다", 3, ANY},        {u"이지만", 3, CLOSED},     {u"이에요", 3, CLOSED},
	{u"입니까", 3, ANY},        {u"인가요", 3, ANY},        {u"일까요", 3, ANY},
	{u"이었나", 3, CLOSED},     {u"이었던", 3, CLOSED},     {u"이었고", 3, CLOSED},
	{u"였나요", 3, OPEN},       {u"였는가", 3, OPEN},       {u"였으며", 3, OPEN},
	{u"에서", 2, ANY},          {u"에게", 2, ANY},          {u"에는", 2, ANY},
	{u"에도", 2, ANY},          {u"에만", 2, ANY},          {u"께서", 2, ANY},
	{u"한테", 2, ANY},          {u"부터", 2, ANY},          {u"까지", 2, ANY},
	{u"처럼", 2, ANY},          {u"보다", 2, ANY},          {u"하고", 2, ANY},
	{u"마다", 2, ANY},          {u"마저", 2, ANY},          {u"조차", 2, ANY},
	{u"밖에", 2, ANY},          {u"대로", 2, ANY},          {u"만큼", 2, ANY},
	{u"만을", 2, ANY},          {u"만이", 2, ANY},          {u"만은", 2, ANY},
	{u"만의", 2, ANY},          {u"와는", 2, OPEN},         {u"와의", 2, OPEN},
	{u"와도", 2, OPEN},         {u"과는", 2, CLOSED},       {u"과의", 2, CLOSED},
	{u"과도", 2, CLOSED},       {u"으로", 2, CLOSED_NOT_R}, {u"로는", 2, OPEN_OR_R},
	{u"로도", 2, OPEN_OR_R},    {u"로의", 2, OPEN_OR_R},    {u"로서", 2, OPEN_OR_R},
	{u"로써", 2, OPEN_OR_R},    {u"라는", 2, OPEN},         {u"라고", 2, OPEN},
	{u"라도", 2, OPEN},         {u"이란", 2, CLOSED},       {u"이나", 2, CLOSED},
	{u"이며", 2, CLOSED},       {u"이고", 2, CLOSED},       {u"이다", 2, CLOSED},
	{u"이랑", 2, CLOSED},       {u"였다", 2, OPEN},         {u"예요", 2, OPEN},
	{u"인가", 2, ANY},          {u"일까", 2, ANY},          {u"인지", 2, ANY},
	{u"였나", 2, OPEN},         {u"였던", 2, OPEN},         {u"였고", 2, OPEN},
	{u"이자", 2, CLOSED},       {u"이냐", 2, CLOSED},
	{u"은", 1, CLOSED},         {u"는", 1, OPEN},           {u"이", 1, CLOSED},
	{u"가", 1, OPEN},           {u"을", 1, CLOSED},         {u"를", 1, OPEN},
	{u"과", 1, CLOSED},         {u"와", 1, OPEN},           {u"의", 1, ANY},
	{u"에", 1, ANY},            {u"도", 1, ANY},            {u"만", 1, ANY},
	{u"로", 1, OPEN_OR_R},      {u"란", 1, OPEN},           {u"랑", 1, OPEN},
	{u"나", 1, OPEN},           {u"며", 1, OPEN},
};

static int is_syllable(uint32_t cp)
{
	return cp >= 0xAC00 && cp <= 0xD7A3;
}

static int agrees(uint32_t syllable, enum batchim after)
{
	uint32_t final = (syllable - 0xAC00) % 28; /* 0: open, 8: rieul */

	switch (after) {
	case CLOSED:
		return final != 0;
	case OPEN:
		return final == 0;
	case OPEN_OR_R:
		return final == 0 || final == 8;
	case CLOSED_NOT_R:
		return final != 0 && final != 8;
	case ANY:
		break;
	}
	return 1;
}

/* The last syllables of all of them: most words end otherwise. */
static int may_end_josa(uint32_t cp)
{
	switch (cp) {
	case u'는': case u'터': case u'도': case u'의': case u'만': case u'서': case u'은':
	case u'로': case u'써': case u'고': case u'다': case u'요': case u'게': case u'테':
	case u'지': case u'럼': case u'저': case u'차': case u'에': case u'큼': case u'을':
	case u'이': case u'란': case u'나': case u'며': case u'랑': case u'가': case u'를':
	case u'과': case u'와': case u'까': case u'던': case u'자': case u'냐':
		return 1;
	default:
		return 0;
	}
}

static int ends_in(const struct ik_char *c, uint32_t n, const struct josa *j)
{
	uint32_t i;

	for (i = 1; i <= j->len; i++)
		if (c[n - i].cp != j->text[j->len - i])
			return 0;
	return 1;
}

/* Few nouns end in these, so one syllable before them is enough: "책을", but not "회의". */
static int is_unlike_nouns(const struct josa *j)
{
	return j->text[0] == u'을' || j->text[0] == u'를' || j->text[0] == u'에' ||
	       j->text[0] == u'는';
}

/* What is left without the particle. Most single syllables are one only behind two others. */
static uint32_t strip(const struct ik_char *c, uint32_t n)
{
	uint32_t last = c[n - 1].cp;
	size_t i;

	if (!may_end_josa(last))
		return n;
	for (i = 0; i < sizeof josa / sizeof josa[0]; i++) {
		const struct josa *j = &josa[i];
		uint32_t keep;

		if (j->text[j->len - 1] != last)
			continue;
		keep = j->len == 1 && !is_unlike_nouns(j) ? 2 : 1;
		if (n >= j->len + keep && is_syllable(c[n - j->len - 1].cp) &&
		    ends_in(c, n, j) && agrees(c[n - j->len - 1].cp, (enum batchim)j->after))
			return n - j->len;
	}
	return n;
}

/* A particle alone, as it stands behind a word in another script. */
static int is_josa(const struct ik_char *c, uint32_t n)
{
	size_t i;

	for (i = 0; i < sizeof josa / sizeof josa[0]; i++)
		if (josa[i].len == n && ends_in(c, n, &josa[i]))
			return 1;
	return 0;
}

/* The user's word that the run is, or is with a particle; 0 for none. */
static uint32_t user_stem(const struct ik_analysis *a, const struct ik_char *c, uint32_t n)
{
	uint32_t stem;

	stem = ik_lexicon_longest(a->lexicon, IK_WORD_HANGUL, c, n);
	while (stem > 0 && stem < n && !is_josa(c + stem, n - stem))
		stem = ik_lexicon_longest(a->lexicon, IK_WORD_HANGUL, c, stem - 1);
	return stem;
}

/* A word of n characters, or with `more` the first `used` of them; is it a function word? */
static inline int emit_word(struct ik_analysis *a, const struct ik_char *c, uint32_t n,
                            uint32_t used, int more)
{
	uint32_t user = a->lexicon == NULL || more ? 0 : user_stem(a, c, n);
	uint32_t stem = user > 0 ? user : more ? used : strip(c, n);
	size_t len = ik_emit_put(a->term, IK_TERM_MAX, c, stem);
	int function = a->purpose == IK_FOR_ANY && user == 0 &&
	               (is_josa(c, n) || ik_stop_korean(c, n) || ik_stop_korean(c, stem));

	ik_emit_word(a, a->term, len, c[0].start, c[stem - 1].end,
	             user > 0 ? ik_user_flag(a, IK_WORD_HANGUL, c, stem) : 0, function);
	a->word_pos++;
	return function;
}

uint32_t ik_run_hangul(struct ik_analysis *a, struct ik_char *c, uint32_t n, int more)
{
	uint32_t used = more ? n - IK_TAIL : n, at = 0, to;
	int function = 1;

	for (; at < used && a->rc == 0; at = to) {
		to = ik_run_part(a, c, n, at);
		function &= emit_word(a, c + at, to - at, used - at, to > used);
	}
	ik_emit_grams(a, c, n, used, 2, function);
	return used;
}
