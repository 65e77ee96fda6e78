/*
 * registry.c - which backend a path means.
 *
 * Layer: backend.
 */
#include <string.h>

#include "backend/backend.h"

static const struct ik_backend *const backends[] = {&ik_backend_native};

/* Length of the prefix before a ':', 0 when the path has none. */
static size_t prefix_len(const char *path)
{
	size_t n = 0;

	while ((path[n] >= 'a' && path[n] <= 'z') || (n > 0 && path[n] >= '0' && path[n] <= '9'))
		n++;
	/* One letter is a drive; anything else than letters and digits is part of a name. */
	return n >= 2 && path[n] == ':' ? n : 0;
}

int ik_backend_find(const char *path, const struct ik_backend **out, const char **rest,
                    ink_error *err)
{
	size_t n = prefix_len(path);

	*out = backends[0];
	*rest = path;
	if (n == 0)
		return INK_OK;
	*rest = path + n + 1;
	for (size_t i = 0; i < sizeof backends / sizeof *backends; i++) {
		*out = backends[i];
		if (strlen((*out)->name) == n && memcmp((*out)->name, path, n) == 0)
			return INK_OK;
	}
	*out = NULL;
	return ik_fail(err, INK_EUNSUPPORTED,
	               "%s: the backend \"%.*s\" is not part of this build", path, (int)n, path);
}
