/* A table that is given a name or a ticket, beside a session that is stood in for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/publish.h"
#include "client/tickets.h"
#include "tests/unit/stand_in/session.h"

#define COPY "ExportFromTicket"
#define PUBLISH "PublishFromTicket"

static struct {
    int n;
    struct err why; /* code ERR_OK: it went well */
} told;

static void on_told(void *ctx, const struct err *why)
{
    (void)ctx;
    told.n++;
    if (why)
        told.why = *why;
}

static struct publish *begin(struct bytes as)
{
    struct publish *p = NULL;
    struct err e;

    stand_in_begin();
    memset(&told, 0, sizeof(told));
    if (publish_start(stand_in_session(), bytes_of("e1234"), as, on_told, NULL, &p, &e) !=
        ERR_OK)
        fail_msg("%s", e.msg);
    return p;
}

static struct buf nothing(void)
{
    struct buf b;

    buf_init(&b, 1);
    return b;
}

static void a_name_that_is_taken_copies_nothing(void **state)
{
    (void)state;
    (void)begin(bytes_of("s/taken"));
    stand_in_replies(stand_in_call(COPY), nothing());
    assert_int_equal(told.n, 1);
    assert_string_equal(told.why.msg, "taken is taken by a variable on the server");
    assert_int_equal(stand_in_count(NULL), 1);
    assert_int_equal(stand_in_released(), 1); /* what has the name */
}

static void a_name_that_is_free_is_given_to_a_copy_which_is_let_go(void **state)
{
    (void)state;
    (void)begin(bytes_of("s/free"));
    stand_in_refuses(stand_in_call(COPY), ERR_NOT_FOUND);
    assert_int_equal(told.n, 0);
    stand_in_replies(stand_in_call(COPY), nothing());
    assert_true(stand_in_was_sent(stand_in_call(PUBLISH), "s/free"));
    stand_in_replies(stand_in_call(PUBLISH), nothing());
    assert_int_equal(told.n, 1);
    assert_int_equal(told.why.code, ERR_OK);
    assert_int_equal(stand_in_released(), 2);
}

static void a_share_lasts_as_long_as_its_copy(void **state)
{
    uint8_t room[SHARED_TICKET_LEN];
    struct err e;

    (void)state;
    assert_int_equal(ticket_new_shared(room, &e), ERR_OK);
    (void)begin((struct bytes){room, sizeof(room)});
    stand_in_replies(stand_in_call(COPY), nothing());
    stand_in_replies(stand_in_call(PUBLISH), nothing());
    assert_int_equal(told.why.code, ERR_OK);
    assert_int_equal(stand_in_released(), 0);
}

static void one_that_is_dropped_lets_go_of_what_it_has_asked_for_alone(void **state)
{
    struct publish *p = begin(bytes_of("s/free"));

    (void)state;
    publish_drop(p);
    assert_int_equal(stand_in_released(), 1);
    assert_int_equal(told.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_taken_copies_nothing),
        cmocka_unit_test(a_name_that_is_free_is_given_to_a_copy_which_is_let_go),
        cmocka_unit_test(a_share_lasts_as_long_as_its_copy),
        cmocka_unit_test(one_that_is_dropped_lets_go_of_what_it_has_asked_for_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
