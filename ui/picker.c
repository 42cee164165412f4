#include "ui/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/prompt.h"
#include "ui/theme.h"

#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH 20

struct picker {
    const struct picker_handler *handler;
    void *ctx;
    struct fields *fields; /* NULL until opened */
    struct prompt *filter; /* closed: the whole list */
    char *filter_text;     /* what is matched; "" matches all */
    char *chosen;          /* name of the current entry, so that it survives changes */
    size_t *match;         /* indexes into fields */
    size_t n, cap;
    size_t current, top;
    int height;
};

/* --- the list --- */

static const struct field *entry(const struct picker *p, size_t i)
{
    return fields_get(p->fields, p->match[i]);
}

static bool is_table(const struct field *f)
{
    return strcmp(f->type, "Table") == 0;
}

static void remember(struct picker *p)
{
    free(p->chosen);
    p->chosen = p->n ? mem_strdup(entry(p, p->current)->name) : NULL;
}

static void rebuild(struct picker *p)
{
    size_t count = p->fields ? fields_count(p->fields) : 0;

    p->n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_contains(fields_get(p->fields, i)->name, p->filter_text))
            continue;
        MEM_GROW(p->match, p->cap, p->n + 1);
        if (p->chosen && strcmp(fields_get(p->fields, i)->name, p->chosen) == 0)
            p->current = p->n;
        p->match[p->n++] = i;
    }
    if (p->current >= p->n)
        p->current = p->n ? p->n - 1 : 0;
}

static void on_changed(void *ctx)
{
    struct picker *p = ctx;

    rebuild(p);
    p->handler->changed(p->ctx);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct picker *p = ctx;

    p->handler->ended(p->ctx, fields_loaded(p->fields), why);
}

static const struct fields_handler list_handler = {on_changed, on_ended};

struct picker *picker_new(const struct picker_handler *handler, void *ctx)
{
    struct picker *p = MEM_NEW(struct picker);

    p->handler = handler;
    p->ctx = ctx;
    p->filter = prompt_new();
    p->filter_text = mem_strdup("");
    p->height = 1;
    return p;
}

void picker_open(struct picker *p, struct session *session)
{
    if (!p->fields)
        p->fields = fields_open(session, &list_handler, p);
}

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    const struct picker *p = self;

    return prompt_is_open(p->filter) ? MODE_FILTER : MODE_PICKER;
}

static int filter_rows(const struct picker *p)
{
    return prompt_is_open(p->filter) || *p->filter_text ? 1 : 0;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct picker *p = self;
    size_t height;

    (void)env;
    p->height = r.rows - filter_rows(p) - 1;
    if (p->height < 1)
        p->height = 1;
    height = (size_t)p->height;
    if (p->current < p->top)
        p->top = p->current;
    if (p->current >= p->top + height)
        p->top = p->current - height + 1;
    if (p->top + height > p->n)
        p->top = p->n > height ? p->n - height : 0;
}

static int name_width(const struct picker *p, const struct draw_env *env)
{
    size_t width = 8;

    for (size_t i = p->top; i < p->n && i < p->top + (size_t)p->height; i++) {
        size_t w = text_width(bytes_of(entry(p, i)->name), env->ascii, NAME_WIDTH_MAX);

        width = w > width ? w : width;
    }
    return (int)width;
}

static void draw_entry(const struct picker *p, struct surface *s, struct rect line,
                       size_t i, int width, const struct draw_env *env)
{
    const struct field *f = entry(p, i);
    bool current = i == p->current;
    uint8_t style = current       ? STYLE_PICKER_CURRENT
                    : is_table(f) ? STYLE_CELL
                                  : STYLE_OUTSIDE;
    int col = line.col + 2;
    int end = line.col + line.cols;

    if (current)
        surface_fill(s, line, style);
    (void)surface_str(s, line.row, col, width, f->name, style, env->ascii);
    col += width + 2;
    (void)surface_str(s, line.row, col, TYPE_WIDTH, f->type, style, env->ascii);
    col += TYPE_WIDTH + 2;
    if (col < end)
        (void)surface_str(s, line.row, col, end - col, f->description, style, env->ascii);
}

static const char *empty_text(const struct picker *p)
{
    if (!p->fields || !fields_loaded(p->fields))
        return "asking the server for its tables ...";
    return fields_count(p->fields) == 0 ? "the server offers nothing to look at yet"
                                        : "nothing matches";
}

