/*
 * What is told and shown while the answers to an operation are on their way: each telling
 * is a frame, and of these few may follow at once. Without a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/quick_filter.h"
#include "tests/support/demo_program.h"
#include "tests/support/feed_client.h"
#include "ui/table/row_anchor.h"
#include "ui/table/table_view.h"

#define LIMIT_S 20
#define SHIPS_MAX 200 /* more rows than there are */
#define ROW 7         /* of those left by the first filter */

static struct feed_client *open_ships(const struct demo_program *d)
{
    struct feed_client *c = feed_client_new(demo_program_address(d), LIMIT_S);
    struct viewport v = {.rows = rowset_new_range(0, SHIPS_MAX - 1),
                         .columns = rowset_new_range(0, 3)};

    feed_client_show(c, "ships", &v);
    viewport_release(&v);
    return c;
}

static const struct recipe *shown(const struct feed_client *c)
{
    return table_recipe(feed_table(c->feed));
}

static struct recipe *of_class(const struct feed_client *c, const char *class)
{
    const struct quick_filter_column column = {"Class", "char"};
    struct when_now now = {NULL, 0};
    struct condition *is = NULL;
    struct recipe *out = NULL;
    struct err e;
    size_t at;

    assert_int_equal(quick_filter_parse(class, &column, &now, &is, &at, &e), ERR_OK);
    assert_int_equal(recipe_filtered(shown(c), "Class", class, is, &out, &e), ERR_OK);
    condition_free(is);
    return out;
}

static bool is_of(struct feed_client *c, int64_t row, char class)
{
    struct window w = feed_window(c->feed);
    struct value v = window_cell(&w, (size_t)schema_find(w.schema, "Class"), row);

    assert_int_not_equal(v.state, VALUE_ABSENT);
    return v.state == VALUE_SET && v.i == class;
}

struct place {
    int told;
    int64_t row;
};

static void on_found(void *ctx, int64_t row)
{
    struct place *p = ctx;

    p->told++;
    p->row = row;
}

static struct place place;

static bool is_told(struct feed_client *c)
{
    (void)c;
    return place.told > 0;
}

/* Row ROW of class A, counted among those of class B before it. */
static int64_t expected(struct feed_client *c)
{
    int64_t a = 0, b = 0;

    for (int64_t i = 0; a <= ROW; i++) {
        a += is_of(c, i, 'A');
        b += a <= ROW && is_of(c, i, 'B');
    }
    return b;
}

/* Which is two questions, the second about the answer to the first. */
static void where_a_row_goes_when_a_filter_replaces_another_is_told_once(void **state)
{
    struct demo_program *d = demo_program_start((const char *const[]){NULL});
    struct feed_client *c = open_ships(d);
    struct recipe *from = of_class(c, "A"), *to = of_class(c, "B");
    struct row_anchor *p;

    (void)state;
    place = (struct place){0};
    p = row_anchor_ask(c->connection, from, to, ROW, on_found, &place);
    assert_non_null(p);
    feed_client_wait(c, is_told, "where the row goes");
    assert_int_equal(place.row, expected(c));
    assert_true(row_anchor_answered(p));
    row_anchor_free(p);
    recipe_free(from);
    recipe_free(to);
    feed_client_free(c);
    assert_int_equal(place.told, 1);
    demo_program_free(d);
}

static bool is_fetched(struct feed_client *c)
{
    return !table_asks(feed_table(c->feed));
}

/* The server tells of each table that an operation makes before its rows. */
static void an_operation_is_a_change_once_its_rows_are_there(void **state)
{
    struct demo_program *d = demo_program_start((const char *const[]){NULL});
    struct feed_client *c = open_ships(d);
    struct viewport v = {.rows = rowset_new_range(0, 19),
                         .columns = rowset_new_range(0, 3)};
    struct err e;

    (void)state;
    feed_client_wait(c, is_fetched, "the table of the ships");
    c->changed = 0;
    assert_int_equal(feed_apply(c->feed, of_class(c, "B"), &v, &e), ERR_OK);
    feed_client_wait(c, feed_client_restarted, "the rows of class B");
    assert_false(c->refused);
    assert_int_equal(c->changed, 1);
    viewport_release(&v);
    feed_client_free(c);
    demo_program_free(d);
}

