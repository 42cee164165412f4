/* Cell and row popups, marks, commands, their history and completion, help, the link meter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

static struct pty *open_settled(const char *table, const struct viewer_setting *z)
{
    struct pty *t = viewer_open(table, z);

    sheet_settle(t);
    return t;
}

/* Opens the popup of a cell. */
static void look_at(struct pty *t, int row, const char *column)
{
    char keys[64];

    (void)snprintf(keys, sizeof(keys), "%dGc%s<Enter><Enter>", row, column);
    pty_keys(t, keys);
    (void)snprintf(keys, sizeof(keys), "%s, row %d: lines", column, row);
    pty_wait_text(t, keys);
}

/* A text with the mark of null, which ASCII has another for. */
static void wait_shown(struct pty *t, const struct viewer_setting *z, const char *text)
{
    const char *null = z->ascii ? strstr(text, "∅") : NULL;
    char *want = null
                     ? mem_printf("%.*s\\N%s", (int)(null - text), text, null + strlen("∅"))
                     : mem_strdup(text);

    pty_wait_text(t, want);
    free(want);
}

static void a_popup_tells_all_there_is_to_a_cell(void **state)
{
    static const struct {
        int row;
        const char *column;
        const char *lines[5];
    } cells[] = {
        {1, "Long", {"long", "value    4", "grouped  4"}},
        {4, "Long", {"value    9223372036854775807", "grouped  9,223,372,036,854,775,807"}},
        {2, "Int", {"int", "∅  (null)"}},
        {6, "Double", {"double", "value   -0.0"}},
        {7, "Double", {"NaN"}},
        {3, "String", {"java.lang.String", "(an empty text)", "0 characters, 0 bytes"}},
        {9, "String", {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "40 characters"}},
        {6, "Char", {"U+001B control"}},
        {1, "Boolean", {"value   true"}},
        {1,
         "Instant",
         {"java.time.Instant", "2024-01-02 03:04:05.123456789", "UTC",
          "epoch ns  1704164645123456789"}},
        {1, "LocalTime", {"12:34:56.789012345"}},
        {4, "BigInteger", {"9999999999999999999999999999999999999999"}},
        {8, "BigDecimal", {"java.math.BigDecimal", "value   "}},
        {1, "UUID", {"123e4567-e89b-12d3-a456-426614174000"}},
        {1, "Bytes", {"items   3", "0xff"}},
        {1, "Ints", {"items   3", "[1]     ∅", "[2]     3"}},
        {9, "Strings", {"a,b", "c\"d"}},
        {5, "Doubles", {"items   0"}},
    };
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = open_settled("types", z);

    for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
        look_at(t, cells[i].row, cells[i].column);
        for (size_t k = 0; k < 5 && cells[i].lines[k]; k++)
            wait_shown(t, z, cells[i].lines[k]);
        viewer_check_look(t, z);
        pty_keys(t, i % 3 == 0 ? "q" : i % 3 == 1 ? "<Esc>" : "<Enter>");
        pty_wait_text(t, " of 9   ");
    }
    viewer_leave(t);
}

static void a_list_that_was_cut_is_fetched_whole(void **state)
{
    struct pty *t = open_settled("types", VIEWER_SETTING(state));
    char want[32];

    look_at(t, 7, "Ints");
    pty_wait_text(t, "items   1,000");
    for (int first = 0; first < 1000; first += 10) {
        for (int i = first; i < first + 10; i++) {
            char label[16];

            (void)snprintf(label, sizeof(label), "[%d]", i);
            (void)snprintf(want, sizeof(want), "%-6s  %d ", label, i);
            pty_wait_text(t, want);
        }
        pty_keys(t, "10j");
    }
    pty_keys(t, "G");
    pty_wait_text(t, "of 1,003");
    pty_keys(t, "gg/999]<Enter>");
    pty_wait_text(t, "[999]   999");
    viewer_leave(t);
}

