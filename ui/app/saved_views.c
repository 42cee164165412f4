/*
 * A saved view begins at the table as the server has it: opening one goes back there by
 * undoing, and then takes the view's operations as one edit, so that undo leads out of it
 * again. The columns can only be laid out once the table that comes of it is there, which
 * saved_views_step() waits for; in between the tab keeps the line of the file. It does so
 * between frames, since what views have prepared counts on the columns as they were.
 */
#include "ui/app/saved_views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/target.h"
#include "model/recipe_link.h"
#include "ui/app/state.h"
#include "ui/app/view_file.h"
#include "ui/app/work.h"
#include "ui/table/columns_fields.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

#define NAME_MAX_BYTES 64

static void complain(struct tab *t, const char *text)
{
    tab_say(t, STYLE_MESSAGE_ERROR, text);
}

/* What the views of a table are kept under: a target that opens it. Owned; NULL: said. */
static char *table_of(struct tab *t, const struct recipe *r)
{
    const struct connection *c = t->server->connection;
    char *out = NULL;
    struct buf uri;
    struct err e;

    buf_init(&uri, SAVED_VIEW_MAX);
    if (target_uri(connection_is_tls(c), connection_address(c), recipe_ticket(r), &uri,
                   &e) == ERR_OK)
        out = mem_strndup((const char *)uri.data, uri.len);
    else
        complain(t, e.msg);
    buf_release(&uri);
    return out;
}

/* Their names, in a line each; owned. The last one is borrowed from s. */
static char *names_of(const struct saved_views *s, const char *table, size_t *n,
                      const char **last)
{
    char *out = mem_strdup("");

    *n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->v[i].table, table) != 0)
            continue;
        *last = s->v[i].name;
        mem_addf(&out, "%s\n", s->v[i].name);
        (*n)++;
    }
    return out;
}

/* Which there are now is what completion proposes. names is given. */
static void learn_names(struct tab *t, char *names)
{
    free(t->view_names);
    t->view_names = names;
}

/* --- saved --- */

/* The operations as one field, and those of the columns. */
static enum err_code write_view(const struct tab *t, const struct recipe *r,
                                struct buf *out, struct err *e)
{
    struct link_writer w = {.out = out, .e = e};
    struct buf ops;
    enum err_code rc;

    buf_init(&ops, RECIPE_LINK_MAX + 1);
    rc = recipe_link_write(r, &ops, e);
    if (rc == ERR_OK)
        rc = buf_append(&ops, "", 1, e);
    if (rc == ERR_OK) {
        link_put(&w, (const char *)ops.data);
        columns_put_fields(grid_columns(table_view_grid(t->table)), &w);
        rc = w.rc == ERR_OK ? buf_append(out, "", 1, e) : w.rc;
    }
    buf_release(&ops);
    return rc;
}

/* As they are in the file now. */
static void learn_again(struct tab *t, const char *table)
{
    struct saved_views s = {0};
    const char *last;
    size_t n;

    saved_views_read(&s);
    learn_names(t, names_of(&s, table, &n, &last));
    saved_views_release(&s);
}

/* what was not done; why is changed. */
static void complain_of_file(struct tab *t, const char *what, struct err *why)
{
    (void)err_wrap(why, why->code, "%s", what);
    complain(t, why->msg);
}

static void save(struct tab *t, const struct recipe *r, const char *table, const char *name)
{
    char text[NAME_MAX_BYTES + 80];
    struct buf view;
    struct err e;

    buf_init(&view, SAVED_VIEW_MAX);
    if (write_view(t, r, &view, &e) != ERR_OK ||
        saved_views_put(table, name, (const char *)view.data, &e) != ERR_OK) {
        complain_of_file(t, "not saved", &e);
    } else {
        (void)snprintf(text, sizeof(text), "saved; :view %s brings it back", name);
        tab_say(t, STYLE_MESSAGE, text);
        learn_again(t, table);
    }
    buf_release(&view);
}

