#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/info_text.h"
#include "ui/table/cell_text.h"
#include "ui/table/meter.h"
#include "ui/term/theme.h"
#include "ui/widget/popup.h"

struct source {
    struct type item, type;
    struct column *items; /* owned; NULL: bytes are shown */
    struct bytes bytes;
    struct meter meter;
    bool is_meter;
    int fills, closes;
    size_t first, rows; /* as shown() was told */
    size_t accepted;
};

static void fill(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct source *s = ctx;
    struct schema_column c = {.name = "Prices",
                              .java_type = "java.lang.Thing",
                              .description = "what it costs",
                              .type = &s->type};
    struct value v = {.state = VALUE_SET, .type = &s->type, .list = s->items};

    s->fills++;
    if (s->is_meter) {
        meter_fill(&s->meter, &(struct meter_link){18.04, 25}, 10000, p);
        return;
    }
    if (!s->items)
        v.bytes = s->bytes;
    cell_text_add(p, &c, &v, true, env);
}

static void shown(void *ctx, size_t first, size_t rows)
{
    struct source *s = ctx;

    s->first = first;
    s->rows = rows;
}

static const char *note(void *ctx)
{
    (void)ctx;
    return "old: \x1b gone";
}

static void close_source(void *ctx)
{
    struct source *s = ctx;

    column_free(s->items);
    s->items = NULL;
    s->closes++;
}

static const struct popup_source source_ops = {
    .fill = fill, .shown = shown, .note = note, .close = close_source};

static void accepted(void *ctx, size_t entry)
{
    struct source *s = ctx;

    s->accepted = entry;
}

static const struct popup_source chosen_ops = {
    .fill = fill, .shown = shown, .note = note, .close = close_source, .accept = accepted};

static struct source list_of(int n)
{
    struct source s = {.item = {.kind = KIND_INT}, .type = {.kind = KIND_LIST}};
    static const struct type item = {.kind = KIND_INT};

    s.items = column_new(&item);
    for (int i = 0; i < n; i++)
        column_push_int(s.items, i * 7);
    return s;
}

static void draw_golden(struct view v, int rows, int cols, bool ascii, const char *name)
{
    struct surface *s = golden_draw(v, rows, cols, &(struct draw_env){.ascii = ascii});

    golden_check(s, name);
    surface_free(s);
}

static void act(struct view v, enum action action, int n)
{
    struct binding b = {.action = action, .arg.n = n};

    assert_true(v.ops->action(v.self, &(struct key_match){.binding = &b, .count = 1}));
}

static void a_text_is_shown_whole_in_a_box(void **state)
{
    static const char text[] =
        "a long text with marks \x1b[31m and wide \xe6\xbc\xa2 ones, "
        "so long that it has to go on in another line of the box, "
        "and in yet another one where the screen is narrow.";
    struct source s = {.type = {.kind = KIND_STRING}, .bytes = {0}};
    struct view v = popup_as_view(popup_new("Text, row 9", true, &source_ops, &s));

    (void)state;
    s.bytes = (struct bytes){(const uint8_t *)text, sizeof(text) - 1};
    draw_golden(v, 21, 80, false, "popup-80x24");
    draw_golden(v, 47, 200, true, "popup-200x50");
    v.ops->close(v.self);
    assert_int_equal(s.closes, 1);
}

static void a_list_scrolls_and_stays_when_it_changes(void **state)
{
    struct source s = list_of(1000);
    struct popup *p = popup_new("Prices, row 1,042", true, &source_ops, &s);
    struct view v = popup_as_view(p);
    char *status;

    (void)state;
    s.type.item = &s.item;
    draw_golden(v, 21, 80, false, "popup-list-80x24");
    v.ops->ask(v.self);
    assert_int_equal(s.rows, 19);
    act(v, ACT_LAST_ROW, 0);
    popup_changed(p);
    draw_golden(v, 21, 80, false, "popup-list-end-80x24");
    v.ops->ask(v.self);
    assert_int_equal(s.fills, 2); /* not filled while nothing changes */
    assert_int_equal(s.first, 1004 - 19);
    status = info_of_view(v, &(struct draw_env){.ascii = true});
    assert_string_equal(status,
                        "Prices, row 1,042: lines 986 to 1,004 of 1,004   old: ^[ gone   "
                        "q closes");
    free(status);
    v.ops->close(v.self);
}

static void a_line_is_chosen_where_that_means_something(void **state)
{
    struct binding enter = {.action = ACT_ACCEPT};
    struct key_match m = {.binding = &enter, .count = 1};
    struct source s = list_of(30);
    struct view v = popup_as_view(popup_new("row 9", false, &chosen_ops, &s));
    char *status;
    struct surface *drawn;

    (void)state;
    s.type.item = &s.item;
    surface_free(golden_draw(v, 12, 60, &(struct draw_env){.ascii = true}));
    act(v, ACT_MOVE_ROW, 7);
    drawn = golden_draw(v, 12, 60, &(struct draw_env){.ascii = true});
    golden_check(drawn, "popup-line");
    for (int row = 0; row < 12; row++)
        for (int col = 0; col < 60; col++) /* the eighth line, between the sides */
            assert_int_equal(surface_cell(drawn, row, col)->style == STYLE_PICKER_CURRENT,
                             row == 8 && col > 12 && col < 46);
    surface_free(drawn);
    assert_true(v.ops->action(v.self, &m));
    assert_int_equal(s.accepted, 7);
    status = info_of_view(v, &(struct draw_env){.ascii = true});
    assert_non_null(strstr(status, "row 9: line 8 of 34 "));
    assert_non_null(strstr(status, "   Enter opens   q closes"));
    free(status);
    v.ops->close(v.self);
    s = list_of(3);
    s.type.item = &s.item;
    v = popup_as_view(popup_new("Prices, row 9", true, &source_ops, &s));
    assert_false(v.ops->action(v.self, &m)); /* it is for whoever closes the box */
    v.ops->close(v.self);
}

