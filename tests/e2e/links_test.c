/*
 * What a table was made of, as the viewer shows it: in words, as Python, and as a link that
 * opens the same table again, on the real server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define BAR "│"

/* What stands between the bars of a popup's frame, which begins at the third column; NULL:
 * the line is none of its. Cut out of line. */
static char *framed(char *line)
{
    char *last = NULL;

    for (char *at = line; (at = strstr(at, BAR)) != NULL; at++)
        last = at;
    if (!last || strncmp(line, "  " BAR " ", strlen("  " BAR " ")) != 0)
        return NULL;
    *last = '\0';
    while (last[-1] == ' ')
        *--last = '\0';
    return line + strlen("  " BAR " ");
}

/* The text of a wide popup as one line. Owned. */
static char *popup_text(struct pty *t)
{
    char *screen, *out = mem_strdup(""), *rest, *line;

    pty_wait_quiet(t, 1); /* the whole of it */
    rest = screen = pty_screen(t);
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *text = framed(line), *longer;

        if (!text)
            continue;
        longer = mem_printf("%s%s", out, text);
        free(out);
        out = longer;
    }
    free(screen);
    return out;
}

static void wait_small(struct pty *t, int64_t row, int64_t rows)
{
    sheet_wait_status(t, row, rows);
    sheet_settle(t);
}

/* The rows and columns that are on the screen, header included, without the rest: behind
 * the row numbers, whose width is of all rows that there ever were. Owned. */
static char *table_text(const struct pty *t)
{
    char *out = mem_strdup("");

    for (int row = 1; row < 20; row++) {
        char *line = pty_row(t, row), *bar = strstr(line, BAR);
        char *longer = mem_printf("%s%s\n", out, bar ? bar : line);

        free(line);
        free(out);
        out = longer;
    }
    return out;
}

static struct pty *make_table(void)
{
    struct pty *t = viewer_open("small", &viewer_small);

    pty_keys(t, "cS<Enter>&~7<Enter>");
    wait_small(t, 1, 271);
    pty_keys(t, "cC<Enter>[cN<Enter>z]");
    pty_wait_row(t, 1, "N ▼2");
    return t;
}

static void steps_and_python_are_shown(void **state)
{
    struct pty *t = make_table();

    (void)state;
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "filter S: ~7");
    pty_wait_text(t, "sort by C, N descending");
    pty_keys(t, "q:code<Enter>");
    pty_wait_text(t, "t = small");
    pty_wait_text(t, "t = t.where(");
    pty_wait_text(t, "SortDirection.DESCENDING");
    pty_keys(t, "q");
    pty_wait_gone(t, "t = small");
    viewer_leave(t);
}

static void a_link_opens_the_same_table_without_asking(void **state)
{
    struct pty *t = make_table();
    char *link, *before, *after;

    (void)state;
    sheet_settle(t);
    before = table_text(t);
    pty_keys(t, ":link<Enter>");
    pty_wait_text(t, "a target that opens this");
    link = popup_text(t);
    viewer_leave(t);
    assert_memory_equal(link, "dh+plain://127.0.0.1:", 21);
    t = pty_dhview(link, NULL);
    pty_wait_row(t, 1, "N ▼2");
    sheet_settle(t);
    pty_check_never(t, " of 1,000 ");
    after = table_text(t);
    assert_string_equal(before, after);
    free(before);
    free(after);
    free(link);
    viewer_leave(t);
}

static struct pty *open_code(void)
{
    char *target = server_target("small?op=where,I%20%3C%205");
    struct pty *t = pty_dhview(target, NULL);

    free(target);
    pty_wait_text(t, "this link runs code on the server");
    pty_wait_text(t, "where I < 5");
    pty_wait_text(t, "run it? (y, n)");
    return t;
}

static void code_in_a_link_runs_only_when_the_user_says_so(void **state)
{
    struct pty *t = open_code();

    (void)state;
    pty_keys(t, "y<Enter>");
    wait_small(t, 1, 5);
    viewer_leave(t);
    t = open_code();
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "the link was not run");
    wait_small(t, 1, 1000);
    viewer_leave(t);
}

static void code_is_shown_as_it_runs_whatever_the_link_calls_it(void **state)
{
    char *target = server_target("small?op=filter,I,7,formula,I%20%3C%205");
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    free(target);
    pty_wait_text(t, "filter I: I < 5");
    pty_wait_text(t, "run it? (y, n)");
    pty_keys(t, "y<Enter>");
    wait_small(t, 1, 5);
    viewer_leave(t);
}

static void a_question_that_was_left_is_asked_again(void **state)
{
    char *other = server_target("ten"),
         *target = server_target("small?op=where,I%20%3C%205");
    struct pty *t = pty_dhview(target, other, NULL);

    (void)state;
    free(target);
    free(other);
    pty_wait_text(t, "run it? (y, n)");
    pty_keys(t, "<M-2>");
    pty_wait_gone(t, "run it? (y, n)");
    pty_keys(t, "<M-1>");
    pty_wait_text(t, "run it? (y, n)");
    pty_keys(t, "y<Enter>");
    wait_small(t, 1, 5);
    viewer_leave(t);
}

static void
a_link_that_sorts_by_what_cannot_be_sorted_says_so_before_it_is_asked(void **state)
{
    char *target = server_target("types?op=head,3&op=sort,up,Period");
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    pty_wait_text(t, "the link: Period cannot be sorted by: period");
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "lines 1 to 1 of 1"); /* nothing of it was carried out */
    viewer_leave(t);
    free(target);
}

static void a_link_that_cannot_be_read_says_where(void **state)
{
    char *target = server_target("small?op=fly,up");
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    pty_wait_text(t, "fly");
    wait_small(t, 1, 1000);
    viewer_leave(t);
    free(target);
}

static void a_link_that_the_server_refuses_shows_its_table_and_why(void **state)
{
    char *target = server_target("wide?op=sort,down,Nowhere");
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    free(target);
    pty_wait_text(t, "sort: column(s) not found: Nowhere");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "$");
    pty_wait_row(t, 1, "C999");
    sheet_settle(t);
    assert_true(sheet_check(t, sheet_formula_wide) > 0);
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_and_python_are_shown),
        cmocka_unit_test(a_link_opens_the_same_table_without_asking),
        cmocka_unit_test(code_in_a_link_runs_only_when_the_user_says_so),
        cmocka_unit_test(code_is_shown_as_it_runs_whatever_the_link_calls_it),
        cmocka_unit_test(a_question_that_was_left_is_asked_again),
        cmocka_unit_test(
            a_link_that_sorts_by_what_cannot_be_sorted_says_so_before_it_is_asked),
        cmocka_unit_test(a_link_that_cannot_be_read_says_where),
        cmocka_unit_test(a_link_that_the_server_refuses_shows_its_table_and_why),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
