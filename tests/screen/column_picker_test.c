/* The list of columns, drawn and worked with, on the grid it belongs to. */
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
#include "tests/support/info_text.h"
#include "ui/table/column_picker.h"

#define GOLDEN_MAX 65536

struct fixture {
    struct schema *schema;
    struct grid *grid;
    struct view view;
    char said[128];
};

static void on_say(void *ctx, const char *text)
{
    struct fixture *f = ctx;

    (void)snprintf(f->said, sizeof(f->said), "%s", text);
}

static const struct column_picker_handler handler = {on_say};

static void start(struct fixture *f, const char *letters)
{
    struct window w;

    memset(f, 0, sizeof(*f));
    f->schema = build_schema(letters);
    f->schema->columns[1].description = "what the second one holds";
    w = (struct window){.schema = f->schema};
    f->grid = grid_new(false);
    grid_set_window(f->grid, &w);
    grid_prepare(f->grid, (struct rect){0, 0, 22, 80}, &(struct draw_env){0});
    f->view = column_picker_new(f->grid, &handler, f);
}

static void end(struct fixture *f)
{
    f->view.ops->close(f->view.self);
    grid_free(f->grid);
    schema_free(f->schema);
}

/* Keys in the notation of ui/term/key.h, as the application hands them on; false for the
 * last when the view left it to its owner. */
static bool type(struct fixture *f, const char *const *keys)
{
    struct key_matcher m = {.len = 0};
    bool taken = true;

    for (; *keys; keys++) {
        struct key k[KEYS_LEN_MAX];
        size_t n;

        assert_int_equal(keys_parse(*keys, k, &n, NULL), ERR_OK);
        for (size_t i = 0; i < n; i++) {
            enum key_mode mode = f->view.ops->mode(f->view.self);
            struct key_match got = key_matcher_feed(&m, mode, k[i]);

            if (got.result == KEYS_ACTION)
                taken = f->view.ops->action(f->view.self, &got);
            else if (got.result == KEYS_UNKNOWN)
                taken = f->view.ops->key(f->view.self, k[i]);
        }
    }
    return taken;
}
#define TYPE(f, ...) type((f), (const char *const[]){__VA_ARGS__, NULL})

static void expect_columns(struct fixture *f, const char *want)
{
    struct columns *c = grid_columns(f->grid);
    char got[128] = "";
    size_t n = 0;

    for (size_t i = 0; i < columns_count(c); i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s ", columns_name(c, i));
    assert_string_equal(got, want);
}

static void expect_screen(struct fixture *f, const char *golden, bool ascii)
{
    char path[512], *status, *dump, *want = mem_calloc(1, GOLDEN_MAX);
    struct surface *s = surface_new(12, 80);
    struct draw_env env = {.ascii = ascii};
    bool generate = getenv("GENERATE") != NULL;
    FILE *file;

    f->view.ops->prepare(f->view.self, (struct rect){0, 0, 11, 80}, &env);
    f->view.ops->draw(f->view.self, s, (struct rect){0, 0, 11, 80}, &env);
    status = info_of_view(f->view, &env);
    (void)surface_str(s, 11, 0, 80, status, 0, ascii);
    free(status);
    dump = surface_dump(s);
    snprintf(path, sizeof(path), "%s/tests/screen/%s.screen", TEST_SOURCE_DIR, golden);
    file = fopen(path, generate ? "w" : "r");
    if (!file)
        fail_msg("cannot open %s", path);
    if (generate)
        assert_true(fputs(dump, file) >= 0);
    else
        assert_true(fread(want, 1, GOLDEN_MAX - 1, file) < GOLDEN_MAX - 1);
    assert_int_equal(fclose(file), 0);
    if (!generate)
        assert_string_equal(dump, want);
    free(dump);
    free(want);
    surface_free(s);
}

static void it_shows_marks_types_and_descriptions(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, "lsdIs");
    columns_freeze(grid_columns(f.grid), 1);
    assert_true(TYPE(&f, "j", "j", "<Space>"));
    expect_screen(&f, "columns-list", false);
    expect_screen(&f, "columns-list-ascii", true);
    end(&f);
}

static void toggling_takes_effect_at_once_but_one_column_stays(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, "lll");
    assert_true(TYPE(&f, "<Space>", "j", "<Enter>"));
    expect_columns(&f, "c2 ");
    assert_true(TYPE(&f, "j", "-"));
    assert_string_equal(f.said, "the last column cannot be hidden");
    expect_columns(&f, "c2 ");
    assert_true(TYPE(&f, "gg", "<Space>"));
    expect_columns(&f, "c0 c2 ");
    assert_true(TYPE(&f, "g-"));
    expect_columns(&f, "c0 c1 c2 ");
    end(&f);
}

static void moving_an_entry_moves_the_column_and_keeps_it_chosen(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, "lllll");
    assert_true(TYPE(&f, "J", "J", "J"));
    expect_columns(&f, "c1 c2 c3 c0 c4 ");
    assert_true(TYPE(&f, "2K"));
    expect_columns(&f, "c1 c0 c2 c3 c4 ");
    assert_true(TYPE(&f, "g<", "g<"));
    expect_columns(&f, "c0 c1 c2 c3 c4 ");
    assert_string_equal(f.said, "no further: frozen columns stay before the others");
    end(&f);
}

static void a_filter_finds_a_column_and_leaving_goes_there(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, "lllll");
    assert_true(TYPE(&f, "/", "c", "3", "<Enter>", "<Space>"));
    expect_columns(&f, "c0 c1 c2 c4 ");
    assert_true(TYPE(&f, "<Space>"));
    expect_columns(&f, "c0 c1 c2 c3 c4 ");
    assert_true(TYPE(&f, "q"));  /* takes the filter back */
    assert_false(TYPE(&f, "q")); /* leaves */
    f.view.ops->close(f.view.self);
    assert_int_equal(grid_current_column(f.grid), 3);
    f.view = column_picker_new(f.grid, &handler, &f);
    assert_false(TYPE(&f, "<Esc>"));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shows_marks_types_and_descriptions),
        cmocka_unit_test(toggling_takes_effect_at_once_but_one_column_stays),
        cmocka_unit_test(moving_an_entry_moves_the_column_and_keeps_it_chosen),
        cmocka_unit_test(a_filter_finds_a_column_and_leaving_goes_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
