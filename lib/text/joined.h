/* joined.h - a compound in a pattern, written as joined forms are. Layer: text. */
#ifndef IK_TEXT_JOINED_H
#define IK_TEXT_JOINED_H

#include <stddef.h>

/* What stays with a word behind an apostrophe: "'s", "'t", "'ll" and such. */
#define IK_CONTRACTIONS 7
extern const char ik_contractions[IK_CONTRACTIONS][3];

/*
 * Take the signs out of a folded pattern, in place, that stand between its letters and digits,
 * or behind the last one; the new length. Those stay that joined forms have as well: the point
 * of a number, an apostrophe as in "don't". So does what a backslash stands before.
 */
size_t ik_joined_pattern(char *s, size_t len);

#endif
