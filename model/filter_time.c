/*
 * Quick filters on points and lengths of time.
 *
 *     Instant, ZonedDateTime = [ op ] ( when | "null" )       see model/when.h
 *     LocalDate              = [ op ] ( date | "null" )
 *     LocalTime              = [ op ] ( time | "null" )
 *     Duration, Period       = [ op ] ( ISO 8601 text | "null" )   Period: = and != alone
 *
 * A part of a date or time is a span: = is inside of it, < before it, > behind it. For a
 * ZonedDateTime the server's conditions order equal instants by their zones, so it goes as
 * a formula on its nanoseconds; a Duration and a Period have no conditions at all.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calendar.h"
#include "model/filter_parts.h"

/* --- scales ----------------------------------------------------------------------------
 */

static struct condition *compare_instant(const char *column, enum comparison c, int64_t v)
{
    return condition_compare(column, c, literal_number(LITERAL_TIME, v));
}

static struct condition *equals_instant(const char *column, int64_t v)
{
    return condition_in(column, literal_number(LITERAL_TIME, v));
}

static const char *comparison_text(enum comparison c)
{
    static const char *const texts[] = {[COMPARE_LESS] = "<",
                                        [COMPARE_LESS_EQUAL] = "<=",
                                        [COMPARE_GREATER] = ">",
                                        [COMPARE_GREATER_EQUAL] = ">="};

    return texts[c];
}

/* The nanoseconds of null are the least number of all. */
static struct condition *compare_zoned(const char *column, enum comparison c, int64_t v)
{
    char *text =
        mem_printf("epochNanos(%s) %s %" PRId64 "L", column, comparison_text(c), v);
    struct condition *out = condition_formula(text);

    free(text);
    return out;
}

static struct condition *compare_date(const char *column, enum comparison c, int64_t v)
{
    char text[CALENDAR_TEXT_MAX];

    (void)calendar_date_text(v, text);
    return condition_compare(column, c, literal_text(LITERAL_DATE, text));
}

static struct condition *compare_time(const char *column, enum comparison c, int64_t v)
{
    char text[CALENDAR_TEXT_MAX];

    (void)calendar_time_text(v, 9, text);
    return condition_compare(column, c, literal_text(LITERAL_DATE, text));
}

/* --- points of time --------------------------------------------------------------------
 */

/* Null, or leaves the value at when->p. */
static bool take_null(const struct filter_part *f, struct when_text *when,
                      enum filter_op *op)
{
    when->p = f->text;
    *op = filter_take_op(&when->p);
    return filter_is_null_word(when->p);
}

static enum err_code span_condition(const struct filter_part *f,
                                    const struct filter_scale *s, enum filter_op op,
                                    const struct when_text *when, bool read,
                                    struct when_span span, struct condition **out)
{
    if (!read)
        return filter_fault(f, when->p, when->expected);
    if (*when->p)
        return filter_fault(f, when->p, "nothing behind it");
    *out = filter_span(s, op, span);
    return ERR_OK;
}

enum err_code filter_moment(const struct filter_part *f, struct condition **out)
{
    bool zoned = f->type->kind == FILTER_ZONED;
    struct filter_scale s = {f->column, -INT64_MAX, INT64_MAX,
                             zoned ? compare_zoned : compare_instant,
                             zoned ? NULL : equals_instant};
    struct when_text when = {0};
    struct when_span span = {.first = {.v = 0}};
    enum filter_op op;

    if (take_null(f, &when, &op))
        return filter_null(f, op, out);
    return span_condition(f, &s, op, &when, when_instant(&when, f->now, &span), span, out);
}

enum err_code filter_date(const struct filter_part *f, struct condition **out)
{
    struct filter_scale s = {f->column, INT64_MIN, INT64_MAX, compare_date, NULL};
    struct when_text when = {0};
    struct when_span span = {.first = {.v = 0}};
    enum filter_op op;

    if (take_null(f, &when, &op))
        return filter_null(f, op, out);
    return span_condition(f, &s, op, &when, when_date(&when, f->now, &span), span, out);
}

