/* The grid drawn from a scripted table: columns in every state, at small and large sizes.
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
#include "tests/support/build.h"
#include "ui/table/grid.h"
#include "ui/term/theme.h"

#define GOLDEN_MAX 65536
#define ROWS 30 /* of the table; a few more than a small screen shows */

static void compare_golden(const char *got, const char *name)
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

/* --- the table --- */

static const struct {
    const char *name, *description;
    char letter;
} layout[] = {
    {"Sym", "", 's'},
    {"Price", "last trade, in euro", 'd'},
    {"Size", "", 'l'},
    {"Exchange", "", 's'},
    {"Bid", "", 'd'},
    {"Ask", "", 'd'},
    {"Comment", "", 's'},
    {"Levels", "", 'I'},
    {"Sequence\033[1m", "", 'l'},
    {"Late", "", 'l'},
};
#define N_COLUMNS (sizeof(layout) / sizeof(*layout))

static struct schema *make_schema(void)
{
    char letters[N_COLUMNS + 1] = "";
    struct schema *s;

    for (size_t c = 0; c < N_COLUMNS; c++)
        letters[c] = layout[c].letter;
    s = build_schema(letters);
    for (size_t c = 0; c < N_COLUMNS; c++) {
        s->columns[c].name = layout[c].name;
        s->columns[c].description = layout[c].description;
    }
    return s;
}

static char *cell_text(size_t column, int row)
{
    static const char *const symbols[] = {"AAPL", "MSFT", "GOOG", "X"};
    static const char *const exchanges[] = {"NYSE", "XETRA", "null", "Wien"};

    switch (column) {
    case 0:
        return mem_strdup(symbols[row % 4]);
    case 1:
        return row % 7 == 3 ? mem_strdup("nan") : mem_printf("%d.%02d", row * 37, row % 4);
    case 2:
        return row % 5 ? mem_printf("%d", row * row * 1000) : mem_strdup("null");
    case 3:
        return mem_strdup(exchanges[row % 4]);
    case 4:
    case 5:
        return mem_printf("%d.5", row + (int)column);
    case 6:
        return mem_printf("a comment that is longer than a column may grow %d", row);
    case 7:
        return mem_printf("(%d;%d)", row, row + 1);
    default:
        return mem_printf("%d", row * 1000001);
    }
}

static struct column *make_column(const struct type *type, size_t column)
{
    char *text = mem_strdup("");
    struct column *out;

    for (int row = 0; row < ROWS; row++) {
        char *cell = cell_text(column, row);
        char *longer = mem_printf("%s%s%s", text, row ? "," : "", cell);

        free(cell);
        free(text);
        text = longer;
    }
    out = build_column(type, text);
    free(text);
    return out;
}

/* All rows and all columns but the last, which is still to come. */
static struct replica *make_table(void)
{
    struct schema *s = make_schema();
    struct replica *r = replica_new(s, REPLICA_VIEWPORT);
    struct update *u = update_new(N_COLUMNS);
    struct err e = {.msg = ""};