static void draw_filter(const struct picker *p, struct surface *s, struct rect r,
                        const struct draw_env *env)
{
    struct rect line = {r.row, r.col, 1, r.cols};

    if (prompt_is_open(p->filter)) {
        (void)prompt_draw(p->filter, s, line, env->ascii);
        return;
    }
    (void)surface_str(s, r.row, r.col, r.cols, "/", STYLE_PROMPT_LABEL, env->ascii);
    (void)surface_str(s, r.row, r.col + 1, r.cols - 1, p->filter_text, STYLE_PROMPT,
                      env->ascii);
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct picker *p = self;
    int width = name_width(p, env);
    int row = r.row;

    if (r.rows > 1 + filter_rows(p)) {
        (void)surface_str(s, row, r.col + 2, width, "Name", STYLE_HEADER, env->ascii);
        (void)surface_str(s, row, r.col + width + 4, TYPE_WIDTH, "Type", STYLE_HEADER,
                          env->ascii);
        (void)surface_str(s, row, r.col + width + TYPE_WIDTH + 6, r.cols, "Description",
                          STYLE_HEADER, env->ascii);
        row++;
    }
    for (size_t i = p->top; i < p->n && i < p->top + (size_t)p->height; i++, row++)
        draw_entry(p, s, (struct rect){row, r.col, 1, r.cols}, i, width, env);
    if (p->n == 0)
        (void)surface_str(s, row, r.col + 2, r.cols - 2, empty_text(p), STYLE_MESSAGE,
                          env->ascii);
    if (filter_rows(p))
        draw_filter(p, s, (struct rect){r.row + r.rows - 1, r.col, 1, r.cols}, env);
}

static void move(struct picker *p, int64_t by)
{
    int64_t last = p->n ? (int64_t)p->n - 1 : 0;
    int64_t to;

    if (__builtin_add_overflow((int64_t)p->current, by, &to))
        to = by > 0 ? last : 0;
    p->current = (size_t)(to < 0 ? 0 : to > last ? last : to);
    remember(p);
}

static void set_filter(struct picker *p, const char *text)
{
    free(p->filter_text);
    p->filter_text = mem_strdup(text);
    rebuild(p);
}

static void take_entry(struct picker *p)
{
    const struct field *f;

    prompt_close(p->filter); /* the filter stays, typing is over */
    if (p->n == 0)
        return;
    remember(p);
    f = entry(p, p->current);
    if (is_table(f))
        p->handler->picked(p->ctx, f);
    else
        p->handler->refused(p->ctx, f);
}

/* Esc takes back the filter first; without one it is not ours. */
static bool take_back(struct picker *p)
{
    if (!filter_rows(p))
        return false;
    prompt_close(p->filter);
    set_filter(p, "");
    return true;
}

static bool view_action(void *self, const struct key_match *m)
{
    struct picker *p = self;
    int64_t n = m->binding->arg.n;
    int64_t many;

    if (__builtin_mul_overflow(m->count, n, &many) || many > INT32_MAX || many < INT32_MIN)
        many = n > 0 ? INT32_MAX : INT32_MIN;
    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        move(p, many);
        return true;
    case ACT_MOVE_PAGE:
        move(p, many * p->height);
        return true;
    case ACT_MOVE_HALF_PAGE:
        move(p, many * (p->height + 1) / 2);
        return true;
    case ACT_FIRST_ROW:
        move(p, INT64_MIN / 2 + (m->has_count ? INT64_MAX / 2 + m->count : 0));
        return true;
    case ACT_LAST_ROW:
        move(p, INT64_MAX / 2);
        return true;
    case ACT_OPEN_FILTER:
        prompt_open(p->filter, "/", p->filter_text, NULL);
        return true;
    case ACT_ACCEPT:
        take_entry(p);
        return true;
    case ACT_CLOSE:
    case ACT_CANCEL:
        return take_back(p);
    default:
        return false;
    }
}

static bool view_key(void *self, struct key k)
{
    struct picker *p = self;

    if (!prompt_is_open(p->filter))
        return false;
    switch (prompt_key(p->filter, k)) {
    case PROMPT_CHANGED:
        set_filter(p, prompt_text(p->filter));
        break;
    case PROMPT_ACCEPTED:
        take_entry(p);
        break;
    case PROMPT_CANCELLED:
        (void)take_back(p);
        break;
    case PROMPT_MORE:
        break;
    }
    return true;
}

static void view_status(const void *self, const struct draw_env *env, char *out,
                        size_t size)
{
    const struct picker *p = self;

    (void)env;
    (void)snprintf(out, size, "table %zu of %zu   Enter opens, / filters, ? help, q leaves",
                   p->n ? p->current + 1 : 0, p->n);
}

static const char *view_title(const void *self)
{
    (void)self;
    return "tables";
}

static void view_close(void *self)
{
    struct picker *p = self;

    fields_close(p->fields);
    prompt_free(p->filter);
    free(p->filter_text);
    free(p->chosen);
    free(p->match);
    free(p);
}

static const struct view_ops picker_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .key = view_key,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct view picker_as_view(struct picker *p)
{
    return (struct view){&picker_ops, p};
}
