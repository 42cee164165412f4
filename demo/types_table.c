/*
 * A column of every type, with nulls and awkward text.
 */
#include <math.h>

#include "demo/noise.h"
#include "demo/table_defs.h"

#define TYPES_ROWS 64
#define NULL_EVERY 7

static int64_t types_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return TYPES_ROWS;
}

static void push_awkward(struct column *out, int64_t id)
{
    static const char *const texts[] = {
        "plain",
        "",
        " blanks around ",
        "tab\there",
        "two\nlines",
        "bell \a and escape \033[31mred\033[0m",
        "title \033]0;gotcha\007 set",
        "日本語のテキスト",
        "한국어 글자",
        "e\xcc\x81 a\xcc\x8a o\xcc\x88",
        "👩‍👩‍👧‍👦 family",
        "flags 🇨🇭🇯🇵",
        "right to left: שלום עולם",
        "override \xe2\x80\xae"
        "txt.exe",
        "zero\xe2\x80\x8bwidth",
        "c1 \xc2\x9b"
        "31m",
        "a very long text that does not fit into any column of a usual width and has to be "
        "cut somewhere, but where exactly is not for this text to decide",
        "NULL",
        "0x7f \x7f",
        "\xef\xbf\xbd replacement"};

    table_push_text(out, texts[(size_t)id % COUNT(texts)]);
}

/* Numbers from the edges of a type of so many bits, then ordinary ones. The lowest of all
 * means null on the wire, so it is left out. */
static int64_t edge_int(int bits, int64_t id)
{
    int64_t high = (int64_t)(UINT64_MAX >> (65 - bits));

    switch (id) {
    case 1:
        return high;
    case 2:
        return -high;
    case 3:
        return -1;
    default:
        return (int64_t)noise_hash(1, 2, (uint64_t)id) % (high / 2);
    }
}

static double edge_double(bool single, int64_t id)
{
    static const double edges[] = {0.0,  -0.0,     NAN, INFINITY, -INFINITY,
                                   1e-7, 123456.5, 0.1, 1e15};

    if (id < (int64_t)COUNT(edges))
        return single ? (double)(float)edges[id] : edges[id];
    double v = 1e4 * (noise_unit(3, 4, (uint64_t)id) - 0.5);
    return single ? (double)(float)v : v;
}

/* Minimal big-endian two's complement. */
static void push_big(struct column *out, int64_t v, bool scaled)
{
    uint8_t bytes[4 + 9] = {2, 0, 0, 0}; /* scale 2 */
    uint8_t *p = bytes + 4;
    size_t n = 0;
    int top = 56;

    while (top > 0 && (v >> (top - 1) == 0 || v >> (top - 1) == -1))
        top -= 8;
    for (; top >= 0; top -= 8)
        p[n++] = (uint8_t)((uint64_t)v >> top);
    column_push_bytes(out, scaled ? (struct bytes){bytes, 4 + n} : (struct bytes){p, n});
}

/* Few items, and in the last rows more than are shown. */
static int64_t list_length(int64_t id)
{
    return id < TYPES_ROWS - 4 ? id % 5 : 50 * (id - (TYPES_ROWS - 5));
}

static void push_list(struct column *out, int64_t id)
{
    const struct type *item = column_type(out)->item;
    struct column *items = column_new(item);

    for (int64_t i = 0; i < list_length(id); i++) {
        if ((id + i) % NULL_EVERY == 0)
            column_push_null(items);
        else if (item->kind == KIND_STRING)
            push_awkward(items, id + i);
        else if (item->kind == KIND_DOUBLE)
            column_push_double(items, (double)(id * i) / 4);
        else
            column_push_int(items, id * 10 + i);
    }
    column_push_list(out, items);
}

static void push_period_duration(struct column *out, int64_t id)
{
    uint8_t bytes[16] = {0};

    bytes[0] = (uint8_t)id;
    bytes[4] = (uint8_t)(id * 2);
    bytes[11] = (uint8_t)id;
    column_push_bytes(out, (struct bytes){bytes, sizeof(bytes)});
}

