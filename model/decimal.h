/*
 * model/decimal.h - a number as it was typed: all its digits, none of them rounded.
 *
 * Pure; any thread.
 */
#ifndef MODEL_DECIMAL_H
#define MODEL_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_DIGITS_MAX 10000    /* of one number */
#define DECIMAL_EXPONENT_MAX 100000 /* of what is written behind an e */

/* digits * 10^exponent */
struct decimal {
    bool negative;
    char *digits; /* owned, terminated; neither zeros in front nor at the end; "" is 0 */
    size_t n;
    int64_t exponent;
};

/* Reads digits, perhaps with commas between groups of three, a point and an exponent, and
 * steps over them. False when there is no digit, or more than a limit allows. d is to be
 * released after true. */
bool decimal_take(const char **p, struct decimal *d);
void decimal_release(struct decimal *d);

/* As text that every reader of numbers takes: "-0.05", "1.5E+70". Owned. */
char *decimal_text(const struct decimal *d);

/* The whole number at or below it, or at or above it, as text without a point; NULL when
 * that has more than DECIMAL_DIGITS_MAX digits. Owned. */
char *decimal_whole(const struct decimal *d, bool up);

/* The nearest double, or float; infinite when it is too large. */
double decimal_double(const struct decimal *d);
float decimal_float(const struct decimal *d);

#endif
