/*
 * xapian_shim.cc - libxapian from C.
 *
 * Layer: backend. The only C++ file (C++17), and the only one that includes
 * <xapian.h>. Licence: GPL-2.0-or-later, as libxapian.
 *
 * Each handle is a struct around Xapian's own counted object and the string
 * that its last answer is borrowed from. Every entry point runs its body in
 * guard(), which turns what was thrown into a code and a message.
 */
#include "backend/xapian_shim.h"

#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <ostream>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

using std::string;

/* ---- handles ---- */

struct ik_xap_db {
	Xapian::Database db;
	Xapian::WritableDatabase writable;
	bool is_writable = false;
	string text;

	Xapian::WritableDatabase &need_writable();
};

struct ik_xap_doc {
	Xapian::Document doc;
	string text;
};

struct ik_xap_query {
	Xapian::Query query;
	string text;
};

/* Iterators start before their first element, so that the first step finds it. */
struct ik_xap_terms {
	Xapian::TermIterator it;
	bool started = false, over = false;
	string text;
};

struct ik_xap_posts {
	Xapian::PostingIterator it;
	bool started = false, over = false;
	Xapian::docid doc = 0;
};

struct ik_xap_positions {
	Xapian::PositionIterator it;
	bool started = false, over = false;
	Xapian::termpos at = 0;
};

struct ik_xap_values {
	Xapian::ValueIterator it;
	bool of_doc = false, started = false, over = false;
	uint64_t where = 0;
	string text;
	Xapian::Document doc; /* a document's values live in it */
};

struct ik_xap_enquire {
	explicit ik_xap_enquire(const Xapian::Database &db) : enquire(db)
	{
	}
	Xapian::Enquire enquire;
	ik_xap_decide_fn decide = nullptr;
	void *user = nullptr;
};

struct ik_xap_mset {
	Xapian::MSet mset;
	string text;
};

struct ik_xap_rset {
	Xapian::RSet rset;
};

struct ik_xap_parser {
	Xapian::QueryParser parser;
	string text;
};

/* ---- errors ---- */

namespace
{

const char STALE[] = "the revision being read was overwritten by the writer; reopen";

/* What we have to say ourselves. */
struct Failure {
	int code;
	string message;
};

/* A callback said stop. */
struct Stop {
	int code;
};

int fail(ink_error *err, int code, const string &message) noexcept
{
	size_t n = message.size();

	if (err == nullptr)
		return code;
	err->code = code;
	err->sys_errno = 0;
	err->offset = -1;
	if (n >= sizeof err->message)
		n = sizeof err->message - 1;
	while (n > 0 && n < message.size() && (message[n] & 0xC0) == 0x80)
		n--; /* not within a character */
	while (n > 0 && (message[n - 1] == '.' || message[n - 1] == '\n'))
		n--;
	memcpy(err->message, message.data(), n);
	err->message[n] = '\0';
	for (char *p = err->message; *p != '\0'; p++)
		if (static_cast<unsigned char>(*p) < ' ')
			*p = ' ';
	return code;
}

/* "host:port" of the server that an error came from, which Xapian calls "remote:tcp(host:port)". */
string server_of(const Xapian::Error &e)
{
	static const char start[] = "remote:tcp(";
	const string &context = e.get_context();
	size_t n = sizeof start - 1;

	if (context.compare(0, n, start) != 0 || context.back() != ')')
		return string();
	return context.substr(n, context.size() - n - 1);
}

int code_of(const Xapian::Error &e)
{
	struct Row {
		const char *type;
		int code;
	};
	static const Row rows[] = {
		{"DatabaseNotFoundError", INK_ENOTFOUND},
		{"DocNotFoundError", INK_ENOTFOUND},
		{"DatabaseCorruptError", INK_ECORRUPT},
		{"SerialisationError", INK_ECORRUPT},
		{"DatabaseVersionError", INK_EFORMAT},
		{"DatabaseCreateError", INK_EIO},
		{"NetworkTimeoutError", INK_ETIMEOUT},
		{"NetworkError", INK_EIO},
		{"QueryParserError", INK_ESYNTAX},
		{"WildcardError", INK_ELIMIT},
		{"UnimplementedError", INK_EUNSUPPORTED},
		{"FeatureUnavailableError", INK_EUNSUPPORTED},
		{"InvalidArgumentError", INK_EINVAL},
		{"InvalidOperationError", INK_EINVAL},
		{"DatabaseClosedError", INK_EINVAL},
		{"RangeError", INK_EINVAL},
	};
	const char *type = e.get_type();

	for (const Row &row : rows)
		if (strcmp(row.type, type) == 0)
			return row.code;
	if (strcmp(type, "DatabaseLockError") == 0) /* or of a lock that could not be made */
		return e.get_msg().find("already locked") != string::npos ? INK_ELOCKED : INK_EIO;
	if (strcmp(type, "DatabaseOpeningError") == 0)
		return e.get_error_string() == nullptr ? INK_ENOTFOUND : INK_EIO;
	/* What the system refused; a server that says so is up. */
	return e.get_error_string() != nullptr && server_of(e).empty() ? INK_EIO : INK_EBACKEND;
}

/* Messages name files, whose names may hold anything; bytes that are no UTF-8 become '?'. */
string readable(const string &text)
{
	string out;

	for (Xapian::Utf8Iterator it(text), next; it.left() > 0; it = next) {
		next = it;
		++next;
		if (it.left() - next.left() == 1 && *it >= 0x7F)
			out += '?';
		else
			out.append(it.raw(), it.left() - next.left());
	}
	return out;
}

int tell(const Xapian::Error &e, ink_error *err)
{
	string text = e.get_msg(), server = server_of(e);

	if (strcmp(e.get_type(), "DatabaseModifiedError") == 0)
		return fail(err, INK_EBACKEND, STALE);
	if (text.empty())
		text = e.get_type();
	if (!server.empty()) {
		if (text.compare(0, 7, "REMOTE:") == 0) /* what the server itself said */
			text.erase(0, 7);
		text = server + ": " + text;
	} else if (!e.get_context().empty())
		text += " (" + e.get_context() + ")";
	if (e.get_error_string() != nullptr)
		text += string(": ") + e.get_error_string();
	return fail(err, code_of(e), readable(text));
}

/* What is being thrown, as a code. */
int caught(ink_error *err) noexcept
{
	try {
		try {
			throw;
		} catch (const Stop &stop) {
			return fail(err, stop.code, "stopped by the caller");
		} catch (const Failure &f) {
			return fail(err, f.code, f.message);
		} catch (const Xapian::Error &e) {
			return tell(e, err);
		} catch (const std::bad_alloc &) {
			return fail(err, INK_ENOMEM, string());
		} catch (const std::exception &e) {
			return fail(err, INK_EBACKEND, e.what());
		} catch (const string &text) { /* Xapian::Compactor throws these */
			return fail(err, INK_EBACKEND, text);
		} catch (...) {
			return fail(err, INK_EBACKEND, "an unknown C++ exception");
		}
	} catch (...) { /* no memory for a message */
	}
	if (err != nullptr) {
		err->code = INK_ENOMEM;
		err->sys_errno = 0;
		err->offset = -1;
		snprintf(err->message, sizeof err->message, "out of memory");
	}
	return INK_ENOMEM;
}

template <class Body> int guard(ink_error *err, Body body) noexcept
{
	try {
		body();
		return 0;
	} catch (const std::bad_alloc &) {
		if (err != nullptr) {
			err->code = INK_ENOMEM;
			err->sys_errno = 0;
			err->offset = -1;
			snprintf(err->message, sizeof err->message, "out of memory");
		}
		return INK_ENOMEM;
	} catch (...) {
		return caught(err);
	}
}

/* The same for a step: the body answers whether there is an element. */
template <class Body> int step(ink_error *err, Body body) noexcept
{
	int more = 0;
	int rc = guard(err, [&] { more = body() ? 1 : 0; });

	return rc != 0 ? rc : more;
}

/* A new handle for `out`, which the body fills in. */
template <class Handle, class Body> int make(Handle **out, ink_error *err, Body body) noexcept
{
	*out = nullptr;
	return guard(err, [&] {
		std::unique_ptr<Handle> made(new Handle());

		body(*made);
		*out = made.release();
	});
}

string bytes(const void *data, size_t len)
{
	return len == 0 ? string() : string(static_cast<const char *>(data), len);
}

void lend(const string &from, const char **text, size_t *len)
{
	*text = from.c_str();
	if (len != nullptr)
		*len = from.size();
}

Xapian::docid doc_id(uint64_t number)
{
	if (number == 0 || number > UINT32_MAX)
		throw Failure{INK_ENOTFOUND, "no document " + std::to_string(number)};
	return static_cast<Xapian::docid>(number);
}

Xapian::doccount at_most(uint64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : static_cast<Xapian::doccount>(n);
}

} // namespace

