/*
 * Rows that are written into input tables of the real server, and what its own Python reads
 * of them afterwards.
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
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define MESSAGE_ROW 23

/* What Python reads of nulls. */
#define NULL_LONG "-9223372036854775808"
#define NULL_DOUBLE "-1.7976931348623157e+308"

static const struct viewer_setting writing = {24, 80, "--write", NULL, false, false};

static struct pty *shared; /* by all tests, which leave it as it was */

/* All rows of a table, as Python's tuples, are these. */
static void holds(const char *table, const char *rows)
{
    char *code = mem_printf("found = sorted(%s.iter_tuple(), key=str)\n"
                            "found = [tuple(row) for row in found]\n"
                            "assert found == [%s], repr(found)\n",
                            table, rows);

    server_python(code);
    free(code);
}

static int open_shared(void **state)
{
    (void)state;
    server_python(
        "from deephaven import dtypes, input_table, empty_table\n"
        "inserts_keyed = input_table(key_cols='K', col_defs={\n"
        "    'K': dtypes.long, 'Name': dtypes.string, 'Price': dtypes.double})\n"
        "inserts_plain = input_table(col_defs={'A': dtypes.int32, 'B': dtypes.string})\n"
        "inserts_all = input_table(key_cols='Id', col_defs={\n"
        "    'Id': dtypes.int32, 'B': dtypes.byte, 'S': dtypes.short, 'L': dtypes.long,\n"
        "    'C': dtypes.char, 'Flag': dtypes.bool_, 'F': dtypes.float32,\n"
        "    'D': dtypes.double, 'T': dtypes.string, 'At': dtypes.Instant,\n"
        "    'Day': dtypes.LocalDate, 'Clock': dtypes.LocalTime,\n"
        "    'Took': dtypes.Duration, 'Span': dtypes.Period,\n"
        "    'Big': dtypes.BigInteger, 'Dec': dtypes.BigDecimal,\n"
        "    'Zoned': dtypes.ZonedDateTime, 'List': dtypes.long_array})\n");
    shared = viewer_open("inserts_keyed", &writing);
    sheet_settle(shared);
    return 0;
}

static int leave_shared(void **state)
{
    (void)state;
    viewer_leave(shared);
    server_python("del inserts_keyed, inserts_plain, inserts_all\n");
    return 0;
}

/* Types a command, and waits for what is said of it; what was said before is gone by then.
 */
static void command(struct pty *t, const char *line, const char *said)
{
    size_t n = strlen(line);

    viewer_keys(t, ":%s", line);
    pty_wait_row(t, MESSAGE_ROW, line + (n > 12 ? n - 12 : 0));
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, said);
}

static void undo(struct pty *t)
{
    pty_keys(t, "<C-l>");
    pty_wait_gone(t, "takes that back");
    pty_wait_gone(t, "taken back");
    pty_keys(t, "U");
    pty_wait_row(t, MESSAGE_ROW, "taken back: the rows are as they were before");
}

/* In a tab of its own. */
static void open_tab(struct pty *t, const char *table)
{
    viewer_keys(t, ":tab %s<Enter>", table);
    viewer_wait_table(t);
    sheet_settle(t);
}

static void close_tab(struct pty *t)
{
    pty_keys(t, "q");
    pty_wait_row(t, 0, "inserts_keyed");
}

/* --- values --- */

static void every_type_is_stored_as_it_was_typed(void **state)
{
    struct pty *t = shared;

    (void)state;
    open_tab(t, "inserts_all");
    command(t,
            "insert Id=1 B=-5 S=300 L=9007199254740993 C=\"\"\"\" Flag=true F=1.5 D=0.1 "
            "T=\"two words\" At=2026-11-20T14:03:11.204123456Z Day=2026-11-20 "
            "Clock=14:03:11.5 Took=PT1H2.5S Span=P1Y2M "
            "Big=-123456789012345678901234567890 Dec=-0.050 Zoned=2026-11-20T14:00Z",
            "inserts_all: 1 row written; U takes that back");
    command(t, "insert Id=2", "1 row written");
    command(t, "insert Id=3 D=nan F=-inf C=null T=\"\" List=null Dec=0", "1 row written");
    holds("inserts_all.view(['X = `` + Id + `|` + B + `|` + S + `|` + L + `|` + C + `|` + "
          "Flag"
          " + `|` + F + `|` + D + `|` + T + `|` + At + `|` + Day + `|` + Clock + `|` + Took"
          " + `|` + Span + `|` + Big + `|` + (isNull(Dec) ? `` : Dec.toPlainString()) + "
          "`|` + epochNanos(Zoned)"
          "']).where('X.startsWith(`1|`)')",
          "('1|-5|300|9007199254740993|\"|true|1.5|0.1|two words|"
          "2026-11-20T14:03:11.204123456Z|2026-11-20|14:03:11.500|PT1H2.5S|P14M|"
          "-123456789012345678901234567890|-0.05|1795183200000000000',)");
    holds("inserts_all.where(['Id != 1', 'isNull(B)', 'isNull(C)', 'isNull(At)', "
          "'isNull(Zoned)', 'isNull(List)', 'isNull(Big)', 'isNull(Clock)'])"
          ".view(['Id', 'T', 'Nan = isNaN(D)', 'Inf = isInf(F) && F < 0'])",
          "(2, None, False, False), (3, '', True, True)");
    close_tab(t);
}

