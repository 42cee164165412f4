/*
 * The steps of a recipe fall into stages (client/table_stages): the source, the edits, the
 * text that some columns become, the columns near the screen; or the rollup, what is
 * applied to it, and its nodes that are open. A table has one export for each stage that
 * its recipe has, or none yet, and the batch that makes it while that is under way. What is
 * missing is made by one batch, of what is there before it, or of the source's ticket. When
 * the recipe changes, the stages behind the steps that both recipes share are released and
 * made again.
 *
 * A table may be made of another (`from`): the stages before its `first` are taken from
 * that. An edited table is made of the source's own, a part of any.
 *
 * Exports are released at once, or when the batch that makes them has told of them: a
 * release that overtakes it would leave the export behind. A stream that runs on an export
 * goes on without it.
 */
#include "client/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/batch.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/stream_policy.h"
#include "client/table_parts.h"
#include "client/text_types.h"
#include "client/tickets.h"
#include "model/recipe_text.h"

/* --- stages --- */

static void release(struct table *t, enum table_stage stage)
{
    struct made *m = &t->made[stage];

    if (m->batch)
        batch_discard(m->batch, m->export);
    else if (m->export.id != 0)
        session_release(connection_session(t->connection), m->export);
    *m = (struct made){0};
}

void table_release_from(struct table *t, enum table_stage stage)
{
    for (enum table_stage i = N_STAGES; i-- > stage;)
        release(t, i);
}

void table_set_recipe(struct table *t, struct recipe *r)
{
    table_release_from(t, stages_shared(t->recipe, r));
    recipe_free(t->recipe);
    t->recipe = r;
}

/* --- types that come as text --- */

/* Marks the columns of the types up to the level; the recipe with these types is the
 * table's from now on. */
static void use_text_level(struct table *t, int level, const struct recipe *r)
{
    const char *types[TEXT_TYPES_MAX];
    size_t n = text_types_wanted(t->schema, level, types);

    if (recipe_is_tree(r)) { /* protocol: there is no preview of one */
        table_set_recipe(t, recipe_copy(r));
        return;
    }
    t->text_level = level;
    for (size_t i = 0; i < t->schema->n_columns; i++) {
        const struct text_type *type = text_type_of(t->schema->columns[i].java_type);

        t->schema->columns[i].as_text = type && type->level <= level;
    }
    table_set_recipe(t, recipe_with_text(r, types, n));
}

/* The level that a recipe was made for, told from the types that it asks for as text. */
static int level_of(const struct recipe *r)
{
    size_t n, first, end = stage_end(r, STAGE_TEXT, &first);
    const struct recipe_step *steps = recipe_steps(r, &n);
    int level = 0;

    for (size_t i = first; i < end; i++)
        for (size_t k = 0; k < steps[i].n; k++) {
            const struct text_type *type = text_type_of(steps[i].names[k]);

            level = type && type->level > level ? type->level : level;
        }
    return level;
}

bool table_as_text_more(struct table *t)
{
    int level = t->text_level;

    if (!t->schema || recipe_is_tree(t->recipe))
        return false;
    do
        level++;
    while (level < TEXT_LEVELS && !text_types_have(t->schema, level));
    if (level >= TEXT_LEVELS)
        return false;
    use_text_level(t, level, t->recipe);
    return true;
}

struct rowset *table_withheld(const struct table *t)
{
    struct rowset *out = rowset_new();

    for (size_t i = 0; !recipe_is_tree(t->recipe) && i < t->schema->n_columns; i++) {
        const struct text_type *type = text_type_of(t->schema->columns[i].java_type);

        if (type && (type->is_harmful || type->level <= t->text_level))
            rowset_add(out, (int64_t)i, (int64_t)i);
    }
    if (rowset_count(out) > 0)
        return out;
    rowset_free(out);
    return NULL;
}

bool table_may_harm(const struct table *t)
{
    size_t n;

    (void)recipe_steps(t->recipe, &n);
    return t->schema && n == 1 && text_types_harmless(t->schema) >= 0;
}

void table_harm_nobody(struct table *t)
{
    int level = t->schema ? text_types_harmless(t->schema) : -1;

    if (level > t->text_level)
        use_text_level(t, level, t->recipe);
}

/* --- life --- */

static struct table *new_table(struct connection *connection, struct recipe *recipe,
                               table_told_fn *told, void *ctx)
{
    struct table *t = MEM_NEW(struct table);

    t->connection = connection;
    t->recipe = recipe;
    t->text_level = -1;
    t->rows = -1;
    t->told = told;
    t->ctx = ctx;
    return t;
}

struct table *table_new(struct connection *connection, struct recipe *recipe,
                        const struct schema *schema, table_told_fn *told, void *ctx)
{
    struct table *t = new_table(connection, recipe, told, ctx);

    if (schema)
        table_take_schema(t, schema);
    return t;
}

