/*
 * err.h - filling in an ink_error.
 *
 * Layer: base. Never allocates, so it works when memory is out.
 */
#ifndef IK_BASE_ERR_H
#define IK_BASE_ERR_H

#include "inkstone/error.h"

#if defined(__GNUC__)
# define IK_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
# define IK_PRINTF(f, a)
#endif

/* Our own mistakes only; never what a file, a caller or a full disk can do. */
#include <assert.h>
#define ik_assert(cond) assert(cond)

/* Write code and message into err (which may be NULL); return code. */
int ik_fail(ink_error *err, int code, const char *fmt, ...) IK_PRINTF(3, 4);

/* The same, with the byte offset at fault. */
int ik_fail_at(ink_error *err, int code, int64_t offset, const char *fmt, ...) IK_PRINTF(4, 5);

/* INK_EIO with errno `sys` (INK_ENOMEM for ENOMEM); its text follows the message and ": ". */
int ik_fail_sys(ink_error *err, int sys, const char *fmt, ...) IK_PRINTF(3, 4);

/* INK_ENOMEM with the standard message. */
int ik_fail_nomem(ink_error *err);

#endif
