/* threads.c - one reader, shared by many threads; each has searches of its own. */
#include "common.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 50, DOCS = 300 };

struct job {
	pthread_t thread;
	ink_reader *reader; /* shared */
	ink_query *query;   /* shared: a query never changes */
	uint64_t found;
};

static void *run(void *user)
{
	struct job *job = user;
	ink_search *search;
	ink_error err; /* one a thread */

	check(ink_search_new(job->reader, job->query, &search, &err), &err);
	check(ink_search_set_total(search, INK_TOTAL_EXACT, &err), &err);
	for (int i = 0; i < ROUNDS; i++) {
		ink_results *results;

		check(ink_search_run(search, &results, &err), &err);
		job->found += ink_results_total(results, NULL);
		ink_results_free(results);
	}
	ink_search_free(search);
	return NULL;
}

int main(int argc, char **argv)
{
	struct job jobs[THREADS];
	ink_schema *schema;
	ink_index *index;
	ink_writer *writer;
	ink_reader *reader;
	ink_query *query;
	ink_doc *doc;
	ink_error err;

	check(ink_schema_new(&schema, &err), &err);
	check(ink_schema_add_field(schema, "body", INK_TEXT, 0, NULL, &err), &err);
	check(ink_index_create(new_path(argc, argv, "threads"), schema, 0, &index, &err), &err);
	check(ink_writer_open(index, &writer, &err), &err);
	check(ink_doc_new(index, &doc, &err), &err);
	for (int i = 0; i < DOCS; i++) {
		ink_doc_clear(doc);
		put(doc, "body", i % 3 == 0 ? "ink and paper" : "printing 印刷");
		check(ink_writer_add(writer, doc, &err), &err);
	}
	check(ink_writer_commit(writer, NULL, &err), &err);

	check(ink_reader_open(index, &reader, &err), &err);
	check(ink_query_match("body", "ink", 3, &query, &err), &err);
	for (int i = 0; i < THREADS; i++) {
		jobs[i].reader = reader;
		jobs[i].query = query;
		jobs[i].found = 0;
		if (pthread_create(&jobs[i].thread, NULL, run, &jobs[i]) != 0) {
			fprintf(stderr, "no thread\n");
			return 1;
		}
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		printf("thread %d: %d searches, %llu matches\n", i, ROUNDS,
		       (unsigned long long)jobs[i].found);
	}
	ink_query_free(query);
	close_all(reader, doc, writer, index, schema);
	return 0;
}
