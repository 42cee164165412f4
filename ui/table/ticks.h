/*
 * ui/table/ticks.h - which cells changed a moment ago, and in which direction.
 *
 * A change is fresh, then fading, then forgotten; a newer change of the same cell starts
 * anew. Cells are schema column and table position. Pure: the time comes in, as
 * milliseconds of a clock that never goes back. At most TICKS_MAX cells are known; more are
 * not marked until others have faded. Loop thread.
 */
#ifndef UI_TABLE_TICKS_H
#define UI_TABLE_TICKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TICKS_FRESH_MS 500 /* age at which a change begins to fade */
#define TICKS_GONE_MS 1000 /* age at which it is forgotten */
#define TICKS_MAX 8192     /* cells: a viewport's */
#define TICKS_NEVER UINT64_MAX

enum tick_age { TICK_NONE, TICK_FRESH, TICK_FADING };

struct tick {
    enum tick_age age;
    int direction; /* -1, 0 or +1 */
};

struct ticks; /* opaque */

struct ticks *ticks_new(void);    /* owned */
void ticks_free(struct ticks *t); /* accepts NULL */
void ticks_clear(struct ticks *t);

/* Notes that a cell changed at time now. */
void ticks_add(struct ticks *t, size_t column, int64_t position, int direction,
               uint64_t now);

/* The rows stand elsewhere now: where() tells for a position where its row is, -1 when it
 * is gone, and no two rows are at one place. Changes go with their rows. */
typedef int64_t ticks_where(const void *ctx, int64_t position);
void ticks_move(struct ticks *t, ticks_where *where, const void *ctx);

/* How a cell is to be shown at time now. O(1). */
struct tick ticks_look(const struct ticks *t, size_t column, int64_t position,
                       uint64_t now);

/* When the look of a cell that visible() tells to be on screen next changes by itself;
 * TICKS_NEVER when there is none. visible NULL: all are. */
typedef bool ticks_visible(const void *ctx, size_t column, int64_t position);
uint64_t ticks_next(const struct ticks *t, uint64_t now, ticks_visible *visible,
                    const void *ctx);

#endif
