/*
 * Random patterns on random numbers. One that is taken is written by its own rules: as many
 * digits as it asks for, commas where it has them, and the number nearest to the value. One
 * that is refused says so at a byte of it. The rules are read from the pattern here once
 * more, in a simpler way.
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

#include "model/value_format.h"
#include "tests/support/program.h"

#define PATTERN_MAX 12

static void make_pattern(struct prng *p, const char *letters, char *out)
{
    size_t n = prng_below(p, PATTERN_MAX);

    for (size_t i = 0; i < n; i++)
        out[i] = letters[prng_below(p, strlen(letters))];
    out[n] = '\0';
}

static double make_number(struct prng *p)
{
    double n = (double)prng_magnitude(p, 40) / (double)(1 + prng_below(p, 1000));

    return prng_below(p, 2) ? -n : n;
}

static size_t count(const char *text, const char *signs)
{
    size_t n = 0;

    for (; *text; text++)
        n += strchr(signs, *text) != NULL;
    return n;
}

/* A pattern of digits alone: what is checked closely. */
static bool is_plain(const char *pattern)
{
    return strspn(pattern, "#0,.") == strlen(pattern);
}

static void check_commas(const char *pattern, const char *text)
{
    const char *point = strchr(text, '.'), *last = strrchr(pattern, ',');
    const char *end = point ? point : text + strlen(text);
    size_t group = last ? strcspn(last + 1, ".") : 0;

    for (const char *p = text + (*text == '-'); p < end; p++)
        if ((*p == ',') != (group > 0 && (size_t)(end - p) % (group + 1) == 0))
            fail_msg("%s: a comma too many or too few in %s", pattern, text);
}

/* Without commas. */
static double number_of(const char *text)
{
    char plain[512];
    size_t n = 0;

    for (; *text && n + 1 < sizeof(plain); text++)
        if (*text != ',')
            plain[n++] = *text;
    plain[n] = '\0';
    return strtod(plain, NULL);
}

static void check_plain(const char *pattern, double v, const char *text)
{
    const char *wanted = strchr(pattern, '.'), *point = strchr(text, '.');
    size_t most = wanted ? strlen(wanted + 1) : 0, found = point ? strlen(point + 1) : 0;
    double unit = pow(10, -(double)most);

    if (found > most || (wanted && count(pattern, "0") && found < count(wanted, "0")))
        fail_msg("%s: %zu digits behind the point of %s", pattern, found, text);
    if (fabs(number_of(text) - v) > unit / 2 * (1 + 1e-9) + fabs(v) * 1e-15)
        fail_msg("%s: %s for %.17g", pattern, text, v);
    check_commas(pattern, text);
}

static void try_pattern(const char *pattern, const struct value *v)
{
    struct value_format *f = NULL;
    struct err e = {.code = ERR_OK};
    struct buf out;
    size_t at = SIZE_MAX;

    if (value_format_parse(pattern, v->type, &f, &at, &e) != ERR_OK) {
        assert_true(at <= strlen(pattern));
        assert_non_null(strstr(e.msg, "expected "));
        return;
    }
    buf_init(&out, 4096);
    value_format_put(f, v, &(struct format_options){.time_digits = 9}, &out);
    assert_true(value_format_point(f, v->type, buf_bytes(&out)) <= out.len);
    (void)buf_append(&out, "", 1, NULL);
    if (v->type->kind == KIND_DOUBLE && is_plain(pattern))
        check_plain(pattern, v->d, (const char *)out.data);
    buf_release(&out);
    value_format_free(f);
}

static void numbers_are_written_by_the_rules_of_their_pattern(void **state)
{
    static const struct type t = {.kind = KIND_DOUBLE};
    struct prng p = prng_start();
    char pattern[PATTERN_MAX + 1];

    (void)state;
    for (size_t i = program_rounds(20000); i > 0; i--) {
        struct value v = {VALUE_SET, &t, .d = make_number(&p)};

        make_pattern(&p, prng_below(&p, 2) ? "##00,." : "#0,.;'E%-x \xe2", pattern);
        try_pattern(pattern, &v);
    }
}

static void any_text_is_a_time_pattern_or_is_refused(void **state)
{
    static const enum kind kinds[] = {KIND_INSTANT, KIND_DATE, KIND_TIME};
    struct prng p = prng_start();
    char pattern[PATTERN_MAX + 1];

    (void)state;
    for (size_t i = program_rounds(20000); i > 0; i--) {
        struct type t = {.kind = kinds[prng_below(&p, 3)]};
        struct value v = {VALUE_SET, &t, .i = (int64_t)prng_next(&p)};

        make_pattern(&p, "yMdDEHhamsSXxZzV''[:-. q", pattern);
        try_pattern(pattern, &v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_by_the_rules_of_their_pattern),
        cmocka_unit_test(any_text_is_a_time_pattern_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
