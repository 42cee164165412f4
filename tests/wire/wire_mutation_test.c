/*
 * Every recorded message, cut at every byte and with every byte changed, through every
 * decoder that a message of its kind meets: a clean error or a valid decode, whatever the
 * bytes. What decodes is read to its last byte, so that a sanitizer sees a span that points
 * elsewhere.
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
#include "client/wire/wire.h"
#include "tests/support/recording.h"

static size_t n_good, n_bad;
static volatile uint8_t sink;

static void read_span(struct bytes b)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < b.len; i++)
        sum = (uint8_t)(sum + b.data[i]);
    sink = sum;
}

/* Every failure has a code and a message. */
static bool count(enum err_code rc, const struct err *e)
{
    if (rc == ERR_OK) {
        n_good++;
        return true;
    }
    n_bad++;
    assert_true(rc == ERR_PROTO || rc == ERR_LIMIT);
    assert_int_equal(e->code, rc);
    assert_true(e->msg[0] != '\0');
    return false;
}

static void read_pairs(const struct wire_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        read_span(pairs[i].key);
        read_span(pairs[i].value);
    }
}

static void decode_message(struct bytes in)
{
    struct wire_message m;
    struct err e;
    size_t children = 0;

    if (count(wire_message_decode(in, &m, &e), &e)) {
        assert_true(m.body_length >= 0);
        for (size_t i = 0; i < m.schema.n_fields; i++) {
            read_span(m.schema.fields[i].name);
            assert_true(m.schema.fields[i].bit_width >= 0);
            children += m.schema.fields[i].n_children;
        }
        assert_int_equal(children + m.schema.n_columns, m.schema.n_fields);
        read_pairs(m.schema.pairs, m.schema.n_pairs);
        read_pairs(m.schema.table_pairs, m.schema.n_table_pairs);
        for (size_t i = 0; i < m.batch.n_nodes; i++)
            assert_true(m.batch.nodes[i].length >= 0 && m.batch.nodes[i].null_count >= 0);
        for (size_t i = 0; i < m.batch.n_buffers; i++)
            assert_true(m.batch.buffers[i].offset >= 0 && m.batch.buffers[i].length >= 0);
    }
    wire_message_release(&m);
}

static void decode_update(struct bytes in)
{
    struct wire_update u;
    struct err e;
    bool has;

    if (count(wire_update_decode(in, &u, &has, &e), &e) && has) {
        read_span(u.viewport.bytes);
        read_span(u.columns.bytes);
        read_span(u.added.bytes);
        read_span(u.removed.bytes);
        read_span(u.shift.bytes);
        read_span(u.included.bytes);
        for (size_t i = 0; i < u.n_modified; i++)
            read_span(u.modified[i].bytes);
    }
    wire_update_release(&u);
}

static void decode_subscribe(struct bytes in)
{
    struct wire_subscribe s;
    struct err e;

    if (count(wire_subscribe_decode(in, &s, &e), &e)) {
        read_span(s.ticket);
        read_span(s.columns.bytes);
        read_span(s.viewport.bytes);
    }
    wire_subscribe_release(&s);
}

static void decode_flight(struct bytes in)
{
    struct wire_flight_data d;
    struct err e;

    if (!count(wire_flight_data_decode(in, &d, &e), &e))
        return;
    read_span(d.data_body);
    decode_message(d.data_header);
    decode_update(d.app_metadata);
    decode_subscribe(d.app_metadata);
}

static void decode_fields(struct bytes in)
{
    struct wire_field_info *f = NULL;
    struct err e;
    size_t n = 0;

    if (count(wire_fields_decode(in, &f, &n, &e), &e)) {
        for (size_t i = 0; i < n; i++) {
            read_span(f[i].ticket);
            read_span(f[i].type);
            read_span(f[i].name);
            read_span(f[i].description);
            read_span(f[i].app_name);
            read_span(f[i].app_id);
        }
    }
    free(f);
}

static void decode_call(struct bytes in)
{
    struct wire_table_created t;
    struct wire_termination end;
    struct bytes value, header;
    struct err e;
    bool found;

    if (count(wire_termination_decode(in, &end, &e), &e))
        read_span(end.reason);
    if (count(wire_constant_decode(in, "key", &value, &found, &e), &e) && found)
        read_span(value);
    if (!count(wire_table_created_decode(in, &t, &e), &e))
        return;
    read_span(t.error_info);
    read_span(t.ticket);
    if (count(wire_unwrap_message(t.schema_header, &header, &e), &e))
        decode_message(header);
}

typedef void decode_fn(struct bytes in);

/* Changes one copy byte by byte; each cut is a copy of its own, exactly as long. */
static void mutate(struct bytes in, decode_fn *decode)
{
    static const uint8_t flips[] = {0xff, 0x01, 0x80};
    uint8_t *copy = mem_dup(in.data, in.len);

    decode(in);
    for (size_t i = 0; i < in.len; i++) {
        uint8_t *cut = i == 0 ? NULL : mem_dup(in.data, i);
        decode((struct bytes){cut, i});
        free(cut);
        for (size_t k = 0; k < sizeof(flips); k++) {
            copy[i] ^= flips[k];
            decode((struct bytes){copy, in.len});
            copy[i] ^= flips[k];
        }
    }
    free(copy);
}

static bool same_as_any(struct bytes in, const struct bytes *seen, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_equal(in, seen[i]))
            return true;
    return false;
}

static decode_fn *decoder_of(const char *scenario, const char *file)
{
    if (strcmp(scenario, "list-fields") == 0)
        return decode_fields;
    return strncmp(file, "rpc", 3) == 0 || strncmp(file, "desc", 4) == 0 ? decode_call
                                                                         : decode_flight;
}

static void test_a_changed_recording_never_harms(void **state)
{
    struct name_list scenarios = recording_scenarios(RECORDINGS);
    struct bytes *seen = NULL;
    size_t n_seen = 0, cap = 0;

    (void)state;
    for (size_t i = 0; i < scenarios.n; i++) {
        struct name_list files = recording_files(RECORDINGS, scenarios.names[i], ".bin");
        for (size_t k = 0; k < files.n; k++) {
            struct bytes in =
                recording_read(RECORDINGS, scenarios.names[i], files.names[k]);
            MEM_GROW(seen, cap, n_seen + 1);
            if (!same_as_any(in, seen, n_seen))
                mutate(in, decoder_of(scenarios.names[i], files.names[k]));
            seen[n_seen++] = in;
        }
        name_list_release(&files);
    }
    print_message("%zu files: %zu decodes, %zu errors\n", n_seen, n_good, n_bad);
    assert_true(n_seen > 400);
    assert_true(n_good > 100000 && n_bad > 100000);
    for (size_t i = 0; i < n_seen; i++)
        recording_free(seen[i]);
    free(seen);
    name_list_release(&scenarios);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_changed_recording_never_harms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
