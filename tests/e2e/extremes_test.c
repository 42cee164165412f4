/* Values that the server's form of their type cannot carry, beside Java's own text of them:
 * they are shown whole, and no view of the table ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/viewer.h"

#define UTC "java.time.ZoneOffset.UTC"

/* One row of X = formula, and S = Java's text of it. */
static void make(const char *formula)
{
    server_control("make extreme 1 view X=%s; S=String.valueOf(X)", formula);
}

/* The text is on the screen twice: as the value, and as Java words it. */
static void check_twice(struct pty *t, const char *text)
{
    char value[200], words[200];

    (void)snprintf(value, sizeof(value), "1│ %s ", text);
    (void)snprintf(words, sizeof(words), "  %s", text);
    pty_wait_text(t, value);
    pty_wait_text(t, words);
    pty_wait_text(t, "live");
}

static void what_the_wire_cannot_carry_is_shown_in_javas_words(void **state)
{
    static const char *const values[][2] = {
        {"java.time.Period.of(1,2,3)", "P1Y2M3D"},
        {"java.time.Period.ofDays(10)", "P10D"},
        {"java.time.ZonedDateTime.of(9999,12,31,0,0,0,0," UTC ")", "9999-12-31T00:00Z"},
        {"java.time.Duration.ofDays(200000)", "PT4800000H"},
        {"java.time.Duration.ofSeconds(Long.MAX_VALUE)", "PT2562047788015215H30M7S"},
        {"java.time.Instant.ofEpochSecond(253402300799L)", "9999-12-31T23:59:59Z"},
    };
    const struct viewer_setting *z = VIEWER_SETTING(state);

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        struct pty *t;

        make(values[i][0]);
        t = viewer_open("extreme", z);
        check_twice(t, values[i][1]);
        pty_keys(t, "\r");
        pty_wait_text(t, "sent as");
        viewer_leave(t);
    }
    server_control("forget extreme");
}

/* Such a value far down, met by scrolling: this viewer shows it, and another one on the
 * same rows as before goes on. */
static void a_value_met_while_scrolling_ends_no_view(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *calm, *t;

    server_control("make extreme 3000 view Z=java.time.ZonedDateTime.of(ii < 2000 ? 2024 : "
                   "9999,12,31,0,0,0,0," UTC "); N=ii");
    calm = viewer_open("extreme", z);
    t = viewer_open("extreme", z);
    pty_wait_text(t, "2024-12-31 00:00:00");
    pty_keys(t, "G");
    pty_wait_text(t, "9999-12-31T00:00Z");
    pty_keys(calm, "99G");
    pty_wait_text(calm, "row 99 of 3,000");
    pty_wait_text(calm, "  99│ 2024-12-31");
    pty_wait_text(calm, "live");
    viewer_leave(t);
    viewer_leave(calm);
    server_control("forget extreme");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(what_the_wire_cannot_carry_is_shown_in_javas_words),
        VIEWER_SIZES(a_value_met_while_scrolling_ends_no_view),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
