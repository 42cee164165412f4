#include "demo/exchange.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/wire/wire.h"
#include "demo/fault/damage.h"

#define MESSAGE_MAX ((size_t)100 << 20)
#define COLUMNS_MAX 1000000 /* columns that a request may name */
#define FIRST_SNAPSHOT 8192 /* protocol: cells of the first part of a static snapshot */
/* protocol: what a client is told of an error that only the log explains */
#define DETAILS "Details Logged w/ID '00000000-0000-4000-8000-000000000000'"
/* protocol: rows, and the columns of how deep a row lies and whether it is open */
#define TREE_VIEWPORT_MAX 65536
#define TREE_COLUMNS 2
#define VIEWPORT_MAX (1 << 24) /* rows that one viewport may hold here */

struct waiting {
    struct waiting *next;
    struct wire_subscribe request;
};

struct exchange {
    struct rpc *rpc;
    bool is_get;
    struct exchange_options options;
    exchange_resolve_fn *resolve;
    exchange_gone_fn *gone;
    void *ctx;
    int64_t now_ms, interval_ms, last_delta_ms;

    struct wire_subscribe request; /* the first one, also while its ticket is not there */
    struct buf request_bytes;      /* what a DoGet's request borrows from */
    struct wire_subscribe later;   /* the newest one that came before the table did */
    bool has_request, has_later, has_view, half_closed, schema_sent;
    struct selection view;
    struct subscriber *subscriber;
    struct outgoing *outgoing;

    /* snapshots: key positions not sent yet, and those sent */
    struct rowset *wanted, *covered;
    bool parts_done;

    uint64_t n_messages; /* sent so far, or held back */
    bool stalled;
    struct buf held; /* a message that waits, or is to be sent once more */
    int64_t held_until_ms;
    bool held_by_file; /* and until the file of options is gone */
    int64_t flood_until_ms;

    /* requests that are looked at later, in the order in which they came */
    uint64_t n_requests;
    struct waiting *waiting, **waiting_end;
    int64_t requests_from_ms;
    bool requests_by_file;
};

static void free_exchange(struct exchange *x)
{
    x->gone(x->ctx, x);
    outgoing_free(x->outgoing);
    subscriber_free(x->subscriber);
    selection_release(&x->view);
    wire_subscribe_release(&x->request);
    wire_subscribe_release(&x->later);
    buf_release(&x->request_bytes);
    rowset_free(x->wanted);
    rowset_free(x->covered);
    buf_release(&x->held);
    while (x->waiting) {
        struct waiting *next = x->waiting->next;

        wire_subscribe_release(&x->waiting->request);
        free(x->waiting);
        x->waiting = next;
    }
    free(x);
}

void exchange_fail(struct exchange *x, grpc_status_code status, const char *text)
{
    rpc_finish(x->rpc, status, text);
    free_exchange(x);
}

/* --- sending --- */

static bool is_snapshot(const struct exchange *x)
{
    return x->request.type == WIRE_BARRAGE_SNAPSHOT;
}

static void hold(struct exchange *x, const struct buf *message, int64_t until_ms)
{
    buf_clear(&x->held);
    (void)buf_append(&x->held, message->data, message->len, NULL);
    x->held_until_ms = until_ms;
}

/* Whether something is still held back by the file, as *by_file says it was. */
static bool file_holds(const struct exchange *x, bool *by_file)
{
    *by_file = *by_file && x->options.hold_file && access(x->options.hold_file, F_OK) == 0;
    return *by_file;
}

/* Ends the stream where that is planned. */
static bool end_instead(struct exchange *x, const struct fault *fault)
{
    char *text;

    switch (fault->action) {
    case FAULT_CUT:
        rpc_cut(x->rpc);
        free_exchange(x);
        return true;
    case FAULT_OK:
        exchange_fail(x, GRPC_STATUS_OK, NULL);
        return true;
    case FAULT_STATUS:
        exchange_fail(x, (grpc_status_code)fault->number, "a fault that was asked for");
        return true;
    case FAULT_UNEXPLAINED:
        exchange_fail(x, GRPC_STATUS_UNIMPLEMENTED,
                      "Details Logged w/ID '00000000-0000-4000-8000-ffffffffffff'");
        return true;
    case FAULT_TEXT:
        text = faults_hostile_text((size_t)fault->number);
        exchange_fail(x, GRPC_STATUS_INTERNAL, text);
        free(text);
        return true;
    default:
        return false;
    }
}

