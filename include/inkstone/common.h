/* inkstone/common.h - export marks and the handle types. */
#ifndef INKSTONE_COMMON_H
#define INKSTONE_COMMON_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
# define INK_API __attribute__((visibility("default")))
# define INK_NODISCARD __attribute__((warn_unused_result))
#else
# define INK_API
# define INK_NODISCARD
#endif

typedef struct ink_schema ink_schema;
typedef struct ink_analyzer ink_analyzer;
typedef struct ink_tokens ink_tokens;
typedef struct ink_index ink_index;
typedef struct ink_writer ink_writer;
typedef struct ink_reader ink_reader;
typedef struct ink_doc ink_doc;
typedef struct ink_query ink_query;
typedef struct ink_search ink_search;
typedef struct ink_results ink_results;
typedef struct ink_terms ink_terms;
typedef struct ink_docs ink_docs;
typedef struct ink_cancel ink_cancel;

/**
 * How far a long operation has come.
 *
 * `total` is 0 when it is not known. `phase` is an INK_PHASE_* value.
 * Since 0.1.
 */
typedef struct ink_progress {
	uint32_t struct_size;
	int32_t phase;
	uint64_t done;
	uint64_t total;
} ink_progress;

enum {
	INK_PHASE_MERGE = 1, /* done and total count documents */
	INK_PHASE_CHECK = 2, /* done and total count bytes */
	INK_PHASE_SALVAGE = 3 /* done and total count documents */
};

/**
 * Called now and then during a long operation, in the caller's thread.
 * Non-zero stops the operation, which then fails with INK_ECANCELED.
 * Since 0.1.
 */
typedef int (*ink_progress_fn)(void *user, const ink_progress *progress);

#endif
