/*
 * The demo server agrees with a real one: each chapter of one script is run against both,
 * the client writes down what it sees, and the two records must be equal, line by line.
 *
 * What must differ is left out of the records, here and nowhere else:
 * - uuids of tokens and of logged errors are written <uuid>: drawn by chance;
 * - names, number and types of columns, and cells: the tables are others (a script names
 *   columns 0 to 2, which all have);
 * - descriptions in ListFields: a real server says "query scope variable" of everything,
 *   the demo what a table is for; both must say something. Descriptions of tables and
 *   columns: the demo has some;
 * - the order of metadata in a schema: a real server writes a hash table;
 * - values of the constants: versions and properties of a Java process; only the keys that
 *   the viewer reads are compared;
 * - lengths and number of updates of tables that tick: the clock decides what is coalesced;
 *   what every such update must say is compared instead;
 * - the number of answers to requests sent back to back: the newest must be answered;
 * - how a table's stream ends with its session: a real server lets some end OK and keeps
 *   others open; both are written "OK or open";
 * - the text that refuses a viewport after a full subscription: the demo has no full
 *   subscriptions and refuses those already; the status is compared;
 * - formulas: the demo server computes none, and says so in words of its own;
 * - methods of services of which the demo server has only some: it says that it is the demo
 *   which lacks them, so unknown ones are of another service.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/rpc/channel.h"
#include "client/tickets.h"
#include "client/wire/operations.h"
#include "tests/support/beside.h"
#include "tests/support/server.h"

#define START_MS 20000
#define REQUEST_MAX 65536
#define TICKS 3 /* updates watched of a table that ticks, at least */
#define TICKS_MAX 100
#define TOKEN_MS 10000
#define RENEWED_MS (TOKEN_MS / 5) /* age at which a token is renewed */
#define PSK_TYPE "io.deephaven.authentication.psk.PskAuthenticationHandler"
#define NOBODY "Bearer 00000000-0000-4000-8000-000000000000"

/* Where a server has what the script needs. */
struct world {
    const char *big;       /* 10^9 rows, static */
    const char *types;     /* a few rows, static */
    const char *empty;     /* none, static */
    const char *appending; /* rows added at the end */
    const char *blinking;
    const char *shrinking; /* loses rows, and gains them */
    const char *modified;  /* rows change in place */
};

static const struct world real_world = {"billion",  "types",     "empty",   "appending",
                                        "blinking", "shrinking", "modified"};
static const struct world demo_world = {"billion", "types", "empty", "trades",
                                        "pulse",   "tide",  "book"};

static const struct world *world_of(const struct observer *o)
{
    return o->world;
}

/* --- the demo servers --- */

static struct beside plain, growing; /* as the real ones: anonymous, and with a key */

static int demos_start(void **state)
{
    (void)state;
    beside_start(&plain, (const char *const[]){NULL});
    beside_start(&growing, (const char *const[]){"--growth", "64", "--session-ms", "10000",
                                                 "--psk-file", server_psk_file(), NULL});
    return 0;
}

static int demos_stop(void **state)
{
    (void)state;
    beside_stop(&plain);
    beside_stop(&growing);
    return 0;
}

/* --- two records --- */

typedef void chapter_fn(struct observer *o);

static struct observer *observe(const char *name, const char *address, const char *login,
                                const struct world *world, chapter_fn *chapter)
{
    struct observer *o = observer_new(name, address, login);

    o->world = world;
    chapter(o);
    return o;
}

static void compare_plain(chapter_fn *chapter, const char *login)
{
    struct observer *real = observe("real", server_address(), login, &real_world, chapter);
    struct observer *demo = observe("demo", plain.address, login, &demo_world, chapter);

    beside_compare(real, demo);
}

/* On the servers with a key, growth of 64 cells and tokens that live for ten seconds. */
static void compare_growing(chapter_fn *chapter)
{
    char key[256] = "";
    FILE *f = fopen(server_psk_file(), "re");
    char *login;

    assert_non_null(f);
    assert_non_null(fgets(key, sizeof(key), f));
    (void)fclose(f);
    key[strcspn(key, "\r\n")] = '\0';
    login = mem_printf(PSK_TYPE " %s", key);
    struct observer *real =
        observe("real", server_growth_address(), login, &real_world, chapter);
    struct observer *demo = observe("demo", growing.address, login, &demo_world, chapter);
    free(login);
    beside_compare(real, demo);
}

/* --- what the script sends --- */

#define AUTH_CONSTANTS OBSERVER_BACKPLANE "ConfigService/GetAuthenticationConstants"
#define CONSTANTS OBSERVER_BACKPLANE "ConfigService/GetConfigurationConstants"
#define CLOSE OBSERVER_BACKPLANE "SessionService/CloseSession"
#define RELEASE OBSERVER_BACKPLANE "SessionService/Release"
#define EXPORT OBSERVER_BACKPLANE "SessionService/ExportFromTicket"
#define TERMINATION OBSERVER_BACKPLANE "SessionService/TerminationNotification"
#define FIELDS OBSERVER_BACKPLANE "ApplicationService/ListFields"
#define FETCH OBSERVER_BACKPLANE "TableService/FetchTable"
#define PREVIEW OBSERVER_BACKPLANE "TableService/ApplyPreviewColumns"
#define VIEW OBSERVER_BACKPLANE "TableService/View"
#define SIZES OBSERVER_BACKPLANE "TableService/ExportedTableUpdates"
#define EXCHANGE OBSERVER_FLIGHT "DoExchange"
#define GET OBSERVER_FLIGHT "DoGet"

static const struct bytes nothing = {(const uint8_t *)"", 0};

struct ticket {
    uint8_t data[256];
    size_t len;
};

static struct bytes span(const struct ticket *t)
{
    return (struct bytes){t->data, t->len};
}

static struct ticket ticket_of(const void *data, size_t len)
{
    struct ticket t = {.len = len};

    assert_in_range(len, 0, sizeof(t.data));
    if (len)
        memcpy(t.data, data, len);
    return t;
}

static struct ticket scope(const char *table)
{
    char *text = mem_printf("s/%s", table);
    struct ticket t = ticket_of(text, strlen(text));

    free(text);
    return t;
}

static struct ticket export_ticket(int32_t id)
{
    struct ticket t = {.len = EXPORT_TICKET_LEN};

    ticket_export(id, t.data);
    return t;
}

static struct ticket next_export(struct observer *o)
{
    return export_ticket(++o->last_export);
}

/* session.proto ExportRequest: two tickets, each a message with one field of bytes. */
static void export_request(struct ticket from, struct ticket to, struct buf *out)
{
    const struct ticket *const tickets[] = {&from, &to};
    struct err e;

    for (uint8_t i = 0; i < 2; i++) {
        size_t n = tickets[i]->len;
        uint8_t head[] = {(uint8_t)(0x0a + 8 * i), (uint8_t)(n + 2), 0x0a, (uint8_t)n};

        assert_in_range(n, 1, 100); /* lengths of one byte */
        assert_int_equal(buf_append(out, head, sizeof(head), &e), ERR_OK);
        assert_int_equal(buf_append(out, tickets[i]->data, n, &e), ERR_OK);
    }
}

static void fetch_request(struct ticket from, struct ticket to, struct buf *out)
{
    struct err e;

    assert_int_equal(wire_op_encode(&(struct wire_op){.kind = WIRE_OP_FETCH,
                                                      .source.ticket = span(&from),
                                                      .result = span(&to)},
                                    out, &e),
                     ERR_OK);
}

/* One of the methods that make a table of another; true when it did. */
static bool make(struct observer *o, const char *label, const char *method,
                 struct ticket from, struct ticket to, struct buf *reply)
{
    struct buf m;
    bool ok;

    buf_init(&m, REQUEST_MAX);
    if (strcmp(method, EXPORT) == 0)
        export_request(from, to, &m);
    else
        fetch_request(from, to, &m);
    ok = observer_unary(o, label, method, o->bearer, buf_bytes(&m), reply);
    buf_release(&m);
    return ok;
}

