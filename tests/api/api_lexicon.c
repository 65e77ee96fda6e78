/* api_lexicon.c - dictionaries and synonyms of an index: set, kept, found with, shown. */
#include "backends.h"

#include <dirent.h>

/* ---- what the tests share ---- */

static void set_dictionary(ink_index *index, const char *text)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_set_dictionary(w, text, strlen(text), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

static void set_synonyms(ink_index *index, const char *text)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	OK(ink_writer_set_synonyms(w, text, strlen(text), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

/* Documents named a, b, c ... with these bodies. */
static void add_bodies(ink_index *index, char first, const char *const *bodies, size_t n)
{
	ink_writer *w;

	OK(ink_writer_open(index, &w, &err));
	for (size_t i = 0; i < n; i++) {
		char id[2] = {(char)(first + (int)i), '\0'};

		add(w, index, id, NULL, bodies[i]);
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
}

struct answer {
	ink_reader *reader;
	ink_query *query;
	ink_search *search;
	ink_results *results;
	char ids[64]; /* in order of the score */
};

static void ask(struct answer *a, ink_index *index, const char *text, uint32_t flags)
{
	memset(a, 0, sizeof *a);
	OK(ink_reader_open(index, &a->reader, &err));
	OK(ink_query_parse(index, text, strlen(text), flags, &a->query, &err));
	OK(ink_search_new(a->reader, a->query, &a->search, &err));
	OK(ink_search_add_snippet(a->search, "body", 0, "[", "]", 0, &err));
	OK(ink_search_run(a->search, &a->results, &err));
	for (size_t i = 0; i < ink_results_len(a->results); i++)
		strcat(a->ids, id_of(a->results, i));
}

static void done(struct answer *a)
{
	ink_results_free(a->results);
	ink_search_free(a->search);
	ink_query_free(a->query);
	ink_reader_close(a->reader);
}

static int by_char(const void *x, const void *y)
{
	return *(const char *)x - *(const char *)y;
}

/* The documents that a query finds, in the order of their names. */
static const char *found(ink_index *index, const char *text)
{
	static char ids[64];
	struct answer a;

	ask(&a, index, text, 0);
	strcpy(ids, a.ids);
	qsort(ids, strlen(ids), 1, by_char);
	done(&a);
	return ids;
}

static const char *marked(ink_index *index, const char *text, size_t hit)
{
	static char out[256];
	const char *snippet;
	struct answer a;
	size_t len;

	ask(&a, index, text, 0);
	OK(ink_results_snippet(a.results, hit, "body", &snippet, &len, &err));
	assert_true(len < sizeof out);
	strcpy(out, snippet);
	done(&a);
	return out;
}

static double score(const struct answer *a, char id)
{
	const char *at = strchr(a->ids, id);
	ink_hit hit;

	assert_non_null(at);
	OK(ink_results_hit(a->results, (size_t)(at - a->ids), &hit, &err));
	return hit.score;
}

static const char *dictionary_of(ink_index *index)
{
	static char out[200];
	const char *text;
	ink_reader *r;
	size_t len;

	OK(ink_reader_open(index, &r, &err));
	OK(ink_reader_dictionary(r, &text, &len, &err));
	assert_int_equal(strlen(text), len);
	strcpy(out, text);
	ink_reader_close(r);
	return out;
}

static const char *synonyms_of(ink_index *index)
{
	static char out[200];
	const char *text;
	ink_reader *r;
	size_t len;

	OK(ink_reader_open(index, &r, &err));
	OK(ink_reader_synonyms(r, &text, &len, &err));
	assert_int_equal(strlen(text), len);
	strcpy(out, text);
	ink_reader_close(r);
	return out;
}

/* How many files of words are in the index's folder? */
static int count_files(const struct place *p)
{
	char path[80];
	struct dirent *e;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof path, "%s/index", p->dir);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL)
		n += strncmp(e->d_name, "words-", 6) == 0;
	closedir(dir);
	return n;
}

/* What a backend without words says; 0 when it has them. */
static int is_left_out(const struct place *p)
{
	ink_writer *w;

	if (on->own_files)
		return 0;
	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_EUNSUPPORTED, "no dictionary", ink_writer_set_dictionary(w, "x", 1, &err));
	FAILS(INK_EUNSUPPORTED, "no synonyms", ink_writer_set_synonyms(w, "x,y", 3, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "");
	return 1;
}

/* ---- setting and keeping ---- */

static void test_a_commit_makes_them_durable(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_reader *before;
	const char *text;
	size_t len;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, "深度求索\n", 13, &err));
	OK(ink_writer_set_synonyms(w, "a, b", 4, &err));
	assert_string_equal(dictionary_of(p->index), "");
	OK(ink_reader_open(p->index, &before, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(dictionary_of(p->index), "深度求索\n");
	assert_string_equal(synonyms_of(p->index), "a, b");
	assert_int_equal(count_files(p), 1);
	/* a reader is of its commit */
	OK(ink_reader_dictionary(before, &text, &len, &err));
	assert_int_equal(len, 0);
	ink_reader_close(before);
	ink_writer_close(w);
	/* another process's view */
	ink_index_close(p->index);
	OK(ink_index_open(p->path, 0, &p->index, &err));
	assert_string_equal(dictionary_of(p->index), "深度求索\n");
	OK(ink_index_check(p->path, NULL, NULL, &err));
}

static void test_one_is_replaced_without_the_other(void **state)
{
	struct place *p = *state;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	set_synonyms(p->index, "a, b");
	set_dictionary(p->index, "two");
	assert_string_equal(dictionary_of(p->index), "two");
	assert_string_equal(synonyms_of(p->index), "a, b");
	assert_int_equal(count_files(p), 1);
	set_dictionary(p->index, "");
	assert_string_equal(dictionary_of(p->index), "");
	assert_string_equal(synonyms_of(p->index), "a, b");
	set_synonyms(p->index, "");
	assert_string_equal(synonyms_of(p->index), "");
	assert_int_equal(count_files(p), 0);
}

static void test_rollback_and_closing_forget_them(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, NULL, 0, &err));
	OK(ink_writer_rollback(w, &err));
	OK(ink_writer_commit(w, NULL, &err));
	assert_string_equal(dictionary_of(p->index), "one");
	OK(ink_writer_set_dictionary(w, "two", 3, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "one");
	assert_int_equal(count_files(p), 1);
}

static void test_a_bad_text_changes_nothing(void **state)
{
	struct place *p = *state;
	ink_writer *w;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one");
	OK(ink_writer_open(p->index, &w, &err));
	FAILS(INK_ESYNTAX, "line 2, byte 3: not UTF-8",
	      ink_writer_set_dictionary(w, "ab\n\xFF", 4, &err));
	assert_int_equal(err.offset, 3);
	FAILS(INK_ESYNTAX, "line 1, byte 0", ink_writer_set_synonyms(w, "alone", 5, &err));
	FAILS(INK_EINVAL, "text", ink_writer_set_synonyms(w, NULL, 5, &err));
	FAILS(INK_EINVAL, "writer", ink_writer_set_synonyms(NULL, "", 0, &err));
	add(w, p->index, "x", NULL, "still alive");
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(dictionary_of(p->index), "one");
	assert_string_equal(found(p->index, "alive"), "x");
}

static void test_damage_is_found(void **state)
{
	struct place *p = *state;
	char path[100];
	FILE *f;

	if (is_left_out(p))
		return;
	set_dictionary(p->index, "one two");
	snprintf(path, sizeof path, "%s/index/words-%016x.ink", p->dir, 1u);
	f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, 30, SEEK_SET);
	fputc('x', f);
	fclose(f);
	FAILS(INK_ECORRUPT, "words-0000000000000001.ink: wrong checksum",
	      ink_index_check(p->path, NULL, NULL, &err));
	assert_int_equal(remove(path), 0);
	FAILS(INK_ECORRUPT, "words-0000000000000001.ink", ink_index_check(p->path, NULL, NULL, &err));
}

