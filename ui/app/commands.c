#include "ui/app/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "ui/app/actions.h"
#include "ui/app/console_run.h"
#include "ui/app/file_export.h"
#include "ui/app/filters.h"
#include "ui/app/finds.h"
#include "ui/app/formats.h"
#include "ui/app/inserts.h"
#include "ui/app/joins.h"
#include "ui/app/log_view.h"
#include "ui/app/new_table.h"
#include "ui/app/recipes.h"
#include "ui/app/row_edits.h"
#include "ui/app/saved_views.h"
#include "ui/app/server.h"
#include "ui/app/server_box.h"
#include "ui/app/settings.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/tabs.h"
#include "ui/app/targets.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"
#include "ui/widget/commands.h"
#include "ui/widget/key_hints.h"

/* --- rows --- */

/* As if its keys had been typed: 12gg, 50%. */
static void go_row(struct app *a, int64_t n, bool percent)
{
    struct binding b = {.action = percent ? ACT_GO_PERCENT : ACT_FIRST_ROW};
    struct key_match m = {
        .result = KEYS_ACTION, .binding = &b, .count = n, .has_count = true};

    app_run_action(a, &m);
}

static void accept_row(struct app *a, const char *text)
{
    int64_t n;
    bool percent;

    if (command_parse_row(text, &n, &percent))
        go_row(a, n, percent);
    else if (*text)
        tab_say(app_tab(a), STYLE_MESSAGE_ERROR,
                "expected a row number, or a percentage such as 50%");
}

/* --- the command line --- */

static void open_target(struct app *a, const char *text)
{
    struct err e;

    if (app_open_target(a, text, &e) != ERR_OK)
        tab_say(app_tab(a), STYLE_MESSAGE_ERROR, e.msg);
    else
        app_show_tab(a, a->n_tabs - 1);
}

/* False: it is not about options and config files. */
static bool settings_command(struct app *a, const struct command *c)
{
    switch (c->kind) {
    case COMMAND_SET:
        settings_set(a, c->option, c->value, FROM_SET);
        return true;
    case COMMAND_SHOW:
        settings_show(a, c->option);
        return true;
    case COMMAND_SHOW_ALL:
        settings_show_all(a);
        return true;
    case COMMAND_SOURCE:
        settings_source(a, c->value);
        return true;
    case COMMAND_CONFIG:
        settings_show_files(a);
        return true;
    default:
        return false;
    }
}

/* A link may hold a secret, which is told to nobody; no table is called so. */
static void open_name(struct app *a, const char *name)
{
    if (strstr(name, "://"))
        tab_say(app_tab(a), STYLE_MESSAGE_ERROR,
                "tab: expected the name of a table of this server, found a link; :open "
                "takes one");
    else if (*name)
        app_open_named_tab(a, name);
    else
        app_open_picker_tab(a);
}

static void new_table(struct app *a, const char *text)
{
    struct recipe *r = NULL;
    struct err e;

    /* From the next second on: rows that a table of times has as soon as it is made may be
     * missing from a subscription that begins in the cycle that made it. */
    if (new_table_parse(text, time(NULL) + 1, &r, &e) != ERR_OK)
        tab_say(app_tab(a), STYLE_MESSAGE_WARN, e.msg);
    else
        app_open_recipe_tab(a, r);
}

static void run_command(struct app *a, const char *text)
{
    struct command c;
    struct err e;

    if (command_parse(text, &c, &e) != ERR_OK) {
        tab_say(app_tab(a), STYLE_MESSAGE_ERROR, e.msg);
        return;
    }
    switch (c.kind) {
    case COMMAND_NOTHING:
        break;
    case COMMAND_ROW:
    case COMMAND_PERCENT:
        go_row(a, c.number, c.kind == COMMAND_PERCENT);
        break;
    case COMMAND_ACTION:
        app_run_action(a, &c.match);
        break;
    case COMMAND_TABLE:
        new_table(a, c.value);
        break;
    case COMMAND_TAB:
        open_name(a, c.value);
        break;
    case COMMAND_SERVER:
        server_box_open(app_tab(a));
        break;
    case COMMAND_OPEN:
        open_target(a, c.value);
        break;
    default:
        if (!settings_command(a, &c) && !saved_views_command(app_tab(a), &c) &&
            !formats_command(app_tab(a), &c) && !console_run_command(app_tab(a), &c) &&
            !inserts_command(app_tab(a), &c) && !row_edits_command(app_tab(a), &c))
            work_command(app_tab(a), &c);
        break;
    }
}

