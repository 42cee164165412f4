/*
 * A filter is typed, or made as the text that would have been typed; so it can be seen and
 * edited afterwards whichever way it came. The text becomes a condition here
 * (model/quick_filter), and nothing is sent while it is wrong or typed.
 */
#include "ui/app/filters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/number.h"
#include "model/quick_filter.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/menu.h"

#define ALL_COLUMNS "all columns"

/* --- from text to condition --- */

/* A column may be shown in a zone of its own; column -1: all of them are meant. */
static const struct zone *zone_of(const struct tab *t, int64_t column)
{
    const struct columns *c = grid_columns(table_view_grid(t->table));
    const struct value_format *f =
        column >= 0 ? columns_format_of(c, (size_t)column) : NULL;

    return f && value_format_zone(f) ? value_format_zone(f) : t->app->zone;
}

struct when_now filters_now(const struct tab *t, int64_t column)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_REALTIME, &ts);
    return (struct when_now){zone_of(t, column),
                             (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec};
}

enum err_code filters_parse(const struct tab *t, const char *column, const char *text,
                            struct condition **out, size_t *at, struct err *e)
{
    const struct schema *s = table_view_window(t->table).schema;
    int64_t i = column ? schema_find(s, column) : -1;
    struct when_now now = filters_now(t, i);

    *at = 0;
    if (!column) {
        *out = quick_filter_search(text, s, &now);
        return ERR_OK;
    }
    if (i < 0)
        return err_set(e, ERR_USAGE, "the table has no column %s any more", column);
    return quick_filter_parse(
        text, &(struct quick_filter_column){column, s->columns[i].java_type}, &now, out, at,
        e);
}

/* --- what may take long --- */

static bool is_costly(const struct condition *c)
{
    bool costly = c->kind == CONDITION_FORMULA || c->kind == CONDITION_CONTAINS ||
                  c->kind == CONDITION_MATCHES;

    for (size_t i = 0; i < c->n_children && !costly; i++)
        costly = is_costly(c->children[i]);
    return costly;
}

static void warn_of_cost(struct tab *t, const char *what)
{
    int64_t rows = table_view_rows(t->table);
    char number[NUMBER_LEN], text[200 + KEY_HINT_LEN], key[KEY_HINT_LEN];

    if (rows <= FILTERS_MANY_ROWS)
        return;
    (void)snprintf(text, sizeof(text),
                   "%s over %s rows: it may hold up every other filter of the server; %s "
                   "goes back",
                   what, number_grouped(rows, number), key_hint(MODE_GRID, "cancel", key));
    tab_say(t, STYLE_MESSAGE_WARN, text);
}

/* --- asking for it --- */

/* The source is stored in parts by that column. */
static bool is_partition(const struct tab *t, const char *column)
{
    const struct schema *s = table_view_window(t->table).schema;
    int64_t i = column ? schema_find(s, column) : -1;

    return i >= 0 && s->columns[i].is_partition;
}

/* c (given) is the condition of text, or NULL: none. */
static void apply(struct tab *t, const char *column, const char *text, struct condition *c)
{
    const struct recipe *now = table_view_recipe(t->table);
    const char *name = column ? column : ALL_COLUMNS;
    char *what =
        c ? mem_printf("filter %s %s", name, text) : mem_printf("no filter of %s", name);
    bool costly = c && is_costly(c);
    struct recipe *r = NULL;
    struct err e;
    enum err_code rc = is_partition(t, column)
                           ? recipe_filtered_parts(now, column, text, c, &r, &e)
                           : recipe_filtered(now, column, text, c, &r, &e);

    condition_free(c);
    work_apply(t, rc, r, &e, what, ANCHOR_ROW);
    if (costly && rc == ERR_OK)
        warn_of_cost(t, "this looks into texts or runs a formula");
}

void filters_where(struct tab *t, const char *text)
{
    const struct recipe *now = work_recipe(t);
    struct recipe *r = NULL;
    enum err_code rc;
    struct err e;

    if (!now)
        return;
    rc = recipe_where(now, text, &r, &e);
    work_apply(t, rc, r, &e, mem_printf("where %s", text), ANCHOR_ROW);
    if (rc == ERR_OK)
        warn_of_cost(t, "this runs a formula");
}

/* --- typed --- */

/* Asks for the filter of a column (NULL: of all), beginning with a text (NULL: the one that
 * there is). */
