/* icu_readings.h - Latin readings of Han and kana characters. Build time only, for gen_dict.c. */
#ifndef IK_TEXT_GEN_ICU_READINGS_H
#define IK_TEXT_GEN_ICU_READINGS_H

/* Print the tables of text/readings.h. */
void gen_readings(void);

#endif
