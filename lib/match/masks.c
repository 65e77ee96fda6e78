/*
 * masks.c - the documents of many ranges at once, one term after the other.
 *
 * Layer: match. Compiled three times: as it stands, which is the reference, by
 * masks_avx2.c with IK_HAVE_AVX2 for processors that have AVX2 and POPCNT, and by
 * masks_avx512.c with IK_HAVE_AVX512 as well.
 */
#include "match/masks.h"

#include "base/cpu.h"
#include "match/among.h"
#include "segment/range_open.h"

#if !defined(IK_HAVE_AVX2)
#define IK_MASKS ik_masks_scalar
#endif

/* ---- a term's documents in one range, as a record has them ---- */

static inline void add_doc(uint8_t mask[IK_MASK], uint32_t d)
{
	mask[d / 8] |= (uint8_t)(1u << d % 8);
}

/*
 * Put the places of the list where the term may have documents into m->places, and
 * where its records are into m->at: how many. No record is read before all are asked
 * for, so that they come from memory side by side.
 */
static uint32_t find_records(struct ik_masks *m, const struct ik_term *t)
{
	uint32_t found = 0;

	if (!t->ranged) {
		memcpy(m->places, m->list, m->n * sizeof *m->list);
		return m->n;
	}
	for (uint32_t i = 0; i < m->n; i++) {
		m->places[found] = m->list[i];
		found += t->ranges.max[m->from + m->list[i]] != 0;
	}
	for (uint32_t i = 0; i < found; i++) {
		uint32_t r = m->from + m->places[i];
		uint64_t at = ik_range_at(&t->ranges, ik_range_slot(&t->ranges, r));

		m->at[i] = at;
		__builtin_prefetch(t->ranges.records + at);
		__builtin_prefetch(t->ranges.records + at + IK_RECORD_HEAD + IK_MASK - 1);
	}
	return found;
}

/* Of a list that is not in range form. */
static void read_list(struct ik_term *t, uint32_t r, uint8_t room[IK_MASK], struct ik_record *out)
{
	ik_term_seek(t, r);
	out->n = t->end - t->at;
	out->docs = room;
	memset(room, 0, IK_MASK);
	for (uint32_t i = 0; i < out->n; i++) {
		uint32_t d = t->docs[t->at + i] % IK_RANGE;

		if (ik_record_is_bitmap(out))
			add_doc(room, d);
		else
			room[i] = (uint8_t)d;
	}
}

/*
 * The documents of the i-th of these, perhaps none. IK_MASK bytes of them can be read,
 * in `room` where that were too many. Frequencies are not looked at. INK_ECORRUPT.
 */
static inline int read_docs(const struct ik_masks *m, struct ik_term *t, uint32_t i,
                            uint8_t room[IK_MASK], struct ik_record *out)
{
	uint32_t r = m->from + m->places[i];

	if (!t->ranged) {
		read_list(t, r, room, out);
		return 0;
	}
	if (ik_range_open_docs(&t->ranges, r, m->at[i], out) != 0)
		return ik_term_damaged(t);
	if (out->end - out->docs < IK_MASK) {
		memcpy(room, out->docs, out->n);
		out->docs = room;
	}
	return 0;
}

/* ---- a record and the mask of its range ---- */

#if defined(IK_HAVE_AVX512)
/* The bits of eight documents in word w of a mask; a shift by 64 and more leaves none. */
static inline __m512i bits_in_word(__m512i docs, __mmask8 in, unsigned w)
{
	__m512i by = _mm512_sub_epi64(docs, _mm512_set1_epi64((long long)w * 64));

	return _mm512_maskz_sllv_epi64(in, _mm512_set1_epi64(1), by);
}

/* Two words' bits, four times side by side, to two and two. */
static inline __m256i join_words(__m512i a, __m512i b)
{
	__m512i ab = _mm512_or_si512(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));

	return _mm256_or_si256(_mm512_castsi512_si256(ab), _mm512_extracti64x4_epi64(ab, 1));
}

