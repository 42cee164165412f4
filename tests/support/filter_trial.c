#include "tests/support/filter_trial.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/calendar.h"

#define QUARTER 900
#define PLACES 60 /* digits on either side of a point that the model keeps */
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

const struct filter_subject filter_subjects[] = {
    {"byte", WHOLES},
    {"short", WHOLES},
    {"int", WHOLES},
    {"long", WHOLES},
    {"float", REALS},
    {"double", REALS},
    {"java.math.BigInteger", BIGS},
    {"java.math.BigDecimal", BIGS},
    {"java.lang.String", TEXTS},
    {"char", CHARS},
    {"java.lang.Boolean", BOOLS},
    {"java.time.Instant", INSTANTS},
    {"java.time.LocalDate", DATES},
    {"java.time.LocalTime", TIMES},
    {"java.time.ZonedDateTime", INSTANTS},
    {"java.time.Duration", DURATIONS},
    {"java.time.Period", PERIODS},
    {"java.util.UUID", UUIDS},
};

const size_t filter_subjects_len = sizeof(filter_subjects) / sizeof(*filter_subjects);
const size_t filter_subjects_plain = sizeof(filter_subjects) / sizeof(*filter_subjects) - 4;

static const char *const wholes[] = {"0",
                                     "1",
                                     "-1",
                                     "2",
                                     "5",
                                     "127",
                                     "-127",
                                     "300",
                                     "32767",
                                     "-32767",
                                     "2147483647",
                                     "9223372036854775807",
                                     "9007199254740993"};
static const char *const bigs[] = {"0",
                                   "1",
                                   "-1",
                                   "5",
                                   "12345678901234567890",
                                   "-12345678901234567890",
                                   "9223372036854775808"};
static const char *const decimals[] = {"0",    "1.5", "1.50",   "-0.25",
                                       "5.00", "5",   "-7.125", "12345678901234567890.123"};
static const double reals[] = {0.0,   -0.0,  1.5,        -1.5, 0.1,  5,
                               1e-20, 1e300, 123456.789, -1e9, 1e15, 0.3333333333333333,
                               5e-324};
static const char *const texts[] = {"",      " ",      "foo", "Foo",   "FOO*", "*foo",
                                    "null",  "=x",     "!x",  "~",     "a||b", "a&&b",
                                    "afoob", "\\null", "fo",  "foo\n", "\\E",  "\"q\""};
static const char *const chars[] = {"a", "A", "=", "!", "\"", " ", "&", "<", "z"};

static const char *const uuids[] = {
    "00000000-0000-0000-0000-000000000000", "123e4567-e89b-12d3-a456-426614174000",
    "0f8fad5b-d9cb-469f-a165-70867728950e", "ffffffff-ffff-ffff-ffff-ffffffffffff"};

/* Some of the same length in other words. */
static const struct length {
    const char *text;
    int64_t i; /* nanoseconds; of a period years, months and days in hundreds */
} durations[] =
    {
        {"PT0S", 0},
        {"PT1H", 3600 * CALENDAR_NANOS},
        {"PT60M", 3600 * CALENDAR_NANOS},
        {"PT1.5S", 3 * CALENDAR_NANOS / 2},
        {"-PT1.5S", -3 * CALENDAR_NANOS / 2},
        {"P1D", CALENDAR_DAY *CALENDAR_NANOS},
        {"PT24H", CALENDAR_DAY *CALENDAR_NANOS},
        {"P1DT0.000000001S", CALENDAR_DAY *CALENDAR_NANOS + 1},
        {"-P2D", -2 * CALENDAR_DAY *CALENDAR_NANOS},
},
  periods[] = {
      {"P0D", 0},  {"P1Y", 10000}, {"P12M", 1200}, {"P1Y2M3D", 10203},
      {"P2W", 14}, {"P14D", 14},   {"-P1D", -1},   {"P-1D", -1},
};

/* --- the model: numbers as sign and digits on both sides of a point --- */

