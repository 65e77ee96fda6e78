/* spec.h - reading an analyzer's spec string. Layer: text. */
#ifndef IK_TEXT_SPEC_H
#define IK_TEXT_SPEC_H

#include "text/analysis.h"

/* Fill in tokenizer and filters; INK_ESYNTAX with the byte offset. */
int ik_spec_parse(const char *spec, struct ik_analyzer *analyzer, ink_error *err);

/* The name of the spec's item at p; the next item, or NULL behind the last one. */
const char *ik_spec_name(const char *p, const char **name, size_t *len);

/* Is it the name of a built-in tokenizer or filter? */
int ik_spec_is_builtin(const char *name, size_t len);

#endif
