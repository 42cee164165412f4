/* Arrow fields and buffers, written by hand, into columns; and what must be refused. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "tests/support/build.h"

#define MAX_PARTS 32
#define BODY_MAX 4096
#define BUDGET 10000

/* A schema and one batch of it, put together piece by piece. */
struct fixture {
    struct wire_field fields[MAX_PARTS];
    struct wire_pair pairs[MAX_PARTS];
    struct wire_schema schema;
    struct wire_node nodes[MAX_PARTS];
    struct wire_buffer buffers[MAX_PARTS];
    struct wire_batch batch;
    uint8_t body[BODY_MAX];
    size_t body_len;
    bool sentinels;
    bool fits;
    uint64_t *rows; /* borrowed; NULL: as many as the batch */
    uint64_t budget;
    struct schema *made;           /* owned */
    struct ipc_layout *layout;     /* owned */
    struct column *out[MAX_PARTS]; /* owned, each */
    struct err e;
};

static struct fixture *fixture_new(void)
{
    struct fixture *f = MEM_NEW(struct fixture);

    f->schema.fields = f->fields;
    f->schema.pairs = f->pairs;
    f->batch.nodes = f->nodes;
    f->batch.buffers = f->buffers;
    f->budget = BUDGET;
    return f;
}

static void fixture_free(struct fixture *f)
{
    for (size_t c = 0; c < MAX_PARTS; c++)
        column_free(f->out[c]);
    ipc_layout_free(f->layout);
    schema_free(f->made);
    free(f);
}

/* A top-level field; its children follow with child(). */
static struct wire_field *field(struct fixture *f, int type, int width)
{
    struct wire_field *w = &f->fields[f->schema.n_fields++];

    *w = (struct wire_field){.name = bytes_of("col"),
                             .type = type,
                             .bit_width = width,
                             .is_signed = true,
                             .first_pair = f->schema.n_pairs};
    f->schema.n_columns++;
    return w;
}

static struct wire_field *child(struct fixture *f, int type, int width)
{
    f->schema.n_columns--;
    return field(f, type, width);
}

/* Metadata of the field made last. */
static void meta(struct fixture *f, const char *key, const char *value)
{
    f->pairs[f->schema.n_pairs++] = (struct wire_pair){bytes_of(key), bytes_of(value)};
    f->fields[f->schema.n_fields - 1].n_pairs++;
}

static void node(struct fixture *f, int64_t length, int64_t nulls)
{
    f->nodes[f->batch.n_nodes++] = (struct wire_node){length, nulls};
}

static void buffer(struct fixture *f, const void *data, size_t n)
{
    f->buffers[f->batch.n_buffers++] =
        (struct wire_buffer){(int64_t)f->body_len, (int64_t)n};
    if (n)
        memcpy(f->body + f->body_len, data, n);
    f->body_len += (n + 7) / 8 * 8;
}

/* Node, no validity, then fixed-width data of n rows. */
static void plain(struct fixture *f, int64_t n, const void *data, size_t len)
{
    node(f, n, 0);
    buffer(f, NULL, 0);
    buffer(f, data, len);
}

static enum err_code decode_some(struct fixture *f, const char *columns)
{
    struct rowset *set = build_set(columns);
    struct ipc_wants wants = {set, f->rows, f->sentinels, &f->budget};
    struct bytes body = {mem_dup(f->body, f->body_len), f->body_len};
    enum err_code rc = ERR_OK;

    if (!f->layout)
        rc = ipc_schema_decode(&f->schema, &f->made, &f->layout, &f->e);
    if (rc == ERR_OK && f->fits)
        ipc_layout_fit(f->layout, &f->batch);
    if (rc == ERR_OK)
        rc = ipc_batch_decode(f->layout, &f->batch, body, &wants, f->out, &f->e);
    free((void *)(uintptr_t)body.data);
    rowset_free(set);
    return rc;
}

static enum err_code decode(struct fixture *f)
{
    char *all = mem_printf("0-%zu", f->schema.n_columns - 1);
    enum err_code rc = decode_some(f, all);

    free(all);
    return rc;
}

static void expect(struct fixture *f, size_t column, const char *want)
{
    char *got = text_of_column(f->out[column]);

    assert_string_equal(got, want);
    free(got);
}

static void expect_error(struct fixture *f, enum err_code code, const char *part)
{
    assert_int_equal(decode(f), code);
    if (!strstr(f->e.msg, part))
        fail_msg("\"%s\" does not say \"%s\"", f->e.msg, part);
    fixture_free(f);
}

