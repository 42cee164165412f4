/*
 * What client/wire decodes from messages recorded from a live server, against what the
 * manifests beside them say, and what it encodes against what a server accepted.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "client/wire/operations.h"
#include "client/wire/wire.h"
#include "tests/support/recording.h"

#define MESSAGE_MAX ((size_t)1 << 20)

static void check_ok(enum err_code rc, const struct err *e, const char *what)
{
    if (rc != ERR_OK)
        fail_msg("%s: %s", what, e->msg);
}

static void assert_bytes_equal(struct bytes a, struct bytes b)
{
    assert_int_equal(a.len, b.len);
    if (a.len != 0)
        assert_memory_equal(a.data, b.data, a.len);
}

static void assert_text(struct bytes b, const char *text)
{
    assert_bytes_equal(b, bytes_of(text));
}

/* --- server messages --- */

struct message {
    struct bytes raw; /* owned */
    struct wire_flight_data parts;
    struct wire_message arrow;
    struct wire_update update;
    bool has_update;
};

static struct message message_read(const char *scenario, const char *file)
{
    struct message m = {.raw = recording_read(RECORDINGS, scenario, file)};
    struct err e;

    check_ok(wire_flight_data_decode(m.raw, &m.parts, &e), &e, file);
    check_ok(wire_message_decode(m.parts.data_header, &m.arrow, &e), &e, file);
    check_ok(wire_update_decode(m.parts.app_metadata, &m.update, &m.has_update, &e), &e,
             file);
    return m;
}

static void message_release(struct message *m)
{
    wire_message_release(&m->arrow);
    wire_update_release(&m->update);
    recording_free(m->raw);
}

typedef void scenario_check(const char *scenario, json_t *manifest);

static void each_scenario(scenario_check *check)
{
    struct name_list scenarios = recording_scenarios(RECORDINGS);

    assert_int_equal(scenarios.n, 48);
    for (size_t i = 0; i < scenarios.n; i++) {
        json_t *manifest = recording_manifest(RECORDINGS, scenarios.names[i]);
        check(scenarios.names[i], manifest);
        json_decref(manifest);
    }
    name_list_release(&scenarios);
}

static bool has_stream(const char *scenario)
{
    return strcmp(scenario, "list-fields") != 0 && strcmp(scenario, "errors") != 0;
}

static bool is_barrage(json_t *manifest)
{
    return json_object_get(manifest, "kind") != NULL;
}

static void check_server_message(const struct message *m)
{
    assert_true(m->has_update == (m->parts.app_metadata.len != 0));
    assert_int_equal(m->arrow.body_length, m->parts.data_body.len);
    if (m->arrow.header == WIRE_HEADER_SCHEMA) {
        assert_false(m->has_update);
        assert_true(m->arrow.schema.n_columns > 0);
        return;
    }
    assert_int_equal(m->arrow.header, WIRE_HEADER_BATCH);
    assert_false(m->arrow.batch.compressed);
    for (size_t i = 0; i < m->arrow.batch.n_buffers; i++) {
        const struct wire_buffer *b = &m->arrow.batch.buffers[i];
        assert_int_equal(b->offset % 8, 0);
        assert_true((size_t)(b->offset + b->length) <= m->parts.data_body.len);
    }
}

static size_t n_server_messages;

static void check_server_messages(const char *scenario, json_t *manifest)
{
    json_t *list = json_object_get(manifest, "messages"), *entry;
    size_t i;

    if (!has_stream(scenario))
        return;
    json_array_foreach(list, i, entry)
    {
        const char *file = json_string_value(json_object_get(entry, "file"));
        if (strstr(file, ".s2c.") == NULL)
            continue;
        struct message m = message_read(scenario, file);
        check_server_message(&m);
        message_release(&m);
        n_server_messages++;
    }
}

static void test_every_recorded_server_message_decodes(void **state)
{
    (void)state;
    n_server_messages = 0;
    each_scenario(check_server_messages);
    print_message("%zu messages\n", n_server_messages);
    assert_true(n_server_messages > 200);
}

/* --- schemas --- */

