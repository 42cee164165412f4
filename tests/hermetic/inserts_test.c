/*
 * Rows written into the demo server's input tables: another viewer of them sees each
 * change as an update. What a real server does with every type is in e2e/inserts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define MESSAGE_ROW 23
#define FIRST_ROWS 9 /* of "stock" */
#define FIRST 3      /* the row of the screen that its first one is in */

/* All tests have the two, and leave the rows as they were. */
static struct pty *writer, *watcher; /* of "stock" */

static int open_both(void **state)
{
    int rc = trial_serve_group(state);

    writer = trial_view(trial_server(), "stock", "--write");
    watcher = trial_view(trial_server(), "stock", NULL);
    sheet_wait_status(writer, 1, FIRST_ROWS);
    sheet_wait_status(watcher, 1, FIRST_ROWS);
    return rc;
}

static int leave_both(void **state)
{
    trial_leave(writer);
    trial_leave(watcher);
    return trial_end_group(state);
}

/* Types a command, and waits for what is said of it. */
static void command(const char *line, const char *said)
{
    size_t n = strlen(line);

    pty_keys(writer, ":");
    pty_keys(writer, line); /* no key in it has a name */
    pty_wait_row(writer, MESSAGE_ROW, line + (n > 12 ? n - 12 : 0));
    pty_keys(writer, "<Enter>");
    pty_wait_row(writer, MESSAGE_ROW, said);
}

/* Takes the newest change back, after which the other viewer has so many rows. */
static void undo(int64_t rows)
{
    pty_keys(writer, "<C-l>");
    pty_wait_gone(writer, "takes that back");
    pty_wait_gone(writer, "taken back");
    pty_keys(writer, "U");
    pty_wait_row(writer, MESSAGE_ROW, "taken back: the rows are as they were before");
    sheet_wait_status(watcher, 1, rows);
}

static void a_row_that_is_inserted_is_seen_by_others_and_taken_back(void **state)
{
    (void)state;
    command("insert Item=\"jib\" Count=3 Price=0.1 Since=2026-11-28",
            "stock: 1 row written; U takes that back");
    sheet_wait_status(watcher, 1, FIRST_ROWS + 1);
    pty_wait_text(watcher, "2026-11-28");
    command("insert Item=\"jib\" Count=4",
            "not written: such a key is there already; :insert! replaces it");
    pty_keys(writer, "<Esc>");
    command("insert! Item=\"jib\" Count=44444", "1 row written, 1 in the place of others");
    pty_wait_text(watcher, "44444");
    pty_wait_gone(watcher, "2026-11-28");
    undo(FIRST_ROWS + 1);
    pty_wait_text(watcher, "2026-11-28");
    undo(FIRST_ROWS);
    pty_wait_gone(watcher, "jib");
}

static void a_cell_is_edited_and_marked_where_it_is_watched(void **state)
{
    (void)state;
    pty_keys(writer, "jcPrice<Enter>e");
    pty_wait_row(writer, MESSAGE_ROW, "Price of Item=buoy: 74.25");
    pty_keys(writer, "<C-u>2.125<Enter>");
    pty_wait_row(writer, MESSAGE_ROW, "the cell is written; U takes that back");
    pty_wait_text(watcher, "2.125");
    pty_wait_text(watcher, "buoy");
    undo(FIRST_ROWS);
    pty_wait_text(watcher, "74.25");
    pty_keys(writer, "0gge");
    pty_wait_row(writer, MESSAGE_ROW, "a key cannot be edited");
}

static void rows_are_deleted_and_come_back_in_their_places(void **state)
{
    char *first;

    (void)state;
    pty_keys(watcher, "gg");
    sheet_settle(watcher);
    first = pty_row(watcher, FIRST);
    pty_keys(writer, "ggVj");
    command("delete", "delete 2 rows? (y, n)");
    pty_keys(writer, "y<Enter>");
    pty_wait_row(writer, MESSAGE_ROW, "2 rows deleted; U takes that back");
    sheet_wait_status(watcher, 1, FIRST_ROWS - 2);
    pty_wait_gone(watcher, "buoy");
    undo(FIRST_ROWS);
    pty_wait_row(watcher, FIRST, first);
    free(first);
}

static void rows_that_are_pasted_are_written_all_or_none(void **state)
{
    (void)state;
    pty_keys(writer, ":insert ");
    pty_wait_row(writer, MESSAGE_ROW, ":insert");
    pty_paste(writer, "Item\tCount\tChecked\r\"k \"\"\tk\"\t5\ttrue\rlamp\t6\t\r");
    pty_wait_row(writer, MESSAGE_ROW, "2 rows written; U takes that back");
    sheet_wait_status(watcher, 1, FIRST_ROWS + 2);
    undo(FIRST_ROWS);
    pty_keys(writer, ":insert ");
    pty_wait_row(writer, MESSAGE_ROW, ":insert");
    pty_paste(writer, "Item\tCount\rlamp\t6\rmast\tx\r");
    pty_wait_row(writer, MESSAGE_ROW, "nothing is written; line 3: Count: expected");
    pty_keys(writer, "<Esc>");
    sheet_wait_status(watcher, 1, FIRST_ROWS);
}

static void a_table_without_keys_only_grows(void **state)
{
    struct pty *t = writer;

    (void)state;
    pty_keys(t, ":tab notes<Enter>");
    sheet_wait_status(t, 1, 2);
    command("insert Text=\"aground\"", "notes: 1 row written");
    sheet_wait_status(t, 1, 3);
    pty_wait_text(t, "aground");
    pty_keys(t, "0U");
    pty_wait_row(t, MESSAGE_ROW, "there is no way back: rows of a table without keys stay");
    pty_keys(t, "qgg");
    sheet_wait_status(t, 1, FIRST_ROWS);
}

static void what_takes_rows_and_what_takes_none_says_so(void **state)
{
    struct pty *t = writer;

    (void)state;
    pty_wait_text(t, "   input table");
    pty_keys(t, ":tab ships<Enter>");
    sheet_wait_status(t, 1, 240);
    pty_wait_gone(t, "input table");
    command("insert Crew=1", "it is no input table: its rows cannot be written");
    pty_keys(t, "<Esc>qgg");
    sheet_wait_status(t, 1, FIRST_ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_is_inserted_is_seen_by_others_and_taken_back),
        cmocka_unit_test(a_cell_is_edited_and_marked_where_it_is_watched),
        cmocka_unit_test(rows_are_deleted_and_come_back_in_their_places),
        cmocka_unit_test(rows_that_are_pasted_are_written_all_or_none),
        cmocka_unit_test(a_table_without_keys_only_grows),
        cmocka_unit_test(what_takes_rows_and_what_takes_none_says_so),
    };

    return cmocka_run_group_tests(tests, open_both, leave_both);
}
