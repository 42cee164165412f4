/*
 * Each operation is the same three steps: what the table on the screen is made of
 * (table_view_recipe()), an edit of that, and asking for what comes of it
 * (table_view_apply()). An edit that cannot be is said at once; a refusal of the server
 * comes later, through the table.
 */
#include "ui/app/work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/variable.h"
#include "ui/app/file_export.h"
#include "ui/app/filters.h"
#include "ui/app/joins.h"
#include "ui/app/meta.h"
#include "ui/app/partitions.h"
#include "ui/app/recipes.h"
#include "ui/app/rings.h"
#include "ui/app/shares.h"
#include "ui/app/state.h"
#include "ui/app/trees.h"
#include "ui/table/sort_keys.h"
#include "ui/table/table_writes.h"
#include "ui/term/theme.h"

static void warn(struct tab *t, const char *text)
{
    tab_say(t, STYLE_MESSAGE_WARN, text);
}

/* What a command has to be given, and what it was. */
static void expect(struct tab *t, const char *command, const char *expected,
                   const char *found)
{
    char *text = mem_printf("%s: expected %s, found %s", command, expected, found);

    warn(t, text);
    free(text);
}

const struct recipe *work_recipe(struct tab *t)
{
    const struct recipe *r = t->table ? table_view_recipe(t->table) : NULL;

    if (!r)
        warn(t, "there is no table here yet");
    return r;
}

const struct schema_column *work_column(struct tab *t)
{
    struct window w;
    const struct grid *g;

    if (!work_recipe(t))
        return NULL;
    w = table_view_window(t->table);
    g = table_view_grid(t->table);
    if (w.schema && columns_count(grid_columns(table_view_grid(t->table))) > 0)
        return &w.schema->columns[grid_current_column(g)];
    warn(t, "there is no column here");
    return NULL;
}

void work_apply(struct tab *t, enum err_code rc, struct recipe *r, const struct err *e,
                char *what, enum anchor anchor)
{
    if (rc != ERR_OK)
        warn(t, e->msg);
    else
        table_view_apply(t->table, r, what, anchor);
    free(what);
}

/* --- sort --- */

static char *sort_text(const struct sort_keys *k)
{
    char *out = mem_strdup(k->n ? "sort by" : "the order of the table itself");

    for (size_t i = 0; i < k->n; i++) {
        char *longer = mem_printf("%s%s %s", out, i ? "," : "", k->keys[i].column);

        free(out);
        out = longer;
    }
    return out;
}

static void apply_keys(struct tab *t, const struct recipe *now, const struct sort_keys *k)
{
    struct recipe *r = NULL;
    struct err e;
    enum err_code rc = recipe_sorted(now, k->keys, k->n, &r, &e);

    work_apply(t, rc, r, &e, sort_text(k), ANCHOR_FIRST);
}

static void sort_by(struct tab *t, bool more, bool descending, bool absolute)
{
    const struct schema_column *c = work_column(t);
    struct sort_keys keys = {.n = 0};
    const struct recipe *now;
    struct err e;

    if (!c)
        return;
    now = work_recipe(t);
    if (more)
        keys = sort_keys_of(now);
    if (sort_keys_check(c, absolute, &e) != ERR_OK)
        warn(t, e.msg);
    else if (!sort_keys_add(&keys, (struct sort_key){c->name, descending, absolute}))
        warn(t, "the table is sorted by too many columns already");
    else
        apply_keys(t, now, &keys);
}

static void unsort(struct tab *t)
{
    const struct schema_column *c = work_column(t);
    struct sort_keys keys;

    if (!c)
        return;
    keys = sort_keys_of(work_recipe(t));
    if (sort_keys_remove(&keys, c->name))
        apply_keys(t, work_recipe(t), &keys);
    else
        warn(t, "the table is not sorted by this column");
}

/* An edit of which there is nothing more to say. */
typedef enum err_code edit_fn(const struct recipe *r, struct recipe **out, struct err *e);

