/*
 * Messages that no server has sent yet: limits, absent slots, wrong numbers, odd encodings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "client/wire/operations.h"
#include "client/wire/wire.h"
#include "tests/support/flat.h"

#define V5 4

static void assert_text(struct bytes b, const char *text)
{
    assert_int_equal(b.len, strlen(text));
    assert_memory_equal(b.data, text, b.len);
}

/* Slots of Arrow's tables: format/Message.fbs, format/Schema.fbs. */
enum message_slot { VERSION, HEADER_TYPE, HEADER, BODY_LENGTH };
enum schema_slot { ENDIANNESS, FIELDS, METADATA };
enum field_slot { NAME, NULLABLE, TYPE_TYPE, TYPE, DICTIONARY, CHILDREN, FIELD_METADATA };

/* A message whose header, of the given kind, is to be written next. Returns its position.
 */
static size_t begin_message(struct buf *f, enum wire_header kind)
{
    size_t message;

    flat_init(f);
    message = flat_table(f, "xxxx");
    flat_scalar(f, message, VERSION, 2, V5);
    flat_scalar(f, message, HEADER_TYPE, 1, kind);
    return message;
}

/* A schema with n fields that are to be written; returns the position of their vector. */
static size_t begin_schema(struct buf *f, size_t n)
{
    size_t message = begin_message(f, WIRE_HEADER_SCHEMA);
    size_t schema = flat_table(f, ".x");
    size_t fields;

    flat_ref(f, message, HEADER, schema);
    fields = flat_vector(f, n, 4);
    flat_ref(f, schema, FIELDS, fields);
    return fields;
}

static enum err_code decode(struct buf *f, struct wire_message *m)
{
    struct err e = {0};
    enum err_code rc = wire_message_decode(buf_bytes(f), m, &e);

    assert_int_equal(e.msg[0] != '\0', rc != ERR_OK);
    return rc;
}

/* Decodes and releases everything. */
static enum err_code try_decode(struct buf *f)
{
    struct wire_message m;
    enum err_code rc = decode(f, &m);

    wire_message_release(&m);
    buf_release(f);
    return rc;
}

/* --- schemas --- */

static enum err_code decode_schema_of(size_t n)
{
    struct buf f;
    size_t fields = begin_schema(&f, n);

    for (size_t i = 0; i < n; i++)
        flat_element(&f, fields, i, flat_table(&f, ""));
    return try_decode(&f);
}

static void test_a_million_fields_are_taken_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(decode_schema_of(0), ERR_OK);
    assert_int_equal(decode_schema_of(WIRE_MAX_FIELDS), ERR_OK);
    assert_int_equal(decode_schema_of(WIRE_MAX_FIELDS + 1), ERR_LIMIT);
}

static enum err_code decode_schema_of_depth(size_t depth)
{
    struct buf f;
    size_t children = begin_schema(&f, 1);

    for (size_t i = 0; i < depth; i++) {
        size_t field = flat_table(&f, i + 1 < depth ? ".....x" : "");
        flat_element(&f, children, 0, field);
        if (i + 1 == depth)
            break;
        children = flat_vector(&f, 1, 4);
        flat_ref(&f, field, CHILDREN, children);
    }
    return try_decode(&f);
}

static void test_nesting_is_limited(void **state)
{
    (void)state;
    assert_int_equal(decode_schema_of_depth(WIRE_MAX_DEPTH), ERR_OK);
    assert_int_equal(decode_schema_of_depth(WIRE_MAX_DEPTH + 1), ERR_LIMIT);
    assert_int_equal(decode_schema_of_depth(100000), ERR_PROTO); /* fails verification */
}

/* Each level holds the next one twice: 2^30 fields in a message of a few kilobytes. */
static void test_shared_children_do_not_multiply(void **state)
{
    struct buf f;
    size_t list = begin_schema(&f, 2);

    (void)state;
    for (size_t i = 0; i < 30; i++) {
        size_t field = flat_table(&f, ".....x");
        flat_element(&f, list, 0, field);
        flat_element(&f, list, 1, field);
        list = flat_vector(&f, i + 1 < 30 ? 2 : 0, 4);
        flat_ref(&f, field, CHILDREN, list);
    }
    assert_int_equal(try_decode(&f), ERR_PROTO);
}