static void integers_of_all_widths(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 2;
    field(f, WIRE_TYPE_INT, 8);
    plain(f, 2, (int8_t[]){-128, 5}, 2);
    field(f, WIRE_TYPE_INT, 16);
    plain(f, 2, (int16_t[]){INT16_MIN, 5}, 4);
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 2, (int32_t[]){INT32_MIN, 5}, 8);
    field(f, WIRE_TYPE_INT, 64);
    plain(f, 2, (int64_t[]){INT64_MIN, 5}, 16);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "-128,5");
    expect(f, 1, "-32768,5");
    expect(f, 2, "-2147483648,5");
    expect(f, 3, "-9223372036854775808,5");
    f->sentinels = true; /* the same bytes once more, now as nulls */
    assert_int_equal(decode(f), ERR_OK);
    for (size_t c = 0; c < 4; c++) {
        assert_int_equal(column_get(f->out[c], 2).state, VALUE_NULL);
        assert_int_equal(column_get(f->out[c], 3).i, 5);
    }
    assert_int_equal(column_type(f->out[0])->kind, KIND_BYTE);
    assert_int_equal(column_type(f->out[3])->kind, KIND_LONG);
    fixture_free(f);
}

static void unsigned_integers(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_INT, 16)->is_signed = false;
    plain(f, 1, (uint16_t[]){0xfffe}, 2);
    field(f, WIRE_TYPE_INT, 16)->is_signed = false;
    meta(f, "deephaven:type", "int");
    plain(f, 1, (uint16_t[]){0xffff}, 2);
    field(f, WIRE_TYPE_INT, 32)->is_signed = false;
    plain(f, 1, (uint32_t[]){UINT32_MAX}, 4);
    field(f, WIRE_TYPE_INT, 64)->is_signed = false;
    plain(f, 1, (uint64_t[]){UINT64_MAX}, 8);
    assert_int_equal(decode(f), ERR_OK);
    assert_int_equal(column_type(f->out[0])->kind, KIND_CHAR);
    assert_int_equal(column_type(f->out[1])->kind, KIND_LONG);
    expect(f, 1, "65535");
    expect(f, 2, "4294967295");
    struct value v = column_get(f->out[3], 0);
    assert_int_equal(v.type->kind, KIND_BIG_INTEGER);
    assert_int_equal(v.bytes.len, 9);
    assert_memory_equal(v.bytes.data, "\0\xff\xff\xff\xff\xff\xff\xff\xff", 9);
    fixture_free(f);
}

static void floats_and_their_nulls(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 2;
    f->sentinels = true;
    field(f, WIRE_TYPE_FLOAT, 16);
    plain(f, 2, (uint16_t[]){0x3c00, 0x8001}, 4);
    field(f, WIRE_TYPE_FLOAT, 32);
    plain(f, 2, (uint32_t[]){0xff7fffff, 0x3fc00000}, 8);
    field(f, WIRE_TYPE_FLOAT, 64);
    plain(f, 2, (uint64_t[]){0xffefffffffffffff, 0x4004000000000000}, 16);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "1,-5.9604644775390625e-08");
    expect(f, 1, "null,1.5");
    expect(f, 2, "null,2.5");
    fixture_free(f);
}

static void times_become_nanoseconds(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_TIMESTAMP, 0)->unit = 0;
    plain(f, 1, (int64_t[]){-3}, 8);
    field(f, WIRE_TYPE_TIME, 32)->unit = 1;
    plain(f, 1, (int32_t[]){7}, 4);
    field(f, WIRE_TYPE_DURATION, 0)->unit = 2;
    plain(f, 1, (int64_t[]){9}, 8);
    field(f, WIRE_TYPE_DATE, 0)->unit = 1;
    plain(f, 1, (int64_t[]){-86400001}, 8);
    field(f, WIRE_TYPE_DATE, 0)->unit = 0;
    plain(f, 1, (int32_t[]){19000}, 4);
    field(f, WIRE_TYPE_INTERVAL, 0)->unit = 0;
    plain(f, 1, (int32_t[]){14}, 4);
    field(f, WIRE_TYPE_INTERVAL, 0)->unit = 1;
    plain(f, 1, (int32_t[]){2, -1}, 8);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "-3000000000");
    expect(f, 1, "7000000");
    expect(f, 2, "9000");
    expect(f, 3, "-2");
    expect(f, 4, "19000");
    expect(f, 5, "14");
    struct value v = column_get(f->out[6], 0);
    assert_int_equal(bytes_u32(v.bytes.data + 4), 2);
    assert_int_equal((int64_t)bytes_u64(v.bytes.data + 8), -1000000);
    fixture_free(f);
}

