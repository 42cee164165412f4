/*
 * Ownership: app -> views (each with its streams) -> session -> channel -> pump -> loop.
 * They go in that order. Callbacks of streams and session never free anything: they note
 * what is to happen, and the next frame, or the end of the loop, does it.
 */
#include "ui/app.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/channel.h"
#include "client/fields.h"
#include "client/pump.h"
#include "client/session.h"
#include "client/target.h"
#include "ui/cell_popup.h"
#include "ui/column_picker.h"
#include "ui/commands.h"
#include "ui/completion.h"
#include "ui/help_view.h"
#include "ui/history_file.h"
#include "ui/meter.h"
#include "ui/picker.h"
#include "ui/prompt.h"
#include "ui/rate.h"
#include "ui/secret.h"
#include "ui/statusline.h"
#include "ui/table_view.h"
#include "ui/term.h"
#include "ui/theme.h"

#define FRAME_NS (1000000000 / 60) /* between frames, on average */
#define FRAME_BURST 2 /* frames that may follow at once: a key's own, and its answer's */
#define CONNECT_TIMEOUT_MS 15000
#define CLOSE_WAIT_MS 500
#define VIEWS_MAX 8
#define METER_REFRESH_MS 250

enum prompt_kind {
    PROMPT_FOR_COMMAND,
    PROMPT_FOR_ROW,
    PROMPT_FOR_COLUMN,
    PROMPT_FOR_SECRET,
    PROMPT_FOR_SEARCH
};

static const int watched_signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP};
#define N_SIGNALS (sizeof(watched_signals) / sizeof(*watched_signals))

struct app {
    const struct options *options;
    struct target target;
    struct zone *zone;
    struct draw_env env;
    uv_loop_t loop;
    uv_poll_t keys;
    uv_timer_t frame, connect;
    uv_timer_t wake; /* when something on the screen changes by itself */
    struct slow slow;
    uv_signal_t signals[N_SIGNALS];
    struct pump *pump;
    struct channel *channel;
    struct session *session;
    enum link_state link;
    struct surface *surface;
    struct view views[VIEWS_MAX];
    size_t n_views;
    struct fields *fields;    /* what the server offers; NULL: not asked yet */
    bool fields_ended;        /* the list is no longer kept current */
    struct picker *picker;    /* borrowed from its view; NULL: not on the stack */
    struct table_view *table; /* likewise */
    double shown_round_trip;  /* ms in the tab line; 0: none yet */
    struct key_matcher matcher;
    struct prompt *prompt;
    enum prompt_kind prompt_kind;
    struct prompt_history *history;
    char *history_path; /* NULL: it is not kept */
    char proposal[128]; /* scratch of command_source() */
    struct options set; /* what :set has changed; only those fields count */
    struct meter meter;
    struct popup *meter_popup; /* borrowed from its view; NULL: not on the stack */
    uv_timer_t meter_timer;
    uint64_t frames, dropped;
    struct completion *completion; /* of what the prompt asks for */
    char message[512];
    uint8_t message_style;
    bool opened;      /* something of the server was on screen */
    bool close_table; /* it, and what lies on it, is to go at the next frame */
    bool frame_due;
    uint64_t frame_clock; /* ns: when the frames so far would be over at the average rate */
    bool stopping;
    int signal;
    struct err end;
};

static void mark_dirty(struct app *a);

static void mark_dirty_of(void *ctx)
{
    mark_dirty(ctx);
}

/* --- messages and the end --- */

static void say(struct app *a, uint8_t style, const char *text)
{
    (void)snprintf(a->message, sizeof(a->message), "%s", text);
    a->message_style = style;
    mark_dirty(a);
}

static void stop(struct app *a, const struct err *why)
{
    if (a->stopping)
        return;
    a->stopping = true;
    if (why)
        a->end = *why;
    uv_stop(&a->loop);
}

static void stop_interrupted(struct app *a)
{
    struct err e;

    (void)err_set(&e, ERR_INTERRUPTED, "interrupted");
    stop(a, &e);
}

/* --- views --- */

static struct view *top_view(struct app *a)
{
    return &a->views[a->n_views - 1];
}

static void push_view(struct app *a, struct view v)
{
    assert(a->n_views < VIEWS_MAX);
    a->views[a->n_views++] = v;
    key_matcher_reset(&a->matcher);
    mark_dirty(a);
}

/* The uppermost table, which commands go to; the picker may lie between two. */
static void find_table(struct app *a)
{
    a->table = NULL;
    for (size_t i = 0; i < a->n_views; i++)
        if (a->views[i].ops->mode(a->views[i].self) == MODE_GRID)
            a->table = a->views[i].self;
}

static void pop_view(struct app *a)
{
    struct view v = *top_view(a);

    if (a->picker && v.self == a->picker)
        a->picker = NULL;
    a->n_views--;
    find_table(a);
    v.ops->close(v.self);
    key_matcher_reset(&a->matcher);
    mark_dirty(a);
}

/* What is on the screen besides the view: as many lines as the height has room for. */
struct layout {
    struct rect tabs, view, status, message;
};

