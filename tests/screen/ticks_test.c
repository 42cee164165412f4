/* Marks of changed cells in the grid, and what is frozen while paused, on a given clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/build.h"
#include "tests/support/info_text.h"
#include "ui/table/grid.h"
#include "ui/table/live.h"
#include "ui/term/theme.h"

#define GOLDEN_MAX 65536
#define ROWS 9
#define COLS 52

struct fixture {
    struct replica *replica;
    struct grid *grid;
    struct live *live;
    struct draw_env env;
    struct surface *surface;
};

/* Compares with tests/screen/<name>.screen; GENERATE=1 writes that file instead. */
static void expect_text(const char *got, const char *name)
{
    char path[512], *want = mem_calloc(1, GOLDEN_MAX);
    bool generate = getenv("GENERATE") != NULL;
    FILE *f;

    snprintf(path, sizeof(path), "%s/tests/screen/%s.screen", TEST_SOURCE_DIR, name);
    f = fopen(path, generate ? "w" : "r");
    if (f == NULL)
        fail_msg("cannot open %s", path);
    if (generate)
        assert_true(fputs(got, f) >= 0);
    else
        assert_true(fread(want, 1, GOLDEN_MAX - 1, f) < GOLDEN_MAX - 1);
    assert_int_equal(fclose(f), 0);
    if (!generate)
        assert_string_equal(got, want);
    free(want);
}

static void draw(struct fixture *f, uint64_t now)
{
    struct rect r = {0, 0, ROWS, COLS};

    f->env.now_ms = now;
    surface_clear(f->surface);
    grid_prepare(f->grid, r, &f->env);
    grid_draw(f->grid, f->surface, r, &f->env);
}

/* Text and styles of the screen, the styles under the rows that differ from the default. */
static void expect_screen(struct fixture *f, const char *name)
{
    char *text = surface_dump(f->surface), *styles = surface_dump_styles(f->surface);
    char *both = mem_printf("%s%s", text, styles);

    expect_text(both, name);
    free(text);
    free(styles);
    free(both);
}

static bool show(struct fixture *f, uint64_t now)
{
    struct window w = window_of(f->replica), shown = live_window(f->live, &w);

    grid_set_window(f->grid, &shown);
    return live_update(f->live, &w, f->grid, now);
}

