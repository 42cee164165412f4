/*
 * ui/widget/number.h - counts as they stand around a view.
 *
 * Pure.
 */
#ifndef UI_WIDGET_NUMBER_H
#define UI_WIDGET_NUMBER_H

#include <stdint.h>

#define NUMBER_LEN 32

/* Writes n with a comma between thousands; out needs NUMBER_LEN bytes. Returns out. */
char *number_grouped(int64_t n, char *out);

/* The same in at most four columns and a sign: 999, 1.2k, 34M, 4.6E. Cut, not rounded. */
char *number_rough(int64_t n, char *out);

#endif
