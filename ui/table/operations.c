#include "ui/table/operations.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/widget/key_hints.h"

#define TENTH_MS 100

struct operation_state {
    char *what;              /* owned: the operation that made it */
    struct grid_place place; /* where the cursor was when it was left */
};

static void forget_made(struct operations *o)
{
    for (size_t i = 0; i < o->n_made; i++)
        free(o->made[i]);
    o->n_made = 0;
}

/* Leaves the first n states. */
static void cut(struct operations *o, size_t n)
{
    while (o->n > n)
        free(o->states[--o->n].what);
}

void operations_release(struct operations *o)
{
    cut(o, 0);
    forget_made(o);
    free(o->states);
    free(o->made);
    free(o->doing);
}

static struct operation_state *push(struct operations *o)
{
    MEM_GROW(o->states, o->cap, o->n + 1);
    o->states[o->n] = (struct operation_state){.what = NULL};
    return &o->states[o->n++];
}

/* doing is given. */
static void start(struct operations *o, char *doing, enum anchor anchor, uint64_t now_ms)
{
    free(o->doing);
    o->doing = doing;
    if (o->n == 0)
        push(o)->what = mem_strdup("");
    if (!o->under_way) {
        o->base = o->at;
        o->since_ms = now_ms;
    }
    o->under_way = true;
    o->anchor = anchor;
}

void operations_begin(struct operations *o, const char *what, enum anchor anchor,
                      uint64_t now_ms)
{
    start(o, mem_strdup(what), anchor, now_ms);
    MEM_GROW(o->made, o->cap_made, o->n_made + 1);
    o->made[o->n_made++] = mem_strdup(what);
}

/* Where what is under way leads: so many states, of which the last n_made are to come. */
static size_t leads_to(const struct operations *o)
{
    return o->under_way ? o->base + o->n_made : o->at;
}

/* What led to the state that undo would leave, or redo would reach; NULL: there is none. */
static const char *stepped_over(const struct operations *o, int step)
{
    size_t made = o->under_way ? o->n_made : 0, to = leads_to(o);

    if (step < 0 && made > 0)
        return o->made[made - 1];
    if (step < 0)
        return to > 0 ? o->states[to].what : NULL;
    return made == 0 && to + 1 < o->n ? o->states[to + 1].what : NULL;
}

bool operations_begin_step(struct operations *o, int step, uint64_t now_ms)
{
    const char *over = stepped_over(o, step);

    if (!over)
        return false;
    start(o, mem_printf("%s of %s", step < 0 ? "undo" : "redo", over), ANCHOR_BACK, now_ms);
    if (step > 0)
        o->base++;
    else if (o->n_made > 0)
        free(o->made[--o->n_made]);
    else
        o->base--;
    if (o->n_made > 0)
        o->anchor = ANCHOR_ROW; /* in that state the cursor never was */
    return true;
}

bool operations_is_back(const struct operations *o)
{
    return leads_to(o) == o->at && o->n_made == 0;
}

struct grid_place operations_target(const struct operations *o,
                                    const struct grid_place *here)
{
    if (o->anchor == ANCHOR_FIRST)
        return (struct grid_place){0, 0, false};
    return o->anchor == ANCHOR_BACK ? o->states[o->base].place : *here;
}

struct grid_place operations_arrived(struct operations *o, const struct grid_place *here)
{
    struct grid_place target = operations_target(o, here);

    o->states[o->at].place = *here;
    o->at = o->base;
    if (o->n_made > 0)
        cut(o, o->base + 1);
    for (size_t i = 0; i < o->n_made; i++)
        push(o)->what = o->made[i];
    o->at += o->n_made;
    o->n_made = 0;
    o->under_way = false;
    return target;
}

char *operations_together(const struct operations *o)
{
    char *out = NULL;

    for (size_t i = 0; o->under_way && o->n_made > 1 && i < o->n_made; i++) {
        if (!out)
            out = mem_strdup(o->made[i]);
        else
            mem_addf(&out, ", %s", o->made[i]);
    }
    return out;
}

void operations_drop(struct operations *o)
{
    forget_made(o);
    o->under_way = false;
}

const char *operations_doing(const struct operations *o)
{
    return o->doing ? o->doing : "";
}

void operations_tell_busy(const char *doing, uint64_t since_ms, uint64_t now_ms,
                          struct info_line *out)
{
    uint64_t ms = now_ms - since_ms;
    char key[KEY_HINT_LEN], busy[KEY_HINT_LEN + 32];
    struct info_part *part;

    if (ms < OPERATION_SHOWN_MS)
        return;
    (void)key_hint(MODE_GRID, "cancel", key);
    part = info_line_addf(out, INFO_STATE, "%s: %" PRIu64 ".%" PRIu64 " s; %s goes back",
                          doing, ms / 1000, ms / TENTH_MS % 10, key);
    (void)snprintf(busy, sizeof(busy), "busy; %s goes back", key);
    info_line_shorter(out, part, busy);
}

uint64_t operations_busy_next_ms(uint64_t since_ms, uint64_t now_ms)
{
    uint64_t ms = now_ms - since_ms;

    return ms < OPERATION_SHOWN_MS ? since_ms + OPERATION_SHOWN_MS
                                   : since_ms + (ms / TENTH_MS + 1) * TENTH_MS;
}

void operations_status(const struct operations *o, uint64_t now_ms, struct info_line *out)
{
    if (o->under_way)
        operations_tell_busy(o->doing, o->since_ms, now_ms, out);
}

uint64_t operations_next_ms(const struct operations *o, uint64_t now_ms)
{
    return o->under_way ? operations_busy_next_ms(o->since_ms, now_ms) : VIEW_NEVER;
}
