/*
 * Trees: tables rolled up on the server, and which of their nodes are open. The rows of the
 * table that is rolled up are told by their number, so that what each node has can be
 * reckoned here. A tree that is changed by the test is compared with a slow model of it.
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
#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/script_run.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
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

    pty_keys(t, "T");
    pty_wait_text(t, "Σ");
    pty_keys(t, "cA\rgr");
    pty_wait_gone(t, "Σ"); /* a tree has no totals */
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
    pty_wait_text(t, "Σ");
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

static void nodes_that_are_opened_at_once_are_all_open(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, "cA\rgr");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "jjzakza"); /* upwards: whenever they open, the next one is where it was */
    pty_wait_text(t, " of 15 ");
    viewer_leave(t);
}

/* Whatever the order in which they were opened. */
static void a_node_inside_of_one_that_was_closed_is_open_with_it_again(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, ":rollup A B\r");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "jza");
    pty_wait_text(t, " of 6 ");
    pty_keys(t, "jza");
    pty_wait_text(t, " of 8 ");
    pty_keys(t, "kza");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "za");
    pty_wait_text(t, " of 8 ");
    viewer_leave(t);
}

static void nodes_that_take_long_are_given_up_at_once(void **state)
{
    struct relay *link = relay_new(server_address());
    char *target = mem_printf("%s/" FLAT, relay_address(link));
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    viewer_wait_table(t);
    pty_keys(t, "cA\rgr");
    pty_wait_text(t, " of 3 ");
    relay_stall_up(link);
    pty_keys(t, "jza");
    pty_wait_text(t, "Esc goes back");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "the nodes are no longer asked for; the server may still be busy");
    pty_wait_gone(t, "Esc goes back");
    relay_flow(link);
    pty_keys(t, "jza");
    pty_wait_text(t, " of 9 ");
    wait_number(t, "▸", "a0", 6, sum_where(0, -1));
    wait_number(t, "▾", "a1", 6, sum_where(1, -1));
    viewer_leave(t);
    relay_free(link);
    free(target);
}

/* --- a tree beside a model --- */

#define KEYS_MAX 80

/* The rows of ctl by key, as nodes with three children each, and which of them are open. */
static struct {
    char text[KEYS_MAX][16]; /* "": there is no row */
    bool all, other[KEYS_MAX];
    bool falls; /* each node's children are sorted from the highest key down */
    int visible[KEYS_MAX];
    int n;
} model;

static bool is_there(int key)
{
    return key < KEYS_MAX && *model.text[key];
}

static bool has_children(int key)
{
    return is_there(3 * key + 1) || is_there(3 * key + 2) || is_there(3 * key + 3);
}

static bool is_open(int key)
{
    return model.all != model.other[key];
}

/* Deepest first, by a stack; a row whose parent is not there is in no tree. */
static void list_visible(void)
{
    int stack[KEYS_MAX], n = 0;

    model.n = 0;
    if (is_there(0))
        stack[n++] = 0;
    while (n > 0) {
        int key = stack[--n];

        model.visible[model.n++] = key;
        for (int i = 3; i > 0 && is_open(key); i--) {
            int child = 3 * key + (model.falls ? 4 - i : i);

            if (is_there(child))
                stack[n++] = child;
        }
    }
}

static const char *sign_of(int key)
{
    if (!has_children(key))
        return "";
    return is_open(key) ? "▾" : "▸";
}

static size_t depth_of(int key)
{
    size_t depth = 0;

    for (; key > 0; key = (key - 1) / 3)
        depth++;
    return depth;
}