static bool fetch(struct observer *o, const char *label, struct ticket from,
                  struct ticket to, struct buf *reply)
{
    return make(o, label, FETCH, from, to, reply);
}

static void release(struct observer *o, const char *label, struct ticket t)
{
    struct buf m;
    struct err e;

    buf_init(&m, REQUEST_MAX);
    assert_int_equal(wire_release_encode(span(&t), &m, &e), ERR_OK);
    (void)observer_unary(o, label, RELEASE, o->bearer, buf_bytes(&m), NULL);
    buf_release(&m);
}

/* --- logins --- */

static void refused_logins(struct observer *o)
{
    static const char *const methods[] = {CONSTANTS, FIELDS,  FETCH,
                                          CLOSE,     RELEASE, TERMINATION};
    static const char *const headers[] = {NULL,
                                          NOBODY,
                                          "Bearer nonsense",
                                          "bearer 00000000-0000-4000-8000-000000000000",
                                          "NoSuchType",
                                          "NoSuchType secret",
                                          "anonymous"};

    for (size_t m = 0; m < sizeof(methods) / sizeof(*methods); m++) {
        for (size_t h = 0; h < sizeof(headers) / sizeof(*headers); h++) {
            char *label = mem_printf("%s as %s", strrchr(methods[m], '/'),
                                     headers[h] ? headers[h] : "nobody");

            (void)observer_unary(o, label, methods[m], headers[h], nothing, NULL);
            free(label);
        }
    }
}

static void refused_streams(struct observer *o)
{
    static const char *const headers[] = {NOBODY, "NoSuchType x"};

    for (size_t h = 0; h < 2; h++) {
        struct ticket t = scope(world_of(o)->big);

        o->login = mem_strdup(headers[h]);
        struct talk *talk = talk_subscribe(o, span(&t), (struct ask){.rows = "0-9"});
        (void)talk_wait_end(talk, START_MS);
        talk_say_end(talk, headers[h]);
        talk_free(talk);
        free(o->login);
        o->login = NULL;
    }
}

static void say_constant(struct observer *o, const struct buf *reply, const char *key)
{
    struct bytes value;
    struct err e;
    bool found = false;

    assert_int_equal(wire_constant_decode(buf_bytes(reply), key, &value, &found, &e),
                     ERR_OK);
    observer_say(o, "  %s: %s", key, !found ? "missing" : value.len ? "told" : "empty");
}

static void constants_without_login(struct observer *o)
{
    struct buf reply;

    buf_init(&reply, REQUEST_MAX);
    if (observer_unary(o, "handlers asked by nobody", AUTH_CONSTANTS, NULL, nothing,
                       &reply))
        say_constant(o, &reply, "AuthHandlers");
    (void)observer_unary(o, "handlers with a wrong bearer", AUTH_CONSTANTS, NOBODY, nothing,
                         NULL);
    buf_release(&reply);
}

static void login_on_streams(struct observer *o)
{
    struct ticket t = scope(world_of(o)->big);
    struct talk *talk;

    talk = talk_start(o, FIELDS, "Anonymous", nothing, true);
    observer_say(o, "login on ListFields: answered %s",
                 talk_wait_messages(talk, 1, START_MS) ? "yes" : "no");
    observer_say(o, "  bearer: %s in trailers: %d", talk->bearer, talk->bearer_in_trailers);
    talk_free(talk);
    o->login = mem_strdup("Anonymous");
    talk = talk_subscribe(o, span(&t), (struct ask){.rows = "0-9", .columns = "0-2"});
    talk_settle(talk, "login on DoExchange", (struct ask){.rows = "0-9", .columns = "0-2"});
    observer_say(o, "  bearer: %s in trailers: %d", talk->bearer, talk->bearer_in_trailers);
    (void)observer_unary(o, "its bearer", CONSTANTS, talk->bearer, nothing, NULL);
    talk_free(talk);
}

static void logins(struct observer *o)
{
    constants_without_login(o);
    refused_logins(o);
    refused_streams(o);
    login_on_streams(o);
}

static void they_let_in_and_refuse_the_same(void **state)
{
    (void)state;
    compare_plain(logins, NULL);
}

/* --- tokens --- */

/* Calls with a bearer, and gives back the one that the reply holds. */
static void call_as(struct observer *o, const char *bearer, char *told)
{
    struct talk *t = talk_start(o, CONSTANTS, bearer, nothing, true);

    assert_true(talk_wait_end(t, START_MS));
    if (t->status != 0)
        fail_msg("%s refuses a bearer: %s", o->name, t->text);
    memcpy(told, t->bearer, OBSERVER_BEARER);
    talk_free(t);
}

