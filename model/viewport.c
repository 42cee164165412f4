#include "model/viewport.h"

#include <assert.h>

#include "base/mem.h"

struct span {
    int64_t first;
    int64_t last; /* inclusive; last < first: empty */
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

bool viewport_equal(const struct viewport *a, const struct viewport *b)
{
    return a->reverse == b->reverse && rowset_equal(a->rows, b->rows) &&
           rowset_equal(a->columns, b->columns);
}

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Columns to either side of those on screen. */
static int64_t column_margin(const struct viewport_screen *s)
{
    int64_t visible = (int64_t)s->n_columns;
    int64_t wanted = max64(visible / 2, 2);
    int64_t room = VIEWPORT_MAX_CELLS / max64(s->height, 1) - visible;

    return max64(min64(wanted, room / 2), 0);
}

/* The columns to ask for, as a span of order; at most VIEWPORT_MAX_COLUMNS. */
static struct span column_span(const struct viewport_screen *s, int64_t margin)
{
    int64_t n = s->order ? (int64_t)s->n_order : VIEWPORT_FIRST_COLUMNS;
    struct span out = {
        max64((int64_t)s->first_column - margin, 0),
        min64((int64_t)(s->first_column + s->n_columns) - 1 + margin, n - 1)};

    out.last = min64(out.last, out.first + VIEWPORT_MAX_COLUMNS - 1);
    return out;
}

static struct rowset *columns_of(const struct viewport_screen *s, struct span span)
{
    struct rowset *set = rowset_new();

    for (int64_t i = span.first; i <= span.last; i++) {
        int64_t column = s->order ? (int64_t)s->order[i] : i;

        rowset_add(set, column, column);
    }
    return set;
}

/* Rows above and below those on screen. */
static int64_t row_margin(const struct viewport_screen *s, int64_t columns)
{
    int64_t room = VIEWPORT_MAX_CELLS / max64(columns, 1) - s->height;

    return max64(min64(s->height, room / 2), 0);
}

/* The rows on screen, as far as the table is known to reach. */
static struct span visible_rows(const struct viewport_screen *s)
{
    int64_t top = max64(s->top, 0);
    struct span out;

    if (s->to_end && s->table_size >= 0)
        top = max64(s->table_size - s->height, 0);
    out.first = top;
    out.last = top > ROWSET_MAX_KEY - s->height ? ROWSET_MAX_KEY : top + s->height - 1;
    if (s->table_size >= 0)
        out.last = min64(out.last, s->table_size - 1);
    return out;
}

/* The rows that a request covers, given the table's size; its end is open when reverse. */
static struct span asked_rows(const struct viewport *v, int64_t table_size)
{
    struct span out = {rowset_first(v->rows), rowset_last(v->rows)};

    if (rowset_empty(v->rows))
        return (struct span){0, -1};
    if (v->reverse)
        out = (struct span){max64(table_size - 1 - out.last, 0), INT64_MAX};
    return out;
}

/* Whether want, widened by slack as far as low..high reaches, lies in have. */
static bool covered(struct span want, int64_t slack, struct span limit, struct span have)
{
    int64_t first = max64(want.first - min64(slack, want.first), limit.first);
    int64_t last = want.last > INT64_MAX - slack ? INT64_MAX : want.last + slack;

    last = min64(last, limit.last);
    return first > last || (have.first <= first && last <= have.last);
}

static bool columns_covered(const struct viewport_screen *s, const struct viewport *asked,
                            int64_t slack)
{
    struct rowset *need = columns_of(s, column_span(s, slack));
    bool ok = rowset_contains(asked->columns, need);

    rowset_free(need);
    return ok;
}

static struct rowset *forward_rows(struct span visible, int64_t height, int64_t margin)
{
    int64_t first = max64(visible.first - margin, 0);
    int64_t reach = height - 1 + margin;
    int64_t last =
        visible.first > ROWSET_MAX_KEY - reach ? ROWSET_MAX_KEY : visible.first + reach;

    return rowset_new_range(first, last);
}

static struct rowset *reverse_rows(const struct viewport_screen *s, struct span visible,
                                   int64_t margin)
{
    int64_t count = s->height;

    if (s->table_size >= 0)
        count = max64(s->table_size - visible.first, s->height);
    return rowset_new_range(0, count + margin - 1);
}

bool viewport_next(const struct viewport_screen *s, const struct viewport *asked,
                   struct viewport *out)
{
    int64_t beside = column_margin(s);
    struct span columns = column_span(s, beside);
    int64_t around = row_margin(s, columns.last - columns.first + 1);
    struct span visible = visible_rows(s);
    struct span table = {0, s->table_size >= 0 ? s->table_size - 1 : INT64_MAX};

    assert(s->height > 0 && s->n_columns > 0);
    if (asked && columns_covered(s, asked, beside / 2) &&
        !(s->to_end && s->table_size < 0 && !asked->reverse) &&
        covered(visible, around / 2, table, asked_rows(asked, max64(s->table_size, 0))))
        return false;
    out->reverse = s->to_end && !s->forward_only;
    out->rows = out->reverse ? reverse_rows(s, visible, around)
                             : forward_rows(visible, s->height, around);
    out->columns = columns_of(s, columns);
    return true;
}
