/*
 * extend.c - registered tokenizers, filters and normalisers at work.
 *
 * Layer: text. Callbacks belong to the application: whatever they hand over
 * is checked before anything is made of it, and the first fault stops the
 * run, whatever the callback returns. Positions are steps at this border, so
 * a filter needs no memory of its own; they are added up here.
 */
#include "text/extend.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/diacritics.h"

#define POSITIONS_MAX (UINT32_C(1) << 30)
#define SPARE_MAX (1u << 20) /* bytes of normalised text kept from one text to the next */

_Static_assert((int)INK_FOR_DOC == (int)IK_FOR_DOC && (int)INK_FOR_QUERY == (int)IK_FOR_ANY &&
                       (int)INK_FOR_PHRASE == (int)IK_FOR_PHRASE,
               "callbacks are told the purpose as it is");

/* Steps that a filter was given and made. */
struct place {
	uint32_t in;      /* the position after the last token in, and after the last one out */
	uint32_t out;
	uint32_t dropped; /* steps of tokens that nothing came of */
};

struct ik_extending {
	struct ik_sink sink; /* maps offsets to the original text */
	struct ik_sink *to;
	struct ik_normals normals;
	uint32_t gram_pos;
	struct place place[IK_FILTERS_MAX + 1]; /* of the filters, and of the tokenizer */
};

struct ink_emitter {
	const struct ik_use *use;
	ink_error *err;
	int rc;
	const char *text; /* that offsets point into */
	size_t len;
	struct ik_normal *normal; /* a normaliser's */
	size_t behind;            /* the end of its last piece */
	struct ik_analysis *a;    /* a tokenizer's or filter's */
	struct place *place;
	uint32_t next; /* the filter behind */
};

/* ---- instances and failures ---- */

static int fail(const struct ik_use *use, int code, const char *why, ink_error *err)
{
	const struct ik_extension *e = use->extension;

	return ik_fail(err, code, "%s \"%s\": %s", ik_extension_kind(e), e->name, why);
}

static int is_code(int rc)
{
	return (rc < 0 && rc >= INK_ELIMIT) || rc == INK_EINTERNAL;
}

/* A callback said `rc`: its code and message as ours. */
static int failed(const struct ik_use *use, int rc, const ink_error *why, ink_error *err)
{
	char line[sizeof why->message];
	size_t n, i;

	if (!is_code(rc))
		rc = INK_ECANCELED;
	for (n = 0; n < sizeof line - 1 && why->message[n] != '\0'; n++)
		line[n] = why->message[n];
	line[n] = '\0';
	for (i = 0; i < n; i++) /* a message is one line */
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	return fail(use, rc, n > 0 ? line : "it failed without a message", err);
}

int ik_extend_open(struct ik_extension *extension, const char *arg, size_t len,
                   struct ik_use *out, ink_error *err)
{
	const ink_extension *calls = &extension->calls;
	ink_error why = {0};
	int rc = 0;

	*out = (struct ik_use){extension, calls->user};
	if (calls->open == NULL && arg != NULL)
		rc = fail(out, INK_ESYNTAX, "it takes no argument", err);
	else if (calls->open != NULL)
		rc = calls->open(calls->user, arg, len, &out->self, &why);
	if (rc == 0)
		return 0;
	if (calls->open != NULL)
		rc = failed(out, rc, &why, err);
	ik_extension_unref(extension);
	out->extension = NULL;
	return rc;
}

void ik_extend_close(struct ik_use *use)
{
	if (use->extension == NULL)
		return;
	if (use->extension->calls.open != NULL && use->extension->calls.close != NULL)
		use->extension->calls.close(use->self);
	ik_extension_unref(use->extension);
	use->extension = NULL;
}

/* What a callback came to: its emitter's fault goes before its own result. */
static int result(const ink_emitter *out, int rc, const ink_error *why)
{
	if (out->rc != 0)
		return out->rc;
	if (rc != 0 && out->a != NULL)
		out->a->told = 1;
	return rc == 0 ? 0 : failed(out->use, rc, why, out->err);
}

/* ---- what is emitted ---- */

static int refuse(ink_emitter *out, int code, const char *why)
{
	out->rc = fail(out->use, code, why, out->err);
	return out->rc;
}

static int splits(const ink_emitter *out, uint64_t at)
{
	return at < out->len && (out->text[at] & 0xC0) == 0x80;
}

static int check_span(ink_emitter *out, uint64_t start, uint64_t end)
{
	char why[100];

	if (start <= end && end <= out->len && !splits(out, start) && !splits(out, end))
		return 0;
	snprintf(why, sizeof why, "offsets %llu to %llu %s of %zu bytes", (unsigned long long)start,
	         (unsigned long long)end,
	         start <= end && end <= out->len ? "cut a character in a text"
	                                         : "are no part of a text",
	         out->len);
	return refuse(out, INK_EINVAL, why);
}

