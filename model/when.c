#include "model/when.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "model/calendar.h"

#define HOUR INT64_C(3600)
#define MINUTE INT64_C(60)
#define YEAR_DIGITS 4
#define YEAR_DIGITS_MAX 9 /* behind a sign: as java.time.Year has them */
#define ZONE_TEXT_MAX 64

enum unit {
    UNIT_YEAR,
    UNIT_MONTH,
    UNIT_DAY,
    UNIT_HOUR,
    UNIT_MINUTE,
    UNIT_SECOND,
    UNIT_PART
};

/* What was written; the rest has the least value that it can have. */
struct when_fields {
    enum unit last; /* the last unit written */
    int64_t year;
    int month, day;
    int64_t seconds; /* of the day */
    int64_t nanos;
    int64_t part; /* nanoseconds of the last digit of UNIT_PART */
};

/* What a clock shows, as if it stood in UTC. */
struct local {
    int64_t seconds, nanos;
};

/* How clocks are read: an offset of its own, or the zone's rules. */
struct clock {
    const struct zone *zone;
    bool fixed;
    int32_t offset;
};

static bool fault(struct when_text *t, const char *expected)
{
    t->expected = expected;
    return false;
}

static bool is_digit(char c)
{
    return isdigit((unsigned char)c);
}

/* Reads from min to max digits. */
static bool take_number(struct when_text *t, int min, int max, int64_t *out)
{
    int n = 0;

    *out = 0;
    for (; n < max && is_digit(t->p[n]); n++)
        *out = *out * 10 + (t->p[n] - '0');
    if (n < min)
        return false;
    t->p += n;
    return true;
}

/* The same for low..high; on an error the place is the number's. */
static bool take_field(struct when_text *t, int min, int64_t low, int64_t high,
                       const char *expected, int64_t *out)
{
    const char *start = t->p;

    if (take_number(t, min, 2, out) && *out >= low && *out <= high && !is_digit(*t->p))
        return true;
    t->p = start;
    return fault(t, expected);
}

static bool take_word(struct when_text *t, const char *word)
{
    size_t n = strlen(word);

    if (strncasecmp(t->p, word, n) != 0 || isalnum((unsigned char)t->p[n]))
        return false;
    t->p += n;
    return true;
}

/* --- dates -----------------------------------------------------------------------------
 */

static bool take_year(struct when_text *t, struct when_fields *f)
{
    const char *start = t->p;
    bool sign = *start == '-' || *start == '+';

    t->p += sign;
    if (take_number(t, YEAR_DIGITS, sign ? YEAR_DIGITS_MAX : YEAR_DIGITS, &f->year) &&
        !is_digit(*t->p)) {
        f->year = *start == '-' ? -f->year : f->year;
        return true;
    }
    t->p = start;
    return fault(t, "a date such as 2026-11-20");
}

static bool take_month_name(struct when_text *t, struct when_fields *f)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    size_t n = 0;

    while (isalpha((unsigned char)t->p[n]))
        n++;
    for (int i = 0; n >= 3 && i < 12; i++) {
        if (strncasecmp(t->p, months[i], n) != 0 || n > strlen(months[i]))
            continue;
        f->month = i + 1;
        t->p += n;
        return true;
    }
    return false;
}

static bool take_month(struct when_text *t, struct when_fields *f)
{
    int64_t v;

    f->last = UNIT_MONTH;
    if (isalpha((unsigned char)*t->p))
        return take_month_name(t, f) || fault(t, "a month: 1 to 12, or its name");
    if (!take_field(t, 1, 1, 12, "a month: 1 to 12, or its name", &v))
        return false;
    f->month = (int)v;
    return true;
}

static int64_t month_end(const struct when_fields *f)
{
    return f->month == 12 ? calendar_days(f->year + 1, 1, 1)
                          : calendar_days(f->year, f->month + 1, 1);
}

static bool take_day(struct when_text *t, struct when_fields *f)
{
    int64_t v;

    f->last = UNIT_DAY;
    if (!take_field(t, 1, 1, month_end(f) - calendar_days(f->year, f->month, 1),
                    "a day that the month has", &v))
        return false;
    f->day = (int)v;
    return true;
}

static bool take_separator(struct when_text *t)
{
    if (*t->p == '\0' || !strchr("-./", *t->p))
        return false;
    t->p++;
    return true;
}

static bool take_date(struct when_text *t, struct when_fields *f)
{
    *f = (struct when_fields){.last = UNIT_YEAR, .month = 1, .day = 1};
    if (!take_year(t, f))
        return false;
    if (!take_separator(t))
        return true;
    if (!take_month(t, f))
        return false;
    return !take_separator(t) || take_day(t, f);
}