static int64_t now_ms(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

/* The bearer told by a call is the one that is known, or that one, which is of a moment not
 * before since_ms, may have been renewed meanwhile. */
static bool same_or_old(const char *told, const char *known, int64_t since_ms)
{
    return strcmp(told, known) == 0 || now_ms() - since_ms > RENEWED_MS - 200;
}

/* The server renews a token in some call after its time; when it makes and takes them lies
 * between what is known here. */
static void tokens(struct observer *o)
{
    char told[OBSERVER_BEARER], next[OBSERVER_BEARER];
    int64_t made_by = now_ms(), asked = made_by, kept, answered;
    struct buf reply;

    buf_init(&reply, REQUEST_MAX);
    if (observer_unary(o, "constants", CONSTANTS, o->bearer, nothing, &reply)) {
        say_constant(o, &reply, "http.session.durationMs");
        say_constant(o, &reply, "deephaven.version");
        say_constant(o, &reply, "barrage.version");
        say_constant(o, &reply, "no.such.key");
    }
    buf_release(&reply);
    call_as(o, o->bearer, told);
    observer_say(o, "a fresh token is kept: %d", same_or_old(told, o->bearer, o->since_ms));
    do {
        kept = asked;
        observer_run(o, 100);
        asked = now_ms();
        call_as(o, o->bearer, next);
        answered = now_ms();
    } while (strcmp(next, o->bearer) == 0 && answered - made_by < TOKEN_MS);
    observer_say(o, "renewed after a fifth of its life: %d",
                 answered - o->since_ms > RENEWED_MS - 200 &&
                     kept - made_by < RENEWED_MS + 1000);
    call_as(o, o->bearer, told);
    observer_say(o, "the old one is taken and the new one told: %d",
                 same_or_old(told, next, asked));
    call_as(o, next, told);
    observer_say(o, "the new one is taken and told: %d", same_or_old(told, next, asked));
}

static void tokens_are_renewed_alike(void **state)
{
    (void)state;
    compare_growing(tokens);
}

/* --- fields --- */

static void say_field(struct observer *o, const struct wire_field_info *f)
{
    const struct world *w = o->world;
    const struct {
        const char *name, *what;
    } known[] = {{w->big, "big"}, {w->types, "types"}, {w->appending, "appending"}};

    for (size_t i = 0; i < 3; i++) {
        char *ticket = mem_printf("s/%s", known[i].name);

        if (bytes_equal(f->name, bytes_of(known[i].name)))
            observer_say(o,
                         "  %s: change %d type %.*s app \"%.*s\" named \"%.*s\" ticket of "
                         "its name: %d described: %d",
                         known[i].what, (int)f->change, (int)f->type.len,
                         (const char *)f->type.data, (int)f->app_id.len,
                         (const char *)f->app_id.data, (int)f->app_name.len,
                         (const char *)f->app_name.data,
                         bytes_equal(f->ticket, bytes_of(ticket)), f->description.len > 0);
        free(ticket);
    }
}

static int by_name(const void *a, const void *b)
{
    const struct wire_field_info *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int d = memcmp(x->name.data, y->name.data, n);

    return d ? d : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static void fields(struct observer *o)
{
    struct talk *t = talk_start(o, FIELDS, o->bearer, nothing, true);
    struct wire_field_info *list;
    size_t n;
    struct err e;

    assert_true(talk_wait_messages(t, 1, START_MS));
    assert_int_equal(wire_fields_decode(buf_bytes(&t->last), &list, &n, &e), ERR_OK);
    observer_say(o, "fields: several %d", n > 2);
    qsort(list, n, sizeof(*list), by_name);
    for (const char *const *at = (const char *const *)o->world;
         at < (const char *const *)o->world + 3; at++) {
        for (size_t i = 0; i < n; i++) {
            if (bytes_equal(list[i].name, bytes_of(*at)))
                say_field(o, &list[i]);
        }
    }
    free(list);
    observer_say(o, "the stream goes on: %d", !talk_wait_end(t, 300));
    talk_free(t);
}

static void they_list_their_tables_alike(void **state)
{
    (void)state;
    compare_plain(fields, "Anonymous");
}

/* --- tables --- */

static int by_key(const void *a, const void *b)
{
    const struct wire_pair *x = a, *y = b;
    size_t n = x->key.len < y->key.len ? x->key.len : y->key.len;
    int d = memcmp(x->key.data, y->key.data, n);

    return d ? d : (x->key.len > y->key.len) - (x->key.len < y->key.len);
}

/* In order of their keys: a real server writes a hash table. */
static void say_pairs(struct observer *o, const char *what, struct wire_pair *pairs,
                      size_t n, bool values)
{
    qsort(pairs, n, sizeof(*pairs), by_key);
    for (size_t i = 0; i < n; i++) {
        if (memmem(pairs[i].key.data, pairs[i].key.len, "escription", 10))
            continue;
        observer_say(o, "  %s: %.*s %.*s", what, (int)pairs[i].key.len,
                     (const char *)pairs[i].key.data, values ? (int)pairs[i].value.len : 0,
                     (const char *)pairs[i].value.data);
    }
}

static void say_metadata(struct observer *o, const struct wire_schema *s)
{
    const struct wire_field *f = &s->fields[0];

    observer_say(o, "  nullable: %d", f->nullable);
    say_pairs(o, "column", s->pairs + f->first_pair, f->n_pairs, false);
    say_pairs(o, "table", s->table_pairs, s->n_table_pairs, true);
}

static void say_created(struct observer *o, struct bytes reply, struct ticket asked)
{
    struct wire_table_created c;
    struct wire_message m;
    struct bytes bare;
    struct err e;

    assert_int_equal(wire_table_created_decode(reply, &c, &e), ERR_OK);
    observer_say(o,
                 "  success %d static %d rows: %s error \"%.*s\" ticket as asked: %d "
                 "schema in whole eights: %d",
                 c.success, c.is_static,
                 c.size == 0            ? "none"
                 : c.size == 1000000000 ? "10^9"
                 : c.size > 0           ? "some"
                                        : "unknown",
                 (int)c.error_info.len, (const char *)c.error_info.data,
                 bytes_equal(c.ticket, span(&asked)), c.schema_header.len % 8 == 0);
    assert_int_equal(wire_unwrap_message(c.schema_header, &bare, &e), ERR_OK);
    assert_int_equal(wire_message_decode(bare, &m, &e), ERR_OK);
    observer_say(o, "  header %d", (int)m.header);
    say_metadata(o, &m.schema);
    wire_message_release(&m);
}

static void fetch_and_say(struct observer *o, const char *label, struct ticket from)
{
    struct ticket to = next_export(o);
    struct buf reply;

    buf_init(&reply, (size_t)1 << 24);
    if (fetch(o, label, from, to, &reply))
        say_created(o, buf_bytes(&reply), to);
    buf_release(&reply);
}

static void fetched_tables(struct observer *o)
{
    const struct world *w = o->world;
    struct ticket from = scope(w->big), to = next_export(o);
    struct buf reply;

    fetch_and_say(o, "fetch big", scope(w->big));
    fetch_and_say(o, "fetch types", scope(w->types));
    fetch_and_say(o, "fetch empty", scope(w->empty));
    fetch_and_say(o, "fetch appending", scope(w->appending));
    fetch_and_say(o, "fetch blinking", scope(w->blinking));
    fetch_and_say(o, "fetch an export", export_ticket(o->last_export));
    buf_init(&reply, (size_t)1 << 24);
    if (make(o, "export from a ticket", EXPORT, from, to, &reply))
        observer_say(o, "  %zu bytes", reply.len);
    fetch_and_say(o, "fetch that", to);
    to = next_export(o);
    if (make(o, "preview columns", PREVIEW, from, to, &reply))
        say_created(o, buf_bytes(&reply), to);
    buf_release(&reply);
}

static void fetched_tables_look_alike(void **state)
{
    (void)state;
    compare_plain(fetched_tables, "Anonymous");
}

/* --- refused tickets --- */

static void bad_tickets(struct observer *o)
{
    static const struct {
        const char *label;
        const char *bytes;
        size_t len;
    } bad[] = {{"missing table", "s/missing", 9},
               {"scope without a name", "s/", 2},
               {"scope without a slash", "s", 1},
               {"scope with another mark", "s:billion", 9},
               {"nothing", "", 0},
               {"unknown kind", "x/y", 3},
               {"unknown byte", "\xff", 1},
               {"short export", "e\x01", 2},
               {"long export", "e\x01\x00\x00\x00\x00", 6},
               {"export 0", "e\x00\x00\x00\x00", 5},
               {"export -5", "e\xfb\xff\xff\xff", 5},
               {"shared", "h\x01\x02\xab", 4},
               {"shared without id", "h", 1},
               {"application", "a/no/f/such", 11},
               {"application without field", "a/no", 4}};

    struct ticket big = scope(world_of(o)->big);

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct ticket t = ticket_of(bad[i].bytes, bad[i].len);
        char *label = mem_printf("fetch %s", bad[i].label);

        struct ticket to = next_export(o);
        (void)fetch(o, label, t, to, NULL);
        (void)fetch(o, "  its result id afterwards", big, to, NULL);
        free(label);
        if (bad[i].len == 0)
            continue; /* on a stream in a chapter of its own */
        label = mem_printf("subscribe to %s", bad[i].label);
        struct talk *talk = talk_subscribe(o, span(&t), (struct ask){.rows = "0-9"});
        (void)talk_wait_end(talk, START_MS);
        talk_say_end(talk, label);
        talk_free(talk);
        free(label);
    }
}

static void bad_tickets_are_refused_alike(void **state)
{
    (void)state;
    compare_plain(bad_tickets, "Anonymous");
}

static void bad_results(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big), one = next_export(o);
    struct ticket failed = next_export(o);

    (void)fetch(o, "define", big, one, NULL);
    (void)fetch(o, "define again", big, one, NULL);
    (void)fetch(o, "no result", big, ticket_of("", 0), NULL);
    (void)fetch(o, "result 0", big, export_ticket(0), NULL);
    (void)fetch(o, "result -3", big, export_ticket(-3), NULL);
    (void)fetch(o, "result in the scope", big, scope("x"), NULL);
    (void)fetch(o, "of a missing one", scope("missing"), failed, NULL);
    (void)fetch(o, "of the failed one", failed, next_export(o), NULL);
    struct ticket copy = next_export(o);
    (void)make(o, "copy of a missing one", EXPORT, scope("missing"), copy, NULL);
    (void)fetch(o, "of the failed copy", copy, next_export(o), NULL);
    (void)fetch(o, "failed one again", big, failed, NULL);
    release(o, "release the failed one", failed);
    release(o, "release unknown", export_ticket(4000));
    release(o, "release scope", big);
    release(o, "release nothing", ticket_of("", 0));
    release(o, "release", one);
    release(o, "release again", one);
    (void)fetch(o, "define what was released", big, one, NULL);
    (void)fetch(o, "of what was released", one, next_export(o), NULL);
    (void)make(o, "export of what was released", EXPORT, one, next_export(o), NULL);
    struct talk *t = talk_subscribe(o, span(&one), (struct ask){.rows = "0-9"});
    (void)talk_wait_end(t, START_MS);
    talk_say_end(t, "subscribe to what was released");
    talk_free(t);
}