Xapian::WritableDatabase &ik_xap_db::need_writable()
{
	if (!is_writable)
		throw Failure{INK_EREADONLY, "the database was opened for reading"};
	return writable;
}

const char *ik_xap_version(void)
{
	return Xapian::version_string();
}

int ik_xap_is_stale(const ink_error *err)
{
	return err != nullptr && err->code == INK_EBACKEND && strcmp(err->message, STALE) == 0;
}

/* ---- databases ---- */

int ik_xap_db_open(const char *path, struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_db &h) { h.db = Xapian::Database(path); });
}

static void set_writable(ik_xap_db &h, const Xapian::WritableDatabase &db)
{
	h.writable = db;
	h.db = db;
	h.is_writable = true;
}

int ik_xap_db_open_write(const char *path, uint32_t flags, struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_db &h) {
		set_writable(h, Xapian::WritableDatabase(path, static_cast<int>(flags)));
	});
}

int ik_xap_db_memory(struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_db &h) {
		set_writable(h, Xapian::WritableDatabase(string(), Xapian::DB_BACKEND_INMEMORY));
	});
}

int ik_xap_db_none(struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [](ik_xap_db &) {});
}

int ik_xap_db_open_tcp(const char *host, uint32_t port, uint32_t timeout_ms, uint32_t connect_ms,
                       struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_db &h) {
		h.db = Xapian::Remote::open(host, port, timeout_ms, connect_ms);
	});
}

int ik_xap_db_open_tcp_write(const char *host, uint32_t port, uint32_t timeout_ms,
                             uint32_t connect_ms, struct ik_xap_db **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_db &h) {
		try {
			set_writable(h, Xapian::Remote::open_writable(host, port, timeout_ms,
		                                                      connect_ms));
		} catch (const Xapian::InvalidOperationError &) {
			throw Failure{INK_EREADONLY, string(host) + ":" + std::to_string(port) +
			                                     ": the server is read-only"};
		}
	});
}

int ik_xap_db_add(struct ik_xap_db *db, const struct ik_xap_db *more, ink_error *err)
{
	return guard(err, [&] {
		if (&db->db == &more->db)
			throw Failure{INK_EINVAL, "a database added to itself"};
		if (db->is_writable && more->is_writable)
			db->writable.add_database(more->writable);
		else if (db->is_writable)
			throw Failure{INK_EREADONLY,
			              "a database for reading added to one for writing"};
		db->db.add_database(more->db);
	});
}

int ik_xap_db_reopen(struct ik_xap_db *db, int *changed, ink_error *err)
{
	return guard(err, [&] {
		bool any = db->db.reopen();

		if (changed != nullptr)
			*changed = any;
	});
}

int ik_xap_db_close(struct ik_xap_db *db, ink_error *err)
{
	return guard(err, [&] { db->db.close(); });
}

/* Closing what was not committed may fail; there is nobody to tell. */
template <class Handle> static void drop(Handle *handle) noexcept
{
	try {
		delete handle;
	} catch (...) {
	}
}

void ik_xap_db_free(struct ik_xap_db *db)
{
	drop(db);
}

int ik_xap_db_stats(const struct ik_xap_db *db, struct ik_xap_stats *out, ink_error *err)
{
	return guard(err, [&] {
		out->docs = db->db.get_doccount();
		out->last_doc = db->db.get_lastdocid();
		out->total_length = db->db.get_total_length();
		out->average_length = db->db.get_avlength();
		out->shortest = db->db.get_doclength_lower_bound();
		out->longest = db->db.get_doclength_upper_bound();
		out->shards = static_cast<uint32_t>(db->db.size());
		out->has_positions = db->db.has_positions();
	});
}

int ik_xap_db_uuid(struct ik_xap_db *db, const char **text, size_t *len, ink_error *err)
{
	return guard(err, [&] {
		db->text = db->db.get_uuid();
		lend(db->text, text, len);
	});
}

int ik_xap_db_revision(const struct ik_xap_db *db, uint64_t *out, ink_error *err)
{
	return guard(err, [&] { *out = db->db.get_revision(); });
}

int ik_xap_db_locked(const struct ik_xap_db *db, int *out, ink_error *err)
{
	return guard(err, [&] { *out = db->db.locked(); });
}

int ik_xap_db_keep_alive(struct ik_xap_db *db, ink_error *err)
{
	return guard(err, [&] { db->db.keep_alive(); });
}

int ik_xap_db_term(const struct ik_xap_db *db, const void *term, size_t len, uint64_t *docs,
                   uint64_t *times, uint64_t *most, ink_error *err)
{
	return guard(err, [&] {
		string t = bytes(term, len);

		if (docs != nullptr)
			*docs = db->db.get_termfreq(t);
		if (times != nullptr)
			*times = db->db.get_collection_freq(t);
		if (most != nullptr)
			*most = db->db.get_wdf_upper_bound(t);
	});
}

int ik_xap_db_has_term(const struct ik_xap_db *db, const void *term, size_t len, int *out,
                       ink_error *err)
{
	return guard(err, [&] { *out = db->db.term_exists(bytes(term, len)); });
}

int ik_xap_db_doc_length(const struct ik_xap_db *db, uint64_t doc, uint64_t *length,
                         uint64_t *unique, ink_error *err)
{
	return guard(err, [&] {
		if (length != nullptr)
			*length = db->db.get_doclength(doc_id(doc));
		if (unique != nullptr)
			*unique = db->db.get_unique_terms(doc_id(doc));
	});
}

