/* Tables that change while they are looked at: what is on the screen is true at each look,
 * and the screen stays where it is. The tables are those of scripts/sample_tables.py. */
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
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define QUIET_MS 60 /* what was asked for has come; ticks are 200 ms and more apart */

static struct prng numbers;
static int height; /* lines of table rows, of the size the test runs at */

static struct pty *open_table(void **state, const char *name)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);

    height = viewer_height(z);
    return viewer_open(name, z);
}

/* --- looking --- */

static struct sheet now; /* what the last look saw; large */

static bool is_here(struct pty *t, void *ctx)
{
    static struct sheet s;
    bool ok = sheet_read(t, &s) && s.n_rows >= *(const size_t *)ctx && !s.pending;

    sheet_release(&s);
    return ok;
}

static void look_at(struct pty *t, size_t least)
{
    do {
        pty_wait(t, is_here, &least, "rows");
        pty_wait_quiet(t, QUIET_MS);
    } while (!is_here(t, &least)); /* rows have gone or come meanwhile */
    sheet_release(&now);
    assert_true(sheet_read(t, &now));
    for (size_t r = 1; r < now.n_rows; r++)
        assert_int_equal(now.number[r], now.number[r - 1] + 1);
}

static void look(struct pty *t)
{
    look_at(t, 0);
}

/* Number in a cell of the last look. */
static int64_t value(size_t row, const char *column)
{
    int c = sheet_column(&now, column);
    char *end;
    long long v;

    assert_true(c >= 0 && now.cell[row][c]);
    v = strtoll(now.cell[row][c], &end, 10);
    if (*end)
        fail_msg("row %" PRId64 ", column %s: \"%s\" is no number", now.number[row], column,
                 now.cell[row][c]);
    return v;
}

static int64_t rows_now(const struct pty *t)
{
    int64_t row, rows;

    assert_true(sheet_status(t, &row, &rows));
    return rows;
}

static int64_t row_now(const struct pty *t)
{
    int64_t row, rows;

    assert_true(sheet_status(t, &row, &rows));
    return row;
}

static bool has_rows(struct pty *t, void *ctx)
{
    int64_t row, rows;

    return sheet_status(t, &row, &rows) && rows >= *(const int64_t *)ctx;
}

static void wait_rows(struct pty *t, int64_t rows)
{
    pty_wait(t, has_rows, &rows, "the table grows");
}

typedef void invariant(void);

/* Looks, checking each time, until the first row's column has changed so many times. */
static void watch(struct pty *t, const char *column, int changes, invariant *check)
{
    int64_t last;

    look_at(t, 1);
    check();
    last = value(0, column);
    for (int looks = 0; changes > 0; looks++) {
        char text[32];

        (void)snprintf(text, sizeof(text), "%" PRId64, last);
        pty_wait_gone(t, text);
        look_at(t, 1); /* a blink cycle may have none */
        check();
        changes -= value(0, column) != last;
        last = value(0, column);
        assert_true(looks < 100);
    }
}

/* --- appending --- */

static void check_appending(struct pty *t, int64_t first)
{
    look(t);
    assert_int_equal(sheet_check(t, sheet_formula_appending), height);
    assert_int_equal(now.number[0], first);
}

static void a_growing_table_leaves_the_screen_where_it_is(void **state)
{
    struct pty *t = open_table(state, "appending");
    int64_t rows, first, row;

    sheet_settle(t);
    rows = rows_now(t);
    for (int64_t more = 1; more <= 3; more++) {
        check_appending(t, 1);
        wait_rows(t, rows + more);
    }
    assert_int_equal(row_now(t), 1);
    for (int round = 0; round < 2; round++) {
        rows = rows_now(t);
        pty_keys(t, "G");
        sheet_settle(t);
        look(t);
        row = row_now(t);
        first = now.number[0];
        assert_true(row >= rows);
        assert_int_equal(now.number[now.n_rows - 1], row);
        for (int64_t more = 1; more <= 3; more++) {
            check_appending(t, first);
            wait_rows(t, row + more);
        }
        assert_int_equal(row_now(t), row);
    }
    pty_keys(t, "gg");
    sheet_settle(t);
    wait_rows(t, rows_now(t) + 2);
    check_appending(t, 1);
    viewer_leave(t);
}

/* --- values, order and size change --- */

static void modified_holds(void)
{
    assert_int_equal((int)now.n_rows, height);
    for (size_t r = 0; r < now.n_rows; r++) {
        assert_int_equal(value(r, "K"), now.number[r] - 1);
        assert_int_equal(value(r, "V") % 1000, value(r, "K"));
        assert_int_equal(value(r, "W"), value(r, "V") * 2);
    }
}

