/*
 * base/shortest.h - the shortest decimal number that reads back as a floating-point one.
 *
 * The seam to the C++ library's to_chars(), which the C library has nothing like. Pure;
 * no locale changes it.
 */
#ifndef BASE_SHORTEST_H
#define BASE_SHORTEST_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHORTEST_DIGITS_MAX 17

/* Writes the fewest digits that read back as v, a finite number above zero (single: as that
 * float), the nearest of those that are as short, and returns how many; the last one is not
 * 0. *exponent is that of the first digit. */
size_t shortest_digits(double v, bool single, char digits[SHORTEST_DIGITS_MAX],
                       int *exponent);

#ifdef __cplusplus
}
#endif

#endif