/* What is planned for the next message. */
static struct fault next_fault(struct exchange *x)
{
    struct fault fault = {0};

    x->n_messages++;
    if (x->options.first)
        fault = faults_find(x->options.faults, FAULT_AT_FIRST, x->n_messages);
    return fault.action != FAULT_NONE ? fault : faults_at(x->options.faults, x->n_messages);
}

/* Sends a message, or does what is planned instead; false when the stream is over. */
static bool transmit(struct exchange *x, struct buf *message)
{
    struct fault fault = next_fault(x);

    if (end_instead(x, &fault))
        return false;
    switch (fault.action) {
    case FAULT_DELAY:
        hold(x, message, x->now_ms + fault.number);
        return true;
    case FAULT_HOLD:
        hold(x, message, x->now_ms);
        x->held_by_file = true;
        return true;
    case FAULT_STALL:
        x->stalled = true;
        return true;
    case FAULT_SKIP:
        return true;
    case FAULT_TWICE:
        hold(x, message, x->now_ms);
        break;
    case FAULT_FLOOD:
        x->flood_until_ms = x->now_ms + fault.number;
        break;
    default:
        faults_damage(x->options.faults, &fault, message);
        damage_message(&fault, message);
    }
    rpc_queue(x->rpc, buf_bytes(message));
    return true;
}

/* Sends one message of the update under way; false when the stream had to end. */
static bool send_next(struct exchange *x)
{
    struct buf message;
    struct err e;
    bool done = false;
    enum err_code rc;

    buf_init(&message, MESSAGE_MAX);
    rc = outgoing_next(x->outgoing, &message, &done, &e);
    bool open = rc != ERR_OK || transmit(x, &message);
    buf_release(&message);
    if (rc != ERR_OK) {
        exchange_fail(x, GRPC_STATUS_RESOURCE_EXHAUSTED, e.msg);
        return false;
    }
    if (!open)
        return false;
    if (done) {
        outgoing_free(x->outgoing);
        x->outgoing = NULL;
    }
    return true;
}

static bool send_schema(struct exchange *x)
{
    struct buf header, message;
    struct err e;
    enum err_code rc;

    buf_init(&header, MESSAGE_MAX);
    buf_init(&message, MESSAGE_MAX);
    rc = selection_schema(&x->view, &header, &e);
    if (rc == ERR_OK)
        rc = wire_flight_data_encode(
            &(struct wire_flight_data){.data_header = buf_bytes(&header)}, &message, &e);
    x->schema_sent = true;
    bool open = rc != ERR_OK || transmit(x, &message);
    buf_release(&header);
    buf_release(&message);
    if (rc != ERR_OK)
        exchange_fail(x, GRPC_STATUS_RESOURCE_EXHAUSTED, e.msg);
    return open && rc == ERR_OK;
}

static struct outgoing_options outgoing_options(const struct exchange *x)
{
    return (struct outgoing_options){.deephaven_nulls = x->request.deephaven_nulls,
                                     .batch_rows = x->request.batch_size,
                                     .list_limit = x->request.list_limit,
                                     .max_message = x->request.max_message_size};
}

static struct outgoing *next_delta(struct exchange *x)
{
    struct outgoing *o;

    if (x->now_ms < x->flood_until_ms)
        return subscriber_repeat(x->subscriber, x->now_ms);
    if (!subscriber_growing(x->subscriber) && x->now_ms - x->last_delta_ms < x->interval_ms)
        return NULL;
    o = subscriber_next(x->subscriber, x->now_ms);
    if (o)
        x->last_delta_ms = x->now_ms;
    return o;
}

/* protocol: a static table's snapshot comes in parts, the first of 8192 cells. */
static struct rowset *next_part(const struct exchange *x)
{
    uint64_t columns = x->view.n_columns ? x->view.n_columns : 1;
    int64_t rows = FIRST_SNAPSHOT / (int64_t)columns;
    struct rowset *part, *first;

    if (!table_is_static(x->view.table) || !rowset_empty(x->covered))
        return rowset_copy(x->wanted);
    first = rowset_new_range(0, rows > 1 ? rows - 1 : 0);
    part = rowset_keys_at(x->wanted, first);
    rowset_free(first);
    return part;
}

/* Positions of a viewport as the keys of the rows they select. Owned. */
static struct rowset *keys_of(const struct rowset *viewport, bool reverse, int64_t size)
{
    struct rowset *existing = viewport_rows_existing(viewport, size);
    struct rowset *keys;
    size_t n;
    const struct rowrange *r = rowset_ranges(existing, &n);