static void values_change_in_place(void **state)
{
    static const char *const places[] = {"gg", "500G", "G"};
    struct pty *t = open_table(state, "modified");

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        pty_keys(t, places[i]);
        sheet_settle(t);
        watch(t, "V", 2, modified_holds);
        assert_int_equal(rows_now(t), 1000);
    }
    assert_int_equal(row_now(t), 1000);
    viewer_leave(t);
}

static void sorting_holds(void)
{
    assert_int_equal((int)now.n_rows, height);
    for (size_t r = 0; r < now.n_rows; r++) {
        if (r > 0)
            assert_true(value(r, "A") < value(r - 1, "A"));
        assert_int_equal(value(r, "B"), value(r, "A") * 7);
        assert_int_equal(value(r, "K"), value(r, "A") % 1000);
    }
}

static void rows_move_in_a_sorted_table(void **state)
{
    static const char *const places[] = {"gg", "100G", "G"};
    static const int64_t at[] = {1, 100, 200};
    struct pty *t = open_table(state, "sorting");

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        pty_keys(t, places[i]);
        sheet_settle(t);
        watch(t, "A", 2, sorting_holds);
        sheet_wait_status(t, at[i], 200);
    }
    viewer_leave(t);
}

static bool rows_changed(struct pty *t, void *ctx)
{
    int64_t row, rows;

    return sheet_status(t, &row, &rows) && rows != *(const int64_t *)ctx;
}

static void the_cursor_stays_in_a_shrinking_table(void **state)
{
    struct pty *t = open_table(state, "shrinking");
    int shrunk = 0;
    int64_t rows;

    pty_keys(t, "G");
    sheet_settle(t);
    for (int looks = 0; shrunk < 2 && looks < 40; looks++) {
        rows = rows_now(t);
        pty_wait(t, rows_changed, &rows, "another number of rows");
        look(t);
        shrunk += rows_now(t) < rows;
        assert_true(row_now(t) <= rows_now(t));
        assert_true(now.n_rows > 0);
        for (size_t r = 0; r < now.n_rows; r++) {
            assert_true(now.number[r] <= rows_now(t));
            assert_int_equal(value(r, "P"), now.number[r] - 1);
            assert_int_equal(value(r, "R"), value(r, "P") * 10);
        }
    }
    assert_int_equal(shrunk, 2);
    viewer_leave(t);
}

static void blinking_holds(void)
{
    for (size_t r = 0; r < now.n_rows; r++) {
        assert_int_equal(value(r, "Y"), value(r, "X") + 1);
        if (r > 0 && value(r, "X") < value(r - 1, "X"))
            fail_msg("X of row %" PRId64 " is %s, behind %s", now.number[r],
                     now.cell[r][sheet_column(&now, "X")],
                     now.cell[r - 1][sheet_column(&now, "X")]);
    }
}

static void a_blink_table_shows_each_cycle(void **state)
{
    struct pty *t = open_table(state, "blinking");

    watch(t, "X", 3, blinking_holds);
    pty_keys(t, "G");
    watch(t, "X", 3, blinking_holds);
    assert_true(row_now(t) <= rows_now(t));
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "gg");
    watch(t, "X", 2, blinking_holds);
    viewer_leave(t);
}

static void an_empty_table_shows_its_header(void **state)
{
    static const char *const keys[] = {"j",  "k",   "G",     "gg",    "50%", "<PgDn>",
                                       "zz", "zb",  "H",     "M",     "L",   "<PgUp>",
                                       "7G", "99j", "<C-d>", "<C-u>", "$",   "<C-Right>"};
    struct pty *t = open_table(state, "empty");

    pty_wait_text(t, " row 0 of 0 ");
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        pty_keys(t, keys[i]);
        sheet_settle(t);
        look(t);
        assert_int_equal(now.n_rows, 0);
        assert_int_equal(now.n_columns, 2);
        assert_string_equal(now.name[0], "I");
        assert_string_equal(now.name[1], "S");
        sheet_wait_status(t, 0, 0);
    }
    pty_wait_row(t, 0, "● live");
    pty_wait_text(t, "S (string)   col 2/2");
    viewer_leave(t);
}