/* --- a table without a terminal --- */

#define CURSOR 200 /* a row of all ships, from 1 */

static const struct rect screen = {0, 0, 7, 80}; /* five rows of the table */
static const struct draw_env env = {0};

static struct {
    struct table_view *table;
    int64_t expected; /* the row that the cursor goes to */
    bool said, held;  /* that the operation is over; and then the cursor's cell was here */
} shows;

static bool holds_cursor(void)
{
    struct window w = table_view_shown(shows.table);
    int64_t row;
    size_t column;

    return grid_cell(table_view_grid(shows.table), &row, &column) &&
           window_cell(&w, column, row).state != VALUE_ABSENT;
}

static void frame(void)
{
    struct view v = table_view_as_view(shows.table);

    v.ops->prepare(v.self, screen, &env);
    v.ops->ask(v.self);
}

static bool has_rows(struct feed_client *c)
{
    (void)c;
    frame();
    return table_view_rows(shows.table) > 0;
}

static bool is_on_its_row(struct feed_client *c)
{
    (void)c;
    frame();
    return grid_place(table_view_grid(shows.table)).row == shows.expected && holds_cursor();
}

static void on_change(void *ctx, struct table_view *t)
{
    (void)ctx;
    (void)t;
}

static void on_said(void *ctx, struct table_view *t, const char *text)
{
    (void)ctx;
    (void)t;
    shows.said = strstr(text, "filter B") != NULL;
    shows.held = shows.said && holds_cursor();
}

static void on_fault(void *ctx, struct table_view *t, const char *why)
{
    (void)ctx;
    (void)t;
    fail_msg("%s", why);
}

static void on_end(void *ctx, struct table_view *t, bool opened, const struct err *why)
{
    (void)ctx;
    (void)t;
    (void)opened;
    fail_msg("%s", why->msg);
}

static const struct table_view_handler table_events = {on_change, on_change, on_said,
                                                       on_fault,  on_fault,  on_end};

static bool is_said(struct feed_client *c)
{
    (void)c;
    return shows.said;
}

/* Where the cursor goes is known before the rows are here, or after them. */
static void the_cursor_is_on_a_row_that_is_here_as_soon_as_a_filters_rows_are(void **state)
{
    struct demo_program *d = demo_program_start((const char *const[]){NULL});
    struct feed_client *c = open_ships(d);
    struct table_view_options o = {0};
    struct err e;

    (void)state;
    shows.table =
        table_view_new(c->connection, recipe_copy(shown(c)), &o, &table_events, NULL);
    shows.expected = 0;
    for (int64_t i = 0; i < CURSOR - 1; i++)
        shows.expected += is_of(c, i, 'B');
    assert_int_equal(table_view_open(shows.table, screen, &env, &e), ERR_OK);
    feed_client_wait(c, has_rows, "the ships");
    grid_go_row(table_view_grid(shows.table), CURSOR);
    frame();
    table_view_apply(shows.table, of_class(c, "B"), "filter B", ANCHOR_ROW);
    feed_client_wait(c, is_said, "the rows of class B");
    assert_true(shows.held);
    feed_client_wait(c, is_on_its_row, "the cursor on its row");
    table_view_as_view(shows.table).ops->close(shows.table);
    feed_client_free(c);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_a_row_goes_when_a_filter_replaces_another_is_told_once),
        cmocka_unit_test(an_operation_is_a_change_once_its_rows_are_there),
        cmocka_unit_test(the_cursor_is_on_a_row_that_is_here_as_soon_as_a_filters_rows_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
