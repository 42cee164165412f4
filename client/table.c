/*
 * A table has one slot for each step of its recipe: the export that the step makes, or 0,
 * and the call that makes it while that is under way. The first `n_from` slots of a part
 * stay empty, since those steps are taken from the table it was made of. A step is built on
 * the export before it; where there is none, on the source's ticket. When the recipe
 * changes, the slots after the steps that both recipes share are released and built again.
 *
 * Exports are released at once, or when the call that makes them is through: a release that
 * overtakes it would leave the export behind. A stream that runs on an export goes on
 * without it.
 */
#include "client/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/stream_policy.h"
#include "client/table_ops.h"

/* Java types that the wire does not carry whole, and when their columns are asked for as
 * text (level, see table_as_text_more()). protocol: Period is sent as months; the others as
 * 64-bit nanoseconds, and one value that does not fit fails every stream on the table. */
static const struct text_type {
    const char *java_type;
    int level;
    bool is_harmful; /* one value of a stored column can do so */
} text_types[] = {
    {"java.time.Period", 0, false},
    {"java.time.ZonedDateTime", 1, true},
    {"java.time.Duration", 1, true},
    {"java.time.Instant", 2, false},
};
#define N_TEXT_TYPES (sizeof(text_types) / sizeof(*text_types))
#define LEVELS 3

struct table_slot {
    struct table *table;     /* borrowed: it owns this */
    struct export_id export; /* none: not made, or refused */
    struct table_op *op;     /* under way */
    bool refused;
};

struct table {
    struct connection *connection; /* borrowed */
    uint32_t epoch;                /* of its connection, when it was built last; 0: never */
    struct buf origin;  /* ticket of its source in later epochs; empty: the same */
    struct table *from; /* borrowed; NULL: it is no part */
    size_t n_from;
    struct recipe *recipe;
    struct schema *schema; /* NULL: not known, or a part */
    int text_level;        /* types up to this level are asked for as text; -1: none */
    struct table_slot slots[RECIPE_STEPS_MAX];
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

/* --- types that come as text --- */

static const struct text_type *find_text_type(const char *java_type)
{
    for (size_t i = 0; i < N_TEXT_TYPES; i++)
        if (strcmp(text_types[i].java_type, java_type) == 0)
            return &text_types[i];
    return NULL;
}

static bool has_level(const struct schema *s, int level)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct text_type *t = find_text_type(s->columns[i].java_type);

        if (t && t->level == level)
            return true;
    }
    return false;
}

static void release_slot(struct table *t, struct table_slot *s)
{
    if (s->op)
        table_op_discard(s->op, s->export);
    else if (s->export.id != 0)
        session_release(connection_session(t->connection), s->export);
    *s = (struct table_slot){.table = t};
}

static void set_recipe(struct table *t, struct recipe *r)
{
    for (size_t i = recipe_shared(t->recipe, r); i < RECIPE_STEPS_MAX; i++)
        release_slot(t, &t->slots[i]);
    recipe_free(t->recipe);
    t->recipe = r;
}

/* Marks the columns of the types up to the level, and puts these types into the recipe. */
static void use_text_level(struct table *t, int level)
{
    const char *types[N_TEXT_TYPES];
    size_t n = 0;

    t->text_level = level;
    for (size_t i = 0; i < N_TEXT_TYPES; i++)
        if (text_types[i].level <= level && has_level(t->schema, text_types[i].level))
            types[n++] = text_types[i].java_type;
    for (size_t i = 0; i < t->schema->n_columns; i++) {
        const struct text_type *type = find_text_type(t->schema->columns[i].java_type);

        t->schema->columns[i].as_text = type && type->level <= level;
    }
    set_recipe(t, recipe_with_text(t->recipe, types, n));
}