int ik_xap_db_value(struct ik_xap_db *db, uint32_t slot, uint64_t *docs, ink_error *err)
{
	return guard(err, [&] { *docs = db->db.get_value_freq(slot); });
}

int ik_xap_db_value_lower(struct ik_xap_db *db, uint32_t slot, const char **v, size_t *len,
                          ink_error *err)
{
	return guard(err, [&] {
		db->text = db->db.get_value_lower_bound(slot);
		lend(db->text, v, len);
	});
}

int ik_xap_db_value_upper(struct ik_xap_db *db, uint32_t slot, const char **v, size_t *len,
                          ink_error *err)
{
	return guard(err, [&] {
		db->text = db->db.get_value_upper_bound(slot);
		lend(db->text, v, len);
	});
}

int ik_xap_db_metadata(struct ik_xap_db *db, const char *key, const char **value, size_t *len,
                       ink_error *err)
{
	return guard(err, [&] {
		db->text = db->db.get_metadata(key);
		lend(db->text, value, len);
	});
}

int ik_xap_db_set_metadata(struct ik_xap_db *db, const char *key, const void *value, size_t len,
                           ink_error *err)
{
	return guard(err, [&] { db->need_writable().set_metadata(key, bytes(value, len)); });
}

/* ---- spelling and synonyms ---- */

int ik_xap_db_spelling(struct ik_xap_db *db, const char *word, uint32_t distance,
                       const char **text, size_t *len, ink_error *err)
{
	return guard(err, [&] {
		db->text = db->db.get_spelling_suggestion(word, distance);
		lend(db->text, text, len);
	});
}

int ik_xap_db_add_spelling(struct ik_xap_db *db, const char *word, uint32_t times, ink_error *err)
{
	return guard(err, [&] { db->need_writable().add_spelling(word, times); });
}

int ik_xap_db_remove_spelling(struct ik_xap_db *db, const char *word, uint32_t times,
                              ink_error *err)
{
	return guard(err, [&] { db->need_writable().remove_spelling(word, times); });
}

int ik_xap_db_add_synonym(struct ik_xap_db *db, const char *term, const char *synonym,
                          ink_error *err)
{
	return guard(err, [&] { db->need_writable().add_synonym(term, synonym); });
}

int ik_xap_db_remove_synonym(struct ik_xap_db *db, const char *term, const char *synonym,
                             ink_error *err)
{
	return guard(err, [&] { db->need_writable().remove_synonym(term, synonym); });
}

int ik_xap_db_clear_synonyms(struct ik_xap_db *db, const char *term, ink_error *err)
{
	return guard(err, [&] { db->need_writable().clear_synonyms(term); });
}

/* ---- writing ---- */

int ik_xap_db_add_doc(struct ik_xap_db *db, const struct ik_xap_doc *doc, uint64_t *number,
                      ink_error *err)
{
	return guard(err, [&] {
		Xapian::docid id = db->need_writable().add_document(doc->doc);

		if (number != nullptr)
			*number = id;
	});
}

int ik_xap_db_replace_doc(struct ik_xap_db *db, uint64_t number, const struct ik_xap_doc *doc,
                          ink_error *err)
{
	return guard(err,
	             [&] { db->need_writable().replace_document(doc_id(number), doc->doc); });
}

int ik_xap_db_replace_term(struct ik_xap_db *db, const void *term, size_t len,
                           const struct ik_xap_doc *doc, uint64_t *number, ink_error *err)
{
	return guard(err, [&] {
		Xapian::docid id =
			db->need_writable().replace_document(bytes(term, len), doc->doc);

		if (number != nullptr)
			*number = id;
	});
}

int ik_xap_db_delete_doc(struct ik_xap_db *db, uint64_t number, ink_error *err)
{
	return guard(err, [&] { db->need_writable().delete_document(doc_id(number)); });
}

int ik_xap_db_delete_term(struct ik_xap_db *db, const void *term, size_t len, ink_error *err)
{
	return guard(err, [&] { db->need_writable().delete_document(bytes(term, len)); });
}

int ik_xap_db_commit(struct ik_xap_db *db, ink_error *err)
{
	return guard(err, [&] { db->need_writable().commit(); });
}

int ik_xap_db_begin(struct ik_xap_db *db, int flushed, ink_error *err)
{
	return guard(err, [&] { db->need_writable().begin_transaction(flushed != 0); });
}

int ik_xap_db_commit_transaction(struct ik_xap_db *db, ink_error *err)
{
	return guard(err, [&] { db->need_writable().commit_transaction(); });
}

int ik_xap_db_cancel_transaction(struct ik_xap_db *db, ink_error *err)
{
	return guard(err, [&] { db->need_writable().cancel_transaction(); });
}

/* ---- whole databases ---- */

namespace
{

/* Hands on what is written to it. */
class Listener : public std::streambuf
{
	ik_xap_text_fn fn;
	void *user;
	bool deaf = false;

	std::streamsize xsputn(const char *s, std::streamsize n) override
	{
		if (!deaf && fn != nullptr && n > 0)
			deaf = fn(user, s, static_cast<size_t>(n)) != 0;
		return n;
	}
	int_type overflow(int_type c) override
	{
		char one = traits_type::to_char_type(c);

		if (!traits_type::eq_int_type(c, traits_type::eof()))
			xsputn(&one, 1);
		return traits_type::not_eof(c);
	}

      public:
	Listener(ik_xap_text_fn fn_, void *user_) : fn(fn_), user(user_)
	{
	}
};

} // namespace

int ik_xap_check(const char *path, uint32_t flags, ik_xap_text_fn fn, void *user,
                 uint64_t *errors, ink_error *err)
{
	return guard(err, [&] {
		Listener listener(fn, user);
		std::ostream out(&listener);

		*errors = Xapian::Database::check(path, static_cast<int>(flags),
		                                  fn == nullptr ? nullptr : &out);
	});
}

int ik_xap_compact(struct ik_xap_db *db, const char *to, uint32_t flags, uint32_t block_size,
                   ink_error *err)
{
	return guard(err, [&] { db->db.compact(to, flags, static_cast<int>(block_size)); });
}

/* ---- documents ---- */

int ik_xap_doc_new(struct ik_xap_doc **out, ink_error *err)
{
	return make(out, err, [](ik_xap_doc &) {});
}

int ik_xap_db_get_doc(struct ik_xap_db *db, uint64_t number, struct ik_xap_doc **out,
                      ink_error *err)
{
	return make(out, err,
	            [&](ik_xap_doc &h) { h.doc = db->db.get_document(doc_id(number)); });
}

void ik_xap_doc_free(struct ik_xap_doc *doc)
{
	drop(doc);
}

int ik_xap_doc_number(const struct ik_xap_doc *doc, uint64_t *out, ink_error *err)
{
	return guard(err, [&] { *out = doc->doc.get_docid(); });
}

int ik_xap_doc_data(struct ik_xap_doc *doc, const char **data, size_t *len, ink_error *err)
{
	return guard(err, [&] {
		doc->text = doc->doc.get_data();
		lend(doc->text, data, len);
	});
}

int ik_xap_doc_set_data(struct ik_xap_doc *doc, const void *data, size_t len, ink_error *err)
{
	return guard(err, [&] { doc->doc.set_data(bytes(data, len)); });
}

