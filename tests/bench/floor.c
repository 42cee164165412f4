/*
 * tests/bench/floor - the least a client can do: the requests of dhview over a bare gRPC C
 * core channel, one thread, nothing decoded but what tells an answer from another message.
 *
 *   bench_floor [--once] PORT TABLE
 *
 * Same channel arguments, same login on the first DoExchange, same upkeep calls and request
 * bytes (client/wire, client/rowset_codec) as the program. With --once it subscribes to
 * rows 0..37 of columns 0..47, prints "rows" when they are there and waits for the end of
 * standard input. Otherwise it answers one line for each line on standard input:
 *
 *   open FIRST LAST FIRST_COLUMN LAST_COLUMN REVERSE INTERVAL_MS   ok NS BYTES
 *   ask FIRST LAST FIRST_COLUMN LAST_COLUMN REVERSE                ok NS BYTES
 *   hold ROWS COUNT INTERVAL_US FIRST_COLUMN LAST_COLUMN           ok BYTES MESSAGES
 *   replay FILE                        ok BYTES MESSAGES: what bench_proxy recorded
 *   drain MS                           ok BYTES MESSAGES
 *   stamp N                            ok NS...: ages of the stamps in N updates
 *
 * NS is from the start of the batch that sends to the completion that brings the last
 * message of the answer; BYTES are those of gRPC messages.
 */
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/tickets.h"
#include "client/wire/wire.h"

#define DO_EXCHANGE "/arrow.flight.protocol.FlightService/DoExchange"
#define TERMINATION                                                                        \
    "/io.deephaven.proto.backplane.grpc.SessionService/TerminationNotification"
#define CONSTANTS                                                                          \
    "/io.deephaven.proto.backplane.grpc.ConfigService/GetConfigurationConstants"
#define REQUEST_MAX ((size_t)1 << 20)
#define MESSAGE_MAX (128 << 20) /* as dhview's default */
#define BATCH_ROWS 100000
#define LIST_LIMIT 65
#define ANSWER_MS 20000
#define STAMP_AGE_MAX INT64_C(10000000000)

struct request {
    int64_t first, last, first_column, last_column;
    int reverse;
};

/* What a completion is of; the address is the tag. */
enum kind { SENT, HEADERS, MESSAGE, STATUS, UPKEEP, KINDS };

static struct {
    grpc_completion_queue *queue;
    grpc_channel *channel;
    grpc_call *call;
    int tag[KINDS];
    grpc_metadata_array headers, trailers;
    grpc_byte_buffer *incoming;
    grpc_status_code status;
    grpc_slice status_text;
    struct buf ticket, wanted; /* wanted: row set bytes of the request last sent */
    bool wanted_reverse;
    int32_t interval_ms;
    uint64_t bytes, messages;
    bool sending;
    int64_t *stamps;
    size_t n_stamps, max_stamps;
} f;

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_floor: %s\n", what);
    exit(1);
}

/* --- requests --- */

static grpc_byte_buffer *to_buffer(struct bytes b)
{
    grpc_slice slice = grpc_slice_from_copied_buffer((const char *)b.data, b.len);
    grpc_byte_buffer *out = grpc_raw_byte_buffer_create(&slice, 1);

    grpc_slice_unref(slice);
    return out;
}

/* The same bytes as client/subscription.c writes for this viewport. */
static void encode(const struct request *q, struct buf *out)
{
    struct rowset *rows = rowset_new_range(q->first, q->last);
    struct rowset *columns = rowset_new_range(q->first_column, q->last_column);
    struct buf bits, wrapper;
    struct wire_subscribe s = {.type = WIRE_BARRAGE_SUBSCRIPTION,
                               .ticket = buf_bytes(&f.ticket),
                               .reverse = q->reverse != 0,
                               .deephaven_nulls = true,
                               .interval_ms = f.interval_ms,
                               .batch_size = BATCH_ROWS,
                               .max_message_size = MESSAGE_MAX,
                               .list_limit = LIST_LIMIT};
    struct err e = {0};

    buf_init(&bits, REQUEST_MAX);
    buf_init(&wrapper, REQUEST_MAX);
    buf_clear(&f.wanted);
    f.wanted_reverse = s.reverse;
    if (rowset_encode(rows, &f.wanted, &e) != ERR_OK ||
        bitset_encode(columns, &bits, &e) != ERR_OK)
        die(e.msg);
    s.viewport = (struct wire_opt){buf_bytes(&f.wanted), true};
    s.columns = (struct wire_opt){buf_bytes(&bits), true};
    if (wire_subscribe_encode(&s, &wrapper, &e) != ERR_OK ||
        wire_flight_data_encode(
            &(struct wire_flight_data){.app_metadata = buf_bytes(&wrapper)}, out, &e) !=
            ERR_OK)
        die(e.msg);
    buf_release(&bits);
    buf_release(&wrapper);
    rowset_free(rows);
    rowset_free(columns);
}

