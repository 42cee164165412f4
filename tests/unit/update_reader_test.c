/* Messages of a stream joined into updates; and streams that break the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/update_reader.h"
#include "client/wire/wire.h"
#include "tests/support/build.h"
#include "tests/support/flat.h"

#define MESSAGE_MAX ((size_t)64 << 20)
#define V5 4

/* The streams here have two columns of int32. */
#define COLUMNS 2

struct stream {
    struct update_reader *reader;
    struct schema *schema; /* owned */
    struct update *update; /* owned; the last one completed */
    struct err e;
};

static struct stream stream_new(enum replica_mode mode)
{
    return (struct stream){.reader = update_reader_new(mode, true)};
}

static void stream_free(struct stream *s)
{
    update_free(s->update);
    update_reader_free(s->reader);
    schema_free(s->schema);
}

/* --- messages --- */

/* Metadata in words; NULL: absent. */
struct meta {
    size_t nodes_missing; /* at the end of mod_column_nodes */
    bool snapshot, reverse;
    const char *viewport, *columns, *added, *removed, *included;
    const char *modified[COLUMNS];
    int64_t size;
};

static size_t message_start(struct buf *f, enum wire_header kind, size_t body)
{
    flat_init(f);
    size_t m = flat_table(f, "xxxx");
    flat_scalar(f, m, 0, 2, V5);
    flat_scalar(f, m, 1, 1, kind);
    flat_scalar(f, m, 3, 8, (int64_t)body);
    return m;
}

static struct buf flight(const struct buf *header, const struct buf *metadata,
                         struct bytes body)
{
    struct wire_flight_data fd = {.data_header = buf_bytes(header), .data_body = body};
    struct buf out;

    buf_init(&out, MESSAGE_MAX);
    if (metadata)
        fd.app_metadata = buf_bytes(metadata);
    assert_int_equal(wire_flight_data_encode(&fd, &out, NULL), ERR_OK);
    return out;
}

static struct buf schema_message(void)
{
    struct buf f;
    size_t m = message_start(&f, WIRE_HEADER_SCHEMA, 0);
    size_t schema = flat_table(&f, ".x");
    flat_ref(&f, m, 2, schema);
    size_t fields = flat_vector(&f, COLUMNS, 4);
    flat_ref(&f, schema, 1, fields);
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t field = flat_table(&f, "x.xx");
        flat_element(&f, fields, c, field);
        flat_scalar(&f, field, 2, 1, WIRE_TYPE_INT);
        size_t type = flat_table(&f, "xx");
        flat_ref(&f, field, 3, type);
        flat_scalar(&f, type, 0, 4, 32);
        flat_scalar(&f, type, 1, 1, 1);
        flat_ref(&f, field, 0, flat_string(&f, c ? "b" : "a"));
    }
    struct buf out = flight(&f, NULL, (struct bytes){NULL, 0});
    buf_release(&f);
    return out;
}

static void put_bytes(struct buf *f, size_t table, size_t slot, struct bytes b)
{
    size_t v = flat_vector(f, b.len, 1);

    for (size_t i = 0; i < b.len; i++)
        flat_set(f, v + 4 + i, 1, b.data[i]);
    flat_ref(f, table, slot, v);
}

static void put_set(struct buf *f, size_t table, size_t slot, const char *text, bool bits)
{
    struct rowset *rs = build_set(text);
    struct buf code;

    buf_init(&code, MESSAGE_MAX);
    assert_int_equal(bits ? bitset_encode(rs, &code, NULL) : rowset_encode(rs, &code, NULL),
                     ERR_OK);
    put_bytes(f, table, slot, buf_bytes(&code));
    buf_release(&code);
    rowset_free(rs);
}

static struct buf metadata_of(const struct meta *m)
{
    const char *sets[] = {[3] = m->viewport,
                          [5] = m->columns,
                          [6] = m->added,
                          [7] = m->removed,
                          [9] = m->included};
    char slots[] = "..xxx.......";
    struct buf f;
    struct buf wrapper;

    for (size_t i = 0; i < 10; i++)
        slots[i] = i == 2 || i == 4 || sets[i] ? 'x' : '.';
    slots[10] = slots[11] = 'x';
    flat_init(&f);
    size_t t = flat_table(&f, slots);
    flat_scalar(&f, t, 2, 1, m->snapshot);
    flat_scalar(&f, t, 4, 1, m->reverse);
    flat_scalar(&f, t, 11, 8, m->size);
    for (size_t i = 0; i < 10; i++) {
        if (sets[i])
            put_set(&f, t, i, sets[i], i == 5);
    }
    size_t nodes = flat_vector(&f, COLUMNS - m->nodes_missing, 4);
    flat_ref(&f, t, 10, nodes);
    for (size_t c = 0; c + m->nodes_missing < COLUMNS; c++) {
        size_t node = flat_table(&f, "x");
        flat_element(&f, nodes, c, node);
        put_set(&f, node, 0, m->modified[c] ? m->modified[c] : "", false);
    }
    flat_init(&wrapper);
    size_t w = flat_table(&wrapper, "xxx");
    flat_scalar(&wrapper, w, 0, 4, 0x6E687064);
    flat_scalar(&wrapper, w, 1, 1, 6);
    put_bytes(&wrapper, w, 2, buf_bytes(&f));
    buf_release(&f);
    return wrapper;
}