/* Name of column c, or "name#k" when it is the k-th of that name. Owned. */
static char *column_name(const struct wire_schema *s, size_t c)
{
    size_t k = 1, column = 0, next_column = 0;
    struct bytes name = {0};

    for (size_t pass = 0; pass < 2; pass++) {
        next_column = 0;
        column = 0;
        for (size_t i = 0; i < s->n_fields; i++) {
            if (i != next_column)
                continue; /* a child */
            size_t end = i + 1;
            for (size_t open = s->fields[i].n_children; open > 0; open--)
                open += s->fields[end++].n_children;
            next_column = end;
            if (pass == 0 && column == c)
                name = s->fields[i].name;
            else if (pass == 1 && column < c && bytes_equal(s->fields[i].name, name))
                k++;
            column++;
        }
    }
    if (k > 1)
        return mem_printf("%.*s#%zu", (int)name.len, (const char *)name.data, k);
    return mem_strndup((const char *)name.data, name.len);
}

static bool column_is_set(struct wire_opt bitset, size_t column)
{
    if (!bitset.present)
        return true;
    return column / 8 < bitset.bytes.len &&
           (bitset.bytes.data[column / 8] >> (column % 8) & 1) != 0;
}

/* The names of the columns that are set, compared with a list in a manifest. */
static void check_column_names(const struct wire_schema *s, struct wire_opt columns,
                               json_t *expected)
{
    size_t n = 0;

    for (size_t c = 0; c < s->n_columns; c++) {
        if (!column_is_set(columns, c))
            continue;
        char *name = column_name(s, c);
        assert_non_null(json_array_get(expected, n));
        assert_string_equal(name, json_string_value(json_array_get(expected, n)));
        free(name);
        n++;
    }
    assert_int_equal(n, json_array_size(expected));
}

static bool json_flag(json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static int64_t json_int(json_t *object, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(object, key));
}

static void check_update(const struct wire_schema *schema, const struct message *m,
                         json_t *expected)
{
    const struct wire_update *u = &m->update;

    assert_true(m->has_update);
    assert_int_equal(u->is_snapshot, json_flag(expected, "snapshot"));
    if (json_object_get(expected, "table_size") != NULL && json_int(expected, "table_size"))
        assert_int_equal(u->table_size, json_int(expected, "table_size"));
    assert_true(u->added.present);
    if (!u->is_snapshot) {
        assert_int_equal(u->n_modified, schema->n_columns);
        return;
    }
    assert_int_equal(u->reverse, json_flag(expected, "effective_reverse"));
    assert_int_equal(u->viewport.present,
                     !json_is_null(json_object_get(expected, "effective_viewport")));
    check_column_names(schema, u->columns, json_object_get(expected, "columns"));
}

static void check_updates(const char *scenario, json_t *manifest)
{
    json_t *list = json_object_get(manifest, "updates"), *entry;
    struct message schema;
    size_t i;

    if (!is_barrage(manifest) || json_array_size(list) == 0)
        return;
    schema = message_read(scenario, "001.s2c.bin");
    assert_int_equal(schema.arrow.header, WIRE_HEADER_SCHEMA);
    json_array_foreach(list, i, entry)
    {
        const char *file = json_string_value(json_object_get(entry, "first"));
        struct message m = message_read(scenario, file);
        check_update(&schema.arrow.schema, &m, entry);
        message_release(&m);
    }
    message_release(&schema);
}

static void test_updates_decode_as_the_manifests_say(void **state)
{
    (void)state;
    each_scenario(check_updates);
}

struct expected_field {
    const char *name, *java_type;
    int type, bit_width;
    bool is_signed;
    int unit;
};

static const struct expected_field simple_types[] = {
    /* clang-format off */
    {"Byte", "byte", WIRE_TYPE_INT, 8, true, 0},
    {"Short", "short", WIRE_TYPE_INT, 16, true, 0},
    {"Int", "int", WIRE_TYPE_INT, 32, true, 0},
    {"Long", "long", WIRE_TYPE_INT, 64, true, 0},
    {"Char", "char", WIRE_TYPE_INT, 16, false, 0},
    {"Float", "float", WIRE_TYPE_FLOAT, 32, false, 0},
    {"Double", "double", WIRE_TYPE_FLOAT, 64, false, 0},
    {"Boolean", "java.lang.Boolean", WIRE_TYPE_BOOL, 0, false, 0},
    {"String", "java.lang.String", WIRE_TYPE_UTF8, 0, false, 0},
    {"Instant", "java.time.Instant", WIRE_TYPE_TIMESTAMP, 0, false, 3},
    {"ZonedDateTime", "java.time.ZonedDateTime", WIRE_TYPE_TIMESTAMP, 0, false, 3},
    {"LocalDate", "java.time.LocalDate", WIRE_TYPE_DATE, 0, false, 1},
    {"LocalTime", "java.time.LocalTime", WIRE_TYPE_TIME, 64, false, 3},
    {"Duration", "java.time.Duration", WIRE_TYPE_DURATION, 0, false, 3},
    {"Period", "java.time.Period", WIRE_TYPE_INTERVAL, 0, false, 0},
    {"BigInteger", "java.math.BigInteger", WIRE_TYPE_BINARY, 0, false, 0},
    {"BigDecimal", "java.math.BigDecimal", WIRE_TYPE_BINARY, 0, false, 0},
    /* clang-format on */
};