static struct layout layout_of(int rows, int cols)
{
    int tabs = rows >= 5, status = rows >= 3, message = rows >= 4;
    struct layout l = {
        .tabs = {0, 0, tabs, cols},
        .view = {tabs, 0, rows - tabs - status - message, cols},
        .status = {rows - message - status, 0, status, cols},
        .message = {rows - 1, 0, 1, cols}, /* without room it covers the last line */
    };

    return l;
}

static struct rect view_rect(const struct app *a)
{
    return layout_of(surface_rows(a->surface), surface_cols(a->surface)).view;
}

/* --- a table, the picker --- */

static void on_table_changed(void *ctx)
{
    struct app *a = ctx;

    a->opened = true;
    mark_dirty(a);
}

static void on_table_ended(void *ctx, bool opened, const struct err *why)
{
    struct app *a = ctx;

    if (opened) {
        say(a, STYLE_MESSAGE_ERROR, why->msg);
    } else if (!a->opened || a->n_views < 2) {
        stop(a, why);
    } else {
        a->close_table = true;
        say(a, STYLE_MESSAGE_ERROR, why->msg);
    }
}

static void on_table_says(void *ctx, const char *text)
{
    say(ctx, STYLE_MESSAGE, text);
}

static void on_table_warns(void *ctx, const char *text)
{
    say(ctx, STYLE_MESSAGE_ERROR, text);
}

static const struct table_view_handler table_handler = {.changed = on_table_changed,
                                                        .say = on_table_says,
                                                        .warn = on_table_warns,
                                                        .ended = on_table_ended};

static void push_table(struct app *a, const char *name, struct bytes ticket)
{
    struct table_view_options o = {.interval_ms = (int32_t)a->set.interval_ms,
                                   .max_message = (int32_t)a->options->max_message};

    a->table = table_view_new(a->session, name, ticket, &o, &table_handler, a);
    push_view(a, table_view_as_view(a->table));
}

static void open_table(struct app *a)
{
    struct err e;

    if (table_view_open(a->table, view_rect(a), &a->env, &e) == ERR_OK)
        return;
    if (a->n_views < 2)
        stop(a, &e);
    else
        a->close_table = true;
    say(a, STYLE_MESSAGE_ERROR, e.msg);
}

static void on_picked(void *ctx, const struct field *f)
{
    struct app *a = ctx;

    if (!session_can_call(a->session)) {
        say(a, STYLE_MESSAGE_ERROR, "the connection is gone: nothing can be opened");
        return;
    }
    push_table(a, f->name, buf_bytes(&f->ticket));
    open_table(a);
}

static void on_refused(void *ctx, const struct field *f)
{
    struct app *a = ctx;
    char *text = mem_printf("%s is a %s; only tables can be shown", f->name,
                            *f->type ? f->type : "variable of unknown type");

    say(a, STYLE_MESSAGE_WARN, text);
    free(text);
}

static const struct picker_handler picker_handler = {on_picked, on_refused};

/* --- what the server offers --- */

static void on_fields_changed(void *ctx)
{
    struct app *a = ctx;

    if (!a->picker)
        return;
    picker_show(a->picker, a->fields);
    a->opened = true;
    mark_dirty(a);
}

static void on_fields_ended(void *ctx, const struct err *why)
{
    struct app *a = ctx;

    a->fields_ended = true;
    if (!a->picker)
        return; /* who looks at a table does not miss it */
    if (!a->opened && !fields_loaded(a->fields))
        stop(a, why);
    else
        say(a, STYLE_MESSAGE_ERROR, why->msg);
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
    say(a, STYLE_MESSAGE_WARN, text);
    free(name);
    free(text);
}

static const struct fields_handler fields_handler = {on_fields_changed, on_fields_ended,
                                                     on_field_news};

/* One list for the whole session; asked for again when it had ended. */
static void open_fields(struct app *a)
{
    if (a->fields && !a->fields_ended)
        return;
    fields_close(a->fields);
    a->fields_ended = false;
    a->fields = fields_open(a->session, &fields_handler, a);
}

/* Once there is something to look at, its name is watched. */
static void watch_fields(struct app *a)
{
    if (!a->fields && a->opened && session_state(a->session) == SESSION_READY)
        open_fields(a);
}

static void push_picker(struct app *a)
{
    a->picker = picker_new(&picker_handler, a);
    push_view(a, picker_as_view(a->picker));
}

static void on_columns_say(void *ctx, const char *text)
{
    say(ctx, STYLE_MESSAGE, text);
}

static const struct column_picker_handler column_handler = {on_columns_say};

static void open_columns(struct app *a)
{
    struct grid *g = table_view_grid(a->table);

    if (columns_count(grid_columns(g)) == 0)
        say(a, STYLE_MESSAGE_WARN, "there are no columns yet");
    else if (a->n_views < VIEWS_MAX)
        push_view(a, column_picker_new(g, &column_handler, a));
}

/* --- session --- */

static void on_session_open(void *ctx)
{
    struct app *a = ctx;

    if (a->table)
        open_table(a);
    else
        open_fields(a);
}

static void wait_for_connection(struct app *a);

static void on_want_secret(void *ctx)
{
    struct app *a = ctx;
    char *label = mem_printf("key for %s: ", channel_address(a->channel));

    (void)uv_timer_stop(&a->connect);
    prompt_open_hidden(a->prompt, label);
    a->prompt_kind = PROMPT_FOR_SECRET;
    free(label);
    mark_dirty(a);
}