static void decimals_carry_their_scale(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    uint8_t minus_two[16];

    memset(minus_two, 0xff, sizeof(minus_two));
    minus_two[0] = 0xfe;
    f->batch.length = 1;
    field(f, WIRE_TYPE_DECIMAL, 128)->scale = 3;
    plain(f, 1, minus_two, 16);
    field(f, WIRE_TYPE_DECIMAL, 64)->scale = -1;
    plain(f, 1, (int64_t[]){128}, 8);
    assert_int_equal(decode(f), ERR_OK);
    struct value v = column_get(f->out[0], 0);
    assert_int_equal(v.bytes.len, 5);
    assert_memory_equal(v.bytes.data, "\3\0\0\0\xfe", 5);
    v = column_get(f->out[1], 0);
    assert_int_equal(v.bytes.len, 6);
    assert_memory_equal(v.bytes.data, "\xff\xff\xff\xff\0\x80", 6);
    fixture_free(f);
}

static void text_and_validity(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 3;
    field(f, WIRE_TYPE_UTF8, 0);
    node(f, 3, 1);
    buffer(f, "\5\0\0\0\0\0\0\0", 8); /* rows 0 and 2 */
    buffer(f, (int32_t[]){0, 2, 2, 5}, 16);
    buffer(f, "abcde\0\0\0", 8);
    field(f, WIRE_TYPE_LARGE_UTF8, 0);
    node(f, 3, 0);
    buffer(f, NULL, 0);
    buffer(f, (int64_t[]){0, 1, 1, 3}, 32);
    buffer(f, "xyz", 3);
    field(f, WIRE_TYPE_BOOL, 0);
    plain(f, 3, "\2", 1);
    field(f, WIRE_TYPE_NULL, 0);
    node(f, 3, 3);
    field(f, WIRE_TYPE_FIXED_BINARY, 2);
    plain(f, 3, "aabbcc", 6);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "ab,null,cde");
    expect(f, 1, "x,,yz");
    expect(f, 2, "0,1,0");
    expect(f, 3, "null,null,null");
    assert_memory_equal(column_get(f->out[4], 1).bytes.data, "bb", 2);
    fixture_free(f);
}

static void lists_of_lists(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 2;
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    meta(f, "deephaven:type", "int[][]");
    node(f, 2, 0);
    buffer(f, NULL, 0);
    buffer(f, (int32_t[]){0, 2, 3}, 12);
    child(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    node(f, 3, 1);
    buffer(f, "\5", 1);
    buffer(f, (int32_t[]){0, 1, 1, 3}, 16);
    child(f, WIRE_TYPE_INT, 32);
    plain(f, 3, (int32_t[]){7, 8, 9}, 12);
    field(f, WIRE_TYPE_FIXED_LIST, 2)->n_children = 1;
    node(f, 2, 0);
    buffer(f, NULL, 0);
    child(f, WIRE_TYPE_INT, 8);
    plain(f, 4, (int8_t[]){1, 2, 3, 4}, 4);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "((7),null),((8,9))");
    expect(f, 1, "(1,2),(3,4)");
    assert_string_equal(f->made->columns[0].arrow_name, "List<List<Int32>>");
    fixture_free(f);
}

/* The column between two others, as the wire brings it: {1, 2, -1}, null, {}, {null}. */
static struct fixture *byte_array_sent_as_bytes(void)
{
    static const int8_t first[] = {1, 2, 3, 4}, last[] = {5, 6, 7, 8};
    static const int32_t offsets[] = {0, 3, 3, 3, 4};
    static const uint8_t valid[] = {0x0d};
    static const int8_t bytes[] = {1, 2, -1, -128};
    struct fixture *f = fixture_new();

    f->sentinels = true;
    (void)field(f, WIRE_TYPE_INT, 8);
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    meta(f, "deephaven:type", "byte[]");
    (void)child(f, WIRE_TYPE_INT, 8);
    (void)field(f, WIRE_TYPE_INT, 8);
    f->batch.length = 4;
    plain(f, 4, first, sizeof(first));
    node(f, 4, 1);
    buffer(f, valid, sizeof(valid));
    buffer(f, offsets, sizeof(offsets));
    buffer(f, bytes, sizeof(bytes));
    plain(f, 4, last, sizeof(last));
    return f;
}

