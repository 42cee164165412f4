/*
 * Random histories of ticks and viewport changes: what the demo server's subscription sends
 * is decoded by the client's own reader, applied to the client's own replica, and compared
 * with the table cell by cell after every update.
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
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/update_reader.h"
#include "client/wire/wire.h"
#include "demo/noise.h"
#include "demo/subscriber.h"
#include "demo/tables.h"
#include "demo/written.h"
#include "model/replica.h"
#include "tests/support/build.h"

#define MESSAGE_MAX ((size_t)64 << 20)
#define HISTORIES 120
#define STEPS 40

static uint64_t seed; /* of the run; printed, and set with SEED in the environment */

/* --- a table that does whatever a table can do --- */

#define CHAOS_IDS 60
#define CHAOS_BEAT 50

static int64_t chaos_ids(uint64_t world_seed, int64_t at_ms, int64_t *out)
{
    uint64_t beat = (uint64_t)(at_ms / CHAOS_BEAT);
    int64_t n = 0;

    for (int64_t id = 0; id < CHAOS_IDS; id++) {
        uint64_t life = noise_hash(world_seed, (uint64_t)id, beat / (3 + (uint64_t)id % 5));

        if (life % 3 == 0)
            continue;
        out[n++] = id;
    }
    /* some beats move a row to another place */
    for (uint64_t k = 0; n > 1 && k < beat % 4; k++) {
        uint64_t bits = noise_hash(world_seed, 777 + k, beat);
        int64_t from = (int64_t)(bits % (uint64_t)n);
        int64_t to = (int64_t)((bits >> 32) % (uint64_t)n);
        int64_t moved = out[from];

        out[from] = out[to];
        out[to] = moved;
    }
    return n;
}

static int64_t chaos_size(const struct world *w, int64_t at_ms)
{
    int64_t ids[CHAOS_IDS];

    return chaos_ids(w->seed, at_ms, ids);
}

static int64_t chaos_id_at(const struct world *w, int64_t position, int64_t at_ms)
{
    int64_t ids[CHAOS_IDS];

    (void)chaos_ids(w->seed, at_ms, ids);
    return ids[position];
}

static int64_t chaos_stamp(const struct world *w, int64_t at_ms)
{
    (void)w;
    return at_ms / CHAOS_BEAT;
}

static int64_t chaos_version(const struct world *w, int64_t id, size_t column,
                             int64_t at_ms)
{
    int64_t beat = at_ms / CHAOS_BEAT;

    return (int64_t)(noise_hash(w->seed, (uint64_t)id * 8 + column,
                                (uint64_t)(beat / (1 + id % 4))) %
                     3);
}

static void chaos_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    int64_t version = chaos_version(w, id, column, at_ms);
    char text[40];

    if (version == 2 && column > 0) {
        column_push_null(out);
    } else if (column == 1) {
        (void)snprintf(text, sizeof(text), "row %" PRId64 " %" PRId64, id, version);
        column_push_bytes(out, bytes_of(text));
    } else {
        column_push_int(out, id * 100 + version);
    }
}

static struct demo_column chaos_columns[] = {
    {.name = (char *)"A", .java = "long", .about = ""},
    {.name = (char *)"B", .java = "java.lang.String", .about = ""},
    {.name = (char *)"C", .java = "int", .about = ""}};

static struct demo_table chaos_table(void)
{
    chaos_columns[0].type = type_new(KIND_LONG, NULL);
    chaos_columns[1].type = type_new(KIND_STRING, NULL);
    chaos_columns[2].type = type_new(KIND_INT, NULL);
    return (struct demo_table){.name = "chaos",
                               .about = "",
                               .columns = chaos_columns,
                               .n_columns = 3,
                               .size = chaos_size,
                               .id_at = chaos_id_at,
                               .stamp = chaos_stamp,
                               .version = chaos_version,
                               .cell = chaos_cell};
}

static void chaos_release(struct demo_table *t)
{
    for (size_t c = 0; c < t->n_columns; c++)
        type_free(t->columns[c].type);
}

/* --- one client --- */

struct client {
    struct world *world;
    struct selection view;
    struct subscriber *subscriber;
    struct update_reader *reader;
    struct replica *replica;
    struct rowset *viewport, *columns; /* asked for last */
    bool reverse, started;
    int64_t at_ms;
    uint64_t bits; /* state of the random numbers */
    size_t n_updates;
};

