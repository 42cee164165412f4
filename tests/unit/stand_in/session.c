#include "tests/unit/stand_in/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/connection.h"

#define CALLS_MAX 64

struct session_call {
    bool open;
    const char *method; /* behind the last / */
    const struct call_handler *handler;
    session_reply_fn *reply;
    void *ctx;
    struct buf sent; /* all messages */
    size_t n_sent;
};

struct session {
    struct exports exports;
    size_t released;
};

static struct session session;
static struct session_call calls[CALLS_MAX];
static size_t n_calls;

static struct session_call *begin_call(const char *method, struct bytes message, void *ctx)
{
    struct session_call *c = &calls[n_calls++];

    assert_true(n_calls < CALLS_MAX);
    *c = (struct session_call){
        .open = true, .method = strrchr(method, '/') + 1, .ctx = ctx, .n_sent = 1};
    buf_init(&c->sent, SIZE_MAX);
    buf_append_fitting(&c->sent, message.data, message.len);
    return c;
}

struct session_call *session_start(struct session *s, const struct call_options *o,
                                   const struct call_handler *handler, void *ctx)
{
    struct session_call *c = begin_call(o->method, o->message, ctx);

    assert_ptr_equal(s, &session);
    c->handler = handler;
    return c;
}

struct session_call *session_unary(struct session *s, const char *method,
                                   struct bytes request, session_reply_fn *fn, void *ctx)
{
    struct session_call *c = begin_call(method, request, ctx);

    assert_ptr_equal(s, &session);
    c->reply = fn;
    return c;
}

struct session_call *session_unary_patient(struct session *s, const char *method,
                                           struct bytes request, session_reply_fn *fn,
                                           void *ctx)
{
    return session_unary(s, method, request, fn, ctx);
}

void session_send(struct session_call *c, struct bytes message, bool newest)
{
    assert_true(c->open && !newest);
    buf_append_fitting(&c->sent, message.data, message.len);
    c->n_sent++;
}

void session_drop(struct session_call *c)
{
    if (c)
        c->open = false;
}

void session_release(struct session *s, struct export_id export)
{
    s->released += export.id != 0;
}

enum session_state session_state(const struct session *s)
{
    (void)s;
    return SESSION_READY;
}

struct exports *session_exports(struct session *s)
{
    return &s->exports;
}

enum err_code session_end_err(const struct session *s, const struct call_end *end,
                              struct err *e)
{
    (void)s;
    return call_end_err(end, e);
}

struct session *connection_session(const struct connection *c)
{
    (void)c;
    return &session;
}

uint32_t connection_epoch(const struct connection *c)
{
    (void)c;
    return session.exports.epoch;
}

void session_send_last(struct session_call *c, struct bytes message)
{
    session_send(c, message, false);
}

/* --- for tests --- */

void stand_in_begin(void)
{
    for (size_t i = 0; i < n_calls; i++)
        buf_release(&calls[i].sent);
    n_calls = 0;
    session.released = 0;
    session.exports = (struct exports){session.exports.epoch + 1, 0};
}

struct session *stand_in_session(void)
{
    return &session;
}

uint32_t stand_in_epoch(void)
{
    return session.exports.epoch;
}

static bool is_of(const struct session_call *c, const char *method)
{
    return !method || strcmp(c->method, method) == 0;
}

struct session_call *stand_in_call(const char *method)
{
    for (size_t i = n_calls; i-- > 0;)
        if (is_of(&calls[i], method) && calls[i].open)
            return &calls[i];
    fail_msg("no %s is open", method);
    return NULL;
}

size_t stand_in_count(const char *method)
{
    size_t n = 0;

    for (size_t i = 0; i < n_calls; i++)
        n += is_of(&calls[i], method);
    return n;
}

size_t stand_in_released(void)
{
    return session.released;
}

size_t stand_in_messages(const struct session_call *c)
{
    return c->n_sent;
}

bool stand_in_was_sent(const struct session_call *c, const char *text)
{
    return memmem(c->sent.data, c->sent.len, text, strlen(text));
}

void stand_in_comes(struct session_call *c, struct buf message)
{
    c->handler->message(c->ctx, buf_bytes(&message));
    buf_release(&message);
}

/* In memory of just that size, for the sanitizer. */
void stand_in_comes_cut(struct session_call *c, struct bytes message, size_t n)
{
    uint8_t *cut = n > 0 ? mem_dup(message.data, n) : NULL;

    c->handler->message(c->ctx, (struct bytes){cut, n});
    free(cut);
}

void stand_in_ends(struct session_call *c, int status)
{
    c->open = false;
    c->handler->end(c->ctx, &(struct call_end){.status = status,
                                               .message = "as the test likes",
                                               .connected = true});
}

void stand_in_replies(struct session_call *c, struct buf reply)
{
    c->open = false;
    c->reply(c->ctx, buf_bytes(&reply), NULL);
    buf_release(&reply);
}

void stand_in_refuses(struct session_call *c, enum err_code code)
{
    struct err why;

    (void)err_set(&why, code, "as the test likes");
    c->open = false;
    c->reply(c->ctx, (struct bytes){0}, &why);
}
