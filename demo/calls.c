#include "demo/calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/wire/wire.h"
#include "demo/request.h"

#define CANCELLED_DEPENDENCY "Export in state DEPENDENCY_CANCELLED"

void calls_retry(struct server *s)
{
    struct request *next;
    struct served_stream *next_stream;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->has_message && !r->open && r->method->run(r))
            next = s->requests; /* others may have gone with it: start again */
    }
    for (struct served_stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login)
            exchange_retry(st->exchange);
    }
}

static struct trace_counts count_open(const struct server *s)
{
    struct trace_counts n = {0};

    for (const struct login *l = s->logins; l; l = l->next) {
        n.sessions++;
        for (size_t i = 0; i < l->n_exports; i++)
            n.exports += l->exports[i].state == EXPORT_READY;
    }
    for (const struct served_stream *st = s->streams; st; st = st->next)
        n.streams += st->login != NULL;
    for (const struct request *r = s->requests; r; r = r->next)
        n.counters += r->open && r->method->tick != NULL;
    return n;
}

void calls_tick(struct server *s)
{
    struct request *next;
    struct served_stream *next_stream;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->open && r->method->tick)
            r->method->tick(r);
    }
    for (struct served_stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login)
            exchange_tick(st->exchange, server_table_ms(s));
    }
    if (s->options.trace) {
        struct trace_counts now = count_open(s);

        trace_open(s->options.trace, &now, &s->traced);
    }
}

/* protocol: streams of a session that is over mostly stay open and silent; one that still
 * waits for its table ends. */
static void end_stream(struct served_stream *st)
{
    struct bytes ticket;
    char text[REFUSAL_MAX];

    st->login = NULL;
    if (!exchange_waits(st->exchange, &ticket) || !ticket_is_export(ticket))
        return;
    (void)snprintf(text, sizeof(text),
                   CANCELLED_DEPENDENCY " (related parent export id: %" PRId32 ")",
                   (int32_t)bytes_u32(ticket.data + 1));
    exchange_fail(st->exchange, GRPC_STATUS_FAILED_PRECONDITION, text);
}

/* A call that answers once and waits for no export has not been heard yet, and ends as one
 * that comes afterwards. */
static void end_request(struct request *r)
{
    if (r->open || r->method->end_status != GRPC_STATUS_OK)
        request_fail(r, r->method->end_status, r->method->end_text);
    else
        request_fail(r, GRPC_STATUS_UNAUTHENTICATED, NULL);
}

void calls_end_login(struct server *s, struct login *login)
{
    struct request *next;
    struct served_stream *next_stream;

    for (struct served_stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login == login)
            end_stream(st);
    }
    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->login == login)
            end_request(r);
    }
    for (struct login **l = &s->logins; *l; l = &(*l)->next) {
        if (*l != login)
            continue;
        *l = login->next;
        login_free(login);
        return;
    }
}

void calls_terminate(struct server *s, size_t reason_bytes)
{
    char *reason = faults_hostile_text(reason_bytes);
    struct wire_termination t = {.abnormal = true,
                                 .reason = {(const uint8_t *)reason, strlen(reason)}};
    struct request *next;

    for (struct request *r = s->requests; r; r = next) {
        struct buf message;
        struct err e;

        next = r->next;
        if (!r->method->tells_end || !r->open)
            continue;
        buf_init(&message, MESSAGE_MAX);
        (void)request_reply(r, wire_termination_encode(&t, &message, &e), &message, &e);
    }
    free(reason);
}

/* protocol: an orderly shutdown. */
void calls_end_all(struct server *s)
{
    struct request *next;
    struct served_stream *next_stream;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->method->tells_end && r->open)
            (void)request_reply_empty(r);
        else
            request_fail(r, r->method->end_status, r->method->end_text);
    }
    for (struct served_stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        exchange_fail(st->exchange, GRPC_STATUS_OK, NULL);
    }
}
