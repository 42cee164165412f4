#include "ui/app/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/list_view.h"

#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH 20
#define ROWS_TITLE "Rows"

struct picker {
    struct list_view view;
    const struct picker_handler *handler;
    void *ctx;
    const struct fields *fields; /* borrowed; NULL: none yet */
    int rows_width; /* columns for row counts; 0: none is known of what is seen */
};

static bool can_be_shown(const struct field *f)
{
    return field_kind(f) != FIELD_OTHER;
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

    for (size_t k = 0; (i = list_on_line(p->view.list, k)) != LIST_NONE; k++) {
        size_t w = text_width(bytes_of(entry(p, i)->name), env->ascii, NAME_WIDTH_MAX);

        width = w > width ? w : width;
    }
    return (int)width;
}

/* The number of rows in words, "" where it is not known. */
static const char *rows_text(const struct picker *p, size_t i, char out[NUMBER_LEN])
{
    int64_t rows = p->handler->rows(p->ctx, entry(p, i));

    return rows >= 0 ? number_grouped(rows, out) : "";
}

/* 0: of nothing that is seen. */
static int rows_width(const struct picker *p)
{
    char text[NUMBER_LEN];
    int width = 0;
    size_t i;

    for (size_t k = 0; (i = list_on_line(p->view.list, k)) != LIST_NONE; k++)
        width = max_int(width, (int)strlen(rows_text(p, i, text)));
    return width > 0 ? max_int(width, (int)strlen(ROWS_TITLE)) : 0;
}

struct texts {
    const char *name, *type, *rows, *description;
};

static void draw_texts(const struct picker *p, struct surface *s, struct rect line,
                       const struct texts *t, uint8_t style, const struct draw_env *env)
{
    int name = name_width(p, env), rows = p->rows_width;
    int col = line.col + 2, end = line.col + line.cols;

    (void)surface_str(s, line.row, col, name, t->name, style, env->ascii);
    col += name + 2;
    (void)surface_str(s, line.row, col, TYPE_WIDTH, t->type, style, env->ascii);
    col += TYPE_WIDTH + 2;
    if (rows > 0 && col + rows < end) {
        int left = rows - (int)strlen(t->rows);

        (void)surface_str(s, line.row, col + left, rows, t->rows, style, env->ascii);
        col += rows + 2;
    }
    if (col < end)
        (void)surface_str(s, line.row, col, end - col, t->description, style, env->ascii);
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    static const struct texts titles = {"Name", "Type", ROWS_TITLE, "Description"};

    draw_texts(ctx, s, line, &titles, STYLE_HEADER, env);
}

/* With the application that it is of, if it is no variable; owned. */
static char *description_of(const struct field *f)
{
    if (*f->app_id == '\0' || strcmp(f->app_id, "scope") == 0)
        return mem_strdup(f->description);
    return mem_printf("%s%s%s", f->app_id, *f->description ? ": " : "", f->description);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct field *f = entry(ctx, i);
    char rows[NUMBER_LEN], *about = description_of(f);
    struct texts texts = {f->name, f->type, rows_text(ctx, i, rows), about};
    uint8_t style = current           ? STYLE_PICKER_CURRENT
                    : can_be_shown(f) ? STYLE_CELL
                                      : STYLE_OUTSIDE;

    draw_texts(ctx, s, line, &texts, style, env);
    free(about);
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

static void take_entry(const struct picker *p, size_t i, bool new_tab)
{
    const struct field *f = entry(p, i);

    if (can_be_shown(f))
        p->handler->picked(p->ctx, f, new_tab);
    else
        p->handler->refused(p->ctx, f);
}

static void accept_entry(void *self, size_t i)
{
    take_entry(self, i, false);
}

struct picker *picker_new(const struct picker_handler *handler, void *ctx)
{
    struct picker *p = MEM_NEW(struct picker);

    p->handler = handler;
    p->ctx = ctx;
    p->view = (struct list_view){list_new(&list_ops, p), accept_entry};
    return p;
}

void picker_show(struct picker *p, const struct fields *fields)
{
    p->fields = fields;
    list_changed(p->view.list);
}

/* --- as a view --- */

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct picker *p = self;

    (void)env;
    list_prepare(p->view.list, r);
    p->rows_width = rows_width(p);
}

static bool view_action(void *self, const struct key_match *m)
{
    size_t chosen;

    if (m->binding->action != ACT_ACCEPT_TAB)
        return list_view_action(self, m);
    chosen = list_view_chosen(self);
    if (chosen != LIST_NONE)
        take_entry(self, chosen, true);
    return true;
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct picker *p = self;

    (void)env;
    list_status(p->view.list, "table", out);
    key_hints_add(MODE_PICKER,
                  "{accept} opens, {accept-tab} in a tab, {open-filter} filters, "
                  "{open-help} help",
                  out);
}

static const char *view_title(const void *self)
{
    (void)self;
    return "tables";
}

static void view_close(void *self)
{
    struct picker *p = self;

    list_free(p->view.list);
    free(p);
}

static const struct view_ops picker_ops = {
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

struct view picker_as_view(struct picker *p)
{
    return (struct view){&picker_ops, p};
}
