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

enum ipc_coding {
    CODING_UNKNOWN, /* counted, never read */
    CODING_NULL,    /* no buffers, all null */
    CODING_INT,     /* signed, width bytes, times factor */
    CODING_UINT,    /* unsigned, fits int64 */
    CODING_UINT64,  /* as a big integer */
    CODING_BOOL,
    CODING_HALF,
    CODING_FLOAT,
    CODING_DOUBLE,
    CODING_DATE_MS,
    CODING_DAY_TIME,
    CODING_FIXED, /* width bytes as they are */
    CODING_DECIMAL,
    CODING_BYTES, /* offsets of width bytes, then data */
    CODING_LIST,  /* offsets of width bytes, then a child */
    CODING_FIXED_LIST
};

/* Small, and no larger than needed: a table may have tens of thousands of columns. */
struct ipc_field {
    const struct type *type; /* borrowed from the schema; NULL when inside CODING_UNKNOWN */
    enum ipc_coding coding;
    uint32_t width;    /* bytes of a value or an offset; items of CODING_FIXED_LIST */
    int32_t factor;    /* CODING_INT: multiplier */
    int32_t scale;     /* CODING_DECIMAL */
    bool has_null;     /* a sentinel means null when the stream uses sentinels */
    uint8_t n_nodes;   /* own; 0 for the items of a byte[] sent as bytes */
    uint8_t n_buffers; /* own; 0 for the field whose number is not known */
};

struct ipc_start {
    uint32_t field, node, buffer; /* where a column starts */
};

struct ipc_layout {
    struct ipc_field *fields; /* owned; pre-order */
    size_t n_fields;
    struct ipc_start *columns; /* owned; per schema column */
    size_t n_columns;
    uint32_t n_nodes;   /* in every batch; at most WIRE_MAX_FIELDS */
    uint32_t n_buffers; /* likewise, without those of the open field */
    bool has_open;      /* some field has an unknown number of buffers */
    size_t open_column;
    const struct schema *schema; /* borrowed, for names */
};

#endif
