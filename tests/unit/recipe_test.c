/* What a table is made of, as a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/recipe.h"
#include "tests/support/build.h"

static const char *const ab[] = {"A", "B"}, *const b_only[] = {"B"};
static const char *const period[] = {"java.time.Period"};
static const struct sort_key by_a[] = {{"A", false, false}}, by_b[] = {{"B", true, false}};

/* A recipe is replaced by what was made of it. */
static struct recipe *becomes(struct recipe *old, struct recipe *new)
{
    recipe_free(old);
    return new;
}

/* The same for an edit that cannot fail here. */
#define EDIT(r, edit, ...)                                                                 \
    do {                                                                                   \
        struct recipe *made_ = NULL;                                                       \
        struct err e_;                                                                     \
        assert_int_equal(edit(r, __VA_ARGS__, &made_, &e_), ERR_OK);                       \
        (r) = becomes(r, made_);                                                           \
    } while (0)

static struct recipe *trades(void)
{
    return recipe_new("trades", bytes_of("s/trades"));
}

/* With a filter: the column is null, or is not. */
static struct recipe *filtered(struct recipe *r, const char *column, bool inverted)
{
    char name[8];
    char *columns[] = {name};
    struct condition c = {.kind = CONDITION_IS_NULL,
                          .inverted = inverted,
                          .columns = columns,
                          .n_columns = 1};

    (void)snprintf(name, sizeof(name), "%s", column);
    EDIT(r, recipe_filtered, column, inverted ? "!null" : "null", &c);
    return r;
}

static struct recipe *is_null(struct recipe *r, const char *column)
{
    return filtered(r, column, false);
}

static struct recipe *is_not(struct recipe *r, const char *column)
{
    return filtered(r, column, true);
}

static struct recipe *reversed(struct recipe *r)
{
    struct recipe *out = NULL;

    assert_int_equal(recipe_reversed(r, &out, NULL), ERR_OK);
    return becomes(r, out);
}

/* A letter for each step. */
static void assert_steps(const struct recipe *r, const char *expected)
{
    static const char letters[] = "f0tCWSRDAadsHTLcjJItmUKNPV";
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);
    char found[RECIPE_STEPS_MAX + 1] = "";

    for (size_t i = 0; i < n; i++)
        found[i] = letters[steps[i].op];
    assert_string_equal(found, expected);
}

static void the_source_alone_is_fetched(void **state)
{
    struct recipe *r = trades();

    (void)state;
    assert_steps(r, "f");
    assert_string_equal(recipe_name(r), "trades");
    assert_true(bytes_equal(recipe_ticket(r), bytes_of("s/trades")));
    recipe_free(r);
    recipe_free(NULL);
}

static void steps_are_in_one_order_whatever_was_asked_first(void **state)
{
    struct recipe *x = trades(), *y = trades();
    size_t n;

    (void)state;
    x = becomes(x, recipe_with_view(x, ab, 2));
    x = becomes(x, recipe_with_text(x, period, 1));
    EDIT(x, recipe_head, 10);
    y = becomes(y, recipe_with_text(y, period, 1));
    EDIT(y, recipe_head, 10);
    assert_int_equal(recipe_shared(x, y), 3); /* fetched, cut, and as text */
    assert_false(recipe_equal(x, y));
    y = becomes(y, recipe_with_view(y, ab, 2));
    assert_true(recipe_equal(x, y));
    assert_steps(x, "fHPV");
    assert_string_equal(recipe_steps(x, &n)[2].names[0], "java.time.Period");
    assert_int_equal(recipe_steps(x, &n)[3].n, 2);
    recipe_free(x);
    recipe_free(y);
}

static void a_view_replaces_the_view_and_is_not_undone(void **state)
{
    struct recipe *x = trades(), *y = trades();

    (void)state;
    x = becomes(x, recipe_with_view(x, ab, 2));
    x = becomes(x, recipe_with_view(x, b_only, 1));
    x = becomes(x, recipe_undo(x));
    y = becomes(y, recipe_with_view(y, b_only, 1));
    assert_true(recipe_equal(x, y));
    x = becomes(x, recipe_with_view(x, NULL, 0));
    assert_steps(x, "f");
    recipe_free(x);
    recipe_free(y);
}

