/*
 * A search belongs to a table_view and to the recipe that was shown when it began; after an
 * operation the next step of it begins anew on the new table. Answers are taken in the step
 * of a frame that may use the network (view_ask()), where streams can be closed; then the
 * cursor goes to the hit, which is a jump.
 */
#include "ui/table/table_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "client/hits.h"
#include "client/seek.h"
#include "model/quick_filter.h"
#include "model/search_match.h"
#include "ui/table/table_view_parts.h"
#include "ui/widget/key_hints.h"

#define MANY_ROWS 10000000
#define AHEAD_MAX 1000            /* hits that are gone without a stop */
#define COPIED_CELLS_MAX 10000000 /* of what a table that changes is copied for a hit */

struct table_search {
    struct table_view *table; /* borrowed: it owns this */
    char *column, *text;      /* owned; column NULL: all */
    struct condition *condition;
    uint32_t epoch;    /* and in this session: exports mean nothing in another */
    struct recipe *of; /* what hits is a search in, of the source as it was made */
    struct hits *hits; /* or NULL */
    bool of_copy;      /* it is good for one hit */
    struct seek *seek; /* under way, or NULL */
    bool backward;     /* the step that was asked for last */
    int64_t from;      /* its row */
    int64_t ahead;     /* hits to go on from that one; negative: back */
    bool sought;       /* seek has answered: */
    int64_t found;     /* with this row, -1: none */
    struct err why;    /* or not, for this reason */
};

static void on_changed(void *ctx)
{
    struct table_search *s = ctx;

    s->table->handler->changed(s->table->ctx, s->table);
}

/* --- where it looks --- */

static const struct schema *schema_of(const struct table_search *s)
{
    return table_view_window(s->table).schema;
}

static bool is_sorted_by(const struct table_search *s, const char *column)
{
    const struct recipe_step *sort = recipe_sort(table_recipe(feed_table(s->table->feed)));

    for (size_t i = 0; sort && i < sort->n_keys; i++)
        if (strcmp(sort->keys[i].column, column) == 0)
            return true;
    return schema_is_sorted_by(schema_of(s), column);
}

/* The columns that are looked at, the displayed ones first. Owned array. */
static const char **columns_of(const struct table_search *s, size_t *n)
{
    const struct columns *c = grid_columns(s->table->grid);
    const char **names = MEM_ARRAY(const char *, columns_all(c) + 1);

    *n = 0;
    if (s->column)
        names[(*n)++] = s->column;
    for (int hidden = 0; hidden < 2 && !s->column; hidden++) {
        for (size_t i = 0; i < columns_all(c); i++) {
            struct column_entry entry = columns_entry(c, i);

            if (entry.hidden == hidden &&
                quick_filter_searches(s->text, &schema_of(s)->columns[entry.schema]))
                names[(*n)++] = entry.name;
        }
    }
    return names;
}

/* A search in what is shown now, unless it is that already; a copy is of then. */
static void make_hits(struct table_search *s, const char *const *columns, size_t n,
                      bool of_copy)
{
    struct table *table = feed_table(s->table->feed);
    struct recipe *of = recipe_of_source(table_recipe(table), table_source(table));
    const struct hits_wish wish = {of, s->condition, columns, n, of_copy};
    bool same = s->hits && !of_copy && s->epoch == connection_epoch(s->table->connection) &&
                recipe_equal(s->of, of);

    if (same) {
        recipe_free(of);
        return;
    }
    hits_free(s->hits);
    recipe_free(s->of);
    s->of = of;
    s->epoch = connection_epoch(s->table->connection);
    s->of_copy = of_copy;
    s->hits = hits_new(s->table->connection, &wish, on_changed, s);
}

/* --- asking --- */

static void say(struct table_search *s, bool error, const char *text)
{
    table_view_say(s->table, error, text);
}

static void refused(struct table_search *s, const struct err *why)
{
    struct err e = *why;

    s->ahead = 0;
    (void)err_wrap(&e, e.code, "search");
    s->table->handler->refused(s->table->ctx, s->table, e.msg);
}

static void on_sought(void *ctx, int64_t row, const struct err *why)
{
    struct table_search *s = ctx;

    s->seek = NULL;
    s->sought = true;
    s->found = row;
    s->why = why ? *why : (struct err){.code = ERR_OK};
    on_changed(s);
}

/* In a table whose rows cannot be numbered, and that is too large for a copy. */
static enum err_code ask_seek(struct table_search *s, struct err *e)
{
    const struct schema *schema = schema_of(s);
    int64_t i = s->column ? schema_find(schema, s->column) : -1;
    const char *why = "only one column of it can be searched";

