/*
 * A command ends with done(), and what it prints comes a little later. What is told is put
 * together from all that is known by then: at once where no value is waited for, else when
 * the value is there or has had its time, and again when more was printed. One timer does:
 * while a command runs it moves the time that is shown, then it waits for what is printed.
 */
#include "ui/app/console_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/clock.h"
#include "client/server_console.h"
#include "model/script.h"
#include "ui/app/code_file.h"
#include "ui/app/code_lines.h"
#include "ui/app/code_result.h"
#include "ui/app/console_pane.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/menu.h"

#define TELL_MS 250  /* between two looks at how long it runs */
#define QUICK_MS 200 /* what runs no longer than that is not worth a line */
#define VALUE_MS 400 /* how long the log may take to tell a value */
#define BURST_MS 20  /* lines that come together are told together */

struct console_run {
    struct app_server *server; /* borrowed */
    struct server_console *console;
    uv_timer_t timer;
    uint64_t start_ms;
    struct code_result result; /* of the last command */
    struct console_pane pane;
    struct code_lines lines; /* that the one which is typed may become */
    char *begun;       /* owned: lines that were typed and wait for more; NULL: none */
    struct err silent; /* why nothing is heard of what it prints; ERR_OK: it is */
    char said[ERR_TEXT_MAX]; /* while this stands, Enter is about it */
};

/* --- what is told --- */

/* Where it is told: on the screen, if that is of the server. */
static struct tab *tab_of(const struct console_run *r)
{
    const struct app *a = r->server->app;
    struct tab *t = app_tab(a);

    for (size_t i = 0; t && t->server != r->server && i < a->n_tabs; i++)
        if (a->tabs[i]->server == r->server)
            return a->tabs[i];
    return t;
}

static void say(struct console_run *r, uint8_t style, const char *text)
{
    struct tab *t = tab_of(r);

    if (!t)
        return;
    tab_say(t, style, text);
    (void)snprintf(r->said, sizeof(r->said), "%s", t->message);
}

static void show_in_pane(struct console_run *r)
{
    char *text = code_result_text(&r->result);

    console_pane_answer(&r->pane, text);
    free(text);
}

static void tell(struct console_run *r)
{
    char *text = code_result_line(&r->result);

    show_in_pane(r);
    if (r->silent.code != ERR_OK && r->result.printed.len == 0)
        mem_addf(&text, "; what it prints cannot be read: %s", r->silent.msg);
    say(r, r->result.error ? STYLE_MESSAGE_ERROR : STYLE_MESSAGE, text);
    free(text);
}

static void on_settled(uv_timer_t *timer)
{
    tell(timer->data);
}

/* The same line again shows its table again, though nothing has changed. */
static void offer_named(struct console_run *r)
{
    const struct fields *fields = connection_fields(r->server->connection);
    char *name = script_variable(r->result.code);
    size_t n = fields && name ? fields_count(fields) : 0;

    for (size_t i = 0; i < n && r->result.n_tables == 0; i++) {
        const struct field *f = fields_get(fields, i);

        if (strcmp(f->name, name) == 0 && strcmp(f->type, "Table") == 0)
            code_result_offer(&r->result, name);
    }
    free(name);
}

static void on_done(void *ctx, const struct console_result *result, const struct err *why)
{
    struct console_run *r = ctx;

    (void)uv_timer_stop(&r->timer);
    app_mark_dirty(r->server->app);
    if (why) {
        say(r, STYLE_MESSAGE_ERROR, why->msg);
        console_pane_answer(&r->pane, why->msg);
        return;
    }
    code_result_take(&r->result, result);
    if (!r->result.error)
        offer_named(r);
    if (r->result.has_value && !r->result.error && r->silent.code == ERR_OK)
        (void)uv_timer_start(&r->timer, on_settled, VALUE_MS, 0);
    else
        tell(r);
}

static void on_printed(void *ctx, struct bytes line,
                       const struct console_left_out *left_out)
{
    struct console_run *r = ctx;

    code_result_printed(&r->result, line, left_out);
    (void)uv_timer_start(&r->timer, on_settled, BURST_MS, 0);
}

/* Another command opens the log again. */
static void on_silent(void *ctx, const struct err *why)
{
    struct console_run *r = ctx;

    r->silent = *why;
}

/* Somewhere there may be code that goes on so. */
static void on_helped(void *ctx)
{
    struct console_run *r = ctx;

    question_code_changed(r->server->app->question);
    app_mark_dirty(r->server->app);
}

static const struct server_console_handler console_handler = {
    .done = on_done, .printed = on_printed, .silent = on_silent, .helped = on_helped};

/* --- what Enter shows --- */

static void on_chosen(void *ctx, struct menu *m, size_t entry)
{
    struct tab *t = ctx;
    char *name = mem_strdup(menu_name(m, entry));

    tab_pop_view(t);
    app_open_named_tab(t->app, name);
    free(name);
}

