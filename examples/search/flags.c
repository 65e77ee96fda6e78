/* flags.c - the commands and their options as data. Part of: the search program. */
#include "flags.h"

#include <stddef.h>
#include <string.h>

#include "cmd.h"

#define END { NULL, 0, NULL, NULL, NULL, NULL }
#define FORMAT_FLAG { "format", 'f', "FORMAT", "text", "text json", "how to print" }

const struct flag common_flags[] = {
	{ "color", 0, "WHEN", "auto", "auto always never",
	  "when to use colour" },
	{ "help", 'h', NULL, NULL, NULL, "-h: the options; --help: all there is to say" },
	END,
};

static const struct flag create_flags[] = {
	{ "field", 'F', "NAME:TYPE[:FLAGS[:SPEC]]", NULL, NULL, "add a field; repeatable" },
	{ "weight", 'w', "FIELD=W", NULL, NULL, "multiply what a text field adds; repeatable" },
	{ "k1", 0, "K1", "0.9", NULL, "BM25: how fast repetitions saturate" },
	{ "b", 0, "B", "0.4", NULL, "BM25: how much length counts, 0 to 1" },
	END,
};

static const struct flag add_flags[] = {
	{ "format", 'f', "FORMAT", "auto", "auto text markdown html jsonl csv tsv",
	  "what the input is" },
	{ "map", 'm', "NAME=FIELD", NULL, NULL, "the field for a key or column; NAME=: none" },
	{ "memory", 0, "SIZE", "256M", NULL, "memory for buffered documents, at least 8M" },
	{ "threads", 't', "N", "1", NULL, "threads that analyze" },
	{ "commit-every", 0, "N", "0", NULL, "commit after so many documents; 0: at the end" },
	{ "force", 0, NULL, NULL, NULL, "read files again that did not change" },
	{ "strict", 0, NULL, NULL, NULL, "stop at the first bad document or unknown name" },
	{ "quiet", 'q', NULL, NULL, NULL, "only errors: no progress, notes or summary" },
	END,
};

static const struct flag query_flags[] = {
	{ "limit", 'n', "N", "10", NULL, "how many hits" },
	{ "offset", 0, "N", "0", NULL, "pass over so many hits first" },
	{ "after", 0, "CURSOR", NULL, NULL, "go on after a hit, as --cursor or JSON named it" },
	{ "cursor", 0, NULL, NULL, NULL, "print the cursor of the last hit" },
	{ "all", 'a', NULL, NULL, NULL, "all words must match" },
	{ "plain", 'p', NULL, NULL, NULL, "no syntax: every character of QUERY is text" },
	{ "field", 0, "FIELD", NULL, NULL, "QUERY is plain text, looked for in this field; no --all" },
	{ "filter", 0, "QUERY", NULL, NULL, "all its words must match, without a score; repeatable" },
	{ "sort", 's', "FIELD[,-FIELD]", NULL, NULL, "sort by fields; -: descending; _score: best first" },
	{ "facet", 0, "FIELD[:N]", NULL, NULL,
	  "count its N (10) most frequent values; repeatable" },
	{ "range-facet", 0, "FIELD:A,B,C", NULL, NULL, "count A <= x < B, B <= x < C; repeatable" },
	{ "total", 0, NULL, NULL, NULL, "count all matches exactly" },
	{ "fields", 0, "A,B", NULL, NULL, "stored fields to print; * for all" },
	{ "snippet", 0, "FIELD", NULL, NULL, "field to cut the snippet from; else body" },
	{ "snippet-length", 0, "N", "200", NULL, "characters of a snippet; 0: the whole field" },
	{ "no-snippet", 0, NULL, NULL, NULL, "print no snippets" },
	{ "timeout", 0, "MS", "0", NULL, "give up after so many milliseconds; 0: never" },
	{ "partial", 0, NULL, NULL, NULL, "go on without shards that do not answer, and say so" },
	{ "k1", 0, "K1", "0.9", NULL, "BM25, for this search; sets b too" },
	{ "b", 0, "B", "0.4", NULL, "BM25, for this search; sets k1 too" },
	{ "explain", 0, NULL, NULL, NULL, "print the arithmetic of each score" },
	{ "format", 'f', "FORMAT", "text", "text json ids", "how to print; ids: only the keys" },
	END,
};

