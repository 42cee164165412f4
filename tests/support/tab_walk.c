#include "tests/support/tab_walk.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"

static void press(struct pty *t, const char *before, int64_t n, const char *after)
{
    char *keys = mem_printf("%s%" PRId64 "%s", before, n, after);

    pty_keys(t, keys);
    free(keys);
}

/* Goes to another tab in one of the ways there are; returns which. */
static size_t random_way(struct pty *t, struct prng *p, size_t from, size_t n)
{
    size_t to = prng_below(p, n);

    switch (prng_below(p, 4)) {
    case 0:
        pty_keys(t, "gt");
        return (from + 1) % n;
    case 1:
        pty_keys(t, "gT");
        return (from + n - 1) % n;
    case 2:
        press(t, "", (int64_t)to + 1, "gt");
        return to;
    default:
        press(t, "<A-", (int64_t)to + 1, ">");
        return to;
    }
}

/* Moves the cursor of the tab on the screen, or begins what comes to nothing. */
static void random_keys(struct pty *t, struct prng *p, struct tab_walk *tab)
{
    switch (prng_below(p, 4)) {
    case 0:
        tab->row = 1 + (int64_t)prng_below(p, (uint64_t)tab->rows);
        press(t, "", tab->row, "G");
        break;
    case 1:
        tab->column = 1 + (int64_t)prng_below(p, (uint64_t)tab->columns);
        pty_keys(t, "0");
        if (tab->column > 1)
            press(t, "", tab->column - 1, "l");
        break;
    case 2:
        pty_keys(t, "12g<Esc>");
        break;
    default:
        break;
    }
}

static void check_tab(struct pty *t, const struct tab_walk *tab, size_t number)
{
    char *current = mem_printf("[%zu %s]", number, tab->name);
    char *column = mem_printf("col %" PRId64 "/", tab->column);

    pty_wait_row(t, 0, current);
    sheet_wait_status(t, tab->row, tab->rows);
    sheet_settle(t);
    assert_true(sheet_check(t, tab->formula) > 0);
    pty_wait_text(t, column);
    free(column);
    free(current);
}

void tab_walk(struct pty *t, struct tab_walk *tabs, size_t n, size_t steps)
{
    struct prng p = prng_start();
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        tabs[i].row = tabs[i].column = 1;
    check_tab(t, &tabs[0], 1); /* a number of a row means nothing before */
    for (; steps > 0; steps--) {
        random_keys(t, &p, &tabs[at]);
        at = random_way(t, &p, at, n);
        check_tab(t, &tabs[at], at + 1);
    }
}