static void on_ready(void *ctx)
{
    struct app *a = ctx;

    (void)uv_timer_stop(&a->connect);
    a->link = LINK_LIVE;
    mark_dirty(a);
}

static void on_session_ended(void *ctx, const struct err *why)
{
    struct app *a = ctx;

    a->link = LINK_LOST;
    if (!a->opened) {
        stop(a, why);
        return;
    }
    for (size_t i = 0; i < a->n_views; i++) /* also those below, for when they are seen */
        if (a->views[i].ops->mode(a->views[i].self) == MODE_GRID)
            grid_set_stale(table_view_grid(a->views[i].self), true);
    say(a, STYLE_MESSAGE_ERROR, why->msg);
}

static const struct session_handler session_handler = {on_session_open, on_want_secret,
                                                       on_ready, on_session_ended};

static void on_connect_timeout(uv_timer_t *timer)
{
    struct app *a = timer->data;
    struct err e;

    (void)err_set(&e, ERR_CONNECT, "no answer in %d s; is that a Deephaven server?",
                  CONNECT_TIMEOUT_MS / 1000);
    stop(a, &e);
}

static void wait_for_connection(struct app *a)
{
    (void)uv_timer_start(&a->connect, on_connect_timeout, CONNECT_TIMEOUT_MS, 0);
}

/* --- commands and prompts --- */

static void do_quit(struct app *a)
{
    stop(a, NULL);
}

static void do_help(struct app *a)
{
    struct view v;

    if (a->n_views >= VIEWS_MAX || top_view(a)->ops->mode(top_view(a)->self) == MODE_HELP)
        return;
    v = help_view_new();
    push_view(a, v);
    v.ops->prepare(v.self, view_rect(a), &a->env); /* keys typed ahead find its lines */
}

static void do_close(struct app *a)
{
    if (a->n_views > 1)
        pop_view(a);
    else
        stop(a, NULL);
}

static void do_redraw(struct app *a)
{
    term_redraw();
    mark_dirty(a);
}

/* Back to the table, so that what is done to it is seen. */
static void close_overlays(struct app *a)
{
    while (a->n_views > 1 && top_view(a)->ops->overlay)
        pop_view(a);
}

static void go_row(struct app *a, int64_t n, bool percent)
{
    if (!a->table) {
        say(a, STYLE_MESSAGE_ERROR, "no table is open");
        return;
    }
    close_overlays(a);
    if (percent)
        table_view_go_percent(a->table, n);
    else
        table_view_go_row(a->table, n);
}

static void accept_row(struct app *a, const char *text)
{
    int64_t n;
    bool percent;

    if (command_parse_row(text, &n, &percent))
        go_row(a, n, percent);
    else if (*text)
        say(a, STYLE_MESSAGE_ERROR, "expected a row number, or a percentage such as 50%");
}

static void set_zone(struct app *a)
{
    struct zone *zone;
    struct err e;

    if (zone_open(a->set.zone, &zone, &e) != ERR_OK) {
        say(a, STYLE_MESSAGE_ERROR, e.msg);
        return;
    }
    zone_free(a->zone);
    a->zone = zone;
    a->env.zone = zone;
}

static void show_option(struct app *a, const char *name)
{
    int64_t ms = a->table ? table_view_interval(a->table) : a->set.interval_ms;
    char text[160];

    if (strcmp(name, "zone") == 0)
        (void)snprintf(text, sizeof(text), "zone is %s", zone_name(a->zone));
    else if (ms == 0)
        (void)snprintf(text, sizeof(text), "interval is the server's own");
    else
        (void)snprintf(text, sizeof(text), "interval is %" PRId64 " ms", ms);
    say(a, STYLE_MESSAGE, text);
}

static void set_option(struct app *a, const char *name, const char *value)
{
    struct err e;

    if (options_set(&a->set, name, value, &e) != ERR_OK) {
        say(a, STYLE_MESSAGE_ERROR, e.msg);
        return;
    }
    if (strcmp(name, "zone") == 0)
        set_zone(a);
    else if (a->table &&
             table_view_set_interval(a->table, (int32_t)a->set.interval_ms, &e) != ERR_OK)
        say(a, STYLE_MESSAGE_ERROR, e.msg);
}

static bool run_action(struct app *a, const struct key_match *m);

static void run_command(struct app *a, const char *text)
{
    struct command c;
    struct err e;

    if (command_parse(text, &c, &e) != ERR_OK) {
        say(a, STYLE_MESSAGE_ERROR, e.msg);
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
        if (!run_action(a, &c.match))
            say(a, STYLE_MESSAGE_WARN, "that does nothing here");
        break;
    case COMMAND_SET:
        set_option(a, c.option->name, c.value);
        break;
    case COMMAND_SHOW:
        show_option(a, c.option->name);
        break;
    }
}

/* The line is in the history of this run already. */
static void keep_in_history(struct app *a, const char *line)
{
    struct err e;

    if (a->history_path && history_file_add(a->history_path, line, &e) != ERR_OK) {
        log_line(LOG_LEVEL_WARN, "history: %s", e.msg);
        free(a->history_path); /* it would fail each time */
        a->history_path = NULL;
    }
}

