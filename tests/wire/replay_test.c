/*
 * Recorded streams replayed through the update reader and a replica: after each update
 * every cell is compared with the manifest. Then damaged copies of every message are fed to
 * a stream in the state it had: a clean error that leaves the replica as it was, or a valid
 * decode.
 */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/bn.h>

#include "base/mem.h"
#include "client/update_reader.h"
#include "tests/support/build.h"
#include "tests/support/recording.h"

/* --- one stream --- */

struct scenario {
    const char *name;       /* borrowed */
    json_t *manifest;       /* owned */
    struct name_list files; /* owned; what the server sent */
    struct bytes *messages; /* owned, each */
    enum replica_mode mode;
    bool deephaven_nulls;
};

static void scenario_load(struct scenario *s, const char *name)
{
    s->name = name;
    s->manifest = recording_manifest(RECORDINGS, name);
    s->files = recording_files(RECORDINGS, name, ".s2c.bin");
    size_t kept = 0;
    for (size_t i = 0; i < s->files.n; i++) { /* uploads lie beside the stream */
        if (strncmp(s->files.names[i], "doput", 5) == 0)
            free(s->files.names[i]);
        else
            s->files.names[kept++] = s->files.names[i];
    }
    s->files.n = kept;
    s->messages = MEM_ARRAY(struct bytes, kept);
    for (size_t i = 0; i < kept; i++)
        s->messages[i] = recording_read(RECORDINGS, name, s->files.names[i]);
    const char *kind = json_string_value(json_object_get(s->manifest, "kind"));
    s->mode = kind && strcmp(kind, "viewport") == 0 ? REPLICA_VIEWPORT : REPLICA_KEYS;
    s->deephaven_nulls = json_is_true(
        json_object_get(json_object_get(s->manifest, "options"), "use_deephaven_nulls"));
}

static void scenario_release(struct scenario *s)
{
    for (size_t i = 0; i < s->files.n; i++)
        recording_free(s->messages[i]);
    free(s->messages);
    name_list_release(&s->files);
    json_decref(s->manifest);
}

/* Streams whose manifest says what a table must hold. */
static bool has_updates(const char *name)
{
    json_t *m = recording_manifest(RECORDINGS, name);
    json_t *updates = json_object_get(m, "updates");
    bool has = json_array_size(updates) > 0 &&
               json_object_get(json_array_get(updates, 0), "data") != NULL;

    json_decref(m);
    return has;
}

struct stream {
    struct update_reader *reader;
    struct replica *replica; /* NULL before the schema */
    bool updated;            /* by the last message */
};

static struct stream stream_open(const struct scenario *s)
{
    return (struct stream){.reader = update_reader_new(s->mode, s->deephaven_nulls)};
}

static void stream_close(struct stream *st)
{
    update_reader_free(st->reader);
    replica_free(st->replica);
}

static enum err_code stream_feed(struct stream *st, const struct scenario *s,
                                 struct bytes message, struct err *e)
{
    struct update_reader_out got;

    st->updated = false;
    TRY(update_reader_feed(st->reader, message, &got, e));
    if (got.schema)
        st->replica = replica_new(got.schema, s->mode);
    if (!got.update)
        return ERR_OK;
    TRY(replica_apply(st->replica, got.update, e));
    st->updated = true;
    return ERR_OK;
}

/* --- comparing with the manifest --- */

static json_t *hex_text(struct bytes b)
{
    char *s = mem_calloc(2 * b.len + 1, 1);

    for (size_t i = 0; i < b.len; i++)
        (void)snprintf(s + 2 * i, 3, "%02x", b.data[i]);
    json_t *j = json_string(s);
    free(s);
    return j;
}

/* Decimal digits of a big-endian two's complement number, owned. */
static char *big_digits(struct bytes b)
{
    BIGNUM *n = BN_bin2bn(b.data, (int)b.len, NULL);

    if (b.len && b.data[0] & 0x80) {
        BIGNUM *wrap = BN_new();
        BN_set_bit(wrap, (int)(8 * b.len));
        BN_sub(n, n, wrap);
        BN_free(wrap);
    }
    char *digits = BN_bn2dec(n);
    char *copy = mem_strdup(digits);
    OPENSSL_free(digits);
    BN_free(n);
    return copy;
}

