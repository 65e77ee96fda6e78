/* spec.h - reading an analyzer's spec string. Layer: text. */
#ifndef IK_TEXT_SPEC_H
#define IK_TEXT_SPEC_H

#include "text/analysis.h"

/* Fill in tokenizer and filters; INK_ESYNTAX with the byte offset. */
int ik_spec_parse(const char *spec, struct ik_analyzer *analyzer, ink_error *err);

#endif
