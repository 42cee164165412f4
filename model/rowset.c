/*
 * The ranges lie in one sorted array; before[i], beside it, is the number of keys in the
 * ranges in front of range i. Appending keeps both in O(1). A change further in moves the
 * tail of the array anyway, so renumbering that tail costs no more than the move. Walks
 * over two sets use seek(), which doubles its stride: O(ranges of both) at worst, and
 * O(log) per range of a small set against a large one.
 */
#include "model/rowset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct rowset {
    struct rowrange *ranges; /* n of them */
    uint64_t *before;        /* n: keys in the ranges in front */
    size_t n;
    size_t cap_ranges;
    size_t cap_before;
};

/* At most 2^63, for 0..ROWSET_MAX_KEY. */
static uint64_t range_len(struct rowrange r)
{
    return (uint64_t)(r.last - r.first) + 1;
}

static uint64_t count_through(const struct rowset *rs, size_t n)
{
    return n == 0 ? 0 : rs->before[n - 1] + range_len(rs->ranges[n - 1]);
}

static void reserve(struct rowset *rs, size_t n)
{
    MEM_GROW(rs->ranges, rs->cap_ranges, n);
    MEM_GROW(rs->before, rs->cap_before, n);
}

/* The first of the ranges lo to hi, without hi, whose last key is key or above; or else hi.
 */
