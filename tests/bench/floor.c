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
 *   fetch FIRST LAST FIRST_COLUMN LAST_COLUMN                      ok NS BYTES
 *   apply FIRST LAST FIRST_COLUMN LAST_COLUMN STEP;STEP...         ok NS BYTES
 *   expand ROLLUP COLUMN TEXT FIRST LAST FIRST_COLUMN LAST_COLUMN  ok NS BYTES
 *   drain MS                           ok BYTES MESSAGES
 *   stamp N                            ok NS...: ages of the stamps in N updates
 *
 * fetch makes an export of the table, apply one of the steps on that, by a Batch (none
 * without steps); a new stream on it, sent together with the Batch, takes the place of the
 * old one, which is ended before the time begins. A STEP is "filter COLUMN TYPE TEXT",
 * "sort COLUMN", "sort- COLUMN" (down), "add COLUMN FORMULA", "slice FIRST LAST" or "select
 * COLUMN".
 *
 * expand uploads a table of keys, makes a view of a rollup by it in which the node of TEXT
 * in COLUMN is open, and opens a new stream on that, all in one turn.
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
#include "client/step_ops.h"
#include "client/tickets.h"
#include "client/upload.h"
#include "client/wire/wire.h"
#include "model/quick_filter.h"
#include "tests/bench/floor_tree.h"

#define DO_EXCHANGE "/arrow.flight.protocol.FlightService/DoExchange"
#define TERMINATION                                                                        \
    "/io.deephaven.proto.backplane.grpc.SessionService/TerminationNotification"
#define CONSTANTS                                                                          \
    "/io.deephaven.proto.backplane.grpc.ConfigService/GetConfigurationConstants"
#define BATCH "/io.deephaven.proto.backplane.grpc.TableService/Batch"
#define TREE_VIEW "/io.deephaven.proto.backplane.grpc.HierarchicalTableService/View"
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
enum done { SENT, HEADERS, MESSAGE, STATUS, UPKEEP, BATCHED, UPLOADED, KINDS };

/* A call of which nothing is read but its end. */
struct unary {
    grpc_call *call;
    grpc_metadata_array headers, trailers;
    grpc_status_code status;
    grpc_slice text;
};

static struct {
    grpc_completion_queue *queue;
    grpc_channel *channel;
    grpc_call *call;
    int tag[KINDS], pending[KINDS];
    struct unary upkeep[2], batch, upload;
    grpc_byte_buffer *rows; /* of the upload, which follow its first message; or NULL */
    grpc_metadata bearer;   /* of the session; an empty key: not logged in yet */
    grpc_metadata_array headers, trailers;
    grpc_byte_buffer *incoming;
    grpc_status_code status;
    grpc_slice status_text;
    struct buf ticket; /* of what a stream is opened on */
    struct buf wanted; /* row set bytes of the request last sent */
    bool wanted_reverse;
    int32_t interval_ms;
    uint64_t bytes, messages;
    bool sending;
    struct recipe *recipe; /* of the source; NULL before fetch */
    int32_t last_export;
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

static void start(grpc_call *call, const grpc_op *ops, size_t n, enum done kind)
{
    f.pending[kind]++;
    if (grpc_call_start_batch(call, ops, n, &f.tag[kind], NULL) != GRPC_CALL_OK)
        die("a batch was refused");
}

static void read_next(void)
{
    grpc_op op = {.op = GRPC_OP_RECV_MESSAGE,
                  .data.recv_message.recv_message = &f.incoming};

    start(f.call, &op, 1, MESSAGE);
}

static grpc_call *new_call(const char *method)
{
    return grpc_channel_create_call(f.channel, NULL, GRPC_PROPAGATE_DEFAULTS, f.queue,
                                    grpc_slice_from_static_string(method), NULL,
                                    gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
}

/* protocol: what is not read of a call's answer is small. */
static void call_unread(const char *method, struct bytes message, struct unary *u,
                        enum done kind)
{
    grpc_byte_buffer *buffer = to_buffer(message);
    grpc_op ops[5] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA,
         .data.send_initial_metadata = {.count = 1, .metadata = &f.bearer}},
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
        {.op = GRPC_OP_RECV_INITIAL_METADATA,
         .data.recv_initial_metadata.recv_initial_metadata = &u->headers},
        {.op = GRPC_OP_RECV_STATUS_ON_CLIENT,
         .data.recv_status_on_client = {.trailing_metadata = &u->trailers,
                                        .status = &u->status,
                                        .status_details = &u->text}}};