static void exports_live_and_end_alike(void **state)
{
    (void)state;
    compare_plain(bad_results, "Anonymous");
}

/* A request that waits for its input, and gets it; and one whose input then fails. */
static void waiting_requests(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ticket later = next_export(o), fails = next_export(o);
    struct ask a = {.rows = "0-9", .columns = "0"};
    struct talk *good = talk_subscribe(o, span(&later), a);
    struct talk *bad = talk_subscribe(o, span(&fails), a);
    struct buf m;

    good->quiet = true; /* one answer, or two, as the requests were taken in */
    buf_init(&m, REQUEST_MAX);
    fetch_request(export_ticket(5000), next_export(o), &m);
    observer_waits(o, "of what is not there yet", FETCH, o->bearer, buf_bytes(&m));
    buf_release(&m);
    observer_say(o, "both wait: %d", !talk_wait_end(good, 300) && !talk_wait_end(bad, 1));
    talk_ask(good, (struct ask){.rows = "5-14", .columns = "0"});
    (void)fetch(o, "now it is", big, later, NULL);
    (void)fetch(o, "now it fails", scope("missing"), fails, NULL);
    talk_settle(good, "answered", (struct ask){.rows = "5-14", .columns = "0"});
    (void)talk_wait_end(bad, START_MS);
    talk_say_end(bad, "the other one");
    talk_free(good);
    talk_free(bad);
}

static void requests_wait_for_their_input(void **state)
{
    (void)state;
    compare_plain(waiting_requests, "Anonymous");
}

/* --- views --- */

static void view_of(struct observer *o, const char *label, const char *const *names,
                    size_t n)
{
    struct ticket from = scope(world_of(o)->big), to = next_export(o);
    struct bytes *specs = MEM_ARRAY(struct bytes, n);
    struct wire_op op = {.kind = WIRE_OP_VIEW, .texts = specs, .n_texts = n};
    struct buf m, reply;
    struct err e;

    buf_init(&m, REQUEST_MAX);
    buf_init(&reply, (size_t)1 << 24);
    op.source.ticket = span(&from);
    op.result = span(&to);
    for (size_t i = 0; i < n; i++)
        specs[i] = bytes_of(names[i]);
    assert_int_equal(wire_op_encode(&op, &m, &e), ERR_OK);
    free(specs);
    if (observer_unary(o, label, VIEW, o->bearer, buf_bytes(&m), &reply)) {
        struct wire_table_created c;
        struct wire_message schema;
        struct bytes bare;

        say_created(o, buf_bytes(&reply), to);
        assert_int_equal(wire_table_created_decode(buf_bytes(&reply), &c, &e), ERR_OK);
        assert_int_equal(wire_unwrap_message(c.schema_header, &bare, &e), ERR_OK);
        assert_int_equal(wire_message_decode(bare, &schema, &e), ERR_OK);
        observer_say(
            o, "  columns as asked: %d",
            schema.schema.n_columns == n &&
                (n == 0 || bytes_equal(schema.schema.fields[0].name, bytes_of(names[0]))));
        wire_message_release(&schema);
    }
    buf_release(&m);
    buf_release(&reply);
}

static void views(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-9"};
    struct talk *t = talk_subscribe(o, span(&big), a);

    t->quiet = true;
    talk_settle(t, "all columns", a);
    const struct schema *s = replica_schema(t->replica);
    const char *backwards[] = {s->columns[2].name, s->columns[0].name};
    const char *unknown[] = {s->columns[0].name, "NoSuchColumn"};

    view_of(o, "view of two", backwards, 2);
    struct ticket view = export_ticket(o->last_export);
    view_of(o, "view of an unknown one", unknown, 2);
    talk_free(t);
    t = talk_subscribe(o, span(&view), a);
    talk_settle(t, "its rows", a);
    observer_say(o, "  columns: %zu", replica_schema(t->replica)->n_columns);
    release(o, "its release", view);
    talk_ask(t, (struct ask){.rows = "5-14"});
    talk_settle(t, "a stream outlives its export", (struct ask){.rows = "5-14"});
    talk_free(t);
}

static void views_give_the_columns_asked_for(void **state)
{
    (void)state;
    compare_plain(views, "Anonymous");
}

/* --- viewports --- */

static void step(struct talk *t, const char *label, struct ask a)
{
    observer_say(t->observer, "%s", label);
    talk_ask(t, a);
    talk_settle(t, "  holds", a);
}

static void viewports(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-49", .columns = "0-1"};
    struct talk *t = talk_subscribe(o, span(&big), a);

    talk_settle(t, "first", a);
    step(t, "forward", (struct ask){.rows = "25-74", .columns = "0-1"});
    step(t, "back", (struct ask){.rows = "15-64", .columns = "0-1"});
    step(t, "jump", (struct ask){.rows = "500000000-500000049", .columns = "0-1"});
    observer_say(o, "same again"); /* is answered too */
    talk_ask(t, (struct ask){.rows = "500000000-500000049", .columns = "0-1"});
    talk_wait_updates(t, 1);
    step(t, "two ranges", (struct ask){.rows = "10-19,1000-1009", .columns = "0-1"});
    step(t, "hole filled", (struct ask){.rows = "10-29,1000-1004", .columns = "0-1"});
    step(t, "over the end", (struct ask){.rows = "999999990-1000000039", .columns = "0-1"});
    step(t, "beyond the end",
         (struct ask){.rows = "1000000100-1000000149", .columns = "0-1"});
    step(t, "nothing", (struct ask){.rows = "", .columns = "0-1"});
    step(t, "from nothing", (struct ask){.rows = "0-9", .columns = "0-1"});
    step(t, "fewer columns", (struct ask){.rows = "0-9", .columns = "1"});
    step(t, "moved", (struct ask){.rows = "5-14", .columns = "1"});
    step(t, "another column", (struct ask){.rows = "5-14", .columns = "2"});
    step(t, "more columns, and moved", (struct ask){.rows = "10-19", .columns = "0-2"});
    step(t, "no columns", (struct ask){.rows = "10-19", .columns = ""});
    step(t, "columns again", (struct ask){.rows = "10-19", .columns = "0"});
    observer_say(o, "a column that is not there"); /* is echoed, and has no data */
    talk_ask(t, (struct ask){.rows = "12-21", .columns = "0,77777"});
    talk_settle(t, "  holds", (struct ask){.rows = "12-21", .columns = "0"});
    t->quiet = true; /* the tables have not the same number of columns */
    step(t, "without naming columns", (struct ask){.rows = "10-19"});
    observer_say(o, "  all: %d",
                 rowset_count(t->columns) == replica_schema(t->replica)->n_columns);
    talk_free(t);
}

static void viewports_are_answered_alike(void **state)
{
    (void)state;
    compare_plain(viewports, "Anonymous");
}

static void reverse_viewports(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-19", .columns = "0-1", .reverse = true};
    struct talk *t = talk_subscribe(o, span(&big), a);

    talk_settle(t, "first from the end", a);
    step(t, "up", (struct ask){.rows = "10-29", .columns = "0-1", .reverse = true});
    step(t, "down", (struct ask){.rows = "5-24", .columns = "0-1", .reverse = true});
    step(t, "forward", (struct ask){.rows = "5-24", .columns = "0-1"});
    step(t, "forward at the end",
         (struct ask){.rows = "999999980-999999999", .columns = "0-1"});
    step(t, "the same rows from the end",
         (struct ask){.rows = "0-19", .columns = "0-1", .reverse = true});
    step(t, "two ranges from the end",
         (struct ask){.rows = "0-4,100-104", .columns = "0-1", .reverse = true});
    step(t, "over the start",
         (struct ask){.rows = "999999990-1000000039", .columns = "0-1", .reverse = true});
    step(t, "nothing from the end",
         (struct ask){.rows = "", .columns = "0-1", .reverse = true});
    talk_free(t);
}

