#include "ui/app/totals.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/totals.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"
#include "ui/widget/menu.h"

#define NO_TOTAL "none"

static void on_chosen(void *ctx, struct menu *m, size_t entry)
{
    struct tab *t = ctx;
    char *name = mem_strdup(menu_name(m, entry));
    const struct schema_column *c;
    enum aggregation op;
    bool found = aggregation_find(name, &op);

    free(name);
    tab_pop_view(t);
    c = t->table ? work_column(t) : NULL;
    if (c)
        table_view_choose_total(t->table, c->name, found ? &op : NULL);
}

static const struct menu_handler total_menu = {on_chosen, NULL, "total of this column",
                                               "total", "{accept} chooses, {close} back"};

static void open_totals(struct tab *t)
{
    const struct schema_column *c = work_column(t);
    struct menu *m;

    if (!c || !tab_has_room(t, 1))
        return;
    m = menu_new(&total_menu, t);
    menu_add(m, NO_TOTAL, "");
    for (size_t i = 0; i < N_AGGREGATIONS; i++)
        if (totals_take(c, (enum aggregation)i))
            menu_add(m, aggregation_name((enum aggregation)i),
                     aggregation_about((enum aggregation)i));
    tab_push_view(t, menu_as_view(m));
}

bool totals_action(struct tab *t, const struct key_match *m)
{
    switch (m->binding->action) {
    case ACT_TOTALS:
        table_view_toggle_totals(t->table);
        return true;
    case ACT_OPEN_TOTALS:
        open_totals(t);
        return true;
    default:
        return false;
    }
}
