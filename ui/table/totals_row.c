/*
 * Two feeds at most: the one that is shown, and the one that will replace it once its row
 * is there. Feeds are opened and closed in totals_row_ask() alone, never inside a callback
 * of one.
 */
#include "ui/table/totals_row.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/table/live.h"

struct totals_row {
    struct connection *connection; /* borrowed */
    struct stream_options options;
    struct total_list totals;
    const struct totals_row_handler *handler;
    void *ctx;
    /* What was looked at last; NULL: nothing that still counts. */
    struct recipe *table;        /* owned */
    const struct schema *schema; /* compared only */
    bool is_blink;               /* whose rows are added up after they are gone, too */
    struct recipe *recipe;       /* owned: what was asked for last; NULL: nothing */
    struct feed *feed, *coming;
    struct live *live; /* owned: the picture while the rows above are paused */
    bool failed;       /* which is not told yet */
    bool refused;      /* what was asked for last */
    struct err why;
};

static void on_changed(void *ctx)
{
    struct totals_row *r = ctx;

    r->handler->changed(r->ctx);
}

/* Whichever it was: without the newest totals the older ones would be wrong. */
static void on_ended(void *ctx, const struct err *why)
{
    struct totals_row *r = ctx;

    r->failed = true;
    r->why = *why;
    r->handler->changed(r->ctx);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

struct totals_row *totals_row_new(struct connection *connection,
                                  const struct stream_options *o, struct total_list *totals,
                                  const struct totals_row_handler *handler, void *ctx)
{
    struct totals_row *r = MEM_NEW(struct totals_row);

    r->connection = connection;
    r->options = *o;
    r->totals = *totals;
    r->handler = handler;
    r->ctx = ctx;
    r->live = live_new();
    *totals = (struct total_list){0};
    return r;
}

static void close_feeds(struct totals_row *r)
{
    live_forget(r->live);
    feed_close(r->coming);
    feed_close(r->feed);
    r->feed = r->coming = NULL;
}

void totals_row_free(struct totals_row *r)
{
    if (!r)
        return;
    close_feeds(r);
    live_free(r->live);
    recipe_free(r->table);
    recipe_free(r->recipe);
    totals_release(&r->totals);
    free(r);
}

struct total_list *totals_row_totals(struct totals_row *r)
{
    recipe_free(r->table);
    r->table = NULL;
    return &r->totals;
}

struct total_list totals_row_take(struct totals_row *r)
{
    struct total_list out = r->totals;

    r->totals = (struct total_list){0};
    return out;
}

/* --- asking --- */

/* The table of the totals; NULL: no column has one. Owned. */
static struct recipe *recipe_of(const struct totals_row *r, const struct recipe *table,
                                const struct schema *s, size_t *n)
{
    struct aggregate aggregates[TOTALS_MAX];
    struct recipe *plain = recipe_edits_only(table), *out = NULL;

    *n = totals_aggregates(&r->totals, s, aggregates);
    if (*n > 0)
        (void)recipe_aggregated(plain, aggregates, *n, &out, NULL);
    recipe_free(plain);
    return out;
}

static void open_feed(struct totals_row *r, size_t n)
{
    struct viewport v = {.rows = rowset_new_range(0, 0),
                         .columns = rowset_new_range(0, (int64_t)n - 1)};
    struct err e;

    feed_close(r->coming);
    r->coming = NULL;
    if (feed_open(r->connection, recipe_copy(r->recipe), NULL, &r->options, &v,
                  &feed_handler, r, &r->coming, &e) != ERR_OK)
        on_ended(r, &e);
    viewport_release(&v);
}

static void fail(struct totals_row *r)
{
    r->failed = false;
    r->refused = true;
    close_feeds(r);
    r->handler->failed(r->ctx, &r->why);
}

static bool is_there(const struct feed *f)
{
    struct window w = feed_window(f);

    return window_ready(&w) && feed_settled(f);
}

/* r->recipe becomes another (given); true when it is to be asked for. */
static bool take_recipe(struct totals_row *r, struct recipe *recipe)
{
    bool same = recipe && r->recipe && recipe_equal(recipe, r->recipe);

    if (same) {
        recipe_free(recipe);
        return false;
    }
    recipe_free(r->recipe);
    r->recipe = recipe;
    r->refused = false;
    if (!recipe)
        close_feeds(r);
    return recipe != NULL;
}

/* It is another table, or others of its columns have totals. */
static bool is_new(struct totals_row *r, const struct recipe *table, const struct schema *s)
{
    if (r->table && r->schema == s && recipe_equal(table, r->table))
        return false;
    recipe_free(r->table);
    r->table = recipe_copy(table);
    r->schema = s;
    r->is_blink = s->is_blink;
    return true;
}

void totals_row_ask(struct totals_row *r, const struct recipe *table,
                    const struct schema *s)
{
    size_t n;

    if (r->failed)
        fail(r); /* and is not asked for again until it is to be of something else */
    if (is_new(r, table, s) && take_recipe(r, recipe_of(r, table, s, &n)))
        open_feed(r, n);
    if (r->coming && is_there(r->coming)) {
        live_forget(r->live);
        feed_close(r->feed);
        r->feed = r->coming;
        r->coming = NULL;
        r->handler->changed(r->ctx);
    }
}

void totals_row_sleep(struct totals_row *r, bool asleep)
{
    struct feed *feeds[] = {r->feed, r->coming};

    for (size_t i = 0; i < 2; i++) {
        if (feeds[i] && asleep)
            feed_suspend(feeds[i], NULL);
        else if (feeds[i])
            feed_resume(feeds[i]);
    }
}

/* --- looking --- */

static struct window window_of_totals(const struct totals_row *r)
{
    struct window w = r->feed ? feed_window(r->feed) : (struct window){0};

    return live_window(r->live, &w);
}

enum err_code totals_row_pause(struct totals_row *r, struct err *e)
{
    struct window w = window_of_totals(r);

    return window_ready(&w) ? live_pause(r->live, &w, e) : ERR_OK;
}

void totals_row_resume(struct totals_row *r)
{
    live_forget(r->live);
}

size_t totals_row_lines(const struct totals_row *r)
{
    return r->refused ? 0 : totals_lines(&r->totals);
}

bool totals_row_value(const struct totals_row *r, const char *column, size_t line,
                      struct value *out)
{
    const struct total *t = totals_of(&r->totals, column, line);
    struct window w = window_of_totals(r);
    struct value none = {.state = VALUE_ABSENT};
    int64_t i = t && w.schema ? schema_find(w.schema, t->name) : -1;

    if (!t)
        return false;
    *out = i < 0 ? none : window_cell(&w, (size_t)i, 0);
    return true;
}

/* "total Sum, Min"; owned. */
static char *status_text(const struct totals_row *r, const char *column)
{
    char *text = mem_strdup("total");
    const struct total *t;

    for (size_t line = 0; (t = totals_of(&r->totals, column, line)); line++)
        mem_addf(&text, "%s%s", line > 0 ? ", " : " ", aggregation_name(t->op));
    mem_addf(&text, "%s", r->is_blink ? ", of all rows so far" : "");
    return text;
}

void totals_row_status(const struct totals_row *r, const char *column,
                       struct info_line *out)
{
    char *text;

    if (r->refused)
        return;
    if (!totals_of(&r->totals, column, 0)) {
        if (r->totals.is_cut)
            (void)info_line_addf(out, INFO_DETAIL, "no total: %d at most", TOTALS_MAX);
        return;
    }
    text = status_text(r, column);
    (void)info_line_add(out, INFO_DETAIL, text);
    free(text);
}
