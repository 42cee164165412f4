#include "tests/support/call_count.h"

#include <stddef.h>
#include <stdint.h>

#include "tests/support/h2.h"

static void on_open(void *ctx, struct relay_link *l)
{
    struct h2_reader *up = relay_state(l);

    (void)ctx;
    up->preface = H2_PREFACE;
}

static void read_up(struct call_count *c, struct h2_reader *up, const uint8_t *data,
                    size_t n)
{
    while (n > 0) {
        enum h2_part part;
        size_t took = h2_read(up, data, n, &part);

        if (part == H2_PART_HEAD && h2_head_whole(up) && up->frame.type == H2_HEADERS) {
            int call = atomic_fetch_add(&c->calls, 1) + 1;

            if (c->seen)
                c->seen(c, call);
        }
        data += took;
        n -= took;
    }
}

static void on_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    if (up)
        read_up(ctx, relay_state(l), data, n);
    relay_send(l, up, data, n);
}

const struct relay_filter call_counting = {
    .state_size = sizeof(struct h2_reader), .open = on_open, .pass = on_pass};
