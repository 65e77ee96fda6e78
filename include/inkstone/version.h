/* inkstone/version.h - which Inkstone this is. */
#ifndef INKSTONE_VERSION_H
#define INKSTONE_VERSION_H

#include "inkstone/common.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	INK_VERSION_MAJOR = 0,
	INK_VERSION_MINOR = 1,
	INK_VERSION_PATCH = 0
};

/**
 * The version of the library that is loaded, as major * 1000000 +
 * minor * 1000 + patch. Compare it with the enumerators above to find a
 * header that does not belong to the library. Since 0.1.
 */
INK_API uint32_t ink_version_number(void);

/** The same as text, such as "0.1.0". The string is static. Since 0.1. */
INK_API const char *ink_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
