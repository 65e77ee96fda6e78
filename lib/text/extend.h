/*
 * extend.h - running an analyzer that has registered parts or normalisers.
 *
 * Layer: text, private to it. An analyzer of built-in parts never gets here.
 */
#ifndef IK_TEXT_EXTEND_H
#define IK_TEXT_EXTEND_H

#include "text/analysis.h"
#include "text/normal.h"

/* All normalisers of a spec, and the repair of invalid UTF-8 before them. */
#define IK_NORMALS (IK_NORMALIZERS_MAX + 1)

struct ik_normals {
	uint32_t n;
	struct ik_normal v[IK_NORMALS];
};

void ik_normals_init(struct ik_normals *normals);
void ik_normals_free(struct ik_normals *normals);

/*
 * Run a text through the analyzer's normalisers; *text and *len are then the
 * last one's, which belongs to `normals`. What a callback fails with, INK_EINVAL
 * and INK_ELIMIT (what it emitted), INK_ENOMEM.
 */
int ik_extend_normalize(const struct ik_analyzer *analyzer, struct ik_normals *normals,
                        const char **text, size_t *len, ink_error *err);

/* Make an instance of an extension, `arg` NULL for none; takes over the reference. */
int ik_extend_open(struct ik_extension *extension, const char *arg, size_t len,
                   struct ik_use *out, ink_error *err);
void ik_extend_close(struct ik_use *use);

/* Before and after a run: the text is the normalised one, the sink gets offsets of the original. */
int ik_extend_begin(struct ik_analysis *a);
void ik_extend_end(struct ik_analysis *a);

/* The registered tokenizer over the text, and filter number i over one token; both return a->rc. */
int ik_extend_tokenize(struct ik_analysis *a);
int ik_extend_filter(struct ik_analysis *a, uint32_t i, const char *term, size_t len,
                     const struct ik_token *token);

void ik_extend_free(struct ik_extending *ext);
size_t ik_extend_bytes(const struct ik_extending *ext);

/* As ink_emit_token() and ink_emit_text(). */
int ik_emitter_token(ink_emitter *out, const ink_token *token);
int ik_emitter_text(ink_emitter *out, const char *text, size_t len, uint64_t start, uint64_t end);

#endif