static void ask(struct tab *t, const char *column, const char *text)
{
    const struct recipe *now = work_recipe(t);
    const struct recipe_step *old = now ? recipe_filter_of(now, column) : NULL;
    struct app *a = t->app;
    char *label;

    if (!now)
        return;
    label = mem_printf("filter %s: ", column ? column : ALL_COLUMNS);
    free(a->filter_column);
    a->filter_column = column ? mem_strdup(column) : NULL;
    question_open(a->question, QUESTION_FILTER, label);
    if (text || old)
        question_set_text(a->question, text ? text : old->text);
    free(label);
}

void filters_typed(struct app *a, const char *text)
{
    struct tab *t = app_tab(a);
    struct condition *c = NULL;
    char *copy = mem_strdup(text); /* the question goes */
    struct err e;
    size_t at;

    if (!t->table || !work_recipe(t)) {
        question_close(a->question);
    } else if (filters_parse(t, a->filter_column, copy, &c, &at, &e) != ERR_OK) {
        question_refuse(a->question, at, e.msg);
    } else {
        question_close(a->question);
        apply(t, a->filter_column, copy, c);
    }
    free(copy);
}

/* --- made of a value --- */

/* A text that is made here can be read. */
void filters_apply(struct tab *t, const char *column, const char *text)
{
    struct condition *c = NULL;
    struct err e;
    size_t at;

    if (!work_recipe(t))
        return;
    if (filters_parse(t, column, text, &c, &at, &e) == ERR_OK)
        apply(t, column, text, c);
    else
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
}

static bool is_or(const char *text, size_t i)
{
    return text[i] == '|' && text[i + 1] == '|' && (i == 0 || text[i - 1] != '\\');
}

/* Both old and more. "&&" binds tighter than the "||" in old, so more goes behind each of
 * the parts. Owned. */
static char *text_and(const char *old, const char *more)
{
    size_t from = 0, len = strlen(old);
    char *out = mem_strdup("");

    for (size_t i = 0; i <= len; i++) {
        bool or = i < len && is_or(old, i);
        char *longer;

        if (! or &&i < len)
            continue;
        longer = mem_printf("%s%.*s && %s%s", out, (int)(i - from), old + from, more,
                            or ? " ||" : "");
        free(out);
        out = longer;
        from = i += 2;
    }
    return out;
}

/* The filters that a value offers: the first keeps it, the second drops it. */
struct value_choices {
    struct quick_filter_choice list[QUICK_FILTER_CHOICES];
    size_t n;
    const char *column;
};

/* False, which is said, when there are none. Release list. */
static bool choose(struct tab *t, const struct schema_column *c, const struct value *v,
                   const struct err *why, struct value_choices *out)
{
    struct when_now now = filters_now(t, c - table_view_window(t->table).schema->columns);
    struct err e;

    if (!v) {
        tab_say_refused(t, why->msg);
        return false;
    }
    out->column = c->name;
    out->n = quick_filter_choices(v, &(struct quick_filter_column){c->name, c->java_type},
                                  &now, out->list, &e);
    if (out->n == 0)
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    return out->n > 0;
}

static const struct schema_column *column_of(const struct table_view *v, size_t column)
{
    return &table_view_window(v).schema->columns[column];
}

static void keep_value(void *ctx, struct table_view *v, size_t column,
                       const struct value *value, const struct err *why)
{
    struct value_choices c;

    (void)v;
    if (!choose(ctx, column_of(v, column), value, why, &c))
        return;
    filters_apply(ctx, c.column, c.list[0].text);
    quick_filter_choices_release(c.list, c.n);
}

char *filters_value_text(struct tab *t, const struct schema_column *column,
                         const struct value *value, const struct err *why)
{
    struct value_choices c;
    char *text;

    if (!choose(t, column, value, why, &c))
        return NULL;
    text = mem_strdup(c.list[0].text);
    quick_filter_choices_release(c.list, c.n);
    return text;
}

/* Dropping one value after another drops them all. */
static void drop_value(void *ctx, struct table_view *v, size_t column,
                       const struct value *value, const struct err *why)
{
    const struct recipe_step *old;
    struct value_choices c;
    char *both;

    if (!choose(ctx, column_of(v, column), value, why, &c))
        return;
    old = table_view_recipe(v) ? recipe_filter_of(table_view_recipe(v), c.column) : NULL;
    both = old ? text_and(old->text, c.list[1].text) : mem_strdup(c.list[1].text);
    filters_apply(ctx, c.column, both);
    free(both);
    quick_filter_choices_release(c.list, c.n);
}

