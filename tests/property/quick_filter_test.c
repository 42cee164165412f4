/*
 * Random filters on random values, decided twice: a slow model does what the text says, and
 * the condition that was made of the text is evaluated as the server does it: IN inverted
 * keeps nulls, CONTAINS and MATCHES inverted drop them, null is less than everything, NaN
 * is in no order, a double literal has 16 decimals. What is to be a formula is not here:
 * e2e/quick_filter asks the server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "model/calendar.h"
#include "model/quick_filter.h"
#include "tests/support/condition_text.h"
#include "tests/support/program.h"

#define QUARTER 900
#define NO_ORDER INT32_MIN
#define PLACES 60 /* digits on either side of a point that the model keeps */

enum family { WHOLES, REALS, BIGS, TEXTS, CHARS, BOOLS, INSTANTS, DATES, TIMES };

struct subject {
    const char *java_type;
    enum family family;
};

static const struct subject subjects[] = {
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
};

/* A cell: the member of its family. Numbers other than reals are texts. */
struct cell {
    bool null;
    double real;
    int64_t i; /* INSTANTS, DATES, TIMES, BOOLS */
    const char *text;
};

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

/* --- the model: numbers as sign and digits on both sides of a point ---------------------
 */

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

static int compare_fixed(const char *a, const char *b)
{
    struct fixed x = fixed_of(a), y = fixed_of(b);
    int order = strcmp(x.digits, y.digits);

    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    return x.negative ? -order : order;
}

/* --- what a component says --------------------------------------------------------------
 */

enum says { SAYS_NULL, SAYS_NAN, SAYS_INFINITY, SAYS_VALUE };
enum shape { SHAPE_EQUALS, SHAPE_CONTAINS, SHAPE_STARTS, SHAPE_ENDS };

struct component {
    char text[160];
    int op; /* as the texts in ops */
    enum says says;
    enum shape shape;
    bool exact, negative;
    char operand[96];
    struct cell first, last; /* of a time: the span that it is */
};

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

static double real_of(const struct subject *s, const char *text)
{
    return strcmp(s->java_type, "float") == 0 ? (double)strtof(text, NULL)
                                              : strtod(text, NULL);
}

static bool real_fits(const struct subject *s, const struct component *c, double v)
{
    double bound = c->says == SAYS_INFINITY ? (c->negative ? -INFINITY : INFINITY)
                                            : real_of(s, c->operand);

    if (c->says == SAYS_NAN)
        return isnan(v) ? c->op == OP_EQUAL : c->op == OP_NOT;
    if (isnan(v))
        return c->op == OP_NOT;
    return order_fits(c->op, v < bound ? -1 : v > bound);
}

static bool ends_with(const char *text, const char *end,
                      bool (*same)(const char *, size_t, const char *))
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && same(text + n - m, m, end);
}

static bool same_ignoring_case(const char *a, size_t n, const char *b)
{
    return strlen(b) == n && strncasecmp(a, b, n) == 0;
}

static bool text_fits(const struct component *c, const char *v)
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
        yes = ends_with(v, c->operand, same_ignoring_case);
    else
        yes = strcasestr(v, c->operand) != NULL;
    return yes == (c->op == OP_EQUAL);
}

/* < its first, > its last, inside of both. */
static bool span_fits(const struct component *c, int64_t v)
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

static bool component_fits(const struct subject *s, const struct component *c,
                           const struct cell *v)
{
    if (c->says == SAYS_NULL)
        return v->null == (c->op == OP_EQUAL);
    if (v->null)
        return c->op == OP_NOT || c->op == OP_LESS || c->op == OP_AT_MOST;
    switch (s->family) {
    case WHOLES:
    case BIGS:
        return c->says == SAYS_VALUE ? order_fits(c->op, compare_fixed(v->text, c->operand))
                                     : c->op == OP_NOT;
    case REALS:
        return real_fits(s, c, v->real);
    case TEXTS:
        return text_fits(c, v->text);
    case CHARS:
        return order_fits(c->op, (unsigned char)*v->text - (unsigned char)*c->operand);
    case BOOLS:
        return (v->i == (*c->operand == 't')) == (c->op == OP_EQUAL);
    default:
        return span_fits(c, v->i);
    }
}

