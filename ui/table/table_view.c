/*
 * What shows a table is three parts that know nothing of one another: a feed, which keeps
 * the rows near the screen supplied; a live, which compares what comes with what is shown
 * and keeps the picture of a pause; and a grid, which is the screen. They are joined here,
 * in the steps of a frame:
 *
 *   - something came: live compares, the grid gets what is to be shown (on_changed()), and
 *     a frame is asked for when it would look different;
 *   - prepare, draw: the grid takes in the size, then draws;
 *   - ask: the viewport policy compares what the screen shows with what was asked for last,
 *     and the feed asks for what is missing.
 *
 * While the picture is paused nothing is asked for, and the cursor stays among the rows
 * that are held. What the user asked of a stream (another rate, the table anew) is told
 * when it is there or refused (ui/table/table_asks), because the old one goes on until
 * then.
 */
#include "ui/table/table_view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/clock.h"
#include "client/tickets.h"
#include "model/viewport.h"
#include "ui/table/header_marks.h"
#include "ui/table/rate.h"
#include "ui/table/table_view_parts.h"
#include "ui/widget/key_hints.h"

void table_view_show(struct table_view *t)
{
    struct window w = table_view_window(t);
    struct window shown = live_window(t->live, &w);

    grid_set_window(t->grid, &shown);
}

void table_view_say(struct table_view *t, bool error, const char *text)
{
    char *line = mem_printf("%s: %s", table_view_name(t), text);

    (error ? t->handler->warn : t->handler->say)(t->ctx, t, line);
    free(line);
}

void table_view_say_keys(struct table_view *t, bool error, const char *text)
{
    char *said = key_hints(MODE_GRID, text);

    table_view_say(t, error, said);
    free(said);
}

static enum table_phase phase_of(const struct table_view *t)
{
    return t->feed ? feed_state(t->feed)->phase : TABLE_RESOLVING;
}

/* The feed has replaced a stream by itself, or is about to. */
static void note_resubscription(struct table_view *t)
{
    const struct err *why = NULL;
    uint64_t n = feed_resubscriptions(t->feed, &why);
    char *text;

    if (n == t->resubscribed)
        return;
    t->resubscribed = n;
    text = mem_printf("%s; asking for it anew", why->msg);
    table_view_say(t, true, text);
    free(text);
}

/* The table that was asked for anew is there, and may be another one: the marks and the
 * limits of the one before are dropped. */
static void note_reload(struct table_view *t)
{
    if (!t->reloading || feed_reloading(t->feed))
        return;
    live_forget(t->live);
    grid_limit_rows(t->grid, 0, INT64_MAX);
    table_view_arrived(t);
}

/* The header shows what the table is sorted and filtered by. */
static void note_marks(struct table_view *t, bool ascii)
{
    const struct table *table = t->feed ? feed_table(t->feed) : NULL;

    if (!table || t->awaits || t->marked == table)
        return;
    t->marked = table;
    header_marks_set(grid_columns(t->grid), table_recipe(table), ascii);
}

/* Has the grid show whether the rows are kept current; true when that has changed. */
static bool note_phase(struct table_view *t)
{
    enum table_phase now = phase_of(t), before = t->phase;

    t->phase = now;
    grid_set_stale(t->grid, now > TABLE_LIVE);
    return now != before;
}

/* What came last was no answer to what was asked. */
static bool is_news(const struct window *w)
{
    return window_ready(w) && !replica_was_snapshot(w->replica);
}

void table_view_take(struct table_view *t)
{
    struct window w;
    bool draw;

    note_resubscription(t);
    note_reload(t);
    draw = note_phase(t) || table_view_awaiting(t); /* what it awaits begins in a frame */
    w = table_view_window(t);
    if (window_ready(&w) && t->tree == TREE_TRIED)
        t->tree = TREE_NOT_TRIED; /* it is one: what fails from now on tells why itself */
    table_view_show(t);
    if (live_update(t->live, &w, t->grid, clock_ms()) || draw)
        (is_news(&w) ? t->handler->ticked : t->handler->changed)(t->ctx, t);
}