static int check_token(ink_emitter *out, const ink_token *t)
{
	char why[100];

	if (t == NULL || t->term == NULL || t->len == 0)
		return refuse(out, INK_EINVAL, "an empty term");
	if (t->len > IK_TERM_MAX) {
		snprintf(why, sizeof why, "a term of %zu bytes, %d are allowed", t->len,
		         IK_TERM_MAX);
		return refuse(out, INK_ELIMIT, why);
	}
	if (!ik_utf8_valid(t->term, t->len, NULL))
		return refuse(out, INK_EINVAL, "a term that is not UTF-8");
	if (t->part != INK_PART_WORD && t->part != INK_PART_GRAM)
		return refuse(out, INK_EINVAL, "a token of an unknown part");
	if ((t->flags & ~(uint32_t)INK_TOKEN_JOINED) != 0 || t->reserved != 0)
		return refuse(out, INK_EINVAL, "a token with unknown flags");
	return check_span(out, t->start, t->end);
}

/* A word's position, by the step from the one before it. */
static int take_step(ink_emitter *out, uint32_t step, uint32_t *position)
{
	struct place *place = out->place;

	if (step > POSITIONS_MAX || place->out + step > POSITIONS_MAX)
		return refuse(out, INK_ELIMIT, "over 2^30 positions");
	place->out += place->out == 0 && step == 0 ? 1 : step; /* 0 and 1 are alike at the front */
	place->dropped = 0;
	*position = place->out - 1;
	return 0;
}

int ik_emitter_token(ink_emitter *out, const ink_token *t)
{
	struct ik_token token = {0};
	struct ik_analysis *a = out->a;

	if (out->rc != 0)
		return out->rc;
	if (a == NULL)
		return refuse(out, INK_EINVAL, "a normaliser makes text, not tokens");
	if (check_token(out, t) != 0)
		return out->rc;
	if (t->part == INK_PART_GRAM)
		token.position = a->ext->gram_pos++;
	else if (take_step(out, t->step, &token.position) != 0)
		return out->rc;
	if (a->purpose == IK_FOR_PHRASE &&
	    (t->part == INK_PART_GRAM || (t->flags & INK_TOKEN_JOINED) != 0))
		return 0;
	token.start = (uint32_t)t->start;
	token.end = (uint32_t)t->end;
	token.part = (uint8_t)t->part;
	token.flags = (uint8_t)t->flags;
	out->rc = ik_filter_token(a, out->next, t->term, t->len, &token);
	return out->rc;
}

int ik_emitter_text(ink_emitter *out, const char *text, size_t len, uint64_t start, uint64_t end)
{
	const char *too_long = "over 2^31 bytes of text";
	int rc;

	if (out->rc != 0)
		return out->rc;
	if (out->normal == NULL)
		return refuse(out, INK_EINVAL, "only a normaliser makes text");
	if (text == NULL)
		len = 0;
	if (check_span(out, start, end) != 0)
		return out->rc;
	if (start < out->behind)
		return refuse(out, INK_EINVAL, "a piece of text that goes backwards");
	if (len > INT32_MAX) /* before any of it is read: there may be no such text */
		return refuse(out, INK_ELIMIT, too_long);
	if (len > 0 && !ik_utf8_valid(text, len, NULL))
		return refuse(out, INK_EINVAL, "text that is not UTF-8");
	out->behind = (size_t)end;
	rc = ik_normal_put(out->normal, out->text, text, len, (size_t)start, (size_t)end);
	if (rc == INK_ENOMEM)
		out->rc = ik_fail_nomem(out->err);
	else if (rc != 0)
		refuse(out, rc, too_long);
	return out->rc;
}

/* ---- normalisers ---- */

void ik_normals_init(struct ik_normals *normals)
{
	for (uint32_t i = 0; i < IK_NORMALS; i++)
		ik_normal_init(&normals->v[i]);
	normals->n = 0;
}

void ik_normals_free(struct ik_normals *normals)
{
	for (uint32_t i = 0; i < IK_NORMALS; i++)
		ik_normal_free(&normals->v[i]);
	normals->n = 0;
}

static int call_normalizer(const struct ik_use *use, const char *text, size_t len,
                           struct ik_normal *to, ink_error *err)
{
	ink_emitter out = {.use = use, .err = err, .text = text, .len = len, .normal = to};
	ink_error why = {0};
	int rc = use->extension->calls.normalize(use->self, text, len, &out, &why);

	return result(&out, rc, &why);
}