    if (i < 0 || !seek_can(s->condition, schema->columns[i].java_type,
                           is_sorted_by(s, s->column), table_view_rows(s->table), &why))
        return err_set(e, ERR_USAGE, "it changes, and is large: %s", why);
    return seek_start(table_view_session(s->table),
                      table_ticket(feed_table(s->table->feed)), s->condition, s->from,
                      s->backward, on_sought, s, &s->seek, e);
}

/* Among the values of these columns, if there is a way. */
static enum err_code ask_in(struct table_search *s, const char *const *columns, size_t n,
                            struct err *e)
{
    bool numbers = table_view_can_number(s->table);
    int64_t rows = table_view_rows(s->table);

    if (!numbers && rows > COPIED_CELLS_MAX / (int64_t)(n > 0 ? n : 1))
        return ask_seek(s, e);
    make_hits(s, columns, n, !numbers);
    return hits_seek(s->hits, s->from, s->backward, e);
}

static enum err_code ask(struct table_search *s, struct err *e)
{
    const char **columns;
    enum err_code rc;
    size_t n;

    seek_drop(s->seek);
    s->seek = NULL;
    s->sought = false;
    if (s->column && schema_find(schema_of(s), s->column) < 0)
        return err_set(e, ERR_USAGE, "there is no column %s any more", s->column);
    columns = columns_of(s, &n);
    rc = ask_in(s, columns, n, e);
    free(columns);
    return rc;
}

static void tell_start(struct table_search *s)
{
    int64_t rows = table_view_rows(s->table);
    char number[NUMBER_LEN], key[KEY_HINT_LEN];
    char *line = rows > MANY_ROWS
                     ? mem_printf("looking for '%s' (%s goes back); %s rows may hold up "
                                  "other work of the server",
                                  s->text, key_hint(MODE_GRID, "cancel", key),
                                  number_grouped(rows, number))
                     : mem_printf("looking for '%s' ...", s->text);

    say(s, false, line);
    free(line);
}

static bool is_asked(const struct table_search *s)
{
    return s->seek || s->sought || (s->hits && hits_asks(s->hits));
}

static void tell_miss(struct table_search *s)
{
    char *line =
        mem_printf("no row has '%s'%s%s%s", s->text, s->column ? " in " : "",
                   s->column ? s->column : "", quick_filter_miss_note(s->condition));

    s->ahead = 0;
    say(s, false, line);
    free(line);
}

static void tell_error(struct table_search *s, const struct err *e)
{
    s->ahead = 0;
    say(s, true, e->msg);
}

static void step(struct table_search *s, bool backward)
{
    struct err e = {.code = ERR_OK};
    char key[KEY_HINT_LEN];
    size_t column;

    s->backward = backward;
    if (!table_view_recipe(s->table) || !grid_cell(s->table->grid, &s->from, &column))
        (void)err_set(&e, ERR_USAGE, "there is no row here");
    else if (session_state(table_view_session(s->table)) != SESSION_READY)
        (void)err_set(&e, ERR_LOST, "the connection is gone");
    else if (live_paused(s->table->live))
        (void)err_set(&e, ERR_USAGE, "the picture is paused; %s lets it go on",
                      key_hint(MODE_GRID, "pause", key));
    else if (s->condition->kind == CONDITION_NONE)
        tell_miss(s); /* of which there is nothing to ask */
    else if (ask(s, &e) == ERR_OK)
        tell_start(s);
    if (e.code != ERR_OK)
        tell_error(s, &e);
}

/* One of those that are still to be gone. */
static void step_ahead(struct table_search *s)
{
    bool backward = s->ahead < 0;

    s->ahead += backward ? 1 : -1;
    step(s, backward);
}

void table_search_start(struct table_view *t, const struct search_wish *wish, bool backward)
{
    struct table_search *s = MEM_NEW(struct table_search);

    table_view_drop_search(t);
    *s = (struct table_search){.table = t,
                               .column = wish->column ? mem_strdup(wish->column) : NULL,
                               .text = mem_strdup(wish->text),
                               .condition = condition_copy(wish->condition)};
    t->search = s;
    step(s, backward);
}

void table_search_again(struct table_view *t, int64_t hits)
{
    struct table_search *s = t->search;

    if (!s) {
        table_view_say(t, false,
                       "nothing was searched for yet: / in this column, g/ in all");
        return;
    }
    if (hits > AHEAD_MAX - s->ahead)
        s->ahead = AHEAD_MAX;
    else if (hits < -AHEAD_MAX - s->ahead)
        s->ahead = -AHEAD_MAX;
    else
        s->ahead += hits;
    if (s->ahead != 0 && !is_asked(s))
        step_ahead(s);
}

