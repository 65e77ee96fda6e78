/*
 * mem.c - the allocator hooks, their counters and the switch that makes one fail.
 *
 * Layer: base. The hooks are the library's only mutable state besides the CPU
 * mask, and what tests switch on; they change only while no handle is alive, so
 * they need no lock.
 */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/os.h"

#define LARGE ((size_t)2 << 20) /* bytes from which on larger pages are worth a system call */

static void *advise(void *ptr, size_t size)
{
	if (ptr != NULL && size >= LARGE)
		ik_os_advise_random(ptr, size);
	return ptr;
}

static void *libc_alloc(void *user, size_t size)
{
	(void)user;
	return advise(malloc(size), size);
}

static void *libc_resize(void *user, void *ptr, size_t size)
{
	(void)user;
	return advise(realloc(ptr, size), size);
}

static void libc_release(void *user, void *ptr)
{
	(void)user;
	free(ptr);
}

static const ink_allocator libc_hooks = { libc_alloc, libc_resize, libc_release, NULL };
static ink_allocator hooks = { libc_alloc, libc_resize, libc_release, NULL };

/* It takes 1 to 2 % of a short query, so only tests count. live = tried - idle - freed. */
static int watched;
static _Atomic int64_t tried;
static _Atomic int64_t idle;         /* of these, that made no block: failed, or only resized one */
static _Atomic int64_t freed;
static _Atomic int64_t fail_at = -1; /* value of `tried` at which to fail */
static _Atomic int fail_on;          /* and at all later ones */

/* Count one try; 0 when it is to fail. */
static int may_alloc(void)
{
	int64_t at, bad;

	if (!watched)
		return 1;
	at = atomic_fetch_add_explicit(&tried, 1, memory_order_relaxed);
	bad = atomic_load_explicit(&fail_at, memory_order_relaxed);
	if (bad < 0 || at < bad)
		return 1;
	return at != bad && !atomic_load_explicit(&fail_on, memory_order_relaxed);
}

static void count(_Atomic int64_t *what)
{
	if (watched)
		atomic_fetch_add_explicit(what, 1, memory_order_relaxed);
}

void *ik_alloc(size_t size)
{
	void *ptr = NULL;

	/* Sizes that no object can have: our callers' arithmetic gone wrong, or a hostile file. */
	if (may_alloc() && size <= PTRDIFF_MAX)
		ptr = hooks.alloc(hooks.user, size == 0 ? 1 : size);
	if (ptr == NULL)
		count(&idle);
	return ptr;
}

void *ik_zalloc(size_t size)
{
	void *ptr = ik_alloc(size);

	if (ptr != NULL)
		memset(ptr, 0, size);
	return ptr;
}

void *ik_realloc(void *ptr, size_t size)
{
	if (ptr == NULL)
		return ik_alloc(size);
	count(&idle);
	if (!may_alloc() || size > PTRDIFF_MAX)
		return NULL;
	return hooks.resize(hooks.user, ptr, size == 0 ? 1 : size);
}

void ik_free(void *ptr)
{
	if (ptr == NULL)
		return;
	count(&freed);
	hooks.release(hooks.user, ptr);
}

void *ik_array(size_t n, size_t size)
{
	size_t bytes;

	return ik_mul(n, size, &bytes) ? ik_alloc(bytes) : NULL;
}

void *ik_zarray(size_t n, size_t size)
{
	size_t bytes;

	return ik_mul(n, size, &bytes) ? ik_zalloc(bytes) : NULL;
}

char *ik_strndup(const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? ik_alloc(len + 1) : NULL;

	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

void ik_mem_set(const ink_allocator *allocator)
{
	hooks = allocator != NULL ? *allocator : libc_hooks;
}

void ik_mem_watch(void)
{
	watched = 1;
}

/* A test that does not count would find that nothing leaks, whatever happens. */
static void need_watch(void)
{
	if (!watched)
		abort();
}

void ik_mem_fail_after(int64_t n, int persist)
{
	int64_t now = atomic_load(&tried);

	need_watch();
	atomic_store(&fail_on, persist != 0);
	atomic_store(&fail_at, n < 0 || n > INT64_MAX - now ? -1 : now + n);
}

int64_t ik_mem_live(void)
{
	need_watch();
	return atomic_load(&tried) - atomic_load(&idle) - atomic_load(&freed);
}

int64_t ik_mem_count(void)
{
	need_watch();
	return atomic_load(&tried);
}
