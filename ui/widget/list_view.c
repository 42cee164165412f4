#include "ui/widget/list_view.h"

static struct list *list_of(const void *self)
{
    return ((const struct list_view *)self)->list;
}

size_t list_view_chosen(const void *self)
{
    list_stop_typing(list_of(self));
    return list_current(list_of(self));
}

static void accept_entry(void *self)
{
    const struct list_view *v = self;
    size_t chosen = list_view_chosen(self);

    if (chosen != LIST_NONE)
        v->accept(self, chosen);
}

enum key_mode list_view_mode(const void *self)
{
    return list_typing(list_of(self)) ? MODE_FILTER : MODE_PICKER;
}

void list_view_draw(const void *self, struct surface *s, struct rect r,
                    const struct draw_env *env)
{
    list_draw(list_of(self), s, r, env);
}

bool list_view_action(void *self, const struct key_match *m)
{
    if (m->binding->action != ACT_ACCEPT)
        return list_action(list_of(self), m);
    accept_entry(self);
    return true;
}

/* The current entry is taken by a click. */
struct view_wish list_view_press(void *self, struct rect r, int row, int col)
{
    (void)col;
    return (struct view_wish){list_press(list_of(self), r, row) ? ACT_ACCEPT : ACT_NONE, 0};
}

const char *list_view_copy(const void *self, bool all, struct buf *out)
{
    if (!list_copy(list_of(self), all, out))
        return NULL;
    return all ? "the names of this list" : "this name";
}

bool list_view_key(void *self, struct key k)
{
    enum list_key result = list_key(list_of(self), k);

    if (result == LIST_ACCEPTED)
        accept_entry(self);
    return result != LIST_IGNORED;
}

bool list_view_paste(void *self, const char *text, size_t *taken)
{
    return list_paste(list_of(self), text, taken);
}