static void what_is_wrong_stays_in_the_line_to_be_mended(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":insert K=1 Price=x Name=a<Enter>");
    pty_wait_text(t, "Price: expected a number, nan, inf or null, found 'x'");
    pty_wait_row(t, MESSAGE_ROW, ":insert K=1 Price=x Name=a");
    pty_keys(t, "<Del>5<Enter>"); /* the cursor is there */
    pty_wait_row(t, MESSAGE_ROW, "1 row written");
    holds("inserts_keyed", "(1, 'a', 5.0)");
    pty_keys(t, ":insert Price=1<Enter>");
    pty_wait_text(t, "expected K=VALUE: it is a key; null is a value");
    pty_keys(t, "<End><C-u>insert K=1 Nope=1<Enter>");
    pty_wait_text(t, "the input table has no column Nope");
    pty_keys(t, "<End><C-u>insert K=1 K=2<Enter>");
    pty_wait_text(t, "K is there twice");
    pty_keys(t, "<End><C-u>insert K=1 and<Enter>");
    pty_wait_text(t, "expected NAME=VALUE, found 'and'");
    pty_keys(t, "<End><C-u>insert =1 K=1<Enter>");
    pty_wait_text(t, "expected NAME=VALUE, found '=1'");
    pty_keys(t, "<End><C-u>insert Name=\"a K=1<Enter>");
    pty_wait_text(t, "expected a quote at the end of the value, found '\"a K=1'");
    pty_keys(t, "<End><C-u>insert<Enter>");
    pty_wait_row(t, MESSAGE_ROW, ":insert K= Name= Price=");
    pty_keys(t, "<Esc>");
    undo(t);
    holds("inserts_keyed", "");
}

/* --- keys --- */

static void a_key_that_is_there_is_replaced_only_when_that_is_said(void **state)
{
    struct pty *t = shared;

    (void)state;
    command(t, "insert K=1 Name=a Price=1", "1 row written; U takes that back");
    command(t, "insert K=1 Name=b",
            "not written: such a key is there already; :insert! replaces it");
    command(t, "insert! K=1 Name=b", "1 row written, 1 in the place of others");
    holds("inserts_keyed", "(1, 'b', " NULL_DOUBLE ")");
    command(t, "insert K=null Name=none", "1 row written; U takes that back");
    holds("inserts_keyed",
          "(" NULL_LONG ", 'none', " NULL_DOUBLE "), (1, 'b', " NULL_DOUBLE ")");
    undo(t);
    undo(t);
    holds("inserts_keyed", "(1, 'a', 1.0)");
    undo(t);
    holds("inserts_keyed", "");
    pty_keys(t, "0U");
    pty_wait_row(t, MESSAGE_ROW, "nothing to undo");
}

static void a_filtered_view_writes_to_its_source_and_undo_keeps_the_order(void **state)
{
    struct pty *t = shared;

    (void)state;
    command(t, "insert K=1 Name=a Price=1", "1 row written");
    pty_keys(t, ":where Price > 5<Enter>");
    sheet_wait_status(t, 0, 0);
    pty_keys(t, ":drop Name<Enter>");
    pty_wait_text(t, "col 1/2");
    command(t, "insert K=2 Name=b Price=9", "1 row written");
    sheet_wait_status(t, 1, 1);
    holds("inserts_keyed", "(1, 'a', 1.0), (2, 'b', 9.0)");
    undo(t); /* the row, which is newer than the filter */
    holds("inserts_keyed", "(1, 'a', 1.0)");
    pty_keys(t, "U");
    pty_wait_text(t, "col 1/3");
    pty_keys(t, "U");
    sheet_wait_status(t, 1, 1);
    undo(t);
    holds("inserts_keyed", "");
}