static bool is_saved(const char *table, const char *name)
{
    struct saved_views s = {0};
    bool there;

    saved_views_read(&s);
    there = saved_views_find(&s, table, name) != NULL;
    saved_views_release(&s);
    return there;
}

/* One that would be replaced is asked about. */
static void save_or_ask(struct tab *t, const struct recipe *r, const char *table,
                        const char *name)
{
    char *label;

    if (!is_saved(table, name)) {
        save(t, r, table, name);
        return;
    }
    free(t->asked_view);
    t->asked_view = mem_strdup(name);
    label = mem_printf("replace the view %s? (y, n) ", name);
    question_open(t->app->question, QUESTION_SAVE, label);
    free(label);
}

static void drop(struct tab *t, const char *table, const char *name)
{
    char text[NAME_MAX_BYTES + 80];
    struct err e;
    bool there;

    if (saved_views_drop(table, name, &there, &e) != ERR_OK) {
        complain_of_file(t, "the view stays", &e);
        return;
    }
    (void)snprintf(
        text, sizeof(text),
        there ? "view %s is no longer kept" : "no view of this table is called %s", name);
    tab_say(t, there ? STYLE_MESSAGE : STYLE_MESSAGE_WARN, text);
    learn_again(t, table);
}

/* --- opened --- */

static struct columns *columns_of(const struct tab *t)
{
    return grid_columns(table_view_grid(t->table));
}

/* The fields behind table and name; release it in either case. */
static enum err_code read_view(const char *line, struct link_reader *r, const char **ops,
                               struct err *e)
{
    const char *unused;

    TRY(link_reader_init(r, line + 1, strlen(line + 1), e));
    TRY(link_next(r, "a table", &unused));
    TRY(link_next(r, "a name", &unused));
    return link_next(r, "operations", ops);
}

static void lay_out(struct tab *t)
{
    struct link_reader r = {0};
    const char *ops;
    struct err e;

    if (read_view(t->layout, &r, &ops, &e) != ERR_OK ||
        columns_take_fields(columns_of(t), &r) != ERR_OK)
        complain(t, "the saved view is damaged: its columns were not understood");
    link_reader_release(&r);
    free(t->layout);
    t->layout = NULL;
}

/* To the table without edits. */
static enum err_code go_back(struct tab *t, struct err *e)
{
    const struct recipe *now = table_view_recipe(t->table), *before = NULL;
    char key[KEY_HINT_LEN];

    while (now != before && recipe_has_edits(now) && recipe_can_undo(now)) {
        table_view_step(t->table, -1);
        before = now;
        now = table_view_recipe(t->table);
    }
    if (recipe_has_edits(now))
        return err_set(e, ERR_USAGE,
                       "a view begins at the table of the server, and this is "
                       "made of it; %s goes back",
                       key_hint(MODE_GRID, "close", key));
    return ERR_OK;
}

static enum err_code apply(struct tab *t, const struct saved_view *v, struct err *e)
{
    struct link_reader r = {0};
    struct recipe *recipe = NULL;
    const char *ops;
    enum err_code rc = read_view(v->line, &r, &ops, e);

    if (rc == ERR_OK)
        rc = go_back(t, e);
    if (rc == ERR_OK && *ops) /* a "?", and operations behind it */
        rc = recipe_link_read(table_view_recipe(t->table), ops + 1, &recipe, e);
    link_reader_release(&r);
    if (recipe)
        table_view_apply(t->table, recipe, v->name, ANCHOR_FIRST);
    if (rc == ERR_OK) {
        free(t->layout);
        t->layout = mem_strdup(v->line);
        tab_mark_dirty(t);
    }
    return rc;
}

static void open_view(struct tab *t, const char *table, const char *name)
{
    struct saved_views s = {0};
    const struct saved_view *v;
    char text[NAME_MAX_BYTES + 80];
    struct err e;

    saved_views_read(&s);
    v = saved_views_find(&s, table, name);
    (void)snprintf(text, sizeof(text), "no view of this table is called %s", name);
    if (!v)
        tab_say(t, STYLE_MESSAGE_WARN, text);
    else if (apply(t, v, &e) != ERR_OK)
        complain(t, e.msg);
    saved_views_release(&s);
}

