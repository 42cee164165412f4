/*
 * The list is a table like any other, made by one more step of what the table below is made
 * of: it ticks, sorts and filters. Enter takes it off and filters the table below by the
 * value of the row.
 */
#include "ui/app/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/java_type.h"
#include "ui/app/actions.h"
#include "ui/app/filters.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define COUNT_NAME "Count"

static struct columns *columns_of(const struct tab *t)
{
    return grid_columns(table_view_grid(t->table));
}

/* They are shown, and so filtered by, as in the column that they are of. */
static void push(struct tab *t, const struct schema_column *c, const struct recipe *values)
{
    size_t column = grid_current_column(table_view_grid(t->table));
    const struct value_format *f = columns_format_of(columns_of(t), column);
    char *title = mem_printf("%s: values of %s", table_view_name(t->table), c->name);

    tab_push_values(t, recipe_edits_only(values), title);
    if (f)
        columns_set_format(columns_of(t), c->name, value_format_copy(f));
    free(title);
}

static void open_values(struct tab *t)
{
    const struct schema_column *c = work_column(t);
    struct recipe *plain, *values = NULL;
    enum err_code rc;
    struct err e;

    if (!c || !tab_has_room(t, 1) || !tab_can_open(t))
        return;
    if (java_type_of(c->java_type) == JAVA_LIST) {
        tab_say(t, STYLE_MESSAGE_WARN, "the server does not count lists by value");
        return;
    }
    plain = recipe_edits_only(work_recipe(t));
    rc = recipe_distinct(plain, &c->name, 1,
                         strcmp(c->name, COUNT_NAME) == 0 ? COUNT_NAME "_" : COUNT_NAME,
                         &values, &e);
    recipe_free(plain);
    if (rc != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
        return;
    }
    push(t, c, values);
    recipe_free(values);
    tab_open_table(t);
}

static void filter_below(void *ctx, struct table_view *v, size_t column,
                         const struct value *value, const struct err *why)
{
    struct tab *t = ctx;
    const struct schema_column *c = &table_view_window(v).schema->columns[column];
    char *text = filters_value_text(t, c, value, why), *name;

    if (!text)
        return;
    name = mem_strdup(c->name);
    tab_pop_view(t);
    if (t->table)
        filters_apply(t, name, text);
    free(name);
    free(text);
}

bool values_action(struct tab *t, const struct key_match *m)
{
    if (m->binding->action == ACT_OPEN_VALUES) {
        open_values(t);
        return true;
    }
    if (m->binding->action != ACT_OPEN_CELL || !table_view_lists_values(t->table))
        return false;
    grid_go_column(table_view_grid(t->table), 0);
    table_view_value(t->table, filter_below, t);
    return true;
}

/* --- keys typed ahead --- */

static bool is_on_its_way(const struct tab *t)
{
    const struct table_view *v = tab_table_on_top(t);
    struct window w;

    if (!v || !table_view_lists_values(v) || table_view_end(v))
        return false;
    w = table_view_window(v);
    return !window_ready(&w);
}

/* It closes the list, or is about no table. */
static bool acts_at_once(const struct tab *t, struct key k)
{
    struct key_matcher m = t->matcher;
    struct key_match match = key_matcher_feed(&m, MODE_GRID, k);

    return match.result == KEYS_ACTION &&
           (match.binding->mode == MODE_ANY || match.binding->action == ACT_CLOSE);
}

bool values_hold_key(struct tab *t, struct key k)
{
    if (!is_on_its_way(t))
        return false;
    if (key_cancels(k)) /* values_give_up() */
        return false;
    if (t->n_ahead == TAB_AHEAD_MAX || (t->n_ahead == 0 && acts_at_once(t, k)))
        return false;
    t->ahead[t->n_ahead++] = k;
    return true;
}

bool values_give_up(struct tab *t)
{
    if (!is_on_its_way(t))
        return false;
    t->n_ahead = 0;
    tab_pop_view(t);
    tab_say(t, STYLE_MESSAGE, "the list was given up; the server may still be busy");
    return true;
}

void values_take_keys(struct app *a)
{
    struct tab *t = app_tab(a);
    const struct table_view *v = tab_table_on_top(t);
    bool is_list = v && v != t->refused && table_view_lists_values(v);
    struct key keys[TAB_AHEAD_MAX];
    size_t n = t->n_ahead;

    if (n == 0 || is_on_its_way(t))
        return;
    memcpy(keys, t->ahead, n * sizeof(*keys));
    t->n_ahead = 0;
    for (size_t i = 0; i < n && is_list; i++)
        app_key(a, keys[i]);
}
