/*
 * model/number_pattern.h - numbers by a pattern such as #,##0.00, as
 * java.text.DecimalFormat reads it.
 *
 *     pattern = part [ ";" part ]       the second is for numbers below zero
 *     part    = text digits text
 *     digits  = { "#" } { "0" } [ "." { "0" } { "#" } ] [ "E" "0" { "0" } ]
 *
 * 0 is a digit that is always there, # one where it is needed; a comma before the point
 * groups by as many digits as follow it. A % or a per mille sign in a text shows the number
 * a hundred or a thousand times as large. Quotes make text of signs that mean something,
 * and '' is a quote. Rounds to the nearest, a half to the even digit. What of Java's is not
 * taken is refused: signs of a currency, and a # before the point beside an exponent. Pure;
 * any thread.
 */
#ifndef MODEL_NUMBER_PATTERN_H
#define MODEL_NUMBER_PATTERN_H

#include "base/buf.h"
#include "model/decimal.h"

#define NUMBER_PATTERN_TEXT 32   /* bytes of a text beside the digits, end mark included */
#define NUMBER_PATTERN_DIGITS 99 /* before and behind the point, and of an exponent */

struct number_sides {
    char before[NUMBER_PATTERN_TEXT], behind[NUMBER_PATTERN_TEXT];
};

struct number_pattern {
    struct number_sides positive, negative;
    int whole;                      /* digits before the point, at least */
    int fraction_min, fraction_max; /* behind it */
    int group;                      /* digits between commas; 0: there are none */
    int exponent;                   /* digits of an exponent, at least; 0: there is none */
    int shift;                      /* powers of ten that the number grows by */
    bool point;                     /* also where no digit follows */
};

/* ERR_USAGE says what was expected and what was found, *at is the byte where. */
enum err_code number_pattern_parse(const char *text, struct number_pattern *out, size_t *at,
                                   struct err *e);

/* Appends the number. beyond is below or above 0 when the number itself is a little less or
 * more than d, whose digits are then the shortest that name it; shift has been added.
 * False, and nothing appended, where that would take more than DECIMAL_DIGITS_MAX digits.
 */
bool number_pattern_put(const struct number_pattern *p, const struct decimal *d, int beyond,
                        struct buf *out);

/* Offset in bytes of the decimal point, or of where it would stand, in what was appended.
 */
size_t number_pattern_point(const struct number_pattern *p, struct bytes text);

#endif
