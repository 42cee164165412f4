#include "ui/app/state.h"

#include <stdio.h>

#include "ui/term/theme.h"
#include "ui/widget/screen_layout.h"

void app_mark_dirty(struct app *a)
{
    if (!a->stopping)
        frame_clock_mark(&a->clock, PACE_KEY);
}

void app_mark_data(struct app *a)
{
    if (!a->stopping)
        frame_clock_mark(&a->clock, PACE_DATA);
}

void app_mark_dirty_of(void *ctx)
{
    app_mark_dirty(ctx);
}

void app_say(struct app *a, uint8_t style, const char *text)
{
    (void)snprintf(a->message, sizeof(a->message), "%s", text);
    a->message_style = style;
    app_mark_dirty(a);
}

/* --- the end --- */

void app_stop(struct app *a, const struct err *why)
{
    if (a->stopping)
        return;
    a->stopping = true;
    if (why)
        a->end = *why;
    console_stop(&a->console);
    uv_stop(&a->loop);
}

void app_stop_interrupted(struct app *a)
{
    struct err e;

    (void)err_set(&e, ERR_INTERRUPTED, "interrupted");
    app_stop(a, &e);
}

void app_stop_terminal_gone(struct app *a)
{
    struct err e;

    (void)err_set(&e, ERR_IO, "the terminal is gone");
    app_stop(a, &e);
}

/* --- views --- */

struct view *app_top_view(struct app *a)
{
    return view_stack_top(&a->views);
}

void app_push_view(struct app *a, struct view v)
{
    view_stack_push(&a->views, v);
    key_matcher_reset(&a->matcher);
    app_mark_dirty(a);
}

void app_pop_view(struct app *a)
{
    struct view v = view_stack_pop(&a->views);

    if (a->picker && v.self == a->picker)
        a->picker = NULL;
    if (v.self == a->refused)
        a->refused = NULL;
    a->table = view_stack_find(&a->views, MODE_GRID); /* the picker may lie between two */
    v.ops->close(v.self);
    key_matcher_reset(&a->matcher);
    app_mark_dirty(a);
}

void app_close_overlays(struct app *a)
{
    while (a->views.n > 1 && app_top_view(a)->ops->overlay)
        app_pop_view(a);
}

bool app_has_room(struct app *a, size_t views)
{
    if (view_stack_room(&a->views) >= views)
        return true;
    app_say(a, STYLE_MESSAGE_WARN, "too much is open; q closes");
    return false;
}

struct rect app_view_rect(const struct app *a)
{
    return screen_layout(surface_rows(a->surface), surface_cols(a->surface)).view;
}
