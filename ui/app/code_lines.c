#include "ui/app/code_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/state.h"

void code_lines_release(struct code_lines *c)
{
    free(c->code);
    free(c->line);
    *c = (struct code_lines){0};
}

/* Something can go on there: behind a blank or a bracket everything could. */
static bool may_go_on(const char *typed)
{
    size_t n = strlen(typed);

    return n > 0 && (text_is_name_byte(typed[n - 1]) || strchr(".(,", typed[n - 1]));
}

/* Once for all proposals: code may be long. */
static void look(struct code_lines *c, enum script_language language)
{
    c->language = language;
    c->in_string = script_open_string(language, c->code);
    c->call = script_open_call(language, c->code);
}

void code_lines_type(struct code_lines *c, struct server_console *console,
                     const char *before, const char *typed)
{
    code_lines_release(c);
    c->code = before ? mem_printf("%s\n%s", before, typed) : mem_strdup(typed);
    c->typed = c->code + strlen(c->code) - strlen(typed);
    look(c, server_console_language(console));
    if (may_go_on(typed))
        server_console_help(console, c->code);
}

/* --- columns --- */

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

/* The i-th column of all of them; NULL at the end, and then *i counts on. */
static const char *column_at(const struct tab *t, const char *code, size_t *i)
{
    for (size_t k = 0; k < t->app->n_tabs; k++) {
        const struct columns *c = columns_of(t->app, t->server, k, code);
        size_t n = c ? columns_all(c) : 0;

        if (*i < n)
            return columns_entry(c, *i).name;
        *i -= n;
    }
    return NULL;
}

/* --- lines --- */

static const char *give(struct code_lines *c, const char *start, size_t n, const char *rest)
{
    char *line = mem_printf("%.*s%s", (int)n, start, rest);

    free(c->line);
    c->line = line;
    return text_starts_with(line, c->typed) && strcmp(line, c->typed) != 0 ? line : "";
}

const char *code_lines_at(struct code_lines *c, const struct server_console *console,
                          const struct tab *t, size_t i)
{
    const struct code_help *help = server_console_helped(console);
    const struct code_proposal *p;
    const char *column;

    if (!c->code)
        return NULL;
    if (c->language != server_console_language(console)) /* which is known by now */
        look(c, server_console_language(console));
    column = c->in_string ? column_at(t, c->code, &i) : NULL;
    if (column)
        return give(c, c->typed, text_last_name(c->typed), column);
    p = may_go_on(c->typed) ? code_help_proposal(help, i) : NULL;
    return p ? give(c, code_help_line(help), p->from, p->text) : NULL;
}

const char *code_lines_hint(const struct code_lines *c,
                            const struct server_console *console)
{
    struct bytes call = {(const uint8_t *)c->code, c->call};

    return code_help_signature(server_console_helped(console), call);
}
