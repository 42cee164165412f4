#include "client/server_log.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/wire/wire.h"

#define SUBSCRIBE "/io.deephaven.proto.backplane.script.grpc.ConsoleService/SubscribeToLogs"
#define REQUEST_MAX 256
#define SCAN_MAX ((size_t)64 << 10) /* bytes that are looked at */
#define DETAILS "Details Logged w/ID '"
#define INTERNAL "Internal Error '" /* what the line says before its id */

struct server_log {
    struct session *session; /* borrowed */
    struct session_call *call;
    char id[LOG_ID_LEN + 1];
    struct err why; /* with the id */
    server_log_fn *fn;
    void *ctx;
};

/* --- texts --- */

/* The id behind a mark in a text. */
static bool id_behind(const char *text, const char *mark, char id[LOG_ID_LEN + 1])
{
    const char *at = strstr(text, mark);
    size_t n = 0;

    if (!at)
        return false;
    at += strlen(mark);
    while (n < LOG_ID_LEN && (isxdigit((unsigned char)at[n]) || at[n] == '-'))
        n++;
    if (n < LOG_ID_LEN)
        return false;
    memcpy(id, at, n);
    id[n] = '\0';
    return true;
}

bool server_log_id(const char *text, char id[LOG_ID_LEN + 1])
{
    return id_behind(text, DETAILS, id);
}

/* The first line of what begins at text, without the name of an exception's class. */
static struct bytes message_at(const char *text)
{
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789._$");
    size_t n;

    if (strncmp(text + name, ": ", 2) == 0 && memchr(text, '.', name))
        text += name + 2;
    n = strcspn(text, "\r\n");
    return (struct bytes){(const uint8_t *)text, n};
}

/* The message behind the last of such marks that is not empty. */
static struct bytes last_behind(const char *text, const char *mark)
{
    struct bytes out = {0}, found;

    for (const char *at = text; (at = strstr(at, mark));) {
        at += strlen(mark);
        at += strspn(at, " :");
        found = message_at(at);
        if (found.len > 0)
            out = found;
    }
    return out;
}

/* What caused it in the end; empty: nothing is said of that. The parser of expressions puts
 * it into a table. */
static struct bytes last_cause(const char *text)
{
    struct bytes parsed = last_behind(text, "\nException message ");

    return parsed.len > 0 ? parsed : last_behind(text, "\nCaused by: ");
}

static void add(char out[LOG_REASON_MAX], struct bytes text)
{
    size_t at = strlen(out), room = LOG_REASON_MAX - 1 - at;
    size_t n = text.len < room ? text.len : room;

    if (n > 0)
        memcpy(out + at, text.data, n);
    out[at + n] = '\0';
}

static bool has(struct bytes whole, struct bytes part)
{
    return part.len == 0 || memmem(whole.data, whole.len, part.data, part.len);
}

bool server_log_reason(struct bytes line, const char *id, char out[LOG_REASON_MAX])
{
    char *text = mem_strndup(line.len > 0 ? (const char *)line.data : "",
                             line.len < SCAN_MAX ? line.len : SCAN_MAX);
    const char *at = strstr(text, id);
    struct bytes first, cause;

    out[0] = '\0';
    if (at) {
        at += strlen(id);
        first = message_at(at + strspn(at, "' "));
        cause = last_cause(at);
        add(out, first);
        if (!has(first, cause)) {
            add(out, first.len > 0 ? bytes_of(": ") : (struct bytes){0});
            add(out, cause);
        }
    }
    free(text);
    return at != NULL;
}

bool server_log_is_about(const char *line, const char *message)
{
    char id[LOG_ID_LEN + 1], reason[LOG_REASON_MAX];

    if (!id_behind(line, INTERNAL, id))
        return false;
    if (strstr(message, id))
        return true;
    return server_log_reason(bytes_of(line), id, reason) && *reason &&
           strstr(message, reason);
}

/* --- the search --- */

static void tell(struct server_log *l, const struct err *explained)
{
    l->fn(l->ctx, explained);
    free(l);
}

/* The text around the id stays. */
static void on_message(void *ctx, struct bytes message)
{
    struct server_log *l = ctx;
    char reason[LOG_REASON_MAX];
    struct wire_log_line line;
    struct err e;

    if (wire_log_line_decode(message, &line, &e) != ERR_OK ||
        !server_log_reason(line.message, l->id, reason) || reason[0] == '\0')
        return;
    session_drop(l->call);
    (void)err_set(&e, l->why.code, "%.*s%s",
                  (int)(strstr(l->why.msg, DETAILS) - l->why.msg), l->why.msg, reason);
    tell(l, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct server_log *l = ctx;
    struct err e;

    (void)session_end_err(l->session, end, &e);
    (void)err_wrap(&e, l->why.code, "%s in the server's log, which cannot be read",
                   l->why.msg);
    tell(l, &e);
}

static const struct call_handler call_events = {NULL, on_message, on_end};

static struct server_log *new_search(struct session *session, const struct err *why,
                                     server_log_fn *fn, void *ctx)
{
    struct server_log *l = MEM_NEW(struct server_log);

    l->session = session;
    l->why = *why;
    l->fn = fn;
    l->ctx = ctx;
    (void)server_log_id(why->msg, l->id);
    return l;
}

struct server_log *server_log_explain(struct session *session, const struct err *why,
                                      server_log_fn *fn, void *ctx)
{
    struct call_options o = {.method = SUBSCRIBE,
                             .has_message = true,
                             .half_close = true,
                             .timeout_ms = LOG_WAIT_MS};
    static const char *const levels[] = {"ERROR"};
    char id[LOG_ID_LEN + 1];
    struct server_log *l;
    struct buf request;

    if (session_state(session) != SESSION_READY || !server_log_id(why->msg, id))
        return NULL;
    l = new_search(session, why, fn, ctx);
    buf_init(&request, REQUEST_MAX);
    (void)wire_log_request_encode(levels, 1, 0, &request, NULL); /* it has the room */
    o.message = buf_bytes(&request);
    l->call = session_start(session, &o, &call_events, l);
    buf_release(&request);
    return l;
}

void server_log_stop(struct server_log *l)
{
    if (!l)
        return;
    session_drop(l->call);
    free(l);
}