static void what_is_seen_is_asked_for_only_once_the_frame_is_out(void **state)
{
    struct source s = list_of(40);
    struct view v = popup_as_view(popup_new("t", true, &source_ops, &s));

    (void)state;
    s.type.item = &s.item;
    s.rows = SIZE_MAX;
    surface_free(golden_draw(v, 12, 80, &(struct draw_env){.ascii = true}));
    assert_true(s.rows == SIZE_MAX);
    v.ops->ask(v.self);
    assert_int_equal(s.first, 0);
    assert_int_equal(s.rows, 10);
    v.ops->close(v.self);
}

static void the_meter_is_a_box_too(void **state)
{
    struct source s = {.is_meter = true};
    struct view v = popup_as_view(popup_new("link meter", true, &source_ops, &s));

    (void)state;
    for (uint64_t i = 1; i <= 20; i++)
        meter_take(&s.meter,
                   &(struct meter_totals){.updates = i,
                                          .bytes = 1234 * i,
                                          .frames = 2 * i,
                                          .dropped = 3,
                                          .terminal_bytes = 100 * i},
                   5000 + i * 250);
    draw_golden(v, 21, 80, false, "meter-80x24");
    draw_golden(v, 47, 200, true, "meter-200x50");
    v.ops->close(v.self);
}

static void a_box_is_drawn_at_any_size(void **state)
{
    (void)state;
    for (int rows = 1; rows < 8; rows++) {
        for (int cols = 1; cols < 70; cols += 3) {
            struct source s = {.type = {.kind = KIND_STRING},
                               .bytes = {(const uint8_t *)"text", 4}};
            struct view v = popup_as_view(popup_new("title", true, &source_ops, &s));

            surface_free(golden_draw(v, rows, cols, &(struct draw_env){.ascii = false}));
            v.ops->close(v.self);
        }
    }
}

static void without_room_for_a_frame_all_room_is_used(void **state)
{
    struct source s = {.type = {.kind = KIND_STRING},
                       .bytes = {(const uint8_t *)"text", 4}};
    struct view v = popup_as_view(popup_new("title", true, &source_ops, &s));
    struct draw_env env = {.ascii = true};
    struct surface *drawn = surface_new(2, 60);
    struct rect all = {0, 0, 2, 60};
    char *status;

    (void)state;
    for (int i = 0; i < 2 * 60; i++)
        (void)surface_str(drawn, i / 60, i % 60, 1, "#", STYLE_CELL, true);
    v.ops->prepare(v.self, all, &env);
    v.ops->draw(v.self, drawn, all, &env);
    for (int i = 0; i < 2 * 60; i++)
        assert_string_not_equal(surface_cell(drawn, i / 60, i % 60)->utf8, "#");
    status = info_of_view(v, &env);
    assert_non_null(strstr(status, "lines 1 to 2 of "));
    free(status);
    surface_free(drawn);
    v.ops->close(v.self);
}

static void a_box_grows_and_does_not_shrink(void **state)
{
    struct source s = list_of(12);
    struct popup *p = popup_new("t", true, &source_ops, &s);
    struct view v = popup_as_view(p);
    struct surface *before, *after;

    (void)state;
    s.type.item = &s.item;
    before = golden_draw(v, 30, 80, &(struct draw_env){.ascii = true});
    column_free(s.items);
    s.items = column_new(&s.item);
    popup_changed(p);
    after = golden_draw(v, 30, 80, &(struct draw_env){.ascii = true});
    for (int row = 0; row < 30; row++) { /* the frame has stayed where it was */
        bool had = false, has = false;

        for (int col = 0; col < 80; col++) {
            had = had || surface_cell(before, row, col)->style == STYLE_RULE;
            has = has || surface_cell(after, row, col)->style == STYLE_RULE;
        }
        assert_int_equal(had, has);
    }
    surface_free(before);
    surface_free(after);
    v.ops->close(v.self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_shown_whole_in_a_box),
        cmocka_unit_test(a_list_scrolls_and_stays_when_it_changes),
        cmocka_unit_test(a_line_is_chosen_where_that_means_something),
        cmocka_unit_test(what_is_seen_is_asked_for_only_once_the_frame_is_out),
        cmocka_unit_test(the_meter_is_a_box_too),
        cmocka_unit_test(a_box_is_drawn_at_any_size),
        cmocka_unit_test(without_room_for_a_frame_all_room_is_used),
        cmocka_unit_test(a_box_grows_and_does_not_shrink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