static uint64_t next_bits(struct client *c)
{
    c->bits = noise_hash(c->bits, 1, 2);
    return c->bits;
}

static int64_t below(struct client *c, int64_t n)
{
    return (int64_t)(next_bits(c) % (uint64_t)n);
}

static void feed(struct client *c, struct bytes message)
{
    struct update_reader_out got;
    struct err e;

    if (update_reader_feed(c->reader, message, &got, &e) != ERR_OK)
        fail_msg("message refused: %s", e.msg);
    if (got.schema)
        c->replica = replica_new(got.schema, REPLICA_VIEWPORT);
    if (!got.update)
        return;
    if (replica_apply(c->replica, got.update, &e) != ERR_OK)
        fail_msg("update refused: %s", e.msg);
    c->n_updates++;
}

static void open_client(struct client *c, const struct demo_table *t, struct world *w,
                        bool deephaven_nulls, uint64_t cells)
{
    struct outgoing_options o = {.deephaven_nulls = deephaven_nulls};
    struct buf header, message;
    struct err e;

    c->world = w;
    selection_of_table(t, &c->view);
    if (next_bits(c) & 1)
        o.batch_rows = 1 + (int32_t)below(c, 9);
    if (next_bits(c) & 1)
        o.max_message = 1000;
    c->subscriber = subscriber_new(&c->view, w, &o, cells);
    c->reader = update_reader_new(REPLICA_VIEWPORT, deephaven_nulls);
    buf_init(&header, MESSAGE_MAX);
    buf_init(&message, MESSAGE_MAX);
    assert_int_equal(selection_schema(&c->view, &header, &e), ERR_OK);
    assert_int_equal(
        wire_flight_data_encode(
            &(struct wire_flight_data){.data_header = buf_bytes(&header)}, &message, &e),
        ERR_OK);
    feed(c, buf_bytes(&message));
    buf_release(&header);
    buf_release(&message);
}

static void close_client(struct client *c)
{
    subscriber_free(c->subscriber);
    update_reader_free(c->reader);
    replica_free(c->replica);
    rowset_free(c->viewport);
    rowset_free(c->columns);
    selection_release(&c->view);
}

static bool shown(const struct client *c, int64_t position, int64_t size)
{
    int64_t from_edge = replica_reverse(c->replica) ? size - 1 - position : position;

    return rowset_has(replica_viewport(c->replica), from_edge);
}

static void check_cell(const struct client *c, size_t column, int64_t position, bool here)
{
    const struct demo_table *t = c->view.table;
    struct value is = replica_cell(c->replica, column, position);
    struct column *want = column_new(t->columns[column].type);

    if (!here) {
        assert_int_equal(is.state, VALUE_ABSENT);
    } else {
        table_cell(t, c->world, table_id_at(t, c->world, position, c->at_ms), column,
                   c->at_ms, want);
        struct value v = column_get(want, 0);

        if (!value_equal(&is, &v))
            fail_msg("%s: column %zu of row %" PRId64 " at %" PRId64
                     " ms differs (seed %" PRIu64 ")",
                     t->name, column, position, c->at_ms, seed);
    }
    column_free(want);
}

/* Everything near the table, and what the replica says of itself. */
static void check_replica(const struct client *c, bool blank)
{
    const struct demo_table *t = c->view.table;
    int64_t size = table_size(t, c->world, c->at_ms);
    int64_t from = size > 200 ? size - 100 : 0;

    assert_int_equal(replica_table_size(c->replica), size);
    for (size_t column = 0; column < t->n_columns; column++) {
        bool wanted = rowset_has(replica_columns(c->replica), (int64_t)column);

        for (int64_t p = 0; p < (size < 200 ? size : 100); p++)
            check_cell(c, column, p, wanted && !blank && shown(c, p, size));
        for (int64_t p = from; p < size; p++)
            check_cell(c, column, p, wanted && !blank && shown(c, p, size));
    }
}

/* Sends one update, if there is one, and looks at the result. */
static bool advance(struct client *c)
{
    struct outgoing *o = subscriber_next(c->subscriber, c->at_ms);
    bool done = false;
    bool blank = c->view.table->is_blink && !c->started;

    if (!o)
        return false;
    while (!done) {
        struct buf message;
        struct err e;

        buf_init(&message, MESSAGE_MAX);
        if (outgoing_next(o, &message, &done, &e) != ERR_OK)
            fail_msg("cannot be sent: %s", e.msg);
        feed(c, buf_bytes(&message));
        buf_release(&message);
    }
    outgoing_free(o);
    c->started = true;
    check_replica(c, blank);
    return true;
}

