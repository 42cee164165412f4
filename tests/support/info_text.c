#include "tests/support/info_text.h"

#include <string.h>

char *info_text(struct info_line *l, int cols, bool ascii)
{
    struct surface *s = surface_new(1, cols);
    char *text;

    info_line_draw(l, s, (struct rect){0, 0, 1, cols}, ascii);
    text = surface_dump(s);
    text[strcspn(text, "\n")] = '\0';
    surface_free(s);
    return text;
}

char *info_of_view(struct view v, const struct draw_env *env)
{
    struct info_line l;
    char *text;

    info_line_init(&l);
    v.ops->status(v.self, env, &l);
    text = info_text(&l, SURFACE_SIDE_MAX, env->ascii);
    info_line_release(&l);
    return text;
}
