#include "tests/support/slow_link.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define PIECE 1250 /* bytes that leave together: 10 ms of 1 Mbit/s */

struct piece {
    struct piece *next;
    double due; /* ms */
    size_t len;
    uint8_t data[PIECE];
};

struct direction {
    struct piece *first, *last;
    double free_from; /* when the link has sent what it was given */
};

struct way {
    struct direction up, down;
};

static double now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void add(struct direction *d, double due, const uint8_t *data, size_t n)
{
    struct piece *p = MEM_NEW(struct piece);

    p->due = due;
    p->len = n;
    memcpy(p->data, data, n);
    if (d->first)
        d->last->next = p;
    else
        d->first = p;
    d->last = p;
}

static void on_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    const struct slow_link *how = ctx;
    struct way *way = relay_state(l);
    struct direction *d = up ? &way->up : &way->down;

    if (d->free_from < now_ms())
        d->free_from = now_ms();
    while (n > 0) {
        size_t take = n < PIECE ? n : PIECE;

        if (!up)
            d->free_from += (double)take * 1000 / (double)how->bytes_per_s;
        add(d, d->free_from + how->delay_ms, data, take);
        data += take;
        n -= take;
    }
}

static void drop_first(struct direction *d)
{
    struct piece *p = d->first;

    d->first = p->next;
    free(p);
}

/* Sends what is due; in how many ms the next is, -1: nothing waits. */
static int send_due(struct relay_link *l, struct direction *d, bool up)
{
    while (d->first && d->first->due <= now_ms()) {
        relay_send(l, up, d->first->data, d->first->len);
        drop_first(d);
    }
    return d->first ? (int)(d->first->due - now_ms()) + 1 : -1;
}

static int on_tick(void *ctx, struct relay_link *l)
{
    struct way *way = relay_state(l);
    int up = send_due(l, &way->up, true), down = send_due(l, &way->down, false);

    (void)ctx;
    if (up < 0 || down < 0)
        return up < 0 ? down : up;
    return up < down ? up : down;
}

static void on_close(void *ctx, struct relay_link *l)
{
    struct way *way = relay_state(l);

    (void)ctx;
    while (way->up.first)
        drop_first(&way->up);
    while (way->down.first)
        drop_first(&way->down);
}

static const struct relay_filter filter = {
    .state_size = sizeof(struct way), .pass = on_pass, .tick = on_tick, .close = on_close};

struct relay *slow_link_new(const char *upstream, const struct slow_link *how)
{
    return relay_filtered(upstream, &filter, (void *)(uintptr_t)how); /* only read */
}
