#include "ui/widget/menu.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/list_view.h"

#define NAME_WIDTH_MAX 40

struct menu_entry {
    char *name, *more; /* owned */
};

struct menu {
    struct list_view view;
    const struct menu_handler *handler;
    void *ctx;
    struct menu_entry *entries; /* owned */
    size_t n, cap;
    int width; /* of the widest name, as far as names go */
};

/* --- its list --- */

static size_t entry_count(const void *ctx)
{
    return ((const struct menu *)ctx)->n;
}

static const char *entry_name(const void *ctx, size_t i)
{
    return ((const struct menu *)ctx)->entries[i].name;
}

static void draw_texts(const struct menu *m, struct surface *s, struct rect line,
                       const char *name, const char *more, uint8_t style, bool ascii)
{
    int col = line.col + 1, room = line.cols - m->width - 3;

    (void)surface_str(s, line.row, col, min_int(m->width, line.cols - 1), name, style,
                      ascii);
    if (room > 0)
        (void)surface_str(s, line.row, col + m->width + 2, room, more, style, ascii);
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    const struct menu *m = ctx;

    draw_texts(m, s, line, m->handler->title, "", STYLE_HEADER, env->ascii);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct menu *m = ctx;

    draw_texts(m, s, line, m->entries[i].name, m->entries[i].more,
               current ? STYLE_PICKER_CURRENT : STYLE_CELL, env->ascii);
}

static const char *empty_text(const void *ctx)
{
    (void)ctx;
    return "nothing matches";
}

static const struct list_ops list_ops = {
    .count = entry_count,
    .name = entry_name,
    .draw_header = draw_header,
    .draw_entry = draw_entry,
    .empty = empty_text,
};

/* --- as a view --- */

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    const struct menu *m = self;

    (void)env;
    list_prepare(m->view.list, r);
}

static void accept_entry(void *self, size_t entry)
{
    struct menu *m = self;

    m->handler->accept(m->ctx, m, entry);
}

/* Either may be the end of m. */
static bool view_action(void *self, const struct key_match *match)
{
    struct menu *m = self;
    size_t chosen;

    if (match->binding->action != ACT_DROP_ENTRY || !m->handler->drop)
        return list_view_action(self, match);
    chosen = list_view_chosen(self);
    if (chosen != LIST_NONE)
        m->handler->drop(m->ctx, m, chosen);
    return true;
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct menu *m = self;

    (void)env;
    list_status(m->view.list, m->handler->what, out);
    key_hints_add(MODE_PICKER, m->handler->hint, out);
}

static const char *view_title(const void *self)
{
    return ((const struct menu *)self)->handler->title;
}

static void view_close(void *self)
{
    struct menu *m = self;

    list_free(m->view.list);
    for (size_t i = 0; i < m->n; i++) {
        free(m->entries[i].name);
        free(m->entries[i].more);
    }
    free(m->entries);
    free(m);
}

static const struct view_ops menu_ops = {
    .mode = list_view_mode,
    .prepare = view_prepare,
    .draw = list_view_draw,
    .action = view_action,
    .press = list_view_press,
    .copy = list_view_copy,
    .key = list_view_key,
    .paste = list_view_paste,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct menu *menu_new(const struct menu_handler *handler, void *ctx)
{
    struct menu *m = MEM_NEW(struct menu);

    m->handler = handler;
    m->ctx = ctx;
    m->view = (struct list_view){list_new(&list_ops, m), accept_entry};
    m->width = (int)text_width(bytes_of(handler->title), false, NAME_WIDTH_MAX);
    return m;
}

struct view menu_as_view(struct menu *m)
{
    return (struct view){&menu_ops, m};
}

void menu_add(struct menu *m, const char *name, const char *more)
{
    MEM_GROW(m->entries, m->cap, m->n + 1);
    m->entries[m->n++] = (struct menu_entry){mem_strdup(name), mem_strdup(more)};
    m->width = max_int(m->width, (int)text_width(bytes_of(name), false, NAME_WIDTH_MAX));
    list_changed(m->view.list);
}

const char *menu_name(const struct menu *m, size_t entry)
{
    return m->entries[entry].name;
}

const char *menu_more(const struct menu *m, size_t entry)
{
    return m->entries[entry].more;
}