static void a_list_says_what_is_not_of_the_paused_picture(void **state)
{
    struct pty *t = open_settled("types", VIEWER_SETTING(state));

    pty_keys(t, "7GcInts<Enter>p");
    pty_wait_text(t, "PAUSED");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "items   1,000");
    pty_wait_text(t, "live    the paused picture has not all of it: the value of now");
    pty_wait_text(t, "as paused, but for what is live");
    viewer_leave(t);
}

static void a_popup_follows_its_cell(void **state)
{
    struct pty *t = open_settled("modified", VIEWER_SETTING(state));
    char *first, *row;

    look_at(t, 3, "V");
    pty_wait_text(t, "value    ");
    pty_wait_quiet(t, 1); /* the whole of it */
    row = pty_row(t, pty_find_row(t, "value    "));
    first = mem_strdup(strstr(row, "value    "));
    pty_wait_gone(t, first); /* V of each row changes once a second */
    free(row);
    row = pty_row(t, pty_find_row(t, "value    "));
    assert_non_null(strstr(row, "002 ")); /* V % 1000 == K */
    free(row);
    free(first);
    viewer_leave(t);
}

static void a_row_popup_lists_all_columns(void **state)
{
    struct pty *t = open_settled("wide", VIEWER_SETTING(state));
    char want[48];

    pty_keys(t, "77Gz<Enter>");
    pty_wait_text(t, "of 1,000");
    for (int first = 0; first < 1000; first += 250) {
        viewer_keys(t, "gg%dj", first + 9);
        for (int k = first; k < first + 10; k++) {
            (void)snprintf(want, sizeof(want), "C%d ", k);
            pty_wait_text(t, want);
            (void)snprintf(want, sizeof(want), "long  %d ", 76000 + k);
            pty_wait_text(t, want);
        }
    }
    pty_keys(t, "G");
    pty_wait_text(t, "C999  long  76999");
    pty_keys(t, "gg");
    pty_wait_text(t, "C0    long  76000");
    viewer_leave(t);
}

static void a_line_of_a_row_popup_opens_its_cell(void **state)
{
    struct pty *t = open_settled("wide", VIEWER_SETTING(state));

    pty_keys(t, "77Gz<Enter>");
    pty_wait_text(t, "row 77: line 1 of 1,000   Enter opens   q closes");
    pty_keys(t, "2jk<Enter>");
    pty_wait_text(t, "C1, row 77: lines");
    pty_wait_text(t, "value    76001");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "row 77: line 2 of 1,000");
    pty_keys(t, "/C900<Enter>"); /* the table's own feed has no such column */
    pty_wait_text(t, "row 77: line 901 of 1,000");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "C900, row 77: lines");
    pty_wait_text(t, "value    76900");
    pty_keys(t, "<Enter>"); /* there is nothing more to open */
    pty_wait_text(t, "row 77: line 901 of 1,000");
    pty_keys(t, "q");
    sheet_wait_status(t, 77, 10000);
    viewer_leave(t);
}

static void marks_bring_back(void **state)
{
    struct pty *t = open_settled("million", VIEWER_SETTING(state));

    pty_keys(t, "5000GcN<Enter>ma");
    sheet_wait_status(t, 5000, 1000000);
    pty_keys(t, "G0");
    sheet_wait_status(t, 1000000, 1000000);
    pty_keys(t, "'a");
    sheet_wait_status(t, 5000, 1000000);
    pty_wait_text(t, "N (int)");
    pty_keys(t, "''");
    sheet_wait_status(t, 1000000, 1000000);
    pty_wait_text(t, "I (long)");
    pty_keys(t, "''");
    sheet_wait_status(t, 5000, 1000000);
    pty_keys(t, "jjj'b");
    pty_wait_text(t, "no cell has this mark");
    pty_keys(t, "m7");
    pty_wait_text(t, "expected a letter");
    pty_keys(t, "50%''"); /* small steps are no jumps */
    sheet_wait_status(t, 5003, 1000000);
    viewer_leave(t);
}

