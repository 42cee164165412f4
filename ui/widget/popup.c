#include "ui/widget/popup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

#define MARGIN 2       /* columns of the table seen beside the box, where there is room */
#define MARGIN_FROM 60 /* columns of the screen that are room enough */
#define WIDTH_MIN 32
#define FRAME_ROWS_MIN 3
#define FRAME_COLUMNS_MIN 4

struct popup {
    char *title;
    const struct popup_source *source;
    void *ctx;
    struct pager *pager;
    bool changed, to_end;
    bool opens;        /* one line is the current one, and Enter is about that */
    int width, height; /* the largest so far */
    bool frame;        /* there is room for one */
    struct rect box;
};

struct popup *popup_new(const char *title, bool wrap, const struct popup_source *source,
                        void *ctx)
{
    struct popup *p = MEM_NEW(struct popup);

    p->title = mem_strdup(title);
    p->source = source;
    p->ctx = ctx;
    p->pager = pager_new(wrap, 1);
    p->opens = source->accept && !wrap;
    if (p->opens)
        pager_use_cursor(p->pager);
    p->changed = true;
    return p;
}

void popup_changed(struct popup *p)
{
    p->changed = true;
}

void popup_show_end(struct popup *p)
{
    p->to_end = true;
}

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_POPUP;
}

/* Without a frame all of r is the popup's: it would not be told from the table beside it.
 */
static void fit_bare(struct popup *p, struct rect r, const struct draw_env *env)
{
    p->box = r;
    pager_prepare(p->pager, r.rows, r.cols, env->ascii);
}

/* The box is as wide and high as its contents need, in the middle of r. */
static void fit(struct popup *p, struct rect r, const struct draw_env *env)
{
    int most = r.cols >= MARGIN_FROM ? r.cols - 2 * MARGIN : r.cols;
    int title = (int)text_width(bytes_of(p->title), env->ascii, (size_t)max_int(most, 0));
    int wanted = pager_natural_width(p->pager, max_int(most - 2, 1), env->ascii) + 3;

    wanted = max_int(max_int(wanted, title + 6), WIDTH_MIN);
    p->width = min_int(max_int(p->width, wanted), most);
    pager_prepare(p->pager, r.rows - 2, p->width - 2, env->ascii);
    p->height = max_int(p->height, (int)min_int((int)pager_lines(p->pager) + 2, r.rows));
    p->height = min_int(max_int(p->height, FRAME_ROWS_MIN), r.rows);
    p->box = (struct rect){r.row + (r.rows - p->height) / 2,
                           r.col + (r.cols - p->width) / 2, p->height, p->width};
    pager_prepare(p->pager, p->height - 2, p->width - 2, env->ascii);
}

void popup_prepare(struct popup *p, struct rect r, const struct draw_env *env)
{
    if (p->changed) {
        pager_clear(p->pager);
        p->source->fill(p->ctx, p->pager, env);
        p->changed = false;
    }
    p->frame = r.rows >= FRAME_ROWS_MIN && r.cols >= FRAME_COLUMNS_MIN;
    (p->frame ? fit : fit_bare)(p, r, env);
    if (p->to_end)
        pager_show_end(p->pager);
    p->to_end = false;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    popup_prepare(self, r, env);
}

static void view_ask(void *self)
{
    struct popup *p = self;

    if (p->source->shown)
        p->source->shown(p->ctx, pager_top_entry(p->pager),
                         (size_t)max_int(p->box.rows - (p->frame ? 2 : 0), 1));
}

static void draw_frame(const struct popup *p, struct surface *s, bool ascii)
{
    struct rect b = p->box;
    const char *const *corners = ascii ? (const char *const[]){"+", "+", "+", "+"}
                                       : (const char *const[]){"┌", "┐", "└", "┘"};
    int bottom = b.row + b.rows - 1, right = b.col + b.cols - 1;

    surface_fill(s, b, STYLE_DEFAULT);
    surface_hline(s, b.row, b.col, b.cols, STYLE_RULE, ascii);
    surface_hline(s, bottom, b.col, b.cols, STYLE_RULE, ascii);
    surface_vline(s, b.row, b.col, b.rows, STYLE_RULE, ascii);
    surface_vline(s, b.row, right, b.rows, STYLE_RULE, ascii);
    (void)surface_str(s, b.row, b.col, 1, corners[0], STYLE_RULE, ascii);
    (void)surface_str(s, b.row, right, 1, corners[1], STYLE_RULE, ascii);
    (void)surface_str(s, bottom, b.col, 1, corners[2], STYLE_RULE, ascii);
    (void)surface_str(s, bottom, right, 1, corners[3], STYLE_RULE, ascii);
}

