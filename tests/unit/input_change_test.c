/*
 * Rows that are written into an input table and taken back, beside a session that is stood
 * in for: what is told of each way it may end, and whether there is a way back then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/input_change.h"
#include "client/wire/wire.h"
#include "tests/unit/stand_in/session.h"

#define ADD "AddTableToInputTable"
#define DELETE "DeleteTableFromInputTable"
enum { OK, INVALID_ARGUMENT = 3, INTERNAL = 13, UNAVAILABLE = 14 };
enum { UPLOAD = 1, OLD, FRESH, SOURCE }; /* exports */

static struct {
    int n;
    struct err why; /* ERR_OK: it was made */
    int64_t rows, replaced;
    bool unknown;
} told;

static void on_result(void *ctx, struct input_change *c, const struct input_result *r)
{
    (void)ctx;
    (void)c;
    told.n++;
    told.why = r->why ? *r->why : (struct err){0};
    told.rows = r->rows;
    told.replaced = r->replaced;
    told.unknown = r->unknown;
}

/* One row with the key 5. */
static struct input_change *start(enum input_job job)
{
    struct schema_column key = {.name = "K",
                                .java_type = "long",
                                .type = type_new(KIND_LONG, NULL),
                                .is_key = true};
    const struct schema_column *columns[] = {&key};
    struct column *cells[] = {column_new(key.type)};
    struct schema schema = {.columns = &key, .n_columns = 1, .is_input = true};
    struct input_options o = {.job = job,
                              .table = bytes_of("table"),
                              .schema = &schema,
                              .rows = {columns, cells, 1, NULL}};
    struct input_change *c = NULL;
    struct err e;

    told.n = 0;
    stand_in_begin();
    column_push_int(cells[0], 5);
    if (input_change_start(NULL, &o, on_result, NULL, &c, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    column_free(cells[0]);
    type_free(key.type);
    return c;
}

static void made(int32_t id, int64_t rows)
{
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct wire_table_created t = {.success = true, .size = rows};
    struct buf message;

    ticket_export(id, ticket);
    t.ticket = (struct bytes){ticket, sizeof(ticket)};
    buf_init(&message, SIZE_MAX);
    (void)wire_table_created_encode(&t, &message, NULL); /* it has the room */
    stand_in_comes(stand_in_call("Batch"), message);
}

/* Of the one key so many rows are there. */
static void looked(int64_t old)
{
    made(SOURCE, INT64_MIN); /* it is not known yet */
    made(FRESH, 1 - old);
    made(OLD, old);
    stand_in_ends(stand_in_call("Batch"), OK);
    stand_in_ends(stand_in_call("DoPut"), OK);
}

static struct input_change *written(enum input_job job, int64_t old)
{
    struct input_change *c = start(job);

    looked(old);
    stand_in_ends(stand_in_call(job == INPUT_DELETE ? DELETE : ADD), OK);
    assert_int_equal(told.n, 1);
    assert_int_equal(told.why.code, ERR_OK);
    assert_true(input_change_can_undo(c));
    return c;
}

static void undo(struct input_change *c)
{
    struct err e;

    if (input_change_undo(c, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static void what_was_replaced_is_put_back_before_the_rest_is_taken_out(void **state)
{
    struct input_change *c = written(INPUT_REPLACE, 1);

    (void)state;
    assert_int_equal(told.replaced, 1);
    undo(c);
    stand_in_ends(stand_in_call(ADD), OK);
    assert_int_equal(told.n, 2);
    assert_true(input_change_is_over(c));
    assert_int_equal(stand_in_count(DELETE), 0); /* no key was new */
    input_change_free(c);
}

static void a_way_back_that_is_refused_is_over(void **state)
{
    static const int jobs[] = {INPUT_INSERT, INPUT_DELETE};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct input_change *c = written((enum input_job)jobs[i], i);

        undo(c);
        stand_in_ends(stand_in_call(i ? ADD : DELETE), INVALID_ARGUMENT);
        assert_int_equal(told.n, 2);
        assert_int_equal(told.why.code, ERR_REFUSED);
        assert_false(told.unknown);
        assert_true(input_change_is_over(c));
        input_change_free(c);
    }
}

static void a_way_back_that_broke_off_or_failed_may_be_tried_again(void **state)
{
    static const int statuses[] = {UNAVAILABLE, INTERNAL};
    struct input_change *c = written(INPUT_INSERT, 0);

    (void)state;
    for (int i = 0; i < 2; i++) {
        undo(c);
        stand_in_ends(stand_in_call(DELETE), statuses[i]);
        assert_int_equal(told.n, 2 + i);
        assert_int_equal(told.unknown, i == 0);
        assert_true(input_change_can_undo(c));
    }
    undo(c);
    stand_in_ends(stand_in_call(DELETE), OK);
    assert_true(input_change_is_over(c));
    input_change_free(c);
}

static void nothing_is_written_before_it_is_known_what_is_there(void **state)
{
    struct input_change *c = start(INPUT_INSERT);

    (void)state;
    stand_in_ends(stand_in_call("DoPut"), OK);
    made(OLD, 0);
    made(FRESH, -2); /* no number of rows */
    stand_in_ends(stand_in_call("Batch"), OK);
    assert_int_equal(told.why.code, ERR_PROTO);
    assert_int_equal(stand_in_count(ADD), 0);
    input_change_free(c);
    c = start(INPUT_INSERT);
    stand_in_comes_cut(stand_in_call("Batch"), bytes_of("\x0a\xff"), 2);
    stand_in_ends(stand_in_call("Batch"), OK);
    stand_in_ends(stand_in_call("DoPut"), OK);
    assert_int_equal(told.why.code, ERR_PROTO);
    input_change_free(c);
    c = start(INPUT_INSERT);
    stand_in_ends(stand_in_call("Batch"), OK); /* with nothing said */
    stand_in_ends(stand_in_call("DoPut"), OK);
    assert_int_equal(told.why.code, ERR_PROTO);
    assert_int_equal(stand_in_count(ADD), 0);
    assert_true(input_change_is_over(c));
    input_change_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_replaced_is_put_back_before_the_rest_is_taken_out),
        cmocka_unit_test(a_way_back_that_is_refused_is_over),
        cmocka_unit_test(a_way_back_that_broke_off_or_failed_may_be_tried_again),
        cmocka_unit_test(nothing_is_written_before_it_is_known_what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