/* The level that a recipe was made for, told from the types that it asks for as text. */
static int level_of(const struct recipe *r)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);
    int level = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; steps[i].op == RECIPE_PREVIEW && k < steps[i].n; k++) {
            const struct text_type *type = find_text_type(steps[i].names[k]);

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
    while (level < LEVELS && !has_level(t->schema, level));
    if (level >= LEVELS)
        return false;
    use_text_level(t, level);
    return true;
}

struct rowset *table_withheld(const struct table *t)
{
    struct rowset *out = rowset_new();

    for (size_t i = 0; i < t->schema->n_columns; i++) {
        const struct text_type *type = find_text_type(t->schema->columns[i].java_type);

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
    if (!t->schema || n > 1)
        return false;
    for (size_t i = 0; i < t->schema->n_columns; i++) {
        const struct text_type *type = find_text_type(t->schema->columns[i].java_type);

        if (type && type->is_harmful)
            return true;
    }
    return false;
}

/* --- life --- */

static struct table *new_table(struct connection *connection, struct recipe *recipe)
{
    struct table *t = MEM_NEW(struct table);

    t->connection = connection;
    t->recipe = recipe;
    t->text_level = -1;
    t->rows = -1;
    for (size_t i = 0; i < RECIPE_STEPS_MAX; i++)
        t->slots[i].table = t;
    return t;
}

struct table *table_new(struct connection *connection, struct recipe *recipe,
                        const struct schema *schema, table_told_fn *told, void *ctx)
{
    struct table *t = new_table(connection, recipe);

    t->told = told;
    t->ctx = ctx;
    if (schema)
        table_take_schema(t, schema);
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
    t = new_table(from->connection, recipe_with_view(from->recipe, names, n));
    t->from = from;
    t->told = from->told;
    t->ctx = from->ctx;
    t->n_from = recipe_shared(from->recipe, t->recipe);
    free(names);
    return t;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    for (size_t i = RECIPE_STEPS_MAX; i-- > 0;)
        release_slot(t, &t->slots[i]);
    recipe_free(t->recipe);
    schema_free(t->schema);
    buf_release(&t->origin);
    free(t);
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
    use_text_level(t, level_of(t->recipe));
}

/* Takes the schema from the reply to the first step. One that cannot be read is no loss,
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

static enum recipe_op op_of(const struct table *t, size_t slot)
{
    size_t n;

    return recipe_steps(t->recipe, &n)[slot].op;
}

static void fail(struct table *t, enum recipe_op op, const struct err *why)
{
    t->failed = true;
    t->failed_op = op;
    t->failure = *why;
}

/* Whether the export was made nobody knows; what was to be made of it waits in vain. */
static void interrupt(struct table *t, size_t slot, const struct err *why)
{
    for (size_t i = slot; i < RECIPE_STEPS_MAX; i++)
        release_slot(t, &t->slots[i]);
    t->interrupted = true;
    t->failure = *why;
}

static void on_made(void *ctx, const struct table_created *created, const struct err *why)
{
    struct table_slot *s = ctx;
    struct table *t = s->table;
    size_t i = (size_t)(s - t->slots);

    s->op = NULL;
    if (why && why->code == ERR_TIMEOUT)
        return; /* the server goes on, and so do the streams that wait for it */
    if (why && loss_of_call_may_pass(why)) {
        interrupt(t, i, why);
    } else if (why) {
        s->export = (struct export_id){0};
        s->refused = true;
        fail(t, op_of(t, i), why);
    } else if (i == 0) {
        t->is_static = created->is_static;
        read_schema(t, created);
    }
    if (t->told)
        t->told(t->ctx, t);
}

static struct exports *exports_of(const struct table *t)
{
    return session_exports(connection_session(t->connection));
}

/* The export that the steps before slot i made, or else the source. */
static struct bytes ticket_before(const struct table *t, size_t i, uint8_t *room)
{
    while (i-- > 0) {
        const struct table *owner = i < t->n_from ? t->from : t;

        struct bytes ticket = exports_ticket(exports_of(t), owner->slots[i].export, room);

        if (ticket.len > 0)
            return ticket;
    }
    return recipe_ticket(t->recipe);
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

static enum err_code make(struct table *t, size_t i, const struct recipe_step *step,
                          struct err *e)
{
    struct table_slot *s = &t->slots[i];
    uint8_t room[EXPORT_TICKET_LEN];
    struct bytes source = ticket_before(t, i, room);
    struct step_call call = {.session = connection_session(t->connection),
                             .source = source,
                             .fn = on_made,
                             .ctx = s};
    const char **types;
    size_t n;
    enum err_code rc;

