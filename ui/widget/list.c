#include "ui/widget/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"
#include "ui/widget/fuzzy.h"
#include "ui/widget/prompt.h"

struct match {
    size_t entry;
    int score;
};

struct list {
    const struct list_ops *ops;
    const void *ctx;
    struct prompt *filter; /* closed: nothing is typed */
    char *filter_text;     /* what is matched; "" matches all */
    char *chosen_name;     /* of the current entry, so that it survives changes; or NULL */
    size_t chosen;         /* its number when it was noted */
    struct match *match;   /* in the order in which they are shown */
    size_t n, cap;
    size_t current, top;
    int height;
};

static const char *name_of(const struct list *l, size_t i)
{
    return l->ops->name(l->ctx, i);
}

static void remember(struct list *l)
{
    if (l->n == 0)
        return; /* nothing matches for now: what was chosen may come back */
    free(l->chosen_name);
    l->chosen_name = mem_strdup(name_of(l, l->match[l->current].entry));
    l->chosen = l->match[l->current].entry;
}

/* Where the chosen entry is now: names may repeat, so the same number goes first. */
static size_t find_chosen(const struct list *l, size_t count)
{
    if (!l->chosen_name)
        return LIST_NONE;
    if (l->chosen < count && strcmp(name_of(l, l->chosen), l->chosen_name) == 0)
        return l->chosen;
    for (size_t i = 0; i < count; i++)
        if (strcmp(name_of(l, i), l->chosen_name) == 0)
            return i;
    return LIST_NONE;
}

/* At least 0: the name passes the filter; the most comes first. */
static int score_of(const struct list *l, const char *name)
{
    if (l->ops->fuzzy)
        return fuzzy_score(name, l->filter_text);
    return text_contains(name, l->filter_text) ? 0 : FUZZY_NONE;
}

static int compare_matches(const void *a, const void *b)
{
    const struct match *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

void list_changed(struct list *l)
{
    size_t count = l->ops->count(l->ctx);
    size_t chosen = find_chosen(l, count);

    l->n = 0;
    for (size_t i = 0; i < count; i++) {
        int score = score_of(l, name_of(l, i));

        if (score == FUZZY_NONE)
            continue;
        MEM_GROW(l->match, l->cap, l->n + 1);
        l->match[l->n++] = (struct match){i, score};
    }
    if (l->n > 0)
        qsort(l->match, l->n, sizeof(*l->match), compare_matches);
    for (size_t i = 0; i < l->n; i++)
        if (l->match[i].entry == chosen)
            l->current = i;
    if (l->current >= l->n)
        l->current = l->n ? l->n - 1 : 0;
}

struct list *list_new(const struct list_ops *ops, const void *ctx)
{
    struct list *l = MEM_NEW(struct list);

    l->ops = ops;
    l->ctx = ctx;
    l->filter = prompt_new();
    l->filter_text = mem_strdup("");
    l->height = 1;
    return l;
}

void list_free(struct list *l)
{
    if (!l)
        return;
    prompt_free(l->filter);
    free(l->filter_text);
    free(l->chosen_name);
    free(l->match);
    free(l);
}

bool list_typing(const struct list *l)
{
    return prompt_is_open(l->filter);
}

void list_stop_typing(struct list *l)
{
    prompt_close(l->filter);
    remember(l);
}

size_t list_current(const struct list *l)
{
    return l->n ? l->match[l->current].entry : LIST_NONE;
}

void list_select(struct list *l, size_t entry)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->match[i].entry == entry)
            l->current = i;
    remember(l);
}

size_t list_matching(const struct list *l)
{
    return l->n;
}

size_t list_place(const struct list *l)
{
    return l->current;
}

bool list_copy(const struct list *l, bool all, struct buf *out)
{
    size_t first = all ? 0 : l->current, n = all ? l->n : l->n > 0;

    for (size_t i = first; i < first + n; i++)
        if ((i > first && buf_append(out, "\n", 1, NULL) != ERR_OK) ||
            buf_append_text(out, name_of(l, l->match[i].entry), NULL) != ERR_OK)
            return false;
    return n > 0;
}

size_t list_on_line(const struct list *l, size_t k)
{
    size_t i = l->top + k;

    return k < (size_t)l->height && i < l->n ? l->match[i].entry : LIST_NONE;
}

/* --- drawing --- */

static int filter_rows(const struct list *l)
{
    return list_typing(l) || *l->filter_text ? 1 : 0;
}

void list_prepare(struct list *l, struct rect r)
{
    size_t height;

    l->height = r.rows - filter_rows(l) - 1;
    if (l->height < 1)
        l->height = 1;
    height = (size_t)l->height;
    if (l->current < l->top)
        l->top = l->current;
    if (l->current >= l->top + height)
        l->top = l->current - height + 1;
    if (l->top + height > l->n)
        l->top = l->n > height ? l->n - height : 0;
}