static void on_chosen(void *ctx, struct menu *m, size_t entry)
{
    struct tab *t = ctx;
    char *text = mem_strdup(menu_more(m, entry));

    tab_pop_view(t);
    if (t->table)
        filters_apply(t, t->value_column, text);
    free(text);
}

static const struct menu_handler value_menu = {on_chosen, NULL, "rows by this value",
                                               "filter", "{accept} filters, {close} back"};

static void list_choices(void *ctx, struct table_view *v, size_t column,
                         const struct value *value, const struct err *why)
{
    struct tab *t = ctx;
    struct value_choices c;
    struct menu *m;

    (void)v;
    if (!tab_has_room(t, 1) || !choose(t, column_of(v, column), value, why, &c))
        return;
    free(t->value_column);
    t->value_column = mem_strdup(c.column);
    m = menu_new(&value_menu, t);
    for (size_t i = 0; i < c.n; i++)
        menu_add(m, c.list[i].label, c.list[i].text);
    tab_push_view(t, menu_as_view(m));
    quick_filter_choices_release(c.list, c.n);
}

/* --- listed --- */

static void on_edit(void *ctx, struct menu *m, size_t entry)
{
    struct tab *t = ctx;
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    const struct recipe *now = t->table ? table_view_recipe(t->table) : NULL;
    size_t n = now ? recipe_filters(now, filters) : 0;

    (void)m;
    tab_pop_view(t);
    if (entry >= n)
        return;
    if (filters[entry]->op == RECIPE_FILTER) {
        ask(t, filters[entry]->column, filters[entry]->text);
        return;
    }
    char *line = mem_printf("where %s", filters[entry]->text);

    question_open(t->app->question, QUESTION_COMMAND, ":");
    question_set_text(t->app->question, line);
    free(line);
}

static void on_drop(void *ctx, struct menu *m, size_t entry)
{
    struct tab *t = ctx;
    const struct recipe *now = t->table ? table_view_recipe(t->table) : NULL;

    (void)m;
    tab_pop_view(t);
    if (now)
        table_view_apply(t->table, recipe_without_filter(now, entry), "one filter less",
                         ANCHOR_ROW);
}

static const struct menu_handler filter_list = {
    on_edit, on_drop, "filters", "filter",
    "{accept} edits, {drop-entry} drops, {close} back"};

void filters_list(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    size_t n = now ? recipe_filters(now, filters) : 0;
    struct menu *m;

    if (now && n == 0)
        tab_say(t, STYLE_MESSAGE, "there are no filters; & makes one");
    if (n == 0 || !tab_has_room(t, 1))
        return;
    m = menu_new(&filter_list, t);
    for (size_t i = 0; i < n; i++)
        menu_add(m,
                 filters[i]->op == RECIPE_WHERE ? "where"
                 : filters[i]->column           ? filters[i]->column
                                                : ALL_COLUMNS,
                 filters[i]->text);
    tab_push_view(t, menu_as_view(m));
}

/* --- cleared --- */

static void ask_to_clear(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    const struct recipe_step *filters[RECIPE_EDITS_MAX];
    size_t n = now ? recipe_filters(now, filters) : 0;
    char label[64];

    if (now && n == 0)
        tab_say(t, STYLE_MESSAGE, "there are no filters");
    if (n == 0)
        return;
    (void)snprintf(label, sizeof(label), "clear %zu filter%s? (y, n) ", n,
                   n == 1 ? "" : "s");
    question_open(t->app->question, QUESTION_CLEAR, label);
}

void filters_clear(struct tab *t, const char *answer)
{
    const struct recipe *now = t->table ? table_view_recipe(t->table) : NULL;

    if (now && question_says_yes(answer))
        table_view_apply(t->table, recipe_without_filters(now), "no filters", ANCHOR_ROW);
    else
        tab_say(t, STYLE_MESSAGE, "the filters stay");
}

/* --- keys --- */

bool filters_action(struct tab *t, const struct key_match *m)
{
    const struct schema_column *c;

    switch (m->binding->action) {
    case ACT_OPEN_COLUMN_FILTER:
        c = work_column(t);
        if (c)
            ask(t, c->name, NULL);
        return true;
    case ACT_OPEN_TABLE_FILTER:
        ask(t, NULL, NULL);
        return true;
    case ACT_FILTER_VALUE:
        table_view_value(t->table, m->binding->arg.n < 0 ? drop_value : keep_value, t);
        return true;
    case ACT_OPEN_VALUE_FILTERS:
        table_view_value(t->table, list_choices, t);
        return true;
    case ACT_CLEAR_FILTERS:
        ask_to_clear(t);
        return true;
    default:
        return false;
    }
}