/* A line of the screen is the row that it is numbered as; false: it is another. */
static bool line_fits(const char *line, bool *numbered)
{
    const char *cells = strstr(line, "│");
    long number = strtol(line, NULL, 10);
    const char *sign;
    size_t indent;
    char *end;
    int key;

    *numbered = cells && number > 0;
    if (!*numbered)
        return true;
    if (number > model.n)
        return false;
    key = model.visible[number - 1];
    sign = sign_of(key);
    cells += strlen("│");
    indent = strspn(cells, " ");
    cells += indent;
    if (strncmp(cells, sign, strlen(sign)) != 0 ||
        (*sign && indent != 1 + 2 * depth_of(key)))
        return false;
    return strtol(cells + strlen(sign), &end, 10) == key &&
           strncmp(end + strspn(end, " "), model.text[key], strlen(model.text[key])) == 0;
}

static bool screen_fits(struct pty *t, void *ctx)
{
    int64_t row, rows;
    int lines = 0;

    (void)ctx;
    if (!sheet_status(t, &row, &rows) || rows != model.n)
        return false;
    for (int i = 3; i < 22; i++) {
        char *line = pty_row(t, i);
        bool numbered, fits = line_fits(line, &numbered);

        free(line);
        if (!fits)
            return false;
        lines += numbered;
    }
    return lines > 0;
}

static void wait_model(struct pty *t)
{
    list_visible();
    pty_wait(t, screen_fits, NULL, "the rows that the model of the tree has");
}

static void put_rows(int first, int last, const char *text)
{
    server_control("add %d %d %s", first, last, text);
    for (int i = first; i <= last; i++)
        (void)snprintf(model.text[i], sizeof(model.text[i]), "%s", text);
}

static void take_rows(int first, int last)
{
    server_control("remove %d %d", first, last);
    for (int i = first; i <= last; i++)
        model.text[i][0] = '\0';
}

static void toggle_here(struct pty *t)
{
    int64_t row, rows;
    int key;

    assert_true(sheet_status(t, &row, &rows));
    key = model.visible[row - 1];
    if (has_children(key))
        model.other[key] = !model.other[key];
    pty_keys(t, "za");
}

static void set_all(struct pty *t, bool open)
{
    model.all = open;
    memset(model.other, 0, sizeof(model.other));
    pty_keys(t, open ? "zR" : "zM");
}

static void change_rows(struct prng *r, int round)
{
    int first = 1 + (int)prng_below(r, KEYS_MAX - 10), last = first + (int)prng_below(r, 9);
    char text[16];

    (void)snprintf(text, sizeof(text), "t%d", round);
    if (prng_below(r, 3) == 0)
        take_rows(first, last);
    else
        put_rows(first, last, text);
}

/* By the keys, which are the first column. */
static void sort_rows(struct pty *t, bool falls)
{
    model.falls = falls;
    pty_keys(t, falls ? "]" : "[");
    pty_wait_text(t, falls ? "K ▼" : "K ▲");
}

static void step(struct pty *t, struct prng *r, int round)
{
    static const char *const moves[] = {"j", "jjj", "k", "G", "gg", "<C-d>", "<C-u>", "5j"};
    uint64_t what = prng_below(r, 11);

    if (what == 10)
        sort_rows(t, prng_below(r, 2) > 0);
    else if (what < 4)
        pty_keys(t, moves[prng_below(r, sizeof(moves) / sizeof(*moves))]);
    else if (what < 7)
        toggle_here(t);
    else if (what < 9)
        change_rows(r, round);
    else
        set_all(t, prng_below(r, 3) > 0);
    sheet_sync(t);
    wait_model(t);
}

static int make_live(void **state)
{
    memset(&model, 0, sizeof(model));
    server_control("clear");
    put_rows(0, KEYS_MAX - 1, "first");
    server_control("run " TEST_SOURCE_DIR "/tests/e2e/trees.py");
    (void)make_flat(state);
    return folder_setup(state);
}

static int forget(void **state)
{
    (void)state;
    server_control("forget trees_live");
    server_control("forget trees_rolled");
    server_control("forget trees_parts");
    server_control("forget trees_unsent");
    server_control("forget trees_source");
    server_control("forget " FLAT);
    server_control("clear");
    return folder_teardown(state);
}

