/*
 * xapian_head.c - what the metadata of a Xapian database says of our data in it.
 *
 * Layer: backend. Licence: GPL-2.0-or-later, as libxapian.
 */
#include <stdio.h>
#include <string.h>

#include "backend/xapian.h"
#include "base/mem.h"
#include "model/date.h"

#define FORMAT "1"

static int get_number(struct ik_xap_db *db, const char *key, uint64_t *out, ink_error *err)
{
	const char *text;
	int64_t number;
	size_t len;
	int rc = ik_xap_db_metadata(db, key, &text, &len, err);

	*out = 0;
	if (rc != 0 || len == 0)
		return rc;
	if (ik_number_i64(text, len, &number, NULL) != 0 || number < 0)
		return ik_fail(err, INK_ECORRUPT, "\"%s\" is \"%.30s\"", key, text);
	*out = (uint64_t)number;
	return 0;
}

static int get_schema(struct ik_xap_db *db, struct ik_schema **out, ink_error *err)
{
	const char *text;
	size_t len;
	int rc = ik_xap_db_metadata(db, "inkstone.schema", &text, &len, err);

	return rc != 0 ? rc
	               : ik_schema_decode((const uint8_t *)text, (const uint8_t *)text + len, out,
	                                  err);
}

static int get_place(struct ik_xap_db *db, struct ik_xb_head *out, ink_error *err)
{
	int64_t shard, shards;
	const char *text, *slash;
	size_t len;
	int rc = ik_xap_db_metadata(db, "inkstone.shard", &text, &len, err);

	if (rc != 0 || len == 0)
		return rc;
	slash = strchr(text, '/');
	if (slash == NULL || ik_number_i64(text, (size_t)(slash - text), &shard, NULL) != 0 ||
	    ik_number_i64(slash + 1, strlen(slash + 1), &shards, NULL) != 0 || shard < 1 ||
	    shard > shards || shards > IK_XB_SERVERS_MAX)
		return ik_fail(err, INK_ECORRUPT, "\"inkstone.shard\" is \"%.30s\"", text);
	out->shard = (uint32_t)shard;
	out->shards = (uint32_t)shards;
	return 0;
}

static int get_stamp(struct ik_xap_db *db, struct ik_xb_head *out, ink_error *err)
{
	const char *text;
	size_t len;
	int rc = ik_xap_db_metadata(db, "inkstone.analysis", &text, &len, err);

	if (rc == 0 && len > IK_STAMP_MAX)
		return ik_fail(err, INK_ECORRUPT, "\"inkstone.analysis\" has %zu bytes", len);
	if (rc == 0 && len > 0)
		memcpy(out->stamp, text, len);
	return rc;
}

int ik_xb_head_read(struct ik_xap_db *db, const struct ik_xb_where *w, struct ik_xb_head *out,
                    ink_error *err)
{
	const char *text;
	size_t len;
	int rc = ik_xap_db_metadata(db, "inkstone.format", &text, &len, err);

	memset(out, 0, sizeof *out);
	if (rc != 0)
		return rc;
	if (len == 0) {
		out->foreign = 1;
		return ik_xb_foreign_schema(w, &out->schema, err);
	}
	if (strcmp(text, FORMAT) != 0)
		return ik_fail(err, INK_EFORMAT, "format %.20s of our data, not " FORMAT, text);
	if (w->fields.n > 0)
		return ik_fail(err, INK_EINVAL,
		               "the database has a schema, \"%s=\" is not wanted",
		               w->fields.v[0].name);
	rc = get_number(db, "inkstone.generation", &out->generation, err);
	if (rc == 0)
		rc = get_place(db, out, err);
	if (rc == 0)
		rc = get_stamp(db, out, err);
	return rc == 0 ? get_schema(db, &out->schema, err) : rc;
}

static int set_text(struct ik_xap_db *db, const char *key, const char *text, ink_error *err)
{
	return ik_xap_db_set_metadata(db, key, text, strlen(text), err);
}

int ik_xb_head_write(struct ik_xap_db *db, const struct ik_xb_head *head, ink_error *err)
{
	char generation[24], place[24];
	struct ik_buf buf;
	int rc;

	snprintf(generation, sizeof generation, "%llu", (unsigned long long)head->generation);
	snprintf(place, sizeof place, "%u/%u", (unsigned)head->shard, (unsigned)head->shards);
	ik_buf_init(&buf, SIZE_MAX / 4);
	ik_schema_encode(head->schema, &buf);
	if (buf.err != 0)
		rc = ik_fail_nomem(err);
	else
		rc = ik_xap_db_set_metadata(db, "inkstone.schema", buf.data, buf.len, err);
	if (rc == 0)
		rc = set_text(db, "inkstone.generation", generation, err);
	if (rc == 0)
		rc = set_text(db, "inkstone.format", FORMAT, err);
	if (rc == 0)
		rc = set_text(db, "inkstone.analysis", head->stamp, err);
	if (rc == 0 && head->shards > 0)
		rc = set_text(db, "inkstone.shard", place, err);
	ik_buf_free(&buf);
	return rc;
}

int ik_xb_head_stamp(struct ik_xb_head *head, const char *more, ink_error *err)
{
	char *joined = ik_stamp_join(head->stamp, more);

	if (joined == NULL)
		return ik_fail_nomem(err);
	memcpy(head->stamp, joined, strlen(joined) + 1);
	ik_free(joined);
	return 0;
}
