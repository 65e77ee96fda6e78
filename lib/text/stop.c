/*
 * stop.c - words too common to say what a query is about.
 *
 * Layer: text. Lists of function words: articles, pronouns, prepositions,
 * conjunctions, auxiliary verbs; sorted by byte for binary search. The index
 * has them all; ranked queries leave them out.
 */
#include "text/stop.h"

#include <string.h>

static const char *const english[] = {
	"a", "about", "above", "across", "after", "afterwards", "again", "against", "all",
	"almost", "along", "already", "also", "although", "always", "am", "among", "an", "and",
	"another", "any", "anyone", "anything", "are", "aren't", "around", "as", "at", "be",
	"became", "because", "been", "before", "behind", "being", "below", "beside", "between",
	"beyond", "both", "but", "by", "came", "can", "can't", "cannot", "could", "couldn't",
	"did", "didn't", "do", "does", "doesn't", "doing", "don't", "done", "down", "during",
	"each", "either", "else", "ever", "every", "for", "from", "further", "get", "gets", "got",
	"had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he", "her", "here", "hers",
	"herself", "him", "himself", "his", "how", "however", "i", "i'm", "if", "in", "instead",
	"into", "is", "isn't", "it", "it's", "its", "itself", "just", "let's", "like", "may", "me",
	"might", "more", "most", "much", "must", "my", "myself", "neither", "no", "nor", "not",
	"of", "off", "often", "on", "once", "only", "onto", "or", "other", "others", "our", "ours",
	"ourselves", "out", "over", "own", "rather", "same", "shall", "she", "should", "shouldn't",
	"since", "so", "some", "such", "than", "that", "that's", "the", "their", "theirs", "them",
	"themselves", "then", "there", "there's", "therefore", "these", "they", "they're", "this",
	"those", "though", "through", "thus", "to", "together", "too", "toward", "towards",
	"under", "until", "up", "upon", "us", "very", "was", "wasn't", "we", "we're", "were",
	"weren't", "what", "what's", "when", "where", "whether", "which", "while", "who", "who's",
	"whom", "whose", "why", "will", "with", "within", "without", "won't", "would", "wouldn't",
	"yet", "you", "you're", "your", "yours", "yourself", "yourselves",
};

static const char *const french[] = {
	"ai", "aie", "ait", "as", "au", "aura", "aurait", "aux", "avaient", "avait", "avec",
	"avez", "avoir", "avons", "ayant", "c", "ce", "cela", "ces", "cet", "cette", "ceux",
	"chez", "comme", "d", "dans", "de", "des", "donc", "dont", "du", "elle", "elles", "en",
	"est", "et", "eu", "eux", "furent", "fut", "il", "ils", "j", "je", "l", "la", "le", "les",
	"leur", "leurs", "lui", "m", "ma", "mais", "me", "mes", "moi", "mon", "même", "n", "ne",
	"ni", "nos", "notre", "nous", "on", "ont", "ou", "où", "par", "pas", "plus", "pour", "qu",
	"que", "quel", "quelle", "quelles", "quels", "qui", "s", "sa", "sans", "se", "sera",
	"serait", "ses", "si", "soit", "sommes", "son", "sont", "suis", "sur", "t", "ta", "te",
	"tes", "toi", "ton", "tu", "un", "une", "vos", "votre", "vous", "y", "à", "ça", "étaient",
	"étais", "était", "étant", "été", "être",
};

