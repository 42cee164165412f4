/* A table that has rows but no column: they are counted and gone through as any others. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int64_t row_now(const struct pty *t, int64_t *rows)
{
    int64_t row;

    assert_true(sheet_status(t, &row, rows));
    return row;
}

struct more {
    int64_t than;
};

static bool has_more_rows(struct pty *t, void *ctx)
{
    int64_t row, rows;

    return sheet_status(t, &row, &rows) && rows > ((struct more *)ctx)->than;
}

static bool follows(struct pty *t, void *ctx)
{
    int64_t row, rows;

    (void)ctx;
    return sheet_status(t, &row, &rows) && rows > 40 && row == rows;
}

static void rows_without_columns_are_counted_and_followed(void **state)
{
    struct demo_program *d = trial_serve("--tick-ms 10 --interval-ms 50");
    struct pty *t = trial_view(d, "bare", NULL);
    struct more more = {0};

    (void)state;
    viewer_wait_table(t);
    pty_wait_text(t, "   no columns");
    (void)row_now(t, &more.than);
    assert_true(more.than >= 10);
    pty_wait(t, has_more_rows, &more, "more rows");
    pty_keys(t, "F");
    pty_wait(t, follows, NULL, "the end of the table, again and again");
    pty_keys(t, "gg3j");
    pty_wait_text(t, " row 4 of ");
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
}

/* What is about a column or a cell says that there is none; what is about the table goes on
 * as usual. */
static void keys_for_columns_say_that_there_are_none(void **state)
{
    static const struct {
        const char *keys, *text;
    } cases[] = {
        {"-", "the table has no columns"},
        {"g-", "the table has no columns"},
        {"!", "the table has no columns"},
        {"_", "the table has no columns"},
        {"<lt>", "the table has no columns"},
        {"C", "the table has no columns"},
        {"<Enter>", "there is no cell"},
        {"z<Enter>", "there is no cell"},
        {"ma", "there is no cell to mark"},
        {"c", "0 matches"},
        {"<Esc>p", "PAUSED"},
        {"p", "no columns"},
        {"<C-r>", "subscribed anew"},
        {"z+", " at most"},
    };
    struct demo_program *d = trial_serve("--tick-ms 10 --interval-ms 50");
    struct pty *t = trial_view(d, "bare", NULL);

    (void)state;
    viewer_wait_table(t);
    for (size_t i = 0; i < COUNT(cases); i++) {
        pty_keys(t, cases[i].keys);
        pty_wait_text(t, cases[i].text);
    }
    pty_keys(t, "$0l<C-Right><C-Left>hGHML");
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_without_columns_are_counted_and_followed),
        cmocka_unit_test(keys_for_columns_say_that_there_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
