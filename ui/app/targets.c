#include "ui/app/targets.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/cli/connect.h"

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

enum err_code app_open_target(struct app *a, const char *text, struct err *e)
{
    struct config_connection *named;
    struct wanted wanted;
    struct target target;
    struct app_server *s;
    struct tab *t;
    enum err_code rc;

    TRY(connect_target(a->config, text, &target, &named, e));
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
