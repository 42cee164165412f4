#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/table/meter.h"

static void expect_line(const struct meter *m, uint64_t now, const char *label,
                        const char *text)
{
    struct meter_link link = {18.25, 21.0};
    struct pager *p = pager_new(true, 0);
    struct surface *s = surface_new(10, 80);
    char *dump, *line, *end;

    meter_fill(m, &link, now, p);
    pager_prepare(p, 10, 80, false);
    pager_draw(p, s, (struct rect){0, 0, 10, 80}, false);
    dump = surface_dump(s);
    line = strstr(dump, label);
    assert_non_null(line);
    end = strchr(line, '\n');
    *end = '\0';
    if (!strstr(line, text))
        fail_msg("\"%s\" has no \"%s\"", line, text);
    free(dump);
    surface_free(s);
    pager_free(p);
}

static void rates_come_from_totals(void **state)
{
    struct meter m = {0};

    (void)state;
    for (uint64_t i = 1; i <= 50; i++)
        meter_take(&m, &(struct meter_totals){.updates = i, .bytes = 1000 * i, .frames = i},
                   i * 100);
    expect_line(&m, 5000, "updates", "10/s   50 in all");
    expect_line(&m, 5000, "bytes in", "10,000/s   50,000 in all");
    expect_line(&m, 5000, "bytes out", "0/s   0 in all");
    expect_line(&m, 5000, "round trip", "18.2 ms   newest 21.0 ms");
    expect_line(&m, 60000, "updates", "0/s   50 in all");
}

static void the_age_is_that_of_the_last_byte(void **state)
{
    struct meter m = {0};
    uint64_t ms;

    (void)state;
    assert_false(meter_age(&m, 5, &ms));
    expect_line(&m, 5, "last word", "none yet");
    meter_take(&m, &(struct meter_totals){.bytes = 10}, 100);
    meter_take(&m, &(struct meter_totals){.bytes = 10, .frames = 5}, 1300);
    assert_true(meter_age(&m, 1350, &ms));
    assert_int_equal(ms, 1250);
    expect_line(&m, 1350, "last word", "1.2 s ago");
    meter_take(&m, &(struct meter_totals){.bytes = 11}, 1400);
    assert_true(meter_age(&m, 1400, &ms));
    assert_int_equal(ms, 0);
}

static void another_table_starts_anew(void **state)
{
    struct meter m = {0};

    (void)state;
    meter_take(&m, &(struct meter_totals){.updates = 1000, .bytes = 100000}, 100);
    meter_take(&m, &(struct meter_totals){0}, 200);
    meter_take(&m, &(struct meter_totals){.updates = 2, .bytes = 50}, 300);
    expect_line(&m, 300, "updates", "2 in all");
    expect_line(&m, 300, "bytes in", "50 in all");
}

static void dropped_frames_are_counted(void **state)
{
    struct meter m = {0};

    (void)state;
    meter_take(&m, &(struct meter_totals){.frames = 10, .dropped = 1234}, 100);
    expect_line(&m, 100, "dropped", "1,234");
}

static void streams_that_were_renewed_are_counted(void **state)
{
    struct meter m = {0};

    (void)state;
    expect_line(&m, 100, "resubscribed", "0");
    meter_take(&m, &(struct meter_totals){.resubscriptions = 3}, 100);
    expect_line(&m, 100, "resubscribed", "3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_come_from_totals),
        cmocka_unit_test(the_age_is_that_of_the_last_byte),
        cmocka_unit_test(another_table_starts_anew),
        cmocka_unit_test(dropped_frames_are_counted),
        cmocka_unit_test(streams_that_were_renewed_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