static void recipes_of_two_sources_share_nothing(void **state)
{
    struct recipe *x = trades(), *y = recipe_of_source(x, bytes_of("s/quotes"));

    (void)state;
    assert_int_equal(recipe_shared(x, y), 0);
    assert_false(recipe_equal(x, y));
    y = becomes(y, recipe_of_source(y, bytes_of("s/trades")));
    assert_true(recipe_equal(x, y));
    recipe_free(x);
    recipe_free(y);
}

static void an_edit_after_undo_forgets_what_was_undone(void **state)
{
    struct recipe *x = trades(), *y = trades();

    (void)state;
    assert_false(recipe_can_undo(x));
    x = becomes(x, recipe_undo(x)); /* nothing to undo */
    assert_true(recipe_equal(x, y));
    EDIT(x, recipe_head, 10);
    x = becomes(x, recipe_undo(x));
    assert_true(recipe_equal(x, y));
    x = becomes(x,
                recipe_with_text(x, period, 1)); /* no edit: it can still be done again */
    assert_true(recipe_can_redo(x));
    x = becomes(x, recipe_redo(x));
    assert_steps(x, "fHP");
    x = becomes(x, recipe_undo(x));
    EDIT(x, recipe_tail, 3);
    assert_false(recipe_can_redo(x));
    x = becomes(x, recipe_redo(x)); /* nothing to do again */
    assert_steps(x, "fTP");
    recipe_free(x);
    recipe_free(y);
}

static void an_edit_that_changes_nothing_is_not_one_to_undo(void **state)
{
    struct recipe *x = is_null(trades(), "A");

    (void)state;
    x = is_null(x, "A");
    EDIT(x, recipe_filtered, "B", "", NULL);
    x = becomes(x, recipe_undo(x));
    assert_steps(x, "f");
    assert_false(recipe_can_undo(x));
    recipe_free(x);
}

static void a_filter_replaces_the_one_of_its_column_and_goes_before_the_sort(void **state)
{
    struct recipe *x = is_null(trades(), "A");
    const struct recipe_step *filters[RECIPE_EDITS_MAX];

    (void)state;
    EDIT(x, recipe_sorted, by_a, 1);
    x = is_null(x, "B");
    x = is_not(x, "A");
    assert_steps(x, "fCCS");
    assert_int_equal(recipe_filters(x, filters), 2);
    assert_string_equal(filters[0]->text, "!null");
    assert_string_equal(filters[1]->column, "B");
    assert_string_equal(recipe_filter_of(x, "B")->text, "null");
    assert_null(recipe_filter_of(x, NULL));
    x = becomes(x, recipe_without_filter(x, 0));
    assert_null(recipe_filter_of(x, "A"));
    x = becomes(x, recipe_without_filters(x));
    assert_steps(x, "fS");
    recipe_free(x);
}

static void a_filter_of_parts_stands_first_of_those_that_it_may(void **state)
{
    struct recipe *x = is_null(trades(), "A");
    const struct recipe_step *filters[RECIPE_EDITS_MAX];

    (void)state;
    EDIT(x, recipe_head, 10);
    x = is_null(x, "A");
    EDIT(x, recipe_where, "B > 2");
    EDIT(x, recipe_sorted, by_a, 1);
    assert_int_equal(recipe_filters(x, filters), 3);
    EDIT(x, recipe_filtered_parts, "Day", "null", filters[0]->condition);
    assert_steps(x, "fCHCCWS");
    assert_int_equal(recipe_filters(x, filters), 4);
    assert_string_equal(filters[1]->column, "Day");
    EDIT(x, recipe_filtered_parts, "Day", "again", filters[0]->condition);
    assert_int_equal(recipe_filters(x, filters), 4);
    assert_string_equal(filters[1]->text, "again");
    EDIT(x, recipe_where, "ii > 2");
    assert_int_equal(recipe_filters(x, filters), 5);
    EDIT(x, recipe_filtered_parts, "Sym", "null", filters[0]->condition);
    assert_steps(x, "fCHCCWSWC");
    recipe_free(x);
}

