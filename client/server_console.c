/*
 * A command goes through up to three calls: GetConsoleTypes and StartConsole, once for each
 * session, then ExecuteCommand. The log is opened beside the second and stays open; it
 * tells all lines that the server still has first, which are let go by their time.
 *
 * Which of the lines are the command's is known when it has ended, since only its answer
 * tells its times. So the newest lines are kept while one runs, and told behind done();
 * what comes later is told as it comes. Of lines that had no room the newest time is
 * known, which tells whether the command's first ones are among them.
 *
 * Code that is typed needs the console, too, to be completed: the first two calls are made
 * for that alone, and a command that comes meanwhile goes on with them.
 */
#include "client/server_console.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/backoff.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/wire/wire.h"

#define SERVICE "/io.deephaven.proto.backplane.script.grpc.ConsoleService/"
#define REQUEST_MAX (2 * CONSOLE_CODE_MAX)
#define LINES_MAX 1024 /* kept while a command runs */
/* Memory for changes, as a multiple of their bytes: one of them has at least two. */
#define ROOM_FACTOR ((sizeof(struct wire_field_info) + sizeof(struct console_change)) / 2)
#define NS_PER_US 1000
#define NS_PER_MS 1000000 /* the log's times are cut to milliseconds */

struct printed_line {
    int64_t time_us;
    struct bytes text; /* owned */
    size_t cut;        /* bytes of it that are not kept */
};

struct server_console {
    struct connection *connection; /* borrowed */
    const struct server_console_handler *handler;
    void *ctx;
    struct export_id console;  /* of the session that it was started in; or none */
    struct export_id starting; /* asked for, not answered yet */
    struct bytes language;     /* owned; of the console that was started last */
    struct session_call *call, *log;
    bool had_console, anew; /* one was started; another one for the command */
    char *code;             /* owned: what runs; NULL: nothing does */
    struct code_help *help;
    char *typed;       /* owned: code that waits for the console to be completed, or NULL */
    uint32_t helpless; /* the epoch that has no console to complete it; 0: none */
    uint32_t help_epoch;    /* that the next two are of */
    uint64_t help_due_ms;   /* before then no console is asked for to complete code */
    uint32_t help_failures; /* that such a wait came from, in a row */
    int64_t from_us, to_us; /* of the last command, once it has ended; else no time */
    struct printed_line lines[LINES_MAX]; /* n_lines from first_line on, in a ring */
    size_t first_line, n_lines, line_bytes;
    int64_t dropped_us; /* the newest of those that had no room there; 0: none */
    size_t printed;     /* bytes of the last command */
    struct console_left_out left_out; /* of it */
};

static struct session *session_of(const struct server_console *c)
{
    return connection_session(c->connection);
}

static struct bytes copy_of(struct bytes b, size_t max)
{
    size_t n = b.len < max ? b.len : max;

    return (struct bytes){n > 0 ? mem_dup(b.data, n) : NULL, n};
}

static void release(struct bytes owned)
{
    free((void *)(uintptr_t)owned.data);
}

/* --- what is printed --- */

/* The oldest of them, which is the caller's now. */
static struct printed_line take_line(struct server_console *c)
{
    struct printed_line oldest = c->lines[c->first_line];

    c->line_bytes -= oldest.text.len;
    c->first_line = (c->first_line + 1) % LINES_MAX;
    c->n_lines--;
    return oldest;
}

static void drop_line(struct server_console *c)
{
    release(take_line(c).text);
}

static void keep_line(struct server_console *c, const struct wire_log_line *line)
{
    struct bytes text = copy_of(line->message, CONSOLE_PRINTED_MAX);

    while (c->n_lines == LINES_MAX ||
           (c->n_lines > 0 && c->line_bytes + text.len > CONSOLE_PRINTED_MAX)) {
        c->dropped_us = c->lines[c->first_line].time_us;
        drop_line(c);
    }
    c->lines[(c->first_line + c->n_lines++) % LINES_MAX] =
        (struct printed_line){line->time_us, text, line->message.len - text.len};
    c->line_bytes += text.len;
}

