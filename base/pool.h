/*
 * base/pool.h - many short texts that live and die together.
 *
 * Texts lie one behind the other in blocks, at their own length: ten thousand names take
 * little more than their letters, and one release frees them all. A text never moves. Any
 * thread, one at a time.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/buf.h"

#define POOL_RECENT 16 /* shared texts that are looked for when another one comes */

struct pool {
    struct pool_block *blocks; /* private, as all of it; owned, the newest first */
    size_t used;               /* bytes of the newest */
    struct bytes recent[POOL_RECENT];
    size_t next_recent;
};

void pool_init(struct pool *p);
void pool_release(struct pool *p);

/* A terminated copy, borrowed until the pool is released; as long as the first 0 byte in
 * it, if there is one. */
const char *pool_copy(struct pool *p, struct bytes text);

/* The same for texts that repeat, like the types of columns: equal ones that come close to
 * each other are one copy. */
const char *pool_share(struct pool *p, struct bytes text);

#endif