struct fixed {
    bool negative;
    char digits[2 * PLACES + 1];
};

static struct fixed fixed_of(const char *text)
{
    struct fixed f = {.negative = *text == '-'};
    const char *e = strpbrk(text, "eE");
    int exponent = e ? atoi(e + 1) : 0, point = 0, seen = 0;

    memset(f.digits, '0', 2 * PLACES);
    text += *text == '-';
    for (const char *p = text; *p && *p != 'e' && *p != 'E' && *p != '.'; p++)
        point += isdigit((unsigned char)*p) != 0;
    for (const char *p = text; *p && *p != 'e' && *p != 'E'; p++) {
        if (isdigit((unsigned char)*p))
            f.digits[PLACES - point - exponent + seen++] = *p;
    }
    if (strspn(f.digits, "0") == 2 * PLACES)
        f.negative = false;
    return f;
}

int filter_compare_numbers(const char *a, const char *b)
{
    struct fixed x = fixed_of(a), y = fixed_of(b);
    int order = strcmp(x.digits, y.digits);

    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    return x.negative ? -order : order;
}

/* --- what a component says --------------------------------------------------------------
 */

enum { OP_EQUAL, OP_NOT, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST };
static const char *const ops[][3] = {{"", "=", "= "},  {"!", "!=", "!= "},
                                     {"<", "< ", "<"}, {"<=", "=<", "<="},
                                     {">", "> ", ">"}, {">=", "=>", ">="}};

