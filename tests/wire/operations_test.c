/*
 * Operations on tables as messages: what a client writes, a server reads as the same,
 * whatever the operation; what cannot be written, or is cut, is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/wire/operations.h"
#include "client/wire/partitions.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ENOUGH ((size_t)1 << 20)

static struct bytes names[] = {{(const uint8_t *)"A", 1}, {(const uint8_t *)"Bc", 2}};

static const struct wire_literal literals[] = {
    {.kind = WIRE_LITERAL_LONG, .number = INT64_MIN},
    {.kind = WIRE_LITERAL_TIME, .number = -1},
    {.kind = WIRE_LITERAL_DOUBLE, .real = 0.1},
    {.kind = WIRE_LITERAL_BOOL, .truth = true},
    {.kind = WIRE_LITERAL_TEXT, .text = {(const uint8_t *)"\"x\"", 3}},
};

static const struct wire_condition leaves[] = {
    {.kind = WIRE_CONDITION_COMPARE,
     .comparison = WIRE_GREATER_EQUAL,
     .columns = names,
     .n_columns = 1,
     .literals = &literals[4],
     .n_literals = 1},
    {.kind = WIRE_CONDITION_IN,
     .inverted = true,
     .ignores_case = true,
     .columns = names,
     .n_columns = 1,
     .literals = literals,
     .n_literals = COUNT(literals)},
    {.kind = WIRE_CONDITION_IS_NULL, .columns = &names[1], .n_columns = 1},
    {.kind = WIRE_CONDITION_INVOKE,
     .columns = names,
     .n_columns = 1,
     .text = {(const uint8_t *)"isNaN", 5}},
    {.kind = WIRE_CONDITION_MATCHES,
     .ignores_case = true,
     .columns = names,
     .n_columns = 1,
     .text = {(const uint8_t *)".*", 2}},
    {.kind = WIRE_CONDITION_CONTAINS,
     .inverted = true,
     .columns = names,
     .n_columns = 1,
     .text = {(const uint8_t *)"p", 1}},
    {.kind = WIRE_CONDITION_SEARCH,
     .columns = names,
     .n_columns = 2,
     .text = {(const uint8_t *)"q", 1}},
};

static const struct wire_condition inverse = {
    .kind = WIRE_CONDITION_NOT, .children = &leaves[2], .n_children = 1};

static const struct wire_condition trees[] = {
    {.kind = WIRE_CONDITION_ALL, .children = leaves, .n_children = COUNT(leaves)},
    {.kind = WIRE_CONDITION_ANY, .children = &inverse, .n_children = 1},
    {.kind = WIRE_CONDITION_ALL},
};

static const struct wire_sort sorts[] = {
    {.column = {(const uint8_t *)"A", 1}, .direction = WIRE_DESCENDING, .absolute = true},
    {.column = {(const uint8_t *)"Bc", 2}, .direction = WIRE_ASCENDING},
    {.direction = WIRE_REVERSE},
};

static const struct wire_aggregation aggregations[] = {
    {.kind = WIRE_AGG_SUM, .texts = names, .n_texts = 2},
    {.kind = WIRE_AGG_ABS_SUM, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_MIN, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_MAX, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_VAR, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_AVG, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_MEDIAN, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_STD, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_FIRST, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_LAST, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_GROUP, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_COUNT_DISTINCT, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_DISTINCT, .with_nulls = true, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_UNIQUE, .texts = names, .n_texts = 1},
    {.kind = WIRE_AGG_COUNT, .texts = names, .n_texts = 1},
};

#define TEXTS .texts = names, .n_texts = 2
#define BEHIND(i) .source.offset = (i), .limit = -1

static const struct wire_op chain[] = {
    {.kind = WIRE_OP_FETCH,
     .source.ticket = {(const uint8_t *)"s/t", 3},
     .result = {(const uint8_t *)"e1234", 5},
     .limit = -1},
    {.kind = WIRE_OP_FILTER, BEHIND(0), .conditions = trees, .n_conditions = COUNT(trees)},
    {.kind = WIRE_OP_WHERE, BEHIND(1), TEXTS},
    {.kind = WIRE_OP_SORT, BEHIND(2), .sorts = sorts, .n_sorts = COUNT(sorts)},
    {.kind = WIRE_OP_DISTINCT, BEHIND(3), TEXTS},
    {.kind = WIRE_OP_AGGREGATE,
     BEHIND(4),
     TEXTS,
     .aggregations = aggregations,
     .n_aggregations = COUNT(aggregations),
     .preserve_empty = true},
    {.kind = WIRE_OP_UPDATE_VIEW, BEHIND(5), TEXTS},
    {.kind = WIRE_OP_DROP, BEHIND(6), TEXTS},
    {.kind = WIRE_OP_VIEW, BEHIND(7), TEXTS},
    {.kind = WIRE_OP_HEAD, BEHIND(8), .first = INT64_MAX},
    {.kind = WIRE_OP_TAIL, BEHIND(9), .first = 0},
    {.kind = WIRE_OP_SLICE, BEHIND(10), .first = -2, .last = INT64_MIN},
    {.kind = WIRE_OP_SNAPSHOT, BEHIND(11)},
    {.kind = WIRE_OP_PREVIEW, BEHIND(12), TEXTS},
    {.kind = WIRE_OP_STATISTICS,
     .source.offset = 13,
     .texts = names,
     .n_texts = 1,
     .limit = 0,
     .result = {(const uint8_t *)"e5678", 5}},
};

static void same_texts(const struct bytes *a, size_t n_a, const struct bytes *b, size_t n_b)
{
    assert_int_equal(n_a, n_b);
    for (size_t i = 0; i < n_a; i++)
        assert_true(bytes_equal(a[i], b[i]));
}

static void same_literal(const struct wire_literal *a, const struct wire_literal *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_true(bytes_equal(a->text, b->text));
    assert_true(a->real == b->real);
    assert_true(a->number == b->number);
    assert_int_equal(a->truth, b->truth);
}

static void same_condition(const struct wire_condition *a, const struct wire_condition *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->comparison, b->comparison);
    assert_int_equal(a->ignores_case, b->ignores_case);
    assert_int_equal(a->inverted, b->inverted);
    assert_true(bytes_equal(a->text, b->text));
    same_texts(a->columns, a->n_columns, b->columns, b->n_columns);
    assert_int_equal(a->n_literals, b->n_literals);
    for (size_t i = 0; i < a->n_literals; i++)
        same_literal(&a->literals[i], &b->literals[i]);
    assert_int_equal(a->n_children, b->n_children);
    for (size_t i = 0; i < a->n_children; i++)
        same_condition(&a->children[i], &b->children[i]);
}

static void same_sort(const struct wire_sort *a, const struct wire_sort *b)
{
    assert_true(bytes_equal(a->column, b->column));
    assert_int_equal(a->direction, b->direction);
    assert_int_equal(a->absolute, b->absolute);
}

static void same_aggregation(const struct wire_aggregation *a,
                             const struct wire_aggregation *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->with_nulls, b->with_nulls);
    same_texts(a->texts, a->n_texts, b->texts, b->n_texts);
}

static void same_op(const struct wire_op *a, const struct wire_op *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_true(bytes_equal(a->source.ticket, b->source.ticket));
    if (a->source.ticket.len == 0)
        assert_int_equal(a->source.offset, b->source.offset);
    assert_true(bytes_equal(a->result, b->result));
    same_texts(a->texts, a->n_texts, b->texts, b->n_texts);
    assert_int_equal(a->n_conditions, b->n_conditions);
    for (size_t i = 0; i < a->n_conditions; i++)
        same_condition(&a->conditions[i], &b->conditions[i]);
    assert_int_equal(a->n_sorts, b->n_sorts);
    for (size_t i = 0; i < a->n_sorts; i++)
        same_sort(&a->sorts[i], &b->sorts[i]);
    assert_int_equal(a->n_aggregations, b->n_aggregations);
    for (size_t i = 0; i < a->n_aggregations; i++)
        same_aggregation(&a->aggregations[i], &b->aggregations[i]);
    assert_true(a->first == b->first);
    assert_true(a->last == b->last);
    assert_int_equal(a->preserve_empty, b->preserve_empty);
    assert_int_equal(a->limit, b->limit);
}

static void a_batch_is_read_as_it_was_written(void **state)
{
    struct wire_operations read;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, ENOUGH);
    assert_int_equal(wire_batch_request_encode(chain, COUNT(chain), &out, &e), ERR_OK);
    assert_int_equal(wire_batch_request_decode(buf_bytes(&out), &read, &e), ERR_OK);
    assert_int_equal(read.n, COUNT(chain));
    for (size_t i = 0; i < read.n; i++)
        same_op(&chain[i], &read.ops[i]);
    wire_operations_release(&read);
    buf_release(&out);
}

static void an_operation_alone_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(chain); i++) {
        struct wire_operations read;
        struct buf out;
        struct err e;

        buf_init(&out, ENOUGH);
        assert_int_equal(wire_op_encode(&chain[i], &out, &e), ERR_OK);
        assert_int_equal(wire_op_decode(chain[i].kind, buf_bytes(&out), &read, &e), ERR_OK);
        assert_int_equal(read.n, 1);
        same_op(&chain[i], read.ops);
        wire_operations_release(&read);
        buf_release(&out);
    }
}

static void a_batch_that_is_cut_is_read_without_harm(void **state)
{
    struct wire_operations read;
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, ENOUGH);
    assert_int_equal(wire_batch_request_encode(chain, COUNT(chain), &out, &e), ERR_OK);
    for (size_t n = 0; n < out.len; n++) {
        struct bytes cut = {out.data, n};
        enum err_code rc = wire_batch_request_decode(cut, &read, &e);

        assert_true(rc == ERR_OK || rc == ERR_PROTO);
        wire_operations_release(&read);
    }
    buf_release(&out);
}

static void what_is_no_operation_is_not_written(void **state)
{
    static const struct wire_condition no_kind = {0},
                                       no_column = {.kind = WIRE_CONDITION_IN};
    static const struct wire_aggregation nothing = {.kind = WIRE_AGG_SUM};
    const struct wire_op wrong[] = {
        {.kind = WIRE_OP_NONE},
        {.kind = WIRE_OP_FILTER, .conditions = &no_kind, .n_conditions = 1},
        {.kind = WIRE_OP_FILTER, .conditions = &no_column, .n_conditions = 1},
        {.kind = WIRE_OP_AGGREGATE, .aggregations = &nothing, .n_aggregations = 1},
        {.kind = WIRE_OP_STATISTICS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct buf out;
        struct err e;

        buf_init(&out, ENOUGH);
        assert_int_equal(wire_batch_request_encode(&wrong[i], 1, &out, &e), ERR_PROTO);
        assert_int_equal(out.len, 0);
        buf_release(&out);
    }
}

static void conditions_nested_too_deeply_are_not_written(void **state)
{
    struct wire_condition nest[WIRE_MAX_DEPTH + 1];
    struct wire_op op = {.kind = WIRE_OP_FILTER, .conditions = nest, .n_conditions = 1};
    struct buf out;
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(nest); i++)
        nest[i] = (struct wire_condition){
            .kind = WIRE_CONDITION_NOT, .children = &nest[i + 1], .n_children = 1};
    nest[WIRE_MAX_DEPTH] = leaves[2];
    buf_init(&out, ENOUGH);
    assert_int_equal(wire_batch_request_encode(&op, 1, &out, &e), ERR_LIMIT);
    op.conditions = &nest[1];
    assert_int_equal(wire_batch_request_encode(&op, 1, &out, &e), ERR_OK);
    buf_release(&out);
}

static enum err_code read_row(int64_t row, int64_t *read)
{
    enum err_code rc;
    struct buf out;
    struct err e;

    buf_init(&out, ENOUGH);
    assert_int_equal(wire_seek_reply_encode(row, &out, &e), ERR_OK);
    rc = wire_seek_reply_decode(buf_bytes(&out), read, &e);
    buf_release(&out);
    return rc;
}

static void a_row_that_no_table_can_have_is_not_read(void **state)
{
    static const int64_t rows[] = {-1, 0, INT64_MAX - 1};
    int64_t row;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(read_row(rows[i], &row), ERR_OK);
        assert_int_equal(row, rows[i]);
    }
    assert_int_equal(read_row(-2, &row), ERR_PROTO);
    assert_int_equal(read_row(INT64_MIN, &row), ERR_PROTO);
    assert_int_equal(read_row(INT64_MAX, &row), ERR_PROTO);
}

/* --- input tables --- */

