/*
 * model/column.h - one column of cells in memory, of any type the server sends.
 *
 * A column is a list of slots. A slot is absent (wanted but not here yet), null, or holds a
 * value. Text and binary values and lists are copied in and owned by the column. Types are
 * trees (a list names its item type) owned by the schema and borrowed here, so a schema
 * must outlive its columns. Loop thread only.
 */
#ifndef MODEL_COLUMN_H
#define MODEL_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/rowset.h"

enum kind {
    KIND_BYTE,
    KIND_SHORT,
    KIND_INT,
    KIND_LONG,     /* value.i */
    KIND_CHAR,     /* value.i: one UTF-16 code unit */
    KIND_BOOL,     /* value.i: 0 or 1 */
    KIND_FLOAT,    /* value.d, exactly the float */
    KIND_DOUBLE,   /* value.d */
    KIND_STRING,   /* value.bytes: UTF-8 as the server sent it, not yet safe to show */
    KIND_INSTANT,  /* value.i: nanoseconds since 1970-01-01T00:00Z; also ZonedDateTime */
    KIND_DATE,     /* value.i: days since 1970-01-01 */
    KIND_TIME,     /* value.i: nanoseconds since midnight */
    KIND_DURATION, /* value.i: nanoseconds */
    KIND_PERIOD,   /* value.i: months */
    KIND_PERIOD_DURATION, /* value.bytes: int32 months, int32 days, int64 nanoseconds, LE */
    KIND_BIG_INTEGER,     /* value.bytes: big-endian two's complement, at least 1 byte */
    KIND_BIG_DECIMAL, /* value.bytes: int32 LE scale, then unscaled as KIND_BIG_INTEGER */
    KIND_BINARY,      /* value.bytes */
    KIND_LIST,        /* value.list */
    KIND_UNKNOWN /* no value can be read; every slot that is here is KIND_UNKNOWN, set */
};

struct type {
    enum kind kind;
    struct type *item; /* owned; the item type of KIND_LIST, else NULL */
};

enum value_state { VALUE_ABSENT, VALUE_NULL, VALUE_SET };

struct column; /* opaque */

struct value {
    enum value_state state;
    const struct type *type; /* borrowed from the schema */
    union {
        int64_t i;
        double d;
        struct bytes bytes;        /* borrowed: until the column next changes */
        const struct column *list; /* borrowed, likewise; its length is the list's */
    };
};

/* item given; owned. A type without items is one constant for its kind: there are many. */
struct type *type_new(enum kind kind, struct type *item);
void type_free(struct type *t);        /* accepts NULL */
const char *kind_name(enum kind kind); /* "int", "instant", ... */

/* Memory that a slot takes at most while its column grows, in bytes. */
#define COLUMN_SLOT_ROOM ((uint64_t)48)

struct column *column_new(const struct type *type); /* type borrowed; column owned */
void column_free(struct column *c);                 /* accepts NULL */
const struct type *column_type(const struct column *c);
size_t column_length(const struct column *c);

/* Append one slot. column_push_list takes ownership of items; the others copy. */
void column_push_absent(struct column *c, size_t n); /* n absent slots */
void column_push_null(struct column *c);
void column_push_int(struct column *c, int64_t v);
void column_push_double(struct column *c, double v);
void column_push_bytes(struct column *c, struct bytes v);
void column_push_list(struct column *c, struct column *items);

/* Appends a copy of a value of the column's type, absent or null as that is. */
void column_push_value(struct column *c, const struct value *v);

/* Appends copies of all slots of a column of the same type. */
void column_append(struct column *c, const struct column *more);

/* Reads slot i; absent when i is past the end. The value borrows from the column. */
struct value column_get(const struct column *c, size_t i);

/* True when both slots hold the same (lists element by element, NaN equals NaN). */
bool value_equal(const struct value *a, const struct value *b);

/* Below, at or above 0: an order of the slots of one column of no lists, for sorting alone;
 * 0 as value_equal(). */
int value_order(const struct value *a, const struct value *b);

/* Whether a number went up (+1) or down (-1) from was to is; 0 when it stayed (also zeros
 * of either sign, and decimals that differ in zeros at their end), when either is no number
 * (also NaN and null), and for decimals that bignum_compare_decimals() cannot tell apart.
 * Times, durations, characters and booleans are no numbers: a clock only ever goes up. */
int value_direction(const struct value *was, const struct value *is);

/* Whether slot i of a column, which has a value, differs from slot k of another, and the
 * direction from the one to the other. */
bool column_changes(const struct column *was, size_t i, const struct column *is, size_t k,
                    int *direction);

/* An owned copy, the values included; the type stays borrowed from the same owner unless
 * another tree of the same shape is given (NULL: keep). */
struct column *column_copy(const struct column *c, const struct type *type);

/* The first step of an update: deletes the slots at the indexes removed, then makes room
 * so that the slots at the indexes added (of the result) hold incoming, in order, whose
 * slots are moved out. With incoming NULL the added slots are absent. The caller has
 * checked that removed < length, added < new length and |added| == length of incoming. */
void column_splice(struct column *c, const struct rowset *removed,
                   const struct rowset *added, struct column *incoming);

/* Replaces the slots at the given indexes (< length) by incoming's, in order, moved out. */
void column_replace(struct column *c, const struct rowset *indexes,
                    struct column *incoming);

/* Bytes of memory the column holds. */
size_t column_memory(const struct column *c);

#endif
