/*
 * client/ipc_view.h - the buffers of one column of a record batch, checked against its
 * body: a short chain of nodes, one for each level of list nesting.
 *
 * Private to client/ipc_batch, which copies values out of it, and client/ipc_flat, which
 * leaves them where they are. Offsets are not checked here: they are read with the values.
 */
#ifndef CLIENT_IPC_VIEW_H
#define CLIENT_IPC_VIEW_H

#include "client/ipc_layout.h"

struct ipc_node {
    const struct ipc_field *f;
    uint64_t n;           /* rows, as the node says */
    const uint8_t *valid; /* bitmap of at least n bits, or NULL: all valid */
    const uint8_t *data;  /* fixed width: at least n values; else data_len bytes */
    uint64_t data_len;
    const uint8_t *offsets; /* n + 1 of them; NULL only when n is 0 */
};

/* l, batch and body are borrowed, and so is what the nodes point to. */
struct ipc_view {
    const struct ipc_layout *l;
    const struct wire_batch *batch;
    struct bytes body;
    struct ipc_node chain[WIRE_MAX_DEPTH + 1];
};

/* The batch has the nodes and buffers of the layout, which lie in the body one behind the
 * other, and is not compressed. Once, before any column. */
enum err_code ipc_view_check(const struct ipc_view *r, struct err *e);

/* Checks the buffers of a column and of its items, down to the last level that is read, and
 * puts them in the chain. */
enum err_code ipc_view_column(struct ipc_view *r, size_t c, struct err *e);

#endif
