/*
 * sqlite.c - driver: SQLite's FTS5, without stored text, optimized to one segment.
 *
 * Part of: bench/peers. The text of a contentless table is not kept, so keys are
 * in a table of their own. FTS5 has BM25 with k1 1.2 and b 0.75 built in, one
 * thread, and no way to say "must, and should" with one score: such queries are
 * not supported. The a-z text is split as at blanks by the `ascii` tokenizer.
 */
#include "peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

enum { PATH_SIZE = 4096, MATCH_SIZE = 4096, HASH_SHARE = 4 };

static sqlite3 *db;
static sqlite3_stmt *top, *count;

static void check(int code)
{
	if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		peer_die("%s", sqlite3_errmsg(db));
}

static void run(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement;

	check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	return statement;
}

static void open_file(const char *dir)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/fts5.db", dir);
	check(sqlite3_open(path, &db));
}

/* ---- indexing ---- */

static void set_budget(uint64_t budget)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%llu",
	         (unsigned long long)(budget / 2 >> 10));
	run(sql);
	snprintf(sql, sizeof(sql), "INSERT INTO docs(docs, rank) VALUES('hashsize', %llu)",
	         (unsigned long long)(budget / HASH_SHARE));
	run(sql);
}

static void add_all(void)
{
	sqlite3_stmt *key = prepare("INSERT INTO keys(id, key) VALUES(?, ?)");
	sqlite3_stmt *text = prepare("INSERT INTO docs(rowid, body) VALUES(?, ?)");
	struct peer_doc in;

	for (sqlite3_int64 id = 1; peer_next_doc(&in); id++) {
		check(sqlite3_bind_int64(key, 1, id));
		check(sqlite3_bind_text(key, 2, in.key, (int)in.key_len, SQLITE_STATIC));
		check(sqlite3_step(key));
		check(sqlite3_reset(key));
		check(sqlite3_bind_int64(text, 1, id));
		check(sqlite3_bind_text(text, 2, in.text, (int)in.text_len, SQLITE_STATIC));
		check(sqlite3_step(text));
		check(sqlite3_reset(text));
	}
	sqlite3_finalize(key);
	sqlite3_finalize(text);
}

void engine_index(const struct peer_job *job)
{
	mkdir(job->dir, 0777);
	open_file(job->dir);
	run("PRAGMA journal_mode = OFF");
	run("CREATE TABLE keys(id INTEGER PRIMARY KEY, key TEXT)");
	run(strcmp(job->analysis, "whitespace") == 0
	            ? "CREATE VIRTUAL TABLE docs USING fts5(body, content='', tokenize='ascii')"
	            : "CREATE VIRTUAL TABLE docs USING fts5(body, content='', tokenize='trigram')");
	set_budget(job->budget);
	run("BEGIN");
	add_all();
	run("COMMIT");
	run("INSERT INTO docs(docs) VALUES('optimize')");
	run("VACUUM");
	check(sqlite3_close(db));
}

/* ---- searching ---- */

void engine_open(const char *dir, const char *analysis)
{
	(void)analysis; /* the table has it */
	open_file(dir);
	run("PRAGMA mmap_size = 1073741824");
	run("PRAGMA cache_size = -262144");
	top = prepare("SELECT rowid, rank FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT ?");
	count = prepare("SELECT count(*) FROM docs WHERE docs MATCH ?");
}

static size_t put(char *out, size_t at, const char *joint, const struct peer_clause *c)
{
	int n = snprintf(out + at, MATCH_SIZE - at, "%s\"%.*s\"", joint, (int)c->len, c->text);

	if (n < 0 || (size_t)n >= MATCH_SIZE - at)
		peer_die("a query is too long");
	return at + (size_t)n;
}

/* (all AND all) NOT (any OR any): 0 when there is no such expression. */
static int make_match(const struct peer_query *q, char *out)
{
	struct peer_clause clauses[PEER_WORDS];
	size_t n = peer_parse(q, clauses), at = 0, musts = 0, nots = 0;
	const char *joint = "(";

	for (size_t i = 0; i < n; i++) {
		musts += clauses[i].occur == '+';
		nots += clauses[i].occur == '-';
	}
	if (nots == n || (musts > 0 && musts + nots < n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (clauses[i].occur != '-') {
			at = put(out, at, joint, &clauses[i]);
			joint = musts > 0 ? " AND " : " OR ";
		}
	joint = ") NOT (";
	for (size_t i = 0; i < n; i++)
		if (clauses[i].occur == '-') {
			at = put(out, at, joint, &clauses[i]);
			joint = " OR ";
		}
	snprintf(out + at, MATCH_SIZE - at, ")");
	return 1;
}

static int64_t step_all(sqlite3_stmt *statement)
{
	int64_t rows = 0;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		rows++;
	check(code);
	check(sqlite3_reset(statement));
	return rows;
}

static int64_t count_hits(const char *match)
{
	int64_t hits;

	check(sqlite3_bind_text(count, 1, match, -1, SQLITE_STATIC));
	check(sqlite3_step(count));
	hits = sqlite3_column_int64(count, 0);
	check(sqlite3_reset(count));
	return hits;
}

/* A top-k with its count takes two statements. */
int64_t engine_run(const struct peer_query *q)
{
	char match[MATCH_SIZE];

	if (!make_match(q, match))
		return PEER_UNSUPPORTED;
	if (q->limit > 0) {
		check(sqlite3_bind_text(top, 1, match, -1, SQLITE_STATIC));
		check(sqlite3_bind_int64(top, 2, (sqlite3_int64)q->limit));
		step_all(top);
	}
	return q->exact ? count_hits(match) : PEER_NOT_COUNTED;
}

int (*const engine_fetch)(const char *key, size_t len) = NULL;
