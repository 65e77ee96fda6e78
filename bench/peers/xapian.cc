/*
 * xapian.cc - driver: Xapian, glass backend, compacted to one database.
 *
 * Part of: bench/peers. The flush threshold counts documents and knows nothing
 * of bytes, so the driver commits by the text it has added: pending postings
 * take about five times their text. Terms of CJK text are Xapian's own n-grams.
 *
 * An analysis that begins with X is a prefix of all terms: words of a database
 * that another program made, such as "XWB:" of bench/xapian.
 */
#include "peer.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <dirent.h>
#include <unistd.h>

#include <xapian.h>

static const unsigned PENDING_PER_TEXT_BYTE = 5;

static Xapian::Database *database;
static Xapian::Enquire *enquire;
static bool analyzed;
static std::string prefix;

/* ---- indexing ---- */

static void remove_folder(const std::string &path)
{
	DIR *dir = opendir(path.c_str());

	while (struct dirent *entry = dir != NULL ? readdir(dir) : NULL)
		unlink((path + "/" + entry->d_name).c_str());
	if (dir != NULL)
		closedir(dir);
	rmdir(path.c_str());
}

static void add_words(Xapian::Document &doc, const struct peer_doc &in)
{
	const char *p = in.text, *end = p + in.text_len;
	Xapian::termpos at = 0;

	while (p < end) {
		const char *stop = static_cast<const char *>(memchr(p, ' ', size_t(end - p)));

		if (stop == NULL)
			stop = end;
		if (stop > p)
			doc.add_posting(std::string(p, size_t(stop - p)), ++at);
		p = stop + 1;
	}
}

static void add_all(Xapian::WritableDatabase &db, const struct peer_job *job, bool grams)
{
	Xapian::TermGenerator generator;
	struct peer_doc in;
	uint64_t pending = 0;

	generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
	while (peer_next_doc(&in)) {
		Xapian::Document doc;

		doc.set_data(std::string(in.key, in.key_len));
		doc.add_boolean_term("Q" + std::string(in.key, in.key_len));
		if (grams) {
			generator.set_document(doc);
			generator.set_termpos(0);
			generator.index_text(Xapian::Utf8Iterator(in.text, in.text_len));
		} else {
			add_words(doc, in);
		}
		db.add_document(doc);
		pending += in.text_len * PENDING_PER_TEXT_BYTE;
		if (pending > job->budget) {
			db.commit();
			pending = 0;
		}
	}
	db.commit();
}

void engine_index(const struct peer_job *job)
try {
	std::string parts = std::string(job->dir) + ".parts";

	setenv("XAPIAN_FLUSH_THRESHOLD", "1000000000", 1);
	{
		Xapian::WritableDatabase db(parts, Xapian::DB_CREATE_OR_OVERWRITE |
		                                           Xapian::DB_BACKEND_GLASS |
		                                           Xapian::DB_NO_TERMLIST);

		add_all(db, job, strcmp(job->analysis, "whitespace") != 0);
		db.close();
	}
	Xapian::Database(parts).compact(job->dir, Xapian::Compactor::FULLER);
	remove_folder(parts);
} catch (const Xapian::Error &e) {
	peer_die("%s", e.get_description().c_str());
}

/* ---- searching ---- */

void engine_open(const char *dir, const char *analysis)
try {
	prefix = analysis[0] == 'X' ? analysis : "";
	analyzed = prefix.empty() && strcmp(analysis, "whitespace") != 0;
	database = new Xapian::Database(dir);
	enquire = new Xapian::Enquire(*database);
} catch (const Xapian::Error &e) {
	peer_die("%s", e.get_description().c_str());
}

static Xapian::Query make_phrase(const struct peer_clause &c)
{
	std::vector<std::string> words;
	const char *p = c.text, *end = p + c.len;

	while (p < end) {
		const char *stop = static_cast<const char *>(memchr(p, ' ', size_t(end - p)));

		if (stop == NULL)
			stop = end;
		words.push_back(prefix + std::string(p, size_t(stop - p)));
		p = stop + 1;
	}
	return Xapian::Query(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
	                     Xapian::termcount(words.size()));
}

static Xapian::Query parse_words(const struct peer_query *q)
{
	struct peer_clause clauses[PEER_WORDS];
	std::vector<Xapian::Query> must, should, no;
	size_t n = peer_parse(q, clauses);

	for (size_t i = 0; i < n; i++) {
		const struct peer_clause &c = clauses[i];

		(c.occur == '+' ? must : c.occur == '-' ? no : should)
		        .push_back(c.phrase ? make_phrase(c)
		                            : Xapian::Query(prefix + std::string(c.text, c.len)));
	}
	Xapian::Query any(Xapian::Query::OP_OR, should.begin(), should.end());
	Xapian::Query all(Xapian::Query::OP_AND, must.begin(), must.end());
	Xapian::Query query = must.empty() ? any : all;

	if (!must.empty() && !should.empty())
		query = Xapian::Query(Xapian::Query::OP_AND_MAYBE, all, any);
	if (!no.empty())
		query = Xapian::Query(Xapian::Query::OP_AND_NOT, query,
		                      Xapian::Query(Xapian::Query::OP_OR, no.begin(), no.end()));
	return query;
}

/* Quoted text by Xapian's parser, which would join the n-grams of a question by AND. */
static Xapian::Query parse_text(const struct peer_query *q)
{
	const int flags = Xapian::QueryParser::FLAG_PHRASE | Xapian::QueryParser::FLAG_CJK_NGRAM;
	std::string text(q->text, q->len);

	if (text[0] == '"')
		return Xapian::QueryParser().parse_query(text, flags);
	Xapian::TermGenerator generator;
	Xapian::Document words;

	generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
	generator.set_document(words);
	generator.index_text_without_positions(text);
	words = generator.get_document();
	return Xapian::Query(Xapian::Query::OP_OR, words.termlist_begin(), words.termlist_end());
}

int64_t engine_run(const struct peer_query *q)
try {
	Xapian::doccount docs = database->get_doccount();

	enquire->set_query(analyzed ? parse_text(q) : parse_words(q));
	if (q->limit == 0)
		enquire->set_weighting_scheme(Xapian::BoolWeight());
	else
		enquire->set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.75, 0));
	Xapian::MSet found = enquire->get_mset(0, Xapian::doccount(q->limit), q->exact ? docs : 0);

	return q->exact ? int64_t(found.get_matches_estimated()) : int64_t(PEER_NOT_COUNTED);
} catch (const Xapian::Error &e) {
	peer_die("%s: %s", q->text, e.get_description().c_str());
}

extern "C" {
int (*const engine_fetch)(const char *key, size_t len) = NULL;
}
