/*
 * The server's side of client/wire: what was recorded from a live server is decoded,
 * encoded again and must read the same; requests that a server accepted are read; replies
 * are read by the decoders that a client uses.
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

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "client/wire/operations.h"
#include "client/wire/wire.h"
#include "tests/support/recording.h"

#define MESSAGE_MAX ((size_t)16 << 20)

static void check_ok(enum err_code rc, const struct err *e, const char *what)
{
    if (rc != ERR_OK)
        fail_msg("%s: %s", what, e->msg);
}

static void assert_same(struct bytes a, struct bytes b)
{
    assert_int_equal(a.len, b.len);
    if (a.len != 0)
        assert_memory_equal(a.data, b.data, a.len);
}

static void assert_text(struct bytes b, const char *text)
{
    assert_same(b, bytes_of(text));
}

/* --- Arrow and Barrage messages of a live server --- */

static void compare_pairs(const struct wire_pair *a, const struct wire_pair *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_same(a[i].key, b[i].key);
        assert_same(a[i].value, b[i].value);
    }
}

static void compare_schemas(const struct wire_schema *a, const struct wire_schema *b)
{
    assert_int_equal(a->n_fields, b->n_fields);
    assert_int_equal(a->n_columns, b->n_columns);
    assert_int_equal(a->n_pairs, b->n_pairs);
    assert_int_equal(a->n_table_pairs, b->n_table_pairs);
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct wire_field *x = &a->fields[i], *y = &b->fields[i];

        assert_same(x->name, y->name);
        assert_int_equal(x->type, y->type);
        assert_int_equal(x->bit_width, y->bit_width);
        assert_int_equal(x->is_signed, y->is_signed);
        assert_int_equal(x->unit, y->unit);
        assert_int_equal(x->nullable, y->nullable);
        assert_int_equal(x->n_children, y->n_children);
        assert_int_equal(x->first_pair, y->first_pair);
        assert_int_equal(x->n_pairs, y->n_pairs);
    }
    compare_pairs(a->pairs, b->pairs, a->n_pairs);
    compare_pairs(a->table_pairs, b->table_pairs, a->n_table_pairs);
}

static void compare_batches(const struct wire_batch *a, const struct wire_batch *b)
{
    assert_int_equal(a->length, b->length);
    assert_int_equal(a->n_nodes, b->n_nodes);
    assert_int_equal(a->n_buffers, b->n_buffers);
    if (a->n_nodes)
        assert_memory_equal(a->nodes, b->nodes, a->n_nodes * sizeof(*a->nodes));
    if (a->n_buffers)
        assert_memory_equal(a->buffers, b->buffers, a->n_buffers * sizeof(*a->buffers));
}

static void check_arrow(struct bytes header, const char *file)
{
    struct wire_message was, is;
    struct buf again;
    struct err e;

    buf_init(&again, MESSAGE_MAX);
    check_ok(wire_message_decode(header, &was, &e), &e, file);
    if (was.header == WIRE_HEADER_SCHEMA)
        check_ok(wire_schema_encode(&was.schema, &again, &e), &e, file);
    else
        check_ok(wire_batch_encode(&was.batch, was.body_length, &again, &e), &e, file);
    check_ok(wire_message_decode(buf_bytes(&again), &is, &e), &e, file);
    assert_int_equal(was.header, is.header);
    assert_int_equal(was.body_length, is.body_length);
    compare_schemas(&was.schema, &is.schema);
    compare_batches(&was.batch, &is.batch);
    wire_message_release(&was);
    wire_message_release(&is);
    buf_release(&again);
}

static void compare_opt(const struct wire_opt *a, const struct wire_opt *b)
{
    assert_int_equal(a->present, b->present);
    assert_same(a->bytes, b->bytes);
}

static void compare_updates(const struct wire_update *a, const struct wire_update *b)
{
    assert_int_equal(a->first_seq, b->first_seq);
    assert_int_equal(a->last_seq, b->last_seq);
    assert_int_equal(a->is_snapshot, b->is_snapshot);
    assert_int_equal(a->reverse, b->reverse);
    assert_int_equal(a->table_size, b->table_size);
    compare_opt(&a->viewport, &b->viewport);
    compare_opt(&a->columns, &b->columns);
    compare_opt(&a->added, &b->added);
    compare_opt(&a->removed, &b->removed);
    compare_opt(&a->shift, &b->shift);
    compare_opt(&a->included, &b->included);
    assert_int_equal(a->has_modified, b->has_modified);
    assert_int_equal(a->n_modified, b->n_modified);
    for (size_t i = 0; i < a->n_modified; i++)
        compare_opt(&a->modified[i], &b->modified[i]);
}

