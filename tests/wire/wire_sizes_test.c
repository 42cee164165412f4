/*
 * Sizes at the border of the wire: spans too large to look at, buffers too small for what
 * is written, and memory that is not to be had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "client/wire/operations.h"
#include "client/wire/wire.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ENOUGH ((size_t)1 << 20)
#define UNBOUNDED SIZE_MAX

static void assert_says(const struct err *e, const char *text)
{
    if (!strstr(e->msg, text))
        fail_msg("\"%s\" does not say \"%s\"", e->msg, text);
}

/* --- spans too large to look at --- */

/* Nothing behind the first bytes exists, so whoever looks there crashes. */
static _Alignas(8) const uint8_t eight[9];

static struct bytes span(size_t len)
{
    return (struct bytes){eight, len};
}

static struct bytes unaligned(size_t len)
{
    return (struct bytes){eight + 1, len};
}

static void messages_beyond_two_gib_are_refused_unread(void **state)
{
    size_t len = (size_t)INT32_MAX + 1;
    struct wire_flight_data fd;
    struct wire_message m;
    struct wire_update u;
    struct wire_subscribe s;
    struct err e;
    bool has;

    (void)state;
    assert_int_equal(wire_flight_data_decode(span(len), &fd, &e), ERR_LIMIT);
    assert_says(&e, "FlightData: 2147483648 bytes, over 2147483647");
    len = INT32_MAX; /* the library counts up to the one below */
    assert_int_equal(wire_message_decode(span(len), &m, &e), ERR_LIMIT);
    assert_says(&e, "flatbuffer of 2147483647 bytes, over 2147483646");
    assert_int_equal(wire_message_decode(unaligned(len), &m, &e), ERR_LIMIT);
    assert_int_equal(wire_update_decode(span(len), &u, &has, &e), ERR_LIMIT);
    assert_says(&e, "wrapper of 2147483647 bytes, over 2147483646");
    assert_false(has);
    assert_int_equal(wire_subscribe_decode(span(len), &s, &e), ERR_LIMIT);
    assert_null(m.copy);
    assert_null(u.copy);
    assert_null(s.copy);
}

static void parts_beyond_two_gib_are_refused_unread(void **state)
{
    struct bytes far = span((size_t)INT32_MAX + 1);
    struct wire_flight_data fd = {.data_body = far};
    struct wire_field field = {.name = far, .type = WIRE_TYPE_NULL};
    struct wire_schema schema = {.fields = &field, .n_fields = 1, .n_columns = 1};
    struct wire_subscribe s = {.type = WIRE_BARRAGE_SUBSCRIPTION, .ticket = far};
    struct wire_update u = {.added = {far, true}};
    struct buf out;
    struct err e;

    (void)state;
    buf_init(&out, UNBOUNDED);
    assert_int_equal(wire_flight_data_encode(&fd, &out, &e), ERR_LIMIT);
    assert_says(&e, "part 1000 of 2147483648 bytes, over 2147483647");
    assert_int_equal(wire_wrap_message(far, &out, &e), ERR_LIMIT);
    assert_says(&e, "message of 2147483648 bytes, over 2147483647");
    assert_int_equal(wire_schema_encode(&schema, &out, &e), ERR_LIMIT);
    assert_says(&e, "2147483648 more, with room for 536870911");
    assert_int_equal(wire_subscribe_encode(&s, &out, &e), ERR_LIMIT);
    assert_says(&e, "2147483648 more, with room for 536870911");
    assert_int_equal(wire_update_encode(&u, &out, &e), ERR_LIMIT);
    u.added.bytes.len = SIZE_MAX;
    assert_int_equal(wire_update_encode(&u, &out, &e), ERR_LIMIT);
    assert_int_equal(out.len, 0);
}

/* --- buffers too small for what is written --- */

static enum err_code put_flight(struct buf *out, struct err *e)
{
    const struct wire_flight_data fd = {.data_header = bytes_of("header"),
                                        .app_metadata = bytes_of("metadata"),
                                        .data_body = bytes_of("body")};

    return wire_flight_data_encode(&fd, out, e);
}

static enum err_code put_schema(struct buf *out, struct err *e)
{
    struct wire_pair pair = {bytes_of("key"), bytes_of("value")};
    struct wire_field fields[] = {
        {.name = bytes_of("a"), .type = WIRE_TYPE_LIST, .n_children = 1, .n_pairs = 1},
        {.name = bytes_of("b"), .type = WIRE_TYPE_UTF8}};
    const struct wire_schema s = {.fields = fields,
                                  .n_fields = 2,
                                  .pairs = &pair,
                                  .n_pairs = 1,
                                  .table_pairs = &pair,
                                  .n_table_pairs = 1,
                                  .n_columns = 1};

    return wire_schema_encode(&s, out, e);
}

