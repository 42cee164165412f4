/* By what a table is sorted, as keys change it, and what cannot be sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/recipe_link.h"
#include "tests/support/build.h"
#include "ui/table/columns.h"
#include "ui/table/header_marks.h"
#include "ui/table/sort_keys.h"

static struct recipe *source(void)
{
    return recipe_new("trades", bytes_of("s/trades"));
}

static void expect_keys(const struct sort_keys *k, const char *want)
{
    char got[128] = "";
    size_t n = 0;

    for (size_t i = 0; i < k->n; i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s%s", k->keys[i].column,
                              k->keys[i].descending ? "-" : "+",
                              k->keys[i].absolute ? "|" : "");
    assert_string_equal(got, want);
}

static void a_column_that_counts_already_changes_where_it_stands(void **state)
{
    struct sort_keys k = {.n = 0};

    (void)state;
    assert_true(sort_keys_add(&k, (struct sort_key){"A", false, false}));
    assert_true(sort_keys_add(&k, (struct sort_key){"B", false, false}));
    expect_keys(&k, "A+B+");
    assert_true(sort_keys_add(&k, (struct sort_key){"A", true, false}));
    expect_keys(&k, "A-B+");
    assert_true(sort_keys_add(&k, (struct sort_key){"B", true, true}));
    expect_keys(&k, "A-B-|");
    assert_false(sort_keys_remove(&k, "C"));
    assert_true(sort_keys_remove(&k, "A"));
    expect_keys(&k, "B-|");
}

static void a_column_is_sorted_by_up_then_down_then_not_at_all(void **state)
{
    struct sort_keys k = {.n = 0};

    (void)state;
    assert_int_equal(sort_keys_next(&k, "A"), 1);
    assert_true(sort_keys_add(&k, (struct sort_key){"B", true, false}));
    assert_true(sort_keys_add(&k, (struct sort_key){"A", false, false}));
    assert_int_equal(sort_keys_next(&k, "A"), -1);
    assert_int_equal(sort_keys_next(&k, "B"), 0);
    assert_int_equal(sort_keys_next(&k, "C"), 1);
}

static void more_keys_than_there_is_room_for_are_refused(void **state)
{
    static char names[SORT_KEYS_MAX + 1][8];
    struct sort_keys k = {.n = 0};

    (void)state;
    for (size_t i = 0; i <= SORT_KEYS_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "C%zu", i);
        assert_int_equal(sort_keys_add(&k, (struct sort_key){names[i], false, false}),
                         i < SORT_KEYS_MAX);
    }
    assert_true(sort_keys_add(&k, (struct sort_key){names[0], true, false}));
    assert_int_equal(k.n, SORT_KEYS_MAX);
}

static struct recipe *sorted(const struct recipe *r)
{
    static const struct sort_key keys[] = {{"c0", false, false}, {"c2", true, true}};
    struct recipe *out;
    struct err e;

    assert_int_equal(recipe_sorted(r, keys, 2, &out, &e), ERR_OK);
    return out;
}

static void a_table_that_is_reversed_is_sorted_the_other_way_round(void **state)
{
    struct recipe *r = source(), *s = sorted(r), *reversed;
    struct sort_keys k = sort_keys_of(r);
    struct err e;

    (void)state;
    expect_keys(&k, "");
    k = sort_keys_of(s);
    expect_keys(&k, "c0+c2-|");
    assert_int_equal(recipe_reversed(s, &reversed, &e), ERR_OK);
    k = sort_keys_of(reversed);
    expect_keys(&k, "c0-c2+|");
    recipe_free(r);
    recipe_free(s);
    recipe_free(reversed);
}

static void expect_refusal(const char *java_type, bool unsortable, bool absolute,
                           const char *why)
{
    struct schema *s = build_schema("l");
    struct err e = {.msg = ""};

    s->columns[0].java_type = java_type;
    s->columns[0].is_unsortable = unsortable;
    assert_int_equal(sort_keys_check(&s->columns[0], absolute, &e),
                     why ? ERR_USAGE : ERR_OK);
    if (why && !strstr(e.msg, why))
        fail_msg("\"%s\" does not say \"%s\"", e.msg, why);
    schema_free(s);
}

static void what_the_server_cannot_sort_is_known_before_it_is_asked(void **state)
{
    (void)state;
    expect_refusal("long", false, false, NULL);
    expect_refusal("java.time.LocalDate", false, false, NULL);
    expect_refusal("int[]", false, false, NULL);
    expect_refusal("java.time.Period", false, false, "cannot be sorted by");
    expect_refusal("long", true, false, "the server does not allow it");
    expect_refusal("char", false, true, NULL);
    expect_refusal("double", false, true, NULL);
    expect_refusal("java.lang.String", false, true, "expected a number");
    expect_refusal("java.math.BigDecimal", false, true, "expected a number");
    expect_refusal("java.time.Instant", false, true, "expected a number");
}

/* c0 is a Period; the link sorts by it, or by what has its name. */
static enum err_code check_link(const char *ops, struct err *e)
{
    struct schema *s = build_schema("ls");
    struct recipe *r = source(), *linked = NULL;
    enum err_code rc;

