#include "ui/table/column_cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/widget/key_hints.h"

/* --- life --- */

struct column_cursor column_cursor_start(bool ascii)
{
    return (struct column_cursor){
        .columns = columns_new(ascii), .body = 1, .line = columns_line_empty()};
}

void column_cursor_release(struct column_cursor *c)
{
    columns_free(c->columns);
    columns_line_release(&c->line);
    free(c->current_name);
}

/* --- staying on a column --- */

void column_cursor_remember(struct column_cursor *c)
{
    const char *name;

    c->seen = columns_version(c->columns);
    if (!columns_schema(c->columns) || columns_count(c->columns) == 0)
        return;
    c->current_of = columns_schema(c->columns);
    c->current = columns_look(c->columns, c->index)->schema;
    name = columns_name(c->columns, c->index);
    if (c->current_name && strcmp(name, c->current_name) == 0)
        return;
    free(c->current_name);
    c->current_name = mem_strdup(name);
}

/* Columns may have been changed by someone else, or be another table's. */
size_t column_cursor_index(const struct column_cursor *c)
{
    size_t n = columns_count(c->columns);
    long at = -1;

    if (columns_version(c->columns) == c->seen)
        return c->index;
    if (c->current_of == columns_schema(c->columns))
        at = columns_find(c->columns, c->current);
    else if (c->current_name)
        at = columns_find_name(c->columns, c->current_name);
    if (at >= 0)
        return (size_t)at;
    return c->index < n ? c->index : n ? n - 1 : 0;
}

static void find_index(struct column_cursor *c)
{
    if (columns_version(c->columns) == c->seen)
        return;
    c->index = column_cursor_index(c);
    column_cursor_remember(c);
}

void column_cursor_set_schema(struct column_cursor *c, const struct schema *s)
{
    columns_set_schema(c->columns, s);
    find_index(c);
}

size_t column_cursor_schema(const struct column_cursor *c)
{
    if (columns_count(c->columns) == 0)
        return 0;
    return columns_look(c->columns, column_cursor_index(c))->schema;
}

/* --- movement --- */

void column_cursor_scroll(struct column_cursor *c)
{
    find_index(c);
    c->left = columns_scroll(c->columns, c->body, c->left, c->index);
    columns_place(c->columns, c->body, c->left, &c->line);
    c->left = c->line.left > c->line.frozen ? c->line.left : 0;
}

static size_t last_column(const struct column_cursor *c)
{
    size_t n = columns_count(c->columns);

    return n ? n - 1 : 0;
}

static void move_column(struct column_cursor *c, int64_t columns)
{
    c->index = (size_t)clamp_i64(add_sat_i64((int64_t)c->index, columns), 0,
                                 (int64_t)last_column(c));
}

/* A screen of columns: the first that is not wholly seen becomes the first, or the last. */
static void move_column_page(struct column_cursor *c, int64_t pages)
{
    size_t last = last_column(c), first;

    if (columns_count(c->columns) == 0)
        return;
    for (; pages > 0 && c->index < last; pages--) {
        size_t next = columns_last_whole(c->columns, c->body, c->left) + 1;

        c->left = next <= last ? next : c->left;
        c->index = next <= last ? next : last;
    }
    for (; pages < 0 && c->index > 0; pages++) {
        first = c->left > 0 ? columns_first_for(c->columns, c->body, c->left - 1) : 0;
        c->index = first < c->left ? first : 0; /* before them are the frozen ones */
        c->left = first;
    }
}

void column_cursor_go(struct column_cursor *c, size_t index)
{
    find_index(c);
    c->index = index < last_column(c) ? index : last_column(c);
    column_cursor_remember(c);
}

void column_cursor_turn(struct column_cursor *c, int64_t columns)
{
    size_t frozen = c->line.frozen, last, most;

    find_index(c);
    if (columns_count(c->columns) == 0)
        return;
    most = columns_first_for(c->columns, c->body, last_column(c));
    c->left = (size_t)clamp_i64(add_sat_i64((int64_t)c->line.left, columns),
                                (int64_t)frozen, (int64_t)most);
    last = columns_last_whole(c->columns, c->body, c->left);
    if (c->index >= frozen)
        c->index = c->index < c->left ? c->left : c->index > last ? last : c->index;
    column_cursor_remember(c);
}