/* ---- words of the dictionary ---- */

static void test_new_words_find_old_documents(void **state)
{
	static const char *const bodies[] = {"深度求索发布新模型", "深度学习与求索精神", "别的东西"};
	static const char *const later[] = {"我们使用深度求索"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	set_dictionary(p->index, "深度求索\n");
	ask(&a, p->index, "深度求索", 0);
	assert_int_equal(a.ids[0], 'a');
	done(&a);
	assert_string_equal(found(p->index, "\"深度求索\""), "a");
	assert_string_equal(found(p->index, "+深度求索"), "a");
	add_bodies(p->index, 'd', later, 1);
	ask(&a, p->index, "深度求索", 0);
	assert_true(strchr(a.ids, 'a') < strchr(a.ids, 'b'));
	assert_true(strchr(a.ids, 'd') < strchr(a.ids, 'b'));
	done(&a);
	assert_string_equal(found(p->index, "\"深度求索\""), "ad");
	assert_string_equal(found(p->index, "+深度求索"), "ad");
	assert_string_equal(marked(p->index, "+深度求索 -使用", 0), "[深度求索]发布新模型");
}

/* Once everything was added again, the score is that of a word the dictionary always had. */
static void test_a_word_in_two_ways_counts_once(void **state)
{
	static const char *const bodies[] = {"深度求索好", "深度求索坏"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 1);
	set_dictionary(p->index, "深度求索\n");
	add_bodies(p->index, 'b', bodies + 1, 1);
	ask(&a, p->index, "深度求索", 0);
	/* one has the term, the other its parts, and neither has both */
	assert_true(score(&a, 'b') < 1.5 * score(&a, 'a'));
	assert_true(score(&a, 'a') < 1.5 * score(&a, 'b'));
	done(&a);
}

static void test_words_of_letters(void **state)
{
	static const char *const bodies[] = {"Node.js server", "node and js", "a C* pointer",
		                             "plan c of ours", "machine learning",
		                             "learning a machine"};
	static const char *const later[] = {"Node.js client", "the C* language", "Machine Learning"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 6);
	set_dictionary(p->index, "Node.js\nC*\nmachine learning\n");
	add_bodies(p->index, 'k', later, 3);
	ask(&a, p->index, "node.js", 0);
	assert_true(strchr(a.ids, 'a') < strchr(a.ids, 'b') && strchr(a.ids, 'k') < strchr(a.ids, 'b'));
	done(&a);
	assert_string_equal(found(p->index, "+node.js"), "ak");
	/* the signs of a word are looked for in what is stored */
	assert_string_equal(found(p->index, "+\"C*\" +the +language"), "l");
	assert_string_equal(found(p->index, "+C\\*"), "cl");
	ask(&a, p->index, "machine learning", 0);
	assert_int_equal(strspn(a.ids, "em"), 2);
	done(&a);
	assert_string_equal(found(p->index, "\"machine learning\""), "em");
	assert_string_equal(marked(p->index, "+\"machine learning\"", 0), "[machine] [learning]");
}

static void test_korean_words(void **state)
{
	static const char *const bodies[] = {"김하나가 왔다", "김하나는 왔다", "김하나 왔다", "김하 왔다"};
	static const char *const later[] = {"김하나의 책", "김하나"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 4);
	set_dictionary(p->index, "김하나\n");
	add_bodies(p->index, 'e', later, 2);
	assert_string_equal(found(p->index, "+김하나"), "abcef");
	assert_string_equal(found(p->index, "\"김하나\""), "abcef");
}

/* Without stored text and gram positions a string is its words and grams: of either time. */
static void test_strings_of_fields_that_are_not_stored(void **state)
{
	struct place *p = *state;
	ink_writer *w;
	ink_doc *doc;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	for (int i = 0; i < 2; i++) {
		doc = make_doc(p->index, i == 0 ? "a" : "b", NULL, NULL);
		put(doc, "loose", "研究生命起源");
		OK(ink_writer_add(w, doc, &err));
		ink_doc_free(doc);
		OK(ink_writer_set_dictionary(w, "究生\t5000", strlen("究生\t5000"), &err));
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	assert_string_equal(found(p->index, "loose:\"研究生命\""), "ab");
	assert_string_equal(found(p->index, "+loose:研究生命"), "ab");
}

static void test_threads_use_the_words_of_their_time(void **state)
{
	struct place *p = *state;
	char id[8];
	ink_writer *w;
	ink_terms *t;
	ink_reader *r;

	if (is_left_out(p))
		return;
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_threads(w, 3, &err));
	for (int i = 0; i < 60; i++) {
		if (i == 40)
			OK(ink_writer_set_dictionary(w, "深度求索", 12, &err));
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, NULL, "深度求索");
	}
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	OK(ink_reader_open(p->index, &r, &err));
	OK(ink_terms_open(r, "body", INK_PART_WORD, "深度求索", 12, &t, &err));
	assert_int_equal(ink_terms_next(t, &err), 1);
	assert_int_equal(ink_terms_doc_freq(t), 20);
	ink_terms_close(t);
	ink_reader_close(r);
}