/* --- rows that are there --- */

static void fill_rows(void)
{
    server_python("inserts_rows = input_table(key_cols='K', col_defs={\n"
                  "    'K': dtypes.long, 'Name': dtypes.string, 'Price': dtypes.double})\n"
                  "inserts_rows.add(empty_table(4).view("
                  "['K = ii', 'Name = `n` + ii', 'Price = 1.5 * ii']))\n");
}

static void clear_rows(void)
{
    server_python("inserts_rows.delete(inserts_rows.view('K').snapshot())\n");
}

static void rows_are_deleted_by_their_keys_after_asking(void **state)
{
    struct pty *t = shared;

    (void)state;
    fill_rows();
    open_tab(t, "inserts_rows");
    command(t, "delete", "delete the row with K=0? (y, n)");
    pty_keys(t, "n<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the row stays");
    pty_keys(t, "Vj");
    command(t, "delete", "delete 2 rows? (y, n)");
    pty_keys(t, "y<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "2 rows deleted; U takes that back");
    holds("inserts_rows", "(2, 'n2', 3.0), (3, 'n3', 4.5)");
    undo(t);
    holds("inserts_rows", "(0, 'n0', 0.0), (1, 'n1', 1.5), (2, 'n2', 3.0), (3, 'n3', 4.5)");
    pty_keys(t, "gg");
    pty_wait_text(t, "row 1 of 4");
    pty_wait_row(t, 3, " n0 "); /* in its place */
    pty_keys(t, ":drop K<Enter>");
    pty_wait_text(t, "col 1/2");
    command(t, "delete", "K, a key of its rows, is not among these columns");
    pty_keys(t, "U");
    pty_wait_text(t, "col 2/3");
    pty_keys(t, "0D");
    pty_wait_text(t, "Count");
    command(t, "delete", "these are no rows of the input table");
    pty_keys(t, "q");
    pty_wait_gone(t, "Count");
    close_tab(t);
}

static void a_cell_is_edited_and_the_rest_of_its_row_stays(void **state)
{
    struct pty *t = shared;

    (void)state;
    fill_rows();
    open_tab(t, "inserts_rows");
    pty_keys(t, "j");
    sheet_wait_status(t, 2, 4);
    pty_keys(t, "cPrice<Enter>e");
    pty_wait_row(t, MESSAGE_ROW, "Price of K=1: 1.5");
    pty_keys(t, "<C-u>x<Enter>");
    pty_wait_text(t, "Price: expected a number, nan, inf or null, found 'x'");
    pty_keys(t, "<End><C-u>2.25<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the cell is written; U takes that back");
    holds("inserts_rows",
          "(0, 'n0', 0.0), (1, 'n1', 2.25), (2, 'n2', 3.0), (3, 'n3', 4.5)");
    undo(t);
    holds("inserts_rows", "(0, 'n0', 0.0), (1, 'n1', 1.5), (2, 'n2', 3.0), (3, 'n3', 4.5)");
    pty_wait_gone(t, "2.25"); /* the screen follows with the next update */
    pty_keys(t, "0e");
    pty_wait_row(t, MESSAGE_ROW, "a key cannot be edited");
    pty_keys(t, "cPrice<Enter>e");
    pty_wait_row(t, MESSAGE_ROW, "Price of K=1: 1.5");
    clear_rows();
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "not written: the row is gone");
    holds("inserts_rows", "");
    close_tab(t);
    server_python("del inserts_rows\n");
}