static struct bytes pair_value(const struct wire_pair *pairs, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_equal(pairs[i].key, bytes_of(key)))
            return pairs[i].value;
    fail_msg("no %s", key);
    return (struct bytes){0};
}

static void check_field(const struct wire_schema *s, const struct wire_field *f,
                        const struct expected_field *x)
{
    assert_text(f->name, x->name);
    assert_int_equal(f->type, x->type);
    assert_int_equal(f->bit_width, x->bit_width);
    assert_int_equal(f->is_signed, x->is_signed);
    assert_int_equal(f->unit, x->unit);
    assert_true(f->nullable);
    assert_false(f->dictionary);
    assert_true(f->first_pair + f->n_pairs <= s->n_pairs);
    assert_text(pair_value(s->pairs + f->first_pair, f->n_pairs, "deephaven:type"),
                x->java_type);
}

static void test_a_schema_of_simple_types_decodes(void **state)
{
    size_t n = sizeof(simple_types) / sizeof(simple_types[0]);
    struct message m = message_read("types-arrow-nulls", "001.s2c.bin");
    const struct wire_schema *s = &m.arrow.schema;

    (void)state;
    assert_int_equal(s->n_fields, n);
    assert_int_equal(s->n_columns, n);
    for (size_t i = 0; i < n; i++)
        check_field(s, &s->fields[i], &simple_types[i]);
    assert_text(pair_value(s->table_pairs, s->n_table_pairs, "deephaven:attribute.IsFlat"),
                "true");
    message_release(&m);
}

static void test_children_follow_their_lists(void **state)
{
    struct message m = message_read("arrays-arrow-nulls", "001.s2c.bin");
    const struct wire_schema *s = &m.arrow.schema;
    const struct wire_field *ints = NULL;

    (void)state;
    for (size_t i = 0; i < s->n_fields; i++)
        if (bytes_equal(s->fields[i].name, bytes_of("Ints")))
            ints = &s->fields[i];
    assert_non_null(ints);
    assert_int_equal(ints->type, WIRE_TYPE_LIST);
    assert_int_equal(ints->n_children, 1);
    assert_int_equal(ints[1].type, WIRE_TYPE_INT);
    assert_int_equal(ints[1].bit_width, 32);
    assert_true(s->n_fields > s->n_columns);
    message_release(&m);
}

static void assert_schemas_equal(const struct wire_schema *a, const struct wire_schema *b)
{
    assert_int_equal(a->n_fields, b->n_fields);
    assert_int_equal(a->n_columns, b->n_columns);
    assert_int_equal(a->n_pairs, b->n_pairs);
    assert_int_equal(a->n_table_pairs, b->n_table_pairs);
    for (size_t i = 0; i < a->n_fields; i++) {
        assert_bytes_equal(a->fields[i].name, b->fields[i].name);
        assert_int_equal(a->fields[i].type, b->fields[i].type);
        assert_int_equal(a->fields[i].bit_width, b->fields[i].bit_width);
        assert_int_equal(a->fields[i].unit, b->fields[i].unit);
        assert_int_equal(a->fields[i].n_children, b->fields[i].n_children);
    }
    for (size_t i = 0; i < a->n_pairs; i++) {
        assert_bytes_equal(a->pairs[i].key, b->pairs[i].key);
        assert_bytes_equal(a->pairs[i].value, b->pairs[i].value);
    }
}

static void test_a_message_decodes_at_any_address(void **state)
{
    struct message m = message_read("vectors-arrow-nulls", "001.s2c.bin");
    struct bytes header = m.parts.data_header;
    uint8_t *room = mem_calloc(header.len + 8, 1);

    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        struct wire_message other;
        struct err e;

        memcpy(room + shift, header.data, header.len);
        check_ok(wire_message_decode((struct bytes){room + shift, header.len}, &other, &e),
                 &e, "shifted");
        assert_int_equal(other.copy != NULL, shift != 0);
        assert_schemas_equal(&m.arrow.schema, &other.schema);
        wire_message_release(&other);
        wire_message_release(&other); /* twice is fine */
    }
    free(room);
    message_release(&m);
}

