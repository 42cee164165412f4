#include "ui/app/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"

/* What of a target the tab keeps. */
struct wanted {
    char *name; /* owned; NULL: the list of tables */
    struct buf ticket;
    char *ops; /* owned; NULL: none */
};

static void take_table(struct target *t, struct wanted *out)
{
    out->name = t->name;
    out->ticket = t->ticket;
    out->ops = t->ops;
    t->name = t->ops = NULL;
    buf_init(&t->ticket, TICKET_MAX);
}

/* Another table of the server than the target itself names. */
static enum err_code name_table(struct target *t, const char *name, struct err *e)
{
    free(t->name);
    t->name = mem_strdup(name);
    buf_clear(&t->ticket);
    return ticket_scope(name, &t->ticket, e);
}

/* NAME or NAME/TABLE of a connection in the config file. */
static enum err_code parse_named(const struct config_connection *c, const char *text,
                                 struct target *out, struct err *e)
{
    const char *table = strchr(text, '/');
    enum err_code rc;

    if (c->fault.code != ERR_OK) {
        *e = c->fault;
        return e->code;
    }
    if (!c->target)
        return err_set(e, ERR_USAGE, "connection \"%s\": it has no target", c->name);
    rc = target_parse(c->target, out, e);
    if (rc != ERR_OK)
        return err_wrap(e, rc, "connection \"%s\"", c->name);
    if (table && table[1] != '\0')
        rc = name_table(out, table + 1, e);
    if (rc != ERR_OK)
        target_release(out);
    return rc;
}

enum err_code app_open_target(struct app *a, const char *text, struct err *e)
{
    struct config_connection *named = config_find(a->config, text);
    struct wanted wanted;
    struct target target;
    struct app_server *s;
    struct tab *t;
    enum err_code rc;

    if (named)
        TRY(parse_named(named, text, &target, e));
    else
        TRY(target_parse(text, &target, e));
    take_table(&target, &wanted);
    rc = app_server_of(a, &target, named, &s, e);
    target_release(&target);
    if (rc == ERR_OK) {
        t = app_add_tab(a, s);
        t->link = wanted.ops; /* only a target with a name has any */
        wanted.ops = NULL;
        if (wanted.name)
            tab_push_table(t, wanted.name, buf_bytes(&wanted.ticket));
        else
            tab_push_picker(t);
        if (t->link)
            table_view_await(t->table);
        server_open_tabs(s);
    }
    free(wanted.name);
    free(wanted.ops);
    buf_release(&wanted.ticket);
    return rc;
}