int ik_xap_doc_add_term(struct ik_xap_doc *doc, const void *term, size_t len, uint32_t wdf,
                        ink_error *err)
{
	return guard(err, [&] { doc->doc.add_term(bytes(term, len), wdf); });
}

int ik_xap_doc_add_posting(struct ik_xap_doc *doc, const void *term, size_t len,
                           uint32_t position, uint32_t wdf, ink_error *err)
{
	return guard(err, [&] { doc->doc.add_posting(bytes(term, len), position, wdf); });
}

int ik_xap_doc_remove_term(struct ik_xap_doc *doc, const void *term, size_t len, ink_error *err)
{
	return guard(err, [&] { doc->doc.remove_term(bytes(term, len)); });
}

int ik_xap_doc_remove_posting(struct ik_xap_doc *doc, const void *term, size_t len,
                              uint32_t position, uint32_t wdf, ink_error *err)
{
	return guard(err, [&] { doc->doc.remove_posting(bytes(term, len), position, wdf); });
}

int ik_xap_doc_clear_terms(struct ik_xap_doc *doc, ink_error *err)
{
	return guard(err, [&] { doc->doc.clear_terms(); });
}

int ik_xap_words(const char *text, size_t len, ik_xap_word_fn fn, void *user, ink_error *err)
{
	std::map<Xapian::termpos, string> words;
	int rc = guard(err, [&] {
		Xapian::TermGenerator generator;
		Xapian::Document doc;

		generator.set_document(doc);
		generator.index_text(bytes(text, len));
		for (auto t = doc.termlist_begin(); t != doc.termlist_end(); ++t)
			for (auto p = t.positionlist_begin(); p != t.positionlist_end(); ++p)
				words.emplace(*p, *t);
	});

	for (auto w = words.begin(); rc == 0 && w != words.end(); ++w)
		rc = fn(user, w->second.data(), w->second.size(), w->first - 1);
	return rc;
}

int ik_xap_doc_value(struct ik_xap_doc *doc, uint32_t slot, const char **value, size_t *len,
                     ink_error *err)
{
	return guard(err, [&] {
		doc->text = doc->doc.get_value(slot);
		lend(doc->text, value, len);
	});
}

int ik_xap_doc_set_value(struct ik_xap_doc *doc, uint32_t slot, const void *value, size_t len,
                         ink_error *err)
{
	return guard(err, [&] { doc->doc.add_value(slot, bytes(value, len)); });
}

int ik_xap_doc_clear_values(struct ik_xap_doc *doc, ink_error *err)
{
	return guard(err, [&] { doc->doc.clear_values(); });
}

size_t ik_xap_sortable(double value, char *buf)
{
	return Xapian::sortable_serialise_(value, buf);
}

double ik_xap_unsortable(const void *value, size_t len)
{
	try {
		return Xapian::sortable_unserialise(bytes(value, len));
	} catch (...) {
		return 0;
	}
}

/* ---- walks over terms ---- */

int ik_xap_terms_all(const struct ik_xap_db *db, const void *prefix, size_t len,
                     struct ik_xap_terms **out, ink_error *err)
{
	return make(out, err,
	            [&](ik_xap_terms &h) { h.it = db->db.allterms_begin(bytes(prefix, len)); });
}

int ik_xap_terms_of_doc(const struct ik_xap_db *db, uint64_t doc, struct ik_xap_terms **out,
                        ink_error *err)
{
	return make(out, err,
	            [&](ik_xap_terms &h) { h.it = db->db.termlist_begin(doc_id(doc)); });
}

int ik_xap_terms_of(const struct ik_xap_doc *doc, struct ik_xap_terms **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) { h.it = doc->doc.termlist_begin(); });
}

int ik_xap_terms_spellings(const struct ik_xap_db *db, struct ik_xap_terms **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) { h.it = db->db.spellings_begin(); });
}

int ik_xap_terms_synonyms(const struct ik_xap_db *db, const char *term, struct ik_xap_terms **out,
                          ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) { h.it = db->db.synonyms_begin(term); });
}

int ik_xap_terms_synonym_keys(const struct ik_xap_db *db, const char *prefix,
                              struct ik_xap_terms **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) { h.it = db->db.synonym_keys_begin(prefix); });
}

int ik_xap_terms_metadata(const struct ik_xap_db *db, const char *prefix,
                          struct ik_xap_terms **out, ink_error *err)
{
	return make(out, err,
	            [&](ik_xap_terms &h) { h.it = db->db.metadata_keys_begin(prefix); });
}

int ik_xap_terms_matching(const struct ik_xap_enquire *e, uint64_t doc, struct ik_xap_terms **out,
                          ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) {
		h.it = e->enquire.get_matching_terms_begin(doc_id(doc));
	});
}

/* Where the iterator stands now; Xapian's end iterator is an empty one. */
static bool arrive(ik_xap_terms *t)
{
	t->started = true;
	t->over = t->it == Xapian::TermIterator();
	if (t->over)
		t->text.clear();
	else
		t->text = *t->it;
	return !t->over;
}

int ik_xap_terms_next(struct ik_xap_terms *t, ink_error *err)
{
	if (t->over)
		return 0;
	return step(err, [&] {
		if (t->started)
			++t->it;
		return arrive(t);
	});
}

int ik_xap_terms_skip(struct ik_xap_terms *t, const void *to, size_t len, ink_error *err)
{
	if (t->over)
		return 0;
	return step(err, [&] {
		if (t->it != Xapian::TermIterator())
			t->it.skip_to(bytes(to, len));
		return arrive(t);
	});
}

const char *ik_xap_terms_text(const struct ik_xap_terms *t, size_t *len)
{
	const char *text;

	lend(t->text, &text, len);
	return text;
}

template <class Handle> static void need_current(const Handle *h)
{
	if (!h->started || h->over)
		throw Failure{INK_EINVAL, "the walk is not at an element"};
}

int ik_xap_terms_docs(const struct ik_xap_terms *t, uint64_t *docs, ink_error *err)
{
	return guard(err, [&] {
		need_current(t);
		*docs = t->it.get_termfreq();
	});
}

int ik_xap_terms_wdf(const struct ik_xap_terms *t, uint64_t *wdf, ink_error *err)
{
	return guard(err, [&] {
		need_current(t);
		*wdf = t->it.get_wdf();
	});
}

int ik_xap_terms_positions(const struct ik_xap_terms *t, struct ik_xap_positions **out,
                           ink_error *err)
{
	return make(out, err, [&](ik_xap_positions &h) {
		need_current(t);
		h.it = t->it.positionlist_begin();
	});
}

void ik_xap_terms_free(struct ik_xap_terms *t)
{
	drop(t);
}

/* ---- walks over documents ---- */

int ik_xap_posts_open(const struct ik_xap_db *db, const void *term, size_t len,
                      struct ik_xap_posts **out, ink_error *err)
{
	return make(out, err,
	            [&](ik_xap_posts &h) { h.it = db->db.postlist_begin(bytes(term, len)); });
}

static bool arrive(ik_xap_posts *p)
{
	p->started = true;
	p->over = p->it == Xapian::PostingIterator();
	p->doc = p->over ? 0 : *p->it;
	return !p->over;
}

