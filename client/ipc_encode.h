/*
 * client/ipc_encode.h - columns of the model into Arrow record batches.
 *
 * The mirror image of client/ipc: nodes and buffers for every schema column in pre-order,
 * each buffer at a multiple of eight, columns without data empty. Protocol: Arrow Columnar
 * Format, Message.fbs; deephaven-core null sentinels. Pure; loop thread only.
 */
#ifndef CLIENT_IPC_ENCODE_H
#define CLIENT_IPC_ENCODE_H

#include "base/buf.h"
#include "base/err.h"
#include "client/wire/wire.h"
#include "model/column.h"

/* The Arrow type that a column of the model goes as, and nothing else of a field; that of a
 * list is followed by that of its items. Static. */
const struct wire_field *ipc_field_of(enum kind kind);

/* One schema column's part of a batch. */
struct batch_column {
    const struct type *type;
    const struct column *column; /* borrowed; NULL: no data */
    size_t from, n;              /* slots to send */
    int64_t list_limit; /* of a list: items sent, from its end when negative; 0: all */
};

/* Appends a FlightData of one record batch of so many rows; metadata may be empty. Nulls
 * are sentinels where there is one when deephaven_nulls, else validity bits. ERR_LIMIT when
 * it does not fit out. */
enum err_code batch_encode(const struct batch_column *columns, size_t n_columns,
                           uint64_t rows, bool deephaven_nulls, struct bytes metadata,
                           struct buf *out, struct err *e);

#endif
