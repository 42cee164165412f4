/*
 * Along each axis the screen has a margin on either side that is asked for with it, and a
 * part of that margin which must be left: less of it is left, and the next viewport is
 * asked for. viewport_policy_next() finds both in four steps.
 *
 *     take_in()         notes the latest step of the screen. Steps in one direction, soon
 *                       after one another, are travel; a jump or a rest ends it
 *     margins_wanted()  a screen of rows and half a screen of columns; in the direction of
 *                       travel as much as passes by until an answer is here
 *     share_cells()     cuts both down to VIEWPORT_MAX_CELLS, the axis of travel first
 *     rows_covered()    and the columns needed: is it all in what was asked for last?
 *
 * Both axes are not alike: rows that two viewports share are sent once, but one new column
 * has all of it sent again. So columns are kept as long as they do (choose_columns()), and
 * rows move on at will. A screen at the table's end is asked for from the end, where it is
 * although the size that is known may be old.
 */
#include "model/viewport.h"

#include <assert.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/formatting.h"

/* A screen that has not moved for so long is at rest. Shorter than the pause before a held
 * key repeats, so that this pause is not taken for the time between its steps. */
#define REST_MS 250.0

/* After one step out of rest, a key may be held down: the time between its steps then. */
#define KEY_REPEAT_MS 33.0

/* Steps come no faster than frames do. */
#define FRAME_MS 16.0

/* A round trip that was not measured, and the longest one that is believed. */
#define ROUND_TRIP_MS 50.0
#define ROUND_TRIP_MAX_MS 10000.0

/* A longer way in one go, in pages, is a jump: it says nothing of the next step. */
#define JUMP_PAGES 8

/* Columns to either side that do for a screen at rest: more are asked for, but to have them
 * back the whole viewport would be sent again. */
#define THIN_COLUMNS 2

struct span {
    int64_t first;
    int64_t last; /* inclusive; last < first: empty */
};

/* What is asked for beside the screen along one axis, and how much of that must be left. */
struct margin {
    int64_t before, after;
    int64_t need_before, need_after;
    int64_t travel; /* how far the screen gets during an answer; < 0: backwards */
};

void viewport_release(struct viewport *v)
{
    rowset_free(v->rows);
    rowset_free(v->columns);
    v->rows = v->columns = NULL;
}

void viewport_copy(struct viewport *dst, const struct viewport *src)
{
    dst->rows = rowset_copy(src->rows);
    dst->columns = rowset_copy(src->columns);
    dst->reverse = src->reverse;
}

void viewport_take(struct viewport *dst, const struct viewport *src)
{
    struct viewport copy;

    viewport_copy(&copy, src);
    viewport_release(dst);
    *dst = copy;
}

void viewport_clip(struct viewport *v, size_t n_columns)
{
    rowset_remove(v->columns, (int64_t)n_columns, ROWSET_MAX_KEY);
}

bool viewport_equal(const struct viewport *a, const struct viewport *b)
{
    return a->reverse == b->reverse && rowset_equal(a->rows, b->rows) &&
           rowset_equal(a->columns, b->columns);
}

