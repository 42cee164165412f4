#include "ui/table/row_cursor.h"

#include "base/num.h"

struct row_cursor row_cursor_start(void)
{
    return (struct row_cursor){.height = 1, .high = INT64_MAX};
}

static int64_t last_row(int64_t size)
{
    return clamp_i64(size - 1, 0, INT64_MAX);
}

/* The first row of the last full screen. */
static int64_t last_top(const struct row_cursor *c, int64_t size)
{
    return clamp_i64(size - c->height, 0, INT64_MAX);
}

void row_cursor_scroll(struct row_cursor *c, int64_t size)
{
    int64_t last = clamp_i64(size - 1, 0, c->high);
    int64_t low = clamp_i64(c->low, 0, last);
    int64_t most_top = clamp_i64(add_sat_i64(last, 1) - c->height, low, INT64_MAX);

    if (c->at_end)
        c->row = last;
    c->row = clamp_i64(c->row, low, last);
    if (c->row < c->top)
        c->top = c->row;
    if (c->row - c->top >= c->height)
        c->top = c->row - c->height + 1;
    c->top = clamp_i64(c->top, low, most_top);
}

void row_cursor_settled(struct row_cursor *c)
{
    c->at_end = c->follow;
}

/* Following goes on until the cursor moves up from where it was. */
static void keep_following(struct row_cursor *c, int64_t before)
{
    if (c->row < before)
        c->follow = false;
    c->at_end = c->at_end || c->follow;
}

/* Moves cursor and screen together, as a page key does. */
static void move_screen(struct row_cursor *c, int64_t size, int64_t rows)
{
    c->at_end = false;
    c->top = clamp_i64(add_sat_i64(c->top, rows), 0, last_top(c, size));
    c->row = clamp_i64(add_sat_i64(c->row, rows), 0, last_row(size));
}

static void move_row(struct row_cursor *c, int64_t size, int64_t rows)
{
    c->at_end = false;
    c->row = clamp_i64(add_sat_i64(c->row, rows), 0, last_row(size));
}

static void go(struct row_cursor *c, int64_t size, int64_t row)
{
    int64_t before = c->row;

    c->at_end = false;
    c->row = clamp_i64(row, 0, last_row(size));
    keep_following(c, before);
}

void row_cursor_go(struct row_cursor *c, int64_t size, int64_t number)
{
    go(c, size, number - 1);
}

static void go_percent(struct row_cursor *c, int64_t size, int64_t percent)
{
    int64_t p = clamp_i64(percent, 0, 100);

    go(c, size, size / 100 * p + size % 100 * p / 100);
}

static void go_end(struct row_cursor *c, int64_t size)
{
    c->at_end = true;
    c->row = last_row(size);
}

/* To the first (where -1), middle or last (1) row of the screen. */
static void cursor_to(struct row_cursor *c, int64_t size, int where)
{
    int64_t rows = clamp_i64(size - c->top, 1, c->height);
    int64_t y = where < 0 ? 0 : where > 0 ? rows - 1 : (rows - 1) / 2;

    c->at_end = false;
    c->row = c->top + y;
}

/* Scrolls until the current row is there. */
static void scroll_to(struct row_cursor *c, int64_t size, int where)
{
    int64_t y = where < 0 ? 0 : where > 0 ? c->height - 1 : (c->height - 1) / 2;

    c->at_end = false;
    c->top = clamp_i64(c->row - y, 0, last_top(c, size));
}

void row_cursor_turn(struct row_cursor *c, int64_t size, int64_t rows)
{
    int64_t before = c->row, last;

    c->at_end = false;
    c->top = clamp_i64(add_sat_i64(c->top, rows), 0, last_top(c, size));
    last = clamp_i64(add_sat_i64(c->top, c->height - 1), 0, last_row(size));
    c->row = clamp_i64(c->row, c->top, last);
    keep_following(c, before);
}

static void toggle_follow(struct row_cursor *c, int64_t size)
{
    c->follow = !c->follow;
    if (c->follow)
        go_end(c, size);
    c->at_end = c->follow;
}

static bool movement(struct row_cursor *c, int64_t size, const struct key_match *m)
{
    int n = m->binding->arg.n;
    int64_t many = mul_sat_i64(m->count, n);

    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        move_row(c, size, many);
        return true;
    case ACT_MOVE_HALF_PAGE:
        move_screen(c, size, mul_sat_i64(many, clamp_i64(c->height / 2, 1, INT64_MAX)));
        return true;
    case ACT_MOVE_PAGE:
        move_screen(c, size, mul_sat_i64(many, c->height));
        return true;
    case ACT_FIRST_ROW:
        row_cursor_go(c, size, m->count);
        return true;
    case ACT_LAST_ROW:
        if (m->has_count)
            row_cursor_go(c, size, m->count);
        else
            go_end(c, size);
        return true;
    case ACT_GO_PERCENT:
        go_percent(c, size, m->count);
        return true;
    case ACT_CURSOR_TO:
        cursor_to(c, size, n);
        return true;
    case ACT_SCROLL_TO:
        scroll_to(c, size, n);
        return true;
    case ACT_FOLLOW:
        toggle_follow(c, size);
        return true;
    default:
        return false;
    }
}

bool row_cursor_action(struct row_cursor *c, int64_t size, const struct key_match *m)
{
    int64_t before = c->row;
    bool done = movement(c, size, m);

    keep_following(c, before);
    return done;
}