static void a_filter_leaves_the_one_before_a_step_that_changes_what_rows_mean(void **state)
{
    struct recipe *x = is_null(trades(), "A");

    (void)state;
    EDIT(x, recipe_head, 10);
    assert_null(recipe_filter_of(x, "A"));
    x = is_not(x, "A");
    assert_steps(x, "fCHC");
    EDIT(x, recipe_added, "A", "B + 1");
    x = is_null(x, "A");
    assert_steps(x, "fCHCaC");
    x = is_null(x, "B"); /* of what was added it uses nothing */
    EDIT(x, recipe_added, "Z", "B + 1");
    x = is_not(x, "B");
    assert_steps(x, "fCHCaCCa");
    EDIT(x, recipe_where, "ii > 2");
    x = is_null(x, "B");
    assert_steps(x, "fCHCaCCaWC");
    recipe_free(x);
}

static void a_sort_replaces_the_sort_and_its_reverse(void **state)
{
    struct recipe *x = trades();

    (void)state;
    EDIT(x, recipe_sorted, by_a, 1);
    x = reversed(x);
    assert_true(recipe_is_reversed(x));
    EDIT(x, recipe_where, "A > 1");
    assert_steps(x, "fWSR");
    EDIT(x, recipe_sorted, by_b, 1);
    assert_steps(x, "fWS");
    assert_string_equal(recipe_sort(x)->keys[0].column, "B");
    x = reversed(reversed(x));
    assert_steps(x, "fWS");
    EDIT(x, recipe_where, "i < 5"); /* counts rows of the sorted table */
    assert_null(recipe_sort(x));
    EDIT(x, recipe_sorted, by_a, 1);
    assert_steps(x, "fWSWS");
    EDIT(x, recipe_sorted, NULL, 0);
    assert_steps(x, "fWSW");
    recipe_free(x);
}

static void values_with_counts_are_one_edit(void **state)
{
    struct recipe *x = trades();
    size_t n;

    (void)state;
    EDIT(x, recipe_distinct, b_only, 1, "Count");
    assert_steps(x, "fAS");
    assert_string_equal(recipe_steps(x, &n)[1].names[0], "B");
    assert_string_equal(recipe_steps(x, &n)[1].aggregates[0].name, "Count");
    assert_true(recipe_steps(x, &n)[2].keys[0].descending);
    assert_false(recipe_keeps_schema(x));
    x = becomes(x, recipe_undo(x));
    EDIT(x, recipe_distinct, ab, 2, NULL);
    assert_steps(x, "fD");
    recipe_free(x);
}

static void a_table_has_a_limit_of_steps_and_undo_one_of_states(void **state)
{
    struct recipe *x = trades(), *none = NULL;
    struct err e;

    (void)state;
    for (int64_t i = 0; i < RECIPE_EDITS_MAX; i++)
        EDIT(x, recipe_head, i);
    assert_int_equal(recipe_head(x, 1, &none, &e), ERR_LIMIT);
    assert_string_equal(e.msg, "a table can have 64 steps at most");
    EDIT(x, recipe_filtered, "A", "", NULL); /* takes no step more */
    for (int i = 0; i < 100; i++)
        x = becomes(x, recipe_undo(x));
    assert_steps(x, "f");
    for (int i = 0; i < 100; i++)
        EDIT(x, recipe_sorted, i % 2 ? by_a : by_b, 1);
    for (int i = 0; i < 100; i++)
        x = becomes(x, recipe_undo(x));
    assert_steps(x, "fS"); /* the oldest are forgotten */
    recipe_free(x);
}