static json_t *decimal_text(struct bytes b)
{
    int32_t scale = (int32_t)bytes_u32(b.data);
    char *digits = big_digits((struct bytes){b.data + 4, b.len - 4});
    bool negative = digits[0] == '-';
    const char *whole = digits + negative;
    char *s;

    if (scale <= 0) {
        s = mem_printf("%s%0*d", digits, -scale, 0);
        s[strlen(digits) + (size_t)-scale] = '\0';
    } else {
        char *wide = mem_printf("%0*d%s", scale + 1, 0, whole);
        size_t skip = strlen(whole) < (size_t)scale + 1 ? strlen(whole) : (size_t)scale + 1;
        const char *all = wide + skip; /* at least scale + 1 digits */
        int before = (int)strlen(all) - scale;
        s = mem_printf("%s%.*s.%s", negative ? "-" : "", before, all, all + before);
        free(wide);
        while (s[strlen(s) - 1] == '0')
            s[strlen(s) - 1] = '\0';
    }
    json_t *j = json_string(s);
    free(s);
    free(digits);
    return j;
}

static json_t *double_json(double d)
{
    if (isnan(d))
        return json_string("NaN");
    if (isinf(d))
        return json_string(d < 0 ? "-Infinity" : "Infinity");
    return json_real(d);
}

static json_t *json_of(const struct value *v);

static json_t *list_json(const struct column *c)
{
    json_t *a = json_array();

    for (size_t i = 0; i < column_length(c); i++) {
        struct value v = column_get(c, i);
        json_array_append_new(a, json_of(&v));
    }
    return a;
}

/* The value as the manifest writes it. */
static json_t *json_of(const struct value *v)
{
    json_t *j;
    char *digits;

    if (v->state != VALUE_SET)
        return json_null();
    switch (v->type->kind) {
    case KIND_BOOL:
        return json_boolean(v->i);
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return double_json(v->d);
    case KIND_STRING:
        return json_stringn((const char *)v->bytes.data, v->bytes.len);
    case KIND_DATE:
        return json_integer(v->i * 86400000);
    case KIND_BIG_INTEGER:
        digits = big_digits(v->bytes);
        j = json_string(digits);
        free(digits);
        return j;
    case KIND_BIG_DECIMAL:
        return decimal_text(v->bytes);
    case KIND_BINARY:
        return hex_text(v->bytes);
    case KIND_LIST:
        return list_json(v->list);
    default:
        return json_integer(v->i);
    }
}

/* Whole numbers may stand for doubles; otherwise types must agree, and -0.0 is not 0.0. */
static bool json_same(const json_t *want, const json_t *got)
{
    if (json_is_real(got) && json_is_number(want)) {
        double a = json_number_value(want);
        double b = json_real_value(got);
        return memcmp(&a, &b, sizeof(a)) == 0;
    }
    if (json_is_array(want) && json_is_array(got)) {
        if (json_array_size(want) != json_array_size(got))
            return false;
        for (size_t i = 0; i < json_array_size(want); i++) {
            if (!json_same(json_array_get(want, i), json_array_get(got, i)))
                return false;
        }
        return true;
    }
    return json_equal(want, got);
}

static void check_cell(const struct scenario *s, const char *file, const char *column,
                       size_t row, const json_t *want, const struct value *v)
{
    json_t *got = json_of(v);

    if (!json_same(want, got)) {
        char *a = json_dumps(want, JSON_ENCODE_ANY);
        char *b = json_dumps(got, JSON_ENCODE_ANY);
        fail_msg("%s %s: %s row %zu is %s, not %s", s->name, file, column, row, b, a);
    }
    json_decref(got);
}

