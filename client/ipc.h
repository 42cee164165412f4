/*
 * client/ipc.h - Arrow IPC schemas and record batches into the model's types and columns.
 *
 * A layout remembers, for each field of a schema, how many nodes and buffers it takes in
 * every record batch and how its bytes become values, so that columns nobody wants are
 * skipped by counting alone. Whatever cannot be read (structs, unions, dictionaries, types
 * of a later Arrow) becomes KIND_UNKNOWN and never moves its neighbours. No length, offset
 * or count of a batch is used before it has been compared with the body. Protocol: Arrow
 * Columnar Format, Message.fbs, Schema.fbs; deephaven-core BarrageUtil for "deephaven:"
 * metadata. Loop thread only.
 */
#ifndef CLIENT_IPC_H
#define CLIENT_IPC_H

#include "base/buf.h"
#include "base/err.h"
#include "client/wire/wire.h"
#include "model/flat.h"
#include "model/rowset.h"
#include "model/schema.h"

struct ipc_layout; /* opaque */

/* Reads a decoded schema message. *schema and *layout are owned by the caller; the layout
 * borrows the schema's types and must go first. ERR_PROTO names what cannot be laid out. */
enum err_code ipc_schema_decode(const struct wire_schema *in, struct schema **schema,
                                struct ipc_layout **layout, struct err *e);
void ipc_layout_free(struct ipc_layout *l); /* accepts NULL */

/* Older servers (0.37) send a byte[] as bytes, one node and one buffer less than the list
 * that their schema says. When that explains the counts of this batch, the stream's first
 * with rows, the columns are laid out so from now on. */
void ipc_layout_fit(struct ipc_layout *l, const struct wire_batch *batch);

/* The message is a record batch, and a body of so many bytes holds what it announces. */
enum err_code ipc_batch_due(const struct wire_message *m, size_t body, struct err *e);

/* What to take from a batch. */
struct ipc_wants {
    const struct rowset *columns; /* borrowed; schema columns to decode, below n_columns */
    const uint64_t *rows; /* borrowed; per schema column, the most rows to take from it;
                             NULL: every wanted column has exactly the batch's rows */
    bool deephaven_nulls; /* sentinel values are null (protocol: use_deephaven_nulls) */
    uint64_t *slots_left; /* slots, list items included, that may still be made; counted
                             down, and ERR_LIMIT when it runs out */
};

/* Appends the rows of a batch to out[c] for each wanted column c; a NULL entry becomes a
 * new column, owned by the caller as the rest. The caller has bounded batch->length. After
 * an error the columns hold anything that came before it. */
enum err_code ipc_batch_decode(const struct ipc_layout *l, const struct wire_batch *batch,
                               struct bytes body, const struct ipc_wants *wants,
                               struct column **out, struct err *e);

/* All columns of a batch, which has no sentinels for nulls, as they lie in the body: out
 * has room for each of the schema, and borrows from the body where it can. The caller
 * releases all of them, also after an error. */
enum err_code ipc_batch_flats(const struct ipc_layout *l, const struct wire_batch *batch,
                              struct bytes body, struct flat *out, struct err *e);

#endif
