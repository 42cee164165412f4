#include "ui/app/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"
#include "ui/widget/list.h"

#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH 20

struct picker {
    const struct picker_handler *handler;
    void *ctx;
    const struct fields *fields; /* borrowed; NULL: none yet */
    struct list *list;
};

static bool is_table(const struct field *f)
{
    return strcmp(f->type, "Table") == 0;
}

/* --- its list --- */

static size_t entry_count(const void *ctx)
{
    const struct picker *p = ctx;

    return p->fields ? fields_count(p->fields) : 0;
}

static const struct field *entry(const struct picker *p, size_t i)
{
    return fields_get(p->fields, i);
}

static const char *entry_name(const void *ctx, size_t i)
{
    return entry(ctx, i)->name;
}

static int name_width(const struct picker *p, const struct draw_env *env)
{
    size_t width = 8, i;

    for (size_t k = 0; (i = list_on_line(p->list, k)) != LIST_NONE; k++) {
        size_t w = text_width(bytes_of(entry(p, i)->name), env->ascii, NAME_WIDTH_MAX);

        width = w > width ? w : width;
    }
    return (int)width;
}

static void draw_texts(struct surface *s, struct rect line, int width,
                       const char *const text[3], uint8_t style, bool ascii)
{
    int col = line.col + 2;
    int end = line.col + line.cols;

    (void)surface_str(s, line.row, col, width, text[0], style, ascii);
    col += width + 2;
    (void)surface_str(s, line.row, col, TYPE_WIDTH, text[1], style, ascii);
    col += TYPE_WIDTH + 2;
    if (col < end)
        (void)surface_str(s, line.row, col, end - col, text[2], style, ascii);
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    static const char *const titles[] = {"Name", "Type", "Description"};

    draw_texts(s, line, name_width(ctx, env), titles, STYLE_HEADER, env->ascii);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct field *f = entry(ctx, i);
    const char *const texts[] = {f->name, f->type, f->description};
    uint8_t style = current       ? STYLE_PICKER_CURRENT
                    : is_table(f) ? STYLE_CELL
                                  : STYLE_OUTSIDE;

    draw_texts(s, line, name_width(ctx, env), texts, style, env->ascii);
}

static const char *empty_text(const void *ctx)
{
    const struct picker *p = ctx;

    if (!p->fields || !fields_loaded(p->fields))
        return "asking the server for its tables ...";
    return fields_count(p->fields) == 0 ? "the server offers nothing to look at yet"
                                        : "nothing matches";
}

static const struct list_ops list_ops = {
    .count = entry_count,
    .name = entry_name,
    .draw_header = draw_header,
    .draw_entry = draw_entry,
    .fuzzy = true,
    .empty = empty_text,
};

struct picker *picker_new(const struct picker_handler *handler, void *ctx)
{
    struct picker *p = MEM_NEW(struct picker);

    p->handler = handler;
    p->ctx = ctx;
    p->list = list_new(&list_ops, p);
    return p;
}

void picker_show(struct picker *p, const struct fields *fields)
{
    p->fields = fields;
    list_changed(p->list);
}

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    const struct picker *p = self;

    return list_typing(p->list) ? MODE_FILTER : MODE_PICKER;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct picker *p = self;

    (void)env;
    list_prepare(p->list, r);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct picker *p = self;

    list_draw(p->list, s, r, env);
}

static void take_entry(struct picker *p, bool new_tab)
{
    const struct field *f;

    list_stop_typing(p->list);
    if (list_current(p->list) == LIST_NONE)
        return;
    f = entry(p, list_current(p->list));
    if (is_table(f))
        p->handler->picked(p->ctx, f, new_tab);
    else
        p->handler->refused(p->ctx, f);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct picker *p = self;

    if (m->binding->action != ACT_ACCEPT && m->binding->action != ACT_ACCEPT_TAB)
        return list_action(p->list, m);
    take_entry(p, m->binding->action == ACT_ACCEPT_TAB);
    return true;
}

static bool view_key(void *self, struct key k)
{
    struct picker *p = self;
    enum list_key result = list_key(p->list, k);

    if (result == LIST_ACCEPTED)
        take_entry(p, false);
    return result != LIST_IGNORED;
}

static bool view_paste(void *self, const char *text, size_t *taken)
{
    struct picker *p = self;

    return list_paste(p->list, text, taken);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct picker *p = self;

    (void)env;
    list_status(p->list, "table", out);
    (void)info_line_add(out, INFO_HINT, "Enter opens, o in a tab, / filters, ? help");
}

static const char *view_title(const void *self)
{
    (void)self;
    return "tables";
}

static void view_close(void *self)
{
    struct picker *p = self;

    list_free(p->list);
    free(p);
}

static const struct view_ops picker_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .key = view_key,
    .paste = view_paste,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct view picker_as_view(struct picker *p)
{
    return (struct view){&picker_ops, p};
}
