#include "model/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_400_YEARS INT64_C(146097)
#define DAYS_TO_1970 INT64_C(719468) /* from 0000-03-01, where the years below start */

int64_t calendar_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t calendar_floor_mod(int64_t a, int64_t b)
{
    return a % b + (a % b < 0 ? b : 0);
}

/* Years start in March here, so that the leap day is the last of its year, and months have
 * 153 days in each five. The division by 400 years comes first: nothing can overflow. */
struct calendar_date calendar_date(int64_t days)
{
    int64_t since = calendar_floor_mod(days, DAYS_400_YEARS) + DAYS_TO_1970;
    int64_t cycle = calendar_floor_div(days, DAYS_400_YEARS) + since / DAYS_400_YEARS;
    int64_t day = since % DAYS_400_YEARS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    return (struct calendar_date){
        .year = cycle * 400 + year + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

int64_t calendar_days(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t cycle = calendar_floor_div(y, 400);
    int64_t in_cycle = calendar_floor_mod(y, 400);
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return cycle * DAYS_400_YEARS + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 +
           day_of_year - DAYS_TO_1970;
}

/* Two digits at p; used instead of printf, since every painted time comes through here. */
static char *put2(char *p, int64_t v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
    return p + 2;
}

size_t calendar_date_text(int64_t days, char *out)
{
    struct calendar_date d = calendar_date(days);
    char *p = out;

    if (d.year >= 0 && d.year <= 9999) {
        p = put2(p, d.year / 100);
        p = put2(p, d.year % 100);
    } else {
        int n = snprintf(out, CALENDAR_TEXT_MAX, "%c%04" PRId64, d.year < 0 ? '-' : '+',
                         d.year < 0 ? -d.year : d.year);

        p += n;
    }
    *p++ = '-';
    p = put2(p, d.month);
    *p++ = '-';
    p = put2(p, d.day);
    *p = '\0';
    return (size_t)(p - out);
}

/* The first so many digits of a fraction of a second, 0 <= nanos < 10^9. */
static char *put_fraction(char *p, int64_t nanos, int digits)
{
    int64_t unit = CALENDAR_NANOS / 10;

    if (digits > 0)
        *p++ = '.';
    for (int i = 0; i < digits && i < 9; i++, unit /= 10)
        *p++ = (char)('0' + nanos / unit % 10);
    return p;
}

size_t calendar_time_text(int64_t nanos, int digits, char *out)
{
    int64_t seconds = nanos / CALENDAR_NANOS;
    char *p = put2(out, seconds / 3600);

    *p++ = ':';
    p = put2(p, seconds / 60 % 60);
    *p++ = ':';
    p = put2(p, seconds % 60);
    p = put_fraction(p, nanos % CALENDAR_NANOS, digits);
    *p = '\0';
    return (size_t)(p - out);
}

size_t calendar_instant_text(int64_t nanos, int32_t offset, int digits, char *out)
{
    int64_t seconds = calendar_floor_div(nanos, CALENDAR_NANOS) + offset;
    int64_t of_day = calendar_floor_mod(seconds, CALENDAR_DAY) * CALENDAR_NANOS +
                     calendar_floor_mod(nanos, CALENDAR_NANOS);
    size_t n = calendar_date_text(calendar_floor_div(seconds, CALENDAR_DAY), out);

    out[n++] = ' ';
    return n + calendar_time_text(of_day, digits, out + n);
}

/* A number and its unit. */
static char *put_part(char *p, int64_t v, const char *unit)
{
    return p + snprintf(p, 24, "%" PRId64 "%s", v, unit);
}

/* "1H2M3.5S": the part of a duration behind "PT"; nothing at all for zero. */
static char *put_clock(char *p, int64_t nanos, int digits)
{
    int64_t seconds = nanos / CALENDAR_NANOS;
    char fraction[16];
    char *end;

    end = put_fraction(fraction, llabs(nanos % CALENDAR_NANOS), digits);
    while (end > fraction && (end[-1] == '0' || end[-1] == '.'))
        end--;
    *end = '\0';
    if (seconds / 3600 != 0)
        p = put_part(p, seconds / 3600, "H");
    if (seconds / 60 % 60 != 0)
        p = put_part(p, seconds / 60 % 60, "M");
    if (seconds % 60 == 0 && end == fraction)
        return p;
    if (nanos < 0)
        *p++ = '-';
    p = put_part(p, llabs(seconds % 60), fraction);
    *p++ = 'S';
    return p;
}

size_t calendar_duration_text(int64_t nanos, int digits, char *out)
{
    char *start = out + 2;
    char *end;

    out[0] = 'P';
    out[1] = 'T';
    end = put_clock(start, nanos, digits);
    if (end == start)
        end = put_part(end, 0, "S");
    *end = '\0';
    return (size_t)(end - out);
}

size_t calendar_period_text(int32_t months, int32_t days, int64_t nanos, int digits,
                            char *out)
{
    char *p = out;
    char *end;

    *p++ = 'P';
    if (months / 12 != 0)
        p = put_part(p, months / 12, "Y");
    if (months % 12 != 0)
        p = put_part(p, months % 12, "M");
    if (days != 0)
        p = put_part(p, days, "D");
    end = put_clock(p + 1, nanos, digits);
    if (end != p + 1) {
        *p = 'T';
        p = end;
    }
    if (p == out + 1)
        p = put_part(p, 0, "D");
    *p = '\0';
    return (size_t)(p - out);
}
