#include "ui/table/column_picker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/list.h"

#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH 16
#define MARK_WIDTH 4

struct column_picker {
    struct columns *columns; /* borrowed */
    struct grid *grid;       /* borrowed */
    const struct column_picker_handler *handler;
    void *ctx;
    struct list *list;
    uint64_t version; /* of the columns that the list knows */
    bool went;        /* an entry was looked for: the cursor goes there on leaving */
};

/* --- its list --- */

static size_t entry_count(const void *ctx)
{
    const struct column_picker *p = ctx;

    return columns_schema(p->columns) ? columns_all(p->columns) : 0;
}

static const char *entry_name(const void *ctx, size_t i)
{
    const struct column_picker *p = ctx;

    return columns_entry(p->columns, i).name;
}

static int name_width(const struct column_picker *p, const struct draw_env *env)
{
    size_t width = 8, i;

    for (size_t k = 0; (i = list_on_line(p->list, k)) != LIST_NONE; k++) {
        size_t w = text_width(bytes_of(entry_name(p, i)), env->ascii, NAME_WIDTH_MAX);

        width = w > width ? w : width;
    }
    return (int)width;
}

static void draw_texts(struct surface *s, struct rect line, int width,
                       const char *const text[4], uint8_t style, bool ascii)
{
    int col = line.col + 1;
    int end = line.col + line.cols;

    (void)surface_str(s, line.row, col, MARK_WIDTH, text[0], style, ascii);
    col += MARK_WIDTH;
    (void)surface_str(s, line.row, col, width, text[1], style, ascii);
    col += width + 2;
    (void)surface_str(s, line.row, col, TYPE_WIDTH, text[2], style, ascii);
    col += TYPE_WIDTH + 2;
    if (col < end)
        (void)surface_str(s, line.row, col, end - col, text[3], style, ascii);
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    static const char *const titles[] = {"", "Column", "Type", "Description"};

    draw_texts(s, line, name_width(ctx, env), titles, STYLE_HEADER, env->ascii);
}

static const char *mark_of(const struct column_entry *e, bool ascii)
{
    if (e->hidden)
        return "[ ]";
    if (e->frozen)
        return ascii ? "[!]" : "[▪]";
    return ascii ? "[x]" : "[✓]";
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct column_picker *p = ctx;
    struct column_entry e = columns_entry(p->columns, i);
    const struct schema_column *c = &columns_schema(p->columns)->columns[e.schema];
    char type[64];
    const char *const texts[] = {mark_of(&e, env->ascii), e.name,
                                 schema_type_text(c, type, sizeof(type)), c->description};
    uint8_t style = current ? STYLE_PICKER_CURRENT : e.hidden ? STYLE_OUTSIDE : STYLE_CELL;

    draw_texts(s, line, name_width(p, env), texts, style, env->ascii);
}

static const char *empty_text(const void *ctx)
{
    return entry_count(ctx) == 0 ? "the table has no columns" : "nothing matches";
}

static const struct list_ops list_ops = {
    .count = entry_count,
    .name = entry_name,
    .draw_header = draw_header,
    .draw_entry = draw_entry,
    .empty = empty_text,
};

/* Takes in changes, which also others may have made: a table that is opened anew. */
static void refresh(struct column_picker *p)
{
    if (p->version == columns_version(p->columns))
        return;
    p->version = columns_version(p->columns);
    list_changed(p->list);
}

/* --- changes --- */

static void toggle(struct column_picker *p)
{
    size_t i = list_current(p->list);

    if (i == LIST_NONE)
        return;
    if (!columns_set_hidden(p->columns, i, !columns_entry(p->columns, i).hidden))
        p->handler->say(p->ctx, "the last column cannot be hidden");
}

static void shift(struct column_picker *p, int64_t by)
{
    size_t i = list_current(p->list), to;

    if (i == LIST_NONE)
        return;
    to = columns_shift(p->columns, i, by);
    if (to == i)
        p->handler->say(p->ctx, "no further: frozen columns stay before the others");
    refresh(p);
    list_select(p->list, to);
}

/* Display index of an entry, or -1. */
static long displayed(const struct column_picker *p, size_t i)
{
    return columns_find(p->columns, columns_entry(p->columns, i).schema);
}

