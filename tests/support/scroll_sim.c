#include "tests/support/scroll_sim.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define FRAME 16.6
#define QUIET_FRAMES 12
#define QUIET_STEP 150.0

/* Longer than any chain of answers takes. */
#define QUIET_WITHIN 8000.0

/* Requests that a screen at rest may make until nothing is left to ask. */
#define QUIET_REQUESTS 2

struct client {
    struct sim_row *rows;
    size_t n;
    struct viewport effective;
    struct sim_table table;
    bool open;
};

struct run {
    const struct sim_config *c;
    struct sim_result *out;
    struct sim_server *server;
    struct viewport_policy policy;
    struct viewport asked;
    struct client client;
    size_t *order;
    int64_t top, height;
    size_t left, width;
    bool at_end, follow, dirty;
    double now, last_frame;
};

static const char *const kind_name[STEP_KINDS] = {
    "rows",          "pages",  "to row", "end", "follow", "columns", "to column", "resize",
    "reverse order", "append", "insert", "cut", "drop",   "modify",  "replace"};

__attribute__((format(printf, 2, 3))) static void fail_run(struct run *r, const char *fmt,
                                                           ...)
{
    va_list args;
    int n;

    if (r->out->failure[0])
        return;
    n = snprintf(r->out->failure, sizeof(r->out->failure), "at %.1f ms: ", r->now);
    va_start(args, fmt);
    (void)vsnprintf(r->out->failure + n, sizeof(r->out->failure) - (size_t)n, fmt, args);
    va_end(args);
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

/* --- the client --- */

/* Delete what is removed, then put in what is added (protocol: positional deltas). */
static void apply_rows(struct run *r, const struct sim_message *m)
{
    struct client *c = &r->client;
    size_t n = c->n - m->n_removed + m->n_added, from = 0, gone = 0, added = 0;
    struct sim_row *rows = MEM_ARRAY(struct sim_row, n);

    if (m->n_removed > c->n) {
        fail_run(r, "%zu rows removed of %zu", m->n_removed, c->n);
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (added < m->n_added && m->added[added] == i) {
            rows[i] = m->rows[added++];
            continue;
        }
        while (gone < m->n_removed && m->removed[gone] == from)
            gone++, from++;
        if (from < c->n)
            rows[i] = c->rows[from++];
        else
            fail_run(r, "no row survives for index %zu", i);
    }
    free(c->rows);
    c->rows = rows;
    c->n = n;
}

static void apply(struct run *r, struct sim_message *m)
{
    struct client *c = &r->client;

    apply_rows(r, m);
    c->table = m->table;
    if (m->snapshot) {
        viewport_release(&c->effective);
        c->effective = m->effective;
        m->effective = (struct viewport){NULL, NULL, false};
        c->open = true;
    }
    if (r->c->verbose)
        print_message(
            "%9.1f answer: %zu removed, %zu added, %zu held, table %" PRId64 "%s\n", r->now,
            m->n_removed, m->n_added, c->n, m->table.size, m->snapshot ? ", snapshot" : "");
    sim_message_free(m);
}

/* The row that the client shows at a position, or NULL. */
static const struct sim_row *row_at(const struct run *r, int64_t position)
{
    const struct client *c = &r->client;
    const struct viewport *v = r->c->fault == FAULT_ASKED_ROWS ? &r->asked : &c->effective;
    int64_t key = v->reverse ? c->table.size - 1 - position : position;
    int64_t i = key < 0 ? -1 : rowset_find(v->rows, key);

    if (i >= 0 && v->reverse)
        i = (int64_t)c->n - 1 - i;
    return i < 0 || i >= (int64_t)c->n ? NULL : &c->rows[i];
}

static bool is_row(const struct sim_row *row, const struct sim_table *t, int64_t position)
{
    return row->id == t->head + (uint64_t)position && row->epoch == t->epoch;
}

/* --- the screen --- */

static int64_t last_top(const struct run *r)
{
    return r->client.open ? clamp(r->client.table.size - r->height, 0, INT64_MAX) : 0;
}

static void prepare(struct run *r)
{
    size_t widest = r->c->n_columns - r->c->n_frozen;

    if (r->width > widest)
        r->width = widest;
    if (r->left > widest - r->width)
        r->left = widest - r->width;
    r->top = r->at_end ? last_top(r) : clamp(r->top, 0, last_top(r));
}

/* The first columns of the order are frozen, the others scroll. */
static struct viewport_screen screen_of(const struct run *r)
{
    bool known = r->client.open;

    return (struct viewport_screen){
        .top = r->top,
        .height = r->height,
        .table_size = known ? r->client.table.size : -1,
        .to_end = r->at_end,
        .forward_only = known && r->c->blink,
        .order = known ? r->order + r->c->n_frozen : NULL,
        .n_order = r->c->n_columns - r->c->n_frozen,
        .first_column = r->c->fault == FAULT_SIDEWAYS ? 0 : r->left,
        .n_columns = r->width,
        .frozen = r->order,
        .n_frozen = r->c->n_frozen,
    };
}

static bool column_held(const struct run *r, size_t i)
{
    return rowset_has(r->client.effective.columns, (int64_t)r->order[i]);
}

static bool columns_held(const struct run *r)
{
    for (size_t i = 0; i < r->c->n_frozen; i++)
        if (!column_held(r, i))
            return false;
    for (size_t i = 0; i < r->width; i++)
        if (!column_held(r, r->c->n_frozen + r->left + i))
            return false;
    return true;
}

/* Draws: looks at every cell on screen. True when all are here. */
static bool draw(struct run *r)
{
    const struct sim_table *t = &r->client.table;
    bool all = true;

    if (!r->client.open)
        return false;
    for (int64_t y = 0; y < r->height && y < t->size - r->top; y++) {
        const struct sim_row *row = row_at(r, r->top + y);

        all &= row != NULL;
        if (row && !is_row(row, t, r->top + y))
            fail_run(r, "row %" PRId64 " shows another row", r->top + y);
    }
    return all && (t->size == 0 || columns_held(r));
}

/* --- requests --- */

static void check_request(struct run *r, const struct viewport *v)
{
    struct viewport_screen s = screen_of(r);
    uint64_t rows = rowset_count(v->rows), columns = rowset_count(v->columns);
    uint64_t limit = (uint64_t)r->height * (r->width + r->c->n_frozen);

    if (limit < VIEWPORT_MAX_CELLS)
        limit = VIEWPORT_MAX_CELLS;
    if (rows > limit || columns > VIEWPORT_MAX_COLUMNS || rows * columns > limit)
        fail_run(r, "request for %" PRIu64 " rows, %" PRIu64 " columns", rows, columns);
    if (v->reverse && (!s.to_end || s.forward_only))
        fail_run(r, "request in reverse");
    for (int64_t y = 0; y < r->height && s.table_size >= 0 && r->top + y < s.table_size;
         y++)
        if (!rowset_has(v->rows, v->reverse ? s.table_size - 1 - r->top - y : r->top + y))
            fail_run(r, "request without row %" PRId64, r->top + y);
}

static void ask(struct run *r, struct viewport *v)
{
    if (r->c->fault == FAULT_GREEDY)
        rowset_add(v->rows, 0, VIEWPORT_MAX_CELLS);
    if (r->c->verbose)
        print_message("%9.1f request: rows %" PRId64 "-%" PRId64 "%s, %" PRIu64
                      " columns\n",
                      r->now, rowset_first(v->rows), rowset_last(v->rows),
                      v->reverse ? " from the end" : "", rowset_count(v->columns));
    check_request(r, v);
    if (r->out->failure[0]) {
        viewport_release(v);
        return;
    }
    sim_server_request(r->server, r->now, v);
    viewport_release(&r->asked);
    r->asked = *v;
    r->out->requests++;
}

static bool next_request(struct run *r, struct viewport *out)
{
    struct viewport_screen s = screen_of(r);

    if (r->c->fault == FAULT_RESTLESS)
        return viewport_next(&s, NULL, out);
    if (r->c->fault == FAULT_SLOW)
        return viewport_next(&s, &r->asked, out);
    return viewport_policy_next(&r->policy, &s, &r->asked, r->now, r->c->round_trip, out);
}

static void frame(struct run *r)
{
    struct viewport next;
    bool all;

    prepare(r);
    if (r->client.open && next_request(r, &next))
        ask(r, &next);
    else if (r->client.open && viewport_equal(&r->client.effective, &r->asked) &&
             !r->follow)
        r->at_end = false;
    all = draw(r);
    r->out->frames++;
    if (!all) {
        r->out->missing_frames++;
        r->out->missing_counted += r->now >= r->c->count_from;
        r->out->last_missing = r->now;
        if (r->c->verbose)
            print_message("%9.1f frame at row %" PRId64 ", column %zu: cells missing\n",
                          r->now, r->top, r->left);
    }
    r->dirty = false;
    r->last_frame = r->now;
}

/* --- steps --- */

/* Both ways without overflow. */
static int64_t shifted(int64_t at, int64_t by)
{
    if (by > 0 && at > INT64_MAX - by)
        return INT64_MAX;
    return at + by < 0 ? 0 : at + by;
}

static void move_to(struct run *r, int64_t top)
{
    r->at_end = r->follow = false;
    r->top = clamp(top, 0, last_top(r));
}

static void change_table(struct run *r, const struct sim_step *s)
{
    struct sim_table t = sim_server_table(r->server);
    int64_t grow = clamp(s->n, 0, INT64_MAX - t.size), shrink = clamp(s->n, 0, t.size);

    if (s->kind == STEP_APPEND || s->kind == STEP_INSERT)
        t.size += grow;
    if (s->kind == STEP_CUT || s->kind == STEP_DROP)
        t.size -= shrink;
    if (s->kind == STEP_INSERT)
        t.head -= (uint64_t)grow;
    if (s->kind == STEP_DROP)
        t.head += (uint64_t)shrink;
    if (s->kind == STEP_MODIFY || s->kind == STEP_REPLACE)
        t.epoch++;
    if (s->kind == STEP_REPLACE)
        t.size = s->n;
    sim_server_change(r->server, r->now, t);
}

static void reverse_order(struct run *r)
{
    size_t n = r->c->n_columns;

    for (size_t i = 0; i < n / 2; i++) {
        size_t other = r->order[n - 1 - i];

        r->order[n - 1 - i] = r->order[i];
        r->order[i] = other;
    }
}

static void go_end(struct run *r, bool follow)
{
    r->at_end = true;
    r->follow = follow;
}

static void resize(struct run *r, int64_t height, int64_t width)
{
    r->height = height;
    r->width = (size_t)width;
}

static void take_step(struct run *r, const struct sim_step *s)
{
    if (r->c->verbose)
        print_message("%9.1f step: %s %" PRId64 "\n", r->now, kind_name[s->kind], s->n);
    r->dirty = true;
    switch (s->kind) {
    case STEP_ROWS:
        move_to(r, shifted(r->top, s->n));
        break;
    case STEP_PAGES:
        move_to(r, shifted(r->top, s->n * r->height));
        break;
    case STEP_TO:
        move_to(r, s->n);
        break;
    case STEP_END:
    case STEP_FOLLOW:
        go_end(r, s->kind == STEP_FOLLOW);
        break;
    case STEP_COLUMNS:
        r->left = (size_t)clamp((int64_t)r->left + s->n, 0, (int64_t)r->c->n_columns);
        break;
    case STEP_COLUMN:
        r->left = (size_t)s->n;
        break;
    case STEP_RESIZE:
        resize(r, s->n, s->m);
        break;
    case STEP_REVERSE_ORDER:
        reverse_order(r);
        break;
    default:
        r->dirty = false; /* the table's own doing */
        change_table(r, s);
    }
}

/* --- a run --- */

static void receive(struct run *r)
{
    struct sim_message *m;

    while ((m = sim_server_receive(r->server, r->now)) != NULL) {
        apply(r, m);
        r->dirty = true;
    }
}

/* Goes on until the time end. */
static void advance(struct run *r, double end)
{
    while (!r->out->failure[0]) {
        double frame_at = r->dirty ? fmax(r->now, r->last_frame + FRAME) : INFINITY;
        double next = fmin(frame_at, sim_server_next(r->server));

        if (next == INFINITY || next > end)
            break;
        r->now = fmax(next, r->now);
        receive(r);
        if (r->dirty && r->now >= r->last_frame + FRAME)
            frame(r);
    }
    if (r->now < end)
        r->now = end;
}

/* Goes on until nothing happens any more. */
static void advance_to_quiet(struct run *r)
{
    advance(r, r->now + QUIET_WITHIN);
    if (r->dirty || sim_server_next(r->server) != INFINITY)
        fail_run(r, "never quiet");
}

static void check_quiet(struct run *r)
{
    struct sim_table t = sim_server_table(r->server);
    const struct client *c = &r->client;

    if (!draw(r)) {
        fail_run(r, "quiet, but a cell is missing");
        return;
    }
    if (!viewport_equal(&c->effective, &r->asked))
        fail_run(r, "quiet, but the request is not answered");
    if (c->table.size != t.size)
        fail_run(r, "quiet, but the size is %" PRId64 ", not %" PRId64, c->table.size,
                 t.size);
    for (int64_t y = 0; y < r->height && y < t.size - r->top; y++) {
        const struct sim_row *row = row_at(r, r->top + y);

        if (row && !is_row(row, &t, r->top + y))
            fail_run(r, "quiet, but row %" PRId64 " is old", r->top + y);
    }
}

/* Once at rest, all is there, and a few frames later nothing is asked any more. */
static void settle(struct run *r)
{
    uint64_t before;

    advance_to_quiet(r);
    if (r->out->failure[0])
        return;
    check_quiet(r);
    before = r->out->requests;
    for (int i = 0; i < QUIET_FRAMES && !r->out->failure[0]; i++) {
        uint64_t last = r->out->requests;

        r->now += QUIET_STEP;
        r->dirty = true;
        advance_to_quiet(r);
        if (i >= QUIET_FRAMES / 2 && r->out->requests != last)
            fail_run(r, "still asking at rest");
    }
    if (r->out->requests > before + QUIET_REQUESTS)
        fail_run(r, "%" PRIu64 " requests at rest", r->out->requests - before);
    check_quiet(r);
}

static void start(struct run *r)
{
    struct viewport_screen s;
    struct viewport first;

    r->order = MEM_ARRAY(size_t, r->c->n_columns);
    for (size_t i = 0; i < r->c->n_columns; i++)
        r->order[i] = i;
    r->server = sim_server_new(&r->c->link, r->c->table, r->c->seed);
    resize(r, r->c->height, (int64_t)r->c->width);
    r->last_frame = -INFINITY;
    s = screen_of(r);
    (void)viewport_next(&s, NULL, &first);
    ask(r, &first);
}

void sim_run(const struct sim_config *c, const struct sim_step *steps, size_t n,
             struct sim_result *out)
{
    struct run r = {.c = c, .out = out};

    *out = (struct sim_result){.failure = ""};
    viewport_policy_init(&r.policy);
    start(&r);
    for (size_t i = 0; i < n && !out->failure[0]; i++) {
        advance(&r, steps[i].at);
        if (!out->failure[0])
            take_step(&r, &steps[i]);
    }
    settle(&r);
    out->rows = sim_server_rows(r.server);
    out->cells = sim_server_cells(r.server);
    sim_server_free(r.server);
    viewport_release(&r.asked);
    viewport_release(&r.client.effective);
    free(r.client.rows);
    free(r.order);
}

void sim_print(const struct sim_config *c, const struct sim_step *steps, size_t n)
{
    print_message(
        "delays %.1f + %.1f ms, jitter %.1f, service %.1f, interval %.1f, %" PRId64
        " cells a snapshot\n",
        c->link.up, c->link.down, c->link.jitter, c->link.service, c->link.interval,
        c->link.cells);
    print_message("table of %" PRId64 " rows%s, %zu columns, %zu frozen; screen %" PRId64
                  " x %zu\n",
                  c->table.size, c->blink ? " (blink)" : "", c->n_columns, c->n_frozen,
                  c->height, c->width);
    for (size_t i = 0; i < n; i++)
        print_message("  {%.1f, %s, %" PRId64 ", %" PRId64 "}\n", steps[i].at,
                      kind_name[steps[i].kind], steps[i].n, steps[i].m);
}