static void byte_arrays_of_older_servers_are_lists_all_the_same(void **state)
{
    struct fixture *f = byte_array_sent_as_bytes();

    (void)state;
    f->fits = true;
    for (int batch = 0; batch < 2; batch++)
        assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "1,2,3,4,1,2,3,4");
    expect(f, 2, "5,6,7,8,5,6,7,8");
    expect(f, 1, "(1,2,-1),null,(),(null),(1,2,-1),null,(),(null)");
    fixture_free(f);
}

static void one_node_less_is_no_excuse_for_other_columns(void **state)
{
    struct fixture *f = byte_array_sent_as_bytes();

    (void)state;
    f->fits = true;
    f->pairs[0].value = bytes_of("java.lang.Byte[]");
    assert_int_equal(decode(f), ERR_PROTO);
    fixture_free(f);
}

static void children_of_big_number_lists_are_big_numbers(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    meta(f, "deephaven:componentType", "java.math.BigInteger");
    node(f, 1, 0);
    buffer(f, NULL, 0);
    buffer(f, (int32_t[]){0, 1}, 8);
    child(f, WIRE_TYPE_BINARY, 0);
    node(f, 1, 0);
    buffer(f, NULL, 0);
    buffer(f, (int32_t[]){0, 2}, 8);
    buffer(f, "\0\x80", 2);
    assert_int_equal(decode(f), ERR_OK);
    assert_int_equal(column_type(f->out[0])->item->kind, KIND_BIG_INTEGER);
    fixture_free(f);
}

/* Struct and union before a column that must stay readable. */
static void unreadable_columns_do_not_move_their_neighbours(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_STRUCT, 0)->n_children = 2;
    node(f, 1, 0);
    buffer(f, NULL, 0);
    child(f, WIRE_TYPE_UTF8, 0);
    node(f, 1, 0);
    for (int i = 0; i < 3; i++)
        buffer(f, "12345678", 8);
    child(f, WIRE_TYPE_INT, 32);
    plain(f, 1, "1234", 4);
    field(f, WIRE_TYPE_UNION, 0)->n_children = 1;
    f->fields[f->schema.n_fields - 1].unit = 1;
    node(f, 1, 0);
    buffer(f, "\0", 1);
    buffer(f, "\0\0\0\0", 4);
    child(f, WIRE_TYPE_NULL, 0);
    node(f, 1, 1);
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 1, (int32_t[]){42}, 4);
    assert_int_equal(decode(f), ERR_OK);
    for (size_t c = 0; c < 2; c++) {
        assert_int_equal(column_type(f->out[c])->kind, KIND_UNKNOWN);
        assert_int_equal(column_get(f->out[c], 0).state, VALUE_SET);
    }
    expect(f, 2, "42");
    fixture_free(f);
}

static void encodings_not_asked_for_are_refused_by_name(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct wire_field *d;

    field(f, WIRE_TYPE_INT, 32);
    d = field(f, WIRE_TYPE_LIST, 0);
    d->name = bytes_of("Sym");
    d->n_children = 1;
    child(f, WIRE_TYPE_UTF8, 0)->dictionary = true;
    expect_error(f, ERR_PROTO, "column Sym is dictionary-encoded");
    f = fixture_new();
    d = field(f, WIRE_TYPE_RUN_END, 0);
    d->name = bytes_of("Runs");
    d->n_children = 2;
    child(f, WIRE_TYPE_INT, 16);
    child(f, WIRE_TYPE_BOOL, 0);
    expect_error(f, ERR_PROTO, "column Runs is run-end encoded");
}

static void one_type_of_the_future_is_counted_out(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 1, (int32_t[]){1}, 4);
    field(f, 99, 0);
    node(f, 1, 0);
    for (int i = 0; i < 5; i++)
        buffer(f, "12345678", 8);
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 1, (int32_t[]){2}, 4);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "1");
    assert_int_equal(column_type(f->out[1])->kind, KIND_UNKNOWN);
    assert_string_equal(f->made->columns[1].arrow_name, "Arrow type 99");
    expect(f, 2, "2");
    fixture_free(f);
}

static void two_types_of_the_future_are_named(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    field(f, 99, 0)->name = bytes_of("first");
    field(f, WIRE_TYPE_UTF8_VIEW, 0)->name = bytes_of("second");
    expect_error(f, ERR_PROTO, "first, second");
}

static void foreign_data_is_skipped_by_index(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_UTF8, 0);
    node(f, 77, 0); /* another subscriber's rows, and nonsense at that */
    buffer(f, "1", 1);
    buffer(f, "2", 1);
    buffer(f, "3", 1);
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 1, (int32_t[]){5}, 4);
    assert_int_equal(decode_some(f, "1"), ERR_OK);
    assert_null(f->out[0]);
    expect(f, 1, "5");
    fixture_free(f);
}

