#include "ui/app/targets.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"

/* What of a target the tab keeps. */
struct wanted {
    char *name; /* owned; NULL: the list of tables */
    struct buf ticket;
};

static void take_table(struct target *t, struct wanted *out)
{
    out->name = t->name;
    out->ticket = t->ticket;
    t->name = NULL;
    buf_init(&t->ticket, TICKET_MAX);
}

enum err_code app_open_target(struct app *a, const char *text, struct err *e)
{
    struct wanted wanted;
    struct target target;
    struct app_server *s;
    struct tab *t;
    enum err_code rc;

    TRY(target_parse(text, &target, e));
    take_table(&target, &wanted);
    rc = app_server_of(a, &target, &s, e);
    target_release(&target);
    if (rc == ERR_OK) {
        t = app_add_tab(a, s);
        if (wanted.name)
            tab_push_table(t, wanted.name, buf_bytes(&wanted.ticket));
        else
            tab_push_picker(t);
        server_open_tabs(s);
    }
    free(wanted.name);
    buf_release(&wanted.ticket);
    return rc;
}
