#include "tests/support/scroll_server.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"

/* No viewport of any test selects as many rows. */
#define ROWS_MAX 200000

struct request {
    double arrives;
    struct viewport viewport;
    struct request *next;
};

struct rows {
    struct sim_row *at;
    size_t n, cap;
};

struct sim_server {
    struct sim_link link;
    struct sim_table table;
    uint64_t random;
    struct request *coming; /* on the way, oldest first */
    bool has_pending;       /* the newest that has come and is not answered */
    struct viewport pending, target, portion;
    struct rows held; /* as the client has it once all messages are there */
    bool growing, dirty, subscribed;
    double job_at, delta_at, last_sent, last_up, last_down;
    struct sim_message *sent; /* on the way, oldest first */
    uint64_t rows, cells;
};

uint64_t sim_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double chance(struct sim_server *s)
{
    return (double)(sim_random(&s->random) % 1000) / 1000;
}

struct sim_server *sim_server_new(const struct sim_link *link, struct sim_table table,
                                  uint64_t seed)
{
    struct sim_server *s = MEM_NEW(struct sim_server);

    s->link = *link;
    s->table = table;
    s->random = seed ? seed : 1;
    s->job_at = s->delta_at = INFINITY;
    s->last_sent = -INFINITY;
    s->target = (struct viewport){rowset_new(), rowset_new(), false};
    s->portion = (struct viewport){rowset_new(), rowset_new(), false};
    return s;
}

void sim_message_free(struct sim_message *m)
{
    if (!m)
        return;
    viewport_release(&m->effective);
    free(m->removed);
    free(m->added);
    free(m->rows);
    free(m);
}

void sim_server_free(struct sim_server *s)
{
    while (s->coming) {
        struct request *next = s->coming->next;

        viewport_release(&s->coming->viewport);
        free(s->coming);
        s->coming = next;
    }
    while (s->sent) {
        struct sim_message *next = s->sent->next;

        sim_message_free(s->sent);
        s->sent = next;
    }
    if (s->has_pending)
        viewport_release(&s->pending);
    viewport_release(&s->target);
    viewport_release(&s->portion);
    free(s->held.at);
    free(s);
}

void sim_server_request(struct sim_server *s, double now, const struct viewport *v)
{
    struct request *r = MEM_NEW(struct request), **end = &s->coming;

    r->arrives = fmax(s->last_up, now + s->link.up + s->link.jitter * chance(s));
    s->last_up = r->arrives;
    viewport_copy(&r->viewport, v);
    while (*end)
        end = &(*end)->next;
    *end = r;
}

struct sim_table sim_server_table(const struct sim_server *s)
{
    return s->table;
}

void sim_server_change(struct sim_server *s, double now, struct sim_table table)
{
    s->table = table;
    if (!s->subscribed)
        return;
    if (!s->dirty)
        s->delta_at = fmax(now, s->last_sent + s->link.interval);
    s->dirty = true;
}

/* --- the rows of a viewport --- */

static void push(struct rows *w, const struct sim_table *t, int64_t position)
{
    assert_true(w->n < ROWS_MAX);
    MEM_GROW(w->at, w->cap, w->n + 1);
    w->at[w->n++] = (struct sim_row){t->head + (uint64_t)position, t->epoch};
}

/* The rows that a viewport selects, in the order of the table. */
static struct rows rows_of(const struct sim_table *t, const struct viewport *v)
{
    struct rows w = {NULL, 0, 0};
    size_t n;
    const struct rowrange *r = rowset_ranges(v->rows, &n);
    int64_t last;

    for (size_t i = 0; i < n; i++) {
        const struct rowrange *range = v->reverse ? &r[n - 1 - i] : &r[i];

        last = range->last < t->size ? range->last : t->size - 1;
        for (int64_t k = 0; range->first <= last && k <= last - range->first; k++)
            push(&w, t, v->reverse ? t->size - 1 - (last - k) : range->first + k);
    }
    return w;
}

static bool same_row(const struct sim_row *a, const struct sim_row *b)
{
    return a->id == b->id && a->epoch == b->epoch;
}

