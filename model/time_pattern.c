#include "model/time_pattern.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/calendar.h"

#define NANOS_PER_HOUR (3600 * CALENDAR_NANOS)
#define NANOS_PER_MINUTE (60 * CALENDAR_NANOS)

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const week[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                   "Monday",   "Tuesday", "Wednesday"}; /* of 1970 */

/* --- letters --- */

static void put_text(struct buf *out, const char *text, size_t most)
{
    buf_append_fitting(out, text, strnlen(text, most));
}

static void put_number(int64_t n, int digits, struct buf *out)
{
    char text[48];

    (void)snprintf(text, sizeof(text), "%0*" PRId64, digits, n);
    put_text(out, text, sizeof(text));
}

/* A year of more digits than asked for has a sign, so that it can be told where it ends. */
static void put_year(const struct time_fields *f, int n, struct buf *out)
{
    int64_t year = calendar_date(f->days).year;
    char text[48];

    if (n == 2) {
        put_number(calendar_floor_mod(year, 100), 2, out);
        return;
    }
    (void)snprintf(text, sizeof(text), "%0*" PRId64, n, year < 0 ? -year : year);
    if (year < 0 || (n >= 4 && strlen(text) > (size_t)n))
        put_text(out, year < 0 ? "-" : "+", 1);
    put_text(out, text, sizeof(text));
}

static void put_month(const struct time_fields *f, int n, struct buf *out)
{
    int month = calendar_date(f->days).month;

    if (n > 2)
        put_text(out, months[month - 1], n > 3 ? SIZE_MAX : 3);
    else
        put_number(month, n, out);
}

static void put_day(const struct time_fields *f, int n, struct buf *out)
{
    put_number(calendar_date(f->days).day, n, out);
}

static void put_day_of_year(const struct time_fields *f, int n, struct buf *out)
{
    int64_t year = calendar_date(f->days).year;

    put_number(f->days - calendar_days(year, 1, 1) + 1, n, out);
}

static void put_week_day(const struct time_fields *f, int n, struct buf *out)
{
    put_text(out, week[calendar_floor_mod(f->days, 7)], n > 3 ? SIZE_MAX : 3);
}

static void put_half(const struct time_fields *f, int n, struct buf *out)
{
    (void)n;
    put_text(out, f->nanos < 12 * NANOS_PER_HOUR ? "AM" : "PM", SIZE_MAX);
}

static void put_hour(const struct time_fields *f, int n, struct buf *out)
{
    put_number(f->nanos / NANOS_PER_HOUR, n, out);
}

static void put_hour_of_half(const struct time_fields *f, int n, struct buf *out)
{
    put_number((f->nanos / NANOS_PER_HOUR + 11) % 12 + 1, n, out);
}

static void put_minute(const struct time_fields *f, int n, struct buf *out)
{
    put_number(f->nanos / NANOS_PER_MINUTE % 60, n, out);
}

static void put_second(const struct time_fields *f, int n, struct buf *out)
{
    put_number(f->nanos / CALENDAR_NANOS % 60, n, out);
}

static void put_fraction(const struct time_fields *f, int n, struct buf *out)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%09" PRId64, f->nanos % CALENDAR_NANOS);
    put_text(out, text, (size_t)n);
}

/* Hours, and minutes (always, or only where they are not 0). */
static void put_offset_text(int32_t offset, bool minutes, const char *colon,
                            struct buf *out)
{
    int32_t of = abs(offset);

    put_text(out, offset < 0 ? "-" : "+", 1);
    put_number(of / 3600, 2, out);
    if (minutes || of / 60 % 60 != 0) {
        put_text(out, colon, 1);
        put_number(of / 60 % 60, 2, out);
    }
}

static void put_offset(const struct time_fields *f, int n, struct buf *out)
{
    put_offset_text(f->offset, n > 1, n == 3 ? ":" : "", out);
}

static void put_offset_or_z(const struct time_fields *f, int n, struct buf *out)
{
    if (f->offset == 0)
        put_text(out, "Z", 1);
    else
        put_offset(f, n, out);
}

static void put_plain_offset(const struct time_fields *f, int n, struct buf *out)
{
    (void)n;
    put_offset_text(f->offset, true, "", out);
}

static void put_label(const struct time_fields *f, int n, struct buf *out)
{
    (void)n;
    if (*f->label)
        put_text(out, f->label, SIZE_MAX);
    else
        put_offset_text(f->offset, true, ":", out);
}

