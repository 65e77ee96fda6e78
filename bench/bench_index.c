/*
 * bench_index.c - how fast text becomes an index, and how large and hungry it is.
 *
 * Part of: bench. The text (lines of id TAB text) is read into memory first,
 * so that only indexing is timed. A repetition makes the index anew; the
 * fastest one is reported, since all noise on a busy machine slows down.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
        "usage: bench_index [options] FILE.tsv DIR\n"
        "  -a SPEC  analyzer [whitespace]     -m MIB  memory of the writer [256]\n"
        "  -t N     threads [1]               -r N    repetitions, best reported [1]\n"
        "  -s       store the text            -n      no positions\n"
        "  -k       id is the unique key      -K      no id at all\n"
        "  -o       optimize to one segment   -H      count the library's heap (slower)\n"
        "  -p       pairs with frequent words\n"
        "DIR must not exist; the index of the last repetition is left there.\n";

struct options {
	const char *spec;
	uint64_t memory, threads, reps;
	int stored, no_positions, pairs, key, no_id, optimize, heap;
	const char *file, *dir;
};

struct line {
	const char *id, *text;
	size_t id_len, text_len;
};

struct corpus {
	char *data;
	struct line *lines;
	size_t n;
	uint64_t bytes; /* of text, without ids and tabs */
};

struct timing {
	double add_s, commit_s, optimize_s;
	double cpu_s; /* of adding and committing */
};

static struct options read_options(int argc, char **argv)
{
	struct options o = { "whitespace", 256, 1, 1, 0, 0, 0, 0, 0, 0, 0, NULL, NULL };
	int c;

	while ((c = getopt(argc, argv, "a:m:t:r:snpkKoH")) != -1) {
		switch (c) {
		case 'a': o.spec = optarg; break;
		case 'm': o.memory = bench_number(optarg, "-m"); break;
		case 't': o.threads = bench_number(optarg, "-t"); break;
		case 'r': o.reps = bench_number(optarg, "-r"); break;
		case 's': o.stored = 1; break;
		case 'n': o.no_positions = 1; break;
		case 'p': o.pairs = 1; break;
		case 'k': o.key = 1; break;
		case 'K': o.no_id = 1; break;
		case 'o': o.optimize = 1; break;
		case 'H': o.heap = 1; break;
		default: fputs(usage, stderr); exit(2);
		}
	}
	if (argc - optind != 2 || o.reps == 0) {
		fputs(usage, stderr);
		exit(2);
	}
	o.file = argv[optind];
	o.dir = argv[optind + 1];
	return o;
}

static struct line split_line(const char *p, const char *end)
{
	const char *tab = memchr(p, '\t', (size_t)(end - p));
	struct line line;

	line.id = p;
	line.id_len = tab == NULL ? 0 : (size_t)(tab - p);
	line.text = tab == NULL ? p : tab + 1;
	line.text_len = (size_t)(end - line.text);
	return line;
}

static struct corpus read_corpus(const char *path)
{
	struct corpus c = { NULL, NULL, 0, 0 };
	size_t len, n = 0;
	const char *p, *end, *stop;

	c.data = bench_read_file(path, &len);
	stop = c.data + len;
	for (p = c.data; p < stop; p++)
		n += *p == '\n';
	c.lines = bench_alloc(n + 1, sizeof(*c.lines));
	for (p = c.data; p < stop; p = end + 1) {
		end = memchr(p, '\n', (size_t)(stop - p));
		if (end == NULL)
			end = stop;
		c.lines[c.n] = split_line(p, end);
		c.bytes += c.lines[c.n++].text_len;
	}
	return c;
}

static ink_index *make_index(const struct options *o)
{
	uint32_t flags = (o->stored ? INK_STORED : 0u) | (o->no_positions ? INK_NO_POSITIONS : 0u) |
	                 (o->pairs ? INK_PAIRS : 0u);
	uint32_t id_flags = INK_STORED | (o->key ? INK_KEY : 0u);
	ink_schema *schema;
	ink_index *index;
	ink_error err;

	bench_check(ink_schema_new(&schema, &err), &err);
	if (!o->no_id)
		bench_check(ink_schema_add_field(schema, "id", INK_KEYWORD, id_flags, NULL, &err),
		            &err);
	bench_check(ink_schema_add_field(schema, "body", INK_TEXT, flags, o->spec, &err), &err);
	bench_check(ink_index_create(o->dir, schema, 0, &index, &err), &err);
	ink_schema_free(schema);
	return index;
}

static void add_lines(ink_writer *writer, ink_doc *doc, const struct options *o,
                      const struct corpus *c)
{
	ink_error err;

	for (size_t i = 0; i < c->n; i++) {
		const struct line *line = &c->lines[i];

		ink_doc_clear(doc);
		if (!o->no_id)
			bench_check(ink_doc_add_text(doc, "id", line->id, line->id_len, &err),
			            &err);
		bench_check(ink_doc_add_text(doc, "body", line->text, line->text_len, &err), &err);
		bench_check(ink_writer_add(writer, doc, &err), &err);
	}
}