static void rows_without_columns_are_counted(void **state)
{
    struct pty *t = open_table(state, "bare");

    pty_wait_text(t, " row 1 of 10   no columns");
    pty_keys(t, "G");
    sheet_wait_status(t, 10, 10);
    viewer_leave(t);
    t = open_table(state, "nothing");
    pty_wait_text(t, " row 0 of 0   no columns");
    pty_keys(t, "Gjk");
    sheet_wait_status(t, 0, 0);
    viewer_leave(t);
    t = open_table(state, "baregrows");
    pty_wait_text(t, "   no columns");
    wait_rows(t, rows_now(t) + 1);
    viewer_leave(t);
}

/* --- rows come and go on command --- */

#define KEYS_MAX 1000

/* The table ctl as it has to be: texts by key, NULL where there is no row. */
static struct {
    char *text[KEYS_MAX];
    int64_t rows;
} model;

static void model_set(int first, int last, const char *text)
{
    for (int k = first; k <= last; k++) {
        model.rows += (text != NULL) - (model.text[k] != NULL);
        free(model.text[k]);
        model.text[k] = text ? mem_strdup(text) : NULL;
    }
}

/* Key of the row at a position from 0. */
static int model_key(int64_t position)
{
    for (int k = 0; k < KEYS_MAX; k++) {
        if (model.text[k] && position-- == 0)
            return k;
    }
    fail_msg("the table has %" PRId64 " rows", model.rows);
    return -1;
}

static void add(int first, int last, const char *text)
{
    server_control("add %d %d %s", first, last, text);
    model_set(first, last, text);
}

static void take_out(int first, int last)
{
    server_control("remove %d %d", first, last);
    model_set(first, last, NULL);
}

static void clear(void)
{
    server_control("clear");
    model_set(0, KEYS_MAX - 1, NULL);
}

static bool row_matches(const struct sheet *s, size_t r)
{
    char key[16];
    int k;

    if (s->number[r] > model.rows || s->number[r] < 1 || !s->cell[r][0] || !s->cell[r][1])
        return false;
    k = model_key(s->number[r] - 1);
    (void)snprintf(key, sizeof(key), "%d", k);
    return strcmp(s->cell[r][0], key) == 0 && strcmp(s->cell[r][1], model.text[k]) == 0;
}

/* The screen shows the model: its number of rows, as many of them as there is room for, and
 * the right ones. */
static bool screen_matches(struct pty *t, void *ctx)
{
    int64_t row, rows, most;
    bool ok = sheet_status(t, &row, &rows) && rows == model.rows;

    (void)ctx;
    sheet_release(&now);
    ok = sheet_read(t, &now) && ok && (row > 0 || rows == 0) && row <= rows;
    most = model.rows < height ? model.rows : height;
    ok = ok && (int64_t)now.n_rows == most;
    for (size_t r = 0; ok && r < now.n_rows; r++) {
        ok = row_matches(&now, r);
        if (ok && r > 0)
            ok = now.number[r] == now.number[r - 1] + 1;
    }
    return ok;
}

struct place {
    int64_t row, top; /* of the cursor, and the first on screen; from 1 */
};

static bool is_at(struct pty *t, void *ctx)
{
    const struct place *p = ctx;
    int64_t row, rows;

    return screen_matches(t, NULL) && sheet_status(t, &row, &rows) && row == p->row &&
           (rows == 0 || now.number[0] == p->top);
}

/* And goes on doing so: the cursor is in row, the first row on screen is top. */
static void expect(struct pty *t, int64_t row, int64_t top)
{
    struct place p = {row, top};
    char *what = mem_printf("what the table holds now, from row %" PRId64
                            " on, the cursor in %" PRId64,
                            top, row);

    pty_wait(t, is_at, &p, what);
    pty_wait_quiet(t, QUIET_MS);
    assert_true(is_at(t, &p));
    free(what);
}

static void rows_come_and_go_at_the_top(void **state)
{
    struct pty *t;

    clear();
    t = open_table(state, "ctl");
    expect(t, 0, 0);
    add(10, 14, "first");
    expect(t, 1, 1);
    add(0, 9, "before");
    expect(t, 1, 1);
    add(3, 3, "one changed");
    expect(t, 1, 1);
    add(500, 549, "far behind");
    expect(t, 1, 1);
    add(20, 24, "on screen");
    expect(t, 1, 1);
    take_out(2, 12);
    expect(t, 1, 1);
    take_out(520, 530);
    expect(t, 1, 1);
    take_out(0, 0);
    expect(t, 1, 1);
    add(0, 499, "many");
    expect(t, 1, 1);
    take_out(1, 998);
    expect(t, 1, 1);
    clear();
    expect(t, 0, 0);
    add(7, 7, "back");
    expect(t, 1, 1);
    viewer_leave(t);
}