int ik_xap_posts_next(struct ik_xap_posts *p, ink_error *err)
{
	if (p->over)
		return 0;
	return step(err, [&] {
		if (p->started)
			++p->it;
		return arrive(p);
	});
}

int ik_xap_posts_skip(struct ik_xap_posts *p, uint64_t doc, ink_error *err)
{
	if (p->over)
		return 0;
	return step(err, [&] {
		if (doc > UINT32_MAX)
			p->it = Xapian::PostingIterator();
		else if (p->it != Xapian::PostingIterator())
			p->it.skip_to(static_cast<Xapian::docid>(doc));
		return arrive(p);
	});
}

uint64_t ik_xap_posts_doc(const struct ik_xap_posts *p)
{
	return p->doc;
}

int ik_xap_posts_wdf(const struct ik_xap_posts *p, uint64_t *wdf, ink_error *err)
{
	return guard(err, [&] {
		need_current(p);
		*wdf = p->it.get_wdf();
	});
}

int ik_xap_posts_doc_length(const struct ik_xap_posts *p, uint64_t *length, ink_error *err)
{
	return guard(err, [&] {
		need_current(p);
		*length = p->it.get_doclength();
	});
}

int ik_xap_posts_positions(const struct ik_xap_posts *p, struct ik_xap_positions **out,
                           ink_error *err)
{
	return make(out, err, [&](ik_xap_positions &h) {
		need_current(p);
		h.it = p->it.positionlist_begin();
	});
}

void ik_xap_posts_free(struct ik_xap_posts *p)
{
	drop(p);
}

/* ---- walks over positions ---- */

int ik_xap_positions_open(const struct ik_xap_db *db, uint64_t doc, const void *term, size_t len,
                          struct ik_xap_positions **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_positions &h) {
		h.it = db->db.positionlist_begin(doc_id(doc), bytes(term, len));
	});
}

static bool arrive(ik_xap_positions *p)
{
	p->started = true;
	p->over = p->it == Xapian::PositionIterator();
	p->at = p->over ? 0 : *p->it;
	return !p->over;
}

int ik_xap_positions_next(struct ik_xap_positions *p, ink_error *err)
{
	if (p->over)
		return 0;
	return step(err, [&] {
		if (p->started)
			++p->it;
		return arrive(p);
	});
}

int ik_xap_positions_skip(struct ik_xap_positions *p, uint32_t to, ink_error *err)
{
	if (p->over)
		return 0;
	return step(err, [&] {
		if (p->it != Xapian::PositionIterator())
			p->it.skip_to(to);
		return arrive(p);
	});
}

uint32_t ik_xap_positions_at(const struct ik_xap_positions *p)
{
	return p->at;
}

void ik_xap_positions_free(struct ik_xap_positions *p)
{
	drop(p);
}

/* ---- walks over values ---- */

int ik_xap_values_open(const struct ik_xap_db *db, uint32_t slot, struct ik_xap_values **out,
                       ink_error *err)
{
	return make(out, err, [&](ik_xap_values &h) { h.it = db->db.valuestream_begin(slot); });
}

int ik_xap_values_of(const struct ik_xap_doc *doc, struct ik_xap_values **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_values &h) {
		h.doc = doc->doc;
		h.it = h.doc.values_begin();
		h.of_doc = true;
	});
}

static bool arrive(ik_xap_values *v)
{
	v->started = true;
	v->over = v->it == Xapian::ValueIterator();
	v->where = v->over ? 0 : v->of_doc ? v->it.get_valueno() : v->it.get_docid();
	if (v->over)
		v->text.clear();
	else
		v->text = *v->it;
	return !v->over;
}

int ik_xap_values_next(struct ik_xap_values *v, ink_error *err)
{
	if (v->over)
		return 0;
	return step(err, [&] {
		if (v->started)
			++v->it;
		return arrive(v);
	});
}

int ik_xap_values_skip(struct ik_xap_values *v, uint64_t to, ink_error *err)
{
	if (v->over)
		return 0;
	return step(err, [&] {
		if (to > UINT32_MAX)
			v->it = Xapian::ValueIterator();
		else if (v->it != Xapian::ValueIterator())
			v->it.skip_to(static_cast<Xapian::docid>(to));
		return arrive(v);
	});
}

uint64_t ik_xap_values_doc(const struct ik_xap_values *v)
{
	return v->of_doc ? 0 : v->where;
}

uint32_t ik_xap_values_slot(const struct ik_xap_values *v)
{
	return v->of_doc ? static_cast<uint32_t>(v->where) : 0;
}

const char *ik_xap_values_text(const struct ik_xap_values *v, size_t *len)
{
	const char *text;

	lend(v->text, &text, len);
	return text;
}

void ik_xap_values_free(struct ik_xap_values *v)
{
	drop(v);
}

/* ---- queries ---- */

static Xapian::Query::op op_of(int op)
{
	static const Xapian::Query::op ops[] = {
		Xapian::Query::OP_AND,       Xapian::Query::OP_OR,
		Xapian::Query::OP_AND_NOT,   Xapian::Query::OP_XOR,
		Xapian::Query::OP_AND_MAYBE, Xapian::Query::OP_FILTER,
		Xapian::Query::OP_NEAR,      Xapian::Query::OP_PHRASE,
		Xapian::Query::OP_ELITE_SET, Xapian::Query::OP_SYNONYM,
		Xapian::Query::OP_MAX,
	};

	if (op < 0 || op >= static_cast<int>(sizeof ops / sizeof *ops))
		throw Failure{INK_EINVAL, "there is no query operator " + std::to_string(op)};
	return ops[op];
}

int ik_xap_query_nothing(struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [](ik_xap_query &) {});
}

int ik_xap_query_all(struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [](ik_xap_query &h) { h.query = Xapian::Query(string()); });
}

int ik_xap_query_fixed(double weight, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		if (!(weight >= 0) || std::isinf(weight))
			throw Failure{INK_EINVAL, "a weight is a number of at least 0"};
		h.query =
			Xapian::Query((new Xapian::FixedWeightPostingSource(weight))->release());
	});
}

int ik_xap_query_term(const void *term, size_t len, uint32_t wqf, uint32_t position,
                      struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		h.query = Xapian::Query(bytes(term, len), wqf, position);
	});
}

int ik_xap_query_join(int op, const struct ik_xap_query *const *queries, size_t n,
                      uint32_t number, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		std::vector<Xapian::Query> all;

		all.reserve(n);
		for (size_t i = 0; i < n; i++)
			all.push_back(queries[i]->query);
		h.query = Xapian::Query(op_of(op), all.begin(), all.end(), number);
	});
}

int ik_xap_query_terms(int op, const char *const *terms, const size_t *lens, size_t n,
                       uint32_t number, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		std::vector<string> all;

		all.reserve(n);
		for (size_t i = 0; i < n; i++)
			all.push_back(bytes(terms[i], lens[i]));
		h.query = Xapian::Query(op_of(op), all.begin(), all.end(), number);
	});
}

int ik_xap_query_scale(const struct ik_xap_query *query, double factor, struct ik_xap_query **out,
                       ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		h.query = Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, query->query, factor);
	});
}

