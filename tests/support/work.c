/* work.c - counting basic blocks, and bytes that functions of the C library go through. */
#include "work.h"

#include <stddef.h>
#include <string.h>

void __sanitizer_cov_trace_pc(void);

/* What the linker's --wrap makes of calls of NAME, and NAME itself. */
#define WRAPPED(type, name, ...)           \
	type __real_##name(__VA_ARGS__);   \
	type __wrap_##name(__VA_ARGS__);   \
	type __wrap_##name(__VA_ARGS__)

static _Thread_local uint64_t done;

uint64_t work_done(void)
{
	return done;
}

void __sanitizer_cov_trace_pc(void)
{
	done++;
}

WRAPPED(void *, memcpy, void *to, const void *from, size_t n)
{
	done += n / 8;
	return __real_memcpy(to, from, n);
}

WRAPPED(void *, memmove, void *to, const void *from, size_t n)
{
	done += n / 8;
	return __real_memmove(to, from, n);
}

WRAPPED(void *, memset, void *to, int byte, size_t n)
{
	done += n / 8;
	return __real_memset(to, byte, n);
}

WRAPPED(int, memcmp, const void *a, const void *b, size_t n)
{
	done += n / 8;
	return __real_memcmp(a, b, n);
}

WRAPPED(void *, memchr, const void *in, int byte, size_t n)
{
	void *at = __real_memchr(in, byte, n);

	done += (at == NULL ? n : (size_t)((const char *)at - (const char *)in)) / 8;
	return at;
}

WRAPPED(size_t, strlen, const char *s)
{
	size_t n = __real_strlen(s);

	done += n / 8;
	return n;
}

WRAPPED(void *, realloc, void *p, size_t n)
{
	done += n / 8; /* as if it always moved */
	return __real_realloc(p, n);
}
