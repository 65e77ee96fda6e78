/*
 * folder.h - the folder of a new index that is given up again.
 *
 * Part of: the search program. `index` is a path as the library takes it. Of one behind servers
 * there is no folder here: it counts as one that is there, and nothing is removed.
 */
#ifndef SEARCH_FOLDER_H
#define SEARCH_FOLDER_H

int folder_is_there(const char *index);

/* Remove the files that an index has, but no others. */
void folder_clear(const char *index);

/* Remove the folder, if it is empty. */
void folder_remove(const char *index);

#endif
