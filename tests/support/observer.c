#include "tests/support/observer.h"

#include <ctype.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "tests/support/build.h"

#define MESSAGE_MAX ((size_t)110 << 20)
#define COLUMNS_MAX 100000
#define WAIT_MS 20000
#define NO_ANSWER_MS 1500 /* after which one counts as such that should wait */
#define UUID_LEN 36
/* Unusual: subscribers with the same interval share a server's work, and what one of them
 * asks for shows in what another gets (protocol: Barrage timing). */
#define INTERVAL_MS 217

/* --- the record --- */

static bool is_uuid(const char *s)
{
    for (int i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
            return false;
    }
    return true;
}

static void hide_uuids(char *s)
{
    for (; *s; s++) {
        if (strlen(s) < UUID_LEN || !is_uuid(s))
            continue;
        memmove(s + 6, s + UUID_LEN, strlen(s + UUID_LEN) + 1);
        for (size_t i = 0; i < 6; i++)
            s[i] = "<uuid>"[i];
    }
}

void observer_say(struct observer *o, const char *format, ...)
{
    char line[4096];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    hide_uuids(line);
    MEM_GROW(o->lines, o->cap, o->n + 1);
    o->lines[o->n++] = mem_strdup(line);
}

/* --- the connection --- */

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

static int64_t now_ms(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

void observer_run(struct observer *o, int ms)
{
    int64_t end = now_ms() + ms;

    while (now_ms() < end)
        (void)uv_run(&o->loop, UV_RUN_ONCE);
}

struct observer *observer_new(const char *name, const char *address, const char *login)
{
    struct observer *o = MEM_NEW(struct observer);
    const char *colon = strrchr(address, ':');
    char *host = mem_strndup(address, (size_t)(colon - address));
    struct err e;

    o->name = name;
    o->since_ms = now_ms();
    (void)uv_loop_init(&o->loop);
    (void)uv_timer_init(&o->loop, &o->alarm);
    (void)uv_timer_start(&o->alarm, on_alarm, 10, 10);
    o->pump = pump_new(&o->loop);
    if (channel_new(o->pump,
                    &(struct channel_options){
                        .host = host, .port = atoi(colon + 1), .max_message = MESSAGE_MAX},
                    &o->channel, &e) != ERR_OK)
        fail_msg("no channel to %s: %s", address, e.msg);
    free(host);
    o->login = login ? mem_strdup(login) : NULL;
    if (!login)
        return o;
    struct talk *t =
        talk_start(o, OBSERVER_BACKPLANE "ConfigService/GetConfigurationConstants", login,
                   (struct bytes){(const uint8_t *)"", 0}, true);
    if (!talk_wait_end(t, WAIT_MS) || t->status != 0)
        fail_msg("no login at %s: %d %s", name, t->status, t->text);
    (void)snprintf(o->bearer, sizeof(o->bearer), "%s", t->bearer);
    talk_free(t);
    return o;
}

void observer_free(struct observer *o)
{
    /* Its exports would stay until it expires. The request is an empty message. */
    if (*o->bearer)
        (void)observer_unary(o, "close", OBSERVER_BACKPLANE "SessionService/CloseSession",
                             o->bearer, (struct bytes){NULL, 0}, NULL);
    channel_free(o->channel);
    pump_free(o->pump);
    uv_close((uv_handle_t *)&o->alarm, NULL);
    while (uv_run(&o->loop, UV_RUN_DEFAULT) != 0)
        continue;
    assert_int_equal(uv_loop_close(&o->loop), 0);
    for (size_t i = 0; i < o->n; i++)
        free(o->lines[i]);
    free(o->lines);
    free(o->login);
    free(o);
}

/* --- updates --- */

static char *set_text(const struct wire_opt *encoded)
{
    struct rowset *rs;
    struct err e;
    char *text;

    if (!encoded->present)
        return mem_strdup("absent");
    if (rowset_decode(encoded->bytes, &rs, &e) != ERR_OK)
        return mem_printf("bad (%s)", e.msg);
    text = rowset_empty(rs) ? mem_strdup("none") : text_of_set(rs);
    rowset_free(rs);
    return text;
}

static char *columns_text(const struct wire_opt *encoded)
{
    struct rowset *rs;
    struct err e;
    char *text;

    if (!encoded->present)
        return mem_strdup("absent");
    if (bitset_decode(encoded->bytes, COLUMNS_MAX, &rs, &e) != ERR_OK)
        return mem_printf("bad (%s)", e.msg);
    text = rowset_empty(rs) ? mem_strdup("none") : text_of_set(rs);
    rowset_free(rs);
    return text;
}

static const char *modified_text(const struct wire_update *u, size_t n_columns)
{
    if (!u->has_modified)
        return "absent";
    if (u->n_modified == 0)
        return "no column";
    if (u->n_modified != n_columns)
        return "of another number of columns";
    for (size_t i = 0; i < u->n_modified; i++) {
        if (!u->modified[i].present || u->modified[i].bytes.len != 1)
            return "some";
    }
    return "each column empty";
}

static void say_update(struct talk *t, const struct wire_update *u)
{
    char *viewport = set_text(&u->viewport), *columns = columns_text(&u->columns);
    char *added = set_text(&u->added), *removed = set_text(&u->removed);

    observer_say(t->observer,
                 "  %s viewport=%s columns=%s reverse=%s added=%s removed=%s shift=%s "
                 "included=%s modified=%s clock=%s size=%" PRId64,
                 u->is_snapshot ? "snapshot" : "delta", viewport, columns,
                 u->reverse ? "yes" : "no", added, removed,
                 u->shift.present ? "present" : "absent",
                 u->included.present ? "present" : "absent",
                 modified_text(u, replica_schema(t->replica)->n_columns),
                 u->first_seq == -1 && u->last_seq == -1 ? "-1" : "told", u->table_size);
    free(viewport);
    free(columns);
    free(added);
    free(removed);
}

/* Keeps what a snapshot says is effective. */
static void take_effective(struct talk *t, const struct update *u)
{
    if (!u->is_snapshot)
        return;
    rowset_free(t->viewport);
    rowset_free(t->columns);
    t->viewport = rowset_copy(u->viewport);
    t->columns = rowset_copy(u->columns);
    t->reverse = u->reverse;
}

static void say_message(struct talk *t, struct bytes message)
{
    struct wire_flight_data fd;
    struct wire_update u;
    struct err e;
    bool has = false;

    if (wire_flight_data_decode(message, &fd, &e) != ERR_OK ||
        wire_update_decode(fd.app_metadata, &u, &has, &e) != ERR_OK)
        fail_msg("%s sent a bad message: %s", t->observer->name, e.msg);
    if (has && !t->quiet)
        say_update(t, &u);
    if (has && t->on_update)
        t->on_update(t, &u, replica_held(t->replica));
    wire_update_release(&u);
}

static void feed(struct talk *t, struct bytes message)
{
    struct update_reader_out got;
    struct err e;

    if (t->replica)
        say_message(t, message);
    if (update_reader_feed(t->reader, message, &got, &e) != ERR_OK)
        fail_msg("%s sent a message that is refused: %s", t->observer->name, e.msg);
    if (got.schema) {
        t->replica = replica_new(got.schema, REPLICA_VIEWPORT);
        if (!t->quiet)
            observer_say(t->observer, "  schema");
    }
    if (!got.update)
        return;
    take_effective(t, got.update);
    if (replica_apply(t->replica, got.update, &e) != ERR_OK)
        fail_msg("%s sent an update that is refused: %s", t->observer->name, e.msg);
    t->n_updates++;
}

/* --- calls --- */

static void take_bearer(struct talk *t, const struct call_metadata *md, bool trailers)
{
    struct bytes value;

    if (*t->bearer || !call_metadata_get(md, "authorization", &value) ||
        value.len >= sizeof(t->bearer))
        return;
    memcpy(t->bearer, value.data, value.len);
    t->bearer[value.len] = '\0';
    t->bearer_in_trailers = trailers;
}

static void on_headers(void *ctx, const struct call_metadata *md)
{
    take_bearer(ctx, md, false);
}

static void on_message(void *ctx, struct bytes message)
{
    struct talk *t = ctx;
    struct err e;

    t->n_messages++;
    buf_clear(&t->last);
    assert_int_equal(buf_append(&t->last, message.data, message.len, &e), ERR_OK);
    if (t->reader)
        feed(t, message);
    if (t->on_message)
        t->on_message(t, message);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct talk *t = ctx;

    t->call = NULL;
    t->ended = true;
    t->status = end->status;
    (void)snprintf(t->text, sizeof(t->text), "%s", end->message);
    if (end->trailers)
        take_bearer(t, end->trailers, true);
}

static const struct call_handler events = {on_headers, on_message, on_end};

static struct talk *talk_new(struct observer *o)
{
    struct talk *t = MEM_NEW(struct talk);

    t->observer = o;
    buf_init(&t->last, MESSAGE_MAX);
    return t;
}

static void start(struct talk *t, const char *method, const char *authorization,
                  struct bytes message, bool half_close)
{
    t->call = call_start(t->observer->channel,
                         &(struct call_options){.method = method,
                                                .authorization = authorization,
                                                .message = message,
                                                .has_message = message.data != NULL,
                                                .half_close = half_close},
                         &events, t);
}

struct talk *talk_start(struct observer *o, const char *method, const char *authorization,
                        struct bytes message, bool half_close)
{
    struct talk *t = talk_new(o);

    start(t, method, authorization, message, half_close);
    return t;
}

void talk_free(struct talk *t)
{
    call_drop(t->call);
    buf_release(&t->last);
    update_reader_free(t->reader);
    replica_free(t->replica);
    rowset_free(t->viewport);
    rowset_free(t->columns);
    free(t);
}

bool talk_wait_end(struct talk *t, int ms)
{
    int64_t end = now_ms() + ms;

    while (!t->ended && now_ms() < end)
        (void)uv_run(&t->observer->loop, UV_RUN_ONCE);
    return t->ended;
}

bool talk_wait_messages(struct talk *t, size_t n, int ms)
{
    int64_t end = now_ms() + ms;

    while (!t->ended && t->n_messages < n && now_ms() < end)
        (void)uv_run(&t->observer->loop, UV_RUN_ONCE);
    return t->n_messages >= n;
}

void talk_say_end(const struct talk *t, const char *label)
{
    if (!t->ended)
        observer_say(t->observer, "%s: no end", label);
    else
        observer_say(t->observer, "%s: status %d \"%s\"", label, t->status, t->text);
}

static bool unary(struct observer *o, const char *label, const char *method,
                  const char *authorization, struct bytes message, struct buf *reply,
                  int wait_ms)
{
    struct bytes request = message.data ? message : (struct bytes){(const uint8_t *)"", 0};
    struct talk *t = talk_start(o, method, authorization, request, true);
    bool ok;
    struct err e;

    (void)talk_wait_end(t, wait_ms);
    talk_say_end(t, label);
    observer_say(o, "  bearer: %s", *t->bearer ? "told" : "none");
    ok = t->ended && t->status == 0;
    if (ok && reply) {
        buf_clear(reply);
        assert_int_equal(buf_append(reply, t->last.data, t->last.len, &e), ERR_OK);
    }
    talk_free(t);
    return ok;
}

bool observer_unary(struct observer *o, const char *label, const char *method,
                    const char *authorization, struct bytes message, struct buf *reply)
{
    return unary(o, label, method, authorization, message, reply, WAIT_MS);
}

void observer_waits(struct observer *o, const char *label, const char *method,
                    const char *authorization, struct bytes message)
{
    (void)unary(o, label, method, authorization, message, NULL, NO_ANSWER_MS);
}

/* --- tables --- */

static void encode_ask(struct bytes ticket, struct ask a, struct buf *out)
{
    struct rowset *rows = a.rows ? build_set(a.rows) : rowset_new();
    struct rowset *columns = a.columns ? build_set(a.columns) : rowset_new();
    struct buf row_bytes, column_bytes, wrapper;
    struct err e;

    buf_init(&row_bytes, MESSAGE_MAX);
    buf_init(&column_bytes, MESSAGE_MAX);
    buf_init(&wrapper, MESSAGE_MAX);
    assert_int_equal(rowset_encode(rows, &row_bytes, &e), ERR_OK);
    assert_int_equal(bitset_encode(columns, &column_bytes, &e), ERR_OK);
    struct wire_subscribe s = {.type = a.snapshot ? WIRE_BARRAGE_SNAPSHOT
                                                  : WIRE_BARRAGE_SUBSCRIPTION,
                               .ticket = ticket,
                               .viewport = {buf_bytes(&row_bytes), a.rows != NULL},
                               .columns = {buf_bytes(&column_bytes), a.columns != NULL},
                               .reverse = a.reverse,
                               .deephaven_nulls = true,
                               .interval_ms = INTERVAL_MS,
                               .list_limit = a.list_limit};
    assert_int_equal(wire_subscribe_encode(&s, &wrapper, &e), ERR_OK);
    assert_int_equal(
        wire_flight_data_encode(
            &(struct wire_flight_data){.app_metadata = buf_bytes(&wrapper)}, out, &e),
        ERR_OK);
    rowset_free(rows);
    rowset_free(columns);
    buf_release(&row_bytes);
    buf_release(&column_bytes);
    buf_release(&wrapper);
}

struct talk *talk_subscribe(struct observer *o, struct bytes ticket, struct ask first)
{
    struct talk *t = talk_new(o);
    struct buf request;

    buf_init(&request, MESSAGE_MAX);
    encode_ask(ticket, first, &request);
    if (first.rows)
        t->reader = update_reader_new(REPLICA_VIEWPORT, true);
    start(t, OBSERVER_FLIGHT "DoExchange", *o->bearer ? o->bearer : o->login,
          buf_bytes(&request), false);
    buf_release(&request);
    return t;
}

void talk_ask(struct talk *t, struct ask next)
{
    struct buf request;

    if (t->ended)
        return;
    buf_init(&request, MESSAGE_MAX);
    encode_ask((struct bytes){0}, next, &request);
    call_send(t->call, buf_bytes(&request), false);
    buf_release(&request);
}

static bool is_set(const struct rowset *is, const char *asked)
{
    struct rowset *want;
    bool same;

    if (!asked)
        return is == NULL;
    want = build_set(asked);
    same = is && rowset_equal(is, want);
    rowset_free(want);
    return same;
}

static bool settled(const struct talk *t, const struct ask *a)
{
    return t->n_updates > 0 && is_set(t->viewport, a->rows) && t->reverse == a->reverse &&
           (!a->columns || is_set(t->columns, a->columns));
}

void talk_settle(struct talk *t, const char *label, struct ask asked)
{
    int64_t end = now_ms() + WAIT_MS;

    while (!t->ended && !settled(t, &asked) && now_ms() < end)
        (void)uv_run(&t->observer->loop, UV_RUN_ONCE);
    if (t->ended) {
        talk_say_end(t, label ? label : "an end");
        return;
    }
    if (!settled(t, &asked))
        fail_msg("%s never answers: %s %s", t->observer->name,
                 t->observer->n ? t->observer->lines[t->observer->n - 1] : "",
                 label ? label : asked.rows);
    if (!label)
        return;
    size_t held = replica_held(t->replica);
    observer_say(t->observer, "%s: rows %" PRId64 " to %" PRId64, label,
                 held ? replica_position(t->replica, 0) : -1,
                 held ? replica_position(t->replica, held - 1) : -1);
}

void talk_wait_updates(struct talk *t, size_t more)
{
    size_t goal = t->n_updates + more;
    int64_t end = now_ms() + WAIT_MS;

    while (!t->ended && t->n_updates < goal && now_ms() < end)
        (void)uv_run(&t->observer->loop, UV_RUN_ONCE);
    if (t->n_updates < goal)
        fail_msg("%s sends no further update: %d %s", t->observer->name, t->status,
                 t->text);
}
