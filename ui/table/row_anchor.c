/*
 * Two recipes that differ in filters have a common base, which is either of them without
 * the filters that the other does not have. The row is found in two steps, of which either
 * may have nothing to do:
 *
 *   - in the base: numbered there, the dropped filters taken again, the row of that place
 *     tells its number (of_base());
 *   - in the new table: the base numbered, the new filters, and only the rows before that
 *     number; how many they are is the place (in_new()).
 *
 * The second step is asked for as soon as the first is answered, in its callback; so the
 * feed of the first is closed only with the whole.
 */
#include "ui/table/row_anchor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/quick_filter.h"
#include "model/recipe_step.h"

struct row_anchor {
    struct connection *connection; /* borrowed */
    void (*found)(void *ctx, int64_t row);
    void *ctx;
    struct recipe *from, *to, *base; /* owned */
    struct feed *feed, *first;       /* owned: of the step under way, of the one before */
    bool counts;                     /* the second step is under way */
    bool answered;
    int64_t row;
};

/* --- which filters differ --- */

static bool same_filter(const struct recipe_step *a, const struct recipe_step *b)
{
    const char *x = a->column ? a->column : "", *y = b->column ? b->column : "";

    return a->op == b->op && strcmp(x, y) == 0 && strcmp(a->text, b->text) == 0;
}

/* Fills out with the filters of r that the other does not have. */
static size_t only_in(const struct recipe *r, const struct recipe *other,
                      const struct recipe_step *out[RECIPE_EDITS_MAX])
{
    const struct recipe_step *mine[RECIPE_EDITS_MAX], *theirs[RECIPE_EDITS_MAX];
    size_t n_mine = recipe_filters(r, mine), n_theirs = recipe_filters(other, theirs);
    size_t n = 0;

    for (size_t i = 0; i < n_mine; i++) {
        size_t k = 0;

        while (k < n_theirs && !same_filter(mine[i], theirs[k]))
            k++;
        if (k == n_theirs)
            out[n++] = mine[i];
    }
    return n;
}

/* r without the filters that the other does not have. Owned. */
static struct recipe *without_own(const struct recipe *r, const struct recipe *other)
{
    const struct recipe_step *own[RECIPE_EDITS_MAX], *all[RECIPE_EDITS_MAX];
    struct recipe *out = recipe_copy(r);
    size_t n = only_in(out, other, own);

    while (n > 0) {
        size_t count = recipe_filters(out, all), i = 0;
        struct recipe *less;

        while (i < count && all[i] != own[0])
            i++;
        less = recipe_without_filter(out, i);
        recipe_free(out);
        out = less;
        n = only_in(out, other, own);
    }
    return out;
}

/* The filters that the other does not have could stand last as well: neither they nor what
 * comes behind them looks at which rows there are. */
static bool own_can_be_last(const struct recipe *r, const struct recipe *other)
{
    const struct recipe_step *own[RECIPE_EDITS_MAX], *steps;
    size_t n_own = only_in(r, other, own), n;
    bool behind = false;

    steps = recipe_steps(r, &n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n_own && !behind; k++)
            behind = recipe_step_equal(&steps[i], own[k]);
        if (behind && recipe_step_sees_order(&steps[i]))
            return false;
    }
    return true;
}

/* --- recipes of the two steps --- */

/* *r becomes what an edit has made of it; false when that could not be. */
static bool became(struct recipe **r, enum err_code rc, struct recipe *const *edited)
{
    if (rc != ERR_OK)
        return false;
    recipe_free(*r);
    *r = *edited;
    return true;
}

static bool add_filter(struct recipe **r, const struct recipe_step *f)
{
    struct recipe *out = NULL;
    enum err_code rc = f->op == RECIPE_WHERE ? recipe_where(*r, f->text, &out, NULL)
                                             : recipe_filtered(*r, f->column, f->text,
                                                               f->condition, &out, NULL);

    return became(r, rc, &out);
}

/* The base with numbered rows, and with filters behind that. NULL: it cannot be. */
static struct recipe *numbered(const struct row_anchor *p,
                               const struct recipe_step *const *filters, size_t n)
{
    struct recipe *r = recipe_copy(p->base), *out = NULL;
    bool ok = became(&r, recipe_added(r, RECIPE_ROW_NUMBER, "ii", &out, NULL), &out);

    for (size_t i = 0; ok && i < n; i++)
        ok = add_filter(&r, filters[i]);
    if (ok)
        return r;
    recipe_free(r);
    return NULL;
}

/* Only the numbers are wanted. r is given. */
static struct recipe *only_numbers(struct recipe *r)
{
    static const char *const names[] = {RECIPE_ROW_NUMBER};
    struct recipe *out = NULL;

    if (r)
        (void)became(&r, recipe_selected(r, names, 1, &out, NULL), &out);
    return r;
}