/* --- requests on the stream --- */

static void assert_opt_equal(struct wire_opt a, struct wire_opt b)
{
    assert_int_equal(a.present, b.present);
    assert_bytes_equal(a.bytes, b.bytes);
}

static void assert_requests_equal(const struct wire_subscribe *a,
                                  const struct wire_subscribe *b)
{
    assert_int_equal(a->type, b->type);
    assert_bytes_equal(a->ticket, b->ticket);
    assert_opt_equal(a->columns, b->columns);
    assert_opt_equal(a->viewport, b->viewport);
    assert_int_equal(a->reverse, b->reverse);
    assert_int_equal(a->deephaven_nulls, b->deephaven_nulls);
    assert_int_equal(a->interval_ms, b->interval_ms);
    assert_int_equal(a->batch_size, b->batch_size);
    assert_int_equal(a->max_message_size, b->max_message_size);
    assert_int_equal(a->list_limit, b->list_limit);
}

/* Encodes s in a FlightData and compares what that decodes to. */
static void check_round_trip(const struct wire_subscribe *s)
{
    struct buf wrapper, flight;
    struct wire_flight_data parts;
    struct wire_subscribe again;
    struct err e;

    buf_init(&wrapper, MESSAGE_MAX);
    buf_init(&flight, MESSAGE_MAX);
    check_ok(wire_subscribe_encode(s, &wrapper, &e), &e, "encode");
    parts = (struct wire_flight_data){.app_metadata = buf_bytes(&wrapper)};
    check_ok(wire_flight_data_encode(&parts, &flight, &e), &e, "encode");
    check_ok(wire_flight_data_decode(buf_bytes(&flight), &parts, &e), &e, "decode");
    check_ok(wire_subscribe_decode(parts.app_metadata, &again, &e), &e, "decode");
    assert_requests_equal(s, &again);
    wire_subscribe_release(&again);
    wire_subscribe_release(&again); /* twice is fine */
    buf_release(&wrapper);
    buf_release(&flight);
}

static void check_request(const struct wire_subscribe *s, json_t *request, json_t *options)
{
    json_t *columns = json_object_get(request, "columns");
    size_t n_set = 0;

    assert_int_equal(s->viewport.present,
                     json_is_array(json_object_get(request, "viewport")));
    assert_int_equal(s->reverse, json_flag(request, "reverse"));
    assert_int_equal(s->columns.present, json_is_array(columns));
    for (size_t c = 0; s->columns.present && c < 8 * s->columns.bytes.len; c++)
        n_set += column_is_set(s->columns, c);
    assert_int_equal(n_set, json_array_size(columns));
    for (size_t i = 0; i < json_array_size(columns); i++)
        assert_true(column_is_set(s->columns,
                                  (size_t)json_integer_value(json_array_get(columns, i))));
    assert_int_equal(s->deephaven_nulls, json_flag(options, "use_deephaven_nulls"));
    assert_int_equal(s->batch_size, json_int(options, "batch_size"));
    assert_int_equal(s->max_message_size, json_int(options, "max_message_size"));
    assert_int_equal(s->interval_ms, json_int(options, "min_update_interval_ms"));
}

static size_t n_requests;

static void check_requests(const char *scenario, json_t *manifest)
{
    json_t *list = json_object_get(manifest, "requests"), *entry;
    size_t i;

    if (!is_barrage(manifest))
        return;
    json_array_foreach(list, i, entry)
    {
        char *file = mem_printf("%03d.c2s.bin", (int)json_int(entry, "message"));
        struct bytes in = recording_read(RECORDINGS, scenario, file);
        struct wire_flight_data parts;
        struct wire_subscribe s;
        struct err e;

        check_ok(wire_flight_data_decode(in, &parts, &e), &e, file);
        check_ok(wire_subscribe_decode(parts.app_metadata, &s, &e), &e, file);
        assert_int_equal(s.type == WIRE_BARRAGE_SNAPSHOT,
                         strncmp(scenario, "snapshot-", 9) == 0);
        check_request(&s, entry, json_object_get(manifest, "options"));
        check_round_trip(&s);
        wire_subscribe_release(&s);
        recording_free(in);
        free(file);
        n_requests++;
    }
}

