/*
 * model/flat.h - one column of many rows as it lies in memory in Arrow's columnar format:
 * values side by side, a bitmap of which are there, offsets where they differ in length.
 *
 * It is what bulk readers (model/writer) take: no slot is made for a cell, and a column
 * that came over the wire is read where it lies. Whoever makes one has checked that all
 * buffers hold what n and the offsets say. Facts: Arrow Columnar Format. Any thread.
 */
#ifndef MODEL_FLAT_H
#define MODEL_FLAT_H

#include "model/column.h"

struct flat {
    const struct type *type; /* borrowed from the schema */
    uint64_t n;              /* rows */
    const uint8_t *valid;    /* bit i, from the lowest: row i has a value; NULL: all have */
    const uint8_t *data;     /* numbers of width bytes (0: bits); or the bytes of values */
    const uint8_t *offsets;  /* n + 1 of width bytes, of values with a length; else NULL */
    struct flat *items;      /* owned; of a list: what offsets count; else NULL */
    uint8_t width;           /* 0, 1, 2, 4 or 8 */
    bool is_unsigned;        /* whole numbers */
    int64_t
        divisor; /* of whole numbers: the value is what is stored, divided and floored */
    bool owns;   /* valid, data and offsets are freed with it, else borrowed */
};

/* Value of row i < n, its bytes borrowed from the flat; a list is read by flat_list(). A
 * row of a type that cannot be read is KIND_UNKNOWN, set. */
struct value flat_get(const struct flat *f, uint64_t i);

/* The items of row i, which has a list: of f->items, from *from to before *to. */
void flat_list(const struct flat *f, uint64_t i, uint64_t *from, uint64_t *to);

/* n slots of a column from slot first on (both within it), copied; absent ones are null.
 * flat_release() it; the type is borrowed as the column's. */
void flat_of_column(const struct column *c, size_t first, size_t n, struct flat *out);

void flat_release(struct flat *f); /* twice is fine */

#endif
