#include "ui/app/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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

/* --- tabs --- */

struct tab *app_tab(const struct app *a)
{
    return a->shown < a->n_tabs ? a->tabs[a->shown] : NULL;
}

struct tab *app_add_tab(struct app *a, struct app_server *s)
{
    MEM_GROW(a->tabs, a->tabs_cap, a->n_tabs + 1);
    return a->tabs[a->n_tabs++] = tab_new(a, s);
}

bool app_has_opened(const struct app *a)
{
    for (size_t i = 0; i < a->n_tabs; i++)
        if (a->tabs[i]->opened)
            return true;
    return false;
}

bool app_awaits_other(const struct app *a, const struct tab *t)
{
    for (size_t i = 0; i < a->n_tabs; i++)
        if (a->tabs[i]->server != t->server && a->tabs[i]->failed.code == ERR_OK)
            return true;
    return false;
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

struct rect app_view_rect(const struct app *a)
{
    return screen_layout(surface_rows(a->surface), surface_cols(a->surface)).view;
}

/* --- files --- */

char *app_full_path(const char *typed)
{
    const char *home = getenv("HOME");

    return strncmp(typed, "~/", 2) == 0 && home ? mem_printf("%s%s", home, typed + 1)
                                                : mem_strdup(typed);
}