static enum err_code put_batch(struct buf *out, struct err *e)
{
    struct wire_node node = {3, 0};
    struct wire_buffer buffers[] = {{0, 0}, {0, 12}};
    const struct wire_batch b = {
        .length = 3, .nodes = &node, .n_nodes = 1, .buffers = buffers, .n_buffers = 2};

    return wire_batch_encode(&b, 12, out, e);
}

static enum err_code put_wrapped(struct buf *out, struct err *e)
{
    return wire_wrap_message(bytes_of("abcde"), out, e);
}

static enum err_code put_update(struct buf *out, struct err *e)
{
    struct wire_opt modified[] = {{bytes_of("\x20"), true}, {bytes_of(""), false}};
    const struct wire_update u = {.added = {bytes_of("added"), true},
                                  .removed = {bytes_of("removed"), true},
                                  .modified = modified,
                                  .n_modified = 2,
                                  .has_modified = true};

    return wire_update_encode(&u, out, e);
}

static enum err_code put_subscribe(struct buf *out, struct err *e)
{
    const struct wire_subscribe s = {.type = WIRE_BARRAGE_SUBSCRIPTION,
                                     .ticket = bytes_of("e1234"),
                                     .columns = {bytes_of("\x0f"), true},
                                     .viewport = {bytes_of("\x20"), true}};

    return wire_subscribe_encode(&s, out, e);
}

static enum err_code put_fetch(struct buf *out, struct err *e)
{
    return wire_op_encode(&(struct wire_op){.kind = WIRE_OP_FETCH,
                                            .source.ticket = bytes_of("s/table"),
                                            .result = bytes_of("e1234")},
                          out, e);
}

static enum err_code put_view(struct buf *out, struct err *e)
{
    const struct bytes specs[] = {bytes_of("A"), bytes_of("B = C")};
    const struct wire_op op = {.kind = WIRE_OP_VIEW,
                               .source.ticket = bytes_of("s/table"),
                               .result = bytes_of("e1234"),
                               .texts = specs,
                               .n_texts = 2};

    return wire_op_encode(&op, out, e);
}

static enum err_code put_batch_request(struct buf *out, struct err *e)
{
    const struct bytes column = bytes_of("A"), formula = bytes_of("A > B");
    const struct wire_literal five = {.kind = WIRE_LITERAL_LONG, .number = 5};
    const struct wire_condition filter = {.kind = WIRE_CONDITION_IN,
                                          .columns = &column,
                                          .n_columns = 1,
                                          .literals = &five,
                                          .n_literals = 1};
    const struct wire_op ops[] = {
        {.kind = WIRE_OP_FILTER,
         .source.ticket = bytes_of("s/table"),
         .conditions = &filter,
         .n_conditions = 1},
        {.kind = WIRE_OP_WHERE,
         .result = bytes_of("e1234"),
         .texts = &formula,
         .n_texts = 1},
    };

    return wire_batch_request_encode(ops, 2, out, e);
}

static enum err_code put_close(struct buf *out, struct err *e)
{
    return wire_close_session_encode(out, e);
}

static const struct {
    const char *name;
    enum err_code (*put)(struct buf *out, struct err *e);
} encoders[] = {
    {"FlightData", put_flight},
    {"Arrow schema", put_schema},
    {"Arrow batch", put_batch},
    {"encapsulated", put_wrapped},
    {"Barrage update", put_update},
    {"Barrage request", put_subscribe},
    {"FetchTableRequest", put_fetch},
    {"SelectOrUpdateRequest", put_view},
    {"BatchTableRequest", put_batch_request},
    {"HandshakeRequest", put_close},
};

static void no_encoder_leaves_half_a_message_in_a_full_buffer(void **state)
{
    const struct bytes before = bytes_of("before");

    (void)state;
    for (size_t i = 0; i < COUNT(encoders); i++) {
        struct buf whole, out;
        struct err e = {0};

        buf_init(&whole, ENOUGH);
        assert_int_equal(encoders[i].put(&whole, &e), ERR_OK);
        for (size_t room = 0; room < whole.len; room++) {
            buf_init(&out, before.len + room);
            assert_int_equal(buf_append(&out, before.data, before.len, &e), ERR_OK);
            if (encoders[i].put(&out, &e) != ERR_LIMIT || e.code != ERR_LIMIT)
                fail_msg("%s of %zu bytes with room for %zu", encoders[i].name, whole.len,
                         room);
            assert_true(bytes_equal(buf_bytes(&out), before));
            buf_release(&out);
        }
        buf_init(&out, whole.len);
        assert_int_equal(encoders[i].put(&out, &e), ERR_OK);
        assert_true(bytes_equal(buf_bytes(&out), buf_bytes(&whole)));
        buf_release(&out);
        buf_release(&whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_beyond_two_gib_are_refused_unread),
        cmocka_unit_test(parts_beyond_two_gib_are_refused_unread),
        cmocka_unit_test(no_encoder_leaves_half_a_message_in_a_full_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
