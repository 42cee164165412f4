/*
 * The row of totals of a table_view. What is added up is chosen once: as the attribute of
 * the table says, or else the sums of its numbers; then by the user. It is kept while the
 * row is not shown.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/table/table_view.h"
#include "ui/table/table_view_parts.h"

#define ROWS_WITH_TOTALS 6 /* a lower table is without them */
#define MANY_TOTALS "only 512 columns have totals; {choose-total} gives this one its own"

/* --- on and off --- */

static void on_changed(void *ctx)
{
    struct table_view *t = ctx;

    t->handler->ticked(t->ctx, t);
}

static void on_failed(void *ctx, const struct err *why)
{
    struct table_view *t = ctx;
    struct err e = *why;

    (void)err_wrap(&e, e.code, "totals");
    t->handler->refused(t->ctx, t, e.msg);
    t->handler->changed(t->ctx, t);
}

static const struct totals_row_handler handler = {on_changed, on_failed};

static void show_totals(struct table_view *t)
{
    struct stream_options o = {.interval_ms = t->options.interval_ms,
                               .max_message = t->options.max_message,
                               .list_limit = TABLE_VIEW_LIST_LIMIT};

    t->totals = totals_row_new(t->connection, &o, &t->chosen, &handler, t);
}

static void hide_totals(struct table_view *t)
{
    if (!t->totals)
        return;
    t->chosen = totals_row_take(t->totals);
    totals_row_free(t->totals);
    t->totals = NULL;
}

void table_view_close_totals(struct table_view *t)
{
    hide_totals(t);
    totals_release(&t->chosen);
}

/* What the table asks for by itself. */
static void look_up(struct table_view *t, const struct schema *s)
{
    struct err e;

    if (t->totals_known)
        return;
    t->totals_known = true;
    if (totals_default(s, &t->chosen, &e) != ERR_OK)
        table_view_say(t, true, e.msg);
    if (totals_wanted(s))
        show_totals(t);
}

void table_view_toggle_totals(struct table_view *t)
{
    const struct schema *s = table_view_window(t).schema;

    if (!s) {
        table_view_say(t, true, "is not here yet");
        return;
    }
    look_up(t, s);
    if (t->totals)
        hide_totals(t);
    else if (t->chosen.n == 0)
        table_view_say_keys(
            t, true, "no column is a number; {choose-total} chooses a total of this one");
    else
        show_totals(t);
    if (t->totals && t->rows < ROWS_WITH_TOTALS + 1)
        table_view_say(t, true, "the screen is too low for totals");
    else if (t->totals && totals_row_totals(t->totals)->is_cut)
        table_view_say_keys(t, false, MANY_TOTALS);
    t->handler->changed(t->ctx, t);
}

void table_view_choose_total(struct table_view *t, const char *column,
                             const enum aggregation *op)
{
    const struct schema *s = table_view_window(t).schema;
    struct total_list *totals;

    if (!s)
        return;
    look_up(t, s);
    if (!t->totals)
        show_totals(t);
    totals = totals_row_totals(t->totals);
    if (op)
        totals_set(totals, column, *op);
    else
        totals_clear(totals, column);
    t->handler->changed(t->ctx, t);
}

void table_view_pause_totals(struct table_view *t, bool pause)
{
    struct err e;

    if (t->totals && !pause)
        totals_row_resume(t->totals);
    else if (t->totals && totals_row_pause(t->totals, &e) != ERR_OK)
        table_view_say(t, true, e.msg);
}

/* --- once a frame --- */

/* A tree has none: those of the table that it was made of come back with that. */
static bool is_tree(const struct table_view *t)
{
    return t->feed && recipe_is_tree(table_recipe(feed_table(t->feed)));
}

void table_view_ask_totals(struct table_view *t)
{
    const struct schema *s = table_view_window(t).schema;

    if (!s || is_tree(t) || !session_can_call(table_view_session(t)))
        return;
    look_up(t, s);
    if (t->totals && session_state(table_view_session(t)) == SESSION_READY)
        totals_row_ask(t->totals, table_recipe(feed_table(t->feed)), s);
}

int table_view_totals_lines(const struct table_view *t, int rows)
{
    int lines = t->totals && !is_tree(t) ? (int)totals_row_lines(t->totals) : 0;

    return rows < ROWS_WITH_TOTALS + lines ? 0 : lines;
}

struct totals_line {
    const struct totals_row *totals;
    size_t number;
};

static bool value_of(const void *ctx, const struct schema_column *c, struct value *out)
{
    const struct totals_line *line = ctx;

    return totals_row_value(line->totals, c->name, line->number, out);
}

void table_view_prepare_totals(struct table_view *t, int lines, const struct draw_env *env)
{
    for (int i = 0; i < lines; i++) {
        struct totals_line line = {t->totals, (size_t)i};

        grid_prepare_line(t->grid, value_of, &line, env);
    }
}

void table_view_draw_totals(const struct table_view *t, struct surface *s, struct rect r,
                            const struct draw_env *env)
{
    for (int i = 0; i < r.rows; i++) {
        struct totals_line line = {t->totals, (size_t)i};

        grid_draw_line(t->grid, s, (struct rect){r.row + i, r.col, 1, r.cols},
                       env->ascii ? "sum" : "Σ", value_of, &line, env);
    }
}

void table_view_status_totals(const struct table_view *t, struct info_line *out)
{
    const struct schema *s = table_view_window(t).schema;

    if (t->totals && s && !is_tree(t) && grid_current_column(t->grid) < s->n_columns)
        totals_row_status(t->totals, s->columns[grid_current_column(t->grid)].name, out);
}