static void on_changed(void *ctx)
{
    table_view_take(ctx);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct table_view *t = ctx;

    (void)note_phase(t);
    if (table_view_may_be_tree(t, why))
        return;
    t->rate_asked = t->reloading = false;
    t->awaits = t->awaits && phase_of(t) == TABLE_FAILED; /* it may come back */
    table_view_drop_operation(t);
    table_view_show(t);
    if (t->tree == TREE_TRIED && phase_of(t) == TABLE_FAILED)
        why = table_view_is_neither(t);
    t->handler->ended(t->ctx, t, phase_of(t) == TABLE_ENDED, why);
}

/* The link brings less than the table changes, or keeps up again. */
static void on_paced(void *ctx)
{
    struct table_view *t = ctx;
    int32_t least = pacer_least_ms(feed_pacer(t->feed));
    char rate[80], *line;

    interval_text(least ? least : t->options.interval_ms, rate, sizeof(rate));
    line = mem_printf("the link %s: %s", least ? "is slow" : "keeps up again", rate);
    table_view_say(t, false, line);
    free(line);
}

static void on_restarted(void *ctx, const struct err *why)
{
    table_view_restarted(ctx, why);
}

static const struct feed_handler feed_handler = {on_changed, on_ended, on_restarted,
                                                 on_paced};

struct table_view *table_view_new(struct connection *connection, struct recipe *recipe,
                                  const struct table_view_options *o,
                                  const struct table_view_handler *handler, void *ctx)
{
    struct table_view *t = MEM_NEW(struct table_view);

    t->connection = connection;
    t->first = recipe;
    t->options = *o;
    t->handler = handler;
    t->ctx = ctx;
    t->grid = grid_new(o->ascii);
    t->jumps.grid = t->grid;
    t->found = -1;
    t->live = live_new();
    grid_set_ticks(t->grid, live_ticks(t->live));
    return t;
}

struct viewport table_view_first(const struct table_view *t)
{
    struct viewport_screen screen;
    struct viewport first;

    grid_screen(t->grid, &screen);
    screen.order = NULL; /* what has the name now may be of other columns */
    screen.first_column = 0;
    screen.frozen = NULL;
    screen.n_frozen = 0;
    (void)viewport_next(&screen, NULL, &first); /* with nothing asked yet it always asks */
    return first;
}

enum err_code table_view_subscribe(struct table_view *t, struct err *e)
{
    struct stream_options o = {.interval_ms = t->options.interval_ms,
                               .max_message = t->options.max_message,
                               .list_limit = TABLE_VIEW_LIST_LIMIT};
    struct viewport first = table_view_first(t);
    enum err_code rc;

    rc = feed_open(t->connection, recipe_copy(t->first), NULL, &o, &first, &feed_handler, t,
                   &t->feed, e);
    viewport_release(&first);
    return rc;
}

enum err_code table_view_open(struct table_view *t, struct rect r,
                              const struct draw_env *env, struct err *e)
{
    grid_prepare(t->grid, r, env);
    return table_view_subscribe(t, e);
}

struct bytes table_view_ticket(const struct table_view *t)
{
    return recipe_ticket(t->first);
}

const char *table_view_name(const struct table_view *t)
{
    return t->title ? t->title : recipe_name(t->first);
}

void table_view_list_values(struct table_view *t, const char *title)
{
    t->title = mem_strdup(title);
}

bool table_view_lists_values(const struct table_view *t)
{
    return t->title != NULL;
}

bool table_view_is_open(const struct table_view *t)
{
    return t->feed != NULL;
}

struct grid *table_view_grid(struct table_view *t)
{
    return t->grid;
}

struct table *table_view_table(const struct table_view *t)
{
    return t->feed && table_schema(feed_table(t->feed)) ? feed_table(t->feed) : NULL;
}

const struct table_state *table_view_state(const struct table_view *t)
{
    static const struct table_state none = {.phase = TABLE_RESOLVING};

    if (!t->feed || (t->awaits && !feed_ended(t->feed)) || table_view_is_tried(t))
        return &none;
    return feed_state(t->feed);
}

const char *table_view_end(const struct table_view *t)
{
    const struct table_state *state = table_view_state(t);

    if (state->phase < TABLE_ENDED)
        return NULL;
    return t->tree == TREE_NEITHER ? t->no_table.msg : state->why.msg;
}