/* A field of protobuf that has a length. */
static struct bytes put_part(struct buf *out, int number, struct bytes part)
{
    uint8_t head[] = {(uint8_t)(number << 3 | 2), (uint8_t)part.len};

    assert_true(part.len < 128);
    buf_clear(out);
    buf_append_fitting(out, head, sizeof(head));
    buf_append_fitting(out, part.data, part.len);
    return buf_bytes(out);
}

/* protocol: google.rpc.Status with one detail. */
static void put_status(const char *type, struct buf *out)
{
    static const uint8_t error[] = "\x0a\x08too high\x10\x01\x1a\x05Price";
    struct buf list, any;

    buf_init(&list, ENOUGH);
    buf_init(&any, ENOUGH);
    (void)put_part(&list, 1, (struct bytes){error, sizeof(error) - 1});
    (void)put_part(out, 2, buf_bytes(&list)); /* the value, then the type before it */
    (void)put_part(&list, 1, bytes_of(type));
    buf_append_fitting(&list, out->data, out->len);
    (void)put_part(&any, 3, buf_bytes(&list));
    buf_clear(out);
    buf_append_fitting(out,
                       "\x08\x03\x12\x03"
                       "bad",
                       7);
    buf_append_fitting(out, any.data, any.len);
    buf_release(&list);
    buf_release(&any);
}

