/*
 * The viewer and messages and cells that are large: at the limit, above it, and legal ones
 * of 100 MB (see demo/fault/huge.h and tests/support/trial.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"

#define POPUP_KEYS 20

/* With a message of 100 MiB, or a cell that large. */
#ifdef __SANITIZE_ADDRESS__
#define HUGE_MB 1200
#else
#define HUGE_MB 600
#endif

/* --- sizes --- */

static void a_message_over_the_limit_is_an_error_that_names_it(void **state)
{
    static const struct {
        const char *spec, *option, *limit;
        bool taken;
    } sizes[] = {
        {"message.3=pad:1048575", "--max-message=1M", "1048576", true},
        {"message.3=pad:1048576", "--max-message=1M", "1048576", true},
        {"message.3=pad:1048577", "--max-message=1M", "1048576", false},
        {"message.3=pad:33554432", NULL, "33554432", true}, /* what holds by default */
        {"message.3=pad:33554433", NULL, "33554432", false},
        {"message.3=pad:104857600", "--max-message=100M", "104857600", true},
        {"message.3=pad:104857601", "--max-message=100M", "104857600", false}};

    (void)state;
    trial_memory(HUGE_MB);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct demo_program *d = trial_serve(sizes[i].spec);
        struct pty *t = trial_view(d, "billion", sizes[i].option);

        print_message("row 6: %s\n", sizes[i].spec);
        trial_start(t);
        pty_keys(t, "5000G");
        sheet_wait_status(t, 5000, TRIAL_ROWS);
        if (sizes[i].taken) {
            sheet_settle(t);
            (void)sheet_check(t, trial_formula);
        } else {
            pty_wait_row(t, 0, TRIAL_OLD);
            pty_wait_text(t, sizes[i].limit);
            (void)trial_check_cells(t);
        }
        trial_check_keys(t);
        trial_leave(t);
        demo_program_free(d);
    }
    trial_memory(0);
}

/* --- huge cells --- */

/* Opens the popup of the current cell, whose contents end with a text, and times the keys
 * that go to its end and back. */
static void check_popup(struct pty *t, const char *last)
{
    int64_t took[POPUP_KEYS];

    pty_keys(t, "<Enter>");
    pty_wait_text(t, "lines 1 to ");
    do { /* what is known at first is less */
        pty_keys(t, "gg");
        pty_wait_text(t, "lines 1 to ");
        pty_keys(t, "G");
        pty_wait_gone(t, "lines 1 to ");
    } while (!pty_has(t, last));
    for (size_t i = 0; i < POPUP_KEYS; i++) {
        struct stopwatch w = stopwatch_start(pty_pid(t));

        pty_keys(t, i % 2 ? "G" : "gg");
        if (i % 2)
            pty_wait_gone(t, "lines 1 to ");
        else
            pty_wait_text(t, "lines 1 to ");
        took[i] = stopwatch_ms(&w);
    }
    trial_check_median(took, POPUP_KEYS);
    pty_keys(t, "q");
    pty_wait_gone(t, "lines ");
}

/* The cell is in the fourth row, in the second column. */
static struct pty *huge_cell(const struct demo_program *d, const char *table,
                             const char *option)
{
    struct pty *t = trial_view(d, table, option);

    print_message("row 22: %s, %s\n", table, option ? option : "no option");
    pty_wait_text(t, " row 1 of 1,000");
    pty_keys(t, "4G$");
    pty_wait_text(t, " row 4 of 1,000");
    return t;
}

/* A message that is far too long is ended before its length is looked at. */
static bool names_the_limit(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_has(t, "33554432") || pty_has(t, "--max-message");
}

static void a_huge_text_is_cut_to_its_column(void **state)
{
    struct demo_program *d = trial_serve("names=huge:100000000");
    struct pty *t = trial_view(d, "zzhuge_text", NULL);

    (void)state;
    trial_memory(HUGE_MB);
    pty_wait_row(t, 0, TRIAL_OLD);
    pty_wait(t, names_the_limit, NULL, "the limit");
    trial_check_keys(t);
    trial_leave(t);
    t = huge_cell(d, "zzhuge_text", "--max-message=100M");
    pty_wait_text(t, "abcdefghijklmnopqrstuvwxyzabcdefghijk");
    trial_check_keys(t);
    check_popup(t, "100000000 bytes, of which the first 1048576 are shown");
    pty_keys(t, "G");
    pty_wait_text(t, " row 1,000 of 1,000");
    trial_check_keys(t);
    trial_leave(t);
    trial_memory(0);
    demo_program_free(d);
}

static void a_huge_list_is_asked_for_cut_and_whole_in_the_popup(void **state)
{
    struct demo_program *d = trial_serve("names=huge:10000000");
    struct pty *t = huge_cell(d, "zzhuge_list", NULL);

    (void)state;
    pty_wait_text(t, "[0, 1, 2, 3, 4, 5, 6");
    trial_check_keys(t);
    pty_keys(t, "<Enter>"); /* 40 MB, above the limit of 32 MiB */
    pty_wait_text(t, "65 are here");
    pty_wait_text(t, "33554432");
    pty_keys(t, "q");
    pty_wait_gone(t, "lines ");
    trial_check_keys(t);
    trial_leave(t); /* with the usual amount of memory */
    trial_memory(HUGE_MB);
    t = huge_cell(d, "zzhuge_list", "--max-message=64M");
    check_popup(t, "9,934,464 more items are not shown");
    trial_check_keys(t);
    trial_leave(t);
    trial_memory(0);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_over_the_limit_is_an_error_that_names_it),
        cmocka_unit_test(a_huge_text_is_cut_to_its_column),
        cmocka_unit_test(a_huge_list_is_asked_for_cut_and_whole_in_the_popup),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
