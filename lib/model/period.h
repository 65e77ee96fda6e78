/*
 * period.h - a date as the stretch of time that it names.
 *
 * Layer: model. "2024-05" is all of May: a range up to it ends with the
 * month's last millisecond.
 */
#ifndef IK_MODEL_PERIOD_H
#define IK_MODEL_PERIOD_H

#include "base/err.h"

/* As ik_date_parse(), with the first and the last millisecond of what the text names. */
int ik_date_period(const char *text, size_t len, int64_t *first, int64_t *last, ink_error *err);

#endif
