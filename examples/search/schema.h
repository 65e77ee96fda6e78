/* schema.h - the schema of a new index. Part of: the search program. */
#ifndef SEARCH_SCHEMA_H
#define SEARCH_SCHEMA_H

#include "inkstone.h"

/* id, path, title, body, type, modified and digest: what suits files and most documents. */
int schema_new_default(ink_schema **out, ink_error *err);

#endif
