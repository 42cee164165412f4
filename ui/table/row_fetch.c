/*
 * As ui/table/cell_fetch, for more cells than one: a stream of its own brings them, and
 * they are handed out in the step of a frame that may use the network, where it can be
 * closed.
 */
#include "ui/table/row_fetch.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/table/table_view_parts.h"

struct row_fetch {
    struct table_view *table; /* borrowed: it owns this */
    struct feed *feed;        /* NULL: what is shown has them */
    int64_t first, n_rows;
    char **names; /* owned, and each of them */
    size_t n;
    row_fetch_fn *fn;
    void *ctx;
    bool ended;
    struct err why;
};

static struct window window_with(const struct row_fetch *f)
{
    return f->feed ? feed_window(f->feed) : table_view_shown(f->table);
}

struct value row_fetch_cell(const struct row_fetch *f, int64_t i, size_t name)
{
    struct window w = window_with(f);
    int64_t column = w.schema ? schema_find(w.schema, f->names[name]) : -1;

    if (column < 0)
        return (struct value){.state = VALUE_ABSENT};
    return window_cell(&w, (size_t)column, f->first + i);
}

static bool is_here(const struct row_fetch *f)
{
    for (int64_t i = 0; i < f->n_rows; i++)
        for (size_t k = 0; k < f->n; k++)
            if (row_fetch_cell(f, i, k).state == VALUE_ABSENT)
                return false;
    return true;
}

static void on_changed(void *ctx)
{
    struct row_fetch *f = ctx;

    f->table->handler->changed(f->table->ctx, f->table);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct row_fetch *f = ctx;

    f->ended = true;
    f->why = *why;
    on_changed(f);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

static void free_fetch(struct row_fetch *f)
{
    feed_close(f->feed);
    for (size_t i = 0; i < f->n; i++)
        free(f->names[i]);
    free(f->names);
    free(f);
}

bool table_view_drop_rows(struct table_view *t)
{
    struct row_fetch *f = t->row_fetch;

    t->row_fetch = NULL;
    if (!f)
        return false;
    free_fetch(f);
    return true;
}

/* The table has fewer rows by now. */
static bool are_gone(struct row_fetch *f)
{
    struct window w = window_with(f);

    if (f->ended || !feed_settled(f->feed) || f->first + f->n_rows <= window_rows(&w))
        return false;
    (void)err_set(&f->why, ERR_NOT_FOUND, "rows of it are gone");
    return true;
}

void table_view_take_rows(struct table_view *t)
{
    struct row_fetch *f = t->row_fetch;
    bool here = f && is_here(f);

    if (!f || (!here && !f->ended && !are_gone(f)))
        return;
    t->row_fetch = NULL;
    f->fn(f->ctx, t, here ? f : NULL, here ? NULL : &f->why);
    free_fetch(f);
}

static enum err_code fetch(struct row_fetch *f, struct err *e)
{
    const struct schema *s = table_view_shown(f->table).schema;
    struct viewport v = {.rows = rowset_new_range(f->first, f->first + f->n_rows - 1),
                         .columns = rowset_new()};
    enum err_code rc;

    for (size_t i = 0; i < f->n; i++) {
        int64_t column = schema_find(s, f->names[i]);

        rowset_add(v.columns, column, column);
    }
    rc = table_view_peek(f->table, &v, 0, &feed_handler, f, &f->feed, e);
    viewport_release(&v);
    return rc;
}

void table_view_fetch_rows(struct table_view *t, int64_t first, int64_t n_rows,
                           const char *const *names, size_t n, row_fetch_fn *fn, void *ctx)
{
    struct row_fetch *f = MEM_NEW(struct row_fetch);
    struct err e;

    (void)table_view_drop_rows(t);
    *f = (struct row_fetch){t, NULL, first, n_rows,        MEM_ARRAY(char *, n),
                            n, fn,   ctx,   .ended = false};
    for (size_t i = 0; i < n; i++)
        f->names[i] = mem_strdup(names[i]);
    if (is_here(f)) {
        fn(ctx, t, f, NULL);
    } else if (fetch(f, &e) == ERR_OK) {
        t->row_fetch = f;
        table_view_say(t, false, "asking for the keys of its rows ...");
        return;
    } else {
        fn(ctx, t, NULL, &e);
    }
    free_fetch(f);
}
