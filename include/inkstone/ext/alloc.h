/* inkstone/ext/alloc.h - the application's own allocator. A weaker promise than the rest. */
#ifndef INKSTONE_EXT_ALLOC_H
#define INKSTONE_EXT_ALLOC_H

#include "inkstone/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where memory comes from: the contracts of malloc, realloc and free. Not that which
 * ICU, libdeflate and libstemmer work with. Since 0.1.
 */
typedef struct ink_allocator {
	void *(*alloc)(void *user, size_t size);
	void *(*resize)(void *user, void *ptr, size_t size);
	void (*release)(void *user, void *ptr);
	void *user;
} ink_allocator;

/**
 * Use another allocator, or the C library's again when NULL. The struct is
 * copied. Only while no handle of Inkstone is alive and no other thread is
 * in the library. Errors: INK_EINVAL (a function is missing). Since 0.1.
 */
INK_API INK_NODISCARD int ink_set_allocator(const ink_allocator *allocator, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