static double seconds(uint64_t from, uint64_t to)
{
	return (double)(to - from) / 1e9;
}

static struct timing index_once(const struct options *o, const struct corpus *c)
{
	ink_index *index = make_index(o);
	struct timing t = { 0, 0, 0, 0 };
	uint64_t start, added, committed, cpu;
	ink_writer *writer;
	ink_doc *doc;
	ink_error err;

	bench_check(ink_writer_open(index, &writer, &err), &err);
	bench_check(ink_writer_set_memory(writer, o->memory << 20, &err), &err);
	bench_check(ink_writer_set_threads(writer, (uint32_t)o->threads, &err), &err);
	bench_check(ink_doc_new(index, &doc, &err), &err);
	cpu = bench_cpu_ns();
	start = bench_now_ns();
	add_lines(writer, doc, o, c);
	added = bench_now_ns();
	bench_check(ink_writer_commit(writer, NULL, &err), &err);
	committed = bench_now_ns();
	t.cpu_s = seconds(cpu, bench_cpu_ns());
	t.add_s = seconds(start, added);
	t.commit_s = seconds(added, committed);
	if (o->optimize) {
		bench_check(ink_writer_optimize(writer, 1, NULL, NULL, &err), &err);
		t.optimize_s = seconds(committed, bench_now_ns());
	}
	ink_doc_free(doc);
	ink_writer_close(writer);
	ink_index_close(index);
	return t;
}

static void print_stats(const char *dir)
{
	ink_stats stats = { .struct_size = sizeof(stats) };
	ink_index *index;
	ink_reader *reader;
	ink_error err;

	bench_check(ink_index_open(dir, INK_OPEN_READONLY, &index, &err), &err);
	bench_check(ink_reader_open(index, &reader, &err), &err);
	bench_check(ink_reader_stats(reader, &stats, &err), &err);
	bench_json_u64("segments", stats.segments);
	bench_json_u64("terms", stats.terms);
	bench_json_u64("postings", stats.postings);
	ink_reader_close(reader);
	ink_index_close(index);
}

static void print_result(const struct options *o, const struct corpus *c, struct timing t,
                         uint64_t rss_before)
{
	double megabytes = (double)c->bytes / 1e6, plain = t.add_s + t.commit_s;
	uint64_t bytes = bench_folder_bytes(o->dir);
	struct bench_heap heap = bench_heap_read();

	bench_json_begin("index");
	bench_json_text("analyzer", o->spec);
	bench_json_u64("memory_mib", o->memory);
	bench_json_u64("threads", o->threads);
	bench_json_u64("stored", (uint64_t)o->stored);
	bench_json_u64("docs", c->n);
	bench_json_u64("text_bytes", c->bytes);
	bench_json_f64("add_s", t.add_s);
	bench_json_f64("commit_s", t.commit_s);
	bench_json_f64("mb_per_s", megabytes / plain);
	bench_json_f64("mb_per_cpu_s", megabytes / t.cpu_s);
	if (o->optimize) {
		bench_json_f64("optimize_s", t.optimize_s);
		bench_json_f64("mb_per_s_optimized", megabytes / (plain + t.optimize_s));
	}
	bench_json_u64("index_bytes", bytes);
	bench_json_f64("index_share", c->bytes > 0 ? (double)bytes / (double)c->bytes : 0);
	bench_json_u64("peak_rss", bench_peak_rss());
	bench_json_u64("corpus_rss", rss_before);
	if (o->heap) {
		bench_json_u64("heap_peak", heap.peak);
		bench_json_u64("heap_calls", heap.calls);
		bench_json_u64("heap_left", heap.now);
	}
	print_stats(o->dir);
	bench_json_end();
}

int main(int argc, char **argv)
{
	struct options o = read_options(argc, argv);
	struct timing t, best = { 0, 0, 0, 0 };
	struct corpus c;
	struct stat st;
	uint64_t rss_before;

	if (stat(o.dir, &st) == 0)
		bench_die("%s exists", o.dir);
	if (o.heap)
		bench_heap_install();
	c = read_corpus(o.file);
	rss_before = bench_peak_rss();
	for (uint64_t i = 0; i < o.reps; i++) {
		if (i > 0)
			bench_remove_folder(o.dir);
		t = index_once(&o, &c);
		if (i == 0 || t.add_s + t.commit_s + t.optimize_s <
		                      best.add_s + best.commit_s + best.optimize_s)
			best = t;
	}
	print_result(&o, &c, best, rss_before);
	free(c.lines);
	free(c.data);
	return 0;
}