namespace
{

/* A list of documents as a posting list. */
class DocList : public Xapian::PostingSource
{
	std::shared_ptr<const std::vector<uint32_t>> docs;
	size_t at = 0;
	bool started = false;

	explicit DocList(const std::shared_ptr<const std::vector<uint32_t>> &docs_) : docs(docs_)
	{
	}
	Xapian::doccount count() const
	{
		return static_cast<Xapian::doccount>(docs->size());
	}

      public:
	DocList(const uint32_t *list, size_t n)
	    : docs(std::make_shared<const std::vector<uint32_t>>(list, list + n))
	{
	}
	DocList *clone() const override
	{
		return new DocList(docs);
	}
	void init(const Xapian::Database &) override
	{
		at = 0;
		started = false;
		set_maxweight(0);
	}
	Xapian::doccount get_termfreq_min() const override
	{
		return count();
	}
	Xapian::doccount get_termfreq_est() const override
	{
		return count();
	}
	Xapian::doccount get_termfreq_max() const override
	{
		return count();
	}
	void next(double) override
	{
		at += started;
		started = true;
	}
	void skip_to(Xapian::docid did, double) override
	{
		started = true;
		at = static_cast<size_t>(
			std::lower_bound(docs->begin() + static_cast<std::ptrdiff_t>(at),
		                         docs->end(), did) -
			docs->begin());
	}
	bool at_end() const override
	{
		return at >= docs->size();
	}
	Xapian::docid get_docid() const override
	{
		return (*docs)[at];
	}
	string get_description() const override
	{
		return "DocList";
	}
};

} // namespace

int ik_xap_query_docs(const uint32_t *docs, size_t n, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		if (n > 0) /* a query without a source matches nothing */
			h.query = Xapian::Query((new DocList(docs, n))->release());
	});
}

int ik_xap_query_values(uint32_t slot, const void *lo, size_t lo_len, const void *hi,
                        size_t hi_len, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		if (lo != nullptr && hi != nullptr)
			h.query = Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot,
			                        bytes(lo, lo_len), bytes(hi, hi_len));
		else if (lo != nullptr)
			h.query = Xapian::Query(Xapian::Query::OP_VALUE_GE, slot,
			                        bytes(lo, lo_len));
		else if (hi != nullptr)
			h.query = Xapian::Query(Xapian::Query::OP_VALUE_LE, slot,
			                        bytes(hi, hi_len));
		else
			h.query = Xapian::Query(string());
	});
}

int ik_xap_query_wildcard(const void *prefix, size_t len, uint32_t limit, int over, int op,
                          struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		static const int over_of[] = {Xapian::Query::WILDCARD_LIMIT_ERROR,
		                              Xapian::Query::WILDCARD_LIMIT_FIRST,
		                              Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT};

		if (over < 0 || over > IK_XAP_WILDCARD_FREQUENT)
			throw Failure{INK_EINVAL, "no such way to limit a wildcard"};
		h.query = Xapian::Query(Xapian::Query::OP_WILDCARD, bytes(prefix, len), limit,
		                        over_of[over], op_of(op));
	});
}

uint64_t ik_xap_query_len(const struct ik_xap_query *query)
{
	return query->query.get_length();
}

int ik_xap_query_text(struct ik_xap_query *query, const char **text, size_t *len, ink_error *err)
{
	return guard(err, [&] {
		query->text = query->query.get_description();
		lend(query->text, text, len);
	});
}

void ik_xap_query_free(struct ik_xap_query *query)
{
	drop(query);
}

/* ---- Xapian's own query language ---- */

int ik_xap_parser_new(const struct ik_xap_db *db, const char *stemmer, int op_default,
                      struct ik_xap_parser **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_parser &h) {
		h.parser.set_database(db->db);
		h.parser.set_default_op(op_of(op_default));
		if (stemmer != nullptr) {
			h.parser.set_stemmer(Xapian::Stem(stemmer));
			h.parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
		}
	});
}

int ik_xap_parser_prefix(struct ik_xap_parser *p, const char *field, const char *prefix,
                         int boolean, ink_error *err)
{
	return guard(err, [&] {
		if (boolean)
			p->parser.add_boolean_prefix(field, prefix);
		else
			p->parser.add_prefix(field, prefix);
	});
}

int ik_xap_parser_parse(struct ik_xap_parser *p, const char *text, size_t len, uint32_t flags,
                        const char *prefix, struct ik_xap_query **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_query &h) {
		unsigned how = flags == 0 ? unsigned(Xapian::QueryParser::FLAG_DEFAULT) : flags;

		h.query = p->parser.parse_query(bytes(text, len), how,
		                                prefix == nullptr ? "" : prefix);
	});
}

int ik_xap_parser_corrected(struct ik_xap_parser *p, const char **text, size_t *len,
                            ink_error *err)
{
	return guard(err, [&] {
		p->text = p->parser.get_corrected_query_string();
		lend(p->text, text, len);
	});
}

void ik_xap_parser_free(struct ik_xap_parser *p)
{
	drop(p);
}

/* ---- matching: what Xapian lets others define ---- */

namespace
{

/*
 * BM25 as lib/score/bm25.h: idf ln(1 + (N - df + 0.5) / (df + 0.5)) times
 * tf / (tf + k1 * (1 - b + b * len / average)). Xapian's own idf has a kink
 * where a term is in more than a third of the documents.
 */
class InkWeight : public Xapian::Weight
{
	double k1, b, weight = 0;
	double fixed = 0, slope = 0; /* k1 * (1 - b + b * len / average) is fixed + slope * len */

	double part(double wdf, double len) const
	{
		return wdf > 0 ? weight * wdf / (wdf + fixed + slope * len) : 0;
	}
	void init(double factor) override
	{
		double n = get_collection_size(), df = get_termfreq();

		if (factor == 0)
			return; /* only the part of a document beside its terms: nothing */
		fixed = k1 * (1 - b);
		slope = k1 * b / (get_average_length() > 0 ? get_average_length() : 1);
		weight = factor * get_wqf() * std::log(1 + (n - df + 0.5) / (df + 0.5));
	}

      public:
	InkWeight(double k1_, double b_) : k1(k1_), b(b_)
	{
		need_stat(COLLECTION_SIZE);
		need_stat(TERMFREQ);
		need_stat(AVERAGE_LENGTH);
		need_stat(DOC_LENGTH);
		need_stat(DOC_LENGTH_MIN);
		need_stat(WDF);
		need_stat(WDF_MAX);
		need_stat(WQF);
	}
	InkWeight *clone() const override
	{
		return new InkWeight(k1, b);
	}
	double get_sumpart(Xapian::termcount wdf, Xapian::termcount len,
	                   Xapian::termcount) const override
	{
		return part(wdf, len);
	}
	double get_maxpart() const override
	{
		double most = get_wdf_upper_bound(), least = get_doclength_lower_bound();

		/* A document is at least as long as its most frequent term. */
		return part(most, least);
	}
	double get_sumextra(Xapian::termcount, Xapian::termcount) const override
	{
		return 0;
	}
	double get_maxextra() const override
	{
		return 0;
	}
};

/* Several keys as one string that compares as they do, one after the other. */
class Keys : public Xapian::KeyMaker
{
	std::vector<ik_xap_key> keys;