/* A thousand fields share metadata of a thousand pairs. */
static void test_shared_metadata_does_not_multiply(void **state)
{
    struct buf f;
    size_t fields = begin_schema(&f, 1000);

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        flat_element(&f, fields, i, flat_table(&f, "......x"));
    size_t pairs = flat_vector(&f, 1000, 4);
    size_t pair = flat_table(&f, "");
    for (size_t i = 0; i < 1000; i++)
        flat_element(&f, pairs, i, pair);
    for (size_t i = 0; i < 1000; i++) {
        size_t at = fields + 4 + 4 * i;
        flat_ref(&f, at + bytes_u32(f.data + at), FIELD_METADATA, pairs);
    }
    assert_int_equal(try_decode(&f), ERR_PROTO);
}

/* n fields of a name of a MiB, each with a pair whose value is a MiB: all the same two. */
static enum err_code decode_named_fields(size_t n, bool pairs, struct err *e)
{
    char *text = mem_calloc(((size_t)1 << 20) + 1, 1);
    struct wire_message m;
    struct buf f;
    size_t fields = begin_schema(&f, n);
    size_t field = flat_table(&f, pairs ? "......x" : "x");
    enum err_code rc;

    memset(text, 'n', (size_t)1 << 20);
    if (pairs) {
        size_t list = flat_vector(&f, 1, 4);
        size_t pair = flat_table(&f, ".x");

        flat_ref(&f, field, FIELD_METADATA, list);
        flat_element(&f, list, 0, pair);
        flat_ref(&f, pair, 1, flat_string(&f, text));
    } else {
        flat_ref(&f, field, NAME, flat_string(&f, text));
    }
    for (size_t i = 0; i < n; i++)
        flat_element(&f, fields, i, field);
    rc = wire_message_decode(buf_bytes(&f), &m, e);
    assert_int_equal(m.schema.n_fields, rc == ERR_OK ? n : 0);
    wire_message_release(&m);
    buf_release(&f);
    free(text);
    return rc;
}

/* A message of a MiB that would be gigabytes once each field has its own copy. */
static void test_shared_texts_do_not_multiply(void **state)
{
    size_t most = WIRE_MAX_TEXT >> 20;
    struct err e;

    (void)state;
    for (int pairs = 0; pairs < 2; pairs++) {
        assert_int_equal(decode_named_fields(most, pairs, &e), ERR_OK);
        assert_int_equal(decode_named_fields(most + 1, pairs, &e), ERR_LIMIT);
        assert_string_equal(e.msg, "Arrow message: names and metadata of 67108864 bytes"
                                   " and 1048576 more, over 67108864");
    }
}

struct expected_default {
    int type, bit_width, unit;
};

/* protocol: arrow Schema.fbs, defaults of the type tables. */
static const struct expected_default defaults[] = {
    /* clang-format off */
    {WIRE_TYPE_NULL, 0, 0},        {WIRE_TYPE_INT, 0, 0},
    {WIRE_TYPE_FLOAT, 16, 0},      {WIRE_TYPE_BINARY, 0, 0},
    {WIRE_TYPE_UTF8, 0, 0},        {WIRE_TYPE_BOOL, 0, 0},
    {WIRE_TYPE_DECIMAL, 128, 0},   {WIRE_TYPE_DATE, 0, 1},
    {WIRE_TYPE_TIME, 32, 1},       {WIRE_TYPE_TIMESTAMP, 0, 0},
    {WIRE_TYPE_INTERVAL, 0, 0},    {WIRE_TYPE_LIST, 0, 0},
    {WIRE_TYPE_STRUCT, 0, 0},      {WIRE_TYPE_UNION, 0, 0},
    {WIRE_TYPE_FIXED_BINARY, 0, 0}, {WIRE_TYPE_FIXED_LIST, 0, 0},
    {WIRE_TYPE_MAP, 0, 0},         {WIRE_TYPE_DURATION, 0, 1},
    {WIRE_TYPE_LARGE_BINARY, 0, 0}, {WIRE_TYPE_LARGE_UTF8, 0, 0},
    {WIRE_TYPE_LARGE_LIST, 0, 0},  {WIRE_TYPE_RUN_END, 0, 0},
    {WIRE_TYPE_BINARY_VIEW, 0, 0}, {WIRE_TYPE_UTF8_VIEW, 0, 0},
    {WIRE_TYPE_LIST_VIEW, 0, 0},   {WIRE_TYPE_LARGE_LIST_VIEW, 0, 0},
    {77, 0, 0}, /* not known yet: kept as its number */
    /* clang-format on */
};