static const struct flag terms_flags[] = {
	{ "part", 0, "PART", "word", "word gram", "which terms" },
	{ "limit", 'n', "N", "0", NULL, "stop after so many; 0: never" },
	FORMAT_FLAG,
	END,
};

static const struct flag stats_flags[] = { FORMAT_FLAG, END };

static const struct flag shards_flags[] = { FORMAT_FLAG, END };

static const struct flag analyze_flags[] = {
	{ "spec", 's', "SPEC", "default", NULL, "a tokenizer and filters: \"word | fold\"" },
	FORMAT_FLAG,
	END,
};

static const struct flag explain_flags[] = {
	{ "limit", 'n', "N", "3", NULL, "how many hits" },
	{ "key", 'k', "KEY", NULL, NULL, "this document instead of the best" },
	{ "all", 'a', NULL, NULL, NULL, "all words must match" },
	{ "plain", 'p', NULL, NULL, NULL, "no syntax: every character of QUERY is text" },
	END,
};

static const struct flag delete_flags[] = {
	{ "key", 'k', "KEY", NULL, NULL, "delete the document with this key; repeatable" },
	{ "query", 0, "QUERY", NULL, NULL, "delete all that match" },
	{ "quiet", 'q', NULL, NULL, NULL, "no summary" },
	END,
};

static const struct flag merge_flags[] = {
	{ "memory", 0, "SIZE", "256M", NULL, "memory to use, at least 8M" },
	{ "no-reorder", 0, NULL, NULL, NULL, "keep documents in the order in which they came" },
	{ "quiet", 'q', NULL, NULL, NULL, "no progress" },
	END,
};

static const struct flag salvage_flags[] = {
	{ "quiet", 'q', NULL, NULL, NULL, "only what was lost: no progress or counts" },
	END,
};

static const struct flag check_flags[] = {
	{ "quiet", 'q', NULL, NULL, NULL, "no progress, and no word when all is well" },
	END,
};

static const struct flag copy_flags[] = {
	{ "batch", 0, "N", "10000", NULL, "commit after so many documents" },
	{ "memory", 0, "SIZE", "256M", NULL, "commit earlier when so much text came, at least 8M" },
	{ "stored-only", 0, NULL, NULL, NULL, "leave out fields that are not stored" },
	{ "no-words", 0, NULL, NULL, NULL, "leave out the dictionary and the synonyms" },
	{ "quiet", 'q', NULL, NULL, NULL, "only errors: no progress or summary" },
	FORMAT_FLAG,
	END,
};

/* Of dict and synonyms. */
static const struct flag words_flags[] = {
	{ "show", 0, NULL, NULL, NULL, "print what the index has; status 1: nothing" },
	{ "remove", 0, NULL, NULL, NULL, "take it away" },
	{ "quiet", 'q', NULL, NULL, NULL, "no summary" },
	END,
};

