/*
 * ":format": how a column is shown, what is told of it, and that it stays with the column
 * through all that is done to the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/folder.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23

static char folder[] = "/tmp/dhview-formats-XXXXXX";

static struct pty *view(const char *table)
{
    char *target =
        mem_printf("dh+plain://%s/scope/%s", demo_program_address(trial_server()), table);
    char *state = mem_printf("XDG_STATE_HOME=%s", folder);
    struct pty *t =
        pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 100,
                                        .argv = (const char *const[]){target, NULL},
                                        .env = (const char *const[]){state, NULL},
                                        .split_stderr = true});

    pty_let_copy(t);
    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    free(target);
    free(state);
    return t;
}

static void show(struct pty *t, const char *keys, const char *text)
{
    pty_keys(t, keys);
    pty_wait_text(t, text);
}

/* Types a command and waits until that is said. */
static void command(struct pty *t, const char *line, const char *said)
{
    char *keys = mem_printf(":%s<Enter>", line);

    pty_keys(t, keys);
    pty_wait_row(t, MESSAGE_ROW, said);
    sheet_settle(t);
    free(keys);
}

/* The text of a column in table row i (from 0) on the screen; owned. */
static char *cell(struct pty *t, const char *column, size_t i)
{
    struct sheet s;
    char *out;
    int at;

    assert_true(sheet_read(t, &s));
    at = sheet_column(&s, column);
    assert_true(at >= 0 && i < s.n_rows && s.cell[i][at]);
    out = mem_strdup(s.cell[i][at]);
    sheet_release(&s);
    return out;
}

static void expect_cell(struct pty *t, const char *column, size_t i, const char *want)
{
    char *found = cell(t, column, i);

    assert_string_equal(found, want);
    free(found);
}

static void numbers_and_times_are_shown_as_asked_and_as_usual_again(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, "cContainers<Enter>");
    command(t, "format", "Containers is shown as usual");
    command(t, "format #,##0.0 't'", "Containers is shown by #,##0.0 't'");
    expect_cell(t, "Containers", 1, "90,193.0 t");
    command(t, "format",
            "Containers is shown by #,##0.0 't'   (:format default: as usual)");
    command(t, "format Cargo = 0.00E0", "Cargo is shown by 0.00E0");
    expect_cell(t, "Cargo", 1, "1.85E3");
    command(t, "format default", "Containers is shown as usual");
    expect_cell(t, "Containers", 1, "90193");
    expect_cell(t, "Cargo", 1, "1.85E3");
    pty_keys(t, "$");
    command(t, "format Built = d.M.yy", "Built is shown by d.M.yy");
    command(t, "format Tide=H 'h' mm", "Tide is shown by H 'h' mm");
    command(t, "format Arrived = HH:mm z zone Asia/Kolkata", "Arrived is shown by");
    expect_cell(t, "Built", 1, "12.2.95");
    expect_cell(t, "Tide", 1, "0 h 59");
    expect_cell(t, "Arrived", 1, "07:00 IST");
    trial_leave(t);
}

static void a_wrong_format_stays_to_be_mended_with_its_place_marked(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, "cCargo<Enter>:format 0.#0<Enter>");
    pty_wait_text(t, "format of Cargo: expected #, as the zeros stand before it");
    pty_wait_text(t, ":format 0.#0");
    pty_keys(t, "<BS>0<Enter>"); /* where the mark is */
    pty_wait_row(t, MESSAGE_ROW, "Cargo is shown by 0.00");
    pty_keys(t, ":format Ship = 0<Enter>");
    pty_wait_text(t, "format of Ship: expected a column of numbers");
    pty_keys(t, "<Esc>");
    command(t, "format Ships = 0", "no column is named Ships");
    trial_leave(t);
}

static void tab_proposes_formats_and_columns(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    show(t, ":format Con<Tab>", ":format Containers");
    show(t, " = #,##0.<Tab>", ":format Containers = #,##0.00");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Containers is shown by #,##0.00");
    show(t, ":format Containers = def<Tab>", ":format Containers = default");
    pty_keys(t, "<Esc>");
    trial_leave(t);
}