static void commands_run_actions_and_set_options(void **state)
{
    struct pty *t = open_settled("small", VIEWER_SETTING(state));

    pty_keys(t, ":5 move-row<Enter>");
    sheet_wait_status(t, 6, 1000);
    pty_keys(t, ":move-row -1<Enter>");
    sheet_wait_status(t, 5, 1000);
    pty_keys(t, ":last-r<Tab>");
    pty_wait_text(t, ":last-row");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 1000, 1000);
    pty_keys(t, ":first-row<Enter>:set zone Asia/Tokyo<Enter>");
    pty_wait_text(t, "2024-01-01 09:00:00");
    pty_keys(t, ":set zone Nowhere/Else<Enter>");
    pty_wait_text(t, "Nowhere/Else");
    pty_keys(t, ":set zone<Enter>");
    pty_wait_text(t, "zone is Asia/Tokyo");
    pty_keys(t, ":set interval 500<Enter>");
    pty_wait_text(t, "small: an update every 500 ms at most");
    pty_keys(t, ":set interval<Enter>");
    pty_wait_text(t, "interval is 500 ms");
    pty_keys(t, ":set ascii true<Enter>");
    pty_wait_text(t, "ascii is set at the start");
    pty_keys(t, ":set-mark<Enter>");
    pty_wait_text(t, "no such command: set-mark");
    pty_keys(t, ":accept<Enter>");
    pty_wait_text(t, "that does nothing here");
    viewer_leave(t);
}

static void commands_are_remembered(void **state)
{
    char folder[] = "/tmp/popups_test.XXXXXX", *env, *path, *inner, text[256] = "";
    char *target = server_target("small");
    struct pty_options o = {.rows = VIEWER_SETTING(state)->rows,
                            .cols = VIEWER_SETTING(state)->cols,
                            .argv = (const char *const[]){target, NULL}};
    struct stat st;
    struct pty *t;
    FILE *f;

    assert_non_null(mkdtemp(folder));
    env = mem_printf("XDG_STATE_HOME=%s", folder);
    inner = mem_printf("%s/dhview", folder);
    path = mem_printf("%s/history", inner);
    o.env = (const char *const[]){env, NULL};
    t = pty_start(&o);
    pty_wait_text(t, " row 1 of ");
    pty_keys(t, ":77<Enter>:10%<Enter>cN<Enter>");
    sheet_wait_status(t, 101, 1000);
    viewer_leave(t);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(inner, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(text, "77\n10%\n");
    t = pty_start(&o);
    pty_wait_text(t, " row 1 of ");
    pty_keys(t, ":<Up><Up><Enter>");
    sheet_wait_status(t, 77, 1000);
    viewer_leave(t);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(inner), 0);
    assert_int_equal(remove(folder), 0);
    free(env);
    free(inner);
    free(path);
    free(target);
}

static void the_meter_counts_and_cancel_closes_it(void **state)
{
    struct pty *t = open_settled("modified", VIEWER_SETTING(state));

    pty_keys(t, "gm");
    pty_wait_text(t, "link meter: lines 1 to 8 of 8");
    pty_wait_text(t, "round trip    ");
    pty_wait_text(t, "updates       1/s");
    pty_wait_text(t, "s ago");
    pty_keys(t, "<C-c>");
    pty_wait_gone(t, "link meter");
    pty_keys(t, "<C-c>");
    pty_wait_text(t, "nothing to cancel");
    pty_keys(t, "gm?");
    pty_wait_text(t, "help: lines 1 to");
    pty_keys(t, "q");
    pty_wait_text(t, "link meter: lines");
    pty_keys(t, ":7<Enter>"); /* about what is on top */
    pty_wait_text(t, "link meter: lines");
    pty_keys(t, "q");
    sheet_wait_status(t, 1, 1000);
    viewer_leave(t);
}

