/*
 * native.h - the objects of the native backend.
 *
 * Layer: backend. Private to native*.c: adapters onto index/ and search/.
 */
#ifndef IK_BACKEND_NATIVE_H
#define IK_BACKEND_NATIVE_H

#include "backend/backend.h"
#include "base/os.h"
#include "index/words.h"

struct ik_native_index {
	struct ik_be_index base;
	struct ik_dir *dir;
	struct ik_mutex *mutex; /* over what follows */
	struct ik_words words;  /* of the reader opened last */
};

struct ik_native_reader {
	struct ik_be_reader base;
	struct ik_searcher *searcher;
};

int ik_native_check(const char *path, ink_progress_fn fn, void *user, ink_error *err);

int ik_native_writer_open(struct ik_be_index *index, struct ik_be_writer **out, ink_error *err);
int ik_native_reader_open(struct ik_be_index *index, struct ik_be_reader **out, ink_error *err);
int ik_native_search(const struct ik_be_reader *r, const struct ik_request *request,
                     struct ik_be_results **out, ink_error *err);
int ik_native_terms(const struct ik_be_reader *r, uint32_t field, int32_t part, const char *prefix,
                    size_t len, struct ik_be_terms **out, ink_error *err);
int ik_native_docs(const struct ik_be_reader *r, struct ik_be_docs **out, ink_error *err);

#endif