static const struct menu_handler table_menu = {on_chosen, NULL, "tables of the console",
                                               "table", "{accept} opens it in a tab"};

static void list_tables(struct tab *t, const struct code_result *result)
{
    struct menu *m;

    if (!tab_has_room(t, 1))
        return;
    m = menu_new(&table_menu, t);
    for (size_t i = 0; i < result->n_tables; i++)
        menu_add(m, result->tables[i], "");
    tab_push_view(t, menu_as_view(m));
}

static void show_more(struct tab *t, struct console_run *r)
{
    char *whole = code_result_whole(&r->result);

    if (whole)
        tab_show_text(t, "console", whole);
    else if (r->result.n_tables == 1)
        app_open_named_tab(t->app, r->result.tables[0]);
    else
        list_tables(t, &r->result);
    free(whole);
}

bool console_run_key(struct tab *t, struct key k)
{
    struct console_run *r = t->server->console_run;

    if (!r || k.code != K_ENTER || *r->said == '\0' || strcmp(r->said, t->message) != 0 ||
        !code_result_has_more(&r->result))
        return false;
    t->message[0] = '\0';
    show_more(t, r);
    return true;
}

/* --- a command --- */

static void on_tick(uv_timer_t *timer)
{
    const struct console_run *r = timer->data;

    app_mark_dirty(r->server->app);
}

static struct console_run *run_of(struct app_server *s)
{
    struct console_run *r = s->console_run;

    if (r)
        return r;
    r = s->console_run = MEM_NEW(struct console_run);
    r->server = s;
    r->console = server_console_new(s->connection, &console_handler, r);
    (void)uv_timer_init(&s->app->loop, &r->timer);
    r->timer.data = r;
    return r;
}

static bool is_running(const struct tab *t)
{
    const struct console_run *r = t->server->console_run;

    return r && server_console_is_running(r->console);
}

/* The key that waits no longer. */
static const char *leave_key(const struct tab *t, char out[KEY_HINT_LEN])
{
    if (question_is_open(t->app->question))
        return "Esc"; /* of a prompt, which has no bindings */
    return key_hint(MODE_GRID, "cancel", out);
}

static enum err_code begin(struct tab *t, const char *code, struct err *e)
{
    char key[KEY_HINT_LEN];
    struct err why;
    enum err_code rc = server_console_run(run_of(t->server)->console, code, &why);

    if (rc == ERR_OK)
        return ERR_OK;
    if (!is_running(t))
        return err_set(e, rc, "%s", why.msg);
    return err_set(e, rc, "%s; %s waits for it no longer", why.msg, leave_key(t, key));
}

static enum err_code run(struct tab *t, const char *code, struct err *e)
{
    struct console_run *r = run_of(t->server);

    TRY(begin(t, code, e));
    code_result_begin(&r->result, code);
    console_pane_begin(&r->pane, code);
    console_pane_answer(&r->pane, "...");
    r->silent = (struct err){0};
    r->said[0] = '\0';
    r->start_ms = clock_ms();
    (void)uv_timer_start(&r->timer, on_tick, TELL_MS, TELL_MS);
    return ERR_OK;
}

static enum err_code run_file(struct tab *t, const char *typed, struct err *e)
{
    char *path = app_full_path(typed), *code = NULL;
    enum err_code rc = code_file_read(path, &code, e);

    if (rc == ERR_OK)
        rc = run(t, code, e);
    free(code);
    free(path);
    return rc;
}

static enum err_code check_allowed(const struct tab *t, struct err *e)
{
    if (t->app->options->write)
        return ERR_OK;
    return err_set(e, ERR_USAGE, "code changes what others see: it is for dhview --write");
}

bool console_run_command(struct tab *t, const struct command *c)
{
    enum err_code rc;
    struct err e;

    if (c->kind != COMMAND_EXECUTE && c->kind != COMMAND_RUN)
        return false;
    rc = check_allowed(t, &e);
    if (rc == ERR_OK)
        rc = c->kind == COMMAND_RUN ? run_file(t, c->value, &e) : run(t, c->value, &e);
    if (rc != ERR_OK)
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
    return true;
}

enum err_code console_run_check_python(const struct tab *t, struct err *e)
{
    const struct console_run *r = t->server->console_run;

    if (!r || server_console_language(r->console) == SCRIPT_PYTHON)
        return ERR_OK;
    return err_set(e, ERR_USAGE, "expected a server whose console is Python, found %s",
                   server_console_language(r->console) == SCRIPT_GROOVY ? "Groovy"
                                                                        : "another one");
}