	static void put(string &to, const string &value, bool descending)
	{
		size_t from = to.size();

		for (char c : value) { /* "\0" as "\0\377", so that "\0\0" is an end */
			to += c;
			if (c == '\0')
				to += '\xff';
		}
		to.append(2, '\0');
		for (; descending && from < to.size(); from++)
			to[from] = static_cast<char>(~to[from]);
	}

      public:
	Keys(const ik_xap_key *keys_, size_t n) : keys(keys_, keys_ + n)
	{
	}
	string operator()(const Xapian::Document &doc) const override
	{
		string all;

		for (const ik_xap_key &key : keys) {
			string value = doc.get_value(key.slot);

			all += value.empty() ? (key.missing_first ? '\0' : '\2') : '\1';
			if (!value.empty())
				put(all, value, key.descending != 0);
		}
		return all;
	}
};

class Decider : public Xapian::MatchDecider
{
	ik_xap_decide_fn fn;
	void *user;
	mutable ik_xap_doc doc;

      public:
	Decider(ik_xap_decide_fn fn_, void *user_) : fn(fn_), user(user_)
	{
	}
	bool operator()(const Xapian::Document &d) const override
	{
		doc.doc = d;

		int rc = fn(user, &doc);

		if (rc < 0)
			throw Stop{rc};
		return rc != 0;
	}
};

class Caller : public Xapian::MatchSpy
{
	ik_xap_spy_fn fn;
	void *user;
	ik_xap_doc doc;

      public:
	uint64_t total = 0;

	Caller(ik_xap_spy_fn fn_, void *user_) : fn(fn_), user(user_)
	{
	}
	void operator()(const Xapian::Document &d, double weight) override
	{
		doc.doc = d;
		total++;

		int rc = fn(user, &doc, weight);

		if (rc < 0)
			throw Stop{rc};
	}
};

double parameter(const double *p, size_t n, size_t i, double otherwise)
{
	return i < n ? p[i] : otherwise;
}

} // namespace

struct ik_xap_spy {
	Xapian::Internal::opt_intrusive_ptr<Xapian::MatchSpy> spy;
	Xapian::ValueCountMatchSpy *counts = nullptr; /* one of these two is it */
	Caller *caller = nullptr;
};

/* ---- enquire ---- */

int ik_xap_enquire_new(const struct ik_xap_db *db, struct ik_xap_enquire **out, ink_error *err)
{
	*out = nullptr;
	return guard(err, [&] { *out = new ik_xap_enquire(db->db); });
}

int ik_xap_enquire_query(struct ik_xap_enquire *e, const struct ik_xap_query *query, uint32_t len,
                         ink_error *err)
{
	return guard(err, [&] { e->enquire.set_query(query->query, len); });
}

int ik_xap_enquire_weight(struct ik_xap_enquire *e, int kind, const double *p, size_t n,
                          ink_error *err)
{
	return guard(err, [&] {
		switch (kind) {
		case IK_XAP_WEIGHT_BM25:
			e->enquire.set_weighting_scheme(
				Xapian::BM25Weight(parameter(p, n, 0, 1), parameter(p, n, 1, 0),
			                           parameter(p, n, 2, 1), parameter(p, n, 3, 0.5),
			                           parameter(p, n, 4, 0.5)));
			break;
		case IK_XAP_WEIGHT_BM25PLUS:
			e->enquire.set_weighting_scheme(Xapian::BM25PlusWeight(
				parameter(p, n, 0, 1), parameter(p, n, 1, 0),
				parameter(p, n, 2, 1), parameter(p, n, 3, 0.5),
				parameter(p, n, 4, 0.5), parameter(p, n, 5, 1)));
			break;
		case IK_XAP_WEIGHT_TRAD:
			e->enquire.set_weighting_scheme(
				Xapian::TradWeight(parameter(p, n, 0, 1)));
			break;
		case IK_XAP_WEIGHT_BOOL:
			e->enquire.set_weighting_scheme(Xapian::BoolWeight());
			break;
		case IK_XAP_WEIGHT_COORD:
			e->enquire.set_weighting_scheme(Xapian::CoordWeight());
			break;
		case IK_XAP_WEIGHT_INK:
			e->enquire.set_weighting_scheme(
				InkWeight(parameter(p, n, 0, 0.9), parameter(p, n, 1, 0.4)));
			break;
		default:
			throw Failure{INK_EINVAL,
			              "there is no weighting " + std::to_string(kind)};
		}
	});
}

int ik_xap_enquire_order(struct ik_xap_enquire *e, int order, ink_error *err)
{
	return guard(err, [&] {
		if (order != IK_XAP_ASCENDING && order != IK_XAP_DESCENDING &&
		    order != IK_XAP_DONT_CARE)
			throw Failure{INK_EINVAL, "there is no order " + std::to_string(order)};
		e->enquire.set_docid_order(order == IK_XAP_ASCENDING ? Xapian::Enquire::ASCENDING
		                           : order == IK_XAP_DESCENDING
		                                   ? Xapian::Enquire::DESCENDING
		                                   : Xapian::Enquire::DONT_CARE);
	});
}

int ik_xap_enquire_sort(struct ik_xap_enquire *e, int by, uint32_t slot, int descending,
                        ink_error *err)
{
	bool reverse = descending != 0;

	return guard(err, [&] {
		switch (by) {
		case IK_XAP_BY_RELEVANCE: e->enquire.set_sort_by_relevance(); break;
		case IK_XAP_BY_VALUE: e->enquire.set_sort_by_value(slot, reverse); break;
		case IK_XAP_BY_VALUE_THEN_RELEVANCE:
			e->enquire.set_sort_by_value_then_relevance(slot, reverse);
			break;
		case IK_XAP_BY_RELEVANCE_THEN_VALUE:
			e->enquire.set_sort_by_relevance_then_value(slot, reverse);
			break;
		default: throw Failure{INK_EINVAL, "there is no sorting " + std::to_string(by)};
		}
	});
}

int ik_xap_enquire_sort_keys(struct ik_xap_enquire *e, const struct ik_xap_key *keys, size_t n,
                             int relevance, ink_error *err)
{
	return guard(err, [&] {
		Xapian::KeyMaker *maker = (new Keys(keys, n))->release();

		if (relevance < 0)
			e->enquire.set_sort_by_relevance_then_key(maker, false);
		else if (relevance > 0)
			e->enquire.set_sort_by_key_then_relevance(maker, false);
		else
			e->enquire.set_sort_by_key(maker, false);
	});
}

int ik_xap_enquire_collapse(struct ik_xap_enquire *e, uint32_t slot, uint32_t max, ink_error *err)
{
	return guard(err, [&] {
		e->enquire.set_collapse_key(max == 0 ? Xapian::BAD_VALUENO : slot,
		                            max == 0 ? 1 : max);
	});
}

int ik_xap_enquire_cutoff(struct ik_xap_enquire *e, int percent, double weight, ink_error *err)
{
	return guard(err, [&] { e->enquire.set_cutoff(percent, weight); });
}

int ik_xap_enquire_time_limit(struct ik_xap_enquire *e, double seconds, ink_error *err)
{
	return guard(err, [&] { e->enquire.set_time_limit(seconds); });
}

