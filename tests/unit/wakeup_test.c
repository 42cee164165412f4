/* The queue between threads: nothing lost, order kept, the loop woken. Also built and run
 * with the thread sanitizer, without gRPC. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/rpc/wakeup.h"

#define PUSHERS 4
#define ITEMS 5000

struct item {
    struct wakeup_item item; /* first */
    int pusher, serial;
};

static struct {
    uv_loop_t loop;
    struct wakeup *wakeup;
    int next[PUSHERS];
    int received;
} t;

static struct item items[PUSHERS][ITEMS];

static void on_item(struct wakeup_item *item)
{
    struct item *i = (struct item *)item;

    assert_int_equal(i->serial, t.next[i->pusher]);
    t.next[i->pusher]++;
    if (++t.received == PUSHERS * ITEMS)
        uv_stop(&t.loop);
}

static void *push_all(void *arg)
{
    struct item *mine = arg;

    for (int i = 0; i < ITEMS; i++)
        wakeup_push(t.wakeup, &mine[i].item);
    return NULL;
}

static void every_item_arrives_once_and_in_order(void **state)
{
    pthread_t thread[PUSHERS];

    (void)state;
    assert_int_equal(uv_loop_init(&t.loop), 0);
    t.wakeup = wakeup_new(&t.loop);
    for (int p = 0; p < PUSHERS; p++) {
        for (int i = 0; i < ITEMS; i++)
            items[p][i] = (struct item){.item = {.run = on_item}, .pusher = p, .serial = i};
        assert_int_equal(pthread_create(&thread[p], NULL, push_all, items[p]), 0);
    }
    (void)uv_run(&t.loop, UV_RUN_DEFAULT);
    for (int p = 0; p < PUSHERS; p++)
        assert_int_equal(pthread_join(thread[p], NULL), 0);
    wakeup_close(t.wakeup); /* only now: a push may still have been on its way out */
    assert_int_equal(uv_run(&t.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(t.received, PUSHERS * ITEMS);
    assert_int_equal(uv_loop_close(&t.loop), 0);
}

static int drained;

static void count(struct wakeup_item *item)
{
    (void)item;
    drained++;
}

static void draining_takes_what_waits(void **state)
{
    uv_loop_t loop;
    struct wakeup *w;
    struct wakeup_item one = {.run = count}, two = {.run = count};

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    w = wakeup_new(&loop);
    assert_false(wakeup_drain(w));
    wakeup_push(w, &one);
    wakeup_push(w, &two);
    assert_true(wakeup_drain(w));
    assert_int_equal(drained, 2);
    wakeup_close(w);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(drained, 2);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_arrives_once_and_in_order),
        cmocka_unit_test(draining_takes_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