static void help_is_searched(void **state)
{
    struct pty *t = open_settled("small", VIEWER_SETTING(state));

    pty_keys(t, "?/meter of<Enter>");
    pty_wait_text(t, "meter of delays");
    pty_keys(t, "/no such text<Enter>");
    pty_wait_text(t, "nothing here has no such text");
    pty_keys(t, "/null:<Enter>");
    pty_wait_text(t, "null: there is no value");
    pty_keys(t, "q");
    pty_wait_text(t, " row 1 of ");
    viewer_leave(t);
}

static void popups_need_a_cell(void **state)
{
    struct pty *t = viewer_open("empty", VIEWER_SETTING(state));

    pty_keys(t, "<Enter>");
    pty_wait_text(t, "there is no cell here");
    pty_keys(t, "ma");
    pty_wait_text(t, "there is no cell to mark");
    pty_keys(t, "z<Enter>");
    pty_wait_text(t, "there is no cell here");
    viewer_leave(t);
}

/* --- commands are found by Tab --- */

static void commands_are_completed(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = open_settled("small", z);

    pty_keys(t, ":");
    pty_wait_row(t, z->rows - 2, " matches: "); /* all there are, on the status line */
    pty_keys(t, "first-");
    pty_wait_row(t, z->rows - 2, "2 matches: first-row first-column");
    pty_keys(t, "<Tab><Tab>");
    pty_wait_row(t, z->rows - 1, ":first-column");
    pty_wait_row(t, z->rows - 2, "match 2 of 2: first-column");
    pty_keys(t, "<S-Tab>");
    pty_wait_row(t, z->rows - 1, ":first-row");
    pty_keys(t, "<C-u>5 move-r<Tab>");
    pty_wait_row(t, z->rows - 1, ":5 move-row");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 6, 1000);
    pty_keys(t, ":<Up>");
    pty_wait_row(t, z->rows - 1, ":5 move-row");
    pty_keys(t, "<Esc>");
    sheet_settle(t);
    viewer_check_look(t, z);
    viewer_leave(t);
}

/* What stops what: a prompt, a pending key, a popup, and nothing. */
static void cancel_takes_back_what_is_open(void **state)
{
    static const char *const keys[] = {"<C-c>", "<Esc>"};
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = open_settled("small", z);

    for (size_t i = 0; i < 2; i++) {
        viewer_keys(t, ":first-row%s", keys[i]);
        pty_wait_gone(t, ":first-row");
        pty_keys(t, "z");
        pty_wait_row(t, z->rows - 2, "zt ");
        pty_keys(t, keys[i]);
        pty_wait_text(t, "row 1 of 1,000");
        pty_keys(t, "<Enter>");
        pty_wait_text(t, "I, row 1: lines");
        pty_keys(t, keys[i]);
        pty_wait_text(t, "row 1 of 1,000");
        pty_keys(t, keys[i]);
        pty_wait_text(t, "nothing to cancel; Q quits");
    }
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_LOOKS(a_popup_tells_all_there_is_to_a_cell),
        VIEWER_SIZES(a_list_that_was_cut_is_fetched_whole),
        VIEWER_SIZES(a_list_says_what_is_not_of_the_paused_picture),
        VIEWER_SIZES(a_popup_follows_its_cell),
        VIEWER_SIZES(a_row_popup_lists_all_columns),
        VIEWER_SIZES(a_line_of_a_row_popup_opens_its_cell),
        VIEWER_SIZES(marks_bring_back),
        VIEWER_SIZES(commands_run_actions_and_set_options),
        VIEWER_SIZES(commands_are_remembered),
        VIEWER_SIZES(the_meter_counts_and_cancel_closes_it),
        VIEWER_SIZES(help_is_searched),
        VIEWER_SIZES(popups_need_a_cell),
        VIEWER_LOOKS(commands_are_completed),
        VIEWER_SIZES(cancel_takes_back_what_is_open),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
