/*
 * Which nodes of a tree are open is a part of what the table is made of, so opening one
 * asks for another recipe, as an operation does, but is none: it has no place in what undo
 * leads back to, and the cursor stays. A node is told by the values of its row, never by
 * its place, which may be another by the time that the server hears of it. What was asked
 * for last counts, also where it is not on the screen yet.
 */
#include "ui/table/table_view.h"

#include "client/clock.h"
#include "ui/table/table_view_parts.h"

/* The row of the cursor, as it is shown. */
static struct hierarchy_row current_row(const struct table_view *t, struct window *shown,
                                        int64_t *position)
{
    size_t column;

    *shown = table_view_shown(t);
    if (!shown->schema || shown->schema->hierarchy == HIERARCHY_NONE ||
        !table_view_cell(t, position, &column))
        return (struct hierarchy_row){.state = HIERARCHY_UNKNOWN};
    return hierarchy_row(shown, *position);
}

bool table_view_at_node(const struct table_view *t)
{
    struct window shown;
    int64_t position;
    struct hierarchy_row row = current_row(t, &shown, &position);

    return row.state >= HIERARCHY_CLOSED && grid_in_first_column(t->grid);
}

static enum err_code toggle(const struct table_view *t, struct nodes *nodes, struct err *e)
{
    struct value key[HIERARCHY_KEYS_MAX];
    struct window shown;
    int64_t position;
    struct hierarchy_row row = current_row(t, &shown, &position);

    if (row.state == HIERARCHY_LEAF)
        return err_set(e, ERR_USAGE, "there is nothing below this row");
    if (row.state == HIERARCHY_UNKNOWN || !hierarchy_key(&shown, position, key))
        return err_set(e, ERR_USAGE, "this row is not here yet");
    return nodes_set(nodes, key, row.depth, !nodes_is_open(nodes, key), e);
}

static enum err_code change_nodes(const struct table_view *t, enum node_change change,
                                  struct nodes *nodes, struct err *e)
{
    if (change == NODES_TOGGLE)
        return toggle(t, nodes, e);
    nodes_set_all(nodes, change == NODES_OPEN_ALL);
    return ERR_OK;
}

/* The recipe with other nodes open; owned. */
static enum err_code changed_recipe(const struct table_view *t, enum node_change change,
                                    struct recipe **out, struct err *e)
{
    const struct recipe *now = table_view_recipe(t);
    struct nodes *nodes = nodes_copy(recipe_nodes(now));
    enum err_code rc = ERR_OK;

    if (!nodes)
        rc = nodes_new(table_view_window(t).schema, &nodes, e);
    if (rc == ERR_OK)
        rc = change_nodes(t, change, nodes, e);
    if (rc == ERR_OK)
        *out = recipe_with_nodes(now, nodes);
    nodes_free(nodes);
    return rc;
}

static void ask(struct table_view *t, struct recipe *recipe)
{
    struct grid_place here = grid_place(t->grid);
    struct viewport first = table_view_around(t, &here);
    struct err e;

    if (live_paused(t->live))
        table_view_toggle_pause(t);
    if (!t->opening) { /* else what was asked for last is not there yet */
        recipe_free(t->before);
        t->before = recipe_copy(table_view_recipe(t));
        t->opening_ms = clock_ms();
    }
    table_view_drop_nodes(t);
    t->reloading = feed_apply(t->feed, recipe_copy(recipe), &first, &e) == ERR_OK;
    viewport_release(&first);
    if (t->reloading)
        t->opening = recipe_copy(recipe);
    else
        table_view_say(t, true, e.msg);
    t->handler->changed(t->ctx, t);
}

void table_view_drop_nodes(struct table_view *t)
{
    recipe_free(t->opening);
    t->opening = NULL;
}

bool table_view_rest_nodes(struct table_view *t)
{
    if (!t->opening)
        return false;
    feed_cancel(t->feed);
    t->reloading = false;
    table_view_drop_nodes(t);
    table_view_say(t, false,
                   "the nodes are no longer asked for; the server may still be busy");
    return true;
}

void table_view_status_nodes(const struct table_view *t, uint64_t now_ms,
                             struct info_line *out)
{
    if (t->opening)
        operations_tell_busy("nodes", t->opening_ms, now_ms, out);
}

uint64_t table_view_next_nodes(const struct table_view *t, uint64_t now_ms)
{
    return t->opening ? operations_busy_next_ms(t->opening_ms, now_ms) : VIEW_NEVER;
}

void table_view_nodes_arrived(struct table_view *t, const struct err *why)
{
    table_view_drop_nodes(t);
    if (why && t->before) { /* what was refused is not to be asked for again */
        table_take_recipe(feed_table(t->feed), t->before);
        t->before = NULL;
    }
    if (why)
        table_view_say(t, true, why->msg);
}

void table_view_change_nodes(struct table_view *t, enum node_change change)
{
    struct recipe *recipe = NULL;
    struct err e;

    if (!table_view_can_operate(t))
        return;
    if (!recipe_is_tree(table_view_recipe(t)))
        table_view_say_keys(t, true, "is no tree; {roll-up} makes one by this column");
    else if (t->wanted)
        table_view_say(t, true, "another operation is under way");
    else if (changed_recipe(t, change, &recipe, &e) != ERR_OK)
        table_view_say(t, true, e.msg);
    else if (!recipe_equal(recipe, table_view_recipe(t)))
        ask(t, recipe);
    recipe_free(recipe);
}

/* --- what is no table --- */

/* Only the list of the server tells what a name stands for, and a target is opened before
 * that is here: the server's own refusal of a table is what there is to go by. */
bool table_view_may_be_tree(struct table_view *t, const struct err *why)
{
    if (t->tree != TREE_NOT_TRIED || feed_state(t->feed)->phase != TABLE_FAILED)
        return false;
    if (why->code != ERR_NOT_TABLE || recipe_has_edits(t->first) ||
        recipe_is_tree(t->first))
        return false;
    t->no_table = *why;
    t->tree = TREE_DUE;
    t->handler->changed(t->ctx, t); /* for a frame */
    return true;
}

const struct err *table_view_is_neither(struct table_view *t)
{
    struct recipe *table = recipe_new(recipe_name(t->first), recipe_ticket(t->first));

    recipe_free(t->first);
    t->first = table;
    t->tree = TREE_NEITHER;
    return &t->no_table;
}

bool table_view_is_tried(const struct table_view *t)
{
    return t->tree == TREE_DUE || t->tree == TREE_TRIED || t->in_doubt;
}

void table_view_doubt(struct table_view *t, bool in_doubt)
{
    t->in_doubt = in_doubt;
}

/* With another source. */
static void begin_anew(struct table_view *t)
{
    struct err e;

    feed_close(t->feed);
    t->feed = NULL;
    table_view_show(t);
    if (table_view_subscribe(t, &e) != ERR_OK)
        t->handler->ended(t->ctx, t, false, &t->no_table);
}

bool table_view_try_table(struct table_view *t)
{
    if (t->tree != TREE_NEITHER)
        return false;
    t->tree = TREE_NOT_TRIED;
    begin_anew(t);
    return true;
}

void table_view_try_tree(struct table_view *t)
{
    struct recipe *tree;

    if (t->tree != TREE_DUE || session_state(table_view_session(t)) != SESSION_READY)
        return;
    t->tree = TREE_TRIED;
    tree = recipe_new_tree(recipe_name(t->first), recipe_ticket(t->first));
    recipe_free(t->first);
    t->first = tree;
    begin_anew(t);
}