/* Whether there was one. */
static bool check_metadata(struct bytes metadata, const char *file)
{
    struct wire_update was, is;
    bool has, again_has;
    struct buf again;
    struct err e;

    buf_init(&again, MESSAGE_MAX);
    check_ok(wire_update_decode(metadata, &was, &has, &e), &e, file);
    if (has) {
        check_ok(wire_update_encode(&was, &again, &e), &e, file);
        check_ok(wire_update_decode(buf_bytes(&again), &is, &again_has, &e), &e, file);
        assert_true(again_has);
        compare_updates(&was, &is);
        wire_update_release(&is);
    }
    wire_update_release(&was);
    buf_release(&again);
    return has;
}

static void recorded_streams_read_the_same_when_encoded_again(void **state)
{
    struct name_list scenarios = recording_scenarios(RECORDINGS);
    size_t messages = 0, updates = 0;

    (void)state;
    for (size_t i = 0; i < scenarios.n; i++) {
        struct name_list files =
            recording_files(RECORDINGS, scenarios.names[i], ".s2c.bin");

        for (size_t k = 0; k < files.n && strcmp(scenarios.names[i], "list-fields"); k++) {
            struct bytes raw =
                recording_read(RECORDINGS, scenarios.names[i], files.names[k]);
            struct wire_flight_data fd;
            struct err e;

            check_ok(wire_flight_data_decode(raw, &fd, &e), &e, files.names[k]);
            if (fd.data_header.len != 0) { /* else an answer to a DoPut */
                check_arrow(fd.data_header, files.names[k]);
                updates += check_metadata(fd.app_metadata, files.names[k]);
                messages++;
            }
            recording_free(raw);
        }
        name_list_release(&files);
    }
    name_list_release(&scenarios);
    print_message("%zu messages, %zu updates\n", messages, updates);
    assert_true(messages > 200 && updates > 100);
}

static void every_type_that_is_written_reads_the_same(void **state)
{
    struct wire_field fields[] = {
        {.name = bytes_of("nothing"), .type = WIRE_TYPE_NULL, .nullable = true},
        {.name = bytes_of("pair"), .type = WIRE_TYPE_STRUCT, .n_children = 2},
        {.name = bytes_of("half"), .type = WIRE_TYPE_FLOAT, .bit_width = 16},
        {.name = bytes_of("single"), .type = WIRE_TYPE_FLOAT, .bit_width = 32},
        {.name = bytes_of("double"), .type = WIRE_TYPE_FLOAT, .bit_width = 64},
        {.name = bytes_of("byte"), .type = WIRE_TYPE_INT, .bit_width = 8},
        {.name = bytes_of("bytes"), .type = WIRE_TYPE_BINARY},
        {.name = bytes_of("bool"), .type = WIRE_TYPE_BOOL},
        {.name = bytes_of("day"), .type = WIRE_TYPE_DATE, .unit = 1},
        {.name = bytes_of("time"), .type = WIRE_TYPE_TIME, .bit_width = 64, .unit = 3},
        {.name = bytes_of("instant"), .type = WIRE_TYPE_TIMESTAMP, .unit = 3},
        {.name = bytes_of("period"), .type = WIRE_TYPE_INTERVAL, .unit = 2},
        {.name = bytes_of("span"), .type = WIRE_TYPE_DURATION, .unit = 2}};
    const struct wire_schema s = {.fields = fields, .n_fields = 13, .n_columns = 11};
    struct wire_message is;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_schema_encode(&s, &out, &e), &e, "encode");
    check_ok(wire_message_decode(buf_bytes(&out), &is, &e), &e, "decode");
    compare_schemas(&s, &is.schema);
    wire_message_release(&is);
    buf_release(&out);
}

