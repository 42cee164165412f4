/*
 * What a request is, its fields tell: a ticket of an export is a message of one field with
 * 'e' and four bytes, and the place of such tickets differs between the requests. A request
 * of this kind is small, so that it is whole in one DATA frame; messages of subscriptions
 * have neither of the two fields. In a Batch each field is an operation, whose number is
 * above those of all tickets.
 *
 * An export is there when the request has a reply, which is a DATA frame too: a refusal has
 * none. A Batch has a reply for each operation, which begins with the ticket and the word
 * of success.
 */
#include "tests/support/export_ids.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/support/h2.h"

#define IDS_MAX 4096
#define TICKET_LEN 7 /* of a Ticket message of an export */
#define FIRST_OP 3   /* the least number of an operation in a Batch */

struct export_ids {
    struct relay *relay;
    pthread_mutex_t lock; /* of what follows */
    bool asked[IDS_MAX], made[IDS_MAX], released[IDS_MAX];
};

/* One direction of a connection. */
struct way {
    struct h2_reader reader;
    uint8_t *frame; /* its payload so far */
    size_t len, cap;
};

/* Of one connection. */
struct link_state {
    struct way up, down;
    uint32_t stream_of[IDS_MAX]; /* the request that asks for it; 0: none */
    bool in_batch[IDS_MAX];
};

/* --- requests --- */

static size_t varint(const uint8_t *p, size_t n, size_t *used)
{
    size_t out = 0;

    *used = 0;
    for (unsigned shift = 0; *used < n && shift < 35; shift += 7) {
        out |= (size_t)(p[*used] & 0x7f) << shift;
        if (!(p[(*used)++] & 0x80))
            break;
    }
    return out;
}

/* The first field of that number; empty when there is none, or a field before it is not of
 * bytes. */
static struct bytes field(struct bytes in, unsigned number)
{
    while (in.len > 1 && (in.data[0] & 7) == 2) {
        bool found = in.data[0] >> 3 == number;
        size_t used, n = varint(in.data + 1, in.len - 1, &used);

        if (n > in.len - 1 - used)
            break;
        if (found)
            return (struct bytes){in.data + 1 + used, n};
        in.data += 1 + used + n;
        in.len -= 1 + used + n;
    }
    return (struct bytes){NULL, 0};
}

/* The id of a Ticket message of an export, else 0. */
static size_t export_of(struct bytes ticket)
{
    static const uint8_t head[] = {0x0a, 5, 'e'};
    size_t id;

    if (ticket.len != TICKET_LEN || memcmp(ticket.data, head, sizeof(head)) != 0)
        return 0;
    id = bytes_u32(ticket.data + sizeof(head));
    return id < IDS_MAX ? id : 0;
}

static void ask(struct export_ids *x, struct link_state *s, size_t id, bool in_batch)
{
    x->asked[id] = true;
    s->stream_of[id] = s->up.reader.frame.stream;
    s->in_batch[id] = in_batch;
}

/* What it makes: the result comes second, but of View. */
static size_t result_of(struct bytes m)
{
    size_t id = export_of(field(m, 2));

    return id != 0 ? id : export_of(field(m, 1));
}

static unsigned first_number(struct bytes m)
{
    size_t used;

    return m.len > 0 ? (unsigned)(varint(m.data, m.len, &used) >> 3) : 0;
}

/* The operation inside the field that a message begins with. */
static struct bytes operation(struct bytes op)
{
    size_t used, n;

    (void)varint(op.data, op.len, &used); /* its number */
    op.data += used;
    op.len -= used;
    n = varint(op.data, op.len, &used);
    return (struct bytes){op.data + used, n < op.len - used ? n : op.len - used};
}

static void note_batch(struct export_ids *x, struct link_state *s, struct bytes m)
{
    for (;;) {
        struct bytes op = field(m, 1);

        if (op.len == 0)
            return;
        ask(x, s, result_of(operation(op)), true);
        m.len -= (size_t)(op.data + op.len - m.data);
        m.data = op.data + op.len;
    }
}

static void note_request(struct export_ids *x, struct link_state *s, struct bytes m)
{
    struct bytes first = field(m, 1);

    if (first_number(first) >= FIRST_OP)
        note_batch(x, s, m);
    else if (field(m, 2).len == 0) /* Release */
        x->released[export_of(first)] = true;
    else
        ask(x, s, result_of(m), false);
}