/* --- the server's ways ------------------------------------------------------------------
 */

/* Our patterns: perhaps (?iu), perhaps .*, \Q..\E once or more, perhaps .*. */
static bool pattern_fits(const char *p, const char *v)
{
    char plain[256] = "";
    bool before, behind;
    size_t n = 0;

    before = strncmp(p, ".*", 2) == 0;
    p += before ? 2 : 0;
    while (strncmp(p, "\\Q", 2) == 0 || strncmp(p, "\\\\E", 3) == 0) {
        if (p[1] == '\\') { /* an E behind a backslash that is one */
            n += (size_t)sprintf(plain + n, "\\E");
            p += 3;
            continue;
        }
        for (p += 2; strncmp(p, "\\E", 2) != 0; p++)
            plain[n++] = *p;
        plain[n] = '\0';
        p += 2;
    }
    behind = strcmp(p, ".*") == 0;
    assert_true(behind || *p == '\0');
    if (before && behind)
        return strcasestr(v, plain);
    return behind ? strncasecmp(v, plain, n) == 0 : ends_with(v, plain, same_ignoring_case);
}

static bool literal_equals(const struct subject *s, const struct condition *c,
                           const struct literal *l, const struct cell *v)
{
    char text[400];

    switch (l->kind) {
    case LITERAL_LONG:
        assert_true(s->family == WHOLES ||
                    strcmp(s->java_type, "java.math.BigInteger") == 0);
        (void)snprintf(text, sizeof(text), "%lld", (long long)l->number);
        return compare_fixed(text, v->text) == 0;
    case LITERAL_DOUBLE:
        assert_int_equal(s->family, REALS);
        (void)snprintf(text, sizeof(text), "%.16f", l->real);
        return real_of(s, text) == v->real;
    case LITERAL_TEXT:
        assert_int_equal(s->family, TEXTS);
        return (c->ignores_case ? strcasecmp : strcmp)(l->text, v->text) == 0;
    case LITERAL_CHAR:
        assert_int_equal(s->family, CHARS);
        return strcmp(l->text, v->text) == 0;
    case LITERAL_BOOL:
        assert_int_equal(s->family, BOOLS);
        return l->number == v->i;
    case LITERAL_TIME:
        assert_int_equal(s->family, INSTANTS);
        return l->number == v->i;
    default:
        fail_msg("the server takes no such literal for equality: %d", (int)l->kind);
        return false;
    }
}

/* How a value that is not null stands to a literal; NO_ORDER: in none. */
static int order_of(const struct subject *s, const struct literal *l, const struct cell *v)
{
    char text[CALENDAR_TEXT_MAX];
    double bound;

    switch (s->family) {
    case REALS:
        assert_int_equal(l->kind, LITERAL_DIGITS);
        bound = real_of(s, l->text);
        return isnan(v->real) ? NO_ORDER : v->real < bound ? -1 : v->real > bound;
    case WHOLES:
        assert_null(strpbrk(l->text, ".eE"));
        return compare_fixed(v->text, l->text);
    case BIGS:
        assert_int_equal(l->kind, LITERAL_DIGITS);
        return compare_fixed(v->text, l->text);
    case CHARS:
        assert_int_equal(l->kind, LITERAL_CHAR);
        return (unsigned char)*v->text - (unsigned char)*l->text;
    case INSTANTS:
        assert_int_equal(l->kind, LITERAL_TIME);
        return v->i < l->number ? -1 : v->i > l->number;
    case DATES:
        assert_int_equal(l->kind, LITERAL_DATE);
        (void)calendar_date_text(v->i, text);
        return strcmp(text, l->text);
    default:
        assert_int_equal(l->kind, LITERAL_DATE);
        (void)calendar_time_text(v->i, 9, text);
        return strcmp(text, l->text);
    }
}