static void assert_not_encoded(const struct wire_schema *s, enum err_code rc,
                               const char *why)
{
    struct buf out;
    struct err e;

    buf_init(&out, MESSAGE_MAX);
    assert_int_equal(wire_schema_encode(s, &out, &e), rc);
    if (!strstr(e.msg, why))
        fail_msg("\"%s\" does not say \"%s\"", e.msg, why);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void a_schema_that_contradicts_itself_is_not_encoded(void **state)
{
    const struct wire_field field = {.type = WIRE_TYPE_INT, .bit_width = 32};
    struct wire_field bad = field;
    struct wire_pair pairs[2] = {{{NULL, 0}, {NULL, 0}}};
    const struct wire_schema s = {
        .fields = &bad, .n_fields = 1, .n_columns = 1, .pairs = pairs, .n_pairs = 2};

    (void)state;
    bad.n_children = 1;
    assert_not_encoded(&s, ERR_PROTO, "more fields announced than the 1 there are");
    bad = field;
    bad.n_pairs = 3;
    assert_not_encoded(&s, ERR_PROTO, "metadata 0 and 3 more of a field, of 2 pairs");
    bad.n_pairs = 1;
    bad.first_pair = 2;
    assert_not_encoded(&s, ERR_PROTO, "metadata 2 and 1 more of a field, of 2 pairs");
    bad = field;
    bad.type = 99;
    assert_not_encoded(&s, ERR_PROTO, "type 99 cannot be written");
    bad.type = WIRE_TYPE_FLOAT;
    bad.bit_width = 24;
    assert_not_encoded(&s, ERR_PROTO, "a float of 24 bits");
}

static void a_schema_is_nested_no_deeper_than_it_is_read(void **state)
{
    struct wire_field fields[WIRE_MAX_DEPTH + 1] = {{.type = WIRE_TYPE_LIST}};
    struct wire_schema s = {.fields = fields, .n_columns = 1};
    struct wire_message is;
    struct buf out;
    struct err e;

    (void)state;
    for (size_t i = 0; i < WIRE_MAX_DEPTH; i++)
        fields[i] = (struct wire_field){.type = WIRE_TYPE_LIST, .n_children = 1};
    fields[WIRE_MAX_DEPTH].type = WIRE_TYPE_UTF8;
    s.n_fields = WIRE_MAX_DEPTH + 1;
    assert_not_encoded(&s, ERR_LIMIT, "fields nested deeper than 32");
    s.fields++; /* and so one level less */
    s.n_fields--;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_schema_encode(&s, &out, &e), &e, "encode");
    check_ok(wire_message_decode(buf_bytes(&out), &is, &e), &e, "decode");
    assert_int_equal(is.schema.n_fields, WIRE_MAX_DEPTH);
    wire_message_release(&is);
    buf_release(&out);
}

static void encapsulation_pads_but_does_not_count_the_padding(void **state)
{
    struct buf out;
    struct bytes inner;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_wrap_message(bytes_of("abcde"), &out, &e), &e, "wrap");
    assert_int_equal(out.len, 16);
    check_ok(wire_unwrap_message(buf_bytes(&out), &inner, &e), &e, "unwrap");
    assert_text(inner, "abcde");
    buf_release(&out);
}

/* --- requests --- */

static void recorded_requests_name_their_tickets(void **state)
{
    struct bytes raw = recording_read(RECORDINGS, "blink", "rpc00.FetchTable.req.bin");
    struct wire_operations m;
    struct err e;

    (void)state;
    check_ok(wire_op_decode(WIRE_OP_FETCH, raw, &m, &e), &e, "FetchTable");
    assert_int_equal(m.n, 1);
    assert_int_equal(m.ops[0].kind, WIRE_OP_FETCH);
    assert_int_equal(m.ops[0].source.ticket.len > 2, true);
    assert_memory_equal(m.ops[0].source.ticket.data, "s/", 2);
    assert_int_equal(m.ops[0].result.len, 5);
    assert_int_equal(m.ops[0].result.data[0], 'e');
    wire_operations_release(&m);
    recording_free(raw);
}

static void requests_that_a_client_encodes_are_read(void **state)
{
    struct bytes ticket;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_release_encode(bytes_of("e1234"), &out, &e), &e, "encode");
    check_ok(wire_release_decode(buf_bytes(&out), &ticket, &e), &e, "decode");
    assert_text(ticket, "e1234");
    buf_release(&out);
}