static void tell_line(struct server_console *c, int64_t time_us, struct bytes text,
                      size_t cut)
{
    if (time_us < c->from_us || time_us > c->to_us)
        return;
    if (text.len > CONSOLE_PRINTED_MAX - c->printed) {
        c->left_out.bytes += text.len;
        text.len = 0;
    }
    c->printed += text.len;
    c->left_out.bytes += cut;
    c->handler->printed(c->ctx, text, &c->left_out);
}

static void on_log_line(void *ctx, struct bytes message)
{
    struct server_console *c = ctx;
    struct wire_log_line line;
    struct err e;

    if (wire_log_line_decode(message, &line, &e) != ERR_OK) {
        session_drop(c->log);
        c->log = NULL;
        c->handler->silent(c->ctx, &e);
    } else if (c->code) {
        keep_line(c, &line);
    } else {
        tell_line(c, line.time_us, line.message, 0);
    }
}

/* The next command opens it again. */
static void on_log_end(void *ctx, const struct call_end *end)
{
    struct server_console *c = ctx;
    struct err e;

    c->log = NULL;
    (void)session_end_err(session_of(c), end, &e);
    c->handler->silent(c->ctx, &e);
}

static const struct call_handler log_handler = {NULL, on_log_line, on_log_end};

static void open_log(struct server_console *c)
{
    static const char *const levels[] = {"STDOUT", "STDERR"};
    struct call_options o = {
        .method = SERVICE "SubscribeToLogs", .has_message = true, .half_close = true};
    struct buf request;

    if (c->log)
        return;
    buf_init(&request, REQUEST_MAX);
    (void)wire_log_request_encode(levels, 2, 0, &request, NULL); /* it has the room */
    o.message = buf_bytes(&request);
    c->log = session_start(session_of(c), &o, &log_handler, c);
    buf_release(&request);
}

/* Another command may be run meanwhile, which lets go what is kept. */
static void tell_kept(struct server_console *c)
{
    while (c->n_lines > 0) {
        struct printed_line oldest = take_line(c);

        tell_line(c, oldest.time_us, oldest.text, oldest.cut);
        release(oldest.text);
    }
}

/* --- the end of a command --- */

static void end_command(struct server_console *c)
{
    c->call = NULL;
    free(c->code);
    c->code = NULL;
}

static void forget_typed(struct server_console *c)
{
    free(c->typed);
    c->typed = NULL;
}

/* Only a server that refuses a console is not asked for help again: another time it may
 * answer, or make sense, if not with each key that is typed. */
static void wait_with_help(struct server_console *c, const struct err *why)
{
    uint32_t epoch = connection_epoch(c->connection);

    if (exports_have(session_exports(session_of(c)), c->console))
        return;
    if (c->help_epoch != epoch)
        c->help_failures = 0;
    c->help_epoch = epoch;
    if (why->code == ERR_REFUSED)
        c->helpless = epoch;
    else
        c->help_due_ms = clock_ms() + backoff_ms(c->help_failures++, BACKOFF_STREAM_MAX_MS,
                                                 backoff_random());
}

static void fail(struct server_console *c, const struct err *why)
{
    bool ran = c->code != NULL;

    end_command(c);
    forget_typed(c);
    wait_with_help(c, why);
    if (ran)
        c->handler->done(c->ctx, NULL, why);
}

/* 0 when the times make no sense. */
static int64_t duration_of(const struct wire_command_result *r)
{
    int64_t ns;

    return __builtin_sub_overflow(r->end_ns, r->start_ns, &ns) || ns < 0 ? 0 : ns;
}

static enum field_change change_of(const struct wire_field_info *f)
{
    if (f->change == WIRE_FIELD_REMOVED)
        return FIELD_REMOVED;
    return f->change == WIRE_FIELD_CREATED ? FIELD_CREATED : FIELD_UPDATED;
}