int ik_xap_enquire_spy(struct ik_xap_enquire *e, struct ik_xap_spy *spy, ink_error *err)
{
	return guard(err, [&] {
		if (spy == nullptr)
			e->enquire.clear_matchspies();
		else
			e->enquire.add_matchspy(spy->spy.get());
	});
}

int ik_xap_enquire_decider(struct ik_xap_enquire *e, ik_xap_decide_fn fn, void *user,
                           ink_error *err)
{
	(void)err;
	e->decide = fn;
	e->user = user;
	return 0;
}

int ik_xap_enquire_run(struct ik_xap_enquire *e, uint64_t first, uint64_t max,
                       uint64_t check_at_least, const struct ik_xap_rset *rset,
                       struct ik_xap_mset **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_mset &h) {
		Decider decider(e->decide, e->user);

		h.mset =
			e->enquire.get_mset(at_most(first), at_most(max), at_most(check_at_least),
		                            rset == nullptr ? nullptr : &rset->rset,
		                            e->decide == nullptr ? nullptr : &decider);
	});
}

void ik_xap_enquire_free(struct ik_xap_enquire *e)
{
	drop(e);
}

/* ---- what was found ---- */

size_t ik_xap_mset_len(const struct ik_xap_mset *m)
{
	return m->mset.size();
}

int ik_xap_mset_counts(const struct ik_xap_mset *m, struct ik_xap_counts *out, ink_error *err)
{
	return guard(err, [&] {
		out->lower = m->mset.get_matches_lower_bound();
		out->estimated = m->mset.get_matches_estimated();
		out->upper = m->mset.get_matches_upper_bound();
		out->uncollapsed_lower = m->mset.get_uncollapsed_matches_lower_bound();
		out->uncollapsed_estimated = m->mset.get_uncollapsed_matches_estimated();
		out->uncollapsed_upper = m->mset.get_uncollapsed_matches_upper_bound();
		out->first = m->mset.get_firstitem();
		out->max_possible = m->mset.get_max_possible();
		out->max_attained = m->mset.get_max_attained();
	});
}

static Xapian::MSetIterator item(const ik_xap_mset *m, size_t i)
{
	if (i >= m->mset.size())
		throw Failure{INK_ENOTFOUND, "hit " + std::to_string(i) + " of " +
		                                     std::to_string(m->mset.size())};
	return m->mset[static_cast<Xapian::doccount>(i)];
}

int ik_xap_mset_hit(const struct ik_xap_mset *m, size_t i, struct ik_xap_hit *out, ink_error *err)
{
	return guard(err, [&] {
		Xapian::MSetIterator it = item(m, i);

		out->doc = *it;
		out->weight = it.get_weight();
		out->percent = it.get_percent();
		out->collapsed = it.get_collapse_count();
	});
}

int ik_xap_mset_collapse_key(struct ik_xap_mset *m, size_t i, const char **key, size_t *len,
                             ink_error *err)
{
	return guard(err, [&] {
		m->text = item(m, i).get_collapse_key();
		lend(m->text, key, len);
	});
}

int ik_xap_mset_sort_key(struct ik_xap_mset *m, size_t i, const char **key, size_t *len,
                         ink_error *err)
{
	return guard(err, [&] {
		m->text = item(m, i).get_sort_key();
		lend(m->text, key, len);
	});
}

int ik_xap_mset_doc(const struct ik_xap_mset *m, size_t i, struct ik_xap_doc **out,
                    ink_error *err)
{
	return make(out, err, [&](ik_xap_doc &h) { h.doc = item(m, i).get_document(); });
}

int ik_xap_mset_fetch(const struct ik_xap_mset *m, size_t first, size_t n, ink_error *err)
{
	return guard(err, [&] {
		size_t left = m->mset.size();

		if (first >= left)
			return;
		left -= first;
		m->mset.fetch(item(m, first), n < left ? item(m, first + n) : m->mset.end());
	});
}

int ik_xap_mset_term(const struct ik_xap_mset *m, const void *term, size_t len, uint64_t *docs,
                     double *weight, ink_error *err)
{
	return guard(err, [&] {
		string t = bytes(term, len);

		if (docs != nullptr)
			*docs = m->mset.get_termfreq(t);
		if (weight != nullptr)
			*weight = m->mset.get_termweight(t);
	});
}

int ik_xap_mset_snippet(struct ik_xap_mset *m, const char *text, size_t len, size_t max,
                        const char *stemmer, const char *open, const char *close,
                        const char *omit, const char **out, size_t *out_len, ink_error *err)
{
	return guard(err, [&] {
		m->text = m->mset.snippet(bytes(text, len), max,
		                          Xapian::Stem(stemmer == nullptr ? "none" : stemmer),
		                          Xapian::MSet::SNIPPET_BACKGROUND_MODEL |
		                                  Xapian::MSet::SNIPPET_EXHAUSTIVE,
		                          open, close, omit);
		lend(m->text, out, out_len);
	});
}

void ik_xap_mset_free(struct ik_xap_mset *m)
{
	drop(m);
}

/* ---- spies ---- */

int ik_xap_spy_values(uint32_t slot, struct ik_xap_spy **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_spy &h) {
		h.counts = new Xapian::ValueCountMatchSpy(slot);
		h.spy = h.counts->release();
	});
}

int ik_xap_spy_call(ik_xap_spy_fn fn, void *user, struct ik_xap_spy **out, ink_error *err)
{
	return make(out, err, [&](ik_xap_spy &h) {
		h.caller = new Caller(fn, user);
		h.spy = h.caller->release();
	});
}

uint64_t ik_xap_spy_total(const struct ik_xap_spy *spy)
{
	return spy->counts != nullptr ? spy->counts->get_total() : spy->caller->total;
}

int ik_xap_spy_top(const struct ik_xap_spy *spy, uint64_t max, struct ik_xap_terms **out,
                   ink_error *err)
{
	return make(out, err, [&](ik_xap_terms &h) {
		if (spy->counts == nullptr)
			throw Failure{INK_EINVAL, "this spy counts no values"};
		h.it = max == 0 ? spy->counts->values_begin()
		                : spy->counts->top_values_begin(static_cast<size_t>(max));
	});
}

void ik_xap_spy_free(struct ik_xap_spy *spy)
{
	drop(spy);
}

/* ---- more like these ---- */

int ik_xap_rset_new(struct ik_xap_rset **out, ink_error *err)
{
	return make(out, err, [](ik_xap_rset &) {});
}

int ik_xap_rset_add(struct ik_xap_rset *r, uint64_t doc, ink_error *err)
{
	return guard(err, [&] { r->rset.add_document(doc_id(doc)); });
}

void ik_xap_rset_free(struct ik_xap_rset *r)
{
	drop(r);
}

int ik_xap_eset(const struct ik_xap_enquire *e, const struct ik_xap_rset *r, uint64_t max,
                ik_xap_eset_fn fn, void *user, ink_error *err)
{
	return guard(err, [&] {
		Xapian::ESet eset = e->enquire.get_eset(at_most(max), r->rset);

		for (Xapian::ESetIterator it = eset.begin(); it != eset.end(); ++it) {
			string term = *it;

			if (fn(user, term.data(), term.size(), it.get_weight()) != 0)
				break;
		}
	});
}