static void an_edit_keeps_what_the_wire_would_not_carry(void **state)
{
    struct pty *t = shared;

    (void)state;
    server_python(
        "inserts_all.add(empty_table(1).view(['Id = 9', 'B = (byte)1', 'S = (short)2', "
        "'L = 3L', 'C = `c`.charAt(0)', 'Flag = true', 'F = 1.5f', 'D = 2.5', 'T = `t`', "
        "'At = parseInstant(`2026-01-01T00:00:00Z`)', 'Day = "
        "parseLocalDate(`2026-01-01`)', "
        "'Clock = parseLocalTime(`01:02:03`)', 'Took = parseDuration(`PT1S`)', "
        "'Span = parsePeriod(`P1M3D`)', 'Big = java.math.BigInteger.ONE', "
        "'Dec = java.math.BigDecimal.ONE', "
        "'Zoned = parseZonedDateTime(`2026-11-20T14:00:00 America/New_York`)', "
        "'List = new long[]{4, 5}']))\n");
    open_tab(t, "inserts_all");
    pty_keys(t, ":where Id == 9<Enter>");
    sheet_wait_status(t, 1, 1);
    pty_keys(t, "cT<Enter>");
    pty_wait_text(t, "T (string)");
    pty_keys(t, "e");
    pty_wait_row(t, MESSAGE_ROW, "T of Id=9: t");
    pty_keys(t, "<C-u>\"\"<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the cell is written; U takes that back");
    holds("inserts_all.where('Id == 9').view(['X = `` + T.length() + Span + Zoned + "
          "List[1] + Took + At'])",
          "('0P1M3D2026-11-20T14:00-05:00[America/New_York]5PT1S2026-01-01T00:00:00Z',)");
    close_tab(t);
}

static void a_moment_is_stored_in_the_zone_that_was_chosen(void **state)
{
    struct pty *t = shared;

    (void)state;
    open_tab(t, "inserts_all");
    command(t, "insert Id=20 Zoned=2026-11-20T14:00", "1 row written");
    pty_keys(t, ":set zone Asia/Tokyo<Enter>");
    command(t, "insert Id=21 Zoned=2026-11-20T14:00", "1 row written");
    pty_keys(t, ":where Id == 20<Enter>");
    sheet_wait_status(t, 1, 1);
    pty_keys(t, "cZoned<Enter>");
    pty_wait_text(t, "Zoned (instant)");
    pty_keys(t, "e");
    pty_wait_row(t, MESSAGE_ROW, "Zoned of Id=20: ");
    pty_keys(t, "<C-u>2026-11-21<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the cell is written");
    pty_keys(t, ":set zone default<Enter>");
    command(t, "insert Id=22 Zoned=2026-11-20T14:00", "1 row written");
    holds("inserts_all.where('Id in 20, 21, 22').view('X = `` + Id + ` ` + "
          "(Id == 22 ? `` + Zoned.toInstant() : `` + Zoned)')",
          "('20 2026-11-21T00:00+09:00[Asia/Tokyo]',), "
          "('21 2026-11-20T14:00+09:00[Asia/Tokyo]',), ('22 2026-11-20T14:00:00Z',)");
    close_tab(t);
}

static void pasted_rows_are_written_all_or_none(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":insert ");
    pty_wait_row(t, MESSAGE_ROW, ":insert");
    pty_paste(t, "1\ta\t1.5\r2\t\"b \"\"\tc\"\t\r\r\r");
    pty_wait_row(t, MESSAGE_ROW, "2 rows written; U takes that back");
    holds("inserts_keyed", "(1, 'a', 1.5), (2, 'b \"\\tc', " NULL_DOUBLE ")");
    pty_keys(t, ":insert! ");
    pty_wait_row(t, MESSAGE_ROW, ":insert!");
    pty_paste(t, "Price\tK\n7\t1\n8\t3");
    pty_wait_row(t, MESSAGE_ROW, "2 rows written, 1 in the place of others");
    undo(t);
    holds("inserts_keyed", "(1, 'a', 1.5), (2, 'b \"\\tc', " NULL_DOUBLE ")");
    undo(t);
    pty_keys(t, ":insert ");
    pty_wait_row(t, MESSAGE_ROW, ":insert");
    pty_paste(t, "1\ta\t1\n2\tb\tx\n");
    pty_wait_row(t, MESSAGE_ROW, "nothing is written; line 2: Price: expected a number");
    pty_keys(t, ":insert ");
    pty_wait_row(t, MESSAGE_ROW, ":insert");
    pty_paste(t, "1\ta\n");
    pty_wait_row(t, MESSAGE_ROW, "nothing is written; line 1: expected 3 fields, found 2");
    pty_keys(t, ":insert! ");
    pty_wait_row(t, MESSAGE_ROW, ":insert!");
    pty_paste(t, "Price\tK\n1\t7\n2\t8\n3\t7\n");
    pty_wait_row(t, MESSAGE_ROW, "nothing is written; line 4 has the key of line 2");
    holds("inserts_keyed", "");
}

/* --- refusals --- */

