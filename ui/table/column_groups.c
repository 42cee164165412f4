#include "ui/table/column_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/table/layout_hints.h"

#define NONE COLUMN_GROUPS_NONE

struct group {
    struct bytes name, children;
    bool begun, done;   /* between the two it is no part of another group */
    bool placed;        /* it is part of another group */
    size_t first, last; /* its items in the list; NONE: it has none */
};

/* The order as a ring of items; number n is its head. */
struct ring {
    size_t *next, *prev; /* owned */
    bool *taken;         /* owned: fixed, or in a group */
    struct group *groups;
    size_t n_groups;
    size_t names_left; /* of children, that are still read */
    column_groups_find *find;
    const void *ctx;
};

/* The text up to a mark, which is taken out of rest with it. */
static struct bytes cut(struct bytes *rest, const char *mark)
{
    size_t len = strlen(mark);
    const uint8_t *at = memmem(rest->data, rest->len, mark, len);
    struct bytes out = {rest->data, at ? (size_t)(at - rest->data) : rest->len};
    size_t used = out.len + (at ? len : 0);

    *rest = (struct bytes){rest->data + used, rest->len - used};
    return out;
}

static void read_group(struct group *g, struct bytes text)
{
    *g = (struct group){.first = NONE, .last = NONE};
    while (text.len > 0) {
        struct bytes value = cut(&text, "::");
        struct bytes key = cut(&value, ":");

        if (bytes_equal(key, bytes_of("name")))
            g->name = value;
        else if (bytes_equal(key, bytes_of("children")))
            g->children = value;
    }
}

static void read_groups(struct ring *r, const char *hints)
{
    struct layout_hints h = layout_hints(hints, "columnGroups");
    struct bytes rest = {(const uint8_t *)h.next, (size_t)(h.end - h.next)};

    while (rest.len > 0 && r->n_groups < COLUMN_GROUPS_MAX)
        read_group(&r->groups[r->n_groups++], cut(&rest, "|"));
}

/* Takes the items from first to last out and puts them in after another one. */
static void move_after(struct ring *r, size_t first, size_t last, size_t after)
{
    r->next[r->prev[first]] = r->next[last];
    r->prev[r->next[last]] = r->prev[first];
    r->next[last] = r->next[after];
    r->prev[r->next[after]] = last;
    r->next[after] = first;
    r->prev[first] = after;
}

static void settle(struct ring *r, struct group *g);

/* The items that a child stands for: a column, or a group that is put together first. */
static bool child_items(struct ring *r, struct bytes name, size_t *first, size_t *last)
{
    size_t item = r->find(r->ctx, name);

    *first = *last = item;
    if (item != NONE) {
        bool free_one = !r->taken[item];

        r->taken[item] = true;
        return free_one;
    }
    for (size_t i = 0; i < r->n_groups; i++) {
        struct group *g = &r->groups[i];

        if (!bytes_equal(g->name, name) || g->placed)
            continue;
        if (!g->begun)
            settle(r, g);
        if (!g->done)
            continue;
        *first = g->first;
        *last = g->last;
        g->placed = g->first != NONE;
        return g->placed;
    }
    return false;
}

/* Recursion ends since each group is begun once. */
static void settle(struct ring *r, struct group *g)
{
    struct bytes rest = g->children;
    size_t first, last;

    g->begun = true;
    while (rest.len > 0 && r->names_left > 0) {
        r->names_left--;
        if (!child_items(r, cut(&rest, ","), &first, &last))
            continue;
        if (g->first == NONE)
            g->first = first;
        else
            move_after(r, first, last, g->last);
        g->last = last;
    }
    g->done = true;
}

static void link_ring(struct ring *r, const size_t *order, size_t n, size_t fixed)
{
    size_t at = n;

    for (size_t i = 0; i < n; i++) {
        r->next[at] = order[i];
        r->prev[order[i]] = at;
        at = order[i];
        r->taken[at] = i < fixed;
    }
    r->next[at] = n;
    r->prev[n] = at;
}

void column_groups_apply(const char *hints, size_t *order, size_t n, size_t fixed,
                         column_groups_find *find, const void *ctx)
{
    struct ring r = {.groups = MEM_ARRAY(struct group, COLUMN_GROUPS_MAX),
                     .names_left = COLUMN_GROUPS_NAMES,
                     .find = find,
                     .ctx = ctx};
    size_t at = n;

    r.next = MEM_ARRAY(size_t, n + 1);
    r.prev = MEM_ARRAY(size_t, n + 1);
    r.taken = MEM_ARRAY(bool, n + 1);
    link_ring(&r, order, n, fixed);
    read_groups(&r, hints);
    for (size_t i = 0; i < r.n_groups; i++)
        if (!r.groups[i].begun)
            settle(&r, &r.groups[i]);
    for (size_t i = 0; i < n; i++)
        order[i] = at = r.next[at];
    free(r.next);
    free(r.prev);
    free(r.taken);
    free(r.groups);
}
