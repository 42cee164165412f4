#include "client/rpc/look_up.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct look_up {
    uv_getaddrinfo_t request;
    look_up_fn *fn; /* NULL: dropped */
    void *ctx;
};

static void on_done(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct look_up *l = request->data;
    look_up_fn *fn = l->fn;
    void *ctx = l->ctx;
    struct err e;

    free(l);
    if (fn && status == 0) {
        fn(ctx, addresses, NULL);
    } else if (fn) {
        (void)err_set(&e, ERR_CONNECT, "the name was not found: %s", uv_strerror(status));
        fn(ctx, NULL, &e);
    }
    uv_freeaddrinfo(addresses);
}

struct look_up *look_up_start(uv_loop_t *loop, const char *host, int port, look_up_fn *fn,
                              void *ctx)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                          .ai_flags = AI_NUMERICSERV};
    struct look_up *l = MEM_NEW(struct look_up);
    char service[16];

    l->fn = fn;
    l->ctx = ctx;
    l->request.data = l;
    (void)snprintf(service, sizeof(service), "%d", port);
    /* What cannot be a name at all is refused at once: no name either, but found later. */
    if (uv_getaddrinfo(loop, &l->request, on_done, host, service, &hints) != 0)
        (void)uv_getaddrinfo(loop, &l->request, on_done, "name.invalid", service, &hints);
    return l;
}

void look_up_drop(struct look_up *l)
{
    if (!l)
        return;
    l->fn = NULL;
    (void)uv_cancel((uv_req_t *)&l->request); /* on_done comes all the same */
}
