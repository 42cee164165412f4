#include "tests/support/connect_proxy.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/relay.h"

#define HEAD_MAX 2048

struct connect_proxy {
    struct relay *relay;
    char *answer;
    pthread_mutex_t lock;
    char asked[HEAD_MAX]; /* last; under the lock */
    char *login;          /* that it wants; likewise; NULL: none */
};

/* Of one connection. */
struct tunnel {
    char head[HEAD_MAX];
    size_t len;
    uint8_t early[HEAD_MAX]; /* what the server said before there was a tunnel */
    size_t early_len;
    bool open;
};

static void answer(struct connect_proxy *p, struct relay_link *l, struct tunnel *t)
{
    const char *says = p->answer;
    char *text;

    (void)pthread_mutex_lock(&p->lock);
    (void)strcpy(p->asked, t->head);
    if (p->login && !strstr(t->head, p->login))
        says = "407 Proxy Authentication Required";
    (void)pthread_mutex_unlock(&p->lock);
    if (!says)
        return;
    text = mem_printf("HTTP/1.1 %s\r\n\r\n", says);
    relay_send(l, false, text, strlen(text));
    free(text);
    t->open = strncmp(says, "200", 3) == 0;
    if (t->open && t->early_len > 0)
        relay_send(l, false, t->early, t->early_len);
    else if (!t->open)
        relay_end(l, false);
}

static void on_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    struct connect_proxy *p = ctx;
    struct tunnel *t = relay_state(l);

    if (t->open) {
        relay_send(l, up, data, n);
        return;
    }
    if (!up && t->early_len + n <= sizeof(t->early)) {
        memcpy(t->early + t->early_len, data, n);
        t->early_len += n;
    }
    if (!up || t->len + n >= sizeof(t->head))
        return;
    memcpy(t->head + t->len, data, n); /* a client waits for the answer */
    t->len += n;
    if (strstr(t->head, "\r\n\r\n"))
        answer(p, l, t);
}

static const struct relay_filter filter = {.state_size = sizeof(struct tunnel),
                                           .pass = on_pass};

struct connect_proxy *connect_proxy_new(const char *upstream, const char *says)
{
    struct connect_proxy *p = MEM_NEW(struct connect_proxy);

    p->answer = says ? mem_strdup(says) : NULL;
    (void)pthread_mutex_init(&p->lock, NULL);
    p->relay = relay_filtered(upstream, &filter, p);
    return p;
}

void connect_proxy_free(struct connect_proxy *p)
{
    relay_free(p->relay);
    (void)pthread_mutex_destroy(&p->lock);
    free(p->answer);
    free(p->login);
    free(p);
}

const char *connect_proxy_address(const struct connect_proxy *p)
{
    return relay_address(p->relay);
}

void connect_proxy_want(struct connect_proxy *p, const char *login)
{
    (void)pthread_mutex_lock(&p->lock);
    p->login = mem_printf(" %s\r\n", login); /* gRPC writes two blanks before it */
    (void)pthread_mutex_unlock(&p->lock);
}

int connect_proxy_connections(struct connect_proxy *p)
{
    return relay_connections(p->relay);
}

void connect_proxy_check_asked(struct connect_proxy *p, const char *text)
{
    char asked[HEAD_MAX];

    (void)pthread_mutex_lock(&p->lock);
    (void)strcpy(asked, p->asked);
    (void)pthread_mutex_unlock(&p->lock);
    if (!strstr(asked, text))
        fail_msg("the proxy was not asked for \"%s\" but: %s", text, asked);
}