static void a_view_request_lists_its_columns(void **state)
{
    /* result_id {"e"}, source_id {ticket {"s/t"}}, column_specs "A", "B = C" */
    static const uint8_t raw[] = {0x0a, 3,    0x0a, 1,   'e', 0x12, 7,    0x0a,
                                  5,    0x0a, 3,    's', '/', 't',  0x1a, 1,
                                  'A',  0x1a, 5,    'B', ' ', '=',  ' ',  'C'};
    struct wire_operations m;
    struct err e;

    (void)state;
    check_ok(wire_op_decode(WIRE_OP_VIEW, (struct bytes){raw, sizeof(raw)}, &m, &e), &e,
             "view");
    assert_text(m.ops[0].result, "e");
    assert_text(m.ops[0].source.ticket, "s/t");
    assert_int_equal(m.ops[0].n_texts, 2);
    assert_text(m.ops[0].texts[0], "A");
    assert_text(m.ops[0].texts[1], "B = C");
    wire_operations_release(&m);
    assert_null(m.ops);
    wire_operations_release(&m);
}

/* A field that no version known here has: number 9, two bytes. */
#define UNKNOWN 0x4a, 2, 'n', 'o'

static void an_export_request_names_both_tickets(void **state)
{
    static const uint8_t raw[] = {UNKNOWN, 0x0a, 5, 0x0a, 3, 's', '/',
                                  't',     0x12, 3, 0x0a, 1, 'e', UNKNOWN};
    struct wire_export_request m;
    struct err e;

    (void)state;
    check_ok(wire_export_request_decode((struct bytes){raw, sizeof(raw)}, &m, &e), &e,
             "export");
    assert_text(m.source, "s/t");
    assert_text(m.result, "e");
    for (size_t n = 5; n < sizeof(raw) - 4; n++) { /* within the two tickets */
        enum err_code rc = wire_export_request_decode((struct bytes){raw, n}, &m, &e);

        assert_int_equal(rc, n == 11 ? ERR_OK : ERR_PROTO);
        assert_null(m.result.data); /* and of what was cut nothing is told */
    }
}

static void requests_of_later_versions_are_read(void **state)
{
    static const uint8_t fetch[] = {UNKNOWN, 0x12, 3, 0x0a, 1, 'e', UNKNOWN};
    static const uint8_t view[] = {UNKNOWN, 0x1a, 1, 'A', UNKNOWN};
    static const uint8_t release[] = {UNKNOWN, 0x0a, 3, 0x0a, 1, 'e', UNKNOWN};
    struct wire_operations m;
    struct bytes ticket;
    struct err e;

    (void)state;
    check_ok(wire_op_decode(WIRE_OP_FETCH, (struct bytes){fetch, sizeof(fetch)}, &m, &e),
             &e, "fetch");
    assert_text(m.ops[0].result, "e");
    assert_int_equal(m.ops[0].source.ticket.len, 0);
    assert_int_equal(m.ops[0].source.offset, -1);
    wire_operations_release(&m);
    check_ok(wire_op_decode(WIRE_OP_VIEW, (struct bytes){view, sizeof(view)}, &m, &e), &e,
             "view");
    assert_int_equal(m.ops[0].n_texts, 1);
    assert_text(m.ops[0].texts[0], "A");
    wire_operations_release(&m);
    check_ok(wire_release_decode((struct bytes){release, sizeof(release)}, &ticket, &e), &e,
             "release");
    assert_text(ticket, "e");
}

static void the_length_of_operations_is_limited(void **state)
{
    size_t len = WIRE_MAX_OPERATIONS_BYTES + 2;
    uint8_t *raw = mem_calloc(len, 1);
    struct wire_operations m;
    struct err e;

    (void)state;
    for (size_t i = 0; i < len; i += 2)
        raw[i] = 0x1a; /* an empty spec */
    assert_int_equal(wire_op_decode(WIRE_OP_VIEW, (struct bytes){raw, len}, &m, &e),
                     ERR_LIMIT);
    assert_string_equal(e.msg, "table request: 1048578 bytes, over 1048576");
    assert_null(m.ops);
    assert_int_equal(wire_batch_request_decode((struct bytes){raw, len}, &m, &e),
                     ERR_LIMIT);
    check_ok(wire_op_decode(WIRE_OP_VIEW, (struct bytes){raw, len - 2}, &m, &e), &e,
             "view");
    assert_int_equal(m.ops[0].n_texts, len / 2 - 1);
    wire_operations_release(&m);
    free(raw);
}