bool console_run_cancel(struct tab *t)
{
    struct console_run *r = t->server->console_run;

    if (!is_running(t))
        return false;
    server_console_give_up(r->console);
    (void)uv_timer_stop(&r->timer);
    tab_say(t, STYLE_MESSAGE_WARN,
            "not waited for; the server still runs it, and all other commands after it");
    console_pane_answer(&r->pane, t->message);
    return true;
}

void console_run_status(const struct tab *t, char *out, size_t size)
{
    uint64_t ms = is_running(t) ? clock_ms() - t->server->console_run->start_ms : 0;
    char key[KEY_HINT_LEN];

    *out = '\0';
    if (ms >= QUICK_MS)
        (void)snprintf(out, size, "code runs for %" PRIu64 ".%" PRIu64 " s; %s leaves it",
                       ms / 1000, ms / 100 % 10, leave_key(t, key));
}

/* --- typed line by line --- */

static void ask_line(struct tab *t)
{
    const struct console_run *r = t->server->console_run;

    question_open(t->app->question, QUESTION_CODE, r->begun ? ". " : "> ");
    if (r->begun)
        question_go_on(t->app->question, r->begun);
}

void console_run_open(struct tab *t)
{
    struct console_run *r;
    struct err e;

    if (check_allowed(t, &e) != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
        return;
    }
    r = run_of(t->server);
    if (r->pane.popup && tab_top_view(t)->self != r->pane.popup) {
        tab_say(t, STYLE_MESSAGE_WARN,
                "the console is open already, below or in another tab");
        return;
    }
    if (!r->pane.popup && !tab_has_room(t, 1))
        return;
    if (!r->pane.popup)
        tab_push_view(t, popup_as_view(console_pane_open(&r->pane)));
    console_pane_follow(&r->pane);
    ask_line(t);
}

/* What cannot run now stays as it was typed; a blank before the code is for the history
 * alone. */
static void run_begun(struct tab *t, struct console_run *r, const char *line)
{
    char *code = r->begun, *last;
    struct err e;

    r->begun = NULL;
    if (run(t, code + strspn(code, " "), &e) == ERR_OK) {
        free(code);
        ask_line(t);
        return;
    }
    last = strrchr(code, '\n');
    if (last) {
        *last = '\0';
        r->begun = code;
    } else {
        free(code);
    }
    ask_line(t);
    question_set_text(t->app->question, line);
    question_say(t->app->question, e.msg);
}

static void open_made(struct tab *t, struct console_run *r)
{
    if (r->result.n_tables == 0) {
        ask_line(t);
        return;
    }
    show_more(t, r);
}

void console_run_line(struct tab *t, const char *text)
{
    struct console_run *r = run_of(t->server);

    if (!r->begun && *text == '\0') {
        open_made(t, r);
        return;
    }
    if (r->begun)
        mem_addf(&r->begun, "\n%s", text);
    else
        r->begun = mem_strdup(text);
    if (script_is_whole(server_console_language(r->console), r->begun))
        run_begun(t, r, text);
    else
        ask_line(t);
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    while ((text = strchr(text, '\n')) != NULL) {
        text++;
        n++;
    }
    return n;
}

void console_run_pasted(struct tab *t, const char *lines)
{
    struct console_run *r = run_of(t->server);
    struct question *q = t->app->question;
    const char *last = strrchr(lines, '\n');
    char *begun = r->begun ? mem_printf("%s\n", r->begun) : mem_strdup("");
    char said[64];

    mem_addf(&begun, "%s%.*s", question_text(q), (int)(last - lines), lines);
    free(r->begun);
    r->begun = begun;
    ask_line(t);
    question_set_text(q, last + 1);
    (void)snprintf(said, sizeof(said), "%zu lines so far; Enter runs them",
                   count_lines(begun) + 1);
    question_say(q, said);
}

void console_run_typed(struct tab *t, const char *text)
{
    struct console_run *r = run_of(t->server);

    code_lines_type(&r->lines, r->console, r->begun, text);
}

const char *console_run_proposal(struct tab *t, size_t i)
{
    struct console_run *r = run_of(t->server);

    return code_lines_at(&r->lines, r->console, t, i);
}

const char *console_run_hint(struct tab *t)
{
    const struct console_run *r = run_of(t->server);

    return code_lines_hint(&r->lines, r->console);
}

void console_run_leave_line(struct tab *t)
{
    struct console_run *r = run_of(t->server);

    if (is_running(t)) {
        (void)console_run_cancel(t);
        ask_line(t);
        question_say(t->app->question, t->message);
    } else if (r->begun) {
        free(r->begun);
        r->begun = NULL;
        ask_line(t);
    }
}

/* --- the end --- */

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void console_run_free(struct console_run *r)
{
    if (!r)
        return;
    server_console_free(r->console);
    code_result_release(&r->result);
    console_pane_release(&r->pane);
    code_lines_release(&r->lines);
    free(r->begun);
    uv_close((uv_handle_t *)&r->timer, on_closed);
}