static void start(grpc_call *call, const grpc_op *ops, size_t n, enum kind kind)
{
    if (grpc_call_start_batch(call, ops, n, &f.tag[kind], NULL) != GRPC_CALL_OK)
        die("a batch was refused");
}

static void read_next(void)
{
    grpc_op op = {.op = GRPC_OP_RECV_MESSAGE,
                  .data.recv_message.recv_message = &f.incoming};

    start(f.call, &op, 1, MESSAGE);
}

/* A unary call whose answer nobody reads, as the program makes once it is logged in. */
static void upkeep(const char *method, grpc_metadata *bearer)
{
    static grpc_metadata_array headers[2], trailers[2];
    static grpc_byte_buffer *reply[2];
    static grpc_status_code status[2];
    static grpc_slice text[2];
    static int n;
    grpc_byte_buffer *empty = to_buffer((struct bytes){(const uint8_t *)"", 0});
    grpc_op ops[6] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA,
         .data.send_initial_metadata = {.count = 1, .metadata = bearer}},
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = empty},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
        {.op = GRPC_OP_RECV_INITIAL_METADATA,
         .data.recv_initial_metadata.recv_initial_metadata = &headers[n]},
        {.op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &reply[n]},
        {.op = GRPC_OP_RECV_STATUS_ON_CLIENT,
         .data.recv_status_on_client = {.trailing_metadata = &trailers[n],
                                        .status = &status[n],
                                        .status_details = &text[n]}}};
    grpc_call *call =
        grpc_channel_create_call(f.channel, NULL, GRPC_PROPAGATE_DEFAULTS, f.queue,
                                 grpc_slice_from_static_string(method), NULL,
                                 gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);

    n++;
    start(call, ops, 6, UPKEEP);
    grpc_byte_buffer_destroy(empty);
}

static void on_headers(void)
{
    for (size_t i = 0; i < f.headers.count; i++) {
        grpc_metadata bearer;

        if (grpc_slice_str_cmp(f.headers.metadata[i].key, "authorization") != 0)
            continue;
        memset(&bearer, 0, sizeof(bearer));
        bearer.key = grpc_slice_from_static_string("authorization");
        bearer.value = f.headers.metadata[i].value;
        upkeep(TERMINATION, &bearer);
        upkeep(CONSTANTS, &bearer);
    }
}

/* --- answers --- */

/* The column Now has the only numbers that are near the present as nanoseconds. */
static void take_stamp(struct bytes body)
{
    int64_t now = now_ns(CLOCK_REALTIME);

    for (size_t i = 0; f.stamps && f.n_stamps < f.max_stamps && i + 8 <= body.len; i += 8) {
        int64_t age = now - (int64_t)bytes_u64(body.data + i);

        if (age > 0 && age < STAMP_AGE_MAX) {
            f.stamps[f.n_stamps++] = age;
            return;
        }
    }
}

/* Whether the message belongs to the viewport last asked for. */
static bool matches(struct bytes message)
{
    struct wire_flight_data d;
    struct wire_update u;
    bool has = false, same = false;
    struct err e = {0};

    if (wire_flight_data_decode(message, &d, &e) != ERR_OK)
        die(e.msg);
    take_stamp(d.data_body);
    if (wire_update_decode(d.app_metadata, &u, &has, &e) != ERR_OK)
        die(e.msg);
    if (has && u.viewport.present && u.is_snapshot)
        same = u.reverse == f.wanted_reverse &&
               bytes_equal(u.viewport.bytes, buf_bytes(&f.wanted));
    wire_update_release(&u);
    return same;
}

/* Takes the message that has come; look: also tells whether it matches. */
static bool take(bool look)
{
    bool same = false;

    if (!f.incoming)
        die("the stream is over");
    f.bytes += grpc_byte_buffer_length(f.incoming);
    f.messages++;
    if (look) {
        grpc_byte_buffer_reader reader;
        grpc_slice all;

        (void)grpc_byte_buffer_reader_init(&reader, f.incoming);
        all = grpc_byte_buffer_reader_readall(&reader);
        grpc_byte_buffer_reader_destroy(&reader);
        same = matches((struct bytes){GRPC_SLICE_START_PTR(all), GRPC_SLICE_LENGTH(all)});
        grpc_slice_unref(all);
    }
    grpc_byte_buffer_destroy(f.incoming);
    f.incoming = NULL;
    read_next();
    return same;
}