/* A schema of one field of a type whose table has one slot of two or four bytes set. */
static size_t begin_field(struct buf *f, int type, const char *type_slots)
{
    size_t fields = begin_schema(f, 1);
    size_t field = flat_table(f, "..xx");
    size_t table;

    flat_element(f, fields, 0, field);
    flat_scalar(f, field, TYPE_TYPE, 1, type);
    table = flat_table(f, type_slots);
    flat_ref(f, field, TYPE, table);
    return table;
}

static void test_absent_slots_take_the_defaults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        struct wire_message m;
        struct buf f;

        begin_field(&f, defaults[i].type, "");
        assert_int_equal(decode(&f, &m), ERR_OK);
        assert_int_equal(m.schema.n_fields, 1);
        assert_int_equal(m.schema.fields[0].type, defaults[i].type);
        assert_int_equal(m.schema.fields[0].bit_width, defaults[i].bit_width);
        assert_int_equal(m.schema.fields[0].unit, defaults[i].unit);
        assert_false(m.schema.fields[0].is_signed);
        assert_false(m.schema.fields[0].nullable);
        assert_int_equal(m.schema.fields[0].name.len, 0);
        wire_message_release(&m);
        buf_release(&f);
    }
}

struct bad_number {
    int type;
    size_t slot, size;
    int64_t value;
    enum err_code rc;
};

static const struct bad_number numbers[] = {
    /* clang-format off */
    {WIRE_TYPE_INT, 0, 4, -1, ERR_PROTO},          {WIRE_TYPE_INT, 0, 4, 24, ERR_OK},
    {WIRE_TYPE_FLOAT, 0, 2, 3, ERR_PROTO},         {WIRE_TYPE_FLOAT, 0, 2, 2, ERR_OK},
    {WIRE_TYPE_DECIMAL, 2, 4, -128, ERR_PROTO},    {WIRE_TYPE_DECIMAL, 2, 4, 256, ERR_OK},
    {WIRE_TYPE_DATE, 0, 2, 2, ERR_PROTO},          {WIRE_TYPE_DATE, 0, 2, 0, ERR_OK},
    {WIRE_TYPE_TIME, 0, 2, -1, ERR_PROTO},         {WIRE_TYPE_TIME, 1, 4, 64, ERR_OK},
    {WIRE_TYPE_TIMESTAMP, 0, 2, 4, ERR_PROTO},     {WIRE_TYPE_TIMESTAMP, 0, 2, 3, ERR_OK},
    {WIRE_TYPE_INTERVAL, 0, 2, 3, ERR_PROTO},      {WIRE_TYPE_INTERVAL, 0, 2, 2, ERR_OK},
    {WIRE_TYPE_UNION, 0, 2, 2, ERR_PROTO},         {WIRE_TYPE_UNION, 0, 2, 1, ERR_OK},
    {WIRE_TYPE_DURATION, 0, 2, 4, ERR_PROTO},      {WIRE_TYPE_DURATION, 0, 2, 0, ERR_OK},
    {WIRE_TYPE_FIXED_BINARY, 0, 4, INT32_MIN, ERR_PROTO},
    {WIRE_TYPE_FIXED_BINARY, 0, 4, INT32_MAX, ERR_OK},
    {WIRE_TYPE_FIXED_LIST, 0, 4, -1, ERR_PROTO},
    /* clang-format on */
};

static void test_numbers_of_types_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct buf f;
        bool zoned = numbers[i].type == WIRE_TYPE_TIMESTAMP; /* slot 1 is a text */
        size_t table = begin_field(&f, numbers[i].type, zoned ? "x" : "xxx");

        flat_scalar(&f, table, numbers[i].slot, numbers[i].size, numbers[i].value);
        if (try_decode(&f) != numbers[i].rc)
            fail_msg("type %d with %lld", numbers[i].type, (long long)numbers[i].value);
    }
}

static void test_a_type_without_a_table_is_refused(void **state)
{
    struct buf f;
    size_t fields = begin_schema(&f, 1);
    size_t field = flat_table(&f, "..x");

    (void)state;
    flat_element(&f, fields, 0, field);
    flat_scalar(&f, field, TYPE_TYPE, 1, WIRE_TYPE_INT);
    assert_int_equal(try_decode(&f), ERR_PROTO);
}

