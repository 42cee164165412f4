/*
 * What of a table is not there yet is asked for: the stages that are steps of a batch by
 * one request, those of a tree by one each. All leave in one turn, in order, and each may
 * name what an earlier one is still making.
 *
 * What fails for want of an earlier step says less than that step does, and may be told
 * before it.
 */
#include "client/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/loss.h"
#include "client/stream_policy.h"
#include "client/table_parts.h"
#include "client/tree_ops.h"

/* Of the reply to the newest edit. A schema that cannot be read is no loss, since streams
 * bring it too.
 */
static void take_created(struct table *t, const struct table_created *created)
{
    struct schema *schema;
    struct err e;

    t->is_static = created->is_static;
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
        if (ticket.len > 0 && stage != STAGE_KEYS)
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
    if (recipe_is_tree(t->recipe))
        return STAGE_NODES;
    return has_stage(t->recipe, STAGE_EDITS) ? STAGE_EDITS : STAGE_SOURCE;
}

static void on_made(void *ctx, struct export_id export, const struct table_created *created)
{
    struct table *t = ctx;

    for (enum table_stage i = t->first; i < N_STAGES; i++)
        if (t->made[i].export.id == export.id)
            t->made[i].is_there = true;
    if (t->first == STAGE_COLUMNS) /* what it is a part of changes as it does */
        t = t->from;
    else if (t->made[own_stage(t)].export.id != export.id)
        return;
    if (created)
        take_created(t, created);
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
    table_release_from(t, first);
    if (broke_off) {
        t->interrupted = true;
        t->failure = *why;
    } else if (why && !(t->failed && end_of_a_step(why))) {
        fail(t, failed, why);
    }
    if (why && end_of_a_step(why) && table_asks(t)) /* which tells more */
        return;
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

static bool is_fetched(const struct recipe *r)
{
    size_t n;

    return recipe_steps(r, &n)->op == RECIPE_FETCH;
}

/* Its export is to be asked for. A source that cannot be had so is used by its ticket. */
static bool is_due(const struct table *t, enum table_stage stage)
{
    const struct made *m = &t->made[stage];
    bool is_spared = m->is_refused && stage == STAGE_SOURCE && is_fetched(t->recipe);

    return stage_is_made(t->recipe, stage) && m->export.id == 0 && !is_spared;
}

/* By a request of its own. So is the source of a wide table with a schema, which fetching
 * would bring once more: a copy says nothing. Whether it changes is told of its part. */
static bool is_alone(const struct table *t, enum table_stage stage)
{
    return stage_is_alone(t->recipe, stage) ||
           (stage == STAGE_SOURCE && is_fetched(t->recipe) && table_is_wide(t));
}

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
        if (is_alone(t, i) || !is_due(t, i))
            continue;
        if (t->made[i].is_refused) {
            *e = t->failure; /* without it there are other rows, or values that are cut */
            return e->code;
        }
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
        if (t->made[i].export.id != 0 && !stage_is_alone(t->recipe, i))
            t->made[i].batch = b;
    return ERR_OK;
}

/* --- what is asked for alone --- */

/* Asks for the export of a stage, made of what those before it have. */
static enum err_code send_alone(struct table *t, enum table_stage stage,
                                struct tree_request *request, struct err *e)
{
    uint8_t rooms[2][EXPORT_TICKET_LEN];
    size_t n, first, end = stage_end(t->recipe, stage, &first);
    const struct recipe_step *steps = &recipe_steps(t->recipe, &n)[first];
    struct made *m = &t->made[stage];
    struct tree_source source = {
        .ticket = ticket_before(t, stage, rooms[0]),
        .keys = exports_ticket(exports_of(t), t->made[STAGE_KEYS].export, rooms[1])};

    m->export = exports_next(exports_of(t));
    if (m->export.id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    TRY(tree_request(steps, end - first, &source, exports_of(t), m->export, request, e));
    batch_start_one(connection_session(t->connection), request->method,
                    buf_bytes(&request->message), buf_bytes(&request->more), steps->op,
                    request->is_told, m->export, &batch_events, t, &m->batch);
    return ERR_OK;
}

static enum err_code build_stage_alone(struct table *t, enum table_stage stage,
                                       struct err *e)
{
    struct tree_request request = {0};
    size_t n, first;
    enum err_code rc;

    if (t->made[stage].is_refused) {
        *e = t->failure;
        return e->code;
    }
    rc = send_alone(t, stage, &request, e);
    tree_request_release(&request);
    if (rc == ERR_OK)
        return ERR_OK;
    t->made[stage] = (struct made){0};
    (void)stage_end(t->recipe, stage, &first);
    fail(t, recipe_steps(t->recipe, &n)[first].op, e);
    return rc;
}

static enum err_code build_alone(struct table *t, enum table_stage end, struct err *e)
{
    for (enum table_stage i = t->first; i < end; i++)
        if (is_alone(t, i) && is_due(t, i))
            TRY(build_stage_alone(t, i, e));
    return ERR_OK;
}

/* --- building all --- */

static enum err_code build(struct table *t, enum table_stage end, struct err *e);

static void forget_made(struct table *t)
{
    t->epoch = connection_epoch(t->connection);
    table_release_from(t, STAGE_SOURCE);
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
        table_set_recipe(t, recipe_of_source(t->recipe, buf_bytes(&t->origin)));
    forget_made(t);
    return ERR_OK;
}

/* The export of a table's stages before the end that others are made of. */
static struct export_id base_of(const struct table *t, enum table_stage end)
{
    for (enum table_stage i = end; i-- > t->first;)
        if (t->made[i].export.id != 0 && i != STAGE_KEYS)
            return t->made[i].export;
    return t->from ? base_of(t->from, t->first) : (struct export_id){0};
}

/* What it is made of, which may have broken off and have been asked for again: then what
 * was to be made of the export before waits in vain. */
static enum err_code build_base(struct table *t, struct err *e)
{
    struct export_id base;

    TRY(build(t->from, t->first, e));
    base = base_of(t->from, t->first);
    if (base.id != 0 && t->base.id != 0 && base.id != t->base.id)
        table_release_from(t, t->first);
    t->base = base;
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
        TRY(build_base(t, e));
    TRY(build_alone(t, STAGE_EDITS, e)); /* the source, which all is made of */
    rc = plan_stages(t, end, &plan, e);
    if (rc == ERR_OK && plan.n > 0)
        rc = start(t, &plan, e);
    if (rc != ERR_OK && plan.n > 0) {
        for (enum table_stage i = plan.first; i < N_STAGES; i++)
            if (!t->made[i].batch)
                t->made[i] = (struct made){0};
        fail(t, plan.steps[0].step.op, e);
    }
    free(plan.types);
    free(plan.steps);
    return rc == ERR_OK ? build_alone(t, end, e) : rc;
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
    if (stage_is_alone(t->recipe, STAGE_SOURCE)) /* by its name it is made again */
        return recipe_ticket(t->recipe);
    return ticket_before(t, STAGE_EDITS, t->ticket);
}

struct bytes table_result(struct table *t)
{
    enum table_stage own = own_stage(t);

    if (table_is_edited(t) && own >= t->first && t->made[own].export.id == 0)
        return (struct bytes){0};
    return ticket_before(t, STAGE_TEXT, t->ticket);
}