const struct command commands[] = {
	{ "create", "DIR", 1, 1, "make an empty index",
	  "TYPE is text, keyword, int, float, date or bytes. FLAGS are joined by commas: stored "
	  "(can be read back), multi (several values), nopos (text without positions: no "
	  "phrases), key (the unique key), pairs (faster phrases with words like \"the\", a "
	  "larger index). SPEC is an analyzer, as for analyze.\n\n"
	  "Without --field the index suits documents: id (the key), path, title (weight 2), "
	  "body, type, modified and digest, all stored.",
	  create_flags, cmd_create },
	{ "add", "DIR [PATH...|-]", 1, -1, "add documents or replace them by key",
	  "A PATH is a file or a folder, of which all files are read but hidden ones and "
	  "symbolic links; - is standard input, also when no PATH is given. An index that does "
	  "not exist is created as by create. The format is told from the name of a file (.md "
	  ".html .jsonl .csv .tsv, else text) and is jsonl for standard input. UTF-16 is read "
	  "where a byte order mark says so; PDF and other files with a NUL in them are passed over. "
	  "Convert other encodings first, but for HTML, which says what it is in.\n\n"
	  "Text, Markdown and HTML files are one document each: the key is the path, and a file "
	  "that did not change is passed over. JSON Lines hold an object a line and CSV and TSV "
	  "a row a document: keys and columns are fields of the same name; where there is none, text, "
	  "content and contents are body, subject and name are title. The key is the value "
	  "of the key field, else of id, _id or key, else FILE:LINE. Objects in objects are "
	  "joined by a dot. A number beyond 64 bits keeps its digits in a field of text and is "
	  "rounded in one of type float. Semicolons or tabs may stand for the commas of CSV: a header "
	  "without a comma says so.\n\n"
	  "Documents that are wrong are told with their line, left out and counted, and the status "
	  "stays 0; --strict stops at the first, with status 2. Files that cannot be read are told "
	  "and left out as well, and the status is 2. After a stop or Ctrl-C the index is as after "
	  "the last commit.",
	  add_flags, cmd_add },
	{ "query", "DIR QUERY...", 2, -1, "find documents",
	  "ink stone finds either word, better both. Also: +must -mustnot, AND OR NOT and ( ), "
	  "title:word, \"a phrase\"~2, pre* wil?card fuzzy~1, year:[2020 TO 2024}, word^2.5, "
	  "*:*. Put -- before a QUERY that begins with a dash. Several operands are joined by "
	  "blanks.\n\n"
	  "Bounds of --range-facet are numbers, or dates for a date field.\n\n"
	  "--format ids prints a key a line, byte for byte into a file or pipe; on a terminal what "
	  "could drive it is replaced. A key that holds a line end is safe in JSON only.",
	  query_flags, cmd_query },
	{ "terms", "DIR FIELD [PREFIX]", 2, 3, "list the terms of a field",
	  "A term, a tab and the number of documents that hold it, in byte order. Documents "
	  "deleted or replaced count until they are merged away.",
	  terms_flags, cmd_terms },
	{ "stats", "DIR", 1, 1, "print numbers about an index and its fields", NULL, stats_flags,
	  cmd_stats },
	{ "shards", "DIR", 1, 1, "show the state of each shard of an index",
	  "A line a shard: its host and port, up or down, and if it is up its documents, the "
	  "number of its last commit and the milliseconds to it and back, else why it is down. "
	  "The status is 2 unless all are up. An index on this machine is one shard.",
	  shards_flags, cmd_shards },
	{ "analyze", "[TEXT...]", 0, -1, "show how text becomes terms",
	  "A line a term, with tabs between: the term, word or gram, its position, and the bytes "
	  "of the text that it comes from, first and past the last; then \"joined\", if it stands "
	  "beside the parts that it is made of. Without TEXT, standard input is read.",
	  analyze_flags, cmd_analyze },
	{ "explain", "DIR QUERY...", 2, -1, "show the arithmetic of scores", NULL, explain_flags,
	  cmd_explain },
	{ "delete", "DIR", 1, 1, "delete documents",
	  "Give --key or --query. The status is 1 when there was nothing to delete.",
	  delete_flags, cmd_delete },
	{ "dict", "DIR [FILE|-]", 1, 2, "give an index words that its dictionaries lack",
	  "FILE has a word a line, of any script, such as Node.js, C* or machine learning. After a "
	  "tab, a weight from 1 to 10000 says how much a word of Han or kana is preferred to "
	  "others; without one it is just preferred to its parts. Lines that begin with # say "
	  "nothing, \\# begins a word. The new words replace the old ones. Documents from before "
	  "are found too and need not be added again.",
	  words_flags, cmd_dict },
	{ "synonyms", "DIR [FILE|-]", 1, 2, "give an index words that stand for each other",
	  "FILE has a rule a line: laptop, notebook, portable computer, of which each finds the "
	  "others, or notebook => exercise book, where the left side finds the right side. Lines "
	  "that begin with # say nothing; a backslash stands before a comma, =, # or backslash "
	  "that is meant. The new rules replace the old ones. Quoted phrases have no synonyms.",
	  words_flags, cmd_synonyms },
	{ "merge", "DIR [N]", 1, 2, "merge an index down to N segments (1)",
	  "Makes searches faster and gives back the space of deleted documents. Documents with the "
	  "same words are put next to each other, which takes most of the time and saves the most; "
	  "hits of equal score then come in no order that means something.", merge_flags,
	  cmd_merge },
	{ "copy", "SRC DST", 2, 2, "copy all documents of an index into another",
	  "Each may be of any backend: DIR, xapian:DIR and so on. A DST that does not exist is "
	  "created with the fields, analyzers, weights, dictionary and synonyms of SRC; one that "
	  "does may have other analyzers and weights, and is analyzed by those. Documents come in "
	  "the order of SRC, from one snapshot of it.\n\n"
	  "What was committed stays after an error, Ctrl-C or a kill, and the same command goes on "
	  "from there; before the first commit an error or Ctrl-C leaves no new DST. A document "
	  "whose key DST has is skipped, whatever else is in it. Without a key field what DST has "
	  "must be the first documents of SRC, value by value; otherwise nothing is copied.\n\n"
	  "Only stored values can be copied. Documents that DST cannot hold are told, left out and "
	  "counted, and the status is 2. Where SRC is damaged it stops; search salvage goes past.",
	  copy_flags, cmd_copy },
	{ "check", "DIR", 1, 1, "verify every byte of an index",
	  "Prints ok, or what is wrong and where, with status 2.", check_flags, cmd_check },
	{ "salvage", "DIR NEW", 2, 2, "copy what a damaged index still holds into a new one",
	  "DIR is only read. Each loss is told on standard error by file and section. Documents "
	  "of a segment that is damaged elsewhere than in its stored documents are indexed anew "
	  "from these. The status is 1 when anything was damaged or lost. After an error or Ctrl-C "
	  "NEW is gone again.", salvage_flags, cmd_salvage },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};