static void test_names_and_metadata_are_spans(void **state)
{
    struct wire_message m;
    struct buf f;
    size_t fields = begin_schema(&f, 1);
    size_t field = flat_table(&f, "xx..x.x"), pairs, pair;

    (void)state;
    flat_element(&f, fields, 0, field);
    flat_scalar(&f, field, NULLABLE, 1, 1);
    flat_ref(&f, field, NAME, flat_string(&f, "caf\xff")); /* no UTF-8 */
    flat_ref(&f, field, DICTIONARY, flat_table(&f, ""));
    pairs = flat_vector(&f, 1, 4);
    flat_ref(&f, field, FIELD_METADATA, pairs);
    pair = flat_table(&f, "xx");
    flat_element(&f, pairs, 0, pair);
    flat_ref(&f, pair, 0, flat_string(&f, "key"));
    flat_ref(&f, pair, 1, flat_string(&f, ""));
    assert_int_equal(decode(&f, &m), ERR_OK);
    assert_text(m.schema.fields[0].name, "caf\xff");
    assert_true(m.schema.fields[0].nullable);
    assert_true(m.schema.fields[0].dictionary);
    assert_int_equal(m.schema.n_pairs, 1);
    assert_text(m.schema.pairs[0].key, "key");
    assert_int_equal(m.schema.pairs[0].value.len, 0);
    wire_message_release(&m);
    buf_release(&f);
}

/* --- messages and batches --- */

static void test_headers_of_messages_are_checked(void **state)
{
    static const struct {
        size_t slot, size;
        int64_t value;
        enum err_code rc;
    } cases[] = {
        {VERSION, 2, 3, ERR_PROTO},
        {HEADER_TYPE, 1, WIRE_HEADER_DICTIONARY, ERR_OK},
        {HEADER_TYPE, 1, WIRE_HEADER_SPARSE + 1, ERR_PROTO},
        {BODY_LENGTH, 8, -1, ERR_PROTO},
        {BODY_LENGTH, 8, INT64_MAX, ERR_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf f;
        size_t message = begin_message(&f, WIRE_HEADER_BATCH);
        flat_ref(&f, message, HEADER, flat_table(&f, ""));
        flat_scalar(&f, message, cases[i].slot, cases[i].size, cases[i].value);
        assert_int_equal(try_decode(&f), cases[i].rc);
    }
}

static void test_a_message_without_its_header_is_refused(void **state)
{
    struct buf f;
    size_t message;

    (void)state;
    flat_init(&f);
    message = flat_table(&f, "xx.x");
    flat_scalar(&f, message, VERSION, 2, V5);
    flat_scalar(&f, message, HEADER_TYPE, 1, WIRE_HEADER_SCHEMA);
    assert_int_equal(try_decode(&f), ERR_PROTO);
}

static void test_a_big_endian_schema_is_refused(void **state)
{
    struct buf f;
    size_t message = begin_message(&f, WIRE_HEADER_SCHEMA);
    size_t schema = flat_table(&f, "x");

    (void)state;
    flat_ref(&f, message, HEADER, schema);
    flat_scalar(&f, schema, ENDIANNESS, 2, 1);
    assert_int_equal(try_decode(&f), ERR_PROTO);
}

/* A batch with one node and one buffer; index says which of its five numbers is value. */
static enum err_code decode_batch(size_t index, int64_t value, struct wire_message *m)
{
    struct buf f;
    size_t message = begin_message(&f, WIRE_HEADER_BATCH);
    size_t batch = flat_table(&f, "xxx");
    size_t node = flat_vector(&f, 1, 16), buffer = flat_vector(&f, 1, 16);
    size_t at[] = {batch + 4, node + 4, node + 12, buffer + 4, buffer + 12};
    enum err_code rc;

    flat_ref(&f, message, HEADER, batch);
    flat_ref(&f, batch, 1, node);
    flat_ref(&f, batch, 2, buffer);
    flat_set(&f, at[index], 8, value);
    rc = decode(&f, m);
    buf_release(&f);
    return rc;
}

static void test_negative_counts_are_refused(void **state)
{
    struct wire_message m;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(decode_batch(i, -1, &m), ERR_PROTO);
        assert_null(m.batch.nodes);
        assert_int_equal(decode_batch(i, INT64_MAX, &m), ERR_OK);
        assert_int_equal(m.batch.n_nodes, 1);
        assert_int_equal(m.batch.n_buffers, 1);
        wire_message_release(&m);
    }
    assert_int_equal(decode_batch(2, 7, &m), ERR_OK);
    assert_int_equal(m.batch.nodes[0].null_count, 7);
    wire_message_release(&m);
}

