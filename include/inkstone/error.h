/* inkstone/error.h - status codes and the error record. */
#ifndef INKSTONE_ERROR_H
#define INKSTONE_ERROR_H

#include "inkstone/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Status codes: zero or negative, never renumbered. */
enum {
	INK_OK = 0,
	INK_ENOMEM = -1,        /* out of memory */
	INK_EIO = -2,           /* the operating system refused; see sys_errno */
	INK_ENOTFOUND = -3,     /* no such index, document, field or value */
	INK_EEXISTS = -4,       /* an index or a key is there already */
	INK_EINVAL = -5,        /* an argument makes no sense */
	INK_ESYNTAX = -6,       /* a query, spec or date cannot be parsed */
	INK_ESCHEMA = -7,       /* a value does not fit its field */
	INK_ELOCKED = -8,       /* another writer has the index */
	INK_EREADONLY = -9,     /* the index was opened for reading */
	INK_ECORRUPT = -10,     /* a file is damaged */
	INK_EFORMAT = -11,      /* a file is of another format or version */
	INK_ECANCELED = -12,    /* a callback or an ink_cancel said stop */
	INK_ETIMEOUT = -13,     /* the time given is over */
	INK_EUNSUPPORTED = -14, /* this backend or field cannot do it */
	INK_EBACKEND = -15,     /* the backend failed in a way of its own */
	INK_ELIMIT = -16,       /* a documented limit was passed */
	INK_EINTERNAL = -99     /* a bug in Inkstone */
};

/**
 * Why a call failed. Owned by the caller, filled in only on failure.
 *
 * `offset` is the byte in the query, spec or file that is at fault, or -1.
 * `sys_errno` is the errno behind INK_EIO, or 0. `message` is one line of
 * UTF-8 without a full stop, always NUL-terminated. 256 bytes in all.
 * Since 0.1.
 */
typedef struct ink_error {
	int32_t code;
	int32_t sys_errno;
	int64_t offset;
	char message[240];
} ink_error;

/**
 * The name of a status code, such as "INK_ECORRUPT"; "INK_E?" when unknown.
 * The string is static. Since 0.1.
 */
INK_API const char *ink_status_name(int32_t code);

#ifdef __cplusplus
}
#endif
#endif
