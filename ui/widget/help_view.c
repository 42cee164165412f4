#include "ui/widget/help_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/widget/help.h"
#include "ui/widget/key_hints.h"

#define KEYS_WIDTH 26 /* columns of the left part */
#define KEYS_WIDTH_NARROW 14
#define NARROW 60 /* columns of a screen that is */

struct help_view {
    struct pager *pager;
    bool filled;
};

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_HELP;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct help_view *h = self;

    if (!h->filled)
        help_fill(h->pager, env->ascii);
    h->filled = true;
    pager_set_column(h->pager, r.cols < NARROW ? KEYS_WIDTH_NARROW : KEYS_WIDTH);
    pager_prepare(h->pager, r.rows, r.cols, env->ascii);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct help_view *h = self;

    pager_draw(h->pager, s, r, env->ascii);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct help_view *h = self;

    return pager_action(h->pager, m);
}

static bool view_search(void *self, const char *text, int direction)
{
    struct help_view *h = self;

    return pager_search(h->pager, text, direction);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct help_view *h = self;

    (void)env;
    (void)info_line_add(out, INFO_NAME, "help:");
    pager_status(h->pager, out)->gap = 1;
    key_hints_add(MODE_HELP, "{open-search} finds", out);
    key_hints_add(MODE_HELP, "{close} goes back", out);
}

static const char *view_title(const void *self)
{
    (void)self;
    return "help";
}

static void view_close(void *self)
{
    struct help_view *h = self;

    pager_free(h->pager);
    free(h);
}

static const struct view_ops help_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .search = view_search,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct view help_view_new(void)
{
    struct help_view *h = MEM_NEW(struct help_view);

    h->pager = pager_new(true, 2);
    return (struct view){&help_ops, h};
}