static struct rowset *random_viewport(struct client *c, int64_t size)
{
    struct rowset *rs = rowset_new();
    int64_t ranges = below(c, 6) == 0 ? 3 : 1;

    if (below(c, 15) == 0)
        return rs;
    for (int64_t i = 0; i < ranges; i++) {
        int64_t first = below(c, (size < 70 ? size : 70) + 10);

        rowset_add(rs, first, first + below(c, 30));
    }
    return rs;
}

static void ask(struct client *c)
{
    const struct demo_table *t = c->view.table;
    struct rowset *columns = rowset_new();

    rowset_free(c->viewport);
    rowset_free(c->columns);
    c->viewport = random_viewport(c, table_size(t, c->world, c->at_ms));
    c->reverse = !t->is_blink && below(c, 3) == 0;
    for (size_t i = 0; i < t->n_columns && i < 30; i++) {
        if (next_bits(c) & 3)
            rowset_add(columns, (int64_t)i, (int64_t)i);
    }
    c->columns = columns;
    subscriber_request(c->subscriber, rowset_copy(c->viewport), rowset_copy(columns),
                       c->reverse);
}

static void check_settled(const struct client *c)
{
    assert_true(rowset_equal(replica_viewport(c->replica), c->viewport));
    assert_true(rowset_equal(replica_columns(c->replica), c->columns));
    assert_int_equal(replica_reverse(c->replica), c->reverse);
}

/* Some rows of "stock", of few keys, are put in or taken out, from the next moment on. */
static void write_some(struct client *c)
{
    const struct demo_table *t = c->view.table;
    int64_t n = below(c, 4);
    struct column *cells[8];
    struct err e;

    assert_true(t->n_columns <= 8);
    for (size_t i = 0; i < t->n_columns; i++)
        cells[i] = column_new(t->columns[i].type);
    for (int64_t row = 0; row < n; row++) {
        column_push_bytes(cells[0],
                          (struct bytes){(const uint8_t *)"abcdefgh" + below(c, 8), 1});
        column_push_int(cells[1], below(c, 3));
        column_push_double(cells[2], (double)below(c, 3));
        column_push_null(cells[3]);
        column_push_int(cells[4], below(c, 3));
    }
    if (below(c, 3) == 0)
        written_delete(t->written, (const struct column *const *)cells, ++c->at_ms);
    else
        assert_int_equal(
            written_add(t->written, (const struct column *const *)cells, ++c->at_ms, &e),
            ERR_OK);
    for (size_t i = 0; i < t->n_columns; i++)
        column_free(cells[i]);
}

static size_t run_history(const struct demo_table *t, uint64_t history, bool writes)
{
    struct world w = {.seed = seed + history, .trades_per_s = 200};
    struct client c = {.bits = noise_hash(seed, history, 3)};
    size_t updates;

    world_init(&w);
    open_client(&c, t, &w, history & 1, history % 3 ? 8192 : 24);
    ask(&c);
    for (int step = 0; step < STEPS; step++) {
        int64_t what = below(&c, 10);

        if (writes && what < 3)
            write_some(&c);
        if (what < 4)
            c.at_ms += below(&c, 400);
        else if (what < 6)
            ask(&c);
        else
            (void)advance(&c);
    }
    while (advance(&c))
        continue;
    check_settled(&c);
    updates = c.n_updates;
    close_client(&c);
    world_release(&w);
    return updates;
}

static void random_histories_of_a_changing_table_are_followed(void **state)
{
    struct demo_table t = chaos_table();
    size_t updates = 0;

    (void)state;
    for (uint64_t i = 0; i < HISTORIES; i++)
        updates += run_history(&t, i, false);
    printf("seed %" PRIu64 ": %zu updates\n", seed, updates);
    assert_true(updates > HISTORIES * 5);
    chaos_release(&t);
}

