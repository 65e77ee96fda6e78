/*
 * gen_topics.h - what the tests of reordering share: indexes whose documents
 * come from a few topics by turns, so that the order of keys is a bad one.
 */
#ifndef GEN_TOPICS_H
#define GEN_TOPICS_H

#include "gen_index.h"

/* Document n: words of one of a few topics. */
static inline void topic_doc(struct ik_doc *doc, uint64_t n, unsigned version)
{
	uint64_t seed = n * 31 + version;
	char text[1024], id[32];
	size_t len = 0;

	gen_id(id, n);
	gen_doc(doc, n, id);
	for (int i = 0; i < 20; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "topic%llux%llu ",
		                        (unsigned long long)(n % 8),
		                        (unsigned long long)(gen_next(&seed) % 12));
	len += (size_t)snprintf(text + len, sizeof text - len, "version%u", version);
	ok(ik_doc_add_text(doc, "body", text, len, err));
}

static inline void put_topics(struct ik_writer *w, const struct ik_schema *s, uint64_t from,
                              uint64_t to, unsigned version)
{
	struct ik_doc doc;

	ik_doc_init(&doc, (struct ik_schema *)s);
	for (; from < to; from++) {
		topic_doc(&doc, from, version);
		ok(ik_writer_update(w, &doc, err));
	}
	ik_doc_release(&doc);
}

/* Three segments, with deletions in the first. */
static inline struct ik_writer *make_topics(struct place *p, const struct ik_schema *s)
{
	struct ik_writer *w;

	place_init(p, 1);
	ok(ik_writer_open(p->dir, &w, err));
	for (uint64_t i = 0; i < 3; i++) {
		put_topics(w, s, i * 1000, i * 1000 + 300 + i * 100, 0);
		ok(ik_writer_commit(w, NULL, err));
	}
	for (uint64_t n = 0; n < 300; n += 3) {
		char id[32];

		gen_id(id, n);
		ok(ik_writer_delete(w, id, strlen(id), err));
	}
	ok(ik_writer_commit(w, NULL, err));
	return w;
}

#endif
