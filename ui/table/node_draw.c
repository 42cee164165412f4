#include "ui/table/node_draw.h"

#include "base/num.h"
#include "ui/term/theme.h"

#define LEVEL_WIDTH 2 /* of one level more, and of the sign with the gap behind it */

int node_sign_width(const struct hierarchy_row *row)
{
    return row->depth * LEVEL_WIDTH;
}

static const char *sign_of(enum hierarchy_state state, bool ascii)
{
    switch (state) {
    case HIERARCHY_OPEN:
        return ascii ? "-" : "▾";
    case HIERARCHY_CLOSED:
        return ascii ? "+" : "▸";
    case HIERARCHY_LEAF:
    case HIERARCHY_UNKNOWN:
        break;
    }
    return "";
}

void node_draw_sign(struct surface *s, struct cell_place *at,
                    const struct hierarchy_row *row, const struct draw_env *env)
{
    int width = min_int(node_sign_width(row), at->room);
    uint8_t style = at->style == STYLE_DEFAULT ? STYLE_RULE : at->style;

    if (width >= LEVEL_WIDTH && row->state >= HIERARCHY_CLOSED)
        surface_sign(s, at->row, at->col + width - LEVEL_WIDTH, 1,
                     sign_of(row->state, env->ascii), style);
    at->col += width;
    at->room -= width;
}
