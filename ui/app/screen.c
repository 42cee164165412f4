#include "ui/app/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "client/clock.h"
#include "ui/app/console_run.h"
#include "ui/app/file_export.h"
#include "ui/app/recipes.h"
#include "ui/app/saved_views.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/values.h"
#include "ui/term/term.h"
#include "ui/term/theme.h"
#include "ui/widget/key_choices.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/message_line.h"
#include "ui/widget/screen_layout.h"
#include "ui/widget/statusline.h"

/* --- the terminal --- */

void app_redraw(struct app *a)
{
    term_redraw();
    app_mark_dirty(a);
}

void app_fit_terminal(struct app *a)
{
    (void)term_size_changed();
    if (surface_rows(a->surface) != term_rows() || surface_cols(a->surface) != term_cols())
        surface_resize(a->surface, term_rows(), term_cols());
    app_mark_dirty(a);
}

/* --- the link meter --- */

static struct meter_totals meter_totals(void *ctx)
{
    const struct app *a = ctx;
    const struct tab *t = app_tab(a);
    struct connection_totals totals = connection_totals(t->server->connection);
    const struct table_view *table = t->table;

    return (struct meter_totals){
        .updates = totals.updates,
        .bytes = totals.bytes,
        .resubscriptions = table ? table_view_resubscriptions(table) : 0,
        .frames = a->frames,
        .dropped = a->dropped,
        .terminal_bytes = term_bytes_written(),
    };
}

static struct meter_link meter_link(void *ctx)
{
    const struct session *s = server_session(app_tab(ctx)->server);

    return (struct meter_link){session_round_trip_ms(s), session_last_round_trip_ms(s)};
}

static const struct meter_popup_handler meter_handler = {meter_totals, meter_link,
                                                         app_mark_dirty_of};

/* --- drawing --- */

/* What the terminal does not take in time, or "". */
static void slow_warning(const struct app *a, char *out, size_t size)
{
    char number[NUMBER_LEN];
    uint64_t frames = slow_frames(&a->slow, a->env.now_ms);

    *out = '\0';
    if (frames > 0)
        (void)snprintf(out, size, "slow terminal: %s frames skipped",
                       number_grouped((int64_t)frames, number));
}

/* Row counts are told of tabs that are not on the screen. */
static struct tab_label label_of(const struct tab *t)
{
    struct tab_label out = {.name = tab_title(t), .attention = tab_needs_look(t)};
    int64_t rows = app_tab(t->app) == t ? -1 : tab_rows(t);

    if (rows >= 0)
        (void)number_grouped(rows, out.rows);
    return out;
}

static const struct view *base_of(const struct tab *t)
{
    return &t->views.views[view_stack_base(&t->views)];
}

/* labels: owned by the caller. */
static struct tab_line tab_line_of(const struct app *a, struct tab_label **labels)
{
    const struct tab *t = app_tab(a);
    const struct view *base = base_of(t);

    *labels = MEM_ARRAY(struct tab_label, a->n_tabs);
    for (size_t i = 0; i < a->n_tabs; i++)
        (*labels)[i] = label_of(a->tabs[i]);
    if (a->n_tabs == 1) /* what is on the screen, be it the help */
        (*labels)[0].name = base->ops->title(base->self);
    return (struct tab_line){
        .tabs = *labels,
        .n = a->n_tabs,
        .current = a->shown,
        .first = a->tab_line.first,
        .about = base->ops->about ? base->ops->about(base->self) : NULL,
        .address = tab_address(t),
        .link = tab_link(t, a->env.now_ms),
        .round_trip_ms = server_round_trip_ms(t->server),
    };
}

static void draw_tabs(struct app *a, struct rect r)
{
    struct tab_label *labels;
    struct tab_line line = tab_line_of(a, &labels);

    a->tab_line = tab_line_draw(&line, a->surface, r, a->env.ascii);
    free(labels);
}

size_t app_tab_at(const struct app *a, int col)
{
    struct tab_label *labels;
    struct tab_line line = tab_line_of(a, &labels);
    size_t found = tab_line_find(&line, surface_cols(a->surface), a->env.ascii, col);

    free(labels);
    return found;
}

static void draw_message(struct app *a, struct rect r, const char *text, uint8_t style)
{
    char *fitting = message_fit(text, (size_t)r.cols, a->env.ascii);

    surface_fill(a->surface, r, STYLE_DEFAULT);
    (void)surface_str(a->surface, r.row, r.col, r.cols, fitting, style, a->env.ascii);
    free(fitting);
}

/* The message line holds what was said last, else what the pending keys can become, else
 * why the table has ended. On a low screen it shares its row with the view: then only what
 * was said is drawn there. */
static void draw_message_line(struct app *a, const struct screen_layout *l,
                              const char *keys)
{
    struct tab *t = app_tab(a);
    bool of_its_own = l->message.row > l->status.row;
    const struct table_view *table = tab_table_on_top(t);
    const char *end = table ? table_view_end(table) : NULL;

    if (!end && t->failed.code != ERR_OK)
        end = t->failed.msg;

    if (*t->message)
        draw_message(a, l->message, t->message, t->message_style);
    else if (*keys && of_its_own)
        draw_message(a, l->message, keys, STYLE_HELP_KEY);
    else if (end && of_its_own)
        draw_message(a, l->message, end, STYLE_MESSAGE_ERROR);
}