static void search(struct app *a, const char *text, int direction)
{
    struct view *v = top_view(a);
    char *message;

    if (!v->ops->search || v->ops->search(v->self, text, direction))
        return;
    message = *text ? mem_printf("nothing here has %s", text)
                    : mem_strdup("nothing more, or nothing was searched yet");
    say(a, STYLE_MESSAGE_WARN, message);
    free(message);
}

static const char *command_source(const void *ctx, size_t i)
{
    struct app *a = (struct app *)(uintptr_t)ctx; /* only its scratch is written */
    const char *typed = prompt_text(a->prompt), *name = command_proposal(i);
    size_t count = command_count_length(typed);

    if (!name || count == 0 || count + strlen(name) >= sizeof(a->proposal))
        return name;
    (void)snprintf(a->proposal, sizeof(a->proposal), "%.*s%s", (int)count, typed, name);
    return a->proposal;
}

static const char *column_source(const void *ctx, size_t i)
{
    const struct app *a = ctx;
    const struct columns *c = a->table ? grid_columns(table_view_grid(a->table)) : NULL;

    return c && i < columns_count(c) ? columns_name(c, i) : NULL;
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
    struct grid *g;
    struct columns *c;
    long at;
    char *text;

    if (!a->table || *name == '\0')
        return;
    g = table_view_grid(a->table);
    c = grid_columns(g);
    at = columns_find_name(c, name);
    if (at < 0 && !is_hidden_column(c, name)) {
        completion_set(a->completion, column_source, a, name);
        if (completion_count(a->completion) > 0)
            at = columns_find_name(c, completion_match(a->completion, 0));
    }
    if (at >= 0) {
        grid_go_column(g, (size_t)at);
        return;
    }
    text = mem_printf(is_hidden_column(c, name) ? "column %s is hidden; C shows it"
                                                : "no column is named %s",
                      name);
    say(a, STYLE_MESSAGE_ERROR, text);
    free(text);
}

static void give_secret(struct app *a, const char *secret)
{
    struct err e;

    if (session_login(a->session, secret, &e) == ERR_OK) {
        prompt_close(a->prompt);
        wait_for_connection(a);
        return;
    }
    if (e.code == ERR_USAGE && session_state(a->session) == SESSION_WAITING)
        stop(a, &e);
}

static void accept_prompt(struct app *a)
{
    char *text;

    if (a->prompt_kind == PROMPT_FOR_SECRET) {
        give_secret(a, prompt_text(a->prompt));
        return;
    }
    text = mem_strdup(prompt_text(a->prompt));
    prompt_close(a->prompt);
    switch (a->prompt_kind) {
    case PROMPT_FOR_COMMAND:
        keep_in_history(a, text);
        run_command(a, text);
        break;
    case PROMPT_FOR_COLUMN:
        go_column(a, text);
        break;
    case PROMPT_FOR_SEARCH:
        search(a, text, +1);
        break;
    default:
        accept_row(a, text);
        break;
    }
    free(text);
}

/* Where Tab takes names from; NULL: there are none. */
static completion_source *source_of(enum prompt_kind kind)
{
    if (kind == PROMPT_FOR_COMMAND)
        return command_source;
    return kind == PROMPT_FOR_COLUMN ? column_source : NULL;
}

static void complete_anew(struct app *a)
{
    completion_set(a->completion, source_of(a->prompt_kind), a, prompt_text(a->prompt));
}

/* Tab and Shift-Tab go through what matches; false: the key is no such. */
static bool complete(struct app *a, struct key k)
{
    if (!source_of(a->prompt_kind) || (k.code != K_TAB && k.code != K_BACKTAB))
        return false;
    prompt_set_text(a->prompt, completion_step(a->completion, k.code == K_BACKTAB));
    return true;
}

/* The number of matches and as many of them as fit, from the one that stands there. */
static void completion_line(const struct app *a, char *out, size_t size)
{
    size_t count = completion_count(a->completion), at = completion_at(a->completion);
    size_t first = at < count ? at : 0;
    int n = 0;

    if (!prompt_is_open(a->prompt) || !source_of(a->prompt_kind))
        return;
    if (a->prompt_kind == PROMPT_FOR_COMMAND && count == 0)
        return; /* a number, or an argument */
    if (at < count)
        n = snprintf(out, size, "match %zu of %zu:", at + 1, count);
    else
        n = snprintf(out, size, "%zu match%s", count, count == 1 ? ":" : "es:");
    for (size_t i = first; i < count && (size_t)n < size; i++)
        n += snprintf(out + n, size - (size_t)n, " %s", completion_match(a->completion, i));
}

static void open_prompt(struct app *a, enum prompt_kind kind, const char *label)
{
    a->prompt_kind = kind;
    prompt_open(a->prompt, label, NULL, kind == PROMPT_FOR_COMMAND ? a->history : NULL);
    complete_anew(a);
}