/* Sends what turns the rows that the client has into those of portion. */
static void send_update(struct sim_server *s, double now, bool snapshot, bool resend)
{
    struct rows new = rows_of(&s->table, &s->portion), old = s->held;
    struct sim_message *m = MEM_NEW(struct sim_message), **end = &s->sent;
    size_t i = 0, k = 0;

    m->arrives = fmax(s->last_down, now + s->link.down + s->link.jitter * chance(s));
    s->last_down = m->arrives;
    m->snapshot = snapshot;
    m->table = s->table;
    if (snapshot)
        viewport_copy(&m->effective, &s->portion);
    m->removed = MEM_ARRAY(size_t, old.n);
    m->added = MEM_ARRAY(size_t, new.n);
    m->rows = MEM_ARRAY(struct sim_row, new.n);
    while (i < old.n || k < new.n) {
        bool both = i < old.n && k < new.n;

        if (both && !resend && same_row(&old.at[i], &new.at[k])) {
            i++, k++;
        } else if (i < old.n &&
                   (k == new.n || (int64_t)(old.at[i].id - new.at[k].id) <= 0)) {
            m->removed[m->n_removed++] = i++;
        } else {
            m->rows[m->n_added] = new.at[k];
            m->added[m->n_added++] = k++;
        }
    }
    s->rows += m->n_added;
    s->cells += m->n_added * rowset_count(s->portion.columns);
    free(s->held.at);
    s->held = new;
    s->last_sent = now;
    s->dirty = false;
    s->delta_at = INFINITY;
    while (*end)
        end = &(*end)->next;
    *end = m;
}

/* --- answers --- */

static void replace(struct rowset **set, struct rowset *by)
{
    rowset_free(*set);
    *set = by;
}

/* Takes the pending request; true when all rows have to be sent again. */
static bool take_request(struct sim_server *s)
{
    struct viewport v = s->pending;
    bool resend =
        v.reverse != s->portion.reverse || !rowset_contains(s->portion.columns, v.columns);

    s->has_pending = false;
    viewport_release(&s->target);
    s->target = v;
    replace(&s->portion.rows,
            resend ? rowset_new() : rowset_intersect(s->portion.rows, v.rows));
    replace(&s->portion.columns, rowset_copy(v.columns));
    s->portion.reverse = v.reverse;
    return resend;
}

/* Rows of the target that are there and not yet covered, as many as the budget has. */
static void grow(struct sim_server *s)
{
    uint64_t columns = rowset_count(s->target.columns);
    int64_t budget = columns ? s->link.cells / (int64_t)columns : INT64_MAX;
    struct rowset *missing = rowset_subtract(s->target.rows, s->portion.rows);
    struct rowset *first, *taken;

    if (budget == 0 && columns <= VIEWPORT_MAX_COLUMNS)
        budget = 1; /* a small budget stands for a busy server, not for one that is stuck */
    if (s->table.size <= 0)
        rowset_clear(missing);
    else if (s->table.size <= rowset_last(missing))
        rowset_remove(missing, s->table.size, ROWSET_MAX_KEY);
    first = rowset_new_range(0, budget - 1);
    taken = rowset_keys_at(missing, first);
    if (rowset_count(taken) == rowset_count(missing))
        replace(&s->portion.rows, rowset_copy(s->target.rows));
    else
        replace(&s->portion.rows, rowset_union(s->portion.rows, taken));
    rowset_free(first);
    rowset_free(taken);
    rowset_free(missing);
    s->growing = !rowset_equal(s->portion.rows, s->target.rows);
}

static void schedule(struct sim_server *s, double now)
{
    if ((s->has_pending || s->growing) && s->job_at == INFINITY)
        s->job_at = now + s->link.service * (1 + chance(s));
}

static void answer(struct sim_server *s, double now)
{
    bool resend = false;

    s->job_at = INFINITY;
    s->subscribed = true;
    if (s->dirty)
        send_update(s, now, false, false);
    if (s->has_pending)
        resend = take_request(s);
    grow(s);
    send_update(s, now, true, resend);
    schedule(s, now);
}

static void accept_request(struct sim_server *s)
{
    struct request *r = s->coming;

    s->coming = r->next;
    if (s->has_pending)
        viewport_release(&s->pending);
    s->pending = r->viewport;
    s->has_pending = true;
    schedule(s, r->arrives);
    free(r);
}

static double next_work(const struct sim_server *s)
{
    double coming = s->coming ? s->coming->arrives : INFINITY;

    return fmin(coming, fmin(s->job_at, s->delta_at));
}

double sim_server_next(const struct sim_server *s)
{
    return fmin(next_work(s), s->sent ? s->sent->arrives : INFINITY);
}

struct sim_message *sim_server_receive(struct sim_server *s, double now)
{
    struct sim_message *m;

    for (double at = next_work(s); at <= now; at = next_work(s)) {
        if (s->coming && s->coming->arrives == at)
            accept_request(s);
        else if (s->job_at == at)
            answer(s, at);
        else
            send_update(s, at, false, false);
    }
    m = s->sent;
    if (!m || m->arrives > now)
        return NULL;
    s->sent = m->next;
    return m;
}

uint64_t sim_server_rows(const struct sim_server *s)
{
    return s->rows;
}

uint64_t sim_server_cells(const struct sim_server *s)
{
    return s->cells;
}