/* The changes, to be freed; what they hold is borrowed from r. */
static enum err_code read_changes(const struct wire_command_result *r,
                                  struct console_change **out, size_t *n, struct err *e)
{
    struct wire_field_info *list = NULL;

    TRY(mem_room(r->changes.len * ROOM_FACTOR, e));
    TRY(wire_fields_decode(r->changes, &list, n, e));
    *out = MEM_ARRAY(struct console_change, *n);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] =
            (struct console_change){change_of(&list[i]), list[i].name, list[i].type};
    free(list);
    return ERR_OK;
}

static void finish(struct server_console *c, const struct wire_command_result *r)
{
    struct console_change *changes = NULL;
    struct console_result result = {.error = r->error,
                                    .ns = duration_of(r),
                                    .language = server_console_language(c),
                                    .anew = c->anew};
    struct err e;

    if (read_changes(r, &changes, &result.n_changes, &e) != ERR_OK) {
        fail(c, &e);
        return;
    }
    result.changes = changes;
    c->anew = false;
    c->from_us = r->start_ns / NS_PER_MS * (NS_PER_MS / NS_PER_US);
    c->to_us = r->end_ns / NS_PER_US;
    c->printed = 0;
    c->left_out = (struct console_left_out){.beginning = c->dropped_us > 0 &&
                                                         c->dropped_us >= c->from_us};
    end_command(c);
    c->handler->done(c->ctx, &result, NULL);
    free(changes);
    tell_kept(c);
}

static void on_answer(void *ctx, struct bytes reply, const struct err *why)
{
    struct server_console *c = ctx;
    struct wire_command_result r;
    struct err e;

    if (!why && wire_command_result_decode(reply, &r, &e) == ERR_OK) {
        finish(c, &r);
        return;
    }
    if (why && loss_of_call_may_pass(why))
        (void)err_set(&e, why->code, "%s; whether the code has run is not known", why->msg);
    else if (why)
        e = *why;
    fail(c, &e);
}

/* --- the way to it --- */

/* Ends what cannot be asked for. */
static bool encoded(struct server_console *c, enum err_code rc, struct buf *request,
                    const struct err *e)
{
    if (rc == ERR_OK)
        return true;
    buf_release(request);
    fail(c, e);
    return false;
}

static void help_typed(struct server_console *c)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct code_place at = {
        .session = session_of(c),
        .epoch = connection_epoch(c->connection),
        .console = exports_ticket(session_exports(session_of(c)), c->console, room),
        .language = c->language};

    if (c->typed)
        code_help_ask(c->help, &at, c->typed);
    forget_typed(c);
}

static void execute(struct server_console *c)
{
    uint8_t room[EXPORT_TICKET_LEN];
    char *code = script_with_value(script_language(c->language), c->code);
    struct buf request;
    struct err e;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = wire_command_encode(
        exports_ticket(session_exports(session_of(c)), c->console, room), bytes_of(code),
        &request, &e);
    free(code);
    if (!encoded(c, rc, &request, &e))
        return;
    open_log(c);
    c->call = session_unary_patient(session_of(c), SERVICE "ExecuteCommand",
                                    buf_bytes(&request), on_answer, c);
    buf_release(&request);
}

static void on_started(void *ctx, struct bytes reply, const struct err *why)
{
    struct server_console *c = ctx;

    (void)reply; /* names what was asked for */
    if (why) {
        fail(c, why);
        return;
    }
    c->console = c->starting;
    c->starting = (struct export_id){0};
    c->anew = c->had_console;
    c->had_console = true;
    c->help_failures = 0;
    c->call = NULL;
    help_typed(c);
    if (c->code)
        execute(c);
}