static void apply_edit(struct tab *t, edit_fn *edit, const char *what, enum anchor anchor)
{
    const struct recipe *now = work_recipe(t);
    struct recipe *r = NULL;
    enum err_code rc;
    struct err e;

    if (!now)
        return;
    rc = edit(now, &r, &e);
    work_apply(t, rc, r, &e, mem_strdup(what), anchor);
}

static void sort_absolute(struct tab *t, const char *direction)
{
    bool down = strcmp(direction, "down") == 0;

    if (*direction && !down && strcmp(direction, "up") != 0)
        expect(t, "sort-abs", "up, down or nothing", direction);
    else
        sort_by(t, false, down, true);
}

/* --- shape --- */

/* Reads a whole number and moves *p behind it; false when there is none. */
static bool take_number(const char **p, int64_t *n)
{
    char *end;

    errno = 0;
    *n = strtoll(*p, &end, 10);
    if (end == *p || errno != 0)
        return false;
    *p = end;
    return true;
}

static void cut_to(struct tab *t, enum command_kind kind, const char *text)
{
    const struct recipe *now = work_recipe(t);
    bool head = kind == COMMAND_HEAD;
    struct recipe *r = NULL;
    const char *p = text;
    enum err_code rc;
    struct err e;
    int64_t n;

    if (!now)
        return;
    if (!take_number(&p, &n) || *p || n < 0) {
        expect(t, head ? "head" : "tail", "a number of rows, such as 100", text);
        return;
    }
    rc = (head ? recipe_head : recipe_tail)(now, n, &r, &e);
    work_apply(t, rc, r, &e,
               mem_printf("%s %" PRId64 " rows", head ? "the first" : "the last", n),
               ANCHOR_FIRST);
}

static void slice(struct tab *t, const char *text)
{
    const struct recipe *now = work_recipe(t);
    struct recipe *r = NULL;
    const char *p = text;
    int64_t first, last;
    enum err_code rc;
    struct err e;

    if (!now)
        return;
    if (!take_number(&p, &first) || *p++ != ':' || !take_number(&p, &last) || *p ||
        first == 0 || last == 0) {
        expect(t, "slice", "FIRST:LAST, rows from 1 or, as -1, from the end", text);
        return;
    }
    rc = recipe_rows(now, first, last, &r, &e);
    work_apply(t, rc, r, &e, mem_printf("rows %s", text), ANCHOR_FIRST);
}

/* Names between commas or blanks; they borrow from text, which is cut up. */
static size_t split_names(char *text, const char **names, size_t cap)
{
    char *rest = NULL, *name = strtok_r(text, ", ", &rest);
    size_t n = 0;

    for (; name && n < cap; name = strtok_r(NULL, ", ", &rest))
        names[n++] = name;
    return n;
}

/* False, which is said, when the table has no such column. */
static bool has_columns(struct tab *t, const char *const *names, size_t n)
{
    const struct schema *s = table_view_window(t->table).schema;
    char *text;

    for (size_t i = 0; s && i < n; i++) {
        if (schema_find(s, names[i]) >= 0)
            continue;
        text = mem_printf("no column is named %s", names[i]);
        warn(t, text);
        free(text);
        return false;
    }
    return true;
}

static void choose_columns(struct tab *t, bool drop, const char *text)
{
    const struct recipe *now = work_recipe(t);
    char *copy = mem_strdup(text);
    size_t cap = strlen(text) / 2 + 1, n;
    const char **names = MEM_ARRAY(const char *, cap);
    struct recipe *r = NULL;
    enum err_code rc;
    struct err e;

    n = split_names(copy, names, cap);
    if (now && has_columns(t, names, n)) {
        rc = drop ? recipe_dropped(now, names, n, &r, &e)
                  : recipe_selected(now, names, n, &r, &e);
        work_apply(t, rc, r, &e, mem_printf("%s %s", drop ? "drop" : "select", text),
                   ANCHOR_ROW);
    }
    free(names);
    free(copy);
}