/* --- the hit --- */

/* The column that the hit is in, among those whose values are here; NULL: none. */
static const char *hit_column(const struct table_search *s)
{
    if (s->column || !s->hits)
        return s->column;
    for (size_t i = 0; i < hits_columns(s->hits); i++) {
        struct value v = hits_value(s->hits, i);

        if (search_match(s->condition, hits_column(s->hits, i), &v))
            return hits_column(s->hits, i);
    }
    return NULL;
}

/* Where that column stands on the screen; -1: nowhere. */
static long display_index(const struct table_search *s, const char *column)
{
    return column ? columns_find_name(grid_columns(s->table->grid), column) : -1;
}

/* ", column 3 (Price)"; owned. column NULL: not known. */
static char *column_words(const struct table_search *s, const char *column)
{
    long i = display_index(s, column);

    if (!column)
        return mem_strdup("; its column is not known");
    if (i < 0)
        return mem_printf(", hidden column %s", column);
    return mem_printf(", column %ld (%s)", i + 1, column);
}

static void tell_hit(struct table_search *s, const struct hit *hit, const char *column)
{
    char row[NUMBER_LEN], number[NUMBER_LEN], count[NUMBER_LEN], which[80] = "hit";
    char *where = column_words(s, column), *line;

    if (hit->count > 0)
        (void)snprintf(which, sizeof(which), "hit %s of %s",
                       number_grouped(hit->number, number),
                       number_grouped(hit->count, count));
    line = mem_printf("%s of '%s': row %s%s%s", which, s->text,
                      number_grouped(hit->row + 1, row), where,
                      !hit->wrapped ? ""
                      : s->backward ? "; went on from the end"
                                    : "; went on from the top");
    say(s, false, line);
    free(line);
    free(where);
}

static void go_to(struct table_search *s, const struct hit *hit, const char *column)
{
    struct jump_start from = jumps_start(&s->table->jumps);
    long i = display_index(s, column);

    grid_go_row(s->table->grid, hit->row + 1);
    if (i >= 0)
        grid_go_column(s->table->grid, (size_t)i);
    s->table->moves++;
    jumps_note(&s->table->jumps, &from);
    tell_hit(s, hit, column);
    on_changed(s);
}

static void take_sought(struct table_search *s)
{
    struct hit hit = {.row = s->found,
                      .wrapped = s->backward ? s->found >= s->from : s->found <= s->from};

    s->sought = false;
    if (s->why.code != ERR_OK)
        refused(s, &s->why);
    else if (s->found < 0)
        tell_miss(s);
    else
        go_to(s, &hit, s->column);
}

/* Once its column is known, or cannot be. */
static void take_hit(struct table_search *s, const struct hit *hit)
{
    const char *column = hit_column(s);

    if (column || !hits_more(s->hits))
        go_to(s, hit, column);
}

/* It is of no more use: what it holds on the server is let go of. */
static void drop_hits(struct table_search *s)
{
    hits_free(s->hits);
    s->hits = NULL;
}

static void take_answer(struct table_search *s)
{
    struct hit hit;
    struct err e;

    if (!hits_take(s->hits, &hit, &e))
        return;
    if (e.code != ERR_OK)
        refused(s, &e);
    else if (hit.count == 0)
        tell_miss(s);
    else
        take_hit(s, &hit);
    if (e.code != ERR_OK || (s->of_copy && !hits_asks(s->hits)))
        drop_hits(s);
}

void table_view_take_search(struct table_view *t)
{
    struct table_search *s = t->search;

    if (!s)
        return;
    if (s->sought)
        take_sought(s);
    if (s->hits && s->epoch == connection_epoch(t->connection))
        take_answer(s);
    else if (s->hits && table_view_rest_search(t))
        table_view_say_keys(
            s->table, true,
            "the connection was lost in the search; {find-again 1} goes on with it");
    if (s->ahead != 0 && !is_asked(s))
        step_ahead(s);
}

bool table_view_rest_search(struct table_view *t)
{
    struct table_search *s = t->search;
    bool asked = s && is_asked(s);

    if (!s)
        return false;
    drop_hits(s);
    s->ahead = 0;
    seek_drop(s->seek);
    s->seek = NULL;
    s->sought = false;
    return asked;
}

void table_view_drop_search(struct table_view *t)
{
    struct table_search *s = t->search;

    (void)table_view_rest_search(t);
    t->search = NULL;
    if (!s)
        return;
    recipe_free(s->of);
    condition_free(s->condition);
    free(s->column);
    free(s->text);
    free(s);
}
