/* date.h - ISO 8601 dates and milliseconds since 1970. Layer: model. */
#ifndef IK_MODEL_DATE_H
#define IK_MODEL_DATE_H

#include "base/err.h"

/* As ink_date_parse(), ink_date_format(). A date may stop at year, month, day, minute, second. */
int ik_date_parse(const char *text, size_t len, int64_t *out, ink_error *err);
int ik_date_format(int64_t ms, char *buf, size_t size, ink_error *err);

/* Decimal integer and double, all of the text, locale-independent: INK_ESYNTAX with offset. */
int ik_number_i64(const char *text, size_t len, int64_t *out, ink_error *err);
int ik_number_f64(const char *text, size_t len, double *out, ink_error *err);

/* Shortest text that parses back to the same double; at most 32 bytes with the NUL. */
size_t ik_number_put_f64(double value, char *buf);

#endif