static size_t bisect(const struct rowset *rs, size_t lo, size_t hi, int64_t key)
{
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (rs->ranges[mid].last < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The same from index from to the end, quick when the answer is near. */
static size_t seek(const struct rowset *rs, size_t from, int64_t key)
{
    size_t lo = from, hi = from, stride = 1;

    while (hi < rs->n && rs->ranges[hi].last < key) {
        lo = hi + 1;
        hi = stride < rs->n - hi ? hi + stride : rs->n;
        stride *= 2;
    }
    return bisect(rs, lo, hi, key);
}

/* The last of the ranges lo to hi, without hi, that begins at position pos or before it.
 * Range lo must do so. */
static size_t bisect_pos(const struct rowset *rs, size_t lo, size_t hi, uint64_t pos)
{
    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (rs->before[mid] <= pos)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* The same from index from to the end, quick when the answer is near. */
static size_t seek_pos(const struct rowset *rs, size_t from, uint64_t pos)
{
    size_t lo = from, hi = from + 1, stride = 1;

    while (hi < rs->n && rs->before[hi] <= pos) {
        lo = hi;
        hi = stride < rs->n - hi ? hi + stride : rs->n;
        stride *= 2;
    }
    return bisect_pos(rs, lo, hi, pos);
}

/* Appends a range that begins above everything in the set. */
static void push(struct rowset *rs, int64_t first, int64_t last)
{
    if (rs->n > 0 && rs->ranges[rs->n - 1].last == first - 1) {
        rs->ranges[rs->n - 1].last = last;
        return;
    }
    reserve(rs, rs->n + 1);
    rs->before[rs->n] = count_through(rs, rs->n);
    rs->ranges[rs->n] = (struct rowrange){first, last};
    rs->n++;
}

/* Puts the given ranges in the place of ranges i to j, without j. */
static void splice(struct rowset *rs, size_t i, size_t j, const struct rowrange *with,
                   size_t n)
{
    size_t tail = rs->n - j;

    reserve(rs, i + n + tail);
    if (rs->n == 0 && n == 0)
        return;
    memmove(rs->ranges + i + n, rs->ranges + j, tail * sizeof(*rs->ranges));
    if (n > 0)
        memcpy(rs->ranges + i, with, n * sizeof(*rs->ranges));
    rs->n = i + n + tail;
    for (size_t k = i; k < rs->n; k++)
        rs->before[k] = count_through(rs, k);
}

struct rowset *rowset_new(void)
{
    return MEM_NEW(struct rowset);
}

struct rowset *rowset_new_range(int64_t first, int64_t last)
{
    struct rowset *rs = rowset_new();

    if (first <= last)
        rowset_add(rs, first, last);
    return rs;
}

struct rowset *rowset_copy(const struct rowset *rs)
{
    struct rowset *copy;

    if (!rs)
        return NULL;
    copy = rowset_new();
    if (rs->n > 0)
        splice(copy, 0, 0, rs->ranges, rs->n);
    return copy;
}

void rowset_free(struct rowset *rs)
{
    if (!rs)
        return;
    free(rs->ranges);
    free(rs->before);
    free(rs);
}

void rowset_add(struct rowset *rs, int64_t first, int64_t last)
{
    struct rowrange merged = {first, last};
    size_t i, j;

    assert(first >= 0 && first <= last);
    if (rs->n == 0 || rs->ranges[rs->n - 1].last < first) {
        push(rs, first, last);
        return;
    }
    i = bisect(rs, 0, rs->n, first > 0 ? first - 1 : 0);
    j = last < ROWSET_MAX_KEY ? seek(rs, i, last + 1) : rs->n;
    if (j < rs->n && rs->ranges[j].first - 1 <= last)
        j++;
    if (i < j) {
        if (rs->ranges[i].first < first)
            merged.first = rs->ranges[i].first;
        if (rs->ranges[j - 1].last > last)
            merged.last = rs->ranges[j - 1].last;
    }
    splice(rs, i, j, &merged, 1);
}

void rowset_remove(struct rowset *rs, int64_t first, int64_t last)
{
    struct rowrange rest[2];
    size_t i, j, n = 0;

    assert(first >= 0 && first <= last);
    i = bisect(rs, 0, rs->n, first);
    j = seek(rs, i, last);
    if (j < rs->n && rs->ranges[j].first <= last)
        j++;
    if (i == j)
        return;
    if (rs->ranges[i].first < first)
        rest[n++] = (struct rowrange){rs->ranges[i].first, first - 1};
    if (rs->ranges[j - 1].last > last)
        rest[n++] = (struct rowrange){last + 1, rs->ranges[j - 1].last};
    splice(rs, i, j, rest, n);
}

void rowset_clear(struct rowset *rs)
{
    rs->n = 0;
}

bool rowset_empty(const struct rowset *rs)
{
    return rs->n == 0;
}

uint64_t rowset_count(const struct rowset *rs)
{
    return count_through(rs, rs->n);
}

int64_t rowset_first(const struct rowset *rs)
{
    return rs->n > 0 ? rs->ranges[0].first : -1;
}

int64_t rowset_last(const struct rowset *rs)
{
    return rs->n > 0 ? rs->ranges[rs->n - 1].last : -1;
}

bool rowset_has(const struct rowset *rs, int64_t key)
{
    size_t i = bisect(rs, 0, rs->n, key);

    return i < rs->n && rs->ranges[i].first <= key;
}

bool rowset_equal(const struct rowset *a, const struct rowset *b)
{
    return a->n == b->n &&
           (a->n == 0 || memcmp(a->ranges, b->ranges, a->n * sizeof(*a->ranges)) == 0);
}

bool rowset_contains(const struct rowset *rs, const struct rowset *part)
{
    size_t i = 0;

    for (size_t k = 0; k < part->n; k++) {
        i = seek(rs, i, part->ranges[k].first);
        if (i == rs->n || rs->ranges[i].first > part->ranges[k].first ||
            rs->ranges[i].last < part->ranges[k].last)
            return false;
    }
    return true;
}

/* Walks what two sets have in common, piece by piece. */
struct common {
    const struct rowset *a;
    const struct rowset *b;
    size_t i, j;        /* ranges of a and b not yet used up */
    struct rowrange at; /* the piece, lying in range in_a of a */
    size_t in_a;
};

static bool common_next(struct common *c)
{
    const struct rowset *a = c->a, *b = c->b;

    while (c->i < a->n && c->j < b->n) {
        struct rowrange x = a->ranges[c->i], y = b->ranges[c->j];

        if (x.last < y.first) {
            c->i = seek(a, c->i, y.first);
            continue;
        }
        if (y.last < x.first) {
            c->j = seek(b, c->j, x.first);
            continue;
        }
        c->at.first = x.first > y.first ? x.first : y.first;
        c->at.last = x.last < y.last ? x.last : y.last;
        c->in_a = c->i;
        if (x.last <= y.last)
            c->i++;
        if (y.last <= x.last)
            c->j++;
        return true;
    }
    return false;
}

int64_t rowset_key_at(const struct rowset *rs, uint64_t pos)
{
    size_t i;

    if (pos >= rowset_count(rs))
        return -1;
    i = bisect_pos(rs, 0, rs->n, pos);
    return rs->ranges[i].first + (int64_t)(pos - rs->before[i]);
}

int64_t rowset_find(const struct rowset *rs, int64_t key)
{
    return rowset_has(rs, key) ? (int64_t)rowset_rank(rs, key) : -1;
}

uint64_t rowset_rank(const struct rowset *rs, int64_t key)
{
    size_t i = bisect(rs, 0, rs->n, key);

    if (i == rs->n)
        return rowset_count(rs);
    if (rs->ranges[i].first >= key)
        return rs->before[i];
    return rs->before[i] + (uint64_t)(key - rs->ranges[i].first);
}

/* Appends a range that begins no lower than the last one in the set. */
static void push_over(struct rowset *rs, struct rowrange r)
{
    if (rs->n == 0 || rs->ranges[rs->n - 1].last < r.first)
        push(rs, r.first, r.last);
    else if (rs->ranges[rs->n - 1].last < r.last)
        rs->ranges[rs->n - 1].last = r.last;
}

struct rowset *rowset_union(const struct rowset *a, const struct rowset *b)
{
    struct rowset *out = rowset_new();
    size_t i = 0, j = 0;

    while (i < a->n || j < b->n) {
        if (j == b->n || (i < a->n && a->ranges[i].first <= b->ranges[j].first))
            push_over(out, a->ranges[i++]);
        else
            push_over(out, b->ranges[j++]);
    }
    return out;
}

struct rowset *rowset_intersect(const struct rowset *a, const struct rowset *b)
{
    struct common c = {.a = a, .b = b};
    struct rowset *out = rowset_new();

    while (common_next(&c))
        push(out, c.at.first, c.at.last);
    return out;
}

struct rowset *rowset_subtract(const struct rowset *a, const struct rowset *b)
{
    struct rowset *out = rowset_new();
    size_t j = 0;

    for (size_t i = 0; i < a->n; i++) {
        struct rowrange r = a->ranges[i];
        bool rest = true; /* something of r is left, from r.first on */

        for (j = seek(b, j, r.first); rest && j < b->n && b->ranges[j].first <= r.last;
             j++) {
            struct rowrange cut = b->ranges[j];

            if (cut.first > r.first)
                push(out, r.first, cut.first - 1);
            rest = cut.last < r.last;
            if (!rest)
                break; /* cut may reach into the next range of a */
            r.first = cut.last + 1;
        }
        if (rest)
            push(out, r.first, r.last);
    }
    return out;
}

struct rowset *rowset_positions_of(const struct rowset *rs, const struct rowset *part)
{
    struct common c = {.a = rs, .b = part};
    struct rowset *out = rowset_new();

    while (common_next(&c)) {
        uint64_t base = rs->before[c.in_a];
        int64_t from = rs->ranges[c.in_a].first;

        push(out, (int64_t)(base + (uint64_t)(c.at.first - from)),
             (int64_t)(base + (uint64_t)(c.at.last - from)));
    }
    return out;
}

struct rowset *rowset_keys_at(const struct rowset *rs, const struct rowset *positions)
{
    struct rowset *out = rowset_new();
    uint64_t count = rowset_count(rs);
    size_t i = 0;

    for (size_t k = 0; k < positions->n; k++) {
        uint64_t pos = (uint64_t)positions->ranges[k].first;
        uint64_t left = range_len(positions->ranges[k]);

        if (pos >= count)
            break;
        if (left > count - pos)
            left = count - pos;
        for (i = seek_pos(rs, i, pos);; i++) {
            struct rowrange r = rs->ranges[i];
            uint64_t take;

            r.first += (int64_t)(pos - rs->before[i]);
            take = range_len(r) < left ? range_len(r) : left;
            push(out, r.first, r.first + (int64_t)(take - 1));
            pos += take;
            left -= take;
            if (left == 0)
                break; /* the next positions may lie in this range too */
        }
    }
    return out;
}

const struct rowrange *rowset_ranges(const struct rowset *rs, size_t *n)
{
    *n = rs->n;
    return rs->ranges;
}

struct rowset_iter rowset_iter(const struct rowset *rs)
{
    return (struct rowset_iter){.rs = rs, .next = rs->n > 0 ? rs->ranges[0].first : 0};
}

bool rowset_next(struct rowset_iter *it, int64_t *key)
{
    const struct rowset *rs = it->rs;

    if (it->range >= rs->n)
        return false;
    *key = it->next;
    if (it->next < rs->ranges[it->range].last)
        it->next++;
    else if (++it->range < rs->n)
        it->next = rs->ranges[it->range].first;
    return true;
}

void rowset_check(const struct rowset *rs)
{
    uint64_t count = 0;

    assert(rs->n <= rs->cap_ranges && rs->n <= rs->cap_before);
    for (size_t i = 0; i < rs->n; i++) {
        assert(rs->ranges[i].first >= 0);
        assert(rs->ranges[i].first <= rs->ranges[i].last);
        assert(i == 0 || rs->ranges[i].first - 1 > rs->ranges[i - 1].last);
        assert(rs->before[i] == count);
        count += range_len(rs->ranges[i]);
    }
    assert(rowset_count(rs) == count);
    (void)count;
}
