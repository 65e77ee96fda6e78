/*
 * api_extend.c - inkstone/ext/tokenizer.h.
 *
 * Layer: api.
 */
#include "api/handle.h"
#include "inkstone/ext/tokenizer.h"
#include "text/extend.h"
#include "text/registry.h"

int ink_extension_register(const ink_extension *extension, ink_error *err)
{
	return extension == NULL ? ik_null(err, "extension") : ik_registry_add(extension, err);
}

int ink_extension_unregister(const char *name, ink_error *err)
{
	return name == NULL ? ik_null(err, "name") : ik_registry_remove(name, err);
}

int ink_emit_token(ink_emitter *out, const ink_token *token)
{
	return out == NULL ? INK_EINVAL : ik_emitter_token(out, token);
}

int ink_emit_text(ink_emitter *out, const char *text, size_t len, uint64_t start, uint64_t end)
{
	return out == NULL ? INK_EINVAL : ik_emitter_text(out, text, len, start, end);
}
