#include "ui/help_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/help.h"

struct help_view {
    size_t top;
    int rows;
};

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_HELP;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct help_view *h = self;

    (void)env;
    h->rows = r.rows;
    if (h->top > help_max_top(r.rows))
        h->top = help_max_top(r.rows);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct help_view *h = self;

    help_draw(s, r, h->top, env->ascii);
}

static void scroll(struct help_view *h, int64_t lines)
{
    int64_t max = (int64_t)help_max_top(h->rows);
    int64_t to;

    if (__builtin_add_overflow((int64_t)h->top, lines, &to))
        to = lines > 0 ? max : 0;
    h->top = (size_t)(to < 0 ? 0 : to > max ? max : to);
}

static int64_t times(const struct key_match *m, int64_t unit)
{
    int64_t out;

    if (__builtin_mul_overflow(m->count, m->binding->arg.n * unit, &out))
        out = m->binding->arg.n > 0 ? INT64_MAX : INT64_MIN;
    return out;
}

static bool view_action(void *self, const struct key_match *m)
{
    struct help_view *h = self;

    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        scroll(h, times(m, 1));
        return true;
    case ACT_MOVE_HALF_PAGE:
        scroll(h, times(m, h->rows / 2));
        return true;
    case ACT_MOVE_PAGE:
        scroll(h, times(m, h->rows));
        return true;
    case ACT_FIRST_ROW:
        h->top = 0;
        return true;
    case ACT_LAST_ROW:
        scroll(h, INT64_MAX);
        return true;
    default:
        return false;
    }
}

static void view_status(const void *self, const struct draw_env *env, char *out,
                        size_t size)
{
    (void)self;
    (void)env;
    (void)snprintf(out, size, "help   q goes back");
}

static const char *view_title(const void *self)
{
    (void)self;
    return "help";
}

static void view_close(void *self)
{
    free(self);
}

static const struct view_ops help_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct view help_view_new(void)
{
    return (struct view){&help_ops, MEM_NEW(struct help_view)};
}
