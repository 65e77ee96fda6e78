/*
 * xapian_module.h - how the library and the module inkstone-xapian meet.
 *
 * Layer: backend. The module is a shared object of its own, so that the
 * library links neither libxapian nor a C++ runtime. It holds a copy of what
 * it needs of the lower layers; both sides are of the same release, which
 * the number below makes sure of. Memory comes from the library's allocator,
 * since either side frees what the other made, and what the application
 * registered from the library's registry.
 */
#ifndef IK_BACKEND_XAPIAN_MODULE_H
#define IK_BACKEND_XAPIAN_MODULE_H

#include "backend/backend.h"
#include "inkstone/ext/alloc.h"
#include "inkstone/version.h"
#include "text/registry.h"

#define IK_XAPIAN_FILE "inkstone-xapian.so"
#define IK_XAPIAN_ENTRY "ink_xapian_backends"

/* Raised when a struct that crosses the border changes within a release. */
#define IK_XAPIAN_ABI                                                             \
 (((uint32_t)INK_VERSION_MAJOR * 1000000u + (uint32_t)INK_VERSION_MINOR * 1000u + \
   (uint32_t)INK_VERSION_PATCH) *                                                 \
	  100u +                                                                  \
  3u)

/*
 * The one export: its backends, up to one without a name; NULL when the module
 * was built for another release. The allocator is copied.
 */
typedef const struct ik_backend *(*ik_xapian_entry_fn)(uint32_t abi,
                                                       const ink_allocator *allocator,
                                                       ik_registry_find_fn find);

#endif
