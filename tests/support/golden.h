/*
 * tests/support/golden.h - a surface compared with the picture of it that was looked at.
 * One thread.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "ui/term/surface.h"
#include "ui/widget/view.h"

/* Compares the text of s with tests/screen/<name>.screen and fails the test when they
 * differ; with GENERATE=1 in the environment writes that file instead. */
void golden_check(const struct surface *s, const char *name);

/* Prepares and draws a view alone on a surface of that size; owned by the caller. */
struct surface *golden_draw(struct view v, int rows, int cols, const struct draw_env *env);

#endif
