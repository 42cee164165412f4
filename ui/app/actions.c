#include "ui/app/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/console_run.h"
#include "ui/app/copies.h"
#include "ui/app/file_export.h"
#include "ui/app/filters.h"
#include "ui/app/finds.h"
#include "ui/app/inserts.h"
#include "ui/app/log_view.h"
#include "ui/app/partitions.h"
#include "ui/app/row_edits.h"
#include "ui/app/screen.h"
#include "ui/app/state.h"
#include "ui/app/suspend.h"
#include "ui/app/tab_list.h"
#include "ui/app/tables.h"
#include "ui/app/tabs.h"
#include "ui/app/totals.h"
#include "ui/app/trees.h"
#include "ui/app/values.h"
#include "ui/app/work.h"
#include "ui/table/cell_popup.h"
#include "ui/table/statistics_popup.h"
#include "ui/term/theme.h"
#include "ui/widget/help_view.h"
#include "ui/widget/key_hints.h"

/* --- what is on top --- */

static void open_help(struct tab *t)
{
    struct view v;

    if (view_stack_room(&t->views) == 0 ||
        tab_top_view(t)->ops->mode(tab_top_view(t)->self) == MODE_HELP)
        return;
    v = help_view_new();
    tab_push_view(t, v);
    v.ops->prepare(v.self, app_view_rect(t->app),
                   &t->app->env); /* keys typed ahead find its lines */
}

static void close_top(struct tab *t)
{
    if (t->views.n > 1)
        tab_pop_view(t);
    else
        app_close_tab(t->app);
}

void tab_search(struct tab *t, const char *text, int direction)
{
    struct view *v = tab_top_view(t);
    char *message;

    if (!v->ops->search || v->ops->search(v->self, text, direction))
        return;
    message = *text ? mem_printf("nothing here has %s", text)
                    : mem_strdup("nothing more, or nothing was searched yet");
    tab_say(t, STYLE_MESSAGE_WARN, message);
    free(message);
}

static void cancel(struct tab *t)
{
    if (!app_has_opened(t->app) && !app_awaits_other(t->app, t))
        app_stop_interrupted(t->app);
    else if (tab_top_view(t)->ops->overlay)
        tab_pop_view(t); /* and what it waits for */
    else if (file_export_cancel(t->app) || console_run_cancel(t) || values_give_up(t) ||
             (tab_table_on_top(t) && table_view_cancel(t->table)))
        return; /* which was said */
    else
        tab_say_keys(t, STYLE_MESSAGE, "nothing to cancel; {quit-all} quits");
}

/* --- popups --- */

/* Its lines are there at once, and not with the next frame, so that keys which were typed
 * ahead act on them. */
static void put_popup(struct tab *t, struct popup *p)
{
    tab_push_view(t, popup_as_view(p));
    popup_prepare(p, app_view_rect(t->app), &t->app->env);
}

static void push_popup(struct tab *t, struct popup *p)
{
    if (p)
        put_popup(t, p);
    else
        tab_say(t, STYLE_MESSAGE_WARN, "there is no cell here");
}

static void open_cell(void *ctx, struct table_view *v, int64_t position, size_t column);

static const struct cell_popup_handler cell_handler = {tab_mark_dirty_of, open_cell};

static void open_cell(void *ctx, struct table_view *v, int64_t position, size_t column)
{
    struct tab *t = ctx;

    if (tab_has_room(t, 1))
        push_popup(t, cell_popup_new_at(v, position, column, &cell_handler, t));
}

static void open_meter(struct tab *t)
{
    if (!meter_popup_is_open(&t->app->meter) && tab_has_room(t, 1))
        put_popup(t, meter_popup_open(&t->app->meter));
}

/* --- actions --- */

/* What a table is asked by a key that is none of its own movements. */
static bool table_action(struct tab *t, const struct key_match *m)
{
    enum err_code rc = ERR_OK;
    struct err e;

    if (!tab_table_on_top(t))
        return false;
    if (partitions_action(t, m) || trees_action(t, m) || work_action(t, m) ||
        filters_action(t, m) || finds_action(t, m) || values_action(t, m) ||
        totals_action(t, m) || copies_action(t, m) || row_edits_action(t, m))
        return true;
    switch (m->binding->action) {
    case ACT_SET_MARK:
        rc = jumps_set_mark(table_view_jumps(t->table), m->arg.code, &e);
        break;
    case ACT_GO_MARK:
        rc = jumps_go_mark(table_view_jumps(t->table), m->arg.code, &e);
        break;
    case ACT_GO_BACK:
        rc = jumps_go_back(table_view_jumps(t->table), &e);
        break;
    case ACT_OPEN_CELL:
        if (tab_has_room(t, 1))
            push_popup(t, cell_popup_new(t->table, &cell_handler, t));
        break;
    case ACT_OPEN_STATISTICS:
        if (tab_has_room(t, 1))
            push_popup(t, statistics_popup_new(t->table, tab_mark_dirty_of, t));
        break;
    case ACT_OPEN_ROW:
        if (tab_has_room(t, 1))
            push_popup(t, row_popup_new(t->table, &cell_handler, t));
        break;
    default:
        return false;
    }
    if (rc != ERR_OK)
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    return true;
}

