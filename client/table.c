/*
 * The steps of a recipe fall into stages: the source, the edits, the text that some columns
 * become, the columns near the screen. A table has one export for each stage that its
 * recipe has, or none yet, and the batch that makes it while that is under way. What is
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
#include "client/text_types.h"
#include "client/tickets.h"

enum table_stage { STAGE_SOURCE, STAGE_EDITS, STAGE_TEXT, STAGE_COLUMNS, N_STAGES };

struct made {
    struct export_id export;   /* none: not asked for, or refused */
    struct table_batch *batch; /* that makes it, under way */
    bool is_there, is_refused;
};

struct table {
    struct connection *connection; /* borrowed */
    uint32_t epoch;                /* of its connection, when it was built last; 0: never */
    struct buf origin;      /* ticket of its source in later epochs; empty: the same */
    struct table *from;     /* borrowed; NULL: it is made of nothing else */
    enum table_stage first; /* the stages before are from's */
    struct recipe *recipe;
    struct schema *schema; /* NULL: not known, or a part */
    int text_level;        /* types up to this level are asked for as text; -1: none */
    struct made made[N_STAGES];
    uint8_t ticket[EXPORT_TICKET_LEN];
    bool is_static;
    int64_t rows; /* -1: not told */
    bool failed, interrupted;
    enum recipe_op failed_op;
    struct err failure; /* of what failed, or was interrupted */
    struct table_state state;
    table_told_fn *told;
    void *ctx;
};

/* --- stages --- */

static enum table_stage stage_of(enum recipe_op op)
{
    switch (op) {
    case RECIPE_FETCH:
        return STAGE_SOURCE;
    case RECIPE_PREVIEW:
        return STAGE_TEXT;
    case RECIPE_VIEW:
        return STAGE_COLUMNS;
    default:
        return STAGE_EDITS;
    }
}

/* The steps of a stage are those from *first to before the end that is returned. */
static size_t stage_end(const struct recipe *r, enum table_stage stage, size_t *first)
{
    size_t n, end;
    const struct recipe_step *steps = recipe_steps(r, &n);

    for (*first = 0; *first < n && stage_of(steps[*first].op) < stage;)
        (*first)++;
    for (end = *first; end < n && stage_of(steps[end].op) == stage;)
        end++;
    return end;
}

static bool has_stage(const struct recipe *r, enum table_stage stage)
{
    size_t first;

    return stage_end(r, stage, &first) > first;
}

static void release(struct table *t, enum table_stage stage)
{
    struct made *m = &t->made[stage];

    if (m->batch)
        batch_discard(m->batch, m->export);
    else if (m->export.id != 0)
        session_release(connection_session(t->connection), m->export);
    *m = (struct made){0};
}

static void release_from(struct table *t, enum table_stage stage)
{
    for (enum table_stage i = N_STAGES; i-- > stage;)
        release(t, i);
}

/* The first stage of which the recipes differ, be it that one has more of it. */
static enum table_stage stages_shared(const struct recipe *a, const struct recipe *b)
{
    size_t shared = recipe_shared(a, b), first;
    enum table_stage i = STAGE_SOURCE;

    while (i < N_STAGES && stage_end(a, i, &first) <= shared &&
           stage_end(b, i, &first) <= shared)
        i++;
    return i;
}

