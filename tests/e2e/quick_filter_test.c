/*
 * Filters as they are typed, on columns of each type of a real server: it evaluates the
 * condition that is made of the text, and the rows that are left are those of a slow model
 * of the text. DHVIEW_SEED repeats a run, DHVIEW_ROUNDS prolongs it.
 */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rpc/channel.h"
#include "model/calendar.h"
#include "model/quick_filter.h"
#include "tests/support/feed_client.h"
#include "tests/support/filter_trial.h"
#include "tests/support/server.h"

#define LIMIT_S 30
#define TABLE "quick_filters"
#define ROWS 100  /* more than any type has cells */
#define FILTERS 4 /* of each type */

static struct recipe *base; /* owned: without a filter */

/* --- a client --- */

static struct viewport all_of_k(void)
{
    return (struct viewport){.rows = rowset_new_range(0, ROWS - 1),
                             .columns = rowset_new_range(0, 0)};
}

static struct feed_client *client_start(void)
{
    struct feed_client *c = feed_client_new(server_address(), LIMIT_S);
    struct viewport v = all_of_k();

    feed_client_show(c, TABLE, &v);
    base = recipe_copy(table_recipe(feed_table(c->feed)));
    viewport_release(&v);
    return c;
}

/* --- the tables --- */

/* The cell as an expression of the server's language; owned. */
static char *text_literal(const char *text)
{
    char *out = mem_calloc(4 * strlen(text) + 3, 1), *p = out;

    *p++ = '`';
    for (; *text; text++)
        p += sprintf(p, "\\%03o", (unsigned)(unsigned char)*text);
    *p = '`';
    return out;
}

static char *called(const char *function, const char *text)
{
    char *literal = text_literal(text);
    char *out = mem_printf("%s(%s)", function, literal);

    free(literal);
    return out;
}

static char *real_expression(const struct filter_subject *s, double v)
{
    const char *type = *s->java_type == 'f' ? "Float" : "Double";

    if (isnan(v))
        return mem_printf("%s.NaN", type);
    if (isinf(v))
        return mem_printf("%s.%s_INFINITY", type, v < 0 ? "NEGATIVE" : "POSITIVE");
    return mem_printf("(%s)%.17gd", s->java_type, v);
}

static char *expression(const struct filter_subject *s, const struct filter_cell *v)
{
    bool integer = strcmp(s->java_type, "java.math.BigInteger") == 0;
    bool zoned = strcmp(s->java_type, "java.time.ZonedDateTime") == 0;
    char text[CALENDAR_TEXT_MAX];

    switch (s->family) {
    case WHOLES:
        return mem_printf("(%s)%sL", s->java_type, v->text);
    case REALS:
        return real_expression(s, v->real);
    case BIGS:
        return called(integer ? "new java.math.BigInteger" : "new java.math.BigDecimal",
                      v->text);
    case TEXTS:
        return text_literal(v->text);
    case CHARS:
        return mem_printf("(char)%d", *v->text);
    case BOOLS:
        return mem_strdup(v->i ? "true" : "false");
    case INSTANTS:
        return mem_printf(zoned ? "toZonedDateTime(epochNanosToInstant(%" PRId64
                                  "L), timeZone(`UTC`))"
                                : "epochNanosToInstant(%" PRId64 "L)",
                          v->i);
    case DURATIONS:
        return called("parseDuration", v->text);
    case PERIODS:
        return called("parsePeriod", v->text);
    case UUIDS:
        return called("java.util.UUID.fromString", v->text);
    case DATES:
        (void)calendar_date_text(v->i, text);
        return called("parseLocalDate", text);
    default:
        (void)calendar_time_text(v->i, 9, text);
        return called("parseLocalTime", text);
    }
}

static char *null_expression(const struct filter_subject *s)
{
    char name[16];

    if (strchr(s->java_type, '.'))
        return mem_printf("(%s)null", s->java_type);
    for (size_t i = 0; i <= strlen(s->java_type); i++)
        name[i] = (char)(s->java_type[i] & ~0x20);
    name[strlen(s->java_type)] = '\0';
    return mem_printf("NULL_%s", name);
}

static size_t cells_of(const struct filter_subject *s)
{
    struct filter_cell v;
    size_t n = 0;

    while (filter_subject_cell(s, n, &v))
        n++;
    assert_in_range(n, 2, ROWS);
    return n;
}

/* The cell of a type in row i: they take turns. */
static struct filter_cell cell_at(const struct filter_subject *s, size_t n, size_t i)
{
    struct filter_cell v;

    assert_true(filter_subject_cell(s, i % n, &v));
    return v;
}

