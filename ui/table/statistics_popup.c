/*
 * The server answers with a table of one row, a column for each figure; which there are,
 * depends on the type of the column that is asked about. Where values are counted, two of
 * them are lists, of the values and of how often each comes.
 */
#include "ui/table/statistics_popup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "ui/table/cell_text.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

#define FIGURES_MAX 16  /* columns of the answer that are asked for */
#define TEXT_MAX 4096   /* bytes of one figure */
#define VALUES_INDENT 4 /* before a value that is counted */

struct statistics {
    struct table_view *table;
    void (*changed)(void *ctx);
    void *ctx;
    struct popup *popup; /* borrowed: it owns this */
    char *column;
    struct feed *feed; /* NULL: not asked for */
    bool wanted;       /* it may be asked for */
    bool failed;
    struct err why;
};

/* protocol: the columns of ColumnStatistics, which are named by what they count. */
static const struct {
    const char *name, *label;
} figures[] = {
    {"SIZE", "rows"},        {"COUNT", "values"},     {"UNIQUE_VALUES", "distinct"},
    {"MIN", "min"},          {"MAX", "max"},          {"SUM", "sum"},
    {"AVG", "mean"},         {"STD_DEV", "std dev"},  {"MIN_ABS", "min |x|"},
    {"MAX_ABS", "max |x|"},  {"SUM_ABS", "sum |x|"},  {"AVG_ABS", "mean |x|"},
    {"SUM_SQRD", "sum x*x"}, {"SQRD_SUM", "sum x*x"},
};
#define KEYS "UNIQUE_KEYS"
#define COUNTS "UNIQUE_COUNTS"

/* --- asking --- */

static void on_changed(void *ctx)
{
    struct statistics *s = ctx;

    popup_changed(s->popup);
    s->changed(s->ctx);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct statistics *s = ctx;

    s->failed = true;
    s->why = *why;
    on_changed(s);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

/* What the table was made of, and the figures of that; NULL: it cannot be. Owned. */
static struct recipe *recipe_of(const struct statistics *s, struct err *e)
{
    const struct recipe *table = table_view_recipe(s->table);
    struct recipe *plain = table ? recipe_edits_only(table) : NULL, *out = NULL;

    if (plain)
        (void)recipe_statistics(plain, s->column, &out, e);
    else
        (void)err_set(e, ERR_LOST, "the table is not here");
    recipe_free(plain);
    return out;
}

static void ask(struct statistics *s)
{
    struct viewport v = {.rows = rowset_new_range(0, 0),
                         .columns = rowset_new_range(0, FIGURES_MAX - 1)};
    struct err e = {.code = ERR_OK};
    struct recipe *recipe = recipe_of(s, &e);

    if (recipe)
        (void)table_view_derive(s->table, recipe, &v, &feed_handler, s, &s->feed, &e);
    if (e.code != ERR_OK)
        on_ended(s, &e);
    viewport_release(&v);
}

/* --- shown --- */

static struct value figure(const struct window *w, const char *name)
{
    struct value none = {.state = VALUE_ABSENT};
    int64_t i = schema_find(w->schema, name);

    return i < 0 ? none : window_cell(w, (size_t)i, 0);
}

static void add_value(struct pager *p, const char *label, const struct value *v,
                      const struct draw_env *env)
{
    struct buf text;
    uint8_t style;

    buf_init(&text, TEXT_MAX);
    style = cell_text_short(v, env, TEXT_MAX, &text);
    (void)pager_add(p, label, buf_bytes(&text), style);
    buf_release(&text);
}

/* The most frequent values, with their counts as labels. */
static void add_counts(struct pager *p, const struct window *w, const struct draw_env *env)
{
    struct value keys = figure(w, KEYS), counts = figure(w, COUNTS);
    char label[VALUES_INDENT + NUMBER_LEN], number[NUMBER_LEN];
    size_t n;

    if (keys.state != VALUE_SET || counts.state != VALUE_SET ||
        keys.type->kind != KIND_LIST || counts.type->kind != KIND_LIST)
        return;
    n = column_length(keys.list) < column_length(counts.list) ? column_length(keys.list)
                                                              : column_length(counts.list);
    if (n > 0)
        pager_add_heading(p, "most frequent");
    for (size_t i = 0; i < n; i++) {
        struct value key = column_get(keys.list, i), count = column_get(counts.list, i);

        (void)snprintf(label, sizeof(label), "%*s%s", VALUES_INDENT, "",
                       count.state == VALUE_SET ? number_grouped(count.i, number) : "");
        add_value(p, label, &key, env);
    }
}

/* Which the times above are told in. */
static void add_zone(struct pager *p, const struct value *v, const struct draw_env *env)
{
    const char *zone = env->zone ? zone_name(env->zone) : "UTC";

    if (v->state == VALUE_SET && v->type->kind == KIND_INSTANT)
        (void)pager_add(p, "zone", bytes_of(zone), STYLE_DEFAULT);
}

static void add_figures(struct pager *p, const struct window *w, const struct draw_env *env)
{
    for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
        struct value v = figure(w, figures[i].name);

        if (v.state != VALUE_ABSENT)
            add_value(p, figures[i].label, &v, env);
        if (strcmp(figures[i].name, "MAX") == 0)
            add_zone(p, &v, env);
    }
    add_counts(p, w, env);
}