    call.result = s->export = exports_next(exports_of(t));
    if (s->export.id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    switch (step->op) {
    case RECIPE_FETCH:
        return table_fetch(&call, &s->op, e);
    case RECIPE_PREVIEW:
        types = types_kept(t, &n);
        rc = table_preview(&call, types, n, &s->op, e);
        free(types);
        return rc;
    case RECIPE_VIEW:
        return table_view_of(&call, step->names, step->n, &s->op, e);
    default:
        return err_set(e, ERR_REFUSED, "a server is not asked for this step yet");
    }
}

void table_forget_made(struct table *t)
{
    t->epoch = connection_epoch(t->connection);
    for (size_t i = 0; i < RECIPE_STEPS_MAX; i++)
        release_slot(t, &t->slots[i]);
    t->failed = false;
}

void table_set_origin(struct table *t, struct bytes ticket)
{
    buf_init(&t->origin, ticket.len + 1);
    (void)buf_append(&t->origin, ticket.data, ticket.len, NULL); /* it has the room */
}

/* What was made is gone with its epoch, and so is a source that was an export. */
static void begin_epoch(struct table *t)
{
    if (t->epoch != 0 && t->origin.len > 0)
        set_recipe(t, recipe_of_source(t->recipe, buf_bytes(&t->origin)));
    table_forget_made(t);
}

enum err_code table_build(struct table *t, struct err *e)
{
    const struct recipe_step *steps;
    enum err_code rc = ERR_OK;
    size_t n;

    if (t->epoch != connection_epoch(t->connection))
        begin_epoch(t);
    steps = recipe_steps(t->recipe, &n);
    t->interrupted = false;
    for (size_t i = t->n_from; i < n && rc == ERR_OK; i++) {
        struct table_slot *s = &t->slots[i];

        if (s->export.id != 0 || s->refused)
            continue;
        if (steps[i].op == RECIPE_PREVIEW && !t->schema)
            break; /* and what comes after it waits too */
        rc = make(t, i, &steps[i], e);
        if (rc != ERR_OK) {
            s->export = (struct export_id){0};
            fail(t, steps[i].op, e);
        }
    }
    return rc;
}

bool table_is_fetched(const struct table *t)
{
    return t->slots[0].export.id != 0 && !t->slots[0].op;
}

const struct err *table_interruption(const struct table *t)
{
    return t->interrupted ? &t->failure : NULL;
}

void table_forget_failure(struct table *t)
{
    t->failed = false;
    for (size_t i = 0; i < RECIPE_STEPS_MAX; i++)
        t->slots[i].refused = false;
}

struct bytes table_ticket(struct table *t)
{
    return ticket_before(t, RECIPE_STEPS_MAX, t->ticket);
}

struct bytes table_source(struct table *t)
{
    return ticket_before(t, 1, t->ticket);
}

/* --- what is known of it --- */

const struct err *table_failure(const struct table *t, enum recipe_op *op)
{
    if (!t->failed)
        return NULL;
    *op = t->failed_op;
    return &t->failure;
}

void table_explain(const struct table *t, struct err *e)
{
    bool no_table = strstr(e->msg, "not a subscribable table") ||
                    strstr(e->msg, "Ticket is not a table") ||
                    (strstr(e->msg, "Could not resolve ticket") && strstr(e->msg, "(hex)"));

    if (e->code == ERR_REFUSED && no_table)
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