static inline __m256i mask_of_bytes(const struct ik_record *rec)
{
	__m256i sum = _mm256_setzero_si256();
	uint32_t i = 0;

	do {
		__mmask8 in = (__mmask8)_bzhi_u32(255, rec->n - i);
		__m512i d = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(rec->docs + i)));
		__m256i low = join_words(bits_in_word(d, in, 0), bits_in_word(d, in, 1));
		__m256i high = join_words(bits_in_word(d, in, 2), bits_in_word(d, in, 3));

		sum = _mm256_or_si256(sum, _mm256_permute2x128_si256(low, high, 0x20));
		sum = _mm256_or_si256(sum, _mm256_permute2x128_si256(low, high, 0x31));
		i += 8;
	} while (i < rec->n);
	return sum;
}
#elif defined(IK_HAVE_AVX2)
/* A shift by 64 and more, or by less than nothing, leaves no bit in the other words. */
static inline __m256i bit_of(uint8_t d)
{
	const __m256i word = _mm256_setr_epi64x(0, 64, 128, 192), one = _mm256_set1_epi64x(1);

	return _mm256_sllv_epi64(one, _mm256_sub_epi64(_mm256_set1_epi64x(d), word));
}

static inline __m256i bits_of_4(const uint8_t *docs)
{
	return _mm256_or_si256(_mm256_or_si256(bit_of(docs[0]), bit_of(docs[1])),
	                       _mm256_or_si256(bit_of(docs[2]), bit_of(docs[3])));
}

/* Eight at a time, the first one again where there are fewer: loops that end alike. */
static inline __m256i mask_of_bytes(const struct ik_record *rec)
{
	__m256i sum = _mm256_setzero_si256();
	uint8_t docs[IK_MASK];

	ik_repeat_first(rec->docs, rec->n, docs);
	for (uint32_t i = 0; i < rec->n; i += 8)
		sum = _mm256_or_si256(sum, _mm256_or_si256(bits_of_4(docs + i),
		                                           bits_of_4(docs + i + 4)));
	return sum;
}
#endif

#if defined(IK_HAVE_AVX2)
static inline void add_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	__m256i *all = (__m256i *)mask;

	_mm256_storeu_si256(all, _mm256_or_si256(_mm256_loadu_si256(all), mask_of_bytes(rec)));
}

#if defined(IK_HAVE_AVX512)
/* Are some left? The mask of those only, mostly one or none: a loop that ends alike. */
static inline int keep_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t found = ik_among(mask, rec->docs, rec->n);
	__m256i docs = _mm256_loadu_si256((const __m256i *)rec->docs);
	uint8_t left[IK_MASK];
	const struct ik_record of = { .docs = left, .n = ik_popcount64(found) };

	_mm256_storeu_si256((__m256i *)left, _mm256_maskz_compress_epi8(found, docs));
	_mm256_storeu_si256((__m256i *)mask, mask_of_bytes(&of));
	return found != 0;
}
#else
/* Are some left? The mask of those only, mostly one or none. */
static inline int keep_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t found = ik_among(mask, rec->docs, rec->n);
	__m256i sum = _mm256_setzero_si256();

	for (uint32_t left = found; left != 0; left &= left - 1)
		sum = _mm256_or_si256(sum, bit_of(rec->docs[ik_ctz64(left)]));
	_mm256_storeu_si256((__m256i *)mask, sum);
	return found != 0;
}
#endif
#else
static inline void add_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	for (uint32_t i = 0; i < rec->n; i++)
		add_doc(mask, rec->docs[i]);
}

/* Are some left? */
static inline int keep_bytes(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t found = ik_among(mask, rec->docs, rec->n), left = found;

	memset(mask, 0, IK_MASK);
	for (; left != 0; left &= left - 1)
		add_doc(mask, rec->docs[ik_ctz64(left)]);
	return found != 0;
}
#endif

static inline void add_record(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	if (!ik_record_is_bitmap(rec)) {
		add_bytes(mask, rec);
		return;
	}
	for (unsigned at = 0; at < IK_MASK; at += 8)
		ik_store64(mask + at, ik_load64(mask + at) | ik_load64(rec->docs + at));
}

/* Are some left? */
static inline int keep_record(uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint64_t left = 0;

	if (!ik_record_is_bitmap(rec))
		return keep_bytes(mask, rec);
	for (unsigned at = 0; at < IK_MASK; at += 8) {
		uint64_t both = ik_load64(mask + at) & ik_load64(rec->docs + at);

		ik_store64(mask + at, both);
		left |= both;
	}
	return left != 0;
}

