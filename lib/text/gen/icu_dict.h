/* icu_dict.h - the words of ICU's break iterator dictionaries. Build time only, for gen_dict.c. */
#ifndef IK_TEXT_GEN_ICU_DICT_H
#define IK_TEXT_GEN_ICU_DICT_H

#include <stdint.h>

/* Say what is wrong and give up. */
void gen_die(const char *what);

/* Give all words of a dictionary, such as "cjdict", to `take`. */
void gen_icu_dict(const char *name, void (*take)(const uint16_t *s, uint32_t len, int32_t value));

#endif
