/*
 * Operations on a table of a real server, through a feed: the rows that each shows follow
 * from the formula of the table; what a wrong one says; and which exports are left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rpc/channel.h"
#include "client/versions.h"
#include "tests/support/export_ids.h"
#include "tests/support/feed_client.h"
#include "tests/support/h2.h"
#include "tests/support/server.h"

#define LIMIT_S 20
#define ROWS 1000 /* of "small" */
#define WINDOW 30

static struct viewport viewport(size_t n_columns)
{
    return (struct viewport){.rows = rowset_new_range(0, WINDOW - 1),
                             .columns = rowset_new_range(0, (int64_t)n_columns - 1)};
}

static struct feed_client *client_start(const char *address, const char *table)
{
    struct feed_client *c = feed_client_new(address, LIMIT_S);
    struct viewport v = viewport(8);

    feed_client_show(c, table, &v);
    viewport_release(&v);
    return c;
}

/* --- asking --- */

/* Asks for a recipe (given). */
static void begin(struct feed_client *c, struct recipe *recipe)
{
    size_t n_columns = feed_window(c->feed).schema->n_columns;
    struct viewport v = viewport(n_columns);
    struct err e;

    c->restarted = c->refused = false;
    if (feed_apply(c->feed, recipe, &v, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    viewport_release(&v);
}

/* The same until all its columns are there. */
static void apply(struct feed_client *c, struct recipe *recipe)
{
    struct viewport v;

    begin(c, recipe);
    feed_client_wait(c, feed_client_restarted, "the new rows");
    if (c->refused)
        fail_msg("refused: %s", c->why.msg);
    v = viewport(feed_window(c->feed).schema->n_columns);
    feed_request(c->feed, &v);
    viewport_release(&v);
    feed_client_wait(c, feed_client_settled, "all columns");
}

static const struct recipe *shown(const struct feed_client *c)
{
    return table_recipe(feed_table(c->feed));
}

/* An edit of what is shown, which cannot go over a limit. */
#define EDITED(c, function, ...)                                                           \
    __extension__({                                                                        \
        struct recipe *edited_ = NULL;                                                     \
        struct err edited_e_;                                                              \
        assert_int_equal(function(shown(c), __VA_ARGS__, &edited_, &edited_e_), ERR_OK);   \
        edited_;                                                                           \
    })

static void undo(struct feed_client *c)
{
    apply(c, recipe_undo(shown(c)));
}

/* --- looking --- */

static size_t column_of(struct feed_client *c, const char *name)
{
    struct window w = feed_window(c->feed);
    int64_t at = schema_find(w.schema, name);

    if (at < 0)
        fail_msg("no column %s", name);
    return (size_t)at;
}

/* The longs of a column are first, first + step, and so on, and there are so many. */
static void check_longs(struct feed_client *c, const char *name, int64_t first,
                        int64_t step, int64_t rows)
{
    size_t column = column_of(c, name);
    struct window w = feed_window(c->feed);

    assert_int_equal(window_rows(&w), rows);
    for (int64_t i = 0; i < rows && i < WINDOW; i++) {
        struct value v = window_cell(&w, column, i);

        assert_int_equal(v.state, VALUE_SET);
        assert_int_equal(v.i, first + i * step);
    }
}

static int64_t window_cell_of(struct feed_client *c, const char *name, int64_t row)
{
    struct window w = feed_window(c->feed);
    struct value v = window_cell(&w, column_of(c, name), row);

    assert_int_equal(v.state, VALUE_SET);
    return v.i;
}

static struct condition *from_900(void)
{
    return condition_compare("I", COMPARE_GREATER_EQUAL,
                             literal_text(LITERAL_DIGITS, "900"));
}

/* --- tests --- */

static void each_operation_shows_the_rows_that_the_formula_gives(void **state)
{
    const struct sort_key down = {.column = "I", .descending = true};
    const char *const some[] = {"S", "I"}, *const b[] = {"B"}, *const c_column[] = {"C"};
    const struct aggregate totals[] = {{AGGREGATION_SUM, "I", "I"},
                                       {AGGREGATION_COUNT, NULL, "Rows"}};
    struct feed_client *c = client_start(server_address(), "small");
    struct condition *filter = from_900();

    (void)state;
    apply(c, EDITED(c, recipe_filtered, "I", ">=900", filter));
    check_longs(c, "I", 900, 1, 100);
    apply(c, EDITED(c, recipe_sorted, &down, 1));
    check_longs(c, "I", 999, -1, 100);
    apply(c, recipe_copy(shown(c)));
    check_longs(c, "I", 999, -1, 100);
    apply(c, EDITED(c, recipe_head, 10));
    check_longs(c, "I", 999, -1, 10);
    undo(c);
    undo(c);
    undo(c);
    check_longs(c, "I", 0, 1, ROWS);
    apply(c, EDITED(c, recipe_where, "I % 10 = 0"));
    check_longs(c, "I", 0, 10, ROWS / 10);
    apply(c, EDITED(c, recipe_sliced, 2, 7));
    check_longs(c, "I", 20, 10, 5);
    apply(c, EDITED(c, recipe_tail, 2));
    check_longs(c, "I", 50, 10, 2);
    undo(c);
    undo(c);
    apply(c, EDITED(c, recipe_added, "Twice", "I * 2"));
    check_longs(c, "Twice", 0, 20, ROWS / 10);
    apply(c, EDITED(c, recipe_dropped, c_column, 1));
    assert_int_equal(schema_find(feed_window(c->feed).schema, "C"), -1);
    apply(c, EDITED(c, recipe_selected, some, 2));
    assert_int_equal(feed_window(c->feed).schema->n_columns, 2);
    check_longs(c, "I", 0, 10, ROWS / 10);
    for (int i = 0; i < 4; i++)
        undo(c);
    apply(c, EDITED(c, recipe_distinct, b, 1, NULL));
    assert_int_equal(feed_window(c->feed).schema->n_columns, 1);
    undo(c);
    apply(c, EDITED(c, recipe_aggregated, totals, 2));
    check_longs(c, "I", ROWS * (ROWS - 1) / 2, 0, 1);
    check_longs(c, "Rows", ROWS, 0, 1);
    undo(c);
    check_longs(c, "I", 0, 1, ROWS);
    condition_free(filter);
    feed_client_free(c);
}

static struct viewport columns_from(int64_t first)
{
    return (struct viewport){.rows = rowset_new_range(0, WINDOW - 1),
                             .columns = rowset_new_range(first, first + 7)};
}

/* "wide": Ck = ii * 1000 + k */
static void a_wide_table_keeps_the_columns_near_the_screen(void **state)
{
    struct feed_client *c = client_start(server_address(), "wide");
    struct viewport v = columns_from(990);
    struct err e;

    (void)state;
    feed_request(c->feed, &v);
    feed_client_wait(c, feed_client_settled, "columns further right");
    c->restarted = c->refused = false;
    assert_int_equal(feed_apply(c->feed, EDITED(c, recipe_where, "C0 % 3000 = 0"), &v, &e),
                     ERR_OK);
    feed_client_wait(c, feed_client_restarted, "the new rows");
    feed_client_wait(c, feed_client_settled, "the new rows");
    assert_false(c->refused);
    check_longs(c, "C995", 995, 3000, 3334);
    viewport_release(&v);
    v = columns_from(400);
    feed_request(c->feed, &v);
    feed_client_wait(c, feed_client_settled, "columns further left");
    check_longs(c, "C404", 404, 3000, 3334);
    viewport_release(&v);
    feed_client_free(c);
}

static size_t column_of_type(struct feed_client *c, const char *java_type)
{
    struct window w = feed_window(c->feed);

    for (size_t i = 0; i < w.schema->n_columns; i++)
        if (strcmp(w.schema->columns[i].java_type, java_type) == 0)
            return i;
    fail_msg("no column of type %s", java_type);
    return 0;
}

static void columns_that_come_as_text_do_so_after_operations_too(void **state)
{
    struct feed_client *c = client_start(server_address(), "types");
    size_t column = column_of_type(c, "java.time.Period");
    struct viewport v = columns_from((int64_t)column);
    struct window w;
    struct err e;

    (void)state;
    feed_request(c->feed, &v);
    feed_client_wait(c, feed_client_settled, "the period");
    c->restarted = c->refused = false;
    assert_int_equal(feed_apply(c->feed, EDITED(c, recipe_head, 1), &v, &e), ERR_OK);
    feed_client_wait(c, feed_client_restarted, "the new rows");
    feed_client_wait(c, feed_client_settled, "the new rows");
    w = feed_window(c->feed);
    assert_int_equal(window_rows(&w), 1);
    assert_true(w.schema->columns[column].as_text);
    assert_int_equal(window_cell(&w, column, 0).type->kind, KIND_STRING);
    viewport_release(&v);
    feed_client_free(c);
}

/* "modified": every V changes once a second, V % 1000 == K, W = V * 2 */
static void rows_that_tick_go_on_behind_a_filter_and_a_sort(void **state)
{
    const struct sort_key down = {.column = "V", .descending = true};
    struct feed_client *c = client_start(server_address(), "modified");
    struct window w;
    int64_t before;

    (void)state;
    apply(c, EDITED(c, recipe_where, "K < 20"));
    apply(c, EDITED(c, recipe_sorted, &down, 1));
    before = window_cell_of(c, "V", 0);
    for (uint64_t start = uv_hrtime(); window_cell_of(c, "V", 0) == before;) {
        (void)uv_run(&c->loop, UV_RUN_ONCE);
        if (uv_hrtime() - start > (uint64_t)LIMIT_S * 1000000000)
            fail_msg("the table stands still");
    }
    w = feed_window(c->feed);
    assert_int_equal(window_rows(&w), 20);
    for (int64_t i = 0; i < 20; i++) {
        int64_t v = window_cell_of(c, "V", i);

        assert_int_equal(v % 1000, window_cell_of(c, "K", i));
        assert_int_equal(v * 2, window_cell_of(c, "W", i));
        assert_true(i == 0 || v < window_cell_of(c, "V", i - 1));
    }
    feed_client_free(c);
}

static void a_step_that_fails_is_named_with_its_reason_and_nothing_changes(void **state)
{
    const struct sort_key nowhere = {.column = "Nowhere"};
    const char *const names[] = {"Nowhere"};
    struct feed_client *c = client_start(server_address(), "small");
    const struct {
        struct recipe *recipe;
        const char *says;
    } wrong[] = {
        {EDITED(c, recipe_where, "Nowhere > 3"),
         "where: Formula compilation error for: Nowhere > 3: Cannot find variable"},
        {EDITED(c, recipe_sorted, &nowhere, 1), "sort: column(s) not found: Nowhere"},
        {EDITED(c, recipe_added, "X", "Nowhere + 1"),
         "added column: Formula compilation error"},
        {EDITED(c, recipe_dropped, names, 1),
         "dropped columns: Unknown column names [Nowhere]"},
        {EDITED(c, recipe_aggregated, NULL, 0), "aggregation: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        begin(c, wrong[i].recipe);
        feed_client_wait(c, feed_client_restarted, "a refusal");
        assert_true(c->refused);
        if (!strstr(c->why.msg, wrong[i].says))
            fail_msg("\"%s\" does not say \"%s\"", c->why.msg, wrong[i].says);
        assert_true(feed_settled(c->feed));
        check_longs(c, "I", 0, 1, ROWS);
    }
    feed_client_free(c);
}

/* It cannot be asked for by a user: the server refuses it with all that it comes with, and
 * says of none of the steps that it has failed. */
static void a_request_that_is_refused_as_a_whole_blames_no_step(void **state)
{
    struct feed_client *c = client_start(server_address(), "small");
    struct recipe *added = EDITED(c, recipe_added, "X", "I"), *both;
    struct err e;

    (void)state;
    assert_int_equal(recipe_aggregated(added, NULL, 0, &both, &e), ERR_OK);
    recipe_free(added);
    begin(c, both);
    feed_client_wait(c, feed_client_restarted, "a refusal");
    assert_true(c->refused);
    assert_non_null(strstr(c->why.msg, "must have at least one aggregations"));
    assert_null(strstr(c->why.msg, "added column"));
    assert_true(feed_settled(c->feed));
    feed_client_free(c);
}

static void only_the_newest_of_many_operations_is_shown(void **state)
{
    struct feed_client *c = client_start(server_address(), "small");

    (void)state;
    for (int64_t i = 1; i < 20; i++)
        begin(c, EDITED(c, recipe_head, i));
    feed_client_wait(c, feed_client_restarted, "the new rows");
    check_longs(c, "I", 0, 1, 19);
    begin(c, EDITED(c, recipe_tail, 3));
    feed_cancel(c->feed);
    assert_false(feed_reloading(c->feed));
    check_longs(c, "I", 0, 1, 19);
    feed_client_free(c);
}

static struct export_ids *ids_of_test;
static size_t limit_of_test;

static bool few_are_left(struct feed_client *c)
{
    (void)c;
    return export_ids_left(ids_of_test) <= limit_of_test;
}

static void fifty_operations_with_undo_and_redo_leave_no_export(void **state)
{
    struct export_ids *ids = export_ids_new(server_address());
    struct feed_client *c = client_start(export_ids_address(ids), "small");
    size_t before;

    (void)state;
    ids_of_test = ids;
    apply(c, recipe_copy(shown(c))); /* the table is fetched by now */
    before = export_ids_left(ids);
    for (int64_t i = 0; i < 10; i++) {
        apply(c, EDITED(c, recipe_head, 500 - i));
        apply(c, EDITED(c, recipe_added, "X", "I + 1"));
        undo(c);
        apply(c, recipe_redo(shown(c)));
        check_longs(c, "X", 1, 1, 500 - i);
    }
    while (recipe_can_undo(shown(c)))
        undo(c);
    check_longs(c, "I", 0, 1, ROWS);
    limit_of_test = before + VERSIONS_KEPT;
    feed_client_wait(c, few_are_left, "what is not kept for undo to be released");
    feed_close(c->feed);
    c->feed = NULL;
    limit_of_test = 0;
    feed_client_wait(c, few_are_left, "all to be released");
    feed_client_free(c);
    export_ids_free(ids);
}

/* --- a link that brings no answer --- */

/* Counts the calls that begin, and holds back what the server sends. */
struct hold {
    struct relay *relay;
    atomic_bool holds;
    atomic_int calls;
};

struct held {
    struct h2_reader up;
    uint8_t *data;
    size_t len, cap;
};

static void hold_open(void *ctx, struct relay_link *l)
{
    struct held *h = relay_state(l);

    (void)ctx;
    h->up.preface = H2_PREFACE;
}

static void count_calls(struct hold *hold, struct held *h, const uint8_t *data, size_t n)
{
    while (n > 0) {
        enum h2_part part;
        size_t take = h2_read(&h->up, data, n, &part);

        if (part == H2_PART_HEAD && h2_head_whole(&h->up) && h->up.frame.type == H2_HEADERS)
            atomic_fetch_add(&hold->calls, 1);
        data += take;
        n -= take;
    }
}

static void hold_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data,
                      size_t n)
{
    struct hold *hold = ctx;
    struct held *h = relay_state(l);

    if (up)
        count_calls(hold, h, data, n);
    if (up || !atomic_load(&hold->holds)) {
        relay_send(l, up, data, n);
        return;
    }
    MEM_GROW(h->data, h->cap, h->len + n);
    memcpy(h->data + h->len, data, n);
    h->len += n;
}

static void hold_fire(void *ctx, struct relay_link *l)
{
    struct hold *hold = ctx;
    struct held *h = relay_state(l);

    atomic_store(&hold->holds, false);
    if (h->len > 0)
        relay_send(l, false, h->data, h->len);
    h->len = 0;
}

static void hold_close(void *ctx, struct relay_link *l)
{
    struct held *h = relay_state(l);

    (void)ctx;
    free(h->data);
}

static const struct relay_filter hold_filter = {.state_size = sizeof(struct held),
                                                .open = hold_open,
                                                .pass = hold_pass,
                                                .fire = hold_fire,
                                                .close = hold_close};

static struct hold *hold_of_test;

static bool two_calls_have_begun(struct feed_client *c)
{
    (void)c;
    return atomic_load(&hold_of_test->calls) >= 2;
}

static void
an_operation_that_is_given_up_leaves_no_export_once_the_server_is_through(void **state)
{
    struct hold hold = {0};
    struct relay *r = relay_filtered(server_address(), &hold_filter, &hold);
    struct export_ids *ids = export_ids_new(relay_address(r));
    struct feed_client *c = client_start(export_ids_address(ids), "million");
    struct viewport v = viewport(8);

    (void)state;
    ids_of_test = ids;
    apply(c, recipe_copy(shown(c)));
    limit_of_test = export_ids_left(ids);
    atomic_store(&hold.holds, true);
    atomic_store(&hold.calls, 0);
    hold_of_test = &hold;
    begin(c, EDITED(c, recipe_where, "Math.sin(D) * Math.cos(I) + Math.sqrt(L) > 2.0"));
    feed_client_wait(c, two_calls_have_begun, "the batch and the stream to leave");
    feed_cancel(c->feed);
    relay_fire(r);
    assert_false(feed_reloading(c->feed));
    rowset_remove(v.rows, 0, ROWSET_MAX_KEY);
    rowset_add(v.rows, 500000, 500000 + WINDOW - 1);
    feed_request(c->feed, &v);
    feed_client_wait(c, feed_client_settled, "rows of the table that stays");
    assert_int_equal(window_cell_of(c, "I", 500000), 500000);
    feed_client_wait(c, few_are_left, "what was given up to be released");
    assert_false(c->restarted);
    viewport_release(&v);
    feed_client_free(c);
    export_ids_free(ids);
    relay_free(r);
}

static void rows_are_asked_for_with_the_operations_that_make_them(void **state)
{
    struct hold hold = {0};
    struct feed_client *c;

    (void)state;
    hold.relay = relay_filtered(server_address(), &hold_filter, &hold);
    hold_of_test = &hold;
    c = client_start(relay_address(hold.relay), "small");
    apply(c, recipe_copy(shown(c)));
    atomic_store(&hold.holds, true);
    atomic_store(&hold.calls, 0);
    begin(c, EDITED(c, recipe_head, 7));
    feed_client_wait(c, two_calls_have_begun, "the batch and the stream to leave");
    assert_false(c->restarted);
    relay_fire(hold.relay);
    feed_client_wait(c, feed_client_restarted, "the new rows");
    check_longs(c, "I", 0, 1, 7);
    feed_client_free(c);
    relay_free(hold.relay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operation_shows_the_rows_that_the_formula_gives),
        cmocka_unit_test(a_wide_table_keeps_the_columns_near_the_screen),
        cmocka_unit_test(columns_that_come_as_text_do_so_after_operations_too),
        cmocka_unit_test(rows_that_tick_go_on_behind_a_filter_and_a_sort),
        cmocka_unit_test(a_step_that_fails_is_named_with_its_reason_and_nothing_changes),
        cmocka_unit_test(a_request_that_is_refused_as_a_whole_blames_no_step),
        cmocka_unit_test(only_the_newest_of_many_operations_is_shown),
        cmocka_unit_test(fifty_operations_with_undo_and_redo_leave_no_export),
        cmocka_unit_test(
            an_operation_that_is_given_up_leaves_no_export_once_the_server_is_through),
        cmocka_unit_test(rows_are_asked_for_with_the_operations_that_make_them),
    };

    server_require();
    channel_capture_log();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
