/*
 * What a request is, its fields tell: a ticket of an export is a message of one field with
 * 'e' and four bytes, and the place of such tickets differs between the requests. A request
 * of this kind is small, so that it is whole in one DATA frame; messages of subscriptions
 * have neither of the two fields. An export is there when the request has a reply, which is
 * a DATA frame too: a refusal has none.
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
#define STREAMS_MAX 4096
#define TICKET_LEN 7 /* of a Ticket message of an export */

struct export_ids {
    struct relay *relay;
    pthread_mutex_t lock; /* of what follows */
    bool asked[IDS_MAX], made[IDS_MAX], released[IDS_MAX];
};

/* Of one connection. */
struct link_state {
    struct h2_reader up, down;
    uint8_t *frame; /* payload from the viewer so far */
    size_t len, cap;
    size_t id_of[STREAMS_MAX]; /* that a request asks for; 0: none */
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

/* Returns the id that it asks for, or 0. */
static size_t note_request(struct export_ids *x, struct bytes m)
{
    struct bytes first = field(m, 1), second = field(m, 2);
    size_t id = export_of(second); /* the result comes second, but of View */

    if (second.len == 0) { /* Release */
        x->released[export_of(first)] = true;
        return 0;
    }
    if (id == 0)
        id = export_of(first);
    x->asked[id] = true;
    return id;
}

/* --- the relay's thread --- */

static size_t *id_of(struct link_state *s, const struct h2_frame *f)
{
    return &s->id_of[f->stream / 2 % STREAMS_MAX];
}

static void frame_up(struct export_ids *x, struct link_state *s)
{
    const struct h2_frame *f = &s->up.frame;
    size_t n = s->len;

    s->len = 0;
    if (f->type != H2_DATA || n < H2_MESSAGE_HEAD)
        return;
    n = note_request(x, (struct bytes){s->frame + H2_MESSAGE_HEAD, n - H2_MESSAGE_HEAD});
    if (n != 0)
        *id_of(s, f) = n;
}

static void frame_down(struct export_ids *x, struct link_state *s)
{
    const struct h2_frame *f = &s->down.frame;
    size_t id = *id_of(s, f);

    if (id == 0)
        return;
    if (f->type == H2_DATA && f->length > 0)
        x->made[id] = true;
    if ((f->type == H2_DATA || f->type == H2_HEADERS) && (f->flags & H2_END_STREAM)) {
        x->asked[id] = false; /* it is answered */
        *id_of(s, f) = 0;
    }
}

static void on_open(void *ctx, struct relay_link *l)
{
    struct link_state *s = relay_state(l);

    (void)ctx;
    s->up.preface = H2_PREFACE;
}

static void note(struct export_ids *x, struct link_state *s, bool up, const uint8_t *data,
                 size_t n)
{
    struct h2_reader *r = up ? &s->up : &s->down;

    while (n > 0) {
        enum h2_part part;
        size_t take = h2_read(r, data, n, &part);

        if (up && part == H2_PART_PAYLOAD) {
            MEM_GROW(s->frame, s->cap, s->len + take);
            memcpy(s->frame + s->len, data, take);
            s->len += take;
        }
        if (h2_frame_whole(r))
            (up ? frame_up : frame_down)(x, s);
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
    free(s->frame);
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
