/*
 * inkstone.h - embedded full-text search: the whole public API.
 *
 * Conventions, true of every function:
 *
 *  - A call that can fail returns int: 0 (or 1 where said), or a negative
 *    INK_E* code. Its last argument is `ink_error *err`, owned by the caller;
 *    it may be NULL. It is written only on failure.
 *  - An out-parameter stands just before `err`; it is NULL or 0 on failure.
 *  - No function takes ownership of an argument. Handles keep what they need
 *    alive, so frees may come in any order. Freeing NULL does nothing.
 *  - Text, terms and keys are (pointer, length) in UTF-8; names, paths and
 *    specs are NUL-terminated UTF-8. A returned `const char *` is borrowed
 *    from the handle it was asked of, and is NUL-terminated; where its length
 *    goes may be NULL.
 *  - NULL where no comment allows it is INK_EINVAL, and so is a flag that is
 *    not known; a text of length 0 may be NULL.
 *  - A `_next` function returns 1 (an item), 0 (the end) or a negative code.
 *  - ink_index, ink_reader, ink_query, ink_analyzer and ink_cancel may be
 *    used by several threads at once; every other handle by one at a time.
 *  - Enumerations travel as int32_t and flags as uint32_t. Values are never
 *    renumbered.
 */
#ifndef INKSTONE_H
#define INKSTONE_H

#include "inkstone/common.h"
#include "inkstone/error.h"
#include "inkstone/version.h"
#include "inkstone/schema.h"
#include "inkstone/analyzer.h"
#include "inkstone/index.h"
#include "inkstone/writer.h"
#include "inkstone/query.h"
#include "inkstone/search.h"

#endif