static void reverse_viewports_are_answered_alike(void **state)
{
    (void)state;
    compare_plain(reverse_viewports, "Anonymous");
}

/* Small tables: all there is, and nothing. */
static void small_tables(struct observer *o)
{
    struct ticket empty = scope(world_of(o)->empty);
    struct ask a = {.rows = "0-49", .columns = "0-1"};
    struct talk *t = talk_subscribe(o, span(&empty), a);

    talk_settle(t, "empty", a);
    step(t, "empty, moved", (struct ask){.rows = "10-59", .columns = "0-1"});
    step(t, "empty from the end",
         (struct ask){.rows = "0-9", .columns = "0-1", .reverse = true});
    talk_free(t);
    struct ticket types = scope(world_of(o)->types);
    t = talk_subscribe(o, span(&types), (struct ask){.rows = "0-4"});
    t->quiet = true;
    talk_settle(t, "all types", (struct ask){.rows = "0-4"});
    talk_free(t);
}

static void small_tables_are_shown_alike(void **state)
{
    (void)state;
    compare_plain(small_tables, "Anonymous");
}

/* --- lists --- */

#define LIST_ROWS "0-99" /* more than the tables have */

static struct talk *whole_types(struct observer *o, struct bytes ticket, int64_t limit)
{
    struct ask a = {.rows = LIST_ROWS, .list_limit = limit};
    struct talk *t = talk_subscribe(o, ticket, a);

    t->quiet = true;
    talk_settle(t, NULL, a);
    return t;
}

static bool is_part(const struct value *cut, const struct value *whole, size_t from)
{
    for (size_t i = 0; i < column_length(cut->list); i++) {
        struct value a = column_get(cut->list, i), b = column_get(whole->list, from + i);

        if (!value_equal(&a, &b))
            return false;
    }
    return true;
}

/* What a limit has made of the lists of a column. */
struct cut {
    size_t nulls, whole, first, last, other;
};

static void count_cut(struct cut *n, const struct value *cut, const struct value *whole)
{
    size_t len, all;

    if (cut->state != VALUE_SET || whole->state != VALUE_SET) {
        n->nulls += cut->state == whole->state;
        n->other += cut->state != whole->state;
        return;
    }
    len = column_length(cut->list);
    all = column_length(whole->list);
    if (len == all && is_part(cut, whole, 0))
        n->whole++;
    else if (len < all && is_part(cut, whole, 0))
        n->first++;
    else if (len < all && is_part(cut, whole, all - len))
        n->last++;
    else
        n->other++;
}

static size_t longest_list(const struct replica *r, size_t column)
{
    size_t longest = 0;

    for (size_t i = 0; i < replica_held(r); i++) {
        struct value v = replica_cell(r, column, replica_position(r, i));
        size_t n = v.state == VALUE_SET ? column_length(v.list) : 0;

        longest = n > longest ? n : longest;
    }
    return longest;
}

/* The first column of lists of such items; that of a table has some of more than three. */
static size_t list_column(const struct schema *s, enum kind item)
{
    for (size_t c = 0; c < s->n_columns; c++) {
        if (s->columns[c].type->kind == KIND_LIST && s->columns[c].type->item->kind == item)
            return c;
    }
    fail_msg("no lists of %s", kind_name(item));
    return 0;
}

static void lists_with(struct observer *o, const struct talk *whole, struct bytes ticket,
                       int64_t limit)
{
    static const enum kind items[] = {KIND_INT, KIND_STRING};
    struct talk *t = whole_types(o, ticket, limit);

    for (size_t k = 0; k < sizeof(items) / sizeof(*items); k++) {
        size_t c = list_column(replica_schema(t->replica), items[k]);
        struct cut n = {0};

        for (size_t i = 0; i < replica_held(t->replica); i++) {
            int64_t at = replica_position(t->replica, i);
            struct value cut = replica_cell(t->replica, c, at);
            struct value all = replica_cell(whole->replica, c, at);

            count_cut(&n, &cut, &all);
        }
        observer_say(o,
                     "lists of %s, limit %" PRId64 ": some null %d whole %d first items %d "
                     "last items %d other %d",
                     kind_name(items[k]), limit, n.nulls > 0, n.whole > 0, n.first > 0,
                     n.last > 0, n.other > 0);
        if (limit > -1000 && limit < 1000)
            observer_say(o, "  longest %zu", longest_list(t->replica, c));
    }
    talk_free(t);
}

static void lists(struct observer *o)
{
    static const int64_t limits[] = {1, 3, -1, -3, 1000000, INT64_MIN};
    struct ticket types = scope(world_of(o)->types);
    struct talk *whole = whole_types(o, span(&types), 0);

    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        lists_with(o, whole, span(&types), limits[i]);
    talk_free(whole);
}

static void lists_are_cut_alike(void **state)
{
    (void)state;
    compare_plain(lists, "Anonymous");
}

static void preview_request(struct ticket from, struct ticket to, bool arrays,
                            const char *const *types, struct buf *out)
{
    struct err e;

    fetch_request(from, to, out);
    if (arrays) /* table.proto ApplyPreviewColumnsRequest: convert_arrays = 3 */
        assert_int_equal(buf_append(out, "\x18\x01", 2, &e), ERR_OK);
    for (; types && *types; types++) {
        uint8_t head[] = {0x22, (uint8_t)strlen(*types)}; /* unpreviewed_types = 4 */

        assert_int_equal(buf_append(out, head, 2, &e), ERR_OK);
        assert_int_equal(buf_append(out, *types, strlen(*types), &e), ERR_OK);
    }
}

/* Java's name of the first column of such a type in "types", and its type now. */
static void say_previewed(struct observer *o, const struct schema *before,
                          const struct schema *after)
{
    static const enum kind kinds[] = {
        KIND_LONG, KIND_STRING,      KIND_INSTANT, KIND_DURATION, KIND_PERIOD, KIND_BINARY,
        KIND_LIST, KIND_BIG_INTEGER, KIND_TIME,    KIND_DATE,     KIND_CHAR,   KIND_BOOL};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        size_t c = 0;

        while (c < before->n_columns && before->columns[c].type->kind != kinds[k])
            c++;
        if (c == before->n_columns)
            continue;
        observer_say(o, "  %s: %s, %s", kind_name(kinds[k]),
                     kind_name(after->columns[c].type->kind), after->columns[c].java_type);
    }
}

static void preview(struct observer *o, const char *label, const struct schema *before,
                    bool arrays, const char *const *types)
{
    struct ticket from = scope(world_of(o)->types), to = next_export(o);
    struct buf m;

    buf_init(&m, REQUEST_MAX);
    preview_request(from, to, arrays, types, &m);
    if (observer_unary(o, label, PREVIEW, o->bearer, buf_bytes(&m), NULL)) {
        struct talk *t = whole_types(o, span(&to), 0);

        say_previewed(o, before, replica_schema(t->replica));
        talk_free(t);
    }
    buf_release(&m);
}

static void previews(struct observer *o)
{
    static const char *const few[] = {"long", "java.time.Instant", "int", NULL};
    struct ticket types = scope(world_of(o)->types);
    struct talk *t = whole_types(o, span(&types), 0);
    const struct schema *s = replica_schema(t->replica);

    preview(o, "as by default", s, false, NULL);
    preview(o, "all but a few", s, false, few);
    preview(o, "lists too", s, true, few);
    preview(o, "lists, and no type", s, true, NULL);
    talk_free(t);
}

static void columns_are_previewed_alike(void **state)
{
    (void)state;
    compare_plain(previews, "Anonymous");
}

static void burst(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-49", .columns = "0-1"};
    struct talk *t = talk_subscribe(o, span(&big), a);

    t->quiet = true;
    for (int i = 1; i <= 30; i++) {
        char rows[64];

        (void)snprintf(rows, sizeof(rows), "%d-%d", i * 20, i * 20 + 49);
        talk_ask(t, (struct ask){.rows = rows, .columns = "0-1"});
    }
    talk_settle(t, "the last of 31", (struct ask){.rows = "600-649", .columns = "0-1"});
    observer_say(o, "fewer answers than requests, or as many: %d", t->n_updates <= 31);
    t->quiet = false;
    observer_run(o, 300);
    step(t, "one more", (struct ask){.rows = "620-669", .columns = "0-1"});
    talk_free(t);
}