static void a_table_without_keys_only_grows(void **state)
{
    struct pty *t = shared;

    (void)state;
    open_tab(t, "inserts_plain");
    command(t, "insert A=1 B=\"x\"", "inserts_plain: 1 row written");
    command(t, "insert A=1 B=\"x\"", "inserts_plain: 1 row written");
    sheet_wait_status(t, 1, 2);
    holds("inserts_plain", "(1, 'x'), (1, 'x')");
    pty_keys(t, "0U");
    pty_wait_row(t, MESSAGE_ROW, "there is no way back: rows of a table without keys stay");
    close_tab(t);
}

static void what_cannot_be_written_says_so(void **state)
{
    struct pty *t = shared;

    (void)state;
    open_tab(t, "small");
    command(t, "insert I=1", "it is no input table: its rows cannot be written");
    close_tab(t);
    t = viewer_open("inserts_keyed", &viewer_small);
    command(t, "insert K=77", "rows change what others see: they are for dhview --write");
    viewer_leave(t);
    holds("inserts_keyed", "");
}

static void of_a_link_that_breaks_it_is_said_what_is_not_known(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = trial_view_at(relay_address(r), "inserts_plain", "--write");

    (void)state;
    viewer_wait_table(t);
    relay_stall(r);
    command(t, "insert A=3", "writing ...");
    relay_cut(r);
    pty_wait_gone(t, "writing ...");
    pty_keys(t, "E");
    pty_wait_text(t, "whether it was written is not known: ");
    pty_keys(t, "q");
    relay_flow(r);
    relay_mend(r);
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, ":tab inserts_keyed<Enter>");
    pty_wait_row(t, 0, "[2 inserts_keyed]");
    viewer_wait_table(t);
    relay_stall(r);
    command(t, "insert K=3", "writing ...");
    relay_cut(r);
    pty_wait_gone(t, "writing ...");
    pty_keys(t, "E");
    pty_wait_text(t, "not written: ");
    trial_leave(t);
    relay_free(r);
    holds("inserts_keyed", "");
}

/* What is shown has another export by then. */
static void a_table_that_was_asked_for_anew_is_written_back_too(void **state)
{
    struct pty *t = shared;

    (void)state;
    command(t, "insert K=5 Name=a", "1 row written");
    command(t, "insert! K=5 Name=b", "1 row written, 1 in the place of others");
    pty_keys(t, "<C-r>");
    pty_wait_row(t, MESSAGE_ROW, "subscribed anew");
    undo(t);
    holds("inserts_keyed", "(5, 'a', " NULL_DOUBLE ")");
    undo(t);
    holds("inserts_keyed", "");
}

static void a_way_back_that_a_link_breaks_is_tried_again(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = trial_view_at(relay_address(r), "inserts_keyed", "--write");

    (void)state;
    viewer_wait_table(t);
    command(t, "insert K=4", "1 row written");
    relay_stall(r);
    pty_keys(t, "U");
    pty_wait_text(t, "taking that back ...");
    relay_cut(r);
    pty_wait_gone(t, "taking that back ...");
    pty_keys(t, "E");
    pty_wait_text(t, "whether it was taken back is not known: ");
    pty_keys(t, "q");
    holds("inserts_keyed", "(4, None, " NULL_DOUBLE ")");
    relay_flow(r);
    relay_mend(r);
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    undo(t);
    holds("inserts_keyed", "");
    trial_leave(t);
    relay_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_stored_as_it_was_typed),
        cmocka_unit_test(what_is_wrong_stays_in_the_line_to_be_mended),
        cmocka_unit_test(a_key_that_is_there_is_replaced_only_when_that_is_said),
        cmocka_unit_test(a_filtered_view_writes_to_its_source_and_undo_keeps_the_order),
        cmocka_unit_test(rows_are_deleted_by_their_keys_after_asking),
        cmocka_unit_test(a_cell_is_edited_and_the_rest_of_its_row_stays),
        cmocka_unit_test(an_edit_keeps_what_the_wire_would_not_carry),
        cmocka_unit_test(a_moment_is_stored_in_the_zone_that_was_chosen),
        cmocka_unit_test(pasted_rows_are_written_all_or_none),
        cmocka_unit_test(a_table_without_keys_only_grows),
        cmocka_unit_test(what_cannot_be_written_says_so),
        cmocka_unit_test(of_a_link_that_breaks_it_is_said_what_is_not_known),
        cmocka_unit_test(a_table_that_was_asked_for_anew_is_written_back_too),
        cmocka_unit_test(a_way_back_that_a_link_breaks_is_tried_again),
    };

    server_require();
    return cmocka_run_group_tests(tests, open_shared, leave_shared);
}
