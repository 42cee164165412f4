#include "ui/app/code_names.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/script.h"
#include "model/variable.h"
#include "ui/app/state.h"

static void add(struct code_names *names, const char *name, const char *begin)
{
    if (!text_starts_with(name, begin))
        return;
    MEM_GROW(names->list, names->cap, names->n + 1);
    names->list[names->n++] = mem_strdup(name);
}

/* The table of a tab, if it is of the server and named in code; no other tab before it has
 * the same. */
static const struct columns *columns_of(const struct app *a, const struct app_server *s,
                                        size_t i, const char *code)
{
    struct table_view *v = a->tabs[i]->table;

    if (a->tabs[i]->server != s || !v || !script_has_word(code, table_view_name(v)))
        return NULL;
    for (size_t k = 0; k < i; k++)
        if (a->tabs[k]->server == s && a->tabs[k]->table &&
            strcmp(table_view_name(a->tabs[k]->table), table_view_name(v)) == 0)
            return NULL;
    return grid_columns(table_view_grid(v));
}

void code_names_add_columns(struct code_names *names, const struct tab *t, const char *code,
                            const char *begin)
{
    for (size_t k = 0; k < t->app->n_tabs; k++) {
        const struct columns *c = columns_of(t->app, t->server, k, code);

        for (size_t i = 0; c && i < columns_all(c); i++)
            add(names, columns_entry(c, i).name, begin);
    }
}

void code_names_add_variables(struct code_names *names, const struct tab *t,
                              const char *begin)
{
    const struct fields *fields = connection_fields(t->server->connection);
    size_t n = fields ? fields_count(fields) : 0;

    for (size_t i = 0; i < n; i++) {
        const struct field *f = fields_get(fields, i);

        if ((*f->app_id == '\0' || strcmp(f->app_id, "scope") == 0) &&
            variable_is_name(f->name))
            add(names, f->name, begin);
    }
}