uint64_t table_view_late_ms(const struct table_view *t, uint64_t now)
{
    return t->feed ? pacer_late_ms(feed_pacer(t->feed), now) : 0;
}

bool table_view_waits(const struct table_view *t, uint64_t *due_ms)
{
    return t->feed && feed_waits(t->feed, due_ms);
}

bool table_view_revive(struct table_view *t)
{
    return t->feed && feed_revive(t->feed);
}

void table_view_listed(struct table_view *t)
{
    if (t->feed)
        feed_listed(t->feed);
}

struct jumps *table_view_jumps(struct table_view *t)
{
    return &t->jumps;
}

struct window table_view_window(const struct table_view *t)
{
    return t->feed && !t->awaits ? feed_window(t->feed) : (struct window){0};
}

int64_t table_view_rows(const struct table_view *t)
{
    struct window w = table_view_window(t);
    int64_t told =
        t->feed && feed_suspended(t->feed) ? table_rows(feed_table(t->feed)) : -1;

    if (told >= 0)
        return told;
    return window_ready(&w) ? replica_table_size(w.replica) : -1;
}

bool table_view_note_rows(struct table_view *t, struct bytes ticket, int64_t rows,
                          const struct err *failure)
{
    int64_t before = table_view_rows(t);

    if (!t->feed || !bytes_equal(table_ticket(feed_table(t->feed)), ticket))
        return false;
    if (rows >= 0)
        table_note_rows(feed_table(t->feed), rows);
    if (failure)
        feed_failed(t->feed, failure);
    return table_view_rows(t) != before;
}

void table_view_forget_rows(struct table_view *t)
{
    if (t->feed)
        table_note_rows(feed_table(t->feed), -1);
}

struct window table_view_shown(const struct table_view *t)
{
    struct window w = table_view_window(t);

    return live_window(t->live, &w);
}

bool table_view_paused(const struct table_view *t)
{
    return live_paused(t->live);
}

bool table_view_cell(const struct table_view *t, int64_t *position, size_t *column)
{
    return grid_cell(t->grid, position, column);
}

enum err_code table_view_peek(struct table_view *t, const struct viewport *v,
                              int64_t list_limit, const struct feed_handler *handler,
                              void *ctx, struct feed **out, struct err *e)
{
    struct stream_options o = {.interval_ms = t->options.interval_ms,
                               .max_message = t->options.max_message,
                               .list_limit = list_limit};

    if (!t->feed || !session_can_call(table_view_session(t)))
        return err_set(e, ERR_LOST, "the connection is gone");
    return feed_peek(t->feed, &o, v, handler, ctx, out, e);
}

enum err_code table_view_derive(struct table_view *t, struct recipe *recipe,
                                const struct viewport *v,
                                const struct feed_handler *handler, void *ctx,
                                struct feed **out, struct err *e)
{
    struct stream_options o = {.interval_ms = t->options.interval_ms,
                               .max_message = t->options.max_message};

    if (!session_can_call(table_view_session(t))) {
        recipe_free(recipe);
        return err_set(e, ERR_LOST, "the connection is gone");
    }
    return feed_open(t->connection, recipe, NULL, &o, v, handler, ctx, out, e);
}

uint64_t table_view_resubscriptions(const struct table_view *t)
{
    return t->feed ? feed_resubscriptions(t->feed, NULL) : 0;
}

int32_t table_view_interval(const struct table_view *t)
{
    return t->options.interval_ms;
}

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_GRID;
}

static void ask(struct table_view *t)
{
    struct feed *feed = t->feed;
    struct viewport_screen screen;
    struct viewport next;

    if (!feed_window(feed).schema || (feed_ended(feed) && !feed_reloading(feed)))
        return;
    if (t->awaits) { /* what is on the screen says nothing of it */
        feed_shown(feed);
        return;
    }
    grid_screen(t->grid, &screen);
    if (viewport_policy_next(&t->policy, &screen, feed_asked(feed),
                             (double)uv_hrtime() / 1e6,
                             session_round_trip_ms(table_view_session(t)), &next)) {
        feed_request(feed, &next);
        viewport_release(&next);
    } else if (feed_settled(feed)) {
        grid_settled(t->grid);
    }
    feed_shown(feed);
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct table_view *t = self;
    int lines = table_view_totals_lines(t, r.rows);

    t->rows = r.rows;
    r.rows -= lines;
    note_marks(t, env->ascii);
    grid_prepare(t->grid, r, env);
    table_view_prepare_totals(t, lines, env);
}

