#include "ui/table/columns_line.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"

struct columns_line columns_line_empty(void)
{
    return (struct columns_line){.rule = -1, .shown = 1};
}

void columns_line_release(struct columns_line *line)
{
    free(line->places);
    *line = columns_line_empty();
}

static int width_of(const struct columns *c, size_t i)
{
    return columns_look(c, i)->width;
}

/* Frozen columns that fit into half of the line; *room is what they take of it, the
 * boundary included: a blank, the rule, a blank. */
static size_t frozen_on(const struct columns *c, int body, int *room)
{
    size_t frozen = columns_frozen(c), n = 0;
    int x = 0;

    *room = 0;
    while (n < frozen && n + 1 < columns_count(c)) {
        x += width_of(c, n) + (n > 0 ? COLUMNS_GAP : 0);
        if (x + COLUMNS_GAP + 1 > body / 2)
            break;
        *room = x + COLUMNS_GAP + 1;
        n++;
    }
    return n;
}

static void put(const struct columns *c, struct columns_line *line, size_t i, int x,
                int body)
{
    MEM_GROW(line->places, line->cap, line->n + 1);
    line->places[line->n++] = (struct column_place){i, columns_look(c, i)->schema, x,
                                                    min_int(width_of(c, i), body - x)};
}

void columns_place(const struct columns *c, int body, size_t left,
                   struct columns_line *line)
{
    int x = 0, room;

    line->n = 0;
    line->version = columns_version(c);
    line->frozen = frozen_on(c, body, &room);
    for (size_t i = 0; i < line->frozen; i++) {
        put(c, line, i, x, body);
        x += width_of(c, i) + COLUMNS_GAP;
    }
    line->rule = line->frozen > 0 ? room - COLUMNS_GAP : -1;
    x = room;
    line->left = left > line->frozen ? left : line->frozen;
    for (size_t i = line->left; i < columns_count(c) && x < body; i++) {
        put(c, line, i, x, body);
        x += width_of(c, i) + COLUMNS_GAP;
    }
    line->shown = (size_t)max_int((int)(line->n - line->frozen), 1);
}

const struct column_place *columns_place_at(const struct columns_line *line, int x,
                                            bool *behind)
{
    const struct column_place *p = NULL;
    bool last = true;

    for (size_t i = 0; i < line->n && line->places[i].x <= x; i++) {
        p = &line->places[i];
        last = i + 1 == line->n;
    }
    *behind = p && x >= p->x + p->room;
    return p && last && x >= p->x + p->room + COLUMNS_GAP ? NULL : p;
}

size_t columns_first_for(const struct columns *c, int body, size_t last)
{
    int room;
    size_t first, frozen = frozen_on(c, body, &room);

    if (last >= columns_count(c))
        last = columns_count(c) - 1; /* columns were hidden since the caller last looked */
    if (last <= frozen)
        return frozen;
    first = last;
    body -= room + width_of(c, last);
    while (first > frozen && body >= width_of(c, first - 1) + COLUMNS_GAP)
        body -= width_of(c, --first) + COLUMNS_GAP;
    return first;
}

size_t columns_last_whole(const struct columns *c, int body, size_t left)
{
    int room;
    size_t frozen = frozen_on(c, body, &room), last;

    last = left > frozen ? left : frozen;
    if (last >= columns_count(c))
        last = columns_count(c) - 1;
    body -= room + width_of(c, last);
    while (last + 1 < columns_count(c) && body >= width_of(c, last + 1) + COLUMNS_GAP)
        body -= width_of(c, ++last) + COLUMNS_GAP;
    return last;
}

size_t columns_scroll(const struct columns *c, int body, size_t left, size_t i)
{
    int room;
    size_t frozen = frozen_on(c, body, &room), first;

    left = left > frozen ? left : frozen;
    if (columns_count(c) == 0)
        return 0;
    if (i >= frozen) {
        first = columns_first_for(c, body, i);
        left = i < left ? i : left;
        left = left < first ? first : left;
    }
    first = columns_first_for(c, body, columns_count(c) - 1);
    return left < first ? left : first;
}