/* Name of a schema column in the manifest: the second of a name gets "#2". */
static char *column_label(const struct schema *schema, size_t c)
{
    int nth = 1;

    for (size_t i = 0; i < c; i++)
        nth += strcmp(schema->columns[i].name, schema->columns[c].name) == 0;
    return nth > 1 ? mem_printf("%s#%d", schema->columns[c].name, nth)
                   : mem_strdup(schema->columns[c].name);
}

static char *json_ranges(const json_t *ranges)
{
    struct rowset *rs = rowset_new();

    if (!json_is_array(ranges)) {
        rowset_free(rs);
        return mem_strdup("none");
    }
    for (size_t i = 0; i < json_array_size(ranges); i++) {
        const json_t *r = json_array_get(ranges, i);
        rowset_add(rs, json_integer_value(json_array_get(r, 0)),
                   json_integer_value(json_array_get(r, 1)));
    }
    char *text = text_of_set(rs);
    rowset_free(rs);
    return text;
}

static void check_set(const json_t *want, const struct rowset *got)
{
    char *a = json_ranges(want);
    char *b = text_of_set(got);

    assert_string_equal(b, a);
    free(a);
    free(b);
}

static void check_state(const struct replica *r, const json_t *u)
{
    json_t *size = json_object_get(u, "table_size");
    json_t *viewport = json_object_get(u, "effective_viewport");
    json_t *reverse = json_object_get(u, "effective_reverse");
    json_t *keys = json_object_get(u, "added_rows");

    if (viewport)
        check_set(viewport, replica_viewport(r));
    if (reverse)
        assert_int_equal(replica_reverse(r), json_is_true(reverse));
    if (size && json_integer_value(size) > 0)
        assert_int_equal(replica_table_size(r), json_integer_value(size));
    if (replica_mode(r) == REPLICA_VIEWPORT)
        assert_int_equal(replica_table_size(r), json_integer_value(size));
    if (keys)
        check_set(keys, replica_keys(r));
}

/* Position that row i of the manifest stands for. */
static int64_t position_of(const struct replica *r, const json_t *u, size_t i)
{
    size_t rows = (size_t)json_integer_value(json_object_get(u, "rows"));

    if (replica_mode(r) == REPLICA_KEYS && rowset_count(replica_keys(r)) == rows)
        return (int64_t)i; /* all keys, those without data as null */
    assert_int_equal(replica_held(r), rows);
    return replica_position(r, i);
}

static size_t check_cells(const struct scenario *s, const char *file,
                          const struct replica *r, const json_t *u)
{
    const struct schema *schema = replica_schema(r);
    size_t rows = (size_t)json_integer_value(json_object_get(u, "rows"));
    size_t seen = 0;

    for (size_t c = 0; c < schema->n_columns; c++) {
        char *label = column_label(schema, c);
        json_t *want = json_object_get(json_object_get(u, "data"), label);
        bool effective = rowset_has(replica_columns(r), (int64_t)c);

        if (replica_generation(r) > 0)
            assert_int_equal(effective, want != NULL);
        assert_int_equal(want ? json_array_size(want) : rows, rows);
        for (size_t i = 0; want && i < rows; i++) {
            int64_t at = position_of(r, u, i);
            struct value v = replica_cell(r, c, at);
            const json_t *w = json_array_get(want, i);

            assert_true(v.state != VALUE_ABSENT || json_is_null(w));
            assert_int_equal(replica_position(r, (size_t)replica_row_at(r, at)),
                             replica_row_at(r, at) < 0 ? -1 : at);
            check_cell(s, file, label, i, w, &v);
        }
        seen += want ? rows : 0;
        free(label);
    }
    return seen;
}

static size_t replay(const struct scenario *s)
{
    struct stream st = stream_open(s);
    json_t *updates = json_object_get(s->manifest, "updates");
    size_t next = 0;
    size_t cells = 0;
    struct err e;

    for (size_t i = 0; i < s->files.n; i++) {
        const char *file = s->files.names[i];
        json_t *u = json_array_get(updates, next);
        const char *after = json_string_value(json_object_get(u, "after"));
        bool due = after && strcmp(after, file) == 0;

        if (stream_feed(&st, s, s->messages[i], &e) != ERR_OK)
            fail_msg("%s %s: %s", s->name, file, e.msg);
        assert_int_equal(st.updated, due && i > 0);
        if (!due)
            continue;
        if (st.updated)
            check_state(st.replica, u);
        cells += check_cells(s, file, st.replica, u);
        next++;
    }
    assert_int_equal(next, json_array_size(updates));
    stream_close(&st);
    return cells;
}

