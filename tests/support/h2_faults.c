#include "tests/support/h2_faults.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define DRIP_MS 1000
#define SETTING_WINDOW 4     /* protocol: RFC 9113, SETTINGS_INITIAL_WINDOW_SIZE */
#define WINDOW_DEFAULT 65535 /* and 6.9.2 */
#define FLOOD_BYTES 4096     /* given to the relay at once, when it can send */
#define FLOOD_TURNS 16       /* of these without looking at what comes back */
#define SUBSCRIBE_MAGIC                                                                    \
    "dphn" /* protocol: BarrageMessageWrapper magic, in app_metadata                       \
            */

struct way {
    struct h2_reader reader;
    uint8_t *frame; /* what of it is here, with its head */
    size_t len, cap;
};

struct link_state {
    struct way up, down;
    bool first;                    /* connection of this relay */
    size_t next;                   /* step */
    unsigned calls;                /* headers that went up */
    uint32_t stream, subscription; /* 0: none yet */
    struct h2_messages messages;   /* of the subscription, downwards */
    unsigned n_messages;           /* begun */
    size_t message_len;
    enum h2_then then;
    unsigned drop;
    int64_t initial_window, window, stream_window; /* bytes the viewer still takes */
    const struct h2_step *flood;
    int64_t flood_end, drip_due;
    uint8_t *drip; /* bytes that wait */
    size_t drip_len, drip_cap, drip_pos;
};

struct link {
    struct h2_plan *plan;
    struct relay_link *relay;
    struct link_state *s;
};