static void test_bytes_that_are_no_flatbuffer_are_refused(void **state)
{
    uint8_t zeros[64] = {0};
    struct wire_message m;
    struct err e;

    (void)state;
    for (size_t n = 0; n <= sizeof(zeros); n++)
        assert_int_equal(wire_message_decode((struct bytes){zeros, n}, &m, &e), ERR_PROTO);
    assert_int_equal(wire_message_decode((struct bytes){NULL, 0}, &m, &e), ERR_PROTO);
}

static void test_encapsulation_is_stripped(void **state)
{
    uint8_t in[] = {0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0, 'a', 'b', 'c', 0};
    struct bytes out;
    struct err e;

    (void)state;
    assert_int_equal(wire_unwrap_message((struct bytes){in, sizeof(in)}, &out, &e), ERR_OK);
    assert_text(out, "abc");
    assert_int_equal(wire_unwrap_message((struct bytes){in, 10}, &out, &e), ERR_PROTO);
    assert_int_equal(wire_unwrap_message((struct bytes){in, 7}, &out, &e), ERR_PROTO);
    memset(in + 4, 0xff, 4); /* length -1 */
    assert_int_equal(wire_unwrap_message((struct bytes){in, sizeof(in)}, &out, &e),
                     ERR_PROTO);
    in[0] = 0;
    assert_int_equal(wire_unwrap_message((struct bytes){in, sizeof(in)}, &out, &e),
                     ERR_PROTO);
}

/* --- Barrage --- */

#define DPHN 0x6e687064u

/* Slots of format/Barrage.fbs. Wraps inner, which is released. */
static void put_wrapper(struct buf *wrapper, uint32_t magic, int type, struct buf *inner)
{
    size_t outer, payload;

    flat_init(wrapper);
    outer = flat_table(wrapper, "xxx");
    flat_scalar(wrapper, outer, 0, 4, magic);
    flat_scalar(wrapper, outer, 1, 1, type);
    payload = flat_vector(wrapper, inner->len, 1);
    flat_ref(wrapper, outer, 2, payload);
    memcpy(wrapper->data + payload + 4, inner->data, inner->len);
    buf_release(inner);
}

static void put_update(struct buf *wrapper, uint32_t magic, int type, size_t n_modified)
{
    struct buf inner;
    size_t update, nodes;

    flat_init(&inner);
    update = flat_table(&inner, "xxx.......xx");
    flat_scalar(&inner, update, 0, 8, INT64_MIN);
    flat_scalar(&inner, update, 11, 8, INT64_MAX);
    nodes = flat_vector(&inner, n_modified, 4);
    flat_ref(&inner, update, 10, nodes);
    for (size_t i = 0; i < n_modified; i++)
        flat_element(&inner, nodes, i, flat_table(&inner, ""));
    put_wrapper(wrapper, magic, type, &inner);
}

static enum err_code decode_update(struct buf *wrapper, struct wire_update *u, bool *has)
{
    struct err e;
    enum err_code rc = wire_update_decode(buf_bytes(wrapper), u, has, &e);

    buf_release(wrapper);
    return rc;
}

static void test_absent_and_empty_parts_of_an_update_differ(void **state)
{
    struct wire_update u;
    struct buf f;
    bool has = false;

    (void)state;
    put_update(&f, DPHN, WIRE_BARRAGE_UPDATE, 0);
    assert_int_equal(decode_update(&f, &u, &has), ERR_OK);
    assert_true(has);
    assert_true(u.first_seq == INT64_MIN && u.table_size == INT64_MAX);
    assert_true(u.has_modified);
    assert_int_equal(u.n_modified, 0);
    assert_false(u.added.present || u.removed.present || u.shift.present ||
                 u.included.present || u.viewport.present || u.columns.present);
    wire_update_release(&u);
    wire_update_release(&u); /* twice is fine */
}