static void rows_come_and_go_in_the_middle(void **state)
{
    struct pty *t;

    clear();
    add(100, 199, "middle");
    t = open_table(state, "ctl");
    expect(t, 1, 1);
    pty_keys(t, "50Gzt");
    expect(t, 50, 50);
    add(0, 9, "in front");
    expect(t, 50, 50);
    take_out(0, 4);
    expect(t, 50, 50);
    take_out(150, 154);
    expect(t, 50, 50);
    add(152, 153, "on screen");
    expect(t, 50, 50);
    add(300, 310, "behind");
    expect(t, 50, 50);
    take_out(120, 998);
    expect(t, 25, height < 25 ? 26 - height : 1);
    take_out(10, 998);
    expect(t, 5, 1);
    clear();
    expect(t, 0, 0);
    add(1, 60, "back");
    expect(t, 1, 1);
    viewer_leave(t);
}

static void rows_come_and_go_at_the_end(void **state)
{
    struct pty *t;

    clear();
    add(100, 199, "end");
    t = open_table(state, "ctl");
    expect(t, 1, 1);
    pty_keys(t, "G");
    expect(t, 100, 101 - height);
    add(300, 309, "behind");
    expect(t, 100, 101 - height);
    add(0, 4, "in front");
    expect(t, 100, 101 - height);
    pty_keys(t, "G");
    expect(t, 115, 116 - height);
    take_out(304, 305);
    expect(t, 113, 114 - height);
    take_out(0, 1);
    expect(t, 111, 112 - height);
    add(190, 199, "changed");
    expect(t, 111, 112 - height);
    take_out(3, 190);
    expect(t, 18, 1);
    add(50, 90, "more");
    expect(t, 18, 1);
    pty_keys(t, "G");
    expect(t, 59, 60 - height);
    clear();
    expect(t, 0, 0);
    pty_keys(t, "G");
    expect(t, 0, 0);
    add(1, 60, "back");
    pty_wait(t, screen_matches, NULL, "the rows that are back");
    viewer_leave(t);
}

static void random_change(void)
{
    int first = (int)prng_below(&numbers, KEYS_MAX);
    int last = first + (int)prng_below(&numbers, 40);
    char text[32];

    if (last >= KEYS_MAX)
        last = KEYS_MAX - 1;
    (void)snprintf(text, sizeof(text), "v%d", (int)prng_below(&numbers, 1000));
    if (prng_below(&numbers, 3) == 0)
        take_out(first, last);
    else
        add(first, last, text);
}

static void after_any_changes_and_keys_the_rows_are_right(void **state)
{
    static const char *const keys[] = {"gg", "G", "50%", "<PgDn>", "<PgUp>", "zt", "3j"};
    struct pty *t;

    clear();
    t = open_table(state, "ctl");
    for (int i = 0; i < 25; i++) {
        random_change();
        pty_keys(t, keys[prng_below(&numbers, sizeof(keys) / sizeof(*keys))]);
        pty_wait(t, screen_matches, NULL, "what the table holds now");
    }
    viewer_leave(t);
    clear();
}

/* --- tables that end --- */

static char *failing_formula(const char *column, int64_t i)
{
    (void)column; /* all three are the row's position */
    return mem_printf("%" PRId64, i);
}

static void keys_work_on_ten_rows(struct pty *t, int64_t rows)
{
    pty_keys(t, "G");
    sheet_settle(t);
    sheet_wait_status(t, rows, rows);
    pty_keys(t, "gg");
    sheet_settle(t);
    sheet_wait_status(t, 1, rows);
}

static void a_failed_table_says_why_and_keeps_its_rows(void **state)
{
    struct pty *t;

    server_control("restore");
    t = open_table(state, "failing");
    sheet_settle(t);
    assert_int_equal(sheet_check(t, failing_formula), 30);
    server_control("fail");
    pty_wait_row(t, 0, "these rows are old");
    pty_wait_text(
        t, "X = Long.parseLong(S): For input string: \"no number\""); /* of its log */
    keys_work_on_ten_rows(t, 10);
    assert_int_equal(sheet_check(t, failing_formula), 30);
    pty_wait_row(t, 0, "these rows are old");
    viewer_leave(t);
    server_control("restore");
}

static char *replaced_formula(const char *column, int64_t i)
{
    return strcmp(column, "I") == 0 ? mem_printf("%" PRId64, i) : NULL;
}