/* --- columns --- */

/* Of the table; behind them those of the one that it is to be joined with, which is looked
 * for with the first of them. */
static const char *column_name(const void *ctx, size_t i)
{
    struct app *a = (struct app *)(uintptr_t)ctx; /* only its scratch is written */
    const struct tab *t = app_tab(a);
    const struct columns *c = t->table ? grid_columns(table_view_grid(t->table)) : NULL;
    size_t n = c ? columns_count(c) : 0;

    if (i < n)
        return columns_name(c, i);
    if (i == n)
        a->joined = joins_columns(t, question_text(a->question));
    return a->joined && i - n < a->joined->n_columns ? a->joined->columns[i - n].name
                                                     : NULL;
}

static bool is_hidden_column(const struct columns *c, const char *name)
{
    for (size_t i = 0; i < columns_all(c); i++)
        if (columns_entry(c, i).hidden && strcmp(columns_entry(c, i).name, name) == 0)
            return true;
    return false;
}

/* The column of that name, else the first that the completion would give. */
static void go_column(struct app *a, const char *name)
{
    struct tab *t = app_tab(a);
    struct grid *g;
    struct columns *c;
    char key[KEY_HINT_LEN], *text;
    long at;

    if (!t->table || *name == '\0')
        return;
    g = table_view_grid(t->table);
    c = grid_columns(g);
    at = columns_find_name(c, name);
    if (at < 0 && !is_hidden_column(c, name)) {
        const char *first = question_first_column(a->question, name);

        if (first)
            at = columns_find_name(c, first);
    }
    if (at >= 0) {
        grid_go_column(g, (size_t)at);
        return;
    }
    if (is_hidden_column(c, name))
        text = mem_printf("column %s is hidden; %s shows it", name,
                          key_hint(MODE_GRID, "open-columns", key));
    else
        text = mem_printf("no column is named %s", name);
    tab_say(t, STYLE_MESSAGE_ERROR, text);
    free(text);
}

/* --- answers --- */

/* What is answered by y or n. */
static void on_decided(struct app *a, enum question_kind kind, const char *text)
{
    if (kind == QUESTION_CLEAR)
        filters_clear(app_tab(a), text);
    else if (kind == QUESTION_REPLACE)
        file_export_answer(a, text);
    else if (kind == QUESTION_SAVE)
        saved_views_answer(app_tab(a), text);
    else if (kind == QUESTION_DELETE)
        row_edits_delete(a, text);
    else if (kind == QUESTION_LINK)
        recipes_take_answer(app_tab(a), text);
}

static void on_answered(void *ctx, enum question_kind kind, const char *text)
{
    struct app *a = ctx;

    switch (kind) {
    case QUESTION_COMMAND:
        run_command(a, text);
        break;
    case QUESTION_ROW:
        accept_row(a, text);
        break;
    case QUESTION_COLUMN:
        go_column(a, text);
        break;
    case QUESTION_SECRET:
        server_give_secret(app_tab(a)->server, text);
        break;
    case QUESTION_SEARCH:
        tab_search(app_tab(a), text, +1);
        break;
    case QUESTION_FILTER:
        filters_typed(a, text);
        break;
    case QUESTION_FIND:
        finds_typed(a, text);
        break;
    case QUESTION_CELL:
        row_edits_typed(a, text);
        break;
    case QUESTION_CODE:
        console_run_line(app_tab(a), text);
        break;
    case QUESTION_LOG:
        log_view_filter(app_tab(a), text);
        break;
    default:
        on_decided(a, kind, text);
        break;
    }
}

