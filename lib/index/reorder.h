/*
 * reorder.h - an order of documents that makes posting lists cheap.
 *
 * Layer: index. Documents with the same terms get neighbouring numbers: gaps
 * shrink, and the ranges that a query has to look at are fewer. Found by
 * recursive graph bisection, from a graph that says which terms a document
 * has; terms too rare or too frequent to say anything are left out of it.
 */
#ifndef IK_INDEX_REORDER_H
#define IK_INDEX_REORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define IK_REORDER_TERMS_MAX 65536u /* a term of the graph takes two bytes */

/* Document d has the terms terms[start[d] .. start[d + 1]), each below n_terms, none twice. */
struct ik_reorder_graph {
	uint32_t n_docs;
	uint32_t n_terms;
	uint32_t *start;
	uint16_t *terms;
};

void ik_reorder_graph_free(struct ik_reorder_graph *g); /* its arrays */

/*
 * Told of work done, in postings times levels, or of 0 only to ask: non-zero
 * stops. Called in the caller's thread.
 */
struct ik_reorder_watch {
	int (*step)(void *user, uint64_t work);
	void *user;
};

/* Bytes that ik_reorder() asks for, beside the graph. */
uint64_t ik_reorder_bytes(uint32_t n_docs, uint32_t n_terms, uint32_t threads);

/* What it will tell the watch in all, about. */
uint64_t ik_reorder_work(uint32_t n_docs, uint64_t postings);

/*
 * Fill order[0 .. n_docs): the documents of the graph in their new order. The
 * same graph gives the same order, with one thread or two (more are not
 * used). INK_ENOMEM, INK_ECANCELED. Cost: about 10 ns a posting for each
 * halving of the documents.
 */
int ik_reorder(const struct ik_reorder_graph *g, uint32_t threads,
               const struct ik_reorder_watch *watch, uint32_t *order, ink_error *err);

#endif
