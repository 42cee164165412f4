#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK_BYTES 4000 /* of texts; a longer text has a block to itself */

struct pool_block {
    struct pool_block *next;
    char text[];
};

void pool_init(struct pool *p)
{
    *p = (struct pool){.used = BLOCK_BYTES};
}

void pool_release(struct pool *p)
{
    while (p->blocks) {
        struct pool_block *b = p->blocks;

        p->blocks = b->next;
        free(b);
    }
    pool_init(p);
}

/* n bytes, zeroed. */
static char *room(struct pool *p, size_t n)
{
    char *out;

    if (n > BLOCK_BYTES - p->used) {
        struct pool_block *b =
            mem_calloc(1, sizeof(*b) + (n > BLOCK_BYTES ? n : BLOCK_BYTES));

        b->next = p->blocks;
        p->blocks = b;
        p->used = 0;
    }
    out = p->blocks->text + p->used;
    p->used = n > BLOCK_BYTES ? BLOCK_BYTES : p->used + n;
    return out;
}

const char *pool_copy(struct pool *p, struct bytes text)
{
    size_t len = text.len ? strnlen((const char *)text.data, text.len) : 0;
    char *out = room(p, len + 1);

    if (len)
        memcpy(out, text.data, len);
    return out;
}

const char *pool_share(struct pool *p, struct bytes text)
{
    struct bytes *oldest = &p->recent[p->next_recent];
    const char *copy;

    for (size_t i = 0; i < POOL_RECENT; i++) {
        if (p->recent[i].data && bytes_equal(p->recent[i], text))
            return (const char *)p->recent[i].data;
    }
    copy = pool_copy(p, text);
    *oldest = bytes_of(copy);
    p->next_recent = (p->next_recent + 1) % POOL_RECENT;
    return copy;
}