static void test_modified_columns_are_limited(void **state)
{
    struct wire_update u;
    struct buf f;
    bool has = false;

    (void)state;
    put_update(&f, DPHN, WIRE_BARRAGE_UPDATE, WIRE_MAX_FIELDS);
    assert_int_equal(decode_update(&f, &u, &has), ERR_OK);
    assert_int_equal(u.n_modified, WIRE_MAX_FIELDS);
    wire_update_release(&u);
    put_update(&f, DPHN, WIRE_BARRAGE_UPDATE, WIRE_MAX_FIELDS + 1);
    assert_int_equal(decode_update(&f, &u, &has), ERR_LIMIT);
    assert_false(has);
}

/* Columns whose sets of modified rows are one and the same. */
static void put_shared_sets(struct buf *wrapper, size_t n, size_t bytes)
{
    struct buf inner;
    size_t update, nodes, node, set;

    flat_init(&inner);
    update = flat_table(&inner, "..........x");
    nodes = flat_vector(&inner, n, 4);
    flat_ref(&inner, update, 10, nodes);
    node = flat_table(&inner, "x");
    for (size_t i = 0; i < n; i++)
        flat_element(&inner, nodes, i, node);
    set = flat_vector(&inner, bytes, 1);
    flat_ref(&inner, node, 0, set);
    put_wrapper(wrapper, DPHN, WIRE_BARRAGE_UPDATE, &inner);
}

static void test_shared_sets_of_rows_do_not_multiply(void **state)
{
    struct wire_update u;
    struct buf f;
    struct err e;
    bool has = false;

    (void)state;
    put_shared_sets(&f, 100, 1); /* no larger than if each had its own */
    assert_int_equal(decode_update(&f, &u, &has), ERR_OK);
    assert_int_equal(u.n_modified, 100);
    wire_update_release(&u);
    put_shared_sets(&f, 100, 1000);
    assert_int_equal(wire_update_decode(buf_bytes(&f), &u, &has, &e), ERR_PROTO);
    assert_non_null(strstr(e.msg, "modified rows of 100000 bytes in a payload of 1"));
    assert_false(has);
    assert_null(u.modified);
    buf_release(&f);
}

static void test_what_is_no_update_is_left_alone(void **state)
{
    struct wire_update u;
    struct buf f;
    struct err e;
    bool has = true;

    (void)state;
    put_update(&f, DPHN + 1, WIRE_BARRAGE_UPDATE, 1);
    assert_int_equal(decode_update(&f, &u, &has), ERR_OK);
    assert_false(has);
    put_update(&f, DPHN, 4, 1); /* BarrageSerializationOptions */
    assert_int_equal(decode_update(&f, &u, &has), ERR_OK);
    assert_false(has);
    has = true;
    assert_int_equal(wire_update_decode((struct bytes){NULL, 0}, &u, &has, &e), ERR_OK);
    assert_false(has);
    assert_null(u.copy);
}

static void test_columns_as_list_is_refused(void **state)
{
    struct wire_subscribe s;
    struct buf inner, f;
    size_t request, options;
    struct err e;

    (void)state;
    for (int as_list = 0; as_list < 2; as_list++) {
        flat_init(&inner);
        request = flat_table(&inner, "...x");
        options = flat_table(&inner, ".....x");
        flat_ref(&inner, request, 3, options);
        flat_scalar(&inner, options, 5, 1, as_list);
        put_wrapper(&f, DPHN, WIRE_BARRAGE_SUBSCRIPTION, &inner);
        assert_int_equal(wire_subscribe_decode(buf_bytes(&f), &s, &e),
                         as_list ? ERR_PROTO : ERR_OK);
        wire_subscribe_release(&s);
        buf_release(&f);
    }
}

/* --- protobuf --- */

#define BYTES(...)                                                                         \
    ((struct bytes){(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})})

