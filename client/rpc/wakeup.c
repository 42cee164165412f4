#include "client/rpc/wakeup.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* Completions run in one loop turn, so that keys and timers get their turn under load. */
#define WAKEUP_BATCH 64

struct wakeup {
    uv_async_t async;
    pthread_mutex_t lock;
    struct wakeup_item *head, **tail;
};

static struct wakeup_item *pop(struct wakeup *w)
{
    struct wakeup_item *item;

    (void)pthread_mutex_lock(&w->lock);
    item = w->head;
    if (item) {
        w->head = item->next;
        if (!w->head)
            w->tail = &w->head;
    }
    (void)pthread_mutex_unlock(&w->lock);
    return item;
}

static bool run_up_to(struct wakeup *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct wakeup_item *item = pop(w);

        if (!item)
            return false;
        item->run(item);
    }
    return true;
}

static void on_async(uv_async_t *async)
{
    struct wakeup *w = async->data;

    if (run_up_to(w, WAKEUP_BATCH))
        (void)uv_async_send(
            &w->async); /* perhaps more: come again after the other sources */
}

struct wakeup *wakeup_new(uv_loop_t *loop)
{
    struct wakeup *w = MEM_NEW(struct wakeup);

    w->tail = &w->head;
    (void)pthread_mutex_init(&w->lock, NULL);
    if (uv_async_init(loop, &w->async, on_async) != 0) {
        (void)fputs("dhview: no descriptor is left to start with\n", stderr);
        abort();
    }
    w->async.data = w;
    return w;
}

void wakeup_push(struct wakeup *w, struct wakeup_item *item)
{
    item->next = NULL;
    (void)pthread_mutex_lock(&w->lock);
    *w->tail = item;
    w->tail = &item->next;
    (void)pthread_mutex_unlock(&w->lock);
    (void)uv_async_send(&w->async);
}

bool wakeup_drain(struct wakeup *w)
{
    bool any = false;

    for (struct wakeup_item *item = pop(w); item; item = pop(w)) {
        item->run(item);
        any = true;
    }
    return any;
}

static void on_close(uv_handle_t *handle)
{
    struct wakeup *w = handle->data;

    assert(!w->head);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}

void wakeup_close(struct wakeup *w)
{
    uv_close((uv_handle_t *)&w->async, on_close);
}
