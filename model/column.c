/*
 * model/column.c - slots of 16 bytes in one growing array.
 *
 * Values of up to eight bytes (short text, big numbers) live inside the slot, so most text
 * columns need no memory besides the array. A slot is plain data: moving it moves ownership
 * of what it points to, and every removal goes through slot_release().
 */
#include "model/column.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/bignum.h"

#define INLINE_MAX 8  /* bytes kept inside a slot */
#define KEEP_SLOTS 64 /* capacity below which memory is not given back */

struct slot {
    union {
        int64_t i;
        double d;
        uint8_t near[INLINE_MAX];
        uint8_t *far;        /* owned */
        struct column *list; /* owned */
    };
    uint64_t meta; /* length in bytes << 2 | enum value_state */
};

/* How the value of a kind is kept. */
enum store { STORE_INT, STORE_DOUBLE, STORE_BYTES, STORE_LIST };

struct column {
    const struct type *type; /* borrowed */
    enum store store;        /* that of its type */
    struct slot *slots;      /* owned */
    size_t len;
    size_t cap;
    size_t far_bytes; /* held outside the slots, lists not counted */
};

/* --- types --- */

struct type *type_new(enum kind kind, struct type *item)
{
    static struct type plain[KIND_UNKNOWN + 1];
    struct type *t = item ? MEM_NEW(struct type) : &plain[kind];

    assert((kind == KIND_LIST) == (item != NULL));
    t->kind = kind;
    t->item = item;
    return t;
}

void type_free(struct type *t)
{
    while (t && t->item) {
        struct type *item = t->item;

        free(t);
        t = item;
    }
}

const char *kind_name(enum kind kind)
{
    static const char *const names[] = {
        [KIND_BYTE] = "byte",
        [KIND_SHORT] = "short",
        [KIND_INT] = "int",
        [KIND_LONG] = "long",
        [KIND_CHAR] = "char",
        [KIND_BOOL] = "boolean",
        [KIND_FLOAT] = "float",
        [KIND_DOUBLE] = "double",
        [KIND_STRING] = "string",
        [KIND_INSTANT] = "instant",
        [KIND_DATE] = "date",
        [KIND_TIME] = "time",
        [KIND_DURATION] = "duration",
        [KIND_PERIOD] = "period",
        [KIND_PERIOD_DURATION] = "period-duration",
        [KIND_BIG_INTEGER] = "big integer",
        [KIND_BIG_DECIMAL] = "big decimal",
        [KIND_BINARY] = "binary",
        [KIND_LIST] = "list",
        [KIND_UNKNOWN] = "unknown",
    };

    assert((size_t)kind < sizeof(names) / sizeof(names[0]));
    return names[kind];
}

static enum store store_of(const struct type *t)
{
    switch (t->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return STORE_DOUBLE;
    case KIND_STRING:
    case KIND_PERIOD_DURATION:
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
    case KIND_BINARY:
        return STORE_BYTES;
    case KIND_LIST:
        return STORE_LIST;
    default:
        return STORE_INT;
    }
}

/* --- slots --- */

static enum value_state slot_state(const struct slot *s)
{
    return (enum value_state)(s->meta & 3);
}

static size_t slot_len(const struct slot *s)
{
    return (size_t)(s->meta >> 2);
}

/* Bytes that a slot owns outside the array. */
static size_t slot_far(const struct column *c, const struct slot *s)
{
    if (slot_state(s) != VALUE_SET || c->store != STORE_BYTES)
        return 0;
    return slot_len(s) > INLINE_MAX ? slot_len(s) : 0;
}

static void slot_release(struct column *c, struct slot *s)
{
    size_t far = slot_far(c, s);

    if (far) {
        c->far_bytes -= far;
        free(s->far);
    } else if (slot_state(s) == VALUE_SET && c->store == STORE_LIST) {
        column_free(s->list);
    }
}

static void release_range(struct column *c, size_t from, size_t to)
{
    enum store store = c->store;

    if (store == STORE_INT || store == STORE_DOUBLE)
        return;
    for (size_t i = from; i < to; i++)
        slot_release(c, &c->slots[i]);
}

struct column *column_new(const struct type *type)
{
    struct column *c = MEM_NEW(struct column);

    c->type = type;
    c->store = store_of(type);
    return c;
}

void column_free(struct column *c)
{
    if (!c)
        return;
    release_range(c, 0, c->len);
    free(c->slots);
    free(c);
}

const struct type *column_type(const struct column *c)
{
    return c->type;
}

size_t column_length(const struct column *c)
{
    return c->len;
}

static struct slot *push(struct column *c, enum value_state state, size_t len)
{
    if (c->len == c->cap)
        MEM_GROW(c->slots, c->cap, c->len + 1);
    struct slot *s = &c->slots[c->len++];
    *s = (struct slot){.meta = (uint64_t)len << 2 | (uint64_t)state};
    return s;
}

