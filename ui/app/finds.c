#include "ui/app/finds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/java_type.h"
#include "model/quick_filter.h"
#include "ui/app/filters.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/table/table_search.h"
#include "ui/term/theme.h"

/* --- typed --- */

static bool has_texts(const struct schema_column *c)
{
    return java_type_of(c->java_type) == JAVA_STRING;
}

/* Asks for what to look for in a column (NULL: in all). */
static void ask(struct tab *t, const struct schema_column *column)
{
    struct app *a = t->app;
    char *label = !column             ? mem_strdup("find in all columns: ")
                  : has_texts(column) ? mem_printf("find part of %s: ", column->name)
                                      : mem_printf("find in %s: ", column->name);

    free(a->find_column);
    a->find_column = column ? mem_strdup(column->name) : NULL;
    question_open(a->question, QUESTION_FIND, label);
    free(label);
}

/* What is typed for a column of texts, as the text of a filter: a part, unless it says
 * otherwise. Owned; *shift is by how many bytes it begins earlier. */
static char *filter_text(const struct schema_column *c, const char *text, size_t *shift)
{
    bool part = has_texts(c) && *text && !strchr("=!~*\\", *text);

    *shift = part;
    return mem_printf("%s%s", part ? "~" : "", text);
}

/* As filters_parse(). */
static enum err_code parse(const struct tab *t, const char *name, const char *text,
                           struct condition **out, size_t *at, struct err *e)
{
    const struct schema *s = table_view_window(t->table).schema;
    int64_t i = name ? schema_find(s, name) : -1;
    size_t shift = 0;
    char *filter = i < 0 ? mem_strdup(text) : filter_text(&s->columns[i], text, &shift);
    enum err_code rc = filters_parse(t, name, filter, out, at, e);

    *at -= *at < shift ? *at : shift;
    free(filter);
    return rc;
}

static void start(struct tab *t, const char *column, const char *text, struct condition *c)
{
    if (c)
        table_search_start(t->table, &(struct search_wish){column, text, c}, false);
    condition_free(c);
}

void finds_typed(struct app *a, const char *text)
{
    struct tab *t = app_tab(a);
    struct condition *c = NULL;
    char *copy = mem_strdup(text); /* the question goes */
    struct err e;
    size_t at;

    if (!t->table || !work_recipe(t)) {
        question_close(a->question);
    } else if (parse(t, a->find_column, copy, &c, &at, &e) != ERR_OK) {
        question_refuse(a->question, at, e.msg);
    } else {
        question_close(a->question);
        start(t, a->find_column, copy, c);
    }
    free(copy);
}

/* --- a value like this one --- */

static void find_value(void *ctx, struct table_view *v, size_t column,
                       const struct value *value, const struct err *why)
{
    struct tab *t = ctx;
    const struct schema_column *c = &table_view_window(v).schema->columns[column];
    struct quick_filter_column of = {c->name, c->java_type};
    struct quick_filter_choice choices[QUICK_FILTER_CHOICES];
    struct when_now now = filters_now(t, (int64_t)column);
    struct condition *condition = NULL;
    struct err e;
    size_t n, at;

    if (!value) {
        tab_say_refused(t, why->msg);
        return;
    }
    n = quick_filter_choices(value, &of, &now, choices, &e);
    if (n == 0 ||
        quick_filter_parse(choices[0].text, &of, &now, &condition, &at, &e) != ERR_OK)
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    else
        start(t, of.name, choices[0].text, condition);
    quick_filter_choices_release(choices, n);
}

/* --- keys --- */

bool finds_action(struct tab *t, const struct key_match *m)
{
    const struct schema_column *c;

    switch (m->binding->action) {
    case ACT_FIND:
        c = work_column(t);
        if (c)
            ask(t, c);
        return true;
    case ACT_FIND_ALL:
        if (work_recipe(t))
            ask(t, NULL);
        return true;
    case ACT_FIND_VALUE:
        table_view_value(t->table, find_value, t);
        return true;
    case ACT_FIND_AGAIN:
        table_search_again(t->table, m->binding->arg.n * (m->count > 0 ? m->count : 1));
        return true;
    default:
        return false;
    }
}