/* Waits for one completion until the deadline on CLOCK_MONOTONIC; KINDS: none came. */
static enum kind next(int64_t deadline)
{
    gpr_timespec until = {deadline / 1000000000, (int32_t)(deadline % 1000000000),
                          GPR_CLOCK_MONOTONIC};
    grpc_event ev = grpc_completion_queue_next(f.queue, until, NULL);
    enum kind kind;

    if (ev.type != GRPC_OP_COMPLETE)
        return KINDS;
    kind = (enum kind)((int *)ev.tag - f.tag);
    if (kind == HEADERS)
        on_headers();
    if (kind == SENT)
        f.sending = false;
    if (kind == STATUS)
        die("the stream is over");
    return kind;
}

/* Until the answer is there; ns since start. */
static int64_t await(int64_t begin)
{
    int64_t deadline = begin + (int64_t)ANSWER_MS * 1000000;

    for (;;) {
        enum kind kind = next(deadline);
        int64_t at = now_ns(CLOCK_MONOTONIC);

        if (kind == KINDS)
            die("no answer");
        if (kind == MESSAGE && take(true))
            return at - begin;
    }
}

static void drain_until(int64_t deadline, bool look)
{
    for (;;) {
        enum kind kind = next(deadline);

        if (kind == KINDS)
            return;
        if (kind == MESSAGE)
            (void)take(look);
        if (f.stamps && f.n_stamps == f.max_stamps)
            return;
    }
}

/* --- the channel and the stream --- */

static grpc_arg int_arg(const char *key, int value)
{
    return (grpc_arg){.type = GRPC_ARG_INTEGER, .key = (char *)key, .value.integer = value};
}

static void connect_to(const char *port)
{
    grpc_arg args[] = {int_arg(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, MESSAGE_MAX),
                       int_arg(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, MESSAGE_MAX),
                       int_arg(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10),
                       int_arg(GRPC_ARG_HTTP2_BDP_PROBE, 0),
                       int_arg(GRPC_ARG_ENABLE_HTTP_PROXY, 0)};
    grpc_channel_credentials *plain = grpc_insecure_credentials_create();
    char *target = mem_printf("ipv4:127.0.0.1:%s", port);

    f.queue = grpc_completion_queue_create_for_next(NULL);
    f.channel = grpc_channel_create(
        target, plain, &(grpc_channel_args){sizeof(args) / sizeof(*args), args});
    grpc_channel_credentials_release(plain);
    free(target);
}

static void open_stream(struct bytes first)
{
    grpc_metadata md;
    grpc_byte_buffer *message = to_buffer(first);
    grpc_op out[2] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA,
         .data.send_initial_metadata = {.count = 1, .metadata = &md}},
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = message}};
    grpc_op headers = {.op = GRPC_OP_RECV_INITIAL_METADATA,
                       .data.recv_initial_metadata.recv_initial_metadata = &f.headers};
    grpc_op status = {.op = GRPC_OP_RECV_STATUS_ON_CLIENT,
                      .data.recv_status_on_client = {.trailing_metadata = &f.trailers,
                                                     .status = &f.status,
                                                     .status_details = &f.status_text}};

    memset(&md, 0, sizeof(md));
    md.key = grpc_slice_from_static_string("authorization");
    md.value = grpc_slice_from_static_string("Anonymous");
    f.call = grpc_channel_create_call(f.channel, NULL, GRPC_PROPAGATE_DEFAULTS, f.queue,
                                      grpc_slice_from_static_string(DO_EXCHANGE), NULL,
                                      gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    f.sending = true;
    start(f.call, out, 2, SENT);
    start(f.call, &headers, 1, HEADERS);
    start(f.call, &status, 1, STATUS);
    read_next();
    grpc_byte_buffer_destroy(message);
}

static void send_message(struct bytes b)
{
    grpc_byte_buffer *message = to_buffer(b);
    grpc_op op = {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = message};

    while (f.sending) {
        if (next(now_ns(CLOCK_MONOTONIC) + 1000000000) == MESSAGE)
            (void)take(false);
    }
    f.sending = true;
    start(f.call, &op, 1, SENT);
    grpc_byte_buffer_destroy(message);
}

/* --- commands --- */

static void run_request(const struct request *q, bool first)
{
    struct buf request;
    int64_t begin;

    buf_init(&request, REQUEST_MAX);
    encode(q, &request);
    f.bytes = 0;
    begin = now_ns(CLOCK_MONOTONIC);
    if (first)
        open_stream(buf_bytes(&request));
    else
        send_message(buf_bytes(&request));
    (void)printf("ok %" PRId64, await(begin));
    (void)printf(" %" PRIu64 "\n", f.bytes);
    buf_release(&request);
}