/* ---- synonyms ---- */

static void test_synonyms_are_found_after_what_was_typed(void **state)
{
	static const char *const bodies[] = {"a cheap laptop bag", "a cheap notebook bag",
		                             "a portable computer bag", "a portable radio bag",
		                             "computer bag", "no such thing"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 6);
	assert_string_equal(found(p->index, "laptop"), "a");
	set_synonyms(p->index, "laptop, notebook, portable computer\n");
	ask(&a, p->index, "laptops", 0);
	assert_int_equal(a.ids[0], 'a');
	assert_string_equal(found(p->index, "laptops"), "abc");
	done(&a);
	assert_string_equal(found(p->index, "notebook"), "abc");
	assert_string_equal(found(p->index, "+laptop"), "abc");
	assert_string_equal(found(p->index, "+laptop +cheap"), "ab");
	/* typed as two words, each is found by itself as well */
	assert_string_equal(found(p->index, "portable computer"), "abcde");
	assert_string_equal(found(p->index, "\"laptop\""), "a");
	assert_string_equal(found(p->index, "lap*"), "a");
	assert_string_equal(found(p->index, "bag -laptop"), "de");
}

static void test_what_was_typed_scores_as_without_synonyms(void **state)
{
	static const char *const bodies[] = {"laptop bag", "notebook bag", "laptop and notebook bag"};
	struct place *p = *state;
	struct answer before, after;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	ask(&before, p->index, "laptop bag", 0);
	set_synonyms(p->index, "laptop, notebook\n");
	ask(&after, p->index, "laptop bag", 0);
	for (const char *id = "ac"; *id != '\0'; id++)
		assert_true(score(&after, *id) > 0.999999 * score(&before, *id) &&
		            score(&after, *id) < 1.000001 * score(&before, *id));
	assert_true(score(&after, 'b') > score(&before, 'b'));
	assert_true(score(&after, 'b') < score(&after, 'a'));
	done(&before);
	done(&after);
}