    u->is_snapshot = true;
    u->table_size = ROWS;
    u->viewport = rowset_new_range(0, ROWS - 1);
    u->columns = rowset_new_range(0, N_COLUMNS - 2);
    rowset_add(u->added, 0, ROWS - 1);
    for (size_t c = 0; c + 1 < N_COLUMNS; c++)
        u->added_data[c] = make_column(s->columns[c].type, c);
    if (replica_apply(r, u, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    return r;
}

struct screen {
    struct replica *table;
    struct grid *grid;
    struct surface *surface;
    struct draw_env env;
    struct rect r;
};

static void prepare(struct screen *s)
{
    grid_prepare(s->grid, s->r, &s->env);
}

static struct screen open_at(int rows, int cols, bool ascii)
{
    struct screen s = {make_table(),
                       grid_new(ascii),
                       surface_new(rows, cols),
                       {.ascii = ascii},
                       {0, 0, rows - 1, cols}};
    struct window w = window_of(s.table);

    grid_set_window(s.grid, &w);
    prepare(&s);
    return s;
}

static void resize(struct screen *s, int rows, int cols)
{
    surface_resize(s->surface, rows, cols);
    s->r = (struct rect){0, 0, rows - 1, cols};
    prepare(s);
}

static void leave(struct screen *s)
{
    surface_free(s->surface);
    grid_free(s->grid);
    replica_free(s->table);
}

/* Keys of the grid, all printable; a frame is prepared after each when slow. */
static void type(struct screen *s, const char *keys, bool slow)
{
    struct key_matcher m = {.len = 0};

    for (; *keys; keys++) {
        struct key k = {(uint32_t)(unsigned char)*keys};
        struct key_match got = key_matcher_feed(&m, MODE_GRID, k);

        if (got.result == KEYS_ACTION)
            assert_true(grid_action(s->grid, &got));
        else
            assert_int_equal(got.result, KEYS_PENDING);
        if (slow)
            prepare(s);
    }
    prepare(s);
}

static void draw(struct screen *s)
{
    struct info_line status;
    struct surface *to = s->surface;

    surface_clear(to);
    grid_draw(s->grid, to, s->r, &s->env);
    info_line_init(&status);
    grid_status(s->grid, &status);
    info_line_draw(&status, to, (struct rect){s->r.rows, 0, 1, s->r.cols}, s->env.ascii);
    info_line_release(&status);
}

static void expect_screen(struct screen *s, const char *name)
{
    char *dump;

    draw(s);
    dump = surface_dump(s->surface);
    compare_golden(dump, name);
    free(dump);
}

/* What a screen without colours shows: for each cell the attributes as a digit, bold 1, dim
 * 2, reverse 4, underline 8. */
static void expect_mono(struct screen *s, const char *name)
{
    int rows = surface_rows(s->surface), cols = surface_cols(s->surface);
    char *text = mem_calloc((size_t)rows * ((size_t)cols + 1) + 1, 1), *p = text;

    draw(s);
    for (int row = 0; row < rows; row++) {
        char *end = p;

        for (int col = 0; col < cols; col++) {
            const struct cell *c = surface_cell(s->surface, row, col);
            unsigned looks = theme_style(c->style)->mono;

            *p++ = ".123456789abcdef"[looks];
            end = looks ? p : end;
        }
        p = end;
        *p++ = '\n';
    }
    *p = '\0';
    compare_golden(text, name);
    free(text);
}

/* --- what is drawn --- */

static void a_table_at_80x24(void **state)
{
    struct screen s = open_at(24, 80, false);

    (void)state;
    expect_screen(&s, "grid-80x24");
    expect_mono(&s, "grid-mono-80x24");
    leave(&s);
}

static void a_table_at_50x200(void **state)
{
    struct screen s = open_at(50, 200, false);

    (void)state;
    type(&s, "ll", true);
    expect_screen(&s, "grid-50x200");
    leave(&s);
}

static void frozen_and_hidden_columns_at_80x24(void **state)
{
    struct screen s = open_at(24, 80, false);

    (void)state;
    type(&s, "l!l-$", true);
    expect_screen(&s, "grid-columns-80x24");
    expect_mono(&s, "grid-columns-mono-80x24");
    leave(&s);
}

static void frozen_and_hidden_columns_at_50x200(void **state)
{
    struct screen s = open_at(50, 200, false);

    (void)state;
    type(&s, "l!l-$-4hg<2>", true);
    expect_screen(&s, "grid-columns-50x200");
    leave(&s);
}

static void frozen_and_hidden_columns_in_ascii(void **state)
{
    struct screen s = open_at(24, 80, true);
    char *dump;

    (void)state;
    type(&s, "-l!l-$", true);
    expect_screen(&s, "grid-columns-ascii-80x24");
    dump = surface_dump(s.surface);
    for (const char *p = dump; *p; p++)
        assert_true((unsigned char)*p < 0x80);
    free(dump);
    leave(&s);
}

/* What a table is sorted and filtered by, as ui/table/header_marks says it. */
static void mark(struct screen *s, const char *up, const char *down, const char *filter)
{
    char *both = mem_printf("%s2%s", down, filter), *first = mem_printf("%s1", up);
    struct column_mark marks[] = {
        {"Price", first}, {"Exchange", both}, {"Comment", filter}, {"Late", filter}};

    columns_set_marks(grid_columns(s->grid), marks, 4);
    prepare(s);
    free(both);
    free(first);
}

static void sorted_and_filtered_columns_are_marked(void **state)
{
    struct screen s = open_at(24, 80, false), ascii = open_at(24, 80, true);

    (void)state;
    mark(&s, "▲", "▼", "⌕");
    expect_screen(&s, "grid-marks-80x24");
    mark(&ascii, "^", "v", "&");
    type(&ascii, "lll10<", true); /* a mark stays where a name has no room */
    expect_screen(&ascii, "grid-marks-ascii-80x24");
    leave(&s);
    leave(&ascii);
}

static void keys_without_a_frame_between_them_do_the_same(void **state)
{
    struct screen slow = open_at(24, 80, false), fast = open_at(24, 80, false);
    char *a, *b;

    (void)state;
    type(&slow, "l!l-$ll3hg<2>0lg>_g-", true);
    type(&fast, "l!l-$ll3hg<2>0lg>_g-", false);
    draw(&slow);
    draw(&fast);
    a = surface_dump(slow.surface);
    b = surface_dump(fast.surface);
    assert_string_equal(a, b);
    free(a);
    free(b);
    leave(&slow);
    leave(&fast);
}

static void the_screen_asks_for_displayed_and_frozen_columns(void **state)
{
    struct screen s = open_at(24, 80, false);
    struct viewport_screen v;

    (void)state;
    type(&s, "l!l-$", true);
    grid_screen(s.grid, &v);
    assert_int_equal(v.n_order, N_COLUMNS - 1);
    assert_int_equal(v.n_frozen, 2);
    assert_int_equal(v.frozen[0], 0);
    assert_int_equal(v.frozen[1], 1);
    assert_int_equal(v.order[2], 3); /* column 2 is hidden */
    assert_true(v.first_column >= 2);
    assert_int_equal(v.first_column + v.n_columns, v.n_order);
    leave(&s);
}

static void columns_and_cursor_survive_a_resize_and_a_new_start(void **state)
{
    struct screen s = open_at(24, 80, false);
    struct replica *again = make_table();
    struct window none = {0}, w = window_of(again);
    char *before, *after;

    (void)state;
    type(&s, "l!l-$hhg<5>", true);
    resize(&s, 10, 30);
    resize(&s, 24, 80);
    draw(&s);
    before = surface_dump(s.surface);
    grid_set_window(s.grid, &none);
    prepare(&s);
    replica_free(s.table);
    s.table = again;
    grid_set_window(s.grid, &w);
    prepare(&s);
    draw(&s);
    after = surface_dump(s.surface);
    assert_string_equal(before, after);
    free(before);
    free(after);
    leave(&s);
}

static void a_number_is_in_sight_in_a_column_wider_than_the_screen(void **state)
{
    struct screen s = open_at(24, 80, false);
    char *dump;

    (void)state;
    type(&s, "ll400>", true);
    draw(&s);
    dump = surface_dump(s.surface);
    assert_non_null(strstr(dump, " 361000\n"));
    assert_non_null(strstr(dump, " Size\n"));
    assert_non_null(strstr(dump, " ∅\n"));
    free(dump);
    leave(&s);
}

static void it_is_drawn_at_any_size(void **state)
{
    struct screen s = open_at(24, 80, false);

    (void)state;
    type(&s, "3!$-", true);
    for (int rows = 2; rows < 8; rows++) {
        for (int cols = 1; cols < 60; cols++) {
            resize(&s, rows, cols);
            draw(&s);
            assert_non_null(surface_cell(s.surface, rows - 1, cols - 1));
        }
    }
    leave(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_at_80x24),
        cmocka_unit_test(a_table_at_50x200),
        cmocka_unit_test(frozen_and_hidden_columns_at_80x24),
        cmocka_unit_test(frozen_and_hidden_columns_at_50x200),
        cmocka_unit_test(frozen_and_hidden_columns_in_ascii),
        cmocka_unit_test(sorted_and_filtered_columns_are_marked),
        cmocka_unit_test(keys_without_a_frame_between_them_do_the_same),
        cmocka_unit_test(the_screen_asks_for_displayed_and_frozen_columns),
        cmocka_unit_test(columns_and_cursor_survive_a_resize_and_a_new_start),
        cmocka_unit_test(a_number_is_in_sight_in_a_column_wider_than_the_screen),
        cmocka_unit_test(it_is_drawn_at_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
