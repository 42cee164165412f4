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
#include "ui/app/filters.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define COUNT_NAME "Count"

static void open_values(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    const struct schema_column *c = now ? work_column(t) : NULL;
    struct recipe *plain, *values = NULL;
    enum err_code rc;
    struct err e;
    char *title;

    if (!c || !tab_has_room(t, 1) || !tab_can_open(t))
        return;
    if (java_type_of(c->java_type) == JAVA_LIST) {
        tab_say(t, STYLE_MESSAGE_WARN, "the server does not count lists by value");
        return;
    }
    plain = recipe_edits_only(now);
    rc = recipe_distinct(plain, &c->name, 1,
                         strcmp(c->name, COUNT_NAME) == 0 ? COUNT_NAME "_" : COUNT_NAME,
                         &values, &e);
    recipe_free(plain);
    if (rc != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
        return;
    }
    title = mem_printf("%s: values of %s", table_view_name(t->table), c->name);
    tab_push_values(t, recipe_edits_only(values), title);
    recipe_free(values);
    free(title);
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
