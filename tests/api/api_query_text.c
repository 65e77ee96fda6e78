/*
 * api_query_text.c - the text of queries built by hand: parsed again, it finds what they find.
 *
 * Random trees of every builder over every type of field, with texts, names and numbers that are
 * syntax in places.
 */
#include "backends.h"

#include <math.h>

#define ROUNDS 20000

static uint64_t seed;

static uint32_t rnd(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

#define ANY_OF(array) ((array)[rnd(N_OF(array))])

/* ---- what is searched ---- */

static const struct {
	const char *title, *body, *tag, *other, *day;
	int64_t year;
	double price;
} docs[] = {
	{"Ink stone", "a stone to grind ink on", "tool", "a b", "1999-12-31", 1999, 12.5},
	{"Ink", "black water, running", "water", "old", "2005-01-01", 2005, 3},
	{"硯", "墨をする道具。東京都の博物館にある", "tool", "京都", "2024-06-01T10:30", 2010, -1.5},
	{"深度学习", "深度 学习 和 机器学习 C++ AT&T", "京都市", "*x", "1969-07-20", -5, 0},
	{"AND or NOT", "a:b http://x.org/?q title:x", "AND", "a:b", "-0044-03-15", 0, 1e15},
	{"runs", "ran to a well-known inn", "x", "ab", "1970-01-01T00:00:02.024Z", 2024, 2.5},
	{"TO be", "x y (z) \"q\" ~ ^ \\ ~1 ink~0", "\\", "\"", "0000-01-01", INT64_MAX, 1e300},
	{"", "i k", "y", " ", "9999-12-31", INT64_MIN, -1e300},
};

static int docs_make(void **state)
{
	struct place *p;
	ink_writer *w;

	index_make(state);
	p = *state;
	OK(ink_writer_open(p->index, &w, &err));
	for (size_t i = 0; i < N_OF(docs); i++) {
		char id[2] = {(char)('1' + (int)i), '\0'};
		ink_doc *doc = make_doc(p->index, id, docs[i].title, docs[i].body);

		put(doc, "loose", docs[i].body);
		put(doc, "tag", docs[i].tag);
		put(doc, "tag", docs[i].other);
		put(doc, "day", docs[i].day);
		OK(ink_doc_add_i64(doc, "year", docs[i].year, &err));
		OK(ink_doc_add_f64(doc, "price", docs[i].price, &err));
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	return 0;
}

/* What a query finds: a score for each document, -1 where it does not match; or an error. */
struct found {
	int rc;
	double score[N_OF(docs)];
};

static void run(ink_reader *reader, const ink_query *query, struct found *out)
{
	ink_results *r = NULL;
	ink_search *search;
	ink_hit hit;

	for (size_t i = 0; i < N_OF(docs); i++)
		out->score[i] = -1;
	OK(ink_search_new(reader, query, &search, &err));
	OK(ink_search_set_window(search, 0, 100, &err));
	out->rc = ink_search_run(search, &r, &err);
	for (size_t i = 0; out->rc == 0 && i < ink_results_len(r); i++) {
		OK(ink_results_hit(r, i, &hit, &err));
		out->score[id_of(r, i)[0] - '1'] = hit.score;
	}
	ink_results_free(r);
	ink_search_free(search);
}

static int is_same(const struct found *a, const struct found *b)
{
	for (size_t i = 0; i < N_OF(docs); i++)
		if (fabs(a->score[i] - b->score[i]) > 1e-5 * fmax(1, fabs(a->score[i])))
			return 0;
	return a->rc == 0 && b->rc == 0;
}

/* ---- builders ---- */

static const char *const words[] = {
	"ink", "stone", "Ink stone", "ink AND stone", "AND", "OR", "NOT", "&&", "||a", "a b", "a  b",
	" ", "", "a", "x", "y", " x", "x ", "TO", "tool", "runs", "running", "深度", "深度学习", "京都",
	"東京 墨", "硯　墨", "　", "C++", "AT&T", "well-known", "-x", "+x", "!x", "-", "a:b", "title:x",
	"ti\\tle:x", "\\title:x", ":x", "::", "//x", "std::x", "http://x.org/?q", "http://?*",
	"://?", "a\\://?", "nosuch:x", "year>5",
	"<5", ">=5", "=x", "[a", "{a", "(z)", "\"q\"", "\"", "~", "~1", "ink~1", "ink~0", "x~", "^",
	"ink^2", "*", "**", "*x", "\\*x", "i?k", "in*", "*nk", "深*", "京都*", "?", "??", "\\", "\\\\", "a\\",
	"*:*", "2020", "2024", "1999", "+2024", "-5", "0", "2.5", "1e15", "-inf", "inf", "2024-06",
	"1999-12-31", "2024-06-01 10:30", "1970-01-01T00:00:02.024Z", "-0044-03-15", "2024.5", "\t", "a\nb",
	"\xFF", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:x"};

static const char *const fields[] = {NULL, NULL, "title", "body", "loose", "tag", "tag", "year",
                                     "price", "day", "day"};

static const char *const odd_fields[] = {"raw", "nosuch", "a title", "title:x", "", "x OR title",
                                         "*", "標題", "(title", "title\"", "+title",
                                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                         "aaaaaaaaaa"};

static const double boosts[] = {0, -0.0, 1e-300, 0.001, 0.5, 2, 3.3, 1000, 1e6, 1.0 / 3, 4.9e-324};

static const char *a_text(char room[16])
{
	static const char chars[] = "ab \\\"()~^*?+-!<>=[]{}&|:/1TO.";
	uint32_t n = rnd(8);

	if (rnd(3) != 0)
		return ANY_OF(words);
	for (uint32_t i = 0; i < n; i++)
		room[i] = chars[rnd(sizeof chars - 1)];
	room[n] = '\0';
	return room;
}

static const char *a_field(int needed)
{
	const char *field;

	do
		field = rnd(30) == 0 ? ANY_OF(odd_fields) : ANY_OF(fields);
	while (needed && field == NULL);
	return field;
}

static int64_t a_whole(void)
{
	static const int64_t some[] = {0, 1, -5, 999, 10000, 20240601, 123456, 1717237800000, -86400000,
	                               -62135596800000, INT64_MAX, INT64_MIN, 253402300800000,
	                               INT64_MAX - 1};

	return ANY_OF(some);
}

static double a_real(void)
{
	static const double some[] = {0, -0.0, 1.5, -1.5, 2.5, 1e15, 1e300, -1e300, 9.3e18, -1e19, 1e-5,
	                              0.1, 4.9e-324, 1717237800000.5, INFINITY, -INFINITY, 12.5};

	return ANY_OF(some);
}

static ink_query *a_range(void)
{
	const char *field = a_field(1);
	char lo[16], hi[16];
	uint32_t flags = rnd(16);
	ink_query *q;

	if (rnd(3) == 0) {
		const char *from = a_text(lo), *to = a_text(hi);

		OK(ink_query_range_text(field, from, strlen(from), to, strlen(to), flags, &q, &err));
	} else if (rnd(2) == 0) {
		OK(ink_query_range_i64(field, a_whole(), a_whole(), flags, &q, &err));
	} else {
		OK(ink_query_range_f64(field, a_real(), a_real(), flags, &q, &err));
	}
	return q;
}

static ink_query *a_leaf(void)
{
	char room[16];
	const char *text = a_text(room), *field = a_field(0);
	size_t len = strlen(text);
	ink_query *q;

	switch (rnd(9)) {
	case 0: OK(ink_query_term(a_field(1), text, len, &q, &err)); break;
	case 1:
	case 2: OK(ink_query_match(field, text, len, &q, &err)); break;
	case 3: OK(ink_query_phrase(field, text, len, rnd(2) * rnd(4), &q, &err)); break;
	case 4: OK(ink_query_prefix(field, text, len, &q, &err)); break;
	case 5: OK(ink_query_wildcard(field, text, len, &q, &err)); break;
	case 6: OK(ink_query_fuzzy(field, text, len, 1 + rnd(2), &q, &err)); break;
	case 7: return a_range();
	default: OK(ink_query_all(&q, &err)); break;
	}
	return q;
}

static ink_query *boosted(ink_query *q)
{
	double boost = ANY_OF(boosts);
	ink_query *out;

	if (ink_query_boost(q, boost, &out, &err) != INK_OK)
		return q; /* more than a query may have */
	ink_query_free(q);
	return out;
}

/* A leaf that can be run, as one that cannot hides all that stands beside it. */
static ink_query *good_leaf(ink_reader *reader)
{
	struct found found;
	ink_query *q = NULL;

	do {
		ink_query_free(q);
		q = a_leaf();
		run(reader, q, &found);
	} while (found.rc != 0);
	return rnd(4) == 0 ? boosted(q) : q;
}

static ink_query *a_tree(ink_reader *reader, int depth)
{
	static const int32_t usual[] = {INK_SHOULD, INK_SHOULD, INK_SHOULD,  INK_MUST,
	                                INK_MUST,   INK_FILTER, INK_MUST_NOT};
	uint32_t n = rnd(5), one = rnd(3), must_not = rnd(6) == 0;
	ink_query *clauses[5], *q;
	int32_t occur[5];

	if (depth == 0 || rnd(3) == 0)
		return good_leaf(reader);
	for (uint32_t i = 0; i < n; i++) {
		clauses[i] = a_tree(reader, depth - 1);
		occur[i] = must_not ? INK_MUST_NOT : one == 0 ? INK_SHOULD : ANY_OF(usual);
	}
	OK(ink_query_bool((const ink_query *const *)clauses, occur, n, rnd(3) == 0 ? rnd(4) : 0, &q,
	                  &err));
	for (uint32_t i = 0; i < n; i++)
		ink_query_free(clauses[i]);
	return rnd(3) == 0 ? boosted(q) : q;
}

/* ---- their text ---- */

static const char *text_of(const ink_query *q, size_t *len)
{
	const char *text;

	OK(ink_query_text(q, &text, len, &err));
	return text;
}

/* A query that runs, parsed from its text: the same is found, and that prints as what it is. */
static void check_good(struct place *p, ink_reader *reader, const ink_query *q,
                       const struct found *want, uint64_t from)
{
	size_t len, again_len, last_len;
	const char *text = text_of(q, &len), *again_text, *last_text;
	ink_query *again, *last;
	struct found found;
	int rc = ink_query_parse(p->index, text, len, 0, &again, &err);

	if (rc != 0)
		fail_msg("seed %llu: `%s`: %s", (unsigned long long)from, text, err.message);
	run(reader, again, &found);
	again_text = text_of(again, &again_len);
	if (!is_same(want, &found))
		fail_msg("seed %llu: `%s` is found otherwise as `%s`", (unsigned long long)from,
		         text, again_text);
	OK(ink_query_parse(p->index, again_text, again_len, 0, &last, &err));
	last_text = text_of(last, &last_len);
	if (again_len != last_len || memcmp(again_text, last_text, last_len) != 0)
		fail_msg("seed %llu: `%s` is printed as `%s`", (unsigned long long)from,
		         again_text, last_text);
	ink_query_free(again);
	ink_query_free(last);
}

/* One that no search runs does not become one that runs; but numbers are keywords, too. */
static void check_bad(struct place *p, ink_reader *reader, const ink_query *q, uint64_t from)
{
	size_t len;
	const char *text = text_of(q, &len);
	ink_query *again;
	struct found found;

	if (ink_query_parse(p->index, text, len, 0, &again, &err) != 0)
		return;
	run(reader, again, &found);
	if (found.rc == 0 && strncmp(text, "tag:", 4) != 0)
		fail_msg("seed %llu: `%s` does not run when built", (unsigned long long)from,
		         text);
	ink_query_free(again);
}

static void test_the_text_of_random_queries_means_the_same(void **state)
{
	struct place *p = *state;
	ink_reader *reader;

	OK(ink_reader_open(p->index, &reader, &err));
	for (uint64_t i = 0; i < (on->remote ? ROUNDS / 20 : ROUNDS); i++) {
		struct found want;
		ink_query *q;

		seed = i;
		q = i % 2 == 0 ? a_leaf() : a_tree(reader, 3);
		run(reader, q, &want);
		if (want.rc == 0)
			check_good(p, reader, q, &want, i);
		else
			check_bad(p, reader, q, i);
		ink_query_free(q);
	}
	ink_reader_close(reader);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_the_text_of_random_queries_means_the_same, docs_make,
                                        place_free),
};

RUN_SUITE(tests)
