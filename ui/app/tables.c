#include "ui/app/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "ui/app/partitions.h"
#include "ui/app/state.h"
#include "ui/app/tabs.h"
#include "ui/table/column_picker.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

/* --- a table --- */

static void note_alive(struct tab *t, const struct table_view *v)
{
    if (table_view_window(v).schema || table_view_awaiting(v))
        tab_alive(t);
}

static void on_table_changed(void *ctx, struct table_view *v)
{
    note_alive(ctx, v);
    tab_mark_dirty(ctx);
}

static void on_table_ticked(void *ctx, struct table_view *v)
{
    note_alive(ctx, v);
    tab_mark_data(ctx);
}

/* There is no view below the table. Others, such as the help, may lie on it. */
static bool is_at_bottom(const struct tab *t, const struct table_view *v)
{
    return t->views.views[0].self == v;
}

static void on_table_ended(void *ctx, struct table_view *v, bool opened,
                           const struct err *why)
{
    struct tab *t = ctx;

    if (why->code == ERR_AUTH)
        return;             /* the server's refusal of us, for its connection to tell */
    app_mark_dirty(t->app); /* the tab line tells of it also where the tab is hidden */
    if (!opened && (!t->opened || is_at_bottom(t, v))) {
        if (!is_at_bottom(t, v) || t->table != v || !partitions_try(t, why))
            tab_fail(t, why);
        return;
    }
    if (opened)
        tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
    else
        tab_refuse(t, v, why);
}

static void on_table_says(void *ctx, struct table_view *v, const char *text)
{
    (void)v;
    tab_say(ctx, STYLE_MESSAGE, text);
}

static void on_table_warns(void *ctx, struct table_view *v, const char *text)
{
    (void)v;
    tab_say(ctx, STYLE_MESSAGE_ERROR, text);
}

static void on_table_refused(void *ctx, struct table_view *v, const char *why)
{
    (void)v;
    tab_say_refused(ctx, why);
}

static const struct table_view_handler table_handler = {.changed = on_table_changed,
                                                        .ticked = on_table_ticked,
                                                        .say = on_table_says,
                                                        .warn = on_table_warns,
                                                        .refused = on_table_refused,
                                                        .ended = on_table_ended};

void tab_push_recipe(struct tab *t, struct recipe *recipe)
{
    struct app *a = t->app;
    struct table_view_options o = {.ascii = a->env.ascii,
                                   .interval_ms = (int32_t)a->set.interval_ms,
                                   .max_message = (int32_t)a->options->max_message};

    t->table = table_view_new(t->server->connection, recipe, &o, &table_handler, t);
    t->name_gone = false;
    tab_push_view(t, table_view_as_view(t->table));
}

void tab_push_table(struct tab *t, const char *name, struct bytes ticket)
{
    tab_push_recipe(t, recipe_new(name, ticket));
}

void tab_push_values(struct tab *t, struct recipe *recipe, const char *title)
{
    tab_push_recipe(t, recipe);
    table_view_list_values(t->table, title);
}

void tab_open_table(struct tab *t)
{
    struct app *a = t->app;
    struct err e;

    if (table_view_open(t->table, app_view_rect(a), &a->env, &e) == ERR_OK)
        return;
    if (is_at_bottom(t, t->table)) {
        tab_fail(t, &e);
        return;
    }
    tab_refuse(t, t->table, &e);
}

/* --- what the server offers --- */

void server_fields_changed(void *ctx, struct connection *c)
{
    struct app_server *s = ctx;
    struct app *a = s->app;

    if (fields_loaded(connection_fields(c)))
        session_upkeep(connection_session(c));
    for (size_t i = 0; i < a->n_tabs; i++) {
        struct tab *t = a->tabs[i];

        if (t->server != s || !t->picker)
            continue;
        picker_show(t->picker, connection_fields(c));
        if (fields_loaded(connection_fields(c)))
            tab_alive(t);
        tab_mark_dirty(t);
    }
}

/* The list has ended. That matters only to a tab with a picker, and not while the list that
 * it shows is being asked for again. */
void server_fields_ended(void *ctx, struct connection *c, const struct err *why, bool again)
{
    struct app_server *s = ctx;
    struct app *a = s->app;
    bool loaded = fields_loaded(connection_fields(c));

    if (why->code == ERR_AUTH)
        return; /* as of a table */
    for (size_t i = 0; i < a->n_tabs; i++) {
        struct tab *t = a->tabs[i];

        if (t->server != s || !t->picker)
            continue;
        if (!again && !t->opened && !loaded)
            tab_fail(t, why);
        else if (!again || !loaded)
            tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
    }
}

