/* A table seen through a replica that has all of its columns, or only some. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/window.h"
#include "tests/support/build.h"

/* One column of int, rows 0 to 2 of a table of 5. */
static struct replica *three_rows(void)
{
    struct replica *r = replica_new(build_schema("i"), REPLICA_VIEWPORT);
    struct update *u = update_new(1);

    u->is_snapshot = true;
    u->table_size = 5;
    u->viewport = build_set("0-2");
    rowset_add(u->added, 0, 2);
    u->added_data[0] = build_column(replica_schema(r)->columns[0].type, "7,8,9");
    assert_int_equal(replica_apply(r, u, NULL), ERR_OK);
    return r;
}

static void without_a_replica_nothing_is_known(void **state)
{
    struct window w = window_of(NULL);

    (void)state;
    assert_null(w.schema);
    assert_false(window_ready(&w));
    assert_int_equal(window_rows(&w), 0);
    assert_int_equal(window_generation(&w), 0);
}

static void a_replica_without_an_update_is_not_ready(void **state)
{
    struct replica *r = replica_new(build_schema("i"), REPLICA_VIEWPORT);
    struct window w = window_of(r);

    (void)state;
    assert_ptr_equal(w.schema, replica_schema(r));
    assert_false(window_ready(&w));
    assert_int_equal(window_rows(&w), 0);
    assert_int_equal(window_cell(&w, 0, 0).state, VALUE_ABSENT);
    replica_free(r);
}

static void a_whole_table_keeps_its_column_numbers(void **state)
{
    struct replica *r = three_rows();
    struct window w = window_of(r);

    (void)state;
    assert_true(window_ready(&w));
    assert_int_equal(window_rows(&w), 5);
    assert_int_equal(window_generation(&w), 1);
    assert_int_equal(window_cell(&w, 0, 2).i, 9);
    assert_int_equal(window_cell(&w, 0, 3).state, VALUE_ABSENT);
    replica_free(r);
}

static void a_map_leads_to_the_columns_that_are_here(void **state)
{
    static const size_t map[] = {WINDOW_NO_COLUMN, 0};
    struct schema *table = build_schema("si");
    struct replica *r = three_rows();
    struct window w = {.schema = table, .replica = r, .map = map};
    struct value v = window_cell(&w, 0, 1);

    (void)state;
    assert_int_equal(v.state, VALUE_ABSENT);
    assert_int_equal(v.type->kind, KIND_STRING); /* the table's own, for its alignment */
    assert_int_equal(window_cell(&w, 1, 1).i, 8);
    w.replica = NULL;
    assert_int_equal(window_cell(&w, 1, 1).state, VALUE_ABSENT);
    replica_free(r);
    schema_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_replica_nothing_is_known),
        cmocka_unit_test(a_replica_without_an_update_is_not_ready),
        cmocka_unit_test(a_whole_table_keeps_its_column_numbers),
        cmocka_unit_test(a_map_leads_to_the_columns_that_are_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