static struct table *made_of(struct table *from, struct recipe *recipe,
                             enum table_stage first)
{
    struct table *t = new_table(from->connection, recipe, from->told, from->ctx);

    t->from = from;
    t->first = first;
    return t;
}

struct table *table_edited(struct table *source, struct recipe *recipe)
{
    struct table *t = made_of(source, recipe, STAGE_EDITS);

    if (source->schema && recipe_keeps_schema(recipe))
        table_take_schema(t, source->schema);
    return t;
}

struct table *table_part(struct table *from, const struct rowset *columns)
{
    const char **names = MEM_ARRAY(const char *, rowset_count(columns) + 1);
    struct rowset_iter it = rowset_iter(columns);
    struct table *t;
    int64_t column;
    size_t n = 0;

    while (rowset_next(&it, &column))
        names[n++] = from->schema->columns[column].name;
    t = made_of(from, recipe_with_view(from->recipe, names, n), STAGE_COLUMNS);
    free(names);
    return t;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    table_release_from(t, STAGE_SOURCE);
    recipe_free(t->recipe);
    schema_free(t->schema);
    buf_release(&t->origin);
    free(t);
}

void table_take_recipe(struct table *t, struct recipe *recipe)
{
    if (!t->schema) {
        table_set_recipe(t, recipe);
        return;
    }
    use_text_level(t, t->text_level, recipe);
    recipe_free(recipe);
}

const struct recipe *table_recipe(const struct table *t)
{
    return t->recipe;
}

/* --- schema --- */

const struct schema *table_schema(const struct table *t)
{
    return t->schema;
}

void table_take_schema(struct table *t, const struct schema *schema)
{
    if (t->schema)
        return;
    t->schema = schema_copy(schema);
    use_text_level(t, level_of(t->recipe), t->recipe);
}

/* --- what is known of it --- */

const struct err *table_failure(const struct table *t, enum recipe_op *op)
{
    if (!t->failed)
        return NULL;
    *op = t->failed_op;
    return &t->failure;
}

const struct schema *table_source_schema(const struct table *t)
{
    while (t->from)
        t = t->from;
    return t->schema;
}

bool table_is_edited(const struct table *t)
{
    return has_stage(t->recipe, STAGE_EDITS) || recipe_is_tree(t->recipe) ||
           !recipe_has_ticket(t->recipe) || stage_is_alone(t->recipe, STAGE_SOURCE);
}

bool table_is_refused(const struct table *t)
{
    for (enum table_stage i = STAGE_EDITS; i <= STAGE_NODES; i++)
        if (t->made[i].is_refused)
            return true;
    return t->made[STAGE_SOURCE].is_refused && !recipe_has_ticket(t->recipe);
}

bool table_has_no_source(const struct table *t)
{
    return t->made[STAGE_SOURCE].is_refused;
}

void table_explain(const struct table *t, struct err *e)
{
    bool no_table = strstr(e->msg, "not a subscribable table") ||
                    strstr(e->msg, "Ticket is not a table") ||
                    (strstr(e->msg, "Could not resolve ticket") && strstr(e->msg, "(hex)"));

    if (t->failed && recipe_op_name(t->failed_op))
        (void)err_wrap(e, e->code, "%s", recipe_op_name(t->failed_op));
    else if (e->code == ERR_REFUSED && no_table)
        (void)err_set(e, ERR_NOT_TABLE, "%s is not a table", recipe_name(t->recipe));
    else if (is_shared_ticket(recipe_ticket(t->recipe)) &&
             (e->code == ERR_NOT_FOUND || e->code == ERR_REFUSED))
        (void)err_set(
            e, ERR_NOT_FOUND,
            "nothing is shared there: a share ends with the session that made it");
    else if (e->code == ERR_NOT_FOUND)
        (void)err_set(e, ERR_NOT_FOUND, "the server has no table \"%s\"",
                      recipe_name(t->recipe));
    else if (t->failed && t->failed_op == RECIPE_FETCH && end_may_be_a_value(e))
        (void)err_wrap(e, ERR_NOT_TABLE, "the server cannot give %s as a table",
                       recipe_name(t->recipe));
}

void table_note_rows(struct table *t, int64_t rows)
{
    t->rows = rows;
}

int64_t table_rows(const struct table *t)
{
    return t->rows;
}

bool table_static(const struct table *t)
{
    return t->is_static;
}

bool table_is_wide(const struct table *t)
{
    return t->schema && t->schema->n_columns > TABLE_WIDE_COLUMNS &&
           !recipe_is_tree(t->recipe);
}

const struct table_state *table_state(const struct table *t)
{
    return &t->state;
}

void table_become(struct table *t, enum table_phase phase, const struct err *why)
{
    if (phase != t->state.phase)
        t->state.since_ms = clock_ms();
    t->state.phase = phase;
    t->state.why = why ? *why : (struct err){0};
}