static void test_recorded_requests_decode_and_encode_again(void **state)
{
    (void)state;
    n_requests = 0;
    each_scenario(check_requests);
    print_message("%zu requests\n", n_requests);
    assert_true(n_requests > 50);
}

static void test_every_part_of_a_request_survives(void **state)
{
    struct wire_subscribe s = {
        .type = WIRE_BARRAGE_SUBSCRIPTION,
        .ticket = bytes_of("s/name"),
        .columns = {.present = true}, /* present and empty: none */
        .viewport = {.bytes = bytes_of("\x20"), .present = true},
        .reverse = true,
        .deephaven_nulls = true,
        .interval_ms = 250,
        .batch_size = -1,
        .max_message_size = INT32_MAX,
        .list_limit = INT64_MIN,
    };

    (void)state;
    check_round_trip(&s);
    s.type = WIRE_BARRAGE_SNAPSHOT;
    s.interval_ms = 0;
    check_round_trip(&s);
    check_round_trip(&(struct wire_subscribe){.type = WIRE_BARRAGE_SUBSCRIPTION});
}

static void test_a_request_of_another_type_is_refused(void **state)
{
    struct wire_subscribe s = {.type = WIRE_BARRAGE_UPDATE};
    struct message m = message_read("batched", "002.s2c.bin");
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    assert_int_equal(wire_subscribe_encode(&s, &out, &e), ERR_PROTO);
    assert_int_equal(out.len, 0);
    assert_int_equal(wire_subscribe_decode(m.parts.app_metadata, &s, &e), ERR_PROTO);
    assert_null(s.copy);
    assert_int_equal(wire_subscribe_decode((struct bytes){0}, &s, &e), ERR_PROTO);
    buf_release(&out);
    message_release(&m);
}

static void test_a_request_is_no_update(void **state)
{
    struct bytes in = recording_read(RECORDINGS, "batched", "000.c2s.bin");
    struct wire_flight_data parts;
    struct wire_update u;
    struct err e;
    bool has = true;

    (void)state;
    check_ok(wire_flight_data_decode(in, &parts, &e), &e, "request");
    check_ok(wire_update_decode(parts.app_metadata, &u, &has, &e), &e, "request");
    assert_false(has);
    wire_update_release(&u);
    recording_free(in);
}

/* --- unary calls --- */

/* Field number of a message of short fields, which recorded requests are; empty when
 * absent. */
static struct bytes short_field(struct bytes in, unsigned number)
{
    for (size_t i = 0; i + 2 <= in.len; i += 2u + in.data[i + 1])
        if (in.data[i] == (number << 3 | 2) && in.data[i + 1] <= in.len - i - 2)
            return (struct bytes){in.data + i + 2, in.data[i + 1]};
    return (struct bytes){0};
}

static void check_fetch_request(struct bytes request)
{
    struct bytes source = short_field(short_field(short_field(request, 1), 1), 1);
    struct bytes result = short_field(short_field(request, 2), 1);
    struct buf out;
    struct err e;

    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_op_encode(&(struct wire_op){.kind = WIRE_OP_FETCH,
                                              .source.ticket = source,
                                              .result = result},
                            &out, &e),
             &e, "FetchTable");
    assert_bytes_equal(buf_bytes(&out), request);
    buf_release(&out);
}

static void check_created(const char *scenario, struct bytes request, struct bytes response,
                          json_t *etcr, size_t n_calls)
{
    struct wire_table_created t;
    struct wire_message schema;
    struct bytes header;
    struct message stream;
    struct err e;

    check_ok(wire_table_created_decode(response, &t, &e), &e, scenario);
    assert_true(t.success);
    assert_int_equal(t.error_info.len, 0);
    assert_int_equal(t.size, json_int(etcr, "size"));
    assert_int_equal(t.is_static, json_flag(etcr, "is_static"));
    assert_bytes_equal(t.ticket, short_field(short_field(request, 2), 1));
    check_ok(wire_unwrap_message(t.schema_header, &header, &e), &e, scenario);
    check_ok(wire_message_decode(header, &schema, &e), &e, scenario);
    assert_int_equal(schema.header, WIRE_HEADER_SCHEMA);
    if (has_stream(scenario) && n_calls == 1) { /* else another table is streamed */
        stream = message_read(scenario, "001.s2c.bin");
        assert_schemas_equal(&schema.schema, &stream.arrow.schema);
        message_release(&stream);
    }
    wire_message_release(&schema);
}

static size_t n_fetches;