static void modified_columns_have_their_own_lengths(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    uint64_t rows[] = {2, 0, 1};

    f->batch.length = 3;
    f->rows = rows;
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 3, (int32_t[]){1, 2, 3}, 12); /* only two of them are due */
    field(f, WIRE_TYPE_UTF8, 0);
    node(f, 0, 0);
    for (int i = 0; i < 3; i++)
        buffer(f, NULL, 0);
    field(f, WIRE_TYPE_INT, 32);
    plain(f, 1, (int32_t[]){4}, 4);
    assert_int_equal(decode(f), ERR_OK);
    expect(f, 0, "1,2");
    expect(f, 1, "");
    expect(f, 2, "4");
    fixture_free(f);
}

static struct fixture *one_text_row(void)
{
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_UTF8, 0);
    node(f, 1, 0);
    buffer(f, NULL, 0);
    buffer(f, (int32_t[]){0, 3}, 8);
    buffer(f, "abc", 3);
    return f;
}

static void buffers_outside_the_body_are_refused(void **state)
{
    static const struct wire_buffer bad[] = {
        {-8, 8}, {0, -1}, {0, 17}, {INT64_MAX, 8}, {8, INT64_MAX}, {16, 8}, {9, 8}};
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fixture *f = one_text_row();

        f->body_len = 16;
        f->buffers[1] = bad[i];
        expect_error(f, ERR_PROTO, "body of 16");
    }
}

static void offsets_must_ascend_within_the_data(void **state)
{
    static const int32_t bad[][2] = {{-1, 3}, {3, 2}, {0, 4}, {0, INT32_MAX}, {4, 4}};
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fixture *f = one_text_row();

        memcpy(f->body, bad[i], 8);
        expect_error(f, ERR_PROTO, "spans");
    }
}

/* So columns do not share the bytes of their values, or a small body could fill any memory.
 */
static void buffers_begin_at_multiples_of_8_one_behind_the_other(void **state)
{
    static const struct wire_buffer bad[][2] = {
        {{3, 8}, {16, 3}},                   /* not at a multiple */
        {{0, 8}, {12, 3}}, {{8, 8}, {8, 3}}, /* in the one before */
        {{0, 9}, {8, 3}},  {{8, 8}, {0, 3}}, /* before it */
    };
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fixture *f = one_text_row();

        f->body_len = 24;
        memcpy(f->buffers + 1, bad[i], sizeof(bad[i]));
        expect_error(f, ERR_PROTO, "expected a multiple of 8 from");
    }
}

/* The offsets go back at a null row, where nobody reads them. */
static void texts_behind_a_null_row_do_not_have_its_bytes_again(void **state)
{
    static const uint8_t valid = 5; /* but for row 1 */
    struct fixture *f = fixture_new();
    char text[64] = {0};
    (void)state;

    f->batch.length = 3;
    field(f, WIRE_TYPE_UTF8, 0);
    node(f, 3, 1);
    buffer(f, &valid, 1);
    buffer(f, (int32_t[]){0, 64, 0, 64}, 16);
    buffer(f, text, sizeof(text));
    expect_error(f, ERR_PROTO, "value of 64 bytes where 24 of the body's 88 are left");
}

/* Two lists of the same item. */
static void lists_behind_a_null_row_do_not_have_its_items_again(void **state)
{
    static const uint8_t valid = 5;
    struct fixture *f = fixture_new();
    char item[64] = {0};
    (void)state;

    f->batch.length = 3;
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    (void)child(f, WIRE_TYPE_FIXED_BINARY, sizeof(item));
    node(f, 3, 1);
    buffer(f, &valid, 1);
    buffer(f, (int32_t[]){0, 1, 0, 1}, 16);
    node(f, 1, 0);
    buffer(f, NULL, 0);
    buffer(f, item, sizeof(item));
    expect_error(f, ERR_PROTO, "value of 64 bytes where 24 of the body's 88 are left");
}

static void where_an_empty_buffer_lies_does_not_matter(void **state)
{
    struct fixture *f = one_text_row();
    (void)state;

    f->buffers[0] = (struct wire_buffer){INT64_MAX, 0};
    assert_int_equal(decode(f), ERR_OK);
    fixture_free(f);
}

