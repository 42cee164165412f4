/*
 * client/ipc_layout.h - how the fields of a schema lie in every record batch: what the two
 * halves of client/ipc.h share, client/ipc_schema.c which lays out and client/ipc_batch.c
 * which reads.
 *
 * A flat, pre-order array of fields mirrors the schema. Each field knows how many nodes and
 * buffers it takes in any batch. One field at most may have an unknown number of buffers;
 * it takes what the others leave, and all columns behind it start that much later.
 */
#ifndef CLIENT_IPC_LAYOUT_H
#define CLIENT_IPC_LAYOUT_H

#include "client/ipc.h"

enum how {
    HOW_UNKNOWN, /* counted, never read */
    HOW_NULL,    /* no buffers, all null */
    HOW_INT,     /* signed, width bytes, times factor */
    HOW_UINT,    /* unsigned, fits int64 */
    HOW_UINT64,  /* as a big integer */
    HOW_BOOL,
    HOW_HALF,
    HOW_FLOAT,
    HOW_DOUBLE,
    HOW_DATE_MS,
    HOW_DAY_TIME,
    HOW_FIXED, /* width bytes as they are */
    HOW_DECIMAL,
    HOW_BYTES, /* offsets of width bytes, then data */
    HOW_LIST,  /* offsets of width bytes, then a child */
    HOW_FIXED_LIST
};

/* Small, and no larger than needed: a table may have tens of thousands of columns. */
struct field {
    const struct type *type; /* borrowed from the schema; NULL when inside HOW_UNKNOWN */
    enum how how;
    uint32_t width;    /* bytes of a value or an offset; items of HOW_FIXED_LIST */
    int32_t factor;    /* HOW_INT: multiplier */
    int32_t scale;     /* HOW_DECIMAL */
    bool has_null;     /* a sentinel means null when the stream uses sentinels */
    uint8_t n_nodes;   /* own */
    uint8_t n_buffers; /* own; 0 for the field whose number is not known */
};

struct span_of {
    uint32_t field, node, buffer; /* where a column starts */
};

struct ipc_layout {
    struct field *fields; /* owned; pre-order */
    size_t n_fields;
    struct span_of *columns; /* owned; per schema column */
    size_t n_columns;
    uint32_t n_nodes;   /* in every batch; at most WIRE_MAX_FIELDS */
    uint32_t n_buffers; /* likewise, without those of the open field */
    bool has_open;      /* some field has an unknown number of buffers */
    size_t open_column;
    const struct schema *schema; /* borrowed, for names */
};

#endif