static void on_prompt_key(struct app *a, struct key k)
{
    if (complete(a, k))
        return;
    switch (prompt_key(a->prompt, k)) {
    case PROMPT_ACCEPTED:
        accept_prompt(a);
        break;
    case PROMPT_CANCELLED:
        prompt_close(a->prompt);
        if (a->prompt_kind == PROMPT_FOR_SECRET)
            stop_interrupted(a);
        break;
    case PROMPT_CHANGED:
        complete_anew(a);
        break;
    case PROMPT_MORE:
        break;
    }
}

/* --- keys --- */

static void cancel(struct app *a)
{
    if (!a->opened)
        stop_interrupted(a);
    else if (top_view(a)->ops->overlay)
        pop_view(a); /* and what it waits for */
    else
        say(a, STYLE_MESSAGE, "nothing to cancel; Q quits");
}

static void open_picker(struct app *a)
{
    if (a->picker) { /* it lies below: the table on it goes */
        while (top_view(a)->self != a->picker)
            pop_view(a);
        return;
    }
    if (!session_can_call(a->session) || a->n_views >= VIEWS_MAX - 1) {
        say(a, STYLE_MESSAGE_ERROR, "the connection is gone: the tables cannot be listed");
        return;
    }
    push_picker(a);
    open_fields(a);
    picker_show(a->picker, a->fields);
}

/* --- popups --- */

static const struct cell_popup_handler cell_handler = {mark_dirty_of};

/* Keys that were typed ahead find its lines. */
static void put_popup(struct app *a, struct popup *p)
{
    push_view(a, popup_as_view(p));
    popup_prepare(p, view_rect(a), &a->env);
}

static void push_popup(struct app *a, struct popup *p)
{
    if (p)
        put_popup(a, p);
    else
        say(a, STYLE_MESSAGE_WARN, "there is no cell here");
}

static bool has_room(struct app *a)
{
    if (a->n_views < VIEWS_MAX)
        return true;
    say(a, STYLE_MESSAGE_WARN, "too much is open; q closes");
    return false;
}

static void take_totals(struct app *a)
{
    struct meter_totals t = {
        .updates = a->table ? table_view_updates(a->table) : 0,
        .bytes = a->table ? table_view_bytes(a->table) : 0,
        .frames = a->frames,
        .dropped = a->dropped,
        .terminal_bytes = term_bytes_written(),
    };

    meter_take(&a->meter, &t, uv_hrtime() / 1000000);
}

static void fill_meter(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct app *a = ctx;
    struct meter_link link = {session_round_trip_ms(a->session),
                              session_last_round_trip_ms(a->session)};

    (void)env;
    take_totals(a);
    meter_fill(&a->meter, &link, uv_hrtime() / 1000000, p);
}

static void close_meter(void *ctx)
{
    struct app *a = ctx;

    a->meter_popup = NULL;
    (void)uv_timer_stop(&a->meter_timer);
}

static const struct popup_source meter_source = {fill_meter, NULL, NULL, close_meter};

static void on_meter_timer(uv_timer_t *timer)
{
    struct app *a = timer->data;

    popup_changed(a->meter_popup);
    mark_dirty(a);
}

static void open_meter(struct app *a)
{
    if (a->meter_popup || !has_room(a))
        return;
    a->meter_popup = popup_new("link meter", true, &meter_source, a);
    put_popup(a, a->meter_popup);
    (void)uv_timer_start(&a->meter_timer, on_meter_timer, METER_REFRESH_MS,
                         METER_REFRESH_MS);
}

/* What a table is asked by a key that is none of its own movements. */
static bool table_action(struct app *a, const struct key_match *m)
{
    enum err_code rc = ERR_OK;
    struct err e;

    if (!a->table || top_view(a)->self != a->table)
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
        if (has_room(a))
            push_popup(a, cell_popup_new(a->table, &cell_handler, a));
        break;
    case ACT_OPEN_ROW:
        if (has_room(a))
            push_popup(a, row_popup_new(a->table, &cell_handler, a));
        break;
    default:
        return false;
    }
    if (rc != ERR_OK)
        say(a, STYLE_MESSAGE_WARN, e.msg);
    return true;
}

static void fit_terminal(struct app *a)
{
    (void)term_size_changed();
    if (surface_rows(a->surface) != term_rows() || surface_cols(a->surface) != term_cols())
        surface_resize(a->surface, term_rows(), term_cols());
    mark_dirty(a);
}

/* A stopped program is not told of a new size. */
static void suspend(struct app *a)
{
    term_suspend();
    fit_terminal(a);
}

/* False when nothing here knows the action. */
static bool run_action(struct app *a, const struct key_match *m)
{
    struct view *v = top_view(a);

    if (v->ops->action(v->self, m) || table_action(a, m))
        return true;
    switch (m->binding->action) {
    case ACT_OPEN_COMMAND:
        open_prompt(a, PROMPT_FOR_COMMAND, ":");
        break;
    case ACT_OPEN_GO_ROW:
        open_prompt(a, PROMPT_FOR_ROW, "go to row: ");
        break;
    case ACT_OPEN_GO_COLUMN:
        if (!a->table)
            return false;
        close_overlays(a);
        open_prompt(a, PROMPT_FOR_COLUMN, "column: ");
        break;
    case ACT_OPEN_COLUMNS:
        if (!a->table)
            return false;
        close_overlays(a);
        open_columns(a);
        break;
    case ACT_OPEN_PICKER:
        open_picker(a);
        break;
    case ACT_OPEN_HELP:
        do_help(a);
        break;
    case ACT_CLOSE:
        do_close(a);
        break;
    case ACT_QUIT:
        do_quit(a);
        break;
    case ACT_CANCEL:
        cancel(a);
        break;
    case ACT_REDRAW:
        do_redraw(a);
        break;
    case ACT_SUSPEND:
        suspend(a);
        break;
    case ACT_OPEN_METER:
        open_meter(a);
        break;
    case ACT_OPEN_SEARCH:
        if (!v->ops->search)
            return false;
        open_prompt(a, PROMPT_FOR_SEARCH, "/");
        break;
    case ACT_SEARCH_AGAIN:
        search(a, "", m->binding->arg.n);
        break;
    default:
        return false;
    }
    return true;
}