static const char *const german[] = {
	"aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "ander",
	"andere", "anderem", "anderen", "anderer", "anderes", "auch", "auf", "aus", "bei", "bin",
	"bis", "bist", "da", "damit", "dann", "das", "dass", "daß", "dein", "deine", "dem", "den",
	"denn", "der", "des", "dich", "die", "dies", "diese", "diesem", "diesen", "dieser",
	"dieses", "dir", "doch", "dort", "du", "durch", "ein", "eine", "einem", "einen", "einer",
	"eines", "er", "es", "etwas", "euch", "euer", "eure", "für", "gegen", "gewesen", "hab",
	"habe", "haben", "hat", "hatte", "hatten", "hier", "hin", "hinter", "ich", "ihm", "ihn",
	"ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im", "in", "indem", "ins", "ist",
	"jede", "jedem", "jeden", "jeder", "jedes", "jene", "jenem", "jenen", "jener", "jenes",
	"jetzt", "kann", "kein", "keine", "keinem", "keinen", "keiner", "können", "könnte",
	"machen", "man", "manche", "mein", "meine", "mich", "mir", "mit", "muss", "musste", "nach",
	"nicht", "nichts", "noch", "nun", "nur", "ob", "oder", "ohne", "sehr", "sein", "seine",
	"seinem", "seinen", "seiner", "selbst", "sich", "sie", "sind", "so", "solche", "soll",
	"sollte", "sondern", "sonst", "um", "und", "uns", "unser", "unsere", "unter", "viel",
	"vom", "von", "vor", "war", "waren", "warst", "was", "weg", "weil", "weiter", "welche",
	"welchem", "welchen", "welcher", "welches", "wenn", "werde", "werden", "wie", "wieder",
	"will", "wir", "wird", "wirst", "wo", "wollen", "wollte", "während", "würde", "würden",
	"zu", "zum", "zur", "zwar", "zwischen", "über",
};

static const char *const spanish[] = {
	"a", "al", "algo", "algunas", "algunos", "ante", "antes", "aquel", "aquella", "como",
	"con", "contra", "cual", "cuando", "de", "del", "desde", "donde", "dos", "durante", "e",
	"el", "ella", "ellas", "ellos", "en", "entre", "era", "eran", "es", "esa", "esas", "ese",
	"eso", "esos", "esta", "estaba", "estas", "este", "esto", "estos", "está", "están", "fue",
	"fueron", "ha", "había", "habían", "han", "hasta", "hay", "la", "las", "le", "les", "lo",
	"los", "mas", "me", "mi", "mis", "mucho", "muy", "más", "nada", "ni", "no", "nos",
	"nosotros", "nuestra", "nuestro", "o", "os", "otra", "otros", "para", "pero", "poco",
	"por", "porque", "que", "quien", "quienes", "qué", "se", "sea", "ser", "si", "sido", "sin",
	"sobre", "son", "su", "sus", "sí", "también", "tanto", "te", "tener", "tiene", "tienen",
	"todo", "todos", "tu", "tus", "un", "una", "uno", "unos", "y", "ya", "yo", "él",
};

struct ik_stop {
	const char *code;
	const char *name;
	const char *const *word;
	size_t n;
};

#define LIST(code, words) {code, #words, words, sizeof words / sizeof words[0]}

static const struct ik_stop lists[] = {
	LIST("de", german), LIST("en", english), LIST("es", spanish), LIST("fr", french),
};

const char ik_stop_list[] = "de en es fr";

const struct ik_stop *ik_stop_find(const char *language, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct ik_stop *s = &lists[i];

		if ((strlen(s->code) == len && memcmp(s->code, language, len) == 0) ||
		    (strlen(s->name) == len && memcmp(s->name, language, len) == 0))
			return s;
	}
	return NULL;
}

int ik_stop_has(const struct ik_stop *stop, const char *term, size_t len)
{
	size_t lo = 0, hi = stop->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2, n = strlen(stop->word[mid]);
		int order = memcmp(term, stop->word[mid], len < n ? len : n);

		if (order == 0 && len == n)
			return 1;
		if (order < 0 || (order == 0 && len < n))
			hi = mid;
		else
			lo = mid + 1;
	}
	return 0;
}

int ik_stop_english(const char *term, size_t len)
{
	return ik_stop_has(&lists[1], term, len);
}

