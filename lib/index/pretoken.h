/* pretoken.h - a value's own tokens on their way into an index. Layer: index. */
#ifndef IK_INDEX_PRETOKEN_H
#define IK_INDEX_PRETOKEN_H

#include "model/doc.h"
#include "text/analyzer.h"

/* Give the sink the tokens of a value that has some, as ik_analyze() would; what it returns. */
int ik_pretoken_run(const struct ik_value *value, struct ik_sink *sink);

#endif
