/*
 * demo/state.h - what the files of the server share: the server itself, and the calls that
 * are open. Loop thread only.
 */
#ifndef DEMO_STATE_H
#define DEMO_STATE_H

#include "client/rpc/internal.h"
#include "client/wire/operations.h"
#include "demo/exchange.h"
#include "demo/login.h"
#include "demo/options.h"
#include "demo/rpc.h"

#define LOG_LINES 64
#define LOG_ID_LEN 36 /* of a uuid as text */

/* A reason that is in the log. */
struct log_line {
    int64_t time_us; /* since 1970 */
    char *text;      /* owned */
};

struct server {
    struct server_options options;
    struct pump *pump;
    grpc_server *grpc;
    int port;
    uv_timer_t timer;
    uint64_t start_ns;
    struct world world;
    struct demo_table *tables;
    size_t n_tables;
    bool revealed; /* those that are late are there, but their clients are not told yet */
    struct login *logins;
    struct request *requests;
    struct served_stream *streams;
    uint64_t n_calls, n_streams;    /* that carried a login */
    struct log_line log[LOG_LINES]; /* the last of n_logged, in turn */
    uint64_t n_logged;
    bool had_stream;
    struct trace_counts traced;
    int64_t faults_until_ms;

    /* the call that the next client makes */
    struct pump_tag accepted;
    grpc_call *call;
    grpc_call_details details;
    grpc_metadata_array headers;

    bool stopping, cancelled, shut_down;
    uint64_t stop_ns;
    struct pump_tag shutdown;
    void (*stopped)(void *ctx);
    void *stopped_ctx;
};

struct method;

/* What ExportedTableUpdates has said of an export. */
struct told {
    bool once;     /* its size, or more */
    int64_t stamp; /* of the table, then */
};

/* A call with one message in, or a few where its method collects them. Freed when answered.
 */
struct request {
    struct server *server;
    struct login *login; /* NULL: the method needs none */
    struct rpc *rpc;
    const struct method *method;
    struct buf message;
    bool has_message;
    bool collects;     /* keeps what comes after the first message, and is run at the end */
    bool half_closed;  /* no message follows */
    struct buf more;   /* collected: messages, each behind its length (four bytes) */
    bool open;         /* has had its first answer, more may follow */
    struct told *told; /* ExportedTableUpdates: one for each export; owned */
    size_t n_told;
    int64_t due_ms;      /* open writes: when what was written is there */
    uint64_t lines_told; /* SubscribeToLogs: of all that were logged */
    uint64_t noise;      /* likewise: lines that say nothing */
    int64_t noise_us;    /* until when these were told */
    struct request *next, **link;
};

/* A DoExchange or DoGet. */
struct served_stream {
    struct server *server;
    struct login *login; /* NULL once its session is over */
    struct exchange *exchange;
    struct served_stream *next, **link;
};

struct method {
    const char *name; /* full, with the leading slash */
    bool needs_login;
    /* Answers, or returns false when something it refers to is not there yet. */
    bool (*run)(struct request *r);
    void (*tick)(struct request *r); /* NULL, or called while open as time goes on */
    bool tells_end; /* what it answers is the end of the session, or of the server */
    /* How the call ends when its session does. */
    grpc_status_code end_status;
    const char *end_text;
    enum wire_op_kind op; /* of a method that is one operation on a table */
};

#define SERVER_NS_PER_MS UINT64_C(1000000)

/* Milliseconds since the start: real ones, and those that tables go by. */
int64_t server_now_ms(const struct server *s);
int64_t server_table_ms(const struct server *s);

#endif