/* The part of the box that lines are in. */
static struct rect inside(const struct popup *p)
{
    struct rect b = p->box;

    return p->frame ? (struct rect){b.row + 1, b.col + 1, b.rows - 2, b.cols - 2} : b;
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct popup *p = self;
    struct rect b = p->box;
    int used;

    (void)r;
    if (!p->frame) {
        surface_fill(s, b, STYLE_DEFAULT);
        pager_draw(p->pager, s, inside(p), env->ascii);
        return;
    }
    draw_frame(p, s, env->ascii);
    used = surface_str(s, b.row, b.col + 2, b.cols - 6, " ", STYLE_HEADER, env->ascii);
    used += surface_str(s, b.row, b.col + 2 + used, b.cols - 6, p->title, STYLE_HEADER,
                        env->ascii);
    (void)surface_str(s, b.row, b.col + 2 + used, 1, " ", STYLE_HEADER, env->ascii);
    pager_draw(p->pager, s, inside(p), env->ascii);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct popup *p = self;

    if (m->binding->action != ACT_ACCEPT)
        return pager_action(p->pager, m);
    if (p->source->accept)
        p->source->accept(p->ctx, pager_current_entry(p->pager));
    return p->source->accept != NULL;
}

/* A click on the current line is Enter. */
static struct view_wish view_press(void *self, struct rect r, int row, int col)
{
    struct popup *p = self;
    struct rect b = inside(p);
    bool again;

    (void)r;
    if (!rect_has(b, row, col))
        return (struct view_wish){ACT_NONE, 0};
    again = pager_press(p->pager, row - b.row);
    return (struct view_wish){again ? ACT_ACCEPT : ACT_NONE, 0};
}

static const char *view_copy(const void *self, bool all, struct buf *out)
{
    const struct popup *p = self;

    if (p->opens && !all && p->source->copy &&
        p->source->copy(p->ctx, pager_current_entry(p->pager), out))
        return "this line";
    if (!pager_copy(p->pager, all, out))
        return NULL;
    return p->opens && !all ? "this line" : "this text";
}

static bool view_search(void *self, const char *text, int direction)
{
    struct popup *p = self;

    return pager_search(p->pager, text, direction);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct popup *p = self;

    (void)env;
    (void)info_line_addf(out, INFO_NAME, "%s:", p->title);
    pager_status(p->pager, out)->gap = 1;
    if (p->source->note)
        (void)info_line_add(out, INFO_STATE, p->source->note(p->ctx));
    if (p->opens)
        key_hints_add(MODE_POPUP, "{accept} opens", out);
    key_hints_add(MODE_POPUP, "{close} closes", out);
}

static const char *view_title(const void *self)
{
    const struct popup *p = self;

    return p->title;
}

static void view_sleep(void *self, bool asleep)
{
    struct popup *p = self;

    if (p->source->sleep)
        p->source->sleep(p->ctx, asleep);
}

static void view_close(void *self)
{
    struct popup *p = self;

    p->source->close(p->ctx);
    pager_free(p->pager);
    free(p->title);
    free(p);
}

static const struct view_ops popup_ops = {
    .overlay = true,
    .mode = view_mode,
    .prepare = view_prepare,
    .ask = view_ask,
    .draw = view_draw,
    .action = view_action,
    .press = view_press,
    .copy = view_copy,
    .search = view_search,
    .status = view_status,
    .title = view_title,
    .sleep = view_sleep,
    .close = view_close,
};

struct view popup_as_view(struct popup *p)
{
    return (struct view){&popup_ops, p};
}
