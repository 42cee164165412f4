/*
 * What the user asks of a table on the screen: to pause, another rate, the table anew, or
 * an operation on it. The old stream goes on until what was asked for is there or refused,
 * and only then it is told.
 *
 * An operation is an edit of the table's recipe. While one is under way `wanted` is its
 * recipe, and the next is an edit of that. When its rows are there the feed has swapped,
 * the cursor goes where the operation wants it (table_view_arrived()), and it is told.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/clock.h"
#include "model/quick_filter.h"
#include "ui/table/rate.h"
#include "ui/table/table_view.h"
#include "ui/table/table_view_parts.h"
#include "ui/widget/key_hints.h"

static bool refuse(struct table_view *t, const char *why)
{
    table_view_say(t, true, why);
    return false;
}

static bool refuse_ended(struct table_view *t)
{
    table_view_say_keys(t, true, "has ended; {resubscribe} asks for it anew");
    return false;
}

/* The interval that was asked for last, be it there or not. */
static int32_t rate_asked(const struct table_view *t)
{
    return t->rate_asked ? t->rate_wanted : t->options.interval_ms;
}

static void resume(struct table_view *t)
{
    struct window w = table_view_window(t);

    live_resume(t->live, &w, clock_ms());
    grid_limit_rows(t->grid, 0, INT64_MAX);
    table_view_pause_totals(t, false);
    table_view_show(t);
}

static void pause_picture(struct table_view *t)
{
    struct window w = table_view_window(t);
    struct err e;
    size_t held;

    if (!window_ready(&w)) {
        (void)refuse(t, "is not here yet");
        return;
    }
    if (live_pause(t->live, &w, &e) != ERR_OK) {
        table_view_say(t, true, e.msg);
        return;
    }
    held = replica_held(w.replica);
    if (held > 0) /* other rows will not come while the picture stands */
        grid_limit_rows(t->grid, replica_position(w.replica, 0),
                        replica_position(w.replica, held - 1));
    table_view_pause_totals(t, true);
    table_view_show(t);
}

void table_view_toggle_pause(struct table_view *t)
{
    if (live_paused(t->live))
        resume(t);
    else
        pause_picture(t);
}

bool table_view_set_interval(struct table_view *t, int32_t interval_ms)
{
    int32_t before = rate_asked(t);
    char text[80], *line;
    struct err e;

    if (!table_view_window(t).schema)
        return refuse(t, "is not here yet");
    if (!session_can_call(table_view_session(t)))
        return refuse(t, "the connection is gone");
    if (feed_ended(t->feed) && !t->reloading) /* also while its reason is looked for */
        return refuse_ended(t);
    interval_text(interval_ms, text, sizeof(text));
    if (interval_ms == t->options.interval_ms && !t->rate_asked) {
        table_view_say(t, false, text);
        return true;
    }
    t->rate_wanted = interval_ms;
    if (interval_ms != before || !t->rate_asked) {
        t->rate_asked = true;
        if (feed_set_interval(t->feed, interval_ms, &e) != ERR_OK) {
            t->rate_asked = false;
            return refuse(t, e.msg);
        }
    }
    line = mem_printf("asking for %s ...", text);
    table_view_say(t, false, line);
    free(line);
    return true;
}

void table_view_change_rate(struct table_view *t, int64_t steps)
{
    int n = steps > 16 ? 16 : steps < -16 ? -16 : (int)steps;

    (void)table_view_set_interval(t, interval_step(rate_asked(t), n));
}

void table_view_subscribe_anew(struct table_view *t)
{
    struct viewport v;
    struct err e;

    if (!t->feed)
        return;
    if (connection_state(t->connection) != CONNECTION_LIVE) {
        connection_retry(t->connection);
        table_view_say(t, false, "trying the server again ...");
        return;
    }
    if (!session_can_call(table_view_session(t))) {
        table_view_say(t, true, "the connection is gone");
        return;
    }
    if (table_view_try_table(t))
        return;
    if (live_paused(t->live))
        resume(t);
    table_view_drop_operation(t);
    v = table_view_first(t);
    t->reloading = feed_reload(t->feed, &v, &e) == ERR_OK;
    if (t->reloading)
        table_view_say(t, false, "asking for it anew ...");
    else
        table_view_say(t, true, e.msg);
    viewport_release(&v);
}

/* --- operations --- */

const struct recipe *table_view_recipe(const struct table_view *t)
{
    if (t->wanted)
        return t->wanted;
    if (t->opening)
        return t->opening;
    return table_view_window(t).schema ? table_recipe(feed_table(t->feed)) : NULL;
}

bool table_view_can_operate(struct table_view *t)
{
    if (!table_view_recipe(t))
        return refuse(t, "is not here yet");
    if (!session_can_call(table_view_session(t)))
        return refuse(t, "the connection is gone");
    if (feed_ended(t->feed))
        return refuse_ended(t);
    return true;
}

struct viewport table_view_around(const struct table_view *t, const struct grid_place *p)
{
    struct viewport_screen screen;
    struct viewport out;

