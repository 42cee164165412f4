/*
 * Each look-up has a thread of its own: nobody can stop the system's resolver, which waits
 * for a name server that does not answer for as long as it is set up to, and neither the
 * loop nor the program's end may wait for it. Of the two sides, the loop's and the
 * thread's, the one that leaves last frees the object. A thread that is still at it when
 * the program ends, ends with it.
 */
#include "client/rpc/look_up.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct look_up {
    uv_async_t done;
    look_up_fn *fn;
    void *ctx;
    char *host;
    char service[16];
    pthread_mutex_t lock;
    int sides; /* that still need this; under the lock */
    bool left; /* by the loop's side: its handle must not be woken; likewise */
    /* The thread's, until it wakes the loop. */
    int status, error; /* of getaddrinfo(); errno with EAI_SYSTEM */
    struct addrinfo *addresses;
};

static void leave(struct look_up *l)
{
    bool last;

    (void)pthread_mutex_lock(&l->lock);
    last = --l->sides == 0;
    (void)pthread_mutex_unlock(&l->lock);
    if (!last)
        return;
    if (l->addresses)
        freeaddrinfo(l->addresses);
    (void)pthread_mutex_destroy(&l->lock);
    free(l->host);
    free(l);
}

/* --- the thread --- */

static void *look_up_main(void *arg)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                          .ai_flags = AI_NUMERICSERV};
    struct look_up *l = arg;

    l->status = getaddrinfo(l->host, l->service, &hints, &l->addresses);
    l->error = errno;
    (void)pthread_mutex_lock(&l->lock);
    if (!l->left)
        (void)uv_async_send(&l->done);
    (void)pthread_mutex_unlock(&l->lock);
    leave(l);
    return NULL;
}

/* A thread takes no signal that is meant for the loop, but may crash as any other. */
static int start_thread(struct look_up *l)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked, before;
    pthread_t thread;
    int rc;

    (void)sigfillset(&blocked);
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        (void)sigdelset(&blocked, own[i]);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    rc = pthread_create(&thread, NULL, look_up_main, l);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0)
        (void)pthread_detach(thread);
    return rc;
}

/* --- the loop --- */

static void on_closed(uv_handle_t *handle)
{
    leave(handle->data);
}

void look_up_drop(struct look_up *l)
{
    if (!l)
        return;
    (void)pthread_mutex_lock(&l->lock);
    l->left = true;
    (void)pthread_mutex_unlock(&l->lock);
    uv_close((uv_handle_t *)&l->done, on_closed);
}

static void on_done(uv_async_t *async)
{
    struct look_up *l = async->data;
    struct err e;

    look_up_drop(l); /* it stays for this turn of the loop */
    if (l->status == 0) {
        l->fn(l->ctx, l->addresses, NULL);
        return;
    }
    (void)err_set(&e, ERR_CONNECT, "the name was not found: %s",
                  l->status == EAI_SYSTEM ? strerror(l->error) : gai_strerror(l->status));
    l->fn(l->ctx, NULL, &e);
}

struct look_up *look_up_start(uv_loop_t *loop, const char *host, int port, look_up_fn *fn,
                              void *ctx)
{
    struct look_up *l = MEM_NEW(struct look_up);

    l->fn = fn;
    l->ctx = ctx;
    l->host = mem_strdup(host);
    l->sides = 2;
    (void)snprintf(l->service, sizeof(l->service), "%d", port);
    (void)pthread_mutex_init(&l->lock, NULL);
    if (uv_async_init(loop, &l->done, on_done) != 0) {
        (void)fputs("dhview: no descriptor is left to look a name up\n", stderr);
        abort();
    }
    l->done.data = l;
    l->error = start_thread(l);
    if (l->error != 0) {
        l->status = EAI_SYSTEM;
        l->sides = 1;
        (void)uv_async_send(&l->done);
    }
    return l;
}
