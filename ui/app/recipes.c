#include "ui/app/recipes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/target.h"
#include "model/recipe_code.h"
#include "model/recipe_link.h"
#include "model/recipe_step.h"
#include "model/recipe_text.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/table/sort_keys.h"
#include "ui/term/theme.h"

#define LINK_MAX (RECIPE_LINK_MAX + 4096) /* bytes, with server and name */

/* --- shown --- */

/* Owned: a line for each step, the source first. only_code: of those alone that have the
 * server run an expression, with that. */
static char *steps_text(const struct recipe *r, bool only_code)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);
    char *out = only_code ? mem_strdup("") : mem_printf("%s\n", recipe_name(r));

    for (size_t i = 0; i < n; i++) {
        char *line =
            only_code ? recipe_step_code_text(&steps[i]) : recipe_step_text(&steps[i]);

        if (line)
            mem_addf(&out, "%s\n", line);
        free(line);
    }
    return out;
}

void recipes_show_steps(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    char *text;

    if (!now)
        return;
    text = steps_text(now, false);
    tab_show_text(t, "recipe", text);
    free(text);
}

void recipes_show_code(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    char *text = NULL;
    struct err e;

    if (!now)
        return;
    if (recipe_code(now, &text, &e) == ERR_OK)
        tab_show_text(t, "as Python, on the server", text);
    else
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    free(text);
}

static enum err_code write_link(const struct tab *t, const struct recipe *now,
                                struct buf *out, struct err *e)
{
    const struct connection *c = t->server->connection;

    TRY(target_uri(connection_is_tls(c), connection_address(c), recipe_ticket(now), out,
                   e));
    TRY(recipe_link_write(now, out, e));
    return buf_append(out, "", 1, e);
}

void recipes_show_link(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    struct buf link;
    struct err e;

    if (!now)
        return;
    buf_init(&link, LINK_MAX);
    if (write_link(t, now, &link, &e) == ERR_OK)
        tab_show_text(t, "a target that opens this", (const char *)link.data);
    else
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    buf_release(&link);
}

/* --- opened --- */

/* What the link makes of the table; owned, or NULL, which is said, as it is of keys. */
static struct recipe *read_link(struct tab *t, const struct table *source)
{
    struct recipe *r = NULL;
    struct err e;

    if (recipe_link_read(table_recipe(source), t->link, &r, &e) == ERR_OK &&
        sort_keys_check_recipe(r, table_schema(source), &e) == ERR_OK)
        return r;
    recipe_free(r);
    (void)err_wrap(&e, e.code, "the link");
    tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
    return NULL;
}

static void ask_about(struct tab *t, const char *code)
{
    if (!t->link_asked) /* else the question was left, and this still lies there */
        tab_show_text(t, "this link runs code on the server", code);
    t->link_asked = true;
    question_open(t->app->question, QUESTION_LINK, "run it? (y, n) ");
}

/* r is given; NULL: the table is shown as it is. */
static void take_link(struct tab *t, struct recipe *r)
{
    table_view_begin(t->table, r, "the link");
    free(t->link);
    t->link = NULL;
}

void recipes_open_link(struct app *a)
{
    struct tab *t = app_tab(a);
    const struct table *source = t->table ? table_view_awaiting(t->table) : NULL;
    struct recipe *r;
    char *code;

    if (!t->link || !source || question_is_open(a->question) ||
        session_state(server_session(t->server)) != SESSION_READY)
        return;
    r = read_link(t, source);
    code = r ? steps_text(r, true) : NULL;
    if (code && *code && !t->link_may_run) {
        recipe_free(r);
        ask_about(t, code);
    } else {
        take_link(t, r);
    }
    free(code);
}

void recipes_take_answer(struct tab *t, const char *answer)
{
    tab_close_overlays(t);
    t->link_may_run = question_says_yes(answer);
    if (t->link_may_run || !t->link ||
        !t->table) /* the next frame runs it, or a later one */
        return;
    tab_say(t, STYLE_MESSAGE, "the link was not run: this is the table it starts from");
    take_link(t, NULL);
}