/* --- told --- */

static void list(struct tab *t, const char *table)
{
    struct saved_views s = {0};
    const char *last;
    char *names;
    size_t n;

    saved_views_read(&s);
    names = names_of(&s, table, &n, &last);
    if (n == 0)
        tab_say(t, STYLE_MESSAGE, "no view of this table is saved; :save NAME does so");
    else
        tab_show_text(t, "saved views", names);
    free(names);
    saved_views_release(&s);
}

static void offer(struct tab *t)
{
    struct saved_views s = {0};
    const char *last;
    char *table, *names, text[NAME_MAX_BYTES + 80];
    size_t n;

    t->looked_at = t->table;
    free(t->layout); /* was for another one */
    t->layout = NULL;
    if (recipe_ticket(table_view_recipe(t->table)).len == 0)
        return; /* nothing that could have been saved: it was made of nothing */
    table = table_of(t, table_view_recipe(t->table));
    if (!table || (t->offered && strcmp(t->offered, table) == 0)) {
        free(table); /* what lay on it was taken off */
        return;
    }
    free(t->offered);
    t->offered = table;
    saved_views_read(&s);
    names = names_of(&s, table, &n, &last);
    if (n == 1)
        (void)snprintf(text, sizeof(text), "a view is saved: :view %.*s", NAME_MAX_BYTES,
                       last);
    else
        (void)snprintf(text, sizeof(text), "%zu views are saved: :views lists them", n);
    if (n > 0 && !*t->message)
        tab_say(t, STYLE_MESSAGE, text);
    learn_names(t, names);
    saved_views_release(&s);
}

/* --- what others call --- */

bool saved_views_command(struct tab *t, const struct command *c)
{
    const struct recipe *r;
    char *table;

    if (c->kind < COMMAND_SAVE || c->kind > COMMAND_UNSAVE)
        return false;
    r = work_recipe(t);
    table = r ? table_of(t, r) : NULL;
    if (!table)
        return true; /* which was said */
    if (strlen(c->value) > NAME_MAX_BYTES)
        complain(t, "expected at most 64 bytes as the name of a view");
    else if (c->kind == COMMAND_SAVE)
        save_or_ask(t, r, table, c->value);
    else if (c->kind == COMMAND_VIEW)
        open_view(t, table, c->value);
    else if (c->kind == COMMAND_VIEWS)
        list(t, table);
    else
        drop(t, table, c->value);
    free(table);
    return true;
}

void saved_views_answer(struct tab *t, const char *answer)
{
    const struct recipe *r = work_recipe(t);
    char *table = r ? table_of(t, r) : NULL;

    if (!question_says_yes(answer))
        tab_say(t, STYLE_MESSAGE, "the view stays as it was saved");
    else if (table && t->asked_view)
        save(t, r, table, t->asked_view);
    free(table);
}

const char *saved_views_proposal(const struct tab *t, size_t i, char *out, size_t size)
{
    const char *name = t->view_names ? t->view_names : "";

    for (size_t skip = i / 2; skip > 0 && *name; skip--)
        name = strchr(name, '\n') + 1;
    if (!*name)
        return NULL;
    (void)snprintf(out, size, "%s %.*s", i % 2 ? "unsave" : "view",
                   (int)strcspn(name, "\n"), name);
    return out;
}

bool saved_views_due(const struct tab *t)
{
    return t->layout && t->table && t->table == t->looked_at &&
           !table_view_is_working(t->table);
}

void saved_views_step(struct tab *t)
{
    if (!t->table || !table_view_recipe(t->table))
        return;
    if (t->looked_at != t->table && !t->link)
        offer(t);
    if (saved_views_due(t))
        lay_out(t);
}
