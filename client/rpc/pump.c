#include "client/rpc/pump.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/rpc/internal.h"

struct pump {
    grpc_completion_queue *queue;
    uv_loop_t *loop; /* borrowed */
    struct wakeup *wakeup;
    pthread_t thread;
    bool held; /* loop thread: see pump_hold() */
};

static void run_completion(struct wakeup_item *item)
{
    struct pump_tag *c = (struct pump_tag *)item;

    c->done(c, c->ok);
}

/* Pump thread: the queue and the wake-up are all it may touch. */
static void *pump_main(void *arg)
{
    struct pump *p = arg;

    for (;;) {
        grpc_event ev =
            grpc_completion_queue_next(p->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
        struct pump_tag *c = ev.tag;

        if (ev.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        c->ok = ev.success != 0;
        c->item.run = run_completion;
        wakeup_push(p->wakeup, &c->item);
    }
}

struct pump *pump_new(uv_loop_t *loop)
{
    struct pump *p = MEM_NEW(struct pump);

    /* gRPC's threads may be in a handshake when the program ends: OpenSSL's memory stays.
     */
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    grpc_init();
    p->queue = grpc_completion_queue_create_for_next(NULL);
    p->loop = loop;
    p->wakeup = wakeup_new(loop);
    if (pthread_create(&p->thread, NULL, pump_main, p) != 0) {
        /* as for memory: nothing can work */
        (void)fputs("dhview: no thread is to be had for the network\n", stderr);
        abort();
    }
    return p;
}

void pump_hold(struct pump *p, bool on)
{
    p->held = on;
}

uv_loop_t *pump_loop(struct pump *p)
{
    return p->loop;
}

grpc_completion_queue *pump_queue(struct pump *p)
{
    return p->queue;
}

bool pump_held(const struct pump *p)
{
    return p->held;
}

void pump_free(struct pump *p)
{
    grpc_completion_queue_shutdown(p->queue);
    (void)pthread_join(p->thread, NULL); /* cancelled calls end locally: this is prompt */
    (void)wakeup_drain(p->wakeup);
    wakeup_close(p->wakeup);
    grpc_completion_queue_destroy(p->queue);
    grpc_shutdown();
    free(p);
}
