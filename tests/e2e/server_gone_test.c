/* The server goes away, or falls silent, under a viewer that shows a table. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/viewer.h"

#define KEYS_TIMED 40
#define KEY_MS 50        /* in which most keys are answered */
#define NOTICED_MS 15000 /* in which a silent link is noticed */
#define MAGENTA 5        /* of STYLE_STALE */
#define LOST "disconnected: these rows are old"

static struct pty *start_with(struct relay *r, const char *table, const char *option)
{
    char *target = mem_printf("%s/%s", relay_address(r), table);
    struct pty *t =
        pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 100,
                                        .argv = (const char *const[]){target, option, NULL},
                                        .split_stderr = true});

    free(target);
    return t;
}

static struct pty *start(struct relay *r, const char *table)
{
    return start_with(r, table, NULL);
}

static struct pty *open_million(struct relay *r)
{
    struct pty *t = start(r, "million");

    pty_wait_text(t, " row 1 of 1,000,000");
    pty_keys(t, "500G");
    sheet_wait_status(t, 500, 1000000);
    sheet_settle(t);
    pty_keys(t, "zt"); /* rows 500 to 518 */
    sheet_settle(t);
    return t;
}

static void leave_quickly(struct pty *t)
{
    struct stopwatch w = stopwatch_start(pty_pid(t));

    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    int64_t took = pty_ended_after(t, &w);
    print_message("left after %" PRId64 " ms\n", took);
    assert_in_range(took, 0, 2000);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

/* Column of the first cell of a text in a screen row. */
static int column_of(const struct pty *t, int row, const char *text)
{
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int col = 0; col + (int)strlen(text) <= cols; col++) {
        size_t same = 0;

        while (text[same]) {
            struct pty_cell cell;

            pty_cell(t, row, col + (int)same, &cell);
            if (strlen(cell.utf8) != 1 || cell.utf8[0] != text[same])
                break;
            same++;
        }
        if (!text[same])
            return col;
    }
    fail_msg("no %s in row %d", text, row);
    return -1;
}

/* All that were shown are still right, and look old. The line at the top may have been read
 * before the rest of its frame. */
static void check_old_rows(struct pty *t)
{
    struct pty_cell cell;

    pty_wait_row(t, 0, LOST);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
    for (int row = 8; row < 16; row++) {
        char *text = pty_row(t, row);
        char *at = strstr(text, "row-"), *name;

        assert_non_null(at);
        name = mem_strndup(at, strcspn(at, " "));
        pty_cell(t, row, column_of(t, row, name), &cell);
        if (cell.fg != MAGENTA)
            fail_msg("%s has colour %d", name, cell.fg);
        free(name);
        free(text);
    }
}

/* Moving within the rows that are held, to rows that are not, help and list. */
static void check_keys_work(struct pty *t)
{
    pty_keys(t, "H");
    sheet_wait_status(t, 500, 1000000);
    pty_keys(t, "jjjl");
    sheet_wait_status(t, 503, 1000000);
    pty_keys(t, "?");
    pty_wait_text(t, "help: lines 1 to");
    pty_keys(t, "q900000G");
    sheet_wait_status(t, 900000, 1000000);
    pty_wait_gone(t, "row-5"); /* never a row in another's place */
    pty_keys(t, "500Gzt");
    sheet_wait_status(t, 500, 1000000);
    check_old_rows(t);
    pty_keys(t, "t");
    pty_wait_row(t, 23, "the connection is gone");
    pty_keys(t, ":nonsense<Enter>");
    pty_wait_row(t, 23, "no such command");
}

static bool has_reason(struct pty *t, void *ctx)
{
    char *reason = pty_row(t, 23);
    bool some = strlen(reason) > 10;

    (void)ctx;
    free(reason);
    return some;
}

static void a_cut_link_leaves_the_rows_and_the_keys(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = open_million(r);
    struct stopwatch w = stopwatch_start(pty_pid(t));

    (void)state;
    relay_cut(r);
    pty_wait_row(t, 0, LOST);
    int64_t took = stopwatch_ms(&w);
    print_message("cut: noticed after %" PRId64 " ms\n", took);
    assert_in_range(took, 0, 2000);
    pty_wait(t, has_reason, NULL, "the reason");
    check_old_rows(t);
    check_keys_work(t);
    leave_quickly(t);
    relay_free(r);
}

static bool is_back(struct pty *t, void *ctx)
{
    return relay_connections(ctx) >= 2 && pty_has(t, "● live");
}