static void the_last_of_a_burst_is_answered(void **state)
{
    (void)state;
    compare_plain(burst, "Anonymous");
}

/* --- streams that are refused --- */

static void refused_stream(struct observer *o, const char *label, struct bytes ticket,
                           struct ask first, const struct ask *next)
{
    struct talk *t = talk_subscribe(o, ticket, first);

    t->quiet = true;
    if (next) {
        talk_settle(t, label, first);
        talk_ask(t, *next);
    }
    (void)talk_wait_end(t, 3000);
    talk_say_end(t, label);
    talk_free(t);
}

/* A message without a request in it, after one with. */
static void no_metadata(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-9", .columns = "0"};
    struct talk *t = talk_subscribe(o, span(&big), a);

    t->quiet = true;
    talk_settle(t, "before a message without request", a);
    call_send(t->call, nothing, false);
    (void)talk_wait_end(t, 3000);
    talk_say_end(t, "a message without request");
    talk_free(t);
    t = talk_start(o, EXCHANGE, o->bearer, bytes_of("\x12\x03garbage"), false);
    (void)talk_wait_end(t, 1000);
    talk_say_end(t, "no FlightData at all");
    talk_free(t);
}

static void refused_requests(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big), blinking = scope(world_of(o)->blinking);
    struct ask a = {.rows = "0-9", .columns = "0"};
    struct ask other = {.rows = "0-9", .columns = "0", .snapshot = true};
    struct ask back = {.rows = "0-9", .columns = "0", .reverse = true};

    refused_stream(o, "no ticket", (struct bytes){0}, a, NULL);
    refused_stream(o, "another type later", span(&big), a, &other);
    refused_stream(o, "reverse on a blink table", span(&blinking), back, NULL);
    refused_stream(o, "reverse on a blink table later", span(&blinking), a, &back);
    no_metadata(o);
    struct ticket types = scope(world_of(o)->types);
    struct talk *t = talk_subscribe(o, span(&types), (struct ask){.columns = "0"});
    t->quiet = true;
    talk_ask(t, a);
    (void)talk_wait_end(t, 3000);
    observer_say(o, "a viewport after a full subscription: status %d", t->status);
    talk_free(t);
}

static void bad_requests_are_refused_alike(void **state)
{
    (void)state;
    compare_plain(refused_requests, "Anonymous");
}

/* --- growth --- */

static void growth(struct observer *o)
{
    struct ticket big = scope(world_of(o)->big);
    struct ask a = {.rows = "0-49", .columns = "0-1"};
    struct talk *t = talk_subscribe(o, span(&big), a);

    talk_settle(t, "first", a);
    step(t, "scrolled", (struct ask){.rows = "40-89", .columns = "0-1"});
    step(t, "back", (struct ask){.rows = "0-49", .columns = "0-1"});
    step(t, "jump", (struct ask){.rows = "1000-1079", .columns = "0-1"});
    step(t, "another column", (struct ask){.rows = "1000-1049", .columns = "1-2"});
    step(t, "fewer columns", (struct ask){.rows = "1000-1059", .columns = "2"});
    step(t, "over the end", (struct ask){.rows = "999999950-1000000049", .columns = "2"});
    step(t, "from the end",
         (struct ask){.rows = "0-69", .columns = "0-1", .reverse = true});
    step(t, "up from the end",
         (struct ask){.rows = "50-119", .columns = "0-1", .reverse = true});
    step(t, "two ranges", (struct ask){.rows = "0-39,100-139", .columns = "0-1"});
    talk_free(t);
}

static void viewports_grow_alike(void **state)
{
    (void)state;
    compare_growing(growth);
}

/* --- tables that tick --- */

/* What holds for every update of a table, whenever it comes. */
struct ticking {
    bool deltas_are_deltas; /* none is a snapshot, none tells what is effective */
    bool modified_is_told;  /* one set for each column */
    bool added_at_end, removed_at_start, only_added, only_modified, all_replaced;
    bool viewport_is_full; /* as many rows as the table has for it */
    bool some_added, some_removed, some_modified, some_left, shrank;
    uint64_t viewport;
    int64_t last_size;
};

/* What has to come before enough was seen, however late updates are and how much of it in
 * one of them. */
enum { ADDED = 1, REMOVED = 2, MODIFIED = 4, LEFT = 8, SHRANK = 16 };

static uint64_t count(const struct wire_opt *encoded, struct rowset **rs)
{
    struct err e;

    *rs = NULL;
    if (!encoded->present)
        return 0;
    assert_int_equal(rowset_decode(encoded->bytes, rs, &e), ERR_OK);
    return rowset_count(*rs);
}

static void on_tick(struct talk *t, const struct wire_update *u, size_t held)
{
    struct ticking *k = t->ctx;
    struct rowset *added, *removed;
    uint64_t n_added = count(&u->added, &added), n_removed = count(&u->removed, &removed);
    uint64_t after = held - n_removed + n_added;
    uint64_t most =
        u->table_size < (int64_t)k->viewport ? (uint64_t)u->table_size : k->viewport;
    bool modified = false;

    for (size_t i = 0; i < u->n_modified; i++)
        modified = modified || u->modified[i].bytes.len > 1;
    k->deltas_are_deltas = k->deltas_are_deltas && !u->is_snapshot &&
                           !u->viewport.present && !u->columns.present &&
                           u->added.present && u->removed.present && !u->shift.present;
    k->modified_is_told = k->modified_is_told && u->has_modified &&
                          u->n_modified == replica_schema(t->replica)->n_columns;
    k->added_at_end = k->added_at_end &&
                      (n_added == 0 || rowset_last(added) == (int64_t)after - 1) &&
                      (n_added == 0 || rowset_first(added) == (int64_t)(after - n_added));
    k->removed_at_start =
        k->removed_at_start &&
        (n_removed == 0 || rowset_last(removed) == (int64_t)n_removed - 1);
    k->only_added = k->only_added && n_removed == 0 && !modified;
    k->only_modified = k->only_modified && n_removed == 0 && n_added == 0;
    k->all_replaced = k->all_replaced && n_removed == held && n_added == after && !modified;
    k->viewport_is_full = k->viewport_is_full && after == most;
    k->some_added = k->some_added || n_added > 0;
    k->some_removed = k->some_removed || n_removed > 0;
    k->some_modified = k->some_modified || modified;
    k->some_left = k->some_left || n_removed < held;
    k->shrank = k->shrank || u->table_size < k->last_size;
    k->last_size = u->table_size;
    rowset_free(added);
    rowset_free(removed);
}

static void say_ticking(struct observer *o, const struct ticking *k)
{
    observer_say(o, "  deltas %d modified told %d added at end %d removed at start %d",
                 k->deltas_are_deltas, k->modified_is_told, k->added_at_end,
                 k->removed_at_start);
    observer_say(o, "  only added %d only modified %d all replaced %d full %d",
                 k->only_added, k->only_modified, k->all_replaced, k->viewport_is_full);
    observer_say(o, "  some added %d removed %d modified %d", k->some_added,
                 k->some_removed, k->some_modified);
}

static bool has_come(const struct ticking *k, unsigned what)
{
    unsigned come = (k->some_added ? ADDED : 0U) | (k->some_removed ? REMOVED : 0U) |
                    (k->some_modified ? MODIFIED : 0U) | (k->some_left ? LEFT : 0U) |
                    (k->shrank ? SHRANK : 0U);

    return (come & what) == what;
}

