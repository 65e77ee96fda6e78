/*
 * icu.c - ICU's normaliser and break iterators, by its C interface.
 *
 * Layer: text. The normaliser is a process-wide object that ICU itself
 * creates once and shares; break iterators live for one call.
 */
#include "text/icu.h"

#include <stdatomic.h>
#include <unicode/putil.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/os.h"

#define UNITS 512

int ik_icu_fold(const char *s, size_t len, uint32_t *out, size_t max)
{
	UErrorCode rc = U_ZERO_ERROR;
	const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&rc);
	UChar src[UNITS], dst[UNITS];
	UChar32 wide[UNITS];
	int32_t n = 0, count = 0, i;

	if (U_FAILURE(rc) || len > UNITS)
		return -1;
	u_strFromUTF8(src, UNITS, &n, s, (int32_t)len, &rc);
	n = unorm2_normalize(nfkc_cf, src, n, dst, UNITS, &rc);
	u_strToUTF32(wide, UNITS, &count, dst, n, &rc);
	if (U_FAILURE(rc) || (size_t)count > max)
		return -1;
	for (i = 0; i < count; i++)
		out[i] = (uint32_t)wide[i];
	return count;
}

uint32_t ik_icu_lower(uint32_t cp)
{
	return (uint32_t)u_tolower((UChar32)cp);
}

uint32_t ik_icu_base(uint32_t cp)
{
	UErrorCode rc = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&rc);
	UChar units[16];
	int32_t n;

	if (U_FAILURE(rc))
		return cp;
	n = unorm2_getDecomposition(nfd, (UChar32)cp, units, 16, &rc);
	if (U_FAILURE(rc) || n <= 0 || U16_IS_SURROGATE(units[0]))
		return cp;
	return units[0];
}

/* ICU looks for data where ICU_DATA says: not for a program with more rights than its user. */
static void ignore_environment(void)
{
	static atomic_int state; /* 1: being done, 2: done */
	int none = 0;

	if (!ik_os_is_privileged() || atomic_load(&state) == 2)
		return;
	if (atomic_compare_exchange_strong(&state, &none, 1)) {
		u_setDataDirectory("");
		atomic_store(&state, 2);
	}
	while (atomic_load(&state) != 2)
		;
}

size_t ik_icu_cluster_end(const char *s, size_t len)
{
	UErrorCode rc = U_ZERO_ERROR;
	UText text = UTEXT_INITIALIZER;
	UBreakIterator *it;
	int32_t at = UBRK_DONE;

	ignore_environment();
	utext_openUTF8(&text, s, (int64_t)len, &rc);
	it = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &rc);
	if (U_SUCCESS(rc)) {
		ubrk_setUText(it, &text, &rc);
		if (U_SUCCESS(rc))
			at = ubrk_next(it);
		ubrk_close(it);
	}
	utext_close(&text);
	return at == UBRK_DONE || at <= 0 ? len : (size_t)at;
}
