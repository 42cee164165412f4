/*
 * ui/widget/view_stack.h - the views that lie on each other, the newest on top.
 *
 * Owns what lies on it until it is taken off. A plain value; zero-initialised is empty.
 * Loop thread.
 */
#ifndef UI_WIDGET_VIEW_STACK_H
#define UI_WIDGET_VIEW_STACK_H

#include "ui/widget/view.h"

#define VIEW_STACK_MAX 8

struct view_stack {
    struct view views[VIEW_STACK_MAX]; /* the bottom first */
    size_t n;
};

/* How many more may be put on it. */
size_t view_stack_room(const struct view_stack *s);

/* v is given; there must be room. */
void view_stack_push(struct view_stack *s, struct view v);

/* Takes off the one on top, which must exist; it is the caller's to close. */
struct view view_stack_pop(struct view_stack *s);

/* The one on top, which must exist. Borrowed until it is taken off. */
struct view *view_stack_top(struct view_stack *s);

/* The highest view that leaves nothing to the one below; there must be one. It is drawn
 * first, and those above it after it. */
size_t view_stack_base(const struct view_stack *s);

/* The uppermost view with these keys, NULL when there is none. Borrowed. */
void *view_stack_find(const struct view_stack *s, enum key_mode mode);

#endif