/* One more normal text; `use` NULL for the repair, without an extension for diacritics. */
static int add_normal(struct ik_normals *normals, const struct ik_use *use, const char **text,
                      size_t *len, ink_error *err)
{
	struct ik_normal *to = &normals->v[normals->n];
	int rc;

	ik_normal_clear(to);
	if (use != NULL && use->extension != NULL)
		rc = call_normalizer(use, *text, *len, to, err);
	else {
		rc = use != NULL ? ik_diacritics_text(to, *text, *len)
		                 : ik_normal_repair(to, *text, *len);
		if (rc != 0)
			rc = rc == INK_ENOMEM ? ik_fail_nomem(err)
			                      : ik_fail(err, rc, "a text over 2^31 bytes");
	}
	normals->n++;
	*text = to->text.len > 0 ? (const char *)to->text.data : "";
	*len = to->text.len;
	return rc;
}

int ik_extend_normalize(const struct ik_analyzer *analyzer, struct ik_normals *normals,
                        const char **text, size_t *len, ink_error *err)
{
	int rc = 0;
	uint32_t i;

	normals->n = 0;
	if (!ik_utf8_valid(*text, *len, NULL))
		rc = add_normal(normals, NULL, text, len, err);
	for (i = 0; rc == 0 && i < analyzer->n_normalizers && *len > 0; i++) {
		const struct ik_use *use = &analyzer->normalizer[i];

		if (use->extension != NULL || !ik_is_ascii(*text, *len))
			rc = add_normal(normals, use, text, len, err);
	}
	return rc;
}

/* ---- a run ---- */

static int map_token(struct ik_sink *sink, const struct ik_token *token)
{
	struct ik_extending *ext = (struct ik_extending *)sink; /* the sink is its first member */
	struct ik_token mapped = *token;

	for (uint32_t i = ext->normals.n; i-- > 0;)
		ik_normal_map(&ext->normals.v[i], &mapped.start, &mapped.end);
	return ext->to->token(ext->to, &mapped);
}

int ik_extend_begin(struct ik_analysis *a)
{
	struct ik_extending *ext = a->ext;

	if (ext == NULL) {
		ext = a->ext = ik_zalloc(sizeof *ext);
		if (ext == NULL)
			return a->rc = INK_ENOMEM;
		ik_normals_init(&ext->normals);
		ext->sink.token = map_token;
	}
	ext->gram_pos = 0;
	memset(ext->place, 0, sizeof ext->place);
	a->rc = ik_extend_normalize(a->analyzer, &ext->normals, &a->text, &a->len, a->err);
	a->told = a->rc != 0;
	if (ext->normals.n > 0) {
		ext->to = a->sink;
		a->sink = &ext->sink;
	}
	return a->rc;
}

void ik_extend_end(struct ik_analysis *a)
{
	if (a->ext != NULL && ik_extend_bytes(a->ext) > SPARE_MAX)
		ik_normals_free(&a->ext->normals);
}

void ik_extend_free(struct ik_extending *ext)
{
	if (ext == NULL)
		return;
	ik_normals_free(&ext->normals);
	ik_free(ext);
}

size_t ik_extend_bytes(const struct ik_extending *ext)
{
	size_t bytes = 0;

	if (ext == NULL)
		return 0;
	for (uint32_t i = 0; i < IK_NORMALS; i++)
		bytes += ext->normals.v[i].text.cap +
		         ext->normals.v[i].pieces.cap * sizeof *ext->normals.v[i].pieces.v;
	return sizeof *ext + bytes;
}

int ik_extend_tokenize(struct ik_analysis *a)
{
	const struct ik_use *use = &a->analyzer->own;
	ink_emitter out = {.use = use, .err = a->err, .text = a->text, .len = a->len, .a = a,
	                   .place = &a->ext->place[IK_FILTERS_MAX]};
	ink_error why = {0};
	int rc;

	if (a->len == 0)
		return a->rc;
	rc = use->extension->calls.tokenize(use->self, (int32_t)a->purpose, a->text, a->len, &out,
	                                    &why);
	a->rc = result(&out, rc, &why);
	return a->rc;
}

int ik_extend_filter(struct ik_analysis *a, uint32_t i, const char *term, size_t len,
                     const struct ik_token *token)
{
	const struct ik_use *use = &a->analyzer->filter[i].use;
	struct place *place = &a->ext->place[i];
	ink_emitter out = {.use = use, .err = a->err, .text = a->text, .len = a->len, .a = a,
	                   .place = place, .next = i + 1};
	ink_token t = {term, len, token->start, token->end, 0, token->part, token->flags, 0};
	ink_error why = {0};
	int rc;

	if (token->part == INK_PART_WORD) {
		t.step = token->position + 1 - place->in + place->dropped;
		place->in = token->position + 1;
		place->dropped = t.step; /* until a word is emitted */
	}
	rc = use->extension->calls.filter(use->self, (int32_t)a->purpose, &t, &out, &why);
	a->rc = result(&out, rc, &why);
	return a->rc;
}