enum err_code filter_time(const struct filter_part *f, struct condition **out)
{
    struct filter_scale s = {f->column, 0, CALENDAR_DAY * CALENDAR_NANOS - 1, compare_time,
                             NULL};
    struct when_text when = {0};
    struct when_span span = {.first = {.v = 0}};
    enum filter_op op;

    if (take_null(f, &when, &op))
        return filter_null(f, op, out);
    return span_condition(f, &s, op, &when, when_time(&when, &span), span, out);
}

/* --- lengths of time -------------------------------------------------------------------
 */

/* A number with its unit, of those that are left in *units. */
static bool take_part(const char **p, const char **units, bool fraction)
{
    const char *q = *p, *unit;
    size_t digits;

    q += *q == '-' || *q == '+';
    digits = strspn(q, "0123456789");
    q += digits;
    if (fraction && digits > 0 && *q == '.')
        q += 1 + strspn(q + 1, "0123456789");
    unit = *q ? strchr(*units, toupper((unsigned char)*q)) : NULL;
    if (digits == 0 || !unit)
        return false;
    *units = unit + 1;
    *p = q + 1;
    return true;
}

static bool take_parts(const char **p, const char *units, bool fraction)
{
    const char *start = *p;

    while (take_part(p, &units, fraction))
        ;
    return *p != start;
}

/* As java.time.Duration reads it: "PT1H2.5S", "-P1DT2H". */
static bool is_duration(const char *p)
{
    bool days, clock = false;

    p += *p == '-' || *p == '+';
    if (toupper((unsigned char)*p++) != 'P')
        return false;
    days = take_parts(&p, "D", false);
    if (toupper((unsigned char)*p) == 'T') {
        p++;
        clock = take_parts(&p, "HMS", true);
        if (!clock)
            return false;
    }
    return (days || clock) && *p == '\0';
}

/* As java.time.Period reads it: "P1Y2M3D", "P2W". */
static bool is_period(const char *p)
{
    p += *p == '-' || *p == '+';
    if (toupper((unsigned char)*p++) != 'P')
        return false;
    return take_parts(&p, "YMWD", false) && *p == '\0';
}

/* Equality by the server's function that parses the text: null is equal to none. */
static struct condition *length_equals(const char *column, bool equal, const char *parse,
                                       const char *text)
{
    char *formula = mem_printf(equal ? "!isNull(%s) && %s.equals(%s(`%s`))"
                                     : "isNull(%s) || !%s.equals(%s(`%s`))",
                               column, column, parse, text);
    struct condition *c = condition_formula(formula);

    free(formula);
    return c;
}

/* By a literal, since methods that compare may not be called: null is less than all. A text
 * of days alone would be read as a period. */
static struct condition *duration_order(const char *column, enum filter_op op,
                                        const char *text)
{
    char *formula =
        mem_printf("%s %s '%s%s'", column, comparison_text(filter_comparison(op)), text,
                   strpbrk(text, "Tt") ? "" : "T0S");
    struct condition *c = condition_formula(formula);

    free(formula);
    return c;
}

enum err_code filter_duration(const struct filter_part *f, struct condition **out)
{
    struct when_text when = {0};
    enum filter_op op;

    if (take_null(f, &when, &op))
        return filter_null(f, op, out);
    if (!is_duration(when.p))
        return filter_fault(f, when.p, "a duration such as PT1H30M");
    *out = op > FILTER_NOT_EQUAL
               ? duration_order(f->column, op, when.p)
               : length_equals(f->column, op == FILTER_EQUAL, "parseDuration", when.p);
    return ERR_OK;
}

enum err_code filter_period(const struct filter_part *f, struct condition **out)
{
    struct when_text when = {0};
    enum filter_op op;

    if (take_null(f, &when, &op))
        return filter_null(f, op, out);
    if (op > FILTER_NOT_EQUAL)
        return filter_fault(f, f->text, "= or !=: periods have no order");
    if (!is_period(when.p))
        return filter_fault(f, when.p, "a period such as P1Y2M3D");
    *out = length_equals(f->column, op == FILTER_EQUAL, "parsePeriod", when.p);
    return ERR_OK;
}