static void open_tab_list(struct tab *t)
{
    if (tab_has_room(t, 1))
        tab_push_view(t, tab_list_new(t->app));
}

static bool question_action(struct tab *t, enum action action)
{
    switch (action) {
    case ACT_OPEN_COMMAND:
        question_open(t->app->question, QUESTION_COMMAND, ":");
        break;
    case ACT_OPEN_WRITE:
        if (!tab_table_in_sight(t))
            return false;
        question_open(t->app->question, QUESTION_COMMAND, ":");
        question_set_text(t->app->question, "w ");
        break;
    case ACT_OPEN_GO_ROW:
        question_open(t->app->question, QUESTION_ROW, "go to row: ");
        break;
    case ACT_OPEN_GO_COLUMN:
        if (!tab_table_in_sight(t))
            return false;
        tab_close_overlays(t);
        question_open(t->app->question, QUESTION_COLUMN, "column: ");
        break;
    case ACT_OPEN_SEARCH:
        if (!tab_top_view(t)->ops->search)
            return false;
        question_open(t->app->question, QUESTION_SEARCH, "/");
        break;
    default:
        return false;
    }
    return true;
}

/* What asks for something, or lays another view on the stack. */
static bool open_action(struct tab *t, enum action action)
{
    switch (action) {
    case ACT_OPEN_COLUMNS:
        if (!tab_table_in_sight(t))
            return false;
        tab_close_overlays(t);
        tab_open_columns(t);
        break;
    case ACT_OPEN_PICKER:
        tab_open_picker(t);
        break;
    case ACT_OPEN_HELP:
        open_help(t);
        break;
    case ACT_OPEN_METER:
        open_meter(t);
        break;
    case ACT_OPEN_CONSOLE:
        console_run_open(t);
        break;
    case ACT_OPEN_LOG:
        log_view_open(t);
        break;
    case ACT_MESSAGES:
        tab_show_messages(t);
        break;
    case ACT_OPEN_TABS:
        open_tab_list(t);
        break;
    default:
        return question_action(t, action);
    }
    return true;
}

static bool tab_action(struct app *a, const struct key_match *m)
{
    int64_t n = m->binding->arg.n;

    switch (m->binding->action) {
    case ACT_STEP_TAB:
        if (n > 0 && m->has_count)
            app_go_tab(a, m->count);
        else
            app_step_tab(a, n < 0 ? -m->count : n);
        return true;
    case ACT_GO_TAB:
        app_go_tab(a, n);
        return true;
    default:
        return false;
    }
}

/* False when nothing here knows it. */
static bool run_action(struct app *a, const struct key_match *m)
{
    struct tab *t = app_tab(a);
    struct view *v = tab_top_view(t);

    if (v->ops->action(v->self, m) || table_action(t, m) || copies_view_action(t, m) ||
        open_action(t, m->binding->action) || tab_action(a, m))
        return true;
    switch (m->binding->action) {
    case ACT_SEARCH_AGAIN:
        if (!v->ops->search)
            return false;
        tab_search(t, "", m->binding->arg.n);
        break;
    case ACT_ACCEPT: /* nothing in it is opened */
        if (v->ops->mode(v->self) != MODE_POPUP)
            return false;
        close_top(t);
        break;
    case ACT_CLOSE:
        close_top(t);
        break;
    case ACT_CANCEL:
        cancel(t);
        break;
    case ACT_QUIT:
        app_stop(a, NULL);
        break;
    case ACT_REDRAW:
        app_redraw(a);
        break;
    case ACT_SUSPEND:
        app_suspend(a);
        break;
    default:
        return false;
    }
    return true;
}

void app_run_action(struct app *a, const struct key_match *m)
{
    if (!run_action(a, m))
        tab_say(app_tab(a), STYLE_MESSAGE_WARN, "that does nothing here");
}

/* --- keys --- */