/* Subscribes, and watches further updates until as many came, and what has to. */
static struct ticking watch(struct observer *o, const char *table, struct ask a,
                            uint64_t viewport, unsigned until)
{
    struct ticket ticket = scope(table);
    struct ticking k = {.deltas_are_deltas = true,
                        .modified_is_told = true,
                        .added_at_end = true,
                        .removed_at_start = true,
                        .only_added = true,
                        .only_modified = true,
                        .all_replaced = true,
                        .viewport_is_full = true,
                        .viewport = viewport};
    struct talk *t = talk_subscribe(o, span(&ticket), a);

    t->quiet = true;
    talk_settle(t, NULL, a);
    t->ctx = &k;
    t->on_update = on_tick;
    talk_wait_updates(t, TICKS);
    for (int i = TICKS; i < TICKS_MAX && !has_come(&k, until); i++)
        talk_wait_updates(t, 1);
    talk_free(t);
    return k;
}

static int64_t size_of(struct observer *o, const char *table)
{
    struct ticket ticket = scope(table);
    struct ask a = {.rows = "", .columns = "0"};
    struct talk *t = talk_subscribe(o, span(&ticket), a);
    int64_t size;

    t->quiet = true;
    talk_settle(t, NULL, a);
    size = replica_table_size(t->replica);
    talk_free(t);
    return size;
}

static void watch_and_say(struct observer *o, const char *label, const char *table,
                          struct ask a, uint64_t viewport, unsigned until)
{
    struct ticking k = watch(o, table, a, viewport, until);

    observer_say(o, "%s", label);
    say_ticking(o, &k);
}

static void ticks(struct observer *o)
{
    const struct world *w = o->world;
    struct ask head = {.rows = "0-19", .columns = "0-1"};
    struct ask tail = {.rows = "0-19", .columns = "0-1", .reverse = true};
    int64_t size = size_of(o, w->appending);
    char *end = mem_printf("%" PRId64 "-%" PRId64, size - 10, size + 100000);

    watch_and_say(o, "appended far away", w->appending, head, 20, 0);
    watch_and_say(o, "appended at the end", w->appending, tail, 20, ADDED | REMOVED | LEFT);
    observer_say(o, "appended in a viewport over the end");
    struct ticking k =
        watch(o, w->appending, (struct ask){.rows = end, .columns = "0-1"}, 0, ADDED);
    observer_say(o, "  at end %d only added %d some added %d", k.added_at_end, k.only_added,
                 k.some_added);
    free(end);
    watch_and_say(o, "modified in place", w->modified,
                  (struct ask){.rows = "0-19", .columns = "0-2"}, 20, MODIFIED);
    watch_and_say(o, "blinking", w->blinking, head, 20, ADDED | REMOVED);
    k = watch(o, w->shrinking, (struct ask){.rows = "0-99999", .columns = "0-1"}, 100000,
              SHRANK | REMOVED);
    observer_say(o, "shrinking: deltas %d told %d full %d removed %d modified %d",
                 k.deltas_are_deltas, k.modified_is_told, k.viewport_is_full,
                 k.some_removed, k.some_modified);
}

static void ticking_tables_tick_alike(void **state)
{
    (void)state;
    compare_plain(ticks, "Anonymous");
}

/* The first messages of streams of tables that tick. */
static void first_messages(struct observer *o)
{
    struct ticket blinking = scope(world_of(o)->blinking);
    struct ask a = {.rows = "0-4", .columns = "0-1"};
    struct talk *t = talk_subscribe(o, span(&blinking), a);

    t->quiet = true;
    talk_settle(t, "a blink table starts with", a);
    talk_free(t);
    struct ticket modified = scope(world_of(o)->modified);
    t = talk_subscribe(o, span(&modified), a);
    t->quiet = true;
    talk_settle(t, "a table that is modified starts with", a);
    talk_free(t);
}

static void ticking_tables_start_alike(void **state)
{
    (void)state;
    compare_plain(first_messages, "Anonymous");
}

/* --- the end of a session --- */

static void say_stream_end(const struct talk *t, const char *label)
{
    if (t->ended && t->status != 0)
        talk_say_end(t, label);
    else
        observer_say(t->observer, "%s: OK or open", label);
}

static struct talk *pending_fetch(struct observer *o, struct ticket from)
{
    struct talk *t;
    struct buf m;

    buf_init(&m, REQUEST_MAX);
    fetch_request(from, next_export(o), &m);
    t = talk_start(o, FETCH, o->bearer, buf_bytes(&m), true);
    buf_release(&m);
    return t;
}

static struct talk *pending_copy(struct observer *o, struct ticket from)
{
    struct talk *t;
    struct buf m;

    buf_init(&m, REQUEST_MAX);
    export_request(from, next_export(o), &m);
    t = talk_start(o, EXPORT, o->bearer, buf_bytes(&m), true);
    buf_release(&m);
    return t;
}

static void say_next_end(struct talk *t, const char *label)
{
    (void)talk_wait_end(t, START_MS);
    talk_say_end(t, label);
}

static void ends(struct observer *o)
{
    const struct world *w = o->world;
    struct ticket big = scope(w->big), ticking = scope(w->appending);
    struct ticket undefined = export_ticket(700);
    struct ask a = {.rows = "0-9", .columns = "0"};
    struct buf m;
    struct err e;

    (void)fetch(o, "an export", big, next_export(o), NULL);
    struct talk *end = talk_start(o, TERMINATION, o->bearer, nothing, true);
    struct talk *list = talk_start(o, FIELDS, o->bearer, nothing, true);
    struct talk *sizes = talk_start(o, SIZES, o->bearer, nothing, true);
    struct talk *still = talk_subscribe(o, span(&big), a);
    struct talk *ticks_on = talk_subscribe(o, span(&ticking), a);
    struct talk *waits = talk_subscribe(o, span(&undefined), a);
    struct talk *pending = pending_fetch(o, undefined);
    struct talk *copies = pending_copy(o, undefined);
    still->quiet = ticks_on->quiet = waits->quiet = true;
    talk_settle(still, "a stream", a);
    talk_settle(ticks_on, "another stream", a);
    assert_true(talk_wait_messages(list, 1, START_MS));
    observer_say(o, "sizes are told: %d", talk_wait_messages(sizes, 1, START_MS));
    observer_say(o, "termination is pending: %d", !talk_wait_end(end, 200));
    buf_init(&m, REQUEST_MAX);
    assert_int_equal(wire_close_session_encode(&m, &e), ERR_OK);
    (void)observer_unary(o, "close", CLOSE, o->bearer, buf_bytes(&m), NULL);
    say_next_end(end, "termination");
    say_next_end(list, "fields");
    say_next_end(sizes, "sizes");
    say_next_end(pending, "a table of what is undefined");
    say_next_end(copies, "a copy of what is undefined");
    say_next_end(waits, "a stream of what is undefined");
    say_stream_end(still, "a static stream");
    say_stream_end(ticks_on, "a ticking stream");
    (void)observer_unary(o, "constants afterwards", CONSTANTS, o->bearer, nothing, NULL);
    (void)observer_unary(o, "close afterwards", CLOSE, o->bearer, buf_bytes(&m), NULL);
    buf_release(&m);
    struct talk *const all[] = {end, list, sizes, still, ticks_on, waits, pending, copies};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        talk_free(all[i]);
}

static void sessions_end_alike(void **state)
{
    (void)state;
    compare_plain(ends, "Anonymous");
}

/* --- sizes --- */

#define SIZES_MAX 12
#define SIZES_MS 2500 /* in which every table that ticks does so more than once */

/* What ExportedTableUpdates says of one export. */
struct told {
    int32_t id;
    size_t n;
    int64_t size; /* said last */
    bool grew, same, shrank, failed;
};

struct sizes {
    struct told told[SIZES_MAX];
    size_t n;
};

static struct told *told_of(struct sizes *z, int32_t id)
{
    for (size_t i = 0; i < z->n; i++) {
        if (z->told[i].id == id)
            return &z->told[i];
    }
    assert_true(z->n < SIZES_MAX);
    z->told[z->n] = (struct told){.id = id};
    return &z->told[z->n++];
}