static void draw(struct app *a, const struct screen_layout *l, int *cursor_row,
                 int *cursor_col)
{
    struct tab *t = app_tab(a);
    struct view *v = tab_top_view(t);
    char keys[2][KEY_CHOICES_LEN], warning[80 + KEY_HINT_LEN];
    char help[KEY_HINT_LEN + sizeof(" help")];
    struct info_line status;

    surface_clear(a->surface);
    for (size_t i = view_stack_base(&t->views); i < t->views.n; i++)
        t->views.views[i].ops->draw(t->views.views[i].self, a->surface, l->view, &a->env);
    if (l->tabs.rows)
        draw_tabs(a, l->tabs);
    file_export_status(a, warning, sizeof(warning));
    if (!*warning)
        console_run_status(t, warning, sizeof(warning));
    if (!*warning)
        slow_warning(a, warning, sizeof(warning));
    key_choices(&t->matcher, l->status.cols - 1, keys);
    question_matches(a->question, keys[0], sizeof(keys[0]));
    key_hint(v->ops->mode(v->self), "open-help", help);
    memcpy(help + strlen(help), " help", sizeof(" help"));
    info_line_init(&status);
    v->ops->status(v->self, &a->env, &status);
    if (l->status.rows)
        status_line_draw(&status, warning, keys[0], help, a->surface, l->status,
                         a->env.ascii);
    info_line_release(&status);
    if (question_is_open(a->question)) {
        *cursor_row = l->message.row;
        *cursor_col = question_draw(a->question, a->surface, l->message, a->env.ascii);
    } else {
        draw_message_line(a, l, keys[1]);
    }
}

/* --- frames --- */

static void on_wake(uv_timer_t *timer)
{
    app_mark_data(timer->data);
}

/* A frame for what fades or runs out; without any, no timer runs. */
static void plan_wake(struct app *a)
{
    const struct view_stack *views = &app_tab(a)->views;
    uint64_t now = a->env.now_ms, next = slow_next(&a->slow, now);

    for (size_t i = view_stack_base(views); i < views->n; i++) {
        const struct view *v = &views->views[i];

        if (v->ops->next_frame)
            next = min_u64(next, v->ops->next_frame(v->self, &a->env));
    }
    next = min_u64(next, tab_link(app_tab(a), now).next_ms);
    if (next == VIEW_NEVER)
        (void)uv_timer_stop(&a->wake);
    else
        (void)uv_timer_start(&a->wake, on_wake, next > now ? next - now : 1, 0);
}

/* Draws and writes, unless the terminal is behind: it gets the newest frame when it has
 * caught up. */
static void show_frame(struct app *a, const struct screen_layout *l)
{
    int cursor_row = -1, cursor_col = 0;

    if (term_waiting()) {
        slow_skip(&a->slow, a->env.now_ms);
        a->dropped++;
        console_watch(&a->console); /* what waits may be of no frame: term_suspend()'s */
        return;
    }
    a->frames++;
    draw(a, l, &cursor_row, &cursor_col);
    if (term_flush(a->surface, cursor_row, cursor_col) == TERM_GONE)
        app_stop_terminal_gone(a);
    else
        console_watch(&a->console);
}

static void close_refused(struct app *a)
{
    for (size_t i = 0; i < a->n_tabs; i++)
        tab_close_refused(a->tabs[i]);
}

static void on_frame(void *ctx)
{
    struct app *a = ctx;
    struct view_stack *views;
    struct screen_layout l;

    if (a->stopping || a->away)
        return;
    values_take_keys(a);
    l = screen_layout(surface_rows(a->surface), surface_cols(a->surface));
    close_refused(a);
    recipes_open_link(a);
    saved_views_step(app_tab(a));
    views = &app_tab(a)->views;
    a->env.now_ms = clock_ms();
    pump_hold(a->pump, true);
    for (size_t i = view_stack_base(views); i < views->n; i++)
        views->views[i].ops->prepare(views->views[i].self, l.view, &a->env);
    if (saved_views_due(app_tab(a))) /* what came with this frame */
        app_mark_dirty(a);
    meter_popup_take(&a->meter);
    show_frame(a, &l);
    pump_hold(a->pump, false);
    for (size_t i = view_stack_base(views); i < views->n && !a->stopping; i++) {
        if (views->views[i].ops->ask)
            views->views[i].ops->ask(views->views[i].self);
    }
    server_watch_fields(app_tab(a)->server);
    if (!term_waiting()) /* else the frame that follows plans */
        plan_wake(a);    /* last: now it is known which answers are waited for */
}

void app_screen_init(struct app *a)
{
    frame_clock_init(&a->clock, &a->loop, on_frame, a);
    meter_popup_init(&a->meter, &a->loop, &meter_handler, a);
    (void)uv_timer_init(&a->loop, &a->wake);
    a->wake.data = a;
}