static void test_one_way_rules(void **state)
{
	static const char *const bodies[] = {"a couch", "a sofa", "a chesterfield sofa"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 3);
	set_synonyms(p->index, "couch => sofa\nsettee => chesterfield sofa\n");
	assert_string_equal(found(p->index, "couch"), "abc");
	assert_string_equal(found(p->index, "sofa"), "bc");
	assert_string_equal(found(p->index, "settee"), "c");
}

static void test_vocabulary_of_two_shores(void **state)
{
	static const char *const bodies[] = {"開源軟體的歷史", "开源软件的历史", "出租车司机", "計程車司機"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 4);
	assert_string_equal(found(p->index, "+軟體"), "a");
	set_synonyms(p->index, "軟體, 软件\n計程車, 出租车\n");
	assert_string_equal(found(p->index, "+軟體"), "ab");
	assert_string_equal(found(p->index, "+软件"), "ab");
	assert_string_equal(found(p->index, "+出租車"), "cd");
	assert_string_equal(found(p->index, "\"软件\""), "b");
	assert_string_equal(marked(p->index, "+软体 -软件的", 0), "開源[軟體]的歷史");
	assert_string_equal(marked(p->index, "软件", 1), "開源[軟體]的歷史");
}

static void test_synonyms_of_several_words_where_all_are_required(void **state)
{
	static const char *const bodies[] = {"new york hotel", "the big apple has a hotel",
		                             "a new hotel in york", "big hotel"};
	struct place *p = *state;
	struct answer a;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 4);
	set_synonyms(p->index, "new york, big apple\n");
	ask(&a, p->index, "new york hotel", INK_PARSE_ALL);
	qsort(a.ids, strlen(a.ids), 1, by_char);
	assert_string_equal(a.ids, "abc");
	done(&a);
	assert_string_equal(found(p->index, "hotel AND \"new york\""), "a");
	assert_string_equal(marked(p->index, "+new +york", 0), "[new] [york] hotel");
}

static void test_snippets_mark_whole_synonyms_only(void **state)
{
	static const char *const bodies[] = {"portable computer, and a computer", "my laptop computer"};
	struct place *p = *state;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 2);
	set_synonyms(p->index, "laptop, portable computer\n");
	assert_string_equal(marked(p->index, "laptop", 0), "my [laptop] computer");
	assert_string_equal(marked(p->index, "laptop", 1), "[portable] [computer], and a computer");
}