static void on_unknown_key(struct app *a, struct key k)
{
    struct view *v = top_view(a);
    char typed[KEYS_TYPED_LEN], text[KEYS_TYPED_LEN + 32];

    if (v->ops->key && v->ops->key(v->self, k))
        return;
    key_matcher_typed(&a->matcher, typed, sizeof(typed));
    (void)snprintf(text, sizeof(text), "no such key: %s   (? lists them)", typed);
    say(a, STYLE_MESSAGE_WARN, text);
}

static void on_key(struct app *a, struct key k)
{
    struct view *v = top_view(a);
    struct key_match m;

    a->message[0] = '\0';
    mark_dirty(a);
    if (prompt_is_open(a->prompt)) {
        on_prompt_key(a, k);
        return;
    }
    m = key_matcher_feed(&a->matcher, v->ops->mode(v->self), k);
    if (m.result == KEYS_ACTION)
        (void)run_action(a, &m);
    else if (m.result == KEYS_UNKNOWN)
        on_unknown_key(a, k);
}

static void watch_terminal(struct app *a);

static void on_terminal_gone(struct app *a)
{
    struct err e;

    (void)err_set(&e, ERR_IO, "the terminal is gone");
    stop(a, &e);
}

static void on_terminal(uv_poll_t *poll, int status, int events)
{
    struct app *a = poll->data;
    struct key k;

    if (status < 0) {
        on_terminal_gone(a);
        return;
    }
    if (events & UV_WRITABLE) {
        if (term_write() == TERM_GONE)
            on_terminal_gone(a);
        mark_dirty(a);
    }
    while (!a->stopping && (k = term_read_key()).code != K_NONE) {
        if (k.code == K_HANGUP) {
            on_terminal_gone(a);
            return;
        }
        on_key(a, k);
    }
    if (!a->stopping)
        watch_terminal(a);
}

static void watch_terminal(struct app *a)
{
    int events = UV_READABLE | (term_waiting() ? UV_WRITABLE : 0);

    (void)uv_poll_start(&a->keys, events, on_terminal);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct app *a = handle->data;

    switch (number) {
    case SIGWINCH:
        fit_terminal(a);
        break;
    case SIGTSTP:
        suspend(a);
        break;
    case SIGINT:
        stop_interrupted(a);
        break;
    default:
        a->signal = number;
        stop(a, NULL);
        break;
    }
}

/* --- frames --- */

static void pending_keys(const struct app *a, char *out, size_t size)
{
    const struct binding *b;
    char typed[KEYS_TYPED_LEN];
    size_t n;

    *out = '\0';
    if (!key_matcher_pending(&a->matcher))
        return;
    key_matcher_typed(&a->matcher, typed, sizeof(typed));
    n = (size_t)snprintf(out, size, "%s", typed);
    for (size_t i = 0; n < size && (b = key_matcher_choice(&a->matcher, i)); i++)
        n += (size_t)snprintf(out + n, size - n, "  %s %s", b->keys, b->help);
}

/* The round trip for the tab line: it stays until it is clearly another, so that a quiet
 * screen is not painted for it. */
static double steady_round_trip(struct app *a)
{
    double now = session_round_trip_ms(a->session);
    double off =
        now > a->shown_round_trip ? now - a->shown_round_trip : a->shown_round_trip - now;

    if (a->shown_round_trip <= 0 || off > 2 + a->shown_round_trip / 2)
        a->shown_round_trip = now;
    return a->shown_round_trip;
}

/* The connection as it matters to the view on top. */
static enum link_state link_of(struct app *a)
{
    if (a->link == LINK_LIVE && a->table && top_view(a)->self == a->table &&
        table_view_end(a->table))
        return LINK_ENDED;
    return a->link;
}

static void append_slow(const struct app *a, char *status, size_t size)
{
    char number[GRID_NUMBER_LEN];
    uint64_t frames = slow_frames(&a->slow, a->env.now_ms);
    size_t used = strlen(status);

    if (frames > 0)
        (void)snprintf(status + used, size - used, "   slow terminal: %s frames skipped",
                       grid_number((int64_t)frames, number));
}

/* The highest view that leaves nothing to the one below. */
static size_t base_view(const struct app *a)
{
    size_t i = a->n_views - 1;

    while (i > 0 && a->views[i].ops->overlay)
        i--;
    return i;
}