static void view_ask(void *self)
{
    struct table_view *t = self;

    table_view_try_tree(t);
    if (!t->feed)
        return;
    table_view_sweep_place(t);
    if (!live_paused(t->live))
        ask(t);
    table_view_ask_totals(t);
    table_view_take_search(t);
    table_view_take_copy(t);
    table_view_take_rows(t);
    table_view_take_fetch(t); /* last: who gets the value may close this */
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct table_view *t = self;
    int lines = table_view_totals_lines(t, r.rows);

    r.rows -= lines;
    grid_draw(t->grid, s, r, env);
    table_view_draw_totals(t, s, (struct rect){r.row + r.rows, r.col, lines, r.cols}, env);
}

/* With a count that many rows or columns are selected. */
static void select_here(struct table_view *t, enum selection_kind kind, int64_t count)
{
    bool columns = kind == SELECTION_COLUMNS;
    const struct binding move = {.action = columns ? ACT_MOVE_COLUMN : ACT_MOVE_ROW,
                                 .arg = {1}};
    struct selection_area area;

    grid_select(t->grid, kind);
    if (count > 1 && grid_selected(t->grid, &area) != SELECTION_NONE)
        (void)grid_action(
            t->grid,
            &(struct key_match){.binding = &move, .count = count - 1, .has_count = true});
}

static bool view_action(void *self, const struct key_match *m)
{
    struct table_view *t = self;
    struct jump_start from = jumps_start(&t->jumps);
    const char *note;
    int64_t steps = m->binding->arg.n;

    switch (m->binding->action) {
    case ACT_PAUSE:
        table_view_toggle_pause(t);
        return true;
    case ACT_CHANGE_RATE:
        table_view_change_rate(t, steps * (m->count < 16 ? m->count : 16));
        return true;
    case ACT_RESUBSCRIBE:
        table_view_subscribe_anew(t);
        return true;
    case ACT_SELECT_CELLS:
        select_here(t, SELECTION_CELLS, m->count);
        return true;
    case ACT_SELECT_ROWS:
        select_here(t, SELECTION_ROWS, m->count);
        return true;
    case ACT_SELECT_COLUMNS:
        select_here(t, SELECTION_COLUMNS, m->count);
        return true;
    case ACT_CANCEL: /* before what runs: it is what one sees */
        return (t->copying && table_view_cancel(t)) || grid_end_selection(t->grid);
    default:
        break;
    }
    if (!grid_action(t->grid, m))
        return false;
    t->moves++;
    jumps_note(&t->jumps, &from);
    note = grid_take_note(t->grid);
    if (note)
        t->handler->say(t->ctx, t, note);
    return true;
}

static struct pending_answer pending_of(const struct table_view *t)
{
    return t->feed ? feed_pending(t->feed) : (struct pending_answer){0};
}

/* Comes first in the status line: an overdue answer explains what the rest of it shows. */
static void add_overdue(const struct table_view *t, uint64_t now, struct info_line *out)
{
    struct pending_answer answer = pending_of(t);
    uint64_t overdue = answer_overdue_s(&answer, now);
    struct info_part *part;
    char text[64], key[KEY_HINT_LEN];

    if (overdue == 0)
        return;
    part = info_line_addf(out, INFO_STATE, "no answer for %" PRIu64 " s; %s asks anew",
                          overdue, key_hint(MODE_GRID, "resubscribe", key));
    (void)snprintf(text, sizeof(text), "no answer for %" PRIu64 " s", overdue);
    info_line_shorter(out, part, text);
}

static void add_pace(const struct table_view *t, struct info_line *out)
{
    int32_t least = t->feed ? pacer_least_ms(feed_pacer(t->feed)) : 0;

    if (least > 0)
        (void)info_line_addf(out, INFO_STATE, "slow link: every %d s", least / 1000);
}

