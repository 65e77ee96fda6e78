/* stored_zlib.h - zlib on the library's allocator. Layer: segment. */
#ifndef IK_SEGMENT_STORED_ZLIB_H
#define IK_SEGMENT_STORED_ZLIB_H

#ifndef ZLIB_CONST
# define ZLIB_CONST /* input pointers are const */
#endif
#include <zlib.h>

void *ik_stored_z_alloc(void *user, unsigned n, unsigned size);
void ik_stored_z_free(void *user, void *ptr);

#endif