    if (!reverse)
        return existing;
    keys = rowset_new();
    for (size_t i = n; i-- > 0;)
        rowset_add(keys, size - 1 - r[i].last, size - 1 - r[i].first);
    rowset_free(existing);
    return keys;
}

static struct outgoing *next_snapshot(struct exchange *x)
{
    int64_t size = table_size(x->view.table, x->options.world, x->now_ms);
    struct outgoing_options o = outgoing_options(x);
    struct rowset *part, *left, *columns = NULL, *viewport = NULL;
    struct outgoing_update u = {
        .at_ms = x->now_ms, .is_snapshot = true, .table_size = size};
    struct outgoing *out;

    if (x->request.columns.present)
        (void)bitset_decode(x->request.columns.bytes, COLUMNS_MAX, &columns, NULL);
    if (x->request.viewport.present)
        (void)rowset_decode(x->request.viewport.bytes, &viewport, NULL);
    part = next_part(x);
    left = rowset_subtract(x->wanted, part);
    rowset_free(x->wanted);
    x->wanted = left;
    x->parts_done = rowset_empty(left);
    u.keys = part;
    u.columns = columns;
    u.reverse = x->request.reverse;
    struct rowset *covered = rowset_union(x->covered, part);
    rowset_free(x->covered);
    x->covered = covered;
    u.viewport = x->parts_done ? viewport : covered;
    out = outgoing_new(&x->view, x->options.world, &o, &u);
    rowset_free(part);
    rowset_free(columns);
    rowset_free(viewport);
    return out;
}

/* protocol: a snapshot ends once all is sent and the client has half-closed. */
static bool snapshot_over(const struct exchange *x)
{
    return is_snapshot(x) && x->parts_done && !x->outgoing && (x->is_get || x->half_closed);
}

/* protocol: updates are sent, and queued, at whatever rate the client reads. */
static bool can_send(const struct exchange *x)
{
    bool queues = x->options.queues && !is_snapshot(x) && rpc_takes(x->rpc);

    return !x->stalled && (queues || rpc_idle(x->rpc));
}

static void run(struct exchange *x)
{
    if (!x->has_view)
        return;
    while (can_send(x)) {
        if (x->held.len > 0) {
            if (x->now_ms < x->held_until_ms || file_holds(x, &x->held_by_file))
                return;
            rpc_queue(x->rpc, buf_bytes(&x->held));
            buf_clear(&x->held);
            continue;
        }
        if (!x->schema_sent) {
            if (!send_schema(x))
                return;
            continue;
        }
        if (!x->outgoing && is_snapshot(x)) {
            if (!x->parts_done)
                x->outgoing = next_snapshot(x);
        } else if (!x->outgoing) {
            x->outgoing = next_delta(x);
        }
        if (!x->outgoing)
            break;
        if (!send_next(x))
            return;
    }
    if (rpc_idle(x->rpc) && !x->stalled && snapshot_over(x))
        exchange_fail(x, GRPC_STATUS_OK, NULL);
}

/* --- requests --- */

static bool refuse(struct exchange *x, const char *text)
{
    exchange_fail(x, GRPC_STATUS_INVALID_ARGUMENT, text);
    return false;
}

static const char *wrong_of_rows(const struct exchange *x, const struct rowset *viewport)
{
    struct rowset *existing = viewport_rows_existing(
        viewport, table_size(x->view.table, x->options.world, x->now_ms));
    uint64_t rows = rowset_count(existing);

    rowset_free(existing);
    return rows > VIEWPORT_MAX ? "viewport of too many rows" : NULL;
}

/* What a request for a view of a tree lacks; NULL: nothing. */
static const char *wrong_of_tree(const struct wire_subscribe *r,
                                 const struct rowset *viewport,
                                 const struct rowset *columns)
{
    size_t n;

    (void)rowset_ranges(viewport, &n);
    if (r->reverse)
        return "a view of a hierarchical table has no reverse viewport";
    if (n > 1 || rowset_count(viewport) > TREE_VIEWPORT_MAX)
        return "the viewport of a hierarchical table is one range of 65536 rows at most";
    for (int64_t c = 0; c < TREE_COLUMNS; c++)
        if (!rowset_has(columns, c))
            return "Request must include the \"row expanded\" and \"row depth\" columns";
    return NULL;
}

