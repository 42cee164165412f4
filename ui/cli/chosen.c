#include "ui/cli/chosen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/server_log.h"
#include "client/stream_policy.h"
#include "ui/cli/selection.h"

struct chosen {
    struct script *script;
    chosen_ready_fn *ready;
    chosen_broke_fn *broke; /* or NULL */
    void *ctx;
    struct table *source;   /* as the target names it; NULL: nothing was built yet */
    struct table *table;    /* edited, or the source; NULL: not known yet */
    bool is_ready;          /* it was said of what is being built */
    bool is_watched;        /* by streams that go on */
    struct server_log *log; /* looks for the reason that ends the run; NULL: none */
    enum { LIST_NOT_ASKED, LIST_ASKED, LIST_KNOWN } list; /* what it is, if no table */
    struct err no_table;                                  /* why it was asked what it is */
};

enum err_code chosen_new(struct script *s, chosen_ready_fn *ready, chosen_broke_fn *broke,
                         void *ctx, struct chosen **out, struct err *e)
{
    struct chosen *c;

    if (!s->target.name)
        return err_set(e, ERR_USAGE, "expected a table behind the server, HOST/TABLE");
    c = MEM_NEW(struct chosen);
    c->script = s;
    c->ready = ready;
    c->broke = broke;
    c->ctx = ctx;
    *out = c;
    return ERR_OK;
}

void chosen_watch(struct chosen *c)
{
    c->is_watched = true;
}

void chosen_free(struct chosen *c)
{
    if (!c)
        return;
    if (c->table != c->source)
        table_free(c->table);
    table_free(c->source);
    server_log_stop(c->log);
    free(c);
}

static void on_told(void *ctx, struct table *t);

/* As the target names it; nothing is asked for yet. */
static struct table *source_of(struct chosen *c)
{
    const struct target *t = &c->script->target;

    if (!c->source)
        c->source = table_new(c->script->connection,
                              recipe_new(t->name, buf_bytes(&t->ticket)), NULL, on_told, c);
    return c->source;
}

static void end(struct chosen *c, const struct err *why)
{
    struct err named = *why;

    connection_name_err(c->script->connection, &named);
    script_end(c->script, &named);
}

static void on_explained(void *ctx, const struct err *why)
{
    struct chosen *c = ctx;

    c->log = NULL;
    end(c, why);
}

static void end_explained(struct chosen *c, const struct err *why)
{
    c->log =
        server_log_explain(connection_session(c->script->connection), why, on_explained, c);
    if (!c->log)
        end(c, why);
}

/* False: it was asked before, or cannot be. */
static bool ask_list(struct chosen *c, const struct err *no_table)
{
    struct connection *server = c->script->connection;

    if (c->list == LIST_KNOWN)
        return false;
    connection_watch_fields(server);
    if (!connection_fields(server))
        return false;
    c->list = LIST_ASKED;
    c->no_table = *no_table;
    return true;
}

void chosen_fail(struct chosen *c, const struct err *why, bool by_server)
{
    struct err named = *why;

    if (c->log) /* the first reason counts */
        return;
    if (!by_server) {
        end(c, &named);
        return;
    }
    table_explain(c->table ? c->table : source_of(c), &named);
    if (named.code != ERR_NOT_TABLE || !ask_list(c, &named))
        end_explained(c, &named);
}

/* --- what is no table --- */

/* NULL: it is not in the server's list. */
static const struct field *field_of(const struct chosen *c)
{
    const struct fields *fields = connection_fields(c->script->connection);
    size_t n = fields ? fields_count(fields) : 0;

    for (size_t i = 0; i < n; i++) {
        const struct field *f = fields_get(fields, i);

        if (bytes_equal(buf_bytes(&f->ticket), buf_bytes(&c->script->target.ticket)))
            return f;
    }
    return NULL;
}

/* All parts of a partitioned table, as one. */
static void build_merged(struct chosen *c)
{
    const struct target *t = &c->script->target;

    if (c->table != c->source)
        table_free(c->table);
    table_free(c->source);
    c->table = NULL;
    c->source =
        table_new(c->script->connection, recipe_new_merged(t->name, buf_bytes(&t->ticket)),
                  NULL, on_told, c);
    chosen_build(c);
}

static void take_kind(struct chosen *c, enum field_kind kind)
{
    struct err e = c->no_table;

    if (kind == FIELD_PARTITIONED) {
        build_merged(c);
        return;
    }
    if (kind == FIELD_TREE)
        (void)err_set(&e, ERR_NOT_TABLE,
                      "%s is a tree, which only the screen shows: dhview without --once, "
                      "--follow or --until opens it",
                      c->script->target.name);
    end_explained(c, &e);
}

void chosen_listed(struct chosen *c, bool ended)
{
    const struct fields *fields = connection_fields(c->script->connection);
    const struct field *f;

    if (c->list != LIST_ASKED || !(ended || (fields && fields_loaded(fields))))
        return;
    c->list = LIST_KNOWN;
    f = field_of(c);
    take_kind(c, f ? field_kind(f) : FIELD_OTHER);
}

static enum err_code choose(struct chosen *c, struct err *e)
{
    struct recipe *r = NULL;

    TRY(selection_recipe(c->script->options, c->script->target.ops, table_recipe(c->source),
                         table_schema(c->source), &r, e));
    if (recipe_has_edits(r)) {
        c->table = table_edited(c->source, r);
        return ERR_OK;
    }
    recipe_free(r);
    c->table = c->source;
    return ERR_OK;
}

static enum err_code build_chosen(struct chosen *c, struct err *e)
{
    if (c->is_watched)
        table_harm_nobody(c->table);
    return table_build(c->table, e);
}

/* What is missing of the table is asked for, until nothing is. */
static void go_on(struct chosen *c)
{
    struct err e;

    if ((!c->table && choose(c, &e) != ERR_OK) || build_chosen(c, &e) != ERR_OK) {
        chosen_fail(c, &e, false);
    } else if (!table_asks(c->table) && table_schema(c->table)) {
        c->is_ready = true;
        c->ready(c->ctx, c->table);
    }
}

/* Else it is heard of by the script, too. */
static bool is_live(const struct chosen *c)
{
    return connection_state(c->script->connection) == CONNECTION_LIVE;
}

static void broke_off(struct chosen *c, const struct err *why)
{
    struct err e = *why; /* it may be forgotten with what is asked for again */

    if (!c->broke || !c->broke(c->ctx, &e))
        chosen_fail(c, &e, true);
}

static void on_told(void *ctx, struct table *t)
{
    struct chosen *c = ctx;
    enum recipe_op op;
    const struct err *why = table_failure(t, &op), *cut = table_interruption(t);

    if (c->is_ready || c->log || c->list == LIST_ASKED || c->script->over)
        return;
    if (why)
        broke_off(c, why);
    else if (cut && (c->broke || is_live(c)))
        broke_off(c, cut);
    else if (!cut && table_schema(t) && !table_asks(t))
        go_on(c);
}

bool chosen_as_text(struct chosen *c, const struct err *why)
{
    return c->table && end_may_be_a_value(why) && table_as_text_more(c->table);
}

void chosen_build(struct chosen *c)
{
    struct err e;

    c->is_ready = false;
    table_forget_failure(source_of(c));
    if (c->table)
        table_forget_failure(c->table);
    if (table_build(c->source, &e) != ERR_OK)
        chosen_fail(c, &e, false);
    else if (!table_asks(c->source) && table_schema(c->source))
        go_on(c);
}
