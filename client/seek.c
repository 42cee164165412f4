#include "client/seek.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/server_log.h"
#include "client/step_ops.h"

#define SEEK_ROW "/io.deephaven.proto.backplane.grpc.TableService/SeekRow"
#define REQUEST_MAX ((size_t)1 << 20)

struct seek {
    struct session *session; /* borrowed */
    struct session_call *call;
    struct server_log *log; /* or NULL: looks for the reason of a refusal */
    seek_fn *fn;
    void *ctx;
};

/* --- what it can --- */

static bool is_one_value(const struct condition *c)
{
    return c->kind == CONDITION_IN && c->n_literals == 1 && !c->inverted;
}

static bool is_part(const struct condition *c)
{
    return c->kind == CONDITION_CONTAINS && !c->inverted;
}

bool seek_can(const struct condition *c, const char *java_type, bool is_sorted,
              int64_t rows, const char **why)
{
    const char *reason = NULL;

    if (rows > SEEK_ROWS_MAX)
        reason = "it has more than 2,147,483,647 rows";
    else if (!is_one_value(c) && !is_part(c))
        reason = "only one value can be looked for in it";
    else if (strcmp(java_type, "java.math.BigInteger") == 0 ||
             strcmp(java_type, "java.math.BigDecimal") == 0)
        reason = "large numbers cannot be looked for in it";
    else if (is_sorted && (is_part(c) || c->ignores_case))
        reason = "in a column that it is sorted by only =\"text\" can be looked for";
    if (why)
        *why = reason;
    return !reason;
}

/* --- the call --- */

static struct wire_literal literal_of(const struct condition *c)
{
    if (c->n_literals > 0)
        return step_literal(c->literals);
    return (struct wire_literal){.kind = WIRE_LITERAL_TEXT, .text = bytes_of(c->text)};
}

static void tell(struct seek *s, int64_t row, const struct err *why)
{
    s->fn(s->ctx, row, why);
    free(s);
}

static void on_explained(void *ctx, const struct err *explained)
{
    tell(ctx, -1, explained);
}

static void on_reply(void *ctx, struct bytes reply, const struct err *why)
{
    struct seek *s = ctx;
    int64_t row = -1;
    struct err e;

    if (!why && wire_seek_reply_decode(reply, &row, &e) != ERR_OK)
        why = &e;
    s->call = NULL;
    if (why)
        s->log = server_log_explain(s->session, why, on_explained, s);
    if (!s->log)
        tell(s, row, why);
}

enum err_code seek_start(struct session *session, struct bytes table,
                         const struct condition *c, int64_t row, bool backward, seek_fn *fn,
                         void *ctx, struct seek **out, struct err *e)
{
    struct wire_seek request = {.source = table,
                                .column = bytes_of(c->columns[0]),
                                .value = literal_of(c),
                                .start = row,
                                .ignores_case = c->ignores_case,
                                .contains = is_part(c),
                                .backward = backward};
    struct buf message;
    enum err_code rc;

    buf_init(&message, REQUEST_MAX);
    rc = wire_seek_encode(&request, &message, e);
    if (rc == ERR_OK) {
        *out = MEM_NEW(struct seek);
        **out = (struct seek){.session = session, .fn = fn, .ctx = ctx};
        (*out)->call =
            session_unary(session, SEEK_ROW, buf_bytes(&message), on_reply, *out);
    }
    buf_release(&message);
    return rc;
}

void seek_drop(struct seek *s)
{
    if (!s)
        return;
    session_drop(s->call);
    server_log_stop(s->log);
    free(s);
}
