/* Trees as a server tells them: what their columns mean, and which nodes are open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/nodes.h"
#include "tests/support/build.h"

/* Depth, whether it is open, a text and a number to roll up by, a sum, and the same of the
 * rows themselves. */
static struct schema *rollup(bool leaves)
{
    static const char *const names[] = {"depth", "open", "A", "N", "X", "X"};
    struct schema *s = build_schema(leaves ? "iislll" : "iisll");

    for (size_t i = 0; i < s->n_columns; i++)
        s->columns[i].name = names[i];
    type_free(s->columns[1].type);
    s->columns[1].type = type_new(KIND_BOOL, NULL);
    s->columns[0].role = HIERARCHY_DEPTH;
    s->columns[1].role = HIERARCHY_EXPANDED;
    s->columns[2].is_expand_by = s->columns[3].is_expand_by = true;
    if (leaves)
        s->columns[5].role = HIERARCHY_CONSTITUENT;
    s->hierarchy = HIERARCHY_ROLLUP;
    return s;
}

/* The key of a node; text NULL: null, as number INT64_MIN is. */
static void make_key(const char *text, int64_t number, int64_t depth, struct value key[3])
{
    static const struct type of_text = {.kind = KIND_STRING}, of_long = {.kind = KIND_LONG},
                             of_int = {.kind = KIND_INT};

    key[0] = (struct value){.state = text ? VALUE_SET : VALUE_NULL, .type = &of_text};
    if (text)
        key[0].bytes = bytes_of(text);
    key[1] = (struct value){.state = number == INT64_MIN ? VALUE_NULL : VALUE_SET,
                            .type = &of_long,
                            .i = number};
    key[2] = (struct value){.state = VALUE_SET, .type = &of_int, .i = depth};
}

static struct nodes *new_nodes(void)
{
    struct schema *s = rollup(false);
    struct nodes *n = NULL;

    assert_int_equal(hierarchy_settle(s, NULL), ERR_OK);
    assert_int_equal(nodes_new(s, &n, NULL), ERR_OK);
    schema_free(s);
    return n;
}

static bool is_open(const struct nodes *n, const char *text, int64_t number, int64_t depth)
{
    struct value key[3];

    make_key(text, number, depth, key);
    return nodes_is_open(n, key);
}

static void set(struct nodes *n, const char *text, int64_t number, int64_t depth, bool open)
{
    struct value key[3];

    make_key(text, number, depth, key);
    assert_int_equal(nodes_set(n, key, (int)depth, open, NULL), ERR_OK);
}

static char *actions_of(const struct nodes *n)
{
    return text_of_column(nodes_column(n, nodes_key_size(n)).cells);
}

static void assert_actions(const struct nodes *n, const char *expected)
{
    char *text = actions_of(n);

    assert_string_equal(text, expected);
    free(text);
}

/* --- which are open --- */

static void at_first_only_the_root_is_open(void **state)
{
    struct nodes *n = new_nodes();

    (void)state;
    assert_true(is_open(n, NULL, INT64_MIN, 1));
    assert_false(is_open(n, NULL, INT64_MIN, 2)); /* null is a value, too */
    assert_false(is_open(n, "a", INT64_MIN, 2));
    assert_int_equal(nodes_rows(n), 0);
    nodes_free(n);
}

static void a_node_is_named_by_its_values_and_its_level_while_it_differs(void **state)
{
    struct nodes *n = new_nodes();

    (void)state;
    set(n, "a", INT64_MIN, 2, true);
    set(n, "a", INT64_MIN, 3, true);
    set(n, "b", 7, 3, true);
    assert_actions(n, "1,1,1");
    assert_true(is_open(n, "a", INT64_MIN, 2));
    assert_false(is_open(n, "b", INT64_MIN, 2));
    set(n, "a", INT64_MIN, 2, false);
    assert_actions(n, "1,1");
    assert_true(is_open(n, "a", INT64_MIN, 3));
    set(n, NULL, INT64_MIN, 1, false);
    assert_actions(n, "4,1,1");
    assert_false(is_open(n, NULL, INT64_MIN, 1));
    nodes_free(n);
}

static void those_above_a_node_are_named_before_it(void **state)
{
    struct nodes *n = new_nodes();
    char *depths;

    (void)state;
    set(n, "a", 1, 3, true);
    set(n, "b", INT64_MIN, 2, true);
    set(n, "a", 2, 3, true);
    set(n, "a", INT64_MIN, 2, true);
    set(n, "b", INT64_MIN, 2, false);
    depths = text_of_column(nodes_column(n, 2).cells);
    assert_string_equal(depths, "2,3,3");
    free(depths);
    nodes_free(n);
}

static void where_all_are_open_those_that_are_closed_are_named(void **state)
{
    struct nodes *n = new_nodes();

    (void)state;
    set(n, "a", INT64_MIN, 2, true);
    nodes_set_all(n, true);
    assert_actions(n, "3");
    set(n, "b", INT64_MIN, 2, false);
    set(n, NULL, INT64_MIN, 1, false);
    assert_actions(n, "4,4");
    set(n, NULL, INT64_MIN, 1, true);
    set(n, "b", INT64_MIN, 2, true);
    assert_actions(n, "3");
    nodes_set_all(n, false);
    assert_int_equal(nodes_rows(n), 0);
    nodes_free(n);
}

