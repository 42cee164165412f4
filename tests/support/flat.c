#include "tests/support/flat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define SLOT 8 /* bytes of one slot */
#define SOFFSET 4

static void put_zeros(struct buf *f, size_t n)
{
    uint8_t *zeros = mem_calloc(n, 1);

    assert_int_equal(buf_append(f, zeros, n, NULL), ERR_OK);
    free(zeros);
}

/* Pads until the length leaves rest when divided by eight. */
static void pad(struct buf *f, size_t rest)
{
    while (f->len % SLOT != rest)
        put_zeros(f, 1);
}

void flat_set(struct buf *f, size_t at, size_t size, int64_t value)
{
    assert_true(size <= f->len && at <= f->len - size);
    for (size_t i = 0; i < size; i++)
        f->data[at + i] = (uint8_t)((uint64_t)value >> (8 * i));
}

void flat_init(struct buf *f)
{
    buf_init(f, FLAT_MAX);
    put_zeros(f, 4); /* offset of the root, set by the first table */
}

size_t flat_table(struct buf *f, const char *slots)
{
    size_t n = strlen(slots);
    bool first = f->len == 4;
    size_t vtable, table;

    pad(f, 0);
    vtable = f->len;
    put_zeros(f, 4 + 2 * n);
    pad(f, SOFFSET); /* so that the slots, which follow it, are aligned */
    table = f->len;
    put_zeros(f, SOFFSET + SLOT * n);
    flat_set(f, table, 4, (int64_t)(table - vtable));
    flat_set(f, vtable, 2, (int64_t)(4 + 2 * n));
    flat_set(f, vtable + 2, 2, (int64_t)(SOFFSET + SLOT * n));
    for (size_t i = 0; i < n; i++)
        if (slots[i] != '.')
            flat_set(f, vtable + 4 + 2 * i, 2, (int64_t)(SOFFSET + SLOT * i));
    if (first)
        flat_set(f, 0, 4, (int64_t)table);
    return table;
}

void flat_scalar(struct buf *f, size_t table, size_t slot, size_t size, int64_t value)
{
    flat_set(f, table + SOFFSET + SLOT * slot, size, value);
}

static void put_offset(struct buf *f, size_t at, size_t target)
{
    flat_set(f, at, 4, (int64_t)(target - at));
}

void flat_ref(struct buf *f, size_t table, size_t slot, size_t target)
{
    put_offset(f, table + SOFFSET + SLOT * slot, target);
}

void flat_element(struct buf *f, size_t vector, size_t i, size_t target)
{
    put_offset(f, vector + 4 + 4 * i, target);
}

size_t flat_vector(struct buf *f, size_t n, size_t size)
{
    size_t vector;

    pad(f, 4); /* the elements follow the count and are aligned */
    vector = f->len;
    put_zeros(f, 4 + n * size);
    flat_set(f, vector, 4, (int64_t)n);
    return vector;
}

size_t flat_string(struct buf *f, const char *s)
{
    size_t at;

    pad(f, 0);
    at = f->len;
    put_zeros(f, 4);
    flat_set(f, at, 4, (int64_t)strlen(s));
    assert_int_equal(buf_append(f, s, strlen(s) + 1, NULL), ERR_OK);
    return at;
}