    grid_screen(t->grid, &screen);
    screen.top = p->top;
    screen.to_end = p->follow;
    screen.table_size = -1;
    (void)viewport_next(&screen, NULL, &out); /* with nothing asked yet it always asks */
    return out;
}

/* --- where the cursor's row goes --- */

void table_view_drop_place(struct table_view *t)
{
    row_anchor_free(t->place);
    t->place = NULL;
    t->found = -1;
}

/* The server can number the rows of a table that only grows at its end, in its own order.
 */
bool table_view_can_number(const struct table_view *t)
{
    const struct table *table = feed_table(t->feed);

    return table_static(table) || (table_view_window(t).schema->is_append_only &&
                                   !recipe_sort(table_recipe(table)));
}

/* The user has not gone elsewhere since it was asked. */
static bool stays_there(const struct table_view *t)
{
    return t->moves == t->asked_moves;
}

/* On its row, as far from the top of the screen as it was. */
static void go_to_found(struct table_view *t)
{
    struct grid_place to = {t->found - (t->left.row - t->left.top), t->found, false};

    if (to.top < 0)
        to.top = 0;
    if (t->found >= 0 && stays_there(t))
        grid_go_place(t->grid, &to);
    t->found = -1;
}

/* While the rows are on their way there is nothing to draw: the cursor goes there with
 * them. */
static void on_place(void *ctx, int64_t row)
{
    struct table_view *t = ctx;

    t->found = row;
    if (t->wanted)
        return;
    go_to_found(t);
    t->handler->changed(t->ctx, t);
}

/* At the top the cursor stays at the top, and following at the end. */
static void ask_place(struct table_view *t, const struct recipe *to)
{
    table_view_drop_place(t);
    t->left = grid_place(t->grid);
    t->asked_moves = t->moves;
    if (!t->awaits && t->left.row > 0 && !t->left.follow && table_view_can_number(t))
        t->place = row_anchor_ask(t->connection, table_recipe(feed_table(t->feed)), to,
                                  t->left.row, on_place, t);
}

void table_view_sweep_place(struct table_view *t)
{
    if (!t->place || !row_anchor_answered(t->place))
        return;
    row_anchor_free(t->place);
    t->place = NULL;
}

/* --- operations, on their way --- */

void table_view_drop_operation(struct table_view *t)
{
    bool awaited = t->wanted && t->awaits;

    operations_drop(&t->operations);
    recipe_free(t->wanted);
    t->wanted = NULL;
    if (awaited)
        table_view_begin(t, NULL, NULL);
}

static bool filters_more(const struct table_view *t, const struct recipe *to)
{
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    const struct recipe *from = table_recipe(feed_table(t->feed));

    return recipe_filters(to, filters) > recipe_filters(from, filters);
}

/* What is to be seen first of what the recipe makes. With another filter there are fewer
 * rows, perhaps none so far down. */
static struct grid_place seen_first(const struct table_view *t, const struct recipe *recipe)
{
    struct grid_place here = grid_place(t->grid);
    struct grid_place out = operations_target(&t->operations, &here);

    if (t->operations.anchor != ANCHOR_ROW || !filters_more(t, recipe))
        return out;
    out.top = 0;
    if (out.row >= grid_height(t->grid))
        out.row = 0;
    return out;
}

/* recipe is given. */
static void ask_for(struct table_view *t, struct recipe *recipe)
{
    struct viewport first;
    struct err e;

    t->seen = seen_first(t, recipe);
    first = t->awaits ? table_view_first(t) : table_view_around(t, &t->seen);
    recipe_free(t->wanted);
    t->wanted = recipe;
    table_view_drop_nodes(t);
    if (live_paused(t->live))
        resume(t);
    t->reloading = feed_apply(t->feed, recipe_copy(recipe), &first, &e) == ERR_OK;
    viewport_release(&first);
    if (!t->reloading) {
        table_view_drop_operation(t);
        (void)refuse(t, e.msg);
    } else if (t->operations.anchor == ANCHOR_ROW) {
        ask_place(t, recipe);
    } else {
        table_view_drop_place(t);
    }
    t->handler->changed(t->ctx, t);
}

void table_view_apply(struct table_view *t, struct recipe *recipe, const char *what,
                      enum anchor anchor)
{
    if (!table_view_can_operate(t)) {
        recipe_free(recipe);
    } else if (recipe_equal(recipe, table_view_recipe(t))) {
        recipe_free(recipe);
        table_view_say(t, false, "that changes nothing");
    } else {
        operations_begin(&t->operations, what, anchor, clock_ms());
        ask_for(t, recipe);
    }
}

/* --- one that a table is opened for --- */

void table_view_await(struct table_view *t)
{
    t->awaits = true;
}

const struct table *table_view_awaiting(const struct table_view *t)
{
    const struct table *source = t->feed && t->awaits ? feed_table(t->feed) : NULL;

    return source && !t->wanted && feed_window(t->feed).schema ? source : NULL;
}