void column_push_absent(struct column *c, size_t n)
{
    if (n == 0)
        return;
    assert(n <= SIZE_MAX - c->len);
    MEM_GROW(c->slots, c->cap, c->len + n);
    for (size_t i = 0; i < n; i++)
        c->slots[c->len + i] = (struct slot){.meta = VALUE_ABSENT};
    c->len += n;
}

void column_push_null(struct column *c)
{
    push(c, VALUE_NULL, 0);
}

void column_push_int(struct column *c, int64_t v)
{
    assert(c->store == STORE_INT);
    push(c, VALUE_SET, 0)->i = v;
}

void column_push_double(struct column *c, double v)
{
    assert(c->store == STORE_DOUBLE);
    push(c, VALUE_SET, 0)->d = v;
}

void column_push_bytes(struct column *c, struct bytes v)
{
    assert(c->store == STORE_BYTES);
    struct slot *s = push(c, VALUE_SET, v.len);
    if (v.len > INLINE_MAX) {
        s->far = mem_dup(v.data, v.len);
        c->far_bytes += v.len;
    } else if (v.len) {
        memcpy(s->near, v.data, v.len);
    }
}

void column_push_list(struct column *c, struct column *items)
{
    assert(c->store == STORE_LIST && items);
    push(c, VALUE_SET, 0)->list = items;
}

/* --- reading --- */

struct value column_get(const struct column *c, size_t i)
{
    struct value v = {.state = VALUE_ABSENT, .type = c->type};

    if (i >= c->len)
        return v;
    const struct slot *s = &c->slots[i];
    v.state = slot_state(s);
    if (v.state != VALUE_SET)
        return v;
    switch (c->store) {
    case STORE_INT:
        v.i = s->i;
        break;
    case STORE_DOUBLE:
        v.d = s->d;
        break;
    case STORE_BYTES:
        v.bytes.len = slot_len(s);
        v.bytes.data = v.bytes.len > INLINE_MAX ? s->far : s->near;
        break;
    case STORE_LIST:
        v.list = s->list;
        break;
    }
    return v;
}

static bool list_equal(const struct column *a, const struct column *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        struct value x = column_get(a, i);
        struct value y = column_get(b, i);

        if (!value_equal(&x, &y))
            return false;
    }
    return true;
}

/* Zeros of either sign differ: they are shown differently. */
static bool double_equal(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    return memcmp(&a, &b, sizeof(a)) == 0;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->state != b->state)
        return false;
    if (a->state != VALUE_SET)
        return true;
    if (a->type->kind != b->type->kind)
        return false;
    switch (store_of(a->type)) {
    case STORE_INT:
        return a->i == b->i;
    case STORE_DOUBLE:
        return double_equal(a->d, b->d);
    case STORE_BYTES:
        return bytes_equal(a->bytes, b->bytes);
    case STORE_LIST:
        return list_equal(a->list, b->list);
    }
    return false;
}

static int bytes_order(struct bytes a, struct bytes b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.data, b.data, n) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

int value_order(const struct value *a, const struct value *b)
{
    if (value_equal(a, b))
        return 0;
    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (store_of(a->type) == STORE_BYTES)
        return bytes_order(a->bytes, b->bytes);
    return a->i < b->i ? -1 : 1; /* a double's bits have an order, too */
}

static bool is_whole(enum kind kind)
{
    return kind == KIND_BYTE || kind == KIND_SHORT || kind == KIND_INT || kind == KIND_LONG;
}

int value_direction(const struct value *was, const struct value *is)
{
    if (was->state != VALUE_SET || is->state != VALUE_SET ||
        was->type->kind != is->type->kind)
        return 0;
    switch (is->type->kind) {
    case KIND_BYTE:
    case KIND_SHORT:
    case KIND_INT:
    case KIND_LONG:
        return (is->i > was->i) - (is->i < was->i);
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return (is->d > was->d) - (is->d < was->d);
    case KIND_BIG_INTEGER:
        return bignum_compare_integers(is->bytes, was->bytes);
    case KIND_BIG_DECIMAL:
        return bignum_compare_decimals(is->bytes, was->bytes);
    default:
        return 0;
    }
}

/* A slot that has a number of at most 64 bits; NULL: it has none. */
static const struct slot *whole_at(const struct column *c, size_t i)
{
    bool set = i < c->len && slot_state(&c->slots[i]) == VALUE_SET;

    return set && is_whole(c->type->kind) ? &c->slots[i] : NULL;
}

bool column_changes(const struct column *was, size_t i, const struct column *is, size_t k,
                    int *direction)
{
    const struct slot *from = whole_at(was, i), *to = whole_at(is, k);
    struct value a, b;

    if (from && to) { /* as nearly all are */
        *direction = (to->i > from->i) - (to->i < from->i);
        return to->i != from->i;
    }
    a = column_get(was, i);
    b = column_get(is, k);
    if (a.state == VALUE_ABSENT || value_equal(&a, &b))
        return false;
    *direction = value_direction(&a, &b);
    return true;
}

/* --- copying --- */

