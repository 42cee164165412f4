#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/list.h"

/* Entries that a test can change. */
struct entries {
    const char *name[40];
    size_t n;
};

static size_t count(const void *ctx)
{
    return ((const struct entries *)ctx)->n;
}

static const char *name(const void *ctx, size_t i)
{
    return ((const struct entries *)ctx)->name[i];
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    (void)ctx;
    (void)surface_str(s, line.row, line.col, line.cols, "HEAD", 0, env->ascii);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    int at = surface_str(s, line.row, line.col, 1, current ? ">" : " ", 0, env->ascii);

    (void)surface_str(s, line.row, line.col + at, 20, name(ctx, i), 0, env->ascii);
}

static const char *empty(const void *ctx)
{
    return count(ctx) ? "no match" : "no entry";
}

static const struct list_ops ops = {.count = count,
                                    .name = name,
                                    .draw_header = draw_header,
                                    .draw_entry = draw_entry,
                                    .empty = empty};
static const struct list_ops fuzzy_ops = {.count = count,
                                          .name = name,
                                          .draw_header = draw_header,
                                          .draw_entry = draw_entry,
                                          .fuzzy = true,
                                          .empty = empty};

static void act(struct list *l, enum action action, int n, int64_t times, bool want)
{
    struct binding b = {.action = action, .arg.n = n};
    struct key_match m = {.binding = &b, .count = times, .has_count = times != 1};

    assert_int_equal(list_action(l, &m), want);
}

static void type(struct list *l, const char *text)
{
    act(l, ACT_OPEN_FILTER, 0, 1, true);
    for (; *text; text++)
        assert_int_equal(list_key(l, (struct key){(uint32_t)*text}), LIST_TAKEN);
}

static void expect_drawn(struct list *l, int rows, const char *want)
{
    struct surface *s = surface_new(rows, 24);
    struct rect r = {0, 0, rows, 24};
    char *dump;

    list_prepare(l, r);
    list_draw(l, s, r, &(struct draw_env){.ascii = true});
    dump = surface_dump(s);
    assert_string_equal(dump, want);
    free(dump);
    surface_free(s);
}

static void moving_stays_inside_and_scrolls(void **state)
{
    struct entries e = {{"a", "b", "c", "d", "e"}, 5};
    struct list *l = list_new(&ops, &e);

    (void)state;
    list_changed(l);
    expect_drawn(l, 4, "HEAD\n>a\n b\n c\n");
    act(l, ACT_MOVE_ROW, 1, 3, true);
    expect_drawn(l, 4, "HEAD\n b\n c\n>d\n");
    act(l, ACT_MOVE_PAGE, 1, INT64_MAX, true);
    assert_int_equal(list_current(l), 4);
    act(l, ACT_MOVE_ROW, -1, INT64_MAX, true);
    assert_int_equal(list_current(l), 0);
    act(l, ACT_LAST_ROW, 0, 1, true);
    assert_int_equal(list_current(l), 4);
    act(l, ACT_FIRST_ROW, 0, 2, true);
    assert_int_equal(list_current(l), 1);
    act(l, ACT_FIRST_ROW, 0, 1, true);
    assert_int_equal(list_current(l), 0);
    act(l, ACT_QUIT, 0, 1, false);
    act(l, ACT_CLOSE, 0, 1, false); /* no filter to take back */
    list_free(l);
}

static void the_filter_narrows_and_goes_by_stages(void **state)
{
    struct entries e = {{"apple", "Banana", "cherry", "band"}, 4};
    struct list *l = list_new(&ops, &e);

    (void)state;
    list_changed(l);
    type(l, "AN");
    assert_true(list_typing(l));
    assert_int_equal(list_matching(l), 2);
    expect_drawn(l, 4, "HEAD\n>Banana\n band\n/AN\n");
    act(l, ACT_MOVE_ROW, 1, 1, true);
    assert_int_equal(list_key(l, (struct key){K_ENTER}), LIST_ACCEPTED);
    assert_false(list_typing(l));
    assert_int_equal(list_key(l, (struct key){'x'}), LIST_IGNORED);
    assert_int_equal(list_current(l), 3);
    act(l, ACT_CLOSE, 0, 1, true); /* takes the filter back, the entry stays */
    assert_int_equal(list_matching(l), 4);
    assert_int_equal(list_current(l), 3);
    act(l, ACT_CLOSE, 0, 1, false);
    type(l, "zz");
    assert_int_equal(list_current(l), LIST_NONE);
    expect_drawn(l, 3, "HEAD\n  no match\n/zz\n");
    assert_int_equal(list_key(l, (struct key){K_ESC}), LIST_TAKEN);
    assert_int_equal(list_current(l), 3);
    list_free(l);
}

static void the_chosen_entry_stays_while_the_list_changes(void **state)
{
    struct entries e = {{"a", "b", "c"}, 3};
    struct list *l = list_new(&ops, &e);

    (void)state;
    list_changed(l);
    act(l, ACT_MOVE_ROW, 1, 1, true);
    e = (struct entries){{"x", "y", "a", "b", "c"}, 5};
    list_changed(l);
    assert_int_equal(list_current(l), 3);
    e = (struct entries){{"x"}, 1};
    list_changed(l);
    assert_int_equal(list_current(l), 0);
    e.n = 0;
    list_changed(l);
    assert_int_equal(list_current(l), LIST_NONE);
    expect_drawn(l, 3, "HEAD\n  no entry\n\n");
    list_free(l);
}

static void of_equal_names_the_same_number_stays(void **state)
{
    struct entries e = {{"a", "a", "b", "a"}, 4};
    struct list *l = list_new(&ops, &e);

    (void)state;
    list_changed(l);
    list_select(l, 3);
    list_changed(l);
    assert_int_equal(list_current(l), 3);
    assert_int_equal(list_place(l), 3);
    list_free(l);
}

static void a_fuzzy_filter_puts_the_best_match_first(void **state)
{
    struct entries e = {{"control", "orders", "other_trades", "trades"}, 4};
    struct list *l = list_new(&fuzzy_ops, &e);

    (void)state;
    list_changed(l);
    act(l, ACT_MOVE_ROW, 1, 1, true);
    list_prepare(l, (struct rect){0, 0, 12, 24});
    type(l, "tr");
    assert_int_equal(list_matching(l), 3);
    assert_int_equal(list_current(l), 3);
    assert_int_equal(list_on_line(l, 1), 2);
    assert_int_equal(list_on_line(l, 2), 0);
    act(l, ACT_CANCEL, 0, 1, true);
    assert_int_equal(list_matching(l), 4);
    assert_int_equal(list_current(l), 1); /* what was chosen before */
    list_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fuzzy_filter_puts_the_best_match_first),
        cmocka_unit_test(moving_stays_inside_and_scrolls),
        cmocka_unit_test(the_filter_narrows_and_goes_by_stages),
        cmocka_unit_test(the_chosen_entry_stays_while_the_list_changes),
        cmocka_unit_test(of_equal_names_the_same_number_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
