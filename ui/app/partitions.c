/*
 * The list of keys is a table like any other, made of the merged parts: the distinct values
 * of the columns that it is split by, with how many rows each part has. A part is the
 * merged table, filtered by its keys; so both are made again in another session, and what
 * can be done with a table can be done with them.
 */
#include "ui/app/partitions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/comeback.h"
#include "client/loss.h"
#include "client/partition_keys.h"
#include "ui/app/filters.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define COUNT_NAME "Count"
#define PARTS_MAX 100 /* that are opened as one table */

/* What is asked of the server; the tab owns it. */
struct partitions_ask {
    char *name;
    struct err no_table; /* the tab's table, which it takes the place of, is none; else 0 */
    struct buf ticket;
    struct partition_keys *keys;
    struct comeback *comeback; /* of a table that is none; else NULL */
    /* What the tab had open then, to tell whether it has still. */
    struct table_view *table;
    const struct picker *picker;
};

/* --- the list --- */

static const char *count_name(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], COUNT_NAME) == 0)
            return COUNT_NAME "_";
    return COUNT_NAME;
}

static bool is_no_table(const struct partitions_ask *ask)
{
    return ask->no_table.code != ERR_OK;
}

/* What the tab has lies below, but for a table that is none. */
static bool make_room(struct tab *t, const struct partitions_ask *ask)
{
    if (!tab_can_open(t) || (!is_no_table(ask) && !tab_has_room(t, 1)))
        return false;
    while (is_no_table(ask) && t->views.n > 0)
        tab_pop_view(t);
    return true;
}

static void refuse(struct tab *t, const struct partitions_ask *ask, const struct err *why)
{
    if (is_no_table(ask))
        tab_fail(t, why);
    else
        tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
}

static void push_list(struct tab *t, const struct partitions_ask *ask,
                      const char *const *names, size_t n)
{
    struct recipe *merged = recipe_new_merged(ask->name, buf_bytes(&ask->ticket));
    struct recipe *keys = NULL;
    char *title = mem_printf("%s: partitions", ask->name);
    struct err e;

    if (recipe_distinct(merged, names, n, count_name(names, n), &keys, &e) != ERR_OK)
        refuse(t, ask, &e);
    else if (make_room(t, ask)) {
        tab_push_values(t, recipe_edits_only(keys), title);
        tab_open_table(t);
    }
    recipe_free(keys);
    recipe_free(merged);
    free(title);
}

/* Operations of a link are on the rows of all parts. */
static void push_linked(struct tab *t, const struct partitions_ask *ask)
{
    if (!make_room(t, ask))
        return;
    tab_push_recipe(t, recipe_new_merged(ask->name, buf_bytes(&ask->ticket)));
    table_view_await(t->table);
    tab_open_table(t);
}

/* The reason that the server gives says no more than that it is no such table. */
static const struct err *reason_of(const struct partitions_ask *ask, const struct err *why)
{
    return is_no_table(ask) && !loss_of_call_may_pass(why) ? &ask->no_table : why;
}

/* What broke off is asked for again, as a table is. */
static bool waits(const struct partitions_ask *ask, const struct err *why)
{
    return why && ask->comeback && loss_of_call_may_pass(why) &&
           comeback_wait(ask->comeback, why);
}

static bool is_still_wanted(const struct tab *t)
{
    return t->partitions->table == t->table && t->partitions->picker == t->picker;
}

static void on_keys(void *ctx, const char *const *names, size_t n, const struct err *why)
{
    struct tab *t = ctx;
    struct partitions_ask *ask = t->partitions;
    bool still = is_still_wanted(t);

    ask->keys = NULL;
    if (still && waits(ask, why))
        return;
    if (still && why)
        refuse(t, ask, reason_of(ask, why));
    else if (still && is_no_table(ask) && t->link)
        push_linked(t, ask);
    else if (still)
        push_list(t, ask, names, n);
    partitions_drop(t);
    tab_mark_dirty(t);
}

static void ask_now(struct tab *t)
{
    struct partitions_ask *ask = t->partitions;

    partition_keys_drop(ask->keys);
    ask->keys =
        partition_keys_ask(server_session(t->server), buf_bytes(&ask->ticket), on_keys, t);
}

static void on_again(void *ctx)
{
    ask_now(ctx);
}

static void on_gone(void *ctx, const struct err *why)
{
    struct tab *t = ctx;

    if (is_still_wanted(t))
        server_fail_tab(t, why);
    partitions_drop(t);
}

static const struct comeback_handler comeback_handler = {on_again, on_gone};

static void ask_keys(struct tab *t, const char *name, struct bytes ticket)
{
    struct partitions_ask *ask = MEM_NEW(struct partitions_ask);

    partitions_drop(t);
    ask->table = t->table;
    ask->picker = t->picker;
    ask->name = mem_strdup(name);
    buf_init(&ask->ticket, ticket.len + 1);
    (void)buf_append(&ask->ticket, ticket.data, ticket.len, NULL);
    t->partitions = ask;
    ask_now(t);
}

void partitions_open(struct tab *t, const struct field *f)
{
    if (tab_can_open(t))
        ask_keys(t, f->name, buf_bytes(&f->ticket));
}

bool partitions_try(struct tab *t, const struct err *why)
{
    if (why->code != ERR_NOT_TABLE || !session_can_call(server_session(t->server)))
        return false;
    ask_keys(t, table_view_name(t->table), table_view_ticket(t->table));
    t->partitions->no_table = *why;
    t->partitions->comeback = comeback_new(t->server->connection, &comeback_handler, t);
    table_view_doubt(t->table, true);
    return true;
}

