#include "ui/table/table_writes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/table/table_view_parts.h"

/* A change that was made, or is. */
struct table_write {
    struct input_change *change; /* owned */
    struct recipe *made_of;      /* owned: what was shown then */
    enum input_job job;
};

struct table_writes {
    struct table_view *table;                   /* borrowed: it owns this */
    struct table_write list[TABLE_WRITES_KEPT]; /* the newest last */
    size_t n;
    bool under_way; /* the newest, there or back */
    bool back;
};

static void drop(struct table_writes *w, size_t i)
{
    input_change_free(w->list[i].change);
    recipe_free(w->list[i].made_of);
    w->n--;
    memmove(&w->list[i], &w->list[i + 1], (w->n - i) * sizeof(w->list[0]));
}

void table_view_drop_writes(struct table_view *t)
{
    while (t->writes && t->writes->n > 0)
        drop(t->writes, t->writes->n - 1);
    free(t->writes);
    t->writes = NULL;
}

/* What has failed or was taken back is let go with the next step that may free. */
static void sweep(struct table_writes *w)
{
    for (size_t i = w->n; i-- > 0;)
        if (input_change_is_over(w->list[i].change))
            drop(w, i);
}

const struct schema *table_view_input(const struct table_view *t, struct err *e)
{
    const struct table *table = table_view_table(t);
    const struct schema *s = table ? table_source_schema(table) : NULL;

    if (!s)
        (void)err_set(e, ERR_USAGE, "its columns are not known yet");
    else if (!s->is_input)
        (void)err_set(e, ERR_USAGE, "it is no input table: its rows cannot be written");
    return s && s->is_input ? s : NULL;
}

void table_view_status_input(const struct table_view *t, struct info_line *out)
{
    const struct schema *s = t->feed ? table_source_schema(feed_table(t->feed)) : NULL;

    if (s && s->is_input)
        (void)info_line_add(out, INFO_DETAIL, "input table");
}

/* It leaves rows as they are, but for columns. */
static bool keeps_rows(const struct recipe_step *s)
{
    switch (s->op) {
    case RECIPE_FETCH:
    case RECIPE_FILTER:
    case RECIPE_WHERE:
    case RECIPE_SORT:
    case RECIPE_REVERSE:
    case RECIPE_ADD:
    case RECIPE_DROP:
    case RECIPE_SELECT:
    case RECIPE_HEAD:
    case RECIPE_TAIL:
    case RECIPE_SLICE:
    case RECIPE_PREVIEW:
    case RECIPE_VIEW:
        return true;
    default:
        return false;
    }
}

static bool makes(const struct recipe_step *s, const char *name)
{
    return s->op == RECIPE_ADD && strcmp(s->column, name) == 0;
}

enum err_code table_view_check_rows(const struct table_view *t, const char *const *names,
                                    size_t n, struct err *e)
{
    const struct table *table = table_view_table(t);
    const struct schema *shown = table_view_shown(t).schema;
    size_t n_steps;
    const struct recipe_step *steps = recipe_steps(table_recipe(table), &n_steps);

    for (size_t i = 0; i < n_steps; i++) {
        if (!keeps_rows(&steps[i]))
            return err_set(e, ERR_USAGE, "these are no rows of the input table");
        for (size_t k = 0; k < n; k++)
            if (makes(&steps[i], names[k]))
                return err_set(e, ERR_USAGE,
                               "%s is a formula here, and not the column of "
                               "the input table",
                               names[k]);
    }
    for (size_t k = 0; k < n; k++)
        if (!shown || schema_find(shown, names[k]) < 0)
            return err_set(e, ERR_USAGE,
                           "%s, a key of its rows, is not among these columns", names[k]);
    return ERR_OK;
}

/* --- what is said --- */

static char *rows_text(int64_t n)
{
    return mem_printf("%" PRId64 " row%s", n, n == 1 ? "" : "s");
}

static char *done_text(enum input_job job, const struct input_result *r)
{
    char *rows = rows_text(r->rows), *out;

    if (job == INPUT_EDIT)
        out = mem_strdup("the cell is written");
    else if (job == INPUT_DELETE)
        out = mem_printf("%s deleted", rows);
    else if (r->replaced > 0)
        out =
            mem_printf("%s written, %" PRId64 " in the place of others", rows, r->replaced);
    else
        out = mem_printf("%s written", rows);
    free(rows);
    return out;
}

static void say_failed(struct table_writes *w, const struct input_change *c,
                       const struct input_result *r)
{
    char *text = mem_printf(
        "%s%s%s",
        r->unknown ? ""
        : w->back  ? "not taken back: "
                   : "not written: ",
        r->why->msg, w->back && input_change_is_over(c) ? "; there is no way back" : "");

    table_view_say(w->table, true, text);
    free(text);
}

static void on_result(void *ctx, struct input_change *c, const struct input_result *r)
{
    struct table_writes *w = ctx;
    const struct table_write *newest = &w->list[w->n - 1];
    char *text;

    w->under_way = false;
    if (r->why) {
        say_failed(w, c, r);
    } else if (w->back) {
        table_view_say(w->table, false, "taken back: the rows are as they were before");
    } else {
        text = done_text(newest->job, r);
        if (input_change_can_undo(newest->change))
            mem_addf(&text, "; {undo} takes that back");
        table_view_say_keys(w->table, false, text);
        free(text);
    }
    w->table->handler->changed(w->table->ctx, w->table);
}

/* --- writing --- */

static struct table_writes *writes_of(struct table_view *t)
{
    if (!t->writes) {
        t->writes = MEM_NEW(struct table_writes);
        t->writes->table = t;
    }
    sweep(t->writes);
    return t->writes;
}

static bool refuse_second(struct table_writes *w)
{
    if (w->under_way)
        table_view_say(w->table, true, "the change before is still under way");
    return w->under_way;
}

void table_view_write(struct table_view *t, enum input_job job,
                      const struct input_rows *rows)
{
    struct table_writes *w = writes_of(t);
    struct input_options o = {.job = job, .rows = *rows};
    struct table_write made = {.job = job};
    struct err e;

    if (refuse_second(w))
        return;
    o.schema = table_view_input(t, &e);
    o.table = table_source(feed_table(t->feed));
    if (!o.schema ||
        input_change_start(t->connection, &o, on_result, w, &made.change, &e) != ERR_OK) {
        table_view_say(t, true, e.msg);
        return;
    }
    if (w->n == TABLE_WRITES_KEPT)
        drop(w, 0);
    made.made_of = recipe_copy(table_view_recipe(t));
    w->list[w->n++] = made;
    w->under_way = true;
    w->back = false;
    table_view_say(t, false, "writing ...");
}

bool table_view_undo_write(struct table_view *t)
{
    struct table_writes *w = writes_of(t);
    const struct table_write *newest = w->n > 0 ? &w->list[w->n - 1] : NULL;
    const struct recipe *now = table_view_recipe(t);
    struct err e;

    if (!newest || !now || !recipe_equal(now, newest->made_of))
        return false;
    if (refuse_second(w))
        return true;
    if (input_change_undo(newest->change, &e) == ERR_OK) {
        w->under_way = w->back = true;
        table_view_say(t, false, "taking that back ...");
        return true;
    }
    table_view_say(t, true, e.msg);
    if (e.code != ERR_LOST)
        drop(w, w->n - 1); /* the next undo is of what was before */
    return true;
}