static bool order_fits(int op, int order)
{
    switch (op) {
    case OP_EQUAL:
        return order == 0;
    case OP_NOT:
        return order != 0;
    case OP_LESS:
        return order < 0;
    case OP_AT_MOST:
        return order <= 0;
    case OP_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

double filter_real(const struct filter_subject *s, const char *text)
{
    return strcmp(s->java_type, "float") == 0 ? (double)strtof(text, NULL)
                                              : strtod(text, NULL);
}

static bool real_fits(const struct filter_subject *s, const struct filter_component *c,
                      double v)
{
    double bound = c->says == SAYS_INFINITY ? (c->negative ? -INFINITY : INFINITY)
                                            : filter_real(s, c->operand);

    if (c->says == SAYS_NAN)
        return isnan(v) ? c->op == OP_EQUAL : c->op == OP_NOT;
    if (isnan(v))
        return c->op == OP_NOT;
    return order_fits(c->op, v < bound ? -1 : v > bound);
}

/* Ignoring case. */
bool filter_ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcasecmp(text + n - m, end) == 0;
}

static bool text_fits(const struct filter_component *c, const char *v)
{
    bool yes = false;
    size_t n = strlen(c->operand);

    if (c->exact)
        yes = strcmp(v, c->operand) == 0;
    else if (c->shape == SHAPE_EQUALS)
        yes = strcasecmp(v, c->operand) == 0;
    else if (c->shape == SHAPE_STARTS)
        yes = strncasecmp(v, c->operand, n) == 0;
    else if (c->shape == SHAPE_ENDS)
        yes = filter_ends_with(v, c->operand);
    else
        yes = strcasestr(v, c->operand) != NULL;
    return yes == (c->op == OP_EQUAL);
}

/* < its first, > its last, inside of both. */
static bool span_fits(const struct filter_component *c, int64_t v)
{
    int64_t a = c->first.i, b = c->last.i;

    switch (c->op) {
    case OP_EQUAL:
        return v >= a && v <= b;
    case OP_NOT:
        return v < a || v > b;
    case OP_LESS:
        return v < a;
    case OP_AT_MOST:
        return v <= b;
    case OP_MORE:
        return v > b;
    default:
        return v >= a;
    }
}

static bool component_fits(const struct filter_subject *s, const struct filter_component *c,
                           const struct filter_cell *v)
{
    if (c->says == SAYS_NULL)
        return v->null == (c->op == OP_EQUAL);
    if (v->null)
        return c->op == OP_NOT || c->op == OP_LESS || c->op == OP_AT_MOST;
    switch (s->family) {
    case WHOLES:
    case BIGS:
        return c->says == SAYS_VALUE
                   ? order_fits(c->op, filter_compare_numbers(v->text, c->operand))
                   : c->op == OP_NOT;
    case REALS:
        return real_fits(s, c, v->real);
    case TEXTS:
    case UUIDS:
        return text_fits(c, v->text);
    case CHARS:
        return order_fits(c->op, (unsigned char)*v->text - (unsigned char)*c->operand);
    case BOOLS:
        return (v->i == (*c->operand == 't')) == (c->op == OP_EQUAL);
    default:
        return span_fits(c, v->i);
    }
}

/* --- random texts --- */

#define PICK(p, list) ((list)[prng_below((p), sizeof(list) / sizeof(*(list)))])

static void put_op(struct prng *p, struct filter_component *c, bool orders)
{
    c->op = (int)prng_below(p, orders ? 6 : 2);
    (void)snprintf(c->text, sizeof(c->text), "%s", ops[c->op][prng_below(p, 3)]);
}

static void put_text(struct filter_component *c, const char *text)
{
    size_t n = strlen(c->text);

    (void)snprintf(c->text + n, sizeof(c->text) - n, "%s", text);
}

static void say_null(struct prng *p, struct filter_component *c)
{
    static const char *const words[] = {"null", "=null", "= null"};
    static const char *const nots[] = {"!null", "!=null", "!= null"};

    c->says = SAYS_NULL;
    c->op = (int)prng_below(p, 2);
    (void)snprintf(c->text, sizeof(c->text), "%s",
                   c->op == OP_EQUAL ? PICK(p, words) : PICK(p, nots));
}

static void say_number(struct prng *p, const struct filter_subject *s,
                       struct filter_component *c)
{
    static const char *const others[] = {"1.5",  "-1.5",  ".5",   "-0.25", "1e2",
                                         "300",  "-128",  "1e25", "-1e25", "5.000",
                                         "2e-1", "1e-20", "-0",   "128",   "15e-1"};
    bool word = prng_below(p, 8) == 0;
    char digits[64];

    put_op(p, c, !word);
    if (word) {
        c->says = prng_below(p, 2) ? SAYS_NAN : SAYS_INFINITY;
        c->negative = c->says == SAYS_INFINITY && prng_below(p, 2);
        put_text(c, c->says == SAYS_NAN ? "NaN" : c->negative ? "-inf" : "inf");
        return;
    }
    c->says = SAYS_VALUE;
    if (s->family == REALS && prng_below(p, 2)) {
        (void)snprintf(digits, sizeof(digits), "%.17g", PICK(p, reals));
        if (strchr(digits, 'e') && atoi(strchr(digits, 'e') + 1) < -30)
            (void)snprintf(digits, sizeof(digits), "1e-30");
        if (strstr(digits, "e+"))
            (void)snprintf(digits, sizeof(digits), "123456.789");
    } else {
        (void)snprintf(digits, sizeof(digits), "%s",
                       prng_below(p, 2)   ? PICK(p, others)
                       : prng_below(p, 2) ? PICK(p, decimals)
                                          : PICK(p, wholes));
    }
    (void)snprintf(c->operand, sizeof(c->operand), "%s", digits);
    put_text(c, digits);
}

static void say_text(struct prng *p, const struct filter_subject *s,
                     struct filter_component *c)
{
    static const char *const parts[] = {"foo", "FO", "x",   "a", "oo",
                                        "nul", "q",  "\\E", "\""};
    static const char *const halves[] = {"0", "0000", "-E89B-", "f", "4000", "950e"};
    const char *part = s->family == TEXTS ? PICK(p, parts)
                       : prng_below(p, 2) ? PICK(p, halves)
                                          : PICK(p, uuids);

    c->says = SAYS_VALUE;
    c->op = (int)prng_below(p, 2);
    c->exact = prng_below(p, 3) == 0;
    c->shape = c->exact ? SHAPE_EQUALS : (enum filter_shape)prng_below(p, 4);
    (void)snprintf(c->operand, sizeof(c->operand), "%s", part);
    if (c->exact)
        (void)snprintf(c->text, sizeof(c->text), "%s\"%s\"", c->op ? "!=" : "=",
                       c->operand);
    else if (c->shape == SHAPE_CONTAINS && prng_below(p, 2))
        (void)snprintf(c->text, sizeof(c->text), "%s%s", c->op ? "!~" : "~", c->operand);
    else
        (void)snprintf(c->text, sizeof(c->text), "%s%s%s%s", c->op ? "!" : "=",
                       c->shape == SHAPE_ENDS || c->shape == SHAPE_CONTAINS ? "*" : "",
                       c->operand,
                       c->shape == SHAPE_STARTS || c->shape == SHAPE_CONTAINS ? "*" : "");
}

static void say_length(struct prng *p, const struct filter_subject *s,
                       struct filter_component *c)
{
    struct length l = s->family == DURATIONS ? PICK(p, durations) : PICK(p, periods);

    put_op(p, c, s->family == DURATIONS);
    put_text(c, l.text);
    c->first.i = c->last.i = l.i;
}

/* The first instant at which the clocks show a time, or more. */
static int64_t instant_of(const struct zone *z, int64_t local)
{
    int64_t start = calendar_floor_div(local, QUARTER) * QUARTER;

    for (int64_t t = start - 50 * 3600;; t += QUARTER) {
        int64_t shown = t + zone_offset(z, t);

        if (shown >= start)
            return shown == start ? t + local - start : t;
    }
}

/* A date or time of a random length, from fields that are kept apart. */
static void say_time(struct prng *p, const struct filter_subject *s, const struct zone *z,
                     struct filter_component *c)
{
    static const int64_t months[] = {3, 10, 11, 12}, days[] = {1, 25, 26, 29, 30};
    static const int64_t hours[] = {0, 1, 2, 3, 14, 23}, parts[] = {0, 3, 11, 59};
    int64_t month = PICK(p, months), day = PICK(p, days);
    int64_t year = 2025 + (int64_t)prng_below(p, 2);
    int64_t second = PICK(p, hours) * 3600 + PICK(p, parts) * 60 + PICK(p, parts);
    int fields = s->family == DATES   ? 1 + (int)prng_below(p, 3)
                 : s->family == TIMES ? 4 + (int)prng_below(p, 3)
                                      : 1 + (int)prng_below(p, 6);
    int64_t first =
        calendar_days(year, fields > 1 ? (int)month : 1, fields > 2 ? (int)day : 1);
    int64_t unit = fields == 4 ? 3600 : fields == 5 ? 60 : 1, last;

    c->says = SAYS_VALUE;
    put_op(p, c, true);
    if (s->family != TIMES)
        put_text(c, (char[5]){(char)('0' + year / 1000), (char)('0' + year / 100 % 10),
                              (char)('0' + year / 10 % 10), (char)('0' + year % 10)});
    if (fields > 1 && s->family != TIMES) {
        (void)snprintf(c->operand, sizeof(c->operand), "-%02d", (int)month);
        put_text(c, c->operand);
    }
    if (fields > 2 && s->family != TIMES) {
        (void)snprintf(c->operand, sizeof(c->operand), "-%02d%s", (int)day,
                       fields > 3 ? " " : "");
        put_text(c, c->operand);
    }
    for (int k = 4; k <= fields; k++) {
        static const int64_t seconds[] = {3600, 60, 1}, limits[] = {24, 60, 60};

        (void)snprintf(c->operand, sizeof(c->operand), "%s%02d", k > 4 ? ":" : "",
                       (int)(second / seconds[k - 4] % limits[k - 4]));
        put_text(c, c->operand);
    }
    second -= second % unit;
    last = fields == 1   ? calendar_days(year + 1, 1, 1)
           : fields == 2 ? calendar_days(year + month / 12, (int)(month % 12 + 1), 1)
                         : first + 1;
    if (s->family == DATES) {
        c->first.i = first;
        c->last.i = last - 1;
    } else if (s->family == TIMES) {
        c->first.i = second * CALENDAR_NANOS;
        c->last.i = (second + unit) * CALENDAR_NANOS - 1;
    } else if (fields > 3) {
        c->first.i = instant_of(z, first * CALENDAR_DAY + second) * CALENDAR_NANOS;
        c->last.i =
            instant_of(z, first * CALENDAR_DAY + second + unit) * CALENDAR_NANOS - 1;
    } else {
        c->first.i = instant_of(z, first * CALENDAR_DAY) * CALENDAR_NANOS;
        c->last.i = instant_of(z, last * CALENDAR_DAY) * CALENDAR_NANOS - 1;
    }
}

static void make_component(struct prng *p, const struct filter_subject *s,
                           const struct zone *z, struct filter_component *c)
{
    *c = (struct filter_component){.says = SAYS_VALUE};
    if (prng_below(p, 6) == 0) {
        say_null(p, c);
        return;
    }
    switch (s->family) {
    case WHOLES:
    case REALS:
    case BIGS:
        say_number(p, s, c);
        return;
    case TEXTS:
    case UUIDS:
        say_text(p, s, c);
        return;
    case DURATIONS:
    case PERIODS:
        say_length(p, s, c);
        return;
    case CHARS:
        put_op(p, c, true);
        (void)snprintf(c->operand, sizeof(c->operand), "%s", PICK(p, chars));
        put_text(c, "\"");
        put_text(c, c->operand);
        put_text(c, "\"");
        return;
    case BOOLS:
        put_op(p, c, false);
        (void)snprintf(c->operand, sizeof(c->operand), "%s",
                       prng_below(p, 2) ? "true" : "false");
        put_text(c, prng_below(p, 2) ? c->operand : *c->operand == 't' ? "y" : "0");
        return;
    default:
        say_time(p, s, z, c);
        return;
    }
}

/* --- cells --- */

/* How many of the whole numbers the type can hold. */
static size_t n_wholes(const char *java_type)
{
    return *java_type == 'b' ? 7 : *java_type == 's' ? 10 : *java_type == 'i' ? 11 : 13;
}

static size_t pick_text(const struct filter_subject *s, const char *const **list)
{
    bool integer = strcmp(s->java_type, "java.math.BigInteger") == 0;

    *list = s->family == WHOLES  ? wholes
            : s->family == TEXTS ? texts
            : s->family == CHARS ? chars
            : s->family == UUIDS ? uuids
            : integer            ? bigs
                                 : decimals;
    return s->family == WHOLES  ? n_wholes(s->java_type)
           : s->family == TEXTS ? COUNT(texts)
           : s->family == CHARS ? COUNT(chars)
           : s->family == UUIDS ? COUNT(uuids)
           : integer            ? COUNT(bigs)
                                : COUNT(decimals);
}

/* Around changes of clocks in Vienna, and at ends of days, months and years. */
static size_t time_cell(enum filter_family family, size_t i, struct filter_cell *out)
{
    static const struct {
        int year, month, day;
    } dates[] = {{2025, 1, 1},   {2025, 3, 30}, {2025, 10, 26}, {2025, 11, 30},
                 {2025, 12, 31}, {2026, 1, 1},  {2026, 3, 1},   {2026, 3, 29},
                 {2026, 10, 25}, {2026, 11, 1}, {2026, 12, 31}};
    static const int64_t seconds[] = {0, 3599, 3600, 5400, 7380, 47591, 50400, 86399};
    size_t n = family == DATES   ? COUNT(dates)
               : family == TIMES ? 2 * COUNT(seconds)
                                 : COUNT(dates) * COUNT(seconds);
    size_t d = family == DATES ? i : i / COUNT(seconds), k = i % COUNT(seconds);
    int64_t days;

    if (i >= n)
        return n;
    days = family == TIMES ? 0 : calendar_days(dates[d].year, dates[d].month, dates[d].day);
    out->i = family == DATES ? days
                             : (days * CALENDAR_DAY + seconds[k]) * CALENDAR_NANOS +
                                   (d % 2 ? 999999999 : 0);
    return n;
}

static size_t real_cell(const struct filter_subject *s, size_t i, struct filter_cell *out)
{
    const double ends[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};

    if (i < COUNT(reals))
        out->real = reals[i];
    else if (i < COUNT(reals) + COUNT(ends))
        out->real = ends[i - COUNT(reals)];
    if (strcmp(s->java_type, "float") == 0)
        out->real = (double)(float)out->real;
    return COUNT(reals) + COUNT(ends);
}

static size_t length_cell(enum filter_family family, size_t i, struct filter_cell *out)
{
    const struct length *list = family == DURATIONS ? durations : periods;
    size_t n = family == DURATIONS ? COUNT(durations) : COUNT(periods);

    if (i < n)
        *out = (struct filter_cell){.i = list[i].i, .text = list[i].text};
    return n;
}

bool filter_subject_cell(const struct filter_subject *s, size_t i, struct filter_cell *out)
{
    const char *const *list;
    size_t n;

    *out = (struct filter_cell){.null = i == 0};
    if (i-- == 0)
        return true;
    if (s->family >= INSTANTS)
        return i < time_cell(s->family, i, out);
    if (s->family == DURATIONS || s->family == PERIODS)
        return i < length_cell(s->family, i, out);
    if (s->family == REALS)
        return i < real_cell(s, i, out);
    out->i = s->family == BOOLS && i == 1;
    if (s->family == BOOLS)
        return i < 2;
    n = pick_text(s, &list);
    if (i < n)
        out->text = list[i];
    return i < n;
}

struct filter_cell filter_trial_cell(struct prng *p, const struct filter_trial *t)
{
    static const int64_t steps[] = {-1, 0, 1, -CALENDAR_NANOS, CALENDAR_NANOS};
    const struct filter_component *near = &t->components[prng_below(p, t->n)];
    const struct filter_subject *s = t->subject;
    struct filter_cell v = {.null = prng_below(p, 8) == 0};
    size_t n = 0;

    if (s->family >= INSTANTS) {
        v.i = prng_below(p, 2) ? near->first.i : near->last.i;
        v.i += s->family == DATES ? PICK(p, steps) % 2 : PICK(p, steps);
        if (s->family == TIMES && (v.i < 0 || v.i >= CALENDAR_DAY * CALENDAR_NANOS))
            v.i = 0;
        return v;
    }
    while (filter_subject_cell(s, n, &v))
        n++;
    (void)filter_subject_cell(s, prng_below(p, n), &v);
    return v;
}

/* --- whole filters --- */

struct filter_trial filter_trial_make(struct prng *p, const struct filter_subject *s,
                                      const struct zone *z)
{
    struct filter_trial t = {.subject = s, .n = 1 + prng_below(p, FILTER_TRIAL_MOST)};

    for (size_t i = 0; i < t.n; i++) {
        make_component(p, s, z, &t.components[i]);
        t.starts_or[i] = i > 0 && prng_below(p, 2);
        (void)strcat(t.text, i == 0 ? "" : t.starts_or[i] ? " || " : "&& ");
        (void)strcat(t.text, t.components[i].text);
        (void)strcat(t.text, " ");
    }
    return t;
}

bool filter_trial_fits(const struct filter_trial *t, const struct filter_cell *v)
{
    bool any = false, all = true;

    for (size_t i = 0; i < t->n; i++) {
        if (t->starts_or[i]) {
            any = any || all;
            all = true;
        }
        all = all && component_fits(t->subject, &t->components[i], v);
    }
    return any || all;
}