void column_push_value(struct column *c, const struct value *v)
{
    if (v->state == VALUE_ABSENT) {
        column_push_absent(c, 1);
        return;
    }
    if (v->state == VALUE_NULL) {
        column_push_null(c);
        return;
    }
    switch (c->store) {
    case STORE_INT:
        column_push_int(c, v->i);
        break;
    case STORE_DOUBLE:
        column_push_double(c, v->d);
        break;
    case STORE_BYTES:
        column_push_bytes(c, v->bytes);
        break;
    case STORE_LIST:
        column_push_list(c, column_copy(v->list, c->type->item));
        break;
    }
}

void column_append(struct column *c, const struct column *more)
{
    for (size_t i = 0; i < more->len; i++) {
        struct value v = column_get(more, i);

        column_push_value(c, &v);
    }
}

struct column *column_copy(const struct column *c, const struct type *type)
{
    struct column *out = column_new(type ? type : c->type);

    column_append(out, c);
    return out;
}

/* --- moving --- */

/* Deletes the slots of removed; one pass over the tail behind the first of them. */
static void delete_slots(struct column *c, const struct rowset *removed)
{
    size_t n;
    const struct rowrange *r = rowset_ranges(removed, &n);
    size_t to = n ? (size_t)r[0].first : 0;

    for (size_t k = 0; k < n; k++) {
        size_t from = (size_t)r[k].last + 1;
        size_t end = k + 1 < n ? (size_t)r[k + 1].first : c->len;

        assert(from <= c->len);
        release_range(c, (size_t)r[k].first, from);
        memmove(&c->slots[to], &c->slots[from], (end - from) * sizeof(struct slot));
        to += end - from;
    }
    if (n)
        c->len = to;
}

/* Puts count slots of incoming, from its index first on, at index to. */
static void place(struct column *c, size_t to, struct column *incoming, size_t first,
                  size_t count)
{
    if (incoming) {
        memcpy(&c->slots[to], &incoming->slots[first], count * sizeof(struct slot));
        return;
    }
    for (size_t i = 0; i < count; i++)
        c->slots[to + i] = (struct slot){.meta = VALUE_ABSENT};
}

/* Makes room from the back, so that each survivor moves once and an append moves none. */
static void insert_slots(struct column *c, const struct rowset *added,
                         struct column *incoming)
{
    size_t n;
    const struct rowrange *r = rowset_ranges(added, &n);
    size_t left = (size_t)rowset_count(added); /* incoming slots not yet placed */
    size_t old_end = c->len;                   /* survivors not yet moved */
    size_t new_end = c->len + left;

    MEM_GROW(c->slots, c->cap, new_end);
    c->len = new_end;
    for (size_t k = n; k-- > 0;) {
        size_t count = (size_t)(r[k].last - r[k].first) + 1;
        size_t after = (size_t)r[k].last + 1;
        size_t tail = new_end - after;

        assert(tail <= old_end && count <= left);
        old_end -= tail;
        memmove(&c->slots[after], &c->slots[old_end], tail * sizeof(struct slot));
        left -= count;
        place(c, (size_t)r[k].first, incoming, left, count);
        new_end = (size_t)r[k].first;
    }
}

static void give_back(struct column *c)
{
    if (c->cap <= KEEP_SLOTS || c->len > c->cap / 4)
        return;
    c->cap = c->len * 2 > KEEP_SLOTS ? c->len * 2 : KEEP_SLOTS;
    c->slots = mem_realloc(c->slots, c->cap, sizeof(struct slot));
}

void column_splice(struct column *c, const struct rowset *removed,
                   const struct rowset *added, struct column *incoming)
{
    assert(!incoming || incoming->len == rowset_count(added));
    delete_slots(c, removed);
    if (!rowset_empty(added))
        insert_slots(c, added, incoming);
    if (incoming) {
        c->far_bytes += incoming->far_bytes;
        incoming->len = 0;
        incoming->far_bytes = 0;
    }
    give_back(c);
}

void column_replace(struct column *c, const struct rowset *indexes, struct column *incoming)
{
    size_t n;
    size_t done = 0;
    const struct rowrange *r = rowset_ranges(indexes, &n);

    assert(incoming->len == rowset_count(indexes));
    for (size_t k = 0; k < n; k++) {
        size_t first = (size_t)r[k].first;
        size_t count = (size_t)(r[k].last - r[k].first) + 1;

        assert(first + count <= c->len);
        release_range(c, first, first + count);
        place(c, first, incoming, done, count);
        done += count;
    }
    c->far_bytes += incoming->far_bytes;
    incoming->len = 0;
    incoming->far_bytes = 0;
}

size_t column_memory(const struct column *c)
{
    size_t total = sizeof(*c) + c->cap * sizeof(struct slot) + c->far_bytes;

    if (c->type->kind != KIND_LIST)
        return total;
    for (size_t i = 0; i < c->len; i++) {
        if (slot_state(&c->slots[i]) == VALUE_SET)
            total += column_memory(c->slots[i].list);
    }
    return total;
}
