/*
 * client/table_ops.h - table operations of the server, each giving a new export.
 *
 * Protocol: deephaven-core table.proto. Loop thread.
 */
#ifndef CLIENT_TABLE_OPS_H
#define CLIENT_TABLE_OPS_H

#include "client/session.h"
#include "model/schema.h"

/* What the server said of a new export. */
struct table_created {
    int64_t size; /* rows, or -1: the table must be loaded before it can be counted */
    bool is_static;
    struct bytes schema_header; /* borrowed; see table_created_schema() */
};

/* why is NULL on success. created is borrowed for the callback. */
typedef void table_created_fn(void *ctx, const struct table_created *created,
                              const struct err *why);

struct table_op; /* opaque: an operation under way */

/* Who asks, of what, and who is told. */
struct step_call {
    struct session *session; /* borrowed */
    struct bytes source;     /* ticket, borrowed for the call */
    struct export_id result; /* of this session, from exports_next(); the caller's */
    table_created_fn *fn;
    void *ctx;
};

/* FetchTable: resolves a ticket. The export may be used at once, before the answer: the
 * server waits for it. Owned until fn was called or table_op_discard(). */
enum err_code table_fetch(const struct step_call *c, struct table_op **out, struct err *e);

/* ApplyPreviewColumns: columns become text, but for lists and those of the n Java types; n
 * must not be 0. Otherwise as table_fetch. */
enum err_code table_preview(const struct step_call *c, const char *const *types, size_t n,
                            struct table_op **out, struct err *e);

/* View: a table of n of its columns, by name. Otherwise as table_fetch. */
enum err_code table_view_of(const struct step_call *c, const char *const *names, size_t n,
                            struct table_op **out, struct err *e);

/* The schema of a new export, owned by the caller. ERR_PROTO when it cannot be read. */
enum err_code table_created_schema(const struct table_created *t, struct schema **out,
                                   struct err *e);

/* Forgets an operation and releases its export as soon as that is there; fn is not called.
 * result is the one it was started with. Accepts NULL. */
void table_op_discard(struct table_op *op, struct export_id result);

#endif
