/*
 * model/when.h - dates and times as people type them, whole or in part.
 *
 *     when = "today" | "yesterday" | "now" | date
 *     date = YYYY [ sep month [ sep day [ "T" or a blank, time ] ] ]    sep: - . /
 *     time = HH [ ":" MM [ ":" SS [ "." 1 to 9 digits ] ] ]
 *
 * month is a number or the first three letters or more of its name. A part stands for the
 * span of its last unit: 2026-11 for that month, 14:03 for that minute. The end of a span
 * is found on the clock's own fields and then converted, so that a day on which the clocks
 * change is as long as it was. Behind a time its zone may be named: Z, an offset, an
 * abbreviation that the zone in use has, or an IANA name. Pure, but that such a name is
 * looked up in the system's files; any thread.
 */
#ifndef MODEL_WHEN_H
#define MODEL_WHEN_H

#include <stdint.h>

#include "base/err.h"
#include "model/format.h"

/* A number, or one that int64_t cannot hold. */
struct whole {
    int64_t v;
    int beyond; /* below 0: less than all numbers; above 0: more than all */
};

/* From first to last, both in it. Empty (last is before first) for what the clocks skip. */
struct when_span {
    struct whole first, last;
};

/* Where a text is read, and what went wrong. */
struct when_text {
    const char *p;        /* moved on over what was read; on an error, to its place */
    const char *expected; /* what should stand there, of an error */
};

/* The zone that fields are read in, and the present, for today, yesterday and now. */
struct when_now {
    const struct zone *zone; /* borrowed; NULL: UTC */
    int64_t nanos;           /* since 1970 */
};

/* Each reads all that belongs to it, and leaves what follows to its caller. False: an
 * error. */

/* Nanoseconds since 1970. */
bool when_instant(struct when_text *t, const struct when_now *now, struct when_span *out);
/* Days since 1970. */
bool when_date(struct when_text *t, const struct when_now *now, struct when_span *out);
/* Nanoseconds since midnight. */
bool when_time(struct when_text *t, struct when_span *out);

#endif