static void say(struct pager *p, const char *text, uint8_t style)
{
    (void)pager_add(p, "", bytes_of(text), style);
}

static void ask_first(const struct statistics *s, struct pager *p)
{
    char number[NUMBER_LEN], *text, *keys;
    int64_t rows = table_view_rows(s->table);

    text = mem_printf("the server has to read all %s rows", number_grouped(rows, number));
    say(p, text, STYLE_MESSAGE_WARN);
    keys = key_hints(MODE_POPUP, "{accept} asks for it, {close} does not");
    say(p, keys, STYLE_DEFAULT);
    free(keys);
    free(text);
}

static void fill(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct statistics *s = ctx;
    struct window w = s->feed ? feed_window(s->feed) : (struct window){0};

    if (!s->wanted)
        ask_first(s, p);
    else if (w.schema && window_ready(&w))
        add_figures(p, &w, env);
    else if (s->failed)
        say(p, s->why.msg, STYLE_MESSAGE_ERROR);
    else
        say(p, "asking for it ...", STYLE_PENDING);
}

static void shown(void *ctx, size_t first, size_t rows)
{
    struct statistics *s = ctx;

    (void)first;
    (void)rows;
    if (s->wanted && !s->feed && !s->failed)
        ask(s);
}

static void accept_line(void *ctx, size_t entry)
{
    struct statistics *s = ctx;

    (void)entry;
    if (s->wanted)
        return;
    s->wanted = true;
    on_changed(s);
}

static const char *note(void *ctx)
{
    const struct statistics *s = ctx;

    return s->wanted && s->feed ? "as of when it was asked for" : "";
}

static void sleep_source(void *ctx, bool asleep)
{
    struct statistics *s = ctx;

    if (s->feed && asleep)
        feed_suspend(s->feed, NULL);
    else if (s->feed)
        feed_resume(s->feed);
}

static void close_source(void *ctx)
{
    struct statistics *s = ctx;

    feed_close(s->feed);
    free(s->column);
    free(s);
}

static const struct popup_source source = {.fill = fill,
                                           .shown = shown,
                                           .note = note,
                                           .close = close_source,
                                           .accept = accept_line,
                                           .sleep = sleep_source};

struct popup *statistics_popup_new(struct table_view *t, void (*changed)(void *ctx),
                                   void *ctx)
{
    struct window w = table_view_window(t);
    struct statistics *s;
    char *title;

    if (!w.schema || columns_count(grid_columns(table_view_grid(t))) == 0)
        return NULL;
    s = MEM_NEW(struct statistics);
    s->table = t;
    s->changed = changed;
    s->ctx = ctx;
    s->column = mem_strdup(w.schema->columns[grid_current_column(table_view_grid(t))].name);
    s->wanted = table_view_rows(t) >= 0 && table_view_rows(t) <= STATISTICS_UNASKED_ROWS;
    title = mem_printf("statistics of %s", s->column);
    s->popup = popup_new(title, true, &source, s);
    free(title);
    return s->popup;
}