const char *const manual_sections[] = {
	"JSON",
	"With --format json the output is one JSON object a line. The first has \"format_version\": 1 "
	"and \"type\": \"begin\", but of stats and copy, which print one object alone; a later "
	"version may add members and types, which a reader passes over. query then prints a "
	"\"match\" for each hit (rank, doc, score, key, fields, snippet, explain), a \"facet\" for "
	"each facet (field, values with value and count) and an \"end\" (hits, total, total_exact, "
	"elapsed_ms, cursor, missing). A snippet has its text and marks, pairs of bytes first and "
	"past the last of each match.\n\n"
	"What is not UTF-8, such as the name of a file in another encoding, is {\"bytes\": BASE64} in "
	"place of a string; in a snippet it is replaced by U+FFFD.",
	"EXIT STATUS",
	"0: done, or something was found. 1: nothing was found, or salvage met damage. 2: an "
	"error, or a wrong command line. 130: interrupted by Ctrl-C. A reader of the output that "
	"goes away is no error.",
	"ENVIRONMENT",
	"NO_COLOR: when set and not empty, --color auto, which colours on a terminal, uses no "
	"colour; nor where TERM is dumb, where no progress is shown either.",
	"EXAMPLES",
	"search add notes.idx ~/notes\n\n"
	"search query notes.idx '+ink \"printing press\"' --limit 3\n\n"
	"zcat dump.jsonl.gz | search add dump.idx - --map summary=body\n\n"
	"search query dump.idx ink --format json --facet type --total",
	NULL,
};

const struct command *command_find(const char *name)
{
	const struct command *cmd;

	for (cmd = commands; cmd->name != NULL; cmd++)
		if (strcmp(cmd->name, name) == 0)
			return cmd;
	return NULL;
}

static const struct flag *find_in(const struct flag *flags, const char *name, size_t len)
{
	for (; flags->name != NULL; flags++)
		if (strlen(flags->name) == len && memcmp(flags->name, name, len) == 0)
			return flags;
	return NULL;
}

const struct flag *flag_find(const struct command *cmd, const char *name, size_t len)
{
	const struct flag *flag = find_in(cmd->flags, name, len);

	return flag != NULL ? flag : find_in(common_flags, name, len);
}

const struct flag *flag_find_letter(const struct command *cmd, char letter)
{
	const struct flag *flag;

	for (flag = cmd->flags; flag->name != NULL; flag++)
		if (flag->letter == letter)
			return flag;
	for (flag = common_flags; flag->name != NULL; flag++)
		if (flag->letter == letter)
			return flag;
	return NULL;
}
