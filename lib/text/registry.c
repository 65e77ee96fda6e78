/*
 * registry.c - registered tokenizers, filters and normalisers.
 *
 * Layer: text. The lock is held for a few comparisons of names, so it spins;
 * memory is taken and callbacks are called outside of it.
 */
#include "text/registry.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "text/spec.h"

static atomic_flag lock = ATOMIC_FLAG_INIT;
static struct ik_extension *entries[IK_EXTENSIONS_MAX];
static uint32_t n_entries;
static _Atomic(ik_registry_find_fn) find_elsewhere;

static void take_lock(void)
{
	while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire))
		;
}

static void drop_lock(void)
{
	atomic_flag_clear_explicit(&lock, memory_order_release);
}

/* With the lock held: the entry's place, or n_entries. */
static uint32_t place_of(const char *name, size_t len)
{
	uint32_t i;

	for (i = 0; i < n_entries; i++)
		if (strlen(entries[i]->name) == len && memcmp(entries[i]->name, name, len) == 0)
			break;
	return i;
}

/* ---- what may be registered ---- */

static int is_name(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > IK_EXTENSION_NAME_MAX || name[0] < 'a' || name[0] > 'z')
		return 0;
	for (i = 1; i < len; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '_')
			return 0;
	return 1;
}

static int is_version(const char *version)
{
	size_t i, len = strlen(version);

	for (i = 0; i < len; i++)
		if (version[i] < ' ' || version[i] > '~' || version[i] == ';')
			return 0;
	return len <= IK_EXTENSION_VERSION_MAX;
}

static int check(const ink_extension *e, ink_error *err)
{
	size_t len = e->name == NULL ? 0 : strlen(e->name);
	int shown = len < 60 ? (int)len : 60;

	if (e->struct_size != sizeof *e)
		return ik_fail(err, INK_EINVAL, "struct_size is %u, not %zu",
		               (unsigned)e->struct_size, sizeof *e);
	if (!is_name(e->name, len))
		return ik_fail(err, INK_EINVAL,
		               "\"%.*s\" is no name for a tokenizer or filter: 1 to %d "
		               "lower-case letters, digits and _, a letter in front",
		               shown, len > 0 ? e->name : "", IK_EXTENSION_NAME_MAX);
	if (e->version != NULL && !is_version(e->version))
		return ik_fail(err, INK_EINVAL, "%s: a version is at most %d printable ASCII "
		               "characters without ;", e->name, IK_EXTENSION_VERSION_MAX);
	if ((e->tokenize != NULL) + (e->filter != NULL) + (e->normalize != NULL) != 1)
		return ik_fail(err, INK_EINVAL, "%s: exactly one of tokenize, filter and normalize",
		               e->name);
	if (ik_spec_is_builtin(e->name, len))
		return ik_fail(err, INK_EEXISTS, "%s is built in", e->name);
	return INK_OK;
}

/* ---- entries ---- */

int ik_registry_add(const ink_extension *extension, ink_error *err)
{
	int rc = check(extension, err), taken, full;
	struct ik_extension *e;

	if (rc != INK_OK)
		return rc;
	e = ik_zalloc(sizeof *e);
	if (e == NULL)
		return ik_fail_nomem(err);
	atomic_init(&e->refs, 1);
	memcpy(e->name, extension->name, strlen(extension->name));
	if (extension->version != NULL)
		memcpy(e->version, extension->version, strlen(extension->version));
	e->calls = *extension;
	take_lock();
	taken = place_of(e->name, strlen(e->name)) < n_entries;
	full = n_entries == IK_EXTENSIONS_MAX;
	if (!taken && !full)
		entries[n_entries++] = e;
	drop_lock();
	if (taken)
		rc = ik_fail(err, INK_EEXISTS, "%s is registered already", e->name);
	else if (full)
		rc = ik_fail(err, INK_ELIMIT, "%s: there are %d names already", e->name,
		             IK_EXTENSIONS_MAX);
	if (rc != INK_OK)
		ik_free(e);
	return rc;
}

int ik_registry_remove(const char *name, ink_error *err)
{
	size_t len = strlen(name);
	struct ik_extension *e = NULL;
	uint32_t i;

	take_lock();
	i = place_of(name, len);
	if (i < n_entries) {
		e = entries[i];
		entries[i] = entries[--n_entries];
	}
	drop_lock();
	if (e == NULL)
		return ik_fail(err, INK_ENOTFOUND, "no tokenizer or filter \"%.*s\" is registered",
		               (int)(len < 60 ? len : 60), name);
	ik_extension_unref(e);
	return INK_OK;
}

struct ik_extension *ik_registry_find(const char *name, size_t len)
{
	ik_registry_find_fn elsewhere = atomic_load(&find_elsewhere);
	struct ik_extension *e = NULL;
	uint32_t i;

	if (elsewhere != NULL)
		return elsewhere(name, len);
	take_lock();
	i = place_of(name, len);
	if (i < n_entries) {
		e = entries[i];
		atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
	}
	drop_lock();
	return e;
}

void ik_registry_use(ik_registry_find_fn find)
{
	atomic_store(&find_elsewhere, find);
}

void ik_extension_unref(struct ik_extension *e)
{
	if (e == NULL || atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (e->calls.release != NULL)
		e->calls.release(e->calls.user);
	ik_free(e);
}

const char *ik_extension_kind(const struct ik_extension *e)
{
	return e->calls.tokenize != NULL ? "tokenizer"
	       : e->calls.filter != NULL ? "filter"
	                                 : "normaliser";
}
