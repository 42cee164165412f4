#include "ui/table/server_formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* More than a table has by far; one that makes a pattern for each cell has them read anew.
 */
#define PATTERNS_KEPT 32

struct kept_pattern {
    char *text; /* owned */
    enum kind kind;
    struct value_format *format; /* owned; NULL: it is none for values of that kind */
};

struct server_formats {
    struct formatting *columns; /* owned */
    bool unused;
    struct kept_pattern patterns[PATTERNS_KEPT];
    size_t n;
};

struct server_formats *server_formats_new(const struct schema *s)
{
    struct formatting *columns = s ? formatting_new(s) : NULL;
    struct server_formats *f = columns ? MEM_NEW(struct server_formats) : NULL;

    if (f)
        f->columns = columns;
    return f;
}

static void forget_patterns(struct server_formats *f)
{
    while (f->n > 0) {
        struct kept_pattern *p = &f->patterns[--f->n];

        free(p->text);
        value_format_free(p->format);
    }
}

void server_formats_free(struct server_formats *f)
{
    if (!f)
        return;
    forget_patterns(f);
    formatting_free(f->columns);
    free(f);
}

const struct formatting *server_formats_columns(const struct server_formats *f)
{
    return f && !f->unused ? f->columns : NULL;
}

bool server_formats_use(struct server_formats *f, bool use)
{
    if (!f || f->unused != use)
        return false;
    f->unused = !use;
    return true;
}

/* --- patterns --- */

static const struct value_format *read_pattern(struct server_formats *f, struct bytes text,
                                               const struct type *t)
{
    struct kept_pattern *p;
    struct err e;
    size_t at;

    if (f->n == PATTERNS_KEPT)
        forget_patterns(f);
    p = &f->patterns[f->n++];
    *p = (struct kept_pattern){.text = mem_strndup((const char *)text.data, text.len),
                               .kind = t->kind};
    if (value_format_parse(p->text, t, &p->format, &at, &e) != ERR_OK)
        p->format = NULL;
    return p->format;
}

static const struct value_format *pattern_of(struct server_formats *f, struct bytes text,
                                             const struct type *t)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->patterns[i].kind == t->kind &&
            bytes_equal(bytes_of(f->patterns[i].text), text))
            return f->patterns[i].format;
    return read_pattern(f, text, t);
}

const struct value_format *server_formats_pattern(struct server_formats *f,
                                                  const struct window *w, size_t column,
                                                  int64_t position)
{
    struct formatting_column by;
    struct value text;
    size_t from;

    if (!server_formats_columns(f))
        return NULL;
    by = formatting_of(f->columns, column);
    from = by.number != FORMATTING_NONE ? by.number : by.date;
    if (from >= w->schema->n_columns)
        return NULL;
    text = window_cell(w, from, position);
    if (text.state != VALUE_SET || text.type->kind != KIND_STRING || text.bytes.len == 0 ||
        text.bytes.len > VALUE_FORMAT_MAX)
        return NULL;
    return pattern_of(f, text.bytes, window_type(w, column));
}

/* --- colours --- */

/* Protocol: the text's in the lower half, the background's in the upper one, each with a
 * bit that says whether it is set; null: none. */
static struct tint tint_at(const struct window *w, size_t style, int64_t position)
{
    struct value v;
    uint32_t fg, bg;

    if (style >= w->schema->n_columns)
        return (struct tint){0, 0};
    v = window_cell(w, style, position);
    if (v.state != VALUE_SET || v.type->kind != KIND_LONG)
        return (struct tint){0, 0};
    fg = (uint32_t)v.i & (TINT_SET | 0xffffff);
    bg = (uint32_t)((uint64_t)v.i >> 32) & (TINT_SET | 0xffffff);
    return (struct tint){fg & TINT_SET ? fg : 0, bg & TINT_SET ? bg : 0};
}

struct tint server_formats_tint(const struct server_formats *f, const struct window *w,
                                size_t column, int64_t position)
{
    struct tint cell, row;

    if (!server_formats_columns(f))
        return (struct tint){0, 0};
    cell = tint_at(w, formatting_of(f->columns, column).style, position);
    row = tint_at(w, formatting_row_style(f->columns), position);
    return (struct tint){cell.fg ? cell.fg : row.fg, cell.bg ? cell.bg : row.bg};
}