static void the_first_error_of_a_validation_is_read(void **state)
{
    struct wire_input_error found;
    struct buf status;
    struct err e;

    (void)state;
    buf_init(&status, ENOUGH);
    put_status("t/io.x.InputTableValidationErrorList", &status);
    assert_int_equal(wire_input_error_decode(buf_bytes(&status), &found, &e), ERR_OK);
    assert_true(bytes_equal(found.message, bytes_of("too high")));
    assert_true(bytes_equal(found.column, bytes_of("Price")));
    assert_int_equal(found.row, 1);
    for (size_t n = 0; n < status.len; n++) /* cut anywhere it is read without harm */
        (void)wire_input_error_decode((struct bytes){status.data, n}, &found, &e);
    put_status("t/io.x.Other", &status);
    assert_int_equal(wire_input_error_decode(buf_bytes(&status), &found, &e), ERR_OK);
    assert_int_equal(found.message.len, 0);
    buf_release(&status);
}

/* --- what a server tells of a partitioned table --- */

/* A FetchObjectResponse that names so many keys, all A; returns its length. */
static size_t put_partitions(size_t n_keys, uint8_t out[3 + 3 * 80])
{
    size_t n = 0;

    assert_true(3 * n_keys < 256);
    out[n++] = 0x12; /* data */
    if (3 * n_keys >= 128)
        out[n++] = (uint8_t)(0x80 | (3 * n_keys & 0x7f));
    out[n++] = (uint8_t)(3 * n_keys >= 128 ? 3 * n_keys >> 7 : 3 * n_keys);
    for (size_t i = 0; i < n_keys; i++) {
        out[n++] = 0x0a; /* key_column_names */
        out[n++] = 1;
        out[n++] = 'A';
    }
    return n;
}