/* Each buffer begins at a multiple of 8. */
static size_t padded(size_t len)
{
    return (len + 7) / 8 * 8;
}

/* A batch of rows whose columns have n[0] and n[1] rows, numbered from first on. */
static struct buf batch_message(const struct meta *meta, int64_t rows, const int64_t *n,
                                int32_t first)
{
    size_t len = 0;
    struct buf f;
    struct buf m = {0};

    for (size_t c = 0; c < COLUMNS; c++)
        len += padded((size_t)n[c] * 4);
    uint8_t *body = mem_calloc(len, 1);
    size_t message = message_start(&f, WIRE_HEADER_BATCH, len);
    size_t batch = flat_table(&f, "xxx");
    flat_ref(&f, message, 2, batch);
    flat_scalar(&f, batch, 0, 8, rows);
    size_t nodes = flat_vector(&f, COLUMNS, 16);
    flat_ref(&f, batch, 1, nodes);
    size_t buffers = flat_vector(&f, (size_t)2 * COLUMNS, 16);
    flat_ref(&f, batch, 2, buffers);
    size_t begin = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        flat_set(&f, nodes + 4 + 16 * c, 8, n[c]);
        flat_set(&f, buffers + 4 + 32 * c + 16, 8, (int64_t)begin);
        flat_set(&f, buffers + 4 + 32 * c + 24, 8, 4 * n[c]);
        for (int64_t i = 0; i < n[c]; i++) {
            int32_t v = first + (int32_t)i;
            memcpy(body + begin + 4 * i, &v, 4);
        }
        begin += padded((size_t)n[c] * 4);
    }
    if (meta)
        m = metadata_of(meta);
    struct buf out = flight(&f, meta ? &m : NULL, (struct bytes){body, len});
    buf_release(&m);
    buf_release(&f);
    free(body);
    return out;
}

/* --- feeding --- */

static enum err_code feed(struct stream *s, struct buf message)
{
    struct update_reader_out got;
    enum err_code rc = update_reader_feed(s->reader, buf_bytes(&message), &got, &s->e);

    if (got.schema)
        s->schema = got.schema;
    update_free(s->update);
    s->update = got.update;
    buf_release(&message);
    return rc;
}

static enum err_code feed_schema(struct stream *s)
{
    return feed(s, schema_message());
}

static enum err_code feed_rows(struct stream *s, const struct meta *m, int64_t rows,
                               int64_t a, int64_t b, int32_t first)
{
    return feed(s, batch_message(m, rows, (int64_t[]){a, b}, first));
}

static void assert_ok(struct stream *s, enum err_code rc)
{
    if (rc != ERR_OK)
        fail_msg("%s", s->e.msg);
}

static void assert_refused(struct stream *s, enum err_code rc, enum err_code want,
                           const char *why)
{
    assert_int_equal(rc, want);
    if (!strstr(s->e.msg, why))
        fail_msg("\"%s\" does not say \"%s\"", s->e.msg, why);
    assert_null(s->update);
    /* and so is everything after it, the schema included */
    assert_int_equal(feed(s, schema_message()), ERR_PROTO);
    stream_free(s);
}

static void expect(const struct column *c, const char *want)
{
    char *got = text_of_column(c);

    assert_string_equal(got, want);
    free(got);
}

static struct stream started(enum replica_mode mode)
{
    struct stream s = stream_new(mode);

    assert_ok(&s, feed_schema(&s));
    assert_non_null(s.schema);
    assert_int_equal(s.schema->n_columns, COLUMNS);
    return s;
}

static const struct meta three_rows = {
    .snapshot = true, .viewport = "0-9", .added = "0-2", .size = 3};

/* --- tests --- */

static void one_message_may_be_an_update(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);

    assert_ok(&s, feed_rows(&s, &three_rows, 3, 3, 3, 10));
    assert_non_null(s.update);
    expect(s.update->added_data[0], "10,11,12");
    expect(s.update->added_data[1], "10,11,12");
    assert_true(s.update->is_snapshot);
    assert_null(s.update->columns);
    assert_int_equal(s.update->table_size, 3);
    stream_free(&s);
}