static void run_hold(int64_t rows, int64_t count, int64_t interval_us, int64_t first_column,
                     int64_t last_column)
{
    int64_t begin = now_ns(CLOCK_MONOTONIC);

    f.bytes = f.messages = 0;
    for (int64_t i = 1; i <= count; i++) {
        struct request q = {i * rows, (i + 1) * rows - 1, first_column, last_column, 0};
        struct buf request;

        buf_init(&request, REQUEST_MAX);
        encode(&q, &request);
        send_message(buf_bytes(&request));
        buf_release(&request);
        drain_until(begin + i * interval_us * 1000, false);
    }
    drain_until(now_ns(CLOCK_MONOTONIC) + 1000000000, false);
    (void)printf("ok %" PRIu64 " %" PRIu64 "\n", f.bytes, f.messages);
}

static void run_replay(const char *path)
{
    FILE *in = fopen(path, "re");
    uint8_t head[12], *message = mem_calloc(1, REQUEST_MAX);
    int64_t begin = now_ns(CLOCK_MONOTONIC);

    if (!in)
        die("cannot read the recording");
    f.bytes = f.messages = 0;
    while (fread(head, 1, sizeof(head), in) == sizeof(head)) {
        size_t len = bytes_u32(head + 8);
        int64_t at = begin + (int64_t)bytes_u64(head);

        if (len > REQUEST_MAX || fread(message, 1, len, in) != len)
            die("the recording is cut");
        if (f.call)
            drain_until(at, false);
        if (f.call)
            send_message((struct bytes){message, len});
        else
            open_stream((struct bytes){message, len});
    }
    (void)fclose(in);
    free(message);
    drain_until(now_ns(CLOCK_MONOTONIC) + 1000000000, false);
    (void)printf("ok %" PRIu64 " %" PRIu64 "\n", f.bytes, f.messages);
}

static void run_drain(int64_t ms)
{
    f.bytes = f.messages = 0;
    drain_until(now_ns(CLOCK_MONOTONIC) + ms * 1000000, false);
    (void)printf("ok %" PRIu64 " %" PRIu64 "\n", f.bytes, f.messages);
}

static void run_stamp(size_t n)
{
    f.stamps = MEM_ARRAY(int64_t, n);
    f.n_stamps = 0;
    f.max_stamps = n;
    drain_until(now_ns(CLOCK_MONOTONIC) + (int64_t)ANSWER_MS * 1000000, true);
    (void)fputs("ok", stdout);
    for (size_t i = 0; i < f.n_stamps; i++)
        (void)printf(" %" PRId64, f.stamps[i]);
    (void)putchar('\n');
    free(f.stamps);
    f.stamps = NULL;
}

static bool command(const char *line)
{
    struct request q;
    int64_t a[5];
    char path[1024];

    if (sscanf(line, "open %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %" SCNd32,
               &q.first, &q.last, &q.first_column, &q.last_column, &q.reverse,
               &f.interval_ms) == 6)
        run_request(&q, true);
    else if (sscanf(line, "ask %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d",
                    &q.first, &q.last, &q.first_column, &q.last_column, &q.reverse) == 5)
        run_request(&q, false);
    else if (sscanf(line, "hold %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
                    &a[0], &a[1], &a[2], &a[3], &a[4]) == 5)
        run_hold(a[0], a[1], a[2], a[3], a[4]);
    else if (sscanf(line, "replay %1023s", path) == 1)
        run_replay(path);
    else if (sscanf(line, "drain %" SCNd64, &a[0]) == 1)
        run_drain(a[0]);
    else if (sscanf(line, "stamp %" SCNd64, &a[0]) == 1 && a[0] > 0)
        run_stamp((size_t)a[0]);
    else
        return false;
    return true;
}

static void once(void)
{
    struct request q = {0, 37, 0, 47, 0};
    struct buf request;

    buf_init(&request, REQUEST_MAX);
    encode(&q, &request);
    open_stream(buf_bytes(&request));
    (void)await(now_ns(CLOCK_MONOTONIC));
    (void)puts("rows");
    buf_release(&request);
}

int main(int argc, char **argv)
{
    bool only_once = argc == 4 && strcmp(argv[1], "--once") == 0;
    char line[2048];
    struct err e = {0};

    if (argc != 3 && !only_once)
        die("usage: bench_floor [--once] PORT TABLE");
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    buf_init(&f.ticket, TICKET_MAX);
    buf_init(&f.wanted, REQUEST_MAX);
    if (ticket_scope(argv[argc - 1], &f.ticket, &e) != ERR_OK)
        die(e.msg);
    grpc_init();
    connect_to(argv[argc - 2]);
    if (only_once)
        once();
    while (fgets(line, sizeof(line), stdin)) {
        if (!command(line))
            (void)puts("error unknown command");
    }
    return 0;
}
