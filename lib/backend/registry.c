/*
 * registry.c - which backend a path means.
 *
 * Layer: backend. The native one is part of the library; xapian is a module
 * of its own (xapian_module.h), loaded when a path asks for it: from where
 * the library itself is, as in a tree that is not installed, or from the
 * folder of modules.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backend/xapian_module.h"
#include "base/mem.h"
#include "base/os.h"

#ifndef INK_MODULE_DIR
# define INK_MODULE_DIR "/usr/local/lib/inkstone"
#endif

#define PATH_SIZE 4096

/* Length of the prefix before a ':', 0 when the path has none. */
static size_t prefix_len(const char *path)
{
	size_t n = 0;

	while ((path[n] >= 'a' && path[n] <= 'z') ||
	       (n > 0 && ((path[n] >= '0' && path[n] <= '9') || path[n] == '+')))
		n++;
	/* One letter is a drive; what else is in front of the ':' makes it part of a name. */
	return n >= 2 && path[n] == ':' ? n : 0;
}

/* ---- the allocator that modules use: ours ---- */

static void *give(void *user, size_t size)
{
	(void)user;
	return ik_alloc(size);
}

static void *resize(void *user, void *ptr, size_t size)
{
	(void)user;
	return ik_realloc(ptr, size);
}

static void take(void *user, void *ptr)
{
	(void)user;
	ik_free(ptr);
}

/* ---- the module ---- */

/* ENOENT, ENOEXEC or 0. */
static int load_from(const char *folder, void (**out)(void), char *why, size_t size)
{
	char path[PATH_SIZE];
	int n = snprintf(path, sizeof path, "%s/" IK_XAPIAN_FILE, folder);

	if (n < 0 || (size_t)n >= sizeof path)
		return ENOENT;
	return ik_os_load(path, IK_XAPIAN_ENTRY, out, why, size);
}

static int find_module(void (**out)(void), char *why, size_t size)
{
	char here[PATH_SIZE];
	int rc = ik_os_load_folder(here, sizeof here);

	if (rc == 0)
		rc = load_from(here, out, why, size);
	return rc == ENOENT ? load_from(INK_MODULE_DIR, out, why, size) : rc;
}

static int is_name(const char *path, size_t n, const char *name)
{
	return strlen(name) == n && memcmp(name, path, n) == 0;
}

static int no_backend(const char *path, size_t name_len, const struct ik_backend **out,
                      ink_error *err)
{
	*out = NULL;
	return ik_fail(err, INK_EUNSUPPORTED,
	               "%s: the backend \"%.*s\" is not part of this build", path, (int)name_len,
	               path);
}

static int load_xapian(const char *path, size_t name_len, const struct ik_backend **out,
                       ink_error *err)
{
	const ink_allocator allocator = {give, resize, take, NULL};
	void (*entry)(void);
	char why[160];
	int rc = find_module(&entry, why, sizeof why);

	if (rc == ENOENT)
		return ik_fail(err, INK_EUNSUPPORTED,
		               "%s: no module " IK_XAPIAN_FILE
		               ": install the package inkstone-xapian, "
		               "or build with ./configure --with-xapian",
		               path);
	if (rc != 0)
		return ik_fail(err, INK_EUNSUPPORTED, "%s: %s", path, why);
	*out = ((ik_xapian_entry_fn)entry)(IK_XAPIAN_ABI, &allocator, ik_registry_find);
	if (*out == NULL)
		return ik_fail(err, INK_EUNSUPPORTED,
		               "%s: the module " IK_XAPIAN_FILE " is of another release", path);
	while ((*out)->name != NULL && !is_name(path, name_len, (*out)->name))
		++*out;
	return (*out)->name != NULL ? INK_OK : no_backend(path, name_len, out, err);
}

int ik_backend_find(const char *path, const struct ik_backend **out, const char **rest,
                    ink_error *err)
{
	size_t n = prefix_len(path);

	*out = &ik_backend_native;
	*rest = path;
	if (n == 0)
		return INK_OK;
	*rest = path + n + 1;
	if (is_name(path, n, ik_backend_native.name))
		return INK_OK;
	if (n >= strlen("xapian") && is_name(path, strlen("xapian"), "xapian"))
		return load_xapian(path, n, out, err);
	return no_backend(path, n, out, err);
}
