/*
 * model/time_pattern.h - dates and times by a pattern such as yyyy-MM-dd HH:mm, as
 * java.time.format.DateTimeFormatter reads it.
 *
 *     y u  year (yy: its last two digits)       H  hour, 0 to 23     a  AM or PM
 *     M    month (MMM: Nov, MMMM: November)     h  hour, 1 to 12     X x Z  offset from UTC
 *     d D  day of the month, of the year        m  minute            z  its abbreviation
 *     E    day of the week (EEEE: in full)      s  second            VV the zone's name
 *                                               S  digits of its fraction, 1 to 9, cut
 *
 * A letter that is repeated asks for so many digits at least. Other letters are refused;
 * those of a text stand in quotes, and '' is a quote. Names are in English. Pure; any
 * thread.
 */
#ifndef MODEL_TIME_PATTERN_H
#define MODEL_TIME_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What a value has, and a letter asks for. */
enum time_parts { TIME_DATE = 1, TIME_CLOCK = 2, TIME_ZONE = 4 };

struct time_fields {
    int64_t days;      /* since 1970-01-01 */
    int64_t nanos;     /* since midnight, less than a day */
    int32_t offset;    /* seconds east of UTC */
    const char *label; /* the zone's abbreviation; "": none is known; borrowed */
    const char *zone;  /* its name; borrowed */
};

/* Whether a value that has these parts can be shown so. ERR_USAGE says what was expected
 * and what was found, *at is the byte where. */
enum err_code time_pattern_check(const char *text, unsigned parts, size_t *at,
                                 struct err *e);

/* Appends the time by a pattern that was checked. */
void time_pattern_put(const char *text, const struct time_fields *f, struct buf *out);

#endif