/* Particles, pronouns, question words and auxiliaries of Chinese and, written in Han, Japanese. */
static int is_function_char(uint32_t cp)
{
	static const uint16_t chars[] = {
		0x4E0E, 0x4E14, 0x4E2A, 0x4E3A, 0x4E48, 0x4E4B, 0x4E5F, 0x4E86, 0x4E8E, 0x4E9B,
		0x4EC0, 0x4ECE, 0x4EE5, 0x4F55, 0x5176, 0x51E0, 0x5219, 0x5373, 0x53C8, 0x53CA,
		0x5417, 0x5427, 0x5462, 0x548C, 0x54EA, 0x554A, 0x5728, 0x591A, 0x5982, 0x5C11,
		0x5E76, 0x5F88, 0x600E, 0x6216, 0x628A, 0x662F, 0x6700, 0x6709, 0x6837, 0x7684,
		0x7740, 0x800C, 0x88AB, 0x8BF7, 0x8C01, 0x8FD9, 0x90A3, 0x90FD,
	};
	size_t i;

	for (i = 0; i < sizeof chars / sizeof chars[0] && chars[i] <= cp; i++)
		if (chars[i] == cp)
			return 1;
	return 0;
}

int ik_stop_han(uint32_t cp)
{
	return is_function_char(cp);
}

#define KANA_MAX 5u
#define OKURIGANA_MAX 3u /* characters of a verb or adjective behind its Han character */

/*
 * UTF-16, sorted. Particles, auxiliaries, demonstratives and question words of Japanese, in the
 * pieces that sentences end in; what they end in may be cut off by another class of character.
 */
static const uint16_t kana[][KANA_MAX + 1] = {
	u"あそこ", u"あった", u"あって", u"あの", u"あり", u"ありま", u"ある", u"あれ", u"い",
	u"いい", u"いう", u"いくつ", u"いくら", u"いた", u"いった", u"いつ", u"いて", u"いる",
	u"うち", u"おいて", u"おけ", u"おける", u"および", u"か", u"から", u"が", u"くらい",
	u"ぐらい", u"けど", u"けれど", u"けれども", u"こう", u"ここ", u"こちら", u"こと",
	u"この", u"これ", u"こんな", u"さらに", u"され", u"された", u"される", u"し", u"しか",
	u"しかし", u"した", u"して", u"しない", u"しま", u"する", u"ず", u"せる", u"そう",
	u"そこ", u"そして", u"そちら", u"その", u"それ", u"そんな", u"た", u"ただし", u"ため",
	u"だ", u"だけ", u"だれ", u"つい", u"ついて", u"て", u"ても", u"で", u"でした",
	u"でしょう", u"です", u"では", u"でも", u"と", u"という", u"といった", u"とか",
	u"とき", u"ところ", u"として", u"とって", u"とは", u"とも", u"どう", u"どこ",
	u"どちら", u"どの", u"どれ", u"どんな", u"な", u"ない", u"なかった", u"ながら",
	u"なく", u"なぜ", u"なった", u"なって", u"など", u"なに", u"なら", u"なり", u"なる",
	u"なれ", u"なん", u"に", u"には", u"にも", u"ね", u"の", u"のか", u"のが", u"ので",
	u"のに", u"のは", u"のを", u"は", u"ば", u"へ", u"ほど", u"ました", u"ましょう",
	u"ます", u"ません", u"また", u"または", u"まで", u"まま", u"も", u"もの", u"や", u"よ",
	u"よう", u"ような", u"ように", u"よって", u"より", u"よる", u"られ", u"られた",
	u"られる", u"れた", u"れて", u"れる", u"を",
};