static void test_explanations_name_the_best(void **state)
{
	static const char *const bodies[] = {"laptop notebook"};
	struct place *p = *state;
	struct answer a;
	const char *text;
	size_t len;

	if (is_left_out(p))
		return;
	add_bodies(p->index, 'a', bodies, 1);
	set_synonyms(p->index, "laptop, notebook\n");
	ask(&a, p->index, "laptop", 0);
	OK(ink_results_explain(a.results, 0, &text, &len, &err));
	assert_non_null(strstr(text, "best of"));
	done(&a);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Words 0 to 59, low ones far more often. */
static uint32_t random_word(uint32_t *seed)
{
	uint32_t a = next_random(seed) % 60, b = next_random(seed) % 60;

	return a * b / 60;
}

/* The best three of a search that may leave out what cannot be among them are those of one that may not. */
static void test_pruning_does_not_change_the_ranking(void **state)
{
	static const char before[] = "w1 w2\nw30 w7\nw9 w0\n", later[] = "w1 w2\nw3 w4\nw0 w0\n";
	static const char rules[] = "w1, w40\nw2 => w50 w0, w3\nw7 w8, w20, w33\nw5, w0\n";
	const uint32_t first_seed = 4711;
	struct place *p = *state;
	uint32_t seed = first_seed;
	ink_writer *w;

	if (is_left_out(p))
		return;
	print_message("seed %u\n", first_seed);
	OK(ink_writer_open(p->index, &w, &err));
	OK(ink_writer_set_dictionary(w, before, strlen(before), &err));
	for (int i = 0; i < 6000; i++) {
		char id[16], body[200] = "";

		if (i == 3000) /* half of the documents know other words */
			OK(ink_writer_set_dictionary(w, later, strlen(later), &err));
		for (uint32_t k = next_random(&seed) % 12 + 1; k > 0; k--)
			sprintf(body + strlen(body), "w%u ", random_word(&seed));
		snprintf(id, sizeof id, "%d", i);
		add(w, p->index, id, NULL, body);
	}
	OK(ink_writer_set_synonyms(w, rules, strlen(rules), &err));
	OK(ink_writer_commit(w, NULL, &err));
	ink_writer_close(w);
	for (int i = 0; i < 60; i++) {
		ink_results *few, *all;
		struct answer a = {0};
		char text[100] = "";

		for (uint32_t k = next_random(&seed) % 4 + 1; k > 0; k--)
			sprintf(text + strlen(text), "%sw%u ", i % 7 == 0 ? "+" : "",
			        random_word(&seed));
		a.query = parse(p->index, text);
		OK(ink_reader_open(p->index, &a.reader, &err));
		OK(ink_search_new(a.reader, a.query, &a.search, &err));
		OK(ink_search_set_window(a.search, 0, 3, &err));
		OK(ink_search_run(a.search, &few, &err));
		OK(ink_search_set_window(a.search, 0, 10000, &err));
		OK(ink_search_run(a.search, &all, &err));
		assert_int_equal(ink_results_len(few),
		                 ink_results_len(all) < 3 ? ink_results_len(all) : 3);
		for (size_t k = 0; k < ink_results_len(few); k++) {
			ink_hit x, y;

			OK(ink_results_hit(few, k, &x, &err));
			OK(ink_results_hit(all, k, &y, &err));
			assert_int_equal(x.doc, y.doc);
			assert_true(x.score >= y.score && x.score <= y.score);
		}
		ink_results_free(few);
		ink_results_free(all);
		done(&a);
	}
}

static void test_getters_check_their_arguments(void **state)
{
	struct place *p = *state;
	const char *text;
	ink_reader *r;
	size_t len;

	OK(ink_reader_open(p->index, &r, &err));
	FAILS(INK_EINVAL, "reader", ink_reader_dictionary(NULL, &text, &len, &err));
	FAILS(INK_EINVAL, "text", ink_reader_synonyms(r, NULL, &len, &err));
	FAILS(INK_EINVAL, "len", ink_reader_synonyms(r, &text, NULL, &err));
	ink_reader_close(r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, index_make, place_free)

static const struct CMUnitTest tests[] = {
	TEST(test_a_commit_makes_them_durable),
	TEST(test_one_is_replaced_without_the_other),
	TEST(test_rollback_and_closing_forget_them),
	TEST(test_a_bad_text_changes_nothing),
	TEST(test_damage_is_found),
	TEST(test_new_words_find_old_documents),
	TEST(test_a_word_in_two_ways_counts_once),
	TEST(test_words_of_letters),
	TEST(test_korean_words),
	TEST(test_strings_of_fields_that_are_not_stored),
	TEST(test_threads_use_the_words_of_their_time),
	TEST(test_synonyms_are_found_after_what_was_typed),
	TEST(test_what_was_typed_scores_as_without_synonyms),
	TEST(test_one_way_rules),
	TEST(test_vocabulary_of_two_shores),
	TEST(test_synonyms_of_several_words_where_all_are_required),
	TEST(test_snippets_mark_whole_synonyms_only),
	TEST(test_explanations_name_the_best),
	TEST(test_pruning_does_not_change_the_ranking),
	TEST(test_getters_check_their_arguments),
};

RUN_SUITE(tests)