static void random_histories_of_every_demo_table_are_followed(void **state)
{
    struct world w = {.seed = seed, .trades_per_s = 200};
    struct demo_table *tables;
    size_t n;

    (void)state;
    world_init(&w);
    n = demo_tables_new(&w, &tables);
    for (size_t i = 0; i < n; i++) {
        if (tables[i].n_columns > 1000)
            continue; /* compared cell by cell it takes too long; see the next test */
        for (uint64_t history = 0; history < 12; history++)
            assert_true(run_history(&tables[i], history, false) > 0);
    }
    demo_tables_free(tables, n);
    world_release(&w);
}

static const struct demo_table *find(const struct demo_table *tables, size_t n,
                                     const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    }
    fail_msg("no table %s", name);
    return NULL;
}

static void what_is_written_is_followed_as_what_changes_by_itself(void **state)
{
    struct world w = {.seed = seed, .trades_per_s = 200};
    size_t updates = 0;

    (void)state;
    world_init(&w);
    for (uint64_t history = 0; history < 40; history++) {
        struct demo_table *tables;
        size_t n = demo_tables_new(&w, &tables);

        updates += run_history(find(tables, n, "stock"), history, true);
        demo_tables_free(tables, n);
    }
    assert_true(updates > 400);
    world_release(&w);
}

static void the_window_of_a_wide_table_holds_what_was_asked_for(void **state)
{
    struct world w = {.seed = seed, .trades_per_s = 200};
    struct client c = {.bits = seed};
    struct demo_table *tables;
    size_t n;

    (void)state;
    world_init(&w);
    n = demo_tables_new(&w, &tables);
    open_client(&c, find(tables, n, "wide"), &w, true, 8192);
    c.viewport = rowset_new_range(5, 9);
    c.columns = rowset_new_range(9990, 9999);
    subscriber_request(c.subscriber, rowset_copy(c.viewport), rowset_copy(c.columns),
                       false);
    struct outgoing *o = subscriber_next(c.subscriber, 0);
    for (bool done = false; !done;) {
        struct buf message;
        struct err e;

        buf_init(&message, MESSAGE_MAX);
        assert_int_equal(outgoing_next(o, &message, &done, &e), ERR_OK);
        feed(&c, buf_bytes(&message));
        buf_release(&message);
    }
    outgoing_free(o);
    check_settled(&c);
    for (int64_t p = 4; p < 11; p++) {
        for (size_t column = 9989; column < 10000; column++)
            check_cell(&c, column, p, p >= 5 && p <= 9 && column >= 9990);
    }
    close_client(&c);
    demo_tables_free(tables, n);
    world_release(&w);
}

/* --- deltas as the protocol's worked examples have them --- */

static void check_delta(const int64_t *before, size_t n, const int64_t *after, size_t m,
                        const char *removed, const char *added)
{
    struct viewport_rows old = {(int64_t *)before, n}, new = {(int64_t *)after, m};
    struct viewport_delta d;
    struct rowset *want_removed = build_set(removed), *want_added = build_set(added);

    viewport_delta(&old, &new, false, &d);
    assert_true(rowset_equal(d.removed, want_removed));
    assert_true(rowset_equal(d.added, want_added));
    viewport_delta_release(&d);
    rowset_free(want_removed);
    rowset_free(want_added);
}

static void a_delta_keeps_as_many_rows_as_can_stay(void **state)
{
    static const int64_t five[] = {1, 2, 3, 4, 5};
    static const int64_t inserted[] = {9, 1, 2, 3, 4};
    static const int64_t deleted[] = {1, 2, 4, 5, 6};
    static const int64_t moved[] = {1, 4, 2, 3, 5};
    static const int64_t turned[] = {5, 4, 3, 2, 1};

    (void)state;
    check_delta(five, 5, five, 5, "", "");
    check_delta(five, 5, inserted, 5, "4", "0");
    check_delta(five, 5, deleted, 5, "2", "4");
    check_delta(five, 5, moved, 5, "3", "1");
    check_delta(five, 5, turned, 5, "1-4", "0-3");
    check_delta(five, 5, NULL, 0, "0-4", "");
    check_delta(NULL, 0, five, 5, "", "0-4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delta_keeps_as_many_rows_as_can_stay),
        cmocka_unit_test(random_histories_of_a_changing_table_are_followed),
        cmocka_unit_test(random_histories_of_every_demo_table_are_followed),
        cmocka_unit_test(what_is_written_is_followed_as_what_changes_by_itself),
        cmocka_unit_test(the_window_of_a_wide_table_holds_what_was_asked_for),
    };
    const char *given = getenv("SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 "\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
