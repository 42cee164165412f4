/*
 * tests/support/tab_walk.h - random keys over the tabs of a viewer: each tab stands where
 * its own keys have put it, and every cell on the screen is right. Tests only.
 */
#ifndef TESTS_SUPPORT_TAB_WALK_H
#define TESTS_SUPPORT_TAB_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/pty.h"
#include "tests/support/sheet.h"

struct tab_walk {
    const char *name; /* as in the tab line */
    int64_t rows, columns;
    sheet_formula *formula;
    int64_t row, column; /* where its cursor is, from 1; set by the walk */
};

/* Takes that many random steps over n tabs, the first of which is on the screen, with the
 * cursor of each in its first cell. */
void tab_walk(struct pty *t, struct tab_walk *tabs, size_t n, size_t steps);

#endif