static void add_end(struct info_line *out)
{
    char key[KEY_HINT_LEN];
    struct info_part *part = info_line_addf(out, INFO_STATE, "ENDED; %s asks for it anew",
                                            key_hint(MODE_GRID, "resubscribe", key));

    info_line_shorter(out, part, "ENDED");
}

static void add_stream(const struct table_view *t, struct info_line *out)
{
    add_pace(t, out);
    if (table_view_state(t)->phase == TABLE_ENDED)
        add_end(out);
    if (table_view_resubscriptions(t) > 0)
        (void)info_line_addf(out, INFO_COUNT, "%" PRIu64 " resubscribed",
                             table_view_resubscriptions(t));
    if (t->feed && table_static(feed_table(t->feed)) && table_view_window(t).schema)
        (void)info_line_add(out, INFO_DETAIL, "static");
    table_view_status_input(t, out);
}

static void add_operations(const struct table_view *t, struct info_line *out)
{
    const struct schema *s = table_view_window(t).schema;

    if (s && columns_count(grid_columns(t->grid)) > 0)
        header_marks_status(table_recipe(feed_table(t->feed)),
                            s->columns[grid_current_column(t->grid)].name, out);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct table_view *t = self;

    add_overdue(t, env->now_ms, out);
    operations_status(&t->operations, env->now_ms, out);
    table_view_status_nodes(t, env->now_ms, out);
    grid_status(t->grid, out);
    table_view_status_totals(t, out);
    add_operations(t, out);
    if (table_view_window(t).schema)
        live_status(t->live, grid_following(t->grid), env->now_ms, out);
    add_stream(t, out);
}

static uint64_t view_next_frame(const void *self, const struct draw_env *env)
{
    const struct table_view *t = self;
    struct pending_answer answer = pending_of(t);
    uint64_t moves = live_next(t->live, t->grid, env->now_ms);
    uint64_t missed = answer_overdue_next_ms(&answer, env->now_ms);
    uint64_t late =
        t->feed ? pacer_late_next_ms(feed_pacer(t->feed), env->now_ms) : VIEW_NEVER;

    late = min_u64(late, operations_next_ms(&t->operations, env->now_ms));
    late = min_u64(late, table_view_next_nodes(t, env->now_ms));
    return min_u64(min_u64(missed, moves), late); /* "never" is the same largest number */
}

static const char *view_title(const void *self)
{
    return table_view_name(self);
}

static const char *view_about(const void *self)
{
    struct window w = table_view_window(self);

    return w.schema ? schema_attribute(w.schema, "TableDescription") : NULL;
}

static void view_sleep(void *self, bool asleep)
{
    struct table_view *t = self;

    if (!t->feed)
        return;
    if (asleep) {
        (void)table_view_drop_fetch(t);
        (void)table_view_drop_rows(t);
        (void)table_view_drop_copy(t);
        table_view_drop_place(t);
        (void)table_view_rest_search(t);
        feed_suspend(t->feed, NULL);
    } else {
        feed_resume(t->feed);
    }
    if (t->totals)
        totals_row_sleep(t->totals, asleep);
    (void)note_phase(t);
}

static void view_close(void *self)
{
    struct table_view *t = self;

    (void)table_view_drop_fetch(t);
    (void)table_view_drop_rows(t);
    (void)table_view_drop_copy(t);
    table_view_drop_place(t);
    table_view_drop_search(t);
    table_view_drop_writes(t);
    table_view_close_totals(t);
    feed_close(t->feed);
    grid_free(t->grid);
    live_free(t->live);
    marks_release(&t->jumps.marks);
    operations_release(&t->operations);
    recipe_free(t->wanted);
    recipe_free(t->before);
    table_view_drop_nodes(t);
    recipe_free(t->first);
    free(t->title);
    free(t);
}

static const struct view_ops table_view_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .ask = view_ask,
    .draw = view_draw,
    .action = view_action,
    .press = table_view_press,
    .drag = table_view_drag,
    .scroll = table_view_scroll,
    .status = view_status,
    .next_frame = view_next_frame,
    .title = view_title,
    .about = view_about,
    .sleep = view_sleep,
    .close = view_close,
};

struct view table_view_as_view(struct table_view *t)
{
    return (struct view){&table_view_ops, t};
}