static void on_size(struct talk *t, struct bytes message)
{
    struct wire_table_size m;
    struct told *told;
    struct err e;

    assert_int_equal(wire_table_size_decode(message, &m, &e), ERR_OK);
    assert_int_equal(m.ticket.len, EXPORT_TICKET_LEN);
    assert_int_equal(m.ticket.data[0], 'e');
    told = told_of(t->ctx, (int32_t)bytes_u32(m.ticket.data + 1));
    if (told->n++ > 0) {
        told->grew = told->grew || m.size > told->size;
        told->same = told->same || m.size == told->size;
        told->shrank = told->shrank || m.size < told->size;
    }
    told->size = m.size;
    told->failed = told->failed || m.failure.len > 0;
}

static struct talk *ask_sizes(struct observer *o, struct sizes *z)
{
    struct talk *t = talk_start(o, SIZES, o->bearer, nothing, true);

    t->ctx = z;
    t->on_message = on_size;
    return t;
}

static int by_id(const void *a, const void *b)
{
    const struct told *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* So many exports have been told, and so many of them again. */
static bool are_told(const struct sizes *z, size_t n, size_t again)
{
    size_t n_again = 0;

    for (size_t i = 0; i < z->n; i++)
        n_again += z->told[i].n > 1;
    return z->n >= n && n_again >= again;
}

/* Also for as long as a machine without a processor for it takes. */
static void wait_told(struct observer *o, const struct sizes *z, size_t n, size_t again)
{
    int64_t end = now_ms() + START_MS;

    observer_run(o, SIZES_MS);
    while (!are_told(z, n, again) && now_ms() < end)
        observer_run(o, 10);
}

/* By export: which of those that tick is told first differs from time to time. */
static void say_sizes(struct observer *o, const char *label, struct sizes *z, size_t n,
                      size_t ticking)
{
    wait_told(o, z, n, ticking);
    observer_say(o, "%s", label);
    qsort(z->told, z->n, sizeof(*z->told), by_id);
    for (size_t i = 0; i < z->n; i++) {
        const struct told *told = &z->told[i];

        observer_say(o, "  export %d: %s rows, failed %d, told %s", (int)told->id,
                     told->size == 0            ? "no"
                     : told->size == 1000000000 ? "10^9"
                                                : "some",
                     told->failed, told->n > 1 ? "again" : "once");
    }
    z->n = 0;
}

/* One table that changes, by itself: what comes of each update. */
static void say_changes(struct observer *o, const char *label, const char *table)
{
    struct sizes z = {.n = 0};
    struct ticket t = next_export(o);

    (void)fetch(o, label, scope(table), t, NULL);
    struct talk *talk = ask_sizes(o, &z);
    wait_told(o, &z, 1, 1);
    talk_free(talk);
    const struct told *told = told_of(&z, o->last_export);
    observer_say(o, "  grew %d same %d shrank %d", told->grew, told->same, told->shrank);
    release(o, "  released", t);
}

static void sizes(struct observer *o)
{
    const struct world *w = o->world;
    struct ticket empty = next_export(o), big = next_export(o), ticking = next_export(o);
    struct sizes z = {.n = 0}, later = {.n = 0};
    struct buf reply;

    say_changes(o, "a table that is modified", w->modified);
    say_changes(o, "a table that gains rows", w->appending);
    (void)fetch(o, "empty", scope(w->empty), empty, NULL);
    (void)fetch(o, "big", scope(w->big), big, NULL);
    (void)fetch(o, "ticking", scope(w->appending), ticking, NULL);
    (void)fetch(o, "failed", scope("missing"), next_export(o), NULL);
    struct talk *t = ask_sizes(o, &z);
    say_sizes(o, "those that are there", &z, 3, 1);
    (void)fetch(o, "big again", scope(w->big), next_export(o), NULL);
    (void)fetch(o, "failed too", scope("missing"), next_export(o), NULL);
    (void)fetch(o, "copy of the ticking one", ticking, next_export(o), NULL);
    buf_init(&reply, REQUEST_MAX);
    (void)make(o, "another copy", EXPORT, ticking, next_export(o), &reply);
    buf_release(&reply);
    release(o, "release the ticking one", ticking);
    release(o, "release the empty one", empty);
    observer_run(o, SIZES_MS);
    z.n = 0; /* updates that were under way */
    say_sizes(o, "without what was released", &z, 2, 2);
    struct talk *second = ask_sizes(o, &later);
    say_sizes(o, "told to another stream", &later, 4, 2);
    talk_free(t);
    talk_free(second);
}

static void sizes_of_exports_are_told_alike(void **state)
{
    (void)state;
    compare_plain(sizes, "Anonymous");
}

/* --- methods --- */

static void methods(struct observer *o)
{
    static const char *const unknown[] = {OBSERVER_BACKPLANE "SessionService/NoSuchMethod",
                                          "/no.such.Service/Method"};

    for (size_t i = 0; i < 2; i++) {
        (void)observer_unary(o, unknown[i], unknown[i], o->bearer, nothing, NULL);
        (void)observer_unary(o, "as nobody", unknown[i], NULL, nothing, NULL);
        (void)observer_unary(o, "with a wrong bearer", unknown[i], NOBODY, nothing, NULL);
    }
    (void)observer_unary(o, "garbage to FetchTable", FETCH, o->bearer, bytes_of("\x0a\xff"),
                         NULL);
    (void)observer_unary(o, "garbage to Release", RELEASE, o->bearer, bytes_of("\x0a\xff"),
                         NULL);
    (void)observer_unary(o, "nothing to FetchTable", FETCH, o->bearer, nothing, NULL);
}

static void unknown_methods_are_refused_alike(void **state)
{
    (void)state;
    compare_plain(methods, "Anonymous");
}

/* --- DoGet --- */

static void gets(struct observer *o)
{
    const struct world *w = o->world;
    const char *const tables[] = {w->empty, w->types, "missing"};
    const char *const labels[] = {"get empty", "get types", "get missing"};

    for (size_t i = 0; i < 3; i++) {
        char *ticket = mem_printf("s/%s", tables[i]);
        char *message = mem_printf("\x0a%c%s", (int)strlen(ticket), ticket);
        struct talk *t = talk_start(o, GET, o->bearer, bytes_of(message), true);

        (void)talk_wait_end(t, START_MS);
        talk_say_end(t, labels[i]);
        observer_say(o, "  messages: %zu", t->n_messages);
        talk_free(t);
        free(message);
        free(ticket);
    }
}

static void whole_tables_come_alike(void **state)
{
    (void)state;
    compare_plain(gets, "Anonymous");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_let_in_and_refuse_the_same),
        cmocka_unit_test(tokens_are_renewed_alike),
        cmocka_unit_test(they_list_their_tables_alike),
        cmocka_unit_test(fetched_tables_look_alike),
        cmocka_unit_test(bad_tickets_are_refused_alike),
        cmocka_unit_test(exports_live_and_end_alike),
        cmocka_unit_test(requests_wait_for_their_input),
        cmocka_unit_test(views_give_the_columns_asked_for),
        cmocka_unit_test(viewports_are_answered_alike),
        cmocka_unit_test(reverse_viewports_are_answered_alike),
        cmocka_unit_test(small_tables_are_shown_alike),
        cmocka_unit_test(lists_are_cut_alike),
        cmocka_unit_test(columns_are_previewed_alike),
        cmocka_unit_test(the_last_of_a_burst_is_answered),
        cmocka_unit_test(bad_requests_are_refused_alike),
        cmocka_unit_test(viewports_grow_alike),
        cmocka_unit_test(ticking_tables_start_alike),
        cmocka_unit_test(unknown_methods_are_refused_alike),
        cmocka_unit_test(whole_tables_come_alike),
        cmocka_unit_test(sizes_of_exports_are_told_alike),
        cmocka_unit_test(sessions_end_alike),
        cmocka_unit_test(ticking_tables_tick_alike),
    };

    server_require();
    channel_capture_log();
    return cmocka_run_group_tests(tests, demos_start, demos_stop);
}