    u->call = new_call(method);
    start(u->call, ops, sizeof(ops) / sizeof(*ops), kind);
    grpc_byte_buffer_destroy(buffer);
}

/* The rows follow when the schema has left: a call sends one message at a time. */
static void upload(struct bytes schema, struct bytes rows)
{
    struct unary *u = &f.upload;
    grpc_byte_buffer *buffer = to_buffer(schema);
    grpc_op first[2] = {
        {.op = GRPC_OP_SEND_INITIAL_METADATA,
         .data.send_initial_metadata = {.count = 1, .metadata = &f.bearer}},
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer}};
    grpc_op answer[2] = {{.op = GRPC_OP_RECV_INITIAL_METADATA,
                          .data.recv_initial_metadata.recv_initial_metadata = &u->headers},
                         {.op = GRPC_OP_RECV_STATUS_ON_CLIENT,
                          .data.recv_status_on_client = {.trailing_metadata = &u->trailers,
                                                         .status = &u->status,
                                                         .status_details = &u->text}}};

    u->call = new_call(UPLOAD_METHOD);
    f.rows = to_buffer(rows);
    start(u->call, first, 2, UPLOADED);
    start(u->call, answer, 2, BATCHED);
    grpc_byte_buffer_destroy(buffer);
}

static void upload_rows(void)
{
    grpc_op rest[2] = {
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = f.rows},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}};

    if (!f.rows)
        return;
    start(f.upload.call, rest, 2, UPLOADED);
    grpc_byte_buffer_destroy(f.rows);
    f.rows = NULL;
}

static bool is_logged_in(void)
{
    return !GRPC_SLICE_IS_EMPTY(f.bearer.key);
}

