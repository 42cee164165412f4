#include "ui/app/tab.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"

struct tab *tab_new(struct app *a)
{
    struct tab *t = MEM_NEW(struct tab);

    t->app = a;
    return t;
}

void tab_free(struct tab *t)
{
    while (t->views.n > 0)
        tab_pop_view(t);
    free(t);
}

static bool is_shown(const struct tab *t)
{
    return app_tab(t->app) == t;
}

void tab_mark_dirty(struct tab *t)
{
    if (is_shown(t))
        app_mark_dirty(t->app);
}

void tab_mark_data(struct tab *t)
{
    if (is_shown(t))
        app_mark_data(t->app);
}

void tab_mark_dirty_of(void *ctx)
{
    tab_mark_dirty(ctx);
}

void tab_say(struct tab *t, uint8_t style, const char *text)
{
    (void)snprintf(t->message, sizeof(t->message), "%s", text);
    t->message_style = style;
    tab_mark_dirty(t);
}

/* --- views --- */

struct view *tab_top_view(struct tab *t)
{
    return view_stack_top(&t->views);
}

struct table_view *tab_table_on_top(struct tab *t)
{
    return t->table && tab_top_view(t)->self == t->table ? t->table : NULL;
}

struct table_view *tab_table_in_sight(struct tab *t)
{
    const struct view *base = &t->views.views[view_stack_base(&t->views)];

    return t->table && base->self == t->table ? t->table : NULL;
}

void tab_push_view(struct tab *t, struct view v)
{
    view_stack_push(&t->views, v);
    key_matcher_reset(&t->matcher);
    tab_mark_dirty(t);
}

void tab_pop_view(struct tab *t)
{
    struct view v = view_stack_pop(&t->views);

    if (t->picker && v.self == t->picker)
        t->picker = NULL;
    if (v.self == t->refused)
        t->refused = NULL;
    t->table = view_stack_find(&t->views, MODE_GRID); /* the picker may lie between two */
    v.ops->close(v.self);
    key_matcher_reset(&t->matcher);
    tab_mark_dirty(t);
}

void tab_close_overlays(struct tab *t)
{
    while (t->views.n > 1 && tab_top_view(t)->ops->overlay)
        tab_pop_view(t);
}

bool tab_has_room(struct tab *t, size_t views)
{
    if (view_stack_room(&t->views) >= views)
        return true;
    tab_say(t, STYLE_MESSAGE_WARN, "too much is open; q closes");
    return false;
}

void tab_close_refused(struct tab *t)
{
    while (t->refused && t->views.views[0].self != t->refused)
        tab_pop_view(t);
    t->refused = NULL;
}
