/*
 * tests/support/observer.h - a client that writes down what it sees, one line for each
 * thing.
 *
 * An observer has one connection to one server. It makes raw calls, without a session of
 * ours in between, so that a record shows what is on the wire: statuses, texts, bearers,
 * and what each message of a subscription says. Records of two servers can be compared line
 * by line. Uuids are written <uuid>. Anything that should have come and did not fails the
 * test. One thread.
 */
#ifndef TESTS_SUPPORT_OBSERVER_H
#define TESTS_SUPPORT_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "client/rpc/call.h"
#include "client/update_reader.h"
#include "client/wire/wire.h"

#define OBSERVER_BACKPLANE "/io.deephaven.proto.backplane.grpc."
#define OBSERVER_FLIGHT "/arrow.flight.protocol.FlightService/"
#define OBSERVER_BEARER 128

struct observer {
    const char *name;  /* of the server, for messages */
    const void *world; /* what a script needs to know of it; the caller's */
    uv_loop_t loop;
    uv_timer_t alarm;
    struct pump *pump;
    struct channel *channel;
    int64_t since_ms;             /* before it logged in, by CLOCK_MONOTONIC */
    char *login;                  /* header value of the first call */
    char bearer[OBSERVER_BEARER]; /* header value of the others */
    int32_t last_export;
    char **lines; /* the record */
    size_t n, cap;
};

/* A call under way, or over. Fields are for reading. */
struct talk {
    struct observer *observer;
    struct call *call; /* NULL once it is over */
    bool ended;
    int status;
    char text[600];
    char bearer[OBSERVER_BEARER]; /* as the reply gave it, "" when it did not */
    bool bearer_in_trailers;
    size_t n_messages;
    struct buf last; /* the message that came last */
    void (*on_message)(struct talk *t, struct bytes message); /* NULL, or is called too */

    /* streams of tables */
    struct update_reader *reader;
    struct replica *replica;
    struct rowset *viewport; /* effective, and what goes with it; NULL: not told yet */
    struct rowset *columns;
    bool reverse;
    bool quiet; /* updates are counted, and handed to on_update, but not written down */
    size_t n_updates;
    void (*on_update)(struct talk *t, const struct wire_update *u, size_t held_before);
    void *ctx; /* of both; the caller's */
};

/* Connects to "host:port" and logs in with that header; NULL: does not log in. Owned. */
struct observer *observer_new(const char *name, const char *address, const char *login);
void observer_free(struct observer *o);

/* Adds a line to the record. */
void observer_say(struct observer *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lets the connection work for so long. */
void observer_run(struct observer *o, int ms);

/* Starts a call. authorization: NULL for none. message.data NULL: none is sent yet. Owned
 * until talk_free(), which cancels it. */
struct talk *talk_start(struct observer *o, const char *method, const char *authorization,
                        struct bytes message, bool half_close);
void talk_free(struct talk *t);

/* Waits for the end, or for n messages in all, or for so long; false when it took longer.
 */
bool talk_wait_end(struct talk *t, int ms);
bool talk_wait_messages(struct talk *t, size_t n, int ms);

/* Writes "label: status text", or that there was no answer. */
void talk_say_end(const struct talk *t, const char *label);

/* A call with one request and one reply, its end written down. True when it was OK; then
 * reply holds the message, if given. Where no answer is expected it is not waited for long:
 * observer_waits(). */
bool observer_unary(struct observer *o, const char *label, const char *method,
                    const char *authorization, struct bytes message, struct buf *reply);

/* The same where the server is to wait with its answer. */
void observer_waits(struct observer *o, const char *label, const char *method,
                    const char *authorization, struct bytes message);

/* --- tables --- */

struct ask {
    const char *rows;    /* as build_set() takes it, NULL: no viewport */
    const char *columns; /* the same, NULL: none are named */
    bool reverse;
    bool snapshot;      /* a request of the other type */
    int64_t list_limit; /* preview_list_length_limit of the first request */
};

/* Opens a DoExchange stream with its first request, whose updates are written down; without
 * a viewport messages are only counted. */
struct talk *talk_subscribe(struct observer *o, struct bytes ticket, struct ask first);
void talk_ask(struct talk *t, struct ask next);

/* Waits until the effective viewport, columns and direction are these, writing down that
 * they are, and what is held then, unless label is NULL. A stream that ends first is
 * written down as such. */
void talk_settle(struct talk *t, const char *label, struct ask asked);

/* Waits for so many further updates. */
void talk_wait_updates(struct talk *t, size_t more);

#endif