static void a_half_closed_link_is_left_for_another(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = open_million(r);

    (void)state;
    relay_half_close(r);
    pty_wait(t, is_back, r, "another connection");
    sheet_wait_status(t, 500, 1000000);
    sheet_settle(t);
    assert_true(sheet_check(t, sheet_formula_million) > 0);
    leave_quickly(t);
    relay_free(r);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Times of single keys within the rows that are held. */
static void check_keys_are_quick(struct pty *t)
{
    int64_t took[KEYS_TIMED];

    for (int i = 0; i < KEYS_TIMED; i++) {
        struct stopwatch w = stopwatch_start(pty_pid(t));

        pty_keys(t, i % 2 ? "k" : "j");
        sheet_wait_status(t, i % 2 ? 500 : 501, 1000000);
        took[i] = stopwatch_ms(&w);
    }
    qsort(took, KEYS_TIMED, sizeof(*took), compare);
    print_message("a key while stalled: median %" PRId64 " ms, 90%% %" PRId64
                  " ms, longest %" PRId64 " ms\n",
                  took[KEYS_TIMED / 2], took[KEYS_TIMED * 9 / 10], took[KEYS_TIMED - 1]);
    assert_in_range(took[KEYS_TIMED / 2], 0, KEY_MS);
}

struct written {
    size_t from; /* offset in the output */
    const char *text;
};

static bool has_written(struct pty *t, void *ctx)
{
    const struct written *w = ctx;

    return pty_has_written(t, w->from, w->text);
}

static void a_stalled_link_blocks_no_key_and_is_noticed(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = open_million(r);
    struct written silence = {viewer_bytes(t), "silent for "};

    (void)state;
    relay_stall(r);
    struct stopwatch w = stopwatch_start(pty_pid(t));
    check_keys_are_quick(t);
    pty_keys(t, "700000G"); /* asked for, and never answered */
    sheet_wait_status(t, 700000, 1000000);
    pty_wait_text(t, "··");
    pty_wait_gone(t, "row-5");
    pty_keys(t, "500Gzt");
    sheet_wait_status(t, 500, 1000000);
    pty_wait_text(t, "row-499");
    pty_wait(t, has_written, &silence, "silence to be told");
    int64_t took = stopwatch_ms(&w);
    print_message("stalled: noticed after %" PRId64 " ms\n", took);
    assert_in_range(took, 0, NOTICED_MS);
    pty_wait_row(t, 0, LOST);
    check_old_rows(t);
    check_keys_work(t);
    leave_quickly(t);
    relay_free(r);
}

static void a_stall_that_ends_in_time_is_no_loss(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = open_million(r);

    (void)state;
    relay_stall(r);
    pty_keys(t, "700000G");
    sheet_wait_status(t, 700000, 1000000);
    pty_wait_quiet(t, 1000);
    pty_wait_text(t, "··");
    relay_flow(r);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
    pty_wait_row(t, 0, "● live");
    leave_quickly(t);
    relay_free(r);
}

static void leaving_while_the_link_is_stalled_is_quick(void **state)
{
    static const struct {
        int signal, code;
    } cases[] = {{0, 0}, {SIGTERM, -SIGTERM}, {SIGINT, 130}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct relay *r = relay_new(server_address());
        struct pty *t = open_million(r);

        relay_stall(r);
        struct stopwatch w = stopwatch_start(pty_pid(t));
        if (cases[i].signal)
            pty_kill(t, cases[i].signal);
        else
            pty_keys(t, "Q");
        assert_int_equal(pty_wait_exit(t), cases[i].code);
        int64_t took = pty_ended_after(t, &w);
        print_message("stalled: left after %" PRId64 " ms\n", took);
        assert_in_range(took, 0, 2000);
        pty_check_restored(t);
        pty_check_output(t);
        pty_free(t);
        relay_free(r);
    }
}

/* The list keeps what it had; nothing can be opened from it. */
static void the_list_outlives_the_link(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = start(r, "");

    (void)state;
    pty_wait_text(t, "appending");
    relay_cut(r);
    pty_wait_row(t, 0, "disconnected");
    pty_wait_text(t, "appending");
    pty_keys(t, "j<Enter>");
    pty_wait_row(t, 23, "the connection is gone");
    pty_keys(t, "/small<Esc>");
    leave_quickly(t);
    relay_free(r);
}

static void lost_before_anything_was_shown_it_ends_with_1(void **state)
{
    struct relay *r = relay_new(server_address());

    (void)state;
    relay_stall(r);
    struct pty *t = start_with(r, "million", "--no-retry");
    pty_wait_row(t, 0, "connecting");
    pty_wait_quiet(t, 300);
    relay_cut(r);
    assert_int_equal(pty_wait_exit(t), 1);
    const char *end = strchr(pty_stderr(t), '\n');
    if (!strstr(pty_stderr(t), relay_address(r)) || !end || end[1] != '\0')
        fail_msg("\"%s\"", pty_stderr(t));
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
    relay_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_link_leaves_the_rows_and_the_keys),
        cmocka_unit_test(a_half_closed_link_is_left_for_another),
        cmocka_unit_test(a_stalled_link_blocks_no_key_and_is_noticed),
        cmocka_unit_test(a_stall_that_ends_in_time_is_no_loss),
        cmocka_unit_test(leaving_while_the_link_is_stalled_is_quick),
        cmocka_unit_test(the_list_outlives_the_link),
        cmocka_unit_test(lost_before_anything_was_shown_it_ends_with_1),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