static void a_source_without_a_ticket_is_made_by_the_first_step(void **state)
{
    struct recipe *r = recipe_new_empty(7), *head, *found;
    struct recipe *other = recipe_new_time("PT1S", 0);
    size_t n;

    (void)state;
    assert_int_equal(recipe_head(r, 3, &head, NULL), ERR_OK);
    assert_int_equal(recipe_ticket(head).len, 0);
    assert_int_equal(recipe_steps(head, &n)[0].op, RECIPE_EMPTY);
    assert_int_equal(recipe_steps(head, &n)[0].last, 7);
    assert_int_equal(recipe_shared(r, head), 1);
    assert_int_equal(recipe_shared(r, other), 0);
    found = recipe_of_source(head, (struct bytes){0});
    assert_true(recipe_equal(found, head));
    recipe_free(found);
    found = recipe_of_source(head, bytes_of("e1234"));
    assert_int_equal(recipe_steps(found, &n)[0].op, RECIPE_FETCH);
    assert_int_equal(n, 2);
    recipe_free(found);
    recipe_free(head);
    recipe_free(other);
    recipe_free(r);
}

/* Each is joined with itself: 3, 7, 15, ... steps. */
static void tables_that_are_joined_have_a_limit_of_steps(void **state)
{
    static const char *const on[] = {"A"};
    struct recipe *r = trades(), *next = NULL;
    struct err e = {0};
    enum err_code rc = ERR_OK;

    (void)state;
    for (int i = 0; i < 10 && rc == ERR_OK; i++) {
        rc = recipe_joined(r, r, false, on, 1, NULL, 0, &next, &e);
        if (rc != ERR_OK)
            break;
        recipe_free(r);
        r = next;
    }
    assert_int_equal(rc, ERR_LIMIT);
    assert_string_equal(e.msg, "join: the other table has more than 64 steps");
    recipe_free(r);
}

static void what_no_batch_makes_cannot_be_joined(void **state)
{
    static const char *const on[] = {"A"};
    struct recipe *r = trades(), *next = NULL;
    struct recipe *tree = recipe_new_tree("nodes", bytes_of("s/nodes"));
    struct recipe *merged = recipe_new_merged("parts", bytes_of("s/parts"));
    struct err e = {0};

    (void)state;
    assert_int_equal(recipe_joined(r, tree, false, on, 1, NULL, 0, &next, &e), ERR_USAGE);
    assert_string_equal(e.msg, "nodes is a tree, which cannot be joined");
    assert_int_equal(recipe_joined(r, merged, true, on, 1, NULL, 0, &next, &e), ERR_USAGE);
    assert_string_equal(e.msg, "parts is partitioned, which cannot be joined");
    recipe_free(merged);
    recipe_free(tree);
    recipe_free(r);
}

static void counts_that_no_server_takes_are_refused_before_it_is_asked(void **state)
{
    static const int64_t slices[][2] = {{3, 2}, {2, 0}, {-2, -3}};
    static const int64_t taken[][2] = {{2, 2}, {-2, 0}, {5, -2}, {-3, 5}, {0, 0}};
    struct recipe *r = trades(), *out = NULL;
    struct err e;

    (void)state;
    assert_int_equal(recipe_head(r, -1, &out, &e), ERR_USAGE);
    assert_string_equal(e.msg, "head: expected 0 rows or more, found -1");
    assert_int_equal(recipe_tail(r, INT64_MIN, &out, &e), ERR_USAGE);
    for (size_t i = 0; i < sizeof(slices) / sizeof(*slices); i++)
        assert_int_equal(recipe_sliced(r, slices[i][0], slices[i][1], &out, &e), ERR_USAGE);
    assert_null(out);
    for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
        assert_int_equal(recipe_sliced(r, taken[i][0], taken[i][1], &out, &e), ERR_OK);
        recipe_free(out);
    }
    recipe_free(r);
}

/* --- trees --- */

static struct recipe *rolled_up(struct recipe *r, const char *column)
{
    struct aggregate count = {.op = AGGREGATION_COUNT, .name = "Count"};
    struct recipe_step step = {.op = RECIPE_ROLLUP,
                               .names = &column,
                               .n = 1,
                               .aggregates = &count,
                               .n_aggregates = 1};

    EDIT(r, recipe_appended, &step, 1);
    return r;
}

/* All of a rollup by that column; owned. */
static struct nodes *all_nodes(const char *column)
{
    struct schema *s = build_schema("iis");
    struct nodes *n = NULL;