    s->columns[0].java_type = "java.time.Period";
    s->columns[1].java_type = "java.lang.String";
    if (recipe_link_read(r, ops, &linked, e) != ERR_OK)
        fail_msg("%s: %s", ops, e->msg);
    rc = sort_keys_check_recipe(linked, s, e);
    recipe_free(linked);
    recipe_free(r);
    schema_free(s);
    return rc;
}

static void a_recipe_is_checked_as_far_as_it_sorts_by_its_sources_columns(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(check_link("op=head,5&op=sort,up,c1,down,c0", &e), ERR_USAGE);
    assert_string_equal(e.msg, "c0 cannot be sorted by: long");
    assert_int_equal(check_link("op=sort,absup,c1", &e), ERR_USAGE);
    assert_int_equal(check_link("op=distinct,c0&op=sort,up,c0", &e), ERR_USAGE);
    assert_int_equal(check_link("op=sort,up,c1", &e), ERR_OK);
    assert_int_equal(check_link("op=sort,up,elsewhere", &e), ERR_OK); /* not known here */
    assert_int_equal(check_link("op=add,c0,1&op=sort,up,c0", &e), ERR_OK);
    assert_int_equal(check_link("op=aggregate,1,c1,Count,,c0&op=sort,up,c0", &e), ERR_OK);
    assert_int_equal(check_link("op=sort,up,c0&op=add,c0,1", &e), ERR_USAGE);
}

/* --- as marks of the header --- */

static void expect_marks(const struct columns *c, const char *a, const char *b,
                         const char *d)
{
    assert_string_equal(columns_mark(c, 0), a);
    assert_string_equal(columns_mark(c, 1), b);
    assert_string_equal(columns_mark(c, 2), d);
}

static void the_header_shows_order_direction_and_filters(void **state)
{
    struct columns *c = columns_new(false);
    struct schema *schema = build_schema("lsl");
    struct recipe *r = source(), *s = sorted(r), *f;
    struct condition any = {.kind = CONDITION_ALL};
    struct err e;

    (void)state;
    columns_set_schema(c, schema);
    assert_int_equal(recipe_filtered(s, "c1", "x", &any, &f, &e), ERR_OK);
    header_marks_set(c, f, false);
    expect_marks(c, "▲1", "⌕", "|▼|2");
    header_marks_set(c, f, true);
    expect_marks(c, "^1", "&", "|v|2");
    header_marks_set(c, r, true);
    expect_marks(c, "", "", "");
    recipe_free(f);
    recipe_free(s);
    recipe_free(r);
    columns_free(c);
    schema_free(schema);
}

static void a_column_is_wide_enough_for_its_mark(void **state)
{
    struct columns *c = columns_new(true);
    struct schema *schema = build_schema("ll");
    const struct column_mark mark = {"c1", "|v|12"};
    int before, other;

    (void)state;
    columns_set_schema(c, schema);
    before = columns_look(c, 1)->width;
    other = columns_look(c, 0)->width;
    columns_set_marks(c, &mark, 1);
    assert_int_equal(columns_look(c, 0)->width, other);
    assert_int_equal(columns_look(c, 1)->width, 2 + 1 + 5);
    columns_set_schema(c, schema); /* another table with the same columns */
    assert_string_equal(columns_mark(c, 1), "|v|12");
    columns_set_marks(c, NULL, 0);
    assert_string_equal(columns_mark(c, 1), "");
    columns_fit(c, 1);
    assert_int_equal(columns_look(c, 1)->width, before);
    columns_free(c);
    schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_that_counts_already_changes_where_it_stands),
        cmocka_unit_test(a_column_is_sorted_by_up_then_down_then_not_at_all),
        cmocka_unit_test(more_keys_than_there_is_room_for_are_refused),
        cmocka_unit_test(a_table_that_is_reversed_is_sorted_the_other_way_round),
        cmocka_unit_test(what_the_server_cannot_sort_is_known_before_it_is_asked),
        cmocka_unit_test(a_recipe_is_checked_as_far_as_it_sorts_by_its_sources_columns),
        cmocka_unit_test(the_header_shows_order_direction_and_filters),
        cmocka_unit_test(a_column_is_wide_enough_for_its_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