/* Home shows the first scrolling column beside the frozen ones. */
static void first_column(struct column_cursor *c)
{
    c->index = 0;
    c->left = 0;
}

static bool movement(struct column_cursor *c, const struct key_match *m)
{
    int64_t many = mul_sat_i64(m->count, m->binding->arg.n);

    switch (m->binding->action) {
    case ACT_MOVE_COLUMN:
        move_column(c, many);
        return true;
    case ACT_FIRST_COLUMN:
        first_column(c);
        return true;
    case ACT_LAST_COLUMN:
        c->index = last_column(c);
        return true;
    case ACT_MOVE_COLUMN_PAGE:
        move_column_page(c, many);
        return true;
    default:
        return false;
    }
}

/* --- changing columns --- */

static void __attribute__((format(printf, 2, 3)))
note(struct column_cursor *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(c->note, sizeof(c->note), fmt, ap);
    va_end(ap);
}

static void hide_columns(struct column_cursor *c, int64_t n)
{
    size_t hidden = columns_hide(c->columns, c->index, n);
    char key[KEY_HINT_LEN];

    if (hidden == 0)
        note(c, "the last column cannot be hidden");
    else
        note(c, "%zu column%s hidden; %s shows all", hidden, hidden == 1 ? "" : "s",
             key_hint(MODE_GRID, "show-columns", key));
    if (c->index > last_column(c))
        c->index = last_column(c);
}

static void show_columns(struct column_cursor *c)
{
    size_t n = columns_show_all(c->columns);
    long at = columns_find(c->columns, c->current);

    c->index = at >= 0 ? (size_t)at : 0;
    if (n == 0)
        note(c, "no column is hidden");
    else
        note(c, "%zu column%s shown again", n, n == 1 ? "" : "s");
}

static void shift_column(struct column_cursor *c, int64_t by)
{
    size_t to = columns_move(c->columns, c->index, by);

    if (to == c->index)
        note(c, columns_frozen(c->columns) > 0
                    ? "no further: frozen columns stay before the others"
                    : "no further");
    c->index = to;
}

static void freeze_columns(struct column_cursor *c, const struct key_match *m)
{
    size_t n = m->has_count ? (size_t)clamp_i64(m->count, 0, (int64_t)last_column(c) + 1)
                            : c->index + 1;

    if (columns_frozen(c->columns) == n) {
        columns_freeze(c->columns, 0);
        note(c, "no column is frozen");
        return;
    }
    columns_freeze(c->columns, n);
    columns_place(c->columns, c->body, c->left, &c->line);
    if (c->line.frozen < n)
        note(c, "%zu columns frozen; only %zu of them take no more than half the screen", n,
             c->line.frozen);
    else
        note(c, "%zu column%s frozen", n, n == 1 ? "" : "s");
}

static bool change_columns(struct column_cursor *c, const struct key_match *m)
{
    int64_t many = mul_sat_i64(m->count, m->binding->arg.n);

    switch (m->binding->action) {
    case ACT_HIDE_COLUMN:
        hide_columns(c, m->count);
        return true;
    case ACT_SHOW_COLUMNS:
        show_columns(c);
        return true;
    case ACT_SHIFT_COLUMN:
        shift_column(c, many);
        return true;
    case ACT_FREEZE_COLUMNS:
        freeze_columns(c, m);
        return true;
    case ACT_RESIZE_COLUMN:
        columns_resize(c->columns, c->index, many);
        return true;
    case ACT_FIT_COLUMN:
        columns_fit(c->columns, c->index);
        return true;
    case ACT_FIT_COLUMNS:
        columns_fit_all(c->columns);
        return true;
    default:
        return false;
    }
}

static bool is_column_action(enum action a)
{
    return a >= ACT_HIDE_COLUMN && a <= ACT_FIT_COLUMNS;
}

bool column_cursor_action(struct column_cursor *c, const struct key_match *m)
{
    bool done = true;

    c->note[0] = '\0';
    find_index(c);
    if (!is_column_action(m->binding->action) || columns_count(c->columns) > 0)
        done = movement(c, m) || change_columns(c, m);
    else
        note(c, columns_schema(c->columns) ? "the table has no columns"
                                           : "the table is not here yet");
    column_cursor_remember(c);
    return done;
}