/* "today" and "yesterday", as days since 1970. */
static bool take_day_word(struct when_text *t, const struct when_now *now, int64_t *day)
{
    int64_t seconds = calendar_floor_div(now->nanos, CALENDAR_NANOS);

    if (now->zone)
        seconds += zone_offset(now->zone, seconds);
    *day = calendar_floor_div(seconds, CALENDAR_DAY);
    if (take_word(t, "yesterday"))
        --*day;
    else if (!take_word(t, "today"))
        return false;
    return true;
}

/* The first day after what was written. */
static int64_t days_after(const struct when_fields *f)
{
    if (f->last == UNIT_YEAR)
        return calendar_days(f->year + 1, 1, 1);
    return f->last == UNIT_MONTH ? month_end(f)
                                 : calendar_days(f->year, f->month, f->day) + 1;
}

bool when_date(struct when_text *t, const struct when_now *now, struct when_span *out)
{
    struct when_fields f;
    int64_t day;

    if (take_day_word(t, now, &day)) {
        *out = (struct when_span){{.v = day}, {.v = day}};
        return true;
    }
    if (!take_date(t, &f))
        return false;
    *out = (struct when_span){{.v = calendar_days(f.year, f.month, f.day)},
                              {.v = days_after(&f) - 1}};
    return true;
}

/* --- times of day ----------------------------------------------------------------------
 */

static bool take_part(struct when_text *t, struct when_fields *f)
{
    const char *start = t->p;

    f->last = UNIT_PART;
    if (!take_number(t, 1, 9, &f->nanos) || is_digit(*t->p)) {
        t->p = start;
        return fault(t, "1 to 9 digits of a second");
    }
    f->part = 1;
    for (int64_t n = t->p - start; n < 9; n++) {
        f->nanos *= 10;
        f->part *= 10;
    }
    return true;
}

static bool take_time(struct when_text *t, struct when_fields *f)
{
    int64_t v;

    f->last = UNIT_HOUR;
    if (!take_field(t, 2, 0, 23, "hours: 00 to 23", &v))
        return false;
    f->seconds = v * HOUR;
    if (*t->p != ':')
        return true;
    t->p++;
    f->last = UNIT_MINUTE;
    if (!take_field(t, 2, 0, 59, "minutes: 00 to 59", &v))
        return false;
    f->seconds += v * MINUTE;
    if (*t->p != ':')
        return true;
    t->p++;
    f->last = UNIT_SECOND;
    if (!take_field(t, 2, 0, 59, "seconds: 00 to 59", &v))
        return false;
    f->seconds += v;
    if (*t->p != '.')
        return true;
    t->p++;
    return take_part(t, f);
}

static int64_t unit_nanos(const struct when_fields *f)
{
    static const int64_t seconds[] = {
        [UNIT_HOUR] = HOUR, [UNIT_MINUTE] = MINUTE, [UNIT_SECOND] = 1};

    return f->last == UNIT_PART ? f->part : seconds[f->last] * CALENDAR_NANOS;
}

bool when_time(struct when_text *t, struct when_span *out)
{
    struct when_fields f = {0};
    int64_t first;

    if (!take_time(t, &f))
        return false;
    first = f.seconds * CALENDAR_NANOS + f.nanos;
    *out = (struct when_span){{.v = first}, {.v = first + unit_nanos(&f) - 1}};
    return true;
}

/* --- zones -----------------------------------------------------------------------------
 */

/* HH, HH:MM, HHMM, HH:MM:SS, as seconds. */
static bool take_offset_fields(struct when_text *t, int32_t *seconds)
{
    int64_t part;

    if (!take_number(t, 2, 2, &part) || part > 23)
        return false;
    *seconds = (int32_t)(part * HOUR);
    for (int64_t unit = MINUTE; unit > 0 && (*t->p == ':' || is_digit(*t->p));
         unit /= MINUTE) {
        t->p += *t->p == ':';
        if (!take_number(t, 2, 2, &part) || part > 59)
            return false;
        *seconds += (int32_t)(part * unit);
    }
    return true;
}

static bool take_offset(struct when_text *t, struct clock *c)
{
    const char *start = t->p++;

    if (!take_offset_fields(t, &c->offset)) {
        t->p = start;
        return fault(t, "an offset such as +01:00");
    }
    if (*start == '-')
        c->offset = -c->offset;
    c->fixed = true;
    return true;
}

/* java.time writes a zone's name behind the offset, which is enough. */
static bool skip_name_in_brackets(struct when_text *t)
{
    const char *end;

    if (*t->p != '[')
        return true;
    end = strchr(t->p, ']');
    if (!end)
        return fault(t, "a time zone in brackets");
    t->p = end + 1;
    return true;
}

/* The offset of a zone by its name, at what the clock shows. */
static bool named_offset(const char *name, struct local at, int32_t *offset)
{
    struct zone *zone;
    bool skipped;
    int64_t instant;

    if (zone_open(name, &zone, NULL) != ERR_OK)
        return false;
    instant = zone_instant(zone, at.seconds, &skipped);
    *offset = zone_offset(zone, instant);
    zone_free(zone);
    return true;
}

