#include "ui/table/marks.h"

#include <stdlib.h>

#include "base/mem.h"

static int index_of(uint32_t letter)
{
    if (letter >= 'a' && letter <= 'z')
        return (int)(letter - 'a');
    if (letter >= 'A' && letter <= 'Z')
        return (int)(letter - 'A') + 26;
    return -1;
}

/* The name may be the mark's own. */
static void set(struct mark *m, int64_t position, const char *column)
{
    char *name = mem_strdup(column);

    free(m->column);
    *m = (struct mark){true, position, name};
}

void marks_release(struct marks *m)
{
    for (size_t i = 0; i < MARKS_LETTERS; i++)
        free(m->letters[i].column);
    free(m->back.column);
    *m = (struct marks){0};
}

bool marks_set(struct marks *m, uint32_t letter, int64_t position, const char *column)
{
    int i = index_of(letter);

    if (i >= 0)
        set(&m->letters[i], position, column);
    return i >= 0;
}

const struct mark *marks_get(const struct marks *m, uint32_t letter)
{
    int i = index_of(letter);

    return i >= 0 && m->letters[i].set ? &m->letters[i] : NULL;
}

void marks_set_back(struct marks *m, int64_t position, const char *column)
{
    set(&m->back, position, column);
}

const struct mark *marks_back(const struct marks *m)
{
    return m->back.set ? &m->back : NULL;
}
