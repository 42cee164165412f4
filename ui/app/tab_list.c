#include "ui/app/tab_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/tabs.h"
#include "ui/term/theme.h"
#include "ui/widget/list.h"

#define NUMBER_WIDTH 4
#define NAME_WIDTH 32
#define ROWS_WIDTH 15

struct tab_list {
    struct app *app;
    struct list *list;
    size_t tabs; /* how many there were when they were counted last */
};

/* --- its list --- */

static size_t entry_count(const void *ctx)
{
    const struct tab_list *l = ctx;

    return l->app->n_tabs;
}

static const char *entry_name(const void *ctx, size_t i)
{
    const struct tab_list *l = ctx;

    return tab_title(l->app->tabs[i]);
}

static void draw_texts(struct surface *s, struct rect line, const char *const text[5],
                       uint8_t style, bool ascii)
{
    static const int widths[] = {NUMBER_WIDTH, NAME_WIDTH, ROWS_WIDTH, 0, 0};
    int col = line.col + 1, end = line.col + line.cols;

    for (size_t i = 0; i < sizeof(widths) / sizeof(*widths) && col < end; i++) {
        int room = widths[i] && widths[i] < end - col ? widths[i] : end - col;
        int used = surface_str(s, line.row, col, room, text[i], style, ascii);

        col += 2 + (widths[i] ? widths[i] : used);
    }
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    static const char *const titles[] = {"Tab", "Name", "Rows", "Server", "State"};

    (void)ctx;
    draw_texts(s, line, titles, STYLE_HEADER, env->ascii);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct tab_list *l = ctx;
    const struct tab *t = l->app->tabs[i];
    char number[24], rows[NUMBER_LEN] = "", state[LINK_TEXT_LEN];
    int64_t n = tab_rows(t);
    struct link link = tab_link(t, env->now_ms);
    const char *const texts[] = {number, tab_title(t), rows, tab_address(t), state};

    link_text(&link, env->ascii, state);
    (void)snprintf(number, sizeof(number), "%zu%s", i + 1, tab_needs_look(t) ? "!" : "");
    if (n >= 0)
        (void)number_grouped(n, rows);
    draw_texts(s, line, texts, current ? STYLE_PICKER_CURRENT : STYLE_CELL, env->ascii);
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
    .fuzzy = true,
    .empty = empty_text,
};

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    const struct tab_list *l = self;

    return list_typing(l->list) ? MODE_FILTER : MODE_PICKER;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct tab_list *l = self;

    (void)env;
    if (l->tabs != l->app->n_tabs) {
        l->tabs = l->app->n_tabs;
        list_changed(l->list);
    }
    list_prepare(l->list, r);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct tab_list *l = self;

    list_draw(l->list, s, r, env);
}

/* The list goes, and the chosen tab comes. l is gone afterwards. */
static void take_entry(struct tab_list *l)
{
    struct app *a = l->app;
    size_t chosen;

    list_stop_typing(l->list);
    chosen = list_current(l->list);
    if (chosen == LIST_NONE || chosen >= a->n_tabs)
        return;
    tab_pop_view(app_tab(a));
    app_show_tab(a, chosen);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct tab_list *l = self;

    if (m->binding->action != ACT_ACCEPT)
        return list_action(l->list, m);
    take_entry(l);
    return true;
}

static bool view_key(void *self, struct key k)
{
    struct tab_list *l = self;
    enum list_key result = list_key(l->list, k);

    if (result == LIST_ACCEPTED)
        take_entry(l);
    return result != LIST_IGNORED;
}

static bool view_paste(void *self, const char *text, size_t *taken)
{
    struct tab_list *l = self;

    return list_paste(l->list, text, taken);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct tab_list *l = self;

    (void)env;
    list_status(l->list, "tab", out);
    (void)info_line_add(out, INFO_HINT, "Enter shows, / filters, q back");
}

static const char *view_title(const void *self)
{
    (void)self;
    return "tabs";
}

static void view_close(void *self)
{
    struct tab_list *l = self;

    list_free(l->list);
    free(l);
}

static const struct view_ops tab_list_ops = {
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

struct view tab_list_new(struct app *a)
{
    struct tab_list *l = MEM_NEW(struct tab_list);

    l->app = a;
    l->list = list_new(&list_ops, l);
    l->tabs = a->n_tabs;
    list_changed(l->list);
    list_select(l->list, a->shown);
    return (struct view){&tab_list_ops, l};
}
