/*
 * dict_write.c - building the term dictionary in memory.
 *
 * Layer: segment. Format: FORMAT.md, "Dictionary".
 */
#include "segment/dict_write.h"

#include "codec/front.h"
#include "segment/dict.h"
#include "segment/meta.h"

/* Offsets of blocks are four bytes. */
#define DICT_MAX ((size_t)UINT32_MAX)

void ik_dict_writer_init(struct ik_dict_writer *w)
{
	ik_buf_init(&w->blocks, DICT_MAX);
	ik_buf_init(&w->index, DICT_MAX);
	ik_buf_init(&w->last, IK_DICT_KEY_MAX + 2);
	ik_buf_init(&w->key, IK_DICT_KEY_MAX + 2);
	w->terms = 0;
}

void ik_dict_writer_free(struct ik_dict_writer *w)
{
	ik_buf_free(&w->blocks);
	ik_buf_free(&w->index);
	ik_buf_free(&w->last);
	ik_buf_free(&w->key);
}

/* Big-endian, so that keys in byte order are in the order of parts first. */
static void make_key(struct ik_buf *key, uint32_t part, const char *term, size_t len)
{
	uint8_t prefix[2] = {(uint8_t)(part >> 8), (uint8_t)part};

	ik_buf_clear(key);
	ik_buf_put(key, prefix, sizeof prefix);
	ik_buf_put(key, term, len);
}

/* Front coding starts again with every block. */
static void put_key(struct ik_dict_writer *w, size_t prev_len)
{
	uint8_t *room = ik_buf_room(&w->blocks, IK_FRONT_MAX(w->key.len));

	if (room != NULL)
		w->blocks.len = (size_t)(ik_front_put(room, w->last.data, prev_len, w->key.data,
		                                      w->key.len) -
		                         w->blocks.data);
}

/* Parts and terms ascend. */
static int follows(const struct ik_buf *last, const struct ik_buf *key)
{
	size_t n = ik_front_shared(last->data, last->len, key->data, key->len);

	return n < key->len && (n == last->len || last->data[n] < key->data[n]);
}

static void put_info(struct ik_dict_writer *w, const struct ik_dict_entry *entry)
{
	int in_dict = ik_dict_inline(entry->post_len);
	uint32_t others = entry->df - 1;

	if (entry->df <= IK_DICT_RARE && entry->post_len <= IK_DICT_TINY) {
		ik_buf_put_u8(&w->blocks, (uint8_t)(others * IK_DICT_TINY + entry->post_len - 1));
	} else {
		if (others < IK_DICT_FREQUENT) {
			ik_buf_put_u8(&w->blocks, (uint8_t)(0x80 | others));
		} else {
			ik_buf_put_u8(&w->blocks, 0x80 | IK_DICT_FREQUENT);
			ik_buf_put_varint(&w->blocks, others - IK_DICT_FREQUENT);
		}
		ik_buf_put_varint(&w->blocks, (uint64_t)entry->post_len << 1 | (unsigned)in_dict);
	}
	if (in_dict)
		ik_buf_put(&w->blocks, entry->post, entry->post_len);
}

int ik_dict_writer_add(struct ik_dict_writer *w, const struct ik_dict_entry *entry,
                       ink_error *err)
{
	struct ik_buf swap;
	size_t prev_len = w->last.len;
	int rc;

	ik_assert(entry->part <= IK_PART_MAX && entry->len <= IK_DICT_KEY_MAX);
	ik_assert(entry->df > 0 && entry->post_len > 0);
	make_key(&w->key, entry->part, entry->term, entry->len);
	if (w->key.err != 0)
		return ik_fail_nomem(err);
	ik_assert(w->terms == 0 || follows(&w->last, &w->key));
	if (w->terms % IK_DICT_BLOCK == 0) {
		ik_buf_put_u64(&w->index, ik_dict_head(entry->term, entry->len));
		ik_buf_put_u32(&w->index, (uint32_t)w->blocks.len);
		ik_buf_put_varint(&w->blocks, entry->post_at);
		prev_len = 0;
	}
	put_key(w, prev_len);
	put_info(w, entry);
	rc = w->blocks.err != 0 ? w->blocks.err : w->index.err;
	if (rc == INK_ELIMIT)
		return ik_fail(err, INK_ELIMIT, "the dictionary of a segment is over 4 GiB");
	if (rc != 0)
		return ik_fail_nomem(err);
	swap = w->last;
	w->last = w->key;
	w->key = swap;
	w->terms++;
	return 0;
}