static void test_unknown_fields_are_skipped_and_the_last_wins(void **state)
{
    struct wire_flight_data d;
    struct err e;
    struct bytes in = BYTES(0x0a, 1, 'd',                 /* flight_descriptor */
                            0x12, 1, 'a',                 /* data_header */
                            0x20, 0xff, 0x01,             /* 4: varint */
                            0x29, 1, 2, 3, 4, 5, 6, 7, 8, /* 5: 64 bits */
                            0x35, 1, 2, 3, 4,             /* 6: 32 bits */
                            0x3b, 0x08, 0x01, 0x3c,       /* 7: group */
                            0xc2, 0x3e, 2, 'x', 'y',      /* data_body */
                            0x12, 2, 'b', 'c', 0x1a, 0);  /* header again, metadata */

    (void)state;
    assert_int_equal(wire_flight_data_decode(in, &d, &e), ERR_OK);
    assert_text(d.data_header, "bc");
    assert_text(d.data_body, "xy");
    assert_int_equal(d.app_metadata.len, 0);
    assert_ptr_equal(d.data_body.data, in.data + 30); /* borrowed, not copied */
    assert_int_equal(wire_flight_data_decode((struct bytes){NULL, 0}, &d, &e), ERR_OK);
    assert_int_equal(d.data_header.len, 0);
}

