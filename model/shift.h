/*
 * model/shift.h - an ordered list of key-range moves, applied to row sets.
 *
 * Each move takes the keys first..last by delta. Invariants, checked when a move is added:
 * source ranges are ascending and disjoint, destinations stay within 0..ROWSET_MAX_KEY, are
 * ascending and disjoint too, so that a shift never reorders keys. Meaning and order of
 * application are those of a full subscription's update: after removes, before adds
 * (protocol: Barrage BarrageUpdateMetadata.shift_data). Loop thread only.
 */
#ifndef MODEL_SHIFT_H
#define MODEL_SHIFT_H

#include "base/err.h"
#include "model/rowset.h"

struct shift_move {
    int64_t first;
    int64_t last; /* inclusive */
    int64_t delta;
};

struct shift; /* opaque */

struct shift *shift_new(void);           /* owned */
void shift_free(struct shift *s);        /* accepts NULL */
bool shift_empty(const struct shift *s); /* NULL counts as empty */
const struct shift_move *shift_moves(const struct shift *s, size_t *n); /* borrowed */

/* Appends a move; ERR_PROTO, and no change, when it breaks an invariant. */
enum err_code shift_add(struct shift *s, int64_t first, int64_t last, int64_t delta,
                        struct err *e);

/* The keys of rs after the moves, as a new owned set. ERR_PROTO when a moved key would land
 * on or pass over a key that does not move: the order of keys, and with it every stored
 * row, must stay as it is. O(ranges + moves). */
enum err_code shift_apply(const struct shift *s, const struct rowset *rs,
                          struct rowset **out, struct err *e);

#endif