static void fit(struct column_picker *p)
{
    size_t i = list_current(p->list);
    long at = i != LIST_NONE ? displayed(p, i) : -1;

    if (at >= 0)
        columns_fit(p->columns, (size_t)at);
}

static bool change(struct column_picker *p, const struct key_match *m)
{
    int64_t many;

    if (__builtin_mul_overflow(m->count, (int64_t)m->binding->arg.n, &many))
        many = m->binding->arg.n < 0 ? INT64_MIN : INT64_MAX;
    switch (m->binding->action) {
    case ACT_TOGGLE:
        toggle(p);
        return true;
    case ACT_SHOW_COLUMNS:
        (void)columns_show_all(p->columns);
        return true;
    case ACT_SHIFT_COLUMN:
        shift(p, many);
        return true;
    case ACT_FIT_COLUMN:
        fit(p);
        return true;
    default:
        return false;
    }
}

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    const struct column_picker *p = self;

    return list_typing(p->list) ? MODE_FILTER : MODE_COLUMNS;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct column_picker *p = self;

    (void)env;
    refresh(p);
    list_prepare(p->list, r);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct column_picker *p = self;

    list_draw(p->list, s, r, env);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct column_picker *p = self;
    bool done;

    refresh(p);
    if (m->binding->action == ACT_ACCEPT) {
        list_stop_typing(p->list); /* in the filter: what it found can now be toggled */
        p->went = true;
        return true;
    }
    done = change(p, m);
    if (!done) {
        done = list_action(p->list, m);
        p->went = p->went || (done && m->binding->action != ACT_OPEN_FILTER);
    }
    refresh(p);
    return done;
}

/* A click on the current one shows or hides it. */
static struct view_wish view_press(void *self, struct rect r, int row, int col)
{
    struct column_picker *p = self;

    (void)col;
    p->went = true;
    return (struct view_wish){list_press(p->list, r, row) ? ACT_TOGGLE : ACT_NONE, 0};
}

static const char *view_copy(const void *self, bool all, struct buf *out)
{
    const struct column_picker *p = self;

    if (!list_copy(p->list, all, out))
        return NULL;
    return all ? "the names of this list" : "this name";
}

static bool view_key(void *self, struct key k)
{
    struct column_picker *p = self;

    p->went = p->went || list_typing(p->list);
    return list_key(p->list, k) != LIST_IGNORED;
}

static bool view_paste(void *self, const char *text, size_t *taken)
{
    struct column_picker *p = self;

    p->went = p->went || list_typing(p->list);
    return list_paste(p->list, text, taken);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct column_picker *p = self;

    (void)env;
    list_status(p->list, "column", out);
    info_line_addf(out, INFO_COUNT, ", %zu shown", columns_count(p->columns))->gap = 0;
    key_hints_add(
        MODE_COLUMNS,
        "{toggle} toggles, {shift-column 1} {shift-column -1} move, {open-filter} "
        "filters, {close} leaves",
        out);
}

static const char *view_title(const void *self)
{
    (void)self;
    return "columns";
}

static void view_close(void *self)
{
    struct column_picker *p = self;
    size_t i = list_current(p->list);
    long at = p->went && i != LIST_NONE && i < entry_count(p) ? displayed(p, i) : -1;

    if (at >= 0)
        grid_go_column(p->grid, (size_t)at);
    list_free(p->list);
    free(p);
}

static const struct view_ops column_picker_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .press = view_press,
    .copy = view_copy,
    .key = view_key,
    .paste = view_paste,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

static void select_current(struct column_picker *p)
{
    size_t current = grid_current_column(p->grid);

    for (size_t i = 0; i < entry_count(p); i++)
        if (columns_entry(p->columns, i).schema == current)
            list_select(p->list, i);
}

struct view column_picker_new(struct grid *grid,
                              const struct column_picker_handler *handler, void *ctx)
{
    struct column_picker *p = MEM_NEW(struct column_picker);

    p->grid = grid;
    p->columns = grid_columns(grid);
    p->handler = handler;
    p->ctx = ctx;
    p->list = list_new(&list_ops, p);
    refresh(p);
    select_current(p);
    return (struct view){&column_picker_ops, p};
}
