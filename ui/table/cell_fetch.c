/*
 * The value under the cursor may not be here yet. It is asked for by a stream of its own,
 * and taken in the step of a frame that may use the network (view_ask()), where the stream
 * can be closed.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/table/table_view.h"
#include "ui/table/table_view_parts.h"

struct cell_fetch {
    struct table_view *table; /* borrowed: it owns this */
    struct feed *feed;
    int64_t position;
    size_t column; /* of the table that was shown when it was asked for; and its name: */
    char *name;    /* owned */
    table_view_value_fn *fn;
    void *ctx;
    bool ended;
    struct err why;
};

static void on_changed(void *ctx)
{
    struct cell_fetch *f = ctx;

    f->table->handler->changed(f->table->ctx, f->table);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct cell_fetch *f = ctx;

    f->ended = true;
    f->why = *why;
    on_changed(f);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

static void free_fetch(struct cell_fetch *f)
{
    feed_close(f->feed);
    free(f->name);
    free(f);
}

bool table_view_drop_fetch(struct table_view *t)
{
    struct cell_fetch *f = t->fetch;

    t->fetch = NULL;
    if (!f)
        return false;
    free_fetch(f);
    return true;
}

/* Here, and whole as far as the screen's stream brings values whole. */
static struct value look(const struct window *w, int64_t position, size_t column)
{
    if (!w->schema || column >= w->schema->n_columns)
        return (struct value){.state = VALUE_ABSENT};
    return window_cell(w, column, position);
}

/* Another table may be shown by now, with other columns. */
static void hand_out(struct table_view *t, struct cell_fetch *f, const struct value *v)
{
    const struct schema *s = table_view_window(t).schema;
    int64_t i = s ? schema_find(s, f->name) : -1;
    char *text;

    if (i >= 0) {
        f->fn(f->ctx, t, (size_t)i, v, &f->why);
        return;
    }
    text = mem_printf("there is no column %s any more", f->name);
    table_view_say(t, true, text);
    free(text);
}

/* The table has fewer rows by now. */
static bool is_gone(struct cell_fetch *f, const struct window *w)
{
    if (f->ended || !feed_settled(f->feed) || f->position < window_rows(w))
        return false;
    (void)err_set(&f->why, ERR_NOT_FOUND, "the row of that value is gone");
    return true;
}

void table_view_take_fetch(struct table_view *t)
{
    struct cell_fetch *f = t->fetch;
    struct window w = f ? feed_window(f->feed) : (struct window){0};
    struct value v =
        f ? look(&w, f->position, f->column) : (struct value){.state = VALUE_ABSENT};

    if (!f || (v.state == VALUE_ABSENT && !f->ended && !is_gone(f, &w)))
        return;
    t->fetch = NULL;
    hand_out(t, f, v.state == VALUE_ABSENT ? NULL : &v);
    free_fetch(f);
}

static void fetch(struct table_view *t, int64_t position, size_t column,
                  table_view_value_fn *fn, void *ctx)
{
    struct cell_fetch *f = MEM_NEW(struct cell_fetch);
    struct viewport v = {.rows = rowset_new_range(position, position),
                         .columns = rowset_new_range((int64_t)column, (int64_t)column)};
    struct err e;

    *f = (struct cell_fetch){
        .table = t,
        .position = position,
        .column = column,
        .name = mem_strdup(table_view_shown(t).schema->columns[column].name),
        .fn = fn,
        .ctx = ctx};
    if (table_view_peek(t, &v, 0, &feed_handler, f, &f->feed, &e) == ERR_OK) {
        t->fetch = f;
        table_view_say(t, false, "asking for the value of this cell ...");
    } else {
        fn(ctx, t, column, NULL, &e);
        free_fetch(f);
    }
    viewport_release(&v);
}

void table_view_value(struct table_view *t, table_view_value_fn *fn, void *ctx)
{
    struct window w = table_view_shown(t);
    int64_t position;
    size_t column;
    struct value v;

    (void)table_view_drop_fetch(t);
    if (!grid_cell(t->grid, &position, &column)) {
        table_view_say(t, true, "there is no cell here");
        return;
    }
    v = look(&w, position, column);
    if (v.state == VALUE_ABSENT)
        fetch(t, position, column, fn, ctx);
    else
        fn(ctx, t, column, &v, NULL);
}