static struct link get(void *ctx, struct relay_link *l)
{
    return (struct link){ctx, l, relay_state(l)};
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- down to the viewer --- */

static void down(struct link l, const void *data, size_t n)
{
    struct link_state *s = l.s;

    if (s->then == H2_DRIP) {
        MEM_GROW(s->drip, s->drip_cap, s->drip_len + n);
        memcpy(s->drip + s->drip_len, data, n);
        s->drip_len += n;
    } else if (s->then == H2_PASS || s->then == H2_HOLD || s->then == H2_END_UP) {
        relay_send(l.relay, false, data, n);
    }
}

/* The frame as bytes; owned by the caller. */
static uint8_t *frame_new(const struct h2_say *f, uint32_t the_stream, size_t *n)
{
    uint8_t *out = MEM_ARRAY(uint8_t, H2_HEAD + f->n);

    *n = h2_head(out,
                 &(struct h2_frame){f->n, f->type, f->flags,
                                    f->stream == H2_THE_STREAM ? the_stream : f->stream});
    if (f->payload && f->n > 0)
        memcpy(out + *n, f->payload, f->n);
    *n += f->n;
    return out;
}

static void spend(struct link_state *s, uint32_t stream, size_t n)
{
    s->window -= (int64_t)n;
    if (stream == s->stream || stream == H2_THE_STREAM)
        s->stream_window -= (int64_t)n;
}

static void say(struct link l, const struct h2_say *f)
{
    size_t n;
    uint8_t *frame = frame_new(f, l.s->stream, &n);

    if (f->type == H2_DATA)
        spend(l.s, f->stream, f->n);
    down(l, frame, n);
    free(frame);
}

/* How often a frame may be sent now. */
static size_t allowed(const struct link_state *s, const struct h2_say *f, size_t times)
{
    int64_t room = s->window < s->stream_window ? s->window : s->stream_window;

    if (f->type != H2_DATA || f->n == 0)
        return times;
    return room < (int64_t)(times * f->n) ? 0 : times;
}

static void flood(struct link l)
{
    struct link_state *s = l.s;
    const struct h2_say *f = &s->flood->flood;
    size_t n, times;
    uint8_t *frame = frame_new(f, s->stream, &n);

    times = n < FLOOD_BYTES ? FLOOD_BYTES / n : 1;
    for (int i = 0; i < FLOOD_TURNS && relay_can_send(l.relay, false); i++) {
        if (allowed(s, f, times) == 0)
            break;
        if (f->type == H2_DATA)
            spend(s, f->stream, times * f->n);
        uint8_t *many = MEM_ARRAY(uint8_t, times * n);

        for (size_t k = 0; k < times; k++)
            memcpy(many + k * n, frame, n);
        relay_send(l.relay, false, many, times * n);
        l.plan->flooded += times;
        free(many);
    }
    free(frame);
    if (now_ms() >= s->flood_end)
        s->flood = NULL;
}

/* --- steps --- */

static void happen(struct link l)
{
    struct link_state *s = l.s;
    const struct h2_step *step = &l.plan->step[s->next++];

    l.plan->happened++;
    for (size_t i = 0; i < step->n_say; i++)
        say(l, &step->say[i]);
    s->drop = step->drop;
    s->then = step->then;
    if (step->flood_ms > 0) {
        s->flood = step;
        s->flood_end = now_ms() + step->flood_ms;
    }
    s->drip_due = now_ms() + DRIP_MS;
    if (s->then == H2_END || s->then == H2_END_BOTH)
        relay_end(l.relay, false);
    if (s->then == H2_END_UP || s->then == H2_END_BOTH)
        relay_end(l.relay, true);
}

static bool is_next(struct link l, enum h2_when when, unsigned number)
{
    const struct h2_step *step;

    if (l.s->next == H2_STEPS_MAX || (l.plan->once && !l.s->first))
        return false;
    step = &l.plan->step[l.s->next];
    return step->when == when && (number == 0 || step->number == number);
}

static void reach(struct link l, enum h2_when when, unsigned number)
{
    if (is_next(l, when, number))
        happen(l);
}

/* --- frames --- */

static uint32_t number(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What the viewer takes, as it says (protocol: RFC 9113, 6.9). */
static void note_windows(struct link_state *s, const struct h2_frame *f,
                         const uint8_t *payload)
{
    if (f->type == H2_WINDOW_UPDATE && f->length == 4 && f->stream == 0)
        s->window += number(payload);
    if (f->type == H2_WINDOW_UPDATE && f->length == 4 && f->stream == s->stream)
        s->stream_window += number(payload);
    if (f->type != H2_SETTINGS)
        return;
    for (size_t at = 0; at + 6 <= f->length; at += 6) {
        if (payload[at] == 0 && payload[at + 1] == SETTING_WINDOW) {
            s->stream_window += number(payload + at + 2) - s->initial_window;
            s->initial_window = number(payload + at + 2);
        }
    }
}

/* The viewer takes no more of it. */
static void leave_flood(struct link l)
{
    l.s->flood = NULL;
    atomic_store(&l.plan->left, true);
}

static void frame_up(struct link l, const struct h2_frame *f, const uint8_t *bytes,
                     size_t n)
{
    struct link_state *s = l.s;

    if (f->type == H2_HEADERS && s->subscription == 0) {
        s->stream = f->stream;
        s->stream_window = s->initial_window;
    }
    note_windows(s, f, bytes + H2_HEAD);
    if (f->type == H2_RST_STREAM && f->stream == s->stream && s->flood &&
        s->flood->flood.type == H2_DATA && s->flood->flood.stream == H2_THE_STREAM)
        leave_flood(l);
    if (l.plan->alone && f->type == H2_SETTINGS && (f->flags & H2_ACK) == 0)
        say(l, &(struct h2_say){.type = H2_SETTINGS, .flags = H2_ACK});
    if (f->type == H2_HEADERS)
        reach(l, H2_ON_CALL, ++s->calls);
    if (f->type == H2_DATA && s->subscription == 0 &&
        memmem(bytes, n, SUBSCRIBE_MAGIC, strlen(SUBSCRIBE_MAGIC))) {
        s->stream = s->subscription = f->stream;
        reach(l, H2_ON_REQUEST, 0);
    }
    relay_send(l.relay, true, bytes, n);
}

static bool left_out(const struct link_state *s, const struct h2_frame *f)
{
    return (f->type < 32 && (s->drop >> f->type & 1) != 0) ||
           (s->then == H2_HOLD && f->stream == s->subscription && f->stream != 0);
}

static void pass_down(struct link l, const struct h2_frame *f, const uint8_t *bytes,
                      size_t n)
{
    if (left_out(l.s, f))
        return;
    if (f->type == H2_DATA)
        spend(l.s, f->stream, f->length);
    down(l, bytes, n);
}

/* How many bytes of a payload come before the middle of the message that the next step
 * waits for; n when the middle is not in it. */
static size_t before_middle(struct link l, const uint8_t *payload, size_t n)
{
    struct link_state *s = l.s;
    size_t middle = n;

    for (size_t at = 0; at < n;) {
        enum h2_part part;
        size_t was_left = s->messages.left;
        size_t take = h2_message_read(&s->messages, payload + at, n - at, &part);

        if (part == H2_PART_HEAD && s->messages.head_len == H2_MESSAGE_HEAD) {
            s->n_messages++;
            s->message_len = s->messages.left;
        } else if (part == H2_PART_PAYLOAD && middle == n &&
                   is_next(l, H2_ON_MESSAGE, s->n_messages) &&
                   s->messages.left <= s->message_len / 2) {
            middle =
                at + (was_left > s->message_len / 2 ? was_left - s->message_len / 2 : 0);
        }
        at += take;
    }
    return middle;
}

static void message_down(struct link l, struct h2_frame f, const uint8_t *bytes, size_t n)
{
    const uint8_t *payload = bytes + H2_HEAD;
    size_t middle = before_middle(l, payload, f.length);
    struct h2_say first = {f.type, 0, f.stream, payload, middle};
    struct h2_say rest = {f.type, f.flags, f.stream, payload + middle, f.length - middle};

    if (middle == f.length) {
        pass_down(l, &f, bytes, n);
        return;
    }
    if (!left_out(l.s, &f))
        say(l, &first);
    happen(l);
    if (!left_out(l.s, &f))
        say(l, &rest);
}

static void frame_down(struct link l, const struct h2_frame *f, const uint8_t *bytes,
                       size_t n)
{
    bool ours = l.s->subscription != 0 && f->stream == l.s->subscription;

    if (ours && f->type == H2_DATA) {
        message_down(l, *f, bytes, n);
        return;
    }
    pass_down(l, f, bytes, n);
    if (ours && f->type == H2_HEADERS)
        reach(l, H2_ON_HEADERS, 0);
}

/* --- the relay's thread --- */

static void on_pass(void *ctx, struct relay_link *relay, bool up, const uint8_t *data,
                    size_t n)
{
    struct link l = get(ctx, relay);
    struct way *w = up ? &l.s->up : &l.s->down;

    while (n > 0) {
        enum h2_part part;
        size_t take = h2_read(&w->reader, data, n, &part);

        if (part == H2_PART_PREFACE) {
            relay_send(relay, up, data, take);
        } else {
            MEM_GROW(w->frame, w->cap, w->len + take);
            memcpy(w->frame + w->len, data, take);
            w->len += take;
        }
        if (h2_frame_whole(&w->reader)) {
            (up ? frame_up : frame_down)(l, &w->reader.frame, w->frame, w->len);
            w->len = 0;
        }
        data += take;
        n -= take;
    }
}

static void on_open(void *ctx, struct relay_link *relay)
{
    struct link l = get(ctx, relay);

    l.s->up.reader.preface = H2_PREFACE;
    l.s->initial_window = l.s->window = l.s->stream_window = WINDOW_DEFAULT;
    l.s->first = l.plan->happened == 0;
    reach(l, H2_ON_OPEN, 0);
}

static void on_fire(void *ctx, struct relay_link *relay)
{
    reach(get(ctx, relay), H2_ON_FIRE, 0);
}

static int on_tick(void *ctx, struct relay_link *relay)
{
    struct link l = get(ctx, relay);
    struct link_state *s = l.s;

    if (s->flood) {
        flood(l);
        return s->flood ? 1 : -1;
    }
    if (s->then != H2_DRIP)
        return -1;
    if (now_ms() >= s->drip_due && s->drip_pos < s->drip_len) {
        relay_send(relay, false, s->drip + s->drip_pos++, 1);
        s->drip_due = now_ms() + DRIP_MS;
    }
    return s->drip_pos == s->drip_len ? -1 : (int)(s->drip_due - now_ms()) + 1;
}

static void on_close(void *ctx, struct relay_link *relay)
{
    struct link_state *s = get(ctx, relay).s;

    free(s->up.frame);
    free(s->down.frame);
    free(s->drip);
}

static const struct relay_filter filter = {
    sizeof(struct link_state), on_open, on_pass, on_fire, on_tick, on_close};

struct relay *h2_faults_relay(const char *upstream, struct h2_plan *plan)
{
    plan->happened = 0;
    plan->flooded = 0;
    atomic_store(&plan->left, false);
    plan->alone = upstream == NULL;
    return relay_filtered(upstream, &filter, plan);
}