static void draw(struct app *a, const struct layout *l, int *cursor_row, int *cursor_col)
{
    struct view *v = top_view(a), *base = &a->views[base_view(a)];
    char status[STATUS_TEXT_MAX] = "", keys[STATUS_TEXT_MAX];

    surface_clear(a->surface);
    for (size_t i = base_view(a); i < a->n_views; i++)
        a->views[i].ops->draw(a->views[i].self, a->surface, l->view, &a->env);
    if (l->tabs.rows)
        tab_line_draw(&(struct tab_line){base->ops->title(base->self),
                                         channel_address(a->channel), link_of(a),
                                         steady_round_trip(a)},
                      a->surface, l->tabs, a->env.ascii);
    v->ops->status(v->self, &a->env, status, sizeof(status));
    append_slow(a, status, sizeof(status));
    pending_keys(a, keys, sizeof(keys));
    completion_line(a, keys, sizeof(keys));
    if (l->status.rows)
        status_line_draw(status, keys, a->surface, l->status, a->env.ascii);
    if (prompt_is_open(a->prompt)) {
        *cursor_row = l->message.row;
        *cursor_col = prompt_draw(a->prompt, a->surface, l->message, a->env.ascii);
    } else if (*a->message) {
        surface_fill(a->surface, l->message, STYLE_DEFAULT);
        (void)surface_str(a->surface, l->message.row, 0, l->message.cols, a->message,
                          a->message_style, a->env.ascii);
    }
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void on_wake(uv_timer_t *timer)
{
    mark_dirty(timer->data);
}

/* A frame for what fades or runs out; without any, no timer runs. */
static void plan_wake(struct app *a)
{
    uint64_t now = a->env.now_ms, next = slow_next(&a->slow, now);

    for (size_t i = base_view(a); i < a->n_views; i++) {
        const struct view *v = &a->views[i];

        if (v->ops->next_frame)
            next = min_u64(next, v->ops->next_frame(v->self, &a->env));
    }
    if (next == VIEW_NEVER)
        (void)uv_timer_stop(&a->wake);
    else
        (void)uv_timer_start(&a->wake, on_wake, next > now ? next - now : 1, 0);
}

/* Draws and writes, unless the terminal is behind: it gets the newest frame when it has
 * caught up. */
static void show_frame(struct app *a, const struct layout *l)
{
    int cursor_row = -1, cursor_col = 0;

    if (term_waiting()) {
        slow_skip(&a->slow, a->env.now_ms);
        a->dropped++;
        return;
    }
    a->frames++;
    draw(a, l, &cursor_row, &cursor_col);
    plan_wake(a);
    watch_fields(a);
    if (term_flush(a->surface, cursor_row, cursor_col) == TERM_GONE)
        on_terminal_gone(a);
    else
        watch_terminal(a);
}

static void draw_frame(struct app *a)
{
    struct layout l = layout_of(surface_rows(a->surface), surface_cols(a->surface));

    while (a->close_table && a->table && a->n_views > 1)
        pop_view(a);
    a->close_table = false;
    a->env.now_ms = uv_hrtime() / 1000000;
    for (size_t i = base_view(a); i < a->n_views; i++)
        a->views[i].ops->prepare(a->views[i].self, l.view, &a->env);
    take_totals(a);
    show_frame(a, &l);
    for (size_t i = base_view(a); i < a->n_views && !a->stopping; i++) {
        if (a->views[i].ops->ask)
            a->views[i].ops->ask(a->views[i].self);
    }
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void on_frame(uv_timer_t *timer)
{
    struct app *a = timer->data;

    a->frame_due = false;
    a->frame_clock = max_u64(a->frame_clock, uv_hrtime()) + FRAME_NS;
    if (!a->stopping)
        draw_frame(a);
}

/* Frames are at most 60 a second on average, but a quiet program answers at once. */
static void mark_dirty(struct app *a)
{
    uint64_t now = uv_hrtime();
    uint64_t ahead = (FRAME_BURST - 1) * (uint64_t)FRAME_NS;
    uint64_t wait = a->frame_clock > now + ahead ? a->frame_clock - now - ahead : 0;

    if (a->frame_due || a->stopping)
        return;
    a->frame_due = true;
    (void)uv_timer_start(&a->frame, on_frame, (wait + 999999) / 1000000, 0);
}

/* --- start and end --- */

static enum err_code read_secret(const struct options *o, char **out, struct err *e)
{
    *out = NULL;
    return o->secret_file ? secret_read_file(o->secret_file, out, e) : ERR_OK;
}

static enum err_code make_session(struct app *a, struct err *e)
{
    const struct options *o = a->options;
    struct channel_options c = {
        .host = a->target.host,
        .port = a->target.port,
        .tls = a->target.tls,
        .ca_file = o->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .server_name = o->server_name,
        .max_message = (size_t)o->max_message,
    };
    struct session_options s = {
        .auth = o->auth,
        .user = o->user,
        .allow_plaintext_secret = o->insecure_plaintext,
        .secure = a->target.tls || channel_is_loopback(a->target.host),
    };
    char *secret = NULL;
    enum err_code rc = read_secret(o, &secret, e);

    if (rc == ERR_OK)
        rc = channel_new(a->pump, &c, &a->channel, e);
    s.secret = secret;
    if (secret && !s.auth)
        s.auth = o->user ? "basic" : "psk"; /* known: no need to ask the server first */
    if (rc == ERR_OK)
        rc = session_new(&a->loop, a->channel, &s, &session_handler, a, &a->session, e);
    secret_free(secret);
    return rc;
}

static void start_handles(struct app *a)
{
    (void)uv_timer_init(&a->loop, &a->frame);
    (void)uv_timer_init(&a->loop, &a->connect);
    (void)uv_timer_init(&a->loop, &a->meter_timer);
    a->meter_timer.data = a;
    a->frame.data = a;
    (void)uv_timer_init(&a->loop, &a->wake);
    a->connect.data = a;
    a->wake.data = a;
    for (size_t i = 0; i < N_SIGNALS; i++) {
        (void)uv_signal_init(&a->loop, &a->signals[i]);
        a->signals[i].data = a;
        (void)uv_signal_start(&a->signals[i], on_signal, watched_signals[i]);
    }
}

static enum err_code start_terminal(struct app *a, struct err *e)
{
    TRY(term_start(&(struct term_options){.ascii = a->options->ascii}, e));
    term_install_crash_handlers();
    a->env.ascii = term_is_ascii();
    a->surface = surface_new(term_rows(), term_cols());
    (void)uv_poll_init(&a->loop, &a->keys, term_fd());
    a->keys.data = a;
    watch_terminal(a);
    return ERR_OK;
}

/* The loop's own threads must not take signals meant for the loop. */
static void start_pump(struct app *a)
{
    sigset_t all, old;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    channel_capture_log();
    a->pump = pump_new(&a->loop);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void on_close_wait(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Gives the session back while the terminal is the user's again already. */
static void end_session(struct app *a)
{
    while (a->n_views > 0)
        pop_view(a);
    fields_close(a->fields);
    if (!a->session)
        return;
    session_close(a->session);
    (void)uv_timer_start(&a->connect, on_close_wait, CLOSE_WAIT_MS, 0);
    while (session_closing(a->session) && uv_timer_get_due_in(&a->connect) > 0)
        (void)uv_run(&a->loop, UV_RUN_ONCE);
    session_free(a->session);
}

static void finish(struct app *a)
{
    if (a->surface) /* the loop must not come upon a descriptor that is closed */
        (void)uv_poll_stop(&a->keys);
    term_end();
    a->stopping = true;
    end_session(a);
    channel_free(a->channel);
    if (a->pump)
        pump_free(a->pump);
    uv_walk(&a->loop, close_handle, NULL);
    (void)uv_run(&a->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&a->loop);
    surface_free(a->surface);
    prompt_free(a->prompt);
    prompt_history_free(a->history);
    free(a->history_path);
    options_release(&a->set);
    completion_free(a->completion);
    zone_free(a->zone);
    target_release(&a->target);
}

/* A zone that the environment names and the system does not know is no reason to stop; one
 * that the user asks for is. */
static enum err_code open_zone(struct app *a, struct err *e)
{
    if (a->options->zone)
        return zone_open(a->options->zone, &a->zone, e);
    if (zone_open("local", &a->zone, NULL) == ERR_OK)
        return ERR_OK;
    return zone_open("UTC", &a->zone, e);
}

static enum err_code start(struct app *a, struct err *e)
{
    TRY(target_parse(a->options->target, &a->target, e));
    TRY(open_zone(a, e));
    a->env.zone = a->zone;
    start_pump(a);
    TRY(make_session(a, e));
    TRY(start_terminal(a, e));
    if (a->target.name)
        push_table(a, a->target.name, buf_bytes(&a->target.ticket));
    else
        push_picker(a);
    wait_for_connection(a);
    return ERR_OK;
}

/* Says which server an error is about; messages of our own checks name it already. */
static void name_server(const struct app *a, struct err *e)
{
    if (!a->channel || e->code == ERR_USAGE || e->code == ERR_INTERRUPTED ||
        e->code == ERR_IO)
        return;
    if (e->code == ERR_LOST && !a->opened)
        e->code = ERR_CONNECT;
    if (a->target.tls && strstr(e->msg, "wrong version number")) /* OpenSSL's words */
        (void)err_set(e, e->code, "no TLS is spoken there; dh+plain://%s goes without",
                      channel_address(a->channel));
    (void)err_wrap(e, e->code, "%s: %s", channel_address(a->channel), err_text(e->code));
}

enum err_code app_run(const struct options *o, int *signal, struct err *e)
{
    struct app a = {.options = o, .link = LINK_CONNECTING};
    enum err_code rc;

    (void)uv_loop_init(&a.loop);
    a.prompt = prompt_new();
    a.history = prompt_history_new();
    a.history_path = history_file_path();
    if (a.history_path)
        history_file_load(a.history_path, a.history);
    options_init(&a.set);
    a.set.interval_ms = o->interval_ms;
    a.completion = completion_new();
    start_handles(&a);
    rc = start(&a, &a.end);
    if (rc == ERR_OK)
        (void)uv_run(&a.loop, UV_RUN_DEFAULT);
    name_server(&a, &a.end);
    finish(&a);
    *signal = a.signal;
    *e = a.end;
    return a.end.code;
}