static void on_unknown_key(struct tab *t, struct key k)
{
    struct view *v = tab_top_view(t);
    char typed[KEYS_TYPED_LEN], text[KEYS_TYPED_LEN + KEY_HINT_LEN + 32];
    char help[KEY_HINT_LEN];

    if (v->ops->key && v->ops->key(v->self, k))
        return;
    key_matcher_typed(&t->matcher, typed, sizeof(typed));
    (void)snprintf(text, sizeof(text), "no such key: %s   (%s lists them)", typed,
                   key_hint(v->ops->mode(v->self), "open-help", help));
    tab_say(t, STYLE_MESSAGE_WARN, text);
}

/* A key that goes to another tab also where something is asked: what waits for an answer in
 * one tab does not hold up the others. */
static bool is_tab_key(struct key k)
{
    struct key_matcher fresh = {.len = 0};
    struct key_match m = key_matcher_feed(&fresh, MODE_PROMPT, k);

    return m.result == KEYS_ACTION && m.binding->action == ACT_GO_TAB;
}

void app_key(struct app *a, struct key k)
{
    struct tab *t = app_tab(a);
    struct view *v = tab_top_view(t);
    struct key_match m;

    app_mark_dirty(a);
    a->pressed.action = ACT_NONE;
    if (!question_is_open(a->question) && (console_run_key(t, k) || log_view_key(t, k)))
        return;
    t->message[0] = '\0';
    server_take_round_trip(t->server);
    if (question_is_open(a->question) && !is_tab_key(k)) {
        question_key(a->question, k);
        return;
    }
    if (values_hold_key(t, k))
        return;
    m = key_matcher_feed(&t->matcher, v->ops->mode(v->self), k);
    if (m.result == KEYS_ACTION)
        app_run_action(a, &m);
    else if (m.result == KEYS_UNKNOWN)
        on_unknown_key(t, k);
}

/* --- pastes --- */

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* What is to be said of a paste that was taken so far; "": nothing. */
static void describe_paste(const struct paste *p, size_t taken, char *out, size_t size)
{
    size_t no_room = characters(p->text + taken);

    *out = '\0';
    if (!p->ended)
        (void)snprintf(out, size, "a paste has begun and does not end: ^c ends it");
    else if (no_room > 0)
        (void)snprintf(out, size, "no room for the last %zu character%s", no_room,
                       no_room == 1 ? "" : "s");
    else if (p->left_out > 0)
        (void)snprintf(out, size, "only its first line was pasted, without %zu character%s",
                       p->left_out, p->left_out == 1 ? "" : "s");
}

/* What would be cut is not taken at all: code that is not as it was pasted must not run. */
static void take_code(struct tab *t, const char *first, const char *lines)
{
    struct question *q = t->app->question;
    char *typed = mem_strdup(question_text(q));

    if (strlen(strrchr(lines, '\n') + 1) <= PROMPT_MAX &&
        question_paste(q, first) == strlen(first)) {
        console_run_pasted(t, lines);
    } else {
        question_set_text(q, typed);
        question_say(q, "not pasted: a line of it is too long to be typed; :run FILE");
    }
    free(typed);
}

/* All lines of a paste; false: it has one, or is not whole. */
static bool paste_code(struct tab *t, const struct paste *p)
{
    size_t n = p->lines_len;
    char *lines;

    while (n > 0 && p->lines[n - 1] == '\n')
        n--;
    if (n == 0 || p->lost > 0 || !p->ended)
        return false;
    lines = mem_strndup(p->lines, n);
    take_code(t, p->text, lines);
    free(lines);
    return true;
}

void app_paste(struct app *a, const struct paste *p)
{
    struct tab *t = app_tab(a);
    struct view *v = tab_top_view(t);
    char text[128];
    size_t taken = 0;

    t->message[0] = '\0';
    key_matcher_reset(&t->matcher);
    app_mark_dirty(a);
    a->pressed.action = ACT_NONE;
    if (question_is_for_code(a->question) && paste_code(t, p))
        return;
    if (inserts_paste(t, question_command(a->question), p))
        return;
    if (question_is_open(a->question)) {
        taken = question_paste(a->question, p->text);
        describe_paste(p, taken, text, sizeof(text));
        question_say(a->question, text);
        return;
    }
    if (v->ops->paste && v->ops->paste(v->self, p->text, &taken))
        describe_paste(p, taken, text, sizeof(text));
    else if (p->ended)
        (void)snprintf(text, sizeof(text), "pasted text is ignored here");
    else
        describe_paste(p, 0, text, sizeof(text));
    tab_say(t, STYLE_MESSAGE_WARN, text);
}
