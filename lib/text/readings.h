/*
 * readings.h - pinyin of Han and romaji of kana, so that Latin letters find them.
 *
 * Layer: text. The tables are const and made when Inkstone is built, by
 * gen/gen_dict.c from ICU's transliterators: one reading a character, the most
 * common one in Mandarin, without its tone.
 */
#ifndef IK_TEXT_READINGS_H
#define IK_TEXT_READINGS_H

#include <stdint.h>

#define IK_READING_MAX 7u
#define IK_READING_HAN 0x3400u
#define IK_READING_HAN_N (0x9FFFu - IK_READING_HAN + 1)
#define IK_READING_KANA 0x30A1u
#define IK_READING_KANA_N (0x30FAu - IK_READING_KANA + 1)

/* Small kana that make one syllable with what is before; 0: none. */
#define IK_READING_SMALL 10u
#define IK_READING_SMALLS \
	{0, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30E3, 0x30E5, 0x30E7, 0x30EE}

/* Numbers of readings, 0 where there is none. */
extern const uint16_t ik_reading_han[IK_READING_HAN_N];
extern const uint16_t ik_reading_kana[IK_READING_KANA_N * IK_READING_SMALL];
extern const char ik_reading_text[][IK_READING_MAX + 1];

struct ik_analysis;
struct ik_char;

/*
 * Readings that begin in a word c[at, end[0]) of a run of n characters; end[i] are the
 * ends of the words from it on, `words` of them. To be called before the word is emitted.
 */
void ik_readings_emit(struct ik_analysis *a, const struct ik_char *c, uint32_t n, uint32_t at,
                      const uint16_t *end, uint32_t words);

#endif
