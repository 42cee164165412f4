#include "ui/app/tables.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/state.h"
#include "ui/table/column_picker.h"
#include "ui/term/theme.h"

/* --- a table --- */

static void on_table_changed(void *ctx)
{
    struct app *a = ctx;

    a->opened = true;
    app_mark_data(a);
}

static void on_table_ended(void *ctx, bool opened, const struct err *why)
{
    struct app *a = ctx;

    if (opened) {
        app_say(a, STYLE_MESSAGE_ERROR, why->msg);
    } else if (!a->opened || a->views.n < 2) {
        app_stop(a, why);
    } else {
        if (a->table && table_view_end(a->table)) /* it is the one, not another below */
            a->refused = a->table;
        app_say(a, STYLE_MESSAGE_ERROR, why->msg);
    }
}

static void on_table_says(void *ctx, const char *text)
{
    app_say(ctx, STYLE_MESSAGE, text);
}

static void on_table_warns(void *ctx, const char *text)
{
    app_say(ctx, STYLE_MESSAGE_ERROR, text);
}

static const struct table_view_handler table_handler = {.changed = on_table_changed,
                                                        .say = on_table_says,
                                                        .warn = on_table_warns,
                                                        .ended = on_table_ended};

void app_push_table(struct app *a, const char *name, struct bytes ticket)
{
    struct table_view_options o = {.interval_ms = (int32_t)a->set.interval_ms,
                                   .max_message = (int32_t)a->options->max_message};

    a->table = table_view_new(a->session, name, ticket, &o, &table_handler, a);
    app_push_view(a, table_view_as_view(a->table));
}

void app_open_table(struct app *a)
{
    struct err e;

    if (table_view_open(a->table, app_view_rect(a), &a->env, &e) == ERR_OK)
        return;
    if (a->views.n < 2)
        app_stop(a, &e);
    else
        a->refused = a->table;
    app_say(a, STYLE_MESSAGE_ERROR, e.msg);
}

/* --- what the server offers --- */

static void on_fields_changed(void *ctx)
{
    struct app *a = ctx;

    if (!a->picker)
        return;
    picker_show(a->picker, a->fields);
    a->opened = true;
    app_mark_dirty(a);
}

static void on_fields_ended(void *ctx, const struct err *why)
{
    struct app *a = ctx;

    a->fields_ended = true;
    if (!a->picker)
        return; /* who looks at a table does not miss it */
    if (!a->opened && !fields_loaded(a->fields))
        app_stop(a, why);
    else
        app_say(a, STYLE_MESSAGE_ERROR, why->msg);
}

/* The table on the screen goes on; its name stands for something else. */
static void on_field_news(void *ctx, const struct field *f, enum field_change change)
{
    struct app *a = ctx;
    char *name, *text;

    if (!a->table || !bytes_equal(buf_bytes(&f->ticket), table_view_ticket(a->table)))
        return;
    name = text_clean_line(f->name, a->env.ascii);
    if (change == FIELD_REMOVED)
        text = mem_printf("%s was removed on the server; these rows stay", name);
    else
        text = mem_printf("%s was replaced on the server: ^r shows the new one", name);
    app_say(a, STYLE_MESSAGE_WARN, text);
    free(name);
    free(text);
}

static const struct fields_handler fields_handler = {on_fields_changed, on_fields_ended,
                                                     on_field_news};

void app_open_fields(struct app *a)
{
    if (a->fields && !a->fields_ended)
        return;
    fields_close(a->fields);
    a->fields_ended = false;
    a->fields = fields_open(a->session, &fields_handler, a);
}

void app_watch_fields(struct app *a)
{
    if (!a->fields && a->opened && session_state(a->session) == SESSION_READY)
        app_open_fields(a);
}

/* --- the picker --- */

static void on_picked(void *ctx, const struct field *f)
{
    struct app *a = ctx;

    if (!session_can_call(a->session)) {
        app_say(a, STYLE_MESSAGE_ERROR, "the connection is gone: nothing can be opened");
        return;
    }
    app_push_table(a, f->name, buf_bytes(&f->ticket));
    app_open_table(a);
}

static void on_refused(void *ctx, const struct field *f)
{
    struct app *a = ctx;
    char *text = mem_printf("%s is a %s; only tables can be shown", f->name,
                            *f->type ? f->type : "variable of unknown type");

    app_say(a, STYLE_MESSAGE_WARN, text);
    free(text);
}

static const struct picker_handler picker_handler = {on_picked, on_refused};

void app_push_picker(struct app *a)
{
    a->picker = picker_new(&picker_handler, a);
    app_push_view(a, picker_as_view(a->picker));
}

void app_open_picker(struct app *a)
{
    if (a->picker) { /* it lies below: the table on it goes */
        while (app_top_view(a)->self != a->picker)
            app_pop_view(a);
        return;
    }
    if (!session_can_call(a->session)) {
        app_say(a, STYLE_MESSAGE_ERROR,
                "the connection is gone: the tables cannot be listed");
        return;
    }
    if (!app_has_room(a, 2)) /* for a table on it, too */
        return;
    app_push_picker(a);
    app_open_fields(a);
    picker_show(a->picker, a->fields);
}

/* --- columns --- */

static void on_columns_say(void *ctx, const char *text)
{
    app_say(ctx, STYLE_MESSAGE, text);
}

static const struct column_picker_handler column_handler = {on_columns_say};

void app_open_columns(struct app *a)
{
    struct grid *g = table_view_grid(a->table);

    if (columns_count(grid_columns(g)) == 0)
        app_say(a, STYLE_MESSAGE_WARN, "there are no columns yet");
    else if (view_stack_room(&a->views) > 0)
        app_push_view(a, column_picker_new(g, &column_handler, a));
}
