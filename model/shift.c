#include "model/shift.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

struct shift {
    struct shift_move *moves;
    size_t n;
    size_t cap;
};

struct shift *shift_new(void)
{
    return MEM_NEW(struct shift);
}

void shift_free(struct shift *s)
{
    if (!s)
        return;
    free(s->moves);
    free(s);
}

bool shift_empty(const struct shift *s)
{
    return !s || s->n == 0;
}

const struct shift_move *shift_moves(const struct shift *s, size_t *n)
{
    *n = s ? s->n : 0;
    return s ? s->moves : NULL;
}

enum err_code shift_add(struct shift *s, int64_t first, int64_t last, int64_t delta,
                        struct err *e)
{
    int64_t to_first, to_last;

    if (first < 0 || last < first)
        return err_set(e, ERR_PROTO, "shift of keys %" PRId64 " to %" PRId64, first, last);
    if (__builtin_add_overflow(first, delta, &to_first) || to_first < 0 ||
        __builtin_add_overflow(last, delta, &to_last))
        return err_set(e, ERR_PROTO,
                       "shift takes keys %" PRId64 " to %" PRId64 " by %" PRId64, first,
                       last, delta);
    if (s->n > 0) {
        struct shift_move prev = s->moves[s->n - 1];

        if (first <= prev.last)
            return err_set(e, ERR_PROTO, "shift from key %" PRId64 " after one to %" PRId64,
                           first, prev.last);
        if (to_first <= prev.last + prev.delta)
            return err_set(e, ERR_PROTO,
                           "shift onto key %" PRId64 " after one onto %" PRId64, to_first,
                           prev.last + prev.delta);
    }
    MEM_GROW(s->moves, s->cap, s->n + 1);
    s->moves[s->n++] = (struct shift_move){first, last, delta};
    return ERR_OK;
}

/* Appends keys to what came out so far; they must lie above it. */
static enum err_code emit(struct rowset *out, int64_t first, int64_t last, int64_t delta,
                          struct err *e)
{
    if (first + delta <= rowset_last(out))
        return err_set(e, ERR_PROTO,
                       "shift puts key %" PRId64 " at %" PRId64
                       ", behind a key at %" PRId64,
                       first, first + delta, rowset_last(out));
    rowset_add(out, first + delta, last + delta);
    return ERR_OK;
}

/* Applies the moves to one range of keys. *m is the first move that may matter, here and
 * for the ranges that follow. */
static enum err_code apply_range(const struct shift *s, size_t *m, struct rowrange r,
                                 struct rowset *out, struct err *e)
{
    while (*m < s->n && s->moves[*m].last < r.first)
        (*m)++;
    while (*m < s->n && s->moves[*m].first <= r.last) {
        const struct shift_move *move = &s->moves[*m];
        int64_t end = move->last < r.last ? move->last : r.last;

        if (r.first < move->first) {
            TRY(emit(out, r.first, move->first - 1, 0, e));
            r.first = move->first;
        }
        TRY(emit(out, r.first, end, move->delta, e));
        if (end == r.last)
            return ERR_OK; /* the move may reach into the next range */
        r.first = end + 1;
        (*m)++;
    }
    return emit(out, r.first, r.last, 0, e);
}

enum err_code shift_apply(const struct shift *s, const struct rowset *rs,
                          struct rowset **out, struct err *e)
{
    struct rowset *moved;
    const struct rowrange *ranges;
    size_t n, m = 0;

    if (shift_empty(s)) {
        *out = rowset_copy(rs);
        return ERR_OK;
    }
    moved = rowset_new();
    ranges = rowset_ranges(rs, &n);
    for (size_t i = 0; i < n; i++) {
        enum err_code rc = apply_range(s, &m, ranges[i], moved, e);

        if (rc != ERR_OK) {
            rowset_free(moved);
            return rc;
        }
    }
    *out = moved;
    return ERR_OK;
}