static struct recipe *of_base(const struct row_anchor *p)
{
    const struct recipe_step *dropped[RECIPE_EDITS_MAX];
    size_t n = only_in(p->from, p->to, dropped);
    struct recipe *r = numbered(p, dropped, n), *out = NULL;

    if (r)
        (void)became(&r, recipe_sliced(r, p->row, p->row + 1, &out, NULL), &out);
    return only_numbers(r);
}

static struct recipe *in_new(const struct row_anchor *p)
{
    const struct quick_filter_column column = {RECIPE_ROW_NUMBER, "long"};
    const struct recipe_step *added[RECIPE_EDITS_MAX];
    size_t n = only_in(p->to, p->from, added), at;
    struct recipe *r = numbered(p, added, n), *out = NULL;
    struct when_now now = {NULL, 0};
    struct condition *c = NULL;
    char text[32];
    struct err e;

    (void)snprintf(text, sizeof(text), "<%" PRId64, p->row);
    if (r && quick_filter_parse(text, &column, &now, &c, &at, &e) == ERR_OK)
        (void)became(&r, recipe_filtered(r, RECIPE_ROW_NUMBER, text, c, &out, NULL), &out);
    condition_free(c);
    return only_numbers(r);
}

/* --- asking --- */

/* What the step under way has found, once that is here; -1: no row, where there should have
 * been one. */
static bool has_answer(const struct row_anchor *p, int64_t *found)
{
    struct window w = feed_window(p->feed);
    struct value v;

    if (!w.schema || !window_ready(&w))
        return false;
    *found = window_rows(&w);
    if (p->counts)
        return true;
    v = window_cell(&w, 0, 0);
    if (*found > 0 && v.state == VALUE_ABSENT)
        return false;
    *found = v.state == VALUE_SET && v.type->kind == KIND_LONG ? v.i : -1;
    return true;
}

static void tell(struct row_anchor *p, int64_t row)
{
    p->answered = true;
    p->found(p->ctx, row);
}

static bool open_feed(struct row_anchor *p, struct recipe *r);

static void count_in_new(struct row_anchor *p)
{
    p->first = p->feed;
    p->feed = NULL;
    p->counts = true;
    if (!open_feed(p, in_new(p)))
        tell(p, -1);
}

static void on_changed(void *ctx)
{
    struct row_anchor *p = ctx;
    const struct recipe_step *added[RECIPE_EDITS_MAX];
    int64_t found;

    if (!p->feed || p->answered || !has_answer(p, &found))
        return;
    p->row = found;
    if (found < 0 || p->counts || only_in(p->to, p->from, added) == 0)
        tell(p, found);
    else
        count_in_new(p);
}

/* The first step's has served its purpose when the second is under way. */
static void on_ended(void *ctx, const struct err *why)
{
    struct row_anchor *p = ctx;

    if (p->answered || (p->feed && !feed_ended(p->feed)))
        return;
    log_line(LOG_LEVEL_INFO, "where a row goes is not known: %s", why->msg);
    tell(p, -1);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

/* r is given; NULL is refused like anything else that cannot be asked. */
static bool open_feed(struct row_anchor *p, struct recipe *r)
{
    struct stream_options o = {.list_limit = 1};
    struct viewport v = {.rows = rowset_new_range(0, 0), .columns = rowset_new_range(0, 0)};
    struct err e;
    bool ok = r && feed_open(p->connection, r, NULL, &o, &v, &feed_handler, p, &p->feed,
                             &e) == ERR_OK;

    viewport_release(&v);
    return ok;
}

struct row_anchor *row_anchor_ask(struct connection *connection, const struct recipe *from,
                                  const struct recipe *to, int64_t row,
                                  void (*found)(void *ctx, int64_t row), void *ctx)
{
    const struct recipe_step *differ[RECIPE_EDITS_MAX];
    struct row_anchor *p = MEM_NEW(struct row_anchor);
    struct recipe *old_base = without_own(from, to);

    *p = (struct row_anchor){.connection = connection,
                             .found = found,
                             .ctx = ctx,
                             .from = recipe_copy(from),
                             .to = recipe_copy(to),
                             .base = without_own(to, from),
                             .row = row};
    p->counts = only_in(from, to, differ) == 0;
    if (!recipe_equal(old_base, p->base) || !own_can_be_last(from, to) ||
        !own_can_be_last(to, from) || !open_feed(p, (p->counts ? in_new : of_base)(p))) {
        row_anchor_free(p);
        p = NULL;
    }
    recipe_free(old_base);
    return p;
}

bool row_anchor_answered(const struct row_anchor *p)
{
    return p->answered;
}

void row_anchor_free(struct row_anchor *p)
{
    if (!p)
        return;
    feed_close(p->first);
    feed_close(p->feed);
    recipe_free(p->from);
    recipe_free(p->to);
    recipe_free(p->base);
    free(p);
}
