#include "model/flat.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calendar.h"

static uint64_t load(const uint8_t *p, uint8_t width)
{
    uint64_t wide;
    uint32_t half;
    uint16_t quarter;

    switch (width) { /* each is one load on a little-endian machine */
    case 8:
        memcpy(&wide, p, sizeof(wide));
        return le64toh(wide);
    case 4:
        memcpy(&half, p, sizeof(half));
        return le32toh(half);
    case 2:
        memcpy(&quarter, p, sizeof(quarter));
        return le16toh(quarter);
    default:
        return p[0];
    }
}

static int64_t load_int(const struct flat *f, uint64_t i)
{
    uint64_t raw;
    unsigned gap;

    if (f->width == 0)
        return f->data[i / 8] >> (i % 8) & 1;
    raw = load(f->data + i * f->width, f->width);
    gap = 64 - 8u * f->width;
    return f->is_unsigned ? (int64_t)raw : (int64_t)(raw << gap) >> gap;
}

static double load_double(const struct flat *f, uint64_t i)
{
    uint64_t raw = load(f->data + i * f->width, f->width);
    uint32_t narrow = (uint32_t)raw;
    double d;
    float s;

    if (f->width == sizeof(s)) {
        memcpy(&s, &narrow, sizeof(s));
        return (double)s;
    }
    memcpy(&d, &raw, sizeof(d));
    return d;
}

static uint64_t offset_at(const struct flat *f, uint64_t i)
{
    return load(f->offsets + i * f->width, f->width);
}

static bool is_real(const struct flat *f)
{
    return f->type->kind == KIND_FLOAT || f->type->kind == KIND_DOUBLE;
}

struct value flat_get(const struct flat *f, uint64_t i)
{
    struct value v = {.state = VALUE_SET, .type = f->type};

    if (f->valid && !(f->valid[i / 8] >> (i % 8) & 1)) {
        v.state = VALUE_NULL;
    } else if (f->items) {
        v.list = NULL;
    } else if (f->offsets) {
        uint64_t from = offset_at(f, i);

        v.bytes = (struct bytes){f->data ? f->data + from : NULL,
                                 (size_t)(offset_at(f, i + 1) - from)};
    } else if (is_real(f)) {
        v.d = load_double(f, i);
    } else if (f->data) {
        v.i = calendar_floor_div(load_int(f, i), f->divisor);
    }
    return v;
}

void flat_list(const struct flat *f, uint64_t i, uint64_t *from, uint64_t *to)
{
    *from = offset_at(f, i);
    *to = offset_at(f, i + 1);
}

/* --- from slots --- */

static void copy_validity(const struct column *c, size_t first, size_t n, struct flat *out)
{
    uint8_t *valid = mem_calloc(n / 8 + 1, 1);

    for (size_t i = 0; i < n; i++)
        if (column_get(c, first + i).state == VALUE_SET)
            valid[i / 8] |= (uint8_t)(1 << i % 8);
    out->valid = valid;
}

static void copy_numbers(const struct column *c, size_t first, size_t n, struct flat *out)
{
    uint64_t *data = MEM_ARRAY(uint64_t, n);

    out->width = sizeof(*data);
    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, first + i);
        uint64_t raw = 0;

        if (v.state == VALUE_SET)
            memcpy(&raw, &v.i, sizeof(raw)); /* v.d lies there, too */
        data[i] = htole64(raw);
    }
    out->data = (const uint8_t *)data;
}

static void copy_bytes(const struct column *c, size_t first, size_t n, struct flat *out)
{
    uint64_t *offsets = MEM_ARRAY(uint64_t, n + 1);
    struct buf data;

    buf_init(&data, SIZE_MAX); /* no more than the column holds */
    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, first + i);

        if (v.state == VALUE_SET)
            buf_append_fitting(&data, v.bytes.data, v.bytes.len);
        offsets[i + 1] = htole64(data.len);
    }
    out->width = sizeof(*offsets);
    out->offsets = (const uint8_t *)offsets;
    out->data = data.data;
}

static void copy_lists(const struct column *c, size_t first, size_t n, struct flat *out)
{
    uint64_t *offsets = MEM_ARRAY(uint64_t, n + 1);
    struct column *all = column_new(column_type(c)->item);

    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, first + i);

        if (v.state == VALUE_SET)
            column_append(all, v.list);
        offsets[i + 1] = htole64(column_length(all));
    }
    out->width = sizeof(*offsets);
    out->offsets = (const uint8_t *)offsets;
    out->items = MEM_NEW(struct flat);
    flat_of_column(all, 0, column_length(all), out->items);
    column_free(all);
}

void flat_of_column(const struct column *c, size_t first, size_t n, struct flat *out)
{
    *out = (struct flat){.type = column_type(c), .n = n, .divisor = 1, .owns = true};
    copy_validity(c, first, n, out);
    switch (out->type->kind) {
    case KIND_LIST:
        copy_lists(c, first, n, out);
        break;
    case KIND_STRING:
    case KIND_PERIOD_DURATION:
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
    case KIND_BINARY:
        copy_bytes(c, first, n, out);
        break;
    case KIND_UNKNOWN:
        break;
    default:
        copy_numbers(c, first, n, out);
        break;
    }
}

void flat_release(struct flat *f)
{
    if (f->items)
        flat_release(f->items);
    free(f->items);
    if (f->owns) {
        free((void *)f->valid);
        free((void *)f->data);
        free((void *)f->offsets);
    }
    *f = (struct flat){.n = 0};
}