/* The name of a table on the screen stands for something else now; its rows go on. One that
 * was created without having been removed before is the one that is shown: its rows came
 * before the word of it. */
static void tell_news(struct tab *t, const struct field *f, enum field_change change)
{
    bool shown = change == FIELD_CREATED && !t->name_gone;
    char *text, key[KEY_HINT_LEN];

    if (change == FIELD_LISTED) {
        table_view_listed(t->table);
        return;
    }
    t->name_gone = change == FIELD_REMOVED;
    if (change != FIELD_REMOVED && (table_view_revive(t->table) || shown))
        return;
    if (change == FIELD_REMOVED)
        text = mem_printf("%s was removed on the server; these rows stay", f->name);
    else
        text = mem_printf("%s was replaced on the server: %s shows the new one", f->name,
                          key_hint(MODE_GRID, "resubscribe", key));
    tab_say(t, STYLE_MESSAGE_WARN, text);
    free(text);
}

void server_field_news(void *ctx, struct connection *c, const struct field *f,
                       enum field_change change)
{
    const struct app_server *s = ctx;
    const struct app *a = s->app;

    (void)c;
    for (size_t i = 0; i < a->n_tabs; i++) {
        struct tab *t = a->tabs[i];

        if (t->server == s && t->table &&
            bytes_equal(buf_bytes(&f->ticket), table_view_ticket(t->table)))
            tell_news(t, f, change);
    }
}

void server_fill_pickers(struct app_server *s)
{
    struct app *a = s->app;

    connection_watch_fields(s->connection);
    for (size_t i = 0; i < a->n_tabs; i++)
        if (a->tabs[i]->server == s && a->tabs[i]->picker)
            picker_show(a->tabs[i]->picker, connection_fields(s->connection));
}

void server_watch_fields(struct app_server *s)
{
    if (!connection_fields(s->connection) && session_is_kept(server_session(s)) &&
        session_state(server_session(s)) == SESSION_READY)
        connection_watch_fields(s->connection);
}

/* --- the picker --- */

bool tab_can_open(struct tab *t)
{
    if (session_can_call(server_session(t->server)))
        return true;
    tab_say(t, STYLE_MESSAGE_ERROR, "the connection is gone: nothing can be opened");
    return false;
}

/* Owned. */
static struct recipe *recipe_of(const struct field *f)
{
    return (field_kind(f) == FIELD_TREE ? recipe_new_tree
                                        : recipe_new)(f->name, buf_bytes(&f->ticket));
}

/* In a new tab right of the one on the screen; recipe is given. */
void app_open_recipe_tab(struct app *a, struct recipe *recipe)
{
    struct tab *t;

    if (!tab_can_open(app_tab(a))) {
        recipe_free(recipe);
        return;
    }
    t = app_insert_tab(a, app_tab(a)->server);
    tab_push_recipe(t, recipe);
    app_show_tab(a, a->shown + 1);
    tab_open_table(t);
}

/* A new tab right of the one on the screen, which is shown then; its list is to be filled.
 */
static struct tab *new_picker_tab(struct app *a)
{
    struct tab *t = app_insert_tab(a, app_tab(a)->server);

    tab_push_picker(t);
    app_show_tab(a, a->shown + 1);
    return t;
}

/* The list of its keys lies on the list of tables, there as well. */
static void open_partitions_tab(struct app *a, const struct field *f)
{
    struct tab *t;

    if (!tab_can_open(app_tab(a)))
        return;
    t = new_picker_tab(a);
    partitions_open(t, f);
    server_fill_pickers(t->server); /* the field may go with it */
}

/* What can be done with objects that are no tables. */
static const struct {
    const char *type, *what;
} other_objects[] = {
    {"Figure", "a plot; the web UI shows it"},
    {"pandas.DataFrame", "a data frame; to_table() of it is a table that can be shown"},
};

static const char *what_of(const char *type)
{
    for (size_t i = 0; i < sizeof(other_objects) / sizeof(*other_objects); i++)
        if (strcmp(type, other_objects[i].type) == 0)
            return other_objects[i].what;
    return NULL;
}