/* The session's token comes with the first answer; then the program makes two calls. */
static void on_headers(void)
{
    for (size_t i = 0; i < f.headers.count && !is_logged_in(); i++) {
        if (grpc_slice_str_cmp(f.headers.metadata[i].key, "authorization") != 0)
            continue;
        f.bearer.key = grpc_slice_from_static_string("authorization");
        f.bearer.value = grpc_slice_copy(f.headers.metadata[i].value);
        call_unread(TERMINATION, (struct bytes){0}, &f.upkeep[0], UPKEEP);
        call_unread(CONSTANTS, (struct bytes){0}, &f.upkeep[1], UPKEEP);
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
static enum done next(int64_t deadline)
{
    gpr_timespec until = {deadline / 1000000000, (int32_t)(deadline % 1000000000),
                          GPR_CLOCK_MONOTONIC};
    grpc_event ev = grpc_completion_queue_next(f.queue, until, NULL);
    enum done kind;

    if (ev.type != GRPC_OP_COMPLETE)
        return KINDS;
    kind = (enum done)((int *)ev.tag - f.tag);
    f.pending[kind]--;
    if (kind == HEADERS)
        on_headers();
    if (kind == SENT)
        f.sending = false;
    if (kind == UPLOADED)
        upload_rows();
    if (kind == STATUS)
        die("the stream is over");
    return kind;
}

/* Until the answer is there; ns since start. */
static int64_t await(int64_t begin)
{
    int64_t deadline = begin + (int64_t)ANSWER_MS * 1000000;

    for (;;) {
        enum done kind = next(deadline);
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
        enum done kind = next(deadline);

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
    if (is_logged_in())
        md = f.bearer;
    f.call = new_call(DO_EXCHANGE);
    f.sending = true;
    start(f.call, out, 2, SENT);
    start(f.call, &headers, 1, HEADERS);
    start(f.call, &status, 1, STATUS);
    read_next();
    grpc_byte_buffer_destroy(message);
}

static void cancel(const struct unary *u)
{
    if (u->call)
        (void)grpc_call_cancel(u->call, NULL);
}

static void forget(struct unary *u)
{
    if (u->call)
        grpc_call_unref(u->call);
    *u = (struct unary){0};
}

/* Ends the stream, and the calls that made what it is on. */
static void close_stream(void)
{
    (void)grpc_call_cancel(f.call, NULL);
    cancel(&f.batch);
    cancel(&f.upload);
    while (f.pending[SENT] + f.pending[HEADERS] + f.pending[MESSAGE] + f.pending[STATUS] +
               f.pending[BATCHED] + f.pending[UPLOADED] >
           0) {
        grpc_event ev =
            grpc_completion_queue_next(f.queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);

        f.pending[(int *)ev.tag - f.tag]--;
    }
    grpc_byte_buffer_destroy(f.incoming);
    grpc_metadata_array_destroy(&f.headers);
    grpc_metadata_array_destroy(&f.trailers);
    grpc_slice_unref(f.status_text);
    grpc_call_unref(f.call);
    forget(&f.batch);
    forget(&f.upload);
    grpc_metadata_array_init(&f.headers);
    grpc_metadata_array_init(&f.trailers);
    f.incoming = NULL;
    f.sending = false;
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

/* --- operations --- */

static enum err_code add_filter(const struct recipe *r, const char *column,
                                const char *type, const char *text, struct recipe **out,
                                struct err *e)
{
    const struct quick_filter_column c = {column, type};
    const struct when_now now = {NULL, 0};
    struct condition *condition = NULL;
    size_t at;
    enum err_code rc = quick_filter_parse(text, &c, &now, &condition, &at, e);

    if (rc == ERR_OK)
        rc = recipe_filtered(r, column, text, condition, out, e);
    condition_free(condition);
    return rc;
}

static struct recipe *with_step(const struct recipe *r, const char *step)
{
    char a[256], b[256], c[256];
    const char *name = a;
    int64_t first, last;
    struct recipe *out = NULL;
    struct err e = {.msg = "no such step"};
    enum err_code rc = ERR_USAGE;

    if (sscanf(step, "filter %255s %255s %255[^\n]", a, b, c) == 3)
        rc = add_filter(r, a, b, c, &out, &e);
    else if (sscanf(step, "sort- %255s", a) == 1)
        rc = recipe_sorted(r, &(struct sort_key){.column = a, .descending = true}, 1, &out,
                           &e);
    else if (sscanf(step, "sort %255s", a) == 1)
        rc = recipe_sorted(r, &(struct sort_key){.column = a}, 1, &out, &e);
    else if (sscanf(step, "add %255s %255[^\n]", a, b) == 2)
        rc = recipe_added(r, a, b, &out, &e);
    else if (sscanf(step, "slice %" SCNd64 " %" SCNd64, &first, &last) == 2)
        rc = recipe_sliced(r, first, last, &out, &e);
    else if (sscanf(step, "select %255s", a) == 1)
        rc = recipe_selected(r, &name, 1, &out, &e);
    if (rc != ERR_OK)
        die(e.msg);
    return out;
}

static struct recipe *with_steps(char *steps)
{
    struct recipe *r = recipe_copy(f.recipe), *next_one;
    char *rest, *step;

    for (step = strtok_r(steps, ";", &rest); step; step = strtok_r(NULL, ";", &rest)) {
        next_one = with_step(r, step);
        recipe_free(r);
        r = next_one;
    }
    return r;
}

static void set_ticket(int32_t export)
{
    uint8_t ticket[EXPORT_TICKET_LEN];

    ticket_export(export, ticket);
    buf_clear(&f.ticket);
    (void)buf_append(&f.ticket, ticket, sizeof(ticket), NULL); /* it has the room */
}

/* The batch that makes the steps of a recipe from step `first` on; f.ticket becomes that of
 * the new export. The source is what f.ticket names. */
static void encode_batch(const struct recipe *r, size_t first, struct buf *out)
{
    uint8_t ticket[EXPORT_TICKET_LEN];
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);
    struct step_ops ops = {0};
    struct err e = {0};

    ticket_export(++f.last_export, ticket);
    for (size_t i = first; i < n; i++)
        step_ops_add(&ops, buf_bytes(&f.ticket), &steps[i]);
    step_ops_keep(&ops, (struct bytes){ticket, sizeof(ticket)});
    if (wire_batch_request_encode(ops.ops, ops.n, out, &e) != ERR_OK)
        die(e.msg);
    step_ops_release(&ops);
    set_ticket(f.last_export);
}

static void run_operation(const struct request *q, const struct recipe *r, size_t first)
{
    struct buf batch, request;
    size_t n;
    int64_t begin;

    (void)recipe_steps(r, &n);
    buf_init(&batch, REQUEST_MAX);
    buf_init(&request, REQUEST_MAX);
    close_stream();
    if (n > first)
        encode_batch(r, first, &batch);
    encode(q, &request);
    f.bytes = 0;
    begin = now_ns(CLOCK_MONOTONIC);
    if (n > first)
        call_unread(BATCH, buf_bytes(&batch), &f.batch, BATCHED);
    open_stream(buf_bytes(&request));
    (void)printf("ok %" PRId64, await(begin));
    (void)printf(" %" PRIu64 "\n", f.bytes);
    buf_release(&batch);
    buf_release(&request);
}

static void run_fetch(const struct request *q)
{
    if (!is_logged_in() || f.recipe)
        die("fetch comes once, after open");
    f.recipe = recipe_new("", buf_bytes(&f.ticket));
    run_operation(q, f.recipe, 0);
}

static void run_apply(const struct request *q, char *steps)
{
    struct recipe *r;

    if (!f.recipe)
        die("apply comes after fetch");
    set_ticket(1);
    r = with_steps(steps);
    run_operation(q, r, 1);
    recipe_free(r);
}

static void run_expand(const struct request *q, const char *rollup, const char *column,
                       const char *text)
{
    int32_t keys = ++f.last_export, view = ++f.last_export;
    struct floor_tree t;
    struct buf request;
    struct err e = {0};
    int64_t begin;

    if (!is_logged_in())
        die("expand comes after open");
    buf_init(&request, REQUEST_MAX);
    close_stream();
    if (floor_tree_encode(rollup, column, text, keys, view, &t, &e) != ERR_OK)
        die(e.msg);
    set_ticket(view);
    encode(q, &request);
    f.bytes = 0;
    begin = now_ns(CLOCK_MONOTONIC);
    upload(buf_bytes(&t.schema), buf_bytes(&t.rows));
    call_unread(TREE_VIEW, buf_bytes(&t.view), &f.batch, BATCHED);
    open_stream(buf_bytes(&request));
    (void)printf("ok %" PRId64, await(begin));
    (void)printf(" %" PRIu64 "\n", f.bytes);
    floor_tree_release(&t);
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

/* Commands about operations. */
static bool operation(char *line)
{
    struct request q = {0};
    char rollup[256], column[256], text[256];
    int at = 0;

    if (sscanf(
            line, "expand %255s %255s %255s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
            rollup, column, text, &q.first, &q.last, &q.first_column, &q.last_column) == 7)
        run_expand(&q, rollup, column, text);
    else if (sscanf(line, "fetch %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, &q.first,
                    &q.last, &q.first_column, &q.last_column) == 4)
        run_fetch(&q);
    else if (sscanf(line, "apply %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 "%n",
                    &q.first, &q.last, &q.first_column, &q.last_column, &at) == 4)
        run_apply(&q, line + at + strspn(line + at, " \n"));
    else
        return false;
    return true;
}

static bool command(char *line)
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
        return operation(line);
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