/* a + b, or INT64_MAX where that would overflow; neither is negative. */
static int64_t plus(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* --- travel --- */

void viewport_policy_init(struct viewport_policy *p)
{
    *p = (struct viewport_policy){.rows = {.known = false}};
}

static void axis_forget(struct viewport_axis *a)
{
    a->known = false;
    a->n = 0;
}

static bool axis_at_rest(const struct viewport_axis *a, double now)
{
    return a->n == 0 || now - a->when_ms[a->n - 1] > REST_MS;
}

static void axis_push(struct viewport_axis *a, int64_t by, double now)
{
    if (a->n == VIEWPORT_STEPS) {
        for (size_t i = 1; i < a->n; i++) {
            a->by[i - 1] = a->by[i];
            a->when_ms[i - 1] = a->when_ms[i];
        }
        a->n--;
    }
    a->by[a->n] = by;
    a->when_ms[a->n++] = now;
}

/* The screen stands at position at >= 0; a page is so long. */
static void axis_move(struct viewport_axis *a, int64_t at, int64_t page, double now)
{
    int64_t by = a->known ? at - a->at : 0;
    int64_t jump = page > INT64_MAX / JUMP_PAGES ? INT64_MAX : page * JUMP_PAGES;

    a->known = true;
    a->at = at;
    if (by == 0)
        return;
    if (by > jump || by < -jump) {
        a->n = 0;
        return;
    }
    if (axis_at_rest(a, now) || (by < 0) != (a->by[a->n - 1] < 0))
        a->n = 0;
    axis_push(a, by, now);
}

static double axis_interval(const struct viewport_axis *a)
{
    double mean;

    if (a->n < 2)
        return KEY_REPEAT_MS;
    mean = (a->when_ms[a->n - 1] - a->when_ms[0]) / (double)(a->n - 1);
    return mean > FRAME_MS ? mean : FRAME_MS;
}

/* How far the screen gets until an answer to a request of now is here, and one step more;
 * negative backwards, 0 at rest. */
static int64_t axis_travel(const struct viewport_axis *a, double now, double round_trip)
{
    int64_t step = 0, steps;
    double interval;

    if (axis_at_rest(a, now))
        return 0;
    interval = axis_interval(a);
    for (size_t i = 0; i < a->n; i++)
        step = max_i64(step, a->by[i] < 0 ? -a->by[i] : a->by[i]);
    steps = (int64_t)(round_trip / interval);
    if ((double)steps * interval < round_trip)
        steps++;
    step = min_i64(step, VIEWPORT_MAX_CELLS) * (steps + 1);
    return a->by[0] < 0 ? -step : step;
}

/* The screen has gone on in one direction for some steps, by at least so much in the time
 * of an answer: the user is scrolling, and not just looking around. */
static bool axis_sustained(const struct viewport_axis *a, int64_t travel, int64_t least)
{
    return a->n == VIEWPORT_STEPS && (travel >= least || travel <= -least);
}

static double believed(double round_trip)
{
    if (!(round_trip >= 0))
        return ROUND_TRIP_MS;
    return round_trip < ROUND_TRIP_MAX_MS ? round_trip : ROUND_TRIP_MAX_MS;
}

/* --- margins --- */

/* ahead: asked for in the direction of travel. */
static struct margin margin_of(int64_t base, int64_t travel, int64_t ahead)
{
    return (struct margin){.before = travel < 0 ? max_i64(base, ahead) : base,
                           .after = travel > 0 ? max_i64(base, ahead) : base,
                           .travel = travel};
}

/* Cuts the margin down to room for both sides, of which the one ahead comes first; then
 * says how much of it must be left: half, at most thin, and the way ahead. */
static void margin_fit(struct margin *m, int64_t room, int64_t thin)
{
    int64_t far = m->travel < 0 ? -m->travel : m->travel;
    int64_t *ahead = m->travel < 0 ? &m->before : &m->after;
    int64_t *behind = m->travel < 0 ? &m->after : &m->before;

    room = max_i64(room, 0);
    *ahead = min_i64(*ahead, m->travel ? room : room / 2);
    *behind = min_i64(*behind, m->travel ? room - *ahead : room / 2);
    m->need_before = min_i64(m->before / 2, thin);
    m->need_after = min_i64(m->after / 2, thin);
    if (m->travel < 0)
        m->need_before = max_i64(m->need_before, min_i64(far, m->before));
    else
        m->need_after = max_i64(m->need_after, min_i64(far, m->after));
}

/* What both axes would have. While the screen goes on along one of them, the other has no
 * margin: columns beside it would be sent with every row, rows with every column. A request
 * that adds columns costs a whole viewport: a screen more than needed makes them rare. */
static void margins_wanted(const struct viewport_policy *p, const struct viewport_screen *s,
                           double now, double round_trip, struct margin *rows,
                           struct margin *columns)
{
    int64_t down = axis_travel(&p->rows, now, round_trip);
    int64_t right = axis_travel(&p->columns, now, round_trip);
    bool rows_only = axis_sustained(&p->rows, down, s->height);
    bool columns_only = axis_sustained(&p->columns, right, 1);
    int64_t beside = max_i64((int64_t)s->n_columns / 2, 2);

    *rows = margin_of(columns_only ? 0 : s->height, down, down < 0 ? -down : down);
    *columns = margin_of(rows_only ? 0 : beside, right,
                         (int64_t)s->n_columns + (right < 0 ? -right : right));
}

/* Rows that fit beside so many columns, each with what formats it; and columns beside rows.
 */
static int64_t rows_fitting(const struct viewport_screen *s, int64_t columns)
{
    return VIEWPORT_MAX_CELLS / (max_i64(columns, 1) * formatting_share(s->formatting) +
                                 formatting_rest(s->formatting));
}

static int64_t columns_fitting(const struct viewport_screen *s, int64_t rows)
{
    return (VIEWPORT_MAX_CELLS / max_i64(rows, 1) - formatting_rest(s->formatting)) /
           formatting_share(s->formatting);
}

/* --- columns --- */

/* Columns that may be on screen at all, with room for what formats them. */
static int64_t columns_max(const struct viewport_screen *s)
{
    return (VIEWPORT_MAX_COLUMNS - formatting_rest(s->formatting)) /
           formatting_share(s->formatting);
}

static size_t frozen_count(const struct viewport_screen *s)
{
    size_t most = (size_t)columns_max(s) / 2;

    if (!s->frozen || !s->order)
        return 0;
    return s->n_frozen < most ? s->n_frozen : most;
}

static int64_t columns_on_screen(const struct viewport_screen *s)
{
    return (int64_t)(s->n_columns + frozen_count(s));
}

/* The scrolling columns to ask for, as a span of order; columns_max() with the frozen ones
 * at most. What is on screen goes before what is left of it. */
static struct span column_span(const struct viewport_screen *s, int64_t before,
                               int64_t after)
{
    int64_t n = s->order ? (int64_t)s->n_order : VIEWPORT_FIRST_COLUMNS;
    int64_t most = columns_max(s) - (int64_t)frozen_count(s);
    int64_t left = (int64_t)s->first_column;
    int64_t right = left + (int64_t)s->n_columns - 1;
    struct span out;

    before = max_i64(min_i64(before, most - (int64_t)s->n_columns), 0);
    out.first = max_i64(left - before, 0);
    out.last = min_i64(right + after, n - 1);
    out.last = min_i64(out.last, out.first + most - 1);
    return out;
}

static struct rowset *columns_of(const struct viewport_screen *s, int64_t before,
                                 int64_t after)
{
    struct span span = column_span(s, before, after);
    struct rowset *set = rowset_new();

    for (int64_t i = span.first; i <= span.last; i++) {
        int64_t column = s->order ? (int64_t)s->order[i] : i;

        rowset_add(set, column, column);
    }
    for (size_t i = 0; i < frozen_count(s); i++)
        rowset_add(set, (int64_t)s->frozen[i], (int64_t)s->frozen[i]);
    formatting_add(s->formatting, set);
    return set;
}

/* The columns to ask for, at most limit unless the screen has more, formatting ones apart.
 * Those asked for last as long as they hold what is needed, or what is left of them within
 * the new margin: only a new column makes the server send everything again. */
static struct rowset *choose_columns(const struct viewport_screen *s,
                                     const struct viewport *asked, const struct margin *m,
                                     const struct rowset *need, int64_t limit)
{
    struct rowset *wanted = columns_of(s, m->before, m->after);
    int64_t most = limit * formatting_share(s->formatting) + formatting_rest(s->formatting);
    struct rowset *kept;

    if (!asked || !rowset_contains(asked->columns, need))
        return wanted;
    kept = rowset_count(asked->columns) <= (uint64_t)most
               ? rowset_copy(asked->columns)
               : rowset_intersect(asked->columns, wanted);
    rowset_free(wanted);
    return kept;
}

/* --- rows --- */

/* The rows on screen, as far as the table is known to reach. */
static struct span visible_rows(const struct viewport_screen *s)
{
    int64_t top = max_i64(s->top, 0);
    struct span out;

    if (s->to_end && s->table_size >= 0)
        top = max_i64(s->table_size - s->height, 0);
    out.first = top;
    out.last = plus(top, s->height - 1);
    if (s->table_size >= 0)
        out.last = min_i64(out.last, s->table_size - 1);
    return out;
}

/* The rows that a request covers, given the table's size; its end is open when reverse. */
static struct span asked_rows(const struct viewport *v, int64_t table_size)
{
    if (rowset_empty(v->rows))
        return (struct span){0, -1};
    if (v->reverse)
        return (struct span){max_i64(table_size - 1 - rowset_last(v->rows), 0), INT64_MAX};
    return (struct span){rowset_first(v->rows), rowset_last(v->rows)};
}

/* Whether what was asked for holds the rows on screen and the margin that must be left, as
 * far as the table reaches. A screen that stays at the end wants room for rows to come. */
static bool rows_covered(const struct viewport_screen *s, const struct viewport *asked,
                         const struct margin *m)
{
    struct span visible = visible_rows(s);
    struct span have = asked_rows(asked, max_i64(s->table_size, 0));
    int64_t first = visible.first - min_i64(m->need_before, visible.first);
    int64_t last = plus(max_i64(visible.last, 0), m->need_after);

    if (s->to_end && s->table_size < 0 && !s->forward_only)
        return asked->reverse;
    if (s->table_size >= 0 && !s->to_end)
        last = min_i64(last, s->table_size - 1);
    return first > last || (have.first <= first && last <= have.last);
}

static struct rowset *rows_of(const struct viewport_screen *s, const struct margin *m)
{
    struct span visible = visible_rows(s);
    int64_t count = s->height;

    if (!s->to_end || s->forward_only)
        return rowset_new_range(visible.first - min_i64(m->before, visible.first),
                                plus(visible.first, plus(s->height - 1, m->after)));
    if (s->table_size >= 0)
        count = max_i64(s->table_size - visible.first, s->height);
    return rowset_new_range(0, plus(count - 1, m->before));
}

/* --- decision --- */

/* Whether rows get their margin before columns do: the axis that the screen moves along
 * goes first, and at rest the columns, of which a few are enough. */
static bool rows_first(const struct viewport_policy *p, const struct margin *rows,
                       const struct margin *columns)
{
    if (!rows->travel || !columns->travel)
        return rows->travel != 0;
    return p->rows.when_ms[p->rows.n - 1] >= p->columns.when_ms[p->columns.n - 1];
}

/* Shares the cells out between both margins. Returns how many columns may stay. */
static int64_t share_cells(const struct viewport_policy *p, const struct viewport_screen *s,
                           struct margin *rows, struct margin *columns)
{
    int64_t width = columns_on_screen(s), limit;

    if (rows_first(p, rows, columns)) {
        margin_fit(rows, rows_fitting(s, width) - s->height, INT64_MAX);
        limit = columns_fitting(s, s->height + rows->before + rows->after);
        margin_fit(columns, limit - width, THIN_COLUMNS);
        if (columns->before + columns->after == 0)
            limit = min_i64(limit, width + 1); /* one that comes and goes with widths */
    } else {
        margin_fit(columns, columns_fitting(s, s->height) - width, THIN_COLUMNS);
        limit = width + columns->before + columns->after;
        margin_fit(rows, rows_fitting(s, limit) - s->height, INT64_MAX);
        limit = max_i64(limit, columns_fitting(s, s->height + rows->before + rows->after));
    }
    return max_i64(limit, width);
}

static void take_in(struct viewport_policy *p, const struct viewport_screen *s, double now)
{
    if (s->to_end)
        axis_forget(&p->rows); /* where the end is says nothing of the user */
    else
        axis_move(&p->rows, max_i64(s->top, 0), s->height, now);
    axis_move(&p->columns, (int64_t)s->first_column, (int64_t)s->n_columns, now);
}

bool viewport_policy_next(struct viewport_policy *p, const struct viewport_screen *s,
                          const struct viewport *asked, double now_ms, double round_trip_ms,
                          struct viewport *out)
{
    struct margin rows, columns;
    struct rowset *need;
    struct viewport next;
    int64_t limit;

    assert(s->height > 0 && s->n_columns > 0);
    take_in(p, s, now_ms);
    margins_wanted(p, s, now_ms, believed(round_trip_ms), &rows, &columns);
    limit = share_cells(p, s, &rows, &columns);
    need = columns_of(s, columns.need_before, columns.need_after);
    if (asked && rowset_contains(asked->columns, need) && rows_covered(s, asked, &rows)) {
        rowset_free(need);
        return false;
    }
    next.columns = choose_columns(s, asked, &columns, need, limit);
    next.rows = rows_of(s, &rows);
    next.reverse = s->to_end && !s->forward_only;
    rowset_free(need);
    if (asked && viewport_equal(asked, &next)) {
        viewport_release(&next);
        return false;
    }
    *out = next;
    return true;
}

bool viewport_next(const struct viewport_screen *s, const struct viewport *asked,
                   struct viewport *out)
{
    struct viewport_policy p;

    viewport_policy_init(&p);
    return viewport_policy_next(&p, s, asked, 0, -1, out);
}