static void draw_filter(const struct list *l, struct surface *s, struct rect line,
                        const struct draw_env *env)
{
    if (list_typing(l)) {
        (void)prompt_draw(l->filter, s, line, env->ascii);
        return;
    }
    (void)surface_str(s, line.row, line.col, line.cols, "/", STYLE_PROMPT_LABEL,
                      env->ascii);
    (void)surface_str(s, line.row, line.col + 1, line.cols - 1, l->filter_text,
                      STYLE_PROMPT, env->ascii);
}

static void draw_line(const struct list *l, struct surface *s, struct rect line, size_t k,
                      const struct draw_env *env)
{
    bool current = l->top + k == l->current;

    if (current)
        surface_fill(s, line, STYLE_PICKER_CURRENT);
    l->ops->draw_entry(l->ctx, list_on_line(l, k), current, s, line, env);
}

/* The line over the entries. */
static int header_rows(const struct list *l, struct rect r)
{
    return r.rows > 1 + filter_rows(l) ? 1 : 0;
}

bool list_press(struct list *l, struct rect r, int row)
{
    int k = row - r.row - header_rows(l, r);
    size_t before = l->current;

    if (k < 0 || list_on_line(l, (size_t)k) == LIST_NONE)
        return false;
    l->current = l->top + (size_t)k;
    remember(l);
    return l->current == before;
}

void list_draw(const struct list *l, struct surface *s, struct rect r,
               const struct draw_env *env)
{
    struct rect line = {r.row, r.col, 1, r.cols};

    if (header_rows(l, r) > 0) {
        l->ops->draw_header(l->ctx, s, line, env);
        line.row++;
    }
    for (size_t k = 0; list_on_line(l, k) != LIST_NONE; k++, line.row++)
        draw_line(l, s, line, k, env);
    if (l->n == 0)
        (void)surface_str(s, line.row, r.col + 2, r.cols - 2, l->ops->empty(l->ctx),
                          STYLE_MESSAGE, env->ascii);
    line.row = r.row + r.rows - 1;
    if (filter_rows(l))
        draw_filter(l, s, line, env);
}

/* --- keys --- */

static void move(struct list *l, int64_t by)
{
    int64_t last = l->n ? (int64_t)l->n - 1 : 0;
    int64_t to;

    if (__builtin_add_overflow((int64_t)l->current, by, &to))
        to = by > 0 ? last : 0;
    l->current = (size_t)(to < 0 ? 0 : to > last ? last : to);
    remember(l);
}

static void set_filter(struct list *l, const char *text)
{
    free(l->filter_text);
    l->filter_text = mem_strdup(text);
    list_changed(l);
    if (l->ops->fuzzy && *text)
        l->current = 0; /* the best */
}

/* The filter goes; false when there was none. */
static bool take_back(struct list *l)
{
    if (!filter_rows(l))
        return false;
    prompt_close(l->filter);
    set_filter(l, "");
    return true;
}

static int64_t go_to(const struct list *l, int64_t number)
{
    return number - 1 - (int64_t)l->current;
}

bool list_action(struct list *l, const struct key_match *m)
{
    int64_t n = m->binding->arg.n;
    int64_t many;

    if (__builtin_mul_overflow(m->count, n, &many) || many > INT32_MAX || many < INT32_MIN)
        many = n > 0 ? INT32_MAX : INT32_MIN;
    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        move(l, many);
        return true;
    case ACT_MOVE_PAGE:
        move(l, many * l->height);
        return true;
    case ACT_MOVE_HALF_PAGE:
        move(l, many * (l->height + 1) / 2);
        return true;
    case ACT_FIRST_ROW:
        move(l, go_to(l, m->count));
        return true;
    case ACT_LAST_ROW:
        move(l, m->has_count ? go_to(l, m->count) : INT64_MAX / 2);
        return true;
    case ACT_OPEN_FILTER:
        prompt_open(l->filter, "/", l->filter_text, NULL);
        return true;
    case ACT_CLOSE:
    case ACT_CANCEL:
        return take_back(l);
    default:
        return false;
    }
}

enum list_key list_key(struct list *l, struct key k)
{
    if (!list_typing(l))
        return LIST_IGNORED;
    switch (prompt_key(l->filter, k)) {
    case PROMPT_CHANGED:
        set_filter(l, prompt_text(l->filter));
        break;
    case PROMPT_ACCEPTED:
        list_stop_typing(l);
        return LIST_ACCEPTED;
    case PROMPT_CANCELLED:
        (void)take_back(l);
        break;
    case PROMPT_MORE:
        break;
    }
    return LIST_TAKEN;
}

bool list_paste(struct list *l, const char *text, size_t *taken)
{
    if (!list_typing(l))
        return false;
    *taken = prompt_paste(l->filter, text);
    set_filter(l, prompt_text(l->filter));
    return true;
}

void list_status(const struct list *l, const char *what, struct info_line *out)
{
    size_t n = list_matching(l);

    (void)info_line_add_place(out, what, n > 0 ? (int64_t)list_place(l) + 1 : 0,
                              (int64_t)n);
}
