/*
 * base/number.h - whole numbers as text; base/num.h reckons with them.
 *
 * Pure.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define NUMBER_LEN 32

/* How many of so many digits stand before the next comma. */
size_t number_group(size_t digits);

/* Writes n, plain or with a comma between thousands; out needs NUMBER_LEN bytes. Returns
 * out. */
char *number_plain(int64_t n, char *out);
char *number_grouped(int64_t n, char *out);

/* The plain digits without an end mark, at most NUMBER_DIGITS bytes; returns how many. */
#define NUMBER_DIGITS 20
size_t number_put(int64_t n, char *out);
size_t number_width(int64_t n); /* how many it would be */

/* The same in at most four columns and a sign: 999, 1.2k, 34M, 4.6E. Cut, not rounded. */
char *number_rough(int64_t n, char *out);

/* A time in its largest unit of which there are two: 90 s, 5 min, 3 h, 3 days. Cut, too. */
char *number_time(uint64_t seconds, char *out);

#endif
