#include "tests/support/viewer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/server.h"
#include "tests/support/sheet.h"

#define CHROME 5 /* lines that show no table row */

struct viewer_setting viewer_small = {.rows = 24, .cols = 80};
struct viewer_setting viewer_large = {.rows = 50, .cols = 200};
struct viewer_setting viewer_ascii = {
    .rows = 24, .cols = 80, .option = "--ascii", .ascii = true};
struct viewer_setting viewer_mono = {
    .rows = 50, .cols = 200, .env = "NO_COLOR=1", .mono = true};
struct viewer_setting viewer_vt220 = {
    .rows = 24, .cols = 80, .env = "TERM=vt220", .mono = true};

int viewer_height(const struct viewer_setting *z)
{
    return z->rows - CHROME;
}

static bool has_rows(struct pty *t, void *ctx)
{
    int64_t row, rows;

    (void)ctx;
    return sheet_status(t, &row, &rows) && rows >= 0;
}

void viewer_wait_table(struct pty *t)
{
    pty_wait(t, has_rows, NULL, "a table");
}

struct pty *viewer_open(const char *table, const struct viewer_setting *z)
{
    char *target = server_target(table);
    const char *argv[] = {target, z->option, NULL};
    const char *env[] = {z->env, NULL};
    struct pty *t = pty_start(
        &(struct pty_options){.rows = z->rows, .cols = z->cols, .argv = argv, .env = env});

    free(target);
    viewer_wait_table(t);
    return t;
}

void viewer_leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

void viewer_keys(struct pty *t, const char *format, ...)
{
    char keys[256];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(keys, sizeof(keys), format, args);
    va_end(args);
    assert_in_range(n, 0, sizeof(keys) - 1);
    pty_keys(t, keys);
}

size_t viewer_bytes(const struct pty *t)
{
    size_t n;

    (void)pty_output(t, &n);
    return n;
}

struct wanted_look {
    const char *text;
    struct viewer_look look;
};

/* Terminal columns of the text before at, all of one each. */
static int columns_before(const char *line, const char *at)
{
    int n = 0;

    for (const char *p = line; p < at; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

static bool has_look(struct pty *t, void *ctx)
{
    const struct wanted_look *w = ctx;
    int row = pty_find_row(t, w->text);
    char *line = row < 0 ? NULL : pty_row(t, row);
    struct pty_cell c;

    if (!line)
        return false;
    pty_cell(t, row, columns_before(line, strstr(line, w->text)), &c);
    free(line);
    return c.fg == w->look.fg && c.bg == w->look.bg && c.bold == w->look.bold &&
           c.underline == w->look.underline && c.reverse == w->look.reverse;
}

bool viewer_has_look(struct pty *t, const char *text, struct viewer_look look)
{
    return has_look(t, &(struct wanted_look){text, look});
}

void viewer_wait_look(struct pty *t, const char *text, struct viewer_look look)
{
    struct wanted_look w = {text, look};
    char what[160];

    (void)snprintf(what, sizeof(what), "\"%s\" in %d on %d%s%s%s", text, look.fg, look.bg,
                   look.bold ? ", bold" : "", look.underline ? ", underlined" : "",
                   look.reverse ? ", reversed" : "");
    pty_wait_seen(t, has_look, &w, what);
}

static void check_ascii(const struct pty *t)
{
    char *screen = pty_screen(t);

    for (const char *p = screen; *p; p++)
        if ((unsigned char)*p >= 0x80)
            fail_msg("not ASCII: %s", p);
    free(screen);
}

static void check_mono(const struct pty *t)
{
    int rows, cols;
    struct pty_cell c;

    pty_size(t, &rows, &cols);
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < cols; col++) {
            pty_cell(t, row, col, &c);
            if (c.width > 0 && (c.fg != -1 || c.bg != -1))
                fail_msg("\"%s\" in row %d, column %d has a colour", c.utf8, row, col);
        }
    }
}

void viewer_check_look(const struct pty *t, const struct viewer_setting *z)
{
    if (z->ascii)
        check_ascii(t);
    if (z->mono)
        check_mono(t);
}
