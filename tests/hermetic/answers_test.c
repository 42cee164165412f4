/*
 * How often an answer is told that is on its way: each telling is a frame, and of these few
 * may follow at once. Through feeds, without a screen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/quick_filter.h"
#include "tests/support/demo_program.h"
#include "tests/support/feed_client.h"
#include "ui/table/row_anchor.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_a_row_goes_when_a_filter_replaces_another_is_told_once),
        cmocka_unit_test(an_operation_is_a_change_once_its_rows_are_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