static void start(struct server_console *c)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct exports *exports = session_exports(session_of(c));
    struct buf request;
    struct err e;
    enum err_code rc;

    c->starting = exports_next(exports);
    if (c->starting.id == 0) {
        (void)err_set(&e, ERR_LIMIT, "this session has used up its export ids");
        fail(c, &e);
        return;
    }
    buf_init(&request, REQUEST_MAX);
    rc = wire_start_console_encode(exports_ticket(exports, c->starting, room), c->language,
                                   &request, &e);
    if (!encoded(c, rc, &request, &e))
        return;
    c->call = session_unary(session_of(c), SERVICE "StartConsole", buf_bytes(&request),
                            on_started, c);
    buf_release(&request);
}

static void on_types(void *ctx, struct bytes reply, const struct err *why)
{
    struct server_console *c = ctx;
    struct bytes language = {0};
    struct err e;

    if (!why && wire_console_types_decode(reply, &language, &e) != ERR_OK)
        why = &e;
    if (!why && language.len == 0) {
        (void)err_set(&e, ERR_REFUSED, "this server has no console");
        why = &e;
    }
    if (why) {
        fail(c, why);
        return;
    }
    release(c->language);
    c->language = copy_of(language, SCRIPT_LANGUAGE_MAX);
    start(c);
}

/* Has a console started, unless that is under way. */
static void prepare(struct server_console *c)
{
    if (!c->call)
        c->call = session_unary(session_of(c), SERVICE "GetConsoleTypes", (struct bytes){0},
                                on_types, c);
}

/* --- from outside --- */

static void on_help(void *ctx)
{
    struct server_console *c = ctx;

    c->handler->helped(c->ctx);
}

enum err_code server_console_run(struct server_console *c, const char *code, struct err *e)
{
    struct session *s = session_of(c);
    size_t n = strlen(code);

    if (c->code)
        return err_set(e, ERR_USAGE, "a command is running");
    if (n > CONSOLE_CODE_MAX)
        return err_set(e, ERR_USAGE, "expected at most %zu bytes of code, found %zu",
                       CONSOLE_CODE_MAX, n);
    if (session_state(s) != SESSION_READY)
        return err_set(e, ERR_LOST, "there is no connection to the server now");
    while (c->n_lines > 0)
        drop_line(c);
    c->dropped_us = 0;
    c->from_us = INT64_MAX;
    c->to_us = INT64_MIN;
    c->code = mem_strdup(code);
    if (exports_have(session_exports(s), c->console))
        execute(c);
    else
        prepare(c);
    return ERR_OK;
}

void server_console_help(struct server_console *c, const char *code)
{
    struct session *s = session_of(c);
    bool there = exports_have(session_exports(s), c->console);
    uint32_t epoch = connection_epoch(c->connection);

    if (session_state(s) != SESSION_READY || c->helpless == epoch ||
        (!there && c->help_epoch == epoch && clock_ms() < c->help_due_ms))
        return;
    forget_typed(c);
    c->typed = mem_strdup(code);
    if (there)
        help_typed(c);
    else
        prepare(c);
}

const struct code_help *server_console_helped(const struct server_console *c)
{
    return c->help;
}

enum script_language server_console_language(const struct server_console *c)
{
    return c->language.len > 0 ? script_language(c->language) : SCRIPT_PYTHON;
}

bool server_console_is_running(const struct server_console *c)
{
    return c->code != NULL;
}

void server_console_give_up(struct server_console *c)
{
    session_drop(c->call);
    session_release(session_of(c), c->starting);
    c->starting = (struct export_id){0};
    end_command(c);
    forget_typed(c);
}

struct server_console *server_console_new(struct connection *connection,
                                          const struct server_console_handler *handler,
                                          void *ctx)
{
    struct server_console *c = MEM_NEW(struct server_console);

    c->connection = connection;
    c->handler = handler;
    c->ctx = ctx;
    c->help = code_help_new(on_help, c);
    return c;
}

void server_console_free(struct server_console *c)
{
    if (!c)
        return;
    code_help_free(c->help);
    free(c->typed);
    session_drop(c->call);
    session_drop(c->log);
    session_release(session_of(c), c->console);
    while (c->n_lines > 0)
        drop_line(c);
    release(c->language);
    free(c->code);
    free(c);
}