static void an_update_is_given_when_its_last_row_came(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    struct meta m = three_rows;

    m.modified[0] = "3-6";
    m.modified[1] = "5";
    assert_ok(&s, feed_rows(&s, &m, 2, 2, 2, 1));
    assert_null(s.update);
    assert_ok(&s, feed_rows(&s, NULL, 1, 1, 1, 3));
    assert_null(s.update);
    assert_ok(&s, feed_rows(&s, NULL, 3, 3, 1, 4));
    assert_null(s.update);
    assert_ok(&s, feed_rows(&s, NULL, 1, 1, 0, 7));
    assert_non_null(s.update);
    expect(s.update->added_data[0], "1,2,3");
    expect(s.update->modified_data[0], "4,5,6,7");
    expect(s.update->modified_data[1], "4");
    stream_free(&s);
}

static void an_update_without_rows_is_one_empty_batch(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);

    assert_ok(&s, feed_rows(&s, &(struct meta){.size = 7}, 0, 0, 0, 0));
    assert_non_null(s.update);
    assert_int_equal(s.update->table_size, 7);
    assert_refused(&s, feed_rows(&s, &(struct meta){.size = 7}, 1, 1, 1, 0), ERR_PROTO,
                   "without any");
}

static void deltas_carry_the_columns_of_the_last_snapshot(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    struct meta m = three_rows;

    m.columns = "1";
    assert_ok(&s, feed_rows(&s, &m, 3, 0, 3, 1)); /* column 0 is not there at all */
    assert_null(s.update->added_data[0]);
    expect(s.update->added_data[1], "1,2,3");
    m = (struct meta){.added = "0",
                      .columns = "0",
                      .viewport = "5",
                      .reverse = true,
                      .modified = {"0-4"},
                      .size = 4};
    assert_ok(&s, feed_rows(&s, &m, 1, 1, 1, 9)); /* foreign data in column 0 */
    assert_null(s.update);
    assert_ok(&s, feed_rows(&s, NULL, 5, 5, 0, 9)); /* foreign rows count as well */
    assert_null(s.update->added_data[0]);
    assert_null(s.update->modified[0]);
    assert_null(s.update->viewport); /* effective_* mean nothing on a delta */
    assert_null(s.update->columns);
    assert_false(s.update->reverse);
    expect(s.update->added_data[1], "9");
    stream_free(&s);
}

static void included_rows_say_how_much_data_comes(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_KEYS);
    struct meta m = {.snapshot = true, .added = "0-99", .included = "0-1"};

    assert_ok(&s, feed_rows(&s, &m, 2, 2, 2, 0));
    assert_int_equal(rowset_count(s.update->added), 100);
    assert_int_equal(rowset_count(s.update->included), 2);
    assert_int_equal(s.update->table_size, -1); /* not told on snapshots */
    stream_free(&s);
}

static void the_schema_comes_first_and_once(void **state)
{
    (void)state;
    struct stream s = stream_new(REPLICA_VIEWPORT);
    assert_refused(&s, feed_rows(&s, &three_rows, 3, 3, 3, 0), ERR_PROTO,
                   "before the schema");

    s = started(REPLICA_VIEWPORT);
    assert_refused(&s, feed_schema(&s), ERR_PROTO, "second schema");
}

static void metadata_comes_on_the_first_batch_only(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    assert_refused(&s, feed_rows(&s, NULL, 3, 3, 3, 0), ERR_PROTO,
                   "without update metadata");

    s = started(REPLICA_VIEWPORT);
    assert_ok(&s, feed_rows(&s, &three_rows, 1, 1, 1, 0));
    assert_refused(&s, feed_rows(&s, &three_rows, 2, 2, 2, 0), ERR_PROTO, "2 rows");
}

static void batches_keep_to_what_was_announced(void **state)
{
    (void)state;
    struct meta m = {.modified = {"0-1", "0"}};
    struct stream s = started(REPLICA_VIEWPORT);
    assert_refused(&s, feed_rows(&s, &three_rows, 4, 4, 4, 0), ERR_PROTO, "3 are due");

    s = started(REPLICA_VIEWPORT);
    assert_refused(&s, feed_rows(&s, &three_rows, 0, 0, 0, 0), ERR_PROTO, "3 are due");

    s = started(REPLICA_VIEWPORT); /* a column is a row short */
    assert_refused(&s, feed_rows(&s, &three_rows, 3, 3, 2, 0), ERR_PROTO, "column b");

    s = started(REPLICA_VIEWPORT);
    assert_ok(&s, feed_rows(&s, &three_rows, 3, 3, 3, 0));
    assert_refused(&s, feed_rows(&s, &m, 3, 3, 1, 0), ERR_PROTO, "2 are due");

    s = started(REPLICA_VIEWPORT);
    assert_ok(&s, feed_rows(&s, &three_rows, 3, 3, 3, 0));
    assert_refused(&s, feed_rows(&s, &m, 2, 2, 0, 0), ERR_PROTO, "never came");
}