static inline uint32_t meet_record(const uint8_t mask[IK_MASK], const struct ik_record *rec)
{
	uint32_t count = 0;

	if (!ik_record_is_bitmap(rec))
		return ik_popcount64(ik_among(mask, rec->docs, rec->n));
	for (unsigned at = 0; at < IK_MASK; at += 8)
		count += ik_popcount64(ik_load64(mask + at) & ik_load64(rec->docs + at));
	return count;
}

static inline uint32_t count_docs(const uint8_t mask[IK_MASK])
{
	uint32_t count = 0;

	for (unsigned at = 0; at < IK_MASK; at += 8)
		count += ik_popcount64(ik_load64(mask + at));
	return count;
}

/* ---- all ranges ---- */

enum way {
	ADD,
	KEEP,
	MEET
};

/* The only loop over records, so that reading one is compiled into it. *met: of MEET. */
static int walk(struct ik_masks *m, struct ik_term *t, enum way way, uint64_t *met)
{
	uint32_t n = find_records(m, t), kept = 0;
	uint8_t room[IK_MASK];
	struct ik_record rec;

	for (uint32_t i = 0; i < n; i++) {
		uint16_t place = m->places[i];

		if (read_docs(m, t, i, room, &rec) != 0)
			return INK_ECORRUPT;
		if (way == ADD) {
			add_record(m->docs[place], &rec);
		} else if (way == MEET) {
			*met += meet_record(m->docs[place], &rec);
		} else {
			m->list[kept] = place;
			kept += (uint32_t)keep_record(m->docs[place], &rec);
		}
	}
	m->n = way == KEEP ? kept : m->n;
	return 0;
}

/* A list that is not in range form: whose masks are not listed does not matter. */
static void add_list(struct ik_masks *m, const struct ik_term *t)
{
	uint64_t first = (uint64_t)m->from * IK_RANGE, end = first + (uint64_t)m->room * IK_RANGE;

	for (uint32_t i = ik_term_list_from(t, first); i < t->info.df && t->docs[i] < end; i++)
		add_doc(m->docs[t->docs[i] / IK_RANGE - m->from], t->docs[i] % IK_RANGE);
}

static int add(struct ik_masks *m, struct ik_term *t)
{
	if (t->ranged)
		return walk(m, t, ADD, NULL);
	add_list(m, t);
	return 0;
}

static int set(struct ik_masks *m, struct ik_term *t)
{
	for (uint32_t i = 0; i < m->n; i++)
		memset(m->docs[m->list[i]], 0, IK_MASK);
	return add(m, t);
}

static int keep(struct ik_masks *m, struct ik_term *t)
{
	return walk(m, t, KEEP, NULL);
}

static int meet(struct ik_masks *m, struct ik_term *t, uint64_t *count)
{
	*count = 0;
	return walk(m, t, MEET, count);
}

static uint64_t count(const struct ik_masks *m)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < m->n; i++)
		sum += count_docs(m->docs[m->list[i]]);
	return sum;
}

const struct ik_masks_ops IK_MASKS = { set, add, keep, meet, count };

#if !defined(IK_HAVE_AVX2)
int ik_masks_open(struct ik_match *match, struct ik_masks *out)
{
	size_t n = match->n_ranges < IK_MASKS_MAX ? match->n_ranges : IK_MASKS_MAX;

	out->from = out->n = 0;
	out->room = (uint32_t)n;
	out->list = ik_arena_array(match->arena, n, sizeof *out->list);
	out->docs = ik_arena_array(match->arena, n, sizeof *out->docs);
	out->places = ik_arena_array(match->arena, n, sizeof *out->places);
	out->at = ik_arena_array(match->arena, n, sizeof *out->at);
	if (out->list == NULL || out->docs == NULL || out->places == NULL || out->at == NULL)
		return ik_fail_nomem(match->err);
	return 0;
}

void ik_masks_list(struct ik_masks *m, struct ik_match *match, uint32_t from,
                   const uint16_t *bounds, uint32_t n, uint16_t least)
{
	m->from = from;
	m->n = (uint32_t)match->kernel->places(bounds, n, least, m->list);
}

const struct ik_masks_ops *ik_masks_choose(uint32_t cpu)
{
#if defined(__x86_64__)
	if ((cpu & IK_CPU_AVX512) != 0)
		return &ik_masks_avx512;
	if ((cpu & IK_CPU_AVX2) != 0)
		return &ik_masks_avx2;
#endif
	(void)cpu;
	return &ik_masks_scalar;
}
#endif