static void lengths_beyond_the_buffers_are_refused(void **state)
{
    (void)state;
    struct fixture *f = one_text_row();
    f->nodes[0].length = f->batch.length = 2; /* needs three offsets */
    expect_error(f, ERR_PROTO, "8 bytes for 3 values");

    f = fixture_new();
    f->batch.length = INT64_MAX;
    field(f, WIRE_TYPE_INT, 64);
    plain(f, INT64_MAX, "12345678", 8);
    expect_error(f, ERR_PROTO, "8 bytes for");

    f = fixture_new();
    f->batch.length = 9;
    field(f, WIRE_TYPE_BOOL, 0);
    plain(f, 9, "1", 1);
    expect_error(f, ERR_PROTO, "booleans");

    f = fixture_new();
    f->batch.length = 9;
    field(f, WIRE_TYPE_INT, 8);
    node(f, 9, 1);
    buffer(f, "1", 1);
    buffer(f, "123456789", 9);
    expect_error(f, ERR_PROTO, "validity");
}

static void counts_must_match_the_schema(void **state)
{
    (void)state;
    struct fixture *f = one_text_row();
    f->batch.n_nodes = 2;
    expect_error(f, ERR_PROTO, "2 nodes");

    f = one_text_row();
    f->batch.n_buffers = 2;
    expect_error(f, ERR_PROTO, "2 buffers");

    f = one_text_row();
    f->nodes[0].null_count = 2;
    expect_error(f, ERR_PROTO, "null");

    f = one_text_row();
    f->nodes[0].null_count = 1;
    expect_error(f, ERR_PROTO, "no validity");

    f = one_text_row();
    f->batch.length = 2;
    expect_error(f, ERR_PROTO, "1 rows in a batch of 2");

    f = one_text_row();
    f->batch.compressed = true;
    expect_error(f, ERR_PROTO, "not asked for");
}

/* Values without bytes cost the sender nothing: they are bounded all the same. */
static void claims_without_bytes_are_bounded(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    node(f, 1, 0);
    buffer(f, NULL, 0);
    buffer(f, (int32_t[]){0, INT32_MAX}, 8);
    child(f, WIRE_TYPE_NULL, 0);
    node(f, INT32_MAX, INT32_MAX);
    f->budget = UINT64_MAX;
    expect_error(f, ERR_LIMIT, "accepted");

    f = fixture_new();
    f->batch.length = BUDGET + 1;
    field(f, WIRE_TYPE_NULL, 0);
    node(f, BUDGET + 1, 0);
    expect_error(f, ERR_LIMIT, "accepted");

    f = fixture_new();
    f->batch.length = 1;
    field(f, WIRE_TYPE_FIXED_LIST, INT32_MAX)->n_children = 1;
    node(f, 1, 0);
    buffer(f, NULL, 0);
    child(f, WIRE_TYPE_FIXED_BINARY, 0);
    plain(f, INT32_MAX, NULL, 0);
    f->budget = UINT64_MAX;
    expect_error(f, ERR_LIMIT, "accepted");
}

static void times_that_overflow_are_refused(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, WIRE_TYPE_TIMESTAMP, 0)->unit = 0;
    plain(f, 1, (int64_t[]){INT64_MAX / 1000}, 8);
    expect_error(f, ERR_PROTO, "nanoseconds");
}

static void metadata_becomes_the_schema(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct wire_pair table[] = {
        {bytes_of("deephaven:attribute.BlinkTable"), bytes_of("true")},
        {bytes_of("deephaven:attribute_type.BlinkTable"), bytes_of("java.lang.Boolean")},
        {bytes_of("deephaven:unsent.attribute.InputTable"), bytes_of("")},
        {bytes_of("deephaven:attribute.TableDescription"), bytes_of("words")}};

    f->schema.table_pairs = table;
    f->schema.n_table_pairs = 4;
    field(f, WIRE_TYPE_INT, 64);
    meta(f, "deephaven:type", "long");
    meta(f, "deephaven:isStyle", "true");
    meta(f, "deephaven:styleColumn", "other");
    meta(f, "deephaven:inputtable.isKey", "true");
    plain(f, 0, NULL, 0);
    assert_int_equal(decode(f), ERR_OK);
    assert_true(f->made->is_blink && f->made->is_input && !f->made->is_append_only);
    assert_int_equal(f->made->n_attributes, 2);
    assert_string_equal(schema_attribute(f->made, "TableDescription"), "words");
    const struct schema_column *c = &f->made->columns[0];
    assert_string_equal(c->java_type, "long");
    assert_true(c->is_format && c->is_key && !c->is_row_style);
    assert_string_equal(c->style_column, "other");
    assert_null(c->date_format_column);
    fixture_free(f);
}