/* --- the relay's thread --- */

static void frame_up(struct export_ids *x, struct link_state *s)
{
    size_t n = s->up.len;

    if (s->up.reader.frame.type == H2_DATA && n >= H2_MESSAGE_HEAD)
        note_request(x, s,
                     (struct bytes){s->up.frame + H2_MESSAGE_HEAD, n - H2_MESSAGE_HEAD});
}

/* A reply in it tells that the operation of a Batch which makes this export is through. */
static bool says_made(const struct way *down, size_t id)
{
    uint8_t reply[] = {0x0a, 9, 0x0a, TICKET_LEN, 0x0a, 5, 'e', 0, 0, 0, 0, 0x10, 1};

    for (unsigned i = 0; i < 4; i++)
        reply[TICKET_LEN + i] = (uint8_t)(id >> 8 * i);
    return memmem(down->frame, down->len, reply, sizeof(reply)) != NULL;
}

static void frame_down(struct export_ids *x, struct link_state *s)
{
    const struct h2_frame *f = &s->down.reader.frame;
    bool data = f->type == H2_DATA && f->length > 0;
    bool ends = (f->type == H2_DATA || f->type == H2_HEADERS) && (f->flags & H2_END_STREAM);

    for (size_t id = 1; id < IDS_MAX && (data || ends); id++) {
        if (s->stream_of[id] == 0 || s->stream_of[id] != f->stream)
            continue;
        x->made[id] =
            x->made[id] || (data && (!s->in_batch[id] || says_made(&s->down, id)));
        if (!ends)
            continue;
        x->asked[id] = false; /* it is answered */
        s->stream_of[id] = 0;
    }
}

static void on_open(void *ctx, struct relay_link *l)
{
    struct link_state *s = relay_state(l);

    (void)ctx;
    s->up.reader.preface = H2_PREFACE;
}

static void note(struct export_ids *x, struct link_state *s, bool up, const uint8_t *data,
                 size_t n)
{
    struct way *w = up ? &s->up : &s->down;

    while (n > 0) {
        enum h2_part part;
        size_t take = h2_read(&w->reader, data, n, &part);

        if (part == H2_PART_PAYLOAD) {
            MEM_GROW(w->frame, w->cap, w->len + take);
            memcpy(w->frame + w->len, data, take);
            w->len += take;
        }
        if (h2_frame_whole(&w->reader)) {
            (up ? frame_up : frame_down)(x, s);
            w->len = 0;
        }
        data += take;
        n -= take;
    }
}

/* Noted first: what is seen of it can not come before. */
static void on_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    struct export_ids *x = ctx;

    (void)pthread_mutex_lock(&x->lock);
    note(x, relay_state(l), up, data, n);
    (void)pthread_mutex_unlock(&x->lock);
    relay_send(l, up, data, n);
}

static void on_close(void *ctx, struct relay_link *l)
{
    struct link_state *s = relay_state(l);

    (void)ctx;
    free(s->up.frame);
    free(s->down.frame);
}

static const struct relay_filter filter = {.state_size = sizeof(struct link_state),
                                           .open = on_open,
                                           .pass = on_pass,
                                           .close = on_close};

struct export_ids *export_ids_new(const char *upstream)
{
    struct export_ids *x = MEM_NEW(struct export_ids);

    (void)pthread_mutex_init(&x->lock, NULL);
    x->relay = relay_filtered(upstream, &filter, x);
    return x;
}

void export_ids_free(struct export_ids *x)
{
    if (!x)
        return;
    relay_free(x->relay);
    (void)pthread_mutex_destroy(&x->lock);
    free(x);
}

const char *export_ids_address(const struct export_ids *x)
{
    return relay_address(x->relay);
}

/* Number 0 is none. */
static size_t count(struct export_ids *x, bool left)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&x->lock);
    for (size_t i = 1; i < IDS_MAX; i++)
        n += left ? x->asked[i] || (x->made[i] && !x->released[i]) : x->made[i];
    (void)pthread_mutex_unlock(&x->lock);
    return n;
}

size_t export_ids_made(struct export_ids *x)
{
    return count(x, false);
}

size_t export_ids_left(struct export_ids *x)
{
    return count(x, true);
}
