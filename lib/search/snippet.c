/*
 * snippet.c - the best passage of a text, with the matches marked.
 *
 * Layer: search. The passage is chosen from the first MiB of a text, so that
 * a document of any length costs a bounded time; its length is counted in
 * characters without the "…" where text is left out. White space is shown as
 * one blank, but the whole text (max_chars 0) is given as it is. What is not
 * UTF-8 comes out as U+FFFD.
 */
#include "search/snippet.h"

#include "base/utf8.h"
#include "inkstone/search.h"
#include "search/passage.h"

#define SCAN_MAX ((size_t)1 << 20)
#define ELLIPSIS "\xe2\x80\xa6"

/* Where the cluster ends that byte `at` is in or right behind. */
static size_t cluster_end(const char *text, size_t len, size_t at)
{
	size_t end;

	if (at == 0 || at >= len)
		return at;
	/* From its start on: two letters of flags are a flag wherever one begins. */
	end = ik_text_next_cluster(text, len, ik_text_cluster_start(text, len, at - 1));
	return end > at ? end : at;
}

/* Hits that touch or overlap become one span. */
static int join_hits(const struct ik_hits *hits, const char *text, size_t len,
                     struct ik_poll *poll, struct ik_spans *out, ink_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < hits->list.n; i++) {
		const struct ik_hit *h = &hits->list.v[i];
		size_t start = ik_text_cluster_start(text, len, h->start);
		size_t end = cluster_end(text, len, h->end);
		struct ik_span *last = out->list.n > 0 ? &out->list.v[out->list.n - 1] : NULL;

		rc = ik_poll(poll, IK_MARK_STEPS);
		if (last != NULL && start <= last->end) {
			last->end = end > last->end ? end : last->end;
			continue;
		}
		last = ik_vec_push(&out->list);
		if (last == NULL)
			return ik_fail_nomem(err);
		last->start = start;
		last->end = end;
	}
	return rc;
}

/* ---- writing it out ---- */

struct writer {
	const struct ik_snippet_spec *spec;
	struct ik_buf *out;
	int blank; /* one is due before the next character */
	int open;  /* in a mark */
};

static void put_mark(struct writer *w, int open)
{
	const char *mark = open ? w->spec->open : w->spec->close;

	if (mark != NULL)
		ik_buf_put_str(w->out, mark);
	w->open = open;
}

static const char *escape(const struct writer *w, uint32_t cp)
{
	if ((w->spec->flags & INK_SNIPPET_HTML) == 0)
		return NULL;
	switch (cp) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

static void put_char(struct writer *w, uint32_t cp)
{
	const char *escaped = escape(w, cp);
	char bytes[4];

	if (escaped != NULL)
		ik_buf_put_str(w->out, escaped);
	else if (cp < 0x80)
		ik_buf_put_u8(w->out, (uint8_t)cp);
	else
		ik_buf_put(w->out, bytes, ik_utf8_put(bytes, cp));
}

/* The spans may begin before the passage and end behind it. */
static void put_passage(struct writer *w, const char *text, const struct ik_span *passage,
                        const struct ik_spans *spans)
{
	const char *p = text + passage->start, *end = text + passage->end;
	size_t i = 0;

	while (p < end && w->out->err == 0) {
		size_t at = (size_t)(p - text);
		uint32_t cp;

		while (i < spans->list.n && spans->list.v[i].end <= at) {
			if (w->open)
				put_mark(w, 0);
			i++;
		}
		p = ik_utf8_next(p, end, &cp);
		if (w->spec->max_chars != 0 && ik_is_blank(cp)) {
			w->blank = 1;
			continue;
		}
		if (w->blank)
			ik_buf_put_u8(w->out, ' ');
		w->blank = 0;
		if (!w->open && i < spans->list.n && spans->list.v[i].start <= at)
			put_mark(w, 1);
		put_char(w, cp);
	}
	if (w->open)
		put_mark(w, 0);
}

/* Blanks at the ends are not shown. */
static void trim(const char *text, struct ik_span *s)
{
	uint32_t cp;

	while (s->start < s->end) {
		const char *next = ik_utf8_next(text + s->start, text + s->end, &cp);

		if (!ik_is_blank(cp))
			break;
		s->start = (size_t)(next - text);
	}
	while (s->end > s->start) {
		size_t last = ik_utf8_floor(text, s->end, s->end - 1);

		if (ik_utf8_next(text + last, text + s->end, &cp) != text + s->end ||
		    !ik_is_blank(cp))
			break;
		s->end = last;
	}
}

/* Is there more than blanks in text[from, to)? Looks no further than the first such character. */
static int has_text(const char *text, size_t from, size_t to)
{
	struct ik_span s = { from, to };

	trim(text, &s);
	return s.start < s.end;
}

static void write_out(const struct ik_snippet_spec *spec, const char *text, size_t len,
                      struct ik_span passage, const struct ik_spans *spans, struct ik_buf *out)
{
	struct writer w = { .spec = spec, .out = out };

	if (spec->max_chars != 0)
		trim(text, &passage);
	if (has_text(text, 0, passage.start))
		ik_buf_put_str(out, ELLIPSIS);
	put_passage(&w, text, &passage, spans);
	if (has_text(text, passage.end, len))
		ik_buf_put_str(out, ELLIPSIS);
}

int ik_snippet_make(const struct ik_marks *marks, const struct ik_snippet_spec *spec,
                    const struct ik_snippet_text *whole, struct ik_poll *poll,
                    struct ik_buf *out, ink_error *err)
{
	const char *text = whole->p;
	size_t len = whole->len;
	size_t n_ids = ik_marks_count(marks);
	size_t scan = spec->max_chars == 0 || len <= SCAN_MAX ? len
	                                                      : ik_utf8_floor(text, len, SCAN_MAX);
	struct ik_spans spans = { { NULL, 0, 0 } };
	struct ik_span passage = { 0, len };
	struct ik_snippet_text scanned = { text, scan, whole->ends, whole->n };
	struct ik_hits hits;
	int rc = ik_marks_find(marks, &scanned, poll, &hits, err);

	if (rc == 0)
		rc = join_hits(&hits, text, len, poll, &spans, err);
	if (rc == 0 && spec->max_chars != 0)
		rc = ik_passage_choose(&hits, n_ids, &spans, spec->max_chars, text, len, &passage,
		                       err);
	if (rc == 0)
		write_out(spec, text, len, passage, &spans, out);
	ik_vec_free(&hits.list);
	ik_vec_free(&spans.list);
	if (rc != 0)
		return rc;
	if (out->err == INK_ENOMEM)
		return ik_fail_nomem(err);
	return out->err != 0 ? ik_fail(err, out->err, "a snippet of more than %zu bytes", out->max)
	                     : 0;
}
