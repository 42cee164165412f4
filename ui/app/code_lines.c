#include "ui/app/code_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void forget_names(struct code_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct code_names){0};
}

void code_lines_release(struct code_lines *c)
{
    forget_names(&c->names);
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
    c->named = false;
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

/* --- names --- */

/* A name has begun there, and not behind the point of an object. */
static bool is_variable(const char *typed)
{
    size_t n = text_last_name(typed);

    return typed[n] && (n == 0 || typed[n - 1] != '.');
}

static void find_names(struct code_lines *c, const struct tab *t)
{
    const char *begin = c->typed + text_last_name(c->typed);

    forget_names(&c->names);
    c->named = true;
    if (c->in_string)
        code_names_add_columns(&c->names, t, c->code, begin);
    else if (c->language != SCRIPT_PYTHON && is_variable(c->typed))
        code_names_add_variables(&c->names, t, begin);
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

    if (!c->code)
        return NULL;
    if (c->language != server_console_language(console)) /* which is known by now */
        look(c, server_console_language(console));
    if (!c->named)
        find_names(c, t);
    if (i < c->names.n)
        return give(c, c->typed, text_last_name(c->typed), c->names.list[i]);
    p = may_go_on(c->typed) ? code_help_proposal(help, i - c->names.n) : NULL;
    return p ? give(c, code_help_line(help), p->from, p->text) : NULL;
}

const char *code_lines_hint(const struct code_lines *c,
                            const struct server_console *console)
{
    struct bytes call = {(const uint8_t *)c->code, c->call};

    return code_help_signature(server_console_helped(console), call);
}