static void on_refused(void *ctx, const struct field *f)
{
    const char *what = what_of(f->type);
    char *text = what ? mem_printf("%s is %s", f->name, what)
                      : mem_printf("%s is a %s; only tables can be shown", f->name,
                                   *f->type ? f->type : "variable of unknown type");

    tab_say(ctx, STYLE_MESSAGE_WARN, text);
    free(text);
}

static void open_field_tab(struct app *a, const struct field *f)
{
    if (field_kind(f) == FIELD_OTHER)
        on_refused(app_tab(a), f);
    else if (field_kind(f) == FIELD_PARTITIONED)
        open_partitions_tab(a, f);
    else
        app_open_recipe_tab(a, recipe_of(f));
}

static void on_picked(void *ctx, const struct field *f, bool new_tab)
{
    struct tab *t = ctx;

    if (new_tab)
        open_field_tab(t->app, f);
    else if (field_kind(f) == FIELD_PARTITIONED)
        partitions_open(t, f);
    else if (tab_can_open(t)) {
        tab_push_recipe(t, recipe_of(f));
        tab_open_table(t);
    }
}

/* The table is on the screen as the server has it, and not what was made of it. */
static bool shows(const struct table_view *v, const struct field *f)
{
    const struct recipe *r = table_view_recipe(v);

    return bytes_equal(table_view_ticket(v), buf_bytes(&f->ticket)) && r &&
           !recipe_has_edits(r);
}

/* For the picker. Rows are known only of tables that are open, in whatever tab. */
static int64_t rows_of(void *ctx, const struct field *f)
{
    const struct tab *t = ctx;
    const struct app *a = t->app;

    for (size_t i = 0; i < a->n_tabs; i++) {
        const struct tab *other = a->tabs[i];

        if (other->server == t->server && other->table && shows(other->table, f))
            return table_view_rows(other->table);
    }
    return -1;
}

static const struct picker_handler picker_handler = {on_picked, on_refused, rows_of};

void tab_push_picker(struct tab *t)
{
    t->picker = picker_new(&picker_handler, t);
    tab_push_view(t, picker_as_view(t->picker));
}

void tab_open_picker(struct tab *t)
{
    if (t->picker) { /* it lies below: the table on it goes */
        while (tab_top_view(t)->self != t->picker)
            tab_pop_view(t);
        return;
    }
    if (!session_can_call(server_session(t->server))) {
        tab_say(t, STYLE_MESSAGE_ERROR,
                "the connection is gone: the tables cannot be listed");
        return;
    }
    if (!tab_has_room(t, 2)) /* for a table on it, too */
        return;
    tab_push_picker(t);
    server_fill_pickers(t->server);
}

/* --- in new tabs --- */

void app_open_named_tab(struct app *a, const char *name)
{
    const struct fields *fields = connection_fields(app_tab(a)->server->connection);
    size_t n = fields ? fields_count(fields) : 0;
    struct buf ticket;
    struct err e;

    for (size_t i = 0; i < n; i++) {
        const struct field *f = fields_get(fields, i);

        if (strcmp(f->name, name) == 0) {
            open_field_tab(a, f);
            return;
        }
    }
    buf_init(&ticket, TICKET_MAX);
    if (ticket_scope(name, &ticket, &e) == ERR_OK)
        app_open_recipe_tab(a, recipe_new(name, buf_bytes(&ticket)));
    else
        tab_say(app_tab(a), STYLE_MESSAGE_ERROR, e.msg);
    buf_release(&ticket);
}

void app_open_picker_tab(struct app *a)
{
    if (!tab_can_open(app_tab(a)))
        return;
    server_fill_pickers(new_picker_tab(a)->server);
}

/* --- columns --- */

static void on_columns_say(void *ctx, const char *text)
{
    tab_say(ctx, STYLE_MESSAGE, text);
}

static const struct column_picker_handler column_handler = {on_columns_say};

void tab_open_columns(struct tab *t)
{
    struct grid *g = table_view_grid(t->table);

    if (columns_count(grid_columns(g)) == 0)
        tab_say(t, STYLE_MESSAGE_WARN,
                columns_schema(grid_columns(g)) ? "the table has no columns"
                                                : "there are no columns yet");
    else if (view_stack_room(&t->views) > 0)
        tab_push_view(t, column_picker_new(g, &column_handler, t));
}
