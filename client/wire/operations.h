/*
 * client/wire/operations.h - operations on tables as messages: the C face of table.proto's
 * batch, both ways.
 *
 * An operation is one struct for all kinds, with the fields that its kind has. Names, texts
 * and tickets are borrowed: from the caller when written, from `memory` when read. Pure;
 * any thread.
 *
 * Protocol: deephaven-core table.proto.
 */
#ifndef CLIENT_WIRE_OPERATIONS_H
#define CLIENT_WIRE_OPERATIONS_H

#include "client/wire/wire.h"

#ifdef __cplusplus
extern "C" {
#endif

/* table.proto BatchTableRequest.Operation, same numbers. */
enum wire_op_kind {
    WIRE_OP_NONE = 0,          /* read only: one that is not in this list */
    WIRE_OP_EMPTY = 1,         /* first: rows; no source */
    WIRE_OP_TIME = 2,          /* texts: one period; first: start in ns; no source */
    WIRE_OP_DROP = 3,          /* texts: names */
    WIRE_OP_VIEW = 6,          /* texts: specs */
    WIRE_OP_UPDATE_VIEW = 7,   /* texts: specs */
    WIRE_OP_DISTINCT = 9,      /* texts: names */
    WIRE_OP_FILTER = 10,       /* conditions */
    WIRE_OP_WHERE = 11,        /* texts: expressions */
    WIRE_OP_SORT = 12,         /* sorts */
    WIRE_OP_HEAD = 13,         /* first: rows */
    WIRE_OP_TAIL = 14,         /* first: rows */
    WIRE_OP_NATURAL_JOIN = 24, /* source, right, texts: columns to match; added */
    WIRE_OP_FETCH = 28,
    WIRE_OP_PREVIEW = 30,   /* texts: types; convert_arrays */
    WIRE_OP_WHERE_IN = 33,  /* source, right, texts: columns to match; inverted */
    WIRE_OP_AGGREGATE = 35, /* aggregations, texts: group by; preserve_empty */
    WIRE_OP_SNAPSHOT = 36,
    WIRE_OP_AS_OF_JOIN = 40, /* likewise, the last text is the column matched as of */
    WIRE_OP_STATISTICS = 42, /* texts: one column; limit */
    WIRE_OP_SLICE = 44       /* first, last (exclusive) */
};

/* A table that is there already, or one that an earlier operation of the batch makes. */
struct wire_source {
    struct bytes ticket; /* empty: the result of operation `offset` */
    int32_t offset;      /* read: -1 when there is neither */
};

/* table.proto Literal, same numbers. */
enum wire_literal_kind {
    WIRE_LITERAL_NONE = 0,
    WIRE_LITERAL_TEXT = 1,
    WIRE_LITERAL_DOUBLE = 2,
    WIRE_LITERAL_BOOL = 3,
    WIRE_LITERAL_LONG = 4,
    WIRE_LITERAL_TIME = 5 /* number: nanoseconds since 1970 */
};

struct wire_literal {
    enum wire_literal_kind kind;
    struct bytes text;
    double real;
    int64_t number; /* LONG, TIME */
    bool truth;
};

/* table.proto Condition, same numbers. */
enum wire_condition_kind {
    WIRE_CONDITION_NONE = 0, /* read only: one that is not in this list, or not of the form
                                given here */
    WIRE_CONDITION_ALL = 1,  /* And: children */
    WIRE_CONDITION_ANY = 2,  /* Or: children */
    WIRE_CONDITION_NOT = 3,  /* children: one */
    WIRE_CONDITION_COMPARE = 4,  /* column, comparison, literal; ignores_case */
    WIRE_CONDITION_IN = 5,       /* column, literals; ignores_case, inverted */
    WIRE_CONDITION_INVOKE = 6,   /* text(column): the method, the column as its argument */
    WIRE_CONDITION_IS_NULL = 7,  /* column */
    WIRE_CONDITION_MATCHES = 8,  /* column, text; ignores_case, inverted */
    WIRE_CONDITION_CONTAINS = 9, /* column, text; ignores_case, inverted */
    WIRE_CONDITION_SEARCH = 10   /* columns, text */
};

/* table.proto CompareCondition.CompareOperation, same numbers. */
enum wire_comparison {
    WIRE_LESS = 0,
    WIRE_LESS_EQUAL = 1,
    WIRE_GREATER = 2,
    WIRE_GREATER_EQUAL = 3,
    WIRE_EQUAL = 4,
    WIRE_NOT_EQUAL = 5
};

struct wire_condition {
    enum wire_condition_kind kind;
    enum wire_comparison comparison;
    bool ignores_case;
    bool inverted;
    const struct bytes *columns;
    size_t n_columns;
    const struct wire_literal *literals;
    size_t n_literals;
    struct bytes text;
    const struct wire_condition *children;
    size_t n_children;
};

/* table.proto SortDescriptor.SortDirection, same numbers. */
enum wire_direction { WIRE_DESCENDING = -1, WIRE_ASCENDING = 1, WIRE_REVERSE = 2 };

struct wire_sort {
    struct bytes column; /* empty for WIRE_REVERSE */
    int direction;       /* enum wire_direction, or what a peer sent */
    bool absolute;
};

/* table.proto AggSpec, same numbers; COUNT, which has no columns, is Aggregation's own. */
enum wire_aggregate {
    WIRE_AGG_NONE = 0, /* read only: one that is not in this list */
    WIRE_AGG_ABS_SUM = 1,
    WIRE_AGG_AVG = 3,
    WIRE_AGG_COUNT_DISTINCT = 4, /* count_nulls false */
    WIRE_AGG_DISTINCT = 5,       /* include_nulls: with_nulls */
    WIRE_AGG_FIRST = 6,
    WIRE_AGG_GROUP = 9,
    WIRE_AGG_LAST = 10,
    WIRE_AGG_MAX = 11,
    WIRE_AGG_MEDIAN = 12, /* average_evenly_divided true */
    WIRE_AGG_MIN = 13,
    WIRE_AGG_STD = 17,
    WIRE_AGG_SUM = 18,
    WIRE_AGG_UNIQUE = 20, /* non_unique_sentinel: null_value */
    WIRE_AGG_VAR = 23,
    WIRE_AGG_COUNT = 1000 /* texts: the name of the result */
};

struct wire_aggregation {
    enum wire_aggregate kind;
    bool with_nulls;
    const struct bytes *texts; /* "Out=In" or "In" */
    size_t n_texts;
};

struct wire_op {
    enum wire_op_kind kind;
    struct wire_source source;
    struct bytes result; /* ticket; empty: for later operations of the batch only */
    const struct bytes *texts;
    size_t n_texts;
    const struct wire_condition *conditions;
    size_t n_conditions;
    const struct wire_sort *sorts;
    size_t n_sorts;
    const struct wire_aggregation *aggregations;
    size_t n_aggregations;
    struct wire_source right;
    const struct bytes *added;
    size_t n_added;
    bool inverted;
    int64_t first, last;
    bool convert_arrays;
    bool preserve_empty;
    int32_t limit; /* unique_value_limit; negative: not sent */
};

/* Appends a BatchTableRequest. What is only read is ERR_PROTO. */
enum err_code wire_batch_request_encode(const struct wire_op *ops, size_t n,
                                        struct buf *out, struct err *e);

/* Appends the request of one operation, for the method of its own. */
enum err_code wire_op_encode(const struct wire_op *op, struct buf *out, struct err *e);

struct wire_seek {
    struct bytes source; /* ticket */
    struct bytes column;
    struct wire_literal value;
    int64_t start;
    bool ignores_case;
    bool contains;
    bool backward;
};

enum err_code wire_seek_encode(const struct wire_seek *in, struct buf *out, struct err *e);
/* *row is -1, or below INT64_MAX and not negative. */
enum err_code wire_seek_reply_decode(struct bytes in, int64_t *row, struct err *e);

/* --- the server's side (dhview-demo) --- */

#define WIRE_MAX_OPERATIONS_BYTES ((size_t)1 << 20) /* of a batch that is read */

/* Operations that were read; spans borrow from memory. Release with
 * wire_operations_release(). */
struct wire_operations {
    struct wire_op *ops;
    size_t n;
    void *memory; /* owned; opaque */
};

/* A BatchTableRequest, or the request of one operation's own method, as one operation. On
 * failure *out is empty. Offsets are not checked. */
enum err_code wire_batch_request_decode(struct bytes in, struct wire_operations *out,
                                        struct err *e);
enum err_code wire_op_decode(enum wire_op_kind kind, struct bytes in,
                             struct wire_operations *out, struct err *e);
void wire_operations_release(struct wire_operations *o); /* twice is fine */

/* Spans borrow from in. */
enum err_code wire_seek_decode(struct bytes in, struct wire_seek *out, struct err *e);
enum err_code wire_seek_reply_encode(int64_t row, struct buf *out, struct err *e);

#ifdef __cplusplus
}
#endif

#endif
