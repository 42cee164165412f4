/*
 * Trees: tables rolled up on the server, and which of their nodes are open. The rows of the
 * table that is rolled up are told by their number, so that what each node has can be
 * reckoned here.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/viewer.h"

#define ROWS 12
#define FLAT "tree_flat"

/* A goes round in twos, B in threes: every pair of them has two rows of twelve. */
static int make_flat(void **state)
{
    (void)state;
    server_control("make " FLAT " %d update A = `a` + (ii %% 2); B = `b` + (ii %% 3); "
                   "X = ii; S = `s` + ii",
                   ROWS);
    return 0;
}

static int64_t sum_where(int64_t a, int64_t b)
{
    int64_t sum = 0;

    for (int64_t i = 0; i < ROWS; i++)
        if ((a < 0 || i % 2 == a) && (b < 0 || i % 3 == b))
            sum += i;
    return sum;
}

/* A row that has these words in this order, with blanks between. */
struct words {
    const char *const *words;
    size_t n;
};

static bool has_words(const char *row, const struct words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        row = strstr(row, w->words[i]);
        if (!row)
            return false;
        row += strlen(w->words[i]);
    }
    return true;
}

static bool row_is_there(struct pty *t, void *ctx)
{
    const struct words *w = ctx;
    bool found = false;

    for (int i = 0; i < 24 && !found; i++) {
        char *row = pty_row(t, i);

        found = has_words(row, w);
        free(row);
    }
    return found;
}

#define WAIT_ROW(t, ...)                                                                   \
    do {                                                                                   \
        const char *const list[] = {__VA_ARGS__};                                          \
        struct words of = {list, sizeof(list) / sizeof(*list)};                            \
        pty_wait(t, row_is_there, &of, list[0]);                                           \
    } while (0)

static void wait_number(struct pty *t, const char *sign, const char *node, int64_t count,
                        int64_t sum)
{
    char *counted = mem_printf("%" PRId64, count), *summed = mem_printf("%" PRId64, sum);

    WAIT_ROW(t, sign, node, counted, summed);
    free(counted);
    free(summed);
}

static void a_table_is_rolled_up_and_its_nodes_open_and_close(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, "cA\rgr");
    wait_number(t, "▾", "", 12, sum_where(-1, -1));
    wait_number(t, "▸", "a0", 6, sum_where(0, -1));
    wait_number(t, "▸", "a1", 6, sum_where(1, -1));
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "jza");
    pty_wait_text(t, " of 9 ");
    wait_number(t, "▾", "a0", 6, sum_where(0, -1));
    pty_wait_text(t, "s10"); /* a row that it is made of */
    pty_keys(t, "za");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "zR");
    pty_wait_text(t, " of 15 ");
    pty_keys(t, "zM");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "U");
    pty_wait_text(t, " of 12 ");
    viewer_leave(t);
}

static void a_rollup_by_several_columns_says_what_is_made_of_the_others(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, ":rollup A B Max(X) Sum(X) -rows\r");
    pty_wait_text(t, " of 3 ");
    pty_wait_text(t, "X_Sum");
    pty_keys(t, "zR");
    pty_wait_text(t, " of 9 ");
    WAIT_ROW(t, "a0", "b2", "2", "8", "10"); /* rows 2 and 8 */
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_TEST(a_table_is_rolled_up_and_its_nodes_open_and_close, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_rollup_by_several_columns_says_what_is_made_of_the_others, "80x24",
                    &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, make_flat, NULL);
}