static bool take_zone_name(struct when_text *t, struct local at, struct clock *c)
{
    char name[ZONE_TEXT_MAX];
    size_t n = 0;

    while (isalnum((unsigned char)t->p[n]) || (t->p[n] && strchr("/_+-", t->p[n])))
        n++;
    (void)snprintf(name, sizeof(name), "%.*s", (int)min_u64(n, sizeof(name)), t->p);
    if (n >= sizeof(name) || strcasecmp(name, "local") == 0)
        return fault(t, "a time zone");
    if (!(c->zone && zone_label_offset(c->zone, name, at.seconds, &c->offset)) &&
        !named_offset(name, at, &c->offset))
        return fault(t, "a time zone: Z, +01:00, or a name such as Europe/Vienna");
    c->fixed = true;
    t->p += n;
    return true;
}

/* What stands behind date and time, if it is a zone. */
static bool take_zone(struct when_text *t, const struct when_fields *f, struct local at,
                      struct clock *c)
{
    const char *p = t->p + (*t->p == ' ');
    bool offset = f->last >= UNIT_HOUR && (*p == '+' || *p == '-');

    if (!offset && !isalpha((unsigned char)*p))
        return true;
    t->p = p;
    if (offset)
        return take_offset(t, c) && skip_name_in_brackets(t);
    if (take_word(t, "Z")) {
        c->fixed = true;
        return skip_name_in_brackets(t);
    }
    return take_zone_name(t, at, c);
}

/* --- instants --------------------------------------------------------------------------
 */

static struct local local_first(const struct when_fields *f)
{
    int64_t days = calendar_days(f->year, f->month, f->day);

    return (struct local){days * CALENDAR_DAY + f->seconds, f->nanos};
}

static struct local local_after(const struct when_fields *f)
{
    struct local at = local_first(f);

    if (f->last <= UNIT_DAY)
        return (struct local){days_after(f) * CALENDAR_DAY, 0};
    at.nanos += unit_nanos(f) % CALENDAR_NANOS;
    at.seconds += unit_nanos(f) / CALENDAR_NANOS + at.nanos / CALENDAR_NANOS;
    at.nanos %= CALENDAR_NANOS;
    return at;
}

static struct whole whole_nanos(int64_t seconds, int64_t nanos)
{
    struct whole w = {0};

    if (seconds < 0) { /* so that the smallest number of all is no overflow in between */
        seconds++;
        nanos -= CALENDAR_NANOS;
    }
    if (__builtin_mul_overflow(seconds, CALENDAR_NANOS, &w.v) ||
        __builtin_add_overflow(w.v, nanos, &w.v))
        w.beyond = seconds < 0 ? -1 : 1;
    return w;
}

static struct whole instant_of(struct local at, const struct clock *c)
{
    bool skipped = false;
    int64_t seconds = at.seconds - c->offset;

    if (!c->fixed && c->zone)
        seconds = zone_instant(c->zone, at.seconds, &skipped);
    return whole_nanos(seconds, skipped ? 0 : at.nanos);
}

static struct whole one_less(struct whole w)
{
    if (w.beyond == 0 && __builtin_sub_overflow(w.v, 1, &w.v))
        w.beyond = -1;
    return w;
}

static struct when_span span_of(const struct when_fields *f, const struct clock *c)
{
    struct whole first = instant_of(local_first(f), c);

    if (f->last == UNIT_PART && f->part == 1)
        return (struct when_span){first, first};
    return (struct when_span){first, one_less(instant_of(local_after(f), c))};
}

static bool take_moment(struct when_text *t, struct when_fields *f)
{
    bool behind_day, mark;

    if (!take_date(t, f))
        return false;
    behind_day = f->last == UNIT_DAY;
    mark = *t->p == 'T' || *t->p == 't';
    if (!behind_day || (!mark && !(*t->p == ' ' && is_digit(t->p[1]))))
        return true;
    t->p++;
    return take_time(t, f);
}

bool when_instant(struct when_text *t, const struct when_now *now, struct when_span *out)
{
    struct clock clock = {.zone = now->zone};
    struct when_fields f = {.last = UNIT_DAY};
    int64_t day;

    if (take_word(t, "now")) {
        *out = (struct when_span){{.v = now->nanos}, {.v = now->nanos}};
        return true;
    }
    if (take_day_word(t, now, &day)) {
        struct calendar_date d = calendar_date(day);

        f = (struct when_fields){UNIT_DAY, d.year, d.month, d.day, 0, 0, 0};
    } else if (!take_moment(t, &f) || !take_zone(t, &f, local_first(&f), &clock)) {
        return false;
    }
    *out = span_of(&f, &clock);
    return true;
}
