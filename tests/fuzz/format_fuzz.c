/*
 * One value of any kind and any bytes as text. Input: kind, options, then the value. Text
 * that is made here (all kinds but strings and chars) is printable; equal input gives equal
 * text; a maximum cuts without harm.
 */
#include <string.h>

#include "model/format.h"
#include "tests/fuzz/fuzz.h"

#define TEXT_MAX ((size_t)1 << 20)
#define BYTES_MAX ((size_t)2000) /* of a value: long numbers take quadratic time */

static bool is_bytes(enum kind kind)
{
    return kind == KIND_STRING || kind == KIND_PERIOD_DURATION || kind == KIND_BINARY ||
           kind == KIND_BIG_INTEGER || kind == KIND_BIG_DECIMAL;
}

/* What client/ipc guarantees about the shortest value of a kind. */
static bool long_enough(enum kind kind, size_t len)
{
    return len >= (kind == KIND_BIG_DECIMAL ? 5 : kind == KIND_BIG_INTEGER ? 1 : 0);
}

static void push(struct column *c, enum kind kind, struct bytes in)
{
    uint8_t raw[8] = {0};
    uint64_t word;
    double d;

    if (is_bytes(kind)) {
        struct bytes v = fuzz_span(&in, BYTES_MAX);
        if (long_enough(kind, v.len))
            column_push_bytes(c, v);
        else
            column_push_null(c);
        return;
    }
    if (in.len > 0)
        memcpy(raw, in.data, in.len < 8 ? in.len : 8);
    word = bytes_u64(raw);
    memcpy(&d, &word, sizeof(d));
    if (kind == KIND_FLOAT)
        column_push_double(c, (double)(float)d);
    else if (kind == KIND_DOUBLE)
        column_push_double(c, d);
    else
        column_push_int(c, (int64_t)word);
}

static void check_value(const struct value *v, const struct format_options *o)
{
    struct buf once;
    struct buf cut;
    enum kind kind = v->type->kind;

    buf_init(&once, TEXT_MAX);
    buf_init(&cut, 7);
    format_value(v, o, &once);
    format_value(v, o, &cut);
    FUZZ_CHECK(kind == KIND_STRING || once.len > 0 || v->state != VALUE_SET);
    FUZZ_CHECK(cut.len <= once.len && cut.len <= cut.max);
    if (kind != KIND_STRING && kind != KIND_CHAR && kind != KIND_LIST)
        fuzz_check_text((const char *)once.data, once.len, kind != KIND_BINARY);
    size_t point = format_point(v->type, (const char *)once.data, once.len);
    FUZZ_CHECK(point <= once.len);
    int digits = format_time_digits(v);
    FUZZ_CHECK(digits == 0 || digits == 3 || digits == 6 || digits == 9);
    FUZZ_CHECK(value_equal(v, v));
    buf_release(&once);
    buf_release(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    enum kind kind = (enum kind)(fuzz_byte(&in) % KIND_LIST);
    uint8_t how = fuzz_byte(&in);
    struct format_options o = {.time_digits = how % 10,
                               .group_digits = how & 0x10,
                               .max_bytes = how & 0x20 ? 20 : 0};
    struct type *list = type_new(KIND_LIST, type_new(kind, NULL));
    struct column *items = column_new(list->item);
    struct column *outer = column_new(list);

    push(items, kind, in);
    struct value v = column_get(items, 0);
    check_value(&v, &o);
    column_push_null(items);
    column_push_list(outer, items);
    v = column_get(outer, 0);
    check_value(&v, &o);
    column_free(outer);
    type_free(list);
    return 0;
}
