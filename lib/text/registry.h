/*
 * registry.h - the tokenizers, filters and normalisers that the application
 * registered, by name.
 *
 * Layer: text. Process-wide: with the allocator hooks and the mask of
 * instruction sets the only state that is. An entry is counted: by its name
 * while it is registered, and by every analyzer that uses it.
 */
#ifndef IK_TEXT_REGISTRY_H
#define IK_TEXT_REGISTRY_H

#include <stdatomic.h>

#include "base/buf.h"
#include "inkstone/ext/tokenizer.h"

#define IK_EXTENSION_NAME_MAX 32
#define IK_EXTENSION_VERSION_MAX 63
#define IK_EXTENSIONS_MAX 256

struct ik_extension {
	_Atomic uint32_t refs;
	char name[IK_EXTENSION_NAME_MAX + 1];
	char version[IK_EXTENSION_VERSION_MAX + 1]; /* "": none */
	ink_extension calls; /* its name and version are not used */
};

/* As ink_extension_register() and ink_extension_unregister(). */
int ik_registry_add(const ink_extension *extension, ink_error *err);
int ik_registry_remove(const char *name, ink_error *err);

/* With a reference for the caller, or NULL. */
struct ik_extension *ik_registry_find(const char *name, size_t len);
typedef struct ik_extension *(*ik_registry_find_fn)(const char *name, size_t len);

/* In a module, which has a copy of this code: from now on names are those of the library. */
void ik_registry_use(ik_registry_find_fn find);

void ik_extension_unref(struct ik_extension *extension); /* NULL is fine */

/* What it is: "tokenizer", "filter" or "normaliser". */
const char *ik_extension_kind(const struct ik_extension *extension);

#endif