/* The question for a key was left. Without it there is nothing of this server to show;
 * other tabs go on, and the question comes back with a tab of this one. */
static void on_given_up(void *ctx, enum question_kind kind)
{
    struct app *a = ctx;

    if (kind == QUESTION_LINK)
        recipes_take_answer(app_tab(a), "");
    if (kind == QUESTION_CODE)
        console_run_leave_line(app_tab(a));
    if (kind != QUESTION_SECRET)
        return;
    if (!app_has_opened(a) && !app_awaits_other(a, app_tab(a)))
        app_stop_interrupted(a);
    else
        tab_say(app_tab(a), STYLE_MESSAGE_WARN,
                "no key was given; coming back to this tab asks again");
}

static bool is_same_server(const struct connection *a, const struct connection *b)
{
    return connection_is_tls(a) == connection_is_tls(b) &&
           strcmp(connection_address(a), connection_address(b)) == 0;
}

/* One that was lost and is connected to anew counts once; NULL: there are not so many. */
static const struct connection *nth_server(const struct app *a, size_t n)
{
    for (size_t i = 0; i < a->n_servers; i++) {
        const struct connection *c = a->servers[i]->connection;
        size_t k = 0;

        while (k < i && !is_same_server(a->servers[k]->connection, c))
            k++;
        if (k == i && n-- == 0)
            return c;
    }
    return NULL;
}

static size_t count_servers(const struct app *a)
{
    size_t n = 0;

    while (nth_server(a, n))
        n++;
    return n;
}

/* Lines that ":" completes beside its own: each table of this server, each server, joins
 * with each of its tabs, each saved view. */
static const char *command_line(const void *ctx, size_t i)
{
    struct app *a = (struct app *)(uintptr_t)ctx; /* only its scratch is written */
    const struct fields *fields = connection_fields(app_tab(a)->server->connection);
    const struct connection *c;
    size_t n = fields ? fields_count(fields) : 0, servers = count_servers(a),
           joins = joins_count(app_tab(a)), others = n + servers;

    if (i >= others && i - others < joins)
        return joins_proposal(app_tab(a), i - others, a->proposal, sizeof(a->proposal));
    if (i >= others)
        return saved_views_proposal(app_tab(a), i - others - joins, a->proposal,
                                    sizeof(a->proposal));
    if (i < n) {
        (void)snprintf(a->proposal, sizeof(a->proposal), "tab %s",
                       fields_get(fields, i)->name);
    } else {
        c = nth_server(a, i - n);
        (void)snprintf(a->proposal, sizeof(a->proposal), "open dh%s://%s",
                       connection_is_tls(c) ? "" : "+plain", connection_address(c));
    }
    return a->proposal;
}

/* Beside what the command itself has said. */
static void on_unkept(void *ctx, const char *why)
{
    struct tab *t = app_tab(ctx);
    char *text;

    if (!t)
        return;
    text = *t->message ? mem_printf("%s; %s", t->message, why) : mem_strdup(why);
    tab_say(t, STYLE_MESSAGE_WARN, text);
    free(text);
}

static void on_coding(void *ctx, const char *text)
{
    console_run_typed(app_tab(ctx), text);
}

static const char *code_line(const void *ctx, size_t i)
{
    return console_run_proposal(app_tab(ctx), i);
}

static const char *code_hint(const void *ctx)
{
    return console_run_hint(app_tab(ctx));
}

const struct question_handler app_answers = {.answered = on_answered,
                                             .given_up = on_given_up,
                                             .columns = column_name,
                                             .lines = command_line,
                                             .unkept = on_unkept,
                                             .coding = on_coding,
                                             .code = code_line,
                                             .code_hint = code_hint};