static void schemas_that_end_early_are_refused(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    expect_error(f, ERR_PROTO, "ends inside");

    f = fixture_new();
    field(f, WIRE_TYPE_STRUCT, 0)->n_children = 3;
    expect_error(f, ERR_PROTO, "ends inside");

    f = fixture_new();
    field(f, WIRE_TYPE_INT, 32);
    field(f, WIRE_TYPE_INT, 32);
    f->schema.n_columns = 1;
    expect_error(f, ERR_PROTO, "outside");
}

/* Types that the schema's reader could let through, each with a number out of its range. */
static void types_out_of_range_are_shown_as_unknown(void **state)
{
    static const struct {
        int type, width, unit;
        const char *name;
    } odd[] = {
        {WIRE_TYPE_DATE, 0, 2, "Date(?)"},
        {WIRE_TYPE_INTERVAL, 0, 3, "Interval(?)"},
        {WIRE_TYPE_TIMESTAMP, 0, 4, "Timestamp(?)"},
        {WIRE_TYPE_TIMESTAMP, 0, -1, "Timestamp(?)"},
        {WIRE_TYPE_TIME, 16, 3, "Time(ns)"},
        {WIRE_TYPE_INT, 24, 0, "Int24"},
        {WIRE_TYPE_FLOAT, 80, 0, "Float80"},
        {WIRE_TYPE_DECIMAL, 24, 0, "Decimal24"},
        {WIRE_TYPE_FIXED_BINARY, -1, 0, "FixedSizeBinary"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct fixture *f = fixture_new();

        f->batch.length = 1;
        field(f, odd[i].type, odd[i].width)->unit = odd[i].unit;
        plain(f, 1, (uint8_t[]){0}, 1);
        field(f, WIRE_TYPE_INT, 8);
        plain(f, 1, (uint8_t[]){7}, 1);
        assert_int_equal(decode(f), ERR_OK);
        assert_int_equal(column_type(f->out[0])->kind, KIND_UNKNOWN);
        assert_string_equal(f->made->columns[0].arrow_name, odd[i].name);
        expect(f, 1, "7");
        fixture_free(f);
    }
}

static void schemas_that_end_too_early_are_refused(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();

    field(f, WIRE_TYPE_STRUCT, 0)->n_children = 2;
    child(f, WIRE_TYPE_INT, 8);
    expect_error(f, ERR_PROTO, "ends inside");

    f = fixture_new();
    f->schema.n_columns = 1; /* and no field */
    expect_error(f, ERR_PROTO, "fewer fields");

    f = fixture_new();
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    child(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    expect_error(f, ERR_PROTO, "ends inside");
}

static void formats_of_all_kinds_are_hidden(void **state)
{
    static const char *const keys[] = {"deephaven:isRowStyle", "deephaven:isStyle",
                                       "deephaven:isNumberFormat",
                                       "deephaven:isDateFormat"};
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        field(f, WIRE_TYPE_INT, 16)->is_signed = i > 0;
        if (i == 0)
            meta(f, "deephaven:type", "java.lang.Character");
        meta(f, keys[i], "true");
        plain(f, 0, NULL, 0);
    }
    field(f, WIRE_TYPE_INT, 16);
    meta(f, keys[1], "false");
    plain(f, 0, NULL, 0);
    assert_int_equal(decode(f), ERR_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(f->made->columns[i].is_format);
    assert_true(f->made->columns[0].is_row_style);
    assert_int_equal(f->made->columns[0].type->kind, KIND_CHAR);
    assert_false(f->made->columns[4].is_format);
    fixture_free(f);
}

/* One column of one type and one row, its node as given. */
static struct fixture *one(int type, int width, int64_t length, int64_t nulls)
{
    struct fixture *f = fixture_new();

    f->batch.length = 1;
    field(f, type, width);
    node(f, length, nulls);
    buffer(f, NULL, 0);
    return f;
}

static void nodes_and_batches_with_impossible_counts_are_refused(void **state)
{
    struct fixture *f = one(WIRE_TYPE_INT, 8, -1, 0);

    (void)state;
    buffer(f, "", 1);
    expect_error(f, ERR_PROTO, "node of -1 rows");
    f = one(WIRE_TYPE_INT, 8, 1, -1);
    buffer(f, "", 1);
    expect_error(f, ERR_PROTO, "-1 of them null");
    f = one(WIRE_TYPE_INT, 8, 1, 2);
    buffer(f, "", 1);
    expect_error(f, ERR_PROTO, "2 of them null");
    f = one(WIRE_TYPE_UTF8, 0, INT64_MAX, 0);
    buffer(f, "", 1);
    buffer(f, "", 1);
    expect_error(f, ERR_PROTO, "node of 9223372036854775807 rows");
    f = one(WIRE_TYPE_INT, 8, 1, 0);
    buffer(f, "", 1);
    f->batch.length = -1;
    expect_error(f, ERR_PROTO, "record batch of -1 rows");
}

static void half_floats_may_be_infinite_or_no_number(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->batch.length = 3;
    field(f, WIRE_TYPE_FLOAT, 16);
    plain(f, 3, (uint16_t[]){0x7c00, 0xfc00, 0x7e00}, 6);
    assert_int_equal(decode(f), ERR_OK);
    assert_true(column_get(f->out[0], 0).d > 1e300);
    assert_true(column_get(f->out[0], 1).d < -1e300);
    double none = column_get(f->out[0], 2).d;
    assert_true(none < 0 ? false : !(none >= 0)); /* neither below nor above */
    fixture_free(f);
}

static void lists_of_a_fixed_size_must_lie_within_their_items(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->batch.length = 2;
    field(f, WIRE_TYPE_FIXED_LIST, 2)->n_children = 1;
    node(f, 2, 0);
    buffer(f, NULL, 0);
    child(f, WIRE_TYPE_INT, 8);
    plain(f, 3, (int8_t[]){1, 2, 3}, 3);
    expect_error(f, ERR_PROTO, "row 1 lies behind 3 items");
}

/* Items are counted for what a list may grow to, so few of them reach the limit. */
static void lists_beyond_the_budget_are_refused(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->budget = 7;
    f->batch.length = 2;
    field(f, WIRE_TYPE_LIST, 0)->n_children = 1;
    plain(f, 2, (int32_t[]){0, 0, 0}, 12);
    child(f, WIRE_TYPE_INT, 8);
    plain(f, 0, NULL, 0);
    expect_error(f, ERR_LIMIT, "2 values where 1 are accepted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_of_all_widths),
        cmocka_unit_test(unsigned_integers),
        cmocka_unit_test(floats_and_their_nulls),
        cmocka_unit_test(times_become_nanoseconds),
        cmocka_unit_test(decimals_carry_their_scale),
        cmocka_unit_test(text_and_validity),
        cmocka_unit_test(lists_of_lists),
        cmocka_unit_test(byte_arrays_of_older_servers_are_lists_all_the_same),
        cmocka_unit_test(one_node_less_is_no_excuse_for_other_columns),
        cmocka_unit_test(children_of_big_number_lists_are_big_numbers),
        cmocka_unit_test(unreadable_columns_do_not_move_their_neighbours),
        cmocka_unit_test(encodings_not_asked_for_are_refused_by_name),
        cmocka_unit_test(one_type_of_the_future_is_counted_out),
        cmocka_unit_test(two_types_of_the_future_are_named),
        cmocka_unit_test(foreign_data_is_skipped_by_index),
        cmocka_unit_test(modified_columns_have_their_own_lengths),
        cmocka_unit_test(buffers_outside_the_body_are_refused),
        cmocka_unit_test(offsets_must_ascend_within_the_data),
        cmocka_unit_test(buffers_begin_at_multiples_of_8_one_behind_the_other),
        cmocka_unit_test(texts_behind_a_null_row_do_not_have_its_bytes_again),
        cmocka_unit_test(lists_behind_a_null_row_do_not_have_its_items_again),
        cmocka_unit_test(where_an_empty_buffer_lies_does_not_matter),
        cmocka_unit_test(lengths_beyond_the_buffers_are_refused),
        cmocka_unit_test(counts_must_match_the_schema),
        cmocka_unit_test(claims_without_bytes_are_bounded),
        cmocka_unit_test(times_that_overflow_are_refused),
        cmocka_unit_test(metadata_becomes_the_schema),
        cmocka_unit_test(schemas_that_end_early_are_refused),
        cmocka_unit_test(types_out_of_range_are_shown_as_unknown),
        cmocka_unit_test(schemas_that_end_too_early_are_refused),
        cmocka_unit_test(formats_of_all_kinds_are_hidden),
        cmocka_unit_test(nodes_and_batches_with_impossible_counts_are_refused),
        cmocka_unit_test(half_floats_may_be_infinite_or_no_number),
        cmocka_unit_test(lists_of_a_fixed_size_must_lie_within_their_items),
        cmocka_unit_test(lists_beyond_the_budget_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