/* Of a kind whose values are held as whole numbers. */
static int64_t whole_number(const struct world *w, enum kind kind, int64_t id)
{
    switch (kind) {
    case KIND_BYTE:
        return edge_int(8, id);
    case KIND_SHORT:
        return edge_int(16, id);
    case KIND_INT:
        return edge_int(32, id);
    case KIND_LONG:
        return edge_int(64, id);
    case KIND_CHAR:
        return id < 3 ? 27 + id : 0x41 + id * 37;
    case KIND_BOOL:
        return id & 1;
    case KIND_INSTANT:
        return table_instant(w, id * 86400000 * 31) + id;
    case KIND_DATE:
        return id * 401 - 9000;
    case KIND_TIME:
        return id * INT64_C(1350000000001);
    case KIND_DURATION:
        return (id - 20) * INT64_C(98765432100);
    default: /* KIND_PERIOD */
        return id - 10;
    }
}

static void push_kind(const struct world *w, int64_t id, struct column *out)
{
    enum kind kind = column_type(out)->kind;
    uint8_t raw[5] = {0, 0xff, (uint8_t)id, 0x1b, 0x80};

    switch (kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        column_push_double(out, edge_double(kind == KIND_FLOAT, id));
        break;
    case KIND_STRING:
        push_awkward(out, id);
        break;
    case KIND_PERIOD_DURATION:
        push_period_duration(out, id);
        break;
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
        push_big(out, edge_int(62, id), kind == KIND_BIG_DECIMAL);
        break;
    case KIND_BINARY:
        column_push_bytes(out, (struct bytes){raw, (size_t)id % 6});
        break;
    case KIND_LIST:
        push_list(out, id);
        break;
    case KIND_UNKNOWN:
        column_push_null(out);
        break;
    default:
        column_push_int(out, whole_number(w, kind, id));
    }
}

static void types_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)at_ms;
    if (column == 0)
        column_push_int(out, id);
    else if ((id + (int64_t)column) % NULL_EVERY == 0)
        column_push_null(out);
    else
        push_kind(w, id, out);
}

static const struct column_def types_columns[] = {
    {"Row", KIND_INT, 0, "never null"},
    {"Byte", KIND_BYTE, 0, ""},
    {"Short", KIND_SHORT, 0, ""},
    {"Int", KIND_INT, 0, ""},
    {"Long", KIND_LONG, 0, ""},
    {"Char", KIND_CHAR, 0, ""},
    {"Bool", KIND_BOOL, 0, ""},
    {"Float", KIND_FLOAT, 0, ""},
    {"Double", KIND_DOUBLE, 0, ""},
    {"Text", KIND_STRING, 0, "awkward on purpose"},
    {"Instant", KIND_INSTANT, 0, ""},
    {"Date", KIND_DATE, 0, ""},
    {"TimeOfDay", KIND_TIME, 0, ""},
    {"Duration", KIND_DURATION, 0, ""},
    {"Period", KIND_PERIOD, 0, ""},
    {"PeriodDuration", KIND_PERIOD_DURATION, 0, ""},
    {"BigInteger", KIND_BIG_INTEGER, 0, ""},
    {"BigDecimal", KIND_BIG_DECIMAL, 0, ""},
    {"Bytes", KIND_BINARY, 0, ""},
    {"Ints", KIND_LIST, KIND_INT, ""},
    {"Doubles", KIND_LIST, KIND_DOUBLE, ""},
    {"Texts", KIND_LIST, KIND_STRING, ""}};

const struct table_def table_types = {.table = {.name = "types",
                                                .about = "every type, nulls, awkward text",
                                                .size = types_size,
                                                .cell = types_cell},
                                      .n_columns = COUNT(types_columns),
                                      COLUMNS(types_columns)};