/* It may lie below others by now, or be closed. */
static bool has_table(const struct tab *t, const struct table_view *table)
{
    for (size_t i = 0; i < t->views.n; i++)
        if (t->views.views[i].self == table &&
            t->views.views[i].ops->mode(table) == MODE_GRID)
            return true;
    return false;
}

void partitions_drop(struct tab *t)
{
    if (!t->partitions)
        return;
    if (is_no_table(t->partitions) && has_table(t, t->partitions->table))
        table_view_doubt(t->partitions->table, false);
    comeback_free(t->partitions->comeback);
    partition_keys_drop(t->partitions->keys);
    buf_release(&t->partitions->ticket);
    free(t->partitions->name);
    free(t->partitions);
    t->partitions = NULL;
}

/* --- parts --- */

/* The names of the columns that the list on top is of; NULL: it is no such list. */
static const struct recipe_step *keys_of(const struct tab *t)
{
    const struct recipe *r = t->table ? table_view_recipe(t->table) : NULL;
    size_t n;
    const struct recipe_step *steps = r ? recipe_steps(r, &n) : NULL;

    if (!r || !table_view_lists_values(t->table) || steps[0].op != RECIPE_MERGE)
        return NULL;
    return n > 1 && steps[1].op == RECIPE_AGGREGATE ? &steps[1] : NULL;
}

/* Adds a row's value of the key to what *c asks for and *said says; false, which is said.
 */
static bool add_key(struct tab *t, int64_t row, const char *name, struct condition **c,
                    char **said)
{
    struct window w = table_view_shown(t->table);
    int64_t column = schema_find(w.schema, name);
    struct condition *more = NULL;
    struct value v;
    struct err e;
    size_t at;
    char *text;

    if (column < 0) {
        tab_say(t, STYLE_MESSAGE_WARN, "the keys are not all among these columns");
        return false;
    }
    v = window_cell(&w, (size_t)column, row);
    if (v.state == VALUE_ABSENT) {
        tab_say(t, STYLE_MESSAGE_WARN, "these keys are not here yet");
        return false;
    }
    text = filters_value_text(t, &w.schema->columns[column], &v, NULL);
    if (text && filters_parse(t, name, text, &more, &at, &e) != ERR_OK)
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    if (more)
        mem_addf(said, "%s", text);
    free(text);
    *c = condition_and(*c, more);
    return more != NULL;
}

/* The rows that are selected, or the current one. */
static bool rows_here(const struct tab *t, int64_t *first, int64_t *last)
{
    struct selection_area a;
    size_t column;

    if (!table_view_cell(t->table, first, &column))
        return false;
    *last = *first;
    if (grid_selected(table_view_grid(t->table), &a) != SELECTION_NONE) {
        *first = a.first_row;
        *last = a.last_row;
    }
    return true;
}

/* Owned; NULL, which is said: there is none. *said becomes the same as text. */
static struct condition *condition_here(struct tab *t, const struct recipe_step *keys,
                                        char **said)
{
    struct condition *any = NULL;
    int64_t first, last;

    if (!rows_here(t, &first, &last))
        return NULL;
    if (last - first >= PARTS_MAX) {
        tab_say(t, STYLE_MESSAGE_WARN, "too many parts at once; :merge opens all");
        return NULL;
    }
    for (int64_t row = first; row <= last; row++) {
        struct condition *all = NULL;
        bool ok = true;

        for (size_t i = 0; i < keys->n && ok; i++) {
            mem_addf(said, "%s", i > 0 ? ", " : row > first ? " || " : "");
            ok = add_key(t, row, keys->names[i], &all, said);
        }
        any = condition_or(any, all);
        if (!ok) {
            condition_free(any);
            return NULL;
        }
    }
    return any;
}

/* recipe is given. */
static void push(struct tab *t, struct recipe *recipe)
{
    if (!tab_has_room(t, 1) || !tab_can_open(t)) {
        recipe_free(recipe);
        return;
    }
    tab_push_recipe(t, recipe);
    tab_open_table(t);
}

static struct recipe *merged_of(const struct tab *t)
{
    const struct recipe *now = table_view_recipe(t->table);

    return recipe_new_merged(recipe_name(now), recipe_ticket(now));
}

/* The filter of one key is that of its column. Several have one together, under a name that
 * no column has, so that no other filter takes its place. Owned. */
static char *filter_name(const struct recipe_step *keys)
{
    char *name = mem_strdup(keys->names[0]);

    for (size_t i = 1; i < keys->n; i++)
        mem_addf(&name, ", %s", keys->names[i]);
    return name;
}

static void open_parts(struct tab *t, const struct recipe_step *keys)
{
    char *said = mem_strdup(""), *name = filter_name(keys);
    struct condition *c = condition_here(t, keys, &said);
    struct recipe *merged = c ? merged_of(t) : NULL, *parts = NULL;
    struct err e;

    if (c && recipe_filtered(merged, name, said, c, &parts, &e) == ERR_OK)
        push(t, parts);
    else if (c)
        tab_say(t, STYLE_MESSAGE_WARN, e.msg);
    condition_free(c);
    recipe_free(merged);
    free(name);
    free(said);
}

void partitions_merge(struct tab *t)
{
    const struct recipe *now = work_recipe(t);
    size_t n;

    if (!now)
        return;
    if (recipe_steps(now, &n)->op == RECIPE_MERGE)
        push(t, merged_of(t));
    else
        tab_say(t, STYLE_MESSAGE_WARN, "this is no partitioned table");
}

bool partitions_action(struct tab *t, const struct key_match *m)
{
    const struct recipe_step *keys =
        m->binding->action == ACT_OPEN_CELL ? keys_of(t) : NULL;

    if (keys)
        open_parts(t, keys);
    return keys != NULL;
}