static void a_preview_request_lists_types_and_takes_arrays(void **state)
{
    /* source_id {ticket {"s/t"}}, result_id {"e"}, convert_arrays true, unpreviewed_types
     * "int", "long" */
    static const uint8_t raw[] = {0x0a, 7,   0x0a, 5,    0x0a, 3,    's', '/',  't',
                                  0x12, 3,   0x0a, 1,    'e',  0x18, 1,   0x22, 3,
                                  'i',  'n', 't',  0x22, 4,    'l',  'o', 'n',  'g'};
    struct wire_operations m;
    struct err e;

    (void)state;
    check_ok(wire_op_decode(WIRE_OP_PREVIEW, (struct bytes){raw, sizeof(raw)}, &m, &e), &e,
             "preview");
    assert_text(m.ops[0].source.ticket, "s/t");
    assert_text(m.ops[0].result, "e");
    assert_true(m.ops[0].convert_arrays);
    assert_int_equal(m.ops[0].n_texts, 2);
    assert_text(m.ops[0].texts[0], "int");
    assert_text(m.ops[0].texts[1], "long");
    wire_operations_release(&m);
    for (size_t n = 0; n < sizeof(raw); n++) {
        enum err_code rc = wire_op_decode(WIRE_OP_PREVIEW, (struct bytes){raw, n}, &m, &e);

        assert_true(rc == ERR_OK || rc == ERR_PROTO);
        wire_operations_release(&m);
    }
}

static void cut_requests_are_refused(void **state)
{
    static const uint8_t raw[] = {0x0a, 3, 0x0a, 1,   'e', 0x12, 7, 0x0a, 5,
                                  0x0a, 3, 's',  '/', 't', 0x1a, 1, 'A'};
    struct bytes ticket;
    struct wire_operations m;
    struct err e;
    size_t refused = 0;

    (void)state;
    for (size_t n = 0; n < sizeof(raw); n++) {
        enum err_code rc = wire_op_decode(WIRE_OP_VIEW, (struct bytes){raw, n}, &m, &e);

        refused += rc != ERR_OK;
        wire_operations_release(&m);
        assert_true(rc == ERR_OK || rc == ERR_PROTO);
        assert_true(wire_release_decode((struct bytes){raw, n}, &ticket, &e) == ERR_OK ||
                    e.code == ERR_PROTO);
        assert_true(wire_ticket_decode((struct bytes){raw, n}, &ticket, &e) == ERR_OK ||
                    e.code == ERR_PROTO);
    }
    assert_true(refused >= sizeof(raw) - 4); /* all but the cuts between two fields */
}

/* --- replies --- */

static void replies_read_as_they_were_meant(void **state)
{
    struct wire_table_created created = {.success = true,
                                         .is_static = true,
                                         .size = INT64_MIN,
                                         .schema_header = bytes_of("schema"),
                                         .ticket = bytes_of("e1234")};
    struct wire_termination end = {.abnormal = true, .reason = bytes_of("why")};
    struct wire_table_created is;
    struct wire_termination end_is;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_table_created_encode(&created, &out, &e), &e, "created");
    check_ok(wire_table_created_decode(buf_bytes(&out), &is, &e), &e, "created");
    assert_true(is.success && is.is_static);
    assert_int_equal(is.size, INT64_MIN);
    assert_text(is.schema_header, "schema");
    assert_text(is.ticket, "e1234");
    buf_clear(&out);
    created = (struct wire_table_created){.error_info = bytes_of("no such table")};
    check_ok(wire_table_created_encode(&created, &out, &e), &e, "refused");
    check_ok(wire_table_created_decode(buf_bytes(&out), &is, &e), &e, "refused");
    assert_false(is.success);
    assert_text(is.error_info, "no such table");
    assert_null(is.ticket.data);
    buf_clear(&out);
    check_ok(wire_termination_encode(&end, &out, &e), &e, "end");
    check_ok(wire_termination_decode(buf_bytes(&out), &end_is, &e), &e, "end");
    assert_true(end_is.abnormal);
    assert_text(end_is.reason, "why");
    buf_release(&out);
}

