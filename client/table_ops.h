/*
 * client/table_ops.h - table operations of the server, each giving a new export.
 *
 * Protocol: deephaven-core table.proto. Loop thread.
 */
#ifndef CLIENT_TABLE_OPS_H
#define CLIENT_TABLE_OPS_H

#include "client/session.h"

/* What the server said of a new export. */
struct table_created {
    int64_t size; /* rows, or -1: the table must be loaded before it can be counted */
    bool is_static;
};

/* why is NULL on success. */
typedef void table_created_fn(void *ctx, const struct table_created *t,
                              const struct err *why);

struct table_op; /* opaque: an operation under way */

/* FetchTable: resolves a ticket to the export id, which the caller got from
 * session_export_id() and releases. The export may be used at once, before the answer: the
 * server waits for it. Owned until fn was called or table_op_discard(). */
enum err_code table_fetch(struct session *s, struct bytes ticket, int32_t export_id,
                          table_created_fn *fn, void *ctx, struct table_op **out,
                          struct err *e);

/* View: a table of n of its columns, by name, as the export id. Otherwise as table_fetch.
 */
enum err_code table_view_of(struct session *s, struct bytes ticket,
                            const char *const *names, size_t n, int32_t export_id,
                            table_created_fn *fn, void *ctx, struct table_op **out,
                            struct err *e);

/* Forgets an operation and releases its export as soon as that is there; fn is not called.
 * export_id is the one it was started with. Accepts NULL. */
void table_op_discard(struct table_op *op, int32_t export_id);

#endif