static void test_broken_protobuf_is_refused(void **state)
{
    const struct bytes cases[] = {
        BYTES(0x10, 1),                            /* data_header as a varint */
        BYTES(0x12, 2, 'a'),                       /* too short */
        BYTES(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f), /* length 2^32 - 1 */
        BYTES(0x12, 0xff, 0xff, 0xff, 0xff, 0x07), /* length 2^31 - 1 */
        BYTES(0x12),                               /* no length */
        BYTES(0x00),                               /* field 0 */
        BYTES(0x3b, 0x08, 0x01),                   /* group without an end */
        BYTES(0x3c),                               /* end without a group */
        BYTES(0x0f),                               /* wire type 7 */
        BYTES(0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    };
    struct wire_flight_data d;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (wire_flight_data_decode(cases[i], &d, &e) != ERR_PROTO)
            fail_msg("case %zu is taken", i);
}

static void test_parts_of_flight_data_are_written_in_order(void **state)
{
    struct wire_flight_data d = {.data_header = bytes_of("h"), .data_body = bytes_of("bo")};
    struct bytes expected = BYTES(0x12, 1, 'h', 0xc2, 0x3e, 2, 'b', 'o');
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, expected.len);
    assert_int_equal(wire_flight_data_encode(&d, &out, &e), ERR_OK);
    assert_true(bytes_equal(buf_bytes(&out), expected));
    buf_release(&out);
    buf_init(&out, expected.len - 1);
    assert_int_equal(wire_flight_data_encode(&d, &out, &e), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void test_encoders_respect_the_limit_of_the_buffer(void **state)
{
    struct wire_subscribe s = {.type = WIRE_BARRAGE_SNAPSHOT};
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, 4);
    assert_int_equal(wire_subscribe_encode(&s, &out, &e), ERR_LIMIT);
    assert_int_equal(wire_op_encode(&(struct wire_op){.kind = WIRE_OP_FETCH,
                                                      .source.ticket = bytes_of("s/a"),
                                                      .result = bytes_of("e....")},
                                    &out, &e),
                     ERR_LIMIT);
    assert_int_equal(wire_release_encode(bytes_of("e...."), &out, &e), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void test_a_termination_decodes(void **state)
{
    struct wire_termination t;
    struct err e;

    (void)state;
    assert_int_equal(wire_termination_decode((struct bytes){NULL, 0}, &t, &e), ERR_OK);
    assert_false(t.abnormal);
    assert_int_equal(t.reason.len, 0);
    assert_int_equal(
        wire_termination_decode(BYTES(0x08, 1, 0x12, 2, 'n', 0xff, 0x18, 1), &t, &e),
        ERR_OK);
    assert_true(t.abnormal);
    assert_text(t.reason, "n\xff");
    assert_int_equal(wire_termination_decode(BYTES(0x0a, 0), &t, &e), ERR_PROTO);
}

static void test_a_constant_is_found_by_its_key(void **state)
{
    struct bytes in = BYTES(0x0a, 8, 0x0a, 1, 'a', 0x12, 3, 0x1a, 1, '1', /* a: "1" */
                            0x0a, 7, 0x0a, 1, 'b', 0x12, 2, 0x08, 1,      /* b: no string */
                            0x0a, 8, 0x12, 3, 0x1a, 1, '2', 0x0a, 1, 'a', /* a: "2" */
                            0x0a, 7, 0x0a, 1, 'c', 0x12, 2, 0x1a, 0);     /* c: "" */
    struct bytes value = {0};
    struct err e;
    bool found = false;

    (void)state;
    assert_int_equal(wire_constant_decode(in, "a", &value, &found, &e), ERR_OK);
    assert_true(found);
    assert_text(value, "2");
    assert_int_equal(wire_constant_decode(in, "b", &value, &found, &e), ERR_OK);
    assert_false(found);
    assert_int_equal(wire_constant_decode(in, "c", &value, &found, &e), ERR_OK);
    assert_true(found);
    assert_int_equal(value.len, 0);
    assert_int_equal(wire_constant_decode(in, "", &value, &found, &e), ERR_OK);
    assert_false(found);
}

static void test_field_changes_come_in_the_order_to_apply(void **state)
{
    struct bytes in =
        BYTES(0x12, 3, 0x12, 1, 'u', 0x0a, 3, 0x12, 1, 'c', 0x1a, 3, 0x12, 1, 'r', 0x0a, 0);
    struct wire_field_info *f = NULL;
    struct err e;
    size_t n = 0;

    (void)state;
    assert_int_equal(wire_fields_decode(in, &f, &n, &e), ERR_OK);
    assert_int_equal(n, 4);
    assert_int_equal(f[0].change, WIRE_FIELD_REMOVED);
    assert_text(f[0].name, "r");
    assert_int_equal(f[1].change, WIRE_FIELD_CREATED);
    assert_text(f[1].name, "c");
    assert_int_equal(f[2].change, WIRE_FIELD_CREATED);
    assert_int_equal(f[2].name.len, 0);
    assert_int_equal(f[3].change, WIRE_FIELD_UPDATED);
    assert_text(f[3].name, "u");
    free(f);
}

static void test_listed_fields_are_limited(void **state)
{
    size_t len = 2 * ((size_t)WIRE_MAX_LISTED + 1);
    uint8_t *in = mem_calloc(len, 1);
    struct wire_field_info *f = NULL;
    struct err e;
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < len; i += 2)
        in[i] = 0x0a; /* an empty entry */
    assert_int_equal(wire_fields_decode((struct bytes){in, len}, &f, &n, &e), ERR_LIMIT);
    assert_null(f);
    assert_int_equal(wire_fields_decode((struct bytes){in, len - 2}, &f, &n, &e), ERR_OK);
    assert_int_equal(n, WIRE_MAX_LISTED);
    free(f);
    free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_million_fields_are_taken_and_no_more),
        cmocka_unit_test(test_nesting_is_limited),
        cmocka_unit_test(test_shared_children_do_not_multiply),
        cmocka_unit_test(test_shared_metadata_does_not_multiply),
        cmocka_unit_test(test_shared_texts_do_not_multiply),
        cmocka_unit_test(test_absent_slots_take_the_defaults),
        cmocka_unit_test(test_numbers_of_types_are_checked),
        cmocka_unit_test(test_a_type_without_a_table_is_refused),
        cmocka_unit_test(test_names_and_metadata_are_spans),
        cmocka_unit_test(test_headers_of_messages_are_checked),
        cmocka_unit_test(test_a_message_without_its_header_is_refused),
        cmocka_unit_test(test_a_big_endian_schema_is_refused),
        cmocka_unit_test(test_negative_counts_are_refused),
        cmocka_unit_test(test_bytes_that_are_no_flatbuffer_are_refused),
        cmocka_unit_test(test_encapsulation_is_stripped),
        cmocka_unit_test(test_absent_and_empty_parts_of_an_update_differ),
        cmocka_unit_test(test_modified_columns_are_limited),
        cmocka_unit_test(test_shared_sets_of_rows_do_not_multiply),
        cmocka_unit_test(test_what_is_no_update_is_left_alone),
        cmocka_unit_test(test_columns_as_list_is_refused),
        cmocka_unit_test(test_unknown_fields_are_skipped_and_the_last_wins),
        cmocka_unit_test(test_broken_protobuf_is_refused),
        cmocka_unit_test(test_parts_of_flight_data_are_written_in_order),
        cmocka_unit_test(test_encoders_respect_the_limit_of_the_buffer),
        cmocka_unit_test(test_a_termination_decodes),
        cmocka_unit_test(test_a_constant_is_found_by_its_key),
        cmocka_unit_test(test_field_changes_come_in_the_order_to_apply),
        cmocka_unit_test(test_listed_fields_are_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
