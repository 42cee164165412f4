/*
 * model/calendar.h - dates and times of day as ISO 8601 text: the proleptic Gregorian
 * calendar, over the whole range of int64.
 *
 * Fraction digits are cut, never rounded. Nothing is allocated. Pure; any thread.
 */
#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#define CALENDAR_NANOS INT64_C(1000000000)
#define CALENDAR_DAY INT64_C(86400)            /* seconds */
#define CALENDAR_CYCLE (146097 * CALENDAR_DAY) /* 400 years, in seconds */
#define CALENDAR_TEXT_MAX 80 /* bytes that any text below needs, with its end mark */

struct calendar_date {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/* Quotient and remainder with 0 <= remainder < b, for b > 0. */
int64_t calendar_floor_div(int64_t a, int64_t b);
int64_t calendar_floor_mod(int64_t a, int64_t b);

/* Days since 1970-01-01 to a date and back. calendar_days takes years of at most 12 digits.
 */
struct calendar_date calendar_date(int64_t days);
int64_t calendar_days(int64_t year, int month, int day);

/* Each writes text into out, of CALENDAR_TEXT_MAX bytes, and returns its length. */

/* "2026-11-20"; years outside 0..9999 with a sign. */
size_t calendar_date_text(int64_t days, char *out);

/* "14:03:11.204" for 0 <= nanos < one day, with that many fraction digits (0..9). */
size_t calendar_time_text(int64_t nanos, int digits, char *out);

/* "2026-11-20 14:03:11.204": nanos since 1970 in UTC, shown offset seconds east of it. */
size_t calendar_instant_text(int64_t nanos, int32_t offset, int digits, char *out);

/* As java.time.Duration prints itself: "PT1H2M3.5S", each part with its own sign. At most
 * that many fraction digits, zeros at the end left out. */
size_t calendar_duration_text(int64_t nanos, int digits, char *out);

/* As java.time.Period prints itself, with the days and nanoseconds that an Arrow interval
 * may hold as well: "P1Y2M", "P1M2DT3.5S"; "P0D" for nothing. */
size_t calendar_period_text(int32_t months, int32_t days, int64_t nanos, int digits,
                            char *out);

#endif
