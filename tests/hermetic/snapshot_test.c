/* Rows of a table first to last, in slices, on the demo server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/snapshot.h"
#include "tests/support/demo_program.h"
#include "tests/support/feed_client.h"
#include "tests/support/trial.h"

#define ROWS 1000000000 /* of "billion", whose column Row counts from 0 */
#define ROWS_MAX 64

/* What has come, and how it ended. One at a time. */
static struct {
    struct snapshot *snapshot;
    int64_t rows[ROWS_MAX];
    size_t n;
    size_t stop_after; /* batches; then the taker fails; 0: never */
    size_t batches;
    bool asked_ahead; /* another slice was asked for when the first rows came */
    bool ended;
    struct err why; /* ERR_OK: all has come */
} seen;

static enum err_code on_schema(void *ctx, const struct schema *schema, struct bytes message,
                               struct err *e)
{
    (void)ctx;
    (void)e;
    assert_int_equal(schema->n_columns, 6);
    assert_true(message.len > 0);
    return ERR_OK;
}

static enum err_code on_batch(void *ctx, const struct snapshot_batch *b, struct err *e)
{
    (void)ctx;
    for (uint64_t i = 0; i < b->rows; i++) {
        assert_true(seen.n < ROWS_MAX);
        seen.rows[seen.n++] = flat_get(&b->columns[0], i).i;
    }
    if (seen.batches == 0)
        seen.asked_ahead = !snapshot_is_one_moment(seen.snapshot);
    if (++seen.batches == seen.stop_after)
        return err_set(e, ERR_IO, "enough");
    return ERR_OK;
}

static void on_ended(void *ctx, const struct err *why)
{
    (void)ctx;
    seen.ended = true;
    if (why)
        seen.why = *why;
}

static const struct snapshot_handler handler = {on_schema, on_batch, on_ended};

static bool has_ended(struct feed_client *c)
{
    (void)c;
    return seen.ended;
}

/* All that comes of rows first to last; as many columns as are said make the first slice.
 */
static void take(struct snapshot_rows rows, size_t n_columns, const char *ticket,
                 size_t stop_after)
{
    struct demo_program *d = trial_serve("");
    struct feed_client *c = feed_client_new(demo_program_address(d), 20);
    struct snapshot_options o = {
        .ticket = bytes_of(ticket), .rows = rows, .n_columns = n_columns};
    struct err e;

    memset(&seen, 0, sizeof(seen));
    seen.stop_after = stop_after;
    assert_int_equal(snapshot_open(connection_session(c->connection), &o, &handler, NULL,
                                   &seen.snapshot, &e),
                     ERR_OK);
    feed_client_wait(c, has_ended, "the end of a snapshot");
    if (seen.why.code == ERR_OK)
        assert_int_equal(snapshot_rows_done(seen.snapshot), seen.n);
    if (seen.why.code == ERR_OK)
        assert_int_equal(snapshot_rows_due(seen.snapshot), seen.n);
    assert_int_equal(snapshot_is_one_moment(seen.snapshot), n_columns <= 6);
    snapshot_free(seen.snapshot);
    feed_client_free(c);
    demo_program_free(d);
}

static void assert_rows(int64_t first, size_t n)
{
    assert_int_equal(seen.why.code, ERR_OK);
    assert_int_equal(seen.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(seen.rows[i], first + (int64_t)i);
}

static void slices_follow_each_other_without_a_gap(void **state)
{
    (void)state;
    take((struct snapshot_rows){3, 12, false}, 5000000, "s/billion",
         0); /* of 2 rows first */
    assert_rows(3, 10);
    take((struct snapshot_rows){0, 9, true}, 5000000, "s/billion", 0);
    assert_rows(ROWS - 10, 10);
}

static void the_next_slice_is_asked_for_when_a_slice_begins_to_come(void **state)
{
    (void)state;
    take((struct snapshot_rows){3, 12, false}, 5000000, "s/billion", 0);
    assert_true(seen.asked_ahead);
    take((struct snapshot_rows){ROWS - 5, ROWS + 5, false}, 6, "s/billion", 0);
    assert_false(seen.asked_ahead);
}

static void what_is_behind_the_end_is_not_waited_for(void **state)
{
    (void)state;
    take((struct snapshot_rows){ROWS - 5, INT64_MAX, false}, 6, "s/billion", 0);
    assert_rows(ROWS - 5, 5);
    take((struct snapshot_rows){ROWS + 5, ROWS + 9, false}, 6, "s/billion", 0);
    assert_rows(0, 0);
}

static void a_taker_that_fails_ends_it_with_its_reason(void **state)
{
    (void)state;
    take((struct snapshot_rows){0, 9, false}, 6, "s/billion", 1);
    assert_int_equal(seen.why.code, ERR_IO);
    assert_string_equal(seen.why.msg, "enough");
    take((struct snapshot_rows){0, 9, false}, 6, "s/nothing_of_that_name", 0);
    assert_int_equal(seen.why.code, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_follow_each_other_without_a_gap),
        cmocka_unit_test(the_next_slice_is_asked_for_when_a_slice_begins_to_come),
        cmocka_unit_test(what_is_behind_the_end_is_not_waited_for),
        cmocka_unit_test(a_taker_that_fails_ends_it_with_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