static void put_zone(const struct time_fields *f, int n, struct buf *out)
{
    (void)n;
    put_text(out, f->zone, SIZE_MAX);
}

static const struct letter {
    char letter;
    int least, most; /* times it may be repeated */
    unsigned parts;  /* enum time_parts */
    void (*put)(const struct time_fields *f, int n, struct buf *out);
} letters[] = {
    {'y', 1, 9, TIME_DATE, put_year},          {'u', 1, 9, TIME_DATE, put_year},
    {'M', 1, 4, TIME_DATE, put_month},         {'d', 1, 2, TIME_DATE, put_day},
    {'D', 1, 3, TIME_DATE, put_day_of_year},   {'E', 1, 4, TIME_DATE, put_week_day},
    {'a', 1, 1, TIME_CLOCK, put_half},         {'H', 1, 2, TIME_CLOCK, put_hour},
    {'h', 1, 2, TIME_CLOCK, put_hour_of_half}, {'m', 1, 2, TIME_CLOCK, put_minute},
    {'s', 1, 2, TIME_CLOCK, put_second},       {'S', 1, 9, TIME_CLOCK, put_fraction},
    {'X', 1, 3, TIME_ZONE, put_offset_or_z},   {'x', 1, 3, TIME_ZONE, put_offset},
    {'Z', 1, 3, TIME_ZONE, put_plain_offset},  {'z', 1, 3, TIME_ZONE, put_label},
    {'V', 2, 2, TIME_ZONE, put_zone},
};

static const struct letter *find(char c)
{
    for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
        if (letters[i].letter == c)
            return &letters[i];
    return NULL;
}

static int run_of(const char *p)
{
    int n = 1;

    while (p[n] == *p)
        n++;
    return n;
}

/* --- checked --- */

static enum err_code expect(const char *what, const char *p, struct err *e)
{
    return err_set(e, ERR_USAGE, "expected %s, found \"%s\"", what, p);
}

static enum err_code check_letters(const char *p, unsigned parts, struct err *e)
{
    const struct letter *l = find(*p);
    int n = run_of(p);

    if (!l)
        return expect("one of y M d D E H h a m s S X x Z z VV, or a text in quotes", p, e);
    if (!(l->parts & parts))
        return expect(parts & TIME_DATE ? "letters of a date, such as yyyy-MM-dd"
                                        : "letters of a time of day, such as HH:mm:ss",
                      p, e);
    if (n < l->least || n > l->most)
        return err_set(e, ERR_USAGE, "expected %d to %d times %c, found \"%s\"", l->least,
                       l->most, *p, p);
    return ERR_OK;
}

/* The end of the quote or the text in quotes that begins at p; NULL: it has none. */
static const char *quoted_end(const char *p)
{
    for (p++; *p; p++) {
        if (*p == '\'' && p[1] != '\'')
            return p + 1;
        p += *p == '\'';
    }
    return NULL;
}

/* *next is behind what stands at p. */
static enum err_code check_one(const char *p, unsigned parts, const char **next,
                               struct err *e)
{
    *next = p + 1;
    if (*p == '\'') {
        *next = quoted_end(p);
        return *next ? ERR_OK : expect("a second ' behind a text in quotes", p, e);
    }
    if (strchr("[]{}#", *p))
        return expect("a text, with [ ] { } # in quotes", p, e);
    if (!isalpha((unsigned char)*p))
        return ERR_OK;
    *next = p + run_of(p);
    return check_letters(p, parts, e);
}

enum err_code time_pattern_check(const char *text, unsigned parts, size_t *at,
                                 struct err *e)
{
    const char *next;

    for (const char *p = text; *p; p = next) {
        *at = (size_t)(p - text);
        TRY(check_one(p, parts, &next, e));
    }
    return ERR_OK;
}

/* --- put --- */

/* From the quote at p to the one before end; two in a row are one, alone too. */
static void put_quoted(const char *p, const char *end, struct buf *out)
{
    if (end == p + 2)
        put_text(out, "'", 1);
    for (p++; p < end - 1; p++) {
        put_text(out, p, 1);
        p += *p == '\'';
    }
}

void time_pattern_put(const char *text, const struct time_fields *f, struct buf *out)
{
    const char *end;

    for (const char *p = text; *p; p = end) {
        const struct letter *l = find(*p);

        end = l ? p + run_of(p) : *p == '\'' ? quoted_end(p) : p + 1;
        if (l)
            l->put(f, run_of(p), out);
        else if (*p == '\'')
            put_quoted(p, end, out);
        else
            put_text(out, p, 1);
    }
}