static void recorded_streams_give_the_expected_cells(void **state)
{
    (void)state;
    struct name_list names = recording_scenarios(RECORDINGS);
    size_t cells = 0;
    size_t streams = 0;

    for (size_t i = 0; i < names.n; i++) {
        struct scenario s;

        if (!has_updates(names.names[i]))
            continue;
        scenario_load(&s, names.names[i]);
        cells += replay(&s);
        streams++;
        scenario_release(&s);
    }
    name_list_release(&names);
    print_message("%zu streams, %zu cells compared\n", streams, cells);
    assert_true(streams >= 40 && cells > 10000);
}

/* --- damage --- */

struct tally {
    size_t refused, decoded;
};

/* Replays the messages before number m, then feeds a damaged one. */
static void feed_damaged(const struct scenario *s, size_t m, struct bytes message,
                         uint64_t before, struct tally *t)
{
    struct stream st = stream_open(s);
    struct err e = {.code = ERR_OK};

    for (size_t i = 0; i < m; i++)
        assert_int_equal(stream_feed(&st, s, s->messages[i], &e), ERR_OK);
    bool had = st.replica != NULL;
    enum err_code rc = stream_feed(&st, s, message, &e);
    if (rc == ERR_OK) {
        t->decoded++;
        if (st.replica)
            (void)hash_of_replica(st.replica); /* reads every cell */
    } else {
        t->refused++;
        assert_true(rc == ERR_PROTO || rc == ERR_MISFIT || rc == ERR_LIMIT);
        assert_true(strlen(e.msg) > 0);
        assert_int_equal(st.replica != NULL, had);
        assert_true(!had || hash_of_replica(st.replica) == before);
    }
    stream_close(&st);
}

/* What a replica holds before message m; every replay comes to the same. */
static uint64_t hash_before(const struct scenario *s, size_t m)
{
    struct stream st = stream_open(s);
    struct err e;

    for (size_t i = 0; i < m; i++)
        assert_int_equal(stream_feed(&st, s, s->messages[i], &e), ERR_OK);
    uint64_t hash = st.replica ? hash_of_replica(st.replica) : 0;
    stream_close(&st);
    return hash;
}

/* An exact allocation, so that a read past the end is noticed. */
static void damage_message(const struct scenario *s, size_t m, struct tally *t)
{
    struct bytes whole = s->messages[m];
    uint64_t before = hash_before(s, m);

    for (size_t at = 0; at < whole.len; at++) {
        uint8_t *cut = mem_dup(whole.data, at);
        feed_damaged(s, m, (struct bytes){cut, at}, before, t);
        free(cut);
        uint8_t *flipped = mem_dup(whole.data, whole.len);
        flipped[at] ^= 0xff;
        feed_damaged(s, m, (struct bytes){flipped, whole.len}, before, t);
        free(flipped);
    }
}

static void damaged_messages_leave_the_replica_alone(void **state)
{
    (void)state;
    struct name_list names = recording_scenarios(RECORDINGS);
    struct tally t = {0, 0};

    for (size_t i = 0; i < names.n; i++) {
        struct scenario s;

        if (!has_updates(names.names[i]))
            continue;
        scenario_load(&s, names.names[i]);
        for (size_t m = 0; m < s.files.n; m++)
            damage_message(&s, m, &t);
        scenario_release(&s);
    }
    name_list_release(&names);
    print_message("%zu damaged messages refused, %zu decoded\n", t.refused, t.decoded);
    assert_true(t.refused > 1000 && t.decoded > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_streams_give_the_expected_cells),
        cmocka_unit_test(damaged_messages_leave_the_replica_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