static void add_column(struct tab *t, const char *text)
{
    const struct recipe *now = work_recipe(t);
    const char *formula = strchr(text, '=');
    size_t n = formula ? (size_t)(formula - text) : 0;
    struct recipe *r = NULL;
    enum err_code rc;
    struct err e;
    char *name;

    if (!now)
        return;
    while (n > 0 && text[n - 1] == ' ')
        n--;
    formula = formula ? formula + 1 + strspn(formula + 1, " ") : "";
    if (!variable_has_letters(text, n) || *formula == '\0' || *formula == '=') {
        expect(t, "add", "Name = formula, the name of letters, digits and _", text);
        return;
    }
    name = mem_strndup(text, n);
    rc = recipe_added(now, name, formula, &r, &e);
    work_apply(t, rc, r, &e, mem_printf("add %s", name), ANCHOR_ROW);
    free(name);
}

/* --- keys and commands --- */

bool work_action(struct tab *t, const struct key_match *m)
{
    int n = m->binding->arg.n;

    switch (m->binding->action) {
    case ACT_SORT:
    case ACT_SORT_MORE:
        sort_by(t, m->binding->action == ACT_SORT_MORE, n < 0, false);
        return true;
    case ACT_UNSORT:
        unsort(t);
        return true;
    case ACT_REVERSE:
        apply_edit(t, recipe_reversed, "reverse", ANCHOR_FIRST);
        return true;
    case ACT_UNDO:
        if (!table_view_undo_write(t->table))
            table_view_step(t->table, -1);
        return true;
    case ACT_REDO:
        table_view_step(t->table, +1);
        return true;
    default:
        return false;
    }
}

/* False: it is not about the table as it is. */
static bool show_command(struct tab *t, enum command_kind kind, const char *value)
{
    switch (kind) {
    case COMMAND_FILTERS:
        filters_list(t);
        return true;
    case COMMAND_RECIPE:
        recipes_show_steps(t);
        return true;
    case COMMAND_CODE:
        recipes_show_code(t);
        return true;
    case COMMAND_LINK:
        recipes_show_link(t);
        return true;
    case COMMAND_META:
        meta_show(t);
        return true;
    case COMMAND_SHARE:
        shares_share(t);
        return true;
    case COMMAND_RING:
        rings_make(t, value);
        return true;
    case COMMAND_NAME:
        shares_name(t, value);
        return true;
    default:
        return false;
    }
}

static void edit_command(struct tab *t, enum command_kind kind, const char *value)
{
    switch (kind) {
    case COMMAND_WHERE:
        filters_where(t, value);
        break;
    case COMMAND_SORT_ABS:
        sort_absolute(t, value);
        break;
    case COMMAND_HEAD:
    case COMMAND_TAIL:
        cut_to(t, kind, value);
        break;
    case COMMAND_SLICE:
        slice(t, value);
        break;
    case COMMAND_DROP:
    case COMMAND_SELECT:
        choose_columns(t, kind == COMMAND_DROP, value);
        break;
    case COMMAND_ADD:
        add_column(t, value);
        break;
    case COMMAND_MERGE:
        partitions_merge(t);
        break;
    case COMMAND_ROLLUP:
        trees_roll_up(t, value);
        break;
    case COMMAND_SNAPSHOT:
        apply_edit(t, recipe_frozen, "snapshot", ANCHOR_ROW);
        break;
    case COMMAND_JOIN:
        joins_make(t, value);
        break;
    default:
        break;
    }
}

/* The name of what is done with no tree; NULL: it may be. */
static const char *refused_of_tree(enum command_kind kind)
{
    switch (kind) {
    case COMMAND_WRITE:
        return "export";
    case COMMAND_SHARE:
        return "share";
    case COMMAND_NAME:
        return "name";
    case COMMAND_RING:
        return "ring";
    default:
        return NULL;
    }
}

void work_command(struct tab *t, const struct command *c)
{
    const char *refused = refused_of_tree(c->kind);

    if (!tab_table_in_sight(t)) {
        warn(t, "there is no table here");
        return;
    }
    tab_close_overlays(t);
    if (refused && trees_refuse(t, refused))
        return;
    if (c->kind == COMMAND_WRITE)
        file_export_start(t, c->value);
    else if (!show_command(t, c->kind, c->value))
        edit_command(t, c->kind, c->value);
}