/* X<i>, the cells of the i-th type in turn. Not a chain of conditions, which takes the
 * server's compiler seconds. */
static void write_formula(FILE *f, size_t i)
{
    const struct filter_subject *s = &filter_subjects[i];
    char *null = null_expression(s);
    size_t n = cells_of(s);

    (void)fprintf(f, "r'''X%zu = (new %s[]{", i, s->java_type);
    for (size_t k = 0; k < n; k++) {
        struct filter_cell v = cell_at(s, n, k);
        char *cell = v.null ? mem_strdup(null) : expression(s, &v);

        (void)fprintf(f, "%s%s", k > 0 ? ", " : "", cell);
        free(cell);
    }
    (void)fprintf(f, "})[(int)(ii %% %zu)]''',\n", n);
    free(null);
}

/* Makes the table: K counts its rows, X<i> is a column of the i-th type. */
static void make_table(void)
{
    char path[] = "/tmp/dhview-filter-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");

    assert_non_null(f);
    (void)fprintf(f,
                  "from deephaven import empty_table\n" TABLE
                  " = empty_table(%d).update(['K = ii',\n",
                  ROWS);
    for (size_t i = 0; i < filter_subjects_len; i++)
        write_formula(f, i);
    (void)fputs("])\n", f);
    assert_int_equal(fclose(f), 0);
    server_control("run %s", path);
    assert_int_equal(unlink(path), 0);
}

/* --- one filter --- */

static void apply(struct feed_client *c, const char *column, const char *text,
                  const struct condition *condition)
{
    struct viewport v = all_of_k();
    struct recipe *r = NULL;
    struct err e;

    assert_int_equal(recipe_filtered(base, column, text, condition, &r, &e), ERR_OK);
    c->restarted = c->refused = false;
    if (feed_apply(c->feed, r, &v, &e) != ERR_OK)
        fail_msg("'%s': %s", text, e.msg);
    viewport_release(&v);
    feed_client_wait(c, feed_client_restarted, text);
    if (c->refused)
        fail_msg("'%s': %s", text, c->why.msg);
    feed_client_wait(c, feed_client_settled, text);
}

/* Row i of the table is among those that are left. */
static bool is_left(const struct feed_client *c, int64_t i)
{
    struct window w = feed_window(c->feed);

    for (int64_t k = 0; k < window_rows(&w); k++) {
        struct value v = window_cell(&w, 0, k);

        assert_int_equal(v.state, VALUE_SET);
        if (v.i == i)
            return true;
    }
    return false;
}

static void check_filter(struct feed_client *c, const struct filter_trial *t,
                         const char *name, const struct when_now *now)
{
    struct quick_filter_column column = {name, t->subject->java_type};
    size_t n = cells_of(t->subject), at;
    struct condition *condition = NULL;
    struct err e;

    if (quick_filter_parse(t->text, &column, now, &condition, &at, &e) != ERR_OK)
        fail_msg("%s '%s': %s", column.java_type, t->text, e.msg);
    apply(c, name, t->text, condition);
    for (size_t i = 0; i < ROWS; i++) {
        struct filter_cell v = cell_at(t->subject, n, i);

        if (is_left(c, (int64_t)i) != filter_trial_fits(t, &v))
            fail_msg("%s '%s' on %s%s (%lld, %.17g): %s by the server", column.java_type,
                     t->text, v.null ? "null " : "", v.text ? v.text : "", (long long)v.i,
                     v.real, is_left(c, (int64_t)i) ? "fits" : "does not fit");
    }
    condition_free(condition);
}

static void the_server_selects_the_rows_that_the_text_says(void **state)
{
    struct prng p = prng_start();
    size_t rounds = program_rounds(FILTERS);
    struct when_now now = {NULL, INT64_C(1795179791) * CALENDAR_NANOS};
    struct zone *zone = NULL;
    struct feed_client *c;
    struct err e;

    (void)state;
    if (zone_open("Europe/Vienna", &zone, &e) != ERR_OK)
        skip(); /* no time zone data on this machine */
    now.zone = zone;
    make_table();
    c = client_start();
    for (size_t i = 0; i < rounds * filter_subjects_len; i++) {
        size_t k = i % filter_subjects_len;
        struct filter_trial t = filter_trial_make(&p, &filter_subjects[k], zone);
        char name[24];

        (void)snprintf(name, sizeof(name), "X%zu", k);
        check_filter(c, &t, name, &now);
    }
    feed_client_free(c);
    recipe_free(base);
    server_control("forget " TABLE);
    zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_selects_the_rows_that_the_text_says),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
