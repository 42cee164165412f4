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

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "model/calendar.h"
#include "model/quick_filter.h"
#include "tests/support/condition_text.h"
#include "tests/support/filter_trial.h"
#include "tests/support/program.h"

#define NO_ORDER INT32_MIN
#define CELLS 12

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
    return behind ? strncasecmp(v, plain, n) == 0 : filter_ends_with(v, plain);
}

static bool literal_equals(const struct filter_subject *s, const struct condition *c,
                           const struct literal *l, const struct filter_cell *v)
{
    char text[400];

    switch (l->kind) {
    case LITERAL_LONG:
        assert_true(s->family == WHOLES ||
                    strcmp(s->java_type, "java.math.BigInteger") == 0);
        (void)snprintf(text, sizeof(text), "%lld", (long long)l->number);
        return filter_compare_numbers(text, v->text) == 0;
    case LITERAL_DOUBLE:
        assert_int_equal(s->family, REALS);
        (void)snprintf(text, sizeof(text), "%.16f", l->real);
        return filter_real(s, text) == v->real;
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
static int order_of(const struct filter_subject *s, const struct literal *l,
                    const struct filter_cell *v)
{
    char text[CALENDAR_TEXT_MAX];
    double bound;

    switch (s->family) {
    case REALS:
        assert_int_equal(l->kind, LITERAL_DIGITS);
        bound = filter_real(s, l->text);
        return isnan(v->real) ? NO_ORDER : v->real < bound ? -1 : v->real > bound;
    case WHOLES:
        assert_null(strpbrk(l->text, ".eE"));
        return filter_compare_numbers(v->text, l->text);
    case BIGS:
        assert_int_equal(l->kind, LITERAL_DIGITS);
        return filter_compare_numbers(v->text, l->text);
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

static bool compare_holds(const struct filter_subject *s, const struct condition *c,
                          const struct filter_cell *v)
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

static bool holds(const struct filter_subject *s, const struct condition *c,
                  const struct filter_cell *v)
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

/* --- one trial --- */

static void try_one(struct prng *p, const struct filter_subject *s,
                    const struct when_now *now)
{
    struct quick_filter_column column = {"X", s->java_type};
    struct filter_trial t = filter_trial_make(p, s, now->zone);
    struct condition *c = NULL;
    struct err e;
    size_t at;

    if (quick_filter_parse(t.text, &column, now, &c, &at, &e) != ERR_OK)
        fail_msg("%s '%s': %s", s->java_type, t.text, e.msg);
    for (size_t i = 0; i < CELLS; i++) {
        struct filter_cell v = filter_trial_cell(p, &t);
        bool expected = filter_trial_fits(&t, &v);

        if (holds(s, c, &v) != expected)
            fail_msg("%s '%s' on %s%s (%lld, %.17g): %s, as %s", s->java_type, t.text,
                     v.null ? "null " : "", v.text ? v.text : "", (long long)v.i, v.real,
                     expected ? "should fit" : "should not", condition_short_text(c));
    }
    condition_free(c);
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
        try_one(&p, &filter_subjects[i % (filter_subjects_plain)],
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