/* The link is lost, and comes back; rows change while it is away. */
static void lose_link(struct pty *t, struct relay *link)
{
    relay_cut(link);
    pty_wait_text(t, "these rows are old");
    put_rows(2, 20, "while");
    relay_mend(link);
    pty_wait_text(t, "● live");
}

static void random_keys_over_a_ticking_tree_show_what_a_model_of_it_has(void **state)
{
    struct prng r = prng_start();
    struct relay *link = relay_new(server_address());
    char *target = mem_printf("%s/trees_live", relay_address(link));
    struct pty *t = pty_dhview(target, NULL);
    size_t rounds = program_rounds(25), lost = prng_below(&r, rounds);

    (void)state;
    wait_model(t);
    for (size_t i = 0; i < rounds; i++) {
        if (i == lost)
            lose_link(t, link);
        wait_model(t);
        step(t, &r, (int)i);
    }
    viewer_leave(t);
    relay_free(link);
    free(target);
}

static void what_is_open_stays_so_when_the_link_was_lost_and_when_asked_anew(void **state)
{
    struct relay *link = relay_new(server_address());
    char *target = mem_printf("%s/trees_live", relay_address(link));
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    put_rows(0, KEYS_MAX - 1, "again");
    model.falls = false;
    set_all(t, false);
    wait_model(t);
    for (int i = 0; i < 3; i++) {
        toggle_here(t);
        wait_model(t);
        pty_keys(t, "j");
        sheet_sync(t);
    }
    lose_link(t, link);
    wait_model(t);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    wait_model(t);
    viewer_leave(t);
    relay_free(link);
    free(target);
}

/* --- what is opened, and what is refused --- */

static void trees_of_the_server_open_from_its_list(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, "t");
    pty_wait_text(t, "appending");
    pty_keys(t, "/trees_rolled\r\r");
    pty_wait_text(t, " of 4 ");
    pty_keys(t, "jza");
    pty_wait_text(t, "there is nothing below this row");
    viewer_leave(t);
}

static void a_rollup_is_sorted_by_its_sums_and_filtered_by_its_columns(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, ":rollup A B Sum(X) -rows\r");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "cX\r]");
    WAIT_ROW(t, " 2│", "a1"); /* 36 before 30 */
    pty_keys(t, "cA\r&=a0\r");
    pty_wait_text(t, " of 2 ");
    pty_keys(t, "jza");
    pty_wait_text(t, " of 5 ");
    WAIT_ROW(t, " 3│", "a0", "b1"); /* 14, then 10 and 6 */
    pty_keys(t, ":code\r");
    pty_wait_text(
        t, "t = t.rollup([agg.count_(\"Count\"), agg.sum_(\"X = X\")], by=[\"A\", \"B\"])");
    pty_wait_text(t, "t = t.with_filter(");
    viewer_leave(t);
}

static void what_a_tree_cannot_do_is_said_in_a_line(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    pty_keys(t, ":rollup NONE\r");
    pty_wait_text(t, "rollup: no column is named NONE");
    pty_keys(t, ":rollup A Sum(B)\r");
    pty_wait_text(t, "rollup: there is no Sum of B, which is java.lang.String");
    pty_keys(t, "za");
    pty_wait_text(t, "is no tree; gr makes one by this column");
    pty_keys(t, "cA\rgr");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "gr");
    pty_wait_text(t, "it is a tree already");
    pty_keys(t, "D");
    pty_wait_text(t, "distinct values: not of a tree");
    pty_keys(t, ":w x.csv\r");
    pty_wait_text(t, "export: not of a tree");
    pty_keys(t, ":name other\r");
    pty_wait_text(t, "name: not of a tree");
    pty_keys(t, ":ring 5\r");
    pty_wait_text(t, "ring: not of a tree");
    pty_keys(t, ":head 5\r");
    pty_wait_text(t, "the rows of a tree can only be sorted and filtered by values");
    pty_keys(t, "cX\r&>5\r");
    pty_wait_text(t, "non-aggregation columns");
    viewer_leave(t);
}