static bool compare_holds(const struct subject *s, const struct condition *c,
                          const struct cell *v)
{
    int order = v->null ? -1 : order_of(s, &c->literals[0], v);

    if (order == NO_ORDER)
        return false;
    switch (c->comparison) {
    case COMPARE_LESS:
        return order < 0;
    case COMPARE_LESS_EQUAL:
        return order <= 0;
    case COMPARE_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool holds(const struct subject *s, const struct condition *c, const struct cell *v)
{
    bool all = c->kind == CONDITION_ALL;

    switch (c->kind) {
    case CONDITION_ALL:
    case CONDITION_ANY:
        for (size_t i = 0; i < c->n_children; i++)
            if (holds(s, c->children[i], v) != all)
                return !all;
        return all;
    case CONDITION_IN:
        return (!v->null && literal_equals(s, c, &c->literals[0], v)) != c->inverted;
    case CONDITION_COMPARE:
        return compare_holds(s, c, v);
    case CONDITION_IS_NULL:
        return v->null != c->inverted;
    case CONDITION_CONTAINS:
        return !v->null && (strcasestr(v->text, c->text) != NULL) != c->inverted;
    case CONDITION_MATCHES:
        return !v->null && pattern_fits(c->text, v->text) != c->inverted;
    case CONDITION_NAN:
        return (!v->null && isnan(v->real)) != c->inverted;
    case CONDITION_NONE:
        return false;
    default:
        fail_msg("no filter of this type is made of that: %d", (int)c->kind);
        return false;
    }
}

/* --- random texts -----------------------------------------------------------------------
 */

#define PICK(p, list) ((list)[prng_below((p), sizeof(list) / sizeof(*(list)))])

static void put_op(struct prng *p, struct component *c, bool orders)
{
    c->op = (int)prng_below(p, orders ? 6 : 2);
    (void)snprintf(c->text, sizeof(c->text), "%s", ops[c->op][prng_below(p, 3)]);
}

static void put_text(struct component *c, const char *text)
{
    size_t n = strlen(c->text);

    (void)snprintf(c->text + n, sizeof(c->text) - n, "%s", text);
}

static void say_null(struct prng *p, struct component *c)
{
    static const char *const words[] = {"null", "=null", "= null"};
    static const char *const nots[] = {"!null", "!=null", "!= null"};

    c->says = SAYS_NULL;
    c->op = (int)prng_below(p, 2);
    (void)snprintf(c->text, sizeof(c->text), "%s",
                   c->op == OP_EQUAL ? PICK(p, words) : PICK(p, nots));
}

static void say_number(struct prng *p, const struct subject *s, struct component *c)
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

static void say_text(struct prng *p, struct component *c)
{
    static const char *const parts[] = {"foo", "FO", "x",   "a", "oo",
                                        "nul", "q",  "\\E", "\""};

    c->says = SAYS_VALUE;
    c->op = (int)prng_below(p, 2);
    c->exact = prng_below(p, 3) == 0;
    c->shape = c->exact ? SHAPE_EQUALS : (enum shape)prng_below(p, 4);
    (void)snprintf(c->operand, sizeof(c->operand), "%s", PICK(p, parts));
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
static void say_time(struct prng *p, const struct subject *s, const struct zone *z,
                     struct component *c)
{
    int64_t month = 1 + (int64_t)prng_below(p, 12), day = 1 + (int64_t)prng_below(p, 28);
    int64_t year = 2025 + (int64_t)prng_below(p, 2), second = (int64_t)prng_below(p, 86400);
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

static void make_component(struct prng *p, const struct subject *s, const struct zone *z,
                           struct component *c)
{
    *c = (struct component){.says = SAYS_VALUE};
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
        say_text(p, c);
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

/* How many of the whole numbers the type can hold. */
static size_t n_wholes(const char *java_type)
{
    return *java_type == 'b' ? 7 : *java_type == 's' ? 10 : *java_type == 'i' ? 11 : 13;
}

static void make_cell(struct prng *p, const struct subject *s, const struct component *near,
                      struct cell *v)
{
    static const int64_t steps[] = {-1, 0, 1, -CALENDAR_NANOS, CALENDAR_NANOS};

    *v = (struct cell){.null = prng_below(p, 8) == 0};
    switch (s->family) {
    case WHOLES:
        v->text = wholes[prng_below(p, n_wholes(s->java_type))];
        return;
    case BIGS:
        v->text = strcmp(s->java_type, "java.math.BigInteger") == 0 ? PICK(p, bigs)
                                                                    : PICK(p, decimals);
        return;
    case REALS:
        v->real = prng_below(p, 8) == 0   ? (prng_below(p, 2) ? NAN : INFINITY)
                  : prng_below(p, 8) == 0 ? -INFINITY
                                          : PICK(p, reals);
        if (strcmp(s->java_type, "float") == 0)
            v->real = (double)(float)v->real;
        return;
    case TEXTS:
        v->text = PICK(p, texts);
        return;
    case CHARS:
        v->text = PICK(p, chars);
        return;
    case BOOLS:
        v->i = (int64_t)prng_below(p, 2);
        return;
    default: /* at one of the ends of the span, or next to it */
        v->i = (prng_below(p, 2) ? near->first.i : near->last.i);
        v->i += s->family == DATES ? PICK(p, steps) % 2 : PICK(p, steps);
        if (s->family == TIMES && (v->i < 0 || v->i >= CALENDAR_DAY * CALENDAR_NANOS))
            v->i = 0;
        return;
    }
}

/* --- one trial --------------------------------------------------------------------------
 */

enum { MOST = 4, CELLS = 12 };

static bool fits(const struct subject *s, const struct component *c, const bool *starts_or,
                 size_t n, const struct cell *v)
{
    bool any = false, all = true;

    for (size_t i = 0; i < n; i++) {
        if (starts_or[i]) {
            any = any || all;
            all = true;
        }
        all = all && component_fits(s, &c[i], v);
    }
    return any || all;
}

static void try_one(struct prng *p, const struct subject *s, const struct when_now *now)
{
    struct quick_filter_column column = {"X", s->java_type};
    struct component c[MOST];
    bool starts_or[MOST] = {false};
    size_t n = 1 + prng_below(p, MOST), at;
    struct condition *condition = NULL;
    char text[MOST * 170] = "";
    struct err e;

    for (size_t i = 0; i < n; i++) {
        make_component(p, s, now->zone, &c[i]);
        starts_or[i] = i > 0 && prng_below(p, 2);
        (void)strcat(text, i == 0 ? "" : starts_or[i] ? " || " : "&& ");
        (void)strcat(text, c[i].text);
        (void)strcat(text, " ");
    }
    if (quick_filter_parse(text, &column, now, &condition, &at, &e) != ERR_OK)
        fail_msg("%s '%s': %s", s->java_type, text, e.msg);
    for (size_t i = 0; i < CELLS; i++) {
        struct cell v;
        bool expected;

        make_cell(p, s, &c[prng_below(p, n)], &v);
        expected = fits(s, c, starts_or, n, &v);
        if (holds(s, condition, &v) != expected)
            fail_msg("%s '%s' on %s%s (%lld, %.17g): %s, as %s", s->java_type, text,
                     v.null ? "null " : "", v.text ? v.text : "", (long long)v.i, v.real,
                     expected ? "should fit" : "should not",
                     condition_short_text(condition));
    }
    condition_free(condition);
}

static void filters_select_what_their_text_says(void **state)
{
    struct prng p = prng_start();
    size_t rounds = program_rounds(4000);
    struct zone *zone = NULL;
    struct err e;

    (void)state;
    if (zone_open("Europe/Vienna", &zone, &e) != ERR_OK)
        skip(); /* no time zone data on this machine */
    for (size_t i = 0; i < rounds; i++)
        try_one(&p, &subjects[i % (sizeof(subjects) / sizeof(*subjects))],
                &(struct when_now){zone, INT64_C(1795179791) * CALENDAR_NANOS});
    zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_select_what_their_text_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