    s->columns[0].role = HIERARCHY_DEPTH;
    s->columns[2].name = column;
    s->columns[2].is_expand_by = true;
    s->hierarchy = HIERARCHY_ROLLUP;
    assert_int_equal(nodes_new(s, &n, NULL), ERR_OK);
    nodes_set_all(n, true);
    schema_free(s);
    return n;
}

static void a_tree_has_its_nodes_last_and_no_preview_or_view(void **state)
{
    static const char *const names[] = {"java.time.Period"};
    struct recipe *r = is_null(trades(), "A");
    struct nodes *n = all_nodes("A");

    (void)state;
    r = becomes(r, recipe_with_text(r, names, 1));
    r = rolled_up(r, "A");
    assert_steps(r, "fCUN");
    assert_true(recipe_is_tree(r));
    assert_false(recipe_has_text(r));
    r = becomes(r, recipe_with_nodes(r, n));
    r = is_not(r, "A");
    assert_steps(r, "fCUCKN");
    assert_false(recipe_keeps_schema(r));
    nodes_free(n);
    recipe_free(r);
}

static void nodes_of_another_rollup_are_left_out(void **state)
{
    struct recipe *r = rolled_up(trades(), "A");
    struct nodes *n = all_nodes("A");

    (void)state;
    r = becomes(r, recipe_with_nodes(r, n));
    assert_steps(r, "fUKN");
    r = becomes(r, recipe_undo(r));
    assert_steps(r, "f");
    r = rolled_up(r, "B");
    assert_steps(r, "fUN");
    assert_null(recipe_nodes(r));
    nodes_free(n);
    recipe_free(r);
}

static void only_filters_and_sorts_follow_in_a_tree(void **state)
{
    static const char *const names[] = {"A"};
    struct recipe *r = recipe_new_tree("trades", bytes_of("s/trades")), *out = NULL;
    struct sort_key key = {.column = "A"};
    struct err e;

    (void)state;
    assert_steps(r, "tN");
    EDIT(r, recipe_sorted, &key, 1);
    assert_steps(r, "tSN");
    assert_int_equal(recipe_dropped(r, names, 1, &out, &e), ERR_USAGE);
    assert_int_equal(recipe_where(r, "A > 5", &out, &e), ERR_USAGE);
    assert_int_equal(recipe_reversed(r, &out, &e), ERR_USAGE);
    key.absolute = true;
    assert_int_equal(recipe_sorted(r, &key, 1, &out, &e), ERR_USAGE);
    recipe_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_alone_is_fetched),
        cmocka_unit_test(steps_are_in_one_order_whatever_was_asked_first),
        cmocka_unit_test(a_view_replaces_the_view_and_is_not_undone),
        cmocka_unit_test(recipes_of_two_sources_share_nothing),
        cmocka_unit_test(an_edit_after_undo_forgets_what_was_undone),
        cmocka_unit_test(an_edit_that_changes_nothing_is_not_one_to_undo),
        cmocka_unit_test(a_filter_replaces_the_one_of_its_column_and_goes_before_the_sort),
        cmocka_unit_test(a_filter_of_parts_stands_first_of_those_that_it_may),
        cmocka_unit_test(a_filter_leaves_the_one_before_a_step_that_changes_what_rows_mean),
        cmocka_unit_test(a_sort_replaces_the_sort_and_its_reverse),
        cmocka_unit_test(values_with_counts_are_one_edit),
        cmocka_unit_test(a_table_has_a_limit_of_steps_and_undo_one_of_states),
        cmocka_unit_test(a_source_without_a_ticket_is_made_by_the_first_step),
        cmocka_unit_test(tables_that_are_joined_have_a_limit_of_steps),
        cmocka_unit_test(what_no_batch_makes_cannot_be_joined),
        cmocka_unit_test(counts_that_no_server_takes_are_refused_before_it_is_asked),
        cmocka_unit_test(a_tree_has_its_nodes_last_and_no_preview_or_view),
        cmocka_unit_test(nodes_of_another_rollup_are_left_out),
        cmocka_unit_test(only_filters_and_sorts_follow_in_a_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