/* protocol: the server cannot send such a column of a tree. */
static void times_with_a_zone_are_rolled_up_as_instants(void **state)
{
    struct pty *t;

    server_control("make trees_zoned 4 update A = ii %% 2; "
                   "Z = toZonedDateTime('2024-01-01T00:00:00Z' + ii * SECOND, 'UTC')");
    t = viewer_open("trees_zoned", VIEWER_SETTING(state));
    pty_keys(t, "cA\rgr");
    pty_wait_text(t, " of 3 ");
    pty_keys(t, "zR");
    pty_wait_text(t, " of 7 ");
    pty_wait_text(t, "2024-01-01 00:00:03");
    viewer_leave(t);
    server_control("forget trees_zoned");
}

static void a_column_that_is_named_as_the_count_of_rows_is_summed_too(void **state)
{
    struct pty *t;

    server_control("make trees_counted 4 update A = `a` + (ii %% 2); Count = ii * 10");
    t = viewer_open("trees_counted", VIEWER_SETTING(state));
    pty_keys(t, "cA\rgr");
    pty_wait_text(t, "Count_Sum");
    WAIT_ROW(t, "▸", "a1", "2", "40"); /* rows 1 and 3 */
    viewer_leave(t);
    server_control("forget trees_counted");
}

static void a_node_that_cannot_be_opened_leaves_what_was_open(void **state)
{
    struct pty *t = viewer_open("trees_unsent", VIEWER_SETTING(state));

    pty_wait_text(t, " of 3 ");
    pty_keys(t, "jza");
    pty_wait_text(t, "trees_unsent: Hierarch"); /* the rest may be cut, or not be told */
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    pty_wait_text(t, " of 3 ");
    WAIT_ROW(t, " 2│", "▸");
    viewer_leave(t);
}

static void a_blink_table_is_not_rolled_up(void **state)
{
    struct pty *t = viewer_open("blinking", VIEWER_SETTING(state));

    pty_keys(t, "gr");
    pty_wait_text(t, "a blink table cannot be rolled up");
    viewer_leave(t);
}

/* --- partitioned tables --- */

/* By two columns: of 80 rows the first two of six parts have 14, the others 13. */
static void parts_open_one_by_one_several_and_merged(void **state)
{
    struct pty *t = viewer_open(FLAT, VIEWER_SETTING(state));

    put_rows(0, KEYS_MAX - 1, "parts");
    pty_keys(t, "t");
    pty_wait_text(t, "appending");
    pty_keys(t, "/trees_parts\r\r");
    pty_wait_text(t, "trees_parts: partitions");
    pty_wait_text(t, " of 6 ");
    pty_wait_text(t, "Count");
    pty_keys(t, "\r");
    pty_wait_text(t, " of 14 ");
    WAIT_ROW(t, " 2│", "g0", "0", "6");
    pty_keys(t, "q");
    pty_wait_text(t, " of 6 ");
    pty_keys(t, "Vj\r");
    pty_wait_text(t, " of 28 ");
    pty_keys(t, "q");
    pty_wait_text(t, " of 6 ");
    pty_keys(t, "<Esc>:drop G\r");
    pty_wait_text(t, "drop G");
    pty_wait_gone(t, "g1");
    pty_keys(t, "\r");
    pty_wait_text(t, "the keys are not all among these columns");
    pty_keys(t, "U");
    pty_wait_text(t, "g1");
    pty_keys(t, ":merge\r");
    pty_wait_text(t, " of 80 ");
    take_rows(70, 79);
    pty_wait_text(t, " of 70 ");
    pty_keys(t, "cG\rgr");
    pty_wait_text(t, " of 4 ");
    pty_keys(t, ":tab trees_parts\r");
    pty_wait_text(t, "trees_parts: partitions");
    pty_wait_text(t, " of 6 ");
    pty_keys(t, "\r");
    pty_wait_text(t, "g0");
    viewer_leave(t);
}

