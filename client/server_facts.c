#include "client/server_facts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"

#define CONFIG "/io.deephaven.proto.backplane.grpc.ConfigService/"
#define HEAP "/io.deephaven.proto.backplane.script.grpc.ConsoleService/GetHeapInfo"

/* The answer to one question. */
struct fact_list {
    struct server_facts *facts; /* whose it is */
    struct session_call *call;  /* NULL: none is under way */
    struct server_fact *list;   /* owned, with its texts */
    size_t n;
    struct err why; /* ERR_OK: there is one, or it is waited for */
};

struct server_facts {
    struct connection *connection; /* borrowed */
    void (*changed)(void *ctx);
    void *ctx;
    struct fact_list lists[FACT_KINDS];
    uint32_t epoch; /* of the session that was asked last; 0: none */
    struct session_call *heap_call;
    struct wire_heap heap;
    bool has_heap;
    struct err heap_why;
};

static const char *const methods[FACT_KINDS] = {
    [FACT_CONFIGURATION] = CONFIG "GetConfigurationConstants",
    [FACT_LOGIN] = CONFIG "GetAuthenticationConstants",
};

static void release_list(struct fact_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->list[i].key);
        free(l->list[i].value);
    }
    free(l->list);
    l->list = NULL;
    l->n = 0;
}

static void on_list(void *ctx, struct bytes reply, const struct err *why)
{
    struct fact_list *l = ctx;
    struct wire_constant *constants = NULL;
    size_t n = 0;

    l->call = NULL;
    release_list(l);
    l->why = why ? *why : (struct err){0};
    if (!why && wire_constants_decode(reply, &constants, &n, &l->why) == ERR_OK)
        l->list = MEM_ARRAY(struct server_fact, n);
    for (; l->n < n; l->n++)
        l->list[l->n] = (struct server_fact){bytes_text(constants[l->n].key),
                                             bytes_text(constants[l->n].value)};
    free(constants);
    l->facts->changed(l->facts->ctx);
}

static void on_heap(void *ctx, struct bytes reply, const struct err *why)
{
    struct server_facts *f = ctx;

    f->heap_call = NULL;
    f->heap_why = why ? *why : (struct err){0};
    f->has_heap = !why && wire_heap_decode(reply, &f->heap, &f->heap_why) == ERR_OK;
    f->changed(f->ctx);
}

struct server_facts *server_facts_new(struct connection *connection,
                                      void (*changed)(void *ctx), void *ctx)
{
    struct server_facts *f = MEM_NEW(struct server_facts);

    f->connection = connection;
    f->changed = changed;
    f->ctx = ctx;
    for (size_t i = 0; i < FACT_KINDS; i++)
        f->lists[i].facts = f;
    return f;
}

void server_facts_free(struct server_facts *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < FACT_KINDS; i++) {
        session_drop(f->lists[i].call);
        release_list(&f->lists[i]);
    }
    session_drop(f->heap_call);
    free(f);
}

static void ask_lists(struct server_facts *f, struct session *s)
{
    for (size_t i = 0; i < FACT_KINDS; i++) {
        session_drop(f->lists[i].call);
        f->lists[i].call =
            session_unary(s, methods[i], (struct bytes){0}, on_list, &f->lists[i]);
    }
}

void server_facts_ask(struct server_facts *f)
{
    struct session *s = connection_session(f->connection);

    if (connection_state(f->connection) != CONNECTION_LIVE)
        return;
    if (f->epoch != connection_epoch(f->connection))
        ask_lists(f, s);
    f->epoch = connection_epoch(f->connection);
    if (!f->heap_call)
        f->heap_call = session_unary(s, HEAP, (struct bytes){0}, on_heap, f);
}

const struct server_fact *server_facts_list(const struct server_facts *f,
                                            enum fact_kind kind, size_t *n)
{
    *n = f->lists[kind].n;
    return f->lists[kind].list;
}

const struct err *server_facts_why(const struct server_facts *f, enum fact_kind kind)
{
    return f->lists[kind].why.code != ERR_OK ? &f->lists[kind].why : NULL;
}

bool server_facts_heap(const struct server_facts *f, struct server_heap *out,
                       const struct err **why)
{
    *why = f->heap_why.code != ERR_OK ? &f->heap_why : NULL;
    *out = (struct server_heap){.total = f->heap.total, .max = f->heap.max};
    return f->has_heap && !__builtin_sub_overflow(f->heap.total, f->heap.free, &out->used);
}