static void set_recipe(struct table *t, struct recipe *r)
{
    release_from(t, stages_shared(t->recipe, r));
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

    t->text_level = level;
    for (size_t i = 0; i < t->schema->n_columns; i++) {
        const struct text_type *type = text_type_of(t->schema->columns[i].java_type);

        t->schema->columns[i].as_text = type && type->level <= level;
    }
    set_recipe(t, recipe_with_text(r, types, n));
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

    if (!t->schema)
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

    for (size_t i = 0; i < t->schema->n_columns; i++) {
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
    release_from(t, STAGE_SOURCE);
    recipe_free(t->recipe);
    schema_free(t->schema);
    buf_release(&t->origin);
    free(t);
}

void table_take_recipe(struct table *t, struct recipe *recipe)
{
    if (!t->schema) {
        set_recipe(t, recipe);
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

/* Takes the schema from the reply to the newest edit. One that cannot be read is no loss,
 * since streams bring it too.
 */
static void read_schema(struct table *t, const struct table_created *created)
{
    struct schema *schema;
    struct err e;

    if (t->schema || table_created_schema(created, &schema, &e) != ERR_OK)
        return;
    table_take_schema(t, schema);
    schema_free(schema);
}

/* --- building --- */

static void fail(struct table *t, enum recipe_op op, const struct err *why)
{
    t->failed = true;
    t->failed_op = op;
    t->failure = *why;
}

static struct exports *exports_of(const struct table *t)
{
    return session_exports(connection_session(t->connection));
}

/* The export that the stages before this one made, or else the source. */
static struct bytes ticket_before(const struct table *t, enum table_stage stage,
                                  uint8_t *room)
{
    struct bytes ticket;

    while (stage > t->first) {
        ticket = exports_ticket(exports_of(t), t->made[--stage].export, room);
        if (ticket.len > 0)
            return ticket;
    }
    return t->from ? ticket_before(t->from, t->first, room) : recipe_ticket(t->recipe);
}

/* The Java types of the table that stay as they are; owned. protocol: ApplyPreviewColumns
 * is told these, and not which ones to change. */
static const char **types_kept(const struct table *t, size_t *n)
{
    const struct schema *s = t->schema;
    const char **out = MEM_ARRAY(const char *, s->n_columns + 1);

    *n = 0;
    for (size_t i = 0; i < s->n_columns; i++) {
        const char *type = s->columns[i].java_type;
        bool known = *type == '\0' || s->columns[i].as_text;

        for (size_t k = 0; k < *n && !known; k++)
            known = strcmp(out[k], type) == 0;
        if (!known)
            out[(*n)++] = type;
    }
    if (*n == 0) /* no type at all would mean: a choice of the server's own */
        out[(*n)++] = "java.lang.String";
    return out;
}

/* The stage that has the table's own columns and rows. */
static enum table_stage own_stage(const struct table *t)
{
    return table_is_edited(t) ? STAGE_EDITS : STAGE_SOURCE;
}

static void on_made(void *ctx, struct export_id export, const struct table_created *created)
{
    struct table *t = ctx;

    for (enum table_stage i = t->first; i < N_STAGES; i++)
        if (t->made[i].export.id == export.id)
            t->made[i].is_there = true;
    if (t->made[own_stage(t)].export.id != export.id)
        return;
    t->is_static = created->is_static;
    read_schema(t, created);
    if (t->told)
        t->told(t->ctx, t);
}

/* Of a batch that broke off nobody knows what was made; what was to be made of that waits
 * in vain. */
static void on_ended(void *ctx, struct table_batch *b, enum recipe_op failed,
                     const struct err *why)
{
    struct table *t = ctx;
    bool broke_off = why && loss_of_call_may_pass(why);
    enum table_stage first = N_STAGES;

    for (enum table_stage i = N_STAGES; i-- > t->first;) {
        struct made *m = &t->made[i];

        if (m->batch != b)
            continue;
        m->batch = NULL;
        if (!m->is_there && !broke_off)
            *m = (struct made){.is_refused = true};
        else if (!m->is_there)
            first = i;
    }
    release_from(t, first);
    if (broke_off) {
        t->interrupted = true;
        t->failure = *why;
    } else if (why) {
        fail(t, failed, why);
    }
    if (t->told)
        t->told(t->ctx, t);
}

static const struct batch_handler batch_events = {on_made, on_ended};

/* A batch in the making. */
struct plan {
    struct batch_step *steps; /* owned */
    size_t n, cap;
    enum table_stage first; /* whose export it makes; what it is made of lies before it */
    const char **types;     /* owned: those that a preview leaves as they are */
};

static enum err_code add_stage(struct table *t, enum table_stage stage, struct plan *plan,
                               struct err *e)
{
    size_t n, first, end = stage_end(t->recipe, stage, &first);
    const struct recipe_step *steps = recipe_steps(t->recipe, &n);
    struct made *m = &t->made[stage];

    m->export = exports_next(exports_of(t));
    if (m->export.id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    if (plan->n == 0)
        plan->first = stage;
    MEM_GROW(plan->steps, plan->cap, plan->n + end - first);
    for (size_t i = first; i < end; i++)
        plan->steps[plan->n++] = (struct batch_step){.step = steps[i]};
    plan->steps[plan->n - 1].result = m->export;
    if (stage == STAGE_TEXT) {
        plan->types = types_kept(t, &n);
        plan->steps[plan->n - 1].step.names = plan->types;
        plan->steps[plan->n - 1].step.n = n;
    }
    return ERR_OK;
}

/* All stages before the end that the recipe has and that are not there; but what to ask for
 * as text, and what comes after it, waits for the schema. */
static enum err_code plan_stages(struct table *t, enum table_stage end, struct plan *plan,
                                 struct err *e)
{
    for (enum table_stage i = t->first; i < end; i++) {
        if (!has_stage(t->recipe, i) || t->made[i].export.id != 0)
            continue;
        if (i != STAGE_SOURCE && t->made[i].is_refused) {
            *e = t->failure; /* without it there are other rows, or values that are cut */
            return e->code;
        }
        if (t->made[i].is_refused)
            continue;
        if (i == STAGE_TEXT && !t->schema)
            break;
        TRY(add_stage(t, i, plan, e));
    }
    return ERR_OK;
}

static enum err_code start(struct table *t, const struct plan *plan, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct table_batch *b;

    TRY(batch_start(connection_session(t->connection), ticket_before(t, plan->first, room),
                    plan->steps, plan->n, &batch_events, t, &b, e));
    for (enum table_stage i = plan->first; i < N_STAGES; i++)
        if (t->made[i].export.id != 0)
            t->made[i].batch = b;
    return ERR_OK;
}

static void forget_made(struct table *t)
{
    t->epoch = connection_epoch(t->connection);
    release_from(t, STAGE_SOURCE);
    t->failed = false;
}

void table_set_origin(struct table *t, struct bytes ticket)
{
    buf_init(&t->origin, ticket.len + 1);
    (void)buf_append(&t->origin, ticket.data, ticket.len, NULL); /* it has the room */
}

/* What was made is gone with its epoch, and so is a source that was an export: in this one
 * that ticket may name another table. */
static enum err_code begin_epoch(struct table *t, struct err *e)
{
    bool is_gone = t->epoch != 0 && !t->from && is_export_ticket(recipe_ticket(t->recipe));

    if (is_gone && t->origin.len == 0)
        return err_set(e, ERR_SESSION, "what it was made of has ended with its session");
    if (is_gone)
        set_recipe(t, recipe_of_source(t->recipe, buf_bytes(&t->origin)));
    forget_made(t);
    return ERR_OK;
}

/* Makes the stages before the end. */
static enum err_code build(struct table *t, enum table_stage end, struct err *e)
{
    struct plan plan = {0};
    enum err_code rc;

    if (t->epoch != connection_epoch(t->connection))
        TRY(begin_epoch(t, e));
    t->interrupted = false;
    if (t->from)
        TRY(build(t->from, t->first, e));
    rc = plan_stages(t, end, &plan, e);
    if (rc == ERR_OK && plan.n > 0)
        rc = start(t, &plan, e);
    if (rc != ERR_OK && plan.n > 0) {
        for (enum table_stage i = plan.first; i < N_STAGES; i++)
            t->made[i] = (struct made){0};
        fail(t, plan.steps[0].step.op, e);
    }
    free(plan.types);
    free(plan.steps);
    return rc;
}

enum err_code table_build(struct table *t, struct err *e)
{
    return build(t, N_STAGES, e);
}

void table_forget_made(struct table *t)
{
    if (t->from)
        table_forget_made(t->from);
    forget_made(t);
}

const struct err *table_interruption(const struct table *t)
{
    return t->interrupted ? &t->failure : NULL;
}

bool table_asks(const struct table *t)
{
    for (enum table_stage i = t->first; i < N_STAGES; i++)
        if (t->made[i].batch)
            return true;
    return t->from && table_asks(t->from);
}

void table_forget_failure(struct table *t)
{
    if (t->from)
        table_forget_failure(t->from);
    t->failed = false;
    for (enum table_stage i = 0; i < N_STAGES; i++)
        t->made[i].is_refused = false;
}

struct bytes table_ticket(struct table *t)
{
    return ticket_before(t, N_STAGES, t->ticket);
}

struct bytes table_source(struct table *t)
{
    return ticket_before(t, STAGE_EDITS, t->ticket);
}

/* --- what is known of it --- */

/* What a step is called when it has failed. */
static const char *const step_words[] = {
    [RECIPE_FILTER] = "filter",
    [RECIPE_WHERE] = "where",
    [RECIPE_SORT] = "sort",
    [RECIPE_REVERSE] = "reverse",
    [RECIPE_DISTINCT] = "distinct",
    [RECIPE_AGGREGATE] = "aggregation",
    [RECIPE_ADD] = "added column",
    [RECIPE_DROP] = "dropped columns",
    [RECIPE_SELECT] = "selected columns",
    [RECIPE_HEAD] = "head",
    [RECIPE_TAIL] = "tail",
    [RECIPE_SLICE] = "slice",
    [RECIPE_STATISTICS] = "statistics",
    [RECIPE_SNAPSHOT] = "copy",
};

const struct err *table_failure(const struct table *t, enum recipe_op *op)
{
    if (!t->failed)
        return NULL;
    *op = t->failed_op;
    return &t->failure;
}

bool table_is_edited(const struct table *t)
{
    return has_stage(t->recipe, STAGE_EDITS);
}

bool table_is_refused(const struct table *t)
{
    return t->made[STAGE_EDITS].is_refused;
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

    if (t->failed && stage_of(t->failed_op) == STAGE_EDITS)
        (void)err_wrap(e, e->code, "%s", step_words[t->failed_op]);
    else if (e->code == ERR_REFUSED && no_table)
        (void)err_set(e, ERR_NOT_TABLE, "%s is not a table", recipe_name(t->recipe));
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