static void a_replaced_variable_leaves_the_table_on_screen(void **state)
{
    struct pty *old, *new;
    int64_t version;

    old = open_table(state, "replaced");
    sheet_settle(old);
    look(old);
    version = value(0, "Version");
    server_control("replace");
    new = open_table(state, "replaced");
    sheet_settle(new);
    look(new);
    assert_int_equal(value(0, "Version"), version + 1);
    assert_int_equal(sheet_check(new, replaced_formula), 10);
    keys_work_on_ten_rows(old, 10);
    look(old);
    assert_int_equal(value(0, "Version"), version);
    assert_int_equal(sheet_check(old, replaced_formula), 10);
    viewer_leave(new);
    viewer_leave(old);
}

static void a_variable_taken_away_leaves_its_table_on_screen(void **state)
{
    struct pty *t;

    server_control("offer");
    t = open_table(state, "optional");
    sheet_settle(t);
    server_control("drop");
    keys_work_on_ten_rows(t, 5);
    assert_int_equal(sheet_check(t, failing_formula), 5);
    viewer_leave(t);
    server_control("offer");
}

/* --- snapshots in many pieces --- */

static void check_whole(struct pty *t, const struct viewer_setting *z)
{
    size_t columns = z->cols < 200 ? 5 : 8; /* whole ones, at the least */

    assert_in_range(sheet_check(t, sheet_formula_million),
                    (size_t)viewer_height(z) * columns, (size_t)viewer_height(z) * 8);
}

static void a_snapshot_in_many_pieces_becomes_whole(void **state)
{
    char *target = mem_printf("%s/million", server_growth_address());
    const char *argv[] = {"--auth",          "psk",  "--secret-file",
                          server_psk_file(), target, NULL};
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t =
        pty_start(&(struct pty_options){.rows = z->rows, .cols = z->cols, .argv = argv});

    free(target);
    sheet_wait_status(t, 1, 1000000);
    sheet_settle(t);
    check_whole(t, z);
    for (int i = 0; i < 100; i++)
        pty_keys(t, "<PgDn>");
    sheet_wait_status(t, 1 + 100 * viewer_height(z), 1000000);
    sheet_settle(t);
    check_whole(t, z);
    pty_keys(t, "G");
    sheet_wait_status(t, 1000000, 1000000);
    sheet_settle(t);
    check_whole(t, z);
    for (int i = 0; i < 20; i++)
        pty_keys(t, "<PgUp>");
    sheet_settle(t);
    check_whole(t, z);
    pty_keys(t, "500000G");
    sheet_wait_status(t, 500000, 1000000);
    sheet_settle(t);
    check_whole(t, z);
    viewer_leave(t);
}

/* Asked for over a link that is stalled until the row is gone. */
static void a_value_of_a_row_that_is_gone_is_told(void **state)
{
    struct relay *r = relay_new(server_address());
    char *target = mem_printf("dh+plain://%s/scope/ctl", relay_address(r));
    struct pty *t;

    (void)state;
    server_control("clear");
    server_control("add 0 999 there");
    t = pty_dhview(target, NULL);
    free(target);
    sheet_wait_status(t, 1, 1000);
    relay_stall_up(r);
    pty_keys(t, "900G@");
    pty_wait_text(t, "asking for the value of this cell");
    server_control("remove 500 999");
    pty_wait_text(t, " of 500 "); /* what the server says flows on: it has removed them */
    relay_flow(r);
    pty_wait_text(t, "the row of that value is gone");
    viewer_leave(t);
    relay_free(r);
    server_control("clear");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(a_growing_table_leaves_the_screen_where_it_is),
        VIEWER_SIZES(values_change_in_place),
        VIEWER_SIZES(rows_move_in_a_sorted_table),
        VIEWER_SIZES(the_cursor_stays_in_a_shrinking_table),
        VIEWER_SIZES(a_blink_table_shows_each_cycle),
        VIEWER_SIZES(an_empty_table_shows_its_header),
        VIEWER_SIZES(rows_without_columns_are_counted),
        VIEWER_SIZES(rows_come_and_go_at_the_top),
        VIEWER_SIZES(rows_come_and_go_in_the_middle),
        VIEWER_SIZES(rows_come_and_go_at_the_end),
        VIEWER_SIZES(after_any_changes_and_keys_the_rows_are_right),
        VIEWER_SIZES(a_failed_table_says_why_and_keeps_its_rows),
        VIEWER_SIZES(a_replaced_variable_leaves_the_table_on_screen),
        VIEWER_SIZES(a_variable_taken_away_leaves_its_table_on_screen),
        VIEWER_SIZES(a_snapshot_in_many_pieces_becomes_whole),
        cmocka_unit_test(a_value_of_a_row_that_is_gone_is_told),
    };

    server_require();
    numbers = prng_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