static void keys_of_a_partitioned_table_are_read_up_to_a_limit(void **state)
{
    uint8_t message[3 + 3 * 80];
    struct wire_partitions read;
    struct err e;
    size_t n = put_partitions(WIRE_PARTITION_KEYS_MAX, message);

    (void)state;
    assert_int_equal(wire_partitions_decode((struct bytes){message, n}, &read, &e), ERR_OK);
    assert_int_equal(read.n, WIRE_PARTITION_KEYS_MAX);
    assert_true(bytes_equal(read.names[63], bytes_of("A")));
    for (size_t cut = 1; cut < n; cut++)
        assert_int_equal(wire_partitions_decode((struct bytes){message, cut}, &read, &e),
                         ERR_PROTO);
    n = put_partitions(WIRE_PARTITION_KEYS_MAX + 1, message);
    assert_int_equal(wire_partitions_decode((struct bytes){message, n}, &read, &e),
                     ERR_LIMIT);
}

static void what_is_asked_of_a_partitioned_table_is_read_as_it_was_written(void **state)
{
    const struct bytes keys[] = {bytes_of("A"), bytes_of("")};
    struct wire_partitions read;
    struct bytes a, b;
    struct buf m;
    struct err e;

    (void)state;
    buf_init(&m, 1000);
    assert_int_equal(wire_merge_encode(bytes_of("s/x"), bytes_of("e1234"), &m, &e), ERR_OK);
    assert_int_equal(wire_merge_decode(buf_bytes(&m), &a, &b, &e), ERR_OK);
    assert_true(bytes_equal(a, bytes_of("s/x")) && bytes_equal(b, bytes_of("e1234")));
    buf_clear(&m);
    assert_int_equal(wire_fetch_object_encode(bytes_of("s/x"), "Kind", &m, &e), ERR_OK);
    assert_int_equal(wire_fetch_object_decode(buf_bytes(&m), &a, &b, &e), ERR_OK);
    assert_true(bytes_equal(a, bytes_of("s/x")) && bytes_equal(b, bytes_of("Kind")));
    buf_clear(&m);
    assert_int_equal(wire_partitions_encode(keys, 2, &m, &e), ERR_OK);
    assert_int_equal(wire_partitions_decode(buf_bytes(&m), &read, &e), ERR_OK);
    assert_int_equal(read.n, 2);
    assert_true(bytes_equal(read.names[0], keys[0]) && read.names[1].len == 0);
    buf_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_read_as_it_was_written),
        cmocka_unit_test(the_first_error_of_a_validation_is_read),
        cmocka_unit_test(an_operation_alone_is_read_as_it_was_written),
        cmocka_unit_test(a_batch_that_is_cut_is_read_without_harm),
        cmocka_unit_test(what_is_no_operation_is_not_written),
        cmocka_unit_test(a_row_that_no_table_can_have_is_not_read),
        cmocka_unit_test(conditions_nested_too_deeply_are_not_written),
        cmocka_unit_test(keys_of_a_partitioned_table_are_read_up_to_a_limit),
        cmocka_unit_test(what_is_asked_of_a_partitioned_table_is_read_as_it_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
