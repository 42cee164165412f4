/*
 * client/table_state.h - what state a table is in; see client/table.h.
 */
#ifndef CLIENT_TABLE_STATE_H
#define CLIENT_TABLE_STATE_H

#include <stdint.h>

#include "base/err.h"

/* Of what is held of a table. It is kept by client/table and nowhere else; client/feed
 * moves it on. */
enum table_phase {
    TABLE_RESOLVING, /* nothing has come yet */
    TABLE_LIVE,
    TABLE_OLD,   /* rows are held, others are on their way; or the connection is gone */
    TABLE_ENDED, /* rows are held, nothing more comes */
    TABLE_FAILED /* it could not be had at all */
};

struct table_state {
    enum table_phase phase;
    struct err why;    /* of TABLE_OLD, TABLE_ENDED and TABLE_FAILED */
    uint64_t since_ms; /* of uv_hrtime(), when it entered the phase */
};

struct table; /* opaque */

/* The server has answered a step: schema, size, or a failure are known now. Not called from
 * inside a function of the table. The callback must not free the table. */
typedef void table_told_fn(void *ctx, struct table *t);

#endif
