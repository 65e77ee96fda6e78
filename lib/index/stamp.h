/*
 * stamp.h - which versions made the tokens of an index.
 *
 * Layer: index. A stamp is a list of entries such as "icu 72.1", "; " between,
 * none twice. That of an index grows by the entries of every process that adds
 * documents, since merges keep the tokens they find; so it may have several
 * versions of one name. It is "" as long as there is no document.
 */
#ifndef IK_INDEX_STAMP_H
#define IK_INDEX_STAMP_H

#include "model/schema.h"

#define IK_STAMP_MAX 4096 /* bytes; entries that do not fit are left out */

/* An entry for documents of which nobody knows who made their tokens. */
#define IK_STAMP_UNKNOWN "default ?"

/* For ik_free(); NULL when memory is out. */
char *ik_stamp_own(const struct ik_schema *schema); /* of this process */
char *ik_stamp_join(const char *stamp, const char *more);
char *ik_stamp_other(const char *stamp, const char *own); /* entries that `own` lacks */

#endif
