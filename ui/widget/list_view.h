/*
 * ui/widget/list_view.h - what all views do alike that are a list: functions for their
 * struct view_ops.
 *
 * The self of such a view begins with a struct list_view. Loop thread.
 */
#ifndef UI_WIDGET_LIST_VIEW_H
#define UI_WIDGET_LIST_VIEW_H

#include "ui/widget/list.h"

struct list_view {
    struct list *list; /* owned by the view */
    /* Enter on an entry; may be the end of the view. */
    void (*accept)(void *self, size_t entry);
};

/* The entry that a key is about; what is typed of a filter is done with. LIST_NONE: there
 * is none. */
size_t list_view_chosen(const void *self);

enum key_mode list_view_mode(const void *self); /* a list of MODE_PICKER */
void list_view_draw(const void *self, struct surface *s, struct rect r,
                    const struct draw_env *env);
bool list_view_action(void *self, const struct key_match *m);
struct view_wish list_view_press(void *self, struct rect r, int row, int col);
const char *list_view_copy(const void *self, bool all, struct buf *out);
bool list_view_key(void *self, struct key k);
bool list_view_paste(void *self, const char *text, size_t *taken);

#endif