static void constants_are_found_by_their_keys(void **state)
{
    const struct wire_pair pairs[] = {{bytes_of("a"), bytes_of("1")},
                                      {bytes_of("b"), bytes_of("")}};
    struct bytes value;
    bool found;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_constants_encode(pairs, 2, &out, &e), &e, "constants");
    check_ok(wire_constant_decode(buf_bytes(&out), "a", &value, &found, &e), &e, "a");
    assert_true(found);
    assert_text(value, "1");
    check_ok(wire_constant_decode(buf_bytes(&out), "b", &value, &found, &e), &e, "b");
    assert_true(found);
    assert_int_equal(value.len, 0);
    check_ok(wire_constant_decode(buf_bytes(&out), "c", &value, &found, &e), &e, "c");
    assert_false(found);
    buf_release(&out);
}

static void listed_fields_keep_their_lists_and_texts(void **state)
{
    const struct wire_field_info in[] = {
        {WIRE_FIELD_CREATED, bytes_of("s/a"), bytes_of("Table"), bytes_of("a"),
         bytes_of("first"), bytes_of(""), bytes_of("scope")},
        {WIRE_FIELD_UPDATED, bytes_of("s/c"), bytes_of("Figure"), bytes_of("c"),
         bytes_of(""), bytes_of(""), bytes_of("scope")},
        {WIRE_FIELD_REMOVED, bytes_of("s/b"), bytes_of(""), bytes_of("b"), bytes_of(""),
         bytes_of("App"), bytes_of("app")}};
    static const size_t order[] = {2, 0, 1}; /* in which they are to be applied */
    struct wire_field_info *out;
    struct buf message;
    struct err e;
    size_t n;

    (void)state;
    buf_init(&message, MESSAGE_MAX);
    check_ok(wire_fields_encode(in, 3, &message, &e), &e, "encode");
    check_ok(wire_fields_decode(buf_bytes(&message), &out, &n, &e), &e, "decode");
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        const struct wire_field_info *was = &in[order[i]];

        assert_int_equal(out[i].change, was->change);
        assert_same(out[i].ticket, was->ticket);
        assert_same(out[i].type, was->type);
        assert_same(out[i].name, was->name);
        assert_same(out[i].description, was->description);
        assert_same(out[i].app_name, was->app_name);
        assert_same(out[i].app_id, was->app_id);
    }
    free(out);
    buf_release(&message);
}

static void a_change_of_no_list_is_not_encoded(void **state)
{
    struct wire_field_info in = {.name = bytes_of("a")};
    struct buf out;
    struct err e;
    int change = 3;

    (void)state;
    memcpy(&in.change, &change, sizeof(in.change));
    buf_init(&out, MESSAGE_MAX);
    assert_int_equal(wire_fields_encode(&in, 1, &out, &e), ERR_PROTO);
    assert_string_equal(e.msg, "FieldsChangeUpdate: change 3, not 0 to 2");
    assert_int_equal(out.len, 0);
}

static void a_table_size_is_a_signed_number(void **state)
{
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, MESSAGE_MAX);
    check_ok(wire_table_size_encode(bytes_of("e"), -1, bytes_of("no"), &out, &e), &e, "");
    assert_same(buf_bytes(&out), bytes_of("\x0a\x03\x0a\x01"
                                          "e\x10\x01\x1a\x02no"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_streams_read_the_same_when_encoded_again),
        cmocka_unit_test(every_type_that_is_written_reads_the_same),
        cmocka_unit_test(a_schema_that_contradicts_itself_is_not_encoded),
        cmocka_unit_test(a_schema_is_nested_no_deeper_than_it_is_read),
        cmocka_unit_test(encapsulation_pads_but_does_not_count_the_padding),
        cmocka_unit_test(recorded_requests_name_their_tickets),
        cmocka_unit_test(requests_that_a_client_encodes_are_read),
        cmocka_unit_test(a_view_request_lists_its_columns),
        cmocka_unit_test(an_export_request_names_both_tickets),
        cmocka_unit_test(requests_of_later_versions_are_read),
        cmocka_unit_test(the_length_of_operations_is_limited),
        cmocka_unit_test(a_preview_request_lists_types_and_takes_arrays),
        cmocka_unit_test(cut_requests_are_refused),
        cmocka_unit_test(replies_read_as_they_were_meant),
        cmocka_unit_test(constants_are_found_by_their_keys),
        cmocka_unit_test(listed_fields_keep_their_lists_and_texts),
        cmocka_unit_test(a_change_of_no_list_is_not_encoded),
        cmocka_unit_test(a_table_size_is_a_signed_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
