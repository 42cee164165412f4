#include "ui/widget/view_stack.h"

#include <assert.h>

size_t view_stack_room(const struct view_stack *s)
{
    return VIEW_STACK_MAX - s->n;
}

void view_stack_push(struct view_stack *s, struct view v)
{
    assert(s->n < VIEW_STACK_MAX);
    s->views[s->n++] = v;
}

struct view view_stack_pop(struct view_stack *s)
{
    assert(s->n > 0);
    return s->views[--s->n];
}

struct view *view_stack_top(struct view_stack *s)
{
    assert(s->n > 0);
    return &s->views[s->n - 1];
}

size_t view_stack_base(const struct view_stack *s)
{
    size_t i = s->n - 1;

    assert(s->n > 0);
    while (i > 0 && s->views[i].ops->overlay)
        i--;
    return i;
}

void *view_stack_find(const struct view_stack *s, enum key_mode mode)
{
    for (size_t i = s->n; i > 0; i--)
        if (s->views[i - 1].ops->mode(s->views[i - 1].self) == mode)
            return s->views[i - 1].self;
    return NULL;
}