/* Is the word at s, of len characters, one of them? */
static int is_kana_word(const struct ik_char *c, uint32_t len)
{
	size_t lo = 0, hi = sizeof kana / sizeof kana[0];

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		uint32_t i = 0;

		while (i < len && kana[mid][i] == c[i].cp)
			i++;
		if (i == len && kana[mid][i] == 0)
			return 1;
		if (i < len && kana[mid][i] < c[i].cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

/* Where the function words that c[0, n) ends in begin; n when it ends in none. */
static uint32_t kana_tail(const struct ik_char *c, uint32_t n)
{
	uint32_t to[KANA_MAX], first = n, at, len;

	/* to[k]: is the rest behind `at + k + 1` made of function words? */
	memset(to, 0, sizeof to);
	to[0] = 1;
	for (at = n; at-- > 0;) {
		int whole = 0;

		for (len = 1; len <= KANA_MAX && at + len <= n && !whole; len++)
			whole = to[len - 1] && is_kana_word(c + at, len);
		if (whole)
			first = at;
		else if (first - at >= KANA_MAX)
			break;
		memmove(to + 1, to, sizeof to - sizeof to[0]);
		to[0] = (uint32_t)whole;
	}
	return first;
}

/* Where the function words of two characters and more end that c[0, n) begins with. */
static uint32_t kana_head(const struct ik_char *c, uint32_t n)
{
	uint32_t at = 0, len;

	for (;;) {
		for (len = KANA_MAX; len > 1; len--)
			if (at + len <= n && is_kana_word(c + at, len))
				break;
		if (len == 1)
			return at;
		at += len;
	}
}

static void set_function(struct ik_char *c, int function)
{
	c->flags = (uint8_t)(function ? c->flags | IK_CHAR_FUNCTION : c->flags & ~IK_CHAR_FUNCTION);
}

/* A stretch of hiragana; behind a Han character its first ones belong to that one's word. */
static void mark_kana(struct ik_char *c, uint32_t n, int behind_han)
{
	uint32_t head = behind_han ? 0 : kana_head(c, n), tail = kana_tail(c, n), i;

	if (behind_han && tail <= OKURIGANA_MAX)
		tail = 0;
	for (i = 0; i < n; i++)
		set_function(&c[i], i < head || i >= tail);
}

void ik_stop_mark(struct ik_char *c, uint32_t n)
{
	uint32_t at = 0, to;

	while (at < n) {
		set_function(&c[at], is_function_char(c[at].cp));
		for (to = at; to < n && c[to].cls == IK_CLASS_HIRA; to++)
			;
		if (to > at)
			mark_kana(c + at, to - at, at > 0 && c[at - 1].cls == IK_CLASS_HAN);
		at = to > at ? to : at + 1;
	}
	if (n == 1 && c->cls == IK_CLASS_KATA) /* "da" of a name: it stands in nearly all texts */
		set_function(c, 1);
}

int ik_stop_cjk(const struct ik_char *c, uint32_t n)
{
	uint32_t i = 0;

	while (i < n && c[i].flags & IK_CHAR_FUNCTION)
		i++;
	return i == n;
}

#define KOREAN_MAX 5u

/* UTF-16. Forms of "be", "have", "do" and "become" as they stand at the end of questions, too. */
static const uint16_t korean[][KOREAN_MAX + 1] = {
	/* question words */
	u"무엇", u"뭐", u"무슨", u"누구", u"누가", u"언제", u"어디", u"어느", u"어떤", u"어떻게",
	u"어째서", u"왜", u"얼마", u"얼마나", u"몇",
	/* pronouns, demonstratives */
	u"이", u"그", u"저", u"이것", u"그것", u"저것", u"이런", u"그런", u"저런", u"여기", u"거기",
	u"저기", u"우리",
	/* conjunctions, adverbs, dependent nouns */
	u"그리고", u"그러나", u"그래서", u"하지만", u"또는", u"또한", u"및", u"혹은", u"즉", u"등",
	u"더", u"가장", u"매우", u"것", u"수", u"때", u"때문", u"중",
	/* with a particle before: of, for, by, about */
	u"대한", u"대해", u"위한", u"위해", u"통한", u"통해", u"의한", u"의해", u"따른", u"따라",
	u"관한", u"관해",
	/* to be, not to be */
	u"있는", u"있다", u"있나", u"있나요", u"있는가", u"있는지", u"있던", u"있을", u"있을까",
	u"있었나", u"있었나요", u"있었던", u"있습니까", u"있습니다", u"없는", u"없다", u"이다",
	/* to do, to become */
	u"하는", u"한", u"하다", u"하나요", u"하는가", u"했나", u"했나요", u"했는가", u"했을까",
	u"했다", u"된", u"되는", u"되다", u"되나요", u"되는가", u"되었나", u"되었나요", u"되었는가",
	u"되었다", u"됐나요", u"됐다",
};

int ik_stop_korean(const struct ik_char *c, uint32_t n)
{
	size_t i;
	uint32_t k;

	for (i = 0; n <= KOREAN_MAX && i < sizeof korean / sizeof korean[0]; i++) {
		for (k = 0; k < n && korean[i][k] == c[k].cp; k++)
			;
		if (k == n && korean[i][n] == 0)
			return 1;
	}
	return 0;
}