static void check_fetches(const char *scenario, json_t *manifest)
{
    json_t *etcr = json_object_get(manifest, "etcr");
    struct bytes request, response;

    if (etcr == NULL)
        return;
    request = recording_read(RECORDINGS, scenario, "rpc00.FetchTable.req.bin");
    response = recording_read(RECORDINGS, scenario, "rpc00.FetchTable.resp.bin");
    check_fetch_request(request);
    check_created(scenario, request, response, etcr,
                  json_array_size(json_object_get(manifest, "rpcs")));
    recording_free(request);
    recording_free(response);
    n_fetches++;
}

static void test_recorded_fetches_encode_and_decode(void **state)
{
    (void)state;
    n_fetches = 0;
    each_scenario(check_fetches);
    assert_int_equal(n_fetches, 40);
}

static void test_an_uncoalesced_table_has_the_least_size(void **state)
{
    static const uint8_t in[] = {0x30, 0xff, 0xff, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0x01};
    struct wire_table_created t;
    struct err e;

    (void)state;
    check_ok(wire_table_created_decode((struct bytes){in, sizeof(in)}, &t, &e), &e, "size");
    assert_true(t.size == INT64_MIN);
}

static void test_small_requests_encode_as_a_server_took_them(void **state)
{
    struct bytes request = recording_read(RECORDINGS, "errors", "rpc07.Release.req.bin");
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_release_encode(short_field(short_field(request, 1), 1), &out, &e), &e,
             "Release");
    assert_bytes_equal(buf_bytes(&out), request);
    buf_clear(&out);
    check_ok(wire_close_session_encode(&out, &e), &e, "CloseSession");
    assert_int_equal(out.len, 0); /* auth_protocol 0 is the default */
    buf_release(&out);
    recording_free(request);
}

/* --- list of fields --- */

static size_t check_infos(const struct wire_field_info *infos, size_t n,
                          enum wire_field_change change, json_t *expected)
{
    json_t *entry;
    size_t i;

    assert_true(json_array_size(expected) <= n);
    json_array_foreach(expected, i, entry)
    {
        const struct wire_field_info *f = &infos[i];
        assert_int_equal(f->change, change);
        assert_text(f->name, json_string_value(json_object_get(entry, "name")));
        assert_text(f->type, json_string_value(json_object_get(entry, "type")));
        assert_text(f->ticket, json_string_value(json_object_get(entry, "ticket")));
        assert_text(f->app_id, json_string_value(json_object_get(entry, "application_id")));
        assert_text(f->description,
                    json_string_value(json_object_get(entry, "description")));
        assert_int_equal(f->app_name.len, 0);
    }
    return i;
}

static void test_recorded_field_lists_decode(void **state)
{
    json_t *manifest = recording_manifest(RECORDINGS, "list-fields"), *entry;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(json_object_get(manifest, "updates")), 7);
    json_array_foreach(json_object_get(manifest, "updates"), i, entry)
    {
        const char *file = json_string_value(json_object_get(entry, "after"));
        struct bytes in = recording_read(RECORDINGS, "list-fields", file);
        struct wire_field_info *f;
        size_t n, k;
        struct err e;

        check_ok(wire_fields_decode(in, &f, &n, &e), &e, file);
        k = check_infos(f, n, WIRE_FIELD_REMOVED, json_object_get(entry, "removed"));
        k += check_infos(f + k, n - k, WIRE_FIELD_CREATED,
                         json_object_get(entry, "created"));
        k += check_infos(f + k, n - k, WIRE_FIELD_UPDATED,
                         json_object_get(entry, "updated"));
        assert_int_equal(k, n);
        free(f);
        recording_free(in);
    }
    json_decref(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_recorded_server_message_decodes),
        cmocka_unit_test(test_updates_decode_as_the_manifests_say),
        cmocka_unit_test(test_a_schema_of_simple_types_decodes),
        cmocka_unit_test(test_children_follow_their_lists),
        cmocka_unit_test(test_a_message_decodes_at_any_address),
        cmocka_unit_test(test_recorded_requests_decode_and_encode_again),
        cmocka_unit_test(test_every_part_of_a_request_survives),
        cmocka_unit_test(test_a_request_of_another_type_is_refused),
        cmocka_unit_test(test_a_request_is_no_update),
        cmocka_unit_test(test_recorded_fetches_encode_and_decode),
        cmocka_unit_test(test_an_uncoalesced_table_has_the_least_size),
        cmocka_unit_test(test_small_requests_encode_as_a_server_took_them),
        cmocka_unit_test(test_recorded_field_lists_decode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
