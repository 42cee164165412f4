#include "ui/app/actions.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/screen.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/table/cell_popup.h"
#include "ui/term/theme.h"
#include "ui/widget/help_view.h"

/* --- what is on top --- */

static void open_help(struct app *a)
{
    struct view v;

    if (view_stack_room(&a->views) == 0 ||
        app_top_view(a)->ops->mode(app_top_view(a)->self) == MODE_HELP)
        return;
    v = help_view_new();
    app_push_view(a, v);
    v.ops->prepare(v.self, app_view_rect(a), &a->env); /* keys typed ahead find its lines */
}

static void close_top(struct app *a)
{
    if (a->views.n > 1)
        app_pop_view(a);
    else
        app_stop(a, NULL);
}

void app_search(struct app *a, const char *text, int direction)
{
    struct view *v = app_top_view(a);
    char *message;

    if (!v->ops->search || v->ops->search(v->self, text, direction))
        return;
    message = *text ? mem_printf("nothing here has %s", text)
                    : mem_strdup("nothing more, or nothing was searched yet");
    app_say(a, STYLE_MESSAGE_WARN, message);
    free(message);
}

static void cancel(struct app *a)
{
    if (!a->opened)
        app_stop_interrupted(a);
    else if (app_top_view(a)->ops->overlay)
        app_pop_view(a); /* and what it waits for */
    else
        app_say(a, STYLE_MESSAGE, "nothing to cancel; Q quits");
}

/* --- popups --- */

/* Keys that were typed ahead find its lines. */
static void put_popup(struct app *a, struct popup *p)
{
    app_push_view(a, popup_as_view(p));
    popup_prepare(p, app_view_rect(a), &a->env);
}

static void push_popup(struct app *a, struct popup *p)
{
    if (p)
        put_popup(a, p);
    else
        app_say(a, STYLE_MESSAGE_WARN, "there is no cell here");
}

static void open_cell(void *ctx, struct table_view *t, int64_t position, size_t column);

static const struct cell_popup_handler cell_handler = {app_mark_dirty_of, open_cell};

static void open_cell(void *ctx, struct table_view *t, int64_t position, size_t column)
{
    struct app *a = ctx;

    if (app_has_room(a, 1))
        push_popup(a, cell_popup_new_at(t, position, column, &cell_handler, a));
}

static void open_meter(struct app *a)
{
    if (!meter_popup_is_open(&a->meter) && app_has_room(a, 1))
        put_popup(a, meter_popup_open(&a->meter));
}

/* --- actions --- */

/* What a table is asked by a key that is none of its own movements. */
static bool table_action(struct app *a, const struct key_match *m)
{
    enum err_code rc = ERR_OK;
    struct err e;

    if (!a->table || app_top_view(a)->self != a->table)
        return false;
    switch (m->binding->action) {
    case ACT_SET_MARK:
        rc = table_view_set_mark(a->table, m->arg.code, &e);
        break;
    case ACT_GO_MARK:
        rc = table_view_go_mark(a->table, m->arg.code, &e);
        break;
    case ACT_GO_BACK:
        rc = table_view_go_back(a->table, &e);
        break;
    case ACT_OPEN_CELL:
        if (app_has_room(a, 1))
            push_popup(a, cell_popup_new(a->table, &cell_handler, a));
        break;
    case ACT_OPEN_ROW:
        if (app_has_room(a, 1))
            push_popup(a, row_popup_new(a->table, &cell_handler, a));
        break;
    default:
        return false;
    }
    if (rc != ERR_OK)
        app_say(a, STYLE_MESSAGE_WARN, e.msg);
    return true;
}

/* What asks for something, or lays another view on the stack. */
static bool open_action(struct app *a, enum action action)
{
    switch (action) {
    case ACT_OPEN_COMMAND:
        question_open(a->question, QUESTION_COMMAND, ":");
        break;
    case ACT_OPEN_GO_ROW:
        question_open(a->question, QUESTION_ROW, "go to row: ");
        break;
    case ACT_OPEN_GO_COLUMN:
        if (!a->table)
            return false;
        app_close_overlays(a);
        question_open(a->question, QUESTION_COLUMN, "column: ");
        break;
    case ACT_OPEN_SEARCH:
        if (!app_top_view(a)->ops->search)
            return false;
        question_open(a->question, QUESTION_SEARCH, "/");
        break;
    case ACT_OPEN_COLUMNS:
        if (!a->table)
            return false;
        app_close_overlays(a);
        app_open_columns(a);
        break;
    case ACT_OPEN_PICKER:
        app_open_picker(a);
        break;
    case ACT_OPEN_HELP:
        open_help(a);
        break;
    case ACT_OPEN_METER:
        open_meter(a);
        break;
    default:
        return false;
    }
    return true;
}

bool app_run_action(struct app *a, const struct key_match *m)
{
    struct view *v = app_top_view(a);

    if (v->ops->action(v->self, m) || table_action(a, m) ||
        open_action(a, m->binding->action))
        return true;
    switch (m->binding->action) {
    case ACT_SEARCH_AGAIN:
        app_search(a, "", m->binding->arg.n);
        break;
    case ACT_ACCEPT: /* nothing in it is opened */
        if (v->ops->mode(v->self) != MODE_POPUP)
            return false;
        close_top(a);
        break;
    case ACT_CLOSE:
        close_top(a);
        break;
    case ACT_CANCEL:
        cancel(a);
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

/* --- keys --- */

static void on_unknown_key(struct app *a, struct key k)
{
    struct view *v = app_top_view(a);
    char typed[KEYS_TYPED_LEN], text[KEYS_TYPED_LEN + 32];

    if (v->ops->key && v->ops->key(v->self, k))
        return;
    key_matcher_typed(&a->matcher, typed, sizeof(typed));
    (void)snprintf(text, sizeof(text), "no such key: %s   (? lists them)", typed);
    app_say(a, STYLE_MESSAGE_WARN, text);
}

void app_key(struct app *a, struct key k)
{
    struct view *v = app_top_view(a);
    struct key_match m;

    a->message[0] = '\0';
    app_mark_dirty(a);
    if (question_is_open(a->question)) {
        question_key(a->question, k);
        return;
    }
    m = key_matcher_feed(&a->matcher, v->ops->mode(v->self), k);
    if (m.result == KEYS_ACTION)
        (void)app_run_action(a, &m);
    else if (m.result == KEYS_UNKNOWN)
        on_unknown_key(a, k);
}