/* Decodes viewport and columns of a request for the subscription. */
static bool apply_request(struct exchange *x, const struct wire_subscribe *r)
{
    struct rowset *viewport = NULL, *columns = NULL;
    struct err e;

    if (!r->viewport.present)
        return refuse(x, "cannot change from full subscription to viewport or vice versa");
    if (r->reverse && x->view.table->is_blink)
        return refuse(x, "Reverse viewport is not supported for blink tables");
    if (rowset_decode(r->viewport.bytes, &viewport, &e) != ERR_OK)
        return refuse(x, e.msg);
    if (!r->columns.present) {
        columns = x->view.n_columns ? rowset_new_range(0, (int64_t)x->view.n_columns - 1)
                                    : rowset_new();
    } else if (bitset_decode(r->columns.bytes, COLUMNS_MAX, &columns, &e) != ERR_OK) {
        rowset_free(viewport);
        return refuse(x, e.msg);
    }
    const char *wrong = x->view.table->shape == TABLE_VIEW
                            ? wrong_of_tree(r, viewport, columns)
                            : wrong_of_rows(x, viewport);

    if (wrong) {
        rowset_free(viewport);
        rowset_free(columns);
        return refuse(x, wrong);
    }
    if (x->options.trace)
        trace_request(x->options.trace, x->now_ms, &x->view, viewport, columns, r->reverse);
    subscriber_request(x->subscriber, viewport, columns, r->reverse);
    return true;
}

static bool start_snapshot(struct exchange *x)
{
    int64_t size = table_size(x->view.table, x->options.world, x->now_ms);
    struct rowset *viewport = NULL;
    struct err e;

    x->covered = rowset_new();
    if (!x->request.viewport.present) {
        x->wanted = size > 0 ? rowset_new_range(0, size - 1) : rowset_new();
        /* protocol: a static table without rows answers with its schema alone */
        x->parts_done = size == 0 && table_is_static(x->view.table);
        return true;
    }
    if (rowset_decode(x->request.viewport.bytes, &viewport, &e) != ERR_OK)
        return refuse(x, e.msg);
    x->wanted = keys_of(viewport, x->request.reverse, size);
    rowset_free(viewport);
    return true;
}

static bool start_subscription(struct exchange *x)
{
    struct outgoing_options o = outgoing_options(x);

    if (!x->request.viewport.present)
        return refuse(x, "subscriptions without a viewport are not offered here");
    x->interval_ms =
        x->request.interval_ms ? x->request.interval_ms : x->options.interval_ms;
    x->last_delta_ms = x->now_ms;
    x->subscriber = subscriber_new(&x->view, x->options.world, &o,
                                   x->view.table->shape == TABLE_VIEW
                                       ? UINT64_MAX /* protocol: no growth */
                                       : x->options.growth_cells);
    return apply_request(x, x->has_later ? &x->later : &x->request);
}

/* protocol: a tree is read by subscriptions to views of it, and in no other way. */
static bool check_shape(struct exchange *x)
{
    enum table_shape shape = x->view.table->shape;

    if (shape == TABLE_ROWS || (shape == TABLE_VIEW && !is_snapshot(x)))
        return true;
    exchange_fail(x, GRPC_STATUS_FAILED_PRECONDITION,
                  shape == TABLE_TREE ? "a tree is not a subscribable table."
                                      : "the view of a tree takes subscriptions alone");
    return false;
}

bool exchange_waits(const struct exchange *x, struct bytes *ticket)
{
    *ticket = x->request.ticket;
    return x->has_request && !x->has_view;
}

void exchange_retry(struct exchange *x)
{
    if (!x->has_request || x->has_view)
        return;
    if (!x->resolve(x->ctx, x, x->request.ticket, &x->view))
        return;
    x->has_view = true;
    if (!check_shape(x))
        return;
    if (is_snapshot(x) ? start_snapshot(x) : start_subscription(x))
        run(x);
}

static void first_request(struct exchange *x)
{
    x->has_request = true;
    if (x->request.ticket.len == 0)
        (void)refuse(x, "Ticket not specified.");
    else
        exchange_retry(x);
}

static bool requests_wait(struct exchange *x)
{
    return x->now_ms < x->requests_from_ms || file_holds(x, &x->requests_by_file);
}

/* Does what is planned for a request instead of looking at it now; takes out of r what it
 * keeps. */
