#include "ui/app/tab_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/app/state.h"
#include "ui/app/tabs.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/list_view.h"

#define NUMBER_WIDTH 4
#define ROWS_WIDTH 15
#define NAME_WIDTH_MIN 8 /* names give way to the rest, down to this */
#define NAME_WIDTH_MAX 32
#define SERVER_WIDTH_MAX 40
#define STATE_WIDTH 12 /* the least that is left for it */
#define GAP 2

enum { NUMBER, NAME, ROWS, SERVER, STATE, N_TEXTS };

struct tab_list {
    struct list_view view;
    struct app *app;
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

/* As wide as what they hold. */
static void measure(const struct tab_list *l, int cols, bool ascii, int widths[N_TEXTS])
{
    int name = NAME_WIDTH_MIN, server = 6, others;

    for (size_t i = 0; i < l->app->n_tabs; i++) {
        const struct tab *t = l->app->tabs[i];

        name =
            max_int(name, (int)text_width(bytes_of(tab_title(t)), ascii, NAME_WIDTH_MAX));
        server = max_int(
            server, (int)text_width(bytes_of(tab_address(t)), ascii, SERVER_WIDTH_MAX));
    }
    others = 1 + NUMBER_WIDTH + ROWS_WIDTH + server + STATE_WIDTH + (N_TEXTS - 1) * GAP;
    widths[NUMBER] = NUMBER_WIDTH;
    widths[NAME] = max_int(min_int(name, cols - others), NAME_WIDTH_MIN);
    widths[ROWS] = ROWS_WIDTH;
    widths[SERVER] = server;
    widths[STATE] = cols;
}

static void draw_texts(const struct tab_list *l, struct surface *s, struct rect line,
                       const char *const text[N_TEXTS], uint8_t style, bool ascii)
{
    int widths[N_TEXTS], col = line.col + 1, end = line.col + line.cols;

    measure(l, line.cols, ascii, widths);
    for (size_t i = 0; i < N_TEXTS && col < end; i++) {
        (void)surface_str(s, line.row, col, min_int(widths[i], end - col), text[i], style,
                          ascii);
        col += widths[i] + GAP;
    }
}

static void draw_header(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    static const char *const titles[N_TEXTS] = {"Tab", "Name", "Rows", "Server", "State"};

    draw_texts(ctx, s, line, titles, STYLE_HEADER, env->ascii);
}

static void draw_entry(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env)
{
    const struct tab_list *l = ctx;
    const struct tab *t = l->app->tabs[i];
    char number[24], rows[NUMBER_LEN] = "", state[LINK_TEXT_LEN];
    int64_t n = tab_rows(t);
    struct link link = tab_link(t, env->now_ms);
    const char *const texts[N_TEXTS] = {number, tab_title(t), rows, tab_address(t), state};

    link_text(&link, env->ascii, state);
    (void)snprintf(number, sizeof(number), "%zu%s", i + 1, tab_needs_look(t) ? "!" : "");
    if (n >= 0)
        (void)number_grouped(n, rows);
    draw_texts(l, s, line, texts, current ? STYLE_PICKER_CURRENT : STYLE_CELL, env->ascii);
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

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct tab_list *l = self;

    (void)env;
    if (l->tabs != l->app->n_tabs) {
        l->tabs = l->app->n_tabs;
        list_changed(l->view.list);
    }
    list_prepare(l->view.list, r);
}

/* The list goes, and the chosen tab comes. */
static void accept_entry(void *self, size_t chosen)
{
    const struct tab_list *l = self;
    struct app *a = l->app;

    if (chosen >= a->n_tabs)
        return;
    tab_pop_view(app_tab(a));
    app_show_tab(a, chosen);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct tab_list *l = self;

    (void)env;
    list_status(l->view.list, "tab", out);
    key_hints_add(MODE_PICKER, "{accept} shows, {open-filter} filters, {close} back", out);
}

static uint64_t view_next_frame(const void *self, const struct draw_env *env)
{
    const struct tab_list *l = self;
    uint64_t next = VIEW_NEVER;

    for (size_t i = 0; i < l->app->n_tabs; i++)
        next = min_u64(next, tab_link(l->app->tabs[i], env->now_ms).next_ms);
    return next;
}

static const char *view_title(const void *self)
{
    (void)self;
    return "tabs";
}

static void view_close(void *self)
{
    struct tab_list *l = self;

    list_free(l->view.list);
    free(l);
}

static const struct view_ops tab_list_ops = {
    .mode = list_view_mode,
    .prepare = view_prepare,
    .draw = list_view_draw,
    .action = list_view_action,
    .press = list_view_press,
    .copy = list_view_copy,
    .key = list_view_key,
    .paste = list_view_paste,
    .status = view_status,
    .next_frame = view_next_frame,
    .title = view_title,
    .close = view_close,
};

struct view tab_list_new(struct app *a)
{
    struct tab_list *l = MEM_NEW(struct tab_list);

    l->app = a;
    l->view = (struct list_view){list_new(&list_ops, l), accept_entry};
    l->tabs = a->n_tabs;
    list_changed(l->view.list);
    list_select(l->view.list, a->shown);
    return (struct view){&tab_list_ops, l};
}