static void they_are_of_the_rollup_whose_columns_they_name(void **state)
{
    static const char *const same[] = {"A", "N"}, *const other[] = {"N", "A"};
    struct nodes *n = new_nodes(), *copy;

    (void)state;
    assert_true(nodes_fit(n, same, 2));
    assert_false(nodes_fit(n, other, 2));
    assert_false(nodes_fit(n, same, 1));
    set(n, "a", 1, 3, true);
    copy = nodes_copy(n);
    assert_true(nodes_equal(n, copy));
    set(copy, "a", 2, 3, true);
    assert_false(nodes_equal(n, copy));
    nodes_free(copy);
    nodes_free(n);
}

/* --- what a schema says --- */

static void columns_of_leaves_stand_for_those_of_their_names(void **state)
{
    struct schema *s = rollup(true);
    struct rowset *columns = build_set("4");

    (void)state;
    assert_int_equal(hierarchy_settle(s, NULL), ERR_OK);
    assert_int_equal(s->leaf_depth, 4);
    assert_int_equal(s->columns[4].leaf, 5);
    assert_int_equal(s->columns[2].level, 2);
    assert_int_equal(s->columns[3].level, 3);
    assert_true(hierarchy_hides(s, 0) && hierarchy_hides(s, 1) && hierarchy_hides(s, 5));
    assert_false(hierarchy_hides(s, 4));
    hierarchy_add_columns(s, columns);
    assert_int_equal(rowset_count(columns), 6);
    rowset_free(columns);
    schema_free(s);
}

static void a_tree_whose_rows_tell_no_depth_is_refused(void **state)
{
    struct schema *s = rollup(false);
    struct err e;

    (void)state;
    s->columns[0].role = HIERARCHY_PLAIN;
    assert_int_equal(hierarchy_settle(s, &e), ERR_PROTO);
    schema_free(s);
}

/* A replica of one row with these cells. */
static struct replica *one_row(struct schema *s, const char *const *cells)
{
    struct replica *r = replica_new(s, REPLICA_VIEWPORT);
    struct update *u = update_new(s->n_columns);

    u->is_snapshot = true;
    u->table_size = 1;
    u->viewport = build_set("0");
    rowset_add(u->added, 0, 0);
    for (size_t i = 0; i < s->n_columns; i++)
        u->added_data[i] = build_column(s->columns[i].type, cells[i]);
    assert_int_equal(replica_apply(r, u, NULL), ERR_OK);
    return r;
}

static void a_depth_from_the_wire_is_bounded(void **state)
{
    static const struct {
        const char *told;
        int depth;
    } depths[] = {{"1", 1}, {"-5", 1}, {"2147483647", HIERARCHY_DEPTH_MAX}, {"null", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++) {
        const char *cells[] = {depths[i].told, "1", "a", "1", "2"};
        struct schema *s = rollup(false);
        struct replica *r;
        struct window w;

        assert_int_equal(hierarchy_settle(s, NULL), ERR_OK);
        r = one_row(s, cells);
        w = window_of(r);
        assert_int_equal(hierarchy_row(&w, 0).depth, depths[i].depth);
        assert_int_equal(hierarchy_row(&w, 0).state, HIERARCHY_OPEN);
        assert_int_equal(hierarchy_row(&w, 1).state, HIERARCHY_UNKNOWN);
        replica_free(r);
    }
}

static void a_leaf_shows_its_own_values(void **state)
{
    const char *leaf[] = {"4", "null", "a", "1", "null", "7"};
    const char *node[] = {"3", "0", "a", "1", "20", "null"};
    const char *const *rows[] = {leaf, node};
    const int64_t shown[] = {7, 20};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct schema *s = rollup(true);
        struct hierarchy_row row;
        struct replica *r;
        struct window w;

        assert_int_equal(hierarchy_settle(s, NULL), ERR_OK);
        r = one_row(s, rows[i]);
        w = window_of(r);
        assert_int_equal(window_cell(&w, 4, 0).i, shown[i]);
        row = hierarchy_row(&w, 0);
        assert_int_equal(row.is_leaf, i == 0);
        assert_true(hierarchy_row_has(s, &row, 3));
        assert_int_equal(hierarchy_row_has(s, &row, 5), i == 0);
        replica_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_first_only_the_root_is_open),
        cmocka_unit_test(a_node_is_named_by_its_values_and_its_level_while_it_differs),
        cmocka_unit_test(those_above_a_node_are_named_before_it),
        cmocka_unit_test(where_all_are_open_those_that_are_closed_are_named),
        cmocka_unit_test(they_are_of_the_rollup_whose_columns_they_name),
        cmocka_unit_test(columns_of_leaves_stand_for_those_of_their_names),
        cmocka_unit_test(a_tree_whose_rows_tell_no_depth_is_refused),
        cmocka_unit_test(a_depth_from_the_wire_is_bounded),
        cmocka_unit_test(a_leaf_shows_its_own_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