void table_view_begin(struct table_view *t, struct recipe *recipe, const char *what)
{
    if (!t->awaits && recipe) {
        table_view_apply(t, recipe, what, ANCHOR_FIRST);
    } else if (recipe) {
        operations_begin(&t->operations, what, ANCHOR_FIRST, clock_ms());
        ask_for(t, recipe);
    } else {
        t->awaits = false;
        table_view_take(t);
        t->handler->changed(t->ctx, t);
    }
}

/* --- given up, undone --- */

/* The operation that is under way is not waited for any more. */
static void give_up(struct table_view *t)
{
    feed_cancel(t->feed);
    t->reloading = false;
    table_view_drop_place(t);
    table_view_drop_operation(t);
}

void table_view_step(struct table_view *t, int step)
{
    const struct recipe *now = table_view_recipe(t);

    if (!table_view_can_operate(t))
        return;
    if (!(step < 0 ? recipe_can_undo(now) : recipe_can_redo(now)) ||
        !operations_begin_step(&t->operations, step, clock_ms())) {
        table_view_say(t, false, step < 0 ? "nothing to undo" : "nothing to redo");
    } else if (operations_is_back(&t->operations)) {
        give_up(t);
        table_view_say(t, false, operations_doing(&t->operations));
    } else {
        ask_for(t, step < 0 ? recipe_undo(now) : recipe_redo(now));
    }
}

bool table_view_is_working(const struct table_view *t)
{
    return t->operations.under_way;
}

bool table_view_cancel(struct table_view *t)
{
    char *text;

    if (table_view_drop_copy(t)) {
        table_view_say(t, false, "the copy is given up");
        return true;
    }
    if (table_view_drop_rows(t)) {
        table_view_say(t, false, "its rows are no longer asked for");
        return true;
    }
    if (table_view_drop_fetch(t)) {
        table_view_say(t, false, "the value is no longer asked for");
        return true;
    }
    if (table_view_rest_search(t)) {
        table_view_say(t, false, "the search is given up; the server may still be busy");
        return true;
    }
    if (!t->wanted)
        return table_view_rest_nodes(t);
    give_up(t);
    text = mem_printf("%s was given up; the server may still be busy with it",
                      operations_doing(&t->operations));
    table_view_say(t, false, text);
    free(text);
    return true;
}

void table_view_arrived(struct table_view *t)
{
    struct grid_place here = grid_place(t->grid), target;

    (void)grid_end_selection(t->grid); /* other rows have its places */
    (void)table_view_drop_copy(t);
    if (!t->wanted)
        return;
    target = operations_arrived(&t->operations, &here);
    if (t->awaits) /* it has no other rows: the cursor is where the user wants it */
        return;
    if (t->place && !row_anchor_answered(t->place) && stays_there(t))
        target = t->seen; /* what has come is shown until it is known */
    grid_go_place(t->grid, &target);
    go_to_found(t);
}

/* Why no row may be left, as far as its filters tell. */
static const char *miss_note(const struct table_view *t)
{
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    size_t n = recipe_filters(table_view_recipe(t), filters);
    const char *note = "";

    for (size_t i = 0; i < n && !*note; i++)
        if (filters[i]->condition)
            note = quick_filter_miss_note(filters[i]->condition);
    return note;
}

static void tell_done(struct table_view *t)
{
    const char *note = table_view_rows(t) == 0 ? miss_note(t) : "";
    char *line = mem_printf("%s%s%s", operations_doing(&t->operations),
                            *note ? ": no row is left" : "", note);

    table_view_say(t, false, line);
    free(line);
}

/* A refusal names the step itself; the others that were on their way go with it. */
static void tell_refused(struct table_view *t, const struct err *why)
{
    char *all = operations_together(&t->operations), *text;

    if (!all) {
        t->handler->refused(t->ctx, t, why->msg);
        return;
    }
    text = mem_printf("%s; given up together: %s", why->msg, all);
    t->handler->refused(t->ctx, t, text);
    free(text);
    free(all);
}

/* True when it was an operation that was asked for. */
static bool told_operation(struct table_view *t, const struct err *why)
{
    if (!t->wanted)
        return false;
    if (why)
        tell_refused(t, why);
    else
        tell_done(t);
    table_view_drop_operation(t);
    return true;
}

/* --- what came of it --- */

void table_view_restarted(struct table_view *t, const struct err *why)
{
    bool rate = t->rate_asked && !t->reloading;
    char text[80], *line;

    t->rate_asked = t->reloading = false;
    t->options.interval_ms = feed_interval(t->feed);
    if (told_operation(t, why))
        return;
    if (t->opening) {
        table_view_nodes_arrived(t, why);
        return;
    }
    interval_text(t->options.interval_ms, text, sizeof(text));
    if (!why) {
        table_view_say(t, false, rate ? text : "subscribed anew");
        return;
    }
    line = rate ? mem_printf("no other rate: %s; still %s", why->msg, text)
                : mem_strdup(why->msg);
    table_view_say(t, true, line);
    free(line);
}