static void updates_beyond_the_limit_are_refused_before_any_row(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_KEYS);
    struct meta m = {.snapshot = true, .added = "0-8388608"}; /* one row too many */

    assert_refused(&s, feed_rows(&s, &m, 1, 1, 1, 0), ERR_LIMIT, "cells");
    s = started(REPLICA_KEYS);
    m = (struct meta){.snapshot = true, .added = "0-9223372036854775806"};
    assert_refused(&s, feed_rows(&s, &m, 1, 1, 1, 0), ERR_LIMIT, "cells");
}

#define ALL_KEYS "0-9223372036854775806"

/* Cells are counted modulo 2^64: no sum of announced rows may come out small. */
static void counts_of_cells_that_overflow_are_refused(void **state)
{
    static const struct meta cases[] = {
        /* 2 * (2^63 - 1) added cells and two modified */
        {.snapshot = true, .added = ALL_KEYS, .modified = {"0", "1"}},
        {.snapshot = true, .added = ALL_KEYS, .modified = {"0-2", "0-2"}},
        {.snapshot = true, .added = ALL_KEYS, .modified = {ALL_KEYS, ALL_KEYS}},
        {.snapshot = true, .modified = {ALL_KEYS, ALL_KEYS}},
        {.snapshot = true, .added = "0-8388606", .modified = {"0", "0-1"}},
        {.snapshot = true, .modified = {"0-16777215", "0"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stream s = started(REPLICA_KEYS);

        assert_refused(&s, feed_rows(&s, &cases[i], 1, 1, 1, 0), ERR_LIMIT,
                       "update of more than 16777216 cells");
    }
}

static void damaged_sets_are_named(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    struct buf message = batch_message(&three_rows, 3, (int64_t[]){3, 3}, 0);
    static const uint8_t added[] = {0x1c, 0x02, 0x00, 0xfe, 0x20}; /* 0-2 */
    bool found = false;

    for (size_t i = 0; !found && i + sizeof(added) <= message.len; i++) {
        found = memcmp(message.data + i, added, sizeof(added)) == 0;
        if (found)
            message.data[i] = 0x38;
    }
    assert_true(found);
    assert_refused(&s, feed(&s, message), ERR_PROTO, "added rows");
}

static void wrong_counts_and_sizes_are_refused(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    struct meta m = {.snapshot = true, .added = "0-2", .size = 3, .nodes_missing = 1};

    assert_refused(&s, feed_rows(&s, &m, 3, 3, 3, 0), ERR_PROTO, "modified rows of 1 col");
    s = started(REPLICA_VIEWPORT);
    m = (struct meta){.snapshot = true, .added = "0-2", .size = -1};
    assert_refused(&s, feed_rows(&s, &m, 3, 3, 3, 0), ERR_MISFIT, "table of -1 rows");
    s = started(REPLICA_KEYS);
    assert_refused(&s, feed_rows(&s, &m, 3, 3, 3, 0), ERR_MISFIT, "table of -1 rows");
}

static void other_kinds_of_message_are_refused(void **state)
{
    (void)state;
    struct stream s = started(REPLICA_VIEWPORT);
    struct buf f;

    size_t header = message_start(&f, WIRE_HEADER_DICTIONARY, 0);
    flat_ref(&f, header, 2, flat_table(&f, ""));
    struct buf message = flight(&f, NULL, (struct bytes){NULL, 0});
    buf_release(&f);
    assert_refused(&s, feed(&s, message), ERR_PROTO, "");
    s = started(REPLICA_VIEWPORT);
    buf_init(&message, MESSAGE_MAX);
    assert_refused(&s, feed(&s, message), ERR_PROTO, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_message_may_be_an_update),
        cmocka_unit_test(an_update_is_given_when_its_last_row_came),
        cmocka_unit_test(an_update_without_rows_is_one_empty_batch),
        cmocka_unit_test(deltas_carry_the_columns_of_the_last_snapshot),
        cmocka_unit_test(included_rows_say_how_much_data_comes),
        cmocka_unit_test(the_schema_comes_first_and_once),
        cmocka_unit_test(metadata_comes_on_the_first_batch_only),
        cmocka_unit_test(batches_keep_to_what_was_announced),
        cmocka_unit_test(updates_beyond_the_limit_are_refused_before_any_row),
        cmocka_unit_test(counts_of_cells_that_overflow_are_refused),
        cmocka_unit_test(damaged_sets_are_named),
        cmocka_unit_test(wrong_counts_and_sizes_are_refused),
        cmocka_unit_test(other_kinds_of_message_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