static void a_format_stays_with_its_column(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    command(t, "format Length = 0.00", "Length is shown by 0.00");
    pty_keys(t, "cLength<Enter>[");
    pty_wait_text(t, "Length ▲");
    sheet_settle(t);
    show(t, "&>100<Enter>", "filter >100");
    sheet_settle(t);
    expect_cell(t, "Length", 0, "102.00");
    pty_keys(t, ":head 5<Enter>");
    pty_wait_text(t, "row 1 of 5 ");
    sheet_settle(t);
    expect_cell(t, "Length", 0, "102.00");
    pty_keys(t, "UUU"); /* a sort, a filter and a head are gone */
    pty_wait_gone(t, "▲");
    sheet_settle(t);
    expect_cell(t, "Length", 1, "157.00");
    pty_keys(t, "cLength<Enter>-g-");
    pty_wait_text(t, "shown again");
    sheet_settle(t);
    expect_cell(t, "Length", 1, "157.00");
    pty_keys(t, "^r");
    sheet_settle(t);
    expect_cell(t, "Length", 1, "157.00");
    trial_leave(t);
}

static bool has_copied(struct pty *t, void *ctx)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    char *got = pty_clipboard(out, n);
    bool same = got && strcmp(got, ctx) == 0;

    free(got);
    return same;
}

static void expect_copied(struct pty *t, const char *keys, const char *want)
{
    pty_keys(t, keys);
    pty_wait(t, has_copied, (void *)(uintptr_t)want, want);
}

static void a_copy_as_shown_has_the_format_and_a_plain_one_has_not(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, "cCargo<Enter>j");
    command(t, "format 0.0E0", "Cargo is shown by 0.0E0");
    expect_copied(t, "gy", "1.9E3");
    expect_copied(t, "y", "1854.75");
    trial_leave(t);
}

static void a_time_is_filtered_in_the_zone_that_its_column_is_shown_in(void **state)
{
    struct pty *t = view("ships");
    char *shown, *keys;

    (void)state;
    pty_keys(t, "cArrived<Enter>");
    command(t, "format zone Asia/Kolkata", "Arrived is shown by zone Asia/Kolkata");
    shown = cell(t, "Arrived", 3);
    keys = mem_printf("&%s<Enter>", shown);
    pty_keys(t, keys);
    pty_wait_text(t, "row 1 of 1 ");
    sheet_settle(t);
    expect_cell(t, "Arrived", 0, shown);
    pty_keys(t, "U");
    pty_wait_text(t, "row 1 of 240 ");
    show(t, "D", "Count");
    sheet_settle(t);
    free(shown);
    shown = cell(t, "Arrived", 2); /* in the same zone */
    pty_keys(t, "jj<Enter>");
    pty_wait_text(t, "row 1 of 1 ");
    sheet_settle(t);
    expect_cell(t, "Arrived", 0, shown);
    free(keys);
    free(shown);
    trial_leave(t);
}

static void a_saved_view_has_the_formats(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    command(t, "format Cargo = #,##0.0 ',%'", "Cargo is shown by #,##0.0 ',%'");
    command(t, "save money", "saved; :view money brings it back");
    trial_leave(t);
    t = view("ships");
    expect_cell(t, "Cargo", 1, "1854.75");
    command(t, "format Crew = 000", "Crew is shown by 000");
    pty_keys(t, ":view money<Enter>");
    pty_wait_text(t, "1,854.8 ,%");
    expect_cell(t, "Crew", 1, "11"); /* it had none when it was saved */
    trial_leave(t);
}

static int serve(void **state)
{
    folder_make(folder);
    return trial_serve_group(state);
}

static int end(void **state)
{
    folder_remove(folder);
    return trial_end_group(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_times_are_shown_as_asked_and_as_usual_again),
        cmocka_unit_test(a_wrong_format_stays_to_be_mended_with_its_place_marked),
        cmocka_unit_test(tab_proposes_formats_and_columns),
        cmocka_unit_test(a_format_stays_with_its_column),
        cmocka_unit_test(a_copy_as_shown_has_the_format_and_a_plain_one_has_not),
        cmocka_unit_test(a_time_is_filtered_in_the_zone_that_its_column_is_shown_in),
        cmocka_unit_test(a_saved_view_has_the_formats),
    };
    return cmocka_run_group_tests(tests, serve, end);
}
