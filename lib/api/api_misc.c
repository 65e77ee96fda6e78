/*
 * api_misc.c - versions, names of status codes, dates, the allocator, cancelling.
 *
 * Layer: api.
 */
#include "api/handle.h"
#include "base/mem.h"
#include "inkstone/ext/alloc.h"
#include "model/date.h"

#define DATE_SIZE 32

/* ---- version.h ---- */

uint32_t ink_version_number(void)
{
	return INK_VERSION_MAJOR * 1000000u + INK_VERSION_MINOR * 1000u + INK_VERSION_PATCH;
}

const char *ink_version_string(void)
{
	return "0.1.0";
}

/* ---- error.h ---- */

const char *ink_status_name(int32_t code)
{
	switch (code) {
	case INK_OK: return "INK_OK";
	case INK_ENOMEM: return "INK_ENOMEM";
	case INK_EIO: return "INK_EIO";
	case INK_ENOTFOUND: return "INK_ENOTFOUND";
	case INK_EEXISTS: return "INK_EEXISTS";
	case INK_EINVAL: return "INK_EINVAL";
	case INK_ESYNTAX: return "INK_ESYNTAX";
	case INK_ESCHEMA: return "INK_ESCHEMA";
	case INK_ELOCKED: return "INK_ELOCKED";
	case INK_EREADONLY: return "INK_EREADONLY";
	case INK_ECORRUPT: return "INK_ECORRUPT";
	case INK_EFORMAT: return "INK_EFORMAT";
	case INK_ECANCELED: return "INK_ECANCELED";
	case INK_ETIMEOUT: return "INK_ETIMEOUT";
	case INK_EUNSUPPORTED: return "INK_EUNSUPPORTED";
	case INK_EBACKEND: return "INK_EBACKEND";
	case INK_ELIMIT: return "INK_ELIMIT";
	case INK_EINTERNAL: return "INK_EINTERNAL";
	default: return "INK_E?";
	}
}

/* ---- dates ---- */

int ink_date_parse(const char *text, size_t len, int64_t *out, ink_error *err)
{
	if (out == NULL)
		return ik_null(err, "out");
	*out = 0;
	if (text == NULL && len > 0)
		return ik_null(err, "text");
	return ik_date_parse(text == NULL ? "" : text, len, out, err);
}

int ink_date_format(int64_t ms, char *buf, size_t size, ink_error *err)
{
	if (buf == NULL)
		return ik_null(err, "buf");
	if (size < DATE_SIZE)
		return ik_fail(err, INK_EINVAL, "%zu bytes for a date, at least %d are needed",
		               size, DATE_SIZE);
	return ik_date_format(ms, buf, size, err);
}

/* ---- ext/alloc.h ---- */

int ink_set_allocator(const ink_allocator *allocator, ink_error *err)
{
	if (allocator != NULL) {
		if (allocator->alloc == NULL)
			return ik_null(err, "alloc");
		if (allocator->resize == NULL)
			return ik_null(err, "resize");
		if (allocator->release == NULL)
			return ik_null(err, "release");
	}
	ik_mem_set(allocator);
	return INK_OK;
}

/* ---- cancelling ---- */

int ink_cancel_new(ink_cancel **out, ink_error *err)
{
	struct ik_cancel *cancel;

	if (out == NULL)
		return ik_null(err, "out");
	*out = NULL;
	cancel = ik_zalloc(sizeof *cancel);
	if (cancel == NULL)
		return ik_fail_nomem(err);
	atomic_init(&cancel->refs, 1);
	atomic_init(&cancel->fired, 0);
	*out = (ink_cancel *)cancel;
	return INK_OK;
}

void ink_cancel_fire(ink_cancel *cancel)
{
	if (cancel != NULL)
		atomic_store(&ik_cancel_of(cancel)->fired, 1);
}

void ik_cancel_drop(struct ik_cancel *cancel)
{
	if (cancel != NULL &&
	    atomic_fetch_sub_explicit(&cancel->refs, 1, memory_order_acq_rel) == 1)
		ik_free(cancel);
}

void ink_cancel_free(ink_cancel *cancel)
{
	ik_cancel_drop(ik_cancel_of(cancel));
}