static bool wait_or_skip(struct exchange *x, struct wire_subscribe *r)
{
    struct fault fault =
        faults_find(x->options.faults, FAULT_AT_REQUEST, ++x->n_requests + 1);
    struct waiting *w;

    if (fault.action == FAULT_SKIP)
        return true;
    if (fault.action == FAULT_DELAY)
        x->requests_from_ms = x->now_ms + fault.number;
    if (fault.action == FAULT_HOLD)
        x->requests_by_file = true;
    if (!x->waiting && !requests_wait(x))
        return false;
    w = MEM_NEW(struct waiting);
    w->request = *r;
    *r = (struct wire_subscribe){0};
    if (!x->waiting)
        x->waiting_end = &x->waiting;
    *x->waiting_end = w;
    x->waiting_end = &w->next;
    return true;
}

/* Takes in one request that has waited; false when the stream is over. The next has its
 * turn when this one has been answered. */
static bool take_waiting(struct exchange *x)
{
    struct waiting *w = x->waiting;
    bool open;

    if (!w || !x->has_view || requests_wait(x))
        return true;
    if (x->subscriber && (x->outgoing || subscriber_growing(x->subscriber)))
        return true;
    x->waiting = w->next;
    open = apply_request(x, &w->request);
    wire_subscribe_release(&w->request);
    free(w);
    return open;
}

/* A later request replaces the viewport of the first, but not its ticket and options. Takes
 * what it keeps out of r. */
static void later_request(struct exchange *x, struct wire_subscribe *r)
{
    if (r->type != x->request.type || is_snapshot(x)) {
        (void)refuse(x, "Request type cannot be changed after initialization, expected "
                        "BarrageSubscriptionRequest metadata");
        return;
    }
    if (wait_or_skip(x, r))
        return;
    if (x->has_view) {
        if (apply_request(x, r))
            run(x);
        return;
    }
    wire_subscribe_release(&x->later);
    x->later = *r;
    x->has_later = true;
    *r = (struct wire_subscribe){0};
}

static void on_get(struct exchange *x, struct bytes message)
{
    struct err e;

    if (x->has_request)
        return;
    x->request.type = WIRE_BARRAGE_SNAPSHOT;
    if (buf_append(&x->request_bytes, message.data, message.len, &e) != ERR_OK ||
        wire_ticket_decode(buf_bytes(&x->request_bytes), &x->request.ticket, &e) != ERR_OK)
        (void)refuse(x, e.msg);
    else
        first_request(x);
}

static void on_exchange(struct exchange *x, struct bytes message)
{
    struct wire_flight_data fd;
    struct wire_subscribe r;
    struct err e;

    if (wire_flight_data_decode(message, &fd, &e) != ERR_OK) {
        (void)refuse(x, DETAILS);
        return;
    }
    if (fd.app_metadata.len == 0 && !x->has_request)
        return; /* other clients send a descriptor first */
    if (wire_subscribe_decode(fd.app_metadata, &r, &e) != ERR_OK) {
        (void)refuse(x, DETAILS);
        return;
    }
    if (!x->has_request) {
        x->request = r; /* released with x */
        first_request(x);
        return;
    }
    later_request(x, &r);
    wire_subscribe_release(&r);
}

static void on_message(void *ctx, struct bytes message)
{
    struct exchange *x = ctx;

    if (x->is_get)
        on_get(x, message);
    else
        on_exchange(x, message);
}

static void on_half_closed(void *ctx)
{
    struct exchange *x = ctx;

    x->half_closed = true;
    if (!x->has_request)
        exchange_fail(x, GRPC_STATUS_OK, NULL);
    else
        run(x);
}

static void on_sent(void *ctx)
{
    run(ctx);
}

static void on_gone(void *ctx)
{
    free_exchange(ctx);
}

static const struct rpc_handler stream_handler = {on_message, on_half_closed, on_sent,
                                                  on_gone};

struct exchange *exchange_new(struct rpc *rpc, bool is_get,
                              const struct exchange_options *o,
                              exchange_resolve_fn *resolve, exchange_gone_fn *gone,
                              void *ctx, int64_t now_ms)
{
    struct exchange *x = MEM_NEW(struct exchange);

    x->rpc = rpc;
    x->is_get = is_get;
    x->options = *o;
    x->resolve = resolve;
    x->gone = gone;
    x->ctx = ctx;
    x->now_ms = now_ms;
    buf_init(&x->request_bytes, MESSAGE_MAX);
    buf_init(&x->held, MESSAGE_MAX);
    rpc_handle(rpc, &stream_handler, x);
    return x;
}

void exchange_tick(struct exchange *x, int64_t now_ms)
{
    x->now_ms = now_ms;
    if (take_waiting(x))
        run(x);
}