/* One update that takes out rows of the window and puts one or two others in. */
static bool replace(struct fixture *f, const char *removed, const char *added, int64_t size,
                    uint64_t now)
{
    const char *ones = strchr(added, ',') ? "1,1" : "1";
    const struct schema *s = replica_schema(f->replica);
    struct update *u = update_new(s->n_columns);
    struct err e = {.msg = ""};

    u->table_size = size;
    u->removed = (rowset_free(u->removed), build_set(removed));
    u->added = (rowset_free(u->added), build_set(added));
    for (size_t c = 0; c < 4; c++) {
        u->added_data[c] = build_column(s->columns[c].type, ones);
    }
    if (replica_apply(f->replica, u, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    return show(f, now);
}

/* One update of the columns given: rows to change, their data; NULL: none. */
static bool change(struct fixture *f, const char *const rows[4], const char *const data[4],
                   int64_t size, uint64_t now)
{
    const struct schema *s = replica_schema(f->replica);
    struct update *u = update_new(s->n_columns);
    struct err e = {.msg = ""};

    u->table_size = size;
    for (size_t c = 0; c < 4; c++) {
        if (!rows[c])
            continue;
        u->modified[c] = build_set(rows[c]);
        u->modified_data[c] = build_column(s->columns[c].type, data[c]);
    }
    if (replica_apply(f->replica, u, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    return show(f, now);
}

static int set_up(void **state)
{
    static const char *const first[] = {"1,2,3,4,5,6,7,8", "1.5,2.25,30,-4,5,6,7,8",
                                        "a,b,c,d,e,f,g,h", "100,200,300,400,5,6,7,8"};
    struct fixture *f = MEM_NEW(struct fixture);
    struct update *u = update_new(4);
    struct err e = {.msg = ""};

    f->replica = replica_new(build_schema("ldsl"), REPLICA_VIEWPORT);
    u->is_snapshot = true;
    u->viewport = build_set("0-7");
    u->added = (rowset_free(u->added), build_set("0-7"));
    u->table_size = 1000;
    for (size_t c = 0; c < 4; c++)
        u->added_data[c] =
            build_column(replica_schema(f->replica)->columns[c].type, first[c]);
    if (replica_apply(f->replica, u, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    f->grid = grid_new(false);
    f->live = live_new();
    f->surface = surface_new(ROWS, COLS);
    grid_set_ticks(f->grid, live_ticks(f->live));
    assert_true(show(f, 0));
    draw(f, 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    live_free(f->live);
    grid_free(f->grid);
    surface_free(f->surface);
    replica_free(f->replica);
    free(f);
    return 0;
}

/* Up, down, null, text; the current cell; a number that fills its column. */
static bool tick(struct fixture *f, uint64_t now)
{
    return change(f, (const char *const[]){"0-2", "0-3", "1,4", "3"},
                  (const char *const[]){"2,2,1", "1.75,2,null,-3.5", "B,E", "9999"}, 1000,
                  now);
}

static void changed_cells_are_marked_and_fade(void **state)
{
    struct fixture *f = *state;

    assert_true(tick(f, 1000));
    assert_int_equal(live_next(f->live, f->grid, 1000), 1500);
    draw(f, 1000);
    expect_screen(f, "ticks-fresh");
    assert_int_equal(live_next(f->live, f->grid, 1500), 2000);
    draw(f, 1500);
    expect_screen(f, "ticks-fading");
    assert_true(live_next(f->live, f->grid, 2000) == TICKS_NEVER);
    draw(f, 2000);
    expect_screen(f, "ticks-gone");
}

static void ascii_marks_are_ascii(void **state)
{
    struct fixture *f = *state;

    f->env.ascii = true;
    assert_true(tick(f, 1000));
    draw(f, 1000);
    expect_screen(f, "ticks-ascii");
}

/* Without colour a change shows by attributes alone, also in text, and so does fading. */
static void marks_differ_without_colour(void **state)
{
    static const unsigned ids[] = {STYLE_CHANGED, STYLE_CHANGED_UP, STYLE_CHANGED_DOWN};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_not_equal(theme_style(ids[i])->mono, theme_style(STYLE_CELL)->mono);
        assert_int_not_equal(theme_style(ids[i])->mono, theme_style(STYLE_FADING)->mono);
    }
    assert_int_not_equal(theme_style(STYLE_FADING)->mono, theme_style(STYLE_CELL)->mono);
}

static void what_is_not_on_screen_needs_no_frame(void **state)
{
    struct fixture *f = *state;

    /* seven rows fit below header and type line; the eighth is held only */
    assert_false(
        change(f, (const char *const[4]){"7"}, (const char *const[4]){"80"}, 1000, 10));
    assert_true(live_next(f->live, f->grid, 10) == TICKS_NEVER);
    assert_int_equal(ticks_look(live_ticks(f->live), 0, 7, 10).age, TICK_NONE);
    assert_false(change(f, (const char *const[4]){NULL}, NULL, 1000, 20));
    assert_false(change(f, (const char *const[4]){"3"}, (const char *const[4]){"4"}, 1000,
                        30)); /* the value it has */
    assert_true(
        change(f, (const char *const[4]){"6"}, (const char *const[4]){"70"}, 1000, 40));
    assert_true(change(f, (const char *const[4]){NULL}, NULL, 1001, 50)); /* its size */
}

static void a_paused_picture_stands_and_differences_are_marked(void **state)
{
    struct fixture *f = *state;
    struct window w = window_of(f->replica);
    struct info_line status;
    char *text;

    assert_int_equal(live_pause(f->live, &w, NULL), ERR_OK);
    (void)tick(f, 1000);
    (void)change(f, (const char *const[4]){"0"}, (const char *const[4]){"1"}, 1900, 1100);
    draw(f, 1100);
    expect_screen(f, "ticks-paused");
    info_line_init(&status);
    live_status(f->live, false, 1100, &status);
    text = info_text(&status, 80, false);
    assert_string_equal(text, "PAUSED  2 missed   +900 rows");
    free(text);
    info_line_release(&status);
    live_resume(f->live, &w, 5000);
    (void)show(f, 5000);
    draw(f, 5000);
    expect_screen(f, "ticks-resumed");
    assert_false(live_paused(f->live));
}

/* How a cell is marked. */
static void expect_tick(struct fixture *f, size_t column, int64_t row, uint64_t now,
                        enum tick_age age, int direction)
{
    struct tick t = ticks_look(live_ticks(f->live), column, row, now);

    assert_int_equal(t.age, age);
    assert_int_equal(t.direction, direction);
}

static void marks_go_with_their_rows(void **state)
{
    struct fixture *f = *state;

    assert_true(tick(f, 1000));
    draw(f, 1000);
    assert_true(replace(f, "6-7", "0,4", 1002, 1100)); /* one row above, one in between */
    draw(f, 1100);
    expect_screen(f, "ticks-moved");
    expect_tick(f, 0, 0, 1100, TICK_NONE, 0);
    expect_tick(f, 0, 1, 1100, TICK_FRESH, +1); /* was row 0 */
    expect_tick(f, 1, 5, 1100, TICK_FRESH, +1); /* was row 3 */
    assert_true(replace(f, "1", "7", 1001, 1500));
    expect_tick(f, 0, 0, 1500, TICK_NONE, 0);
    expect_tick(f, 1, 4, 1500, TICK_FADING, +1);
    assert_true(replace(f, "4", "4", 1001, 1600)); /* another row at its place */
    expect_tick(f, 1, 4, 1600, TICK_NONE, 0);
    expect_tick(f, 0, 2, 1600, TICK_FADING, -1); /* nothing else has moved */
}

static void differences_are_found_where_their_rows_went(void **state)
{
    struct fixture *f = *state;
    struct window w = window_of(f->replica);

    assert_int_equal(live_pause(f->live, &w, NULL), ERR_OK);
    assert_true(replace(f, "6-7", "0,4", 1002, 1100));
    (void)change(f, (const char *const[4]){"5"}, (const char *const[4]){"40"}, 1002, 1200);
    assert_true(replace(f, "0", "7", 1001, 1300));
    live_resume(f->live, &w, 5000);
    (void)show(f, 5000);
    expect_tick(f, 0, 4, 5000, TICK_FRESH, +1); /* was row 3, with a 4 */
    for (int64_t row = 0; row < 8; row++)
        for (size_t c = 0; c < 4; c++)
            if (c != 0 || row != 4)
                expect_tick(f, c, row, 5000, TICK_NONE, 0);
}

static void press(struct fixture *f, enum action action, int64_t count)
{
    struct binding b = {.action = action};
    struct key_match m = {.binding = &b, .count = count, .has_count = count > 1};

    assert_true(grid_action(f->grid, &m));
}

/* Keys and updates come in any order between two frames. */
static void a_change_after_columns_were_hidden_waits_for_no_frame(void **state)
{
    struct fixture *f = *state;

    press(f, ACT_HIDE_COLUMN, 3);
    assert_true(tick(f, 1000));
    assert_true(grid_shows(f->grid, 3, 0));
    draw(f, 1000);
    assert_false(grid_shows(f->grid, 0, 0));
    assert_true(grid_shows(f->grid, 3, 0));
}

/* The list of columns hides them while the grid lies under it and is not prepared. */
static void a_change_under_the_list_of_columns_waits_for_no_frame(void **state)
{
    struct fixture *f = *state;
    struct columns *c = grid_columns(f->grid);
    int64_t row;
    size_t column;

    for (size_t i = 0; i < 3; i++)
        assert_true(columns_set_hidden(c, i, true));
    assert_true(tick(f, 1000));
    assert_true(grid_cell(f->grid, &row, &column));
    assert_int_equal(column, 3); /* the one that is left, at once */
    assert_int_equal(grid_current_column(f->grid), 3);
    draw(f, 1000);
    assert_true(grid_shows(f->grid, 3, 0));
}

/* A table that is subscribed anew may have fewer columns. */
static void another_table_of_fewer_columns_waits_for_no_frame(void **state)
{
    struct fixture *f = *state;
    struct replica *other = replica_new(build_schema("l"), REPLICA_VIEWPORT), *old;
    struct update *u = update_new(1);
    struct err e = {.msg = ""};
    int64_t row;
    size_t column;

    press(f, ACT_LAST_COLUMN, 1);
    u->is_snapshot = true;
    u->viewport = build_set("0-7");
    u->table_size = 8;
    u->added = (rowset_free(u->added), build_set("0-7"));
    u->added_data[0] =
        build_column(replica_schema(other)->columns[0].type, "1,2,3,4,5,6,7,8");
    if (replica_apply(other, u, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    old = f->replica;
    f->replica = other;
    assert_true(show(f, 1000));
    replica_free(old);
    assert_true(grid_cell(f->grid, &row, &column));
    assert_int_equal(column, 0);
    draw(f, 1000);
    assert_true(grid_shows(f->grid, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changed_cells_are_marked_and_fade, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(ascii_marks_are_ascii, set_up, tear_down),
        cmocka_unit_test(marks_differ_without_colour),
        cmocka_unit_test_setup_teardown(what_is_not_on_screen_needs_no_frame, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(marks_go_with_their_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(differences_are_found_where_their_rows_went, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_paused_picture_stands_and_differences_are_marked,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_change_after_columns_were_hidden_waits_for_no_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_change_under_the_list_of_columns_waits_for_no_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_table_of_fewer_columns_waits_for_no_frame,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
