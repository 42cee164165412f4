#include "ui/table/cell_draw.h"

#include "base/num.h"
#include "ui/table/cell_text.h"
#include "ui/term/theme.h"

static uint8_t plain_style(const struct value *v)
{
    uint8_t style = cell_style_of(v);

    if (style != STYLE_DEFAULT)
        return style;
    return format_align(v->type) == ALIGN_RIGHT ? STYLE_NUMBER : STYLE_CELL;
}

static void draw_text(struct surface *s, const struct cell_place *at, struct bytes text,
                      uint8_t style, const struct draw_env *env)
{
    if (at->style == STYLE_DEFAULT)
        (void)surface_text(s, at->row, at->col, at->room, text, style, env->ascii);
    else
        (void)surface_text_plain(s, at->row, at->col, at->room, text, at->style,
                                 env->ascii);
}

/* Numbers end at the column's edge, or stand with their points in one line. A column that
 * the screen cuts ends where the screen does: a number must not be out of sight. */
static void draw_number(struct surface *s, const struct column_look *c,
                        struct cell_place at, const struct value *v, struct bytes text,
                        uint8_t style, const struct draw_env *env)
{
    int width = (int)text_width(text, env->ascii, (size_t)at.room);
    int indent = at.room - c->after - column_look_point(c, v->type, text, env->ascii);

    indent = max_int(min_int(indent, at.room - width), 0);
    at.col += indent;
    at.room -= indent;
    draw_text(s, &at, text, style, env);
}

static void draw_null(struct surface *s, const struct column_look *c, struct cell_place at,
                      const struct value *v, uint8_t style, const struct draw_env *env)
{
    struct bytes text = bytes_of(env->ascii ? "\\N" : "∅");
    int width = (int)text_width(text, env->ascii, COLUMN_WIDTH_MIN);

    if (format_align(v->type) == ALIGN_RIGHT && at.room >= c->after + width) {
        at.col += at.room - c->after - width;
        at.room = width;
    }
    draw_text(s, &at, text, style, env);
}

void cell_draw(struct surface *s, const struct cell_place *place,
               const struct column_look *c, const struct value *v, struct buf *scratch,
               const struct draw_env *env)
{
    struct cell_place at = *place;
    uint8_t style = plain_style(v);

    if (v->state == VALUE_ABSENT) {
        surface_sign(s, at.row, at.col, min_int(at.room, c->width), env->ascii ? "." : "·",
                     at.style == STYLE_DEFAULT ? style : at.style);
    } else if (v->state == VALUE_NULL) {
        draw_null(s, c, at, v, style, env);
    } else if (style == STYLE_EMPTY) {
        draw_text(s, &at, bytes_of("\"\""), style, env);
    } else {
        buf_clear(scratch);
        column_look_put(c, v, env, scratch);
        if (format_align(v->type) == ALIGN_RIGHT)
            draw_number(s, c, at, v, buf_bytes(scratch), style, env);
        else
            draw_text(s, &at, buf_bytes(scratch), style, env);
    }
}

uint8_t cell_draw_tick_style(struct tick t)
{
    static const uint8_t fresh[] = {STYLE_CHANGED_DOWN, STYLE_CHANGED, STYLE_CHANGED_UP};
    static const uint8_t fading[] = {STYLE_FADING_DOWN, STYLE_FADING, STYLE_FADING_UP};

    if (t.age == TICK_NONE)
        return STYLE_DEFAULT;
    return (t.age == TICK_FRESH ? fresh : fading)[1 + t.direction];
}

static bool is_blank(const struct cell *c)
{
    return c && c->utf8[0] == ' ';
}

void cell_draw_direction(struct surface *s, int first, const struct cell_place *at,
                         struct tick tick, const struct draw_env *env)
{
    const char *mark = tick.direction > 0 ? env->ascii ? "^" : "▲" : env->ascii ? "v" : "▼";
    int x = at->col;

    while (x < at->col + at->room && is_blank(surface_cell(s, at->row, x)))
        x++;
    if (x > first && x < at->col + at->room)
        surface_sign(s, at->row, x - 1, 1, mark,
                     at->col < x ? at->style : cell_draw_tick_style(tick));
}