static void a_partitioned_table_opens_as_a_target_as_it_does_from_the_list(void **state)
{
    struct pty *t = viewer_open("trees_parts", VIEWER_SETTING(state));

    put_rows(0, KEYS_MAX - 1, "parts");
    pty_wait_text(t, "trees_parts: partitions");
    pty_wait_text(t, " of 6 ");
    pty_check_never(t, "is not a table");
    pty_keys(t, "\r");
    pty_wait_text(t, " of 14 ");
    pty_keys(t, "q");
    pty_wait_text(t, " of 6 ");
    viewer_leave(t);
    t = viewer_open("trees_parts?op=head,7", VIEWER_SETTING(state));
    pty_wait_text(t, " of 7 ");
    viewer_leave(t);
}

static void without_a_screen_parts_are_read_as_one_table_and_a_tree_is_refused(void **state)
{
    static const char tree[] =
        "is a tree, which only the screen shows: dhview without --once, --follow or "
        "--until opens it";
    struct script_run r;

    (void)state;
    put_rows(0, KEYS_MAX - 1, "parts");
    r = script_run(group_folder,
                   "dhview --once --sort -K --rows 1:2 --no-header %s/trees_parts",
                   server_address());
    assert_string_equal(r.out, "g1,1,79\ng0,0,78\n");
    assert_int_equal(r.status, 0);
    script_run_release(&r);
    r = script_run(group_folder, "dhview --until 'K =79' %s/trees_parts", server_address());
    assert_string_equal(r.out, "G,H,K\ng1,1,79\n");
    script_run_release(&r);
    for (const char *const *how = (const char *const[]){"--once", "--once --sort K",
                                                        "--follow", "--until 'N =1'", NULL};
         *how; how++) {
        r = script_run(group_folder, "dhview %s %s/trees_rolled", *how, server_address());
        assert_non_null(strstr(r.err, tree));
        assert_int_equal(r.status, 4);
        script_run_release(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_TEST(a_table_is_rolled_up_and_its_nodes_open_and_close, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_rollup_by_several_columns_says_what_is_made_of_the_others, "80x24",
                    &viewer_small),
        VIEWER_TEST(nodes_that_are_opened_at_once_are_all_open, "80x24", &viewer_small),
        VIEWER_TEST(a_node_inside_of_one_that_was_closed_is_open_with_it_again, "80x24",
                    &viewer_small),
        VIEWER_TEST(nodes_that_take_long_are_given_up_at_once, "80x24", &viewer_small),
        VIEWER_TEST(random_keys_over_a_ticking_tree_show_what_a_model_of_it_has, "80x24",
                    &viewer_small),
        VIEWER_TEST(what_is_open_stays_so_when_the_link_was_lost_and_when_asked_anew,
                    "80x24", &viewer_small),
        VIEWER_TEST(trees_of_the_server_open_from_its_list, "80x24", &viewer_small),
        VIEWER_TEST(a_rollup_is_sorted_by_its_sums_and_filtered_by_its_columns, "80x24",
                    &viewer_small),
        VIEWER_TEST(what_a_tree_cannot_do_is_said_in_a_line, "80x24", &viewer_small),
        VIEWER_TEST(times_with_a_zone_are_rolled_up_as_instants, "80x24", &viewer_small),
        VIEWER_TEST(a_column_that_is_named_as_the_count_of_rows_is_summed_too, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_node_that_cannot_be_opened_leaves_what_was_open, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_blink_table_is_not_rolled_up, "80x24", &viewer_small),
        VIEWER_TEST(a_partitioned_table_opens_as_a_target_as_it_does_from_the_list, "80x24",
                    &viewer_small),
        cmocka_unit_test(
            without_a_screen_parts_are_read_as_one_table_and_a_tree_is_refused),
        VIEWER_TEST(parts_open_one_by_one_several_and_merged, "80x24", &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, make_live, forget);
}
