/*
 * model/rowset.h - an ordered set of non-negative 64-bit keys, stored as disjoint ranges.
 *
 * Holds row keys, row positions, indexes of held rows and column indexes alike. Invariants,
 * asserted by rowset_check(): ranges are inclusive, non-empty, ascending, never adjacent;
 * keys lie in 0..INT64_MAX; rowset_count() is the sum of the lengths, at most 2^63, so that
 * every position fits int64_t. Mind that last + 1 can overflow. Memory is O(ranges), never
 * O(keys). Loop thread only.
 */
#ifndef MODEL_ROWSET_H
#define MODEL_ROWSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rowrange {
    int64_t first;
    int64_t last; /* inclusive */
};

#define ROWSET_MAX_KEY INT64_MAX

struct rowset; /* opaque */

struct rowset *rowset_new(void); /* owned; never NULL */
struct rowset *rowset_new_range(int64_t first,
                                int64_t last);       /* owned; empty if last < first */
struct rowset *rowset_copy(const struct rowset *rs); /* owned; NULL stays NULL */
void rowset_free(struct rowset *rs);                 /* accepts NULL */

/* 0 <= first <= last <= ROWSET_MAX_KEY. Adding in ascending order costs O(1) each. */
void rowset_add(struct rowset *rs, int64_t first, int64_t last);
void rowset_remove(struct rowset *rs, int64_t first, int64_t last);
void rowset_clear(struct rowset *rs);

bool rowset_empty(const struct rowset *rs);
uint64_t rowset_count(const struct rowset *rs);
int64_t rowset_first(const struct rowset *rs); /* smallest key, or -1 when empty */
int64_t rowset_last(const struct rowset *rs);  /* largest key, or -1 when empty */
bool rowset_has(const struct rowset *rs, int64_t key);
bool rowset_equal(const struct rowset *a, const struct rowset *b);
bool rowset_contains(const struct rowset *rs, const struct rowset *part);

/* Key at position pos (0-based), or -1 past the end. O(log ranges). */
int64_t rowset_key_at(const struct rowset *rs, uint64_t pos);

/* Position of key, or -1 when it is not in the set. O(log ranges). */
int64_t rowset_find(const struct rowset *rs, int64_t key);

/* Number of keys below key. O(log ranges). */
uint64_t rowset_rank(const struct rowset *rs, int64_t key);

/* Each result is a new set, owned by the caller. O(ranges of both). */
struct rowset *rowset_union(const struct rowset *a, const struct rowset *b);
struct rowset *rowset_intersect(const struct rowset *a, const struct rowset *b);
struct rowset *rowset_subtract(const struct rowset *a, const struct rowset *b);

/* The positions that the keys of part have in rs; keys of part outside rs are left out. */
struct rowset *rowset_positions_of(const struct rowset *rs, const struct rowset *part);

/* The keys of rs at the given positions; positions past the end are left out. */
struct rowset *rowset_keys_at(const struct rowset *rs, const struct rowset *positions);

/* Borrowed: valid until rs next changes. */
const struct rowrange *rowset_ranges(const struct rowset *rs, size_t *n);

/* Walks the keys one by one: struct rowset_iter it = rowset_iter(rs); while
 * (rowset_next(&it, &key)) ... The set must not change meanwhile. */
struct rowset_iter {
    const struct rowset *rs;
    size_t range;
    int64_t next;
};
struct rowset_iter rowset_iter(const struct rowset *rs);
bool rowset_next(struct rowset_iter *it, int64_t *key);

/* Asserts the invariants; for tests and debug builds. */
void rowset_check(const struct rowset *rs);

#endif
