#include "ui/table/column_look.h"

#include "base/num.h"
#include "base/text.h"

void column_look_put(const struct column_look *look, const struct value *v,
                     const struct draw_env *env, struct buf *out)
{
    struct format_options o = {.zone = env->zone,
                               .time_digits = look->time_digits,
                               .max_bytes = COLUMN_CELL_BYTES};

    value_format_put(look->format, v, &o, out);
}

int column_look_point(const struct column_look *look, const struct type *t,
                      struct bytes text, bool ascii)
{
    text.len = value_format_point(look->format, t, text);
    return look->format ? (int)text_width(text, ascii, COLUMN_CELL_BYTES) : (int)text.len;
}

/* So many columns of which so many stand before the point; returns what all that was seen
 * needs. */
static int see_number(struct column_look *look, int width, int point, int limit)
{
    look->before = min_int(max_int(look->before, point), limit);
    look->after = max_int(look->after, width - point);
    look->after = min_int(look->after, limit - look->before);
    return look->before + look->after;
}

int column_look_see(struct column_look *look, const struct value *v, int limit,
                    struct buf *text, const struct draw_env *env)
{
    int width = look->format ? 0 : (int)format_whole_width(v), point;

    if (width > 0)
        return see_number(look, width, width, limit);
    look->time_digits = max_int(look->time_digits, format_time_digits(v));
    buf_clear(text);
    column_look_put(look, v, env, text);
    if (format_align(v->type) != ALIGN_RIGHT)
        return (int)text_width(buf_bytes(text), env->ascii, (size_t)limit);
    width = (int)text_width(buf_bytes(text), env->ascii, COLUMN_CELL_BYTES);
    point = column_look_point(look, v->type, buf_bytes(text), env->ascii);
    return see_number(look, width, point, limit);
}
